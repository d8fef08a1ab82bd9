/** `lode forecast`: from rows with a date to calendar periods, what they did, and what is to come. */
import { DataError, UsageError } from '../base/errors.ts'
import { stepByStep } from '../base/steps.ts'
import { count } from '../base/wording.ts'
import { forecastSteps, type SeriesJob, type SeriesResult } from '../learn/forecast/tasks.ts'
import { forecastReport } from '../report/forecast.ts'
import {
  firstPlaceOf,
  periodName,
  periodsPerYear,
  periodText,
  placeName,
  seasonsOf,
  type Frequency,
} from '../shape/periods.ts'
import { findFrequency } from '../shape/frequency.ts'
import { toSeries, type OneSeries, type SeriesSet } from '../shape/series.ts'
import { relationOf } from '../table/append.ts'
import type { Relation } from '../table/relation.ts'
import { command } from './command.ts'
import { options } from './forecast/options.ts'
import { freshlyNamed } from './result-names.ts'
import { readRows, type Read } from './forecast/read.ts'
import { columnsOf, learned } from './forecast/results.ts'
import { dummies, ignoredDays, periodsOf, readEvents, type Days, type Event } from './forecast/shocks.ts'
import { howOf, inputOf, toldOf, warnOfPeriods, warnOfSeries, warnOfShocks, whatOf } from './forecast/tell.ts'
import type { ForecastContext, Found, Work } from './forecast/work.ts'

export const forecast = command({
  name: 'forecast',
  summary: 'Forecast what comes next by calendar period, and say what the past did',
  about:
    'Adds the rows up by calendar period, for each series that --by names, and forecasts the periods to come with ' +
    'intervals that rest on a back-test: the series is cut at earlier points, forecast from each, and held against what ' +
    'came. With nothing else asked for the frequency is found out, part-filled periods at the edges are left out, and ' +
    'the forecast is the median of four methods (ETS, DOTM, Theta, CES), or what suits long seasons and intermittent ' +
    'demand. The report says how fast the series grew, how strong its season is and when its course changed.',
  options,
  examples: [
    ['sales by month, a year ahead', 'lode forecast fixtures/orders.csv --value amount --freq month'],
    [
      'a series for each product, for a report',
      'lode forecast fixtures/demand.csv --value units --by product --horizon 6 -f json',
    ],
    [
      'how many orders a week, with the past beside it',
      'lode forecast fixtures/orders.csv --freq week --method ets --level 90 --history',
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  async run(context) {
    const relation = context.inputs[0] as Relation
    const ignored = ignoredDays(context.options.ignore)
    const events = await eventsOf(context)
    const read = await readRows(context, relation)
    const freq = frequencyOf(context, read)
    const set = toSeries(read.rows, {
      freq,
      aggregate: read.aggregate,
      fill: context.options.fill,
      keepEdges: context.options.edge === 'keep',
    })
    refuseUseless(context, relation, set)
    const horizon = context.options.horizon ?? usualHorizon(set)
    const places = set.series.flatMap((one, place) => (hasValues(one, set.freq, ignored) ? [place] : []))
    if (places.length === 0) {
      throw new DataError('--ignore leaves no value to learn from', {
        code: 'E_NO_ROWS',
        help: ['Name fewer periods.'],
      })
    }
    const seasons = context.options.season ?? seasonsOf(freq)
    const results = await stepByStep(
      forecastSteps(
        places.map((place) => jobOf(set, place, horizon, ignored, events)),
        {
          method: context.options.method,
          seasons,
          horizon,
          levels: context.options.level,
          origins: context.options.backtest,
          allowNegative: context.options.allowNegative,
          perYear: periodsPerYear(freq),
        },
      ),
      context.signal,
      context.pool,
    )
    const found = places.map((place, i) => seriesOf(set, read, place, results[i] as SeriesResult))
    const work: Work = { context, relation, read, set, freq, horizon, seasons, found }
    warnOfPeriods(work)
    warnOfSeries(work)
    warnOfShocks(work, ignored, events)
    return {
      rows: await relationOf(
        context.engine,
        relation,
        freshlyNamed(context, { columns: [] }, columnsOf(work)),
      ),
      report: async () =>
        forecastReport({
          input: inputOf(work),
          params: context.params,
          what: whatOf(read),
          freq,
          horizon,
          levels: context.options.level,
          by: read.names.by,
          series: found,
          how: howOf(work),
        }),
      model: () => learned(work),
      told: () => toldOf(work),
    }
  },
})

async function eventsOf(context: ForecastContext): Promise<Event[]> {
  const path = context.options.events
  if (path === undefined) return []
  const bytes = await context.readFile(path).catch((cause: unknown) => {
    throw new DataError(`--events "${path}" can't be read`, { code: 'E_EVENTS', cause })
  })
  return readEvents(bytes, path)
}

function frequencyOf(context: ForecastContext, { rows, names, least }: Read): Frequency {
  const asked = context.options.freq
  if (asked !== 'auto') {
    if (asked === 'hour' && rows.seconds === undefined) {
      throw new UsageError(`--freq hour needs times of day, and "${names.date}" has none`)
    }
    return asked
  }
  const { freq, regular } = findFrequency(rows, least)
  context.note(
    regular
      ? `dates follow each other by ${freq}, so that is the period; --freq sets another`
      : `the ${freq} is the shortest period of which nearly all hold a row; --freq sets another`,
  )
  return freq
}

/** Forecasts at most, of all series together. */
const mostForecasts = 20_000_000

function refuseUseless(context: ForecastContext, relation: Relation, set: SeriesSet): void {
  if (set.series.every(({ values }) => values.length === 0)) {
    throw new DataError(`no period of ${relation.files.join(' and ')} holds a row`, { code: 'E_NO_ROWS' })
  }
  const h = context.options.horizon ?? 0
  if (h * set.series.length > mostForecasts) {
    throw new UsageError(`--horizon ${h} for ${count(set.series.length)} series is too much`)
  }
}

/** A season where the longest series shows two of them, else 12. */
function usualHorizon({ freq, series }: SeriesSet): number {
  const longest = series.reduce((most, { values }) => Math.max(most, values.length), 0)
  return seasonsOf(freq).find((m) => 2 * m <= longest) ?? 12
}

/** Whether there is a value outside of what is ignored. */
function hasValues({ values, first }: OneSeries, freq: Frequency, ignored: readonly Days[]): boolean {
  const ranges = ignored.map((days) => periodsOf(days, freq))
  return values.some(
    (value, t) =>
      !Number.isNaN(value) && !ranges.some(({ from, to }) => first + t >= from && first + t <= to),
  )
}

function jobOf(
  { freq, series }: SeriesSet,
  place: number,
  horizon: number,
  ignored: readonly Days[],
  events: readonly Event[],
): SeriesJob {
  const { values, first } = series[place] as OneSeries
  return {
    values,
    ignored: ignored.map((days) => {
      const { from, to } = periodsOf(days, freq)
      return { from: from - first, to: to - first }
    }),
    events: dummies(events, freq, first, values.length + horizon),
  }
}

function seriesOf({ freq, series }: SeriesSet, { keys }: Read, place: number, result: SeriesResult): Found {
  const { first, values, gaps, hole } = series[place] as OneSeries
  const m = result.forecast.seasons[0] ?? 1
  return {
    key: keys[place] as readonly string[],
    values,
    first,
    hole,
    filled: gaps,
    result,
    date: (t) => periodText(freq, first + t),
    name: (t) => periodName(freq, first + t),
    place: (i) => placeName(freq, m, first + i),
    firstPlace: firstPlaceOf(freq, m, first),
  }
}
