/**
 * What reports of groups of rows have in common: the groups in the data's own units, and what each is like.
 *
 * In:  sizes, centres, names and profiles; plain numbers and names.
 * Out: blocks for a person, and the same for programs.
 */
import { count, figures, listed, plural, share } from '../base/wording.ts'
import type { ProfileEntry } from '../learn/profile.ts'
import type { Block, Json, ReportInput } from './report.ts'

export interface FoundGroups {
  readonly input: ReportInput
  /** Columns of numbers that the groups were found on. */
  readonly columns: readonly string[]
  readonly groups: readonly FoundGroup[]
  /** The columns used are degrees of latitude and longitude. */
  readonly inDegrees?: boolean
}

export interface FoundGroup {
  /** As its rows are labelled. */
  readonly label: number
  readonly size: number
  /** What the group was found by; one a column, in the data's own units. */
  readonly center: readonly number[]
  /** Of its rows, as `center`. */
  readonly means: readonly number[]
  /** By column of text used: the text that most of its rows have. */
  readonly texts?: { readonly [column: string]: string }
  readonly name: string
  readonly profile: readonly ProfileEntry[]
}

/** The keys of each group that the contract names. */
export function groupsJson({ groups, columns, input }: FoundGroups): Json[] {
  return groups.map(({ label, size, center, texts, profile, name }) => ({
    cluster: label,
    size,
    share: size / input.rows_used,
    center: { ...centerJson(columns, center), ...texts },
    profile: profile.map(profileJson),
    name,
  }))
}

/** Columns of one name are told apart as pandas does: `spend`, `spend.1`. */
function centerJson(columns: readonly string[], values: readonly number[]): { [column: string]: number } {
  const center: { [column: string]: number } = {}
  columns.forEach((name, j) => {
    const before = columns.slice(0, j).filter((other) => other === name).length
    center[before === 0 ? name : `${name}.${before}`] = values[j] as number
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
/** Groups that a person still reads below each other, and whose profiles. */
const groupsShown = 20
const profilesShown = 10

/** The places of the columns in which the groups stand furthest from everybody, in the order of the table. */
function tellingColumns({ columns, groups }: FoundGroups): number[] {
  const strengths = new Map<string, number>()
  for (const { column, strength } of groups.flatMap(({ profile }) => profile)) {
    strengths.set(column, Math.max(strengths.get(column) ?? 0, Math.abs(strength)))
  }
  return columns
    .map((column, place) => ({ place, most: strengths.get(column) ?? 0 }))
    .sort((a, b) => b.most - a.most)
    .slice(0, columnsShown)
    .map(({ place }) => place)
    .sort((a, b) => a - b)
}

/** The groups as a table with their centres, and as bars. */
export function groupBlocks(found: FoundGroups): Block[] {
  const { columns, input } = found
  const largest = bySize(found.groups)
  const groups = found.groups.filter((group) => largest.indexOf(group) < groupsShown)
  const shown = columns.length <= columnsShown ? columns.map((_, j) => j) : tellingColumns(found)
  const which =
    shown.length === columns.length
      ? 'in each column'
      : `in the ${shown.length} of ${columns.length} columns that tell the groups apart most`
  const some =
    groups.length < found.groups.length
      ? `The largest ${groups.length} groups of ${count(found.groups.length)}`
      : 'Each group'
  const meanColumns = shown.map((j) => {
    const means = groups.map((group) => group.means[j] as number)
    return found.inDegrees === true ? means.map(degrees) : figures(means)
  })
  const texts = [...new Set(groups.flatMap((group) => Object.keys(group.texts ?? {})))]
  const sizes = groups.map(({ size }) => `${count(size)} (${share(size / input.rows_used)})`)
  return [
    {
      kind: 'table',
      caption: `${some}, and the mean of its rows ${which}`,
      columns: [
        { name: 'group', align: 'right' },
        { name: 'what stands out' },
        { name: 'rows', align: 'right' },
        { name: 'share', align: 'right' },
        ...shown.map((j) => ({ name: columns[j] ?? '', align: 'right' }) as const),
        ...texts.map((name) => ({ name })),
      ],
      rows: groups.map((group, g) => [
        String(group.label),
        group.name,
        count(group.size),
        share(group.size / input.rows_used),
        ...meanColumns.map((cells) => cells[g] as string),
        ...texts.map((name) => group.texts?.[name] ?? null),
      ]),
    },
    {
      kind: 'bars',
      caption: 'Rows in each group',
      bars: groups.map((group, g) => ({
        label: `${group.label}  ${group.name}`,
        value: group.size,
        text: sizes[g] as string,
      })),
    },
  ]
}

/** To a metre. */
function degrees(value: number): string {
  return value.toFixed(5)
}

function bySize(groups: readonly FoundGroup[]): FoundGroup[] {
  return [...groups].sort((a, b) => b.size - a.size || a.label - b.label)
}

export const scaleWords: { readonly [scale: string]: string } = {
  zscore: 'each scaled by its standard deviation, so that all count alike',
  minmax: 'each scaled to 0 … 1 between its smallest and largest value',
  robust: 'each scaled by the range of its middle half',
  none: 'in their own units, so that columns of large numbers count most',
}

/** Which rows and columns the groups rest on. */
export function whatWasUsed(
  { input }: FoundGroups,
  how: string,
  leftOut: readonly { readonly column: string; readonly why: string }[],
): string {
  const missing = input.rows - input.rows_used
  const rows =
    missing === 0
      ? 'All rows took part.'
      : `${plural(missing, 'row')} of ${count(input.rows)} took no part: a value is missing in a column used.`
  const used = `Grouped by ${listed(input.columns_used)}, ${how}.`
  const left = listed(leftOut.map(({ column, why }) => `${column} (${why})`))
  return [used, rows, ...(left === '' ? [] : [`Not used: ${left}.`])].join(' ')
}

/** A line of a profile table: how many of them a person still reads. */
const linesShown = 8

/** What each group is like, of the largest where there are many. */
export function profileBlocks({ groups, columns, inDegrees = false }: FoundGroups): Block[] {
  const largest = new Set(bySize(groups).slice(0, profilesShown))
  const tables = groups
    .filter((group) => largest.has(group))
    .flatMap((group) => profileOf(group, inDegrees ? columns : []))
  return tables.length === 0 ? [] : [{ kind: 'heading', text: 'What each group is like' }, ...tables]
}

function profileOf({ label, size, name, profile }: FoundGroup, inDegrees: readonly string[]): Block[] {
  if (profile.length === 0) return []
  const title = `Group ${label}, ${plural(size, 'row')}`
  const telling = profile
    .filter((entry) => entry.standing !== 'average')
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, linesShown)
  if (telling.length === 0)
    return [{ kind: 'paragraph', text: `${title}: close to everybody in every column.` }]
  return [
    {
      kind: 'table',
      caption: `${title}: ${name}`,
      columns: [
        { name: 'column' },
        { name: 'this group', align: 'right' },
        { name: 'everybody', align: 'right' },
        { name: 'standing' },
      ],
      rows: telling.map((entry) => profileLine(entry, inDegrees.includes(entry.column))),
    },
  ]
}

function profileLine(entry: ProfileEntry, inDegrees: boolean): string[] {
  if (entry.kind === 'text') {
    return [`${entry.column} = ${entry.top}`, share(entry.share), share(entry.overall), entry.standing]
  }
  const numbers = [entry.mean, entry.overall]
  const [own, all] = (inDegrees ? numbers.map(degrees) : figures(numbers)) as [string, string]
  return [entry.column, own, all, entry.standing]
}
