/**
 * The silhouette: how much nearer rows are to their own group than to the nearest other one.
 *
 * In:  a Matrix (n × p, in the units the groups were found in) and a label for each row, in 0 … k−1.
 * Out: the mean over rows and over the rows of each group, with Euclidean distances, and of how many rows it is;
 *      undefined where it is not defined (cluster-scores.ts).
 * Cost: O(m²·p) time for the m rows it looks at, in blocks of rows that any thread can do; O(m) memory.
 *
 * Rousseeuw, J. Comput. Appl. Math. 20, 1987. Edge cases as in scikit-learn 1.9.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { RandomState } from '../base/random.ts'
import { allAtOnce, blocks, shared, type Block, type Steps, type Task } from '../base/steps.ts'
import { sharedFloat64, sharedInt32 } from '../kernels/shared.ts'
import { groupSizes, isScorable } from './cluster-scores.ts'

/** Rows up to which the silhouette is of all rows; above, of a sample of about so many. */
const silhouetteRows = 10_000

/** A group of which a sample is drawn keeps at least so many of its rows (or all it has). */
const leastOfGroup = 50

/** Rows that one job measures against all others. */
const blockRows = 512

export interface Silhouette {
  /** Mean over rows, −1 … 1: 1 when groups are tight and far apart, about 0 when they run into each other. */
  readonly score: number
  /** Mean over the rows of each group; NaN for a group without rows. */
  readonly byGroup: Float64Array
  /** Rows that were looked at. */
  readonly rows: number
}

/**
 * The silhouette with Euclidean distances. Rows of groups of one count as 0.
 *
 * Above silhouetteRows rows it is estimated from rows drawn in each group by its share, but at least leastOfGroup,
 * so that small groups are seen too; groups are then weighted by their true shares.
 *
 * @param seed of the sample
 */
export function silhouette(x: Matrix, labels: Int32Array, k: number, seed: number): Silhouette | undefined {
  return allAtOnce(silhouetteSteps(x, labels, k, seed))
}

/** The same in steps: one batch of row blocks. */
export function* silhouetteSteps(
  x: Matrix,
  labels: Int32Array,
  k: number,
  seed: number,
): Steps<Silhouette | undefined> {
  const sizes = groupSizes(labels, k)
  if (!isScorable(sizes, x.rows)) return undefined
  const sample = sharedSample(x, labels, x.rows <= silhouetteRows ? undefined : drawn(labels, sizes, seed))
  const byGroup = yield* byGroupOf(sample.x, sample.labels, k)
  let score = 0
  sizes.forEach((size, c) => {
    if (size > 0) score += ((byGroup[c] as number) * size) / x.rows
  })
  return { score, byGroup, rows: sample.x.rows }
}

function* byGroupOf(x: Matrix, labels: Int32Array, k: number): Steps<Float64Array> {
  const sizes = groupSizes(labels, k)
  const byGroup = new Float64Array(k)
  const parts = yield* shared(silhouetteOfRows, { x, labels, sizes }, blocks(x.rows, blockRows))
  for (const part of parts) part.forEach((sum, c) => (byGroup[c] = (byGroup[c] as number) + sum))
  return byGroup.map((sum, c) => sum / (sizes[c] as number))
}

interface Measured {
  readonly x: Matrix
  readonly labels: Int32Array
  readonly sizes: Int32Array
}

/** For each group the sum of the silhouettes of its rows in a block. */
export const silhouetteOfRows: Task<Measured, Block, Float64Array> = {
  name: 'silhouette/rows',
  run({ x, labels, sizes }, { from, to }) {
    const k = sizes.length
    const sums = new Float64Array(k)
    const distances = new Float64Array(k)
    for (let i = from; i < to; i++) {
      const own = labels[i] as number
      if (sizes[own] === 1) continue
      distancesToGroups(x, labels, i, distances)
      const within = (distances[own] as number) / ((sizes[own] as number) - 1)
      let nearest = Infinity
      for (let c = 0; c < k; c++) {
        if (c === own || sizes[c] === 0) continue
        nearest = Math.min(nearest, (distances[c] as number) / (sizes[c] as number))
      }
      const larger = Math.max(within, nearest)
      // Both are 0 when the rows of two groups are all the same: neither near nor far.
      if (larger > 0) sums[own] = (sums[own] as number) + (nearest - within) / larger
    }
    return sums
  },
}

/** Writes the sum of the distances from row i to the rows of each group. */
function distancesToGroups(x: Matrix, labels: Int32Array, i: number, sums: Float64Array): void {
  const { cols: p, data } = x
  sums.fill(0)
  const row = i * p
  for (let other = 0, at = 0; other < x.rows; other++) {
    let squares = 0
    for (let j = 0; j < p; j++, at++) squares += ((data[row + j] as number) - (data[at] as number)) ** 2
    const group = labels[other] as number
    sums[group] = (sums[group] as number) + Math.sqrt(squares)
  }
}

/** The rows given, all where there are none given, where every thread sees them. */
function sharedSample(
  x: Matrix,
  labels: Int32Array,
  rows: Int32Array | undefined,
): { x: Matrix; labels: Int32Array } {
  const count = rows?.length ?? x.rows
  const data = sharedFloat64(count * x.cols)
  const own = sharedInt32(count)
  if (rows === undefined) {
    data.set(x.data)
    own.set(labels)
  } else {
    rows.forEach((row, i) => {
      data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols)
      own[i] = labels[row] as number
    })
  }
  return { x: matrix(count, x.cols, data), labels: own }
}

/**
 * Rows drawn within each group, in ascending order: selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S), one
 * number a row, so that the same seed draws the same rows.
 */
function drawn(labels: Int32Array, sizes: Int32Array, seed: number): Int32Array {
  const random = new RandomState(seed)
  const left = sizes.slice()
  const wanted = sizes.map((size) =>
    Math.min(size, Math.max(leastOfGroup, Math.round((size / labels.length) * silhouetteRows))),
  )
  const rows: number[] = []
  labels.forEach((label, i) => {
    const isDrawn = random.random() * (left[label] as number) < (wanted[label] as number)
    left[label] = (left[label] as number) - 1
    if (!isDrawn) return
    wanted[label] = (wanted[label] as number) - 1
    rows.push(i)
  })
  return Int32Array.from(rows)
}
