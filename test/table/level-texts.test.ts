import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareCodePoints } from '../../src/base/code-points.ts'
import { readLevels, UNSEEN, type LevelColumn } from '../../src/table/levels.ts'
import { readColumns } from '../../src/table/read.ts'
import { stand } from '../commands/stand.ts'

const at = stand()

/** The cells that a column of codes stands for. */
function texts(column: LevelColumn | undefined): (string | null)[] | undefined {
  return column === undefined
    ? undefined
    : [...column.codes].map((code) => (code < 0 ? null : (column.levels[code] as string)))
}

async function levelsOf(cells: readonly (string | null)[], most = Infinity) {
  const relation = await at.table(
    ['c'],
    cells.map((cell) => [cell]),
  )
  return (await readColumns(at.engine, relation, [], [{ place: 0, most }])).texts[0]
}

test('a column is its levels, in the order of their code points, and a code a row', async () => {
  expect(await levelsOf(['b', 'a', null, 'b', '\u{1f600}', 'ａ'])).toEqual({
    name: 'c',
    levels: ['a', 'b', 'ａ', '\u{1f600}'],
    codes: Int32Array.of(1, 0, -1, 1, 3, 2),
    missing: 1,
    unseen: [],
  })
})

test('texts that differ in one byte anywhere, in a blank or in case are different', async () => {
  const cells = [
    'twelve bytes',
    'twelve byteS',
    'twelve bytes ',
    'thirteen byte',
    'thirteen bytE',
    ' a',
    'a',
    'A',
  ]
  const column = await levelsOf([...cells, ...cells])
  expect(column?.levels).toHaveLength(cells.length)
  expect(texts(column)).toEqual([...cells, ...cells])
})

test('any texts come back as they were, over many batches', async () => {
  const cell = fc.option(
    fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((text) => !text.includes('\0')),
      fc.constantFrom('x', 'Month-to-month', 'Bank transfer (automatic)', 'Bank transfer (automatik)'),
    ),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 60 }), async (few) => {
      const cells = Array.from({ length: 3000 }, (_, i) => few[i % few.length] ?? null)
      const column = await levelsOf(cells)
      expect(texts(column)).toEqual(cells)
      expect([...(column?.levels ?? [])]).toEqual(
        [...new Set(few.filter((one) => one !== null))].sort(compareCodePoints),
      )
    }),
    { numRuns: 20 },
  )
})

test('a hundred thousand different texts, long and short', async () => {
  const select = `select i as k, case when i % 2 = 0 then 'a text of some length ' || i else 't' || i end as c0
    from range(100000) r(i)`
  const keyed = await at.engine.table(select)
  const name = await at.engine.view(`select c0 from ${keyed}`)
  const relation = { ...(await at.table(['c'], [['x']])), name, keyed, rows: 100000 }
  const [column] = await readLevels(at.engine, relation, [0])
  expect(new Set(column?.levels).size).toBe(100000)
  expect(texts(column)?.slice(0, 3)).toEqual(['a text of some length 0', 't1', 'a text of some length 2'])
})

test('a column with more texts than asked for is left out', async () => {
  expect(await levelsOf(['a', 'b', 'a'], 2)).toMatchObject({ levels: ['a', 'b'] })
  expect(await levelsOf(['a', 'b', 'c', 'a'], 2)).toBeUndefined()
})

test('what --na names is missing, and a column of nothing has no levels', async () => {
  const relation = await at.table(
    ['c', 'd'],
    [
      ['yes', null],
      ['?', null],
      ['', ''],
    ],
  )
  const rules = { decimal: '.', missing: ['?'] } as const
  const columns = await readLevels(at.engine, { ...relation, rules }, [0, 1])
  expect(columns.map(texts)).toEqual([
    ['yes', null, null],
    [null, null, null],
  ])
  expect(columns.map((column) => column?.missing)).toEqual([2, 3])
})

test('texts that are none of the known levels are told, the most frequent first', async () => {
  const relation = await at.table(
    ['c'],
    ['b', 'new', null, 'a', 'newer', 'newer', 'a text longer than known'].map((c) => [c]),
  )
  const [column] = await readLevels(at.engine, relation, [0], [['a', 'b', 'c']])
  expect(column?.codes).toEqual(Int32Array.of(1, UNSEEN, -1, 0, UNSEEN, UNSEEN, UNSEEN))
  expect(column?.unseen).toEqual([
    { text: 'newer', rows: 2 },
    { text: 'a text longer than known', rows: 1 },
    { text: 'new', rows: 1 },
  ])
})
