import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forecast } from '../../src/commands/forecast.ts'
import type { Json } from '../../src/report/report.ts'
import { stand } from './stand.ts'

const table = stand()
let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lode-forecast-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const months = Array.from(
  { length: 48 },
  (_, i) => `${2020 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}`,
)
const wave = [10, 12, 15, 20, 26, 30, 31, 28, 22, 16, 12, 11]
const sales = months.map((month, i) => [month, String((wave[i % 12] as number) * 10 + i + (i % 5))])

type Asked = Parameters<typeof table.run<typeof forecast.options>>[2]

async function ran(
  rows: (string | null)[][],
  asked: NonNullable<Asked>['options'] = {},
  names = ['month', 'amount'],
) {
  const found = await table.run(forecast, await table.table(names, rows), {
    options: { value: 'amount', ...asked },
  })
  return { ...found, cells: await found.rows(), names: found.outcome.rows.columns.map(({ name }) => name) }
}

interface OneSeries {
  readonly key: Json
  readonly n: number
  readonly method: string
  readonly season: number
  readonly level_now: number
  readonly growth: { readonly [name: string]: number | null }
  readonly seasonal_index: { readonly places: readonly { readonly place: string; readonly index: number }[] }
  readonly backtest: { readonly [name: string]: number } | null
  readonly filled_periods: number
  readonly notes: readonly string[]
}

async function seriesOf(outcome: Awaited<ReturnType<typeof ran>>['outcome']): Promise<readonly OneSeries[]> {
  const report = await outcome.report({ rows: undefined })
  return report.result['series'] as unknown as OneSeries[]
}

test('rows are those of the contract: a date, the forecast, an interval for each level, the method', async () => {
  const { cells, names } = await ran(sales, { horizon: 3 })
  expect(names).toEqual(['date', 'forecast', 'lower_80', 'upper_80', 'lower_95', 'upper_95', 'method'])
  expect(cells.map(([date]) => date)).toEqual(['2024-01-01', '2024-02-01', '2024-03-01'])
  for (const [, ...numbers] of cells) {
    const [value, low80, high80, low95, high95] = numbers.slice(0, 5).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ]
    expect(low95 < low80 && low80 < value && value < high80 && high80 < high95).toBe(true)
  }
  expect(cells.every((row) => row.at(-1) === 'auto')).toBe(true)
})

test('a history that is moved by years has its forecast moved by years', async () => {
  const moved = sales.map(([month = '', amount = '']) => [
    `${Number(month.slice(0, 4)) - 28}${month.slice(4)}`,
    amount,
  ])
  const [now, before] = [await ran(sales), await ran(moved)]
  expect(before.cells.map((row) => row.slice(1))).toEqual(now.cells.map((row) => row.slice(1)))
  expect(before.cells[0]?.[0]).toBe('1996-01-01')
})

test('without a value rows are counted; the horizon is a season', async () => {
  const { outcome, cells } = await ran(sales, { value: undefined })
  expect(cells).toHaveLength(12)
  expect(cells[0]?.slice(0, 2)).toEqual(['2024-01-01', '1.0'])
  const [series] = await seriesOf(outcome)
  expect(series?.notes).toEqual(['always the same value, which goes on'])
})

test('with --history the past stands before, and its parts add up', async () => {
  const { cells, names } = await ran(sales, { history: true, horizon: 2 })
  expect(names.slice(-5)).toEqual(['actual', 'fitted', 'trend', 'season', 'remainder'])
  expect(cells).toHaveLength(50)
  for (const row of cells.slice(0, 48)) {
    const [actual, , trend, season, remainder] = row.slice(-5).map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ]
    expect(row[1]).toBeNull()
    expect(trend + season + remainder).toBeCloseTo(actual, 9)
  }
  expect(cells.at(-1)?.slice(-5)).toEqual([null, null, null, null, null])
})

test('each series has its own rows, in the order of their keys; rows without a key take no part', async () => {
  const rows = sales.flatMap(([month = '', amount = '']) => [
    [month, amount, 'b', 'x'],
    [month, amount, 'a', 'y'],
    [month, amount, null, 'y'],
  ])
  const { cells, names, outcome } = await ran(rows, { by: 'shop,kind', horizon: 1 }, [
    'month',
    'amount',
    'shop',
    'kind',
  ])
  expect(names.slice(0, 3)).toEqual(['shop', 'kind', 'date'])
  expect(cells.map((row) => row.slice(0, 3))).toEqual([
    ['a', 'y', '2024-01-01'],
    ['b', 'x', '2024-01-01'],
  ])
  const { input, result } = await outcome.report({ rows: undefined })
  expect(input).toMatchObject({ rows: 144, rows_used: 96, dropped: { missing_key: 48 } })
  expect((result['series'] as unknown as OneSeries[]).map(({ key }) => key)).toEqual([
    ['a', 'y'],
    ['b', 'x'],
  ])
})

test('the report has the keys of the contract', async () => {
  const { outcome } = await ran(sales)
  const [series] = await seriesOf(outcome)
  expect(series).toMatchObject({ key: null, n: 48, method: 'auto', season: 12, filled_periods: 0 })
  expect(Object.keys(series ?? {})).toEqual(
    expect.arrayContaining(
      'key,method,n,freq,season,level_now,growth,trend_strength,seasonal_strength,seasonal_index,backtest,filled_periods,notes'.split(
        ',',
      ),
    ),
  )
  expect(Object.keys(series?.growth ?? {})).toEqual(
    expect.arrayContaining(['cagr', 'year_over_year', 'slope']),
  )
  expect(Object.keys(series?.backtest ?? {})).toEqual(
    expect.arrayContaining(['origins', 'smape', 'mase', 'mase_snaive', 'coverage']),
  )
  const places = series?.seasonal_index.places ?? []
  expect(places.map(({ place }) => place).slice(0, 3)).toEqual(['January', 'February', 'March'])
  expect(places.toSorted((a, b) => b.index - a.index)[0]?.place).toBe('July')
})

test('year over year and the slope, by hand', async () => {
  const { outcome } = await ran(months.map((month, i) => [month, String(100 + 2 * i)]))
  const [series] = await seriesOf(outcome)
  const total = (from: number) => 12 * 100 + 2 * (12 * from + 66)
  expect(series?.growth['year_over_year']).toBeCloseTo(total(36) / total(24) - 1, 12)
  expect(series?.growth['cagr']).toBeCloseTo((total(36) / total(0)) ** (1 / 3) - 1, 12)
  expect(series?.growth['slope']).toBeCloseTo(2, 9)
})

test('a shock that is ignored leaves no mark', async () => {
  const shocked = sales.map(([month = '', amount = ''], i) => [month, i >= 20 && i < 24 ? '1' : amount])
  const plain = await ran(sales, { horizon: 6 })
  const ignored = await ran(shocked, { horizon: 6, ignore: [['2021-09', '2021-12']] })
  const taken = await ran(shocked, { horizon: 6 })
  const off = (cells: (string | null)[][]) =>
    cells.reduce((sum, row, i) => sum + Math.abs(Number(row[1]) - Number(plain.cells[i]?.[1])), 0)
  expect(off(ignored.cells)).toBeLessThan(off(taken.cells) / 4)
  const [series] = await seriesOf(ignored.outcome)
  expect(series).toMatchObject({ ignored_periods: 4 })
})

test('an event to come raises its own day, and the days of its window', async () => {
  const days = Array.from({ length: 120 }, (_, i) =>
    new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10),
  )
  const feasts = ['2024-01-20', '2024-02-17', '2024-03-09', '2024-04-13']
  const rows = days.map((day, i) => {
    const near = feasts.some((feast) => days.indexOf(feast) - 1 === i)
    return [day, String(100 + (i % 7) + (feasts.includes(day) ? 80 : near ? 40 : 0))]
  })
  const file = join(folder, 'feasts.csv')
  writeFileSync(
    file,
    `holiday,ds,lower_window,upper_window\n${[...feasts, '2024-05-04'].map((day) => `feast,${day},-1,0`).join('\n')}\n`,
  )
  const { cells } = await ran(rows, { events: file, horizon: 7 }, ['day', 'amount'])
  const values = cells.map((row) => [row[0], Number(row[1])] as const)
  const at = (day: string) => values.find(([date]) => date === day)?.[1] as number
  expect(at('2024-05-04')).toBeGreaterThan(165)
  expect(at('2024-05-03')).toBeGreaterThan(130)
  expect(at('2024-05-03')).toBeLessThan(150)
  expect(at('2024-05-05')).toBeLessThan(115)
})

describe('what the data says of itself', () => {
  test.each([
    [
      'a first day that is no month',
      [
        ['2024-01-15', '1'],
        ['soon', '2'],
      ],
      /"soon" on line 3 is not a date/,
    ],
    [
      'days and months either way',
      [
        ['03/04/2024', '1'],
        ['04/05/2024', '2'],
      ],
      /can be read in two ways/,
    ],
    [
      'both ways',
      [
        ['13/04/2024', '1'],
        ['04/25/2024', '2'],
      ],
      /writes dates in two ways: "13\/04\/2024" on line 2/,
    ],
    [
      'no date at all',
      [
        [null, '1'],
        [null, '2'],
      ],
      /no row of made.csv has both a date in "month" and a value in "amount"/,
    ],
    ['no number', [['2024-01-01', 'x']], /"amount" of made.csv is not numeric: line 2 holds "x"/],
  ] as const)('%s', async (_, rows, message) => {
    await expect(
      ran(
        rows.map((row) => [...row]),
        { date: 'month' },
      ),
    ).rejects.toThrow(message)
  })

  test.each([
    ['periods_filled', sales.filter((_, i) => i !== 7)],
    ['long_gap', sales.filter((_, i) => i < 10 || i > 23)],
    ['dates_in_several_forms', [...sales, ['1 Jan 2024', '9']]],
    ['series_constant', sales.map(([month = '']) => [month, '5'])],
    ['horizon_beyond_history', sales.slice(0, 6)],
  ] as const)('a warning of %s', async (code, rows) => {
    const { warnings } = await ran(
      rows.map((row) => [...row]),
      { date: 'month' },
    )
    expect(warnings.map((warning) => warning.code)).toContain(code)
  })

  test('a part-filled last month is left out and counted', async () => {
    const days = Array.from({ length: 400 }, (_, i) =>
      new Date(Date.UTC(2023, 0, 1 + i)).toISOString().slice(0, 10),
    )
    const { outcome, cells, warnings } = await ran(
      days.map((day) => [day, '2']),
      { freq: 'month' },
      ['day', 'amount'],
    )
    expect(cells[0]?.[0]).toBe('2024-02-01')
    expect(warnings.map(({ code }) => code)).toContain('edge_dropped')
    const { input } = await outcome.report({ rows: undefined })
    expect(input).toMatchObject({ rows: 400, rows_used: 396, dropped: { part_filled_period: 4 } })
  })
})

const data = join(import.meta.dirname, '../../../shared/data')
// The public files are no part of the project: skipped where they are absent.
describe.skipIf(!existsSync(data))('public data', () => {
  test('AirPassengers, with months as parts of a year: the twelve months of 1961', async () => {
    const file = await table.file(join(data, 'forecast_classics/AirPassengers.Rdatasets.csv'))
    const found = await table.run(forecast, file, { options: { date: 'time', value: 'value' } })
    const cells = await found.rows()
    expect(cells.map(([date]) => date)).toEqual(
      Array.from({ length: 12 }, (_, i) => `1961-${String(i + 1).padStart(2, '0')}-01`),
    )
    // The season of 1960 and ten percent more, within a tenth (the year itself was never published).
    const last = [417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432]
    cells.forEach((row, i) => {
      expect(Math.abs(Number(row[1]) / (1.08 * (last[i] as number)) - 1)).toBeLessThan(0.1)
    })
    const report = await found.outcome.report({ rows: undefined })
    const [series] = report.result['series'] as unknown as OneSeries[]
    expect(series?.growth['year_over_year']).toBeCloseTo(5714 / 5140 - 1, 12)
    expect(series?.backtest?.['mase']).toBeLessThan(series?.backtest?.['mase_snaive'] as number)
  })

  test('Online Retail: half a million rows by month, as the engine adds them up', async () => {
    const relation = await table.file(join(data, 'online_retail/online_retail.csv.gz'))
    const found = await table.run(forecast, relation, {
      options: {
        date: 'InvoiceDate',
        value: 'Quantity',
        freq: 'month',
        history: true,
        method: 'naive',
        edge: 'keep',
      },
    })
    const past = (await found.rows()).filter((row) => row[1] === null)
    const want = await table.engine.query(
      `select substr(c4, 1, 7), sum(cast(c3 as integer)) from ${relation.name} group by 1 order by 1`,
    )
    expect(past.map((row) => [String(row[0]).slice(0, 7), Number(row[7])])).toEqual(
      want.map(([month, sum]) => [month, Number(sum)]),
    )
    expect(past).toHaveLength(13)
  })
})
