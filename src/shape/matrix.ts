/**
 * From columns of numbers with gaps to a matrix without, and the way back to the rows of the input.
 *
 * In:  NumberColumns of equal length, and what to do where a value is missing.
 * Out: a Matrix, and for each of its rows the row of the input that it came from.
 * Cost: O(rows · columns) time and memory; the median also sorts a copy of each column that has gaps.
 */
import { isValid, type NumberColumn } from '../base/column.ts'
import { DataError } from '../base/errors.ts'
import { matrix, type Matrix } from '../base/matrix.ts'

/** `drop`: the row takes no part. `mean`, `median`: of the column's own values. `error`: refused. */
export type Missing = 'drop' | 'mean' | 'median' | 'error'

export interface Rows {
  readonly matrix: Matrix
  /** Input row (0 based, ascending) of each matrix row. */
  readonly rowOf: Int32Array
  /** Input rows left out because a value was missing; 0 unless `drop`. */
  readonly dropped: number
  /** Cells filled with a mean or median, by column. */
  readonly filled: readonly number[]
  /** By column what a missing value is filled with; undefined where it is not. */
  readonly fillers: readonly (number | undefined)[]
}

/**
 * @param columns at least one, all of the same length
 * @throws {DataError} when a column has no value at all, holds a number past the range of a double, or (with
 *         `error`) lacks a value; when no row is complete (with `drop`). Rows in messages count from 1.
 */
export function toMatrix(columns: readonly NumberColumn[], missing: Missing): Rows {
  const rowCount = columns[0]?.values.length ?? 0
  const empty = columns.find((column) => column.missing === rowCount)
  if (empty) throw new DataError(`column "${empty.name}" has no values`, { code: 'E_NO_VALUES' })
  for (const column of columns) refuseUnusable(column, missing)
  const keeps = missing === 'drop' ? completeRows(columns, rowCount) : allRows(rowCount)
  const x = matrix(keeps.length, columns.length)
  const fills = missing === 'mean' || missing === 'median'
  const fillers = columns.map((column) => (fills ? fillerOf(column, missing) : undefined))
  const filled = columns.map((column, j) => {
    if (column.missing > 0 || keeps.length < rowCount)
      return copyColumn(column, keeps, fillers[j] ?? NaN, x, j)
    copyWhole(column.values, x, j)
    return 0
  })
  return { matrix: x, rowOf: keeps, dropped: rowCount - keeps.length, filled, fillers }
}

function refuseUnusable({ name, values, valid, missing }: NumberColumn, asked: Missing): void {
  if (asked === 'error' && missing > 0) {
    const row = values.findIndex((_, i) => !isValid(valid, i))
    throw new DataError(`column "${name}" has no value in row ${row + 1}`, {
      code: 'E_MISSING_VALUE',
      help: ['To leave such rows out, use --missing drop; to fill them in, --missing mean or median.'],
    })
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value - value === 0) continue // neither infinite nor NaN
    throw new DataError(`column "${name}" row ${i + 1} holds a number too large to work with`)
  }
}

function allRows(rowCount: number): Int32Array {
  const rows = new Int32Array(rowCount)
  for (let i = 0; i < rowCount; i++) rows[i] = i
  return rows
}

function completeRows(columns: readonly NumberColumn[], rowCount: number): Int32Array {
  const gaps = columns.filter((column) => column.missing > 0)
  if (gaps.length === 0) return allRows(rowCount)
  const rows = new Int32Array(rowCount)
  let count = 0
  const holds = gaps[0]?.valid.slice() ?? new Uint8Array(0)
  for (const { valid } of gaps)
    for (let b = 0; b < holds.length; b++) holds[b] = (holds[b] as number) & (valid[b] as number)
  for (let i = 0; i < rowCount; i++) if (isValid(holds, i)) rows[count++] = i
  if (count === 0) {
    const emptiest = gaps.reduce((a, b) => (b.missing > a.missing ? b : a))
    throw new DataError(`no row has a value in all of the ${columns.length} columns used`, {
      code: 'E_NO_COMPLETE_ROW',
      help: [
        `Column "${emptiest.name}" lacks most: ${emptiest.missing} of ${rowCount} rows.`,
        'Leave it out with --exclude, or fill it in with --missing mean or median.',
      ],
    })
  }
  return rows.slice(0, count)
}

/** The mean or median of the values that a column has. */
export function fillerOf(column: NumberColumn, missing: 'mean' | 'median'): number {
  const present = new Float64Array(column.values.length - column.missing)
  let count = 0
  for (let i = 0; i < column.values.length; i++) {
    if (isValid(column.valid, i)) present[count++] = column.values[i] as number
  }
  return missing === 'median' ? median(present.sort()) : mean(present)
}

/** Copies the kept rows of a column into column j of x; gives how many were filled. */
function copyColumn(column: NumberColumn, rows: Int32Array, filler: number, x: Matrix, j: number): number {
  let filled = 0
  // Where rows with gaps were left out, those kept have a value.
  const isWhole = column.missing === 0 || Number.isNaN(filler)
  for (let r = 0; r < rows.length; r++) {
    const i = rows[r] as number
    const has = isWhole || isValid(column.valid, i)
    if (!has) filled++
    x.data[r * x.cols + j] = has ? (column.values[i] as number) : filler
  }
  return filled
}

/** Copies all of a column into column j of x. */
function copyWhole(values: Float64Array, { data, cols }: Matrix, j: number): void {
  for (let row = 0, at = j; row < values.length; row++, at += cols) data[at] = values[row] as number
}

/** Arithmetic mean; NaN for no numbers. */
export function mean(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/**
 * Quantile with linear interpolation between neighbours, as numpy and pandas take it by default.
 *
 * @param ascending at least one number, sorted
 * @param q         0 … 1
 */
export function quantile(ascending: Float64Array, q: number): number {
  const at = q * (ascending.length - 1)
  const below = Math.floor(at)
  const low = ascending[below] as number
  const high = ascending[Math.min(below + 1, ascending.length - 1)] as number
  const share = at - below
  // From the nearer end, as numpy does: the last digit hangs on it.
  return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share)
}

/**
 * The middle number, or the mean of the two in the middle.
 *
 * @param ascending at least one number, sorted
 */
export function median(ascending: Float64Array): number {
  const middle = ascending.length >> 1
  const high = ascending[middle] as number
  return ascending.length % 2 === 1 ? high : ((ascending[middle - 1] as number) + high) / 2
}
