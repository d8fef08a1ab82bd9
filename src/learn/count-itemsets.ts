/**
 * Counts of itemsets that no search was asked for, such as those that are rare in the baskets at hand.
 *
 * In:  baskets; then itemsets, one by one. Out: the baskets that hold all items of each.
 * Cost: the baskets once more, by item; a count walks the list of its rarest item.
 */
import { basketCount, type Baskets } from '../base/baskets.ts'

export class ItemsetCounter {
  readonly #baskets: number
  /** Baskets of item i, ascending: basket[start[i]] … basket[start[i+1]−1]. */
  readonly #start: Int32Array
  readonly #basket: Int32Array

  constructor(baskets: Baskets) {
    const { names, start, item } = baskets
    this.#baskets = basketCount(baskets)
    this.#start = new Int32Array(names.length + 1)
    for (const one of item) this.#start[one + 1] = (this.#start[one + 1] as number) + 1
    for (let i = 0; i < names.length; i++) {
      this.#start[i + 1] = (this.#start[i + 1] as number) + (this.#start[i] as number)
    }
    const next = this.#start.slice()
    this.#basket = new Int32Array(item.length)
    for (let b = 0; b < this.#baskets; b++) {
      for (let e = start[b] as number; e < (start[b + 1] as number); e++) {
        const one = item[e] as number
        const to = next[one] as number
        this.#basket[to] = b
        next[one] = to + 1
      }
    }
  }

  /** @param items numbers of different items; all baskets for none */
  count(items: readonly number[]): number {
    const lists = items.map((item) => this.#basket.subarray(this.#start[item], this.#start[item + 1]))
    const [first, ...others] = lists.sort((a, b) => a.length - b.length)
    if (first === undefined) return this.#baskets
    let held: Int32Array = first
    for (const list of others) held = common(held, list)
    return held.length
  }
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
