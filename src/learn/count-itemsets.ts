/**
 * Counts of itemsets that no search was asked for, such as those that are rare in the baskets at hand.
 *
 * In:  baskets; then itemsets, one by one. Out: the baskets that hold all items of each.
 * Cost: the baskets once more, by item; a count walks the list of its rarest item.
 */
import { basketCount, type Baskets } from '../base/baskets.ts'

export class ItemsetCounter {
  readonly #baskets: Baskets
  /** Made when the first count needs it. */
  #byItem: BasketsByItem | undefined

  constructor(baskets: Baskets) {
    this.#baskets = baskets
  }

  /** @param items numbers of different items; all baskets for none */
  count(items: readonly number[]): number {
    if (items.length === 0) return basketCount(this.#baskets)
    const { start, basket } = (this.#byItem ??= byItem(this.#baskets))
    const lists = items.map((item) => basket.subarray(start[item], start[item + 1]))
    const [first, ...others] = lists.sort((a, b) => a.length - b.length)
    let held = first as Int32Array
    for (const list of others) held = common(held, list)
    return held.length
  }
}

interface BasketsByItem {
  /** Baskets of item i, ascending: basket[start[i]] … basket[start[i+1]−1]. */
  readonly start: Int32Array
  readonly basket: Int32Array
}

function byItem({ names, start: from, item }: Baskets): BasketsByItem {
  const start = new Int32Array(names.length + 1)
  for (let e = 0; e < item.length; e++) {
    const behind = (item[e] as number) + 1
    start[behind] = (start[behind] as number) + 1
  }
  for (let i = 0; i < names.length; i++) start[i + 1] = (start[i + 1] as number) + (start[i] as number)
  const next = start.slice()
  const basket = new Int32Array(item.length)
  for (let b = 0; b + 1 < from.length; b++) {
    for (let e = from[b] as number; e < (from[b + 1] as number); e++) {
      const one = item[e] as number
      const to = next[one] as number
      basket[to] = b
      next[one] = to + 1
    }
  }
  return { start, basket }
}

/** What is in both of two ascending lists, of which the first is the shorter. */
function common(few: Int32Array, many: Int32Array): Int32Array {
  const both = new Int32Array(few.length)
  let found = 0
  let at = 0
  for (const wanted of few) {
    // In steps that double, then by halves: `many` may be much longer.
    let step = 1
    while (at + step < many.length && (many[at + step] as number) < wanted) step *= 2
    let high = Math.min(at + step, many.length - 1)
    at += step >> 1
    while (at < high) {
      const mid = (at + high) >>> 1
      if ((many[mid] as number) < wanted) at = mid + 1
      else high = mid
    }
    if (at >= many.length) break
    if (many[at] === wanted) both[found++] = wanted
  }
  return both.subarray(0, found)
}
