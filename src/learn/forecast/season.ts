/**
 * The season of a series by the classical decomposition, and whether there is one worth taking out.
 *
 * In:  n numbers in the order of their periods and the length m of a season.
 * Out: one index a place in the season, which adds up to 0 (additive) or averages 1 (multiplicative).
 *
 * The decomposition is statsmodels' seasonal_decompose and R's decompose: a centred moving average of m (2 × m where
 * m is even) for the trend, the mean of what is left for each place in the season, made to add up. The test is the
 * one of the M competitions (Makridakis & Hibon 2000): is the autocorrelation at lag m outside of its 90% limits?
 */
export type SeasonKind = 'additive' | 'multiplicative'

export interface Decomposition {
  /** n numbers; NaN for the half season at either end. */
  readonly trend: Float64Array
  /** m numbers: the index of the places in the season, of which period 0 is the first. */
  readonly indices: Float64Array
}

/** @param y n ≥ 2m numbers, above 0 for a multiplicative season */
export function decompose(y: Float64Array, m: number, kind: SeasonKind): Decomposition {
  const trend = movingAverage(y, m)
  const sums = new Float64Array(m)
  const counts = new Float64Array(m)
  for (let t = 0; t < y.length; t++) {
    const level = trend[t] as number
    if (Number.isNaN(level)) continue
    const place = t % m
    const rest = kind === 'additive' ? (y[t] as number) - level : (y[t] as number) / level
    sums[place] = (sums[place] as number) + rest
    counts[place] = (counts[place] as number) + 1
  }
  const indices = sums.map((sum, place) => sum / (counts[place] as number))
  const mean = indices.reduce((sum, index) => sum + index, 0) / m
  for (let place = 0; place < m; place++) {
    const index = indices[place] as number
    indices[place] = kind === 'additive' ? index - mean : index / mean
  }
  return { trend, indices }
}

/** The centred moving average over m periods, half weights at the ends where m is even; NaN where it has no room. */
function movingAverage(y: Float64Array, m: number): Float64Array {
  const n = y.length
  const averages = new Float64Array(n).fill(NaN)
  const half = m >> 1
  for (let t = half; t < n - half; t++) {
    let sum = 0
    if (m % 2 === 0) {
      sum = ((y[t - half] as number) + (y[t + half] as number)) / 2
      for (let i = t - half + 1; i < t + half; i++) sum += y[i] as number
    } else {
      for (let i = t - half; i <= t + half; i++) sum += y[i] as number
    }
    averages[t] = sum / m
  }
  return averages
}

/** Autocorrelations at lags 1 … most, as statsmodels' acf: sums over n whatever the lag. 0 where all is constant. */
export function autocorrelations(y: ArrayLike<number>, most: number): Float64Array {
  const n = y.length
  let mean = 0
  for (let t = 0; t < n; t++) mean += (y[t] as number) / n
  let variance = 0
  for (let t = 0; t < n; t++) variance += ((y[t] as number) - mean) ** 2
  const result = new Float64Array(most)
  if (variance === 0) return result
  for (let lag = 1; lag <= most; lag++) {
    let sum = 0
    for (let t = lag; t < n; t++) sum += ((y[t] as number) - mean) * ((y[t - lag] as number) - mean)
    result[lag - 1] = sum / variance
  }
  return result
}

/** Bartlett's limits of the autocorrelation for noise that is correlated at the lags before: at 90%, and at 99.9%. */
const limits = { likely: 1.6448536269514722, surely: 3.2905267314919255 } as const

/** Whether the autocorrelation at lag m tells of a season: needs two seasons, as R's thetaf does. */
export function hasSeason(y: ArrayLike<number>, m: number, how: keyof typeof limits = 'likely'): boolean {
  const n = y.length
  if (m < 2 || n < 2 * m) return false
  const r = autocorrelations(y, m)
  let squares = 0
  for (let lag = 1; lag < m; lag++) squares += (r[lag - 1] as number) ** 2
  return Math.abs(r[m - 1] as number) > limits[how] * Math.sqrt((1 + 2 * squares) / n)
}

/** A series with its season taken out, and the way back. */
export interface Deseasonalised {
  readonly adjusted: Float64Array
  readonly kind: SeasonKind | undefined
  /** m numbers; empty without a season. */
  readonly indices: Float64Array
}

/**
 * Takes the season out where the test finds one: multiplicative where all is above 0, as in the M competitions, else
 * additive.
 */
export function deseasonalise(y: Float64Array, m: number): Deseasonalised {
  if (!hasSeason(y, m)) return { adjusted: y, kind: undefined, indices: new Float64Array(0) }
  const positive = y.every((value) => value > 0)
  if (positive) {
    const { indices } = decompose(y, m, 'multiplicative')
    // An index near 0 would blow up the adjusted series: such a season is added, not multiplied.
    if (indices.every((index) => index > smallestIndex)) {
      const adjusted = y.map((value, t) => value / (indices[t % m] as number))
      return { adjusted, kind: 'multiplicative', indices }
    }
  }
  const { indices } = decompose(y, m, 'additive')
  const adjusted = y.map((value, t) => value - (indices[t % m] as number))
  return { adjusted, kind: 'additive', indices }
}

const smallestIndex = 0.01

/** Puts the season back, in place. @param from the period that values[0] belongs to */
export function reseasonalise(values: Float64Array, { kind, indices }: Deseasonalised, from: number): void {
  if (kind === undefined) return
  const m = indices.length
  for (let i = 0; i < values.length; i++) {
    const index = indices[(from + i) % m] as number
    values[i] = kind === 'multiplicative' ? (values[i] as number) * index : (values[i] as number) + index
  }
}
