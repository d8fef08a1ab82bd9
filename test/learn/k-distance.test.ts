import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matrixOf } from '../../src/base/matrix.ts'
import { placeByCores } from '../../src/learn/dbscan-predict.ts'
import { dbscan } from '../../src/learn/dbscan.ts'
import { kDistances, kneeOf } from '../../src/learn/k-distance.ts'
import type { Metric } from '../../src/learn/point-tree.ts'

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), {
  minLength: 2,
  maxLength: 70,
})
const metrics = fc.constantFrom<Metric>('euclidean', 'manhattan')

function apart(metric: Metric, a: readonly number[], b: readonly number[]): number {
  const steps = a.map((value, j) => Math.abs(value - (b[j] as number)))
  return metric === 'manhattan' ? steps.reduce((x, y) => x + y, 0) : Math.hypot(...steps)
}

test('the k-th distances are those over all pairs', () =>
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 6 }), metrics, (given, k, metric) => {
      const want = given
        .map((a, i) => {
          const others = given.flatMap((b, j) => (i === j ? [] : [apart(metric, a, b)])).sort((x, y) => x - y)
          return others[Math.min(k, others.length) - 1] as number
        })
        .sort((x, y) => x - y)
      const got = [...kDistances(matrixOf(given.map((row) => [...row])), metric, k, 1)]
      got.forEach((distance, i) => expect(distance).toBeCloseTo(want[i] as number, 9))
      expect(got).toHaveLength(want.length)
    }),
  ))

test('a large k is looked up for fewer rows, exactly', () => {
  const n = 12_000
  const line = matrixOf(Array.from({ length: n }, (_, i) => [i]))
  expect(kDistances(line, 'euclidean', 4, 1)).toHaveLength(10_000)
  const all = new Set(kDistances(line, 'euclidean', 6000, 1))
  // In the middle of the line 3,000 rows on either side are the nearest, at its end 6,000 on the other.
  expect(Math.min(...all)).toBe(3000)
  expect(Math.max(...all)).toBeLessThanOrEqual(6000)
  expect(kDistances(line, 'euclidean', 6000, 1)).toHaveLength(500)
})

test('over the earth they are angles', () => {
  // A degree along the equator, and a quarter of the way round.
  const places = matrixOf(
    [
      [0, 0],
      [0, 1],
      [0, 91],
    ].map((row) => row.map((degrees) => (degrees * Math.PI) / 180)),
  )
  const angles = [...kDistances(places, 'haversine', 1, 1)].map((angle) => (angle * 180) / Math.PI)
  ;[1, 1, 90].forEach((want, i) => expect(angles[i]).toBeCloseTo(want, 9))
})

describe('the bend', () => {
  test('is where a flat curve turns upwards', () => {
    const curve = Float64Array.from({ length: 100 }, (_, i) => (i < 90 ? 1 + i / 1000 : 1 + (i - 89) * 2))
    expect(kneeOf(curve)).toBeCloseTo(1.089, 3)
  })
  test('is not there where all distances are the same', () => {
    expect(kneeOf(Float64Array.of(2, 2, 2))).toBeUndefined()
  })
  test('is above 0 where most rows stand twice', () => {
    expect(kneeOf(Float64Array.of(0, 0, 0, 0, 0.5, 3))).toBeGreaterThan(0)
  })
})

test('rows are placed in the group of the nearest core row within eps', () =>
  fc.assert(
    fc.property(rows, rows, metrics, fc.constantFrom(1, 2, 5), (learnt, asked, metric, eps) => {
      const { labels, core } = dbscan(matrixOf(learnt.map((row) => [...row])), { eps, minSamples: 3, metric })
      const cores = learnt.filter((_, i) => core[i] === 1)
      const own = Int32Array.from(labels.filter((_, i) => core[i] === 1))
      if (cores.length === 0) return
      const placed = placeByCores(
        matrixOf(cores.map((row) => [...row])),
        own,
        matrixOf(asked.map((row) => [...row])),
        {
          eps,
          metric,
        },
      )
      asked.forEach((row, i) => {
        const distances = cores.map((other) => apart(metric, row, other))
        const least = Math.min(...distances)
        const nearest = cores.flatMap((_, c) =>
          Math.abs((distances[c] as number) - least) < 1e-9 ? [own[c] as number] : [],
        )
        if (least > eps + 1e-9) expect(placed.labels[i]).toBe(-1)
        else expect(placed.labels[i]).toBe(Math.min(...nearest))
        expect(placed.same[i]).toBe(least === 0 ? 1 : 0)
      })
    }),
  ))
