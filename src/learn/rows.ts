/**
 * Baskets made ready for a search: frequent items alone, as ranks, and baskets that are alike taken together.
 *
 * In:  baskets and their ranked items.
 * Out: rows, each the ascending ranks of at least two items and the number of baskets that it stands for.
 * Cost: O(items in baskets), and one hash of each basket.
 *
 * A basket of fewer than two frequent items tells nothing beyond the counts of single items, which are known.
 */
import { basketCount, type Baskets } from '../base/baskets.ts'
import type { RankedItems } from './itemsets.ts'

export interface Rows {
  /** Row r holds rank[start[r]] … rank[start[r+1]−1]. */
  readonly start: Int32Array
  readonly rank: Int32Array
  /** Baskets that each row stands for. */
  readonly weight: Int32Array
}

export function rowsOf(baskets: Baskets, { rankOf }: RankedItems): Rows {
  const count = basketCount(baskets)
  const { start: from, item } = baskets
  const start = new Int32Array(count + 1)
  const weight = new Int32Array(count)
  const rank = new Int32Array(item.length)
  // Rows by hash, open addressing, at most half full.
  const mask = tableSize(2 * count) - 1
  const table = new Int32Array(mask + 1).fill(-1)
  let rows = 0
  let end = 0
  for (let b = 0; b < count; b++) {
    const at = end
    for (let e = from[b] as number; e < (from[b + 1] as number); e++) {
      const r = rankOf[item[e] as number] as number
      if (r >= 0) rank[end++] = r
    }
    if (end - at < 2) {
      end = at
      continue
    }
    sortSmall(rank, at, end)
    let slot = hashOf(rank, at, end) & mask
    let same = table[slot] as number
    while (same >= 0 && !isSame(rank, start[same] as number, start[same + 1] as number, at, end)) {
      slot = (slot + 1) & mask
      same = table[slot] as number
    }
    if (same >= 0) {
      weight[same] = (weight[same] as number) + 1
      end = at
      continue
    }
    table[slot] = rows
    weight[rows] = 1
    start[++rows] = end
  }
  return { start: start.subarray(0, rows + 1), rank: rank.subarray(0, end), weight: weight.subarray(0, rows) }
}

function tableSize(least: number): number {
  let size = 16
  while (size < least) size *= 2
  return size
}

function hashOf(values: Int32Array, from: number, to: number): number {
  let hash = to - from
  for (let i = from; i < to; i++) {
    hash = Math.imul(hash ^ (values[i] as number), 0x9e3779b1)
    hash ^= hash >>> 15
  }
  return hash
}

function isSame(values: Int32Array, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false
  for (let i = from, j = otherFrom; i < to; i++, j++) if (values[i] !== values[j]) return false
  return true
}

/** By insertion where there are few, as in most baskets: a call of sort costs more than that. */
function sortSmall(values: Int32Array, from: number, to: number): void {
  if (to - from > 40) {
    values.subarray(from, to).sort()
    return
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i] as number
    let j = i
    while (j > from && (values[j - 1] as number) > value) {
      values[j] = values[j - 1] as number
      j--
    }
    values[j] = value
  }
}
