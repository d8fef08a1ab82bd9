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
import type { Matrix } from '../base/matrix.ts'
import { RandomState } from '../base/random.ts'
import { allAtOnce, blocks, shared, type Block, type Steps, type Task } from '../base/steps.ts'
import { distanceSumOn } from '../kernels/distances.ts'
import { Room, type Space } from '../kernels/space.ts'
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
  const sample = sampleOf(x, labels, k, x.rows <= silhouetteRows ? undefined : drawn(labels, sizes, seed))
  const byGroup = yield* byGroupOf(sample)
  let score = 0
  sizes.forEach((size, c) => {
    if (size > 0) score += ((byGroup[c] as number) * size) / x.rows
  })
  return { score, byGroup, rows: sample.n }
}

function* byGroupOf({ space, columns, n, p, begins }: Sample): Steps<Float64Array> {
  const k = begins.length - 1
  const byGroup = new Float64Array(k)
  const common = { space, columns, n, p, begins }
  for (const part of yield* shared(silhouetteOfRows, common, blocks(n, blockRows))) {
    part.forEach((sum, c) => (byGroup[c] = (byGroup[c] as number) + sum))
  }
  return byGroup.map((sum, c) => sum / ((begins[c + 1] as number) - (begins[c] as number)))
}

/** Rows by column, those of a group side by side, in memory that all threads see. */
interface Sample {
  readonly space: Space | undefined
  readonly columns: Float64Array
  readonly n: number
  readonly p: number
  /** Where each group begins; the last entry is n. */
  readonly begins: Int32Array
}

/** For each group the sum of the silhouettes of its rows in a block. */
export const silhouetteOfRows: Task<Sample, Block, Float64Array> = {
  name: 'silhouette/rows',
  run({ space, columns, n, p, begins }, { from, to }) {
    const distanceSum = distanceSumOn(space)
    const k = begins.length - 1
    const sums = new Float64Array(k)
    const sizeOf = (c: number) => (begins[c + 1] as number) - (begins[c] as number)
    let own = 0
    for (let i = from; i < to; i++) {
      while ((begins[own + 1] as number) <= i) own++
      if (sizeOf(own) === 1) continue
      let within = 0
      let nearest = Infinity
      for (let c = 0; c < k; c++) {
        if (sizeOf(c) === 0) continue
        const sum = distanceSum(columns, n, p, i, begins[c] as number, begins[c + 1] as number)
        if (c === own) within = sum / (sizeOf(c) - 1)
        else nearest = Math.min(nearest, sum / sizeOf(c))
      }
      const larger = Math.max(within, nearest)
      // Both are 0 when the rows of two groups are all the same: neither near nor far.
      if (larger > 0) sums[own] = (sums[own] as number) + (nearest - within) / larger
    }
    return sums
  },
}

/** The rows given, all where there are none given. */
function sampleOf(x: Matrix, labels: Int32Array, k: number, rows: Int32Array | undefined): Sample {
  const n = rows?.length ?? x.rows
  const p = x.cols
  const rowAt = (i: number) => (rows === undefined ? i : (rows[i] as number))
  const begins = new Int32Array(k + 1)
  for (let i = 0; i < n; i++) {
    const after = (labels[rowAt(i)] as number) + 1
    begins[after] = (begins[after] as number) + 1
  }
  for (let c = 0; c < k; c++) begins[c + 1] = (begins[c + 1] as number) + (begins[c] as number)
  const room = new Room(n * p * 8)
  const columns = room.float64(n * p)
  const next = begins.slice()
  for (let i = 0; i < n; i++) {
    const row = rowAt(i)
    const label = labels[row] as number
    const place = next[label] as number
    next[label] = place + 1
    for (let j = 0; j < p; j++) columns[j * n + place] = x.data[row * p + j] as number
  }
  return { space: room.space, columns, n, p, begins }
}

/**
 * Rows drawn within each group, ascending; the same for the same seed. Which of a group's rows they are is drawn by
 * Floyd's method (Bentley & Floyd, "Programming pearls: a sample of brilliance", CACM 30(9), 1987): a number a row that
 * is drawn, where a number for every row of a million takes as long as the silhouette of those drawn.
 */
function drawn(labels: Int32Array, sizes: Int32Array, seed: number): Int32Array {
  const random = new RandomState(seed)
  const isDrawn = Array.from(sizes, (size) => {
    const share = Math.round((size / labels.length) * silhouetteRows)
    return drawnOf(size, Math.min(size, Math.max(leastOfGroup, share)), random)
  })
  const met = new Int32Array(sizes.length)
  const rows: number[] = []
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    const place = met[label] as number
    met[label] = place + 1
    if (isDrawn[label]?.[place] === 1) rows.push(i)
  }
  return Int32Array.from(rows)
}

/** Marks `wanted` of `size` places, every choice as likely as any other. */
function drawnOf(size: number, wanted: number, random: RandomState): Uint8Array {
  const marks = new Uint8Array(size)
  for (let last = size - wanted; last < size; last++) {
    const place = random.below(last + 1)
    marks[marks[place] === 1 ? last : place] = 1
  }
  return marks
}
