/**
 * Rows that lie in blocks of any size, cut into parts for several threads.
 *
 * Sums are cut by the number of rows alone, so that they have the same bits however the rows came.
 */

/** At most so many partial sums, each of the size of the vocabulary. */
const MOST_PARTS = 8
/** Rows that make a part worth its while. */
const ROWS_A_PART = 32_768

/** Rows `from` … `to` − 1 of a block. */
export interface Stretch {
  readonly block: number
  readonly from: number
  readonly to: number
}

/** @param sizes rows of each block */
export function partsOfRows(sizes: readonly number[]): Stretch[][] {
  const rows = sizes.reduce((sum, size) => sum + size, 0)
  const count = Math.max(1, Math.min(MOST_PARTS, Math.round(rows / ROWS_A_PART)))
  const parts = Array.from({ length: count }, (): Stretch[] => [])
  let first = 0
  for (const [block, size] of sizes.entries()) {
    for (const [i, part] of parts.entries()) {
      const from = Math.max(0, Math.floor((i * rows) / count) - first)
      const to = Math.min(size, Math.floor(((i + 1) * rows) / count) - first)
      if (from < to) part.push({ block, from, to })
    }
    first += size
  }
  return parts.filter((part) => part.length > 0)
}
