/**
 * How far off a forecast may be: the widths of intervals, from the errors of a back-test.
 *
 * In:  the series, the forecasts from rolling origins, the deviations of the method's own model.
 * Out: a standard deviation for each horizon, and the degrees of freedom that it rests on; intervals are Student's.
 *
 * Errors of series that are never below 0 are taken relative to the level at their origin: what grows errs by more.
 * They are taken to grow as a power of the horizon, fitted to the series' own errors and drawn to 1 (errors that grow
 * in step with the horizon, as they do where the trend is uncertain) as by four more observations. Errors of origins
 * less than a horizon apart overlap: they count for as little as a third. A model that thinks itself less sure than
 * the back-test says is heard, the shorter the series the more: its variance counts by 10/n.
 */
import { tQuantile } from '../distributions.ts'
import type { Origin } from './rolling.ts'

export interface Spread {
  /** h standard deviations, in the units of the series. */
  readonly deviation: Float64Array
  readonly degrees: number
}

const priorPower = 1
const priorWeight = 4
const steepest = 1.5
/** Values of the series at which the model's own variance no longer counts in full. */
const shortSeries = 10

/**
 * @param actual   n values; NaN where there is none
 * @param relative errors are relative to the level at their origin
 * @param model    h deviations by the method's own model, where it has one
 */
export function spread(
  actual: Float64Array,
  m: number,
  rolled: readonly Origin[],
  h: number,
  relative: boolean,
  model: Float64Array | undefined,
): Spread | undefined {
  const squares = new Float64Array(h)
  const counts = new Float64Array(h)
  const overall = relative ? level(actual, actual.length, actual.length) : 0
  const levelAt = (at: number) =>
    overall === 0 ? 1 : Math.max(level(actual, at, Math.max(m, 4)), 0.1 * overall)
  for (const { at, point } of rolled) {
    const base = levelAt(at)
    for (let j = 0; j < point.length; j++) {
      const error = ((actual[at + j] as number) - (point[j] as number)) / base
      if (Number.isNaN(error)) continue
      squares[j] = (squares[j] as number) + error * error
      counts[j] = (counts[j] as number) + 1
    }
  }
  const known = counts.reduce((sum, count) => sum + count, 0)
  if (known === 0) return fromModel(model)
  if (!squares.some((sum) => sum > 0)) return { deviation: new Float64Array(h), degrees: exact }
  const power = powerOf(squares, counts)
  let scaled = 0
  for (let j = 0; j < h; j++) scaled += (squares[j] as number) / (j + 1) ** (2 * power)
  const unit = Math.sqrt(scaled / known) * levelAt(actual.length)
  const heard = model === undefined ? 0 : Math.min(1, shortSeries / actual.length)
  const deviation = Float64Array.from({ length: h }, (_, j) => {
    const tested = unit * (j + 1) ** power
    const own = Math.max(tested, model?.[j] ?? 0)
    return Math.sqrt((1 - heard) * tested * tested + heard * own * own)
  })
  return { deviation, degrees: Math.max(1, rolled.length / overlap(rolled, h)) }
}

/** Degrees of freedom of what never erred. */
const exact = 1e6
/** Without a back-test: the model's deviations, on hardly anything to go by; nothing where it never erred either. */
const untested = 2

function fromModel(model: Float64Array | undefined): Spread | undefined {
  if (model === undefined || !model.some((value) => value > 0)) return undefined
  return { deviation: model, degrees: untested }
}

/** 1 where origins are a horizon apart, up to 3 where they are next to each other. */
function overlap(rolled: readonly Origin[], h: number): number {
  const [first, second] = rolled
  const apart = first === undefined || second === undefined ? 1 : first.at - second.at
  return h === 1 ? 1 : 1 + 2 * Math.max(0, (h - apart) / (h - 1))
}

/** The power of the horizon that the errors grow with: a regression of logarithms, drawn to the prior. */
function powerOf(squares: Float64Array, counts: Float64Array): number {
  let weight = 0
  let meanX = 0
  let meanY = 0
  const each = (use: (x: number, y: number, count: number) => void) => {
    squares.forEach((sum, j) => {
      const count = counts[j] as number
      if (count > 0 && sum > 0) use(Math.log(j + 1), Math.log(sum / count) / 2, count)
    })
  }
  each((x, y, count) => {
    weight += count
    meanX += count * x
    meanY += count * y
  })
  meanX /= weight
  meanY /= weight
  let products = priorWeight * priorPower
  let spreads = priorWeight
  each((x, y, count) => {
    products += count * (x - meanX) * (y - meanY)
    spreads += count * (x - meanX) ** 2
  })
  return Math.min(steepest, Math.max(0, products / spreads))
}

/** Mean size of the last `width` values before `end`; 0 where there are none. */
function level(y: Float64Array, end: number, width: number): number {
  let sum = 0
  let count = 0
  for (let t = Math.max(0, end - width); t < end; t++) {
    const value = y[t] as number
    if (Number.isNaN(value)) continue
    sum += Math.abs(value)
    count++
  }
  return count === 0 ? 0 : sum / count
}

/** How many deviations the interval of a level reaches to either side. @param percent the level, 0 … 100 */
export function reach(percent: number, degrees: number): number {
  return tQuantile(1 - percent / 100, degrees)
}
