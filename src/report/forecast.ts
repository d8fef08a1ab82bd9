/**
 * The report of `forecast`: what each series did, what is to come, and how well that would have gone before.
 *
 * In:  series with their forecasts and explanations, and the names of periods; plain numbers and names.
 * Out: the keys that the contract names, and blocks for a person: one series whole, or many beside each other.
 */
import { count, figure, figures, listed, plural, share } from '../base/wording.ts'
import type { SeriesResult } from '../learn/forecast/tasks.ts'
import type { Block, Json, Report, ReportInput } from './report.ts'

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

export function forecastReport(found: ForecastFindings): Omit<Report, 'warnings'> {
  return {
    command: 'forecast',
    input: found.input,
    params: found.params,
    result: {
      freq: found.freq,
      horizon: found.horizon,
      levels: found.levels,
      series: found.series.map((one) => seriesJson(found, one)),
      overall: overallJson(found),
    },
    view: [
      { kind: 'heading', text: titleOf(found) },
      { kind: 'paragraph', text: found.how },
      ...(found.series.length === 1
        ? oneSeries(found, found.series[0] as ForecastSeries)
        : manySeries(found)),
    ],
  }
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value
}

function seriesJson(found: ForecastFindings, one: ForecastSeries): Json {
  const { forecast, explained, effects, effectsMultiply, ignored } = one.result
  const { growth, seasonalIndex } = explained
  const { backtest } = forecast
  const n = one.values.length
  return {
    key: one.key.length === 1 ? (one.key[0] as string) : one.key.length === 0 ? null : one.key,
    method: forecast.method,
    model: forecast.model,
    parameters: finiteOnly(forecast.parameters),
    n,
    from: one.date(0),
    to: one.date(n - 1),
    freq: found.freq,
    season:
      forecast.seasons.length === 0
        ? 1
        : forecast.seasons.length === 1
          ? (forecast.seasons[0] as number)
          : forecast.seasons,
    level_now: orNull(explained.levelNow),
    growth: {
      cagr: orNull(growth.cagr),
      year_over_year: orNull(growth.yearOverYear),
      slope: orNull(growth.slope?.perPeriod),
      slope_lower: orNull(growth.slope?.lower),
      slope_upper: orNull(growth.slope?.upper),
    },
    trend_strength: orNull(explained.trendStrength),
    seasonal_strength: orNull(explained.seasonalStrength),
    seasonal_index:
      seasonalIndex === undefined
        ? null
        : {
            kind: seasonalIndex.kind,
            places: [...seasonalIndex.indices].map((index, i) => ({ place: one.place(i), index })),
          },
    highest: { date: one.date(explained.highest), value: orNull(one.values[explained.highest]) },
    lowest: { date: one.date(explained.lowest), value: orNull(one.values[explained.lowest]) },
    change_points: explained.changes.map((change) => ({
      date: one.date(change.at),
      before: change.before,
      after: change.after,
      slope_before: change.slopeBefore,
      slope_after: change.slopeAfter,
    })),
    events: effects.map(({ name, periods, effect }) => ({
      event: name,
      periods,
      effect: orNull(effect),
      kind: effectsMultiply ? 'multiplicative' : 'additive',
    })),
    backtest:
      backtest === undefined
        ? null
        : {
            origins: backtest.origins,
            smape: backtest.smape,
            mase: orNull(backtest.mase),
            mase_snaive: orNull(backtest.maseNaive),
            mae: backtest.mae,
            coverage: coverageJson(found.levels, backtest.coverage),
          },
    filled_periods: one.filled,
    ignored_periods: ignored,
    notes: forecast.notes.map((note) => noteWords[note]),
  }
}

function finiteOnly(parameters: { readonly [name: string]: number }): { readonly [name: string]: number } {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => Number.isFinite(value)))
}

function coverageJson(levels: readonly number[], coverage: readonly (number | undefined)[]): Json {
  return Object.fromEntries(levels.map((level, k) => [String(level), orNull(coverage[k])]))
}

export const noteWords: { readonly [note in SeriesResult['forecast']['notes'][number]]: string } = {
  constant: 'always the same value, which goes on',
  'all zero': 'never anything but zero, which goes on',
  short: 'too short for a model: the last value goes on',
  intermittent: 'demand comes now and then: a mean demand a period is forecast',
  guarded: 'the back-test prefers the season before (seasonal naive)',
  'too few for the method': 'too short for the method asked for: the last value goes on',
  'no back-test': 'too short for a back-test: intervals rest on the model alone',
}

interface Overall {
  readonly series: number
  readonly smape: number
  readonly medianSmape: number
  readonly mase: number | undefined
  readonly maseNaive: number | undefined
  readonly coverage: readonly (number | undefined)[]
}

/** Means over the series that were back-tested. */
function overallOf({ series, levels }: ForecastFindings): Overall | undefined {
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

function overallJson(found: ForecastFindings): Json {
  const overall = overallOf(found)
  if (overall === undefined) return null
  return {
    series: overall.series,
    smape: overall.smape,
    smape_median: overall.medianSmape,
    mase: orNull(overall.mase),
    mase_snaive: orNull(overall.maseNaive),
    coverage: coverageJson(found.levels, overall.coverage),
  }
}

function titleOf({ what, freq, horizon, series, by }: ForecastFindings): string {
  const many =
    series.length === 1 ? '' : ` for ${plural(series.length, 'series', 'series')} (by ${listed(by)})`
  return `${capital(what)} by ${freq}: ${plural(horizon, freq)} to come${many}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Periods to come that a table still shows. */
const periodsShown = 24
/** Periods of the past that a chart shows at the least, and how many times those to come. */
const pastShown = 60
const pastTimes = 6

function oneSeries(found: ForecastFindings, one: ForecastSeries): Block[] {
  return [
    { kind: 'paragraph', text: wordsOf(found, one) },
    chartOf(found, one),
    forecastTable(found, one),
    ...seasonBlock(one),
    ...effectsBlock(one),
    ...backtestBlock(found, one),
  ]
}

/** What the series did, in sentences. */
function wordsOf({ freq }: ForecastFindings, one: ForecastSeries): string {
  const { explained, forecast } = one.result
  const { growth, trendStrength, seasonalStrength, seasonalIndex, changes } = explained
  const sentences: string[] = []
  if (growth.cagr !== undefined) {
    const direction = growth.cagr >= 0 ? 'grew' : 'shrank'
    const year =
      growth.yearOverYear === undefined
        ? ''
        : `; the last year was ${share(Math.abs(growth.yearOverYear))} ${growth.yearOverYear >= 0 ? 'above' : 'below'} the one before`
    sentences.push(`It ${direction} by ${share(Math.abs(growth.cagr))} a year${year}.`)
  }
  if (growth.slope !== undefined) {
    const { perPeriod, lower, upper } = growth.slope
    const [slope, from, to] = figures([perPeriod, lower, upper], 3)
    const sure = lower > 0 || upper < 0 ? '' : ', which may be none at all'
    sentences.push(`From ${freq} to ${freq} it changes by ${slope} (95% sure: ${from} to ${to}${sure}).`)
  }
  if (seasonalStrength !== undefined && seasonalIndex !== undefined) {
    const { indices, kind } = seasonalIndex
    const peak = indices.indexOf(Math.max(...indices))
    const trough = indices.indexOf(Math.min(...indices))
    const said = (i: number) =>
      kind === 'multiplicative'
        ? `${figure(indices[i] as number, 3)} times the trend`
        : signed(indices[i] as number)
    sentences.push(
      `The season is ${strengthWord(seasonalStrength)} (strength ${seasonalStrength.toFixed(2)} of 1): highest ` +
        `${one.place(peak)} (${said(peak)}), lowest ${one.place(trough)} (${said(trough)}).`,
    )
  }
  if (trendStrength !== undefined) {
    sentences.push(`The trend is ${strengthWord(trendStrength)} (${trendStrength.toFixed(2)} of 1).`)
  }
  const [high, low] = figures(
    [one.values[explained.highest] as number, one.values[explained.lowest] as number],
    4,
  )
  sentences.push(
    `Highest: ${high} (${one.name(explained.highest)}), lowest: ${low} (${one.name(explained.lowest)}).`,
  )
  for (const change of changes) {
    const [before, after] = figures([change.before, change.after], 3)
    sentences.push(`The course changed with ${one.name(change.at)}: ${before} was due, ${after} came.`)
  }
  for (const note of forecast.notes) sentences.push(`${capital(noteWords[note])}.`)
  return sentences.join(' ')
}

function signed(value: number): string {
  return value < 0 ? `−${figure(-value, 3)}` : `+${figure(value, 3)}`
}

function strengthWord(strength: number): string {
  if (strength >= 0.8) return 'strong'
  if (strength >= 0.4) return 'clear'
  return strength >= 0.2 ? 'weak' : 'hardly there'
}

function chartOf({ horizon, levels }: ForecastFindings, one: ForecastSeries): Block {
  const { forecast } = one.result
  const n = one.values.length
  const shown = Math.min(n, Math.max(pastTimes * horizon, pastShown))
  const widest = levels.length - 1
  return {
    kind: 'timeline',
    caption: `Past and forecast, with the ${levels[widest]}% interval`,
    actual: [...one.values.subarray(n - shown)].map((value) => (Number.isNaN(value) ? null : value)),
    expected: [...forecast.point],
    lower: [...(forecast.lower[widest] ?? [])],
    upper: [...(forecast.upper[widest] ?? [])],
    names: [one.name(n - shown), one.name(n), one.name(n + horizon - 1)],
  }
}

function forecastTable({ horizon, levels, freq }: ForecastFindings, one: ForecastSeries): Block {
  const { forecast } = one.result
  const n = one.values.length
  const shown = Math.min(horizon, periodsShown)
  const columns = [forecast.point, ...levels.flatMap((_, k) => [forecast.lower[k], forecast.upper[k]])].map(
    (values) => figures([...(values as Float64Array).subarray(0, shown)], 4),
  )
  return {
    kind: 'table',
    caption:
      shown < horizon
        ? `The first ${shown} of ${count(horizon)} ${freq}s to come`
        : `What is to come (${forecast.model})`,
    columns: [
      { name: freq },
      { name: 'forecast', align: 'right' },
      ...levels.flatMap((level) => [
        { name: `lower ${level}%`, align: 'right' } as const,
        { name: `upper ${level}%`, align: 'right' } as const,
      ]),
    ],
    rows: Array.from({ length: shown }, (_, i) => [
      one.name(n + i),
      ...columns.map((cells) => cells[i] as string),
    ]),
  }
}

/** Places of a season that bars still show. */
const placesShown = 24

function seasonBlock(one: ForecastSeries): Block[] {
  const index = one.result.explained.seasonalIndex
  if (index === undefined || index.indices.length > placesShown) return []
  const places = [...index.indices]
  if (index.kind === 'multiplicative') {
    return [
      {
        kind: 'bars',
        caption: 'The season, as a part of the trend',
        bars: places.map((value, i) => ({
          label: one.place(i),
          value: Math.max(0, value),
          text: share(value),
        })),
      },
    ]
  }
  const texts = figures(places, 3)
  return [
    {
      kind: 'table',
      caption: 'The season, as added to the trend',
      columns: [{ name: 'place' }, { name: 'added', align: 'right' }],
      rows: places.map((_, i) => [one.place(i), texts[i] as string]),
    },
  ]
}

function effectsBlock(one: ForecastSeries): Block[] {
  const { effects, effectsMultiply } = one.result
  if (effects.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'What events do',
      columns: [{ name: 'event' }, { name: 'periods', align: 'right' }, { name: 'effect', align: 'right' }],
      rows: effects.map(({ name, periods, effect }) => [
        name,
        count(periods),
        effect === undefined ? null : effectsMultiply ? signedShare(effect) : signed(effect),
      ]),
    },
  ]
}

function signedShare(value: number): string {
  return `${value < 0 ? '−' : '+'}${share(Math.abs(value))}`
}

function backtestBlock(found: ForecastFindings, one: ForecastSeries): Block[] {
  const { backtest } = one.result.forecast
  if (backtest === undefined) return []
  const { origins, smape, mase, maseNaive, coverage } = backtest
  const held = found.levels.flatMap((level, k) => {
    const part = coverage[k]
    return part === undefined ? [] : [`${share(part)} of what came lay in the ${level}% interval`]
  })
  const compared =
    mase === undefined || maseNaive === undefined
      ? ''
      : ` In mean changes from season to season (MASE) that is ${mase.toFixed(2)}; repeating the last season: ${maseNaive.toFixed(2)}.`
  return [
    {
      kind: 'paragraph',
      text:
        `Back-test: forecast from ${plural(origins, 'earlier point')}, it was off by ${smape.toFixed(1)}% (sMAPE).` +
        `${compared}${held.length === 0 ? '' : ` ${capital(held.join(', '))}.`}`,
    },
  ]
}

const seriesShown = 20

function manySeries(found: ForecastFindings): Block[] {
  const { series, by, horizon, freq } = found
  const total = (one: ForecastSeries) => one.result.forecast.point.reduce((sum, value) => sum + value, 0)
  const sorted = [...series].sort((a, b) => total(b) - total(a))
  const shown = sorted.slice(0, seriesShown)
  const totals = figures(shown.map(total), 4)
  const levels = figures(
    shown.map(({ result }) => result.explained.levelNow),
    4,
  )
  const overall = overallOf(found)
  const growthOf = ({ result }: ForecastSeries) => {
    const { cagr } = result.explained.growth
    return cagr === undefined ? null : signedShare(cagr)
  }
  const largest = shown[0]
  return [
    ...(overall === undefined ? [] : [{ kind: 'paragraph', text: overallWords(found, overall) } as const]),
    {
      kind: 'table',
      caption:
        series.length > seriesShown
          ? `The ${seriesShown} series with the largest forecast of ${count(series.length)}`
          : `Each series, the largest forecast first`,
      columns: [
        ...by.map((name) => ({ name })),
        { name: `${freq}s`, align: 'right' },
        { name: 'level now', align: 'right' },
        { name: 'a year', align: 'right' },
        { name: horizon === 1 ? `next ${freq}` : `next ${count(horizon)} ${freq}s`, align: 'right' },
        { name: 'off by', align: 'right' },
        { name: 'method' },
      ],
      rows: shown.map((one, i) => {
        const { forecast } = one.result
        return [
          ...one.key,
          count(one.values.length),
          levels[i] as string,
          growthOf(one),
          totals[i] as string,
          offBy(forecast),
          forecast.method,
        ]
      }),
    },
    ...(largest === undefined
      ? []
      : [
          { kind: 'heading', text: `The largest: ${largest.key.join(', ')}` } as const,
          { kind: 'paragraph', text: wordsOf(found, largest) } as const,
          chartOf(found, largest),
        ]),
  ]
}

/** Percents of zero mean nothing: of demand that comes now and then none is shown. */
function offBy({ backtest, notes }: SeriesResult['forecast']): string | null {
  return backtest === undefined || notes.includes('intermittent') ? null : `${backtest.smape.toFixed(1)}%`
}

function overallWords(
  found: ForecastFindings,
  { series, smape, medianSmape, mase, maseNaive, coverage }: Overall,
): string {
  const compared =
    mase === undefined || maseNaive === undefined
      ? ''
      : `, MASE ${mase.toFixed(2)} (repeating the last season: ${maseNaive.toFixed(2)})`
  const held = found.levels.flatMap((level, k) => {
    const part = coverage[k]
    return part === undefined ? [] : [`${share(part)} in the ${level}% interval`]
  })
  return (
    `Back-tested, half of ${plural(series, 'series', 'series')} were off by ${medianSmape.toFixed(1)}% or less (sMAPE; the ` +
    `mean is ${smape.toFixed(1)}%)${compared}` +
    `${held.length === 0 ? '' : `; ${held.join(', ')} of what came`}.`
  )
}
