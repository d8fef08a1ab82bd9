/**
 * Back-tests: the series is cut at several origins, forecast from each, and the forecasts are held against what came.
 *
 * In:  n numbers, the horizon h, how many origins, and a function that forecasts a stretch.
 * Out: for each origin the errors of as many horizons as are known; from them measures and the widths of intervals.
 *
 * sMAPE is that of the M4 competition, mean 200 |y − f| / (|y| + |f|), 0 where both are 0; MASE is scaled by the mean
 * absolute change from season to season (Hyndman & Koehler, International Journal of Forecasting 22(4), 2006).
 */
export interface Origin {
  /** Periods before the origin: the forecast knows y[0 … at − 1]. */
  readonly at: number
  /** What was forecast for y[at], y[at + 1], …; up to h entries. */
  readonly point: Float64Array
}

export interface Measures {
  /** Percent; undefined where there was no origin. */
  readonly smape: number
  /** In mean absolute changes from season to season; undefined where the series never changes. */
  readonly mase: number | undefined
  /** Mean absolute error, in the series' own units. */
  readonly mae: number
}

/** The least that is forecast from. */
const leastStretch = 5

/**
 * Where the series is cut, the last origin first: evenly over the last fifth of what may be cut, at most a
 * horizon apart.
 *
 * @param longest the longest season: a season and a half must stand before an origin
 */
export function origins(n: number, h: number, longest: number, most: number): number[] {
  const least = Math.max(leastStretch, longest > 1 ? Math.ceil(1.5 * longest) : 0)
  const apart = Math.min(h, Math.max(1, Math.floor((n - least) / (5 * most))))
  const found: number[] = []
  for (let at = n - apart; at >= least && found.length < most; at -= apart) found.push(at)
  return found
}

/** Forecasts from each origin, as many periods as are known. */
export function roll(
  y: Float64Array,
  h: number,
  at: readonly number[],
  forecast: (stretch: Float64Array, periods: number) => Float64Array,
): Origin[] {
  return at.map((origin) => ({
    at: origin,
    point: forecast(y.subarray(0, origin), Math.min(h, y.length - origin)),
  }))
}

/** The mean absolute change from season to season, by which errors are scaled; 0 where nothing changes. */
export function seasonalScale(y: Float64Array, m: number): number {
  const lag = y.length > m ? m : 1
  let sum = 0
  let count = 0
  for (let t = lag; t < y.length; t++) {
    const change = Math.abs((y[t] as number) - (y[t - lag] as number))
    if (Number.isNaN(change)) continue
    sum += change
    count++
  }
  return count === 0 ? 0 : sum / count
}

/** Undefined without origins. @param actual the values that count; NaN where there is none */
export function measure(
  actual: Float64Array,
  rolled: readonly Origin[],
  scale: number,
): Measures | undefined {
  let percent = 0
  let errors = 0
  let count = 0
  for (const { at, point } of rolled) {
    point.forEach((forecast, j) => {
      const value = actual[at + j] as number
      if (Number.isNaN(value)) return
      const size = Math.abs(value) + Math.abs(forecast)
      percent += size === 0 ? 0 : (200 * Math.abs(value - forecast)) / size
      errors += Math.abs(value - forecast)
      count++
    })
  }
  if (count === 0) return undefined
  return {
    smape: percent / count,
    mae: errors / count,
    mase: scale === 0 ? undefined : errors / count / scale,
  }
}
