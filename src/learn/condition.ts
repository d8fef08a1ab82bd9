/**
 * The condition of columns: the largest singular value of their triangle over the smallest.
 *
 * In:  a triangle (triangle.ts), with what makes it that of the columns as they are.
 * Out: the ratio, to about twelve digits.
 * Cost: O(size³) with a large factor up to MOST_ROTATED columns; past them O(size²) a step, of which some hundred do.
 *
 * Few columns: one-sided Jacobi, Demmel & Veselić, "Jacobi's method is more accurate than QR", SIAM J. Matrix Anal.
 * 13(4), 1992. Many, as a text column of a thousand values makes: Lanczos' method on the products of the triangle and
 * of its inverse, every vector kept at right angles to all before it (Golub & Van Loan, "Matrix Computations", 4th
 * ed., 10.1 and 10.3), so that the smallest value too is found as a largest one, to as many digits.
 */
import { RandomState } from '../base/random.ts'
import type { CrossProducts } from './cross-products.ts'
import { symmetricEigen } from './symmetric-eigen.ts'
import type { Triangle } from './triangle.ts'

/** Columns up to which rotations take less than a tenth of a second. */
const MOST_ROTATED = 100

/** Of the kept columns as they are, with the intercept's beside them where there is one. */
export function conditionOf(
  { weight, means }: CrossProducts,
  { kept, lower }: Triangle,
  hasIntercept: boolean,
): number {
  const inner = kept.length
  const from = hasIntercept ? 1 : 0
  const size = inner + from
  if (size === 0) return 1
  const matrix = new Float64Array(size * size)
  const root = Math.sqrt(weight)
  if (hasIntercept) matrix[0] = root
  for (let j = 0; j < inner; j++) {
    const at = (j + from) * size
    if (hasIntercept) matrix[at] = root * (means[kept[j] as number] as number)
    for (let i = 0; i <= j; i++) matrix[at + from + i] = lower[j * inner + i] as number
  }
  return conditionOfTriangle(matrix, size)
}

export function scaledConditionOf({ kept, lower }: Triangle): number {
  const size = kept.length
  if (size === 0) return 1
  const matrix = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    let square = 0
    for (let i = 0; i <= j; i++) square += (lower[j * size + i] as number) ** 2
    const length = Math.sqrt(square)
    for (let i = 0; i <= j; i++) matrix[j * size + i] = (lower[j * size + i] as number) / length
  }
  return conditionOfTriangle(matrix, size)
}

/** @param upper size × size, column after column; is overwritten */
export function conditionOfTriangle(upper: Float64Array, size: number): number {
  if (size > MOST_ROTATED) {
    const largest = largestEigenvalue(size, (x) => timesTransposed(upper, times(upper, x)))
    const ofInverse = largestEigenvalue(size, (x) => solved(upper, solvedTransposed(upper, x)))
    return Math.sqrt(largest) * Math.sqrt(ofInverse)
  }
  const values = singularValues(upper, size)
  return (values[0] as number) / (values.at(-1) as number)
}

/**
 * Singular values of a square matrix, each to about the digits of a double.
 *
 * @param matrix size × size, column after column; is overwritten
 * @returns the largest first
 */
function singularValues(matrix: Float64Array, size: number): Float64Array {
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        const a = matrix.subarray(p * size, p * size + size)
        const b = matrix.subarray(q * size, q * size + size)
        let [aa, bb, ab] = [0, 0, 0]
        for (let i = 0; i < size; i++) {
          aa += (a[i] as number) ** 2
          bb += (b[i] as number) ** 2
          ab += (a[i] as number) * (b[i] as number)
        }
        if (Math.abs(ab) <= 1e-15 * Math.sqrt(aa * bb)) continue
        turned = true
        const zeta = (bb - aa) / (2 * ab)
        const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta))
        const cosine = 1 / Math.sqrt(1 + tangent * tangent)
        const sine = cosine * tangent
        for (let i = 0; i < size; i++) {
          const before = a[i] as number
          a[i] = cosine * before - sine * (b[i] as number)
          b[i] = sine * before + cosine * (b[i] as number)
        }
      }
    }
  }
  const values = Float64Array.from({ length: size }, (_, j) => {
    let square = 0
    for (let i = 0; i < size; i++) square += (matrix[j * size + i] as number) ** 2
    return Math.sqrt(square)
  })
  return values.sort().reverse()
}

function times(upper: Float64Array, x: Float64Array): Float64Array {
  const size = x.length
  const result = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    const factor = x[j] as number
    for (let i = 0; i <= j; i++) result[i] = (result[i] as number) + factor * (upper[j * size + i] as number)
  }
  return result
}

function timesTransposed(upper: Float64Array, x: Float64Array): Float64Array {
  const size = x.length
  return Float64Array.from({ length: size }, (_, j) => dot(upper, j * size, x, j + 1))
}

/** x of upper · x = right. */
function solved(upper: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const rest = right.slice()
  for (let j = size - 1; j >= 0; j--) {
    const entry = (rest[j] as number) / (upper[j * (size + 1)] as number)
    rest[j] = entry
    for (let i = 0; i < j; i++) rest[i] = (rest[i] as number) - entry * (upper[j * size + i] as number)
  }
  return rest
}

/** x of upperᵀ · x = right. */
function solvedTransposed(upper: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  const result = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    const before = dot(upper, j * size, result, j)
    result[j] = ((right[j] as number) - before) / (upper[j * (size + 1)] as number)
  }
  return result
}

/** Σ a[from + i] · b[i] of the first `count`. */
function dot(a: Float64Array, from: number, b: Float64Array, count: number): number {
  let sum = 0
  for (let i = 0; i < count; i++) sum += (a[from + i] as number) * (b[i] as number)
  return sum
}

/** Steps after which what has been found is looked at for the first time; then after half as many more. */
const FIRST_LOOK = 24
/** What an eigenvalue may still be off by, in parts of itself. */
const CLOSE = 1e-14

/** Of a symmetric matrix without negative eigenvalues, known by what it makes of a vector. */
function largestEigenvalue(size: number, apply: (x: Float64Array) => Float64Array): number {
  const random = new RandomState(1)
  const vectors: Float64Array[] = []
  const diagonal: number[] = []
  const beside: number[] = []
  let next: Float64Array = Float64Array.from({ length: size }, () => random.uint32() / 2 ** 31 - 1)
  let length = Math.sqrt(dot(next, 0, next, size))
  for (let look = FIRST_LOOK; ;) {
    const length1 = length
    const vector = next.map((entry) => entry / length1)
    vectors.push(vector)
    next = apply(vector)
    diagonal.push(dot(next, 0, vector, size))
    // Once leaves rounding of the size of what was taken; twice leaves none.
    for (let time = 0; time < 2; time++) for (const before of vectors) takeAlong(next, before)
    length = Math.sqrt(dot(next, 0, next, size))
    const steps = vectors.length
    const isWhole = steps === size || length <= CLOSE * Math.abs(diagonal[0] as number)
    if (steps === look || isWhole) {
      const { largest, isClose } = largestOf(diagonal, beside, length)
      if (isClose || isWhole) return largest
      look = Math.min(size, Math.ceil(look * 1.5))
    }
    beside.push(length)
  }
}

function takeAlong(x: Float64Array, unit: Float64Array): void {
  const along = dot(x, 0, unit, x.length)
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) - along * (unit[i] as number)
}

/** @param rest length of what the last step leaves over: by it eigenvalues are known */
function largestOf(
  diagonal: readonly number[],
  beside: readonly number[],
  rest: number,
): { readonly largest: number; readonly isClose: boolean } {
  const steps = diagonal.length
  const matrix = new Float64Array(steps * steps)
  for (let i = 0; i < steps; i++) {
    matrix[i * (steps + 1)] = diagonal[i] as number
    if (i > 0) matrix[i * steps + i - 1] = matrix[(i - 1) * steps + i] = beside[i - 1] as number
  }
  const { values, vectors } = symmetricEigen(matrix, steps)
  const [largest = 0, second = 0] = values
  const off = rest * Math.abs(vectors[steps - 1] as number)
  // An eigenvalue is nearer than `off`, and nearer than its square over the distance to the second.
  return { largest, isClose: off <= CLOSE * largest || off * off <= CLOSE * largest * (largest - second) }
}
