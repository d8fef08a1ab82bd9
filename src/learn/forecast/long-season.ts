/**
 * Forecasts of series whose season is long (weeks of a year) or double (hours of the day and of the week).
 *
 * In:  n numbers, none missing, and the lengths of the seasons, each at least twice in the series.
 * Out: a Fit; `again` makes it anew for a stretch of the series.
 *
 * The seasons are taken out by MSTL (stl.ts), each place smoothed by means, as in R's mstl, or by lines, as in
 * statsmodels': lines follow a season that changes, and the noise of the last rounds where it does not. Where all is
 * well above 0 that is done of the values or of their logarithms, whichever is likelier: a season on a line is added,
 * that of sales mostly grows with them. What is left is forecast by the median of four (auto.ts) without a season, and
 * each season goes on as it last was.
 */
import { autoShort, type Repeatable } from './auto.ts'
import { exactPattern } from './exact.ts'
import type { Fit } from './model.ts'
import { mstl, type Mstl } from './stl.ts'

/** Regressing at each fifth period only changes a decomposition by less than its noise, and saves most of the time. */
const jump = 5

/** Logarithms of values smaller than this share of the mean would be outliers. */
const smallestShare = 0.01

type Kind = 'additive' | 'multiplicative'

/** @param y n ≥ 2 · the longest season, and at least 5 more */
export function longSeason(
  y: Float64Array,
  seasons: readonly number[],
  h: number,
  degree: 0 | 1 = 0,
): Repeatable {
  const exact = exactPattern(y, seasons, h)
  if (exact !== undefined) return exact
  const { kind, adjusted, put } = withoutSeasons(y, seasons, degree)
  const inner = exactPattern(adjusted, [], h) ?? autoShort(adjusted, 1, h)
  return {
    ...put(inner),
    label: `MSTL(${kind}) with the ${inner.label}`,
    again(stretch, periods) {
      const part = withoutSeasons(stretch, seasons, degree, kind)
      return part.put(inner.again(part.adjusted, periods))
    },
  }
}

interface WithoutSeasons {
  readonly kind: Kind
  readonly adjusted: Float64Array
  /** A forecast of the adjusted series with its seasons put back. */
  put(fit: Fit): Fit
}

function withoutSeasons(
  y: Float64Array,
  seasons: readonly number[],
  degree: 0 | 1,
  asBefore?: Kind,
): WithoutSeasons {
  const n = y.length
  const { kind, parts } = decomposed(y, seasons, degree, asBefore)
  const season = new Float64Array(n)
  for (const part of parts.seasons)
    for (let t = 0; t < n; t++) season[t] = (season[t] as number) + (part[t] as number)
  // Past the end each season goes on as in its last round.
  const next = (i: number) =>
    parts.seasons.reduce((sum, part, k) => {
      const m = parts.lengths[k] as number
      return sum + (part[n - m + (i % m)] as number)
    }, 0)
  const multiplied = kind === 'multiplicative'
  const into = (value: number, by: number) => (multiplied ? value * Math.exp(by) : value + by)
  return {
    kind,
    adjusted: y.map((value, t) => into(value, -(season[t] as number))),
    put(fit) {
      const { point, fitted, deviation } = fit
      return {
        ...fit,
        point: point.map((value, i) => into(value, next(i))),
        fitted: fitted.map((value, t) => into(value, season[t] as number)),
        deviation: multiplied ? deviation?.map((value, i) => into(value, next(i))) : deviation,
      }
    },
  }
}

/** By the likelihood of normal remainders; those of logarithms are of the density of the values themselves. */
function decomposed(
  y: Float64Array,
  seasons: readonly number[],
  seasonDegree: 0 | 1,
  asBefore: Kind | undefined,
) {
  const n = y.length
  const of = (kind: Kind) => mstl(kind === 'additive' ? y : y.map(Math.log), seasons, { jump, seasonDegree })
  const mean = y.reduce((sum, value) => sum + value, 0) / n
  if (asBefore === 'additive' || !y.every((value) => value > 0 && value >= smallestShare * mean)) {
    return { kind: 'additive', parts: of('additive') } as const
  }
  const multiplied = of('multiplicative')
  if (asBefore === 'multiplicative') return { kind: asBefore, parts: multiplied } as const
  const added = of('additive')
  const halfLogs = (parts: Mstl) =>
    (n / 2) * Math.log(parts.remainder.reduce((sum, value) => sum + value * value, 0))
  const jacobian = y.reduce((sum, value) => sum + Math.log(value), 0)
  return halfLogs(added) <= halfLogs(multiplied) + jacobian
    ? ({ kind: 'additive', parts: added } as const)
    : ({ kind: 'multiplicative', parts: multiplied } as const)
}

/** Whether seasons call for this: one that is too long to be smoothed with the level, or several. */
export function isLong(seasons: readonly number[], longest: number): boolean {
  return seasons.length > 1 || seasons.some((m) => m > longest)
}
