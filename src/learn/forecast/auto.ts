/**
 * The forecast that needs no choice of method: the median of four that err in different ways.
 *
 * In:  n numbers (none missing), the lengths of the seasons, h periods to come.
 * Out: a Fit; `again` fits the same forms to another stretch of the series at a fraction of the cost, for back-tests.
 *
 * For each horizon the median of ETS, DOTM, Theta and CES, as in the entry that came 6th of 61 to the M4 competition
 * (Petropoulos & Svetunkov, "A simple combination of univariate models", International Journal of Forecasting 36(1),
 * 2020), with Theta in the place of ARIMA: as accurate on the M3 series, and far cheaper. ETS takes part as the mean
 * of all its forms weighed by how likely each is (Kolassa, "Combining exponential smoothing forecasts using Akaike
 * weights", 27(2), 2011), which changes little when a value is added, where the best form alone may jump.
 */
import { ces, type CesNear } from './ces.ts'
import { akaikeWeights, etsForecast, etsModels, formName, type EtsModel, type EtsNear } from './ets.ts'
import type { Fit } from './model.ts'
import { dotm, theta, type DotmStart } from './theta.ts'
import { inOwnUnits } from './units.ts'

/** A Fit that can be made again for a stretch of the same series from its start. */
export interface Repeatable extends Fit {
  again(y: Float64Array, h: number): Fit
}

/** Forms of ETS less likely than this have no part. */
const leastLikely = 1e-3

/** Series shorter than this have too little to fit four models to. */
export const leastForAuto = 5

/** @param y n ≥ 5 */
export function autoShort(y: Float64Array, m: number, h: number): Repeatable {
  return inOwnUnits(y, (x) => median(x, m, h))
}

function median(y: Float64Array, m: number, h: number): Repeatable {
  const models = etsModels(y, m)
  const perfect = models.find((model) => isPerfect(model, y))
  if (perfect !== undefined) {
    const again = (stretch: Float64Array, periods: number) => {
      const [model = perfect] = etsModels(stretch, m, [perfect])
      return etsForecast(model, periods)
    }
    return { ...etsForecast(perfect, h), again }
  }
  const weights = akaikeWeights(models)
  const likely = models.filter((_, i) => (weights[i] as number) >= leastLikely)
  const near: Near = { forms: likely }
  const { fit, members } = combined(y, m, h, likely, {})
  near.dotm = members.dotm.parameters as unknown as DotmStart
  near.ces = members.ces.near
  return {
    ...fit,
    again: (stretch, periods) => combined(stretch, m, periods, etsModels(stretch, m, likely), near).fit,
  }
}

interface Near {
  forms?: readonly EtsNear[]
  dotm?: DotmStart
  ces?: CesNear
}

function combined(y: Float64Array, m: number, h: number, models: readonly EtsModel[], near: Near) {
  const members = {
    dotm: dotm(y, m, h, near.dotm),
    theta: theta(y, m, h),
    ces: ces(y, m, h, near.ces),
  }
  const ets = models.length === 0 ? members.theta : weighed(models, h)
  const fits = [ets, members.dotm, members.theta, members.ces]
  const fit: Fit = {
    point: medians(fits.map(({ point }) => point)),
    fitted: medians(fits.map(({ fitted }) => fitted)),
    deviation: medians(fits.map(({ deviation, point }) => deviation ?? point)),
    label: `median of ${ets.label}, DOTM, Theta, ${members.ces.label}`,
    parameters: {},
  }
  return { fit, members }
}

/** The mean of the models' forecasts, each by its weight. */
function weighed(models: readonly EtsModel[], h: number): Fit {
  const weights = akaikeWeights(models)
  const fits = models.map((model) => etsForecast(model, h))
  const mean = (arrays: readonly Float64Array[]) =>
    (arrays[0] as Float64Array).map((_, i) =>
      arrays.reduce((sum, array, k) => sum + (weights[k] as number) * (array[i] as number), 0),
    )
  return {
    point: mean(fits.map(({ point }) => point)),
    fitted: mean(fits.map(({ fitted }) => fitted)),
    deviation: mean(fits.map(({ deviation, point }) => deviation ?? point)),
    label: formName((models[0] as EtsModel).form),
    parameters: {},
  }
}

/** Whether nothing is left to explain: a pure line, a pure season. */
function isPerfect({ form, variance }: EtsModel, y: Float64Array): boolean {
  const scale = form.error === 'M' ? 1 : y.reduce((sum, value) => sum + value * value, 0) / y.length
  return variance <= 1e-18 * scale
}

/** Entry by entry the median; of four the mean of the middle two. NaN where one is NaN. */
function medians(arrays: readonly Float64Array[]): Float64Array {
  const sorted = new Float64Array(arrays.length)
  const half = arrays.length >> 1
  return (arrays[0] as Float64Array).map((_, i) => {
    arrays.forEach((array, k) => (sorted[k] = array[i] as number))
    sorted.sort()
    return arrays.length % 2 === 1
      ? (sorted[half] as number)
      : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
  })
}
