/**
 * Columns to a common scale, and centres back to the data's own units.
 *
 * In:  a Matrix (n × p, no NaN) and a kind of scale.
 * Out: a Matrix of the same shape with (x − offset) / factor in each column; the offsets and factors.
 * Cost: O(n·p) time; `robust` sorts a copy of each column, O(n log n).
 *
 * As scikit-learn's StandardScaler (population standard deviation), MinMaxScaler and RobustScaler (median and the
 * range between the quartiles). A column whose spread is zero is only shifted, so a constant column is 0 in every
 * row and counts for nothing. Departure from scikit-learn: MinMaxScaler and RobustScaler take a spread below
 * 2.2e-15 for zero; here only zero is, so that results do not change with the unit of a column.
 */
import { DataError } from '../base/errors.ts'
import { matrix, type Matrix } from '../base/matrix.ts'
import { quantile } from './matrix.ts'

export type ScaleKind = 'zscore' | 'minmax' | 'robust' | 'none'

export interface Scaling {
  readonly kind: ScaleKind
  /** One a column, in the data's own units. */
  readonly offset: Float64Array
  /** One a column, above 0, in the data's own units. */
  readonly factor: Float64Array
  /** One a column: 1 where all rows hold the same number; for zscore up to rounding of its deviation. */
  readonly constant: Uint8Array
  /** One a column: 1 where `robust` finds no spread though the column is not constant; it is only shifted. */
  readonly flat: Uint8Array
}

/**
 * @param names of the columns, for messages
 * @throws {DataError} when a column's numbers are so large that their spread is past the range of a double
 */
export function fitScale(x: Matrix, kind: ScaleKind, names: readonly string[]): Scaling {
  const offset = new Float64Array(x.cols)
  const factor = new Float64Array(x.cols).fill(1)
  const constant = new Uint8Array(x.cols)
  const flat = new Uint8Array(x.cols)
  for (const [j, spread] of spreadsOf(x).entries()) {
    if (!Number.isFinite(spread.variance)) {
      throw new DataError(`column "${names[j] ?? j}" holds numbers too large to work with`)
    }
    constant[j] = (kind === 'zscore' ? spread.constant : spread.same) ? 1 : 0
    const { shift, size } = shiftAndSize(x, j, kind, spread)
    offset[j] = shift
    if (size > 0) factor[j] = size
    else if (constant[j] === 0) flat[j] = 1
  }
  return { kind, offset, factor, constant, flat }
}

/** The scaled copy of x. */
export function applyScale(x: Matrix, scaling: Scaling): Matrix {
  const scaled = matrix(x.rows, x.cols)
  const { offset, factor } = scaling
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) {
      scaled.data[at] = ((x.data[at] as number) - (offset[j] as number)) / (factor[j] as number)
    }
  }
  return scaled
}

/** The scaled copy of the rows that the scale was fitted to: columns that are constant up to rounding are 0. */
export function scaledRows(x: Matrix, scaling: Scaling): Matrix {
  const scaled = applyScale(x, scaling)
  if (scaling.kind !== 'zscore') return scaled
  scaling.constant.forEach((isConstant, j) => {
    if (isConstant === 0) return
    for (let at = j; at < scaled.data.length; at += x.cols) scaled.data[at] = 0
  })
  return scaled
}

/** The other way: rows in scaled units (centres, say) to the data's own units. */
export function unscale(rows: Matrix, scaling: Scaling): Matrix {
  const own = matrix(rows.rows, rows.cols)
  for (let i = 0, at = 0; i < rows.rows; i++) {
    for (let j = 0; j < rows.cols; j++, at++) {
      own.data[at] = (rows.data[at] as number) * (scaling.factor[j] as number) + (scaling.offset[j] as number)
    }
  }
  return own
}

function columnOf(x: Matrix, j: number): Float64Array {
  const column = new Float64Array(x.rows)
  for (let i = 0, at = j; i < x.rows; i++, at += x.cols) column[i] = x.data[at] as number
  return column
}

interface Spread {
  readonly mean: number
  readonly variance: number
  /** All rows hold the same number, up to rounding. */
  readonly constant: boolean
  /** All rows hold the very same number. */
  readonly same: boolean
}

/** For each column its mean, population variance, and whether that is no more than what rounding makes of a constant. */
function spreadsOf({ rows: n, cols: p, data }: Matrix): Spread[] {
  const sums = new Float64Array(p)
  const differs = new Uint8Array(p)
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < p; j++, at++) {
      const value = data[at] as number
      sums[j] = (sums[j] as number) + value
      if (value !== data[j]) differs[j] = 1
    }
  }
  const means = sums.map((sum) => sum / n)
  const squares = new Float64Array(p)
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < p; j++, at++) {
      const apart = (data[at] as number) - (means[j] as number)
      squares[j] = (squares[j] as number) + apart * apart
    }
  }
  return Array.from(means, (mean, j): Spread => {
    if (differs[j] === 0) return { mean: data[j] as number, variance: 0, constant: true, same: true }
    const variance = (squares[j] as number) / n
    // Chan, Golub & LeVeque's error bound of the two-pass variance, as scikit-learn applies it.
    const bound = n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2
    return { mean, variance, constant: variance <= bound, same: false }
  })
}

function shiftAndSize(
  x: Matrix,
  j: number,
  kind: ScaleKind,
  spread: Spread,
): { shift: number; size: number } {
  if (kind === 'none') return { shift: 0, size: 1 }
  if (kind === 'zscore') return { shift: spread.mean, size: spread.constant ? 0 : Math.sqrt(spread.variance) }
  const ascending = columnOf(x, j).sort()
  const low = ascending[0] as number
  const range = (ascending.at(-1) as number) - low
  if (kind === 'minmax') return { shift: low, size: range }
  const size = quantile(ascending, 0.75) - quantile(ascending, 0.25)
  // Quartiles so near each other that what lies outside them would be scaled past the range of a double.
  return { shift: quantile(ascending, 0.5), size: Number.isFinite(range / size) ? size : 0 }
}
