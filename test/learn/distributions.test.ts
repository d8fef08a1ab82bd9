import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  chiSquareTail,
  fTail,
  normalQuantile,
  normalTwoSided,
  tQuantile,
  tTwoSided,
} from '../../src/learn/distributions.ts'

const file = new URL('../reference/distributions/answers.json', import.meta.url)
const answers = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number[][]> & {
  versions: { [name: string]: string }
}

const functions: { readonly [name: string]: (...given: number[]) => number } = {
  t: tTwoSided,
  f: fTail,
  chi2: chiSquareTail,
  normal: normalTwoSided,
  t_quantile: tQuantile,
  normal_quantile: normalQuantile,
}

/** Below the smallest normal double digits are lost to everybody. */
const SMALLEST = 2.3e-308
/** The exponential of −700 is sure to 700 units of its last place and no more. */
const tolerance = (p: number) => (p < 1e-100 ? 3e-13 : 1e-13)

describe(`agrees with scipy ${answers.versions['scipy']} to 1e-13`, () => {
  test.each(Object.keys(functions))('%s', (name) => {
    const wrong = (answers[name] as number[][]).flatMap((line) => {
      const want = line.at(-1) as number
      const got = (functions[name] as (...given: number[]) => number)(...line.slice(0, -1))
      const off = Math.abs(got - want) / Math.max(want, SMALLEST)
      return off <= tolerance(want) || (want < SMALLEST && got < SMALLEST) ? [] : [{ line, got, off }]
    })
    expect(wrong).toEqual([])
  })
})

test('a quantile is exceeded with its own probability', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-9, max: 0.999, noNaN: true }),
      fc.integer({ min: 1, max: 5000 }),
      (p, df) => {
        expect(Math.abs(tTwoSided(tQuantile(p, df), df) / p - 1)).toBeLessThan(1e-12)
        expect(Math.abs(normalTwoSided(normalQuantile(p)) / p - 1)).toBeLessThan(1e-12)
      },
    ),
  )
})

test('the square of a t with df degrees of freedom is an F with 1 and df', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 50, noNaN: true }), fc.integer({ min: 1, max: 100000 }), (t, df) => {
      const [one, other] = [tTwoSided(t, df), fTail(t * t, 1, df)]
      expect(Math.abs(one - other)).toBeLessThanOrEqual(2e-13 * one + 1e-300)
    }),
  )
})
