/** What to say where nothing was found: how far off the thresholds are, and which would give something. */
import { basketCount, type Baskets } from '../../base/baskets.ts'
import { compareCodePoints } from '../../base/code-points.ts'
import { count, plural } from '../../base/wording.ts'
import { itemCounts, type Itemsets } from '../../learn/itemsets.ts'
import { mostFrequentItem, mostFrequentPair, type Frequent } from '../../learn/most-frequent.ts'
import type { Rules } from '../../learn/rules.ts'
import type { Templates } from './items.ts'
import { quoted, type ItemsetNames } from './names.ts'
import { leastCount, type Options } from './options.ts'
import type { RuleTable } from './rule-rows.ts'

/** @param where the baskets that were searched, in words: `orders.csv` or `segment "US"` */
export function whyNoItemsets(
  baskets: Baskets,
  { searched, needed }: Templates,
  options: Options,
  where: string,
): string {
  const all = basketCount(baskets)
  const item = mostFrequentItem(baskets, searched)
  if (item === undefined) return `no itemsets: no basket of ${where} holds any item`
  const least = leastCount(options, all)
  if (item.count < least)
    return `no itemsets: ${tooRare('the most frequent item', item, baskets, options, least)} gives something`
  const kind = options.itemsets === 'frequent' ? '' : `${options.itemsets} `
  const holding = needed.map((one) => `"${baskets.names[one] ?? ''}"`).join(' and ')
  const limits = [
    ...(needed.length === 0 ? [] : [`holds ${holding}`]),
    ...(options.minLength === undefined ? [] : [`has at least ${count(options.minLength)} items`]),
    ...(options.maxLength === undefined ? [] : [`has at most ${count(options.maxLength)} items`]),
  ]
  return `no itemsets: no ${kind}itemset in at least ${plural(least, 'basket')} ${limits.join(' and ')}${least > 1 ? '; lower --min-support' : ''}`
}

export function whyNoRules(
  baskets: Baskets,
  templates: Templates,
  options: Options,
  where: string,
  table: RuleTable,
): string {
  const { itemsets, rules, names, weak } = table
  const all = basketCount(baskets)
  const least = leastCount(options, all)
  if (mostFrequentItem(baskets, templates.searched) === undefined)
    return `no rules: no basket of ${where} holds any item`
  if ((options.minLength ?? 2) > 1) {
    if (options.maxLength === 1)
      return 'no rules: a rule of one item has nothing on its left; --max-length 1 needs --min-length 1'
    const pair = mostFrequentPair(baskets, templates.searched)
    if (pair === undefined) return `no rules: no basket of ${where} holds ${twoItems(options)}`
    if (pair.count < least) {
      const far = tooRare('the two items most often together', pair, baskets, options, least)
      return `no rules: ${far}${surenessOf(pair, baskets, templates, options)} gives something`
    }
  }
  if (weak > 0) return `no rules: ${whyWeak(table, options)}`
  const best = bestTried(itemsets, rules, names)
  if (best === undefined) {
    const lower = least > 1 ? '; lower --min-support' : ''
    return `no rules: no itemset in at least ${plural(least, 'basket')} can be parted as asked by --lhs, --rhs, --with and the limits on length${lower}`
  }
  return (
    `no rules: the surest is ${best}, with confidence ${floored(rules.best.confidence)}; ` +
    `--min-confidence ${floored(rules.best.confidence)} gives some`
  )
}

function twoItems({ lhs, rhs, without }: Options): string {
  const limits = [
    ...(lhs === undefined ? [] : ['--lhs']),
    ...(rhs === undefined ? [] : ['--rhs']),
    ...(without === undefined ? [] : ['--without']),
  ]
  return limits.length === 0
    ? 'two items'
    : `two items that ${limits.join(' and ')} ${limits.length === 1 ? 'lets' : 'let'} stand on either side`
}

/** How sure the rules of a pair are, where that is less than what was asked for: ` --min-confidence 0.2`. */
function surenessOf(
  { items, count: together }: Frequent,
  baskets: Baskets,
  { left, right }: Templates,
  { minConfidence }: Options,
): string {
  const counts = itemCounts(baskets)
  const sure = items
    .filter((item, i) => left?.[item] !== 0 && right?.[items[1 - i] as number] !== 0)
    .map((item) => together / (counts[item] as number))
  const surest = Math.max(0, ...sure)
  return surest > 0 && surest < minConfidence ? ` --min-confidence ${floored(surest)}` : ''
}

/** Rules were found, and all were left out. */
function whyWeak({ weak, largestLift, smallestAdjusted }: RuleTable, { minLift, alpha }: Options): string {
  if (minLift !== undefined && largestLift < minLift)
    return `the largest lift is ${floored(largestLift)}; --min-lift ${floored(largestLift)} gives some`
  if (alpha !== undefined && smallestAdjusted > alpha)
    return `the smallest p_adjusted is ${ceiled(smallestAdjusted)}; --alpha ${ceiled(smallestAdjusted)} gives some`
  return `${count(weak)} were found, and none is within both --min-lift and --alpha`
}

function bestTried(itemsets: Itemsets, { best }: Rules, names: ItemsetNames): string | undefined {
  return best.confidence < 0 || itemsets.parent.length === 0
    ? undefined
    : `${names.of(best.left)} => ${names.of(best.right)}`
}

function tooRare(
  what: string,
  { items, count: found }: Frequent,
  baskets: Baskets,
  { itemSeparator }: Options,
  least: number,
): string {
  const all = basketCount(baskets)
  const names = items
    .map((one) => baskets.names[one] as string)
    .sort(compareCodePoints)
    .map((name) => quoted(name, itemSeparator))
    .join(itemSeparator)
  return (
    `${what}, ${names}, ${items.length > 1 ? 'are' : 'is'} in ${count(found)} of ${count(all)} baskets (support ${floored(found / all)}), ` +
    `fewer than the ${count(least)} asked for; --min-support ${floored(found / all)}`
  )
}

/** Three digits, rounded down, so that a threshold of this is met. */
function floored(value: number): string {
  if (value === 0) return '0'
  const scale = 10 ** (2 - Math.floor(Math.log10(value)))
  return String(Number((Math.floor(value * scale) / scale).toPrecision(3)))
}

/** Three digits, rounded up. */
function ceiled(value: number): string {
  const near = Number(value.toPrecision(3))
  return String(Math.min(1, near >= value ? near : Number((value * 1.005).toPrecision(3))))
}
