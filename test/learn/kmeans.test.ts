import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { kmeans as mlKMeans } from 'ml-kmeans'
import { describe, expect, test } from 'vitest'
import { matrixOf, type Matrix } from '../../src/base/matrix.ts'
import { calinskiHarabasz, daviesBouldin } from '../../src/learn/cluster-scores.ts'
import { searchK } from '../../src/learn/k-search.ts'
import { centerDistances, countDistinctRows, kmeans, type KMeansOptions } from '../../src/learn/kmeans.ts'
import { silhouette } from '../../src/learn/silhouette.ts'

interface Case {
  name: string
  k: number
  seed: number
  options: { init?: 'random' | number[][]; n_init?: number; max_iter?: number; tol?: number }
  x: number[][]
  groups: number[]
  centers: number[][]
  inertia: number
  iterations: number
  silhouette: number | null
  davies_bouldin: number | null
  calinski_harabasz: number | null
}
const file = new URL('../reference/kmeans/answers.json', import.meta.url)
const { cases, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[]
  versions: { 'scikit-learn': string }
}

const usual: KMeansOptions = { init: 'k-means++', runs: 10, maxIterations: 300, tolerance: 1e-4, seed: 42 }

function optionsOf({ options, seed }: Case): KMeansOptions {
  return {
    init: Array.isArray(options.init) ? matrixOf(options.init) : (options.init ?? 'k-means++'),
    runs: options.n_init ?? 10,
    maxIterations: options.max_iter ?? 300,
    tolerance: options.tol ?? 1e-4,
    seed,
  }
}

/** For each group of scikit-learn the group that its rows are in here; fails when they are in several. */
function matchedGroups(want: readonly number[], got: Int32Array): Map<number, number> {
  const partner = new Map<number, number>()
  want.forEach((group, i) => {
    if (!partner.has(group)) partner.set(group, got[i] as number)
    expect(got[i]).toBe(partner.get(group))
  })
  expect(new Set(partner.values()).size).toBe(partner.size)
  return partner
}

function near(got: number | undefined, want: number | null): void {
  if (want === null) expect(got).toBeUndefined()
  else expect(Math.abs((got as number) - want)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(want)))
}

describe(`with the same seed, agrees with scikit-learn ${versions['scikit-learn']}`, () => {
  test.each(cases)('$name, seed $seed', (want) => {
    const x = matrixOf(want.x)
    const got = kmeans(x, want.k, optionsOf(want))
    near(got.inertia, want.inertia)
    expect(got.iterations).toBe(want.iterations)
    const partner = matchedGroups(want.groups, got.labels)
    for (const [theirs, ours] of partner) {
      want.centers[theirs]?.forEach((value, j) => near(got.centers.data[ours * x.cols + j], value))
    }
  })

  test.each(cases)('scores of $name, seed $seed', (want) => {
    const x = matrixOf(want.x)
    const labels = Int32Array.from(want.groups)
    near(silhouette(x, labels, want.k, 0)?.score, want.silhouette)
    near(daviesBouldin(x, labels, want.k), want.davies_bouldin)
    near(calinskiHarabasz(x, labels, want.k), want.calinski_harabasz)
  })
})

test('from the same first centres, agrees with ml-kmeans', () => {
  const iris = cases.find((one) => one.name === 'iris') as Case
  const start = [0, 60, 120].map((row) => iris.x[row] as number[])
  const got = kmeans(matrixOf(iris.x), 3, { ...usual, init: matrixOf(start), tolerance: 0 })
  const theirs = mlKMeans(iris.x, 3, { initialization: start, tolerance: 0, maxIterations: 300 })
  expect([...got.labels]).toEqual(theirs.clusters)
  theirs.centroids.forEach((center, c) =>
    center.forEach((value, j) => near(got.centers.data[c * 4 + j], value)),
  )
})

test('the largest group is 0, and groups of one size stand in the order of their first row', () => {
  const x = matrixOf([[50], [0], [0.1], [100], [0.2], [50.1], [100.1]])
  expect([...kmeans(x, 3, usual).labels]).toEqual([1, 0, 0, 2, 0, 1, 2])
})

test('with given first centres group j is the one that started from centre j', () => {
  const x = matrixOf([[50], [0], [0.1], [0.2]])
  expect([...kmeans(x, 2, { ...usual, init: matrixOf([[60], [1]]) }).labels]).toEqual([0, 1, 1, 1])
})

test('more groups than different rows leaves groups empty and never fails', () => {
  const got = kmeans(matrixOf([[1], [1], [2], [2], [2]]), 4, usual)
  expect(got.inertia).toBe(0)
  expect([...got.sizes].filter((size) => size > 0)).toEqual([3, 2])
})

test('a group count that the rows cannot fill is refused', () => {
  expect(() => kmeans(matrixOf([[1], [2]]), 3, usual)).toThrow(RangeError)
  expect(() => kmeans(matrixOf([[1], [2]]), 2, { ...usual, init: matrixOf([[1]]) })).toThrow(RangeError)
})

test('different rows are counted, zero and minus zero as one', () => {
  expect(
    countDistinctRows(
      matrixOf([
        [0, 1],
        [-0, 1],
        [1, 0],
        [0, 1],
      ]),
      10,
    ),
  ).toBe(2)
  expect(countDistinctRows(matrixOf([[0], [1], [2]]), 2)).toBe(2)
})

test('distances to centres are not squared', () => {
  expect([...centerDistances(matrixOf([[0], [3]]), matrixOf([[1]]), Int32Array.of(0, 0))]).toEqual([1, 2])
})

/** Three clouds far apart: the groups are determined, so laws about them hold exactly. */
const clouds = fc
  .array(
    fc.tuple(fc.constantFrom(0, 1, 2), fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })),
    {
      minLength: 6,
      maxLength: 40,
    },
  )
  .filter((rows) => new Set(rows.map(([cloud]) => cloud)).size === 3)
  .map((rows) => rows.map(([cloud, a, b]) => [cloud * 1000 + a, (cloud % 2) * 1000 + b]))

function sameGroups(a: Int32Array, b: Int32Array): void {
  matchedGroups([...a], b)
}

test('shuffling the rows does not change who is grouped with whom', () =>
  fc.assert(
    fc.property(clouds, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (rows, keys) => {
      const order = rows
        .map((_, i) => ({ i, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
      const before = kmeans(matrixOf(rows), 3, usual)
      const after = kmeans(matrixOf(order.map(({ i }) => rows[i] as number[])), 3, usual)
      sameGroups(
        Int32Array.from(order, ({ i }) => before.labels[i] as number),
        after.labels,
      )
    }),
    { numRuns: 40 },
  ))

test('moving all rows moves the centres and nothing else', () =>
  fc.assert(
    fc.property(clouds, fc.integer({ min: -5000, max: 5000 }), (rows, by) => {
      const before = kmeans(matrixOf(rows), 3, usual)
      const after = kmeans(matrixOf(rows.map((row) => row.map((value) => value + by))), 3, usual)
      expect(after.labels).toEqual(before.labels)
      before.centers.data.forEach((value, at) => expect(after.centers.data[at]).toBeCloseTo(value + by, 6))
    }),
    { numRuns: 40 },
  ))

test('twice the unit, twice the centres and four times the inertia', () =>
  fc.assert(
    fc.property(clouds, (rows) => {
      const before = kmeans(matrixOf(rows), 3, usual)
      const after = kmeans(matrixOf(rows.map((row) => row.map((value) => value * 2))), 3, usual)
      expect(after.labels).toEqual(before.labels)
      expect(after.centers.data).toEqual(before.centers.data.map((value) => value * 2))
      expect(after.inertia).toBe(before.inertia * 4)
    }),
    { numRuns: 40 },
  ))

test('every row twice: the same groups, twice the inertia', () =>
  fc.assert(
    fc.property(clouds, (rows) => {
      const before = kmeans(matrixOf(rows), 3, usual)
      const after = kmeans(matrixOf([...rows, ...rows]), 3, usual)
      sameGroups(before.labels, after.labels.slice(0, rows.length))
      sameGroups(before.labels, after.labels.slice(rows.length))
      expect(after.inertia).toBeCloseTo(before.inertia * 2, 6)
    }),
    { numRuns: 40 },
  ))

test('in any result each row is with its nearest centre and sizes are the counts of labels', () => {
  const number = fc.integer({ min: -50, max: 50 })
  const table = fc.array(fc.tuple(number, number), { minLength: 3, maxLength: 40 })
  fc.assert(
    fc.property(
      table,
      fc.integer({ min: 1, max: 3 }),
      fc.constantFrom('k-means++', 'random'),
      (rows, k, init) => {
        const x = matrixOf(rows)
        const { labels, centers, sizes } = kmeans(x, k, { ...usual, runs: 2, init })
        const squares = (i: number, c: number) =>
          [0, 1].reduce(
            (sum, j) => sum + ((x.data[i * 2 + j] as number) - (centers.data[c * 2 + j] as number)) ** 2,
            0,
          )
        labels.forEach((label, i) => {
          const least = Math.min(...[...sizes.keys()].map((c) => squares(i, c)))
          expect(squares(i, label)).toBeLessThanOrEqual(least + 1e-6)
        })
        sizes.forEach((size, c) => expect(labels.filter((label) => label === c).length).toBe(size))
        expect([...sizes]).toEqual([...sizes].sort((a, b) => b - a))
      },
    ),
    { numRuns: 60 },
  )
})

function blobs(rows: number, groups: number): { x: Matrix; labels: Int32Array } {
  const values = Array.from({ length: rows }, (_, i) => [
    (i % groups) * 10 + Math.sin(i * 7.13),
    Math.cos(i * 3.7),
  ])
  return { x: matrixOf(values), labels: Int32Array.from(values, (_, i) => i % groups) }
}

test('the silhouette of many rows is of a sample that says its size and is close to the truth', () => {
  const { x, labels } = blobs(12_000, 3)
  const sampled = silhouette(x, labels, 3, 1)
  expect(sampled?.rows).toBeGreaterThan(9_990)
  expect(sampled?.rows).toBeLessThan(10_010)
  const fewer = blobs(9_000, 3)
  const exact = silhouette(fewer.x, fewer.labels, 3, 1)
  expect(exact?.rows).toBe(9_000)
  expect(Math.abs((sampled?.score ?? 0) - (exact?.score ?? 1))).toBeLessThan(0.005)
  expect(silhouette(x, labels, 3, 1)).toEqual(sampled)
})

test('a small group is in the sample, whatever its share', () => {
  const { x, labels } = blobs(10_500, 2)
  const rare = labels.map((label, i) => (i < 3 ? 2 : label))
  expect(silhouette(x, rare, 3, 1)?.byGroup[2]).not.toBeNaN()
})

test('the search finds the number of clouds', () => {
  const { x } = blobs(300, 4)
  const search = searchK(x, 2, 7, { ...usual, runs: 3 })
  expect(search.best.k).toBe(4)
  expect(search.tried.map(({ k }) => k)).toEqual([2, 3, 4, 5, 6, 7])
  const inertias = search.tried.map((one) => one.inertia)
  expect(inertias).toEqual([...inertias].sort((a, b) => b - a))
})
