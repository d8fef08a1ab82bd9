import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import MultivariateLinearRegression from 'ml-regression-multivariate-linear'
import { describe, expect, test } from 'vitest'
import { decimalTail, decimalTails } from '../../src/base/double-double.ts'
import type { Design } from '../../src/base/design.ts'
import { allAtOnce } from '../../src/base/steps.ts'
import { interceptOf, leastSquares } from '../../src/learn/least-squares.ts'
import { regression } from '../../src/learn/regression.ts'
import { designColumns, designOf } from '../../src/shape/design-columns.ts'
import { parseTerms } from '../../src/shape/terms.ts'
import { arrayDesign } from './designs.ts'

/** Terms over a column x, as `--terms` makes them. */
function overX(x: readonly number[], y: readonly number[], terms: string): Design {
  const sources = { numbers: [{ name: 'x', values: Float64Array.from(x) }], groups: [] }
  const rowOf = Int32Array.from(y, (_, i) => i)
  const columns = designColumns(parseTerms(terms), sources, rowOf)
  return designOf(columns, sources, { rowOf, target: Float64Array.from(y) })
}

function powers(degree: number): string {
  return Array.from({ length: degree }, (_, i) => `x^${i + 1}`).join(' + ')
}

function coefficients(design: Design, intercept = true): number[] {
  const fit = allAtOnce(leastSquares(design, intercept))
  return [...(intercept ? [interceptOf(fit)] : []), ...fit.slopes]
}

/** Numbers of few digits, as files have them. */
const table = fc
  .integer({ min: 1, max: 4 })
  .chain((columns) =>
    fc.array(
      fc.array(fc.integer({ min: -999, max: 999 }), { minLength: columns + 1, maxLength: columns + 1 }),
      { minLength: 8, maxLength: 40 },
    ),
  )
  .map((rows) => ({
    x: rows.map((row) => row.slice(1).map((value) => value / 8)),
    y: rows.map(([y]) => y as number),
  }))
  // Only tables whose columns are well apart: what is said below is said of those.
  .filter(({ x, y }) => allAtOnce(leastSquares(arrayDesign(x, y), true)).triangle.aliases.length === 0)

describe('laws', () => {
  test('residuals are at right angles to every column', () => {
    fc.assert(
      fc.property(table, ({ x, y }) => {
        const got = allAtOnce(
          regression(arrayDesign(x, y), { intercept: true, level: 0.95, robust: undefined }),
        )
        const size = Math.hypot(...y) + 1
        x[0]?.forEach((_, j) => {
          const along = got.residuals.reduce((sum, residual, i) => sum + residual * (x[i]?.[j] as number), 0)
          const length = Math.hypot(...x.map((row) => row[j] as number)) + 1
          expect(Math.abs(along)).toBeLessThanOrEqual(1e-12 * size * length)
        })
        expect(Math.abs(got.residuals.reduce((sum, residual) => sum + residual, 0))).toBeLessThanOrEqual(
          1e-11 * size,
        )
      }),
    )
  })

  test('adding a number to the target moves the intercept alone', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: -5000, max: 5000 }), ({ x, y }, by) => {
        const before = coefficients(arrayDesign(x, y))
        const after = coefficients(
          arrayDesign(
            x,
            y.map((value) => value + by),
          ),
        )
        before.forEach((value, j) => expect(after[j]).toBeCloseTo(j === 0 ? value + by : value, 9))
      }),
    )
  })

  test('a column of other units has a coefficient of other units', () => {
    fc.assert(
      fc.property(table, fc.constantFrom(1024, 0.125, -2), ({ x, y }, by) => {
        const before = coefficients(arrayDesign(x, y))
        const after = coefficients(
          arrayDesign(
            x.map(([first, ...rest]) => [(first as number) * by, ...rest]),
            y,
          ),
        )
        expect((after[1] as number) * by).toBeCloseTo(before[1] as number, 10)
        expect(after[0]).toBeCloseTo(before[0] as number, 9)
      }),
    )
  })

  test('agrees with ml-regression-multivariate-linear', () => {
    fc.assert(
      fc.property(table, ({ x, y }) => {
        const theirs = new MultivariateLinearRegression(
          x.map((row) => [...row]),
          y.map((value) => [value]),
        )
        const got = coefficients(arrayDesign(x, y))
        const want = [theirs.weights.at(-1)?.[0], ...theirs.weights.slice(0, -1).map(([slope]) => slope)]
        got.forEach((value, j) => expect(value).toBeCloseTo(want[j] as number, 6))
      }),
    )
  })
})

describe('numbers far from zero', () => {
  /** Multiples of 1/1024, which stay what they are when 2⁴⁰ is added. */
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => [((i * 37) % 101) / 4, ((i * 53) % 997) / 8])
  const targets = (x: readonly (readonly number[])[]) =>
    x.map(([a, b], i) => 3 + 2 * (a as number) - 0.25 * (b as number) + ((i * 7919) % 1021) / 1024)

  test.each([30, 9000])(
    'adding 2⁴⁰ to the target or a column of %i rows moves the intercept alone',
    (count) => {
      const x = rows(count)
      const y = targets(x)
      const options = { intercept: true, level: 0.95, robust: undefined }
      const plain = allAtOnce(regression(arrayDesign(x, y), options))
      const far = 2 ** 40
      for (const weights of [undefined, y.map((_, i) => 1 + (i % 3))]) {
        const before =
          weights === undefined ? plain : allAtOnce(regression(arrayDesign(x, y, weights), options))
        for (const [xFar, yFar] of [
          [0, far],
          [far, 0],
          [far, far],
        ] as const) {
          const moved = x.map(([a, b]) => [(a as number) + xFar, b as number])
          const after = allAtOnce(
            regression(
              arrayDesign(
                moved,
                y.map((value) => value + yFar),
                weights,
              ),
              options,
            ),
          )
          after.fit.slopes.forEach((slope, j) => {
            const own = before.fit.slopes[j] as number
            expect(Math.abs(slope - own)).toBeLessThanOrEqual(1e-12 * Math.abs(own))
            const error = before.coefficients[j]?.error as number
            expect(Math.abs((after.coefficients[j]?.error as number) - error)).toBeLessThanOrEqual(
              1e-12 * error,
            )
          })
          expect(Math.abs(after.sigma - before.sigma)).toBeLessThanOrEqual(1e-12 * before.sigma)
        }
      }
    },
  )

  test('a target of a calculation is not half decimal, half double', () => {
    // Two of the three have too many digits to be decimals. The doubles lie at multiples of 2⁻²³.
    const y = [-1000000000.0134006, -1000000000.0084447, -999999999.971541]
    const [a, b, c] = y.map((value) => (value + 1e9) * 2 ** 23) as [number, number, number]
    const [, slope] = coefficients(arrayDesign([[1], [0], [1]], y))
    expect(slope).toBe(((a + c) / 2 - b) / 2 ** 23)
  })
})

describe('many rows', () => {
  /** A polynomial whose coefficients are all 1, on 0 … 20, so often that the exact way is not taken. */
  const x = Array.from({ length: 12_000 }, (_, i) => i % 21)

  test('nearly dependent columns get their triangle by reflections, and every digit', () => {
    const y = x.map((value) => 1 + value + value ** 2 + value ** 3 + value ** 4 + value ** 5)
    const design = overX(x, y, powers(5))
    const fit = allAtOnce(leastSquares(design, true))
    expect(fit.method).toBe('reflections')
    for (const value of coefficients(design)) expect(Math.abs(value - 1)).toBeLessThan(1e-13)
  })

  test('the one pass and the reflections agree, and agree with the exact way', () => {
    const rows = Array.from({ length: 9_000 }, (_, i) => [((i * 37) % 101) / 4, ((i * 53) % 997) / 8])
    const y = rows.map(([a, b], i) => 3 + 0.5 * (a as number) - 0.25 * (b as number) + ((i * 7919) % 13) / 16)
    const fit = allAtOnce(leastSquares(arrayDesign(rows, y), true))
    expect(fit.method).toBe('products')
    const close = rows.map(([a, b]) => [a as number, (a as number) + (b as number) * 1e-5])
    const near = allAtOnce(leastSquares(arrayDesign(close, y), true))
    expect(near.method).toBe('reflections')
    // y = c + p a + q b is c + (p − q / 1e-5) a + (q / 1e-5) (a + 1e-5 b).
    expect(near.slopes[1] as number).toBeCloseTo((fit.slopes[1] as number) / 1e-5, 4)
    const exact = allAtOnce(leastSquares(arrayDesign(rows.slice(0, 6000), y.slice(0, 6000)), true))
    expect(exact.method).toBe('exact')
    const products = allAtOnce(leastSquares(arrayDesign([...rows, ...rows.slice(0, 0)], y), true))
    expect(products.slopes[0]).toBe(fit.slopes[0])
  })

  test('skewness, kurtosis and Breusch–Pagan are those of the residuals', () => {
    const rows = Array.from({ length: 9_000 }, (_, i) => [((i * 37) % 101) / 4, ((i * 53) % 997) / 8])
    const y = rows.map(
      ([a], i) => 3 + 0.5 * (a as number) + (((i * 7919) % 13) / 16) ** 3 * (1 + (a as number) / 9),
    )
    const options = { intercept: true, level: 0.95, robust: undefined }
    const got = allAtOnce(regression(arrayDesign(rows, y), options))
    expect(got.fit.method).toBe('products')
    const mean = (values: Iterable<number>) => [...values].reduce((sum, value) => sum + value, 0) / y.length
    const power = (k: number) => mean(got.residuals.map((residual) => residual ** k))
    expect(got.skew).toBeCloseTo(power(3) / power(2) ** 1.5, 10)
    expect(got.kurtosis).toBeCloseTo(power(4) / power(2) ** 2, 10)
    const squares = [...got.residuals].map((residual) => residual ** 2)
    const auxiliary = allAtOnce(regression(arrayDesign(rows, squares), options))
    expect(got.breuschPagan).toBeCloseTo(y.length * auxiliary.r2, 7)
  })

  test('residuals that were not kept are made when asked for, to the same bit', () => {
    const rows = x.map((value, i) => [value, (i * 31) % 57])
    const y = rows.map(([a, b], i) => (a as number) - (b as number) + ((i * 17) % 5))
    const options = { intercept: true, level: 0.95, robust: undefined }
    const kept = allAtOnce(regression(arrayDesign(rows, y), options))
    const asked = allAtOnce(regression(arrayDesign(rows, y), { ...options, keepsResiduals: false }))
    expect(kept.fit.method).toBe('products')
    expect(asked.residuals).toEqual(kept.residuals)
    expect(asked.residualRange).toEqual(kept.residualRange)
  })

  test('a column that follows from others is found among many rows too', () => {
    const rows = x.map((value, i) => [value, (i * 31) % 57, 2 * value - ((i * 31) % 57) + 5])
    const y = rows.map(([a, b], i) => (a as number) + (b as number) + ((i * 17) % 5))
    const fit = allAtOnce(leastSquares(arrayDesign(rows, y), true))
    expect(fit.triangle.kept).toEqual([0, 1])
    expect(fit.triangle.aliases[0]?.column).toBe(2)
    expect(fit.triangle.aliases[0]?.factors[0]).toBeCloseTo(2, 9)
    expect(fit.triangle.aliases[0]?.factors[1]).toBeCloseTo(-1, 9)
  })
})

test('orthogonal polynomials fit what powers fit', () => {
  const x = Array.from({ length: 30 }, (_, i) => 1000 + i * 1.5)
  const y = x.map((value, i) => Math.sin(value) + (i % 4))
  const options = { intercept: true, level: 0.95, robust: undefined }
  const one = allAtOnce(regression(overX(x, y, 'poly(x,4)'), options))
  const other = allAtOnce(regression(overX(x, y, powers(4)), options))
  one.residuals.forEach((residual, i) => expect(residual).toBeCloseTo(other.residuals[i] as number, 8))
  // At right angles and of length 1, so all errors are the same.
  one.coefficients.forEach((column) => expect(column?.error).toBeCloseTo(one.sigma, 9))
})

test('what a double lacks of its decimal is what the decimal less the double is', () => {
  expect(decimalTail(0.1)).toBeCloseTo(-5.551115123125783e-18, 30)
  expect(decimalTail(-0.1)).toBeCloseTo(5.551115123125783e-18, 30)
  for (const whole of [0, 7, 1e20, 0.5, -0.375]) expect(decimalTail(whole)).toBe(0)
  // More digits than a decimal of 15: it stands for itself.
  expect(decimalTail(0.1 + 0.2)).toBe(0)
})

test('a column with one number of more digits than a decimal is one of doubles', () => {
  expect([...decimalTails(Float64Array.of(0.1, 0.5))]).toEqual([decimalTail(0.1), 0])
  expect([...decimalTails(Float64Array.of(0.1, 0.1 + 0.2))]).toEqual([0, 0])
  expect([...decimalTails(Float64Array.of(0.1, 0.1 + 0.2), [0])]).toEqual([decimalTail(0.1), 0])
})

/** NIST's certified answers, where the shared data are; elsewhere these tests are skipped. */
const nist = new URL('../../../shared/data/nist_strd/', import.meta.url)

interface Certified {
  readonly coef: { readonly [name: string]: readonly [string, string] }
  readonly residual_sd: string
  readonly r_squared: string
}

// NIST's sets are no part of the project: skipped where they are absent.
describe.skipIf(!existsSync(nist))('NIST StRD linear regression, at least 14 digits', () => {
  const certified = existsSync(nist)
    ? (JSON.parse(readFileSync(new URL('certified.json', nist), 'utf8')) as { [name: string]: Certified })
    : {}
  const degrees: { readonly [name: string]: number } = {
    Norris: 1,
    Pontius: 2,
    NoInt1: 1,
    Wampler1: 5,
    Wampler2: 5,
  }

  test.each(Object.keys(certified))('%s', (name) => {
    const want = certified[name] as Certified
    const rows = readFileSync(new URL(`${name}.csv`, nist), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(',').map(Number))
    const y = rows.map(([first]) => first as number)
    const x = rows.map((row) => row.slice(1))
    const degree = degrees[name]
    const design =
      degree === undefined
        ? arrayDesign(x, y)
        : overX(
            x.map(([first]) => first as number),
            y,
            powers(degree),
          )
    const intercept = name !== 'NoInt1'
    const got = allAtOnce(regression(design, { intercept, level: 0.95, robust: undefined }))
    const all = [...(got.intercept === undefined ? [] : [got.intercept]), ...got.coefficients]
    Object.values(want.coef).forEach(([estimate, error], j) => {
      expect(digits(all[j]?.estimate, estimate)).toBeGreaterThan(14)
      expect(digits(all[j]?.error, error)).toBeGreaterThan(14)
    })
    expect(digits(got.sigma, want.residual_sd)).toBeGreaterThan(14)
    expect(digits(got.r2, want.r_squared)).toBeGreaterThan(14)
  })
})

/** Right digits: the logarithm of the relative error; of the error itself where 0 is certified. */
function digits(got: number | undefined, certified: string): number {
  const want = Number(certified)
  return -Math.log10(Math.abs((got ?? NaN) - want) / (Math.abs(want) || 1))
}
