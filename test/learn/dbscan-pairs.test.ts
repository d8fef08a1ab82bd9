import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { matrixOf, type Matrix } from '../../src/base/matrix.ts'
import { allAtOnce, stepByStep } from '../../src/base/steps.ts'
import { openPairs } from '../../src/kernels/pairs.ts'
import { ThreadPool } from '../../src/kernels/pool.ts'
import { dbscanOfPairs, shareToMeasure } from '../../src/learn/dbscan-pairs.ts'
import { dbscanOn, dbscanSteps, type DbscanOptions } from '../../src/learn/dbscan.ts'
import { plant, reachOf } from '../../src/learn/point-tree.ts'
import { cases, placesOf, versions } from './dbscan-answers.ts'

type Options = Omit<DbscanOptions, 'metric'>

/** @param order of the rows; that of a tree where none is given */
function overPairs(x: Matrix, { eps, minSamples }: Options, order?: Int32Array) {
  const rows = order ?? allAtOnce(plant(x, 'euclidean')).rows
  const pairs = openPairs(x, eps, minSamples, rows)
  return pairs === undefined ? undefined : allAtOnce(dbscanOfPairs(pairs))
}

function inTree(x: Matrix, options: Options) {
  return allAtOnce(dbscanOn(allAtOnce(plant(x, 'euclidean')), options))
}

test(`all pairs give the labels of scikit-learn ${versions['scikit-learn']}`, () => {
  const euclidean = cases.filter(({ metric }) => metric === 'euclidean')
  expect(euclidean.length).toBeGreaterThan(50)
  for (const { x, eps, min_samples: minSamples, labels, core } of euclidean) {
    const got = overPairs(matrixOf(x), { eps, minSamples })
    expect([...(got?.labels ?? [])]).toEqual(labels)
    expect(placesOf(got?.core ?? new Uint8Array(0))).toEqual(core)
  }
})

/** Many pairs exactly eps apart; far from zero; in units that single precision does not reach. */
const rows = fc
  .record({
    p: fc.integer({ min: 1, max: 22 }),
    unit: fc.constantFrom(1, 0.1, 1e25, 1e-25),
    shift: fc.constantFrom(0, 0, 1e6),
  })
  .chain(({ p, unit, shift }) =>
    fc.record({
      unit: fc.constant(unit),
      x: fc.array(
        fc.array(
          fc.integer({ min: 0, max: 3 }).map((value) => (value + shift) * unit),
          { minLength: p, maxLength: p },
        ),
        { minLength: 1, maxLength: 90 },
      ),
    }),
  )
const anyEps = fc.constantFrom(0.5, 1, Math.SQRT2, 2, Math.sqrt(5), 3, 9)

test('all pairs give what a tree gives, in any unit and any order of the rows', () =>
  fc.assert(
    fc.property(rows, anyEps, fc.integer({ min: 1, max: 9 }), ({ x, unit }, eps, minSamples) => {
      const options = { eps: eps * unit, minSamples }
      const want = inTree(matrixOf(x), options)
      expect(overPairs(matrixOf(x), options)).toEqual(want)
      expect(
        overPairs(
          matrixOf(x),
          options,
          Int32Array.from(x, (_, i) => x.length - 1 - i),
        ),
      ).toEqual(want)
    }),
    { numRuns: 400 },
  ))

/** Rows without any order, in so many columns that all are about as far from each other. */
function scattered(n: number, p: number): Matrix {
  const data = Float64Array.from(
    { length: n * p },
    (_, at) => Math.abs(Math.sin(at * 12.9898) * 43758.5453) % 1,
  )
  return { rows: n, cols: p, data }
}

test('a tree over rows in many columns leaves out little, in few columns much', () => {
  const share = (p: number) =>
    shareToMeasure(
      allAtOnce(plant(scattered(4000, p), 'euclidean')),
      reachOf('euclidean', 0.1 * Math.sqrt(p)),
    )
  expect(share(2)).toBeLessThan(0.2)
  expect(share(16)).toBeGreaterThan(0.5)
})

describe('threads', () => {
  const pool = new ThreadPool(2, { patienceMs: 0 })
  afterAll(() => pool.close())

  test('share out the pairs and give the same', async () => {
    const x = scattered(4000, 16)
    const options = { eps: 0.8, minSamples: 4, metric: 'euclidean' } as const
    const shared = await stepByStep(dbscanSteps(x, options), undefined, pool)
    expect(shared).toEqual(inTree(x, options))
    // Some are core, some on a border, some noise.
    const rest = shared.labels.filter((_, i) => shared.core[i] === 0)
    expect(shared.core).toContain(1)
    expect(rest).toContain(-1)
    expect(rest.some((label) => label >= 0)).toBe(true)
  })
})
