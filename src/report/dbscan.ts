/**
 * The report of `dbscan`: groups in the data's own units, what lies alone, and the curve that an eps is read from.
 *
 * In:  counts, centres, profiles and distances; plain numbers and names.
 * Out: the keys that the contract names, and blocks for a person.
 */
import { count, figure, figures, plural, share } from '../base/wording.ts'
import {
  groupBlocks,
  groupsJson,
  profileBlocks,
  scaleWords,
  whatWasUsed,
  type FoundGroups,
} from './groups.ts'
import type { Block, Json, Report } from './report.ts'

export interface DbscanFindings extends FoundGroups {
  readonly params: { readonly [option: string]: Json }
  /** How the columns were scaled; undefined for degrees. */
  readonly scale: string | undefined
  /** Columns left out unasked, each with why. */
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
  readonly eps: number
  /** Whether lode has chosen it. */
  readonly isChosen: boolean
  readonly minSamples: number
  /** Rows of each kind. */
  readonly core: number
  readonly border: number
  readonly noise: number
  /** Ascending; in metres for degrees. */
  readonly kDistance: Float64Array
  /** Where the curve bends; undefined where it does not. */
  readonly knee: number | undefined
}

export function dbscanReport(found: DbscanFindings): Omit<Report, 'warnings'> {
  const { input, params, eps, minSamples, core, border, noise } = found
  return {
    command: 'dbscan',
    input,
    params,
    result: {
      eps,
      min_samples: minSamples,
      clusters: groupsJson(found),
      noise: { size: noise, share: noise / input.rows_used },
      core,
      border,
      k_distance: curve(found.kDistance).map(({ at, distance }) => ({ share: at, distance })),
      k_distance_rows: found.kDistance.length,
      knee: found.knee ?? null,
    },
    view: [...overview(found), ...distances(found), ...profileBlocks(found)],
  }
}

/** Points of the curve: enough to draw it, few enough to read. */
const curvePoints = 100

/** The distance that a share of the rows does not pass, from 0 to 1. */
function curve(ascending: Float64Array): { at: number; distance: number }[] {
  const last = ascending.length - 1
  const points = Math.min(curvePoints, last)
  if (last < 1) return Array.from(ascending, (distance) => ({ at: 1, distance }))
  return Array.from({ length: points + 1 }, (_, i) => {
    const place = Math.round((i / points) * last)
    return { at: place / last, distance: ascending[place] as number }
  })
}

function overview(found: DbscanFindings): Block[] {
  const { groups, input, noise, core, border, minSamples, leftOut, scale } = found
  const how = scale === undefined ? 'as places on the earth' : (scaleWords[scale] ?? scale)
  const eps = found.scale === undefined ? `${figure(found.eps)} m` : figure(found.eps)
  const rule =
    `A row is core when at least ${plural(minSamples, 'row')}, itself among them, are within ${eps}` +
    `${found.isChosen ? ' (chosen where the curve below bends)' : ''}: ` +
    `${plural(core, 'row')} core, ${count(border)} on the border of a group, ${count(noise)} in none.`
  return [
    {
      kind: 'heading',
      text: `${plural(groups.length, 'group')} and ${plural(noise, 'row')} of noise (${share(noise / input.rows_used)})`,
    },
    { kind: 'paragraph', text: `${whatWasUsed(found, how, leftOut)} ${rule}` },
    ...(groups.length === 0 ? [] : groupBlocks(found)),
  ]
}

/** Shares of the rows at which the curve is shown. */
const shown = [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 1]

function distances({ kDistance, minSamples, scale, knee, input }: DbscanFindings): Block[] {
  if (kDistance.length < 2) return []
  const unit = scale === undefined ? ' m' : ''
  const values = shown.map((at) => kDistance[Math.round(at * (kDistance.length - 1))] as number)
  const texts = figures(values)
  const sample = kDistance.length < input.rows_used ? ` (a sample of ${plural(kDistance.length, 'row')})` : ''
  const bend = knee === undefined ? '' : ` It bends at ${figure(knee)}${unit}.`
  return [
    {
      kind: 'bars',
      caption: `How far the ${ordinal(Math.max(1, minSamples - 1))} nearest other row is, for so many of the rows${sample}.${bend}`,
      bars: shown.map((at, i) => ({
        label: share(at),
        value: values[i] as number,
        text: `${texts[i]}${unit}`,
      })),
    },
  ]
}

function ordinal(n: number): string {
  const last = n % 100 >= 11 && n % 100 <= 13 ? 0 : n % 10
  return `${count(n)}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`
}
