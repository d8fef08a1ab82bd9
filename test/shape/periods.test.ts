import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { momentOf } from '../../src/commands/forecast/read.ts'
import {
  civilOf,
  dateText,
  dayNumber,
  firstDayOf,
  frequencies,
  periodName,
  periodOf,
  periodText,
  placeName,
  spanOf,
} from '../../src/shape/periods.ts'

const day = (iso: string) =>
  Date.UTC(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)) - 1, Number(iso.slice(8))) / 86_400_000

test.each(['2022-01-03 14:30:00+09', '2022-01-03 14:30:00 UTC', '2022-01-03T14:30Z', '2022-01-03 14:30'])(
  'a moment is read as it is written, whatever its zone: %s',
  (text) => {
    expect(momentOf(text, 'day first')).toEqual({ day: day('2022-01-03'), seconds: 52_200, names: 'hour' })
  },
)

test('months and quarters without a mark between, and of two digits', () => {
  expect(spanOf('202402')).toEqual(spanOf('2024-02'))
  expect(spanOf('202413')).toBeUndefined()
  expect(spanOf('Q1-22')).toEqual(spanOf('2022Q1'))
})

test('days are those of the calendar that Date counts', () => {
  fc.assert(
    fc.property(fc.integer({ min: -500_000, max: 500_000 }), (days) => {
      const date = new Date(days * 86_400_000)
      const { year, month, day: ofMonth } = civilOf(days)
      expect([year, month, ofMonth]).toEqual([
        date.getUTCFullYear(),
        date.getUTCMonth() + 1,
        date.getUTCDate(),
      ])
      expect(dayNumber(year, month, ofMonth)).toBe(days)
    }),
  )
})

test('each day is in the period that its first day begins, and not in the one before', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.constantFrom(...frequencies),
      (days, freq) => {
        const period = periodOf(freq, days, 13)
        const first = firstDayOf(freq, period)
        expect(first).toBeLessThanOrEqual(days)
        expect(periodOf(freq, first, freq === 'hour' ? 13 : 0)).toBe(period)
        if (freq !== 'hour') expect(firstDayOf(freq, period + 1)).toBeGreaterThan(days)
      },
    ),
  )
})

test('weeks begin on Monday and belong to the year of their Thursday, as ISO 8601 says', () => {
  const monday = (iso: string) => periodText('week', periodOf('week', day(iso)))
  expect(monday('2024-01-01')).toBe('2024-01-01')
  expect(monday('2023-01-01')).toBe('2022-12-26')
  expect(monday('2021-01-03')).toBe('2020-12-28')
  expect(placeName('week', 52, periodOf('week', day('2021-01-03')))).toBe('week 52')
  expect(placeName('week', 52, periodOf('week', day('2021-01-04')))).toBe('week 1')
})

test('months, quarters and years are as long as they are', () => {
  const lengths = [0, 1, 2].map((i) => {
    const period = periodOf('month', day('2024-01-15')) + i
    return firstDayOf('month', period + 1) - firstDayOf('month', period)
  })
  expect(lengths).toEqual([31, 29, 31])
  expect(periodText('quarter', periodOf('quarter', day('2024-05-31')) + 3)).toBe('2025-01-01')
  expect(periodText('year', periodOf('year', day('1999-12-31')))).toBe('1999-01-01')
  expect(periodText('hour', periodOf('hour', day('2024-03-31'), 23) + 1)).toBe('2024-04-01T00:00:00')
})

test('periods and the places of a season have names', () => {
  const days = day('2024-03-04')
  expect(frequencies.map((freq) => periodName(freq, periodOf(freq, days, 5)))).toEqual([
    '2024-03-04 05:00',
    '2024-03-04',
    'week of 2024-03-04',
    'March 2024',
    'Q1 2024',
    '2024',
  ])
  expect(placeName('day', 7, days)).toBe('Monday')
  expect(placeName('month', 12, periodOf('month', days))).toBe('March')
  expect(placeName('quarter', 4, periodOf('quarter', days))).toBe('Q1')
  expect(placeName('hour', 24, periodOf('hour', days, 5))).toBe('05:00')
  expect(placeName('month', 5, 7)).toBe('3 of 5')
})

describe('texts that name a period', () => {
  test.each([
    ['2024', '2024-01-01', '2024-12-31'],
    ['2024年', '2024-01-01', '2024-12-31'],
    ['2024-02', '2024-02-01', '2024-02-29'],
    ['2024/2', '2024-02-01', '2024-02-29'],
    ['02/2024', '2024-02-01', '2024-02-29'],
    ['2024年2月', '2024-02-01', '2024-02-29'],
    ['Feb 2024', '2024-02-01', '2024-02-29'],
    ['february 2024', '2024-02-01', '2024-02-29'],
    ['Sept. 2024', '2024-09-01', '2024-09-30'],
    ['2024-May', '2024-05-01', '2024-05-31'],
    ['2024Q3', '2024-07-01', '2024-09-30'],
    ['2024-Q3', '2024-07-01', '2024-09-30'],
    ['q3 2024', '2024-07-01', '2024-09-30'],
    ['2024-W01', '2024-01-01', '2024-01-07'],
    ['2020W53', '2020-12-28', '2021-01-03'],
    ['2020-W53-5', '2021-01-01', '2021-01-01'],
    ['1949.08333333333', '1949-02-01', '1949-02-28'],
    ['1949.75', '1949-10-01', '1949-10-31'],
  ])('%s', (text, from, to) => {
    const span = spanOf(text)
    expect([dateText(span?.from ?? NaN), dateText(span?.to ?? NaN)]).toEqual([from, to])
  })
  test.each(['', 'soon', '2024-13', '2024Q5', '2021-W53', '13/2024', 'Mai 2024', '24', '20240', '2024-1-1'])(
    '%j is none',
    (text) => expect(spanOf(text)).toBeUndefined(),
  )
})
