/**
 * Eclat: frequent itemsets depth first, from the baskets that each item is in.
 *
 * In:  baskets, a least count.
 * Out: Itemsets; they and their counts do not depend on the algorithm.
 * Cost: each itemset is looked at once, with the items that may extend it; memory: the baskets twice, and the sets of
 *       one path of the search.
 *
 * Zaki, "Scalable algorithms for association mining", IEEE TKDE 12(3), 2000. An item's baskets are a list of places while
 * they are few among many, and the candidates of a class are counted by walking them ("occurrence deliver" of Uno, Kiyomi
 * & Arimura, "LCM ver. 2", FIMI 2004). As soon as a class is dense enough, its sets are bits over the baskets of its own
 * prefix alone, so that a meeting takes one AND and one population count for 128 baskets; deep in a class whose prefix has
 * become rare, they are narrowed to its baskets again. Sets of bits over a prefix's own baskets take the part of Zaki &
 * Gouda's diffsets (KDD 2003): they shrink with the prefix, and a dense class costs no more than a sparse one.
 */
import type { Baskets } from '../base/baskets.ts'
import type { Steps } from '../base/steps.ts'
import type { Bitsets } from '../kernels/bitsets.ts'
import { WasmBitsets } from '../kernels/wasm-bitsets.ts'
import {
  isWorthNarrowing,
  laySets,
  narrowSets,
  suitsBits,
  wholeVectors,
  type ClassSets,
} from './class-bits.ts'
import { ItemsetTree, rankItems, type Itemsets, type SearchOptions } from './itemsets.ts'
import { END, occurrencesOf, placesOf, type Occurrences, type Plane } from './occurrences.ts'
import { rowsOf } from './rows.ts'

export function* eclatSteps(
  baskets: Baskets,
  options: SearchOptions,
  isAllowed?: Uint8Array,
  bitsets: Bitsets = new WasmBitsets(),
): Steps<Itemsets> {
  const ranked = rankItems(baskets, options.minCount, isAllowed)
  const rows = rowsOf(baskets, ranked)
  const search = new Eclat(options, bitsets)
  const all = occurrencesOf(rows, ranked.items.length)
  yield* search.classes(
    -1,
    0,
    all,
    ranked.items.map((_, rank) => rank),
    ranked.count,
  )
  return search.tree.finish(ranked, baskets)
}

class Eclat {
  readonly tree: ItemsetTree
  readonly #minCount: number
  readonly #maxLength: number
  readonly #bitsets: Bitsets

  constructor({ minCount, maxLength, maxItemsets }: SearchOptions, bitsets: Bitsets) {
    this.tree = new ItemsetTree(maxItemsets)
    this.#minCount = minCount
    this.#maxLength = maxLength
    this.#bitsets = bitsets
  }

  /**
   * The itemsets of a prefix and one or more of the items that occur behind it.
   *
   * @param prefix its number in the tree, −1 for none
   * @param length of the prefix
   * @param ranks  of the items, ascending
   * @param counts baskets with the prefix and each item
   */
  *classes(
    prefix: number,
    length: number,
    occurrences: Occurrences,
    ranks: Int32Array,
    counts: Int32Array,
  ): Steps<void> {
    const items = ranks.length
    const behind = new Int32Array(items)
    for (let i = 0; i < items; i++) {
      const itemset = this.tree.add(prefix, ranks[i] as number, counts[i] as number)
      if (length + 1 >= this.#maxLength || i === items - 1) continue
      const entries = countBehind(occurrences, i, behind)
      const kept = this.#frequent(behind, i + 1)
      if (kept.length === 0) continue
      const keptCounts = kept.map((item) => behind[item] as number)
      const keptRanks = kept.map((item) => ranks[item] as number)
      if (kept.length === 1) {
        this.tree.add(itemset, keptRanks[0] as number, keptCounts[0] as number)
      } else if (suitsBits(rowsOfItem(occurrences, i), kept.length, entries)) {
        const sets = laySets(this.#bitsets, occurrences, i, kept, 'behind')
        this.#search(itemset, length + 1, sets, keptRanks, keptCounts)
      } else {
        const fewer = occurrencesBehind(occurrences, i, kept, entries)
        yield* this.classes(itemset, length + 1, fewer, keptRanks, keptCounts)
      }
      if (length === 0) yield
    }
  }

  /** The same, where the items' sets are bits. */
  #search(prefix: number, length: number, sets: ClassSets, ranks: Int32Array, counts: Int32Array): void {
    const { tree } = this
    const bitsets = this.#bitsets
    const items = ranks.length
    const met = wholeVectors(sets.free)
    for (let i = 0; i < items; i++) {
      const itemset = tree.add(prefix, ranks[i] as number, counts[i] as number)
      const others = items - 1 - i
      if (length + 1 >= this.#maxLength || others === 0) continue
      const target = wholeVectors(met + 2 * others)
      bitsets.reserve(target + others * sets.length)
      const one = sets.at + i * sets.length
      const kept = bitsets.meet(
        one,
        one + sets.length,
        others,
        sets.length,
        sets.weights,
        this.#minCount,
        target,
        met,
      )
      const { words } = bitsets
      if (kept === 1)
        tree.add(itemset, ranks[i + 1 + (words[met] as number)] as number, words[met + 1] as number)
      if (kept < 2) continue
      const keptRanks = new Int32Array(kept)
      const keptCounts = new Int32Array(kept)
      for (let k = 0; k < kept; k++) {
        keptRanks[k] = ranks[i + 1 + (words[met + 2 * k] as number)] as number
        keptCounts[k] = words[met + 2 * k + 1] as number
      }
      let inner: ClassSets = { ...sets, at: target, free: target + kept * sets.length }
      if (isWorthNarrowing(counts[i] as number, sets.length, kept)) {
        const places = Array.from(keptRanks, (_, k) => target + k * sets.length)
        inner = narrowSets(bitsets, one, sets, places, inner.free)
      }
      this.#search(itemset, length + 1, inner, keptRanks, keptCounts)
    }
  }

  #frequent(counts: Int32Array, from: number): Int32Array<ArrayBuffer> {
    let kept = 0
    const found = new Int32Array(counts.length - from)
    for (let i = from; i < counts.length; i++) if ((counts[i] as number) >= this.#minCount) found[kept++] = i
    return found.slice(0, kept)
  }
}

/**
 * How many baskets hold item i and each item behind it; gives the number of entries that were looked at.
 *
 * @param counts written from entry i+1 on
 */
function countBehind({ item, planes, start, place }: Occurrences, i: number, counts: Int32Array): number {
  counts.fill(0, i + 1)
  let entries = 0
  let o = start[i] as number
  const end = start[i + 1] as number
  for (const { weight, end: planeEnd } of planes) {
    for (; o < end && (place[o] as number) < planeEnd; o++) {
      for (let at = (place[o] as number) + 1; ; at++) {
        const other = item[at] as number
        if (other === END) break
        counts[other] = (counts[other] as number) + weight
        entries++
      }
    }
  }
  return entries
}

function rowsOfItem({ start }: Occurrences, i: number): number {
  return (start[i + 1] as number) - (start[i] as number)
}

/**
 * What stands behind item i in its rows, of the items kept alone, which are numbered anew.
 *
 * @param entries that stand behind it in all
 */
function occurrencesBehind(
  occurrences: Occurrences,
  i: number,
  kept: Int32Array,
  entries: number,
): Occurrences {
  const { item, planes, start, place } = occurrences
  const numberOf = new Int32Array(start.length - 1).fill(-1)
  kept.forEach((one, number) => (numberOf[one] = number))
  const behind = new Int32Array(1 + entries + rowsOfItem(occurrences, i))
  behind[0] = END
  let filled = 1
  const newPlanes: Plane[] = []
  let o = start[i] as number
  const end = start[i + 1] as number
  for (const { weight, end: planeEnd } of planes) {
    const before = filled
    for (; o < end && (place[o] as number) < planeEnd; o++) {
      const rowStart = filled
      for (let at = (place[o] as number) + 1; ; at++) {
        const other = item[at] as number
        if (other === END) break
        const number = numberOf[other] as number
        if (number >= 0) behind[filled++] = number
      }
      if (filled > rowStart) behind[filled++] = END
    }
    if (filled > before) newPlanes.push({ weight, end: filled })
  }
  const left = behind.slice(0, filled)
  return { item: left, planes: newPlanes, ...placesOf(left, kept.length) }
}
