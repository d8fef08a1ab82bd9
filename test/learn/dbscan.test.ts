import { default as DensityClustering } from 'density-clustering'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { matrixOf } from '../../src/base/matrix.ts'
import { stepByStep, type Runner } from '../../src/base/steps.ts'
import { ThreadPool } from '../../src/kernels/pool.ts'
import { dbscan, dbscanSteps, type DbscanOptions } from '../../src/learn/dbscan.ts'
import type { Metric } from '../../src/learn/point-tree.ts'
import { cases, placesOf, versions } from './dbscan-answers.ts'

const earth = 6_371_008.8

test.each(cases.map((one, i) => [i, one.kind, one.metric, one] as const))(
  `agrees with scikit-learn ${versions['scikit-learn']} on set %i: %s, %s`,
  (_i, _kind, _metric, want) => {
    const isGeo = want.metric === 'haversine'
    const x = isGeo ? want.x.map((row) => row.map((degrees) => degrees * (Math.PI / 180))) : want.x
    const got = dbscan(matrixOf(x), {
      eps: isGeo ? want.eps / earth : want.eps,
      minSamples: want.min_samples,
      metric: want.metric,
    })
    expect([...got.labels]).toEqual(want.labels)
    expect(placesOf(got.core)).toEqual(want.core)
  },
)

/** The definition, over all pairs. */
function byDefinition(rows: readonly (readonly number[])[], { eps, minSamples, metric }: DbscanOptions) {
  const distance = (a: readonly number[], b: readonly number[]) =>
    metric === 'manhattan'
      ? a.reduce((sum, value, j) => sum + Math.abs(value - (b[j] as number)), 0)
      : a.reduce((sum, value, j) => sum + (value - (b[j] as number)) ** 2, 0)
  const limit = metric === 'manhattan' ? eps : eps * eps
  const near = rows.map((a) => rows.flatMap((b, j) => (distance(a, b) <= limit ? [j] : [])))
  const isCore = near.map((list) => list.length >= minSamples)
  const labels = rows.map(() => -1)
  let groups = 0
  rows.forEach((_, start) => {
    if (!isCore[start] || labels[start] !== -1) return
    const open = [start]
    labels[start] = groups
    while (open.length > 0) {
      const i = open.pop() as number
      if (!isCore[i]) continue
      for (const j of near[i] as number[]) {
        if (labels[j] !== -1) continue
        labels[j] = groups
        open.push(j)
      }
    }
    groups++
  })
  return { labels, core: isCore.map(Number), groups }
}

const columns = fc.integer({ min: 1, max: 7 })
const anyRows = columns.chain((p) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 12 }), { minLength: p, maxLength: p }), {
    minLength: 1,
    maxLength: 90,
  }),
)
const anyOptions = fc.record({
  eps: fc.constantFrom(0.5, 1, 1.5, 2, 3, 8, 40),
  minSamples: fc.integer({ min: 1, max: 12 }),
  metric: fc.constantFrom<Metric>('euclidean', 'manhattan'),
})

test('is what the definition says, in any number of columns', () =>
  fc.assert(
    fc.property(anyRows, anyOptions, (rows, options) => {
      const want = byDefinition(rows, options)
      const got = dbscan(matrixOf(rows), options)
      expect([...got.labels]).toEqual(want.labels)
      expect([...got.core]).toEqual(want.core)
      expect(got.sizes).toHaveLength(want.groups)
      got.sizes.forEach((size, c) => expect(got.labels.filter((label) => label === c)).toHaveLength(size))
    }),
    { numRuns: 300 },
  ))

test('shuffling the rows only shuffles the core rows and the noise', () =>
  fc.assert(
    fc.property(anyRows, anyOptions, fc.integer(), (rows, options, seed) => {
      const order = rows
        .map((_, i) => ({ i, key: Math.sin(i * 12.9 + seed) }))
        .sort((a, b) => a.key - b.key)
        .map(({ i }) => i)
      const before = dbscan(matrixOf(rows), options)
      const after = dbscan(matrixOf(order.map((i) => rows[i] as number[])), options)
      const partner = new Map<number, number>()
      order.forEach((i, at) => {
        expect(after.core[at]).toBe(before.core[i])
        if (after.core[at] === 0) {
          expect((after.labels[at] as number) < 0).toBe((before.labels[i] as number) < 0)
          return
        }
        const label = before.labels[i] as number
        if (!partner.has(label)) partner.set(label, after.labels[at] as number)
        expect(after.labels[at]).toBe(partner.get(label))
      })
    }),
    { numRuns: 100 },
  ))

test('moving all rows, or twice the unit and twice eps, changes nothing', () =>
  fc.assert(
    fc.property(anyRows, anyOptions, (rows, options) => {
      const before = dbscan(matrixOf(rows), options)
      expect(dbscan(matrixOf(rows.map((row) => row.map((value) => value + 1000))), options)).toEqual(before)
      const twice = { ...options, eps: options.eps * 2 }
      expect(dbscan(matrixOf(rows.map((row) => row.map((value) => value * 2))), twice)).toEqual(before)
    }),
    { numRuns: 100 },
  ))

test('every row twice, with twice the rows asked for, is core where it was', () =>
  fc.assert(
    fc.property(anyRows, anyOptions, (rows, options) => {
      const before = dbscan(matrixOf(rows), options)
      const double = { ...options, minSamples: options.minSamples * 2 }
      const after = dbscan(matrixOf([...rows, ...rows]), double)
      expect(after.core.slice(0, rows.length)).toEqual(before.core)
      expect(after.labels.slice(0, rows.length)).toEqual(before.labels)
      expect(after.labels.slice(rows.length)).toEqual(before.labels)
    }),
    { numRuns: 100 },
  ))

test('groups the core rows as density-clustering does', () => {
  for (const { x, eps, min_samples: minSamples, metric } of cases.filter(
    (one) => one.metric === 'euclidean',
  )) {
    // It takes < eps where all others take ≤ eps: so its distance says near or not.
    const apart = (a: number[], b: number[]) =>
      Number(a.reduce((sum, value, j) => sum + (value - (b[j] as number)) ** 2, 0) > eps * eps)
    const theirs = new DensityClustering.DBSCAN().run(x, 0.5, minSamples, apart)
    const got = dbscan(matrixOf(x), { eps, minSamples, metric })
    const core = placesOf(got.core)
    const groupOf = new Map(theirs.flatMap((group, c) => group.map((i) => [i, c] as const)))
    const partner = new Map<number, number | undefined>()
    for (const i of core) {
      const label = got.labels[i] as number
      if (!partner.has(label)) partner.set(label, groupOf.get(i))
      expect(groupOf.get(i)).toBe(partner.get(label))
    }
    expect(partner.size).toBe(theirs.length)
  }
})

describe('by hand', () => {
  const line = (...values: number[]) => matrixOf(values.map((value) => [value]))
  const options = { eps: 1, minSamples: 2, metric: 'euclidean' } as const

  test('a row exactly eps away is a neighbour', () => {
    expect([...dbscan(line(0, 1, 2), options).labels]).toEqual([0, 0, 0])
    expect([...dbscan(line(0, 1.0000001, 3), options).labels]).toEqual([-1, -1, -1])
  })

  test('a border row between two groups is in the first', () => {
    const between = { ...options, eps: 0.9, minSamples: 4 }
    const upwards = dbscan(line(10, 10.2, 10.4, 11.2, 12, 12.2, 12.4), between)
    expect([...upwards.labels]).toEqual([0, 0, 0, 0, 1, 1, 1])
    expect([...upwards.core]).toEqual([0, 0, 1, 0, 1, 0, 0])
    const downwards = dbscan(line(12.4, 12.2, 12, 11.2, 10.4, 10.2, 10), between)
    expect([...downwards.labels]).toEqual([0, 0, 0, 0, 1, 1, 1])
  })

  test('no rows, one row, all rows the same', () => {
    expect([...dbscan({ rows: 0, cols: 2, data: new Float64Array(0) }, options).labels]).toEqual([])
    expect([...dbscan(line(5), options).labels]).toEqual([-1])
    expect([...dbscan(line(5), { ...options, minSamples: 1 }).labels]).toEqual([0])
    const same = dbscan(line(...new Array<number>(500).fill(3)), { ...options, minSamples: 500 })
    expect([...same.sizes]).toEqual([500])
  })
})

describe('threads', () => {
  const pools: ThreadPool[] = []
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()))
  })
  test('give the same bytes', async () => {
    const n = 150_000
    const data = Float64Array.from({ length: n * 2 }, (_, at) => {
      const i = Math.floor(at / 2)
      return at % 2 === 0 ? (i % 7) * 3 + Math.sin(i * 12.9898) : Math.cos(i * 78.233) * Math.sin(i * 0.37)
    })
    const x = { rows: n, cols: 2, data }
    const options = { eps: 0.02, minSamples: 8, metric: 'euclidean' } as const
    const alone = dbscan(x, options)
    expect(alone.sizes.length).toBeGreaterThan(1)
    for (const threads of [2, 3]) {
      const pool = new ThreadPool(threads, { patienceMs: 0 })
      pools.push(pool)
      const runner: Runner = pool
      expect(await stepByStep(dbscanSteps(x, options), undefined, runner)).toEqual(alone)
    }
  })
})
