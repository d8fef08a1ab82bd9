import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allAtOnce } from '../../src/base/steps.ts'
import { crossProductsOf, exactProducts } from '../../src/learn/cross-products.ts'
import { foldBounds, penalised, penaltiesToTry, validated, type Penalty } from '../../src/learn/penalised.ts'
import { arrayDesign } from './designs.ts'

interface Fit {
  alpha: number
  l1_ratio?: number
  intercept: number
  slopes: number[]
}
interface Case {
  name: string
  x: number[][]
  y: number[]
  answers: {
    ridge: Fit[]
    lasso: Fit[]
    elasticnet: Fit[]
    lasso_cv: Fit & { mse: number }
    elasticnet_cv: Fit
    ols_cv: { mse: number }
  }
}
const file = new URL('../reference/regress/answers.json', import.meta.url)
const { penalised: cases, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  penalised: Case[]
  versions: { [name: string]: string }
}
const options = { intercept: true, standardize: false }

function near(got: number, want: number, tolerance: number): void {
  expect(Math.abs(got - want), `${got} for ${want}`).toBeLessThanOrEqual(
    tolerance * Math.max(Math.abs(want), 1e-6),
  )
}

function folds({ x, y }: Case) {
  const design = arrayDesign(x, y)
  return foldBounds(y.length, 5).map(({ from, to }) => allAtOnce(crossProductsOf(design, from, to)))
}

describe(`agrees with scikit-learn ${versions['scikit-learn']}`, () => {
  test.each(cases)('ridge of $name to 1e-9', ({ x, y, answers }) => {
    const sums = allAtOnce(exactProducts(arrayDesign(x, y)))
    for (const want of answers.ridge) {
      const got = penalised(sums, { kind: 'ridge', alpha: want.alpha }, options)
      near(got.intercept, want.intercept, 1e-9)
      want.slopes.forEach((slope, j) => near(got.slopes[j] as number, slope, 1e-9))
    }
  })

  test.each(cases)('lasso and elastic net of $name to 1e-7', ({ x, y, answers }) => {
    const sums = allAtOnce(exactProducts(arrayDesign(x, y)))
    for (const want of [...answers.lasso, ...answers.elasticnet]) {
      const l1Ratio = want.l1_ratio ?? 1
      const got = penalised(sums, { kind: 'net', alpha: want.alpha, l1Ratio }, options)
      expect(got.converged).toBe(true)
      near(got.intercept, want.intercept, 1e-7)
      want.slopes.forEach((slope, j) => near(got.slopes[j] as number, slope, 1e-7))
    }
  })

  test.each(cases)('the penalty of lasso and elastic net of $name by cross-validation', (one) => {
    for (const [want, l1Ratio] of [
      [one.answers.lasso_cv, 1],
      [one.answers.elasticnet_cv, 0.4],
    ] as const) {
      const sums = allAtOnce(exactProducts(arrayDesign(one.x, one.y)))
      const penalties = penaltiesToTry(sums, 'net', l1Ratio, options).map((alpha): Penalty => ({
        kind: 'net',
        alpha,
        l1Ratio,
      }))
      const found = allAtOnce(validated(folds(one), penalties, options))
      near((found.best as { alpha: number }).alpha, want.alpha, 1e-9)
      if ('mse' in want) near(found.mse, want.mse, 1e-7)
      const fit = penalised(sums, found.best, options)
      want.slopes.forEach((slope, j) => near(fit.slopes[j] as number, slope, 1e-7))
    }
  })

  test.each(cases)('the error of least squares of $name by cross-validation', (one) => {
    const found = allAtOnce(validated(folds(one), [{ kind: 'none' }], options))
    near(found.mse, one.answers.ols_cv.mse, 1e-9)
  })
})
