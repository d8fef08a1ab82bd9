/**
 * What events (feasts, sales, a strike) did to a series, taken out before it is modelled and put on after.
 *
 * In:  n numbers (NaN where there is none), for each event how much of each period it fills (0 … 1), past and to come.
 * Out: the effect of each event, the series without them, and what to add to the periods to come.
 *
 * A regression on one dummy an event: least squares of what the series has above its own course. The course is that of
 * the periods without an event, season and all (gaps.ts). Effects multiply where all values are above 0, else add.
 */
import { closeGaps } from './gaps.ts'

export interface EventDummy {
  readonly name: string
  /** n + h shares of a period, 0 … 1. */
  readonly share: Float64Array
}

export interface EventEffect {
  readonly name: string
  /** Periods with the event that have a value. */
  readonly periods: number
  /** What a whole period of it adds: a part of the usual value where `multiplied`, else units. Undefined: unknown. */
  readonly effect: number | undefined
}

export interface WithoutEvents {
  readonly multiplied: boolean
  readonly adjusted: Float64Array
  readonly effects: readonly EventEffect[]
  /** What the events do to the h periods to come: n + h factors (multiplied) or differences. */
  readonly change: Float64Array
}

export function withoutEvents(
  y: Float64Array,
  m: number,
  events: readonly EventDummy[],
  h: number,
): WithoutEvents {
  const n = y.length
  const multiplied = y.every((value) => !(value <= 0))
  const touched = y.map((value, t) => (events.some(({ share }) => (share[t] as number) > 0) ? NaN : value))
  const course = touched.some((value) => !Number.isNaN(value)) ? closeGaps(touched, m) : touched
  const above = y.map((value, t) =>
    multiplied ? Math.log(value / (course[t] as number)) : value - (course[t] as number),
  )
  const known = events.map(({ share }) => {
    let periods = 0
    for (let t = 0; t < n; t++) if ((share[t] as number) > 0 && !Number.isNaN(above[t])) periods++
    return periods
  })
  const used = events.flatMap((_, k) => ((known[k] as number) > 0 ? [k] : []))
  const estimates = leastSquares(
    used.map((k) => (events[k] as EventDummy).share),
    above,
  )
  const slopes = events.map((_, k) => (used.includes(k) ? (estimates[used.indexOf(k)] as number) : 0))
  const change = new Float64Array(n + h)
  for (let t = 0; t < n + h; t++) {
    let sum = 0
    events.forEach(({ share }, k) => (sum += (slopes[k] as number) * (share[t] as number)))
    change[t] = multiplied ? Math.exp(sum) : sum
  }
  return {
    multiplied,
    adjusted: y.map((value, t) =>
      multiplied ? value / (change[t] as number) : value - (change[t] as number),
    ),
    effects: events.map(({ name }, k) => ({
      name,
      periods: known[k] as number,
      effect:
        (known[k] as number) === 0
          ? undefined
          : multiplied
            ? Math.expm1(slopes[k] as number)
            : (slopes[k] as number),
    })),
    change,
  }
}

/** Solves the normal equations over the entries that are numbers; 0 for a column that others make up. */
function leastSquares(columns: readonly Float64Array[], y: Float64Array): Float64Array {
  const k = columns.length
  const rows = Array.from({ length: k }, () => new Float64Array(k + 1))
  for (let t = 0; t < y.length; t++) {
    const value = y[t] as number
    if (Number.isNaN(value)) continue
    for (let i = 0; i < k; i++) {
      const x = (columns[i] as Float64Array)[t] as number
      if (x === 0) continue
      const row = rows[i] as Float64Array
      for (let j = 0; j < k; j++)
        row[j] = (row[j] as number) + x * ((columns[j] as Float64Array)[t] as number)
      row[k] = (row[k] as number) + x * value
    }
  }
  return solved(rows)
}

/** Gauss–Jordan on a symmetric matrix with its right side as the last column. */
function solved(rows: Float64Array[]): Float64Array {
  const k = rows.length
  const result = new Float64Array(k)
  const pivots: number[] = []
  const scale = rows.map((row, i) => row[i] as number)
  for (let i = 0; i < k; i++) {
    const row = rows[i] as Float64Array
    const pivot = row[i] as number
    if (!(pivot > 1e-9 * (scale[i] as number))) continue
    pivots.push(i)
    for (let j = 0; j <= k; j++) row[j] = (row[j] as number) / pivot
    for (let other = 0; other < k; other++) {
      if (other === i) continue
      const target = rows[other] as Float64Array
      const factor = target[i] as number
      if (factor === 0) continue
      for (let j = 0; j <= k; j++) target[j] = (target[j] as number) - factor * (row[j] as number)
    }
  }
  for (const i of pivots) result[i] = (rows[i] as Float64Array)[k] as number
  return result
}
