/**
 * Truncated singular value decomposition of a sparse matrix: its rows in the few dimensions that hold the most of it
 * (latent semantic analysis, where the rows are texts).
 *
 * In:  sparse rows in blocks, n × p, and how many dimensions k.
 * Out: the k largest singular values, the dimensions as k rows of p loadings, and the rows in these dimensions, n × k.
 *      The same for the same matrix, whatever the machine and its threads.
 * Cost: some 50 to 500 products with the matrix and its transpose, which threads share where it has more rows than
 *       columns; memory (2k + 20) · min(n, p) doubles.
 *
 * A small side makes a Gram matrix of which all eigenvectors are taken. Otherwise thick-restart Lanczos on the Gram
 * matrix of the smaller side, which is never formed (Wu & Simon, SIAM J. Matrix Anal. Appl. 22(2), 2000), with every
 * vector made orthogonal to all others twice, down to rounding, as ARPACK does for scikit-learn's
 * TruncatedSVD(algorithm='arpack'). The first vector comes from a fixed random sequence.
 *
 * Signs: as scikit-learn's svd_flip(u_based_decision=False): the loading of a dimension that is largest in size is
 * above 0.
 */
import { RandomState } from '../base/random.ts'
import { allAtOnce, shared, type Steps, type Task } from '../base/steps.ts'
import { sharedFloat64 } from '../kernels/shared.ts'
import { partsOfRows } from './row-parts.ts'
import type { SparseRows } from './terms.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

export interface TruncatedSvd {
  /** Descending. Where the matrix has fewer dimensions than asked for, the last are 0. */
  readonly singular: Float64Array
  /** k × p, row-major. */
  readonly loadings: Float64Array
  /** n × k, row-major. */
  readonly scores: Float64Array
  /** For each dimension its share of the variance of the matrix. */
  readonly explained: Float64Array
}

type Rows = readonly SparseRows<Float64Array>[]

/** A side up to which the Gram matrix is formed. */
const SMALL_SIDE = 160
const MOST_RESTARTS = 1000
/** A residual of this share of the largest eigenvalue is rounding. */
const TOLERANCE = 1e-14

export function* truncatedSvdSteps(rows: Rows, p: number, k: number): Steps<TruncatedSvd> {
  const n = rows.reduce((sum, { start }) => sum + start.length - 1, 0)
  const byRows = n < p
  const side = byRows ? n : p
  const product = gramProduct(rows, p, byRows)
  const { values, vectors } = yield* side <= SMALL_SIDE
    ? allEigen(product, side)
    : largestEigen(product, side, k)
  const singular = new Float64Array(k)
  const loadings = new Float64Array(k * p)
  for (let c = 0; c < Math.min(k, side); c++) {
    const vector = vectors.subarray(c * side, (c + 1) * side)
    const loading = loadings.subarray(c * p, (c + 1) * p)
    if (byRows) timesTransposed(rows, vector, loading)
    else loading.set(vector)
    singular[c] = Math.sqrt(Math.max(0, values[c] as number))
    const isNothing = (singular[c] as number) <= (singular[0] as number) * 1e-7
    if (isNothing) singular[c] = 0
    scale(loading, isNothing ? 0 : signOf(loading) / norm(loading))
    yield
  }
  const scores = new Float64Array(n * k)
  const column = new Float64Array(n)
  for (let c = 0; c < k; c++) {
    times(rows, loadings.subarray(c * p, (c + 1) * p), column)
    for (let i = 0; i < n; i++) scores[i * k + c] = column[i] as number
  }
  return { singular, loadings, scores, explained: explainedShares(rows, n, p, scores, k) }
}

export function truncatedSvd(rows: Rows, p: number, k: number): TruncatedSvd {
  return allAtOnce(truncatedSvdSteps(rows, p, k))
}

/** Writes G·from, where G is the Gram matrix of one side. */
type Product = (from: Float64Array, to: Float64Array) => Steps<void>

function gramProduct(rows: Rows, p: number, byRows: boolean): Product {
  if (!byRows) return productOfParts(rows, p)
  const between = new Float64Array(p)
  return function* (from, to) {
    timesTransposed(rows, from, between)
    times(rows, between, to)
    yield
  }
}

interface ProductJob {
  readonly blocks: readonly {
    readonly rows: SparseRows<Float64Array>
    readonly from: number
    readonly to: number
  }[]
  /** What they add to the product. */
  readonly sums: Float64Array
}

/** Each row times the vector, times the row: so the rows are read once for both products with the matrix. */
export const productOfRows: Task<{ readonly x: Float64Array }, ProductJob, void> = {
  name: 'svd/product',
  run({ x }, { blocks, sums }) {
    sums.fill(0)
    for (const { rows, from, to } of blocks) {
      const { start, column, value } = rows
      for (let i = from; i < to; i++) {
        const end = start[i + 1] as number
        let factor = 0
        for (let e = start[i] as number; e < end; e++) {
          factor += (value[e] as number) * (x[column[e] as number] as number)
        }
        for (let e = start[i] as number; e < end; e++) {
          const j = column[e] as number
          sums[j] = (sums[j] as number) + factor * (value[e] as number)
        }
      }
    }
  },
}

function productOfParts(rows: Rows, p: number): Product {
  const x = sharedFloat64(p)
  const jobs = partsOfRows(rows.map(({ start }) => start.length - 1)).map((part): ProductJob => ({
    blocks: part.map(({ block, from, to }) => ({ rows: rows[block] as SparseRows<Float64Array>, from, to })),
    sums: sharedFloat64(p),
  }))
  return function* (from, to) {
    x.set(from)
    yield* shared(productOfRows, { x }, jobs)
    to.fill(0)
    for (const { sums } of jobs) for (let j = 0; j < p; j++) to[j] = (to[j] as number) + (sums[j] as number)
  }
}

function* allEigen(product: Product, side: number): Steps<{ values: Float64Array; vectors: Float64Array }> {
  const gram = new Float64Array(side * side)
  const unit = new Float64Array(side)
  for (let i = 0; i < side; i++) {
    unit.fill(0)[i] = 1
    yield* product(unit, gram.subarray(i * side, (i + 1) * side))
  }
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < i; j++) gram[i * side + j] = gram[j * side + i] as number
  }
  return symmetricEigen(gram, side)
}

function* largestEigen(
  product: Product,
  side: number,
  k: number,
): Steps<{ values: Float64Array; vectors: Float64Array }> {
  const size = Math.min(side, 2 * k + 20)
  const random = new RandomState(0)
  const basis = Array.from({ length: size + 1 }, () => new Float64Array(side))
  const projected = new Float64Array(size * size)
  const w = new Float64Array(side)
  let kept = 0
  newDirection(basis, 0, random)
  for (let restart = 0; ; restart++) {
    let residual = 0
    for (let j = kept; j < size; j++) {
      yield* product(basis[j] as Float64Array, w)
      const before = norm(w)
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i <= j; i++) {
          const share = dot(w, basis[i] as Float64Array)
          projected[i * size + j] = projected[j * size + i] =
            (projected[i * size + j] as number) * (round === 0 ? 0 : 1) + share
          subtract(w, basis[i] as Float64Array, share)
        }
      }
      residual = norm(w)
      const next = basis[j + 1] as Float64Array
      if (j + 1 >= side || residual <= before * 1e-14) {
        residual = 0
        if (j + 1 < side) newDirection(basis, j + 1, random)
      } else {
        next.set(w)
        scale(next, 1 / residual)
      }
    }
    const { values, vectors } = symmetricEigen(projected, size)
    const isRounding = (i: number) =>
      Math.abs(residual * (vectors[i * size + size - 1] as number)) <=
      TOLERANCE * Math.abs(values[0] as number)
    let found = 0
    while (found < k && isRounding(found)) found++
    if (found === k || size === side || restart === MOST_RESTARTS) {
      return { values, vectors: combined(basis, vectors, k, size, side) }
    }
    kept = Math.min(size - 2, k + Math.floor(found / 2) + 10)
    const held = combined(basis, vectors, kept, size, side)
    projected.fill(0)
    for (let i = 0; i < kept; i++) {
      ;(basis[i] as Float64Array).set(held.subarray(i * side, (i + 1) * side))
      projected[i * size + i] = values[i] as number
    }
    ;(basis[kept] as Float64Array).set(basis[size] as Float64Array)
  }
}

/** A vector of length 1 that is orthogonal to those before it. */
function newDirection(basis: readonly Float64Array[], at: number, random: RandomState): void {
  const vector = basis[at] as Float64Array
  for (let i = 0; i < vector.length; i++) vector[i] = random.random() - 0.5
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < at; i++)
      subtract(vector, basis[i] as Float64Array, dot(vector, basis[i] as Float64Array))
  }
  scale(vector, 1 / norm(vector))
}

/** The first `count` of the vectors that `vectors` makes of the basis, one after another. */
function combined(
  basis: readonly Float64Array[],
  vectors: Float64Array,
  count: number,
  size: number,
  side: number,
): Float64Array {
  const made = new Float64Array(count * side)
  for (let c = 0; c < count; c++) {
    const to = made.subarray(c * side, (c + 1) * side)
    for (let j = 0; j < size; j++) subtract(to, basis[j] as Float64Array, -(vectors[c * size + j] as number))
  }
  return made
}

function times(rows: Rows, x: Float64Array, to: Float64Array): void {
  let at = 0
  for (const { start, column, value } of rows) {
    for (let i = 0; i + 1 < start.length; i++) {
      let sum = 0
      for (let e = start[i] as number; e < (start[i + 1] as number); e++) {
        sum += (value[e] as number) * (x[column[e] as number] as number)
      }
      to[at++] = sum
    }
  }
}

function timesTransposed(rows: Rows, x: Float64Array, to: Float64Array): void {
  to.fill(0)
  let at = 0
  for (const { start, column, value } of rows) {
    for (let i = 0; i + 1 < start.length; i++) {
      const factor = x[at++] as number
      for (let e = start[i] as number; e < (start[i + 1] as number); e++) {
        const j = column[e] as number
        to[j] = (to[j] as number) + factor * (value[e] as number)
      }
    }
  }
}

/** The sign that makes the largest loading positive; of equal ones the first decides. */
function signOf(loading: Float64Array): 1 | -1 {
  let largest = 0
  for (const one of loading) if (Math.abs(one) > Math.abs(largest)) largest = one
  return largest < 0 ? -1 : 1
}

function explainedShares(rows: Rows, n: number, p: number, scores: Float64Array, k: number): Float64Array {
  const sums = new Float64Array(p)
  let squares = 0
  for (const { column, value } of rows) {
    for (let e = 0; e < column.length; e++) {
      const one = value[e] as number
      sums[column[e] as number] = (sums[column[e] as number] as number) + one
      squares += one * one
    }
  }
  let ofMeans = 0
  for (const sum of sums) ofMeans += (sum / n) ** 2
  const all = squares / n - ofMeans
  return Float64Array.from({ length: k }, (_, c) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += scores[i * k + c] as number
    const mean = sum / n
    let spread = 0
    for (let i = 0; i < n; i++) spread += ((scores[i * k + c] as number) - mean) ** 2
    return all > 0 ? spread / n / all : 0
  })
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function norm(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) - factor * (b[i] as number)
}

function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) * factor
}
