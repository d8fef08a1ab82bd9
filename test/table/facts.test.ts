import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { openDuckdb, type DuckdbEngine } from '../../src/table/duckdb/engine.ts'
import { factsOf } from '../../src/table/facts.ts'
import { csvLine } from '../../src/write/csv.ts'

let folder: string
let engine: DuckdbEngine

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lode-test-'))
  engine = await openDuckdb({ threads: 1, memoryLimit: undefined, spillFolder: join(folder, 'spill') })
})
afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Cells on the borders between numbers, dates, tokens and text. */
const cell = fc.oneof(
  fc.stringMatching(/^[+-]?\d{0,18}[.,]?\d{0,3}([eE][+-]?\d{0,3})?$/),
  fc.stringMatching(
    /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d{1,4})?)?(Z|[+-]\d{2}:?\d{2})?)?$/,
  ),
  fc.constantFrom(
    '',
    'NA',
    'N/A',
    'null',
    'NaN',
    '-nan',
    'nan ',
    ' ',
    '   ',
    ' 5',
    '1_000',
    '0x1F',
    'inf',
    '1e5',
  ),
  fc.string({ unit: 'binary', maxLength: 70 }).filter((text) => !text.includes('\0')),
)

test.each(['.', ','] as const)('the engine counts what the scan of a file counts (decimal %s)', (decimal) =>
  fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 40 }), async (cells) => {
      const text = cells.map((one) => csvLine([one, 'x'], ',')).join('')
      const scanner = plainScanner({
        delimiter: 44,
        quote: 34,
        escape: 34,
        decimal: decimal.charCodeAt(0),
        columns: 2,
        facts: true,
        header: false,
      })
      const bytes = Buffer.from(text)
      scanner.room(bytes.length).set(bytes)
      scanner.feed(bytes.length)
      const scanned = scanner.finish().columns[0]
      const name = await engine.arrays([
        { type: 'text', values: cells.map((one) => (one === '' ? null : one)) },
      ])
      const relation = {
        name,
        keyed: name,
        columns: [{ name: 'x', type: 'text' }],
        files: ['x.csv'],
        rejected: 0,
        rules: { decimal, missing: undefined },
      }
      const [counted] = await factsOf(engine, relation, [0])
      expect(counted).toEqual({ ...scanned, firstOtherRecord: -1, firstOtherLine: 0 })
    }),
    { numRuns: 300 },
  ),
)
