/** What to say where nothing was found: how far off the thresholds are, and which would give something. */
import { basketCount, type Baskets } from '../../base/baskets.ts'
import { compareCodePoints } from '../../base/code-points.ts'
import { count } from '../../base/wording.ts'
import { minCountOf, type Itemsets } from '../../learn/itemsets.ts'
import { mostFrequentItem, mostFrequentPair, type Frequent } from '../../learn/most-frequent.ts'
import type { Rules } from '../../learn/rules.ts'
import type { Templates } from './items.ts'
import { quoted, type ItemsetNames } from './names.ts'
import type { Options } from './options.ts'
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
  const least = minCountOf(options.minSupport, all)
  if (item.count < least)
    return `no itemsets: ${tooRare('the most frequent item', item, baskets, options, least)}`
  const kind = options.itemsets === 'frequent' ? '' : `${options.itemsets} `
  const holding = needed.map((one) => `"${baskets.names[one] ?? ''}"`).join(' and ')
  const limits = [
    ...(needed.length === 0 ? [] : [`holds ${holding}`]),
    ...(options.minLength === undefined ? [] : [`has at least ${count(options.minLength)} items`]),
    ...(options.maxLength === undefined ? [] : [`has at most ${count(options.maxLength)} items`]),
  ]
  return `no itemsets: no ${kind}itemset in at least ${count(least)} baskets ${limits.join(' and ')}; lower --min-support`
}

export function whyNoRules(
  baskets: Baskets,
  templates: Templates,
  options: Options,
  where: string,
  { itemsets, rules, names, weak, largestLift }: RuleTable,
): string {
  const all = basketCount(baskets)
  const least = minCountOf(options.minSupport, all)
  const item = mostFrequentItem(baskets, templates.searched)
  if (item === undefined) return `no rules: no basket of ${where} holds any item`
  if (item.count < least)
    return `no rules: ${tooRare('the most frequent item', item, baskets, options, least)}`
  const pair = mostFrequentPair(baskets, templates.searched)
  if (pair === undefined) return `no rules: no basket of ${where} holds two items`
  if (pair.count < least && (options.minLength ?? 2) > 1) {
    return `no rules: ${tooRare('the two items most often together', pair, baskets, options, least)}`
  }
  if (weak > 0) {
    return options.minLift !== undefined && largestLift < options.minLift
      ? `no rules: the largest lift is ${floored(largestLift)}; --min-lift ${floored(largestLift)} gives some`
      : `no rules: ${count(weak)} were found, and none is within --min-lift and --alpha`
  }
  const best = bestTried(itemsets, rules, names)
  if (best === undefined) {
    return `no rules: no itemset in at least ${count(least)} baskets can be parted as asked by --lhs, --rhs, --with and the limits on length; lower --min-support`
  }
  return (
    `no rules: the surest is ${best}, with confidence ${floored(rules.best.confidence)}; ` +
    `--min-confidence ${floored(rules.best.confidence)} gives some`
  )
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
    `fewer than the ${count(least)} asked for; --min-support ${floored(found / all)} gives something`
  )
}

/** Three digits, rounded down, so that a threshold of this is met. */
function floored(value: number): string {
  if (value === 0) return '0'
  const scale = 10 ** (2 - Math.floor(Math.log10(value)))
  return String(Number((Math.floor(value * scale) / scale).toPrecision(3)))
}
