/** What holds for any series, whatever the method. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { closeGaps } from '../../../src/learn/forecast/gaps.ts'
import { methodNames, type MethodName } from '../../../src/learn/forecast/methods.ts'
import { forecastSeries, type SeriesOptions } from '../../../src/learn/forecast/series.ts'
import { expectNear, line, noise, repeated, sales } from './made.ts'

const usual: SeriesOptions = {
  method: 'auto',
  seasons: [12],
  horizon: 12,
  levels: [80, 95],
  origins: 6,
  allowNegative: false,
}
const run = (y: Float64Array, options: Partial<SeriesOptions> = {}) =>
  forecastSeries(y, y, { ...usual, ...options })

const demand = Float64Array.from(noise(60, 5), (e) => (e > 0.8 ? Math.round(10 * e) : 0))
const examples = (method: MethodName) => (['croston', 'sba', 'tsb'].includes(method) ? demand : sales(61, 3))

describe.each(methodNames)('%s', (method) => {
  const y = examples(method)
  const at1 = run(y, { method })

  test('a series in other units has its forecast in those units', () => {
    const by8 = run(
      y.map((value) => value * 8),
      { method },
    )
    expectNear(
      by8.point,
      at1.point.map((value) => value * 8),
      1e-14,
    )
    expectNear(
      by8.upper[1] as Float64Array,
      (at1.upper[1] as Float64Array).map((value) => value * 8),
      1e-7,
    )
    const inCents = run(
      y.map((value) => value * 100),
      { method },
    )
    expectNear(
      inCents.point,
      at1.point.map((value) => value * 100),
      1e-9,
    )
    expectNear(
      inCents.upper[1] as Float64Array,
      (at1.upper[1] as Float64Array).map((value) => value * 100),
      1e-9,
    )
  })

  test('the same series gives the same bits', () => {
    expect(run(y, { method })).toEqual(at1)
  })

  test('the forecast lies inside its intervals, and the narrow one inside of the wide one', () => {
    at1.point.forEach((value, i) => {
      const [low80, low95] = at1.lower.map((values) => values[i] as number)
      const [high80, high95] = at1.upper.map((values) => values[i] as number)
      expect([low95, low80, value, high80, high95]).toEqual(
        [low95, low80, value, high80, high95].toSorted((a, b) => Number(a) - Number(b)),
      )
    })
  })

  test('what never was below 0 is not forecast below 0, unless that is allowed', () => {
    const falling = Float64Array.from(line(40, 100, -2.5), (value, t) => Math.max(0, value + (t % 3)))
    const kept = run(falling, { method, seasons: [] })
    for (const values of [kept.point, ...kept.lower]) expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    // Intervals by ranks reach no further below than demand ever was.
    if (['croston', 'sba', 'tsb'].includes(method)) return
    const free = run(falling, { method, seasons: [], allowNegative: true })
    expect(Math.min(...free.lower.map((values) => Math.min(...values)))).toBeLessThan(0)
  })
})

test('any series at all has a finite forecast', () => {
  const value = fc.oneof(
    fc.constant(0),
    fc.integer({ min: -5, max: 5 }),
    fc.double({ min: -1e12, max: 1e12, noNaN: true }),
    fc.double({ min: 1e-9, max: 1e-3, noNaN: true }),
  )
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(...methodNames),
      fc.constantFrom([], [4], [7], [3, 12]),
      (values, method, seasons) => {
        const found = run(Float64Array.from(values), { method, seasons, origins: 3, horizon: 5 })
        expect([...found.point].every(Number.isFinite)).toBe(true)
        found.lower.forEach((lower, k) => {
          lower.forEach((low, i) => expect(low > (found.upper[k]?.[i] as number)).toBe(false))
        })
      },
    ),
    { numRuns: 300 },
  )
})

describe('what has no noise goes on as it was', () => {
  const next = (make: (n: number) => Float64Array, n = 60) => make(n + 12).subarray(n)
  test.each(['auto', 'holt', 'drift', 'ets'] as const)('a line, by %s', (method) => {
    const make = (n: number) => line(n, 20, 1.25)
    expectNear(run(make(60), { method }).point, next(make), 1e-7)
  })
  test('a line of five values, by auto', () => {
    expectNear(run(line(5, 100, -8), { allowNegative: true }).point, line(17, 100, -8).subarray(5), 1e-12)
  })
  test('long and double seasons, on lines and across a hole, by auto and mstl', () => {
    const pattern = (m: number) => [...noise(m, m)].map((e) => 50 + Math.round(10 * e))
    const onLine = (n: number, m: number, slope: number) => {
      const season = repeated(n, pattern(m))
      return line(n, 100, slope).map((value, t) => value + (season[t] as number))
    }
    for (const method of ['auto', 'mstl'] as const) {
      for (const [n, m, seasons, slope] of [
        [110, 52, [52], 0.5],
        [800, 168, [24, 168], 0],
        [800, 365, [7, 365], 0.25],
      ] as const) {
        const found = run(onLine(n, m, slope), { method, seasons })
        expectNear(found.point, onLine(n + 12, m, slope).subarray(n), 1e-12)
        expectNear(found.upper[1] as Float64Array, found.point, 1e-12)
      }
    }
    const whole = onLine(72, 12, 0)
    const holed = whole.subarray(0, 60).map((value, t) => (t >= 24 && t < 36 ? NaN : value))
    expectNear(forecastSeries(holed, closeGaps(holed, 12), usual).point, whole.subarray(60), 1e-12)
  })
  test.each(['auto', 'snaive', 'hw', 'mstl', 'dotm', 'theta'] as const)('a season, by %s', (method) => {
    const make = (n: number) => repeated(n, [10, 12, 17, 30, 22, 14, 9, 11, 16, 28, 35, 40])
    expectNear(run(make(60), { method }).point, next(make), 1e-9)
  })
  test('a season on a line, by auto', () => {
    const make = (n: number) => {
      const season = repeated(n, [1, -2, 3, -2])
      return line(n, 50, 0.5).map((value, t) => value + (season[t] as number))
    }
    expectNear(run(make(60), { seasons: [4] }).point, next(make), 1e-9)
  })
  test('a constant, by every method but the one that takes a twentieth off', () => {
    for (const method of methodNames.filter((name) => name !== 'sba')) {
      expectNear(run(new Float64Array(30).fill(7), { method }).point, new Float64Array(12).fill(7), 1e-9)
    }
  })
})

describe('series that no model suits', () => {
  test('one value goes on, and no interval is made up', () => {
    const found = run(Float64Array.of(5))
    expect([...found.point]).toEqual(new Array(12).fill(5))
    expect(found.notes).toEqual(['short', 'no interval'])
    expect([...(found.lower[0] as Float64Array)].every(Number.isNaN)).toBe(true)
  })
  test('zeros stay zero', () => {
    const found = run(new Float64Array(24))
    expect(found.notes).toEqual(['all zero'])
    expect([...found.point, ...(found.upper[1] as Float64Array)].every((value) => value === 0)).toBe(true)
  })
  test('demand that comes now and then is recognised, and what is no longer bought fades', () => {
    expect(run(demand).method).toBe('sba')
    const ended = Float64Array.from(demand, (value, t) => (t < 30 ? value : 0))
    const found = run(ended)
    expect(found.method).toBe('tsb')
    expect(found.point[0]).toBeLessThan(run(demand).point[0] as number)
  })
  test('chance does not make a season of demand that comes now and then', () => {
    const months = [
      0, 13, 0, 17, 0, 0, 0, 0, 7, 0, 0, 10, 0, 10, 0, 15, 0, 3, 11, 0, 2, 0, 0, 0, 0, 0, 11, 16, 0,
    ]
    const y = Float64Array.of(...months, 0, 10, 0, 0, 0, 0, 17, 0, 0, 6)
    expect(run(y).method).toBe('sba')
  })
  test('intervals of demand that comes now and then stay near what was ever sold', () => {
    const y = Float64Array.from({ length: 60 }, (_, t) => (t === 30 ? 3 : t >= 58 ? 6 : 0))
    const { upper } = run(y)
    for (const values of upper) expect(Math.max(...values)).toBeLessThanOrEqual(6.2)
  })
  test('a closed day at the end does not narrow what is to come, nor a spike widen it', () => {
    const e = noise(35 * 24, 21)
    const hours = Float64Array.from(e, (error, t) =>
      t % 24 >= 8 && t % 24 < 20 && Math.floor(t / 24) % 7 < 6 ? Math.max(1, Math.round(30 + 6 * error)) : 0,
    )
    const found = run(hours, { seasons: [24, 168], horizon: 48, origins: 12 })
    const width = (found.upper[1]?.[12] as number) - (found.lower[1]?.[12] as number)
    expect(width).toBeGreaterThan(20)
    expect(width).toBeLessThan(70)
    const spike = Float64Array.from({ length: 14 }, (_, t) => (t === 13 ? 100_000 : 10))
    expect(Math.max(...(run(spike, { seasons: [4], horizon: 8 }).upper[1] as Float64Array))).toBeLessThan(3e6)
  })
  test('a flat end does not make the future certain', () => {
    const y = Float64Array.from({ length: 60 }, (_, t) => (t > 34 ? 60 : 50 + ((t * 37) % 23)))
    for (const method of ['snaive', 'naive'] as const) {
      const found = run(y, { method, horizon: 1, origins: 12 })
      expect((found.upper[1]?.[0] as number) - (found.point[0] as number)).toBeGreaterThan(1)
    }
  })
  test('values that can’t be squared go on, and say so', () => {
    expect(run(sales(40, 2).map((value) => value * 1e200)).notes).toContain('out of range')
  })
  test('a seasonal method repeats one season, and says so where there is less', () => {
    const y = Float64Array.from({ length: 20 }, (_, t) => (t % 12) * 10 + 7 + (t % 5))
    expect([...run(y, { method: 'snaive', horizon: 3 }).point]).toEqual([...y.subarray(8, 11)])
    const short = run(y.subarray(0, 10), { method: 'snaive' })
    expect([short.method, short.notes[0]]).toEqual(['naive', 'too short for a season'])
    expect(run(y, { method: 'hw' }).method).toBe('holt')
  })
  test('two values and a long gap are two values', () => {
    const actual = Float64Array.of(5, NaN, NaN, NaN, NaN, NaN, 6)
    expect(forecastSeries(actual, closeGaps(actual, 1), usual).notes).toContain('short')
  })
  test('a method that needs more values than there are says so', () => {
    const found = run(Float64Array.of(1, 2, 4), { method: 'damped' })
    expect(found.method).toBe('naive')
    expect(found.notes).toContain('too few for the method')
  })
})

describe('seasons', () => {
  test('the back-test guards: a season that only repeats is left to the seasonal naive forecast', () => {
    // Each place wanders by itself from year to year, which no smooth model follows.
    const walk = new Float64Array(132)
    const e = noise(132, 9)
    for (let t = 0; t < 132; t++)
      walk[t] = (t < 12 ? 100 + 80 * (e[t] as number) : (walk[t - 12] as number)) + 0.01 * (e[t] as number)
    const found = run(walk, { origins: 12 })
    expect(found.backtest?.mase).toBeLessThanOrEqual((found.backtest?.maseNaive as number) * 1.05)
  })
  test('a long season is taken out before, and weighed against none', () => {
    const y = Float64Array.from(
      noise(260, 4),
      (e, t) => 500 + 200 * Math.sin((2 * Math.PI * t) / 52) + 10 * e,
    )
    const found = run(y, { seasons: [52], horizon: 26 })
    expect(found.model).toMatch(/MSTL/)
    const want = Float64Array.from(
      { length: 26 },
      (_, i) => 500 + 200 * Math.sin((2 * Math.PI * (260 + i)) / 52),
    )
    expectNear(found.point, want, 0.06)
  })
  test('two seasons at once', () => {
    const make = (t: number) =>
      300 + 60 * Math.sin((2 * Math.PI * t) / 24) + 90 * Math.cos((2 * Math.PI * t) / 168)
    const y = Float64Array.from(noise(1008, 6), (e, t) => make(t) + 5 * e)
    const found = run(y, { seasons: [24, 168], horizon: 48, origins: 4 })
    expectNear(
      found.point,
      Float64Array.from({ length: 48 }, (_, i) => make(1008 + i)),
      0.06,
    )
  })
  test('negative values take additive forms', () => {
    const y = Float64Array.from(noise(72, 2), (e, t) => 50 * Math.sin((2 * Math.PI * t) / 12) + 3 * e)
    const found = run(y, { method: 'hw' })
    expect(found.model).toBe('ETS(A,A,A)')
    expect(Math.min(...found.point)).toBeLessThan(-30)
  })
})
