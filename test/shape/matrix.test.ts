import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataError } from '../../src/base/errors.ts'
import { quantile, toMatrix } from '../../src/shape/matrix.ts'
import { numberColumn } from './columns.ts'

const file = new URL('../reference/scale/answers.json', import.meta.url)
const want = JSON.parse(readFileSync(file, 'utf8')) as {
  gaps: (number | null)[][]
  mean: number[][]
  median: number[][]
}

const age = numberColumn('age', [20, null, 40, 60])
const income = numberColumn('income', [1, 2, null, 4])

test('a row with a gap takes no part, and each matrix row knows where it came from', () => {
  const rows = toMatrix([age, income], 'drop')
  expect([...rows.matrix.data]).toEqual([20, 1, 60, 4])
  expect([...rows.rowOf]).toEqual([0, 3])
  expect(rows.dropped).toBe(2)
})

test('a mean fills a gap from the values of its own column only', () => {
  const rows = toMatrix([age, income], 'mean')
  expect([...rows.matrix.data]).toEqual([20, 1, 40, 2, 40, 7 / 3, 60, 4])
  expect(rows.filled).toEqual([1, 1])
  expect(rows.dropped).toBe(0)
})

describe.each(['mean', 'median'] as const)('filling with the %s', (missing) => {
  test('gives what scikit-learn gives', () => {
    const columns = [0, 1, 2, 3, 4].map((j) =>
      numberColumn(
        `x${j}`,
        want.gaps.map((row) => row[j] ?? null),
      ),
    )
    const { matrix } = toMatrix(columns, missing)
    want[missing].flat().forEach((value, at) => expect(matrix.data[at]).toBeCloseTo(value, 6))
  })
})

test('a gap is named where gaps are not allowed', () => {
  expect(() => toMatrix([age, income], 'error')).toThrow('column "age" has no value in row 2')
})

test('a column without any value is named', () => {
  const empty = numberColumn('fax', [null, null, null, null])
  for (const missing of ['drop', 'mean', 'median', 'error'] as const) {
    expect(() => toMatrix([age, empty], missing)).toThrow('column "fax" has no values')
  }
})

test('when every row has a gap the emptiest column is named', () => {
  const a = numberColumn('a', [1, null, null])
  const b = numberColumn('b', [null, 1, 2])
  expect(() => toMatrix([a, b], 'drop')).toThrow(DataError)
  try {
    toMatrix([a, b], 'drop')
  } catch (error) {
    expect((error as DataError).help[0]).toBe('Column "a" lacks most: 2 of 3 rows.')
  }
})

test('a number past the range of a double is refused', () => {
  expect(() => toMatrix([numberColumn('x', [1, Infinity])], 'drop')).toThrow('too large')
})

test('a quantile lies between its neighbours in proportion', () => {
  expect(quantile(Float64Array.of(1, 2, 4, 8), 0.5)).toBe(3)
  expect(quantile(Float64Array.of(1, 2, 4, 8), 1)).toBe(8)
  expect(quantile(Float64Array.of(5), 0.25)).toBe(5)
})

test('dropping keeps exactly the complete rows, in order', () => {
  const cell = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { freq: 3 })
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(table, (rows) => {
      const complete = rows.flatMap(([a, b], i) => (a === null || b === null ? [] : [{ i, a, b }]))
      fc.pre(complete.length > 0)
      const columns = [0, 1].map((j) =>
        numberColumn(
          `x${j}`,
          rows.map((row) => row[j] as number | null),
        ),
      )
      const got = toMatrix(columns, 'drop')
      expect([...got.rowOf]).toEqual(complete.map(({ i }) => i))
      expect([...got.matrix.data]).toEqual(complete.flatMap(({ a, b }) => [a, b]))
      expect(got.dropped).toBe(rows.length - complete.length)
    }),
  )
})
