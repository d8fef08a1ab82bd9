/** Rules from itemsets in plain TypeScript. */
import type { BestTried, RuleKernel, RuleQuestion, RuleSearch } from './rules.ts'

export const plainRules: RuleKernel = (question) => new PlainRules(question)

class PlainRules implements RuleSearch {
  readonly #question: RuleQuestion
  /** The ranks of each itemset, ascending; and its number by them. */
  readonly #ranks: number[][] = []
  readonly #numbers = new Map<string, number>([['', -1]])
  readonly #found: (readonly [whole: number, left: number, right: number, group: number])[] = []
  /** Numbers of groups by what their rules have in common. */
  readonly #groups = new Map<string, number>()
  readonly #groupCounts: (readonly [a: number, c: number, x: number, length: number])[] = []
  readonly #rulesOf: number[] = []
  #best: BestTried = { confidence: -1, whole: -1, left: -1, right: -1 }

  constructor(question: RuleQuestion) {
    this.#question = question
    question.parent.forEach((parent, itemset) => {
      const ranks = [...(this.#ranks[parent] ?? []), question.rank[itemset] as number]
      this.#ranks.push(ranks)
      this.#numbers.set(ranks.join(), itemset)
    })
  }

  itemsets(from: number, to: number): void {
    const { minLength, needed = [] } = this.#question
    for (let itemset = from; itemset < to; itemset++) {
      const ranks = this.#ranks[itemset] as number[]
      if (ranks.length < (minLength === 1 ? 1 : Math.max(minLength, 2))) continue
      if (needed.every((rank) => ranks.includes(rank))) this.#moreOnRight(itemset, ranks, [], 0)
    }
  }

  finish(): ReturnType<RuleSearch['finish']> {
    const part = (side: 0 | 1 | 2 | 3) => Int32Array.from(this.#found, (rule) => rule[side])
    this.#question.take(part(0), part(1), part(2), part(3))
    const of = (place: 0 | 1 | 2 | 3) => Int32Array.from(this.#groupCounts, (counts) => counts[place])
    const groups = { a: of(0), c: of(1), x: of(2), length: of(3), rules: Int32Array.from(this.#rulesOf) }
    return { groups, best: this.#best }
  }

  /** @param right ranks that are on the right already @param from the place of the first that may come to them */
  #moreOnRight(whole: number, ranks: readonly number[], right: readonly number[], from: number): void {
    const { minConfidence, maxRight, minLength, leftAllowed, rightAllowed, noRedundant } = this.#question
    if (right.length === maxRight || right.length === ranks.length - (minLength === 1 ? 0 : 1)) return
    for (let place = from; place < ranks.length; place++) {
      const rank = ranks[place] as number
      if (rightAllowed?.[rank] === 0) continue
      const more = [...right, rank]
      const left = ranks.filter((one) => !more.includes(one))
      const confidence = this.#confidence(whole, left)
      if (left.every((one) => leftAllowed?.[one] !== 0)) {
        const rule = [whole, this.#numberOf(left), this.#numberOf(more)] as const
        if (confidence < minConfidence) {
          if (confidence > this.#best.confidence) {
            this.#best = { confidence, whole, left: rule[1], right: rule[2] }
          }
        } else if (noRedundant !== true || !this.#isRedundant(left, more, confidence)) {
          this.#found.push([...rule, this.#groupOf(...rule, ranks.length)])
        }
      }
      if (confidence >= minConfidence) this.#moreOnRight(whole, ranks, more, place + 1)
    }
  }

  #groupOf(whole: number, left: number, right: number, length: number): number {
    const { count, baskets } = this.#question
    const of = (itemset: number) => (itemset < 0 ? baskets : (count[itemset] as number))
    const counts = [of(left), of(right), of(whole), length] as const
    const group = this.#groups.get(counts.join()) ?? this.#groupCounts.push(counts) - 1
    this.#groups.set(counts.join(), group)
    this.#rulesOf[group] = (this.#rulesOf[group] ?? 0) + 1
    return group
  }

  /** Whether some part of the left side, the empty one among them, leads to the right side as surely. */
  #isRedundant(left: readonly number[], right: readonly number[], confidence: number): boolean {
    for (let marks = 0; marks < 2 ** left.length - 1; marks++) {
      const part = left.filter((_, i) => Math.floor(marks / 2 ** i) % 2 === 1)
      const both = [...part, ...right].sort((a, b) => a - b)
      if (this.#confidence(this.#numberOf(both), part) >= confidence) return true
    }
    return false
  }

  #confidence(whole: number, left: readonly number[]): number {
    const { count, baskets } = this.#question
    const side = this.#numberOf(left)
    return (count[whole] as number) / (side < 0 ? baskets : (count[side] as number))
  }

  #numberOf(ranks: readonly number[]): number {
    return this.#numbers.get(ranks.join()) as number
  }
}
