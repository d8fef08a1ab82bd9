/**
 * Dates as people write them, to ISO 8601.
 *
 * In:  the text of a cell, and whether day or month comes first where both are numbers.
 * Out: `2024-01-31`, with a time `2024-01-31T09:30:00` and its zone where there is one; null where the text is no
 *      date of the calendar.
 *
 * Read are the year first (2024-01-31, 2024/1/31, 2024.01.31, 20240131, 2024年1月31日), the year last (31/01/2024,
 * 31-1-24, 31.01.2024, with the same mark twice), and English names of months (31 Jan 2024, January 31st, 2024).
 * Nothing is guessed: 03/04/2024 can be read both ways, so some cell of the column must have a number above 12 in
 * one of the two places, or the user says. 24-01-31 may have the year first as well, as ISO 8601 has it, and so may
 * all two-digit years between dashes. Two-digit years are 1969 … 2068, as in POSIX strptime.
 */
import type { Dialect } from '../table/engine.ts'

/** What stands first where all parts are numbers; of `year first` years of two digits between dashes. */
export type DateOrder = 'day first' | 'month first' | 'year first'

const NAME =
  '(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|' +
  '(?<=jun)e|(?<=jul)y|(?<=aug)ust|(?<=sep)t(?:ember)?|(?<=oct)ober|(?<=(?:nov|dec))ember)?[.]?'
const WEEKDAY = '(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.]?,?\\s+)?'
const TWO = '(\\d{1,2})'
const YEAR = '(\\d{4}|\\d{2})'
const TIME =
  '(?:(?:\\s*[T,]\\s*|\\s+)(\\d{1,2})(:\\d{2})(:\\d{2}(?:[.]\\d+)?)?(?:\\s*([ap])[.]?m[.]?)?(?:\\s*(Z|UTC|[+-]\\d{2}(?::?\\d{2})?))?)?'

function pattern(date: string): RegExp {
  return new RegExp(`^\\s*${date}${TIME}\\s*$`, 'i')
}

/** Groups: year, mark, month, day, then the time. */
const YEAR_FIRST = pattern(`(\\d{4})([-/.])${TWO}\\2${TWO}`)
const COMPACT = pattern('(\\d{4})(\\d{2})(\\d{2})')
const CHINESE = pattern(`(\\d{4})\\s*年\\s*${TWO}\\s*月\\s*${TWO}\\s*[日号號]`)
/** Groups: one of day and month, mark, the other, year, then the time. */
const YEAR_LAST = pattern(`${TWO}([-/.])${TWO}\\2${YEAR}`)
const DAY_NAME = pattern(`${WEEKDAY}${TWO}(?:st|nd|rd|th)?[\\s./-]+(?:of\\s+)?${NAME}[\\s,./-]+${YEAR}`)
const NAME_DAY = pattern(`${WEEKDAY}${NAME}[\\s./-]+${TWO}(?:st|nd|rd|th)?[\\s,./-]+${YEAR}`)
const YEAR_NAME = pattern(`(\\d{4})[\\s./-]+${NAME}[\\s./-]+${TWO}`)

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** The parts of a date as written; day and month of `numbers` are in the order of the text. */
interface Written {
  readonly year: string
  /** Three numbers of at most two digits between dashes: the year may be the first of them. */
  readonly mayStartWithYear?: boolean
  readonly parts:
    { readonly month: number; readonly day: number } | { readonly numbers: readonly [number, number] }
  /** Hour, `:minutes`, `:seconds`, a or p, zone. */
  readonly time: readonly (string | undefined)[]
}

function written(text: string): Written | undefined {
  const first = YEAR_FIRST.exec(text)
  if (first !== null) return named(first[1], first[3], first[4], first.slice(5))
  const last = YEAR_LAST.exec(text)
  if (last !== null) {
    return {
      year: last[4] as string,
      mayStartWithYear: last[2] === '-' && last[4]?.length === 2,
      parts: { numbers: [Number(last[1]), Number(last[3])] },
      time: last.slice(5),
    }
  }
  const plain = COMPACT.exec(text) ?? CHINESE.exec(text)
  if (plain !== null) return named(plain[1], plain[2], plain[3], plain.slice(4))
  const dayName = DAY_NAME.exec(text)
  if (dayName !== null) return named(dayName[3], dayName[2], dayName[1], dayName.slice(4))
  const nameDay = NAME_DAY.exec(text)
  if (nameDay !== null) return named(nameDay[3], nameDay[1], nameDay[2], nameDay.slice(4))
  const yearName = YEAR_NAME.exec(text)
  return yearName === null ? undefined : named(yearName[1], yearName[2], yearName[3], yearName.slice(4))
}

function named(year = '', month = '', day = '', time: readonly (string | undefined)[] = []): Written {
  const number = MONTHS.indexOf(month.toLowerCase()) + 1
  return { year, parts: { month: number === 0 ? Number(month) : number, day: Number(day) }, time }
}

/** What the texts of a column say about the order of day, month and year; an example of each. */
export interface OrderSeen {
  dayFirst: string | undefined
  monthFirst: string | undefined
  /** A text that means another date when read the other way. */
  either: string | undefined
  /** A text whose first number is the year, and nothing else. */
  yearFirst: string | undefined
  /** A text whose first number may be the year. */
  yearEither: string | undefined
  /** A text between dashes with the year last, and not first. */
  yearLast: string | undefined
}

export function nothingSeen(): OrderSeen {
  return {
    dayFirst: undefined,
    monthFirst: undefined,
    either: undefined,
    yearFirst: undefined,
    yearEither: undefined,
    yearLast: undefined,
  }
}

/** Takes note of one text of the column. */
export function lookAtOrder(seen: OrderSeen, text: string): void {
  const found = written(text)
  if (found === undefined || !('numbers' in found.parts)) return
  const [a, b] = found.parts.numbers
  if (found.mayStartWithYear === true) {
    const isDate = yearFirstDate(found, a, b) !== undefined
    if (isDate && (a > 31 || a === 0)) {
      seen.yearFirst ??= text
      return
    }
    if (isDate) seen.yearEither ??= text
    else seen.yearLast ??= text
  }
  if (a > 12 && b <= 12) seen.dayFirst ??= text
  else if (b > 12 && a <= 12) seen.monthFirst ??= text
  else if (a !== b) seen.either ??= text
}

const REMEMBERED = 20_000

/** `isoDate` for a whole column: dates repeat, so the last ones are remembered. */
export function columnOfDates(order: DateOrder): (text: string) => string | null {
  const known = new Map<string, string | null>()
  return (text) => {
    let date = known.get(text)
    if (date === undefined) {
      if (known.size === REMEMBERED) known.clear()
      known.set(text, (date = isoDate(text, order)))
    }
    return date
  }
}

/** The date in ISO 8601; null where the text is none. @param order where all parts are numbers */
export function isoDate(text: string, order: DateOrder): string | null {
  const found = written(text)
  if (found === undefined) return null
  const date = dateOf(found, order)
  const clock = isoTime(found.time)
  if (date === undefined || clock === null) return null
  return `${padded(date.year, 4)}-${padded(date.month, 2)}-${padded(date.day, 2)}${clock}`
}

interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

function dateOf(found: Written, order: DateOrder): CalendarDate | undefined {
  const { parts } = found
  const [a, b] = 'numbers' in parts ? parts.numbers : [0, 0]
  if (order === 'year first' && found.mayStartWithYear === true) return yearFirstDate(found, a, b)
  const { day, month } =
    'numbers' in parts ? (order === 'month first' ? { day: b, month: a } : { day: a, month: b }) : parts
  const year = found.year.length === 4 ? Number(found.year) : twoDigitYear(Number(found.year))
  return ofCalendar({ year, month, day })
}

function yearFirstDate({ year }: Written, a: number, b: number): CalendarDate | undefined {
  return ofCalendar({ year: twoDigitYear(a), month: b, day: Number(year) })
}

function ofCalendar(date: CalendarDate): CalendarDate | undefined {
  const { year, month, day } = date
  return month < 1 || month > 12 || day < 1 || day > daysIn(year, month) ? undefined : date
}

function twoDigitYear(year: number): number {
  return year < 69 ? 2000 + year : 1900 + year
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** `T09:30:00` and the zone, nothing where there is no time, null where it is none of the day's. */
function isoTime([hours, minutes, seconds = ':00', half, zone = '']: readonly (string | undefined)[]):
  string | null {
  if (hours === undefined || minutes === undefined) return ''
  const hour = Number(hours)
  if (Number(minutes.slice(1)) > 59 || Number(seconds.slice(1)) >= 60) return null
  if (half === undefined) return hour > 23 ? null : `T${padded(hour, 2)}${minutes}${seconds}${isoZone(zone)}`
  if (hour < 1 || hour > 12) return null
  const of24 = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  return `T${padded(of24, 2)}${minutes}${seconds}${isoZone(zone)}`
}

/** `+09` is written so by Postgres and DuckDB. */
function isoZone(zone: string): string {
  const upper = zone.toUpperCase()
  if (upper === 'UTC') return 'Z'
  return /^[+-]\d\d$/.test(upper) ? `${upper}:00` : upper
}

const TIME_PARTS = /%[-]?[HIpMSfgncXT]/

/** SQL of the date in ISO 8601 by a strptime format; NULL where the cell does not fit it. */
export function isoDateBy(dialect: Dialect, cell: string, format: string): string {
  const parsed = `try_strptime(${cell}, ${dialect.literal(format)})`
  const fraction = /%[fgn]/.test(format) ? '.%f' : ''
  const out = TIME_PARTS.test(format) ? `%Y-%m-%dT%H:%M:%S${fraction}` : '%Y-%m-%d'
  // %Y takes 24 for the year 24: nobody writes dates of customers so.
  return `case when year(${parsed}) >= 1000 then strftime(${parsed}, ${dialect.literal(out)}) end`
}
