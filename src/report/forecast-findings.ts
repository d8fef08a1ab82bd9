/**
 * What `forecast` has to report: series with their forecasts and explanations, and the names of periods.
 */
import type { SeriesResult } from '../learn/forecast/tasks.ts'
import type { Json, ReportInput } from './report.ts'

export interface ForecastSeries {
  /** Texts of the `by` columns; empty without one. */
  readonly key: readonly string[]
  /** Periods; NaN where there is no value. */
  readonly values: Float64Array
  readonly filled: number
  readonly result: SeriesResult
  /** What period t is called: for programs, and for people. */
  date(t: number): string
  name(t: number): string
  /** What place i of the first season is called. */
  place(i: number): string
  /** The place that the calendar begins with. */
  readonly firstPlace: number
}

export interface ForecastFindings {
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  /** What was added up or counted: `sum of Sales`. */
  readonly what: string
  readonly freq: string
  readonly horizon: number
  readonly levels: readonly number[]
  readonly by: readonly string[]
  readonly series: readonly ForecastSeries[]
  /** How rows became periods, in sentences. */
  readonly how: string
}

export const noteWords: { readonly [note in SeriesResult['forecast']['notes'][number]]: string } = {
  constant: 'always the same value, which goes on',
  'all zero': 'never anything but zero, which goes on',
  short: 'too short for a model: the last value goes on',
  intermittent: 'demand comes now and then: a mean demand a period is forecast',
  guarded: 'the back-test prefers the season before (seasonal naive)',
  'too few for the method': 'too short for the method asked for: the last value goes on',
  'too short for a season': 'less history than the season needs: a method without a season takes its place',
  'out of range': 'values too large or too small to calculate with: the last value goes on',
  'no interval': 'too little history to say how far off the forecast may be: no intervals',
  'no back-test': 'too short for a back-test: intervals rest on the model alone',
}

export interface Place {
  readonly place: string
  readonly index: number
}

/** The places of a season in the order of the calendar: January, Monday or midnight first. */
export function placesOf({ place, firstPlace }: ForecastSeries, indices: Float64Array): Place[] {
  const m = indices.length
  return Array.from(indices, (_, k) => {
    const i = (firstPlace + k) % m
    return { place: place(i), index: indices[i] as number }
  })
}

export interface Overall {
  readonly series: number
  readonly smape: number
  readonly medianSmape: number
  readonly mase: number | undefined
  readonly maseNaive: number | undefined
  readonly coverage: readonly (number | undefined)[]
}

/** Means over the series that were back-tested. */
export function overallOf({ series, levels }: ForecastFindings): Overall | undefined {
  const tested = series.flatMap(({ result }) => result.forecast.backtest ?? [])
  if (tested.length === 0) return undefined
  const mean = (values: readonly (number | undefined)[]) => {
    const present = values.filter((value) => value !== undefined)
    return present.length === 0 ? undefined : present.reduce((sum, value) => sum + value, 0) / present.length
  }
  return {
    series: tested.length,
    smape: mean(tested.map(({ smape }) => smape)) ?? 0,
    medianSmape: middleOf(tested.map(({ smape }) => smape)),
    mase: mean(tested.map(({ mase }) => mase)),
    maseNaive: mean(tested.map(({ maseNaive }) => maseNaive)),
    coverage: levels.map((_, k) => mean(tested.map(({ coverage }) => coverage[k]))),
  }
}

/** The lower of the middle two where there are two. */
function middleOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[(sorted.length - 1) >> 1] ?? 0
}
