import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allAtOnce } from '../../src/base/steps.ts'
import { logistic } from '../../src/learn/logistic.ts'
import { arrayDesign } from './designs.ts'

interface Answers {
  estimate: number[]
  error: number[]
  p: number[]
  lower: number[]
  upper: number[]
  log_likelihood: number
  null_log_likelihood: number
  pseudo_r2: number
  lr_p: number
  aic: number
  bic: number
  auc: number
  confusion: [[number, number], [number, number]]
}
interface Case {
  name: string
  x: number[][]
  y: number[]
  options: { intercept?: boolean }
  answers: Answers
}
const file = new URL('../reference/regress/answers.json', import.meta.url)
const { logistic: cases, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  logistic: Case[]
  versions: { [name: string]: string }
}

function near(got: number | undefined, want: number, what: string, scale = Math.abs(want)): void {
  expect(Math.abs((got ?? NaN) - want), `${what}: ${got} for ${want}`).toBeLessThanOrEqual(1e-9 * scale)
}

function fitted(x: number[][], y: number[], intercept = true) {
  const got = allAtOnce(logistic(arrayDesign(x, y), { intercept, level: 0.95 }))
  if (got.kind === 'separated') throw new Error('separated')
  return got
}

describe(`agrees with statsmodels ${versions['statsmodels']}`, () => {
  test.each(cases)('$name', ({ x, y, options, answers }) => {
    const got = fitted(x, y, options.intercept)
    const all = [...(got.intercept === undefined ? [] : [got.intercept]), ...got.coefficients]
    all.forEach((one, j) => {
      const error = answers.error[j] as number
      const scale = Math.max(Math.abs(answers.estimate[j] as number), error)
      near(one?.estimate, answers.estimate[j] as number, `estimate ${j}`, scale)
      near(one?.error, error, `error ${j}`)
      near(one?.p, answers.p[j] as number, `p ${j}`, Math.max(answers.p[j] as number, 1e-3))
      near(one?.lower, answers.lower[j] as number, `lower ${j}`, scale)
      near(one?.upper, answers.upper[j] as number, `upper ${j}`, scale)
    })
    near(got.logLikelihood, answers.log_likelihood, 'log likelihood')
    near(got.nullLogLikelihood, answers.null_log_likelihood, 'null log likelihood')
    near(got.pseudoR2, answers.pseudo_r2, 'pseudo r2', 1)
    near(got.aic, answers.aic, 'aic')
    near(got.bic, answers.bic, 'bic')
    // statsmodels fits the model of a mean alone by steps that end early.
    if (options.intercept !== false)
      near(got.likelihoodRatioP, answers.lr_p, 'p of the ratio', 1e2 * answers.lr_p)
    near(got.scores.auc, answers.auc, 'auc')
    expect(got.scores.confusion).toEqual(answers.confusion)
  })
})

describe('kinds that a column parts have no finite coefficients', () => {
  const rows = Array.from({ length: 40 }, (_, i) => [i, (i * 7) % 11])

  test('all rows', () => {
    const got = allAtOnce(
      logistic(
        arrayDesign(
          rows,
          rows.map(([a]) => ((a as number) < 17 ? 0 : 1)),
        ),
        { intercept: true, level: 0.95 },
      ),
    )
    expect(got).toMatchObject({ kind: 'separated', isComplete: true })
  })

  test('all but those at the border', () => {
    const dummy = rows.map(([a], i) => [(a as number) % 5 === 0 ? 1 : 0, (i * 7) % 11])
    const kinds = dummy.map(([d], i) => (d === 1 || i % 3 === 0 ? 1 : 0))
    const got = allAtOnce(logistic(arrayDesign(dummy, kinds), { intercept: true, level: 0.95 }))
    expect(got).toMatchObject({ kind: 'separated', isComplete: false, columns: [0] })
  })
})
