import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matrixOf } from '../../src/base/matrix.ts'
import { applyScale, fitScale, unscale } from '../../src/shape/scale.ts'

const file = new URL('../reference/scale/answers.json', import.meta.url)
const want = JSON.parse(readFileSync(file, 'utf8')) as {
  versions: { 'scikit-learn': string }
  x: number[][]
  zscore: number[][]
  minmax: number[][]
  robust: number[][]
  exact: ({ x: number[][]; mean: number[]; deviation: number[]; middle: number[]; span: number[] } & {
    [kind in 'zscore' | 'minmax' | 'robust']: number[][]
  })[]
}
const kinds = ['zscore', 'minmax', 'robust', 'none'] as const

describe(`scales as scikit-learn ${want.versions['scikit-learn']}`, () => {
  test.each(['zscore', 'minmax', 'robust'] as const)('%s', (kind) => {
    const x = matrixOf(want.x)
    const scaled = applyScale(x, fitScale(x, kind, []))
    want[kind].flat().forEach((value, at) => expect(scaled.data[at]).toBeCloseTo(value, 9))
  })

  // Rows on a grid were grouped otherwise because their distances differed in the last bit.
  describe.each(want.exact.map((table) => [`${table.x.length} × ${table.x[0]?.length}`, table] as const))(
    'to the last bit: %s',
    (_, table) => {
      const x = matrixOf(table.x)
      test.each(['zscore', 'minmax', 'robust'] as const)('%s', (kind) => {
        const scaling = fitScale(x, kind, [])
        if (kind === 'zscore') expect([...scaling.offset]).toEqual(table.mean)
        if (kind === 'zscore') expect([...scaling.factor]).toEqual(table.deviation)
        if (kind === 'robust') expect([...scaling.offset]).toEqual(table.middle)
        if (kind === 'robust') expect([...scaling.factor]).toEqual(table.span)
        const last = table[kind].flat()
        expect(Array.from(applyScale(x, scaling).data).slice(-last.length)).toEqual(last)
      })
    },
  )
})

test.each(['zscore', 'minmax', 'robust'] as const)('%s: a constant column is 0 in every row', (kind) => {
  const x = matrixOf(Array.from({ length: 10 }, (_, i) => [0.1, i]))
  const scaling = fitScale(x, kind, ['fee', 'i'])
  const scaled = applyScale(x, scaling)
  expect(Array.from({ length: 10 }, (_, i) => scaled.data[i * 2])).toEqual(new Array(10).fill(0))
  expect([...scaling.constant]).toEqual([1, 0])
})

test('none leaves every number as it is', () => {
  const x = matrixOf([
    [1, 1e9],
    [-3, 0.1],
  ])
  expect(applyScale(x, fitScale(x, 'none', [])).data).toEqual(x.data)
})

test('numbers whose spread is past the range of a double are refused by column', () => {
  const x = matrixOf([
    [0, 1e200],
    [1, -1e200],
  ])
  expect(() => fitScale(x, 'zscore', ['a', 'b'])).toThrow('column "b" holds numbers too large')
})

test('quartiles a hair apart do not scale the rest to infinity', () => {
  const x = matrixOf([[0], [0], [0], [5e-324], [8.881784197001252e-16]])
  const scaling = fitScale(x, 'robust', ['a'])
  expect([...applyScale(x, scaling).data].every(Number.isFinite)).toBe(true)
})

test('unscale takes every row back to where it came from', () => {
  const number = fc.double({ noNaN: true, min: -1e6, max: 1e6 })
  const rows = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(rows, fc.constantFrom(...kinds), (values, kind) => {
      const x = matrixOf(values)
      const scaling = fitScale(x, kind, ['a', 'b'])
      const back = unscale(applyScale(x, scaling), scaling)
      x.data.forEach((value, at) => expect(back.data[at]).toBeCloseTo(value, 6))
    }),
  )
})
