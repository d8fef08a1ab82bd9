/**
 * Means and sums of products of a block of rows: the inner loop of least squares.
 *
 * In:  columns of doubles in the kernel's own room, where whoever makes them puts them at once.
 * Out: the mean of each column, the columns centred on it, and the sums of their products about it.
 *
 * Sums run as four side by side, numbers 0, 4, 8 … in the first, and are put together as (0 + 1) + (2 + 3); what is
 * left over at the end goes to the first. The compiled kernel and its plain twin give the same bits.
 */
export interface GramKernel {
  /** Number i of column j stands at j · capacity + i. Valid for the life of the kernel. */
  readonly room: Float64Array
  /** Centres the first `rows` (at least one) numbers of each column. The arrays are valid until the next call. */
  centre(rows: number): CentredBlock
}

export interface CentredBlock {
  readonly means: Float64Array
  /** columns × columns, row-major; only the lower half is filled. */
  readonly products: Float64Array
}

export type MakeGram = (columns: number, capacity: number) => GramKernel
