/**
 * Periods without a value, closed for the methods, which take none.
 *
 * In:  n numbers, NaN where there is none, at least one that is a number; the season's length m.
 * Out: the same with each gap closed: on a straight line between its neighbours, the season taken out before and put
 *      back after where there is enough of it; gaps at the ends take the nearest value. As R's na.interp, but that the
 *      season is found anew with the gaps closed, three times, since a line through a season misleads it at first.
 */
import { mstl } from './stl.ts'

export function closeGaps(y: Float64Array, m: number): Float64Array {
  if (!y.some(Number.isNaN)) return y
  let closed = closedStraight(y)
  if (m <= 1 || y.length < 2 * m || y.length - countGaps(y) < 2 * m) return closed
  for (let round = 0; round < rounds; round++) {
    const [season] = mstl(closed, [m], { window: periodic(y.length) }).seasons
    if (season === undefined) return closed
    const adjusted = closedStraight(y.map((value, t) => value - (season[t] as number)))
    closed = y.map((value, t) =>
      Number.isNaN(value) ? (adjusted[t] as number) + (season[t] as number) : value,
    )
  }
  return closed
}

const rounds = 3

/** A window so wide that the season is the same all along. */
function periodic(n: number): number {
  return 10 * n + 1
}

function countGaps(y: Float64Array): number {
  let gaps = 0
  for (const value of y) if (Number.isNaN(value)) gaps++
  return gaps
}

function closedStraight(y: Float64Array): Float64Array {
  const result = y.slice()
  let before = -1
  for (let t = 0; t <= y.length; t++) {
    if (t < y.length && Number.isNaN(y[t])) continue
    for (let i = before + 1; i < t; i++) {
      if (before < 0) result[i] = y[t] as number
      else if (t === y.length) result[i] = y[before] as number
      else {
        const [low, high] = [y[before] as number, y[t] as number]
        result[i] = low + ((high - low) * (i - before)) / (t - before)
      }
    }
    before = t
  }
  return result
}
