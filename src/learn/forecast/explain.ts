/**
 * What a series has done: how fast it grew, how strong its trend and season are, when it turned.
 *
 * In:  n numbers (NaN where there is none), the same with the gaps closed, its seasons, and the periods of a year.
 * Out: plain numbers; periods are 0 … n−1.
 *
 * Strengths: Hyndman & Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., 4.3, of the MSTL parts, with
 * variances divided by the degrees of freedom that the parts leave: else a flexible season of two years of noise would
 * be a strong one. The seasons are those of R's mstl, smoothed by means.
 * Slope: least squares on the period and on the places of the season, its interval by Newey & West, Econometrica 55(3),
 * 1987 (Bartlett weights, ⌊4 (n/100)^(2/9)⌋ lags, corrected by n / (n − k), Student's quantiles), as statsmodels'
 * cov_type='HAC': values near each other err alike, and an interval that forgets it is too narrow. Where the plain
 * interval is wider it is taken: in short series that one is the better of the two.
 * Change points: the piecewise straight line with the least BIC (Bai & Perron, Econometrica 66(1), 1998), found by
 * dynamic programming, with the penalty widened by how long the residuals' memory is.
 */
import { tQuantile } from '../distributions.ts'
import { decompose, autocorrelations, type SeasonKind } from './season.ts'
import { freedomOf, mstl, type Mstl } from './stl.ts'

export interface Explained {
  /** The trend at the last period. */
  readonly levelNow: number
  readonly growth: Growth
  /** 0 … 1; undefined for fewer than 4 values. */
  readonly trendStrength: number | undefined
  /** Of the first season; undefined without one. */
  readonly seasonalStrength: number | undefined
  readonly seasonalIndex: SeasonalIndex | undefined
  readonly highest: number
  readonly lowest: number
  readonly changes: readonly ChangePoint[]
  /** Trend, seasons and remainder, which add up. */
  readonly parts: Mstl
}

export interface Growth {
  /** A year, from the first year to the last; undefined for less than a year, or where one is not above 0. */
  readonly cagr: number | undefined
  /** The last year against the one before; undefined without two whole years, or where one is not above 0. */
  readonly yearOverYear: number | undefined
  readonly slope: Slope | undefined
}

/** Units a period. */
export interface Slope {
  readonly perPeriod: number
  readonly lower: number
  readonly upper: number
}

export interface SeasonalIndex {
  readonly kind: SeasonKind
  /** m numbers, the place in the season of period 0 first: parts of the trend (mean 1) or units (mean 0). */
  readonly indices: Float64Array
}

export interface ChangePoint {
  /** The first period of the new course. */
  readonly at: number
  /** Where the old course would have been then, and where the new one was. */
  readonly before: number
  readonly after: number
  readonly slopeBefore: number
  readonly slopeAfter: number
}

/** Longer series are regressed at each fifth period, and go straight in between. */
const longSeries = 5000

/** @param perYear periods of a year: 12 for months, about 52.18 for weeks */
export function explain(
  actual: Float64Array,
  y: Float64Array,
  seasons: readonly number[],
  perYear: number,
): Explained {
  const n = y.length
  const isConstant = y.every((value) => value === y[0])
  const parts = n >= 4 ? mstl(y, seasons, { jump: n > longSeries ? 5 : 1, seasonDegree: 0 }) : flat(y)
  const trend = seasons.length === 0 && n >= 4 ? smoothTrend(y) : parts.trend
  const whole = { ...parts, trend, remainder: remainderOf(y, trend, parts.seasons) }
  const adjusted = y.map((value, t) => value - seasonAt(parts.seasons, t))
  const strengths = isConstant ? { trend: 0, season: 0 } : strengthsOf(whole)
  return {
    levelNow: trend[n - 1] as number,
    growth: {
      cagr: cagr(y, trend, perYear),
      yearOverYear: yearOverYear(y, Math.round(perYear)),
      slope: isConstant && n >= 4 ? { perPeriod: 0, lower: 0, upper: 0 } : slopeOf(actual, seasons[0] ?? 1),
    },
    trendStrength: n >= 4 ? strengths.trend : undefined,
    seasonalStrength: parts.seasons[0] === undefined ? undefined : strengths.season,
    seasonalIndex: isConstant ? undefined : seasonalIndex(y, seasons[0]),
    highest: extreme(actual, (a, b) => a > b),
    lowest: extreme(actual, (a, b) => a < b),
    changes: changePoints(adjusted),
    parts: whole,
  }
}

function flat(y: Float64Array): Mstl {
  return { trend: y.slice(), seasons: [], lengths: [], remainder: new Float64Array(y.length) }
}

/** Without a season: the moving line that STL would draw for a season of a fifth of the series, at least 5 values. */
function smoothTrend(y: Float64Array): Float64Array {
  return movingLine(y, lineWidth(y.length))
}

function lineWidth(n: number): number {
  return Math.max(5, Math.round(n / 5))
}

/** For each value the regression line of the `width` values around it: from running sums, so in one pass. */
function movingLine(y: Float64Array, width: number): Float64Array {
  const n = y.length
  const half = width >> 1
  const pieces = new Pieces(y)
  return y.map((_, t) => {
    const from = Math.max(0, Math.min(t - half, n - 2 * half - 1))
    return pieces.lineAt(t, from, Math.min(n, from + 2 * half + 1))
  })
}

function remainderOf(y: Float64Array, trend: Float64Array, seasons: readonly Float64Array[]): Float64Array {
  return y.map((value, t) => value - (trend[t] as number) - seasonAt(seasons, t))
}

function seasonAt(seasons: readonly Float64Array[], t: number): number {
  return seasons.reduce((sum, season) => sum + (season[t] as number), 0)
}

/** From the first year's sum to the last one's; of less than two years by the trend's first and last value. */
function cagr(y: Float64Array, trend: Float64Array, perYear: number): number | undefined {
  const n = y.length
  const year = Math.round(perYear)
  if (n >= 2 * year) return yearly(sumOf(y, n - year, n) / sumOf(y, 0, year), (n - year) / perYear)
  const years = (n - 1) / perYear
  return years >= 1 ? yearly((trend[n - 1] as number) / (trend[0] as number), years) : undefined
}

/** Undefined where one of the two was not above 0. */
function yearly(ratio: number, years: number): number | undefined {
  return ratio > 0 && ratio < Infinity ? ratio ** (1 / years) - 1 : undefined
}

function yearOverYear(y: Float64Array, year: number): number | undefined {
  const n = y.length
  if (n < 2 * year) return undefined
  const before = sumOf(y, n - 2 * year, n - year)
  return before > 0 ? yearly(sumOf(y, n - year, n) / before, 1) : undefined
}

function sumOf(y: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let t = from; t < to; t++) sum += y[t] as number
  return sum
}

const slopeLevel = 0.95

/**
 * The slope of the regression on the period and the place in the season, and its 95% interval.
 *
 * @param y NaN where there is no value
 * @param m the length of the season; 1 for none
 * @returns undefined for fewer than 4 values, or where the season leaves nothing to tell a slope by
 */
export function slopeOf(y: Float64Array, m = 1): Slope | undefined {
  const n = y.length
  const times = withoutPlaces(
    y.map((value, t) => (Number.isNaN(value) ? NaN : t)),
    m,
  )
  const values = withoutPlaces(y, m)
  let known = 0
  let squares = 0
  let products = 0
  for (let t = 0; t < n; t++) {
    if (Number.isNaN(y[t])) continue
    known++
    squares += (times[t] as number) ** 2
    products += (times[t] as number) * (values[t] as number)
  }
  const degrees = known - new Set(Array.from(y, (value, t) => (Number.isNaN(value) ? -1 : t % m))).size - 1
  if (known < 4 || degrees < 1 || squares === 0) return undefined
  const slope = products / squares
  let errors = 0
  const moments = times.map((time, t) => {
    if (Number.isNaN(time)) return 0
    const error = (values[t] as number) - slope * time
    errors += error * error
    return time * error
  })
  const lags = Math.floor(4 * (n / 100) ** (2 / 9))
  let spread = 0
  for (let lag = 0; lag <= lags; lag++) {
    let sum = 0
    for (let t = lag; t < n; t++) sum += (moments[t] as number) * (moments[t - lag] as number)
    spread += (lag === 0 ? 1 : 2 * (1 - lag / (lags + 1))) * sum
  }
  const plain = errors / degrees / squares
  const robust = ((known / degrees) * spread) / squares ** 2
  const half = tQuantile(1 - slopeLevel, degrees) * Math.sqrt(Math.max(plain, robust))
  return { perPeriod: slope, lower: slope - half, upper: slope + half }
}

/** Less the mean of the values of each place in the season; NaN stays. */
function withoutPlaces(y: Float64Array, m: number): Float64Array {
  const sums = new Float64Array(m)
  const counts = new Float64Array(m)
  y.forEach((value, t) => {
    if (Number.isNaN(value)) return
    sums[t % m] = (sums[t % m] as number) + value
    counts[t % m] = (counts[t % m] as number) + 1
  })
  return y.map((value, t) => value - (sums[t % m] as number) / (counts[t % m] as number))
}

/** Least squares through y[from … to−1] at from … to−1. `squares` are those of t about its mean. */
function fitted(y: Float64Array, from: number, to: number) {
  const n = to - from
  let mean = 0
  for (let t = from; t < to; t++) mean += (y[t] as number) / n
  const middle = (from + to - 1) / 2
  let products = 0
  let squares = 0
  for (let t = from; t < to; t++) {
    products += (t - middle) * ((y[t] as number) - mean)
    squares += (t - middle) ** 2
  }
  const slope = squares === 0 ? 0 : products / squares
  return { slope, intercept: mean - slope * middle, squares }
}

/** Of the trend and of the first season: 1 − Var(remainder) / Var(part + remainder), not below 0. */
function strengthsOf({ trend, seasons, lengths, remainder }: Mstl) {
  const n = trend.length
  const free =
    lengths.length > 0 ? freedomOf(n, lengths, 0) : { trend: freedomOfLines(n), seasons: [] as number[] }
  const ofSeasons = free.seasons.reduce((sum, one) => sum + one, 0)
  const left = n - free.trend - ofSeasons
  const of = (part: Float64Array, own: number) => {
    const both = squaresAbout(remainder.map((value, t) => value + (part[t] as number)))
    const scale = trend.reduce((sum, value) => sum + value * value, 0)
    if (left <= 0 || !(both > roundingNoise * scale)) return 0
    return Math.max(0, 1 - squaresAbout(remainder) / left / (both / (left + own)))
  }
  const [first] = seasons
  return {
    // Of the trend's free numbers one is the mean.
    trend: of(trend, free.trend - 1),
    season: first === undefined ? 0 : of(first, free.seasons[0] as number),
  }
}

/** Squares smaller than this part of the values' are those of rounding. */
const roundingNoise = 1e-24

/** How many free numbers the moving line amounts to. */
function freedomOfLines(n: number): number {
  return 1 + n / lineWidth(n)
}

/** Sum of the squares about the mean. */
function squaresAbout(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}

function seasonalIndex(y: Float64Array, m: number | undefined): SeasonalIndex | undefined {
  if (m === undefined || y.length < 2 * m) return undefined
  const kind = y.every((value) => value > 0) ? 'multiplicative' : 'additive'
  return { kind, indices: decompose(y, m, kind).indices }
}

function extreme(y: Float64Array, better: (a: number, b: number) => boolean): number {
  let best = -1
  y.forEach((value, t) => {
    if (!Number.isNaN(value) && (best < 0 || better(value, y[best] as number))) best = t
  })
  return best
}

const mostChanges = 5
/** Pieces are no shorter, and no shorter than a tenth of the series. */
const leastPiece = 6
/** Longer series are looked at in steps, so that the search stays under some 400 × 400 pieces. */
const mostPlaces = 400

/** Where the course of a series broke; none for fewer than two pieces. */
export function changePoints(y: Float64Array): ChangePoint[] {
  const n = y.length
  const step = Math.ceil(n / mostPlaces)
  const least = Math.max(leastPiece, Math.ceil(n / 10), step)
  if (n < 2 * least) return []
  const pieces = new Pieces(y)
  const whole = pieces.cost(0, n)
  const scale = y.reduce((sum, value) => sum + value * value, 0)
  if (whole <= 1e-18 * scale) return []
  const penalty = 3 * Math.log(n) * memory(y)
  const places: number[] = [0]
  for (let at = least; at <= n - least; at += step) places.push(at)
  places.push(n)
  // best[k][j]: the least cost of the first places[j] values in k + 1 pieces, and where the last piece begins.
  let costsBefore = places.map((to) => (to >= least ? pieces.cost(0, to) : Infinity))
  const beginnings: number[][] = []
  let chosen = 0
  let lowest = n * Math.log(whole / n)
  for (let k = 1; k <= mostChanges; k++) {
    const begins = places.map(() => 0)
    const now = places.map((to, j) => {
      let least_ = Infinity
      for (let i = 1; i < j; i++) {
        const from = places[i] as number
        if (to - from < least) break
        const cost = (costsBefore[i] as number) + pieces.cost(from, to)
        if (cost < least_) {
          least_ = cost
          begins[j] = i
        }
      }
      return least_
    })
    beginnings.push(begins)
    costsBefore = now
    const cost = now[places.length - 1] as number
    if (cost === Infinity) break
    const criterion = n * Math.log(Math.max(cost, 1e-18 * scale) / n) + k * penalty
    if (criterion < lowest) {
      lowest = criterion
      chosen = k
    }
  }
  const starts: number[] = []
  let j = places.length - 1
  for (let k = chosen; k >= 1; k--) {
    j = (beginnings[k - 1] as number[])[j] as number
    starts.unshift(places[j] as number)
  }
  const ends = [0, ...starts, n]
  return starts.map((at, i) => {
    const old = fitted(y, ends[i] as number, at)
    const fresh = fitted(y, at, ends[i + 2] as number)
    return {
      at,
      before: old.intercept + old.slope * at,
      after: fresh.intercept + fresh.slope * at,
      slopeBefore: old.slope,
      slopeAfter: fresh.slope,
    }
  })
}

/** How many values count as one: (1 + ρ) / (1 − ρ) with the autocorrelation of what a local line leaves. */
function memory(y: Float64Array): number {
  const rest = movingLine(y, lineWidth(y.length))
  const [r = 0] = autocorrelations(
    y.map((value, t) => value - (rest[t] as number)),
    1,
  )
  const rho = Math.min(0.9, Math.max(0, r))
  return (1 + rho) / (1 - rho)
}

/** The best straight line through any stretch, and its squared errors, from running sums. */
class Pieces {
  readonly #mean: number
  readonly #sums: Float64Array
  readonly #products: Float64Array
  readonly #squares: Float64Array

  constructor(y: Float64Array) {
    const n = y.length
    // About the mean, so that the differences of sums keep their digits.
    const mean = y.reduce((sum, value) => sum + value, 0) / n
    this.#mean = mean
    this.#sums = new Float64Array(n + 1)
    this.#products = new Float64Array(n + 1)
    this.#squares = new Float64Array(n + 1)
    for (let t = 0; t < n; t++) {
      const value = (y[t] as number) - mean
      this.#sums[t + 1] = (this.#sums[t] as number) + value
      this.#products[t + 1] = (this.#products[t] as number) + t * value
      this.#squares[t + 1] = (this.#squares[t] as number) + value * value
    }
  }

  /** Sum of the squared errors of the line through y[from … to − 1]. */
  cost(from: number, to: number): number {
    const n = to - from
    const { sum, products, spread } = this.#moments(from, to)
    const squares = (this.#squares[to] as number) - (this.#squares[from] as number)
    return Math.max(0, squares - (sum * sum) / n - (spread === 0 ? 0 : (products * products) / spread))
  }

  /** That line at t. */
  lineAt(t: number, from: number, to: number): number {
    const { sum, products, spread, middle } = this.#moments(from, to)
    return this.#mean + sum / (to - from) + (spread === 0 ? 0 : (products / spread) * (t - middle))
  }

  #moments(from: number, to: number) {
    const n = to - from
    const sum = (this.#sums[to] as number) - (this.#sums[from] as number)
    const middle = (from + to - 1) / 2
    const products = (this.#products[to] as number) - (this.#products[from] as number) - middle * sum
    return { sum, products, middle, spread: (n * (n * n - 1)) / 12 }
  }
}
