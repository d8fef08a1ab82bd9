/**
 * How far off a forecast may be: the widths of intervals, from the errors of a back-test.
 *
 * In:  the series, the forecasts from rolling origins, the deviations of the method's own model.
 * Out: how far an interval of any level reaches below and above each forecast.
 *
 * Errors of series that are never below 0 are taken relative to the level of a season before their origin, since what
 * grows errs by more; a level that has doubled or halved since then is as much as is believed of that. They are taken
 * to grow as a power of the horizon, fitted to the series' own errors and drawn to 1 (errors that grow in step with the
 * horizon, as they do where the trend is uncertain) as by four more observations. Errors of origins less than a
 * horizon apart overlap: they count for as little as a third. A model that thinks itself less sure than the back-test
 * says is heard, the shorter the series the more: its variance counts by 14/n. Intervals are Student's.
 *
 * Of demand that comes now and then the errors are far from normal, and a forecast that is the same for all horizons
 * errs by the same at each. There intervals reach as far as the errors made one step ahead did, by their ranks, as
 * in split conformal prediction (Vovk, Gammerman & Shafer, "Algorithmic learning in a random world", 2005).
 */
import { tQuantile } from '../distributions.ts'
import type { Origin } from './rolling.ts'

/** How far the interval of a level, in percent, reaches; both are 0 or more, in the units of the series. */
export type Spread = (percent: number) => {
  readonly below: (step: number) => number
  readonly above: (step: number) => number
}

const priorPower = 1
const priorWeight = 4
const steepest = 1.5
/** Values of the series at which the model's own variance no longer counts in full. */
const shortSeries = 14
/** The level counts as having changed by no more than this factor, up or down. */
const mostChange = 2

export interface SpreadOptions {
  /** Values whose mean size is the level: a season of the longest kind. */
  readonly width: number
  /** Errors are relative to the level at their origin. */
  readonly relative: boolean
  /** h deviations by the method's own model, where it has one. */
  readonly model: Float64Array | undefined
}

/** Undefined where nothing is known of any error. @param actual n values; NaN where there is none */
export function spread(
  actual: Float64Array,
  rolled: readonly Origin[],
  h: number,
  { width, relative, model }: SpreadOptions,
): Spread | undefined {
  const squares = new Float64Array(h)
  const counts = new Float64Array(h)
  const now = level(actual, actual.length, width)
  for (const { at, point } of rolled) {
    const change = relative ? bounded(now / level(actual, at, width)) : 1
    for (let j = 0; j < point.length; j++) {
      const error = ((actual[at + j] as number) - (point[j] as number)) * change
      if (Number.isNaN(error)) continue
      squares[j] = (squares[j] as number) + error * error
      counts[j] = (counts[j] as number) + 1
    }
  }
  const known = counts.reduce((sum, count) => sum + count, 0)
  if (known === 0) return fromModel(model)
  const power = powerOf(squares, counts)
  let scaled = 0
  for (let j = 0; j < h; j++) scaled += (squares[j] as number) / (j + 1) ** (2 * power)
  const unit = Math.sqrt(scaled / known)
  const heard = model === undefined ? 0 : Math.min(1, shortSeries / actual.length)
  const deviation = Float64Array.from({ length: h }, (_, j) => {
    const tested = unit * (j + 1) ** power
    const own = Math.max(tested, model?.[j] ?? 0)
    return Math.sqrt((1 - heard) * tested * tested + heard * own * own)
  })
  return students(deviation, Math.max(1, rolled.length / overlap(rolled, h)))
}

/** What the level has changed by, as far as that is believed; 1 where there is none. */
function bounded(change: number): number {
  return Number.isFinite(change) ? Math.min(mostChange, Math.max(1 / mostChange, change)) : 1
}

/** Without a back-test: the model's deviations, on hardly anything to go by; nothing where it never erred either. */
const untested = 2

function fromModel(model: Float64Array | undefined): Spread | undefined {
  if (model === undefined || !model.some((value) => value > 0)) return undefined
  return students(model, untested)
}

function students(deviation: Float64Array, degrees: number): Spread {
  const reaches = new Map<number, number>()
  return (percent) => {
    let times = reaches.get(percent)
    if (times === undefined) reaches.set(percent, (times = reach(percent, degrees)))
    const half = (step: number) => times * (deviation[step] as number)
    return { below: half, above: half }
  }
}

/** How many deviations the interval of a level reaches to either side. @param percent the level, 0 … 100 */
function reach(percent: number, degrees: number): number {
  return tQuantile(1 - percent / 100, degrees)
}

/**
 * The ranks of the errors made one step ahead, for forecasts that are the same at all horizons. Undefined for fewer
 * than two errors.
 */
export function spreadByRanks(actual: Float64Array, fitted: Float64Array): Spread | undefined {
  const errors = actual
    .map((value, t) => value - (fitted[t] as number))
    .filter(Number.isFinite)
    .sort()
  const n = errors.length
  if (n < 2) return undefined
  const sigma = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / n)
  return (percent) => {
    const rank = Math.floor(((n + 1) * (100 - percent)) / 200) - 1
    // Too few errors for the level: as if they were normal, and no less than the largest.
    const least = rank >= 0 ? 0 : reach(percent, n - 1) * sigma
    const below = Math.max(0, -(errors[Math.max(0, rank)] as number), least)
    const above = Math.max(0, errors[n - 1 - Math.max(0, rank)] as number, least)
    return { below: () => below, above: () => above }
  }
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
  if (weight === 0) return priorPower
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
