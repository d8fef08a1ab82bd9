import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RandomState } from '../../../src/base/random.ts'
import { allAtOnce } from '../../../src/base/steps.ts'
import { classScores, numberScores, rocArea } from '../../../src/learn/class-scores.ts'
import { foldsOf, holdOut } from '../../../src/learn/folds.ts'
import { assess, choosePriceSteps, partsOf } from '../../../src/learn/tree/assess.ts'
import { prepare } from '../../../src/learn/tree/cart.ts'
import { grow, type GrowSettings } from '../../../src/learn/tree/grow.ts'
import { leafCount } from '../../../src/learn/tree/tree.ts'
import { madeTable } from './tables.ts'

interface Answer {
  readonly seed: number
  readonly plain: readonly number[]
  readonly shuffled: readonly number[]
  readonly test: readonly number[]
  readonly cv: readonly number[]
  readonly confusion?: readonly (readonly number[])[]
  readonly precision?: readonly (number | null)[]
  readonly recall?: readonly (number | null)[]
  readonly f1?: readonly (number | null)[]
  readonly auc?: number
}

// test/reference/tree/make_folds.py wrote it.
const { tables } = JSON.parse(readFileSync('test/reference/tree/folds.json', 'utf8')) as {
  readonly tables: readonly Answer[]
}

function settingsFor({ options }: ReturnType<typeof madeTable>, seed: number): GrowSettings {
  return {
    ...options,
    algorithm: 'cart',
    alpha: 0,
    confidence: 0.25,
    prunes: true,
    asSklearn: true,
    seed,
  }
}

describe('parts and scores are those of scikit-learn', () => {
  test.each(tables.map((answer) => [answer.seed, answer] as const))('table %i', (seed, want) => {
    const table = madeTable(seed)
    const { target, features, rows } = table
    const classes =
      target.kind === 'classes' ? { codes: target.codes, classes: target.labels.length } : undefined
    const plain = foldsOf(rows.length, classes, 5, undefined)
    expect([...plain]).toEqual(want.plain)
    expect([...foldsOf(rows.length, classes, 5, seed)]).toEqual(want.shuffled)
    expect([...(holdOut(rows.length, classes, 0.25, seed)?.test ?? [])]).toEqual(want.test)
    const found = assess(prepare(features, target), settingsFor(table, seed), partsOf(rows, plain, 5))
    found.parts.forEach((score, fold) => expect(score).toBeCloseTo(want.cv[fold] as number, 9))
    if (target.kind === 'number') return
    const truth = Int32Array.from(found.rows, (row) => target.codes[row] as number)
    const scores = classScores(truth, found.values, target.labels.length)
    expect(scores.confusion).toEqual(want.confusion)
    scores.classes.forEach((one, c) => {
      for (const key of ['precision', 'recall', 'f1'] as const) {
        const wanted = want[key]?.[c] ?? undefined
        if (wanted === undefined) expect(one[key]).toBeUndefined()
        else expect(one[key]).toBeCloseTo(wanted, 12)
      }
    })
    if (want.auc !== undefined) {
      expect(rocArea(Uint8Array.from(truth), found.scores)).toBeCloseTo(want.auc, 12)
    }
  })
})

describe('scores', () => {
  test('of numbers, by hand', () => {
    const scores = numberScores(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 2, 3, 2))
    expect(scores).toEqual({ rows: 4, r2: 1 - 4 / 5, rmse: 1, mae: 0.5 })
  })

  test('that would divide by nothing are undefined', () => {
    expect(numberScores(Float64Array.of(2, 2), Float64Array.of(2, 2)).r2).toBeUndefined()
    expect(rocArea(Uint8Array.of(1, 1), Float64Array.of(0.2, 0.4))).toBeUndefined()
    expect(classScores([0, 0], [0, 0], 2).classes[1]).toEqual({
      precision: undefined,
      recall: undefined,
      f1: undefined,
      rows: 0,
    })
  })
})

test('a column that decides counts, one of noise does not', () => {
  const n = 400
  const codes = Int32Array.from({ length: n }, (_, i) => ((i * 7919) % 3 === 0 ? 1 : 0))
  const decides = Float64Array.from(codes, (code, i) => code * 10 + (i % 7))
  const noise = Float64Array.from({ length: n }, (_, i) => (i * 104729) % 97)
  const features = [
    { kind: 'number', name: 'noise', values: noise } as const,
    { kind: 'number', name: 'decides', values: decides } as const,
  ]
  const target = { kind: 'classes', name: 'y', labels: ['no', 'yes'], codes } as const
  const prepared = prepare(features, target)
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  const settings = {
    ...settingsFor(madeTable(0), 1),
    criterion: 'gini',
    isBalanced: false,
    asSklearn: false,
    maxDepth: 3,
  } as const
  const parts = partsOf(rows, foldsOf(n, { codes, classes: 2 }, 10, 1), 10)
  const found = assess(prepared, settings, parts)
  expect(found.parts.every((score) => score === 1)).toBe(true)
  expect(found.permutation[0]).toBe(0)
  expect(found.permutation[1]).toBeGreaterThan(0.3)
})

test('the price that cross-validation chooses cuts a tree of noise down to what it knows', () => {
  const n = 600
  // A step at 30 and nothing else; a fifth of the classes is turned around.
  const random = new RandomState(5)
  const x = Float64Array.from({ length: n }, () => random.below(100))
  const codes = Int32Array.from(x, (value) => ((value > 30 ? 1 : 0) + (random.below(5) === 0 ? 1 : 0)) % 2)
  const prepared = prepare([{ kind: 'number', name: 'x', values: x }], {
    kind: 'classes',
    name: 'y',
    labels: ['a', 'b'],
    codes,
  })
  const rows = Int32Array.from({ length: n }, (_, i) => i)
  const settings = {
    ...settingsFor(madeTable(0), 1),
    criterion: 'gini',
    isBalanced: false,
    asSklearn: false,
    maxDepth: Infinity,
    minLeaf: 1,
    minSplit: 2,
  } as const
  const whole = grow(prepared, rows, settings)
  const parts = partsOf(rows, foldsOf(n, { codes, classes: 2 }, 10, 7), 10)
  const chosen = allAtOnce(choosePriceSteps(prepared, settings, whole, parts))
  expect(leafCount(whole.root)).toBeGreaterThan(20)
  expect(leafCount(grow(prepared, rows, { ...settings, alpha: chosen.alpha }).root)).toBe(2)
})
