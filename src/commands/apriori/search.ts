/** Runs the searches of `apriori`: itemsets, rules, and what there is instead where nothing was found. */
import { basketCount, type Baskets } from '../../base/baskets.ts'
import { DataError } from '../../base/errors.ts'
import { stepByStep } from '../../base/steps.ts'
import { count, listed } from '../../base/wording.ts'
import {
  itemsetSteps,
  type Algorithm,
  type ItemsetKind,
  type ItemsetQuestion,
} from '../../learn/itemset-search.ts'
import { TooManyItemsets, type Itemsets } from '../../learn/itemsets.ts'
import { possibleRules } from '../../learn/possible-rules.ts'
import { ruleSteps, type RuleOptions, type Rules } from '../../learn/rules.ts'
import type { AprioriContext } from './input.ts'
import type { Templates } from './items.ts'
import { leastCount, type Options } from './options.ts'

/** Rules that are held at once where only the first are asked for, and itemsets in any case: 12 bytes each. */
const MOST_HELD = 16_000_000

/** What `--algorithm auto` stands for. */
export function algorithmOf({ algorithm }: Options): Algorithm {
  return algorithm === 'auto' ? 'eclat' : algorithm
}

/** @throws {DataError} where there are more itemsets than can be held */
export async function findItemsets(
  context: AprioriContext,
  baskets: Baskets,
  kind: ItemsetKind,
  templates: Templates,
): Promise<Itemsets> {
  const { options } = context
  const search: ItemsetQuestion = {
    kind,
    algorithm: algorithmOf(options),
    allowed: templates.searched,
    minCount: leastCount(options, basketCount(baskets)),
    maxLength: options.maxLength ?? Infinity,
    maxItemsets: MOST_HELD,
  }
  try {
    return await stepByStep(itemsetSteps(baskets, search), context.signal, context.pool)
  } catch (cause) {
    if (!(cause instanceof TooManyItemsets)) throw cause
    throw new DataError(
      `there are more than ${count(MOST_HELD)} itemsets in at least ${count(search.minCount)} of ${count(basketCount(baskets))} baskets`,
      { code: 'E_TOO_MANY', cause, help: [howToBound(options, ['--min-support', '--max-length'])] },
    )
  }
}

export interface FoundRules extends Rules {
  /** How many rules of so many items could have been made of the frequent items. */
  possible(length: number): number
}

/** @throws {DataError} where there are more rules than may be given */
export async function findRules(
  context: AprioriContext,
  itemsets: Itemsets,
  templates: Templates,
  changed: Partial<RuleOptions> = {},
): Promise<FoundRules> {
  const { options } = context
  const byRank = (marks: Uint8Array | undefined) =>
    marks === undefined ? undefined : Uint8Array.from(itemsets.items, (item) => marks[item] as number)
  const needed = templates.needed.map((item) => itemsets.items.indexOf(item))
  const most = options.top === undefined ? options.maxRules : Math.max(options.maxRules, MOST_HELD)
  const asked: RuleOptions = {
    minConfidence: options.minConfidence,
    maxRight: options.maxRhs,
    minLength: options.minLength ?? 2,
    leftAllowed: byRank(templates.left),
    rightAllowed: byRank(templates.right),
    needed,
    noRedundant: !options.redundant,
    most,
    ...changed,
  }
  const rules = await stepByStep(ruleSteps(itemsets, asked), context.signal, context.pool)
  if (rules.found > rules.whole.length) throw tooMany(options, rules.found, 'rules', most)
  return { ...rules, possible: (length) => possibleRules(length, itemsets.items.length, asked) }
}

/** @param most as many as may be */
export function tooMany(
  options: Options,
  found: number,
  what: 'rules' | 'itemsets',
  most: number,
): DataError {
  const ways = [
    '--min-support',
    ...(what === 'rules' ? ['--min-confidence', '--no-redundant'] : []),
    '--max-length',
  ]
  const limit =
    most === options.maxRules ? `--max-rules ${count(most)}` : `the ${count(most)} that can be held`
  return new DataError(`there are ${count(found)} ${what}, more than ${limit}`, {
    code: 'E_TOO_MANY',
    help: [
      howToBound(options, ways),
      ...(options.top === undefined ? ['--top N gives the first N of them; --max-rules N allows more.'] : []),
    ],
  })
}

function howToBound(options: Options, ways: readonly string[]): string {
  const { minSupport, minConfidence } = options
  const now: { readonly [option: string]: string } = {
    '--min-support': ` (now ${'count' in minSupport ? count(minSupport.count) : minSupport.share})`,
    '--min-confidence': ` (now ${minConfidence})`,
  }
  return `Bound them: ${listed(ways.map((way) => `${way}${now[way] ?? ''}`))}.`
}
