/**
 * Association rules: of the baskets that hold these items, how many hold those too?
 *
 * In:  all frequent itemsets, and what a rule must have.
 * Out: rules as numbers of itemsets of the tree, in no particular order.
 * Cost: for each rule tried as many look-ups as it has items at most; 16 bytes a rule. Baskets are not looked at again:
 *       every part of a frequent itemset is in the tree, with its count. The search is a kernel (kernels/rules.ts).
 *
 * Agrawal & Srikant, VLDB 1994, ap-genrules: where a right side has too little confidence, so has every longer one.
 */
import { allAtOnce, type Steps } from '../base/steps.ts'
import type { BestTried, RuleKernel, RuleQuestion } from '../kernels/rules.ts'
import { wasmRules } from '../kernels/wasm-rules.ts'
import type { Itemsets } from './itemsets.ts'
import type { RuleGroups } from './rule-groups.ts'

export interface RuleOptions extends Omit<RuleQuestion, keyof Itemsets | 'take'> {
  /** Hold no more rules than these; the rest are counted. */
  readonly most: number
}

export interface Rules {
  /** How many there are; more than are held where `most` was reached. */
  readonly found: number
  /** The itemset of both sides together. */
  readonly whole: Int32Array
  /** −1 for an empty left side. */
  readonly left: Int32Array
  readonly right: Int32Array
  /** Rules of the same counts and length are of one group: its number. */
  readonly group: Int32Array
  readonly groups: RuleGroups
  /** The best confidence of all that were tried, and its rule, for when none is good enough; −1 for none tried. */
  readonly best: BestTried
}

export type RuleSides = Pick<Rules, 'whole' | 'left' | 'right'>

const ITEMSETS_A_TURN = 1 << 13

export function* ruleSteps(
  { items, baskets, parent, rank, count }: Itemsets,
  { most, ...options }: RuleOptions,
  kernel: RuleKernel = wasmRules,
): Steps<Rules> {
  const held = new Held(most)
  const take = (...some: RulePart) => {
    held.take(some)
  }
  const search = kernel({ parent, rank, count, items: items.length, baskets, ...options, take })
  for (let from = 0; from < parent.length; from += ITEMSETS_A_TURN) {
    search.itemsets(from, Math.min(from + ITEMSETS_A_TURN, parent.length))
    yield
  }
  const { groups, best } = search.finish()
  return { ...held.finish(), groups: { n: baskets, ...groups }, best }
}

/** All at once, for programs. */
export function findRules(itemsets: Itemsets, options: RuleOptions): Rules {
  return allAtOnce(ruleSteps(itemsets, options))
}

type RulePart = readonly [whole: Int32Array, left: Int32Array, right: Int32Array, group: Int32Array]

/** Rules as they come, as many as may be held. */
class Held {
  readonly #most: number
  readonly #parts: RulePart[] = []
  #held = 0
  #found = 0

  constructor(most: number) {
    this.#most = most
  }

  take([whole, left, right, group]: RulePart): void {
    this.#found += whole.length
    const room = Math.min(whole.length, this.#most - this.#held)
    if (room <= 0) return
    this.#parts.push([whole.slice(0, room), left.slice(0, room), right.slice(0, room), group.slice(0, room)])
    this.#held += room
  }

  finish(): Omit<Rules, 'groups' | 'best'> {
    const all = (place: 0 | 1 | 2 | 3) => {
      const values = new Int32Array(this.#held)
      let at = 0
      for (const part of this.#parts) {
        values.set(part[place], at)
        at += part[place].length
      }
      return values
    }
    return { found: this.#found, whole: all(0), left: all(1), right: all(2), group: all(3) }
  }
}
