/**
 * FP-growth: frequent itemsets from a tree of the baskets, without candidates.
 *
 * In:  baskets, a least count.
 * Out: Itemsets; they and their counts do not depend on the algorithm.
 * Cost: a conditional tree for each itemset that more than one item may extend; memory: 16 bytes a node of the trees on
 *       one path of the search.
 *
 * Han, Pei & Yin, "Mining frequent patterns without candidate generation", SIGMOD 2000. A row is a path from the root, its
 * most frequent item first, and rows with a common beginning share it. The nodes of an item are chained; the paths above
 * them are the conditional pattern base, from which the tree of the itemsets that end in this item is grown.
 */
import type { Baskets } from '../base/baskets.ts'
import type { Steps } from '../base/steps.ts'
import { ItemsetTree, rankItems, type Itemsets, type SearchOptions } from './itemsets.ts'
import { rowsOf } from './rows.ts'

export function* fpgrowthSteps(
  baskets: Baskets,
  options: SearchOptions,
  isAllowed?: Uint8Array,
): Steps<Itemsets> {
  const ranked = rankItems(baskets, options.minCount, isAllowed)
  const { start, rank, weight } = rowsOf(baskets, ranked)
  const nodes = new Nodes()
  const tree = new FpTree(
    ranked.items.map((_, item) => item),
    ranked.count,
  )
  nodes.begin()
  for (let row = 0; row < weight.length; row++) {
    nodes.insert(tree, rank.subarray(start[row], start[row + 1]), weight[row] as number)
  }
  const growth = new Growth(options, nodes, ranked.items.length)
  for (let item = 0; item < ranked.items.length; item++) {
    growth.item(-1, 0, tree, item)
    yield
  }
  return growth.tree.finish(ranked, baskets)
}

/** The header of a tree: its items, rarest first, each with its count and the first of its nodes. */
class FpTree {
  readonly ranks: Int32Array
  readonly counts: Int32Array
  /** −1 for none. */
  readonly first: Int32Array

  constructor(ranks: Int32Array, counts: Int32Array) {
    this.ranks = ranks
    this.counts = counts
    this.first = new Int32Array(ranks.length).fill(-1)
  }
}

/** The nodes of all trees at work, those of the latest last, so that they go when it is done. */
class Nodes {
  length = 0
  /** Number in the header of its tree. */
  item = new Int32Array(1 << 12)
  /** −1 at the root. */
  parent = new Int32Array(1 << 12)
  count = new Int32Array(1 << 12)
  /** The next node of the same item; −1 for none. */
  next = new Int32Array(1 << 12)
  // Children by parent and item while a tree is built: open addressing, entries of trees before count as free.
  #child = new Int32Array(1 << 13)
  #builtBy = new Int32Array(1 << 13)
  #builds = 0
  #first = 0

  /** From here on nodes are of a new tree. */
  begin(): void {
    this.#builds++
    this.#first = this.length
  }

  /** Adds a path of items, given in ascending order, the last of them nearest to the root. */
  insert(tree: FpTree, path: Int32Array, count: number): void {
    let at = -1
    for (let p = path.length - 1; p >= 0; p--) {
      at = this.#childOf(tree, at, path[p] as number)
      this.count[at] = (this.count[at] as number) + count
    }
  }

  #childOf(tree: FpTree, parent: number, item: number): number {
    const mask = this.#child.length - 1
    let slot = hashOf(parent, item) & mask
    while (this.#builtBy[slot] === this.#builds) {
      const child = this.#child[slot] as number
      if (this.parent[child] === parent && this.item[child] === item) return child
      slot = (slot + 1) & mask
    }
    const node = this.#make(tree, parent, item)
    this.#child[slot] = node
    this.#builtBy[slot] = this.#builds
    if (2 * (this.length - this.#first) > this.#child.length) this.#rehash()
    return node
  }

  #make(tree: FpTree, parent: number, item: number): number {
    const node = this.length++
    if (node === this.item.length) {
      this.item = doubled(this.item)
      this.parent = doubled(this.parent)
      this.count = doubled(this.count)
      this.next = doubled(this.next)
    }
    this.item[node] = item
    this.parent[node] = parent
    this.count[node] = 0
    this.next[node] = tree.first[item] as number
    tree.first[item] = node
    return node
  }

  #rehash(): void {
    const size = this.#child.length * 2
    this.#child = new Int32Array(size)
    this.#builtBy = new Int32Array(size)
    for (let node = this.#first; node < this.length; node++) {
      let slot = hashOf(this.parent[node] as number, this.item[node] as number) & (size - 1)
      while (this.#builtBy[slot] === this.#builds) slot = (slot + 1) & (size - 1)
      this.#child[slot] = node
      this.#builtBy[slot] = this.#builds
    }
  }
}

function hashOf(parent: number, item: number): number {
  const hash = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(item + 1, 0x85ebca6b)
  return hash ^ (hash >>> 15)
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2)
  larger.set(values)
  return larger
}

class Growth {
  readonly tree: ItemsetTree
  readonly #minCount: number
  readonly #maxLength: number
  readonly #nodes: Nodes
  /** A number an item of the tree at hand, all 0 before and after: of many items a path holds few. */
  readonly #behind: Int32Array

  constructor({ minCount, maxLength, maxItemsets }: SearchOptions, nodes: Nodes, items: number) {
    this.tree = new ItemsetTree(maxItemsets)
    this.#minCount = minCount
    this.#maxLength = maxLength
    this.#nodes = nodes
    this.#behind = new Int32Array(items)
  }

  /** The itemsets of a prefix, one item of its tree, and items above it. */
  item(prefix: number, length: number, tree: FpTree, item: number): void {
    const itemset = this.tree.add(prefix, tree.ranks[item] as number, tree.counts[item] as number)
    if (length + 1 >= this.#maxLength) return
    const { kept, counts } = this.#keptAbove(tree, item)
    const [only] = kept
    if (only === undefined) return
    if (kept.length === 1) {
      this.tree.add(itemset, tree.ranks[only] as number, counts[0] as number)
      return
    }
    const from = this.#nodes.length
    const inner = this.#conditional(tree, item, kept, counts)
    for (let next = 0; next < kept.length; next++) this.item(itemset, length + 1, inner, next)
    this.#nodes.length = from
  }

  /** The items above an item that are frequent with it, in ascending order, and how often each is. */
  #keptAbove(tree: FpTree, item: number): { kept: Int32Array; counts: Int32Array } {
    const nodes = this.#nodes
    const behind = this.#behind
    const met: number[] = []
    for (let node = tree.first[item] as number; node >= 0; node = nodes.next[node] as number) {
      const count = nodes.count[node] as number
      for (let up = nodes.parent[node] as number; up >= 0; up = nodes.parent[up] as number) {
        const above = nodes.item[up] as number
        const before = behind[above] as number
        if (before === 0) met.push(above)
        behind[above] = before + count
      }
    }
    const kept = Int32Array.from(met.filter((above) => (behind[above] as number) >= this.#minCount)).sort()
    const counts = kept.map((above) => behind[above] as number)
    for (const above of met) behind[above] = 0
    return { kept, counts }
  }

  #conditional(tree: FpTree, item: number, kept: Int32Array, counts: Int32Array): FpTree {
    const nodes = this.#nodes
    // 1 + the number of an item in the new tree, where 0 stands for those that are left out.
    const numberOf = this.#behind
    for (let number = 0; number < kept.length; number++) numberOf[kept[number] as number] = number + 1
    const inner = new FpTree(
      kept.map((above) => tree.ranks[above] as number),
      counts,
    )
    const path = new Int32Array(kept.length)
    nodes.begin()
    for (let node = tree.first[item] as number; node >= 0; node = nodes.next[node] as number) {
      let length = 0
      for (let up = nodes.parent[node] as number; up >= 0; up = nodes.parent[up] as number) {
        const number = numberOf[nodes.item[up] as number] as number
        if (number > 0) path[length++] = number - 1
      }
      if (length > 0) nodes.insert(inner, path.subarray(0, length), nodes.count[node] as number)
    }
    for (const above of kept) numberOf[above] = 0
    return inner
  }
}
