/** The compiled kernels of k-means, the plain ones and several threads: the same bits. */
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { matrix, type Matrix } from '../../src/base/matrix.ts'
import { blocks, stepByStep, type Runner } from '../../src/base/steps.ts'
import { kmeansKernels, scratchSize } from '../../src/kernels/kmeans.ts'
import { plainKMeans } from '../../src/kernels/plain-kmeans.ts'
import { ThreadPool, thisThread } from '../../src/kernels/pool.ts'
import { Room } from '../../src/kernels/space.ts'
import { kmeansSteps, type KMeansOptions } from '../../src/learn/kmeans.ts'

/** A table, centres and the state before a pass, in memory that both sides see. */
interface Made {
  readonly n: number
  readonly p: number
  readonly k: number
  readonly values: readonly number[]
  readonly from: number
}

const ways = { minLength: 12, maxLength: 12 }
const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const made: fc.Arbitrary<Made> = fc
  .record({
    n: fc.integer({ min: 1, max: 60 }),
    p: fc.integer({ min: 1, max: 9 }),
    k: fc.integer({ min: 1, max: 12 }),
    // Small whole numbers make ties, others test the last digit.
    values: fc.oneof(
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1300, maxLength: 1300 }),
      fc.array(number, { minLength: 1300, maxLength: 1300 }),
    ),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ part, ...rest }) => ({ ...rest, from: Math.floor(part * rest.n) }))

function setUp({ n, p, k, values, from }: Made) {
  const room = new Room(1 << 18)
  if (room.space === undefined) throw new Error('this machine gives no shared memory')
  const columns = room.float64(n * p)
  const squares = room.float64(n)
  const centers = room.float64(k * (p + 1))
  columns.set(values.slice(0, n * p))
  const whole = new Float64Array(k * p)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < p; j++) squares[i] = (squares[i] as number) + (columns[j * n + i] as number) ** 2
  for (let c = 0; c < k; c++) {
    let square = 0
    for (let j = 0; j < p; j++) {
      const value = values[600 + c * p + j] as number
      whole[c * p + j] = value
      centers[c * (p + 1) + j] = -2 * value
      square += value * value
    }
    centers[c * (p + 1) + p] = square
  }
  const grouping = {
    k,
    centers,
    spent: room.float64(k),
    slack: 1e-3,
    labels: room.int32(n).fill(-1),
    changes: room.float64(k * (p + 1)),
    scratch: room.float64(scratchSize(p)),
  }
  const { buffer, byteOffset } = room.int32(n)
  const gaps = new Float32Array(buffer, byteOffset, n)
  const ending = room.float64(k * p)
  ending.set(whole)
  return {
    rows: { columns, n, p, squares, from, to: n },
    grouping: { ...grouping, gaps },
    nearest: room.float64(n).fill(Infinity),
    ending,
    kernels: kmeansKernels(room.space),
  }
}

describe('compiled kernels give the bits of the plain ones:', () => {
  test('shortened distances and their sum', () =>
    fc.assert(
      fc.property(made, (one) => {
        const results = [plainKMeans, undefined].map((side) => {
          const { rows, grouping, nearest, kernels } = setUp(one)
          const used = side ?? kernels
          const center = (c: number) => grouping.centers.subarray(c * (one.p + 1), (c + 1) * (one.p + 1))
          const sums = [
            used.shorten(rows, center(0), nearest, true),
            used.shorten(rows, center(one.k - 1), nearest, false),
            used.shorten(rows, center(one.k - 1), nearest, true),
          ]
          return { sums, nearest: [...nearest] }
        })
        expect(results[1]).toEqual(results[0])
      }),
    ))

  test('labels, how sure they are, what changes and how far rows are, in a first pass and a later one', () =>
    fc.assert(
      fc.property(made, fc.array(fc.double({ min: 0, max: 5, noNaN: true }), ways), (one, spent) => {
        const results = [plainKMeans, undefined].map((side) => {
          const { rows, grouping, ending, kernels } = setUp(one)
          const used = side ?? kernels
          const whole = { ...rows, from: 0 }
          const counts = [used.assign(whole, grouping, true)]
          // Centres that moved: some rows are measured again.
          spent.slice(0, one.k).forEach((way, c) => {
            grouping.spent[c] = way
            grouping.centers[c * (one.p + 1)] = (grouping.centers[c * (one.p + 1)] as number) - way
          })
          counts.push(used.assign(rows, grouping, false))
          const { labels, gaps, changes } = grouping
          const sums = [used.spread(rows, labels, ending), used.spread(whole, labels, ending)]
          return { counts, sums, labels: [...labels], gaps: [...gaps], changes: [...changes] }
        })
        expect(results[1]).toEqual(results[0])
      }),
    ))
})

/** Clouds that run into each other, with rows that stand twice. */
function rowsOf(n: number, p: number): Matrix {
  const data = Float64Array.from({ length: n * p }, (_, at) => {
    const i = Math.floor(at / p) % (n - 7)
    return (i % 4) * 3 + 2.5 * Math.sin(i * 12.9898 + (at % p) * 78.233)
  })
  return matrix(n, p, data)
}

describe('the groups are the same bytes', () => {
  const pools: ThreadPool[] = []
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.close()))
  })
  const options: KMeansOptions = {
    init: 'k-means++',
    runs: 4,
    maxIterations: 300,
    tolerance: 1e-4,
    seed: 7,
  }
  const runners: [string, Runner][] = [1, 2, 3].map((threads) => {
    const pool = new ThreadPool(threads, { patienceMs: 0 })
    pools.push(pool)
    return [`${threads} threads`, pool]
  })

  test.each([
    [20_003, 4, 5],
    [9_000, 2, 9],
    [4_097, 7, 3],
  ])('of %i rows in %i columns in %i groups', async (n, p, k) => {
    const x = rowsOf(n, p)
    const alone = await stepByStep(kmeansSteps(x, k, options), undefined, thisThread)
    for (const [, runner] of runners) {
      expect(await stepByStep(kmeansSteps(x, k, options), undefined, runner)).toEqual(alone)
    }
  })
})

test('blocks are cut by rows alone', () => {
  expect(blocks(10, 4)).toEqual([
    { from: 0, to: 4 },
    { from: 4, to: 8 },
    { from: 8, to: 10 },
  ])
  expect(blocks(0, 4)).toEqual([])
})
