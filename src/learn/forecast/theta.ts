/**
 * The Theta method and its dynamic optimised form.
 *
 * In:  n numbers, the season's length m. A season that the test finds (season.ts) is taken out before.
 * Out: Fits.
 *
 * Theta:  Assimakopoulos & Nikolopoulos, International Journal of Forecasting 16(4), 2000, which Hyndman & Billah
 *         (19(2), 2003) have shown to be simple exponential smoothing with half of the slope of the regression line
 *         as drift.
 * DOTM:   Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler, "Models for optimising the theta method and their
 *         relationship to state space models", 32(4), 2016: the line is that of the data so far, and θ is estimated.
 */
import { line } from './ets.ts'
import type { Fit } from './model.ts'
import { deseasonalise, reseasonalise } from './season.ts'
import { sesFit } from './ses.ts'
import { lowest } from './simplex.ts'

/** @param y at least 2 numbers @param given the weight of the newest value; by default the best is searched for */
export function theta(y: Float64Array, m: number, h: number, given?: number): Fit {
  const season = deseasonalise(y, m)
  const { adjusted } = season
  const n = adjusted.length
  const { alpha, level, fitted: smoothed, variance } = sesFit(adjusted, 'first value', given)
  const drift = line(adjusted).slope / 2
  const begun = (1 - (1 - alpha) ** n) / alpha
  const point = Float64Array.from({ length: h }, (_, i) => level + drift * (i + begun))
  const fitted = smoothed.map((value, t) => value + (drift * (1 - (1 - alpha) ** t)) / alpha)
  const deviation = Float64Array.from({ length: h }, (_, i) => Math.sqrt(variance * (1 + i * alpha * alpha)))
  reseasonalise(point, season, n)
  reseasonalise(fitted, season, 0)
  if (season.kind === 'multiplicative') reseasonalise(deviation, season, n)
  return { point, fitted, deviation, label: 'Theta', parameters: { alpha, drift } }
}

export interface DotmStart {
  readonly level: number
  readonly alpha: number
  readonly theta: number
}

/** @param near estimates of a like series to start from, in its units */
export function dotm(y: Float64Array, m: number, h: number, near?: DotmStart): Fit {
  const season = deseasonalise(y, m)
  const scale = powerOfTwo(season.adjusted)
  const x = season.adjusted.map((value) => value / scale)
  const n = x.length
  const start = [
    (near?.level ?? (season.adjusted[0] as number) / 2) / scale,
    near?.alpha ?? 0.5,
    near?.theta ?? 2,
  ]
  const found = lowest(
    (at) => dynamicSquares(x, at[0] as number, at[1] as number, at[2] as number),
    start,
    [0.1 * (Math.abs(start[0] as number) + 0.1), (start[1] as number) > 0.5 ? -0.2 : 0.2, 0.5],
    {
      tolerance: 1e-7 * dynamicSquares(x, start[0] as number, start[1] as number, start[2] as number),
      evaluations: 400,
    },
  )
  const [level = 0, alpha = 0.5, slopes = 2] = found.x
  const all = new Float64Array(n + h)
  const squares = dynamicSquares(x, level, alpha, slopes, all)
  for (let i = 0; i < n + h; i++) all[i] = (all[i] as number) * scale
  reseasonalise(all, season, 0)
  const sigma = Math.sqrt(squares / Math.max(1, n - 3)) * scale
  const deviation = Float64Array.from({ length: h }, (_, i) => sigma * Math.sqrt(1 + i * alpha * alpha))
  if (season.kind === 'multiplicative') reseasonalise(deviation, season, n)
  return {
    point: all.slice(n),
    fitted: all.slice(0, n),
    deviation,
    label: 'DOTM',
    parameters: { level: level * scale, alpha, theta: slopes },
  }
}

/**
 * Sum of squared one-step errors from the third period on; Infinity outside 0.1 ≤ α ≤ 0.99, θ ≥ 1.
 *
 * @param expected filled where given: with n entries what was expected, past them forecasts
 */
function dynamicSquares(
  y: Float64Array,
  firstLevel: number,
  alpha: number,
  slopes: number,
  expected?: Float64Array,
): number {
  if (!(alpha >= 0.1 && alpha <= 0.99 && slopes >= 1)) return Infinity
  const n = y.length
  const end = expected?.length ?? n
  const share = 1 - 1 / slopes
  const stay = 1 - alpha
  let level = firstLevel
  let mean = 0
  let intercept = 0
  let slope = 0
  let decay = 1 // (1 − α)^t
  let squares = 0
  for (let t = 0; t < end; t++) {
    // Before the first period nothing is known of the line.
    const forecast =
      t === 0 ? (y[0] as number) : level + share * (intercept * decay + (slope * (1 - decay * stay)) / alpha)
    const value = t < n ? (y[t] as number) : forecast
    if (expected !== undefined) expected[t] = forecast
    if (t >= 2 && t < n) squares += (value - forecast) ** 2
    level = alpha * value + stay * level
    decay *= stay
    // The regression line of the first t + 1 values, at 1 … t + 1.
    slope = t === 0 ? 0 : ((t - 1) * slope + (6 * (value - mean)) / (t + 1)) / (t + 2)
    mean = (t * mean + value) / (t + 1)
    intercept = mean - (slope * (t + 2)) / 2
  }
  return squares
}

/** A power of two near the size of the values, so that dividing by it changes no digit; 1 for zeros. */
export function powerOfTwo(y: ArrayLike<number>): number {
  let sum = 0
  for (let t = 0; t < y.length; t++) sum += Math.abs(y[t] as number) / y.length
  return sum === 0 || !Number.isFinite(sum) ? 1 : 2 ** Math.round(Math.log2(sum))
}
