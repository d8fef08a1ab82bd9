/**
 * Columns to a common scale, and centres back to the data's own units.
 *
 * In:  a Matrix (n × p, no NaN) and a kind of scale.
 * Out: a Matrix of the same shape with (x − offset) / factor in each column; the offsets and factors.
 * Cost: O(n·p) time; `robust` sorts a copy of each column, O(n log n).
 *
 * As scikit-learn's StandardScaler (population standard deviation), MinMaxScaler and RobustScaler (median and the
 * range between the quartiles), to the last bit: where values lie on a grid, whether two rows are equally far from a
 * third hangs on it. So means and deviations are summed in the order in which numpy sums the columns of an array
 * (addSums, halvedSums), and minmax multiplies and adds (toUnit). Of a table of several columns that are stored one
 * after the other, as a DataFrame's are, numpy sums each as it sums a single column, which may differ in the last bit
 * unless the numbers are whole.
 *
 * A column whose spread is zero is only shifted, so a constant column is 0 in every row and counts for nothing.
 * Departure from scikit-learn: MinMaxScaler and RobustScaler take a spread below 2.2e-15 for zero; here only zero is,
 * so that results do not change with the unit of a column.
 */
import { DataError } from '../base/errors.ts'
import { matrix, type Matrix } from '../base/matrix.ts'
import { median, quantile } from './matrix.ts'

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
    constant[j] = (kind === 'zscore' ? spread.constant : spread.low === spread.high) ? 1 : 0
    const { shift, size } = shiftAndSize(x, j, kind, spread)
    offset[j] = shift
    if (size > 0) factor[j] = size
    else if (constant[j] === 0) flat[j] = 1
  }
  return { kind, offset, factor, constant, flat }
}

/** The scaled copy of x. */
export function applyScale(x: Matrix, { kind, offset, factor }: Scaling): Matrix {
  const result = matrix(x.rows, x.cols)
  if (kind === 'minmax') {
    for (let i = 0, at = 0; i < x.rows; i++) {
      for (let j = 0; j < x.cols; j++, at++) {
        result.data[at] = toUnit(x.data[at] as number, offset[j] as number, factor[j] as number)
      }
    }
    return result
  }
  for (let i = 0, at = 0; i < x.rows; i++) {
    for (let j = 0; j < x.cols; j++, at++) {
      result.data[at] = ((x.data[at] as number) - (offset[j] as number)) / (factor[j] as number)
    }
  }
  return result
}

/** A number on the scale `minmax`: (x − low) / range as MinMaxScaler computes it. */
export function toUnit(x: number, low: number, range: number): number {
  const share = 1 / range
  return share === Infinity ? (x - low) / range : x * share - low * share
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
  readonly low: number
  readonly high: number
  readonly mean: number
  readonly variance: number
  /** All rows hold the same number, up to rounding. */
  readonly constant: boolean
}

/** For each column its mean, population variance, and whether that is no more than what rounding makes of a constant. */
function spreadsOf(x: Matrix): Spread[] {
  const { rows: n, cols: p } = x
  const { lows, highs } = rangesOf(x)
  const sums = columnSums(x, new Float64Array(p))
  const means = Float64Array.from({ length: p }, (_, j) => (sums[j] as number) / n)
  const apart = columnSums(x, means)
  return Array.from(means, (mean, j): Spread => {
    const low = lows[j] as number
    const high = highs[j] as number
    if (low === high) return { low, high, mean: low, variance: 0, constant: true }
    // What rounding of the mean adds to the squares is taken off: Chan, Golub & LeVeque's corrected two-pass variance.
    const variance = ((apart[p + j] as number) - (apart[j] as number) ** 2 / n) / n
    // Their bound of its error, as scikit-learn applies it.
    const bound = n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2
    return { low, high, mean, variance, constant: variance <= bound }
  })
}

function rangesOf({ rows: n, cols: p, data }: Matrix): { lows: Float64Array; highs: Float64Array } {
  const lows = data.slice(0, p)
  const highs = data.slice(0, p)
  for (let i = 1, at = p; i < n; i++) {
    for (let j = 0; j < p; j++, at++) {
      const value = data[at] as number
      if (value < (lows[j] as number)) lows[j] = value
      else if (value > (highs[j] as number)) highs[j] = value
    }
  }
  return { lows, highs }
}

/**
 * The sums of x − shift in each column, and after them those of its square, each rounded as numpy's sum down the
 * columns is: row by row where there are several, by halves where there is one.
 */
function columnSums({ rows: n, cols: p, data }: Matrix, shifts: Float64Array): Float64Array {
  if (p === 1) return Float64Array.from(halvedSums(data, shifts[0] as number, 0, n))
  const sums = new Float64Array(2 * p)
  // Block by block, so that all columns read the rows from a core's own cache.
  for (let from = 0; from < n; from += blockRows) {
    const to = Math.min(n, from + blockRows)
    for (let j = 0; j < p; j++) addSums(data, p, j, shifts[j] as number, from, to, sums)
  }
  return sums
}

function addSums(
  data: Float64Array,
  p: number,
  j: number,
  shift: number,
  from: number,
  to: number,
  sums: Float64Array,
): void {
  let sum = sums[j] as number
  let square = sums[p + j] as number
  for (let at = from * p + j, end = to * p; at < end; at += p) {
    const apart = (data[at] as number) - shift
    sum += apart
    square += apart * apart
  }
  sums[j] = sum
  sums[p + j] = square
}

/** Rows of a block; numpy halves a column until no more than so many are left. */
const blockRows = 128

/** Of values `from` … `to` − 1: blocks are summed in eight lanes, which are written out since an array is slow. */
function halvedSums(
  values: Float64Array,
  shift: number,
  from: number,
  to: number,
): [sum: number, square: number] {
  if (to - from > blockRows) {
    const half = (to - from) >> 1
    const middle = from + half - (half % 8)
    const low = halvedSums(values, shift, from, middle)
    const high = halvedSums(values, shift, middle, to)
    return [low[0] + high[0], low[1] + high[1]]
  }
  let [s0, s1, s2, s3, s4, s5, s6, s7] = [0, 0, 0, 0, 0, 0, 0, 0]
  let [q0, q1, q2, q3, q4, q5, q6, q7] = [0, 0, 0, 0, 0, 0, 0, 0]
  let at = from
  for (; at + 8 <= to; at += 8) {
    let apart = (values[at] as number) - shift
    s0 += apart
    q0 += apart * apart
    apart = (values[at + 1] as number) - shift
    s1 += apart
    q1 += apart * apart
    apart = (values[at + 2] as number) - shift
    s2 += apart
    q2 += apart * apart
    apart = (values[at + 3] as number) - shift
    s3 += apart
    q3 += apart * apart
    apart = (values[at + 4] as number) - shift
    s4 += apart
    q4 += apart * apart
    apart = (values[at + 5] as number) - shift
    s5 += apart
    q5 += apart * apart
    apart = (values[at + 6] as number) - shift
    s6 += apart
    q6 += apart * apart
    apart = (values[at + 7] as number) - shift
    s7 += apart
    q7 += apart * apart
  }
  let sum = s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7))
  let square = q0 + q1 + (q2 + q3) + (q4 + q5 + (q6 + q7))
  for (; at < to; at++) {
    const apart = (values[at] as number) - shift
    sum += apart
    square += apart * apart
  }
  return [sum, square]
}

function shiftAndSize(
  x: Matrix,
  j: number,
  kind: ScaleKind,
  { low, high, mean, variance, constant }: Spread,
): { shift: number; size: number } {
  if (kind === 'none') return { shift: 0, size: 1 }
  if (kind === 'zscore') return { shift: mean, size: constant ? 0 : Math.sqrt(variance) }
  if (kind === 'minmax') return { shift: low, size: high - low }
  const ascending = columnOf(x, j).sort()
  const size = quantile(ascending, 0.75) - quantile(ascending, 0.25)
  // Quartiles so near each other that what lies outside them would be scaled past the range of a double.
  return { shift: median(ascending), size: Number.isFinite((high - low) / size) ? size : 0 }
}
