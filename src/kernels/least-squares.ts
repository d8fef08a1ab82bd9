/**
 * The inner loops of least squares over a block of rows: means and sums of products, then residuals and their sums.
 *
 * In:  columns of doubles, the target last, in the kernel's own room, where whoever makes them puts them at once.
 * Out: centre: the mean of each column beyond its origin, and the sums of products about the means.
 *      residuals: the errors of a fit, the leverages, and what the diagnostics sum up.
 *
 * Sums run as four side by side, numbers 0, 4, 8 … in the first, and are put together as (0 + 1) + (2 + 3); what is
 * left over at the end goes to the first. The compiled kernel and its plain twin give the same bits.
 */
export interface LeastSquaresKernel {
  /** Number i of column j stands at j · capacity + i. Valid for the life of the kernel. */
  readonly room: Float64Array
  /**
   * Centres the first `rows` (at least one) numbers of each column. The arrays are valid until the next call.
   *
   * @param origins by column a number near its values, taken from them first: then no digits are lost to values that
   *                are far from zero
   */
  centre(rows: number, origins: Float64Array): CentredBlock
  /** Says which fit `residuals` is about. */
  fit(fit: BlockFit): void
  /**
   * Centres the columns and makes residuals of the target. The arrays are valid until the next call.
   *
   * @param before the residual of the row before
   * @param bound  of influence: see `isAbove`
   */
  residuals(rows: number, before: number, bound: number): ResidualBlock
}

export interface CentredBlock {
  /** Beyond the origins. */
  readonly means: Float64Array
  /** columns × columns, row-major; only the lower half is filled. */
  readonly products: Float64Array
}

export interface BlockFit {
  /** What is taken from each column, the target last. */
  readonly centers: Float64Array
  /** The prediction, less the target's centre, at the centres. */
  readonly offset: number
  /** One a column that explains; 0 takes no part. */
  readonly slopes: Float64Array
  /** Leverage of a row at the centres. */
  readonly leverage: number
  /** Columns that the triangle is over, and its inverse: kept × kept, row-major, lower. */
  readonly kept: readonly number[]
  readonly inverse: Float64Array
  /** Powers of residuals are summed in these units. */
  readonly unit: number
}

export interface ResidualBlock {
  readonly errors: Float64Array
  readonly leverages: Float64Array
  /** Σ e², Σ (e − the one before)², Σ (e · unit)¹ … ⁴, the smallest and the largest e. */
  readonly sums: Float64Array
  /** Σ e² x by column, x about its centre. */
  readonly squaresByColumn: Float64Array
  /** Some row has an influence e² h / (1 − h)² that is not at most the bound. */
  readonly isAbove: boolean
}

/** Places in `sums`. */
export const SQUARES = 0
export const STEPS = 1
export const POWERS = 2
export const SMALLEST = 6
export const LARGEST = 7
export const SUMS = 8

export type MakeLeastSquares = (columns: number, capacity: number) => LeastSquaresKernel
