/**
 * The inner loops of k-means, over ranges of rows: an interface with two sides that give the same bits.
 *
 * plain-kmeans.ts is plain TypeScript; assembly/shared/kmeans.ts is WASM SIMD on a memory that all threads share
 * (space.ts). Which one is used follows from the memory that the arrays are in.
 *
 * Tables are by column: the value of row i in column j is columns[j·n + i]. A centre is p + 1 numbers: the centre
 * times −2, so that no product has to be doubled, and its square.
 */
import { instanceOf, type Space } from './space.ts'
import { plainKMeans } from './plain-kmeans.ts'

export interface KMeansKernels {
  /**
   * Squared distances of rows to a centre, as far as they are shorter than those before.
   *
   * @param store whether `nearest` takes the shorter ones
   * @returns the sum of the shorter ones
   */
  shorten(rows: RowRange, center: Float64Array, nearest: Float64Array, store: boolean): number
  /**
   * Gives rows the label of the nearest centre, the lowest on ties.
   *
   * @param all measure every row; else only those that may have another label than before
   * @returns how many labels changed
   */
  assign(rows: RowRange, grouping: Grouping, all: boolean): number
  /** Sum of the squared distances of rows to the centres (k × p, as they are) of their groups. */
  spread(rows: RowRange, labels: Int32Array, centers: Float64Array): number
}

/** Rows `from` … `to` − 1 of a table of n rows and p columns. */
export interface RowRange {
  readonly columns: Float64Array
  readonly n: number
  readonly p: number
  /** |row|², one a row. */
  readonly squares: Float64Array
  readonly from: number
  readonly to: number
}

export interface Grouping {
  readonly k: number
  /** k centres of p + 1 numbers. */
  readonly centers: Float64Array
  /**
   * For each centre how far since the beginning it has come nearer to others, or they to it: the sum over passes of
   * its own way and the longest way of another.
   */
  readonly spent: Float64Array
  /** What rounding may make of distances. */
  readonly slack: number
  /** −1 before the first pass. */
  readonly labels: Int32Array
  /**
   * How much farther the second nearest centre was than the nearest when the row was last measured, plus what its
   * centre had spent by then: while that is more than what it has spent now, the label can't have changed.
   */
  readonly gaps: Float32Array
  /** k × (p + 1): what changes in the sums of the groups' rows, and in their numbers. Added to. */
  readonly changes: Float64Array
  /** Room for the measuring of a few rows: scratchSize(p) numbers. */
  readonly scratch: Float64Array
}

/** Rows that are measured together. */
const TILE = 8

/** Rows that are looked at before those that may change are measured, and what is left of the last tile. */
const LISTED = 256 + TILE

/** Numbers of room that `assign` needs: what was found for a tile, its squares and values, and a list of rows. */
export function scratchSize(p: number): number {
  return 3 * TILE + TILE + p * TILE + LISTED / 2
}

/** What assembly/shared/kmeans.ts exports; arrays are addresses. */
interface KMeansModule {
  shorten(
    columns: number,
    n: number,
    p: number,
    from: number,
    to: number,
    squares: number,
    center: number,
    nearest: number,
    store: boolean,
  ): number
  assign(
    columns: number,
    n: number,
    p: number,
    from: number,
    to: number,
    squares: number,
    centers: number,
    k: number,
    spent: number,
    slack: number,
    all: boolean,
    labels: number,
    gaps: number,
    changes: number,
    scratch: number,
  ): number
  spread(
    columns: number,
    n: number,
    p: number,
    from: number,
    to: number,
    labels: number,
    centers: number,
  ): number
}

/** The kernels for arrays that lie in a space; plain ones where there is none. */
export function kmeansKernels(space: Space | undefined): KMeansKernels {
  if (space === undefined) return plainKMeans
  const module = instanceOf(space, 'kmeans') as KMeansModule | undefined
  return module === undefined ? plainKMeans : compiled(module)
}

function compiled(module: KMeansModule): KMeansKernels {
  return {
    shorten: ({ columns, n, p, squares, from, to }, center, nearest, store) =>
      module.shorten(
        columns.byteOffset,
        n,
        p,
        from,
        to,
        squares.byteOffset,
        center.byteOffset,
        nearest.byteOffset,
        store,
      ),
    assign: ({ columns, n, p, squares, from, to }, grouping, all) =>
      module.assign(
        columns.byteOffset,
        n,
        p,
        from,
        to,
        squares.byteOffset,
        grouping.centers.byteOffset,
        grouping.k,
        grouping.spent.byteOffset,
        grouping.slack,
        all,
        grouping.labels.byteOffset,
        grouping.gaps.byteOffset,
        grouping.changes.byteOffset,
        grouping.scratch.byteOffset,
      ),
    spread: ({ columns, n, p, from, to }, labels, centers) =>
      module.spread(columns.byteOffset, n, p, from, to, labels.byteOffset, centers.byteOffset),
  }
}
