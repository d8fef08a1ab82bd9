/**
 * How good a grouping is, from the rows and their labels alone.
 *
 * In:  a Matrix (n × p, in the units the groups were found in) and a label for each row, in 0 … k−1.
 * Out: Davies–Bouldin and Calinski–Harabasz (the silhouette is in silhouette.ts); undefined where a score is not
 *      defined, which is when fewer than two groups have rows or every row is a group of its own.
 * Cost: O(n·p).
 *
 * Davies & Bouldin, IEEE PAMI 1(2), 1979. Calinski &
 * Harabasz, Commun. Stat. 3(1), 1974. Edge cases as in scikit-learn 1.9 (metrics/cluster/_unsupervised.py).
 */
import { matrix, type Matrix } from '../base/matrix.ts'

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

export function groupSizes(labels: Int32Array, k: number): Int32Array {
  const sizes = new Int32Array(k)
  // Not for … of: it is slow until it has run for long.
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    sizes[label] = (sizes[label] as number) + 1
  }
  return sizes
}

/** Whether scores are defined: at least two groups have rows, and one has more than one. */
export function isScorable(sizes: Int32Array, rows: number): boolean {
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
