/** Numbers that are determined equal statsmodels': test/reference/forecast/make.py wrote them. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  etsForecast,
  etsGiven,
  formName,
  type EtsForm,
  type EtsParameters,
} from '../../../src/learn/forecast/ets.ts'
import { slopeOf } from '../../../src/learn/forecast/explain.ts'
import {
  autocorrelations,
  decompose,
  deseasonalise,
  type SeasonKind,
} from '../../../src/learn/forecast/season.ts'
import { sesFit } from '../../../src/learn/forecast/ses.ts'
import { mstl, stl } from '../../../src/learn/forecast/stl.ts'
import { theta } from '../../../src/learn/forecast/theta.ts'

interface State {
  readonly level: number
  readonly slope: number
  readonly season: number[]
}
interface Smoothed {
  readonly trend: EtsForm['trend']
  readonly season: EtsForm['season']
  readonly parameters: EtsParameters
  readonly first: State
  readonly fitted: number[]
  readonly forecast: number[]
}
interface Answers {
  readonly versions: { readonly statsmodels: string }
  readonly ets: {
    readonly y: number[]
    readonly m: number
    readonly models: (Smoothed & { error: 'A' | 'M'; log_likelihood: number; variance?: number[] })[]
  }
  readonly holt_winters: { readonly y: number[]; readonly m: number; readonly models: Smoothed[] }
  readonly theta: {
    readonly y: number[]
    readonly m: number
    readonly forecast: number[]
    readonly alpha: number
    /** Of the errors one step ahead, with the alpha that its search has ended with. */
    readonly squares: number
  }[]
  readonly stl: {
    readonly y: number[]
    readonly m: number
    readonly options: {
      readonly robust?: boolean
      readonly seasonal?: number
      readonly trend?: number
      readonly seasonal_deg?: 0 | 1
    }
    readonly trend: number[]
    readonly season: number[]
    readonly weights: number[]
  }[]
  readonly mstl: {
    readonly y: number[]
    readonly lengths: number[]
    readonly trend: number[]
    readonly seasons: number[][]
  }
  readonly decompose: {
    readonly y: number[]
    readonly m: number
    readonly kind: SeasonKind
    readonly indices: number[]
  }[]
  readonly acf: { readonly y: number[]; readonly r: number[] }
  readonly slope: {
    readonly m: number
    readonly y: number[]
    readonly slope: number
    readonly lower: number
    readonly upper: number
  }[]
}

const file = new URL('../../reference/forecast/answers.json', import.meta.url)
const answers = JSON.parse(readFileSync(file, 'utf8')) as Answers

/** Every entry within a part of the largest one. */
function expectClose(got: ArrayLike<number>, want: readonly number[], part: number): void {
  expect(got.length).toBe(want.length)
  const scale = Math.max(...want.map(Math.abs))
  want.forEach((value, i) => expect(Math.abs((got[i] as number) - value)).toBeLessThanOrEqual(part * scale))
}

const stateOf = ({ level, slope, season }: State) => ({ level, slope, season: Float64Array.from(season) })

describe(`as statsmodels ${answers.versions.statsmodels}`, () => {
  describe('ETS with given parameters and first states', () => {
    const { y, m, models } = answers.ets
    test.each(models.map((model) => [formName(model), model] as const))('%s', (_, want) => {
      const model = etsGiven(Float64Array.from(y), m, want, want.parameters, stateOf(want.first))
      const fit = etsForecast(model, want.forecast.length)
      expect(model.logLikelihood).toBeCloseTo(want.log_likelihood, 8)
      expectClose(model.fitted, want.fitted, 1e-12)
      expectClose(fit.point, want.forecast, 1e-12)
      if (want.variance !== undefined) {
        expectClose(
          (fit.deviation as Float64Array).map((value) => value * value),
          want.variance,
          1e-9,
        )
      }
    })
    test('are all fifteen that are admissible', () => {
      expect(new Set(models.map(formName)).size).toBe(15)
    })
  })

  describe('Holt and Winters with given parameters', () => {
    const { y, m, models } = answers.holt_winters
    test.each(models.map((model) => [`${model.trend}${model.season}`, model] as const))('%s', (_, want) => {
      const form: EtsForm = { error: 'A', trend: want.trend, season: want.season }
      const model = etsGiven(Float64Array.from(y), m, form, want.parameters, stateOf(want.first))
      expectClose(model.fitted, want.fitted, 1e-12)
      expectClose(etsForecast(model, want.forecast.length).point, want.forecast, 1e-12)
    })
  })

  test.each(answers.theta.map((one, i) => [i, one] as const))('Theta forecasts series %i', (_, want) => {
    const y = Float64Array.from(want.y)
    const given = theta(y, want.m, want.forecast.length, want.alpha)
    expectClose(given.point, want.forecast, 1e-9)
    // Both search for alpha: statsmodels stops a little earlier, so that the forecasts differ in the sixth digit.
    const fit = theta(y, want.m, want.forecast.length)
    expect(fit.parameters['alpha']).toBeCloseTo(want.alpha, 4)
    expect(sesFit(deseasonalise(y, want.m).adjusted, 'first value').variance * y.length).toBeLessThanOrEqual(
      want.squares * (1 + 1e-13),
    )
    expectClose(fit.point, want.forecast, 1e-5)
  })

  test.each(answers.stl.map((one, i) => [i, one] as const))(
    'STL parts series %i',
    (_, { y, m, options, ...want }) => {
      const { seasonal = 7, trend, robust = false, seasonal_deg: seasonDegree = 1 } = options
      const got = stl(Float64Array.from(y), m, {
        window: seasonal,
        robust,
        seasonDegree,
        ...(trend === undefined ? {} : { trendWindow: trend }),
      })
      expectClose(got.trend, want.trend, 1e-11)
      expectClose(got.season, want.season, 1e-11)
      expectClose(got.weights, want.weights, 1e-9)
    },
  )

  test('MSTL takes two seasons apart', () => {
    const { y, lengths, ...want } = answers.mstl
    const got = mstl(Float64Array.from(y), lengths)
    expectClose(got.trend, want.trend, 1e-11)
    got.seasons.forEach((season, i) => expectClose(season, want.seasons[i] as number[], 1e-11))
  })

  test('the classical decomposition', () => {
    for (const { y, m, kind, indices } of answers.decompose) {
      expectClose(decompose(Float64Array.from(y), m, kind).indices, indices, 1e-12)
    }
  })

  test('autocorrelations', () => {
    expectClose(autocorrelations(answers.acf.y, answers.acf.r.length), answers.acf.r, 1e-12)
  })

  test('the slope, with the interval of Newey and West', () => {
    for (const want of answers.slope) {
      const got = slopeOf(Float64Array.from(want.y), want.m)
      expectClose(
        [got?.perPeriod ?? NaN, got?.lower ?? NaN, got?.upper ?? NaN],
        [want.slope, want.lower, want.upper],
        1e-10,
      )
    }
  })
})
