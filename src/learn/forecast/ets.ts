/**
 * Exponential smoothing in state space: ETS(error, trend, season), each form fitted, the best by AICc.
 *
 * In:  n numbers (none missing) and the season's length m; m = 1 or more than 24 leaves seasonal forms out.
 * Out: the form, its parameters, states and likelihood; forecasts, one-step fits and the variance of each horizon.
 * Cost: one pass over the series for each likelihood asked for; about 100 of them a form.
 *
 * Hyndman, Koehler, Snyder & Grose, "A state space framework for automatic forecasting using exponential smoothing
 * methods", International Journal of Forecasting 18(3), 2002; Hyndman, Koehler, Ord & Snyder, "Forecasting with
 * Exponential Smoothing", 2008 (variances: table 6.2 and section 6.4). Parameters are bounded as R's forecast::ets
 * does: 0.0001 ≤ β ≤ α ≤ 0.9999, γ ≤ 1 − α, 0.8 ≤ φ ≤ 0.98. Left out are, as there, a multiplicative trend and an
 * additive error on a multiplicative season, which are numerically unstable.
 * Departs from R: the first states are those of the heuristic (decomposition and regression of the first periods), and
 * are not searched for. On the M3 series that is as accurate at a tenth of the cost.
 */
import { lowest } from './simplex.ts'
import { decompose } from './season.ts'
import type { Fit } from './model.ts'

export interface EtsForm {
  readonly error: 'A' | 'M'
  readonly trend: 'N' | 'A' | 'Ad'
  readonly season: 'N' | 'A' | 'M'
}

export interface EtsParameters {
  readonly alpha: number
  /** 0 without a trend. */
  readonly beta: number
  /** 0 without a season. */
  readonly gamma: number
  /** 1 where the trend is not damped. */
  readonly phi: number
}

/** The state before the first period. */
export interface EtsState {
  readonly level: number
  readonly slope: number
  /** m numbers, that of period 0 first; empty without a season. */
  readonly season: Float64Array
}

export interface EtsModel {
  readonly form: EtsForm
  readonly m: number
  readonly parameters: EtsParameters
  readonly first: EtsState
  readonly last: EtsState
  readonly fitted: Float64Array
  readonly logLikelihood: number
  readonly aicc: number
  /** Mean of the squared errors, relative ones where the error is multiplicative. */
  readonly variance: number
}

/** Seasons longer than this are taken out before (mstl.ts), not smoothed. */
export const longestSmoothedSeason = 24

/** ETS(M,Ad,M). */
export function formName({ error, trend, season }: EtsForm): string {
  return `ETS(${error},${trend},${season})`
}

/** What the recursion needs while it runs; one for all likelihoods of a series. */
class Workspace {
  readonly y: Float64Array
  readonly m: number
  readonly season: Float64Array
  level = 0
  slope = 0
  /** Sum of squared errors, relative ones where `relative`. */
  squares = 0
  /** Sum of ln |f|. */
  logs = 0

  constructor(y: Float64Array, m: number) {
    this.y = y
    this.m = m
    this.season = new Float64Array(m)
  }

  /**
   * Runs through the series from the first state. −2 ln L up to a constant is n ln(squares) + 2 logs; Infinity where
   * a form with relative errors meets an expectation that is not above 0.
   */
  criterion(
    form: EtsForm,
    first: EtsState,
    { alpha, beta, gamma, phi }: EtsParameters,
    fitted?: Float64Array,
  ): number {
    const { y, m, season } = this
    const n = y.length
    const relative = form.error === 'M'
    const kind = form.season === 'N' ? 0 : form.season === 'A' ? 1 : 2
    let level = first.level
    let slope = first.slope
    if (kind !== 0) season.set(first.season)
    let squares = 0
    let logs = 0
    // Logarithms are dear: they are taken of products, before those leave the range of doubles.
    let product = 1
    let place = 0
    for (let t = 0; t < n; t++) {
      const value = y[t] as number
      const before = level + phi * slope
      const index = kind === 0 ? 0 : (season[place] as number)
      let expected = before
      let adjusted = value
      if (kind === 1) {
        expected = before + index
        adjusted = value - index
      } else if (kind === 2) {
        expected = before * index
        adjusted = value / index
      }
      if (fitted !== undefined) fitted[t] = expected
      let error = value - expected
      if (relative) {
        if (!(expected > 0)) return Infinity
        error /= expected
        product *= expected
        if (product > 1e200 || product < 1e-200) {
          logs += Math.log(product)
          product = 1
        }
      }
      squares += error * error
      const change = adjusted - before
      level = before + alpha * change
      slope = phi * slope + beta * change
      if (kind !== 0) {
        const now = kind === 1 ? value - before : value / before
        season[place] = index + gamma * (now - index)
        if (++place === m) place = 0
      }
    }
    if (!Number.isFinite(level) || !Number.isFinite(slope)) return Infinity
    this.level = level
    this.slope = slope
    this.squares = squares
    this.logs = logs + Math.log(product)
    return n * Math.log(squares) + 2 * this.logs
  }

  /** The state after the last run. */
  last(form: EtsForm): EtsState {
    const { m, season } = this
    if (form.season === 'N') return { level: this.level, slope: this.slope, season: new Float64Array(0) }
    const n = this.y.length
    // season[place] belongs to the periods t with t mod m = place; the first of the next periods is n.
    return {
      level: this.level,
      slope: this.slope,
      season: season.map((_, i) => season[(n + i) % m] as number),
    }
  }
}

/**
 * The model with these parameters and this first state: nothing is searched for.
 *
 * @param first season as long as m where the form has one
 */
export function etsGiven(
  y: Float64Array,
  m: number,
  form: EtsForm,
  parameters: EtsParameters,
  first: EtsState,
): EtsModel {
  return finished(new Workspace(y, m), form, parameters, first)
}

function finished(work: Workspace, form: EtsForm, parameters: EtsParameters, first: EtsState): EtsModel {
  const n = work.y.length
  const fitted = new Float64Array(n)
  const criterion = work.criterion(form, first, parameters, fitted)
  const k = parameterCount(form, work.m)
  return {
    form,
    m: work.m,
    parameters,
    first,
    last: work.last(form),
    fitted,
    logLikelihood: -(n / 2) * (1 + Math.log((2 * Math.PI) / n)) - criterion / 2,
    aicc: criterion + 2 * k + (2 * k * (k + 1)) / (n - k - 1),
    variance: work.squares / n,
  }
}

/** Smoothing parameters, free first states and the variance, as R's ets counts them. */
function parameterCount({ trend, season }: EtsForm, m: number): number {
  return 2 + (trend === 'N' ? 0 : 2) + (trend === 'Ad' ? 1 : 0) + (season === 'N' ? 0 : m) + 1
}

/** Forms that the series allows: relative errors and multiplicative seasons only where all is above 0. */
function admissibleForms(y: Float64Array, m: number): EtsForm[] {
  const positive = y.every((value) => value > 0)
  const seasonal = m > 1 && m <= longestSmoothedSeason && y.length >= 2 * m
  const forms: EtsForm[] = []
  for (const season of ['N', 'A', 'M'] as const) {
    if (season !== 'N' && !seasonal) continue
    for (const trend of ['N', 'A', 'Ad'] as const) {
      for (const error of ['A', 'M'] as const) {
        if (season === 'M' && (error === 'A' || !positive)) continue
        if (error === 'M' && !positive) continue
        const form = { error, trend, season }
        // The correction of AICc needs more observations than parameters.
        if (y.length - parameterCount(form, m) - 1 > 0) forms.push(form)
      }
    }
  }
  return forms
}

/** A form to fit, and the parameters of a like series to start from. */
export interface EtsNear {
  readonly form: EtsForm
  readonly parameters?: EtsParameters
}

/** All of the forms fitted, the best by AICc first; none where the series is too short for any. */
export function etsModels(
  y: Float64Array,
  m: number,
  forms: readonly EtsNear[] = admissibleForms(y, m).map((form) => ({ form })),
): EtsModel[] {
  const work = new Workspace(y, m)
  const firsts = new Map<string, EtsState>()
  const models: EtsModel[] = []
  for (const { form, parameters } of forms) {
    const key = form.season + form.trend[0]
    let first = firsts.get(key)
    if (first === undefined) firsts.set(key, (first = firstState(y, m, form)))
    const model = searched(work, form, first, parameters)
    if (model !== undefined) models.push(model)
  }
  return models.sort((a, b) => a.aicc - b.aicc)
}

/** How likely each model is to be the best of them: Akaike weights, which add up to 1. @param models best first */
export function akaikeWeights(models: readonly EtsModel[]): Float64Array {
  const best = models[0]?.aicc ?? 0
  const raw = Float64Array.from(models, ({ aicc }) => (aicc === best ? 1 : Math.exp((best - aicc) / 2)))
  const sum = raw.reduce((total, weight) => total + weight, 0)
  return raw.map((weight) => weight / sum)
}

const lowestSmoothing = 1e-4
const highestSmoothing = 0.9999
const leastDamped = 0.98
const mostDamped = 0.8

/** −2 ln L within this of the best: far less than what tells forms apart. */
const searchTolerance = 1e-3

function searched(
  work: Workspace,
  form: EtsForm,
  first: EtsState,
  near?: EtsParameters,
): EtsModel | undefined {
  const hasTrend = form.trend !== 'N'
  const isDamped = form.trend === 'Ad'
  const isSeasonal = form.season !== 'N'
  const given = { alpha: 0, beta: 0, gamma: 0, phi: 1 }
  const read = (x: Float64Array) => {
    let i = 0
    given.alpha = x[i++] as number
    if (hasTrend) given.beta = x[i++] as number
    if (isSeasonal) given.gamma = x[i++] as number
    if (isDamped) given.phi = x[i++] as number
    return given
  }
  const valueAt = (x: Float64Array) => {
    const { alpha, beta, gamma, phi } = read(x)
    if (alpha < lowestSmoothing || alpha > highestSmoothing) return Infinity
    if (hasTrend && (beta < lowestSmoothing || beta > alpha)) return Infinity
    if (isSeasonal && (gamma < lowestSmoothing || gamma > 1 - alpha)) return Infinity
    if (isDamped && (phi < mostDamped || phi > leastDamped)) return Infinity
    return work.criterion(form, first, given)
  }
  const start = near ?? startingParameters(form, work.m)
  const from = [start.alpha]
  // Steps lead inwards from where the start is near a bound.
  const steps = [start.alpha > 0.5 ? -0.2 : 0.2]
  if (hasTrend) {
    from.push(start.beta)
    steps.push(start.beta > 0.1 ? -0.05 : 0.05)
    if (start.beta + (steps[1] as number) > start.alpha) steps[1] = -start.beta / 2
  }
  if (isSeasonal) {
    from.push(start.gamma)
    steps.push(start.gamma > 0.15 || start.gamma + 0.1 > 1 - start.alpha ? -start.gamma / 2 : 0.1)
    if (start.alpha + (steps[0] as number) > 1 - start.gamma) steps[0] = -start.alpha / 2
  }
  if (isDamped) {
    from.push(start.phi)
    steps.push(start.phi > 0.89 ? -0.05 : 0.05)
  }
  const found = lowest(valueAt, from, steps, { tolerance: searchTolerance, evaluations: 100 * from.length })
  if (found.value === Infinity || Number.isNaN(found.value)) return undefined
  return finished(work, form, { ...read(found.x) }, first)
}

function startingParameters(form: EtsForm, m: number): EtsParameters {
  const range = highestSmoothing - lowestSmoothing
  const alpha = lowestSmoothing + (0.2 * range) / (form.season === 'N' ? 1 : m)
  return {
    alpha,
    beta: form.trend === 'N' ? 0 : lowestSmoothing + 0.1 * (alpha - lowestSmoothing),
    gamma: form.season === 'N' ? 0 : lowestSmoothing + 0.05 * (1 - alpha - lowestSmoothing),
    phi: form.trend === 'Ad' ? mostDamped + 0.99 * (leastDamped - mostDamped) : 1,
  }
}

/** Indices of a multiplicative season are kept above this. */
const smallestIndex = 1e-2

/** The first state by decomposition, and by regression on the first periods. */
function firstState(y: Float64Array, m: number, form: EtsForm): EtsState {
  const n = y.length
  let adjusted = y
  let season = new Float64Array(0)
  if (form.season !== 'N') {
    const kind = form.season === 'A' ? 'additive' : 'multiplicative'
    season = (n >= 3 * m ? decompose(y, m, kind).indices : wave(y, m, form.season)).slice()
    if (form.season === 'M') season = season.map((index) => Math.max(index, smallestIndex))
    adjusted = y.map((value, t) =>
      form.season === 'A' ? value - (season[t % m] as number) : value / (season[t % m] as number),
    )
  }
  const count = Math.min(Math.max(10, 2 * (form.season === 'N' ? 1 : m)), n)
  if (form.trend === 'N') {
    let sum = 0
    for (let t = 0; t < count; t++) sum += adjusted[t] as number
    return { level: sum / count, slope: 0, season }
  }
  const { intercept, slope } = line(adjusted.subarray(0, count))
  return { level: intercept, slope, season }
}

/** Least squares through (1, y₀), (2, y₁), …: the value before the first, and the slope. */
export function line(y: Float64Array): { readonly intercept: number; readonly slope: number } {
  const n = y.length
  let mean = 0
  for (let t = 0; t < n; t++) mean += (y[t] as number) / n
  const middle = (n + 1) / 2
  let products = 0
  let squares = 0
  for (let t = 0; t < n; t++) {
    const x = t + 1 - middle
    products += x * ((y[t] as number) - mean)
    squares += x * x
  }
  const slope = squares === 0 ? 0 : products / squares
  return { intercept: mean - slope * middle, slope }
}

/** A season of a short series: the mean of each place over a trend, as one sine wave would have it. */
function wave(y: Float64Array, m: number, kind: 'A' | 'M'): Float64Array<ArrayBuffer> {
  const { intercept, slope } = line(y)
  const rest = y.map((value, t) => {
    const trend = intercept + slope * (t + 1)
    return kind === 'A' ? value - trend : value / trend
  })
  const sums = new Float64Array(m)
  const counts = new Float64Array(m)
  rest.forEach((value, t) => {
    sums[t % m] = (sums[t % m] as number) + value
    counts[t % m] = (counts[t % m] as number) + 1
  })
  const indices = sums.map((sum, place) => sum / (counts[place] as number))
  const mean = indices.reduce((sum, index) => sum + index, 0) / m
  return indices.map((index) => (kind === 'A' ? index - mean : index / mean))
}

/** Forecasts h periods past the end. */
export function etsForecast(model: EtsModel, h: number): Fit {
  const { form, m, last, parameters } = model
  const point = new Float64Array(h)
  let slopes = 0
  let damping = 1
  for (let i = 0; i < h; i++) {
    damping *= parameters.phi
    slopes += damping
    const level = last.level + slopes * last.slope
    const index = form.season === 'N' ? 0 : (last.season[i % m] as number)
    point[i] = form.season === 'A' ? level + index : form.season === 'M' ? level * index : level
  }
  return {
    point,
    fitted: model.fitted,
    deviation: deviations(model, point),
    label: formName(form),
    parameters: namedParameters(model),
  }
}

function namedParameters({ form, parameters }: EtsModel): { readonly [name: string]: number } {
  return {
    alpha: parameters.alpha,
    ...(form.trend === 'N' ? {} : { beta: parameters.beta }),
    ...(form.season === 'N' ? {} : { gamma: parameters.gamma }),
    ...(form.trend === 'Ad' ? { phi: parameters.phi } : {}),
  }
}

/**
 * Standard deviation of each horizon: exact for additive errors, and for relative errors without a multiplicative
 * season (Hyndman et al. 2008, 6.2 and 6.3); with one, their approximation (6.4), which takes the season as known.
 */
function deviations({ form, m, parameters, variance }: EtsModel, point: Float64Array): Float64Array {
  const h = point.length
  const { alpha, beta, gamma, phi } = parameters
  const weights = new Float64Array(h)
  let slopes = 0
  let damping = 1
  for (let j = 1; j < h; j++) {
    damping *= phi
    slopes += damping
    weights[j] = alpha + beta * slopes + (form.season === 'A' && j % m === 0 ? gamma : 0)
  }
  const result = new Float64Array(h)
  if (form.error === 'A') {
    let sum = 1
    for (let i = 0; i < h; i++) {
      if (i > 0) sum += (weights[i] as number) ** 2
      result[i] = Math.sqrt(variance * sum)
    }
    return result
  }
  // With a multiplicative season the recursion runs on the mean without it, which then scales what comes out.
  const squared = new Float64Array(h)
  for (let i = 0; i < h; i++) {
    const mean = point[i] as number
    let sum = mean * mean
    for (let j = 1; j <= i; j++) {
      const scale = form.season === 'M' ? mean / nonZero(point[i - j] as number) : 1
      sum += variance * (weights[j] as number) ** 2 * (squared[i - j] as number) * scale * scale
    }
    squared[i] = sum
    const extra = form.season === 'M' ? (1 + gamma * gamma * variance) ** Math.floor(i / m) : 1
    result[i] = Math.sqrt(Math.max(0, (1 + variance) * extra * sum - mean * mean))
  }
  return result
}

function nonZero(value: number): number {
  return value === 0 ? Number.MIN_VALUE : value
}
