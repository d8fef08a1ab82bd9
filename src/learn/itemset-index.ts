/**
 * Finds itemsets in the tree: which one is this itemset and that item?
 *
 * In:  all frequent itemsets. Out: numbers of itemsets.
 * Cost: 8 to 16 bytes an itemset; a look-up is one hash.
 */
import type { Itemsets } from './itemsets.ts'

export class ItemsetIndex {
  readonly #parent: Int32Array
  readonly #rank: Int32Array
  /** Numbers of itemsets by their parent and last rank: open addressing, at most half full; −1 where free. */
  readonly #table: Int32Array

  constructor({ parent, rank }: Itemsets) {
    this.#parent = parent
    this.#rank = rank
    let size = 16
    while (size < 2 * parent.length) size *= 2
    this.#table = new Int32Array(size).fill(-1)
    for (let itemset = 0; itemset < parent.length; itemset++) {
      let slot = this.#slot(parent[itemset] as number, rank[itemset] as number)
      while (this.#table[slot] !== -1) slot = (slot + 1) & (size - 1)
      this.#table[slot] = itemset
    }
  }

  /**
   * The itemset of another one and an item of a higher rank than all of its own.
   *
   * @param itemset −1 for the empty one
   * @returns −1 when it is not frequent
   */
  extension(itemset: number, rank: number): number {
    let slot = this.#slot(itemset, rank)
    for (;;) {
      const found = this.#table[slot] as number
      if (found === -1 || (this.#parent[found] === itemset && this.#rank[found] === rank)) return found
      slot = (slot + 1) & (this.#table.length - 1)
    }
  }

  #slot(parent: number, rank: number): number {
    const hash = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(rank + 1, 0x85ebca6b)
    return (hash ^ (hash >>> 15)) & (this.#table.length - 1)
  }
}
