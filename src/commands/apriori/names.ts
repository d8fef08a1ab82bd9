/** Itemsets as texts: their items in the order of their code points, joined. */
import { compareCodePoints } from '../../base/code-points.ts'
import type { WrittenItems } from '../../learn/itemset-order.ts'
import { ranksOf, type Itemsets } from '../../learn/itemsets.ts'

/** A text for each itemset that is asked for; each is made once. */
export class ItemsetNames {
  readonly #itemsets: Itemsets
  readonly #separator: string
  /** Names in the order of their code points, as they stand in a cell. */
  readonly #sorted: readonly string[]
  /** Place of each rank's name among them. */
  readonly #place: Int32Array
  readonly #made: (string | undefined)[]
  readonly #places: Int32Array
  /** Texts without surrogates are in the order of their code points as they are in JavaScript's own. */
  readonly #isPlain: boolean

  constructor(itemsets: Itemsets, names: readonly string[], separator: string) {
    this.#itemsets = itemsets
    this.#separator = separator
    const { names: written, place } = writtenItems(itemsets, names, separator)
    this.#sorted = written
    this.#place = place
    this.#made = new Array<string | undefined>(itemsets.parent.length)
    this.#places = new Int32Array(itemsets.items.length)
    this.#isPlain = !this.#sorted.some((name) => /[\ud800-\udfff]/.test(name))
  }

  /** @param itemset its number in the tree; −1 is the empty one */
  of(itemset: number): string {
    if (itemset < 0) return ''
    return (this.#made[itemset] ??= this.#textOf(itemset))
  }

  /** Order of two itemsets by their texts, by code point. */
  compare(a: number, b: number): number {
    const [one, other] = [this.of(a), this.of(b)]
    if (!this.#isPlain) return compareCodePoints(one, other)
    return one === other ? 0 : one < other ? -1 : 1
  }

  itemsOf(itemset: number): number[] {
    return itemsOf(this.#itemsets, itemset)
  }

  /** Few items, so their places are put in order one by one. */
  #textOf(itemset: number): string {
    const { parent, rank } = this.#itemsets
    const places = this.#places
    let length = 0
    for (let at = itemset; at >= 0; at = parent[at] as number) {
      const place = this.#place[rank[at] as number] as number
      let to = length++
      for (; to > 0 && (places[to - 1] as number) > place; to--) places[to] = places[to - 1] as number
      places[to] = place
    }
    let text = this.#sorted[places[0] as number] as string
    for (let i = 1; i < length; i++) text += this.#separator + (this.#sorted[places[i] as number] as string)
    return text
  }
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
