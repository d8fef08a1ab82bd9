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
  const h = asked.horizon
  const known = job.values.slice()
  let ignored = 0
  // A dummy for each period of its own is the same as a period without a value.
  for (const { from, to } of job.ignored) {
    for (let t = Math.max(0, from); t <= Math.min(n - 1, to); t++) {
      if (!Number.isNaN(known[t])) ignored++
      known[t] = NaN
    }
  }
  if (ignored > 0 && known.every(Number.isNaN)) known.set(job.values)
  const seasons = asked.seasons.filter((m) => m > 1 && 2 * m <= n).sort((a, b) => a - b)
  const m = seasons[0] ?? 1
  const events = job.events.filter(({ share }) => share.some((part) => part > 0))
  const without = events.length === 0 ? undefined : withoutEvents(known, m, events, h)
  const actual = without?.adjusted ?? known
  const closed = closeGaps(actual, m)
  const forecast = forecastSeries(actual, closed, asked)
  return {
    forecast: without === undefined ? forecast : withEvents(forecast, without.change, without.multiplied, n),
    explained: explain(actual, closed, seasons, asked.perYear),
    effects: without?.effects ?? [],
    effectsMultiply: without?.multiplied ?? false,
    ignored,
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
