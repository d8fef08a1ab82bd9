import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { allAtOnce } from '../../src/base/steps.ts'
import { predictions } from '../../src/learn/predictions.ts'
import { regression, type Coefficient, type Robust } from '../../src/learn/regression.ts'
import { arrayDesign } from './designs.ts'

interface Table {
  estimate: number[]
  error: number[]
  statistic: number[]
  p: number[]
  lower: number[]
  upper: number[]
  f: number
  f_p: number
}
interface Answers {
  plain: Table
  robust: Record<Robust, Table>
  r2: number
  adj_r2: number
  sigma: number
  df_resid: number
  log_likelihood: number
  aic: number
  bic: number
  durbin_watson: number
  jarque_bera: [number, number, number, number]
  breusch_pagan?: [number, number]
  condition: number | null
  vif?: number[]
  cooks?: [number, number, number][]
  at: number[]
  prediction: [number, number, number]
}
interface Case {
  name: string
  x: number[][]
  y: number[]
  options: { intercept?: boolean; weights?: number[] }
  answers: Answers
}

const file = new URL('../reference/regress/answers.json', import.meta.url)
const { linear, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  linear: Case[]
  versions: { [name: string]: string }
}

function near(
  got: number | undefined,
  want: number,
  what: string,
  scale = Math.abs(want),
  tolerance = 1e-9,
): void {
  expect(Math.abs((got ?? NaN) - want), `${what}: ${got} for ${want}`).toBeLessThanOrEqual(tolerance * scale)
}

function compare(got: readonly (Coefficient | undefined)[], want: Table): void {
  got.forEach((one, j) => {
    const error = want.error[j] as number
    const scale = Math.max(Math.abs(want.estimate[j] as number), error)
    near(one?.estimate, want.estimate[j] as number, `estimate ${j}`, scale)
    near(one?.error, error, `error ${j}`)
    near(
      one?.statistic,
      want.statistic[j] as number,
      `statistic ${j}`,
      Math.max(1, Math.abs(want.statistic[j] as number)),
    )
    near(one?.p, want.p[j] as number, `p ${j}`, Math.max(want.p[j] as number, 1e-290), 2e-8)
    near(one?.lower, want.lower[j] as number, `lower ${j}`, scale)
    near(one?.upper, want.upper[j] as number, `upper ${j}`, scale)
  })
}

function regress({ x, y, options }: Case, robust?: Robust) {
  const intercept = options.intercept ?? true
  const design = arrayDesign(x, y, options.weights)
  return allAtOnce(regression(design, { intercept, level: 0.9, robust }))
}

describe(`agrees with statsmodels ${versions['statsmodels']}`, () => {
  test.each(linear)('$name', (want) => {
    const got = regress(want)
    const { answers } = want
    compare([...(got.intercept === undefined ? [] : [got.intercept]), ...got.coefficients], answers.plain)
    near(got.f, answers.plain.f, 'f')
    near(got.fP, answers.plain.f_p, 'p of f', Math.max(answers.plain.f_p, 1e-290), 2e-8)
    near(got.r2, answers.r2, 'r2')
    near(got.adjustedR2, answers.adj_r2, 'adjusted r2')
    near(got.sigma, answers.sigma, 'sigma')
    near(got.logLikelihood, answers.log_likelihood, 'log likelihood')
    near(got.aic, answers.aic, 'aic')
    near(got.bic, answers.bic, 'bic')
    near(got.durbinWatson, answers.durbin_watson, 'Durbin-Watson')
    near(got.jarqueBera, answers.jarque_bera[0], 'Jarque-Bera', Math.max(1, answers.jarque_bera[0]))
    near(got.jarqueBeraP, answers.jarque_bera[1], 'p of Jarque-Bera', Math.max(1e-6, answers.jarque_bera[1]))
    near(got.skew, answers.jarque_bera[2], 'skew', 1)
    near(got.kurtosis, answers.jarque_bera[3], 'kurtosis')
    expect(got.dfResid).toBe(answers.df_resid)
    if (answers.condition !== null)
      near(got.fit.condition, answers.condition, 'condition', answers.condition, 1e-5)
    answers.vif?.forEach((vif, j) => near(got.vif[j], vif, `vif ${j}`))
    if (answers.breusch_pagan !== undefined) {
      near(got.breuschPagan, answers.breusch_pagan[0], 'Breusch-Pagan', Math.max(1, answers.breusch_pagan[0]))
      near(got.breuschPaganP, answers.breusch_pagan[1], 'p of Breusch-Pagan')
    }
    answers.cooks?.forEach(([row, distance, leverage], i) => {
      expect(got.influences[i]?.row).toBe(row)
      near(got.influences[i]?.distance, distance, 'distance')
      near(got.influences[i]?.leverage, leverage, 'leverage')
    })
    const at = predictions(arrayDesign([answers.at], [0]), got.predictor, 0.9)
    const [predicted, lower, upper] = answers.prediction
    near(at.predicted[0], predicted, 'prediction')
    near(at.bounds?.lower[0], lower, 'lower')
    near(at.bounds?.upper[0], upper, 'upper')
  })

  const kinds = ['hc0', 'hc1', 'hc2', 'hc3'] as const
  test.each(linear.flatMap((want) => kinds.map((kind) => ({ ...want, kind }))))(
    '$name with $kind errors',
    (want) => {
      const got = regress(want, want.kind)
      const table = want.answers.robust[want.kind]
      compare([...(got.intercept === undefined ? [] : [got.intercept]), ...got.coefficients], table)
      near(got.f, table.f, 'f')
    },
  )
})
