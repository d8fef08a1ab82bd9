/**
 * Series in units of their own, so that what a search finds does not hang on whether dollars or cents were counted.
 *
 * A search by steps (simplex.ts) takes another path where the last bits of its numbers differ, and ends a little
 * elsewhere. So the values are divided by their mean size and rounded to 40 binary places: the same numbers, but for
 * one in some thousand series, whatever the units were.
 */
import type { Repeatable } from './auto.ts'
import type { Fit } from './model.ts'

const places = 2 ** 40

/** Parameters that are in the units of the series. */
const inUnits: ReadonlySet<string> = new Set(['level', 'drift', 'slope', 'mean'])

export function inOwnUnits(y: Float64Array, fit: (x: Float64Array) => Repeatable): Repeatable {
  let size = 0
  for (let t = 0; t < y.length; t++) size += Math.abs(y[t] as number) / y.length
  const scale = size === 0 || !Number.isFinite(size) ? 1 : size
  const own = (values: Float64Array) => values.map((value) => Math.round((value / scale) * places) / places)
  const back = (found: Fit): Fit => ({
    ...found,
    point: found.point.map((value) => value * scale),
    fitted: found.fitted.map((value) => value * scale),
    deviation: found.deviation?.map((value) => value * scale),
    parameters: Object.fromEntries(
      Object.entries(found.parameters).map(([name, value]) => [
        name,
        inUnits.has(name) ? value * scale : value,
      ]),
    ),
  })
  const found = fit(own(y))
  return { ...back(found), again: (stretch, periods) => back(found.again(own(stretch), periods)) }
}
