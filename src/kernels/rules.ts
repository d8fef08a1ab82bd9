/**
 * Parts frequent itemsets into two sides and keeps the pairs that are sure enough.
 *
 * In:  all frequent itemsets as a tree, and what a rule must have.
 * Out: rules as numbers of itemsets, in the order of the itemsets of both sides together; and which of them have the same
 *      counts, as whatever is computed from those need be computed once.
 *
 * plain-rules.ts says in plain TypeScript what wasm-rules.ts does compiled; they give the same in the same order.
 */
export interface RuleQuestion {
  /** By itemset: the one without its last item (−1 for none), the rank of that item, and its baskets. */
  readonly parent: Int32Array
  readonly rank: Int32Array
  readonly count: Int32Array
  /** How many ranks there are. */
  readonly items: number
  readonly baskets: number
  readonly minConfidence: number
  /** Items on the right side at most. */
  readonly maxRight: number
  /** Items of a rule at least; with 1 the left side may be empty. */
  readonly minLength: number
  /** One entry a rank: 0 keeps an item off that side; undefined for no such limit. */
  readonly leftAllowed?: Uint8Array | undefined
  readonly rightAllowed?: Uint8Array | undefined
  /** Items that every rule holds, by rank. */
  readonly needed?: readonly number[] | undefined
  /** Leave out a rule when one with fewer items on the left, and the same right side, is as sure. */
  readonly noRedundant?: boolean | undefined
  /** Takes rules as they are found; a left side of −1 is empty. The arrays are valid until it has answered. */
  take(whole: Int32Array, left: Int32Array, right: Int32Array, group: Int32Array): void
}

/** Rules of the same counts and the same length are a group; groups are numbered as their first rule is found. */
export interface CountGroups {
  /** By group: baskets with the left side, with the right one, with both. */
  readonly a: Int32Array
  readonly c: Int32Array
  readonly x: Int32Array
  /** By group: items on both sides together. */
  readonly length: Int32Array
  /** By group: how many rules it has. */
  readonly rules: Int32Array
}

export interface RuleSearch {
  /** Parts the itemsets from … to−1. */
  itemsets(from: number, to: number): void
  /** Hands over what has not been yet. */
  finish(): { readonly groups: CountGroups; readonly best: BestTried }
}

/** The surest of what was tried and is not sure enough, the first of equal ones; −1 for none. */
export interface BestTried {
  readonly confidence: number
  readonly whole: number
  readonly left: number
  readonly right: number
}

export type RuleKernel = (question: RuleQuestion) => RuleSearch
