import { describe, expect, test } from 'vitest'
import { MISSING, readLevels, UNSEEN } from '../../src/table/levels.ts'
import { stand } from '../commands/stand.ts'

const table = stand()
const rows = [
  ['1', 'Rome', 'x'],
  ['2', 'Oslo', null],
  ['3', null, '\u{1f600}'],
  ['4', 'Rome', '\uff21'],
  ['5', '', 'x'],
]

describe('texts as codes', () => {
  test('are places among the sorted texts, and missing cells are told apart', async () => {
    const relation = await table.table(['id', 'city', 'mark'], rows)
    const [city, mark] = await readLevels(table.engine, relation, [1, 2])
    expect(city).toMatchObject({ name: 'city', levels: ['Oslo', 'Rome'], missing: 2, unseen: [] })
    expect([...(city?.codes ?? [])]).toEqual([1, 0, MISSING, 1, MISSING])
    // By code points: U+FF21 before U+1F600.
    expect(mark?.levels).toEqual(['x', '\uff21', '\u{1f600}'])
    expect([...(mark?.codes ?? [])]).toEqual([0, MISSING, 2, 1, 0])
  })

  test('of known levels name what is none of them, the most frequent first', async () => {
    const relation = await table.table(['a'], [['Bern'], ['Rome'], ['Ulm'], ['Ulm'], [null], ['Bonn']])
    const [column] = await readLevels(table.engine, relation, [0], [['Rome', 'Oslo']])
    expect([...(column?.codes ?? [])]).toEqual([UNSEEN, 0, UNSEEN, UNSEEN, MISSING, UNSEEN])
    expect(column?.levels).toEqual(['Rome', 'Oslo'])
    expect(column?.unseen).toEqual([
      { text: 'Ulm', rows: 2 },
      { text: 'Bern', rows: 1 },
      { text: 'Bonn', rows: 1 },
    ])
  })

  test('numbers are taken as they stand', async () => {
    const relation = await table.table(['a'], [['1'], ['1.0'], ['01'], ['1']])
    const [column] = await readLevels(table.engine, relation, [0])
    expect(column?.levels).toEqual(['01', '1', '1.0'])
  })

  test('of rows that there are none of are none', async () => {
    const [column] = await readLevels(table.engine, await table.table(['a'], []), [0])
    expect(column).toMatchObject({ levels: [], missing: 0 })
  })
})
