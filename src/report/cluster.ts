/**
 * The report of `cluster`: groups in the data's own units, how good they are, and what each is like.
 *
 * In:  what k-means found, its scores, and the profile of each group; plain numbers and names.
 * Out: the keys that the contract names, and blocks for a person.
 */
import type { Matrix } from '../base/matrix.ts'
import { count, figure, figures, listed, plural, share } from '../base/wording.ts'
import type { KTried } from '../learn/k-search.ts'
import type { KMeansResult } from '../learn/kmeans.ts'
import type { ProfileEntry } from '../learn/profile.ts'
import type { Silhouette } from '../learn/silhouette.ts'
import type { Block, Json, Report, ReportInput } from './report.ts'

export interface ClusterFindings {
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  /** Columns that the groups were found on. */
  readonly columns: readonly string[]
  readonly scale: string
  /** Columns left out unasked, each with why. */
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
  readonly groups: KMeansResult
  /** k × columns, in the data's own units. */
  readonly centers: Matrix
  readonly silhouette: Silhouette | undefined
  readonly daviesBouldin: number | undefined
  readonly calinskiHarabasz: number | undefined
  /** Empty where k was given. */
  readonly tried: readonly KTried[]
  /** One a group. */
  readonly profiles: readonly (readonly ProfileEntry[])[]
  /** One a group, in a few words. */
  readonly names: readonly string[]
}

export function clusterReport(found: ClusterFindings): Omit<Report, 'warnings'> {
  return {
    command: 'cluster',
    input: found.input,
    params: found.params,
    result: resultOf(found),
    view: [...overview(found), ...quality(found), ...search(found), ...profiles(found)],
  }
}

function resultOf(found: ClusterFindings): { [key: string]: Json } {
  const { groups, silhouette, tried } = found
  return {
    k: groups.k,
    inertia: groups.inertia,
    iterations: groups.iterations,
    silhouette: silhouette?.score ?? null,
    silhouette_rows: silhouette?.rows ?? 0,
    davies_bouldin: found.daviesBouldin ?? null,
    calinski_harabasz: found.calinskiHarabasz ?? null,
    clusters: found.names.map((name, cluster) => ({
      cluster,
      size: groups.sizes[cluster] as number,
      share: shareOf(found, cluster),
      center: centerOf(found, cluster),
      profile: (found.profiles[cluster] ?? []).map(profileJson),
      name,
    })),
    k_search: tried.map((one) => ({ k: one.k, inertia: one.inertia, silhouette: one.silhouette ?? null })),
  }
}

function shareOf({ groups }: ClusterFindings, cluster: number): number {
  return (groups.sizes[cluster] as number) / groups.labels.length
}

/** Columns of one name are told apart as pandas does: `spend`, `spend.1`. */
function centerOf({ columns, centers }: ClusterFindings, cluster: number): { [column: string]: number } {
  const center: { [column: string]: number } = {}
  columns.forEach((name, j) => {
    const before = columns.slice(0, j).filter((other) => other === name).length
    center[before === 0 ? name : `${name}.${before}`] = centers.data[cluster * centers.cols + j] as number
  })
  return center
}

function profileJson(entry: ProfileEntry): Json {
  const { column, overall, difference, standing } = entry
  return entry.kind === 'number'
    ? { column, mean: entry.mean, overall, difference, standing }
    : { column, top: entry.top, share: entry.share, overall, difference, standing }
}

/** Centre columns that a person still reads beside each other. */
const columnsShown = 8

/** The places of the columns in which the groups stand furthest from everybody, in the order of the table. */
function tellingColumns(found: ClusterFindings): number[] {
  const strengths = new Map<string, number>()
  for (const { column, strength } of found.profiles.flat()) {
    strengths.set(column, Math.max(strengths.get(column) ?? 0, Math.abs(strength)))
  }
  return found.columns
    .map((column, place) => ({ place, most: strengths.get(column) ?? 0 }))
    .sort((a, b) => b.most - a.most)
    .slice(0, columnsShown)
    .map(({ place }) => place)
    .sort((a, b) => a - b)
}

function overview(found: ClusterFindings): Block[] {
  const { groups, columns, input, centers } = found
  const sizes = [...groups.sizes]
  const shown = columns.length <= columnsShown ? columns.map((_, j) => j) : tellingColumns(found)
  const which =
    shown.length === columns.length
      ? 'in each column'
      : `in the ${shown.length} of ${columns.length} columns that tell the groups apart most`
  const centerColumns = shown.map((j) =>
    figures(sizes.map((_size, c) => centers.data[c * centers.cols + j] as number)),
  )
  return [
    { kind: 'heading', text: `${plural(groups.k, 'group')} of ${plural(input.rows_used, 'row')}` },
    { kind: 'paragraph', text: whatWasUsed(found) },
    {
      kind: 'table',
      caption: `Each group, and the mean of its rows ${which}`,
      columns: [
        { name: 'group', align: 'right' },
        { name: 'what stands out' },
        { name: 'rows', align: 'right' },
        { name: 'share', align: 'right' },
        ...shown.map((j) => ({ name: columns[j] ?? '', align: 'right' }) as const),
      ],
      rows: sizes.map((size, c) => [
        String(c),
        found.names[c] ?? '',
        count(size),
        share(shareOf(found, c)),
        ...centerColumns.map((cells) => cells[c] as string),
      ]),
    },
    {
      kind: 'bars',
      caption: 'Rows in each group',
      bars: sizes.map((size, c) => ({
        label: `${c}  ${found.names[c] ?? ''}`,
        value: size,
        text: `${count(size)} (${share(shareOf(found, c))})`,
      })),
    },
  ]
}

const scaleWords: { readonly [scale: string]: string } = {
  zscore: 'each scaled by its standard deviation, so that all count alike',
  minmax: 'each scaled to 0 … 1 between its smallest and largest value',
  robust: 'each scaled by the range of its middle half',
  none: 'in their own units, so that columns of large numbers count most',
}

function whatWasUsed({ input, columns, scale, leftOut }: ClusterFindings): string {
  const missing = input.rows - input.rows_used
  const rows =
    missing === 0
      ? 'All rows took part.'
      : `${plural(missing, 'row')} of ${count(input.rows)} took no part: a value is missing in a column used.`
  const used = `Grouped by ${listed(columns)}, ${scaleWords[scale] ?? scale}.`
  const left = listed(leftOut.map(({ column, why }) => `${column} (${why})`))
  return [used, rows, ...(left === '' ? [] : [`Not used: ${left}.`])].join(' ')
}

/** Kaufman & Rousseeuw, "Finding Groups in Data", 1990, table 4. */
export function silhouetteWords(score: number): string {
  if (score > 0.7) return 'the groups are clear and far apart'
  if (score > 0.5) return 'the groups are reasonably clear'
  if (score > 0.25) return 'the groups are weak and run into each other'
  return 'there is little or no grouping in these columns'
}

function quality({ silhouette, daviesBouldin, calinskiHarabasz, groups, input }: ClusterFindings): Block[] {
  const heading = { kind: 'heading', text: 'How good the groups are' } as const
  const passes = `The best run took ${plural(groups.iterations, 'pass', 'passes')}; inertia ${figure(groups.inertia, 6)}.`
  if (silhouette === undefined || daviesBouldin === undefined || calinskiHarabasz === undefined) {
    return [heading, { kind: 'paragraph', text: `Scores are not defined for these groups. ${passes}` }]
  }
  const of = silhouette.rows < input.rows_used ? ` (of a sample of ${plural(silhouette.rows, 'row')})` : ''
  const text =
    `Silhouette ${silhouette.score.toFixed(3)}${of} on a scale from −1 to 1: ${silhouetteWords(silhouette.score)}. ` +
    `Davies–Bouldin ${daviesBouldin.toFixed(3)} (less is better), ` +
    `Calinski–Harabasz ${figure(calinskiHarabasz)} (more is better). ${passes}`
  return [heading, { kind: 'paragraph', text }]
}

function search({ tried, groups }: ClusterFindings): Block[] {
  if (tried.length === 0) return []
  const inertias = figures(
    tried.map((one) => one.inertia),
    5,
  )
  return [
    {
      kind: 'table',
      caption: `Numbers of groups tried: ${groups.k} has the highest silhouette`,
      columns: [
        { name: 'groups', align: 'right' },
        { name: 'silhouette', align: 'right' },
        { name: 'inertia', align: 'right' },
      ],
      rows: tried.map((one, i) => [
        String(one.k),
        one.silhouette === undefined ? null : one.silhouette.toFixed(3),
        inertias[i] as string,
      ]),
    },
  ]
}

/** A line of a profile table: how many of them a person still reads. */
const linesShown = 8

function profiles(found: ClusterFindings): Block[] {
  const tables = found.profiles.flatMap((entries, cluster) => profileOf(found, entries, cluster))
  return tables.length === 0 ? [] : [{ kind: 'heading', text: 'What each group is like' }, ...tables]
}

function profileOf(found: ClusterFindings, entries: readonly ProfileEntry[], cluster: number): Block[] {
  const title = `Group ${cluster}, ${plural(found.groups.sizes[cluster] as number, 'row')}`
  const telling = entries
    .filter((entry) => entry.standing !== 'average')
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, linesShown)
  if (telling.length === 0)
    return [{ kind: 'paragraph', text: `${title}: close to everybody in every column.` }]
  return [
    {
      kind: 'table',
      caption: `${title}: ${found.names[cluster] ?? ''}`,
      columns: [
        { name: 'column' },
        { name: 'this group', align: 'right' },
        { name: 'everybody', align: 'right' },
        { name: 'standing' },
      ],
      rows: telling.map(profileLine),
    },
  ]
}

function profileLine(entry: ProfileEntry): string[] {
  if (entry.kind === 'text') {
    return [`${entry.column} = ${entry.top}`, share(entry.share), share(entry.overall), entry.standing]
  }
  const [own, all] = figures([entry.mean, entry.overall]) as [string, string]
  return [entry.column, own, all, entry.standing]
}
