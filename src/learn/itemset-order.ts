/**
 * Itemsets in the order in which they are told: the most frequent (or the longest) first, then by their texts; or by
 * these alone.
 *
 * In:  itemsets, which of them, and how items are written. Out: their numbers and texts, row by row.
 * Cost: O(m log m) for m itemsets; their texts in memory twice.
 */
import type { ItemsetOrder, ItemsetTextKernel, ItemsetTexts } from '../kernels/itemset-texts.ts'
import { wasmItemsetTexts } from '../kernels/wasm-itemset-texts.ts'
import type { Itemsets } from './itemsets.ts'

/** How items are written. */
export interface WrittenItems {
  /** In the order that they have within a text. */
  readonly names: readonly string[]
  /** Where in that order the item of each rank stands. */
  readonly place: Int32Array
  /** Between two of them. */
  readonly separator: string
}

export function orderItemsets(
  { parent, rank, count }: Itemsets,
  wanted: Int32Array,
  written: WrittenItems,
  by: ItemsetOrder,
  kernel: ItemsetTextKernel = wasmItemsetTexts,
): ItemsetTexts {
  return kernel({ parent, rank, count, ...written, wanted, by })
}
