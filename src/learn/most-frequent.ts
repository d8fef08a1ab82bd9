/**
 * The most frequent item, and the two items that are most often together: how far a search that found nothing was off.
 *
 * In:  baskets. Out: items by number, and their counts.
 * Cost: a walk of the baskets of the frequent items, until none can be in a better pair.
 */
import type { Baskets } from '../base/baskets.ts'
import { rankItems } from './itemsets.ts'
import { END, occurrencesOf } from './occurrences.ts'
import { rowsOf } from './rows.ts'

export interface Frequent {
  readonly items: readonly number[]
  readonly count: number
}

/** Undefined where no basket holds anything. */
export function mostFrequentItem(baskets: Baskets, isAllowed?: Uint8Array): Frequent | undefined {
  const { items, count } = rankItems(baskets, 1, isAllowed)
  const last = items.length - 1
  return last < 0 ? undefined : { items: [items[last] as number], count: count[last] as number }
}

/** Undefined where no basket holds two items. */
export function mostFrequentPair(baskets: Baskets, isAllowed?: Uint8Array): Frequent | undefined {
  const ranked = rankItems(baskets, 1, isAllowed)
  const { item, planes, start, place } = occurrencesOf(rowsOf(baskets, ranked), ranked.items.length)
  const together = new Int32Array(ranked.items.length)
  // Items that stand beside the one at hand: of many there may be few.
  const met: number[] = []
  let best: Frequent | undefined
  // The most frequent first: a pair is in no more baskets than its rarer item.
  for (let one = ranked.items.length - 1; one >= 0; one--) {
    if (best !== undefined && (ranked.count[one] as number) <= best.count) break
    let o = start[one] as number
    for (const { weight, end } of planes) {
      for (; o < (start[one + 1] as number) && (place[o] as number) < end; o++) {
        for (let at = (place[o] as number) + 1; item[at] !== END; at++) {
          const other = item[at] as number
          if (together[other] === 0) met.push(other)
          together[other] = (together[other] as number) + weight
        }
      }
    }
    for (const other of met.sort((a, b) => a - b)) {
      const count = together[other] as number
      together[other] = 0
      if (count > (best?.count ?? 0)) {
        best = { items: [ranked.items[one] as number, ranked.items[other] as number], count }
      }
    }
    met.length = 0
  }
  return best
}
