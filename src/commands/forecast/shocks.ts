/** `--events FILE` and `--ignore FROM..TO`: dates that people name, as periods of a series. */
import { parse } from 'csv-parse/sync'
import { DataError, UsageError } from '../../base/errors.ts'
import { didYouMean } from '../../base/suggest.ts'
import type { EventDummy } from '../../learn/forecast/events.ts'
import { periodOf, spanOf, type Frequency } from '../../shape/periods.ts'
import { isoDate } from '../../tidy/dates.ts'
import { momentOf } from './read.ts'

/** Days, first and last. */
export interface Days {
  readonly from: number
  readonly to: number
}

/** The days that a date names, and how many to either side the event reaches. */
export interface Event extends Days {
  readonly name: string
  readonly before: number
  readonly after: number
}

/** @throws {UsageError} for a text that is no date or period, or a range that runs backwards */
export function ignoredDays(ranges: readonly (readonly [string, string])[]): Days[] {
  return ranges.map(([from, to]) => {
    const days = { from: daysOf(from, '--ignore').from, to: daysOf(to, '--ignore').to }
    if (days.from > days.to) throw new UsageError(`--ignore ${from}..${to} runs backwards`)
    return days
  })
}

function daysOf(text: string, option: string): Days {
  const iso = /^\d{4}-\d{2}-\d{2}/.test(text) ? momentOf(text, 'day first') : undefined
  if (iso !== undefined) return { from: iso.day, to: iso.day }
  const span = spanOf(text)
  if (span !== undefined) return span
  throw new UsageError(
    `${option}: "${text}" is not a date; write 2020-03-15, or a period like 2020-03, 2020Q1 or 2020`,
  )
}

const columnNames = {
  date: ['date', 'ds', 'day'],
  event: ['event', 'name', 'holiday'],
  before: ['before', 'lower_window'],
  after: ['after', 'upper_window'],
} as const

/**
 * The events of a file: `event,date` and, where they stand, `before` and `after`: days that it reaches to either side.
 * The names that Prophet gives these columns (holiday, ds, lower_window, upper_window) are read too.
 *
 * @throws {DataError} naming the line
 */
export function readEvents(bytes: Uint8Array, path: string): Event[] {
  const rows = table(bytes, path)
  const [header = []] = rows
  const names = header.map((name) => name.trim().toLowerCase())
  const placeOf = (what: keyof typeof columnNames) =>
    names.findIndex((name) => (columnNames[what] as readonly string[]).includes(name))
  const date = placeOf('date')
  const event = placeOf('event')
  if (date < 0 || event < 0) {
    const lacking = date < 0 ? 'date' : 'event'
    throw new DataError(`the events in ${path} have no column "${lacking}"${didYouMean(lacking, names)}`, {
      code: 'E_EVENTS',
      help: ['The first line names the columns: event,date and, if wanted, before,after (days).'],
    })
  }
  return rows.slice(1).flatMap((cells, i) => {
    const line = i + 2
    if (cells.every((cell) => cell.trim() === '')) return []
    const text = (cells[date] ?? '').trim()
    const days = dayOrSpan(text)
    if (days === undefined) {
      throw new DataError(
        `line ${line} of ${path}: "${text}" is not a date (expected YYYY-MM-DD, or a month like 2016-01)`,
        {
          code: 'E_EVENTS',
        },
      )
    }
    const name = (cells[event] ?? '').trim()
    if (name === '')
      throw new DataError(`line ${line} of ${path}: the event has no name`, { code: 'E_EVENTS' })
    const where = `line ${line} of ${path}`
    const before = windowOf(cells[placeOf('before')], where)
    const after = windowOf(cells[placeOf('after')], where)
    // Prophet's lower_window counts backwards: −1 is the day before.
    const backwards = names[placeOf('before')] === 'lower_window'
    if ((before < 0 && !backwards) || after < 0) {
      throw new DataError(`${where}: days before and after are 0 or more`, { code: 'E_EVENTS' })
    }
    return [{ name, ...days, before: Math.abs(before), after }]
  })
}

function dayOrSpan(text: string): Days | undefined {
  // A date that could be read in two ways is not taken.
  if (isoDate(text, 'day first') !== isoDate(text, 'month first')) return undefined
  const moment = isoDate(text, 'day first') === null ? undefined : momentOf(text, 'day first')
  return moment === undefined ? spanOf(text) : { from: moment.day, to: moment.day }
}

function windowOf(cell: string | undefined, where: string): number {
  const text = (cell ?? '').trim()
  if (text === '') return 0
  if (!/^-?\d{1,3}$/.test(text)) {
    throw new DataError(`${where}: "${text}" is not a number of days`, { code: 'E_EVENTS' })
  }
  return Number(text)
}

function table(bytes: Uint8Array, path: string): string[][] {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: false,
      delimiter: [',', ';', '\t'],
    })
  } catch (cause) {
    throw new DataError(`the events in ${path} can't be read as CSV in UTF-8`, {
      code: 'E_EVENTS',
      help: cause instanceof Error ? [cause.message] : [],
      cause,
    })
  }
}

/** Periods from … to within those days: all that they touch. */
export function periodsOf(days: Days, freq: Frequency): { readonly from: number; readonly to: number } {
  return { from: periodOf(freq, days.from), to: periodOf(freq, days.to, 23) }
}

/**
 * For each event how much of each period it fills. Where periods are days or hours each day of its window is an
 * event of its own, `name −1`, `name`, `name +1`: the day before a feast is not like the day after.
 *
 * @param first the period of the first value
 */
export function dummies(
  events: readonly Event[],
  freq: Frequency,
  first: number,
  length: number,
): EventDummy[] {
  const shares = new Map<string, Float64Array>()
  const add = (name: string, period: number, share: number) => {
    const at = period - first
    if (at < 0 || at >= length) return
    let of = shares.get(name)
    if (of === undefined) shares.set(name, (of = new Float64Array(length)))
    of[at] = Math.min(1, (of[at] as number) + share)
  }
  for (const { name, from, to, before, after } of events) {
    const window = to - from + 1 + before + after
    for (let day = from - before; day <= to + after; day++) {
      const of = offsetName(name, day < from ? day - from : Math.max(0, day - to))
      if (freq === 'hour') for (let hour = 0; hour < 24; hour++) add(of, periodOf(freq, day, hour), 1)
      else if (freq === 'day') add(of, day, 1)
      // Of an event the part that falls into the period: Easter week may be half in March, half in April.
      else add(name, periodOf(freq, day), 1 / window)
    }
  }
  return [...shares].map(([name, share]) => ({ name, share }))
}

function offsetName(name: string, offset: number): string {
  if (offset === 0) return name
  return `${name} ${offset < 0 ? '−' : '+'}${Math.abs(offset)}`
}
