/** What forecast says beside its numbers: how rows became periods, what was not as usual, what became of the rows. */
import { count, listed, plural } from '../../base/wording.ts'
import { noteWords } from '../../report/forecast-findings.ts'
import type { ReportInput } from '../../report/report.ts'
import { periodName, periodsPerYear } from '../../shape/periods.ts'
import type { Read } from './read.ts'
import type { Days, Event } from './shocks.ts'
import type { Found, Work } from './work.ts'

/** What is added up or counted. */
export function whatOf({ aggregate, names }: Read): string {
  if (aggregate === 'count') return 'rows'
  return `${aggregate} of ${names.value}`
}

const aggregateWords = {
  sum: 'added up',
  mean: 'averaged',
  count: 'counted',
  last: 'reduced to the last one',
} as const

const fillWords = {
  zero: 'taken as 0',
  missing: 'left without a value',
  previous: 'given the value before',
} as const

/** How rows became periods, in sentences. */
export function howOf({ read, set, freq, found }: Work): string {
  const used = read.all - Object.values(read.dropped).reduce((sum, rows) => sum + rows, 0) - set.edgeRows
  const first = Math.min(...found.map((one) => one.first))
  const last = Math.max(...found.map((one) => one.first + one.values.length - 1))
  const sentences = [
    `${plural(used, 'row')} of ${count(read.all)} ${aggregateWords[read.aggregate]} by ${freq}, ` +
      `${periodName(freq, first)} to ${periodName(freq, last)}.`,
  ]
  const edges = [set.droppedFirst, set.droppedLast].filter((period) => period !== undefined)
  if (edges.length > 0) {
    sentences.push(
      `Left out as the rows fill only a part of ${edges.length === 1 ? 'it' : 'them'}: ` +
        `${listed(edges.map((period) => periodName(freq, period)))} (${plural(set.edgeRows, 'row')}).`,
    )
  }
  if (set.filled > 0) {
    sentences.push(
      `${plural(set.filled, `${freq} without rows was`, `${freq}s without rows were`)} ${fillWords[set.fill]}.`,
    )
  }
  return sentences.join(' ')
}

export function inputOf({ relation, read, set }: Work): ReportInput {
  const dropped = { ...read.dropped, ...(set.edgeRows > 0 ? { part_filled_period: set.edgeRows } : {}) }
  const { date, value, by } = read.names
  return {
    files: relation.files,
    rows: read.all,
    columns: relation.columns.length,
    rows_used: read.all - Object.values(dropped).reduce((sum, rows) => sum + rows, 0),
    columns_used: [date, ...(value === undefined ? [] : [value]), ...by],
    dropped,
  }
}

export function warnOfPeriods({ context, read, set, freq, found }: Work): void {
  for (const period of [set.droppedFirst, set.droppedLast]) {
    if (period === undefined) continue
    context.warn({
      code: 'edge_dropped',
      message: `the rows fill only a part of ${periodName(freq, period)}, which is left out; --edge keep takes it`,
    })
  }
  for (const period of set.keptEdges) {
    context.warn({
      code: 'edge_kept',
      message: `the rows fill only a part of ${periodName(freq, period)}, which is taken as it is`,
    })
  }
  if (set.filled > 0) {
    const asked = context.options.fill === undefined ? '; --fill says otherwise' : ''
    context.warn({
      code: 'periods_filled',
      message: `${plural(set.filled, `${freq} without rows is`, `${freq}s without rows are`)} ${fillWords[set.fill]}${asked}`,
    })
  }
  // Few periods with several rows, where the rest have one: perhaps a row stands twice.
  if (read.aggregate !== 'count' && set.shared > 0 && set.shared <= 0.05) {
    context.warn({
      code: 'periods_with_several_rows',
      message: `some ${freq}s (${(100 * set.shared).toFixed(1)}%) have more than one row, which were ${aggregateWords[read.aggregate]}`,
    })
  }
  // A year or more without a row, where there is one series to say it of.
  const [only] = found
  if (only === undefined || read.rows.seriesCount > 1) return
  const { from, length } = only.hole
  if (length < Math.max(2, Math.floor(periodsPerYear(freq)))) return
  context.warn({
    code: 'long_gap',
    message: `no rows from ${only.name(from)} to ${only.name(from + length - 1)} (${plural(length, freq)})`,
  })
}

/** How many series, and the first of them by name. */
function named(keys: readonly string[]): string {
  return `${plural(keys.length, 'series', 'series')} (${listed(keys.slice(0, 3))}${keys.length > 3 ? ', …' : ''})`
}

export function warnOfSeries({ context, found, horizon, freq, seasons, set, read }: Work): void {
  const many = found.length > 1
  const notes = new Map<string, Found[]>()
  for (const one of found) {
    for (const note of one.result.forecast.notes) notes.set(note, [...(notes.get(note) ?? []), one])
  }
  for (const [note, with_] of notes) {
    const who = many ? `${named(with_.map(({ key }) => key.join('/')))}: ` : ''
    context.warn({
      code: `series_${note.replaceAll(/[ -]/g, '_')}`,
      message: `${who}${noteWords[note as keyof typeof noteWords]}`,
    })
  }
  const known = new Set(found.map(({ key }) => key.join('/')))
  const lacking = read.keys.map((key) => key.join('/')).filter((key) => !known.has(key))
  if (lacking.length > 0) {
    context.warn({
      code: 'series_without_values',
      message: `${named(lacking)} without a value in the periods kept, and so without a forecast`,
    })
  }
  const early = many ? found.filter(({ first, values }) => first + values.length - 1 < set.to) : []
  if (early.length > 0) {
    context.warn({
      code: 'series_end_early',
      message:
        `${named(early.map(({ key }) => key.join('/')))} with no row up to ${periodName(freq, set.to)}: ` +
        'forecast from where each ends; --fill zero says that nothing came after',
    })
  }
  const beyond = found.filter(({ values }) => values.length < horizon).length
  if (beyond > 0) {
    const who = many ? plural(beyond, 'series is', 'series are') : 'the history is'
    context.warn({
      code: 'horizon_beyond_history',
      message: `${who} shorter than the ${plural(horizon, freq)} asked for; so far ahead little is known`,
    })
  }
  const asked = context.options.season
  const unused =
    asked === undefined
      ? []
      : seasons.filter((m) => found.every(({ result }) => !result.forecast.seasons.includes(m)))
  if (unused.length > 0) {
    context.warn({
      code: 'season_too_long',
      message: `a season of ${listed(unused.map(String))} ${freq}s needs twice as many, so it is not used`,
    })
  }
  if (context.options.allowNegative) return
  const negative = found.filter(({ values }) => values.some((value) => value < 0)).length
  const multiplicative = context.options.method === 'hw' || context.options.method === 'ets'
  if (negative > 0 && multiplicative) {
    context.warn({
      code: 'negative_values',
      message: `values below 0${many ? ` in ${plural(negative, 'series', 'series')}` : ''}: multiplicative forms have no part`,
    })
  }
}

export function warnOfShocks(
  { context, found }: Work,
  ignored: readonly Days[],
  events: readonly Event[],
): void {
  if (ignored.length > 0 && found.every(({ result }) => result.ignored === 0)) {
    context.warn({ code: 'ignore_outside', message: '--ignore names no period that has a value' })
  }
  if (events.length === 0) return
  const unknown = new Set(
    found.flatMap(({ result }) =>
      result.effects.flatMap(({ name, effect }) => (effect === undefined ? [name] : [])),
    ),
  )
  if (unknown.size > 0) {
    context.warn({
      code: 'event_without_past',
      message: `no past period to learn from for ${listed([...unknown])}: taken as without effect`,
    })
  }
  if (found.every(({ result }) => result.effects.length === 0)) {
    context.warn({
      code: 'events_outside',
      message: 'no event of the file lies in the periods of the data or to come',
    })
  }
}

const lackingWords: { readonly [reason: string]: string } = {
  missing_date: 'a date',
  missing_value: 'a value',
  missing_key: 'a key of their series',
}

/** What became of the rows, in a line. */
export function toldOf({ read, found, horizon, freq }: Work): string {
  const lost = Object.values(read.dropped).reduce((sum, rows) => sum + rows, 0)
  const of = found.length === 1 ? '' : ` of ${plural(found.length, 'series', 'series')}`
  const lacking = Object.keys(read.dropped).map((reason) => lackingWords[reason] ?? reason)
  const without = lost === 0 ? '' : `; ${plural(lost, 'row')} without ${lacking.join(' or ')} took no part`
  return `${plural(horizon, freq)}${of} to come, from ${plural(read.all, 'row')}${without}`
}
