/**
 * The methods by their names, all in one shape.
 *
 * In:  a method, n numbers (none missing), the seasons that stand in the series at least twice, h periods to come.
 * Out: a Fit that can be made again for a stretch of the series.
 */
import { autoShort, type Repeatable } from './auto.ts'
import { ces } from './ces.ts'
import { etsForecast, etsModels, type EtsForm, type EtsModel } from './ets.ts'
import { exactPattern } from './exact.ts'
import { intermittent } from './intermittent.ts'
import { longSeason } from './long-season.ts'
import type { Fit } from './model.ts'
import { drift, meanOf, naive, seasonalNaive } from './simple.ts'
import { sesFit } from './ses.ts'
import { dotm, theta, type DotmStart } from './theta.ts'
import { inOwnUnits } from './units.ts'

export const methodNames = [
  'auto',
  'naive',
  'snaive',
  'drift',
  'mean',
  'ses',
  'holt',
  'damped',
  'hw',
  'theta',
  'dotm',
  'ets',
  'ces',
  'mstl',
  'croston',
  'sba',
  'tsb',
] as const
export type MethodName = (typeof methodNames)[number]

/** What each method needs at the least. */
const leastValues: { readonly [name in MethodName]: number } = {
  auto: 5,
  naive: 1,
  snaive: 1,
  drift: 2,
  mean: 1,
  ses: 5,
  holt: 7,
  damped: 8,
  hw: 7,
  theta: 3,
  dotm: 5,
  ets: 5,
  ces: 5,
  mstl: 5,
  croston: 1,
  sba: 1,
  tsb: 1,
}

/** @param known how many values there are, those that gaps were closed with not counted */
export function canFit(method: MethodName, known: number): boolean {
  return known >= leastValues[method]
}

/** The one season that methods for a single one take: the shortest, which comes round most often. */
export function firstSeason(seasons: readonly number[]): number {
  return seasons[0] ?? 1
}

/** @param seasons lengths above 1, shortest first, of which two stand in the series */
export function fitMethod(
  method: Exclude<MethodName, 'auto'>,
  y: Float64Array,
  seasons: readonly number[],
  h: number,
): Repeatable {
  const m = firstSeason(seasons)
  switch (method) {
    case 'naive':
      return anew(y, h, (x, periods) => naive(x, periods))
    case 'snaive':
      return anew(y, h, (x, periods) => seasonalNaive(x, m, periods))
    case 'drift':
      return anew(y, h, (x, periods) => drift(x, periods))
    case 'mean':
      return anew(y, h, (x, periods) => meanOf(x, periods))
    case 'theta':
      return inOwnUnits(y, (own) => anew(own, h, (x, periods) => theta(x, m, periods)))
    case 'croston':
    case 'sba':
    case 'tsb':
      return anew(y, h, (x, periods) => intermittent(x, periods, method))
    case 'dotm':
      return inOwnUnits(y, (own) => {
        const fit = dotm(own, m, h)
        const near = fit.parameters as unknown as DotmStart
        return { ...fit, again: (x, periods) => dotm(x, m, periods, near) }
      })
    case 'ces':
      return inOwnUnits(y, (own) => {
        const { near, ...fit } = ces(own, m, h)
        return { ...fit, again: (x, periods) => ces(x, m, periods, near) }
      })
    case 'mstl':
      return seasons.length === 0 ? (exactPattern(y, [], h) ?? autoShort(y, 1, h)) : longSeason(y, seasons, h)
    case 'ets':
      return inOwnUnits(y, (own) => ets(own, m, h))
    case 'ses':
      return inOwnUnits(y, (own) => anew(own, h, ses))
    case 'holt':
      return inOwnUnits(y, (own) => ets(own, 1, h, [{ error: 'A', trend: 'A', season: 'N' }]))
    case 'damped':
      return inOwnUnits(y, (own) => ets(own, 1, h, [{ error: 'A', trend: 'Ad', season: 'N' }]))
    case 'hw':
      return inOwnUnits(y, (own) => holtWinters(own, m, h))
  }
}

function anew(y: Float64Array, h: number, fit: (x: Float64Array, periods: number) => Fit): Repeatable {
  return { ...fit(y, h), again: fit }
}

function ses(y: Float64Array, h: number): Fit {
  const { alpha, level, fitted, variance } = sesFit(y, 'best')
  return {
    point: new Float64Array(h).fill(level),
    fitted,
    deviation: Float64Array.from({ length: h }, (_, i) => Math.sqrt(variance * (1 + i * alpha * alpha))),
    label: 'SES',
    parameters: { alpha, level },
  }
}

/**
 * Holt & Winters: a trend and a season, added or, where all is above 0, multiplied: whichever is likelier. Without a
 * season it is Holt's.
 */
function holtWinters(y: Float64Array, m: number, h: number): Repeatable {
  if (m === 1) return ets(y, 1, h, [{ error: 'A', trend: 'A', season: 'N' }])
  const positive = y.every((value) => value > 0)
  return ets(y, m, h, [
    { error: 'A', trend: 'A', season: 'A' },
    ...(positive ? [{ error: 'M', trend: 'A', season: 'M' } as const] : []),
  ])
}

function ets(y: Float64Array, m: number, h: number, forms?: readonly EtsForm[]): Repeatable {
  const [model] = etsModels(
    y,
    m,
    forms?.map((form) => ({ form })),
  )
  if (model === undefined) return anew(y, h, (x, periods) => naive(x, periods))
  return { ...etsForecast(model, h), again: (x, periods) => etsForecast(etsAgain(x, m, model), periods) }
}

/** The same form for a stretch; with the parameters as they are where it can't be fitted. */
function etsAgain(y: Float64Array, m: number, like: EtsModel): EtsModel {
  const [model = like] = etsModels(y, m, [like])
  return model
}
