/**
 * Eclat: frequent itemsets depth first, from the baskets that each item is in.
 *
 * In:  baskets, a least count.
 * Out: Itemsets; they and their counts do not depend on the algorithm.
 * Cost: each itemset is looked at once, with the items that may extend it; memory: the baskets three times, and the sets
 *       of one path of the search.
 *
 * Zaki, "Scalable algorithms for association mining", IEEE TKDE 12(3), 2000. The search itself is a kernel
 * (kernels/eclat.ts): a small job is over before its JavaScript would have been compiled well. An item's baskets are a
 * list of places while they are few among many, and the candidates of a class are counted by walking them ("occurrence
 * deliver" of Uno, Kiyomi & Arimura, "LCM ver. 2", FIMI 2004). As soon as a class is dense enough, its sets are bits over
 * the baskets of its own prefix alone, so that a meeting takes one AND and one population count for 128 baskets; deep in a
 * class whose prefix has become rare, they are narrowed to its baskets again. Sets of bits over a prefix's own baskets
 * take the part of Zaki & Gouda's diffsets (KDD 2003): they shrink with the prefix, and a dense class costs no more than a
 * sparse one.
 */
import type { Baskets } from '../base/baskets.ts'
import type { Steps } from '../base/steps.ts'
import type { EclatKernel } from '../kernels/eclat.ts'
import { wasmEclat } from '../kernels/wasm-eclat.ts'
import { ItemsetTree, rankItems, type Itemsets, type SearchOptions } from './itemsets.ts'

/** A turn costs some microseconds, and the itemsets of an item take milliseconds at most. */
const ITEMS_A_TURN = 8

export function* eclatSteps(
  baskets: Baskets,
  { minCount, maxLength, maxItemsets }: SearchOptions,
  isAllowed?: Uint8Array,
  kernel: EclatKernel = wasmEclat,
): Steps<Itemsets> {
  const ranked = rankItems(baskets, minCount, isAllowed)
  const { start, item } = baskets
  const { rankOf, count } = ranked
  const tree = new ItemsetTree(maxItemsets)
  const search = kernel({
    start,
    item,
    rankOf,
    count,
    minCount,
    maxLength,
    take: (...found) => {
      tree.append(...found)
    },
  })
  for (let rank = 0; rank < count.length; rank++) {
    search.item(rank)
    if (rank % ITEMS_A_TURN === 0) yield
  }
  search.finish()
  return tree.finish(ranked, baskets)
}
