/** Results behind lines: their numbers as the engine writes them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDuckdb, type DuckdbEngine } from '../../src/table/duckdb/engine.ts'
import { doubleText, Tails } from '../../src/table/line-tails.ts'

let engine: DuckdbEngine
beforeAll(async () => {
  engine = await openDuckdb({ threads: 1, memoryLimit: undefined, spillFolder: 'unused' })
})
afterAll(() => {
  engine.close()
})

test('doubles are written as the engine writes them', async () => {
  const odd = [
    0,
    -0,
    1,
    -1.5,
    0.1,
    1e15,
    1e16,
    123456789012345680,
    1e-4,
    1e-5,
    5e-324,
    1.7976931348623157e308,
    NaN,
    1e21,
  ]
  const values = fc.array(fc.double(), { minLength: 1, maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(values, async (random) => {
      const all = Float64Array.from([...odd, ...random, Infinity, -Infinity])
      const table = await engine.arrays([{ type: 'double', values: all }])
      const rows = await engine.query(`select cast(c0 as varchar) from ${table} order by k`)
      expect(Array.from(all, doubleText)).toEqual(rows.map(([text]) => text))
    }),
    { numRuns: 20 },
  )
})

test('entries without a value are empty, and each row ends where it says', () => {
  const tails = new Tails(
    [
      { type: 'integer', values: Int32Array.of(3, 0, -7), valid: Uint8Array.of(0b101) },
      { type: 'double', values: Float64Array.of(0.5, 2, -1e-9) },
    ],
    '\t',
  )
  const { text, ends } = tails.next()
  expect(Buffer.from(text).toString()).toBe('\t3\t0.5\t\t2.0\t-7\t-1e-09')
  expect([...ends]).toEqual([6, 11, 21])
  expect(tails.next().ends).toHaveLength(0)
})

test('texts stand for whole numbers, quoted where the engine quotes them', async () => {
  const levels = ['core', 'a,b', 'a;b', '"', '#1', '', 'x']
  const values = Int32Array.from(levels, (_, code) => code)
  const { text, ends } = new Tails([{ type: 'integer', values, levels }], ',').next()
  const cells = [...ends].map((end, i) => Buffer.from(text.subarray((ends[i - 1] ?? 0) + 1, end)).toString())
  expect(cells).toEqual(['core', '"a,b"', 'a;b', '""""', '"#1"', '""', 'x'])
})

test('texts that entries stand for are quoted as the engine quotes them', async () => {
  const levels = [
    'plain',
    '',
    'a,b',
    'say "hi"',
    '#1',
    'two\nlines',
    'é 中 \u{1f600}',
    "o'clock",
    ' ',
    '-',
    'null',
  ]
  const values = Int32Array.from(levels, (_, code) => code)
  const { text } = new Tails([{ type: 'integer', values, levels }], ',').next()
  const folder = mkdtempSync(join(tmpdir(), 'lode-tails-'))
  try {
    const file = join(folder, 'out.csv')
    const table = await engine.arrays([{ type: 'text', values: levels }])
    await engine.copy(`select '' as a, c0 as b from ${table} order by k`, file, {
      kind: 'csv',
      delimiter: ',',
    })
    // The engine's cells behind an empty text, each with its delimiter in front.
    const want = readFileSync(file, 'utf8')
      .replaceAll(/(^|\n)"",/g, ',')
      .trimEnd()
    expect(Buffer.from(text).toString()).toBe(want)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('numbers that come again, and both zeros, are written as the first time', () => {
  const values = Float64Array.of(0.25, 0, -0, 0.25, 0, -0)
  const { text } = new Tails([{ type: 'double', values }], ',').next()
  expect(Buffer.from(text).toString()).toBe(',0.25,0.0,-0.0,0.25,0.0,-0.0')
})
