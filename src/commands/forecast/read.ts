/**
 * The rows of a table as DatedRows: which columns, what their texts mean, which rows take no part and why.
 */
import { DataError, UsageError } from '../../base/errors.ts'
import { count, listed, plural } from '../../base/wording.ts'
import { isValid } from '../../base/column.ts'
import { dayNumber, frequencies, spanOf, type Frequency } from '../../shape/periods.ts'
import type { DatedRows } from '../../shape/dated-rows.ts'
import type { Aggregate } from '../../shape/series.ts'
import { chooseColumn, chooseColumns } from '../../table/columns.ts'
import { kindFacts } from '../../table/kinds.ts'
import { MISSING, readLevels, type LevelColumn } from '../../table/levels.ts'
import { readNumbers } from '../../table/numbers.ts'
import { refuseText } from '../../table/refuse-text.ts'
import type { Relation } from '../../table/relation.ts'
import { columnKinds } from '../../table/usable.ts'
import { isoDate, lookAtOrder, nothingSeen, type DateOrder } from '../../tidy/dates.ts'
import type { ForecastContext } from './work.ts'

export interface Read {
  readonly rows: DatedRows
  /** The texts of the `by` columns of each series. */
  readonly keys: readonly (readonly string[])[]
  readonly aggregate: Aggregate
  readonly names: {
    readonly date: string
    readonly value: string | undefined
    readonly by: readonly string[]
  }
  /** The shortest period that the dates name. */
  readonly least: Frequency
  /** Of day and month, where a text has both as numbers. */
  readonly order: DateOrder
  readonly all: number
  readonly dropped: { readonly [reason: string]: number }
}

export async function readRows(context: ForecastContext, relation: Relation): Promise<Read> {
  const { engine } = context
  const { date, value, by, aggregate: asked } = context.options
  if (context.columns !== undefined || context.exclude !== undefined) {
    throw new UsageError(
      'reads the columns named by --date, --value and --by; --columns and --exclude mean nothing here',
    )
  }
  const valuePlace = value === undefined ? undefined : chooseColumn(relation, value)
  const byPlaces = by === undefined ? [] : chooseColumns(relation, by)
  const aggregate = asked ?? (valuePlace === undefined ? 'count' : 'sum')
  if (valuePlace === undefined && aggregate !== 'count') {
    throw new UsageError(`--aggregate ${aggregate} needs a column of numbers: name it with --value`)
  }
  const datePlace =
    date === undefined
      ? await onlyDate(context, relation, [valuePlace, ...byPlaces])
      : chooseColumn(relation, date)
  const nameOf = (place: number) => relation.columns[place]?.name ?? ''
  const [dates, ...groups] = await readLevels(engine, relation, [datePlace, ...byPlaces])
  if (dates === undefined) throw new Error('no column of dates came back')
  const all = dates.codes.length
  if (all === 0) throw new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
  const moments = await momentsOf(context, relation, dates)
  const values =
    valuePlace === undefined || aggregate === 'count'
      ? undefined
      : await numbersOf(context, relation, valuePlace)
  const { codes, keys } = seriesOf(groups, all)
  const days = new Int32Array(all)
  const seconds = moments.seconds === undefined ? undefined : new Float64Array(all)
  const series = new Int32Array(all)
  const amounts = values?.values ?? new Float64Array(all)
  const dropped = { missing_date: 0, missing_value: 0, missing_key: 0 }
  for (let row = 0; row < all; row++) {
    const code = dates.codes[row] as number
    series[row] = codes[row] as number
    if (code === MISSING) dropped.missing_date++
    else if (series[row] === MISSING) dropped.missing_key++
    else if (values !== undefined && !isValid(values.valid, row)) dropped.missing_value++
    else {
      days[row] = moments.days[code] as number
      if (seconds !== undefined) seconds[row] = moments.seconds?.[code] as number
      continue
    }
    series[row] = -1
  }
  if (dropped.missing_date + dropped.missing_key + dropped.missing_value === all) {
    throw new DataError(
      `no row of ${relation.files.join(' and ')} has both a date in "${nameOf(datePlace)}" and a value` +
        (valuePlace === undefined ? '' : ` in "${nameOf(valuePlace)}"`),
      { code: 'E_NO_ROWS' },
    )
  }
  return {
    rows: { days, seconds, values: amounts, series, seriesCount: keys.length },
    keys,
    aggregate,
    order: moments.order,
    least: moments.least,
    names: {
      date: nameOf(datePlace),
      value: valuePlace === undefined ? undefined : nameOf(valuePlace),
      by: byPlaces.map(nameOf),
    },
    all,
    dropped: Object.fromEntries(Object.entries(dropped).filter(([, rows]) => rows > 0)),
  }
}

async function numbersOf({ engine }: ForecastContext, relation: Relation, place: number) {
  const [facts] = await kindFacts(engine, relation, [place])
  if (facts !== undefined) await refuseText(engine, relation, place, facts)
  const [column] = await readNumbers(engine, relation, [place])
  if (column === undefined) throw new Error(`no numbers of column ${place}`)
  return column
}

const dateName = /^(?:.*[_\s.-])?(?:date|datetime|timestamp|time|day|week|month|quarter|year|period|ds)$/i

/** The only column of dates, or the only one that is named like one. */
async function onlyDate(
  { engine }: ForecastContext,
  relation: Relation,
  taken: readonly (number | undefined)[],
): Promise<number> {
  const kinds = await columnKinds(engine, relation)
  const free = kinds.flatMap((_, place) => (taken.includes(place) ? [] : [place]))
  const days = free.filter((place) => kinds[place] === 'date')
  const dates = days.length > 0 ? days : await columnsOfPeriods(engine, relation, free, kinds)
  const named = free.filter((place) => dateName.test(relation.columns[place]?.name.trim() ?? ''))
  const [only] = dates.length > 0 ? dates : named
  if (only !== undefined && (dates.length > 0 ? dates : named).length === 1) return only
  const names = relation.columns.map((column) => column.name)
  throw new UsageError('which column holds the dates? Name it with --date', {
    code: 'E_COLUMN',
    help: [
      dates.length > 1
        ? `columns of dates: ${listed(dates.map((place) => names[place] ?? ''))}`
        : `columns: ${listed(names)}`,
    ],
  })
}

/** Of the columns of text those of which every cell names a period, like 2024-01. */
async function columnsOfPeriods(
  engine: ForecastContext['engine'],
  relation: Relation,
  places: readonly number[],
  kinds: readonly string[],
): Promise<number[]> {
  const found: number[] = []
  for (const place of places) {
    if (kinds[place] === 'number') continue
    const [column] = await readLevels(engine, relation, [place])
    const levels = column?.levels ?? []
    if (levels.length > 0 && levels.every((text) => spanOf(text) !== undefined)) found.push(place)
  }
  return found
}

/** Days and times of each different text of the column of dates. */
async function momentsOf(context: ForecastContext, relation: Relation, dates: LevelColumn) {
  const order = await orderOf(context, relation, dates)
  const days = new Int32Array(dates.levels.length)
  const seconds = new Float64Array(dates.levels.length)
  let timed = false
  let least: Frequency = 'year'
  const bad: number[] = []
  dates.levels.forEach((text, code) => {
    const moment = momentOf(text, order)
    if (moment === undefined) {
      bad.push(code)
      return
    }
    days[code] = moment.day
    seconds[code] = moment.seconds ?? 0
    if (moment.seconds !== undefined) timed = true
    if (frequencies.indexOf(moment.names) < frequencies.indexOf(least)) least = moment.names
  })
  if (bad.length > 0) throw await notDates(context, relation, dates, bad)
  warnOfForms(context, dates)
  return { days, seconds: timed ? seconds : undefined, order, least }
}

export interface Moment {
  readonly day: number
  /** Of the day; undefined where the text has no time. */
  readonly seconds: number | undefined
  /** The shortest period that the text names: the month of 2024-03. */
  readonly names: Frequency
}

/** What a text means as a date: the day as written, whatever its zone, or the first day of what it names. */
export function momentOf(text: string, order: DateOrder): Moment | undefined {
  const iso = isoDate(text, order)
  if (iso !== null) {
    const day = dayNumber(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)), Number(iso.slice(8, 10)))
    if (iso.length === 10) return { day, seconds: undefined, names: 'day' }
    const [hour, minute, second] = [iso.slice(11, 13), iso.slice(14, 16), /^[\d.]*/.exec(iso.slice(17))?.[0]]
    const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second)
    return { day, seconds, names: 'hour' }
  }
  const span = spanOf(text)
  return span === undefined ? undefined : { day: span.from, seconds: undefined, names: span.freq }
}

/** @throws {DataError} where the texts can be read in two ways, or some rows say the one and some the other */
async function orderOf(context: ForecastContext, relation: Relation, dates: LevelColumn): Promise<DateOrder> {
  const { dateOrder } = context.options
  if (dateOrder !== undefined) return `${dateOrder} first`
  const seen = nothingSeen()
  for (const text of dates.levels) lookAtOrder(seen, text)
  const { dayFirst, monthFirst, either, yearFirst, yearEither, yearLast } = seen
  if (yearLast === undefined && yearFirst !== undefined) return 'year first'
  if (dayFirst !== undefined && monthFirst !== undefined) {
    const day = await saidOf(context, relation, dates, dayFirst)
    const month = await saidOf(context, relation, dates, monthFirst)
    throw new DataError(
      `column "${dates.name}" of ${relation.files.join(' and ')} writes dates in two ways: ` +
        `"${dayFirst}" on ${day} has the day first, "${monthFirst}" on ${month} the month`,
      {
        code: 'E_DATE_FORMAT',
        help: [
          `Put them right with lode clean --date "${dates.name}"=%d/%m/%Y or %m/%d/%Y; --on-bad says what becomes of the others.`,
        ],
      },
    )
  }
  const order = monthFirst === undefined ? 'day first' : 'month first'
  if (yearLast === undefined && yearEither !== undefined) {
    throw await readTwice(context, relation, dates, yearEither, 'year first', order)
  }
  if (dayFirst === undefined && monthFirst === undefined && either !== undefined) {
    throw await readTwice(context, relation, dates, either, 'day first', 'month first')
  }
  return order
}

async function readTwice(
  context: ForecastContext,
  relation: Relation,
  dates: LevelColumn,
  text: string,
  one: DateOrder,
  other: DateOrder,
): Promise<DataError> {
  const option = (order: DateOrder) => `--date-order ${order.split(' ', 1)[0]}`
  return new DataError(
    `column "${dates.name}" of ${relation.files.join(' and ')} can be read in two ways: ` +
      `"${text}" on ${await saidOf(context, relation, dates, text)} is ` +
      `${isoDate(text, one)} with the ${one}, ${isoDate(text, other)} with the ${other}`,
    { code: 'E_AMBIGUOUS_DATE', help: [`Say which: ${option(one)} or ${option(other)}.`] },
  )
}

/** The line of the first row that holds a text. */
async function saidOf(
  context: ForecastContext,
  relation: Relation,
  dates: LevelColumn,
  text: string,
): Promise<string> {
  return said(context, relation, dates.codes.indexOf(dates.levels.indexOf(text)))
}

/** @param row in the order of the rows: where a step before has dropped some, k has gaps */
async function said({ engine }: ForecastContext, relation: Relation, row: number): Promise<string> {
  const [[k] = []] = await engine.query(`select k from ${relation.keyed} order by k limit 1 offset ${row}`)
  if (relation.lineOf === undefined) return `row ${count(Number(k) + 1)}`
  return `line ${count(await relation.lineOf(Number(k)))}`
}

async function notDates(
  context: ForecastContext,
  relation: Relation,
  dates: LevelColumn,
  bad: readonly number[],
): Promise<DataError> {
  const wrong = new Set(bad)
  let first = -1
  let rows = 0
  dates.codes.forEach((code, row) => {
    if (!wrong.has(code)) return
    rows++
    if (first < 0) first = row
  })
  const text = dates.levels[dates.codes[first] as number] ?? ''
  const more = rows > 1 ? ` (and ${plural(rows - 1, 'more such cell', 'more such cells')})` : ''
  return new DataError(
    `column "${dates.name}" of ${relation.files.join(' and ')}: "${text.slice(0, 60)}" on ` +
      `${await said(context, relation, first)} is not a date${more}`,
    {
      code: 'E_DATE',
      help: [
        'Dates look like 2024-01-31, 31/01/2024, Jan 31 2024; months like 2024-01, quarters like 2024Q1, years like 2024.',
        `lode clean --date "${dates.name}" --on-bad reject puts such rows aside.`,
      ],
    },
  )
}

/** Ways of writing dates that are told apart in a note. */
function warnOfForms(context: ForecastContext, dates: LevelColumn): void {
  const rows = new Int32Array(dates.levels.length)
  for (const code of dates.codes) if (code >= 0) rows[code] = (rows[code] as number) + 1
  const forms = new Map<string, { readonly example: string; rows: number }>()
  dates.levels.forEach((text, code) => {
    const form = text
      .trim()
      .replace(/[T ,].*:.*$/, '')
      // A year, or a part of one in decimals: one way of writing.
      .replace(/^\d{4}(\.\d+)?$/, 'year')
      .replace(/\d{4,}/g, (digits) => `Y${digits.length}`)
      .replace(/\d{1,3}/g, '0')
      .replace(/[A-Za-z]+/g, 'a')
    const known = forms.get(form)
    if (known === undefined) forms.set(form, { example: text, rows: rows[code] as number })
    else known.rows += rows[code] as number
  })
  if (forms.size < 2) return
  const found = [...forms.values()].sort((a, b) => b.rows - a.rows)
  context.warn({
    code: 'dates_in_several_forms',
    message:
      `dates in "${dates.name}" are written in ${found.length} ways, all of which were read: ` +
      listed(found.slice(0, 4).map(({ example, rows: n }) => `"${example}" (${plural(n, 'row')})`)),
  })
}

/** One code for each combination of the `by` columns, in the order of their texts. */
function seriesOf(groups: readonly LevelColumn[], all: number) {
  if (groups.length === 0) return { codes: new Int32Array(all), keys: [[]] as string[][] }
  const [only] = groups
  if (only !== undefined && groups.length === 1) {
    return { codes: only.codes.slice(), keys: only.levels.map((level) => [level]) }
  }
  const places = new Map<number, number>()
  const combined = new Float64Array(all)
  for (let row = 0; row < all; row++) {
    let code = 0
    for (const { codes, levels } of groups) {
      const own = codes[row] as number
      code = own === MISSING || code < 0 ? -1 : code * levels.length + own
    }
    combined[row] = code
    if (code >= 0) places.set(code, 0)
  }
  const sorted = [...places.keys()].sort((a, b) => a - b)
  sorted.forEach((code, place) => places.set(code, place))
  return {
    codes: Int32Array.from(combined, (code) => (code < 0 ? MISSING : (places.get(code) as number))),
    keys: sorted.map((code) => keyOf(code, groups)),
  }
}

function keyOf(code: number, groups: readonly LevelColumn[]): string[] {
  const key: string[] = []
  let rest = code
  for (const { levels } of [...groups].reverse()) {
    key.unshift(levels[rest % levels.length] ?? '')
    rest = Math.floor(rest / levels.length)
  }
  return key
}
