/**
 * The table of numbers that the algorithms work on.
 *
 * Row-major, so that one row's numbers lie side by side: entry (i, j) is data[i * cols + j].
 */
import { ShapeError } from './errors.ts'

export interface Matrix {
  readonly rows: number
  readonly cols: number
  /** rows × cols numbers, row-major. */
  readonly data: Float64Array
}

/** A matrix of rows × cols zeros, or over the numbers given. @throws {ShapeError} when they do not fit. */
export function matrix(
  rows: number,
  cols: number,
  data: Float64Array = new Float64Array(rows * cols),
): Matrix {
  if (data.length !== rows * cols) {
    throw new ShapeError(`${rows} × ${cols} needs ${rows * cols} numbers, got ${data.length}`)
  }
  return { rows, cols, data }
}

/** A matrix from rows of equal length. @throws {ShapeError} when a row is longer or shorter than the first. */
export function matrixOf(rows: readonly (readonly number[])[]): Matrix {
  const cols = rows[0]?.length ?? 0
  const data = new Float64Array(rows.length * cols)
  rows.forEach((row, i) => {
    if (row.length !== cols) throw new ShapeError(`row ${i} has ${row.length} numbers, row 0 has ${cols}`)
    data.set(row, i * cols)
  })
  return { rows: rows.length, cols, data }
}
