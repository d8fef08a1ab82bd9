/** The options of forecast, as data. */
import { UsageError } from '../../base/errors.ts'
import { methodNames } from '../../learn/forecast/methods.ts'
import { frequencies } from '../../shape/periods.ts'
import { choice, columns, file, flag, integer, modelFile, text, type OptionSpec } from '../option.ts'

const PERIODS = 'Rows to periods'
const MODEL = 'Forecast'
const SHOCKS = 'Events and shocks'

/** `80,95`: percents, the smaller first. */
const levels: OptionSpec<readonly number[]> = {
  about: 'how sure the intervals are to hold what comes, in percent',
  metavar: 'P[,P]',
  group: MODEL,
  fallback: [80, 95],
  defaultText: '80,95',
  badValue: '100',
  parse(given = '') {
    const found = given.split(',').map((one) => (/^\s*\d{1,2}(\.\d{1,6})?\s*$/.test(one) ? Number(one) : NaN))
    const part = found.find((level) => level > 0 && level < 1)
    if (part !== undefined) {
      const percent = Number((100 * part).toPrecision(8))
      throw new UsageError(`must be percents: ${part} is less than one; for ${percent}% write ${percent}`)
    }
    if (found.every((level) => level > 0 && level < 100)) return [...new Set(found)].sort((a, b) => a - b)
    throw new UsageError(`must be percents above 0 and below 100, like 80,95; got "${given}"`)
  },
}

/** Periods of a season, or of several; undefined: those usual for the frequency. */
const season: OptionSpec<readonly number[] | undefined> = {
  about:
    'periods of a season, or of several; 1 for none; auto takes what is usual (12 months, 7 and 365 days)',
  metavar: 'auto|N[,M]',
  group: MODEL,
  fallback: undefined,
  defaultText: 'auto',
  badValue: 'winter',
  parse(given = '') {
    if (given === 'auto') return undefined
    const found = given.split(',').map((one) => (/^\s*\d{1,5}\s*$/.test(one) ? Number(one) : NaN))
    if (found.every((m) => m >= 1)) return [...new Set(found)].filter((m) => m > 1).sort((a, b) => a - b)
    throw new UsageError(`must be auto or whole numbers of periods, like 12 or 24,168; got "${given}"`)
  },
}

/** [from, to] as written; what they mean is known once the calendar is (ignored.ts). */
const ranges: OptionSpec<readonly (readonly [string, string])[]> = {
  about: 'leave a shock out of the learning: dates or periods, 2020-03..2020-06; repeatable',
  metavar: 'FROM..TO',
  group: SHOCKS,
  fallback: [],
  repeatable: true,
  badValue: '..',
  parse(given = '', before) {
    const [, from = '', to = from] = /^\s*(.+?)\s*(?:\.\.\s*(.+?)\s*)?$/.exec(given) ?? []
    if (from === '' || from.startsWith('..') || to.startsWith('.')) {
      throw new UsageError(`must look like FROM..TO, with dates like 2020-03-15 or 2020-03; got "${given}"`)
    }
    return [...before, [from, to] as const]
  },
}

export const options = {
  date: text({
    about: 'column of dates; may be left out where there is only one',
    metavar: 'COL',
    group: PERIODS,
  }),
  value: text({ about: 'column of numbers; without one, rows are counted', metavar: 'COL', group: PERIODS }),
  by: columns({ about: 'a series for each value of these columns', group: PERIODS }),
  freq: choice({
    about: 'length of a period; auto finds it out from how the dates lie',
    choices: ['auto', ...frequencies],
    default: 'auto',
    group: PERIODS,
  }),
  aggregate: choice({
    about: 'what becomes of the rows of a period; sum where there is a value, else count',
    choices: ['sum', 'mean', 'count', 'last'],
    group: PERIODS,
  }),
  fill: choice({
    about:
      'what a period without rows is: zero (and on to the end of the data), missing, or the one before; by default ' +
      'zero for counts, and for sums where a period has several rows, or none now and then; missing else, and where ' +
      'only days or hours of rest have none',
    choices: ['zero', 'missing', 'previous'],
    group: PERIODS,
  }),
  edge: choice({
    about: 'a first or last period that the rows fill less of than they do of the others',
    choices: ['drop', 'keep'],
    default: 'drop',
    group: PERIODS,
  }),
  dateOrder: choice({
    about: 'what comes first in dates like 03/04/2024, where no row tells',
    choices: ['day', 'month', 'year'],
    group: PERIODS,
  }),
  horizon: integer({
    min: 1,
    max: 10_000,
    about: 'periods to forecast',
    defaultText: 'a season, or 12',
    group: MODEL,
  }),
  level: levels,
  method: choice({
    about:
      `how to forecast: ${methodNames.join(', ')}; auto is the median of ets, dotm, theta and ces, mstl for long seasons, ` +
      'sba or tsb for demand now and then, and snaive where the back-test is surely (95%) better with it',
    choices: methodNames,
    default: 'auto',
    metavar: 'NAME',
    group: MODEL,
  }),
  season,
  backtest: integer({
    min: 0,
    max: 1000,
    default: 12,
    about:
      'earlier points to forecast from and compare with what came, evenly over the last fifth and at most a horizon ' +
      'apart, the last one a step before the end; intervals rest on these; 0 for none',
    group: MODEL,
  }),
  allowNegative: flag({ about: 'forecasts may fall below 0 where the past never did', group: MODEL }),
  events: file({
    about:
      'CSV of event,date[,before,after]: feasts, sales, closures, past and to come; before and after are days',
    group: SHOCKS,
  }),
  ignore: ranges,
  saveModel: modelFile(),
  history: flag({ about: 'rows of the past too, with actual, fitted, trend, season and remainder' }),
}
