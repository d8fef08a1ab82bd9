import fc from 'fast-check'
import { DecisionTreeClassifier, DecisionTreeRegression } from 'ml-cart'
import { describe, expect, test } from 'vitest'
import { RandomState } from '../../../src/base/random.ts'
import { allAtOnce, stepByStep } from '../../../src/base/steps.ts'
import { ThreadPool } from '../../../src/kernels/pool.ts'
import { taken } from '../../../src/learn/tree/assess.ts'
import { growCart, growCartSteps, prepare, type CartOptions } from '../../../src/learn/tree/cart.ts'
import { impurityOf } from '../../../src/learn/tree/criterion.ts'
import { sharedCodes } from '../../../src/learn/tree/features.ts'
import { growAsSklearn } from '../../../src/learn/tree/sklearn.ts'
import { predict, predictSteps } from '../../../src/learn/tree/predict.ts'
import { canWalkByRank, rankedQuestions, RankedWalk } from '../../../src/learn/tree/ranked-walk.ts'
import {
  nodesOf,
  type Feature,
  type SetSplit,
  type Target,
  type ThresholdSplit,
  type TreeNode,
} from '../../../src/learn/tree/tree.ts'
import { madeTable } from './tables.ts'

const FREE: CartOptions = {
  criterion: 'gini',
  maxDepth: Infinity,
  minSplit: 2,
  minLeaf: 1,
  classWeights: undefined,
}
const rowsOf = (n: number) => Int32Array.from({ length: n }, (_, i) => i)
const numbers = (...values: number[]): Feature => ({
  kind: 'number',
  name: 'x',
  values: Float64Array.from(values),
})
const texts = (levels: string[], ...codes: number[]): Feature => ({
  kind: 'text',
  name: 't',
  levels,
  codes: Int32Array.from(codes),
})
const classes = (labels: string[], ...codes: number[]): Target => ({
  kind: 'classes',
  name: 'y',
  labels,
  codes: Int32Array.from(codes),
})
const amounts = (...values: number[]): Target => ({
  kind: 'number',
  name: 'y',
  values: Float64Array.from(values),
})

function grown(features: readonly Feature[], target: Target, options: Partial<CartOptions> = {}) {
  const n = target.kind === 'classes' ? target.codes.length : target.values.length
  const criterion = target.kind === 'classes' ? 'gini' : 'mse'
  return growCart(prepare(features, target), rowsOf(n), { ...FREE, criterion, ...options })
}

/** Columns of few or many values, of text, with gaps; classes or a number. */
const tables = fc
  .record({
    rows: fc.integer({ min: 2, max: 24 }),
    width: fc.integer({ min: 1, max: 3 }),
    labels: fc.integer({ min: 0, max: 4 }).filter((n) => n !== 1),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
    gaps: fc.boolean(),
  })
  .map(({ rows, width, labels, seed, gaps }) => {
    let state = seed * 2654435761 + 12345
    const draw = (n: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return (state >>> 8) % n
    }
    const features = Array.from({ length: width }, (_, j): Feature => {
      const isText = draw(2) === 0
      const levels = 2 + draw(4)
      const codes = Array.from({ length: rows }, () => (gaps && draw(6) === 0 ? -1 : draw(levels)))
      return isText
        ? {
            kind: 'text',
            name: `t${j}`,
            levels: 'abcdef'.slice(0, levels).split(''),
            codes: Int32Array.from(codes),
          }
        : {
            kind: 'number',
            name: `x${j}`,
            values: Float64Array.from(codes, (code) => (code === -1 ? NaN : code * 1.5)),
          }
    })
    const target: Target =
      labels === 0
        ? { kind: 'number', name: 'y', values: Float64Array.from({ length: rows }, () => draw(20)) }
        : {
            kind: 'classes',
            name: 'y',
            labels: 'pqrs'.slice(0, labels).split(''),
            codes: Int32Array.from({ length: rows }, () => draw(labels)),
          }
    return { features, target, rows }
  })

/** Impurity of a set of rows times their number, from its definition. */
function cost(target: Target, rows: readonly number[]): number {
  if (rows.length === 0) return 0
  if (target.kind === 'classes') {
    const counts = target.labels.map((_, c) => rows.filter((row) => target.codes[row] === c).length)
    return rows.length * impurityOf('gini', counts)
  }
  const mean = rows.reduce((sum, row) => sum + (target.values[row] as number), 0) / rows.length
  return rows.reduce((sum, row) => sum + ((target.values[row] as number) - mean) ** 2, 0)
}

/** The least cost that any split in two leaves, over all sets of levels, all thresholds, all places of the missing. */
function leastCost(features: readonly Feature[], target: Target, n: number): number {
  const all = [...rowsOf(n)]
  let least = Infinity
  const tried = (isLeft: (row: number) => boolean) => {
    const left = all.filter(isLeft)
    if (left.length === 0 || left.length === n) return
    least = Math.min(
      least,
      cost(target, left) +
        cost(
          target,
          all.filter((row) => !isLeft(row)),
        ),
    )
  }
  for (const feature of features) {
    for (const missingLeft of [false, true]) {
      if (feature.kind === 'number') {
        for (const cut of feature.values) {
          tried((row) => {
            const value = feature.values[row] as number
            return Number.isNaN(value) ? missingLeft : value <= cut
          })
        }
        continue
      }
      for (let set = 0; set < 1 << feature.levels.length; set++) {
        tried((row) => {
          const code = feature.codes[row] as number
          return code === -1 ? missingLeft : (set & (1 << code)) !== 0
        })
      }
    }
  }
  return least
}

describe('a split', () => {
  test('is the best that there is, of numbers, of texts, with gaps', () => {
    fc.assert(
      fc.property(tables, ({ features, target, rows }) => {
        const { root } = grown(features, target, { maxDepth: 1 })
        const isPure = cost(target, [...rowsOf(rows)]) === 0
        const least = isPure ? Infinity : leastCost(features, target, rows)
        if (least === Infinity) {
          expect(root.split).toBeUndefined()
          return
        }
        const left = root.children.reduce((sum, child) => sum + child.rows * child.impurity, 0)
        expect(left).toBeCloseTo(least, 9)
      }),
      { numRuns: 400 },
    )
  })

  test('of a text with more levels than are tried in all sets is the best for two classes', () => {
    // 12 levels, whose shares of class 1 rise and fall: the best set is the levels of high shares.
    const codes: number[] = []
    const labels: number[] = []
    const shares = [1, 9, 2, 8, 3, 7, 0, 10, 4, 6, 1, 9]
    shares.forEach((share, level) => {
      for (let i = 0; i < 10; i++) {
        codes.push(level)
        labels.push(i < share ? 1 : 0)
      }
    })
    const { root } = grown([texts('abcdefghijkl'.split(''), ...codes)], classes(['no', 'yes'], ...labels), {
      maxDepth: 1,
    })
    expect([...(root.split as SetSplit).branchOf]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
  })

  test('lies in the middle of two neighbours, or on the lower where no double is between', () => {
    const thresholdOf = (...values: number[]) =>
      (grown([numbers(...values)], classes(['a', 'b'], 0, 1)).root.split as ThresholdSplit).threshold
    expect(thresholdOf(1, 4)).toBe(2.5)
    expect(thresholdOf(1, 1 + Number.EPSILON)).toBe(1)
    expect(thresholdOf(-1e308, 1.6e308)).toBe(0.3e308)
  })

  test('tells numbers apart that are the same in single precision', () => {
    const features = [numbers(59055.6721, 59055.6722, 59055.6723, 59055.6724)]
    const target = classes(['a', 'b'], 0, 0, 1, 1)
    expect(nodesOf(grown(features, target).root)).toHaveLength(3)
    const single = growAsSklearn(features as never, target, rowsOf(4), { ...FREE, seed: 0 })
    expect(nodesOf(single.root)).toHaveLength(1)
  })

  test('of equals is by the first column', () => {
    const { root } = grown([numbers(5, 1, 2), numbers(9, 3, 4)], classes(['a', 'b'], 1, 0, 0))
    expect(root.split?.feature).toBe(0)
  })

  test('of a number far from zero is not lost in rounding', () => {
    const base = 1e9
    const target = amounts(base, base, base, base + 1e-3, base + 1e-3, base + 1e-3)
    const { root } = grown([numbers(1, 2, 3, 4, 5, 6)], target, { maxDepth: 1 })
    expect((root.split as ThresholdSplit).threshold).toBe(3.5)
  })

  test('leaves no side fewer rows than asked for, and small nodes whole', () => {
    const features = [numbers(...rowsOf(20))]
    const target = classes(['a', 'b'], ...rowsOf(20).map((i) => (i === 0 ? 1 : 0)))
    expect(
      (grown(features, target, { minLeaf: 4, maxDepth: 1 }).root.split as ThresholdSplit).threshold,
    ).toBe(3.5)
    expect(grown(features, target, { minSplit: 21 }).root.split).toBeUndefined()
    expect(grown(features, target, { minLeaf: 11 }).root.split).toBeUndefined()
  })
})

describe('a tree', () => {
  test('without limits fits different rows perfectly', () => {
    fc.assert(
      fc.property(tables, ({ features, target, rows }) => {
        const key = (row: number) =>
          features.map((one) => (one.kind === 'number' ? one.values[row] : one.codes[row])).join()
        const first = new Map<string, number>()
        for (let row = 0; row < rows; row++) if (!first.has(key(row))) first.set(key(row), row)
        const used = Int32Array.from(first.values())
        const criterion = target.kind === 'classes' ? 'gini' : 'mse'
        const tree = growCart(prepare(features, target), used, { ...FREE, criterion })
        const { values } = predict(tree, features, rows)
        for (const row of used) {
          expect(values[row]).toBeCloseTo(
            (target.kind === 'classes' ? target.codes : target.values)[row] as number,
            9,
          )
        }
      }),
    )
  })

  test('is the same, renamed, where levels are renamed and stand in another order', () => {
    fc.assert(
      fc.property(tables, ({ features, target, rows }) => {
        const turned = features.map((feature): Feature =>
          feature.kind === 'number'
            ? feature
            : {
                ...feature,
                levels: [...feature.levels].reverse().map((level) => `level ${level}`),
                codes: feature.codes.map((code) => (code === -1 ? -1 : feature.levels.length - 1 - code)),
              },
        )
        const cut = { maxDepth: 1 }
        const one = grown(features, target, cut).root
        const other = grown(turned, target, cut).root
        const left = (root: TreeNode) =>
          root.children.reduce((sum, child) => sum + child.rows * child.impurity, 0)
        expect(left(other)).toBeCloseTo(left(one), 9)
        const full = grown(turned, target)
        expect(predict(full, turned, rows).values.length).toBe(rows)
      }),
    )
  })

  test('has an answer for rows without a value where none lacked one: the larger side', () => {
    const features = [numbers(1, 2, 3, 4, 5)]
    const tree = grown(features, classes(['a', 'b'], 0, 0, 0, 1, 1), { maxDepth: 1 })
    const { values, probabilities } = predict(tree, [numbers(NaN)], 1)
    expect([values[0], probabilities[0]]).toEqual([0, 1])
  })

  test('of one class, or of equal numbers, is a leaf', () => {
    expect(grown([numbers(1, 2)], classes(['a', 'b'], 1, 1)).root).toMatchObject({
      value: 1,
      impurity: 0,
      children: [],
    })
    expect(grown([numbers(1, 2)], amounts(0.1, 0.1)).root).toMatchObject({
      value: 0.1,
      impurity: 0,
      children: [],
    })
  })

  test('asks twice where one question gains nothing', () => {
    const features = [numbers(0, 0, 1, 1), numbers(0, 1, 0, 1)]
    const xor = classes(['a', 'b'], 0, 1, 1, 0)
    const { values } = predict(grown(features, xor), features, 4)
    expect([...values]).toEqual([0, 1, 1, 0])
  })

  test('weighs classes as asked for', () => {
    const features = [numbers(1, 1, 1, 1, 2)]
    const target = classes(['a', 'b'], 0, 0, 0, 1, 1)
    const plain = grown(features, target).root
    expect(plain.children[0]).toMatchObject({ value: 0, rows: 4 })
    const weighed = grown(features, target, { classWeights: Float64Array.of(1, 4) }).root
    expect(weighed.children[0]).toMatchObject({ value: 1, rows: 4 })
    expect([...(weighed.children[0]?.weights ?? [])]).toEqual([3, 4])
  })

  test('by entropy asks what scikit-learn asks', () => {
    const table = madeTable(1)
    const sklearn = growAsSklearn(table.features, table.target, table.rows, {
      ...FREE,
      criterion: 'entropy',
      maxDepth: 1,
      seed: 0,
    })
    const own = grown(table.features, table.target, { criterion: 'entropy', maxDepth: 1 })
    expect(own.root.children.map(({ rows }) => rows)).toEqual(sklearn.root.children.map(({ rows }) => rows))
  })
})

test('threads and scratch space make no difference: large nodes, small nodes, counted and sorted columns', async () => {
  const n = 60_000
  const draw = (i: number, by: number) => (Math.imul(i + 1, by) >>> 7) % 1_000_003
  const features: Feature[] = [
    {
      kind: 'number',
      name: 'few',
      values: Float64Array.from({ length: n }, (_, i) => draw(i, 2654435761) % 40),
    },
    {
      kind: 'number',
      name: 'many',
      values: Float64Array.from({ length: n }, (_, i) => draw(i, 40503) + 0.5),
    },
    {
      kind: 'text',
      name: 'text',
      levels: ['a', 'b', 'c'],
      codes: sharedCodes(Int32Array.from({ length: n }, (_, i) => draw(i, 97) % 3)),
    },
  ]
  const codes = sharedCodes(
    Int32Array.from(
      { length: n },
      (_, i) => (draw(i, 2654435761) % 40 > 20 ? 1 : 0) + (draw(i, 131) % 5 === 0 ? 1 : 0),
    ),
  )
  const prepared = prepare(features, { kind: 'classes', name: 'y', labels: ['p', 'q', 'r'], codes })
  const options = { ...FREE, maxDepth: 9, minLeaf: 3 }
  const alone = growCart(prepared, rowsOf(n), options)
  const pool = new ThreadPool(2, { patienceMs: 0 })
  const together = await stepByStep(growCartSteps(prepared, rowsOf(n), options, 2000), undefined, pool)
  await pool.close()
  expect(nodesOf(alone.root).length).toBeGreaterThan(100)
  expect(together).toEqual(alone)
})

/** Columns of few and of many values and a text, with gaps. */
function wideTable(seed: number, n: number, classCount: number): { features: Feature[]; target: Target } {
  const random = new RandomState(seed)
  const numbersOf = (values: number): Feature => ({
    kind: 'number',
    name: `x${values}`,
    values: Float64Array.from({ length: n }, () => (random.below(20) === 0 ? NaN : random.below(values) / 4)),
  })
  const features: Feature[] = [
    numbersOf(5),
    numbersOf(60),
    numbersOf(n),
    numbersOf(40 * n),
    {
      kind: 'text',
      name: 't',
      levels: [...'abcdefghijklmnop'],
      codes: Int32Array.from({ length: n }, () => random.below(17) - 1),
    },
  ]
  const [, , x] = features as [Feature, Feature, { values: Float64Array }]
  const tell = (i: number) => Math.floor((x.values[i] as number) / 50 + random.below(3)) || 0
  const target: Target =
    classCount === 0
      ? {
          kind: 'number',
          name: 'y',
          values: Float64Array.from({ length: n }, (_, i) => tell(i) + random.random()),
        }
      : {
          kind: 'classes',
          name: 'y',
          labels: [...'pqrstuvwx'].slice(0, classCount),
          codes: Int32Array.from({ length: n }, (_, i) => Math.abs(tell(i)) % classCount),
        }
  return { features, target }
}

describe('rows that stay sorted and counts that are taken from each other', () => {
  const ways: readonly (readonly [string, number, Partial<CartOptions>])[] = [
    ['two classes', 2, {}],
    ['nine classes', 9, {}],
    ['leaves of 7 rows', 3, { minLeaf: 7 }],
    ['entropy', 3, { criterion: 'entropy' }],
    ['weights', 3, { classWeights: Float64Array.of(1, 2.5, 0.3) }],
    ['a number', 0, { criterion: 'mse' }],
  ]
  test.each(ways)('grow the tree that looking at every node anew grows: %s', (_, classCount, given) => {
    for (let seed = 1; seed <= 6; seed++) {
      const n = 400 + 150 * seed
      const { features, target } = wideTable(seed, n, classCount)
      const prepared = prepare(features, target)
      // Not all rows, as in cross-validation: more than half of the table, and less.
      const rows = rowsOf(n).filter((row) => (seed % 2 === 0 ? row % 10 !== 3 : row % 3 === 1))
      const options = { ...FREE, maxDepth: 12, ...given }
      const anew = allAtOnce(growCartSteps(prepared, rows, options, 0))
      expect(growCart(prepared, rows, options)).toEqual(anew)
    }
  })

  test('rows of a part held out end where the walk by values has them end', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const n = 900
      const { features, target } = wideTable(seed, n, 3)
      const prepared = prepare(features, target)
      const tree = growCart(
        prepared,
        rowsOf(n).filter((row) => row % 5 !== seed % 5),
        { ...FREE, maxDepth: 9 },
      )
      const test_ = rowsOf(n).filter((row) => row % 5 === seed % 5)
      const nodes = nodesOf(tree.root)
      const walk = new RankedWalk(rankedQuestions(tree, prepared.values), prepared.columns)
      const leaves = walk.leavesOf(test_)
      const said = (reached: Int32Array) => Array.from(reached, (leaf) => nodes[leaf]?.value)
      const own = taken(features, test_)
      expect(said(leaves)).toEqual([...predict(tree, own, test_.length).values])
      // A column that says what it says of other rows.
      const others = test_.slice().reverse()
      features.forEach((feature, place) => {
        const [mixed] = taken([feature], others)
        const asked = own.map((one, i) => (i === place ? (mixed as Feature) : one))
        const reached = walk.leavesWith({ feature: place, rows: others }, test_, leaves)
        expect(said(reached)).toEqual([...predict(tree, asked, test_.length).values])
      })
    }
  })

  test('the walk by ranks follows thresholds of single precision', () => {
    const { features, target, rows } = madeTable(4)
    const prepared = prepare(features, target)
    const tree = growAsSklearn(features, target, rows, { ...FREE, seed: 4, classWeights: undefined })
    expect(canWalkByRank(tree)).toBe(true)
    const nodes = nodesOf(tree.root)
    const walk = new RankedWalk(rankedQuestions(tree, prepared.values), prepared.columns)
    const said = Array.from(walk.leavesOf(rows), (leaf) => nodes[leaf]?.value)
    expect(said).toEqual([...predict(tree, features, rows.length).values])
  })
})

test('a tree too deep to be copied to another thread answers all the same', async () => {
  const leaf = (value: number): TreeNode => ({
    rows: 1,
    counts: new Float64Array(0),
    weights: new Float64Array(0),
    value,
    impurity: 0,
    split: undefined,
    children: [],
  })
  let root = leaf(0)
  for (let i = 20_000; i > 0; i--) {
    const split = { kind: 'threshold' as const, feature: 0, threshold: i, missing: 0 }
    root = { ...leaf(i), split, children: [leaf(i), root] }
  }
  const values = Float64Array.from({ length: 300_000 }, (_, i) => (i % 3) + 0.5)
  const pool = new ThreadPool(2, { patienceMs: 0 })
  const steps = predictSteps({ root, precision: 'float64' }, [{ kind: 'number', name: 'x', values }], 300_000)
  const said = await stepByStep(steps, undefined, pool)
  await pool.close()
  expect([...said.values.subarray(299_997)]).toEqual([1, 2, 3])
})

describe('ml-cart, as a second opinion, gives the same answers', () => {
  const table = madeTable(12)
  const x = Array.from(table.rows, (row) => table.features.map(({ values }) => values[row] as number))

  test('for classes', () => {
    const { target, features, rows } = madeTable(4)
    const grid = Array.from(rows, (row) => features.map(({ values }) => values[row] as number))
    const codes = (target as { codes: Int32Array }).codes
    const peer = new DecisionTreeClassifier({ minNumSamples: 1, gainThreshold: 0, maxDepth: 2 })
    peer.train(grid, [...codes])
    const own = predict(grown(features, target, { maxDepth: 2 }), features, rows.length)
    const right = (said: ArrayLike<number>) => [...codes].filter((code, i) => code === said[i]).length
    expect(right(own.values)).toBe(right(peer.predict(grid)))
  })

  test('for numbers', () => {
    const y = x.map((row) => (row[0] as number) * 2 + (row.at(-1) as number))
    const peer = new DecisionTreeRegression({ minNumSamples: 1, gainThreshold: 0, maxDepth: 1 })
    peer.train(x, y)
    const own = predict(grown(table.features, amounts(...y), { maxDepth: 1 }), table.features, x.length)
    const missed = (said: ArrayLike<number>) =>
      y.reduce((sum, value, i) => sum + (value - (said[i] as number)) ** 2, 0)
    expect(missed(own.values)).toBeCloseTo(missed(peer.predict(x)), 6)
  })
})
