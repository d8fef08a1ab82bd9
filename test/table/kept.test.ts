/** What the scan of a file keeps is what the engine gives. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { readColumns } from '../../src/table/read.ts'
import type { Relation } from '../../src/table/relation.ts'
import { stand } from '../commands/stand.ts'

const table = stand()
const folder = mkdtempSync(join(tmpdir(), 'lode-kept-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

let files = 0
async function opened(text: string): Promise<Relation> {
  const path = join(folder, `in-${++files}.csv`)
  writeFileSync(path, text)
  return table.file(path, undefined, { allColumns: true })
}

/** The same rows with nothing kept of them. */
function bare({ kept: _kept, ...relation }: Relation): Relation {
  return relation
}

/** As many rows as the first look at a file sees, so that what comes later is news to it. */
const first = Array.from(
  { length: 6000 },
  (_, i) => `${i % 90},${['Rome', 'Oslo', '', 'Ulm'][i % 4]},x`,
).join('\n')

test('texts and numbers that are kept are those of the rows, whatever comes late in the file', async () => {
  const text = fc.constantFrom(
    'Rome',
    'Oslo',
    '',
    'NA',
    '12',
    '2024-01-31',
    'Zürich',
    '"a ""b"", c"',
    ' Rome',
    '""',
  )
  const number = fc.constantFrom('1', '2.5', '', 'NA', '1e400', '12345678901234567890')
  const mark = fc.oneof(text, fc.constantFrom('y', 'z'.repeat(65)))
  const rows = fc.array(fc.tuple(number, text, mark), { minLength: 1, maxLength: 20 })
  const times = { kept: 0, givenUp: 0 }
  await fc.assert(
    fc.asyncProperty(rows, fc.boolean(), async (late, knows) => {
      const relation = await opened(`n,city,mark\n${first}\n${late.map((row) => row.join(',')).join('\n')}\n`)
      times[relation.kept?.texts.has(2) === true ? 'kept' : 'givenUp']++
      expect(relation.kept?.texts.has(1)).toBe(true)
      const wanted = [
        { place: 1, ...(knows ? { known: ['Oslo', 'Rome', 'Bern'] } : {}) },
        { place: 2, most: 3 },
      ]
      const numbers = late.some(([value]) => value === '1e400') ? [] : [0]
      const kept = await readColumns(table.engine, relation, numbers, wanted)
      const read = await readColumns(table.engine, bare(relation), numbers, wanted)
      expect(kept.texts).toEqual(read.texts)
      expect(kept.numbers).toMatchObject(read.numbers)
    }),
    { numRuns: 60 },
  )
  expect(Math.min(times.kept, times.givenUp)).toBeGreaterThan(3)
})

test('nothing is kept of free texts, of dates, and of what is all numbers', async () => {
  const rows = Array.from(
    { length: 50 },
    (_, i) => `${i % 3},name ${i},2024-01-0${1 + (i % 3)},${'ab'[i % 2]}`,
  )
  const relation = await opened(`n,name,day,kind\n${rows.join('\n')}\n`)
  expect([...(relation.kept?.texts.keys() ?? [])]).toEqual([3])
  expect([...(relation.kept?.numbers.keys() ?? [])]).toEqual([0])
})
