import { expect, test } from 'vitest'
import { appendColumns } from '../../src/table/append.ts'
import { placesOfFewValues } from '../../src/table/few-values.ts'
import { columnKinds, usableNumbers } from '../../src/table/usable.ts'
import { stand } from '../commands/stand.ts'

const table = stand()

test('columns that look like a key are told from columns that measure', async () => {
  const columns: [string, string[], string][] = [
    ['id', ['1', '1', '2'], 'key'],
    ['customer_id', ['C1', 'C2', 'C3'], 'key'],
    ['orderId', ['5', '5', '5'], 'key'],
    ['paid', ['10', '20', '30'], 'number'],
    ['phone', ['5551', '5552', '5553'], 'key'],
    ['order number', ['3', '3', '4'], 'number'],
    ['', ['0', '1', '2'], 'key'],
    ['Unnamed: 0', ['0', '1', '2'], 'key'],
    ['zip', ['02134', '10001', '10001'], 'key'],
    ['age', ['20', '30', '40'], 'number'],
    ['rate', ['0.12345678901234567', '0.5', '1'], 'number'],
    ['signup', ['2024-01-01', '2024-01-02', '2024-01-03'], 'date'],
    ['city', ['Rome', '3', 'Oslo'], 'text'],
    ['fax', ['', '', ''], 'empty'],
  ]
  const rows = [0, 1, 2].map((i) => columns.map(([, cells]) => cells[i] as string))
  const input = await table.table(
    columns.map(([name]) => name),
    rows,
  )
  const kinds = await columnKinds(table.engine, input)
  expect(Object.fromEntries(columns.map(([name], i) => [name, kinds[i]]))).toEqual(
    Object.fromEntries(columns.map(([name, , kind]) => [name, kind])),
  )
})

test('a column that is named is used, whatever it looks like, and one that is excluded is not', async () => {
  const input = await table.table(
    ['id', 'age', 'income'],
    [
      ['1', '20', '5'],
      ['2', '30', '6'],
    ],
  )
  expect((await usableNumbers(table.engine, input, 'id,income', undefined)).used).toEqual([0, 2])
  expect((await usableNumbers(table.engine, input, undefined, 'age')).used).toEqual([2])
})

test('columns of few different texts are told from names', async () => {
  const rows = [0, 1, 2, 3, 4, 5].map((i) => [i % 2 === 0 ? 'Rome' : 'Oslo', `name ${i}`, null])
  const input = await table.table(['city', 'name', 'fax'], rows)
  expect(await placesOfFewValues(table.engine, input, [0, 1, 2], 50)).toEqual([0, 2])
  expect(await placesOfFewValues(table.engine, input, [0, 1], 1)).toEqual([])
})

test('amounts past fifteen digits are numbers, codes that a double does not keep are keys', async () => {
  const columns: [string, string[], string][] = [
    ['revenue', ['1000000000000000', '2500000000000001', '12'], 'number'],
    ['order', ['9007199254740993', '9007199254740994', '9007199254740993'], 'key'],
    ['zip', ['02134', '10001', '10001'], 'key'],
  ]
  const rows = [0, 1, 2].map((i) => columns.map(([, cells]) => cells[i] as string))
  const input = await table.table(
    columns.map(([name]) => name),
    rows,
  )
  expect(await columnKinds(table.engine, input)).toEqual(columns.map(([, , kind]) => kind))
})

test('what an earlier run added is left out unasked', async () => {
  const names = ['age', 'cluster', 'cluster_distance', 'cluster_x', 'clusters']
  const rows = [0, 1, 2].map((i) => names.map((_, j) => String(i * j)))
  const input = await table.table(names, rows)
  const usable = await usableNumbers(table.engine, input, undefined, undefined)
  expect(usable).toMatchObject({ used: [0, 4], results: [1, 2, 3], keys: [] })
  expect((await usableNumbers(table.engine, input, 'cluster', undefined)).used).toEqual([1])
})

test('added columns leave every cell that was there as it is', async () => {
  const input = await table.table(
    ['a', 'a'],
    [
      ['007', '1.50'],
      [null, '1e5'],
      ['', 'TRUE'],
    ],
  )
  const values = Float64Array.of(0.1 + 0.2, 0, 1e-7)
  const added = await appendColumns(table.engine, input, [
    { name: 'x', data: { type: 'double', values, valid: Uint8Array.of(0b101) } },
  ])
  const rows = await table.engine.query(`select * from ${added.name}`)
  expect(rows.map((row) => row.slice(0, 2))).toEqual([
    ['007', '1.50'],
    [null, '1e5'],
    ['', 'TRUE'],
  ])
  expect(rows.map((row) => row[2] === null)).toEqual([false, true, false])
  expect(Number(rows[0]?.[2])).toBe(0.1 + 0.2)
  expect(Number(rows[2]?.[2])).toBe(1e-7)
})
