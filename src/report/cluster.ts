/**
 * The report of `cluster`: groups in the data's own units, how good they are, and what each is like.
 *
 * In:  what k-means found, its scores, and the profile of each group; plain numbers and names.
 * Out: the keys that the contract names, and blocks for a person.
 */
import { figure, figures, plural } from '../base/wording.ts'
import type { KTried } from '../learn/k-search.ts'
import type { Silhouette } from '../learn/silhouette.ts'
import {
  groupBlocks,
  groupsJson,
  profileBlocks,
  scaleWords,
  whatWasUsed,
  type FoundGroups,
} from './groups.ts'
import type { Block, Json, Report } from './report.ts'

export interface ClusterFindings extends FoundGroups {
  readonly params: { readonly [option: string]: Json }
  readonly scale: string
  /** Columns left out unasked, each with why. */
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
  readonly inertia: number
  readonly iterations: number
  readonly silhouette: Silhouette | undefined
  readonly daviesBouldin: number | undefined
  readonly calinskiHarabasz: number | undefined
  /** Empty where k was given. */
  readonly tried: readonly KTried[]
  /** How texts took part, where some did. */
  readonly encoding?: { readonly words: string; readonly gamma?: number } | undefined
}

export function clusterReport(found: ClusterFindings): Omit<Report, 'warnings'> {
  return {
    command: 'cluster',
    input: found.input,
    params: found.params,
    result: resultOf(found),
    view: [...overview(found), ...quality(found), ...search(found), ...profileBlocks(found)],
  }
}

function resultOf(found: ClusterFindings): { [key: string]: Json } {
  const { groups, silhouette, tried, encoding } = found
  return {
    k: groups.length,
    inertia: found.inertia,
    iterations: found.iterations,
    silhouette: silhouette?.score ?? null,
    silhouette_rows: silhouette?.rows ?? 0,
    davies_bouldin: found.daviesBouldin ?? null,
    calinski_harabasz: found.calinskiHarabasz ?? null,
    ...(encoding?.gamma === undefined ? {} : { gamma: encoding.gamma }),
    clusters: groupsJson(found),
    k_search: tried.map((one) => ({ k: one.k, inertia: one.inertia, silhouette: one.silhouette ?? null })),
  }
}

function overview(found: ClusterFindings): Block[] {
  const { groups, input, scale, leftOut, encoding } = found
  const how = [scaleWords[scale] ?? scale, ...(encoding === undefined ? [] : [encoding.words])].join('; ')
  return [
    { kind: 'heading', text: `${plural(groups.length, 'group')} of ${plural(input.rows_used, 'row')}` },
    { kind: 'paragraph', text: whatWasUsed(found, how, leftOut) },
    ...groupBlocks(found),
  ]
}

/** Kaufman & Rousseeuw, "Finding Groups in Data", 1990, table 4. */
export function silhouetteWords(score: number): string {
  if (score > 0.7) return 'the groups are clear and far apart'
  if (score > 0.5) return 'the groups are reasonably clear'
  if (score > 0.25) return 'the groups are weak and run into each other'
  return 'there is little or no grouping in these columns'
}

function quality(found: ClusterFindings): Block[] {
  const { silhouette, daviesBouldin, calinskiHarabasz, input } = found
  const heading = { kind: 'heading', text: 'How good the groups are' } as const
  const passes = `The best run took ${plural(found.iterations, 'pass', 'passes')}; inertia ${figure(found.inertia, 6)}.`
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
      caption: `Numbers of groups tried: ${groups.length} has the highest silhouette`,
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
    {
      kind: 'bars',
      caption: 'Inertia by number of groups: past a bend, more groups add little',
      bars: tried.map((one, i) => ({
        label: `${one.k} groups`,
        value: one.inertia,
        text: inertias[i] as string,
      })),
    },
  ]
}
