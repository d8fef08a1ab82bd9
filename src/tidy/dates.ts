/**
 * Dates as people write them, to ISO 8601.
 *
 * In:  SQL of a cell; how the dates of the whole column are written (which families, and whether the day or the
 *      month comes first), found out by counting every cell, or a format that the user gave.
 * Out: SQL of `2024-01-31`, with a time `2024-01-31T09:30:00` and its zone where there is one; NULL where the
 *      cell is no date of the calendar.
 *
 * Nothing is guessed: 03/04/2024 can be read both ways, so some cell of the column must have a number above 12
 * in one of the two places, or the user says. Two-digit years are 1969 … 2068, as in POSIX strptime.
 */
import type { Dialect } from '../table/engine.ts'

export type DayMonth = 'day first' | 'month first'

interface Family {
  /** Pattern of the date alone, with three groups. */
  readonly pattern: string
  /** What the groups are; `x` is whichever of day and month comes first, `z` the other. */
  readonly groups: readonly ('year' | 'month' | 'day' | 'name' | 'x' | 'z')[]
}

const NAME =
  '((?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?))[.]?'
const WEEKDAY =
  '(?:(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)[.]?,?\\s+)?'
const TWO = '([0-9]{1,2})'
const YEAR = '([0-9]{4}|[0-9]{2})'
const MARKS = ['-', '/', '[.]'] as const

export const FAMILIES: readonly Family[] = [
  ...MARKS.map((mark): Family => ({
    pattern: `([0-9]{4})${mark}${TWO}${mark}${TWO}`,
    groups: ['year', 'month', 'day'],
  })),
  { pattern: '([0-9]{4})([0-9]{2})([0-9]{2})', groups: ['year', 'month', 'day'] },
  { pattern: `([0-9]{4})\\s*年\\s*${TWO}\\s*月\\s*${TWO}\\s*[日号號]`, groups: ['year', 'month', 'day'] },
  ...MARKS.map((mark): Family => ({
    pattern: `${TWO}${mark}${TWO}${mark}${YEAR}`,
    groups: ['x', 'z', 'year'],
  })),
  {
    pattern: `${WEEKDAY}${TWO}(?:st|nd|rd|th)?[\\s./-]+(?:of\\s+)?${NAME}[\\s,./-]+${YEAR}`,
    groups: ['day', 'name', 'year'],
  },
  {
    pattern: `${WEEKDAY}${NAME}[\\s./-]+${TWO}(?:st|nd|rd|th)?[\\s,./-]+${YEAR}`,
    groups: ['name', 'day', 'year'],
  },
  { pattern: `([0-9]{4})[\\s./-]+${NAME}[\\s./-]+${TWO}`, groups: ['year', 'name', 'day'] },
]

const TIME = '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?'
const ZONE = 'Z|[+-][0-9]{2}:?[0-9]{2}'
const WITH_TIME = `(?:(?:[T\\s]|,)\\s*${TIME}(?:\\s*(?i:[ap][.]?m[.]?))?(?:\\s*(?:${ZONE}))?)?`

function whole(family: Family): string {
  return `\\s*${family.pattern}${WITH_TIME}\\s*`
}

function group(dialect: Dialect, cell: string, family: Family, index: number): string {
  return `regexp_extract(${cell}, ${dialect.literal(whole(family))}, ${index + 1})`
}

/**
 * Counts over a column, of its cells that are there: for each family its cells; then cells with a time; then,
 * of the families with day and month in numbers: cells that prove the day first, that prove the month first, and
 * whose two numbers differ.
 */
export function dateCounts(dialect: Dialect, cell: string, missing: string): string[] {
  const present = (condition: string) => `count(*) filter (where not ${missing} and ${condition})`
  const { x, z } = dayMonthNumbers(dialect, cell)
  return [
    ...FAMILIES.map((family) => present(dialect.matches(cell, whole(family)))),
    present(dialect.matches(cell, `(?s).*[0-9]:[0-9].*`)),
    present(`${x} > 12 and ${z} <= 12`),
    present(`${z} > 12 and ${x} <= 12`),
    present(`${x} <> ${z}`),
  ]
}

export interface DateWriting {
  readonly families: readonly Family[]
  readonly times: boolean
  readonly provesDayFirst: number
  readonly provesMonthFirst: number
  /** Cells that mean another date when read the other way. */
  readonly readBothWays: number
}

/** What `dateCounts` found. */
export function dateWriting(counts: readonly number[]): DateWriting {
  const at = FAMILIES.length
  return {
    families: FAMILIES.filter((_, i) => (counts[i] ?? 0) > 0),
    times: (counts[at] ?? 0) > 0,
    provesDayFirst: counts[at + 1] ?? 0,
    provesMonthFirst: counts[at + 2] ?? 0,
    readBothWays: counts[at + 3] ?? 0,
  }
}

/** SQL: the two numbers that are day and month, NULL in other dates and texts. */
export function dayMonthNumbers(dialect: Dialect, cell: string): { readonly x: string; readonly z: string } {
  const either = `\\s*${TWO}(?:-[0-9]{1,2}-|/[0-9]{1,2}/|[.][0-9]{1,2}[.])${YEAR}${WITH_TIME}\\s*`
  const second = `\\s*[0-9]{1,2}[-/.]${TWO}[-/.].*`
  const number = (pattern: string) =>
    `case when ${dialect.matches(cell, either)} then cast(regexp_extract(${cell}, ${dialect.literal(pattern)}, 1) as integer) end`
  return { x: `(${number(either)})`, z: `(${number(second)})` }
}

/** SQL of the date in ISO 8601; NULL where the cell is none. @param order as proven, or as good as any */
export function isoDate(dialect: Dialect, cell: string, writing: DateWriting, order: DayMonth): string {
  const branches = writing.families.map((family) => {
    const part = (name: 'year' | 'month' | 'day') => partOf(dialect, cell, family, name, order)
    return `when ${dialect.matches(cell, whole(family))} then ${part('year')} || '-' || ${part('month')} || '-' || ${part('day')}`
  })
  if (branches.length === 0) return 'cast(null as varchar)'
  const date = `(case ${branches.join(' ')} end)`
  const onCalendar = `case when try_cast(${date} as date) is not null then ${date} end`
  return writing.times ? `${onCalendar} || ${isoTime(dialect, cell)}` : onCalendar
}

function partOf(
  dialect: Dialect,
  cell: string,
  family: Family,
  name: 'year' | 'month' | 'day',
  order: DayMonth,
): string {
  const index = family.groups.findIndex((found) => {
    if (found === 'x') return name === (order === 'day first' ? 'day' : 'month')
    if (found === 'z') return name === (order === 'day first' ? 'month' : 'day')
    return found === name || (found === 'name' && name === 'month')
  })
  const text = group(dialect, cell, family, index)
  if (family.groups[index] === 'name') {
    const at = `strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(substr(${text}, 1, 3)))`
    return `lpad(cast((${at} + 2) // 3 as varchar), 2, '0')`
  }
  if (name !== 'year') return `lpad(${text}, 2, '0')`
  return `case when length(${text}) = 4 then ${text} when ${text} < '69' then '20' || ${text} else '19' || ${text} end`
}

/** SQL: `T09:30:00` and the zone, nothing where there is no time, NULL where it is none of the day's. */
function isoTime(dialect: Dialect, cell: string): string {
  const clock = `regexp_extract(${cell}, ${dialect.literal(TIME)})`
  const hour = `cast(regexp_extract(${clock}, '^[0-9]+') as integer)`
  const half = `lower(regexp_extract(${cell}, ${dialect.literal(`[0-9]\\s*([aApP])[.]?[mM]`)}, 1))`
  const hours = `case ${half} when 'a' then case when ${hour} between 1 and 12 then ${hour} % 12 end when 'p' then case when ${hour} between 1 and 12 then ${hour} % 12 + 12 end else ${hour} end`
  const rest = `regexp_extract(${clock}, ':.*')`
  const seconds = `case when length(${rest}) = 3 then ':00' else '' end`
  const time = `lpad(cast(${hours} as varchar), 2, '0') || ${rest} || ${seconds}`
  const zone = `regexp_extract(${cell}, ${dialect.literal(`:[0-9]{2}(?:[.][0-9]+)?\\s*(${ZONE})\\s*$`)}, 1)`
  const valid = `try_cast('2000-01-01 ' || ${time} as timestamp) is not null and ${hour} < 24`
  return `case when ${clock} = '' then '' when ${valid} then 'T' || ${time} || ${zone} end`
}

const TIME_PARTS = /%[-]?[HIpMSfgncXT]/

/** SQL of the date in ISO 8601 by a strptime format; NULL where the cell does not fit it. */
export function isoDateBy(dialect: Dialect, cell: string, format: string): string {
  const parsed = `try_strptime(${cell}, ${dialect.literal(format)})`
  const fraction = /%[fgn]/.test(format) ? '.%f' : ''
  const out = TIME_PARTS.test(format) ? `%Y-%m-%dT%H:%M:%S${fraction}` : '%Y-%m-%d'
  return `strftime(${parsed}, ${dialect.literal(out)})`
}
