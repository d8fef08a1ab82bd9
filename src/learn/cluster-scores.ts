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

export interface ClusterScores {
  /** The mean over groups of how much each runs into the one it is most like; 0 is best. */
  readonly daviesBouldin: number
  /** The variance between groups over the variance within them, each by its degrees of freedom; more is better. */
  readonly calinskiHarabasz: number
}

/** Both scores, in two passes over the rows; undefined where they are not defined. */
export function clusterScores(x: Matrix, labels: Int32Array, k: number): ClusterScores | undefined {
  const sizes = groupSizes(labels, k)
  if (!isScorable(sizes, x.rows)) return undefined
  const { centers, middle } = meansOf(x, labels, sizes)
  const { spread, within } = scatterOf(x, labels, centers, sizes)
  const groups = [...sizes.keys()].filter((c) => sizes[c] !== 0)
  return {
    daviesBouldin: overlap(centers, spread, groups),
    calinskiHarabasz: separation(centers, middle, sizes, within, groups, x.rows),
  }
}

/** See ClusterScores. @returns undefined where it is not defined */
export function daviesBouldin(x: Matrix, labels: Int32Array, k: number): number | undefined {
  return clusterScores(x, labels, k)?.daviesBouldin
}

/** See ClusterScores. @returns undefined where it is not defined */
export function calinskiHarabasz(x: Matrix, labels: Int32Array, k: number): number | undefined {
  return clusterScores(x, labels, k)?.calinskiHarabasz
}

/** Groups whose centres coincide are not compared. */
function overlap(centers: Matrix, spread: Float64Array, groups: readonly number[]): number {
  const worst = groups.map((a) =>
    groups.reduce((most, b) => {
      const apart = a === b ? 0 : distanceBetween(centers, a, centers, b)
      return apart === 0 ? most : Math.max(most, ((spread[a] as number) + (spread[b] as number)) / apart)
    }, 0),
  )
  return worst.reduce((sum, value) => sum + value, 0) / groups.length
}

/** 1 when every row sits on the mean of its group, as scikit-learn has it. */
function separation(
  centers: Matrix,
  middle: Matrix,
  sizes: Int32Array,
  within: number,
  groups: readonly number[],
  rows: number,
): number {
  if (within === 0) return 1
  const between = groups.reduce(
    (sum, c) => sum + (sizes[c] as number) * distanceBetween(centers, c, middle, 0) ** 2,
    0,
  )
  return (between * (rows - groups.length)) / (within * (groups.length - 1))
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

/** The mean of each group, and that of all rows. */
function meansOf(x: Matrix, labels: Int32Array, sizes: Int32Array): { centers: Matrix; middle: Matrix } {
  const { data, cols: p } = x
  const centers = matrix(sizes.length, p)
  const middle = matrix(1, p)
  const [sums, all] = [centers.data, middle.data]
  for (let i = 0, at = 0; i < x.rows; i++) {
    const center = (labels[i] as number) * p
    for (let j = 0; j < p; j++, at++) {
      const value = data[at] as number
      sums[center + j] = (sums[center + j] as number) + value
      all[j] = (all[j] as number) + value
    }
  }
  for (let at = 0; at < sums.length; at++) {
    sums[at] = (sums[at] as number) / (sizes[Math.floor(at / p)] as number)
  }
  for (let j = 0; j < p; j++) all[j] = (all[j] as number) / x.rows
  return { centers, middle }
}

/** The mean distance of the rows of each group from its centre, and the sum of all their squares. */
function scatterOf(
  x: Matrix,
  labels: Int32Array,
  centers: Matrix,
  sizes: Int32Array,
): { spread: Float64Array; within: number } {
  const { data, cols: p } = x
  const spread = new Float64Array(sizes.length)
  let within = 0
  for (let i = 0, at = 0; i < x.rows; i++) {
    const c = labels[i] as number
    let squares = 0
    for (let j = 0, center = c * p; j < p; j++, at++, center++) {
      const apart = (data[at] as number) - (centers.data[center] as number)
      squares += apart * apart
    }
    spread[c] = (spread[c] as number) + Math.sqrt(squares) / (sizes[c] as number)
    within += squares
  }
  return { spread, within }
}

function distanceBetween(a: Matrix, i: number, b: Matrix, c: number): number {
  let squares = 0
  for (let j = 0; j < a.cols; j++) {
    squares += ((a.data[i * a.cols + j] as number) - (b.data[c * b.cols + j] as number)) ** 2
  }
  return Math.sqrt(squares)
}
