import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { setValid } from '../../src/base/column.ts'
import { relationOf, type AddedColumn } from '../../src/table/append.ts'
import { openDuckdb, type DuckdbEngine } from '../../src/table/duckdb/engine.ts'
import { doubleText } from '../../src/table/line-tails.ts'
import { writeMade } from '../../src/table/made-lines.ts'
import { repeatedColumn } from '../../src/table/repeated.ts'

let folder = ''
let engine: DuckdbEngine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lode-made-'))
  engine = await openDuckdb({ threads: 1, memoryLimit: undefined, spillFolder: join(folder, 'spill') })
})
afterAll(() => {
  engine.close()
  rmSync(folder, { recursive: true, force: true })
})

async function byEngine(columns: readonly AddedColumn[], delimiter: string): Promise<string> {
  const rows = await relationOf(engine, { files: ['made'] }, columns)
  const file = join(folder, 'rows.csv')
  await engine.copy(`select * from ${rows.name}`, file, { kind: 'csv', delimiter })
  return readFileSync(file, 'utf8')
}

async function byHand(columns: readonly AddedColumn[], delimiter: string): Promise<string> {
  let text = ''
  await writeMade(columns, delimiter, async (block) => void (text += Buffer.from(block).toString('utf8')))
  return text
}

const cell = fc.option(
  fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.string({ unit: fc.constantFrom('a', '"', ',', '\t', '#', '\n', '\r', ' ', "'", 'é'), maxLength: 5 }),
  ),
)

describe('rows that are made are written as the engine would write them', () => {
  test('whatever the cells', async () => {
    const row = fc.tuple(
      cell,
      fc.oneof(fc.double(), fc.constantFrom(0, -0, 0.5)),
      fc.oneof(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constant(7)),
      fc.boolean(),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.constantFrom(',', '\t'),
        async (rows, delimiter) => {
          const valid = new Uint8Array((rows.length + 7) >> 3)
          rows.forEach(([, , , isThere], i) => {
            if (isThere) valid[i >> 3] = (valid[i >> 3] as number) | (1 << (i & 7))
          })
          const columns: AddedColumn[] = [
            {
              name: 'text',
              data: { type: 'text', values: rows.map(([text]) => (text?.includes('\0') ? '0' : text)) },
            },
            {
              name: 'double',
              data: { type: 'double', values: Float64Array.from(rows, ([, value]) => value), valid },
            },
            {
              name: 'whole',
              data: { type: 'integer', values: Int32Array.from(rows, ([, , value]) => value) },
            },
          ]
          expect(await byHand(columns, delimiter)).toBe(await byEngine(columns, delimiter))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('where rows repeat each other', async () => {
    const entry = fc.tuple(fc.oneof(fc.double(), fc.constantFrom(0, -0)), fc.integer(), fc.boolean())
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { minLength: 1, maxLength: 9 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        fc.boolean(),
        async (entries, rows, hasText, isTogether) => {
          const valid = new Uint8Array((entries.length + 7) >> 3)
          entries.forEach(([, , isThere], i) => {
            if (isThere) setValid(valid, i)
          })
          const place = Int32Array.from(rows, (row) => row % entries.length)
          const other = isTogether ? place : place.toReversed()
          const double = Float64Array.from(entries, ([value]) => value)
          const whole = Int32Array.from(entries, ([, value]) => value)
          const columns: AddedColumn[] = [
            ...(hasText ? [{ name: 'text', data: { type: 'text', values: rows.map(String) } } as const] : []),
            repeatedColumn('double', { type: 'double', values: double, valid }, place),
            repeatedColumn('whole', { type: 'integer', values: whole }, other),
          ]
          expect(columns.at(-1)?.data.values).toEqual(other.map((at) => whole[at] as number))
          expect(await byHand(columns, ',')).toBe(await byEngine(columns, ','))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('more than a block of them, and a cell longer than one', async () => {
    const long = 'é'.repeat(700_000)
    const values = Array.from({ length: 30_000 }, (_, row) =>
      row === 20_000 ? long : `item ${row}; "${row % 7}"`,
    )
    const columns: AddedColumn[] = [
      { name: 'text', data: { type: 'text', values } },
      {
        name: 'double',
        data: { type: 'double', values: Float64Array.from(values, (_, row) => (row >> 3) / 7) },
      },
    ]
    expect(await byHand(columns, ',')).toBe(await byEngine(columns, ','))
  })

  test('numbers of every size', async () => {
    const values: number[] = []
    for (let power = -30; power <= 30; power++) {
      for (const digits of [1, 1.5, 9.99999999999999, 1.234567890123456, 5]) values.push(digits * 10 ** power)
    }
    values.push(0, -0, 5e-324, Number.MAX_VALUE, 2 ** 53, Infinity, -Infinity)
    const column: AddedColumn = {
      name: 'double',
      data: { type: 'double', values: Float64Array.from(values) },
    }
    expect(await byHand([column], ',')).toBe(await byEngine([column], ','))
    for (const value of values.filter(Number.isFinite)) expect(Number(doubleText(value))).toBe(value)
  })
})
