/**
 * Trend, season and remainder by local regression; one season or several.
 *
 * In:  n numbers, none missing; the lengths of the seasons.
 * Out: the parts, each n numbers; they add up to the series.
 * Cost: about (window + trend + low-pass) · n for each of the inner passes; see `jump`.
 *
 * STL:  Cleveland, Cleveland, McRae & Terpenning, "STL: a seasonal-trend decomposition procedure based on loess",
 *       Journal of Official Statistics 6(1), 1990. The recursion, and the windows where none are given, are those of
 *       statsmodels' STL, to the last digits.
 * MSTL: Bandara, Hyndman & Bergmeir, "MSTL: a seasonal-trend decomposition algorithm for time series with multiple
 *       seasonal patterns", 2021: STL for the shortest season first, each on what the others leave, twice.
 */
export interface StlOptions {
  /** Values of one place in the season that smooth each other; odd, at least 3. */
  readonly window: number
  /** 1: places of the season are smoothed by lines (the default), 0: by means, which wander less at the ends. */
  readonly seasonDegree?: 0 | 1
  /** Periods that smooth the trend; odd, more than the season. By default the least that STL recommends. */
  readonly trendWindow?: number
  /** Weigh outliers down. */
  readonly robust?: boolean
  /** Regress at each jump-th period only and go straight in between; 1 by default, as statsmodels does. */
  readonly jump?: number
}

export interface Stl {
  readonly trend: Float64Array
  readonly season: Float64Array
  /** 1 where the series was taken at its word, less where it was an outlier. */
  readonly weights: Float64Array
}

export interface Mstl {
  readonly trend: Float64Array
  /** One for each season, in the order of the lengths used. */
  readonly seasons: readonly Float64Array[]
  /** The lengths used: those that stand at least twice in the series, shortest first. */
  readonly lengths: readonly number[]
  readonly remainder: Float64Array
}

/** @param y n ≥ 2m numbers */
export function stl(y: Float64Array, m: number, options: StlOptions): Stl {
  const n = y.length
  const { window, robust = false, jump = 1, seasonDegree = 1 } = options
  const trendWindow = options.trendWindow ?? trendWindowOf(m, window)
  const lowPass = oddFrom(m + 1)
  const trend = new Float64Array(n)
  const season = new Float64Array(n)
  const weights = new Float64Array(n).fill(1)
  const work = new Float64Array(n + 2 * m)
  const cycles = new Float64Array(n + 2 * m)
  const averaged = new Float64Array(n + 2 * m)
  const smooth = new Loess(n)
  const bySeason = new Loess(n, seasonDegree)
  const [inner, outer] = robust ? [2, 15] : [5, 0]
  for (let round = 0; round <= outer; round++) {
    const weighed = round > 0
    for (let pass = 0; pass < inner; pass++) {
      for (let t = 0; t < n; t++) work[t] = (y[t] as number) - (trend[t] as number)
      smoothCycles(work, n, m, window, weighed ? weights : undefined, jump, cycles, bySeason)
      movingMeans(cycles, n + 2 * m, m, averaged)
      movingMeans(averaged, n + m + 1, m, work)
      movingMeans(work, n + 2, 3, averaged)
      smooth.all(averaged, n, lowPass, undefined, jump, work)
      for (let t = 0; t < n; t++) season[t] = (cycles[m + t] as number) - (work[t] as number)
      for (let t = 0; t < n; t++) work[t] = (y[t] as number) - (season[t] as number)
      smooth.all(work, n, trendWindow, weighed ? weights : undefined, jump, trend)
    }
    if (round < outer) outlierWeights(y, trend, season, weights)
  }
  return { trend, season, weights }
}

/** MSTL with the windows of its authors (11, 15, 19, …), as statsmodels' MSTL. */
export function mstl(y: Float64Array, lengths: readonly number[], options: Partial<StlOptions> = {}): Mstl {
  const used = lengths.filter((m) => m > 1 && 2 * m <= y.length).sort((a, b) => a - b)
  const seasons = used.map(() => new Float64Array(y.length))
  const rest = y.slice()
  let trend = new Float64Array(y.length)
  const rounds = used.length > 1 ? 2 : 1
  for (let round = 0; round < rounds; round++) {
    used.forEach((m, i) => {
      const season = seasons[i] as Float64Array
      for (let t = 0; t < rest.length; t++) rest[t] = (rest[t] as number) + (season[t] as number)
      const parts = stl(rest, m, { window: seasonWindow(i), ...options })
      season.set(parts.season)
      trend = parts.trend as Float64Array<ArrayBuffer>
      for (let t = 0; t < rest.length; t++) rest[t] = (rest[t] as number) - (season[t] as number)
    })
  }
  return { trend, seasons, lengths: used, remainder: rest.map((value, t) => value - (trend[t] as number)) }
}

function seasonWindow(i: number): number {
  return 11 + 4 * i
}

function trendWindowOf(m: number, window: number): number {
  return oddFrom(Math.ceil((1.5 * m) / (1 - 1.5 / window)))
}

/** How many free numbers the parts of an MSTL amount to: traces of the smoothers, each season adding up to nothing. */
export function freedomOf(n: number, lengths: readonly number[], seasonDegree: 0 | 1) {
  const last = lengths.length - 1
  return {
    trend: last < 0 ? 1 : trace(n, trendWindowOf(lengths[last] as number, seasonWindow(last)), 1),
    seasons: lengths.map((m, i) => (m - 1) * trace(Math.round(n / m), seasonWindow(i), seasonDegree)),
  }
}

/** The sum over all places of the weight that a place has in its own smoothed value. */
function trace(n: number, window: number, degree: 0 | 1): number {
  const smooth = new Loess(n, degree)
  const unit = new Float64Array(n)
  const own = (place: number) => {
    const left = window < n ? Math.min(Math.max(1, place - ((window + 1) >> 1) + 1), n - window + 1) : 1
    unit[place - 1] = 1
    const value = smooth.at(unit, n, window, undefined, place, left, window < n ? left + window - 1 : n) ?? 1
    unit[place - 1] = 0
    return value
  }
  // Between the edges all places are alike, and the edges mirror each other.
  const edge = Math.min(n >> 1, (window + 1) >> 1)
  let sum = n - 2 * edge > 0 ? (n - 2 * edge) * own(edge + 1) : 0
  for (let place = 1; place <= edge; place++) sum += 2 * own(place)
  return sum
}

function oddFrom(value: number): number {
  return value % 2 === 0 ? value + 1 : value
}

/** Each place in the season by itself, smoothed along the seasons, one more at either end: n + 2m numbers. */
function smoothCycles(
  y: Float64Array,
  n: number,
  m: number,
  window: number,
  weights: Float64Array | undefined,
  jump: number,
  result: Float64Array,
  smooth: Loess,
): void {
  const most = Math.ceil(n / m)
  const values = new Float64Array(most)
  const cycleWeights = weights && new Float64Array(most)
  const smoothed = new Float64Array(most)
  for (let place = 0; place < m; place++) {
    const k = Math.floor((n - place - 1) / m) + 1
    for (let i = 0; i < k; i++) {
      values[i] = y[i * m + place] as number
      if (weights && cycleWeights) cycleWeights[i] = weights[i * m + place] as number
    }
    smooth.all(values, k, window, cycleWeights, jump, smoothed)
    const before = smooth.at(values, k, window, cycleWeights, 0, 1, Math.min(window, k))
    const after = smooth.at(values, k, window, cycleWeights, k + 1, Math.max(1, k - window + 1), k)
    result[place] = before ?? (smoothed[0] as number)
    for (let i = 0; i < k; i++) result[(i + 1) * m + place] = smoothed[i] as number
    result[(k + 1) * m + place] = after ?? (smoothed[k - 1] as number)
  }
}

/** Means of `width` neighbours of the first `length` numbers. */
function movingMeans(from: Float64Array, length: number, width: number, result: Float64Array): void {
  let sum = 0
  for (let i = 0; i < width; i++) sum += from[i] as number
  result[0] = sum / width
  for (let i = width; i < length; i++) {
    sum += (from[i] as number) - (from[i - width] as number)
    result[i - width + 1] = sum / width
  }
}

/** Bisquare weights of the remainder, in six medians of its size. */
function outlierWeights(
  y: Float64Array,
  trend: Float64Array,
  season: Float64Array,
  weights: Float64Array,
): void {
  const n = y.length
  const sizes = y.map((value, t) => Math.abs(value - (trend[t] as number) - (season[t] as number)))
  const sorted = sizes.slice().sort()
  const limit = 3 * ((sorted[n >> 1] as number) + (sorted[n - (n >> 1) - 1] as number))
  for (let t = 0; t < n; t++) {
    const size = sizes[t] as number
    if (size <= 0.001 * limit) weights[t] = 1
    else if (size <= 0.999 * limit) weights[t] = (1 - (size / limit) ** 2) ** 2
    else weights[t] = 0
  }
}

/** Local straight lines, or means, with tricube weights. Places count from 1, as in the paper's program. */
class Loess {
  readonly #weights: Float64Array
  readonly #degree: 0 | 1

  constructor(n: number, degree: 0 | 1 = 1) {
    this.#weights = new Float64Array(n)
    this.#degree = degree
  }

  /** At every one of the first n places. */
  all(
    y: Float64Array,
    n: number,
    window: number,
    weights: Float64Array | undefined,
    jump: number,
    result: Float64Array,
  ): void {
    if (n < 2) {
      result[0] = y[0] as number
      return
    }
    const step = Math.min(jump, n - 1)
    const half = (window + 1) >> 1
    let last = 1
    for (let place = 1; ; place = Math.min(n, place + step)) {
      let left = 1
      let right = n
      if (window < n) {
        left = Math.min(Math.max(1, place - half + 1), n - window + 1)
        right = left + window - 1
      }
      const regressed = this.at(y, n, window, weights, place, left, right)
      const value = regressed === undefined ? (y[place - 1] as number) : regressed
      result[place - 1] = value
      for (let i = last + 1; i < place; i++) {
        const before = result[last - 1] as number
        result[i - 1] = before + ((value - before) * (i - last)) / (place - last)
      }
      last = place
      if (place === n) return
    }
  }

  /** At one place, from those left … right; undefined where none of them has weight. */
  at(
    y: Float64Array,
    n: number,
    window: number,
    outliers: Float64Array | undefined,
    place: number,
    left: number,
    right: number,
  ): number | undefined {
    const weights = this.#weights
    let reach = Math.max(place - left, right - place)
    if (window > n) reach += (window - n) >> 1
    const near = 0.001 * reach
    const far = 0.999 * reach
    let total = 0
    let sum = 0
    for (let j = left; j <= right; j++) {
      const distance = Math.abs(j - place)
      let weight = 0
      if (distance <= far) {
        if (distance <= near) weight = 1
        else {
          const r = distance / reach
          const cube = 1 - r * r * r
          weight = cube * cube * cube
        }
        if (outliers !== undefined) weight *= outliers[j - 1] as number
      }
      weights[j - 1] = weight
      total += weight
      sum += weight * j
    }
    if (total <= 0) return undefined
    let value = 0
    for (let j = left; j <= right; j++) value += (weights[j - 1] as number) * (y[j - 1] as number)
    value /= total
    if (reach <= 0 || this.#degree === 0) return value
    const center = sum / total
    let spread = 0
    for (let j = left; j <= right; j++) spread += (weights[j - 1] as number) * (j - center) ** 2
    spread /= total
    if (Math.sqrt(spread) <= 0.001 * (n - 1)) return value
    let products = 0
    for (let j = left; j <= right; j++)
      products += (weights[j - 1] as number) * (j - center) * (y[j - 1] as number)
    return value + ((place - center) * products) / (total * spread)
  }
}
