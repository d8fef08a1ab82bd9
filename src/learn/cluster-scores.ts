/**
 * How good a grouping is, from the rows and their labels alone.
 *
 * In:  a Matrix (n × p, in the units the groups were found in) and a label for each row, in 0 … k−1.
 * Out: silhouette, Davies–Bouldin and Calinski–Harabasz; undefined where a score is not defined, which is when
 *      fewer than two groups have rows or every row is a group of its own.
 * Cost: silhouette O(m²·p) time and O(m·k) memory for the m rows it looks at; the others O(n·p).
 *
 * Silhouette: Rousseeuw, J. Comput. Appl. Math. 20, 1987. Davies & Bouldin, IEEE PAMI 1(2), 1979. Calinski &
 * Harabasz, Commun. Stat. 3(1), 1974. Edge cases as in scikit-learn 1.9 (metrics/cluster/_unsupervised.py).
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { RandomState } from '../base/random.ts'

/** Rows up to which the silhouette is of all rows; above, of a sample of about so many. */
const silhouetteRows = 10_000

/** A group of which a sample is drawn keeps at least so many of its rows (or all it has). */
const leastOfGroup = 50

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
  const sizes = groupSizes(labels, k)
  if (!isScorable(sizes, x.rows)) return undefined
  const rows = x.rows <= silhouetteRows ? undefined : stratifiedSample(labels, sizes, seed)
  const sample = rows === undefined ? x : rowsOf(x, rows)
  const sampleLabels = rows === undefined ? labels : Int32Array.from(rows, (row) => labels[row] as number)
  const byGroup = silhouetteByGroup(sample, sampleLabels, k)
  let score = 0
  sizes.forEach((size, c) => {
    if (size > 0) score += ((byGroup[c] as number) * size) / x.rows
  })
  return { score, byGroup, rows: sample.rows }
}

function silhouetteByGroup(x: Matrix, labels: Int32Array, k: number): Float64Array {
  const sizes = groupSizes(labels, k)
  const sums = distanceSums(x, labels, k)
  const byGroup = new Float64Array(k)
  for (let i = 0; i < x.rows; i++) {
    const own = labels[i] as number
    if (sizes[own] === 1) continue
    const within = (sums[i * k + own] as number) / ((sizes[own] as number) - 1)
    let nearest = Infinity
    for (let c = 0; c < k; c++) {
      if (c === own || sizes[c] === 0) continue
      nearest = Math.min(nearest, (sums[i * k + c] as number) / (sizes[c] as number))
    }
    const larger = Math.max(within, nearest)
    // Both are 0 when the rows of two groups are all the same: neither near nor far.
    if (larger > 0) byGroup[own] = (byGroup[own] as number) + (nearest - within) / larger
  }
  return byGroup.map((sum, c) => sum / (sizes[c] as number))
}

/** n × k: the sum of the distances from row i to the rows of group c. Each pair is measured once. */
function distanceSums(x: Matrix, labels: Int32Array, k: number): Float64Array {
  const { rows: n, cols: p, data } = x
  const sums = new Float64Array(n * k)
  for (let i = 0; i < n; i++) {
    const own = labels[i] as number
    for (let other = i + 1; other < n; other++) {
      let squares = 0
      for (let j = 0; j < p; j++)
        squares += ((data[i * p + j] as number) - (data[other * p + j] as number)) ** 2
      const distance = Math.sqrt(squares)
      const there = i * k + (labels[other] as number)
      const back = other * k + own
      sums[there] = (sums[there] as number) + distance
      sums[back] = (sums[back] as number) + distance
    }
  }
  return sums
}

/**
 * Rows drawn within each group, in ascending order: selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S), one
 * number a row, so that the same seed draws the same rows.
 */
function stratifiedSample(labels: Int32Array, sizes: Int32Array, seed: number): Int32Array {
  const random = new RandomState(seed)
  const left = sizes.slice()
  const wanted = sizes.map((size) =>
    Math.min(size, Math.max(leastOfGroup, Math.round((size / labels.length) * silhouetteRows))),
  )
  const rows: number[] = []
  labels.forEach((label, i) => {
    const drawn = random.random() * (left[label] as number) < (wanted[label] as number)
    left[label] = (left[label] as number) - 1
    if (!drawn) return
    wanted[label] = (wanted[label] as number) - 1
    rows.push(i)
  })
  return Int32Array.from(rows)
}

/**
 * Davies–Bouldin: the mean over groups of how much each runs into the one it is most like; 0 is best. Groups whose
 * centres coincide are not compared.
 */
export function daviesBouldin(x: Matrix, labels: Int32Array, k: number): number | undefined {
  const sizes = groupSizes(labels, k)
  if (!isScorable(sizes, x.rows)) return undefined
  const centers = groupMeans(x, labels, sizes)
  const spread = new Float64Array(k)
  for (let i = 0; i < x.rows; i++) {
    const c = labels[i] as number
    spread[c] = (spread[c] as number) + distanceBetween(x, i, centers, c) / (sizes[c] as number)
  }
  const groups = [...sizes.keys()].filter((c) => sizes[c] !== 0)
  const worst = groups.map((a) =>
    groups.reduce((most, b) => {
      const apart = a === b ? 0 : distanceBetween(centers, a, centers, b)
      return apart === 0 ? most : Math.max(most, ((spread[a] as number) + (spread[b] as number)) / apart)
    }, 0),
  )
  return worst.reduce((sum, value) => sum + value, 0) / groups.length
}

/**
 * Calinski–Harabasz: the variance between groups over the variance within them, each by its degrees of freedom;
 * more is better. 1 when every row sits on the mean of its group, as scikit-learn has it.
 */
export function calinskiHarabasz(x: Matrix, labels: Int32Array, k: number): number | undefined {
  const sizes = groupSizes(labels, k)
  if (!isScorable(sizes, x.rows)) return undefined
  const centers = groupMeans(x, labels, sizes)
  const middle = groupMeans(x, new Int32Array(x.rows), Int32Array.of(x.rows))
  let within = 0
  for (let i = 0; i < x.rows; i++) within += distanceBetween(x, i, centers, labels[i] as number) ** 2
  if (within === 0) return 1
  const groups = [...sizes.keys()].filter((c) => sizes[c] !== 0)
  const between = groups.reduce(
    (sum, c) => sum + (sizes[c] as number) * distanceBetween(centers, c, middle, 0) ** 2,
    0,
  )
  return (between * (x.rows - groups.length)) / (within * (groups.length - 1))
}

function groupSizes(labels: Int32Array, k: number): Int32Array {
  const sizes = new Int32Array(k)
  for (const label of labels) sizes[label] = (sizes[label] as number) + 1
  return sizes
}

function isScorable(sizes: Int32Array, rows: number): boolean {
  const groups = sizes.filter((size) => size > 0).length
  return groups >= 2 && groups < rows
}

function groupMeans(x: Matrix, labels: Int32Array, sizes: Int32Array): Matrix {
  const p = x.cols
  const means = matrix(sizes.length, p)
  for (let i = 0, at = 0; i < x.rows; i++) {
    const center = (labels[i] as number) * p
    for (let j = 0; j < p; j++, at++) {
      means.data[center + j] = (means.data[center + j] as number) + (x.data[at] as number)
    }
  }
  for (let at = 0; at < means.data.length; at++) {
    means.data[at] = (means.data[at] as number) / (sizes[Math.floor(at / p)] as number)
  }
  return means
}

function distanceBetween(a: Matrix, i: number, b: Matrix, c: number): number {
  let squares = 0
  for (let j = 0; j < a.cols; j++) {
    squares += ((a.data[i * a.cols + j] as number) - (b.data[c * b.cols + j] as number)) ** 2
  }
  return Math.sqrt(squares)
}

function rowsOf(x: Matrix, rows: Int32Array): Matrix {
  const picked = matrix(rows.length, x.cols)
  rows.forEach((row, i) => picked.data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), i * x.cols))
  return picked
}
