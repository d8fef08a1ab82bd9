/**
 * One series from end to end: method, forecast, back-test, intervals.
 *
 * In:  n numbers, one a period, NaN where there is no value; what was asked for.
 * Out: h forecasts with an interval for each level, how well the method did from earlier origins, and notes on what
 *      was not as usual. A series that nothing can be fitted to gets the last value, and says so.
 * Cost: some milliseconds for 100 months (auto: one fit, and a cheaper one for each of 12 origins).
 *
 * `auto`: constant or short series stay as they are; patterns without noise go on exactly; demand that comes now and
 * then goes to Croston's kin; a season of up to 24 periods to the median of four (auto.ts). Where the season is longer or
 * there are several, the forecasts without it and with it, smoothed by means and by lines, are averaged, each weighed by
 * a power of the inverse of its squared back-test error (Bates & Granger, Operational Research Quarterly 20(4), 1969).
 * Where the back-test says that the seasonal naive forecast is surely (95%) better than all that, it is taken.
 */
import { autoShort, leastForAuto, type Repeatable } from './auto.ts'
import { longestSmoothedSeason } from './ets.ts'
import { exactPattern } from './exact.ts'
import { intermittentMethod, isFlat } from './intermittent.ts'
import { spread, spreadByRanks, type Spread } from './intervals.ts'
import { isLong, longSeason } from './long-season.ts'
import { canFit, firstSeason, fitMethod, type MethodName } from './methods.ts'
import type { Fit } from './model.ts'
import { measure, origins, roll, seasonalScale, type Measures, type Origin } from './rolling.ts'
import { hasSeason } from './season.ts'
import { naive, seasonalNaive } from './simple.ts'

export interface SeriesOptions {
  readonly method: MethodName
  /** Lengths of the seasons that may be there, in periods. */
  readonly seasons: readonly number[]
  readonly horizon: number
  /** Of the intervals, in percent. */
  readonly levels: readonly number[]
  /** Origins of the back-test at most; 0 for none. */
  readonly origins: number
  /** Forecasts below 0 stand even where the series never is. */
  readonly allowNegative: boolean
}

export type SeriesNote =
  | 'constant'
  | 'all zero'
  | 'short'
  | 'intermittent'
  | 'guarded'
  | 'too few for the method'
  | 'too short for a season'
  | 'out of range'
  | 'no back-test'
  | 'no interval'

export interface SeriesForecast {
  readonly point: Float64Array
  /** One array of h for each level. */
  readonly lower: readonly Float64Array[]
  readonly upper: readonly Float64Array[]
  readonly fitted: Float64Array
  /** The method used, in a word. */
  readonly method: MethodName
  /** Its form: `median of ETS(M,Ad,M), DOTM, Theta, CES(P)`. */
  readonly model: string
  readonly parameters: { readonly [name: string]: number }
  /** The seasons that stand at least twice in the series. */
  readonly seasons: readonly number[]
  readonly backtest: Backtest | undefined
  readonly notes: readonly SeriesNote[]
}

export interface Backtest extends Measures {
  readonly origins: number
  /** Periods ahead that were tested at the most. */
  readonly steps: number
  /** MASE of the seasonal naive forecast from the same origins. */
  readonly maseNaive: number | undefined
  /** Share of the values inside the interval of each level, each origin's drawn from the errors of the others. */
  readonly coverage: readonly (number | undefined)[]
}

/**
 * @param actual n ≥ 1 numbers with at least one value; NaN where there is none
 * @param y      the same with the gaps closed
 */
export function forecastSeries(
  actual: Float64Array,
  y: Float64Array,
  options: SeriesOptions,
): SeriesForecast {
  const n = y.length
  const { horizon: h } = options
  const seasons = options.seasons.filter((m) => m > 1 && 2 * m <= n).sort((a, b) => a - b)
  const m = firstSeason(seasons)
  const positive = actual.every((value) => !(value < 0))
  const floor = positive && !options.allowNegative ? 0 : -Infinity
  const at = origins(
    n,
    h,
    isLong(seasons, longestSmoothedSeason) ? (seasons.at(-1) as number) : m,
    options.origins,
  )
  const test = (fit: Repeatable) =>
    roll(y, h, at, (stretch, periods) => clipped(fit.again(stretch, periods).point, floor))
  let chosen = chosenFit(y, actual, seasons, options, test)
  const naiveRolled = roll(y, h, at, (stretch, periods) => seasonalNaive(stretch, m, periods).point)
  if (chosen.method === 'auto' && m > 1 && prefersNaive(actual, chosen.rolled, naiveRolled)) {
    chosen = {
      method: 'snaive',
      fit: seasonalNaive(y, m, h),
      rolled: naiveRolled,
      notes: [...chosen.notes, 'guarded'],
    }
  }
  const { fit, rolled, method } = chosen
  const scale = seasonalScale(actual, m)
  const byRanks = isFlat(method) ? spreadByRanks(actual, fit.fitted) : undefined
  const widths = {
    width: Math.max(4, seasons.at(-1) ?? 1),
    relative: positive,
    model:
      rolled.length > 0 || fit.deviation?.some((value) => value > 0) ? fit.deviation : naive(y, h).deviation,
  }
  const width = (from: readonly Origin[]) => byRanks ?? spread(actual, from, h, widths)
  const overall = width(rolled)
  const limits = options.levels.map((level) => around(clipped(fit.point, floor), overall, level, floor))
  const measures = measure(actual, rolled, scale)
  const notes = [...chosen.notes]
  if (overall === undefined) notes.push('no interval')
  else if (rolled.length === 0 && options.origins > 0) notes.push('no back-test')
  return {
    point: clipped(fit.point, floor),
    lower: limits.map(({ lower }) => lower),
    upper: limits.map(({ upper }) => upper),
    fitted: fit.fitted,
    method,
    model: fit.label,
    parameters: fit.parameters,
    seasons,
    backtest: measures && {
      ...measures,
      origins: rolled.length,
      steps: rolled.reduce((most, { point }) => Math.max(most, point.length), 0),
      maseNaive: measure(actual, naiveRolled, scale)?.mase,
      coverage: coverages(actual, rolled, width, options.levels, floor),
    },
    notes,
  }
}

interface Chosen {
  readonly method: MethodName
  readonly fit: Fit
  readonly rolled: readonly Origin[]
  readonly notes: readonly SeriesNote[]
}

/** What takes the place of a method whose season the series is too short for. */
const withoutSeason: { readonly [method in MethodName]?: Exclude<MethodName, 'auto'> } = {
  snaive: 'naive',
  hw: 'holt',
}

/** Squares of larger values, and of smaller ones, leave the range of numbers. */
const largest = 1e150
const smallest = 1e-150

function withinReach(y: Float64Array): boolean {
  const size = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  return size === 0 || (size >= smallest && size <= largest)
}

function chosenFit(
  y: Float64Array,
  actual: Float64Array,
  seasons: readonly number[],
  { method, horizon: h, seasons: all }: SeriesOptions,
  test: (fit: Repeatable) => Origin[],
): Chosen {
  const asked = all.filter((length) => length > 1)
  // To repeat a season one of them is enough.
  if (method === 'snaive') seasons = asked.filter((length) => length <= y.length).sort((a, b) => a - b)
  const m = firstSeason(seasons)
  const simple = (name: Exclude<MethodName, 'auto'>, ...notes: SeriesNote[]): Chosen => {
    const fit = fitMethod(name, y, seasons, h)
    return { method: name, fit, rolled: test(fit), notes }
  }
  const known = actual.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0)
  if (!withinReach(y)) return simple('naive', 'out of range')
  if (method !== 'auto') {
    if (!canFit(method, known)) return simple('naive', 'too few for the method')
    const plain = seasons.length === 0 && asked.length > 0 ? withoutSeason[method] : undefined
    return plain === undefined ? simple(method) : simple(plain, 'too short for a season')
  }
  if (known < leastForAuto) return simple('naive', 'short')
  if (y.every((value) => value === y[0])) return simple('naive', y[0] === 0 ? 'all zero' : 'constant')
  // With the gaps as they are: what closes them follows a pattern only nearly.
  const exact = exactPattern(actual, seasons, h)
  if (exact !== undefined) return { method, fit: exact, rolled: test(exact), notes: [] }
  const sparse = hasSeason(y, m, 'surely') ? undefined : intermittentMethod(actual)
  if (sparse !== undefined) return simple(sparse, 'intermittent')
  if (!isLong(seasons, longestSmoothedSeason)) {
    const fit = autoShort(y, m, h)
    return { method, fit, rolled: test(fit), notes: [] }
  }
  const without = autoShort(y, m <= longestSmoothedSeason ? m : 1, h)
  const fits = [without, longSeason(y, seasons, h, 0), longSeason(y, seasons, h, 1)]
  return { method, notes: [], ...averaged(actual, fits, fits.map(test)) }
}

/** The third power of the inverse of the squared errors: where one is much better, it has nearly all of the weight. */
const power = 6

/** Forecasts weighed by the inverse of their back-test errors; alike without a back-test. */
function averaged(
  actual: Float64Array,
  fits: readonly Fit[],
  rolled: readonly (readonly Origin[])[],
): { readonly fit: Fit; readonly rolled: Origin[] } {
  const errors = rolled.map((one) => measure(actual, one, 0)?.mae ?? 1)
  const least = Math.min(...errors)
  const raw = errors.map((error) => (error === least ? 1 : (least / error) ** power))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  const weights = raw.map((weight) => weight / sum)
  const mean = (arrays: readonly Float64Array[]) =>
    (arrays[0] as Float64Array).map((_, i) =>
      arrays.reduce((total, array, k) => total + (weights[k] as number) * (array[i] as number), 0),
    )
  const shares = weights.map((weight) => `${Math.round(100 * weight)}%`)
  return {
    fit: {
      point: mean(fits.map(({ point }) => point)),
      fitted: mean(fits.map(({ fitted }) => fitted)),
      deviation: mean(fits.map(({ deviation, point }) => deviation ?? point)),
      label: fits.map(({ label }, k) => `${shares[k]} ${label}`).join(' and '),
      parameters: {},
    },
    rolled: (rolled[0] as readonly Origin[]).map(({ at }, i) => ({
      at,
      point: mean(rolled.map((one) => (one[i] as Origin).point)),
    })),
  }
}

/** Origins from which the naive forecast must have been better to be taken. */
const leastOrigins = 6

/** Student's t with three degrees of freedom that chance exceeds one time in twenty. */
const surely = 2.353

/** Whether the seasonal naive forecast errs less by more than chance would have it. */
function prefersNaive(actual: Float64Array, ours: readonly Origin[], theirs: readonly Origin[]): boolean {
  if (ours.length < leastOrigins) return false
  const differences = ours.map((origin, i) => {
    const own = measure(actual, [origin], 0)?.mae ?? 0
    const other = measure(actual, [theirs[i] as Origin], 0)?.mae ?? 0
    return own - other
  })
  const n = differences.length
  const mean = differences.reduce((sum, value) => sum + value, 0) / n
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  // Origins near each other err alike, so a third of them is counted: four of twelve.
  return mean > 0 && mean > surely * Math.sqrt(variance / (n / 3))
}

function clipped(values: Float64Array, floor: number): Float64Array {
  return floor === -Infinity ? values : values.map((value) => Math.max(floor, value))
}

/** NaN where nothing is known of how far off a forecast may be. */
function around(point: Float64Array, width: Spread | undefined, level: number, floor: number) {
  const reach = width?.(level)
  return {
    lower: clipped(
      point.map((value, i) => value - (reach?.below(i) ?? NaN)),
      floor,
    ),
    upper: point.map((value, i) => value + (reach?.above(i) ?? NaN)),
  }
}

/** For each level the share of back-tested values inside the interval that the other origins' errors give. */
function coverages(
  actual: Float64Array,
  rolled: readonly Origin[],
  width: (from: readonly Origin[]) => Spread | undefined,
  levels: readonly number[],
  floor: number,
): (number | undefined)[] {
  const inside = levels.map(() => 0)
  let count = 0
  if (rolled.length > 1) {
    rolled.forEach(({ at, point }, i) => {
      const others = width(rolled.filter((_, k) => k !== i))
      if (others === undefined) return
      const reaches = levels.map(others)
      point.forEach((forecast, j) => {
        const value = actual[at + j] as number
        if (Number.isNaN(value)) return
        count++
        reaches.forEach(({ below, above }, k) => {
          if (value >= Math.max(floor, forecast - below(j)) && value <= forecast + above(j))
            inside[k] = (inside[k] as number) + 1
        })
      })
    })
  }
  return inside.map((hits) => (count === 0 ? undefined : hits / count))
}
