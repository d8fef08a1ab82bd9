/**
 * Association rules: of the baskets that hold these items, how many hold those too?
 *
 * In:  all frequent itemsets, and what a rule must have.
 * Out: rules as numbers of itemsets of the tree, in no particular order.
 * Cost: for each rule tried as many look-ups as it has items at most; 12 bytes a rule. Baskets are not looked at again:
 *       every part of a frequent itemset is in the tree, with its count.
 *
 * Agrawal & Srikant, VLDB 1994, ap-genrules: where a right side has too little confidence, so has every longer one.
 */
import { allAtOnce, type Steps } from '../base/steps.ts'
import { ItemsetIndex } from './itemset-index.ts'
import { lengthsOf, ranksOf, type Itemsets } from './itemsets.ts'

export interface RuleOptions {
  readonly minConfidence: number
  /** Items on the right side at most. */
  readonly maxRight: number
  /** Items of a rule at least; with 1 the left side may be empty. */
  readonly minLength: number
  /** One entry a rank: 0 keeps an item off that side; undefined for no such limit. */
  readonly leftAllowed?: Uint8Array | undefined
  readonly rightAllowed?: Uint8Array | undefined
  /** Items that every rule holds, by rank. */
  readonly needed?: readonly number[]
  /** Leave out a rule when one with fewer items on the left, and the same right side, is as sure. */
  readonly noRedundant?: boolean
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
  /** The best confidence of all that were tried, and its rule, for when none is good enough; −1 for none tried. */
  readonly best: {
    readonly confidence: number
    readonly whole: number
    readonly left: number
    readonly right: number
  }
}

export function* ruleSteps(itemsets: Itemsets, options: RuleOptions): Steps<Rules> {
  const search = new RuleSearch(itemsets, options)
  for (let itemset = 0; itemset < itemsets.parent.length; itemset++) {
    search.itemset(itemset)
    if (itemset % ITEMSETS_A_TURN === 0) yield
  }
  return search.finish()
}

/** All at once, for programs. */
export function findRules(itemsets: Itemsets, options: RuleOptions): Rules {
  return allAtOnce(ruleSteps(itemsets, options))
}

const ITEMSETS_A_TURN = 1 << 12
/** No itemset is longer: one of 31 items has two thousand million parts. */
const LONGEST = 1 << 12

class RuleSearch {
  readonly #itemsets: Itemsets
  readonly #index: ItemsetIndex
  readonly #lengths: Int32Array
  readonly #options: RuleOptions
  readonly #held = new Held()
  #found = 0
  #best = { confidence: -1, whole: -1, left: -1, right: -1 }
  // The itemset at hand: its ranks, its beginnings in the tree, and which of its items are on the right.
  readonly #ranks = new Int32Array(LONGEST)
  readonly #beginnings = new Int32Array(LONGEST)
  readonly #onRight = new Uint8Array(LONGEST)
  #itemset = 0
  #length = 0

  constructor(itemsets: Itemsets, options: RuleOptions) {
    this.#itemsets = itemsets
    this.#index = new ItemsetIndex(itemsets)
    this.#lengths = lengthsOf(itemsets)
    this.#options = options
  }

  itemset(itemset: number): void {
    const length = this.#lengths[itemset] as number
    const { minLength, needed = [] } = this.#options
    if (length < Math.max(minLength, minLength === 1 ? 1 : 2)) return
    this.#itemset = itemset
    this.#length = ranksOf(this.#itemsets, itemset, this.#ranks)
    const ranks = this.#ranks.subarray(0, length)
    if (!needed.every((rank) => ranks.includes(rank))) return
    for (let at = itemset, p = length - 1; p >= 0; p--) {
      this.#beginnings[p] = at
      at = this.#itemsets.parent[at] as number
    }
    this.#onRight.fill(0, 0, length)
    this.#moreOnRight(0, 0)
  }

  finish(): Rules {
    return { found: this.#found, ...this.#held.finish(), best: this.#best }
  }

  /** Right sides that have `size` items already and get another from place `from` on. */
  #moreOnRight(from: number, size: number): void {
    const { maxRight, minLength, rightAllowed, leftAllowed, minConfidence, noRedundant } = this.#options
    if (size === maxRight || size === this.#length - (minLength === 1 ? 0 : 1)) return
    for (let place = from; place < this.#length; place++) {
      if (rightAllowed?.[this.#ranks[place] as number] === 0) continue
      this.#onRight[place] = 1
      const left = this.#leftSide(place, size)
      const confidence = this.#confidence(left)
      if (leftAllowed === undefined || this.#isLeftAllowed(leftAllowed)) {
        if (confidence >= minConfidence) {
          if (noRedundant !== true || !this.#isRedundant(confidence)) this.#take(left)
        } else if (confidence > this.#best.confidence) {
          this.#best = { confidence, whole: this.#itemset, left, right: this.#rightSide() }
        }
      }
      if (confidence >= minConfidence) this.#moreOnRight(place + 1, size + 1)
      this.#onRight[place] = 0
    }
  }

  #confidence(left: number): number {
    const { count, baskets } = this.#itemsets
    return (count[this.#itemset] as number) / (left < 0 ? baskets : (count[left] as number))
  }

  #isLeftAllowed(allowed: Uint8Array): boolean {
    for (let place = 0; place < this.#length; place++) {
      if (this.#onRight[place] === 0 && allowed[this.#ranks[place] as number] === 0) return false
    }
    return true
  }

  /** The itemset of what is not on the right; −1 when that is nothing. @param last the rightmost item on the right */
  #leftSide(last: number, size: number): number {
    // With one item on the right, all in front of it is a beginning of the itemset.
    let place = size === 0 ? last : 0
    let node = place === 0 ? -1 : (this.#beginnings[place - 1] as number)
    for (; place < this.#length; place++) {
      if (this.#onRight[place] === 0) node = this.#index.extension(node, this.#ranks[place] as number)
    }
    return node
  }

  #rightSide(): number {
    let node = -1
    for (let place = 0; place < this.#length; place++) {
      if (this.#onRight[place] === 1) node = this.#index.extension(node, this.#ranks[place] as number)
    }
    return node
  }

  #take(left: number): void {
    if (this.#found++ < this.#options.most) this.#held.push(this.#itemset, left, this.#rightSide())
  }

  /** Whether some part of the left side, the empty one among them, leads to the right side as surely. */
  #isRedundant(confidence: number): boolean {
    return this.#partIsAsSure(confidence, 0, -1, -1, 0)
  }

  /**
   * @param place   items in front of it have been decided on
   * @param part    the itemset of the left items taken
   * @param both    that with the right items in front of `place`
   * @param dropped left items not taken
   */
  #partIsAsSure(confidence: number, place: number, part: number, both: number, dropped: number): boolean {
    const { count, baskets } = this.#itemsets
    if (place === this.#length) {
      if (dropped === 0) return false
      return (count[both] as number) / (part < 0 ? baskets : (count[part] as number)) >= confidence
    }
    const rank = this.#ranks[place] as number
    if (this.#onRight[place] === 1)
      return this.#partIsAsSure(confidence, place + 1, part, this.#index.extension(both, rank), dropped)
    if (this.#partIsAsSure(confidence, place + 1, part, both, dropped + 1)) return true
    const withItem = this.#index.extension(part, rank)
    return this.#partIsAsSure(confidence, place + 1, withItem, this.#index.extension(both, rank), dropped)
  }
}

/** Three numbers a rule, growing. */
class Held {
  #values = new Int32Array(3 << 10)
  #length = 0

  push(whole: number, left: number, right: number): void {
    if (this.#length === this.#values.length) {
      const larger = new Int32Array(this.#length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#length] = whole
    this.#values[this.#length + 1] = left
    this.#values[this.#length + 2] = right
    this.#length += 3
  }

  finish(): Pick<Rules, 'whole' | 'left' | 'right'> {
    const rules = this.#length / 3
    const part = (offset: number) => {
      const values = new Int32Array(rules)
      for (let rule = 0; rule < rules; rule++) values[rule] = this.#values[3 * rule + offset] as number
      return values
    }
    return { whole: part(0), left: part(1), right: part(2) }
  }
}
