/** What threads read from the lines of a file is what the engine gives. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ThreadPool, thisThread } from '../../src/kernels/pool.ts'
import { placesOfFewValues } from '../../src/table/few-values.ts'
import { readColumns, type Readers, type WantedText } from '../../src/table/read.ts'
import { stand } from '../commands/stand.ts'

const table = stand()
let folder: string
const pool = new ThreadPool(2, { patienceMs: 0 })
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lode-read-'))
})
afterAll(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

let files = 0
async function opened(text: string) {
  const path = join(folder, `in-${++files}.csv`)
  writeFileSync(path, text)
  return table.file(path)
}

async function bothWays(
  text: string,
  numbers: number[],
  texts: WantedText[],
  readers: Readers = { pool: thisThread },
): Promise<void> {
  const relation = await opened(text)
  expect(relation.lines?.of).toBe(relation.name)
  const byEngine = await readColumns(table.engine, relation, numbers, texts)
  const byLines = await readColumns(table.engine, relation, numbers, texts, readers)
  expect(byLines).toEqual(byEngine)
}

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc
    .tuple(fc.integer({ min: -99999, max: 99999 }), fc.integer({ min: 0, max: 9 }))
    .map(([a, b]) => `${a}.${b}0`),
  fc.constantFrom(
    '',
    'NA',
    '007',
    '+5',
    '.5',
    '5.',
    '-0',
    '1e5',
    '12345678901234567890',
    '0.1234567890123456789',
    ' ',
  ),
)
const text = fc.constantFrom('', 'Rome', 'Oslo', 'a, b', '"q"', 'é', '漢字', 'NA', 'x'.repeat(70))
const quoted = (cell: string) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

test('numbers and codes, whatever the cells look like', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(number, text, number), { minLength: 1, maxLength: 40 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      async (rows, lineEnd, ends) => {
        const lines = ['id,a,city,b', ...rows.map(([a, city, b], i) => `r${i},${a},${quoted(city)},"${b}"`)]
        // A column of numbers needs one, and a text column a text.
        lines.push('last,1,Bern,2')
        await bothWays(
          lines.join(lineEnd) + (ends ? lineEnd : ''),
          [1, 3],
          [{ place: 2 }, { place: 2, most: 3 }, { place: 2, known: ['Oslo', 'Bern'] }],
        )
      },
    ),
    { numRuns: 150 },
  ))

test('of a file of many ranges, on several threads', async () => {
  const n = 90_000
  const lines = Array.from({ length: n }, (_, i) => {
    const padding = 'x'.repeat((i * 13) % 50)
    return `${i},${(i * 37) % 1000 === 0 ? '' : (i / 7).toFixed(3)},"${padding}, ${i % 11}",city ${i % 23}`
  })
  const file = `id,a,note,city\n${lines.join('\n')}\n`
  expect(file.length).toBeGreaterThan(3 << 20)
  await bothWays(file, [1, 0], [{ place: 3 }, { place: 2, most: 50 }], { pool })
})

describe('the engine reads', () => {
  test('where other texts count as missing', async () => {
    const relation = { ...(await opened('a\n1\n?\n3\n')), rules: { decimal: '.', missing: ['?'] } as const }
    const { numbers } = await readColumns(table.engine, relation, [0], [], { pool: thisThread })
    expect(numbers[0]?.missing).toBe(1)
  })

  test('where rows were left out', async () => {
    const whole = await opened('a,b\n1,x\n2,y\n3,x\n')
    const name = await table.engine.view(`select * from ${whole.name} where c0 <> '2'`)
    const { rows: _rows, ...some } = whole
    const { numbers } = await readColumns(table.engine, { ...some, name }, [0], [], { pool: thisThread })
    expect([...(numbers[0]?.values ?? [])]).toEqual([1, 3])
  })
})

test('the first rows of a file show the same columns of few texts as those of the engine do', async () => {
  for (const [count, lineEnd] of [
    [3, '\n'],
    [1999, '\n'],
    [2000, '\r\n'],
    [5000, '\n'],
  ] as const) {
    // Of `late` the engine sees few texts only where no more than 2,000 rows are looked at.
    const rows = Array.from({ length: count }, (_, i) =>
      [i, `n${i}`, `"c, ${i % 5}"`, i % 3 === 0 ? '' : 'x', i < 2000 ? `l${i % 50}` : `l${i}`].join(','),
    )
    const relation = await opened(['id,name,city,gaps,late', ...rows, ''].join(lineEnd))
    const places = [1, 2, 3, 4]
    const byLines = await placesOfFewValues(table.engine, relation, places, 50)
    const { lines: _lines, ...withoutLines } = relation
    expect(byLines).toEqual(await placesOfFewValues(table.engine, withoutLines, places, 50))
    expect(byLines.includes(2)).toBe(count > 3)
    expect(byLines.includes(1)).toBe(false)
  }
})
