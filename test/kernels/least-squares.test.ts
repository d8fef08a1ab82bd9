/**
 * Block sums of least squares: the compiled kernel and its plain twin give the same bits. The compiled one is
 * dist/least-squares.wasm.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlockFit, MakeLeastSquares } from '../../src/kernels/least-squares.ts'
import { plainLeastSquares } from '../../src/kernels/plain-least-squares.ts'
import { wasmLeastSquares } from '../../src/kernels/wasm-least-squares.ts'

const CAPACITY = 40

function filled(make: MakeLeastSquares, columns: readonly (readonly number[])[]) {
  const kernel = make(columns.length, CAPACITY)
  columns.forEach((column, j) => kernel.room.set(column, j * CAPACITY))
  return { kernel, rows: columns[0]?.length ?? 0 }
}

/** Means, lower products and centred columns of one block. */
function sums(make: MakeLeastSquares, columns: readonly (readonly number[])[], origins: readonly number[]) {
  const { kernel, rows } = filled(make, columns)
  const { means, products } = kernel.centre(rows, Float64Array.from(origins))
  const lower = columns.flatMap((_, j) => [
    ...products.subarray(j * columns.length, j * columns.length + j + 1),
  ])
  const centred = columns.map((column, j) => [
    ...kernel.room.subarray(j * CAPACITY, j * CAPACITY + column.length),
  ])
  return { means: [...means], lower, centred }
}

const finite = fc.double({ noNaN: true, min: -1e9, max: 1e9 })
const small = fc.double({ noNaN: true, min: -2, max: 2 })

/** A few columns, and as many numbers as origins. */
const block = fc
  .tuple(fc.integer({ min: 1, max: CAPACITY }), fc.integer({ min: 2, max: 5 }))
  .chain(([rows, columns]) =>
    fc.tuple(
      fc.array(fc.array(finite, { minLength: rows, maxLength: rows }), {
        minLength: columns,
        maxLength: columns,
      }),
      fc.array(finite, { minLength: columns, maxLength: columns }),
    ),
  )

test('the compiled kernel centres as the plain one does, to the bit', () => {
  fc.assert(
    fc.property(block, ([columns, origins]) => {
      expect(sums(wasmLeastSquares, columns, origins)).toEqual(sums(plainLeastSquares, columns, origins))
    }),
    { numRuns: 500 },
  )
})

function residuals(
  make: MakeLeastSquares,
  columns: readonly (readonly number[])[],
  fit: BlockFit,
  bound: number,
) {
  const { kernel, rows } = filled(make, columns)
  kernel.fit(fit)
  const { errors, leverages, sums: found, squaresByColumn, isAbove } = kernel.residuals(rows, 0.5, bound)
  return {
    errors: [...errors],
    leverages: [...leverages],
    sums: [...found],
    squaresByColumn: [...squaresByColumn],
    isAbove,
  }
}

test('the compiled kernel makes the residuals of the plain one, to the bit', () => {
  const fits = block.chain(([columns, centers]) => {
    const explaining = columns.length - 1
    return fc.record({
      columns: fc.constant(columns),
      fit: fc.record({
        centers: fc.constant(Float64Array.from(centers)),
        offset: small,
        slopes: fc
          .array(fc.oneof(small, fc.constant(0)), { minLength: explaining, maxLength: explaining })
          .map((slopes) => Float64Array.from(slopes)),
        leverage: small,
        kept: fc.constant(Array.from({ length: explaining - 1 }, (_, j) => j + 1)),
        inverse: fc
          .array(small, { minLength: (explaining - 1) ** 2, maxLength: (explaining - 1) ** 2 })
          .map((inverse) => Float64Array.from(inverse)),
        unit: small,
      }),
      bound: fc.double({ noNaN: true, min: 0, max: 1e20 }),
    })
  })
  fc.assert(
    fc.property(fits, ({ columns, fit, bound }) => {
      expect(residuals(wasmLeastSquares, columns, fit, bound)).toEqual(
        residuals(plainLeastSquares, columns, fit, bound),
      )
    }),
    { numRuns: 500 },
  )
})

test('means and products of numbers that are far from zero keep their digits', () => {
  // As doubles neither the mean nor the differences from it are exact without an origin.
  const column = [0, 1, 1].map((i) => 2 ** 52 + i)
  for (const make of [plainLeastSquares, wasmLeastSquares]) {
    const { means, lower } = sums(make, [column], [2 ** 52])
    expect(means[0]).toBeCloseTo(2 / 3, 15)
    expect(lower[0]).toBeCloseTo(2 / 3, 15)
  }
})
