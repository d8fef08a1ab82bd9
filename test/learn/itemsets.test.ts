import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allAtOnce } from '../../src/base/steps.ts'
import { plainEclat } from '../../src/kernels/plain-eclat.ts'
import { PlainBitsets } from '../../src/kernels/plain-bitsets.ts'
import { closedSteps } from '../../src/learn/closed.ts'
import { ItemsetCounter } from '../../src/learn/count-itemsets.ts'
import { eclatSteps } from '../../src/learn/eclat.ts'
import { findItemsets, type Algorithm, type ItemsetKind } from '../../src/learn/itemset-search.ts'
import { minCountOf, TooManyItemsets } from '../../src/learn/itemsets.ts'
import { mostFrequentItem, mostFrequentPair } from '../../src/learn/most-frequent.ts'
import { asMap, basketsFrom, countedByForce, shopLists, someLists, sorted } from './baskets.ts'

const ALGORITHMS: readonly Algorithm[] = ['apriori', 'eclat', 'fpgrowth']

interface Asked {
  readonly minCount: number
  readonly maxLength?: number
  readonly kind?: ItemsetKind
  readonly allowed?: Uint8Array
}

function found(lists: readonly (readonly number[])[], asked: Asked, algorithm: Algorithm = 'eclat') {
  return asMap(
    findItemsets(basketsFrom(lists), {
      kind: 'frequent',
      maxLength: Infinity,
      maxItemsets: Infinity,
      algorithm,
      ...asked,
    }),
  )
}

describe('every algorithm counts what counting one by one gives', () => {
  test.each(ALGORITHMS)('%s', (algorithm) => {
    fc.assert(
      fc.property(someLists, fc.integer({ min: 1, max: 5 }), (lists, minCount) => {
        expect(sorted(found(lists, { minCount }, algorithm))).toEqual(sorted(countedByForce(lists, minCount)))
      }),
    )
  })

  test.each(ALGORITHMS)('%s, up to a length', (algorithm) => {
    fc.assert(
      fc.property(someLists, fc.integer({ min: 1, max: 4 }), (lists, maxLength) => {
        const want = [...countedByForce(lists, 2)].filter(([set]) => set.split(',').length <= maxLength)
        expect(sorted(found(lists, { minCount: 2, maxLength }, algorithm))).toEqual(sorted(new Map(want)))
      }),
    )
  })

  test.each(ALGORITHMS)('%s, without items that are left out', (algorithm) => {
    fc.assert(
      fc.property(someLists, fc.array(fc.nat(1), { minLength: 8, maxLength: 8 }), (lists, marks) => {
        const kept = lists.map((list) => list.filter((item) => marks[item] === 1))
        const allowed = Uint8Array.from(marks)
        expect(sorted(found(lists, { minCount: 2, allowed }, algorithm))).toEqual(
          sorted(found(kept, { minCount: 2 })),
        )
      }),
    )
  })
})

/** What of all frequent itemsets is closed (no superset with the same count) or maximal (no superset). */
function filtered(frequent: ReadonlyMap<string, number>, kind: 'closed' | 'maximal'): Map<string, number> {
  const sets = [...frequent].map(([key, count]) => ({ key, count, items: new Set(key.split(',')) }))
  return new Map(
    sets.flatMap(({ key, count, items }) => {
      const isCovered = sets.some(
        (other) =>
          other.items.size > items.size &&
          (kind === 'maximal' || other.count === count) &&
          [...items].every((item) => other.items.has(item)),
      )
      return isCovered ? [] : [[key, count] as const]
    }),
  )
}

describe.each(['closed', 'maximal'] as const)('%s itemsets', (kind) => {
  test('are those that filtering all of them leaves', () => {
    fc.assert(
      fc.property(someLists, fc.integer({ min: 1, max: 4 }), (lists, minCount) => {
        const want = filtered(countedByForce(lists, minCount), kind)
        expect(sorted(found(lists, { minCount, kind }))).toEqual(sorted(want))
      }),
    )
  })

  test('with a maximal length are those of them that are short enough', () => {
    fc.assert(
      fc.property(someLists, fc.integer({ min: 1, max: 3 }), (lists, maxLength) => {
        const want = [...filtered(countedByForce(lists, 2), kind)].filter(
          ([set]) => set.split(',').length <= maxLength,
        )
        expect(sorted(found(lists, { minCount: 2, maxLength, kind }))).toEqual(sorted(new Map(want)))
      }),
    )
  })
})

/** Large enough for every road of the searches: thin classes, narrowed sets, baskets that stand for many. */
const SHOPS = [
  { name: 'a few frequent items in many baskets', lists: shopLists(1, 6000, 24, 9), minCount: 60 },
  { name: 'many rare items', lists: shopLists(2, 9000, 900, 10), minCount: 9 },
  { name: 'baskets that are alike', lists: shopLists(3, 6000, 60, 6, 2), minCount: 12 },
  {
    name: 'three hundred different baskets, many times over',
    lists: repeated(shopLists(4, 300, 40, 8), 37),
    minCount: 70,
  },
]

function repeated(lists: readonly number[][], most: number): number[][] {
  return lists.flatMap((list, i) => Array.from({ length: 1 + ((i * 7) % most) }, () => list))
}

describe.each(SHOPS)('on $name', ({ lists, minCount }) => {
  const baskets = basketsFrom(lists)
  const frequent = found(lists, { minCount })
  const options = { minCount, maxLength: Infinity, maxItemsets: Infinity }

  test('the algorithms find the same', () => {
    expect(frequent.size).toBeGreaterThan(200)
    for (const algorithm of ALGORITHMS) {
      expect(sorted(found(lists, { minCount }, algorithm))).toEqual(sorted(frequent))
    }
  })

  test('counts are those of a walk through all baskets', () => {
    const counter = new ItemsetCounter(baskets)
    for (const [key, count] of frequent) expect(counter.count(key.split(',').map(Number))).toBe(count)
  })

  test('closed and maximal itemsets are those that filtering leaves', () => {
    for (const kind of ['closed', 'maximal'] as const) {
      expect(sorted(found(lists, { minCount, kind }))).toEqual(sorted(filtered(frequent, kind)))
    }
  })

  test('the plain kernels give what the compiled ones give, in the same order', () => {
    const plain = allAtOnce(eclatSteps(baskets, options, undefined, plainEclat))
    expect(plain).toEqual(allAtOnce(eclatSteps(baskets, options)))
    const closed = allAtOnce(closedSteps(baskets, 'closed', options, undefined, new PlainBitsets()))
    expect(closed).toEqual(allAtOnce(closedSteps(baskets, 'closed', options)))
  })
})

test('more itemsets than may be are refused', () => {
  for (const algorithm of ALGORITHMS) {
    const ask = (maxItemsets: number) =>
      findItemsets(basketsFrom([[0, 1, 2]]), {
        kind: 'frequent',
        algorithm,
        minCount: 1,
        maxLength: 9,
        maxItemsets,
      })
    expect(() => ask(6)).toThrow(TooManyItemsets)
    expect(ask(7).count).toHaveLength(7)
  }
})

test.each(ALGORITHMS)(
  '%s refuses a basket of thousands of items before it has gone that deep',
  (algorithm) => {
    const lists = [Array.from({ length: 6000 }, (_, item) => item), [0, 1], [0, 1]]
    const question = {
      kind: 'frequent',
      algorithm,
      minCount: 1,
      maxLength: Infinity,
      maxItemsets: 50_000,
    } as const
    expect(() => findItemsets(basketsFrom(lists), question)).toThrow(TooManyItemsets)
  },
)

// Were each item tried with each other one, this would take minutes.
test('items that no basket holds together are not tried together', () => {
  const lists = [...Array.from({ length: 150_000 }, (_, item) => [item]), [7, 8, 9], [7, 8]]
  expect(found(lists, { minCount: 1 }).size).toBe(150_000 + 4)
  expect(mostFrequentPair(basketsFrom(lists))).toEqual({ items: [7, 8], count: 2 })
})

describe('the least count that meets a support', () => {
  test.each([
    [0.28, 25, 7], // 0.28 × 25 = 7.000000000000001
    [0.07, 100, 7], // 0.07 × 100 = 7.000000000000001
    [0.01, 9835, 99],
    [1, 12, 12],
    [1e-9, 12, 1],
    [0.5, 0, 1],
  ])('%f of %i baskets is %i', (share, baskets, count) => {
    expect(minCountOf({ share }, baskets)).toBe(count)
  })

  test('is the first one whose share of the baskets reaches it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (n, share) => {
          const count = minCountOf({ share }, n)
          expect(count / n).toBeGreaterThanOrEqual(share)
          if (count > 1) expect((count - 1) / n).toBeLessThan(share)
        },
      ),
    )
  })

  test('of a share that is a fraction of the baskets is that fraction', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (n, some) => {
        const count = 1 + (some % n)
        expect(minCountOf({ share: count / n }, n)).toBe(count)
      }),
    )
  })
})

test('the most frequent item and pair are those that counting gives', () => {
  fc.assert(
    fc.property(someLists, (lists) => {
      const all = [...countedByForce(lists, 1)]
      const most = (length: number) =>
        Math.max(0, ...all.filter(([set]) => set.split(',').length === length).map(([, count]) => count))
      const baskets = basketsFrom(lists)
      expect(mostFrequentItem(baskets)?.count ?? 0).toBe(most(1))
      const pair = mostFrequentPair(baskets)
      expect(pair?.count ?? 0).toBe(most(2))
      if (pair !== undefined) {
        expect(countedByForce(lists, 1).get(pair.items.toSorted((a, b) => a - b).join(','))).toBe(pair.count)
      }
    }),
  )
})

test('a search for closed itemsets can be left within the class of one item', () => {
  // Each of 14 items is in nearly all baskets, so that many itemsets are closed.
  const items = Array.from({ length: 14 }, (_, i) => i)
  const lists = Array.from({ length: 60 }, (_, b) => items.filter((i) => (b * 7 + i * 11) % 13 !== 0))
  const steps = closedSteps(basketsFrom(lists), 'closed', {
    minCount: 1,
    maxLength: Infinity,
    maxItemsets: Infinity,
  })
  let turns = 0
  while (steps.next().done !== true) turns++
  expect(turns).toBeGreaterThan(3 * 14)
})
