/** Parameters that are known, as the series were made with them, are found again. */
import { describe, expect, test } from 'vitest'
import { etsModels, type EtsForm } from '../../../src/learn/forecast/ets.ts'
import { withoutEvents } from '../../../src/learn/forecast/events.ts'
import { changePoints, explain } from '../../../src/learn/forecast/explain.ts'
import { closeGaps } from '../../../src/learn/forecast/gaps.ts'
import { intermittent } from '../../../src/learn/forecast/intermittent.ts'
import { spread, spreadByRanks, type Spread } from '../../../src/learn/forecast/intervals.ts'
import { measure, origins, roll, seasonalScale } from '../../../src/learn/forecast/rolling.ts'
import { hasSeason } from '../../../src/learn/forecast/season.ts'
import { sesFit } from '../../../src/learn/forecast/ses.ts'
import { lowest } from '../../../src/learn/forecast/simplex.ts'
import { expectNear, line, noise, repeated, sales, simulated } from './made.ts'

const form = (text: string) => {
  const [error, trend, season] = text.split(',') as [EtsForm['error'], EtsForm['trend'], EtsForm['season']]
  return { form: { error, trend, season } }
}

describe('ETS', () => {
  test('finds the weights that a series was simulated with', () => {
    const given = { alpha: 0.4, beta: 0.1, gamma: 0.2, m: 4, sd: 3 }
    const [model] = etsModels(simulated(2000, 11, given), 4, [form('A,A,A')])
    expect(model?.parameters.alpha).toBeCloseTo(0.4, 1)
    expect(model?.parameters.beta).toBeCloseTo(0.1, 1)
    expect(model?.parameters.gamma).toBeCloseTo(0.2, 1)
    expect(Math.sqrt(model?.variance as number)).toBeCloseTo(3, 0)
  })
  test('tells a season from none, and a trend from none, by AICc', () => {
    const [seasonal] = etsModels(simulated(240, 12, { alpha: 0.3, beta: 0, gamma: 0.1, m: 12, sd: 3 }), 12)
    expect(seasonal?.form.season).not.toBe('N')
    const [plain] = etsModels(simulated(240, 13, { alpha: 0.5, beta: 0, gamma: 0, m: 1, sd: 3 }), 12)
    expect(plain?.form).toMatchObject({ trend: 'N', season: 'N' })
  })
  test('a form with relative errors is only taken where all is above 0', () => {
    const models = etsModels(Float64Array.from(noise(60, 3)), 1)
    expect(models.every((model) => model.form.error === 'A')).toBe(true)
  })
  test('a series too short for any form has none', () => {
    expect(etsModels(Float64Array.of(1, 2, 3), 1)).toEqual([])
  })
})

test('simple smoothing finds its weight, and no grid point has less squares', () => {
  const y = simulated(3000, 14, { alpha: 0.3, beta: 0, gamma: 0, m: 1, sd: 2 })
  const fit = sesFit(y, 'first value')
  expect(fit.alpha).toBeCloseTo(0.3, 1)
  for (let alpha = 0.01; alpha < 1; alpha += 0.01) {
    let level = y[0] as number
    let squares = 0
    for (const value of y) {
      squares += (value - level) ** 2
      level += alpha * (value - level)
    }
    expect(fit.variance * y.length).toBeLessThanOrEqual(squares)
  }
})

test('the search of a valley ends at its bottom', () => {
  const { x, value } = lowest(([a = 0, b = 0]) => (a - 3) ** 2 + 10 * (b + 1) ** 2 + 5, [0, 0], [1, 1], {
    tolerance: 1e-12,
    evaluations: 500,
  })
  expect(x[0]).toBeCloseTo(3, 4)
  expect(x[1]).toBeCloseTo(-1, 4)
  expect(value).toBeCloseTo(5, 9)
})

describe('demand that comes now and then, by hand', () => {
  const y = Float64Array.of(0, 0, 6, 0, 3, 0)
  test('Croston: sizes 6, then 6 − 0.3; intervals 3, then 3 − 0.1', () => {
    expect(intermittent(y, 1, 'croston').point[0]).toBeCloseTo(5.7 / 2.9, 12)
  })
  test('SBA takes off half of the weight', () => {
    expect(intermittent(y, 1, 'sba').point[0]).toBeCloseTo((0.95 * 5.7) / 2.9, 12)
  })
  test('TSB smooths the probability in every period', () => {
    let probability = 0 // of the first period there was none
    for (const value of y) probability += 0.1 * ((value > 0 ? 1 : 0) - probability)
    expect(intermittent(y, 1, 'tsb').point[0]).toBeCloseTo(probability * 5.7, 12)
  })
})

describe('the back-test', () => {
  test('cuts near the end first, and leaves a season and a half before', () => {
    expect(origins(40, 6, 12, 5)).toEqual([39, 38, 37, 36, 35])
    expect(origins(20, 6, 12, 12)).toEqual([19, 18])
    expect(origins(400, 13, 52, 12)[0]).toBe(400 - 5)
    expect(origins(5, 2, 1, 12)).toEqual([])
  })
  test('forecasts know nothing of what comes after', () => {
    const y = line(20, 0, 1)
    const rolled = roll(y, 3, [19, 15], (stretch, periods) => {
      expect(stretch).toHaveLength((stretch.at(-1) as number) + 1)
      return new Float64Array(periods)
    })
    expect(rolled.map(({ at, point }) => [at, point.length])).toEqual([
      [19, 1],
      [15, 3],
    ])
  })
  test('sMAPE and MASE by hand; where there is no value there is no error', () => {
    const actual = Float64Array.of(1, 2, 3, 4, NaN, 10)
    const rolled = [{ at: 3, point: Float64Array.of(2, 7, 10) }]
    const scale = seasonalScale(actual.subarray(0, 4), 1)
    expect(scale).toBe(1)
    const found = measure(actual, rolled, scale)
    expect(found?.smape).toBeCloseTo((200 * 2) / 6 / 2, 12)
    expect(found?.mase).toBeCloseTo(1, 12)
    expect(measure(actual, [], 1)).toBeUndefined()
    expect(measure(Float64Array.of(0), [{ at: 0, point: Float64Array.of(0) }], 0)).toEqual({
      smape: 0,
      mae: 0,
      mase: undefined,
    })
  })
  test('errors that grow in step with the horizon widen intervals in step, from a known size', () => {
    const actual = new Float64Array(200)
    const rolled = Array.from({ length: 40 }, (_, i) => ({
      at: 199 - 4 * i,
      point: Float64Array.of(1, 2, 3, 4).map((error) => (i % 2 === 0 ? error : -error)),
    })).map(({ at, point }) => ({ at, point: point.subarray(0, Math.min(4, 200 - at)) }))
    const found = spread(actual, rolled, 4, { width: 1, relative: false, model: undefined })
    // 40 origins a horizon apart: Student's with 40 degrees reaches 1.6838510 at 90%.
    const { below, above } = (found as Spread)(90)
    expectNear(
      [0, 1, 2, 3].map(below),
      [1, 2, 3, 4].map((step) => step * 1.683851013),
      1e-8,
    )
    expect([0, 1, 2, 3].map(above)).toEqual([0, 1, 2, 3].map(below))
  })
  test('of demand that comes now and then intervals reach as far as errors did, by their ranks', () => {
    const actual = Float64Array.from({ length: 99 }, (_, t) => t + 1)
    const found = spreadByRanks(actual, new Float64Array(99).fill(50))?.(80) as ReturnType<Spread>
    // Of 99 errors, −49 … 49, the tenth and the ninetieth.
    expect([found.below(0), found.above(5)]).toEqual([40, 40])
  })
})

describe('the season test', () => {
  test('sees a season in a season, and none in noise', () => {
    expect(hasSeason(sales(60, 1), 12)).toBe(true)
    expect(hasSeason(noise(60, 2), 12)).toBe(false)
    expect(hasSeason(repeated(20, [1, 5]), 12)).toBe(false)
  })
})

describe('gaps', () => {
  test('on a line are closed on the line', () => {
    const y = line(20, 5, 2)
    const holed = y.map((value, t) => (t === 7 || t === 8 ? NaN : value))
    expectNear(closeGaps(holed, 1), y, 1e-12)
  })
  test('in a season are closed with the season', () => {
    const y = repeated(60, [3, 8, 1, 9, 4, 2])
    const holed = y.map((value, t) => (t === 20 || t === 21 || t === 40 ? NaN : value))
    expectNear(closeGaps(holed, 6), y, 0.05)
  })
  test('at the ends take the nearest value', () => {
    expect([...closeGaps(Float64Array.of(NaN, 4, NaN, 6, NaN), 1)]).toEqual([4, 4, 5, 6, 6])
  })
})

test('what events do is found again, and taken out', () => {
  const plain = sales(96, 21, 0.005, 0.01)
  const share = new Float64Array(108)
  for (const t of [15, 40, 62, 88, 100]) share[t] = 1
  const half = new Float64Array(108)
  half[30] = 0.5
  half[70] = 0.5
  const y = plain.map((value, t) => value * Math.exp(0.4 * (share[t] as number) - 0.2 * (half[t] as number)))
  const found = withoutEvents(
    y,
    12,
    [
      { name: 'feast', share },
      { name: 'closed', share: half },
    ],
    12,
  )
  expect(found.multiplied).toBe(true)
  expect(found.effects[0]).toMatchObject({ name: 'feast', periods: 4 })
  expect(found.effects[0]?.effect).toBeCloseTo(Math.exp(0.4) - 1, 1)
  expect(found.effects[1]?.effect).toBeCloseTo(Math.exp(-0.2) - 1, 1)
  expectNear(found.adjusted, plain, 0.05)
  expect(found.change[100]).toBeCloseTo(Math.exp(0.4), 1)
  expect(found.change[101]).toBe(1)
})

describe('what a series did', () => {
  test('growth a year, the last year against the one before, the season and its strength', () => {
    const y = sales(120, 31, 0.01, 0.02)
    const found = explain(y, y, [12], 12)
    expect(found.growth.cagr).toBeCloseTo(1.01 ** 12 - 1, 1)
    expect(found.growth.yearOverYear).toBeCloseTo(1.01 ** 12 - 1, 1)
    expect(found.seasonalStrength).toBeGreaterThan(0.9)
    expect(found.seasonalIndex?.kind).toBe('multiplicative')
    expect(found.seasonalIndex?.indices[3]).toBeCloseTo(1.3, 1)
    expect(found.seasonalIndex?.indices[9]).toBeCloseTo(0.7, 1)
    const { trend, seasons, remainder } = found.parts
    expectNear(
      trend.map((value, t) => value + (seasons[0]?.[t] as number) + (remainder[t] as number)),
      y,
      1e-12,
    )
  })
  test('noise has hardly a season, and no change', () => {
    const y = noise(120, 32).map((value) => 100 + value)
    const found = explain(y, y, [12], 12)
    expect(found.seasonalStrength).toBeLessThan(0.5)
    expect(found.changes).toEqual([])
  })
  test('where the level breaks is found to a few periods', () => {
    const y = noise(100, 33).map((value, t) => (t < 60 ? 50 : 80) + 2 * value)
    const [change, ...more] = changePoints(y)
    expect(more).toEqual([])
    expect(Math.abs((change?.at as number) - 60)).toBeLessThanOrEqual(2)
    expect((change?.after as number) - (change?.before as number)).toBeCloseTo(30, -1)
  })
  test('where growth turns is found too', () => {
    const y = noise(120, 34).map((value, t) => (t < 70 ? t : 70 - 1.5 * (t - 70)) + value)
    const [change] = changePoints(y)
    expect(Math.abs((change?.at as number) - 70)).toBeLessThanOrEqual(4)
    expect(change?.slopeBefore).toBeCloseTo(1, 1)
    expect(change?.slopeAfter).toBeCloseTo(-1.5, 1)
  })
})

describe('noise is not explained', () => {
  const years = [24, 36, 60, 120] as const
  test.each(years)(
    'of %i months the season and the trend are weak, and 95%% sure slopes rarely miss',
    (n) => {
      const found = Array.from({ length: 60 }, (_, seed) => {
        const y = Float64Array.from(noise(n, 100 + seed), (e) => 100 + 10 * e)
        return explain(y, y, [12], 12)
      })
      const share = (test_: (one: (typeof found)[number]) => boolean) =>
        found.filter(test_).length / found.length
      expect(share(({ seasonalStrength }) => (seasonalStrength as number) >= 0.5)).toBeLessThanOrEqual(0.1)
      expect(share(({ trendStrength }) => (trendStrength as number) >= 0.5)).toBeLessThanOrEqual(0.1)
      const misses = share(
        ({ growth: { slope } }) => slope !== undefined && (slope.lower > 0 || slope.upper < 0),
      )
      expect(misses).toBeLessThanOrEqual(0.1)
    },
  )
  test('a strong season of two years is still one', () => {
    const y = sales(24, 5)
    expect(explain(y, y, [12], 12).seasonalStrength).toBeGreaterThan(0.8)
  })
  test('a constant has no strength, no slope and no season', () => {
    const y = new Float64Array(48).fill(7)
    expect(explain(y, y, [12], 12)).toMatchObject({
      trendStrength: 0,
      seasonalStrength: 0,
      seasonalIndex: undefined,
      growth: { cagr: 0, slope: { perPeriod: 0, lower: 0, upper: 0 } },
    })
  })
})
