/** Itemsets as rows: chosen, in their order, with their texts. */
import type { ItemsetCounter } from '../../learn/count-itemsets.ts'
import { orderItemsets } from '../../learn/itemset-order.ts'
import { lengthsOf, type Itemsets } from '../../learn/itemsets.ts'
import type { AddedColumn } from '../../table/append.ts'
import { itemsOf, writtenItems } from './names.ts'
import type { Options } from './options.ts'
import { doubles } from './rule-rows.ts'

/** The itemsets of one search, in their final order. */
export interface ItemsetTable {
  readonly itemsets: Itemsets
  /** By number in the tree. */
  readonly lengths: Int32Array
  /** Numbers of the itemsets, the first row's first; and their texts. */
  readonly order: Int32Array
  readonly texts: readonly string[]
  /** How many there are with and without those that `--top` leaves out. */
  readonly found: number
}

/** Numbers of the itemsets that are to be rows. @param needed items that every one holds, by number */
export function wantedItemsets(itemsets: Itemsets, needed: readonly number[], options: Options): Int32Array {
  const lengths = lengthsOf(itemsets)
  const { count } = itemsets
  const { minLength = 1 } = options
  const wanted = new Int32Array(count.length)
  let found = 0
  for (let itemset = 0; itemset < count.length; itemset++) {
    if (count[itemset] === 0 || (lengths[itemset] as number) < minLength) continue
    if (needed.length > 0 && !holdsAll(itemsets, itemset, needed)) continue
    wanted[found++] = itemset
  }
  return wanted.subarray(0, found)
}

function holdsAll(itemsets: Itemsets, itemset: number, needed: readonly number[]): boolean {
  const items = itemsOf(itemsets, itemset)
  return needed.every((item) => items.includes(item))
}

export function itemsetTable(
  itemsets: Itemsets,
  itemNames: readonly string[],
  wanted: Int32Array,
  { itemSeparator: separator, sort, top }: Options,
): ItemsetTable {
  const written = writtenItems(itemsets, itemNames, separator)
  const { order, texts } = orderItemsets(itemsets, wanted, written, sort === 'length' ? 'length' : 'count')
  return {
    itemsets,
    lengths: lengthsOf(itemsets),
    order: order.slice(0, top),
    texts: texts.slice(0, top),
    found: order.length,
  }
}

export function itemsetColumns(tables: readonly ItemsetTable[]): AddedColumn[] {
  const rows = tables.reduce((sum, { order }) => sum + order.length, 0)
  const itemset = new Array<string>(rows)
  const length = new Int32Array(rows)
  const count = new Int32Array(rows)
  const support = new Float64Array(rows)
  let row = 0
  for (const { itemsets, lengths, order, texts } of tables) {
    for (let i = 0; i < order.length; i++) {
      const one = order[i] as number
      itemset[row] = texts[i] as string
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
  for (const { itemsets, order } of tables) {
    for (const itemset of order) {
      const count = itemsets.count[itemset] as number
      here.push(count / itemsets.baskets)
      others.push((counter.count(itemsOf(itemsets, itemset)) - count) / (all - itemsets.baskets))
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
