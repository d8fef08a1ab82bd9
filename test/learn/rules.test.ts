import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allAtOnce } from '../../src/base/steps.ts'
import { plainRules } from '../../src/kernels/plain-rules.ts'
import { wasmRules } from '../../src/kernels/wasm-rules.ts'
import { findItemsets, type Algorithm } from '../../src/learn/itemset-search.ts'
import { ranksOf, type Itemsets } from '../../src/learn/itemsets.ts'
import { recommendSteps } from '../../src/learn/recommend.ts'
import { possibleRules, type Sides } from '../../src/learn/possible-rules.ts'
import { groupsOfRules, measureGroups } from '../../src/learn/rule-groups.ts'
import type { RuleCounts } from '../../src/learn/rule-measures.ts'
import { ruleSteps, type RuleOptions, type Rules } from '../../src/learn/rules.ts'
import { basketsFrom, itemsOfBasket, shopLists, someLists } from './baskets.ts'

const USUAL: RuleOptions = { minConfidence: 0.5, maxRight: 1, minLength: 2, most: Infinity }

function search(
  lists: readonly (readonly number[])[],
  minCount: number,
  algorithm: Algorithm = 'eclat',
): Itemsets {
  return findItemsets(basketsFrom(lists), {
    kind: 'frequent',
    algorithm,
    minCount,
    maxLength: Infinity,
    maxItemsets: Infinity,
  })
}

/** `1,2>3` for each rule. */
function asTexts(itemsets: Itemsets, { left, right }: Pick<Rules, 'left' | 'right'>): string[] {
  const side = (itemset: number) => itemsIn(itemsets, itemset).join(',')
  return Array.from(left, (itemset, rule) => `${side(itemset)}>${side(right[rule] as number)}`).sort()
}

function itemsIn(itemsets: Itemsets, itemset: number): number[] {
  const ranks = new Int32Array(itemsets.items.length)
  const length = ranksOf(itemsets, itemset, ranks)
  return Array.from(ranks.subarray(0, length), (rank) => itemsets.items[rank] as number).sort((a, b) => a - b)
}

function rulesOf(
  lists: readonly (readonly number[])[],
  minCount: number,
  changed: Partial<RuleOptions> = {},
) {
  const itemsets = search(lists, minCount)
  return asTexts(itemsets, allAtOnce(ruleSteps(itemsets, { ...USUAL, ...changed })))
}

interface Rule {
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly confidence: number
}

/** Every way to part items into two sides, counted one by one. */
function allRules(lists: readonly (readonly number[])[], minCount: number): Rule[] {
  const items = [...new Set(lists.flat())].sort((a, b) => a - b)
  const holding = (set: readonly number[]) =>
    lists.filter((list) => set.every((item) => list.includes(item))).length
  const rules: Rule[] = []
  for (let code = 0; code < 3 ** items.length; code++) {
    const side = (wanted: number) => items.filter((_, i) => Math.floor(code / 3 ** i) % 3 === wanted)
    const [left, right] = [side(1), side(2)]
    if (right.length === 0) continue
    const both = holding([...left, ...right])
    if (both >= minCount) rules.push({ left, right, confidence: both / holding(left) })
  }
  return rules
}

function texts(rules: readonly Rule[]): string[] {
  return rules.map(({ left, right }) => `${left.join(',')}>${right.join(',')}`).sort()
}

const fewLists = someLists.map((lists) => lists.map((list) => list.filter((item) => item < 6)))

describe('rules are those that parting every itemset in all ways gives', () => {
  test('of one item on the right', () => {
    fc.assert(
      fc.property(fewLists, fc.constantFrom(0, 0.4, 0.5, 0.75, 1), (lists, minConfidence) => {
        const want = allRules(lists, 2).filter(
          ({ left, right, confidence }) =>
            left.length > 0 && right.length === 1 && confidence >= minConfidence,
        )
        expect(rulesOf(lists, 2, { minConfidence })).toEqual(texts(want))
      }),
    )
  })

  test('of several on the right, and of an empty left side', () => {
    fc.assert(
      fc.property(fewLists, fc.integer({ min: 1, max: 4 }), (lists, maxRight) => {
        const want = allRules(lists, 2).filter(
          ({ right, confidence }) => right.length <= maxRight && confidence >= 0.5,
        )
        expect(rulesOf(lists, 2, { maxRight, minLength: 1 })).toEqual(texts(want))
      }),
    )
  })

  test('less the redundant ones', () => {
    const isWithin = (one: readonly number[], other: readonly number[]) =>
      one.length < other.length && one.every((item) => other.includes(item))
    fc.assert(
      fc.property(fewLists, fc.integer({ min: 1, max: 3 }), (lists, maxRight) => {
        const all = allRules(lists, 2)
        const want = all.filter(
          (rule) =>
            rule.left.length > 0 &&
            rule.right.length <= maxRight &&
            rule.confidence >= 0.5 &&
            !all.some(
              (other) =>
                other.right.join() === rule.right.join() &&
                isWithin(other.left, rule.left) &&
                other.confidence >= rule.confidence,
            ),
        )
        expect(rulesOf(lists, 2, { maxRight, noRedundant: true })).toEqual(texts(want))
      }),
    )
  })

  test('with sides made of certain items alone', () => {
    fc.assert(
      fc.property(fewLists, fc.array(fc.nat(1), { minLength: 12, maxLength: 12 }), (lists, marks) => {
        const itemsets = search(lists, 2)
        const ofRank = (from: number) =>
          Uint8Array.from(itemsets.items, (item) => marks[from + item] as number)
        const got = allAtOnce(
          ruleSteps(itemsets, { ...USUAL, maxRight: 2, leftAllowed: ofRank(0), rightAllowed: ofRank(6) }),
        )
        const want = allRules(lists, 2).filter(
          ({ left, right, confidence }) =>
            left.length > 0 &&
            right.length <= 2 &&
            confidence >= 0.5 &&
            left.every((item) => marks[item] === 1) &&
            right.every((item) => marks[6 + item] === 1),
        )
        expect(asTexts(itemsets, got)).toEqual(texts(want))
      }),
    )
  })
})

test('rules do not hang on the algorithm that found the itemsets', () => {
  fc.assert(
    fc.property(someLists, (lists) => {
      const [one, two, three] = (['eclat', 'fpgrowth', 'apriori'] as const).map((algorithm) => {
        const itemsets = search(lists, 2, algorithm)
        return asTexts(itemsets, allAtOnce(ruleSteps(itemsets, { ...USUAL, maxRight: 9 })))
      })
      expect(two).toEqual(one)
      expect(three).toEqual(one)
    }),
  )
})

test('of more rules than may be held the rest is counted', () => {
  const itemsets = search(
    [
      [0, 1, 2],
      [0, 1, 2],
    ],
    1,
  )
  const all = allAtOnce(ruleSteps(itemsets, USUAL))
  expect(all.found).toBe(9)
  const few = allAtOnce(ruleSteps(itemsets, { ...USUAL, most: 4 }))
  expect({ found: few.found, held: few.whole.length }).toEqual({ found: 9, held: 4 })
})

test('where none is sure enough the surest is named', () => {
  const lists = [[0, 1], [0, 1], [0], [1, 2], [2], [2], [0, 2]]
  const { best } = allAtOnce(ruleSteps(search(lists, 1), { ...USUAL, minConfidence: 0.9 }))
  // Of the 3 baskets with item 1 two hold item 0; of the 4 with item 0 two hold item 1.
  expect(best.confidence).toBeCloseTo(2 / 3, 15)
})

describe('recommendations', () => {
  /** For each basket: item and score of every rule that its items meet, by trying them all. */
  function byForce(
    lists: readonly (readonly number[])[],
    others: readonly (readonly number[])[],
    minConfidence: number,
  ): Map<number, number>[] {
    const rules = allRules(lists, 2).filter(
      ({ left, right, confidence }) => left.length > 0 && right.length === 1 && confidence >= minConfidence,
    )
    return others.map((list) => {
      const best = new Map<number, number>()
      for (const { left, right, confidence } of rules) {
        const [item] = right as [number]
        if (list.includes(item) || !left.every((one) => list.includes(one))) continue
        best.set(item, Math.max(best.get(item) ?? 0, confidence))
      }
      return best
    })
  }

  const inOrder = (scores: ReadonlyMap<number, number>) => [...scores].sort(([a], [b]) => a - b)

  test('are the items of the rules whose left side a basket holds, with the best confidence', () => {
    fc.assert(
      fc.property(fewLists, fewLists, (lists, others) => {
        const itemsets = search(lists, 2)
        const rules = allAtOnce(ruleSteps(itemsets, { ...USUAL, minConfidence: 0.3 }))
        const baskets = basketsFrom(others, 6)
        const rankOf = Int32Array.from(baskets.names, (_, item) => itemsets.items.indexOf(item))
        const { basket, rule } = allAtOnce(recommendSteps(itemsets, rules, baskets, rankOf, Infinity))
        const got = others.map(() => new Map<number, number>())
        let last = { basket: -1, score: Infinity }
        basket.forEach((b, row) => {
          const of = (side: Int32Array) => side[rule[row] as number] as number
          const score =
            (itemsets.count[of(rules.whole)] as number) / (itemsets.count[of(rules.left)] as number)
          const [item] = itemsIn(itemsets, of(rules.right)) as [number]
          got[b]?.set(item, score)
          const held = itemsOfBasket(baskets, b)
          expect(itemsIn(itemsets, of(rules.left)).every((one) => held.includes(one))).toBe(true)
          if (b === last.basket) expect(score).toBeLessThanOrEqual(last.score)
          last = { basket: b, score }
        })
        expect(got.map(inOrder)).toEqual(byForce(lists, others, 0.3).map(inOrder))
      }),
    )
  })
})

describe('the compiled kernel gives what the plain one gives, in the same order', () => {
  const both = (itemsets: Itemsets, options: RuleOptions) => [
    allAtOnce(ruleSteps(itemsets, options, wasmRules)),
    allAtOnce(ruleSteps(itemsets, options, plainRules)),
  ]

  test('whatever is asked', () => {
    const marks = fc.option(fc.uint8Array({ minLength: 8, maxLength: 8, max: 1 }), { nil: undefined })
    const options = fc.record({
      minConfidence: fc.constantFrom(0, 0.4, 0.75, 1),
      maxRight: fc.constantFrom(1, 2, Infinity),
      minLength: fc.integer({ min: 1, max: 3 }),
      leftAllowed: marks,
      rightAllowed: marks,
      needed: fc.uniqueArray(fc.integer({ min: -1, max: 7 }), { maxLength: 2 }),
      noRedundant: fc.boolean(),
      most: fc.constantFrom(3, Infinity),
    })
    fc.assert(
      fc.property(someLists, options, (lists, asked) => {
        const itemsets = search(lists, 1)
        const [got, want] = both(itemsets, {
          ...asked,
          leftAllowed: asked.leftAllowed?.slice(0, itemsets.items.length),
          rightAllowed: asked.rightAllowed?.slice(0, itemsets.items.length),
        })
        expect(got).toEqual(want)
      }),
    )
  })

  test('where there are more than it hands over at once', () => {
    const itemsets = search(shopLists(5, 2000, 24, 9), 20)
    const [got, want] = both(itemsets, { ...USUAL, minConfidence: 0.01, maxRight: 3 })
    expect(got?.found).toBeGreaterThan(1 << 14)
    expect(got).toEqual(want)
  })
})

describe('a measure by the counts that rules have in common is that of each rule', () => {
  const check = (itemsets: Itemsets) => {
    const rules = allAtOnce(ruleSteps(itemsets, { ...USUAL, minConfidence: 0, maxRight: 3, minLength: 1 }))
    const { count, baskets: n } = itemsets
    const all = rules.whole.map((_, rule) => rule)
    const of = ({ n: every, a, c, x }: RuleCounts) => ((every * 4096 + a) * 4096 + c) * 4096 + x
    const want = Float64Array.from(all, (rule) => {
      const at = (side: Int32Array) =>
        (side[rule] as number) < 0 ? n : (count[side[rule] as number] as number)
      return of({ n, a: at(rules.left), c: at(rules.right), x: at(rules.whole) })
    })
    const { groups } = rules
    const { used, place } = groupsOfRules(rules, all)
    const ofUsed = measureGroups(groups, of, used)
    expect(Float64Array.from(place, (at) => ofUsed[at] as number)).toEqual(want)
    expect(new Set(used).size).toBe(used.length)
    const byGroup = measureGroups(groups, of)
    expect(Float64Array.from(rules.group, (group) => byGroup[group] as number)).toEqual(want)
    expect(new Set(Array.from(byGroup, (one, group) => `${one} ${groups.length[group]}`)).size).toBe(
      byGroup.length,
    )
    expect(groups.rules.reduce((sum, one) => sum + one, 0)).toBe(all.length)
    return byGroup.length
  }

  test('of any rules', () => {
    fc.assert(fc.property(someLists, (lists) => void check(search(lists, 1))))
  })

  test('where there are many different counts', () => {
    expect(check(search(shopLists(6, 3000, 30, 8), 20))).toBeGreaterThan(3000)
  })
})

test('the rules that could be made are as many as trying all gives', () => {
  const marks = fc.option(fc.uint8Array({ minLength: 6, maxLength: 6, max: 1 }), { nil: undefined })
  const sides = fc.record({
    maxRight: fc.constantFrom(1, 2, Infinity),
    minLength: fc.constantFrom(1, 2),
    leftAllowed: marks,
    rightAllowed: marks,
  })
  const byForce = (length: number, { maxRight, minLength, leftAllowed, rightAllowed }: Sides) => {
    let ways = 0
    for (let code = 0; code < 3 ** 6; code++) {
      const side = (wanted: number) =>
        [0, 1, 2, 3, 4, 5].filter((i) => Math.floor(code / 3 ** i) % 3 === wanted)
      const [left, right] = [side(1), side(2)]
      const fits = left.length + right.length === length && right.length > 0 && right.length <= maxRight
      const isAllowed =
        left.every((i) => leftAllowed?.[i] !== 0) && right.every((i) => rightAllowed?.[i] !== 0)
      if (fits && isAllowed && (left.length > 0 || minLength === 1)) ways++
    }
    return ways
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), sides, (length, asked) => {
      expect(possibleRules(length, 6, asked)).toBe(byForce(length, asked))
    }),
  )
})
