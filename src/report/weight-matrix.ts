/** Weights for a file of their own. */
import type { SparseRows } from '../learn/terms.ts'

/** A row a text, a column a term. */
export interface WeightMatrix {
  readonly file: string
  /** In blocks; of each row the columns ascend. */
  readonly rows: readonly SparseRows<Float64Array>[]
  /** Of the columns. */
  readonly names: readonly string[]
  /** The column of the table that the rows are the texts of. */
  readonly of: string
}
