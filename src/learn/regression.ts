/**
 * Linear regression with what a statistician asks of it: errors, tests, intervals, and whether its assumptions hold.
 *
 * In:  a Design, with an intercept or not; the level of the intervals; which errors.
 * Out: a Regression, plain numbers. What is not defined is undefined, never NaN.
 * Cost: least squares (least-squares.ts) and one more pass for the residuals, O(rows · columns²).
 *
 * The numbers are those of statsmodels: OLS and WLS results, variance_inflation_factor (always with an intercept),
 * durbin_watson, jarque_bera, het_breuschpagan (Koenker's), the leverage and Cook's distance of OLSInfluence, and
 * HC0 to HC3, whose tests are of the normal distribution as there. White, Econometrica 48(4), 1980; MacKinnon & White,
 * J. Econometrics 29(3), 1985.
 */
import type { Design } from '../base/design.ts'
import { multiply, pair, PairSum } from '../base/double-double.ts'
import type { Steps } from '../base/steps.ts'
import { aboutZero, BLOCK_ROWS } from './cross-products.ts'
import {
  chiSquareTail,
  fTail,
  normalQuantile,
  normalTwoSided,
  tQuantile,
  tTwoSided,
} from './distributions.ts'
import { floorsOf, interceptOf, leastSquares, type LeastSquares } from './least-squares.ts'
import { quadraticForm, type Predictor } from './predictions.ts'
import { residualPass, type ResidualSums, type Robust } from './residual-pass.ts'
import { choleskyTriangle, inverseEntry, inverseForm, solve, type Triangle } from './triangle.ts'

export type { Robust }

export interface RegressionOptions {
  readonly intercept: boolean
  /** Of the intervals, 0 … 1. */
  readonly level: number
  readonly robust: Robust | undefined
  /** Whether residuals will be asked for: where not, time is saved. */
  readonly keepsResiduals?: boolean
}

export interface Coefficient {
  readonly estimate: number
  /** Undefined, as are its bounds, where hc2 or hc3 has none (Regression.alone). */
  readonly error: number | undefined
  /** t, or z with robust errors; undefined where the error is 0, or the fit is perfect. */
  readonly statistic: number | undefined
  readonly p: number | undefined
  readonly lower: number | undefined
  readonly upper: number | undefined
}

/** A row that coefficients have all to themselves: its leverage is 1, and its part in hc2 and hc3 is 0/0. */
export interface AloneRow {
  /** Place among the rows of the design. */
  readonly row: number
  /** The columns whose errors are not known for it. */
  readonly columns: readonly number[]
  readonly hasIntercept: boolean
}

export interface Influence {
  /** Place among the rows of the design. */
  readonly row: number
  /** Undefined where the fit is perfect. */
  readonly distance: number | undefined
  readonly leverage: number
  readonly residual: number
}

export interface Regression {
  readonly fit: LeastSquares
  readonly rows: number
  /** Independent columns and the intercept. */
  readonly rank: number
  readonly dfModel: number
  readonly dfResid: number
  /** R² is against the mean of the target; else, without an intercept, against 0. */
  readonly isCentred: boolean
  readonly residualSquares: number
  readonly totalSquares: number
  readonly r2: number
  readonly adjustedR2: number
  readonly sigma: number
  readonly f: number | undefined
  readonly fP: number | undefined
  readonly logLikelihood: number | undefined
  readonly aic: number | undefined
  readonly bic: number | undefined
  readonly intercept: Coefficient | undefined
  /** One a column; undefined for a column that follows from others. */
  readonly coefficients: readonly (Coefficient | undefined)[]
  readonly vif: readonly (number | undefined)[]
  /** By how many standard deviations the target moves with one of the column. */
  readonly standardized: readonly (number | undefined)[]
  /** Residuals are no more than rounding. */
  readonly isPerfect: boolean
  readonly durbinWatson: number | undefined
  readonly jarqueBera: number | undefined
  readonly jarqueBeraP: number | undefined
  readonly skew: number | undefined
  readonly kurtosis: number | undefined
  readonly breuschPagan: number | undefined
  readonly breuschPaganP: number | undefined
  /** The rows with the largest Cook's distances; those of leverage 1 have none. */
  readonly influences: readonly Influence[]
  /** With hc2 and hc3. */
  readonly alone: readonly AloneRow[]
  /** One a row of the design. */
  readonly residuals: Float64Array
  /** The smallest and the largest residual. */
  readonly residualRange: readonly [number, number]
  readonly predictor: Predictor
}

/** Residuals below this part of the target are what rounding leaves of none. */
const PERFECT = 1e-13
/** A coefficient moves with a row by more than rounding, in units of what the column does in all. */
const MOVED = 1e-8

export function* regression(design: Design, options: RegressionOptions): Steps<Regression> {
  const fit = yield* leastSquares(design, options.intercept)
  return yield* inferred(design, fit, options)
}

function* inferred(design: Design, fit: LeastSquares, options: RegressionOptions): Steps<Regression> {
  const size = design.columns
  const rows = design.rows
  const { triangle, crossProducts: sums } = fit
  const found = yield* residualPass(design, fit, options.robust, options.keepsResiduals ?? true)
  const rank = triangle.kept.length + (fit.hasIntercept ? 1 : 0)
  const aboutMeans = fit.hasIntercept ? triangle : centredTriangle(fit)
  const isCentred = fit.hasIntercept || spansConstant(fit, aboutMeans)
  const dfModel = rank - (isCentred ? 1 : 0)
  const dfResid = rows - rank
  const centredSquares = sums.products.high[size * (size + 1) + size] as number
  const rawSquares = centredSquares + sums.weight * (sums.means[size] as number) ** 2
  const totalSquares = isCentred ? centredSquares : rawSquares
  const { squares } = found
  const isPerfect = Math.sqrt(squares) <= PERFECT * Math.sqrt(rawSquares)
  const r2 = totalSquares === 0 ? 0 : Math.max(0, 1 - squares / totalSquares)
  const variance = squares / dfResid
  const bread = breadOf(fit)
  const covariance = covarianceOf(bread, found, options.robust, variance, rows, dfResid)
  const alone = found.alone.map(({ row, at }) => aloneRow(fit, bread, row, at))
  const tested = (estimate: number, squaredError: number, isKnown: boolean) =>
    coefficientOf(
      estimate,
      isKnown ? Math.sqrt(Math.max(squaredError, 0)) : undefined,
      isPerfect,
      dfResid,
      options,
    )
  const isPlain = options.robust === undefined
  const coefficients = Array.from({ length: size }, (_, j) => {
    const place = triangle.kept.indexOf(j)
    if (place < 0) return undefined
    const own = isPlain
      ? variance * inverseEntry(triangle, place, place)
      : (covariance[(j + 1) * (size + 2)] as number)
    return tested(fit.slopes[j] as number, own, !alone.some(({ columns }) => columns.includes(j)))
  })
  const intercept = fit.hasIntercept
    ? tested(
        interceptOf(fit),
        isPlain ? interceptVariance(fit, variance) : atCenters(fit, covariance),
        !alone.some(({ hasIntercept }) => hasIntercept),
      )
    : undefined
  const f =
    isPerfect || alone.some(({ columns }) => columns.length > 0)
      ? undefined
      : fStatistic(fit, { totalSquares, squares, dfModel, dfResid }, covariance, options.robust)
  const logLikelihood = isPerfect ? undefined : likelihood(rows, squares, sums.logWeights)
  const parameters = dfModel + (isCentred ? 1 : 0)
  return {
    fit,
    rows,
    rank,
    dfModel,
    dfResid,
    isCentred,
    residualSquares: squares,
    totalSquares,
    r2,
    adjustedR2: 1 - ((rows - (isCentred ? 1 : 0)) / dfResid) * (1 - r2),
    sigma: Math.sqrt(variance),
    f,
    fP: f === undefined ? undefined : fTail(f, dfModel, dfResid),
    logLikelihood,
    aic: logLikelihood === undefined ? undefined : -2 * logLikelihood + 2 * parameters,
    bic: logLikelihood === undefined ? undefined : -2 * logLikelihood + Math.log(rows) * parameters,
    intercept,
    coefficients,
    vif: inflation(fit, aboutMeans),
    standardized: coefficients.map((one, j) => {
      const own = sums.products.high[j * (size + 2)] as number
      return one === undefined || centredSquares === 0
        ? undefined
        : one.estimate * Math.sqrt(own / centredSquares)
    }),
    isPerfect,
    ...(isPerfect ? noDiagnostics : diagnostics(design, fit, found)),
    influences: found.influences.map(({ row, leverage, residual, weight }) => ({
      row,
      leverage,
      residual,
      distance:
        isPerfect || rank === 0
          ? undefined
          : (weight * residual ** 2 * leverage) / (rank * variance * (1 - leverage) ** 2),
    })),
    alone,
    get residuals() {
      return found.residuals
    },
    residualRange: found.range,
    predictor: {
      kind: 'linear',
      centers: [...fit.centers.subarray(0, size)],
      slopes: [...fit.slopes],
      level: (fit.centers[size] as number) + fit.offset.high,
      covariance: [...covariance],
      variance,
      ...(isPlain ? { df: dfResid } : {}),
    },
  }
}

function coefficientOf(
  estimate: number,
  error: number | undefined,
  isPerfect: boolean,
  df: number,
  { level, robust }: RegressionOptions,
): Coefficient {
  if (error === undefined) {
    return { estimate, error, statistic: undefined, p: undefined, lower: undefined, upper: undefined }
  }
  const statistic = error > 0 && !isPerfect ? estimate / error : undefined
  const p =
    statistic === undefined
      ? undefined
      : robust === undefined
        ? tTwoSided(statistic, df)
        : normalTwoSided(statistic)
  const reach = error * (robust === undefined ? tQuantile(1 - level, df) : normalQuantile(1 - level))
  return { estimate, error, statistic, p, lower: estimate - reach, upper: estimate + reach }
}

function likelihood(rows: number, squares: number, logWeights: number): number {
  return (-rows / 2) * (Math.log(2 * Math.PI) + Math.log(squares / rows) + 1) + logWeights / 2
}

/**
 * Of the kept columns about their means. A column that follows from the others only then makes a constant with them.
 * Products in doubles know what is left of a column to half of its digits.
 */
function centredTriangle({ crossProducts: sums, triangle, method, columns }: LeastSquares): Triangle {
  const { high } = sums.products
  const floors = floorsOf(sums, sums.products).map((floor, j) => {
    if (!triangle.kept.includes(j)) return Infinity
    return method === 'exact' ? floor : Math.max(floor, 1e-7 * Math.sqrt(high[j * (columns + 2)] as number))
  })
  return choleskyTriangle(sums.products, columns, floors)
}

/** Whether the columns add up to a constant (dummies of all levels): then R² is about the mean all the same. */
function spansConstant(fit: LeastSquares, aboutMeans: Triangle): boolean {
  if (aboutMeans.kept.length === fit.triangle.kept.length) return false
  const { weight } = fit.crossProducts
  return Math.abs(weight - inverseForm(fit.triangle, columnSums(fit))) <= 1e-10 * weight
}

function columnSums({ crossProducts: { means, meansLow, weight } }: LeastSquares) {
  const sums = Array.from(means, (mean, j) => multiply(pair(mean, meansLow[j]), pair(weight)))
  return {
    high: Float64Array.from(sums, ({ high }) => high),
    low: Float64Array.from(sums, ({ low }) => low),
  }
}

/** Always with a constant among the other columns; undefined where they and it give a column wholly. */
function inflation(
  { crossProducts: { products }, triangle, columns }: LeastSquares,
  aboutMeans: Triangle,
): (number | undefined)[] {
  const factors = new Array<number | undefined>(columns).fill(undefined)
  const squareOf = (column: number) => products.high[column * (products.size + 1)] as number
  const given = new Set<number>()
  for (const { column, factors: parts } of aboutMeans.aliases) {
    if (!triangle.kept.includes(column)) continue
    parts.forEach((part, place) => {
      const other = aboutMeans.kept[place] as number
      if (part ** 2 * squareOf(other) > 1e-12 * squareOf(column)) given.add(other)
    })
  }
  aboutMeans.kept.forEach((column, place) => {
    if (given.has(column) || !triangle.kept.includes(column)) return
    factors[column] = Math.max(1, squareOf(column) * inverseEntry(aboutMeans, place, place))
  })
  return factors
}

function interceptVariance(fit: LeastSquares, variance: number): number {
  return variance * (1 / fit.crossProducts.weight + inverseForm(fit.triangle, { high: fit.centers }))
}

/** xᵀ C x at x = (1, −centres). */
function atCenters({ centers, columns }: LeastSquares, covariance: Float64Array): number {
  const at = Float64Array.from({ length: columns + 1 }, (_, j) => (j === 0 ? 1 : -(centers[j - 1] as number)))
  return quadraticForm(covariance, at)
}

/** The bread of the sandwich: the inverse of XᵀX with the centred intercept first; 0 for columns left out. */
function breadOf({ triangle, columns, hasIntercept, crossProducts }: LeastSquares): Float64Array {
  const size = columns + 1
  const bread = new Float64Array(size * size)
  if (hasIntercept) bread[0] = 1 / crossProducts.weight
  triangle.kept.forEach((column, j) => {
    for (let k = 0; k <= j; k++) {
      const other = triangle.kept[k] as number
      const entry = inverseEntry(triangle, j, k)
      bread[(column + 1) * size + other + 1] = bread[(other + 1) * size + column + 1] = entry
    }
  })
  return bread
}

/** @param at (1, z) of a row of leverage 1: there are coefficients that fit it and are 0 for all other rows */
function aloneRow(fit: LeastSquares, bread: Float64Array, row: number, at: Float64Array): AloneRow {
  const { columns, centers, hasIntercept, triangle, crossProducts } = fit
  const { high } = hasIntercept ? crossProducts.products : aboutZero(crossProducts)
  const size = columns + 1
  const moved = Array.from({ length: size }, (_, j) => {
    let sum = 0
    for (let k = 0; k < size; k++) sum += (bread[j * size + k] as number) * (at[k] as number)
    return sum
  })
  let intercept = moved[0] as number
  for (let j = 0; j < columns; j++) intercept -= (centers[j] as number) * (moved[j + 1] as number)
  return {
    row,
    columns: triangle.kept.filter(
      (j) => Math.abs(moved[j + 1] as number) * Math.sqrt(high[j * (columns + 2)] as number) > MOVED,
    ),
    hasIntercept: hasIntercept && Math.abs(intercept) > MOVED,
  }
}

function covarianceOf(
  bread: Float64Array,
  { meat }: ResidualSums,
  robust: Robust | undefined,
  variance: number,
  rows: number,
  dfResid: number,
): Float64Array {
  if (robust === undefined || meat === undefined) return bread.map((entry) => entry * variance)
  const size = Math.sqrt(bread.length)
  const factor = robust === 'hc1' ? rows / dfResid : 1
  const half = product(bread, meat, size)
  return product(half, bread, size).map((entry) => entry * factor)
}

function product(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const result = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += (a[i * size + k] as number) * (b[k * size + j] as number)
      result[i * size + j] = sum
    }
  }
  return result
}

interface Squares {
  readonly totalSquares: number
  readonly squares: number
  readonly dfModel: number
  readonly dfResid: number
}

/**
 * Of all slopes together; with robust errors Wald's. Where the columns add up to a constant without an intercept being
 * there, the least of Wald's over all constants: that of the same model written with an intercept.
 */
function fStatistic(
  fit: LeastSquares,
  { totalSquares, squares, dfModel, dfResid }: Squares,
  covariance: Float64Array,
  robust: Robust | undefined,
): number | undefined {
  if (dfModel === 0 || squares === 0) return undefined
  if (robust === undefined) return finite((totalSquares - squares) / dfModel / (squares / dfResid))
  const { kept } = fit.triangle
  const width = fit.columns + 1
  const high = new Float64Array(kept.length ** 2)
  kept.forEach((column, j) => {
    kept.forEach((other, k) => {
      high[j * kept.length + k] = covariance[(column + 1) * width + other + 1] as number
    })
  })
  const matrix = { size: kept.length, high, low: new Float64Array(high.length) }
  const triangle = choleskyTriangle(matrix, kept.length, new Float64Array(kept.length))
  if (triangle.kept.length < kept.length) return undefined
  const slopes = Float64Array.from(kept, (column) => fit.slopes[column] as number)
  if (dfModel === kept.length) return finite(inverseForm(triangle, { high: slopes }) / dfModel)
  const { high: constant } = solve(fit.triangle, fit.columns, columnSums(fit))
  const ones = Float64Array.from(kept, (column) => constant[column] as number)
  const weighed = solve(triangle, kept.length, { high: ones, low: new Float64Array(kept.length) }).high
  const level = dot(weighed, slopes) / dot(weighed, ones)
  const apart = slopes.map((slope, k) => slope - level * (ones[k] as number))
  return finite(inverseForm(triangle, { high: apart }) / dfModel)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, entry, k) => sum + entry * (b[k] as number), 0)
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

type Diagnostics = Pick<
  Regression,
  'durbinWatson' | 'jarqueBera' | 'jarqueBeraP' | 'skew' | 'kurtosis' | 'breuschPagan' | 'breuschPaganP'
>

const noDiagnostics: Diagnostics = {
  durbinWatson: undefined,
  jarqueBera: undefined,
  jarqueBeraP: undefined,
  skew: undefined,
  kurtosis: undefined,
  breuschPagan: undefined,
  breuschPaganP: undefined,
}

function diagnostics(design: Design, fit: LeastSquares, found: ResidualSums): Diagnostics {
  const rows = design.rows
  const { skew, kurtosis } = found.shape
  const jarqueBera = rows * (skew ** 2 / 6 + (kurtosis - 3) ** 2 / 24)
  const breuschPagan = fit.hasIntercept && !design.isWeighted ? finite(koenker(fit, found)) : undefined
  const isKnown = Number.isFinite(jarqueBera)
  return {
    durbinWatson: finite(found.steps / found.squares),
    jarqueBera: finite(jarqueBera),
    jarqueBeraP: isKnown ? chiSquareTail(jarqueBera, 2) : undefined,
    skew: finite(skew),
    kurtosis: finite(kurtosis),
    breuschPagan,
    breuschPaganP:
      breuschPagan === undefined ? undefined : chiSquareTail(breuschPagan, fit.triangle.kept.length),
  }
}

/** n times the R² of e² on the columns. */
function koenker(
  { triangle, crossProducts: { rows: n } }: LeastSquares,
  found: ResidualSums,
): number | undefined {
  if (triangle.kept.length === 0) return undefined
  const { squaresByColumn, squares, shape } = found
  const mean = squares / n
  const total = shape.spread === undefined ? spreadOfSquares(found.residuals, mean) : n * shape.spread
  const pulls = squaresByColumn.map((pull) => pull / mean)
  return total === 0 ? undefined : (n * inverseForm(triangle, { high: pulls })) / total
}

/** Σ (e² / mean − 1)². */
function spreadOfSquares(residuals: Float64Array, mean: number): number {
  const n = residuals.length
  const total = new PairSum()
  for (let from = 0; from < n; from += BLOCK_ROWS) {
    const to = Math.min(n, from + BLOCK_ROWS)
    let sum = 0
    for (let i = from; i < to; i++) {
      const apart = ((residuals[i] as number) * (residuals[i] as number)) / mean - 1
      sum += apart * apart
    }
    total.add(sum)
  }
  return total.value
}
