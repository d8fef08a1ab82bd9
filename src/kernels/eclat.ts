/**
 * The search of eclat, item by item: the itemsets that begin with an item, from the baskets that hold it.
 *
 * In:  baskets, and the items that are frequent by themselves by rank; an itemset is its items in ascending rank.
 * Out: itemsets depth first, each behind the one without its last item, with the number of baskets that hold it.
 *
 * plain-eclat.ts says in plain TypeScript what wasm-eclat.ts does with SIMD; they give the same in the same order.
 */
export interface EclatQuestion {
  /** Basket b holds item[start[b]] … item[start[b+1]−1]. */
  readonly start: Int32Array
  readonly item: Int32Array
  /** Rank of each item; −1 for one that is left out. */
  readonly rankOf: Int32Array
  /** Baskets that each rank is in; all of them at least `minCount`. */
  readonly count: Int32Array
  readonly minCount: number
  /** Longer itemsets are left out. */
  readonly maxLength: number
  /**
   * Takes itemsets as they are found: the number of the one without its last item (−1 for none; they are numbered as
   * they come, from 0 on), the rank of the last item, and the baskets. The arrays are valid until it has answered; what it throws ends the search.
   */
  take(parent: Int32Array, rank: Int32Array, count: Int32Array): void
}

export interface EclatSearch {
  /** Looks for the itemsets whose first item is of this rank; ranks come in ascending order. */
  item(rank: number): void
  /** Hands over what has not been yet. */
  finish(): void
}

export type EclatKernel = (question: EclatQuestion) => EclatSearch
