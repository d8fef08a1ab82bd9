/**
 * Two public corpora of awkward CSV files, csv-spectrum and sineemore/csv-test-data: every file is read as its
 * JSON says, or refused for the reason written here.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { Bench } from './reading.ts'

const CORPORA = join(import.meta.dirname, '../../../shared/data/nasty_csv')
const isThere = existsSync(CORPORA)
const bench = new Bench()
afterAll(() => bench.close())

const REFUSED: Record<string, RegExp> = {
  'all-empty.csv': /has no header line: there is nothing in it but blank lines$/,
  'bad-header-less-fields.csv': /line 2: 2 cells, 3 expected$/,
  'bad-header-more-fields.csv': /line 2: 4 cells, 3 expected$/,
  'bad-header-no-header.csv': /is empty: it has no header line, and no rows$/,
  'bad-missing-quote.csv': /line 2: a quote opens here and never closes$/,
  'bad-quotes-with-unescaped-quote.csv': /line 2: text goes on behind the closing quote of a cell$/,
}

/** Bad by the corpus, sound by RFC 4180 as nearly all read it: what they are read as. */
const READ_ALL_THE_SAME: Record<string, string[][]> = {
  'bad-header-wrong-header.csv': [['qux', 'quux', 'quuz']],
  'bad-unescaped-quote.csv': [
    ['foo', 'bar', 'baz'],
    ['1', 'This "quotes" must be escaped', '3'],
  ],
}

async function readBack(path: string): Promise<string[][]> {
  const { source, rows } = await bench.read(path)
  return [[...source.names], ...rows.map((row) => row.map((cell) => cell ?? ''))]
}

describe.skipIf(!isThere)('csv-spectrum (skipped where the corpus is absent)', () => {
  const folder = join(CORPORA, 'csv-spectrum')
  for (const name of isThere ? readdirSync(join(folder, 'csvs')) : []) {
    test(name, async () => {
      const json = join(folder, 'json', name.replace('.csv', '.json'))
      const want: Record<string, string>[] = JSON.parse(readFileSync(json, 'utf8'))
      const [names, ...rows] = await readBack(join(folder, 'csvs', name))
      const got = rows.map((row) => Object.fromEntries(row.map((cell, i) => [names?.[i], cell])))
      expect(got).toEqual(want)
    })
  }
})

describe.skipIf(!isThere)('sineemore/csv-test-data (skipped where the corpus is absent)', () => {
  const folder = join(CORPORA, 'sineemore')
  for (const name of isThere ? readdirSync(join(folder, 'csv')) : []) {
    test(name, async () => {
      const path = join(folder, 'csv', name)
      const reason = REFUSED[name]
      if (reason !== undefined) {
        await expect(bench.open(path)).rejects.toThrow(reason)
        return
      }
      const json = join(folder, 'json', name.replace('.csv', '.json'))
      const want = READ_ALL_THE_SAME[name] ?? expected(JSON.parse(readFileSync(json, 'utf8')))
      expect(await readBack(path)).toEqual(want)
    })
  }

  /** Its JSON for a header alone is an empty list; for one with names it is a list of objects. */
  function expected(json: string[][] | Record<string, string>[]): string[][] {
    const [first] = json
    if (first === undefined) return [['foo', 'bar', 'baz']]
    if (Array.isArray(first)) return json as string[][]
    return [Object.keys(first), ...json.map((row) => Object.values(row))]
  }
})
