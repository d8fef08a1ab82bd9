/**
 * Itemsets of any kind by any algorithm: one question, one answer.
 *
 * In:  baskets, which itemsets are wanted, how to search.
 * Out: Itemsets. The frequent ones are the same by every algorithm; the closed and maximal ones have a search of their own.
 */
import type { Baskets } from '../base/baskets.ts'
import { allAtOnce, type Steps } from '../base/steps.ts'
import { aprioriSteps } from './apriori.ts'
import { closedSteps } from './closed.ts'
import { eclatSteps } from './eclat.ts'
import { fpgrowthSteps } from './fpgrowth.ts'
import type { Itemsets, SearchOptions } from './itemsets.ts'

export type ItemsetKind = 'frequent' | 'closed' | 'maximal'
export type Algorithm = 'apriori' | 'eclat' | 'fpgrowth'

export interface ItemsetQuestion extends SearchOptions {
  readonly kind: ItemsetKind
  /** For frequent itemsets. */
  readonly algorithm: Algorithm
  /** One entry an item: 0 leaves it out. */
  readonly allowed?: Uint8Array
}

/** @throws {TooManyItemsets} */
export function itemsetSteps(baskets: Baskets, question: ItemsetQuestion): Steps<Itemsets> {
  const { kind, algorithm, allowed } = question
  if (kind !== 'frequent') return closedSteps(baskets, kind, question, allowed)
  const options = { ...question, maxLength: Math.min(question.maxLength, lengthOfTooMany(question)) }
  switch (algorithm) {
    case 'apriori':
      return aprioriSteps(baskets, options, allowed)
    case 'fpgrowth':
      return fpgrowthSteps(baskets, options, allowed)
    case 'eclat':
      return eclatSteps(baskets, options, allowed)
  }
}

/** All parts of a frequent itemset are frequent: one of this length has more of them than there may be itemsets. */
function lengthOfTooMany({ maxItemsets }: SearchOptions): number {
  return Math.ceil(Math.log2(maxItemsets + 2))
}

/** All at once, for programs. @throws {TooManyItemsets} */
export function findItemsets(baskets: Baskets, question: ItemsetQuestion): Itemsets {
  return allAtOnce(itemsetSteps(baskets, question))
}
