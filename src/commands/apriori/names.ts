/** Itemsets as texts: their items in the order of their code points, joined. */
import { compareCodePoints } from '../../base/code-points.ts'
import { orderItemsets, type WrittenItems } from '../../learn/itemset-order.ts'
import { ranksOf, type Itemsets } from '../../learn/itemsets.ts'

/** The texts of some itemsets, and their order. */
export class ItemsetNames {
  readonly #itemsets: Itemsets
  readonly #texts: readonly string[]
  /** Row of each itemset among the texts, from 1 on; 0 for the others. */
  readonly #row: Int32Array

  /** @param used the itemsets to be named, which may stand there twice; −1 is the empty one */
  constructor(itemsets: Itemsets, names: readonly string[], separator: string, used: readonly Int32Array[]) {
    this.#itemsets = itemsets
    this.#row = new Int32Array(itemsets.parent.length)
    const wanted = differentOf(used, itemsets.parent.length)
    const { order, texts } = orderItemsets(itemsets, wanted, writtenItems(itemsets, names, separator), 'text')
    this.#texts = texts
    for (let row = 0; row < order.length; row++) this.#row[order[row] as number] = row + 1
  }

  /** @param itemset its number in the tree; −1 is the empty one */
  of(itemset: number): string {
    return itemset < 0 ? '' : (this.#texts[(this.#row[itemset] as number) - 1] as string)
  }

  /** Order of two itemsets by their texts, by code point. */
  compare(a: number, b: number): number {
    return (a < 0 ? 0 : (this.#row[a] as number)) - (b < 0 ? 0 : (this.#row[b] as number))
  }

  itemsOf(itemset: number): number[] {
    return itemsOf(this.#itemsets, itemset)
  }
}

function differentOf(used: readonly Int32Array[], itemsets: number): Int32Array {
  const isUsed = new Uint8Array(itemsets)
  const different = new Int32Array(itemsets)
  let found = 0
  for (const some of used) {
    for (let i = 0; i < some.length; i++) {
      const itemset = some[i] as number
      if (itemset < 0 || isUsed[itemset] === 1) continue
      isUsed[itemset] = 1
      different[found++] = itemset
    }
  }
  return different.subarray(0, found)
}

/** The items of all ranks as they stand in a cell, in the order of their names by code points; and each rank's place. */
export function writtenItems({ items }: Itemsets, names: readonly string[], separator: string): WrittenItems {
  const ofRank = Array.from(items, (item) => names[item] as string)
  const sorted = ofRank.map((_, rank) => rank)
  sorted.sort((a, b) => compareCodePoints(ofRank[a] as string, ofRank[b] as string))
  const place = new Int32Array(ofRank.length)
  sorted.forEach((rank, at) => (place[rank] = at))
  return { names: sorted.map((rank) => quoted(ofRank[rank] as string, separator)), place, separator }
}

/** Numbers of an itemset's items. */
export function itemsOf(itemsets: Itemsets, itemset: number): number[] {
  const ranks = new Int32Array(itemsets.items.length)
  const length = ranksOf(itemsets, itemset, ranks)
  return Array.from(ranks.subarray(0, length), (rank) => itemsets.items[rank] as number)
}

/** An item that holds the separator or starts with a quote stands in quotes, so that the cell can be taken apart. */
export function quoted(name: string, separator: string): string {
  return name.includes(separator) || name.startsWith('"') ? `"${name.replaceAll('"', '""')}"` : name
}
