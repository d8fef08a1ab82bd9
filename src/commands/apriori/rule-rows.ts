/** Rules as rows: measured, chosen, in their order, with their texts. */
import { setValid } from '../../base/column.ts'
import { ascendingOrder } from '../../base/order.ts'
import type { ItemsetCounter } from '../../learn/count-itemsets.ts'
import { falseDiscoveryRates, fisherOfGroups } from '../../learn/hypergeometric.ts'
import type { Itemsets } from '../../learn/itemsets.ts'
import {
  MEASURES,
  MORE_MEASURES,
  type Measure,
  type MeasureStyle,
  type RuleCounts,
} from '../../learn/rule-measures.ts'
import { groupsOfRules, measureGroups } from '../../learn/rule-groups.ts'
import type { Rules, RuleSides } from '../../learn/rules.ts'
import type { AddedColumn } from '../../table/append.ts'
import { repeatedColumn, type Numbers } from '../../table/repeated.ts'
import { ItemsetNames } from './names.ts'
import type { FoundRules } from './search.ts'
import type { Options } from './options.ts'

/** The rules of one search, in their final order. */
export interface RuleTable {
  readonly itemsets: Itemsets
  readonly rules: Rules
  readonly names: ItemsetNames
  /** Numbers of the rules, the first row's first. */
  readonly order: Int32Array
  /** By group. */
  readonly pValue: Float64Array
  readonly pAdjusted: Float64Array
  /** Rules that were left out for their lift or p_adjusted. */
  readonly weak: number
  readonly largestLift: number
  readonly smallestAdjusted: number
  /** How many there are with and without those that `--top` leaves out. */
  readonly found: number
}

export function countsOf(
  { baskets, count }: Itemsets,
  { whole, left, right }: RuleSides,
  rule: number,
): RuleCounts {
  const side = left[rule] as number
  return {
    n: baskets,
    a: side < 0 ? baskets : (count[side] as number),
    c: count[right[rule] as number] as number,
    x: count[whole[rule] as number] as number,
  }
}

function inStyle(measure: Measure, style: MeasureStyle): (counts: RuleCounts) => number {
  return style === 'arules' ? (measure.arules ?? measure.of) : measure.of
}

const P_VALUE = MEASURES.find(({ name }) => name === 'p_value') as Measure
const LIFT = MEASURES.find(({ name }) => name === 'lift') as Measure

/** @param sort the measure that comes first, `lift` where the user named none */
export function ruleTable(
  itemsets: Itemsets,
  rules: FoundRules,
  itemNames: readonly string[],
  options: Options,
  sort = options.sort ?? 'lift',
): RuleTable {
  const tried = Int32Array.of(rules.best.left, rules.best.right)
  const names = new ItemsetNames(itemsets, itemNames, options.itemSeparator, [rules.left, rules.right, tried])
  const { groups } = rules
  const pValue = fisherOfGroups(groups)
  const pAdjusted = adjusted(rules, pValue)
  const lift = measureGroups(groups, LIFT.of)
  const { minLift = 0, alpha = 1, top } = options
  const isKept = lift.map((one, group) => (one >= minLift && (pAdjusted[group] as number) <= alpha ? 1 : 0))
  const measure = [...MEASURES, ...MORE_MEASURES].find(({ name }) => name === sort)
  const strength =
    measure === undefined
      ? pAdjusted
      : measure === LIFT
        ? lift
        : measureGroups(groups, inStyle(measure, options.measureStyle))
  const isSmallStrong = measure === undefined || measure.smallIsStrong === true
  // What has none comes last.
  const keys = strength.map((one) => (Number.isNaN(one) ? Infinity : isSmallStrong ? one : -one))
  const order = sorted({ itemsets, rules, names }, isKept, keys)
  return {
    itemsets,
    rules,
    names,
    order: order.slice(0, top),
    pValue,
    pAdjusted,
    weak: rules.whole.length - order.length,
    largestLift: lift.reduce((most, one) => Math.max(most, one), 0),
    smallestAdjusted: pAdjusted.reduce((least, one) => Math.min(least, one), 1),
    found: order.length,
  }
}

/**
 * Corrected for all rules that could have been made, each length by itself. The rules that were found are picked from those
 * for how strong they are, so to count them alone would call chance significant.
 */
function adjusted({ groups, possible }: FoundRules, pValue: Float64Array): Float64Array {
  const values = new Float64Array(pValue.length)
  const byLength: number[][] = []
  groups.length.forEach((length, group) => (byLength[length] ??= []).push(group))
  byLength.forEach((own, length) => {
    const p = Float64Array.from(own, (group) => pValue[group] as number)
    const times = Int32Array.from(own, (group) => groups.rules[group] as number)
    const rates = falseDiscoveryRates(p, { times, tests: possible(length) })
    own.forEach((group, i) => (values[group] = rates[i] as number))
  })
  return values
}

/** The rules of the groups that are kept: by key, the smallest first; then by support; then by text. */
function sorted(
  { itemsets, rules, names }: Pick<RuleTable, 'itemsets' | 'rules' | 'names'>,
  isKept: Float64Array,
  keys: Float64Array,
): Int32Array {
  const { count } = itemsets
  const { whole, left, right, group: groupOf, groups } = rules
  const compareEqual = (a: number, b: number) =>
    (count[whole[b] as number] as number) - (count[whole[a] as number] as number) ||
    names.compare(left[a] as number, left[b] as number) ||
    names.compare(right[a] as number, right[b] as number)
  const groupsInOrder = ascendingOrder(keys).filter((group) => isKept[group] === 1)
  const next = new Int32Array(keys.length).fill(-1)
  let all = 0
  for (const group of groupsInOrder) {
    next[group] = all
    all += groups.rules[group] as number
  }
  const order = new Int32Array(all)
  for (let rule = 0; rule < whole.length; rule++) {
    const group = groupOf[rule] as number
    const to = next[group] as number
    if (to < 0) continue
    order[to] = rule
    next[group] = to + 1
  }
  for (let i = 0, from = 0; i < groupsInOrder.length;) {
    const key = keys[groupsInOrder[i] as number]
    let to = from
    for (; i < groupsInOrder.length && keys[groupsInOrder[i] as number] === key; i++) {
      to += groups.rules[groupsInOrder[i] as number] as number
    }
    if (to - from > 1) order.subarray(from, to).sort(compareEqual)
    from = to
  }
  return order
}

/** The columns of the contract, then `p_adjusted`, then those of `--measures` and that of `--sort`. */
export function ruleColumns(tables: readonly RuleTable[], options: Options): AddedColumn[] {
  // What rows are ordered by is to be seen.
  const extra = MORE_MEASURES.filter(({ name }) => name === options.sort && !options.measures.includes(name))
  const named = options.measures.map((name) => MORE_MEASURES.find((one) => one.name === name) as Measure)
  const { place, used } = usedGroups(tables)
  const numbers = (measure: Measure): AddedColumn => {
    if (measure === P_VALUE) return repeatedColumn(measure.name, valid(ofGroups(used, 'pValue')), place)
    const of = inStyle(measure, options.measureStyle)
    const values = joined(used.map(({ table, groups }) => measureGroups(table.rules.groups, of, groups)))
    const entries: Numbers =
      measure.name === 'count' ? { type: 'integer', values: Int32Array.from(values) } : valid(values)
    return repeatedColumn(measure.name, entries, place)
  }
  return [
    { name: 'antecedents', data: { type: 'text', values: eachText(tables, 'left') } },
    { name: 'consequents', data: { type: 'text', values: eachText(tables, 'right') } },
    ...MEASURES.map(numbers),
    repeatedColumn('p_adjusted', valid(ofGroups(used, 'pAdjusted')), place),
    ...[...named, ...extra].map(numbers),
  ]
}

/** The groups of a table that have a row. */
interface TableGroups {
  readonly table: RuleTable
  readonly groups: Int32Array
}

/** The groups of all tables, one table's behind the other's, and the place of each row's among them. */
function usedGroups(tables: readonly RuleTable[]): {
  readonly place: Int32Array
  readonly used: readonly TableGroups[]
} {
  const place = new Int32Array(tables.reduce((sum, { order }) => sum + order.length, 0))
  let before = 0
  let row = 0
  const used = tables.map((table) => {
    const own = groupsOfRules(table.rules, table.order)
    for (let i = 0; i < own.place.length; i++) place[row++] = before + (own.place[i] as number)
    before += own.used.length
    return { table, groups: own.used }
  })
  return { place, used }
}

function ofGroups(used: readonly TableGroups[], column: 'pValue' | 'pAdjusted'): Float64Array {
  return joined(
    used.map(({ table, groups }) => Float64Array.from(groups, (group) => table[column][group] as number)),
  )
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/**
 * How the rules of each segment fare among the baskets that are not of it.
 *
 * @param counter of all baskets
 */
export function segmentColumns(tables: readonly RuleTable[], counter: ItemsetCounter): AddedColumn[] {
  const others: RuleCounts[] = []
  const confidenceHere: number[] = []
  for (const { itemsets, rules, names, order } of tables) {
    const known = new Map<number, number>()
    const countAll = (itemset: number): number => {
      if (itemset < 0) return counter.count([])
      const count = known.get(itemset) ?? counter.count(names.itemsOf(itemset))
      known.set(itemset, count)
      return count
    }
    for (const rule of order) {
      const here = countsOf(itemsets, rules, rule)
      confidenceHere.push(here.x / here.a)
      others.push({
        n: countAll(-1) - here.n,
        a: countAll(rules.left[rule] as number) - here.a,
        c: countAll(rules.right[rule] as number) - here.c,
        x: countAll(rules.whole[rule] as number) - here.x,
      })
    }
  }
  const confidence = Float64Array.from(others, ({ a, x }) => x / a)
  return [
    doubles('confidence_others', confidence),
    doubles(
      'lift_others',
      Float64Array.from(others, ({ n, a, c, x }) => x / a / (c / n)),
    ),
    doubles(
      'difference',
      Float64Array.from(confidenceHere, (value, row) => value - (confidence[row] as number)),
    ),
  ]
}

/** A column of numbers; what is not defined is an empty cell. */
export function doubles(name: string, values: Float64Array): AddedColumn {
  return { name, data: valid(values) }
}

function valid(values: Float64Array): Numbers {
  if (!values.includes(NaN)) return { type: 'double', values }
  const marks = new Uint8Array((values.length + 7) >> 3)
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) setValid(marks, i)
  return { type: 'double', values, valid: marks }
}

function eachText(tables: readonly RuleTable[], side: 'left' | 'right'): string[] {
  const texts = new Array<string>(tables.reduce((sum, { order }) => sum + order.length, 0))
  let row = 0
  for (const { rules, names, order } of tables) {
    for (let i = 0; i < order.length; i++) texts[row++] = names.of(rules[side][order[i] as number] as number)
  }
  return texts
}
