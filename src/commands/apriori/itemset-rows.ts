/** Itemsets as rows: chosen, in their order, with their texts. */
import type { ItemsetCounter } from '../../learn/count-itemsets.ts'
import { lengthsOf, type Itemsets } from '../../learn/itemsets.ts'
import type { AddedColumn } from '../../table/append.ts'
import { ItemsetNames } from './names.ts'
import type { Options } from './options.ts'
import { doubles } from './rule-rows.ts'

/** The itemsets of one search, in their final order. */
export interface ItemsetTable {
  readonly itemsets: Itemsets
  readonly names: ItemsetNames
  /** By number in the tree. */
  readonly lengths: Int32Array
  /** Numbers of the itemsets, the first row's first. */
  readonly order: Int32Array
  /** How many there are with and without those that `--top` leaves out. */
  readonly found: number
}

/** @param needed items that every one holds, by number */
export function itemsetTable(
  itemsets: Itemsets,
  itemNames: readonly string[],
  needed: readonly number[],
  options: Options,
): ItemsetTable {
  const lengths = lengthsOf(itemsets)
  const names = new ItemsetNames(itemsets, itemNames, options.itemSeparator)
  const { count } = itemsets
  const { minLength = 1, sort = 'support' } = options
  const holdsNeeded = (itemset: number) => {
    if (needed.length === 0) return true
    const items = names.itemsOf(itemset)
    return needed.every((item) => items.includes(item))
  }
  const kept = count
    .map((_, itemset) => itemset)
    .filter(
      (itemset) =>
        (count[itemset] as number) > 0 && (lengths[itemset] as number) >= minLength && holdsNeeded(itemset),
    )
  const order = kept.sort((a, b) => {
    const longer = sort === 'length' ? (lengths[b] as number) - (lengths[a] as number) : 0
    return longer || (count[b] as number) - (count[a] as number) || names.compare(a, b)
  })
  return { itemsets, names, lengths, order: order.slice(0, options.top), found: order.length }
}

export function itemsetColumns(tables: readonly ItemsetTable[]): AddedColumn[] {
  const rows = tables.reduce((sum, { order }) => sum + order.length, 0)
  const itemset = new Array<string>(rows)
  const length = new Int32Array(rows)
  const count = new Int32Array(rows)
  const support = new Float64Array(rows)
  let row = 0
  for (const { itemsets, names, lengths, order } of tables) {
    for (const one of order) {
      itemset[row] = names.of(one)
      length[row] = lengths[one] as number
      count[row] = itemsets.count[one] as number
      support[row++] = (itemsets.count[one] as number) / itemsets.baskets
    }
  }
  return [
    { name: 'itemset', data: { type: 'text', values: itemset } },
    { name: 'length', data: { type: 'integer', values: length } },
    { name: 'count', data: { type: 'integer', values: count } },
    doubles('support', support),
  ]
}

/** How frequent the itemsets of each segment are among the baskets that are not of it. @param counter of all baskets */
export function itemsetSegmentColumns(
  tables: readonly ItemsetTable[],
  counter: ItemsetCounter,
): AddedColumn[] {
  const here: number[] = []
  const others: number[] = []
  const all = counter.count([])
  for (const { itemsets, names, order } of tables) {
    for (const itemset of order) {
      const count = itemsets.count[itemset] as number
      here.push(count / itemsets.baskets)
      others.push((counter.count(names.itemsOf(itemset)) - count) / (all - itemsets.baskets))
    }
  }
  return [
    doubles('support_others', Float64Array.from(others)),
    doubles(
      'difference',
      Float64Array.from(here, (support, row) => support - (others[row] as number)),
    ),
  ]
}
