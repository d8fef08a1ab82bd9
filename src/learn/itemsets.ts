/**
 * Itemsets that are frequent in baskets, as a tree, and how a search hands them over.
 *
 * The items that are frequent by themselves are ranked, rarest first; an itemset is the path of its items in ascending
 * rank, so what remains of it without its last item is its parent, and an itemset takes three numbers whatever its length.
 * All searches (eclat, fpgrowth, apriori, closed) fill the same tree, each in its own order.
 */
import { basketCount, type Baskets } from '../base/baskets.ts'

export interface SearchOptions {
  /** Baskets that an itemset must be in; from minCountOf. */
  readonly minCount: number
  /** Longer itemsets are left out. */
  readonly maxLength: number
  /** More itemsets than these are refused. */
  readonly maxItemsets: number
}

export interface Itemsets {
  /** Number of the item (in Baskets.names) of each rank. */
  readonly items: Int32Array
  /** Baskets searched. */
  readonly baskets: number
  /** For each itemset the one without its last item; −1 for one item. An itemset comes behind its parent. */
  readonly parent: Int32Array
  /** The rank of its last item, above those of its parent. */
  readonly rank: Int32Array
  /** Baskets it is in; 0 for one that is only there as the parent of others (closed and maximal itemsets). */
  readonly count: Int32Array
}

/** Raised when a search would give more itemsets than it may. */
export class TooManyItemsets extends Error {
  override readonly name = 'TooManyItemsets'
}

/** A support as the user states it: a number of baskets, or a share of them. */
export type Support = { readonly count: number } | { readonly share: number }

/**
 * The least count that meets a support: the smallest c ≥ 1 with c/n ≥ share.
 *
 * Tested by that very division, as a share times n is rounded: 0.28 · 25 = 7.000000000000001 would refuse 7 of 25.
 */
export function minCountOf(support: Support, baskets: number): number {
  if ('count' in support) return support.count
  let count = Math.max(1, Math.ceil(support.share * baskets))
  while (count > 1 && (count - 1) / baskets >= support.share) count--
  while (count / baskets < support.share) count++
  return count
}

/** Items frequent by themselves, rarest first (of equal ones the first by number), and their counts. */
export interface RankedItems {
  /** Number of the item of each rank. */
  readonly items: Int32Array
  readonly count: Int32Array
  /** Rank of each item; −1 for one that is not frequent. */
  readonly rankOf: Int32Array
}

/** @param isAllowed one entry an item: 0 leaves it out */
export function rankItems(baskets: Baskets, minCount: number, isAllowed?: Uint8Array): RankedItems {
  const counts = itemCounts(baskets)
  const frequent: number[] = []
  for (let item = 0; item < counts.length; item++) {
    if ((counts[item] as number) >= minCount && isAllowed?.[item] !== 0) frequent.push(item)
  }
  const items = Int32Array.from(frequent).sort(
    (a, b) => (counts[a] as number) - (counts[b] as number) || a - b,
  )
  const rankOf = new Int32Array(counts.length).fill(-1)
  items.forEach((item, rank) => (rankOf[item] = rank))
  return { items, count: items.map((item) => counts[item] as number), rankOf }
}

/** Baskets that each item is in. */
export function itemCounts({ names, item }: Baskets): Int32Array {
  const counts = new Int32Array(names.length)
  for (let e = 0; e < item.length; e++) {
    const one = item[e] as number
    counts[one] = (counts[one] as number) + 1
  }
  return counts
}

/** Takes down what a search finds. */
export class ItemsetTree {
  length = 0
  readonly #most: number
  #reported = 0
  #parent = new Int32Array(1 << 12)
  #rank = new Int32Array(1 << 12)
  #count = new Int32Array(1 << 12)

  constructor(most: number) {
    this.#most = most
  }

  /**
   * @param count 0 for an itemset that is only to be the parent of others
   * @returns its number, which its children name as their parent
   * @throws {TooManyItemsets}
   */
  add(parent: number, rank: number, count: number): number {
    if (count > 0 && ++this.#reported > this.#most) throw new TooManyItemsets()
    if (this.length === this.#parent.length) this.#grow()
    this.#parent[this.length] = parent
    this.#rank[this.length] = rank
    this.#count[this.length] = count
    return this.length++
  }

  /** All at once what `add` takes one by one; parents are numbers in this tree. @throws {TooManyItemsets} */
  append(parent: Int32Array, rank: Int32Array, count: Int32Array): void {
    this.#reported += count.length
    if (this.#reported > this.#most) throw new TooManyItemsets()
    const length = this.length + count.length
    while (length > this.#parent.length) this.#grow()
    this.#parent.set(parent, this.length)
    this.#rank.set(rank, this.length)
    this.#count.set(count, this.length)
    this.length = length
  }

  finish({ items }: RankedItems, baskets: Baskets): Itemsets {
    return {
      items,
      baskets: basketCount(baskets),
      parent: this.#parent.slice(0, this.length),
      rank: this.#rank.slice(0, this.length),
      count: this.#count.slice(0, this.length),
    }
  }

  #grow(): void {
    this.#parent = doubled(this.#parent)
    this.#rank = doubled(this.#rank)
    this.#count = doubled(this.#count)
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2)
  larger.set(values)
  return larger
}

/** How many items each itemset of the tree has. */
export function lengthsOf({ parent }: Itemsets): Int32Array {
  const lengths = new Int32Array(parent.length)
  for (let i = 0; i < parent.length; i++) {
    const before = parent[i] as number
    lengths[i] = before < 0 ? 1 : (lengths[before] as number) + 1
  }
  return lengths
}

/** The ranks of one itemset, ascending, into `target`; gives how many. */
export function ranksOf({ parent, rank }: Itemsets, itemset: number, target: Int32Array): number {
  let length = 0
  for (let at = itemset; at >= 0; at = parent[at] as number) target[length++] = rank[at] as number
  target.subarray(0, length).reverse()
  return length
}
