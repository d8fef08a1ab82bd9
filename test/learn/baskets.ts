/** Baskets for tests, and the slow and plain answers to what is asked of them. */
import fc from 'fast-check'
import { Dice } from '../../fixtures/random.ts'
import { basketsOf, type Baskets } from '../../src/base/baskets.ts'
import { ranksOf, type Itemsets } from '../../src/learn/itemsets.ts'

/** Baskets of items by number, called a, b, c … */
export function basketsFrom(lists: readonly (readonly number[])[], items?: number): Baskets {
  const count = items ?? 1 + lists.flat().reduce((most, item) => Math.max(most, item), -1)
  const names = Array.from({ length: count }, (_, item) => String.fromCodePoint(97 + item))
  return basketsOf(
    names,
    lists.length,
    Int32Array.from(lists.flatMap((list, basket) => list.map(() => basket))),
    Int32Array.from(lists.flat()),
  )
}

/** Few items, so that they meet; items stand twice, baskets are empty, baskets are alike. */
export const someLists = fc
  .integer({ min: 1, max: 8 })
  .chain((items) => fc.array(fc.array(fc.nat(items - 1), { maxLength: 10 }), { maxLength: 40 }))

export function itemsOfBasket({ start, item }: Baskets, basket: number): number[] {
  return [...item.subarray(start[basket], start[basket + 1])]
}

/** Every itemset in at least so many baskets, counted one by one: `1,4,7` to its count. */
export function countedByForce(lists: readonly (readonly number[])[], minCount: number): Map<string, number> {
  const items = [...new Set(lists.flat())].sort((a, b) => a - b)
  const found = new Map<string, number>()
  for (let bits = 1; bits < 2 ** items.length; bits++) {
    const set = items.filter((_, i) => (bits >> i) & 1)
    const count = lists.filter((list) => set.every((item) => list.includes(item))).length
    if (count >= minCount) found.set(set.join(','), count)
  }
  return found
}

/** The reported itemsets of a search in the same form. */
export function asMap(itemsets: Itemsets): Map<string, number> {
  const ranks = new Int32Array(itemsets.items.length)
  const found = new Map<string, number>()
  itemsets.count.forEach((count, itemset) => {
    if (count === 0) return
    const length = ranksOf(itemsets, itemset, ranks)
    const items = Array.from(ranks.subarray(0, length), (rank) => itemsets.items[rank] as number)
    const key = items.sort((a, b) => a - b).join(',')
    if (found.has(key)) throw new Error(`${key} was found twice`)
    found.set(key, count)
  })
  return found
}

export function sorted(found: ReadonlyMap<string, number>): [string, number][] {
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1))
}

/**
 * Baskets as a shop has them: some items are frequent and some rare, and groups of items go together.
 *
 * @param alike of so many baskets one is the same as the one before
 */
export function shopLists(seed: number, baskets: number, items: number, size: number, alike = 0): number[][] {
  const dice = new Dice(seed, 'baskets')
  const groups = Array.from({ length: 1 + items / 4 }, (_, g) => {
    dice.row(g)
    return Array.from({ length: 2 + dice.below(4) }, () => skewed(dice, items))
  })
  const lists: number[][] = []
  for (let b = 0; b < baskets; b++) {
    dice.row(1000 + b)
    const before = lists.at(-1)
    if (before !== undefined && alike > 0 && dice.below(alike) === 0) {
      lists.push(before)
      continue
    }
    const list: number[] = []
    while (list.length < size && dice.below(8) > 0) {
      if (dice.below(2) === 0) list.push(skewed(dice, items))
      else list.push(...(groups[skewed(dice, groups.length)] as number[]))
    }
    lists.push(list)
  }
  return lists
}

/** Small numbers more often than large ones. */
function skewed(dice: Dice, count: number): number {
  return Math.min(dice.below(count), dice.below(count), dice.below(count))
}
