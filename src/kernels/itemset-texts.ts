/**
 * Itemsets as texts, in order: by their texts, or before that the most frequent first, or the longest.
 *
 * In:  itemsets as a tree, and how their items are written. Out: rows.
 *
 * plain-itemset-texts.ts says in plain TypeScript what wasm-itemset-texts.ts does compiled; they agree in every row.
 */
export interface ItemsetTextQuestion {
  /** By itemset: the one without its last item (−1 for none), the rank of that item, and what it is ordered by. */
  readonly parent: Int32Array
  readonly rank: Int32Array
  readonly count: Int32Array
  /** Items as they stand in a text, in their order within one. */
  readonly names: readonly string[]
  /** Where in that order the item of each rank stands. */
  readonly place: Int32Array
  readonly separator: string
  /** Numbers of the itemsets that are wanted. */
  readonly wanted: Int32Array
  readonly by: ItemsetOrder
}

/** What decides first, largest first: nothing, the count, or the length and then the count. */
export type ItemsetOrder = 'text' | 'count' | 'length'

export interface ItemsetTexts {
  /** Numbers of the itemsets; of those that are alike in what decides, those first whose text comes first by code points. */
  readonly order: Int32Array
  readonly texts: readonly string[]
}

export type ItemsetTextKernel = (question: ItemsetTextQuestion) => ItemsetTexts
