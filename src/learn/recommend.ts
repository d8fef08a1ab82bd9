/**
 * What a basket lacks that its items point to.
 *
 * In:  rules of one item on the right, and baskets, which need not be those that the rules come from.
 * Out: for each basket the items on the right of rules whose left side it holds, and that it has not. An item's score is
 *      the confidence of its best rule: of equally sure ones that of the larger lift, then of the larger support, then the
 *      one found first.
 * Cost: a walk of each basket down the tree of left sides, as far as it holds them.
 */
import { basketCount, type Baskets } from '../base/baskets.ts'
import type { Steps } from '../base/steps.ts'
import { ItemsetIndex } from './itemset-index.ts'
import type { Itemsets } from './itemsets.ts'
import type { RuleSides } from './rules.ts'

export interface Recommendations {
  /** Baskets in their order; within a basket the best score first. */
  readonly basket: Int32Array
  /** Number of the rule that is the reason. */
  readonly rule: Int32Array
}

const BASKETS_A_TURN = 1 << 12

/**
 * @param rankOf of each item of `baskets`; −1 for one that no rule knows
 * @param most   items for a basket at most
 */
export function* recommendSteps(
  itemsets: Itemsets,
  rules: RuleSides,
  baskets: Baskets,
  rankOf: Int32Array,
  most: number,
): Steps<Recommendations> {
  const recommender = new Recommender(itemsets, rules)
  const basket: number[] = []
  const rule: number[] = []
  const { start, item } = baskets
  for (let b = 0; b < basketCount(baskets); b++) {
    const ranks = item.subarray(start[b], start[b + 1]).map((one) => rankOf[one] as number)
    for (const best of recommender.forBasket(ranks.filter((rank) => rank >= 0).sort()).slice(0, most)) {
      basket.push(b)
      rule.push(best)
    }
    if (b % BASKETS_A_TURN === 0) yield
  }
  return { basket: Int32Array.from(basket), rule: Int32Array.from(rule) }
}

class Recommender {
  readonly #itemsets: Itemsets
  readonly #rules: RuleSides
  readonly #index: ItemsetIndex
  /** Whether an itemset is the beginning of a left side, or one. */
  readonly #leads: Uint8Array
  /** Rules by left side: those of itemset s are order[start[s+1]] … order[start[s+2]−1], of the empty one at 0. */
  readonly #start: Int32Array
  readonly #order: Int32Array
  /** Of each rank the best rule so far, for the basket at hand; −1 for none. */
  readonly #best: Int32Array
  #found: number[] = []

  constructor(itemsets: Itemsets, rules: RuleSides) {
    const { parent, items } = itemsets
    this.#itemsets = itemsets
    this.#rules = rules
    this.#index = new ItemsetIndex(itemsets)
    this.#best = new Int32Array(items.length).fill(-1)
    this.#leads = new Uint8Array(parent.length)
    this.#start = new Int32Array(parent.length + 2)
    for (const left of rules.left) {
      this.#start[left + 2] = (this.#start[left + 2] as number) + 1
      for (let at = left; at >= 0 && this.#leads[at] === 0; at = parent[at] as number) this.#leads[at] = 1
    }
    for (let s = 1; s < this.#start.length; s++) {
      this.#start[s] = (this.#start[s] as number) + (this.#start[s - 1] as number)
    }
    const next = this.#start.slice()
    this.#order = new Int32Array(rules.left.length)
    rules.left.forEach((left, rule) => {
      const to = next[left + 1] as number
      this.#order[to] = rule
      next[left + 1] = to + 1
    })
  }

  /** @param ranks ascending @returns rules, the best first */
  forBasket(ranks: Int32Array): number[] {
    this.#found = []
    this.#take(-1, ranks)
    this.#down(-1, ranks, 0)
    const rules = this.#found.map((rank) => this.#best[rank] as number)
    for (const rank of this.#found) this.#best[rank] = -1
    return rules.sort((a, b) => this.#compare(a, b))
  }

  #down(itemset: number, ranks: Int32Array, from: number): void {
    for (let r = from; r < ranks.length; r++) {
      const longer = this.#index.extension(itemset, ranks[r] as number)
      if (longer < 0 || this.#leads[longer] === 0) continue
      this.#take(longer, ranks)
      this.#down(longer, ranks, r + 1)
    }
  }

  /** The rules of one left side. */
  #take(left: number, ranks: Int32Array): void {
    const end = this.#start[left + 2] as number
    for (let o = this.#start[left + 1] as number; o < end; o++) {
      const rule = this.#order[o] as number
      const rank = this.#itemsets.rank[this.#rules.right[rule] as number] as number
      if (ranks.includes(rank)) continue
      const best = this.#best[rank] as number
      if (best < 0) this.#found.push(rank)
      if (best < 0 || this.#compare(rule, best) < 0) this.#best[rank] = rule
    }
  }

  /** Below 0 where rule a is the better one. */
  #compare(a: number, b: number): number {
    const { count } = this.#itemsets
    const { whole, left, right } = this.#rules
    const of = (rule: number) => {
      const side = left[rule] as number
      const both = count[whole[rule] as number] as number
      const confidence = both / (side < 0 ? this.#itemsets.baskets : (count[side] as number))
      return { both, confidence, lift: confidence / (count[right[rule] as number] as number) }
    }
    const [one, other] = [of(a), of(b)]
    return other.confidence - one.confidence || other.lift - one.lift || other.both - one.both || a - b
  }
}
