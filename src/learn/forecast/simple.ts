/**
 * The methods that others are measured by: the last value, the last season, the straight line between the ends.
 *
 * In:  n ≥ 1 numbers, the season's length m, h periods to come.
 * Out: Fits. Deviations are those of a random walk whose steps are the method's own one-step errors (Hyndman &
 *      Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., table 5.2).
 */
import { residualDeviation, type Fit } from './model.ts'

export function naive(y: Float64Array, h: number): Fit {
  const n = y.length
  const last = y[n - 1] as number
  const fitted = y.map((_, t) => (t === 0 ? NaN : (y[t - 1] as number)))
  const sigma = residualDeviation(y, fitted)
  return {
    point: new Float64Array(h).fill(last),
    fitted,
    deviation: Float64Array.from({ length: h }, (_, i) => sigma * Math.sqrt(i + 1)),
    label: 'naive',
    parameters: {},
  }
}

/** The value a season before. With less than a season of history it is the last value. */
export function seasonalNaive(y: Float64Array, m: number, h: number): Fit {
  const n = y.length
  if (m <= 1 || n < m) return { ...naive(y, h), label: 'snaive' }
  const fitted = y.map((_, t) => (t < m ? NaN : (y[t - m] as number)))
  const sigma = residualDeviation(y, fitted)
  return {
    point: Float64Array.from({ length: h }, (_, i) => y[n - m + (i % m)] as number),
    fitted,
    deviation: Float64Array.from({ length: h }, (_, i) => sigma * Math.sqrt(Math.floor(i / m) + 1)),
    label: 'snaive',
    parameters: {},
  }
}

/** On from the last value by the mean change of a period. */
export function drift(y: Float64Array, h: number): Fit {
  const n = y.length
  const last = y[n - 1] as number
  const slope = n < 2 ? 0 : (last - (y[0] as number)) / (n - 1)
  const fitted = y.map((_, t) => (t === 0 ? NaN : (y[t - 1] as number) + slope))
  const sigma = residualDeviation(y, fitted, 1)
  return {
    point: Float64Array.from({ length: h }, (_, i) => last + slope * (i + 1)),
    fitted,
    deviation: Float64Array.from(
      { length: h },
      (_, i) => sigma * Math.sqrt((i + 1) * (1 + (i + 1) / Math.max(1, n - 1))),
    ),
    label: 'drift',
    parameters: { slope },
  }
}

/** The mean of all. */
export function meanOf(y: Float64Array, h: number): Fit {
  const n = y.length
  let mean = 0
  for (let t = 0; t < n; t++) mean += (y[t] as number) / n
  const fitted = new Float64Array(n).fill(mean)
  const sigma = residualDeviation(y, fitted, 1) * Math.sqrt(1 + 1 / n)
  return {
    point: new Float64Array(h).fill(mean),
    fitted,
    deviation: new Float64Array(h).fill(sigma),
    label: 'mean',
    parameters: { mean },
  }
}
