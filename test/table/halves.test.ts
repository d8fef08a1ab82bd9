import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { openDuckdb } from '../../src/table/duckdb/engine.ts'
import { copySecondHalf, WORTH_HALVING } from '../../src/table/halves.ts'
import { openRelation } from '../../src/table/open.ts'
import { openSource } from '../../src/table/source.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-halves-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('the halves of a file are the file, cut behind a line end past its middle', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 300_000 }), { minLength: 1, maxLength: 12 }), async (lengths) => {
      const text = lengths.map((length) => `${'x'.repeat(length)}\n`).join('')
      const [path, half] = [join(folder, 'in.csv'), join(folder, 'half.csv')]
      writeFileSync(path, text)
      rmSync(half, { force: true })
      const lines = await copySecondHalf(path, half)
      const second = readFileSync(half, 'utf8')
      const first = text.slice(0, text.length - second.length)
      expect(first + second).toBe(text)
      expect(first.endsWith('\n')).toBe(true)
      expect(first.split('\n').length - 1).toBe(lines)
      expect(first.length).toBeGreaterThanOrEqual(text.length / 2)
    }),
    { numRuns: 40 },
  ))

test.each([
  ['with a header', 'id,text\n', '\n'],
  ['with line ends of two bytes', 'id,text\r\n', '\r\n'],
])('a large file %s is numbered as it lies', async (_how, header, end) => {
  const rows = 700_000
  const path = join(folder, 'large.csv')
  const body = Array.from(
    { length: rows },
    (_, i) => `${i},"text, number ${i} and then some, to make it long"${end}`,
  )
  writeFileSync(path, header + body.join(''))
  expect(statSync(path).size).toBeGreaterThan(WORTH_HALVING)
  const options = { header: true, decimal: '.', ragged: 'error' } as const
  const file = await openSource(
    path,
    { ...options, delimiter: undefined, quote: undefined, encoding: undefined },
    {
      scanner: plainScanner,
      scratch: () => Promise.resolve(folder),
      stdin: 0,
      reject: () => {},
      warn: () => {},
      signal: new AbortController().signal,
    },
  )
  const engine = await openDuckdb({ threads: 2, memoryLimit: undefined, spillFolder: join(folder, 'spill') })
  const half = join(folder, 'half.csv')
  const relation = await openRelation(engine, file, { decimal: '.', missing: undefined }, half)
  const [found] = await engine.query(
    `select count(*), count(*) filter (where k = c0::bigint), min(k), max(k) from ${relation.keyed}`,
  )
  expect(found).toEqual([rows, rows, 0, rows - 1])
  const firstRows = await engine.query(`select k, c0 from ${relation.keyed} limit 3`)
  expect(firstRows).toEqual([
    [0, '0'],
    [1, '1'],
    [2, '2'],
  ])
  expect(statSync(half).size).toBeLessThan(statSync(path).size / 2)
  engine.close()
})
