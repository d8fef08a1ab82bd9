/**
 * What every forecasting method gives: the shape that the methods, the back-test and the report share.
 *
 * In:  n numbers, one a period, none missing; the length m of a season (1: none); the number h of periods to come.
 * Out: a Fit. Nothing here reads dates: periods are 0 … n−1 and n … n+h−1.
 */
export interface Fit {
  /** h numbers: what is expected. */
  readonly point: Float64Array
  /** n numbers: what was expected for each period one step before it; NaN where the method can't say. */
  readonly fitted: Float64Array
  /** h standard deviations by the method's own model, where it has one. */
  readonly deviation?: Float64Array | undefined
  /** The method, and its form where it has several: `ETS(M,Ad,M)`. */
  readonly label: string
  /** What was estimated, by name. */
  readonly parameters: { readonly [name: string]: number }
}

/** The root of the mean square of the errors made one step ahead. 0 where there are none. */
export function residualDeviation(y: ArrayLike<number>, fitted: ArrayLike<number>, parameters = 0): number {
  let sum = 0
  let count = 0
  for (let t = 0; t < y.length; t++) {
    const error = (y[t] as number) - (fitted[t] as number)
    if (Number.isNaN(error)) continue
    sum += error * error
    count++
  }
  return count === 0 ? 0 : Math.sqrt(sum / Math.max(1, count - parameters))
}
