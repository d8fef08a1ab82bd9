/** Block sums: the compiled kernel and its plain twin give the same bits. The compiled one is dist/gram.wasm. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { MakeGram } from '../../src/kernels/gram.ts'
import { plainGram } from '../../src/kernels/plain-gram.ts'
import { wasmGram } from '../../src/kernels/wasm-gram.ts'

const CAPACITY = 40

/** Means, lower products and centred columns of one block. */
function sums(make: MakeGram, columns: readonly (readonly number[])[]) {
  const kernel = make(columns.length, CAPACITY)
  columns.forEach((column, j) => kernel.room.set(column, j * CAPACITY))
  const { means, products } = kernel.centre(columns[0]?.length ?? 0)
  const lower = columns.flatMap((_, j) => [
    ...products.subarray(j * columns.length, j * columns.length + j + 1),
  ])
  const centred = columns.map((column, j) => [
    ...kernel.room.subarray(j * CAPACITY, j * CAPACITY + column.length),
  ])
  return { means: [...means], lower, centred }
}

const block = fc
  .integer({ min: 1, max: CAPACITY })
  .chain((rows) =>
    fc.array(
      fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: rows, maxLength: rows }),
      { minLength: 1, maxLength: 5 },
    ),
  )

test('the compiled kernel finds what the plain one finds, to the bit', () => {
  fc.assert(
    fc.property(block, (columns) => {
      expect(sums(wasmGram, columns)).toEqual(sums(plainGram, columns))
    }),
    { numRuns: 500 },
  )
})

test('means and products of numbers that are far from zero keep their digits', () => {
  const column = Array.from({ length: 8 }, (_, i) => 1e9 + i)
  for (const make of [plainGram, wasmGram]) {
    expect(sums(make, [column])).toMatchObject({ means: [1e9 + 3.5], lower: [42] })
  }
})
