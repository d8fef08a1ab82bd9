/** Designs over plain arrays, for tests. */
import { decimalTail } from '../../src/base/double-double.ts'
import type { Design } from '../../src/base/design.ts'

/** The rows of x, their targets and weights; doubles stand for the decimals that they print as. */
export function arrayDesign(
  x: readonly (readonly number[])[],
  y: readonly number[],
  weights?: readonly number[],
): Design {
  const columns = x[0]?.length ?? 0
  return {
    rows: y.length,
    columns,
    isWeighted: weights !== undefined,
    fill(from, rows, { high, low, capacity }) {
      for (let i = 0; i < rows; i++) {
        const row = [...(x[from + i] ?? []), y[from + i] as number, weights?.[from + i] ?? 1]
        row.forEach((value, j) => {
          high[j * capacity + i] = value
          if (low !== undefined) low[j * capacity + i] = decimalTail(value)
        })
      }
    },
  }
}
