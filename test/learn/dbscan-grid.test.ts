import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { matrixOf, type Matrix } from '../../src/base/matrix.ts'
import { allAtOnce, stepByStep } from '../../src/base/steps.ts'
import { openGrid } from '../../src/kernels/grid.ts'
import { ThreadPool } from '../../src/kernels/pool.ts'
import { dbscanInGrid } from '../../src/learn/dbscan-grid.ts'
import { dbscan, dbscanOn, dbscanSteps, type DbscanOptions } from '../../src/learn/dbscan.ts'
import { plant, reachOf, type Metric } from '../../src/learn/point-tree.ts'
import { cases, placesOf, versions } from './dbscan-answers.ts'

function overGrid(x: Matrix, { eps, minSamples, metric }: DbscanOptions) {
  const grid = openGrid(x, { eps, minSamples, isSum: metric === 'manhattan', reach: reachOf(metric, eps) })
  return grid === undefined ? undefined : allAtOnce(dbscanInGrid(grid))
}

function inTree(x: Matrix, options: DbscanOptions) {
  return allAtOnce(dbscanOn(allAtOnce(plant(x, options.metric)), options))
}

test(`a grid and a tree both give the labels of scikit-learn ${versions['scikit-learn']}`, () => {
  const flat = cases.filter(({ metric, x }) => metric !== 'haversine' && (x[0]?.length ?? 0) <= 4)
  expect(flat.length).toBeGreaterThan(100)
  for (const { x, eps, min_samples: minSamples, metric, labels, core } of flat) {
    for (const way of [overGrid, inTree]) {
      const got = way(matrixOf(x), { eps, minSamples, metric })
      expect([...(got?.labels ?? [])]).toEqual(labels)
      expect(placesOf(got?.core ?? new Uint8Array(0))).toEqual(core)
    }
  }
})

/** On a lattice, where many pairs are exactly eps apart; with far outliers; with many rows in one place. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 12 }).map((one) => one / 4) },
  { weight: 3, arbitrary: fc.double({ min: -1, max: 4, noNaN: true }) },
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.double({ min: -1e4, max: 1e4, noNaN: true }) },
)
const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((p) => fc.array(fc.array(value, { minLength: p, maxLength: p }), { minLength: 1, maxLength: 120 }))
const anyOptions = fc.record({
  eps: fc.constantFrom(0.05, 0.25, 0.5, Math.SQRT1_2, 1, 3, 50),
  minSamples: fc.integer({ min: 1, max: 12 }),
  metric: fc.constantFrom<Metric>('euclidean', 'manhattan'),
})

test('a grid gives what a tree gives', () =>
  fc.assert(
    fc.property(rows, anyOptions, (x, options) => {
      const found = overGrid(matrixOf(x), options)
      fc.pre(found !== undefined) // No grid can be where places on it are too many to number: see below.
      expect(found).toEqual(inTree(matrixOf(x), options))
    }),
    { numRuns: 500 },
  ))

test.each([
  [
    'four columns',
    [
      [0, 0, -631.5499936595, 0],
      [0.75, 1.75, 0, 0],
      [0, 0, 2.5, 0],
      [0, -9999.912399983376, 0, 0],
      [0, 0, 0, 9999.9999],
    ],
  ],
  [
    'three columns',
    [
      [0, 0, 0],
      [1e9, -1e9, 1e9],
      [0, 0, 0.04],
    ],
  ],
])('rows so far apart that no grid can number their cells are left to the tree: %s', (_, x) => {
  const options = { eps: 0.05, minSamples: 1, metric: 'manhattan' } as const
  expect(overGrid(matrixOf(x), options)).toBeUndefined()
  expect(dbscan(matrixOf(x), options)).toEqual(inTree(matrixOf(x), options))
})

/** Two swarms of points that face each other across a gap along the first column. */
function facing(gap: number, count: number, p: number): Matrix {
  const data = new Float64Array(2 * count * p)
  for (let i = 0; i < 2 * count; i++) {
    for (let j = 0; j < p; j++) {
      const within = Math.abs(Math.sin(i * 12.9898 + j * 78.233) * 43758.5453) % 1
      data[i * p + j] = (within + (j === 0 && i % 2 === 1 ? 1 : 0)) * 0.3
    }
    if (i % 2 === 1) data[i * p] = (data[i * p] as number) + gap
  }
  return { rows: 2 * count, cols: p, data }
}

test.each([1, 2, 3])(
  'crowded cells face to face in %i columns are joined by their nearest pair alone',
  (p) => {
    const groups = [0.6, 0.69, 0.7, 0.705, 0.8].map((gap) => {
      const x = facing(gap, 3000, p)
      const options = { eps: 0.7, minSamples: 5, metric: 'euclidean' } as const
      const got = overGrid(x, options)
      expect(got).toEqual(inTree(x, options))
      return got?.sizes.length
    })
    expect(groups[0]).toBe(1)
    expect(groups.at(-1)).toBe(2)
  },
)

test('an eps too small for the numbers of cells has the tree find the groups', () => {
  const x = matrixOf([
    [0, 0],
    [0, 1e-9],
    [1e9, 5],
    [1e9, 5],
  ])
  const options = { eps: 1e-6, minSamples: 2, metric: 'euclidean' } as const
  expect(overGrid(x, options)).toBeUndefined()
  expect([...dbscan(x, options).labels]).toEqual([0, 0, 1, 1])
})

describe('threads', () => {
  const pool = new ThreadPool(2, { patienceMs: 0 })
  afterAll(() => pool.close())

  test('share out the parts of a grid and give the same', async () => {
    // A cell a point, so that there are several parts; the border of a pair lies in another part now and then.
    const n = 100_000
    const data = Float64Array.from({ length: n * 2 }, (_, at) => {
      const i = Math.floor(at / 2)
      return at % 2 === 0 ? (i % 331) + (i % 3) * 0.2 : Math.floor(i / 331) + (i % 5) * 0.17
    })
    const x = { rows: n, cols: 2, data }
    const options = { eps: 0.9, minSamples: 3, metric: 'euclidean' } as const
    const grid = openGrid(x, { ...options, isSum: false, reach: reachOf('euclidean', options.eps) })
    expect(grid?.parts.length).toBeGreaterThan(1)
    const shared = await stepByStep(dbscanSteps(x, options), undefined, pool)
    expect(shared).toEqual(inTree(x, options))
    const kinds = new Set(shared.labels.map((label, i) => (shared.core[i] === 1 ? 2 : Math.sign(label))))
    expect(kinds.size).toBeGreaterThan(2)
  })
})
