/**
 * Public files that nobody here made, through the real program. What is expected of them is what their origins
 * say of them. They are no part of the project: where ../shared/data is not there, these tests are skipped.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const data = resolve('..', 'shared', 'data')
const program = resolve('dist', 'lode.cjs')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-public-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

interface CleanReport {
  readonly result: {
    readonly rows_in: number
    readonly rows_out: number
    readonly columns: readonly {
      readonly name: string
      readonly type: string
      readonly missing_before: number
      readonly mean: number | null
    }[]
  }
}

function lode(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [program, ...words], { maxBuffer: 1 << 30 }, (error, out, err) => {
      done({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

async function report(...words: string[]): Promise<CleanReport['result']> {
  const { code, out, err } = await lode('clean', ...words, '-q', '-f', 'json')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return (JSON.parse(out) as CleanReport).result
}

function column(result: CleanReport['result'], name: string): CleanReport['result']['columns'][number] {
  const found = result.columns.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no column ${name}`)
  return found
}

describe.skipIf(!existsSync(data))('public files (skipped where ../shared/data is absent)', () => {
  const superstore = join(data, 'superstore', 'Sample - Superstore.csv')

  test('superstore in windows-1252: the error names the encoding, and with it every order is there', async () => {
    const refused = await lode('clean', superstore)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('add --encoding windows-1252')
    const result = await report(superstore, '--encoding', 'windows-1252', '--trim')
    expect([result.rows_in, result.rows_out, result.columns.length]).toEqual([9994, 9994, 21])
    expect((column(result, 'Sales').mean as number) * 9994).toBeCloseTo(2297200.8603, 3)
    expect((column(result, 'Profit').mean as number) * 9994).toBeCloseTo(286397.0217, 3)
  })

  test('superstore with semicolons and decimal commas: numbers are numbers when told', async () => {
    const path = join(data, 'superstore', 'Sample - Superstore.semicolon-decimalcomma.csv')
    const result = await report(path, '--encoding', 'windows-1252', '--decimal', ',', '--trim')
    expect(result.columns.length).toBe(12)
    expect(result.columns.some(({ type }) => type === 'number')).toBe(true)
  })

  test('telco: blanks in TotalCharges are missing, the column is one of numbers', async () => {
    const path = join(data, 'telco_churn', 'Telco-Customer-Churn.csv')
    const result = await report(path, '--drop-missing')
    expect([result.rows_in, result.rows_out]).toEqual([7043, 7032])
    expect(column(result, 'TotalCharges')).toMatchObject({ type: 'number', missing_before: 11 })
  })

  test('online retail, half a million rows in a .gz: every line and every missing cell', async () => {
    const path = join(data, 'online_retail', 'online_retail.csv.gz')
    const out = join(folder, 'retail.csv')
    const { code } = await lode('clean', path, '--trim', '-q', '-o', out)
    expect(code).toBe(0)
    expect(statSync(out).size).toBeGreaterThan(40_000_000)
    const result = await report(path, '--dedupe')
    expect(result.rows_in).toBe(541_909)
    expect(result.rows_in - result.rows_out).toBe(5268)
    expect(column(result, 'Description').missing_before).toBe(1454)
    expect(column(result, 'CustomerID').missing_before).toBe(135_080)
  })

  test('superstore by month: dates like 11/8/2016, all sales of four years, December 2017 still whole', async () => {
    const words = [
      '--date',
      'Order Date',
      '--value',
      'Sales',
      '--freq',
      'month',
      '--method',
      'naive',
      '--history',
    ]
    const { code, out, err } = await lode(
      'forecast',
      superstore,
      '--encoding',
      'windows-1252',
      '-q',
      ...words,
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const rows = out
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
    const past = rows.filter((row) => row[1] === '')
    expect([past.length, past[0]?.[0], past.at(-1)?.[0]]).toEqual([48, '2014-01-01', '2017-12-01'])
    expect(past.reduce((sum, row) => sum + Number(row[7]), 0)).toBeCloseTo(2297200.8603, 3)
    expect(rows.slice(48).map((row) => row[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => `2018-${String(i + 1).padStart(2, '0')}-01`),
    )
  })
})
