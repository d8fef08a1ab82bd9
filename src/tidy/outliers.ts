/**
 * Numbers far from the rest of their column.
 *
 * Bounds, each inclusive, with `f` the factor:
 *   iqr     Q1 − f·IQR … Q3 + f·IQR, quartiles by linear interpolation (pandas' quantile), f = 1.5 (Tukey 1977)
 *   zscore  mean ± f·sd, the sample's sd (n − 1, pandas' std), f = 3
 *   mad     median ± f·MAD / 0.6745, f = 3.5 (Iglewicz & Hoaglin 1993: the modified z-score)
 */
import type { Step } from './step.ts'
import { NOTHING } from './step.ts'
import { numberLiteral } from './number-text.ts'

export type OutlierMethod = 'iqr' | 'zscore' | 'mad'
export type OutlierAction = 'drop' | 'clip' | 'null' | 'flag'

export const USUAL_FACTOR: { readonly [M in OutlierMethod]: number } = { iqr: 1.5, zscore: 3, mad: 3.5 }
const NORMAL_QUARTILE = 0.6745

export interface Bounds {
  readonly low: number
  readonly high: number
}

export function quartileBounds(q1: number, q3: number, factor: number): Bounds {
  return { low: q1 - factor * (q3 - q1), high: q3 + factor * (q3 - q1) }
}

export function zScoreBounds(mean: number, sd: number, factor: number): Bounds {
  return { low: mean - factor * sd, high: mean + factor * sd }
}

export function madBounds(median: number, mad: number, factor: number): Bounds {
  const reach = (factor * mad) / NORMAL_QUARTILE
  return { low: median - reach, high: median + reach }
}

export interface OutlierColumn {
  readonly place: number
  readonly name: string
  /** SQL of its number, NULL where missing. */
  readonly value: string
  readonly decimal: '.' | ','
  /** `Column.type` before. */
  readonly type: string
  /** Undefined where the column has no spread to measure by: nothing of it is an outlier. */
  readonly bounds: Bounds | undefined
}

export function outlierStep(columns: readonly OutlierColumn[], action: OutlierAction): Step {
  const bounded = columns.filter(({ bounds }) => bounds !== undefined)
  const outside = bounded.map(outsideOf)
  if (action === 'drop') {
    const keep = outside.map((condition) => `not ${condition}`).join(' and ') || 'true'
    return { ...NOTHING, name: 'outliers', keep: () => keep }
  }
  if (action === 'flag') {
    const added = columns.map((column) => ({
      name: `${column.name}_outlier`,
      cell:
        column.bounds === undefined
          ? `'false'`
          : `case when ${outsideOf(column)} then 'true' else 'false' end`,
    }))
    return { ...NOTHING, name: 'outliers', added }
  }
  const cells = new Map(
    bounded.map((column) => [column.place, action === 'null' ? emptied(column) : clipped(column)]),
  )
  const types = new Map(
    bounded.map(({ place, type }) => [place, action === 'clip' && type !== 'text' ? 'DOUBLE' : type]),
  )
  return { ...NOTHING, name: 'outliers', cells, types }
}

function outsideOf({ value, bounds }: OutlierColumn): string {
  if (bounds === undefined) return 'false'
  return `coalesce(${value} not between ${sqlDouble(bounds.low)} and ${sqlDouble(bounds.high)}, false)`
}

function emptied(column: OutlierColumn): string {
  return `case when ${outsideOf(column)} then null else c${column.place} end`
}

function clipped({ place, value, bounds, decimal }: OutlierColumn): string {
  if (bounds === undefined) return `c${place}`
  const { low, high } = bounds
  return (
    `case when ${value} < ${sqlDouble(low)} then '${numberLiteral(low, decimal)}' ` +
    `when ${value} > ${sqlDouble(high)} then '${numberLiteral(high, decimal)}' else c${place} end`
  )
}

/** A number as SQL of type DOUBLE: without the exponent `1.5` would be a DECIMAL. */
function sqlDouble(value: number): string {
  return `cast('${value}' as double)`
}
