import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matrixOf, type Matrix } from '../../src/base/matrix.ts'
import {
  kprototypes,
  nearestPrototypes,
  prototypeDistances,
  usualGamma,
  type Codes,
  type Prototypes,
} from '../../src/learn/kprototypes.ts'
import { withLevels } from '../../src/learn/mixed.ts'

const options = { gamma: 0.7, runs: 3, maxIterations: 100, seed: 42 }

const levels = 3
const mixed = fc
  .array(
    fc.tuple(
      fc.integer({ min: -9, max: 9 }),
      fc.integer({ min: -9, max: 9 }),
      fc.nat(levels - 1),
      fc.nat(levels - 1),
    ),
    { minLength: 4, maxLength: 40 },
  )
  .map((rows) => ({
    x: matrixOf(rows.map(([a, b]) => [a, b])),
    texts: [2, 3].map((at): Codes => ({ codes: Int32Array.from(rows, (row) => row[at] as number), levels })),
  }))

function measure(
  x: Matrix,
  texts: readonly Codes[],
  { centers, modes }: Prototypes,
  i: number,
  c: number,
): number {
  let sum = 0
  for (let j = 0; j < x.cols; j++) {
    sum += ((x.data[i * x.cols + j] as number) - (centers.data[c * x.cols + j] as number)) ** 2
  }
  texts.forEach(({ codes }, t) => {
    if (codes[i] !== modes[c * texts.length + t]) sum += options.gamma
  })
  return sum
}

test('in any result each row is with its nearest prototype, and the inertia is the sum of their measures', () =>
  fc.assert(
    fc.property(mixed, fc.integer({ min: 1, max: 4 }), ({ x, texts }, k) => {
      const found = kprototypes(x, texts, k, options)
      let sum = 0
      found.labels.forEach((label, i) => {
        const measures = Array.from({ length: k }, (_, c) => measure(x, texts, found, i, c))
        expect(measures[label]).toBeCloseTo(Math.min(...measures), 9)
        sum += measures[label] as number
      })
      expect(found.inertia).toBeCloseTo(sum, 6)
      expect([...found.sizes]).toEqual([...found.sizes].sort((a, b) => b - a))
    }),
  ))

test('prototypes are the means and the most frequent texts of their groups', () =>
  fc.assert(
    fc.property(mixed, ({ x, texts }) => {
      const found = kprototypes(x, texts, 2, options)
      if (!found.converged) return
      found.sizes.forEach((size, c) => {
        if (size === 0) return
        const rows = [...found.labels.keys()].filter((i) => found.labels[i] === c)
        const mean = rows.reduce((sum, i) => sum + (x.data[i * 2] as number), 0) / size
        expect(found.centers.data[c * 2]).toBeCloseTo(mean, 9)
        texts.forEach(({ codes }, t) => {
          const counts = [0, 1, 2].map((code) => rows.filter((i) => codes[i] === code).length)
          expect(counts[found.modes[c * 2 + t] as number]).toBe(Math.max(...counts))
        })
      })
    }),
  ))

test('shuffled rows have the same inertia where groups are clear', () => {
  const rows = Array.from({ length: 60 }, (_, i) => [(i % 3) * 100 + (i % 7), (i % 3) * 50])
  const codes = Int32Array.from(rows, (_, i) => i % 3)
  const shuffled = rows.map((_, i) => (i * 17) % 60)
  const before = kprototypes(matrixOf(rows), [{ codes, levels }], 3, options)
  const after = kprototypes(
    matrixOf(shuffled.map((i) => rows[i] as number[])),
    [{ codes: Int32Array.from(shuffled, (i) => codes[i] as number), levels }],
    3,
    options,
  )
  expect(after.inertia).toBeCloseTo(before.inertia, 9)
  expect([...before.sizes]).toEqual([20, 20, 20])
})

test('without numbers it is k-modes', () => {
  const codes = Int32Array.of(0, 0, 0, 1, 1, 2)
  const x = { rows: 6, cols: 0, data: new Float64Array(0) }
  const { inertia, modes } = kprototypes(x, [{ codes, levels }], 3, { ...options, gamma: 1, runs: 10 })
  expect(inertia).toBe(0)
  expect([...modes]).toEqual([0, 1, 2])
})

test('gamma is half the mean standard deviation, as kmodes has it', () => {
  expect(
    usualGamma(
      matrixOf([
        [0, 0],
        [2, 8],
      ]),
    ),
  ).toBe((1 + 4) / 2 / 2)
  expect(usualGamma({ rows: 3, cols: 0, data: new Float64Array(0) })).toBe(0.5)
})

test('the squared distance of rows with columns for their texts is the measure', () =>
  fc.assert(
    fc.property(mixed, ({ x, texts }) => {
      const wide = withLevels(x, texts, Math.sqrt(options.gamma / 2))
      const own = (i: number) => wide.data.subarray(i * wide.cols, (i + 1) * wide.cols)
      let apart = 0
      own(0).forEach((value, j) => (apart += (value - (own(1)[j] as number)) ** 2))
      const first = {
        centers: matrixOf([[x.data[0] as number, x.data[1] as number]]),
        modes: Int32Array.from(texts, ({ codes }) => codes[0] as number),
      } as Prototypes
      expect(apart).toBeCloseTo(measure(x, texts, first, 1, 0), 9)
    }),
  ))

test('other rows are placed as those that were learnt from', () =>
  fc.assert(
    fc.property(mixed, ({ x, texts }) => {
      const found = kprototypes(x, texts, 3, options)
      const codes = texts.map((text) => text.codes)
      const placed = nearestPrototypes(x, codes, found, options.gamma)
      const own = prototypeDistances(x, codes, found, options.gamma)
      const again = prototypeDistances(x, codes, { ...found, labels: placed }, options.gamma)
      again.forEach((distance, i) => expect(distance).toBeCloseTo(own[i] as number, 9))
    }),
  ))

interface Case {
  k: number
  numbers: number[][]
  texts: number[][]
  gamma: number
  given_gamma: number | null
  labels: number[]
  cost: number
}
const { cases, versions } = JSON.parse(
  readFileSync(new URL('../reference/kprototypes/answers.json', import.meta.url), 'utf8'),
) as { cases: Case[]; versions: { kmodes: string } }

test.each(cases.map((one, i) => [i, one.k, one] as const))(
  `agrees with kmodes ${versions.kmodes} on set %i, k = %i`,
  (_i, k, want) => {
    const x = matrixOf(want.numbers)
    const texts = (want.texts[0] ?? []).map((_, t): Codes => ({
      codes: Int32Array.from(want.texts, (row) => row[t] as number),
      levels: 4,
    }))
    if (want.given_gamma === null) expect(usualGamma(x)).toBeCloseTo(want.gamma, 12)
    const got = kprototypes(x, texts, k, { ...options, gamma: want.gamma, runs: 40 })
    expect(Math.abs(got.inertia - want.cost)).toBeLessThanOrEqual(1e-9 * want.cost)
    const partner = new Map<number, number>()
    want.labels.forEach((label, i) => {
      if (!partner.has(label)) partner.set(label, got.labels[i] as number)
      expect(got.labels[i]).toBe(partner.get(label))
    })
  },
)
