import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plainFisher } from '../../src/kernels/plain-fisher.ts'
import { wasmFisher } from '../../src/kernels/wasm-fisher.ts'
import { falseDiscoveryRates, fisherGreater } from '../../src/learn/hypergeometric.ts'

/** In whole numbers of any size: exact to the last digit of a double. */
function exactly(n: number, a: number, c: number, x: number): number {
  const ways = (of: number, take: number) => {
    let product = 1n
    for (let i = 0; i < take; i++) product = (product * BigInt(of - i)) / BigInt(i + 1)
    return take < 0 || take > of ? 0n : product
  }
  let sum = 0n
  for (let k = x; k <= Math.min(a, c); k++) sum += ways(c, k) * ways(n - c, a - k)
  return ratio(sum, ways(n, a))
}

function ratio(top: bigint, bottom: bigint): number {
  if (top === 0n) return 0
  const shift = bottom.toString(2).length - top.toString(2).length + 64
  const scaled = shift >= 0 ? (top << BigInt(shift)) / bottom : top / (bottom << BigInt(-shift))
  return Number(scaled) * 2 ** -shift
}

describe('Fisher’s test, one-sided', () => {
  test('has the same bits compiled', () => {
    const table = fc.integer({ min: 1, max: 2 ** 31 - 1 }).chain((n) =>
      fc.oneof(fc.constant(n), fc.nat(Math.min(n, 60)), fc.nat(n)).chain((a) =>
        fc.oneof(fc.constant(a), fc.nat(Math.min(n, 60)), fc.nat(n)).chain((c) =>
          fc.record({
            n: fc.constant(n),
            a: fc.constant(a),
            c: fc.constant(c),
            x: fc.oneof(fc.nat(Math.min(a, c)), fc.nat(Math.min(a, c, 30)), fc.nat(n)),
          }),
        ),
      ),
    )
    fc.assert(
      fc.property(table, ({ n, a, c, x }) => {
        const counts = [a, c, x].map((one) => Int32Array.of(one)) as [Int32Array, Int32Array, Int32Array]
        expect(wasmFisher(n, ...counts)).toEqual(plainFisher(n, ...counts))
      }),
      { numRuns: 400 },
    )
    expect(wasmFisher(7, new Int32Array(0), new Int32Array(0), new Int32Array(0)).length).toBe(0)
  })

  test('is what whole numbers give, to twelve digits', () => {
    const table = fc.integer({ min: 1, max: 400 }).chain((n) =>
      fc.record({
        n: fc.constant(n),
        a: fc.nat(n),
        c: fc.nat(n),
        part: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
    )
    fc.assert(
      fc.property(table, ({ n, a, c, part }) => {
        const least = Math.max(0, a + c - n)
        const x = least + Math.round(part * (Math.min(a, c) - least))
        const want = exactly(n, a, c, x)
        expect(Math.abs(fisherGreater(n, a, c, x) - want)).toBeLessThanOrEqual(1e-12 * want)
      }),
    )
  })

  test('Fisher’s tea: 3 of 4 cups right is 17/70', () => {
    expect(fisherGreater(8, 4, 4, 3)).toBeCloseTo(17 / 70, 15)
  })

  test('which side is which makes no difference', () => {
    expect(fisherGreater(239, 9, 7, 5)).toBe(fisherGreater(239, 7, 9, 5))
  })

  test('keeps its digits where a million baskets make logarithms of factorials lose them', () => {
    // From P(X = 0), a product of a thousand ratios, term by term.
    const [n, a, c, x] = [1_000_000, 1000, 2000, 20]
    let probability = 1
    for (let i = 0; i < a; i++) probability *= (n - c - i) / (n - i)
    let below = 0
    for (let k = 0; k < x; k++) {
      below += probability
      probability *= (((a - k) / (k + 1)) * (c - k)) / (n - a - c + k + 1)
    }
    let above = 0
    for (let k = x; k < 200; k++) {
      above += probability
      probability *= (((a - k) / (k + 1)) * (c - k)) / (n - a - c + k + 1)
    }
    expect(below + above).toBeCloseTo(1, 10)
    expect(Math.abs(fisherGreater(n, a, c, x) - above)).toBeLessThanOrEqual(1e-11 * above)
  })

  test.each([
    ['no more than must be', 10, 5, 8, 3, 1],
    ['all of both', 5, 5, 5, 5, 1],
    ['an empty left side', 10, 0, 4, 0, 1],
  ])('%s is sure', (_, n, a, c, x, p) => {
    expect(fisherGreater(n, a, c, x)).toBe(p)
  })
})

describe('Benjamini and Hochberg', () => {
  test('as R’s p.adjust has it, by hand', () => {
    const adjusted = falseDiscoveryRates(Float64Array.of(0.01, 0.04, 0.03, 0.005))
    const want = [0.02, 0.04, 0.04, 0.02]
    adjusted.forEach((p, i) => {
      expect(p).toBeCloseTo(want[i] as number, 15)
    })
  })

  test('keeps the order, never goes above 1 or below p', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (list) => {
        const p = Float64Array.from(list)
        const adjusted = falseDiscoveryRates(p)
        p.forEach((one, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(one)
          expect(adjusted[i]).toBeLessThanOrEqual(1)
          p.forEach((other, j) => {
            if (one < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] as number)
          })
        })
      }),
    )
  })

  test('of what stands several times is that of each of them', () => {
    const some = fc.record({
      p: fc.constantFrom(0, 0.001, 0.01, 0.04, 0.2, 1),
      times: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(some), (list) => {
        const all = list.flatMap(({ p, times }) => new Array<number>(times).fill(p))
        const want = falseDiscoveryRates(Float64Array.from(all))
        const got = falseDiscoveryRates(
          Float64Array.from(list, ({ p }) => p),
          { times: Int32Array.from(list, ({ times }) => times) },
        )
        expect(list.flatMap(({ times }, i) => new Array<number>(times).fill(got[i] as number))).toEqual([
          ...want,
        ])
      }),
    )
  })
})
