/**
 * Forecasts of demand that comes now and then: most periods are zero.
 *
 * In:  n numbers ≥ 0.
 * Out: a flat forecast of the demand of a period.
 *
 * Croston, "Forecasting and stock control for intermittent demands", Operational Research Quarterly 23(3), 1972: the
 * sizes of demands and the periods between them are smoothed by themselves. It aims too high, by about α/2, which
 * Syntetos & Boylan (International Journal of Forecasting 21(2), 2005) take off: SBA. Teunter, Syntetos & Babai (EJOR
 * 214(3), 2011) smooth the probability of demand in every period, so that the forecast of something no longer bought
 * fades: TSB. Which series are intermittent: Syntetos, Boylan & Croston, JORS 56(5), 2005.
 */
import { residualDeviation, type Fit } from './model.ts'

export type IntermittentMethod = 'croston' | 'sba' | 'tsb'

/** Whether the forecast is the same for all horizons and has nothing fitted to it. */
export function isFlat(method: string): boolean {
  return method === 'croston' || method === 'sba' || method === 'tsb'
}

/** The weight of the newest demand; the usual one, and statsforecast's. */
const alpha = 0.1
/** For TSB: the weight of the newest period in the probability of demand. */
const beta = 0.1

/** Mean periods between demands from which a series is called intermittent. */
const intermittentFrom = 1.32

export function intermittent(y: Float64Array, h: number, method: IntermittentMethod): Fit {
  const fitted = new Float64Array(y.length)
  const demand =
    method === 'tsb' ? fading(y, fitted) : croston(y, fitted, method === 'sba' ? 1 - alpha / 2 : 1)
  const sigma = residualDeviation(y, fitted)
  return {
    point: new Float64Array(h).fill(demand),
    fitted,
    deviation: new Float64Array(h).fill(sigma),
    label: { croston: 'Croston', sba: 'Croston-SBA', tsb: 'TSB' }[method],
    parameters: { alpha, ...(method === 'tsb' ? { beta } : {}) },
  }
}

/** Sizes and intervals are smoothed where there is a demand; before the first one nothing is expected. */
function croston(y: Float64Array, fitted: Float64Array, factor: number): number {
  let size = 0
  let interval = 0
  let since = 1
  for (let t = 0; t < y.length; t++) {
    fitted[t] = interval === 0 ? NaN : (factor * size) / interval
    const value = y[t] as number
    if (value === 0) {
      since++
      continue
    }
    size = interval === 0 ? value : size + alpha * (value - size)
    interval = interval === 0 ? since : interval + alpha * (since - interval)
    since = 1
  }
  return interval === 0 ? 0 : (factor * size) / interval
}

function fading(y: Float64Array, fitted: Float64Array): number {
  let size = y.find((value) => value !== 0) ?? 0
  // As statsforecast: that of the first period.
  let probability = y[0] === 0 ? 0 : 1
  for (let t = 0; t < y.length; t++) {
    fitted[t] = probability * size
    const value = y[t] as number
    if (value === 0) probability -= beta * probability
    else {
      size += alpha * (value - size)
      probability += beta * (1 - probability)
    }
  }
  return probability * size
}

/** Mean number of periods for each one with a demand; Infinity where there is none. */
function demandInterval(y: Float64Array): number {
  let demands = 0
  for (const value of y) if (value !== 0) demands++
  return y.length / demands
}

/**
 * The method for a series of intermittent demand; undefined where it is none (values below 0, or few zeros).
 *
 * SBA, but TSB where nothing was bought for more than three times as long as usual.
 */
export function intermittentMethod(y: Float64Array): 'sba' | 'tsb' | undefined {
  const interval = demandInterval(y)
  if (interval < intermittentFrom || interval === Infinity || y.some((value) => value < 0)) return undefined
  let end = y.length
  while (y[end - 1] === 0) end--
  return y.length - end > 3 * demandInterval(y.subarray(0, end)) ? 'tsb' : 'sba'
}
