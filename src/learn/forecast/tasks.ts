/**
 * Many series, shared out over threads: each is cleaned of shocks and events, explained, forecast and back-tested.
 *
 * In:  series of numbers, one a period, and what was asked for.
 * Out: for each series what it did and what is to come, in the order of the series whatever thread it was done on.
 * Cost: some milliseconds a series of 100 months.
 */
import { shared, type Steps, type Task } from '../../base/steps.ts'
import { explain, type Explained } from './explain.ts'
import { withoutEvents, type EventDummy, type EventEffect } from './events.ts'
import { closeGaps } from './gaps.ts'
import { forecastSeries, type SeriesForecast, type SeriesOptions } from './series.ts'

export interface SeriesJob {
  /** n ≥ 1 numbers, NaN where there is none; at least one is a number. */
  readonly values: Float64Array
  /** Periods from … to (inclusive) that the model must not learn from. */
  readonly ignored: readonly { readonly from: number; readonly to: number }[]
  readonly events: readonly EventDummy[]
}

export interface AskedOfSeries extends SeriesOptions {
  readonly perYear: number
}

export interface SeriesResult {
  readonly forecast: SeriesForecast
  readonly explained: Explained
  readonly effects: readonly EventEffect[]
  readonly effectsMultiply: boolean
  /** Periods that were ignored, of those that have a value. */
  readonly ignored: number
}

/** Series that one job takes: enough to be worth sending, few enough to share out evenly. */
const seriesAJob = 32

/** Series in blocks, so that a signal is heard in between. */
export function* forecastSteps(jobs: readonly SeriesJob[], asked: AskedOfSeries): Steps<SeriesResult[]> {
  const blocks: (readonly SeriesJob[])[] = []
  for (let from = 0; from < jobs.length; from += seriesAJob) blocks.push(jobs.slice(from, from + seriesAJob))
  const results = yield* shared(forecastsOfSeries, asked, blocks)
  return results.flat()
}

export const forecastsOfSeries: Task<AskedOfSeries, readonly SeriesJob[], SeriesResult[]> = {
  name: 'forecast/series',
  run(asked, jobs) {
    return jobs.map((job) => forecastOne(job, asked))
  },
}

export function forecastOne(job: SeriesJob, asked: AskedOfSeries): SeriesResult {
  const n = job.values.length
  const all = job.values.slice()
  let ignored = 0
  // A dummy for each period of its own is the same as a period without a value.
  for (const { from, to } of job.ignored) {
    for (let t = Math.max(0, from); t <= Math.min(n - 1, to); t++) {
      if (!Number.isNaN(all[t])) ignored++
      all[t] = NaN
    }
  }
  // What is not known at the ends is not made up: the forecast reaches over it from the last value.
  const { from, to } = knownSpan(all)
  const known = all.subarray(from, to)
  const horizon = asked.horizon + n - to
  const seasons = asked.seasons.filter((m) => m > 1 && 2 * m <= known.length).sort((a, b) => a - b)
  const m = seasons[0] ?? 1
  const events = job.events
    .map(({ name, share }) => ({ name, share: share.subarray(from) }))
    .filter(({ share }) => share.some((part) => part > 0))
  const without = events.length === 0 ? undefined : withoutEvents(known, m, events, horizon)
  const actual = without?.adjusted ?? known
  const closed = closeGaps(actual, m)
  const plain = forecastSeries(actual, closed, { ...asked, horizon })
  const forecast =
    without === undefined ? plain : withEvents(plain, without.change, without.multiplied, known.length)
  return {
    forecast: placedForecast(forecast, from, n - to),
    explained: placedExplained(explain(actual, closed, seasons, asked.perYear), from, n),
    effects: without?.effects ?? [],
    effectsMultiply: without?.multiplied ?? false,
    ignored,
  }
}

/** From the first value to after the last one. @param y at least one is a number */
function knownSpan(y: Float64Array): { readonly from: number; readonly to: number } {
  let from = 0
  let to = y.length
  while (from < to && Number.isNaN(y[from])) from++
  while (to > from && Number.isNaN(y[to - 1])) to--
  return { from, to }
}

/** A forecast of a stretch as one of the whole: the first `beyond` periods to come still belong to the past. */
function placedForecast(forecast: SeriesForecast, from: number, beyond: number): SeriesForecast {
  if (from === 0 && beyond === 0) return forecast
  const { point, lower, upper, fitted } = forecast
  return {
    ...forecast,
    point: point.slice(beyond),
    lower: lower.map((values) => values.slice(beyond)),
    upper: upper.map((values) => values.slice(beyond)),
    fitted: Float64Array.of(...new Array<number>(from).fill(NaN), ...fitted, ...point.subarray(0, beyond)),
  }
}

/** The explanation of a stretch, with the periods counted from the beginning of the whole series of n. */
function placedExplained(explained: Explained, from: number, n: number): Explained {
  const { parts, seasonalIndex, changes, highest, lowest } = explained
  if (from === 0 && parts.trend.length === n) return explained
  const placed = (values: Float64Array) => {
    const whole = new Float64Array(n).fill(NaN)
    whole.set(values, from)
    return whole
  }
  return {
    ...explained,
    highest: highest + from,
    lowest: lowest + from,
    changes: changes.map((change) => ({ ...change, at: change.at + from })),
    seasonalIndex: seasonalIndex && {
      ...seasonalIndex,
      indices: seasonalIndex.indices.map((_, i, all) => {
        const m = all.length
        return all[(((i - from) % m) + m) % m] as number
      }),
    },
    parts: {
      ...parts,
      trend: placed(parts.trend),
      seasons: parts.seasons.map(placed),
      remainder: placed(parts.remainder),
    },
  }
}

/** What events do, put on what was forecast without them. */
function withEvents(
  forecast: SeriesForecast,
  change: Float64Array,
  multiplied: boolean,
  n: number,
): SeriesForecast {
  const on = (values: Float64Array, from: number) =>
    values.map((value, i) =>
      multiplied ? value * (change[from + i] as number) : value + (change[from + i] as number),
    )
  return {
    ...forecast,
    point: on(forecast.point, n),
    lower: forecast.lower.map((values) => on(values, n)),
    upper: forecast.upper.map((values) => on(values, n)),
    fitted: on(forecast.fitted, 0),
  }
}
