/**
 * The table of numbers that a regression works on: its columns are made from those of the data a block of rows at a
 * time, so that dummies, products and powers of a million rows are never all in memory.
 */
import { decimalTails } from './double-double.ts'
import { ShapeError } from './errors.ts'
import type { Matrix } from './matrix.ts'

export interface Design {
  readonly rows: number
  /** Columns that explain, without the intercept. */
  readonly columns: number
  /** Rows `from` … `from + rows − 1`: the columns that explain, then the target, then the weights where there are. */
  fill(from: number, rows: number, block: DesignBlock): void
  /** Whether rows have weights. */
  readonly isWeighted: boolean
}

/** Room for a block of rows: number i of column j stands at j · capacity + i. */
export interface DesignBlock {
  readonly capacity: number
  readonly high: Float64Array
  /** What the numbers in `high` lack of the exact ones, where that is wanted (double-double.ts). */
  readonly low: Float64Array | undefined
}

/** @param exact with room for what doubles lack of the exact numbers */
export function designBlock(design: Design, capacity: number, exact: boolean): DesignBlock {
  const size = (design.columns + 2) * capacity
  return { capacity, high: new Float64Array(size), low: exact ? new Float64Array(size) : undefined }
}

/** A matrix and its target as they are. @param weights one a row, above 0 */
export function matrixDesign(
  { rows, cols, data }: Matrix,
  target: Float64Array,
  weights?: Float64Array,
): Design {
  if (target.length !== rows || (weights !== undefined && weights.length !== rows)) {
    throw new ShapeError(`${rows} rows need as many targets and weights`)
  }
  const tails: Float64Array[] = []
  const tailsOf = (j: number) =>
    (tails[j] ??= decimalTails(
      j < cols ? Float64Array.from({ length: rows }, (_, i) => data[i * cols + j] as number) : target,
    ))
  return {
    rows,
    columns: cols,
    isWeighted: weights !== undefined,
    fill(from, count, { high, low, capacity }) {
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= cols; j++) {
          const value = (j < cols ? data[(from + i) * cols + j] : target[from + i]) as number
          high[j * capacity + i] = value
          if (low !== undefined) low[j * capacity + i] = tailsOf(j)[from + i] as number
        }
        if (weights !== undefined) high[(cols + 1) * capacity + i] = weights[from + i] as number
      }
    },
  }
}
