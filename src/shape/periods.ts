/**
 * The calendar: days to the periods that hold them, and back.
 *
 * In:  days since 1970-01-01 and hours of the day, as written: no time zone has a say.
 * Out: a whole number for each period, so that the next one is one more; the first day of a period as ISO 8601.
 *
 * Periods are those of the calendar, never so many days: weeks are ISO 8601's, which begin on Monday.
 * Days and dates: Hinnant, "chrono-compatible low-level date algorithms", 2013 (days_from_civil).
 */
export const frequencies = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const
export type Frequency = (typeof frequencies)[number]

interface Calendar {
  /** Lengths of the seasons to look for, in periods. */
  readonly seasons: readonly number[]
  readonly perYear: number
}

const calendars: { readonly [freq in Frequency]: Calendar } = {
  hour: { seasons: [24, 168], perYear: 8766 },
  day: { seasons: [7, 365], perYear: 365.25 },
  week: { seasons: [52], perYear: 365.25 / 7 },
  month: { seasons: [12], perYear: 12 },
  quarter: { seasons: [4], perYear: 4 },
  year: { seasons: [], perYear: 1 },
}

export function seasonsOf(freq: Frequency): readonly number[] {
  return calendars[freq].seasons
}

export function periodsPerYear(freq: Frequency): number {
  return calendars[freq].perYear
}

/** Days from 1970-01-01 to a date of the calendar. @param month 1 … 12 */
export function dayNumber(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468
  )
}

export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
}

export function civilOf(days: number): Civil {
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** The period that a day (and hour) is in. */
export function periodOf(freq: Frequency, days: number, hour = 0): number {
  switch (freq) {
    case 'hour':
      return days * 24 + hour
    case 'day':
      return days
    case 'week':
      // 1970-01-01 was a Thursday.
      return Math.floor((days + 3) / 7)
    case 'month':
    case 'quarter':
    case 'year': {
      const { year, month } = civilOf(days)
      if (freq === 'year') return year
      return freq === 'month' ? year * 12 + month - 1 : year * 4 + Math.floor((month - 1) / 3)
    }
  }
}

/** The first day of a period. */
export function firstDayOf(freq: Frequency, period: number): number {
  switch (freq) {
    case 'hour':
      return Math.floor(period / 24)
    case 'day':
      return period
    case 'week':
      return period * 7 - 3
    case 'month':
      return dayNumber(Math.floor(period / 12), period - 12 * Math.floor(period / 12) + 1, 1)
    case 'quarter':
      return dayNumber(Math.floor(period / 4), (period - 4 * Math.floor(period / 4)) * 3 + 1, 1)
    case 'year':
      return dayNumber(period, 1, 1)
  }
}

/** The start of a period in ISO 8601: `2024-01-01`, for hours `2024-01-01T05:00:00`. */
export function periodText(freq: Frequency, period: number): string {
  const date = dateText(firstDayOf(freq, period))
  if (freq !== 'hour') return date
  return `${date}T${padded(period - 24 * Math.floor(period / 24), 2)}:00:00`
}

export function dateText(days: number): string {
  const { year, month, day } = civilOf(days)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

/** For people: `March 2024`, `week of 2024-03-04`, `Q1 2024`. */
export function periodName(freq: Frequency, period: number): string {
  const days = firstDayOf(freq, period)
  const { year, month } = civilOf(days)
  switch (freq) {
    case 'year':
      return String(year)
    case 'quarter':
      return `Q${Math.ceil(month / 3)} ${year}`
    case 'month':
      return `${monthNames[month - 1]} ${year}`
    case 'week':
      return `week of ${dateText(days)}`
    case 'hour':
      return periodText(freq, period).replace('T', ' ').slice(0, 16)
    case 'day':
      return dateText(days)
  }
}

/** What the places of a season of m periods are called, that of `period` first. */
export function placeName(freq: Frequency, m: number, period: number): string {
  const days = firstDayOf(freq, period)
  if (freq === 'month' && m === 12) return monthNames[civilOf(days).month - 1] as string
  if (freq === 'quarter' && m === 4) return `Q${Math.ceil(civilOf(days).month / 3)}`
  if (freq === 'day' && m === 7) return dayNames[modulo(days + 3, 7)] as string
  if (freq === 'hour' && m === 24) return `${padded(modulo(period, 24), 2)}:00`
  if (freq === 'week' && m === 52) return `week ${Math.min(52, isoWeek(days))}`
  return `${modulo(period, m) + 1} of ${m}`
}

/** The number of the ISO week that begins on this Monday: that of its Thursday in its year. */
function isoWeek(monday: number): number {
  const thursday = monday + 3
  return Math.floor((thursday - dayNumber(civilOf(thursday).year, 1, 1)) / 7) + 1
}

function modulo(value: number, by: number): number {
  return value - by * Math.floor(value / by)
}

/** Days and the last day (inclusive) that a text names, where it names a whole period: `2024`, `2024-03`, `2024Q1`. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly freq: Frequency
}

/**
 * What a text names that is no date of a day: a month (2024-03, 2024/3, 03/2024, Mar 2024, 2024年3月), a quarter
 * (2024Q1, 2024-Q1, Q1 2024), an ISO week (2024-W05), a year (2024), a part of a year (1949.0833, as R writes months).
 */
export function spanOf(text: string): Span | undefined {
  const trimmed = text.trim()
  const month = monthOf(trimmed)
  if (month !== undefined) return spanOfPeriods('month', month)
  const quarter = /^(?:(\d{4})[-/ ]?Q([1-4])|Q([1-4])[-/ ]?(\d{4}))$/i.exec(trimmed)
  if (quarter !== null) {
    const year = Number(quarter[1] ?? quarter[4])
    return spanOfPeriods('quarter', year * 4 + Number(quarter[2] ?? quarter[3]) - 1)
  }
  const short = /^Q([1-4])[-/ ']?(\d{2})$/i.exec(trimmed)
  if (short !== null)
    return spanOfPeriods('quarter', twoDigitYear(Number(short[2])) * 4 + Number(short[1]) - 1)
  const week = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/i.exec(trimmed)
  if (week !== null) return weekSpan(Number(week[1]), Number(week[2]), week[3])
  const year = /^(\d{4})(?:年)?$/.exec(trimmed)
  if (year !== null) return spanOfPeriods('year', Number(year[1]))
  const part = /^(\d{4})(\.\d+)$/.exec(trimmed)
  if (part !== null) return partOfYear(Number(part[1]), Number(part[2]))
  return undefined
}

/** 1969 … 2068, as dates of days are read. */
function twoDigitYear(year: number): number {
  return year < 69 ? 2000 + year : 1900 + year
}

function monthOf(text: string): number | undefined {
  const numbers =
    /^(\d{4})[-/.](\d{1,2})$/.exec(text) ??
    /^((?:19|20)\d{2})(\d{2})$/.exec(text) ??
    /^(\d{4})\s*年\s*(\d{1,2})\s*月$/.exec(text)
  // 1949.1 may be a tenth of a year: a point needs both digits of the month, and then may be either.
  if (numbers !== null && !(text.includes('.') && (numbers[2] as string).length < 2)) {
    return monthNumber(Number(numbers[1]), Number(numbers[2]))
  }
  const yearLast = /^(\d{1,2})[-/](\d{4})$/.exec(text)
  if (yearLast !== null) return monthNumber(Number(yearLast[2]), Number(yearLast[1]))
  const named =
    /^([A-Za-z]{3,9})\.?[\s/-]*(\d{4})$/.exec(text) ?? /^(\d{4})[\s/-]*([A-Za-z]{3,9})\.?$/.exec(text)
  if (named === null) return undefined
  const [name, year] = /^\d/.test(text) ? [named[2], named[1]] : [named[1], named[2]]
  const lower = (name as string).toLowerCase()
  const place = monthNames.findIndex((one) => {
    const full = one.toLowerCase()
    return lower === full || lower === full.slice(0, 3) || lower === full.slice(0, 4)
  })
  return place < 0 ? undefined : Number(year) * 12 + place
}

function monthNumber(year: number, month: number): number | undefined {
  return month >= 1 && month <= 12 ? year * 12 + month - 1 : undefined
}

function spanOfPeriods(freq: Frequency, period: number): Span {
  return { from: firstDayOf(freq, period), to: firstDayOf(freq, period + 1) - 1, freq }
}

function weekSpan(year: number, week: number, weekday: string | undefined): Span | undefined {
  // Week 1 is the one that holds 4 January.
  const first = periodOf('week', dayNumber(year, 1, 4))
  const monday = firstDayOf('week', first + week - 1)
  if (week < 1 || isoWeek(monday) !== week) return undefined
  if (weekday === undefined) return { from: monday, to: monday + 6, freq: 'week' }
  const day = monday + Number(weekday) - 1
  return { from: day, to: day, freq: 'day' }
}

/** Twelfths of a year are months; anything else is a day. */
function partOfYear(year: number, part: number): Span {
  const twelfths = part * 12
  const month = Math.round(twelfths)
  if (Math.abs(twelfths - month) < 0.02 && month < 12) return spanOfPeriods('month', year * 12 + month)
  const first = dayNumber(year, 1, 1)
  const day = first + Math.floor(part * (dayNumber(year + 1, 1, 1) - first))
  return { from: day, to: day, freq: 'day' }
}

/** Which place of a season of m periods the calendar begins with: January, Monday, midnight. @param period place 0's */
export function firstPlaceOf(freq: Frequency, m: number, period: number): number {
  const days = firstDayOf(freq, period)
  if (freq === 'month' && m === 12) return modulo(1 - civilOf(days).month, 12)
  if (freq === 'quarter' && m === 4) return modulo(1 - Math.ceil(civilOf(days).month / 3), 4)
  if (freq === 'day' && m === 7) return modulo(-(days + 3), 7)
  if (freq === 'hour' && m === 24) return modulo(-period, 24)
  return 0
}
