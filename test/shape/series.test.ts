import { describe, expect, test } from 'vitest'
import { dayNumber, periodText } from '../../src/shape/periods.ts'
import { findFrequency } from '../../src/shape/frequency.ts'
import type { DatedRows } from '../../src/shape/dated-rows.ts'
import { toSeries, type SeriesOptions } from '../../src/shape/series.ts'

/** Rows from [date or date and hour, value, series]. */
function rows(list: readonly (readonly [string, number, number?])[]): DatedRows {
  const timed = list.some(([text]) => text.length > 10)
  return {
    days: Int32Array.from(list, ([text]) =>
      dayNumber(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))),
    ),
    seconds: timed ? Float64Array.from(list, ([text]) => secondsOf(text)) : undefined,
    values: Float64Array.from(list, ([, value]) => value),
    series: Int32Array.from(list, ([, , series = 0]) => series),
    seriesCount: 1 + Math.max(...list.map(([, , series = 0]) => series)),
  }
}

/** Seconds of the day of `2024-01-31T09:30`, of which the minutes may be left out. */
function secondsOf(text: string): number {
  return Number(text.slice(11, 13)) * 3600 + Number(text.slice(14, 16)) * 60
}

/** A row each so many days, from a date on. */
const every = (days: number, count: number, from = '2024-01-01') =>
  rows(
    Array.from({ length: count }, (_, i) => {
      const date = new Date(Date.parse(`${from}T00:00:00Z`) + i * days * 86_400_000)
      return [date.toISOString().slice(0, 10), i + 1] as const
    }),
  )

const usual: SeriesOptions = { freq: 'month', aggregate: 'sum', fill: undefined, keepEdges: false }

describe('the frequency', () => {
  test.each([
    ['day', every(1, 30)],
    ['week', every(7, 30)],
    ['year', every(365.25, 12)],
    [
      'hour',
      rows(Array.from({ length: 20 }, (_, i) => [`2024-03-31T${String(i).padStart(2, '0')}`, 1] as const)),
    ],
  ] as const)('%s after %s', (freq, made) => {
    expect(findFrequency(made)).toEqual({ freq, regular: true })
  })
  test('months of any length, first days and last days', () => {
    const first = Array.from(
      { length: 14 },
      (_, i) => [`2023-${String((i % 12) + 1).padStart(2, '0')}-01`, 1] as const,
    )
    expect(findFrequency(rows(first.slice(0, 12)))).toEqual({ freq: 'month', regular: true })
    const last = rows([
      ['2024-01-31', 1],
      ['2024-02-29', 1],
      ['2024-03-31', 1],
      ['2024-04-30', 1],
    ])
    expect(findFrequency(last)).toEqual({ freq: 'month', regular: true })
  })
  test('working days are days', () => {
    const days = Array.from({ length: 60 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)))
    const working = days.filter((date) => date.getUTCDay() % 6 !== 0)
    const made = rows(working.map((date) => [date.toISOString().slice(0, 10), 1] as const))
    expect(findFrequency(made)).toEqual({ freq: 'day', regular: true })
  })
  test('a hole of a year does not make years of months, nor months written as such days', () => {
    const months = Array.from({ length: 48 }, (_, i) => i).filter((i) => i < 12 || i > 23)
    const text = (i: number) => `${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`
    const twice = rows([...months, ...months].map((i) => [text(i), 1] as const))
    expect(findFrequency(twice).freq).toBe('month')
    expect(findFrequency(rows([['2024-01-01', 1]]), 'month').freq).toBe('month')
  })
  test('of events it is the shortest period of which nearly all hold one', () => {
    const events = Array.from({ length: 300 }, (_, i) => {
      const date = new Date(Date.UTC(2023, 0, 1 + ((i * 37) % 700)))
      return [date.toISOString().slice(0, 10), 1, 0] as const
    })
    const twice = rows([...events, ...events])
    expect(findFrequency(twice)).toEqual({ freq: 'week', regular: false })
  })
})

describe('rows to periods', () => {
  const three = [
    ['2024-01-05', 1],
    ['2024-01-20', 2],
    ['2024-01-31', 4],
    ['2024-03-02', 8],
    ['2024-03-02', 16],
    ['2024-03-30', 32],
  ] as const

  test.each([
    ['sum', [7, 0, 56]],
    ['count', [3, 0, 3]],
  ] as const)('%s, nothing in February', (aggregate, want) => {
    const set = toSeries(rows(three), { ...usual, aggregate, keepEdges: true })
    expect([...(set.series[0]?.values ?? [])]).toEqual(want)
    expect(set.fill).toBe('zero')
    expect(set.filled).toBe(1)
    expect(periodText('month', set.series[0]?.first as number)).toBe('2024-01-01')
  })
  test.each([
    ['mean', [7 / 3, NaN, 56 / 3]],
    ['last', [4, NaN, 32]],
  ] as const)('%s, February not known', (aggregate, want) => {
    const set = toSeries(rows(three), { ...usual, aggregate, keepEdges: true })
    expect([...(set.series[0]?.values ?? [])]).toEqual(want)
    expect(set.fill).toBe('missing')
  })
  test('the last of a day is the row that stands last, whatever the order of days', () => {
    const set = toSeries(rows([...three.slice(3), ...three.slice(0, 3)]), {
      ...usual,
      aggregate: 'last',
      keepEdges: true,
    })
    expect([...(set.series[0]?.values ?? [])]).toEqual([4, NaN, 32])
  })
  test('the last of a day is the latest by the clock, wherever it stands', () => {
    const stock = rows([
      ['2024-01-01T18:45', 5],
      ['2024-01-01T18:05', 50],
    ])
    const set = toSeries(stock, { ...usual, freq: 'day', aggregate: 'last', keepEdges: true })
    expect([...(set.series[0]?.values ?? [])]).toEqual([5])
  })
  test('days of rest are not days without sales; days without sales now and then are', () => {
    const days = Array.from({ length: 200 }, (_, i) => new Date(Date.UTC(2024, 0, 1 + i)))
    const of = (test_: (day: Date, i: number) => boolean) =>
      rows(days.filter(test_).map((day) => [day.toISOString().slice(0, 10), 7] as const))
    const fill = (made: DatedRows) => toSeries(made, { ...usual, freq: 'day' }).fill
    expect(fill(of((day) => day.getUTCDay() % 6 !== 0))).toBe('missing')
    expect(fill(of((_, i) => i % 5 < 3 && i % 7 !== 2))).toBe('zero')
  })
  test('zeros asked for go on to the end whatever is added up', () => {
    const two = rows([
      ['2024-01-01', 1, 0],
      ['2024-02-01', 2, 0],
      ['2024-04-01', 3, 1],
    ])
    const set = toSeries(two, { ...usual, aggregate: 'mean', fill: 'zero' })
    expect(set.series.map(({ values }) => [...values])).toEqual([[1, 2, 0, 0], [3]])
  })
  test('dates too far apart are refused before anything is made of them, and sums that overflow are', () => {
    const far = rows([
      ['0001-01-01', 1],
      ['2024-01-01', 1],
    ])
    expect(() => toSeries(far, { ...usual, freq: 'day' })).toThrow(/reach over 738,886 days/)
    const large = rows([
      ['2024-01-01', 1e308],
      ['2024-01-02', 1e308],
    ])
    expect(() => toSeries(large, usual)).toThrow(/January 2024 add up to more/)
  })
  test('previous carries on', () => {
    const set = toSeries(rows(three), { ...usual, fill: 'previous', keepEdges: true })
    expect([...(set.series[0]?.values ?? [])]).toEqual([7, 7, 56])
  })
  test('one reading a month with a year-long hole has a hole, not a year of nothing', () => {
    const months = Array.from({ length: 48 }, (_, i) => i).filter((i) => i < 20 || i > 31)
    const made = rows(
      months.map(
        (i) => [`${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01`, 5] as const,
      ),
    )
    const set = toSeries(made, usual)
    expect(set.fill).toBe('missing')
    expect(set.filled).toBe(12)
    expect(set.series[0]?.values[25]).toBeNaN()
  })
  test('each series begins with its own first row; sums of sales go on to the end of the data, readings do not', () => {
    const sold = rows([
      ['2024-01-01', 1, 0],
      ['2024-01-02', 1, 0],
      ['2024-02-01', 1, 0],
      ['2024-02-03', 2, 1],
      ['2024-02-29', 2, 1],
      ['2024-04-01', 2, 1],
      ['2024-04-30', 2, 1],
    ])
    const sums = toSeries(sold, { ...usual, keepEdges: true })
    expect(sums.series.map(({ values }) => [...values])).toEqual([
      [2, 1, 0, 0],
      [4, 0, 4],
    ])
    const means = toSeries(sold, { ...usual, aggregate: 'mean', keepEdges: true })
    expect(means.series.map(({ values }) => [...values])).toEqual([
      [1, 1],
      [2, NaN, 2],
    ])
  })
})

describe('part-filled edges', () => {
  const daily = (from: string, count: number) => every(1, count, from)
  test('are left out, with their rows counted', () => {
    const set = toSeries(daily('2024-01-20', 60), usual) // to 19 March
    expect(set.series[0]?.values).toHaveLength(1)
    expect(set.edgeRows).toBe(12 + 19)
    expect(
      [set.droppedFirst, set.droppedLast].map((period) => periodText('month', period as number)),
    ).toEqual(['2024-01-01', '2024-03-01'])
  })
  test('stay where asked', () => {
    const set = toSeries(daily('2024-01-20', 60), { ...usual, keepEdges: true })
    expect(set.series[0]?.values).toHaveLength(3)
    expect(set.keptEdges).toHaveLength(2)
    expect(set.edgeRows).toBe(0)
  })
  test('a shop that is closed on New Year’s Day has a whole January', () => {
    expect(toSeries(daily('2024-01-02', 29), usual).droppedFirst).toBeUndefined()
  })
  const hourly = (from: string, count: number, open: (hour: number) => boolean = () => true) =>
    rows(
      Array.from({ length: count }, (_, i) => {
        const date = new Date(Date.parse(`${from}Z`) + i * 3_600_000)
        return [date.toISOString().slice(0, 16), 10] as const
      }).filter(([text]) => open(Number(text.slice(11, 13)))),
    )
  test('a day that ends at eight in the morning is part-filled; one that ends as the shop closes is whole', () => {
    expect(toSeries(hourly('2024-01-01T00:00', 24 * 60 + 9), { ...usual, freq: 'day' }).droppedLast).toBe(
      19783,
    )
    const shop = (count: number) =>
      toSeries(
        hourly('2024-01-01T00:00', count, (hour) => hour >= 9 && hour < 19),
        { ...usual, freq: 'day' },
      )
    expect(shop(24 * 40 + 20).droppedLast).toBeUndefined()
    expect(shop(24 * 40 + 13).droppedLast).toBe(19783 - 20)
  })
  test('an hour of which the last quarters are to come is part-filled', () => {
    const quarters = Array.from({ length: 4 * 30 + 2 }, (_, i) => {
      const date = new Date(Date.UTC(2024, 0, 1) + i * 900_000)
      return [date.toISOString().slice(0, 16), 1] as const
    })
    const made = rows(quarters)
    expect(findFrequency(made)).toEqual({ freq: 'hour', regular: true })
    expect(toSeries(made, { ...usual, freq: 'hour' }).series[0]?.values).toHaveLength(30)
  })
  test('three days lacking of a month of daily rows are seen, and so is a quarter that begins on the tenth', () => {
    expect(toSeries(daily('2022-01-01', 727), usual).droppedLast).toBe(2023 * 12 + 11)
    const late = toSeries(daily('2021-01-10', 1000), { ...usual, freq: 'quarter' })
    expect(late.droppedFirst).toBe(2021 * 4)
  })
  test('one date a month stands for the month, be it the first or the last day', () => {
    for (const from of ['2024-01-01', '2024-01-31']) {
      const set = toSeries(every(30.4, 12, from), usual)
      expect([set.droppedFirst, set.droppedLast]).toEqual([undefined, undefined])
    }
  })
})

test('sums are of the rows in their order, so that they have the same bits each time', () => {
  const made = rows([
    ['2024-01-01', 1e16],
    ['2024-01-02', 1],
    ['2024-01-03', -1e16],
  ])
  expect(toSeries(made, { ...usual, keepEdges: true }).series[0]?.values[0]).toBe(1e16 + 1 - 1e16)
})
