/**
 * A pattern without noise: a line, a season, or a season on a line, which goes on as it is.
 *
 * In:  n numbers, NaN where there is none, and the lengths of the seasons.
 * Out: a Fit that repeats the pattern; undefined where there is none.
 *
 * From one round of a season to the next every place must change by the same amount, to ten digits, across gaps too.
 * A line is a season of one period. Models find such patterns only as nearly as their search ends and their smoothing
 * lets them.
 */
import type { Repeatable } from './auto.ts'

/** Differences less than this part of the largest value are those of rounding. */
const tolerance = 1e-10
/** Fewer values follow a line by chance. */
const leastValues = 5

export function exactPattern(y: Float64Array, seasons: readonly number[], h: number): Repeatable | undefined {
  for (const m of [1, ...seasons]) {
    const change = changeOf(y, m)
    if (change !== undefined) return repeating(y, m, change, h)
  }
  return undefined
}

/** By how much every place changes from round to round; undefined where they differ, or a place has no two values. */
function changeOf(y: Float64Array, m: number): number | undefined {
  const n = y.length
  if (n < Math.max(leastValues, 2 * m)) return undefined
  const size = y.reduce((most, value) => (Math.abs(value) > most ? Math.abs(value) : most), 0)
  const last = new Int32Array(m).fill(-1)
  const pairs = new Int32Array(m)
  let change: number | undefined
  let values = 0
  for (let t = 0; t < n; t++) {
    const value = y[t] as number
    if (Number.isNaN(value)) continue
    values++
    const place = t % m
    const before = last[place] as number
    last[place] = t
    if (before < 0) continue
    pairs[place] = (pairs[place] as number) + 1
    const rounds = (t - before) / m
    const step = (value - (y[before] as number)) / rounds
    change ??= step
    if (!(Math.abs(step - change) * rounds <= tolerance * size)) return undefined
  }
  return values >= leastValues && pairs.every((count) => count > 0) ? change : undefined
}

function repeating(whole: Float64Array, m: number, change: number, h: number): Repeatable {
  const forecast = (y: Float64Array, periods: number) => {
    const n = y.length
    const last = new Int32Array(m).fill(-1)
    const fitted = y.map((value, t) => {
      const place = t % m
      const before = last[place] as number
      if (!Number.isNaN(value)) last[place] = t
      return before < 0 ? NaN : (y[before] as number) + (change * (t - before)) / m
    })
    const point = Float64Array.from({ length: periods }, (_, i) => {
      const t = n + i
      let before = last[t % m] as number
      // In a stretch without a value for this place the whole series has one.
      if (before < 0) before = whole.findIndex((value, at) => at % m === t % m && !Number.isNaN(value))
      return (whole[before] as number) + (change * (t - before)) / m
    })
    return {
      point,
      fitted,
      deviation: new Float64Array(periods),
      label: labelOf(m, change),
      parameters: { change },
    }
  }
  return { ...forecast(whole, h), again: forecast }
}

function labelOf(m: number, change: number): string {
  if (m === 1) return 'an exact line'
  return `an exact season of ${m}${change === 0 ? '' : ' on a line'}`
}
