/**
 * The triangle that a matrix of sums of products is the square of, and what solving with it takes.
 *
 * In:  sums of products (pairs), or rows to be reduced to their triangle by reflections.
 * Out: the columns that are independent, the inverse of the triangle over them, and of each other column how it
 *      follows from those before it.
 * Cost: O(columns³) operations on pairs; reflections O(rows · columns²).
 *
 * Columns are taken in their order, as R does: of columns that depend on each other the last one is left out.
 * Reflections: Householder, JACM 5(4), 1958; row blocks one after another: Golub & Van Loan, "Matrix Computations",
 * 4th ed., 6.5.3 and Demmel, Grigori, Hoemmen & Langou, "Communication-optimal parallel and sequential QR", SIAM J.
 * Sci. Comput. 34(1), 2012 (TSQR).
 */
import { pairMatrix, type PairMatrix } from './cross-products.ts'
import { divide, pair, PairSum, squareRoot, value, type Pair } from '../base/double-double.ts'

export interface Triangle {
  /** Columns of the matrix that are independent of those before them. */
  readonly kept: readonly number[]
  /** kept × kept, row-major: the inverse of the lower triangle. */
  readonly inverse: PairMatrix
  /** kept × kept, row-major: the lower triangle, in doubles. */
  readonly lower: Float64Array
  readonly aliases: readonly Alias[]
  /** The smallest part of the length of a kept column that is not explained by those before it. */
  readonly leastPart: number
}

/** A column that follows from others. */
export interface Alias {
  readonly column: number
  /** By how much each kept column stands in it, in the order of `kept`; as many as stood before it. */
  readonly factors: Float64Array
}

/**
 * @param products of which the first `size` columns are looked at
 * @param floors   the length below which what is left of a column is rounding
 */
export function choleskyTriangle(products: PairMatrix, size: number, floors: Float64Array): Triangle {
  const width = products.size
  const lower = pairMatrix(size)
  const kept: number[] = []
  const dependent: { readonly column: number; readonly row: PairRow }[] = []
  let leastPart = 1
  for (let j = 0; j < size; j++) {
    const row = pairRow(size)
    const at = kept.length
    for (let k = 0; k < at; k++) {
      const other = kept[k] as number
      const sum = new PairSum()
      sum.addPair(products.high[j * width + other] as number, products.low[j * width + other] as number)
      takeProducts(sum, row, 0, lower, k * size, k)
      const diagonal = pair(lower.high[k * size + k], lower.low[k * size + k])
      const entry = divide(sum.pair, diagonal)
      row.high[k] = entry.high
      row.low[k] = entry.low
    }
    const rest = new PairSum()
    rest.addPair(products.high[j * width + j] as number, products.low[j * width + j] as number)
    takeProducts(rest, row, 0, row, 0, at)
    const length = Math.sqrt(Math.max(products.high[j * width + j] as number, 0))
    const left = Math.sqrt(Math.max(rest.value, 0))
    if (!(left > (floors[j] as number))) {
      dependent.push({ column: j, row })
      continue
    }
    const diagonal = squareRoot(rest.pair)
    row.high[at] = diagonal.high
    row.low[at] = diagonal.low
    lower.high.set(row.high, at * size)
    lower.low.set(row.low, at * size)
    leastPart = Math.min(leastPart, left / length)
    kept.push(j)
  }
  const whole = compacted(lower, size, kept.length)
  return finished(
    whole,
    kept,
    leastPart,
    dependent.map(({ column, row }) => ({ column, row: row.high })),
  )
}

type PairRow = Pick<PairMatrix, 'high' | 'low'>

function pairRow(size: number): PairRow {
  return { high: new Float64Array(size), low: new Float64Array(size) }
}

/** Takes Σ a[from + i] · b[bFrom + i] from a sum. */
function takeProducts(
  sum: PairSum,
  a: PairRow,
  aFrom: number,
  b: PairRow,
  bFrom: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    sum.addPairProduct(
      -(a.high[aFrom + i] as number),
      -(a.low[aFrom + i] as number),
      b.high[bFrom + i] as number,
      b.low[bFrom + i] as number,
    )
  }
}

function compacted(lower: PairMatrix, stride: number, size: number): PairMatrix {
  const whole = pairMatrix(size)
  for (let j = 0; j < size; j++) {
    whole.high.set(lower.high.subarray(j * stride, j * stride + size), j * size)
    whole.low.set(lower.low.subarray(j * stride, j * stride + size), j * size)
  }
  return whole
}

function finished(
  lower: PairMatrix,
  kept: readonly number[],
  leastPart: number,
  dependent: readonly { readonly column: number; readonly row: Float64Array }[],
): Triangle {
  const inverse = inverted(lower)
  const { size } = lower
  const aliases = dependent.map(({ column, row }): Alias => {
    const before = kept.filter((other) => other < column).length
    const factors = new Float64Array(before)
    for (let k = 0; k < before; k++) {
      for (let i = k; i < before; i++) {
        factors[k] = (factors[k] as number) + (inverse.high[i * size + k] as number) * (row[i] as number)
      }
    }
    return { column, factors }
  })
  return { kept, inverse, lower: lower.high, aliases, leastPart }
}

function inverted(lower: PairMatrix): PairMatrix {
  const { size } = lower
  const inverse = pairMatrix(size)
  for (let j = 0; j < size; j++) {
    const diagonal = pair(lower.high[j * size + j], lower.low[j * size + j])
    for (let k = 0; k <= j; k++) {
      const sum = new PairSum()
      if (k === j) sum.add(1)
      for (let i = k; i < j; i++) {
        sum.addPairProduct(
          -(lower.high[j * size + i] as number),
          -(lower.low[j * size + i] as number),
          inverse.high[i * size + k] as number,
          inverse.low[i * size + k] as number,
        )
      }
      const entry = divide(sum.pair, diagonal)
      inverse.high[j * size + k] = entry.high
      inverse.low[j * size + k] = entry.low
    }
  }
  return inverse
}

/**
 * Solves (L Lᵀ) x = r.
 *
 * @param right one a column of the matrix, `low` what the numbers lack
 * @returns pairs, one a column of the matrix; 0 for a column left out
 */
export function solve(
  triangle: Triangle,
  columns: number,
  right: { readonly high: Float64Array; readonly low: Float64Array },
): { readonly high: Float64Array; readonly low: Float64Array } {
  const { kept, inverse } = triangle
  const { size } = inverse
  const half = Array.from({ length: size }, (_, j) => inverseTimes(triangle, j, right))
  const high = new Float64Array(columns)
  const low = new Float64Array(columns)
  kept.forEach((column, k) => {
    const sum = new PairSum()
    for (let j = k; j < size; j++) {
      const entry = half[j] ?? pair()
      sum.addPairProduct(
        inverse.high[j * size + k] as number,
        inverse.low[j * size + k] as number,
        entry.high,
        entry.low,
      )
    }
    high[column] = sum.pair.high
    low[column] = sum.pair.low
  })
  return { high, low }
}

/** Entry (j, k) of the inverse of L Lᵀ, by places among the kept columns. */
export function inverseEntry({ inverse }: Triangle, j: number, k: number): number {
  const { size } = inverse
  const sum = new PairSum()
  for (let i = Math.max(j, k); i < size; i++) {
    sum.addPairProduct(
      inverse.high[i * size + j] as number,
      inverse.low[i * size + j] as number,
      inverse.high[i * size + k] as number,
      inverse.low[i * size + k] as number,
    )
  }
  return sum.value
}

/** xᵀ (L Lᵀ)⁻¹ x. @param at one a column of the matrix, `low` what the numbers lack */
export function inverseForm(
  triangle: Triangle,
  at: { readonly high: Float64Array; readonly low?: Float64Array },
): number {
  let form = 0
  for (let j = 0; j < triangle.inverse.size; j++) form += value(inverseTimes(triangle, j, at)) ** 2
  return form
}

/** Entry j of L⁻¹ x. @param x one a column of the matrix, `low` what the numbers lack */
function inverseTimes(
  { kept, inverse }: Triangle,
  j: number,
  x: { readonly high: Float64Array; readonly low?: Float64Array },
): Pair {
  const { size } = inverse
  const sum = new PairSum()
  for (let k = 0; k <= j; k++) {
    const column = kept[k] as number
    sum.addPairProduct(
      inverse.high[j * size + k] as number,
      inverse.low[j * size + k] as number,
      x.high[column] as number,
      x.low?.[column] ?? 0,
    )
  }
  return sum.pair
}

/** The triangle of rows that come in blocks. */
export class Reflections {
  readonly size: number
  /** size × size, row-major, upper triangle. */
  readonly upper: Float64Array

  constructor(size: number) {
    this.size = size
    this.upper = new Float64Array(size * size)
  }

  /** @param data column j starts at j · stride; is overwritten */
  addRows(data: Float64Array, stride: number, rows: number): void {
    const { size, upper } = this
    for (let j = 0; j < size; j++) {
      const column = data.subarray(j * stride, j * stride + rows)
      let below = 0
      for (const entry of column) below += entry * entry
      if (below === 0) continue
      const top = upper[j * size + j] as number
      const length = Math.sqrt(top * top + below)
      const diagonal = top > 0 ? -length : length
      const first = top - diagonal
      const scale = 2 / (first * first + below)
      upper[j * size + j] = diagonal
      for (let k = j + 1; k < size; k++) {
        const other = data.subarray(k * stride, k * stride + rows)
        let sum = first * (upper[j * size + k] as number)
        for (let i = 0; i < rows; i++) sum += (column[i] as number) * (other[i] as number)
        sum *= scale
        upper[j * size + k] = (upper[j * size + k] as number) - sum * first
        for (let i = 0; i < rows; i++) other[i] = (other[i] as number) - sum * (column[i] as number)
      }
    }
  }
}

/**
 * The triangle from that of reflections over all columns and the target. O(columns³)
 *
 * @param floors as for choleskyTriangle
 */
export function reflectedTriangle({ size: width, upper }: Reflections, floors: Float64Array): Triangle {
  const size = width - 1
  const columns = Array.from({ length: size }, (_, j) =>
    Float64Array.from({ length: size }, (_row, i) => (i <= j ? (upper[i * width + j] as number) : 0)),
  )
  const kept: number[] = []
  const left: number[] = []
  let leastPart = 1
  columns.forEach((column, j) => {
    const rest = Math.hypot(...column.subarray(kept.length, j + 1))
    // No reflection is made of a column that is left out: its rounding would count as a direction.
    if (!(rest > (floors[j] as number))) {
      left.push(j)
      return
    }
    leastPart = Math.min(leastPart, rest / Math.hypot(...column.subarray(0, j + 1)))
    reflect(columns, j, kept.length, rest)
    kept.push(j)
  })
  const signs = kept.map((j, i) => ((columns[j]?.[i] as number) < 0 ? -1 : 1))
  const wide = kept.length
  const lower = pairMatrix(wide)
  kept.forEach((column, j) => {
    for (let i = 0; i <= j; i++) {
      lower.high[j * wide + i] = (signs[i] as number) * (columns[column]?.[i] as number)
    }
  })
  const dependent = left.map((column) => {
    const before = kept.filter((other) => other < column)
    const row = Float64Array.from(before, (_, i) => (signs[i] as number) * (columns[column]?.[i] as number))
    return { column, row }
  })
  return finished(lower, kept, leastPart, dependent)
}

/** Turns column j so that nothing of it stands below place `at`, and all columns behind it alike. */
function reflect(columns: readonly Float64Array[], j: number, at: number, rest: number): void {
  const column = columns[j] as Float64Array
  const top = column[at] as number
  const diagonal = top > 0 ? -rest : rest
  const direction = column.slice(at, j + 1)
  direction[0] = top - diagonal
  let square = 0
  for (const entry of direction) square += entry * entry
  column.fill(0, at, j + 1)
  column[at] = diagonal
  if (square === 0) return
  for (let k = j + 1; k < columns.length; k++) {
    const other = columns[k] as Float64Array
    let along = 0
    for (let i = 0; i < direction.length; i++) {
      along += (direction[i] as number) * (other[at + i] as number)
    }
    const by = (2 * along) / square
    for (let i = 0; i < direction.length; i++) {
      other[at + i] = (other[at + i] as number) - by * (direction[i] as number)
    }
  }
}
