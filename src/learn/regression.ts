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
import { designBlock, type Design, type DesignBlock } from '../base/design.ts'
import type { Steps } from '../base/steps.ts'
import { BLOCK_ROWS, BLOCKS_A_TURN } from './cross-products.ts'
import {
  chiSquareTail,
  fTail,
  normalQuantile,
  normalTwoSided,
  tQuantile,
  tTwoSided,
} from './distributions.ts'
import { PairSum, productError } from '../base/double-double.ts'
import { interceptOf, leastSquares, takeFit, type LeastSquares } from './least-squares.ts'
import { quadraticForm, type Predictor } from './predictions.ts'
import { choleskyTriangle, inverseEntry, inverseForm } from './triangle.ts'

export type Robust = 'hc0' | 'hc1' | 'hc2' | 'hc3'

export interface RegressionOptions {
  readonly intercept: boolean
  /** Of the intervals, 0 … 1. */
  readonly level: number
  readonly robust: Robust | undefined
}

export interface Coefficient {
  readonly estimate: number
  readonly error: number
  /** t, or z with robust errors; undefined where the error is 0. */
  readonly statistic: number | undefined
  readonly p: number | undefined
  readonly lower: number
  readonly upper: number
}

export interface Influence {
  /** Place among the rows of the design. */
  readonly row: number
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
  /** The rows with the largest Cook's distances. */
  readonly influences: readonly Influence[]
  /** One a row of the design. */
  readonly residuals: Float64Array
  readonly predictor: Predictor
}

const MOST_INFLUENCES = 5
/** Residuals below this part of the target are what rounding leaves of none. */
const PERFECT = 1e-13
/** A leverage this near to 1 is 1. */
const ALONE = 1e-10

export function* regression(design: Design, options: RegressionOptions): Steps<Regression> {
  const fit = yield* leastSquares(design, options.intercept)
  return yield* inferred(design, fit, options)
}

function* inferred(design: Design, fit: LeastSquares, options: RegressionOptions): Steps<Regression> {
  const size = design.columns
  const rows = design.rows
  const { triangle, crossProducts: sums } = fit
  const found = yield* residualPass(design, fit, options.robust)
  const rank = triangle.kept.length + (fit.hasIntercept ? 1 : 0)
  const isCentred = fit.hasIntercept || spansConstant(fit)
  const dfModel = rank - (isCentred ? 1 : 0)
  const dfResid = rows - rank
  const centredSquares = sums.products.high[size * (size + 1) + size] as number
  const rawSquares = centredSquares + sums.weight * (sums.means[size] as number) ** 2
  const totalSquares = isCentred ? centredSquares : rawSquares
  const { squares } = found
  const isPerfect = Math.sqrt(squares) <= PERFECT * Math.sqrt(rawSquares)
  const r2 = totalSquares === 0 ? 0 : 1 - squares / totalSquares
  const variance = squares / dfResid
  const covariance = covarianceOf(fit, found, options.robust, variance, rows, dfResid)
  const tested = (estimate: number, squaredError: number) =>
    coefficientOf(estimate, Math.sqrt(Math.max(squaredError, 0)), dfResid, options)
  const isPlain = options.robust === undefined
  const coefficients = Array.from({ length: size }, (_, j) => {
    const place = triangle.kept.indexOf(j)
    if (place < 0) return undefined
    const own = isPlain
      ? variance * inverseEntry(triangle, place, place)
      : (covariance[(j + 1) * (size + 2)] as number)
    return tested(fit.slopes[j] as number, own)
  })
  const intercept = fit.hasIntercept
    ? tested(interceptOf(fit), isPlain ? interceptVariance(fit, variance) : atCenters(fit, covariance))
    : undefined
  const f = fStatistic(fit, { totalSquares, squares, dfModel, dfResid }, covariance, options.robust)
  const logLikelihood = squares > 0 ? likelihood(rows, squares, sums.logWeights) : undefined
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
    vif: inflation(fit),
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
        isPerfect || leverage >= 1 - ALONE || rank === 0
          ? undefined
          : (weight * residual ** 2 * leverage) / (rank * variance * (1 - leverage) ** 2),
    })),
    residuals: found.residuals,
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
  error: number,
  df: number,
  { level, robust }: RegressionOptions,
): Coefficient {
  const statistic = error > 0 ? estimate / error : undefined
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

/** Whether the columns add up to a constant (dummies of all levels): then R² is about the mean all the same. */
function spansConstant({ crossProducts: { means, weight }, triangle }: LeastSquares): boolean {
  const sums = means.map((mean) => mean * weight)
  return Math.abs(weight - inverseForm(triangle, { high: sums })) <= 1e-10 * weight
}

function inflation({ crossProducts: { products }, triangle, hasIntercept, columns }: LeastSquares) {
  const factors = new Array<number | undefined>(columns).fill(undefined)
  const about = hasIntercept ? triangle : choleskyTriangle(products, columns, new Float64Array(columns))
  about.kept.forEach((column, place) => {
    if (!triangle.kept.includes(column)) return
    const square = products.high[column * (products.size + 1)] as number
    factors[column] = Math.max(1, square * inverseEntry(about, place, place))
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
    triangle.kept.forEach((other, k) => {
      bread[(column + 1) * size + other + 1] = inverseEntry(triangle, j, k)
    })
  })
  return bread
}

function covarianceOf(
  fit: LeastSquares,
  { meat }: ResidualSums,
  robust: Robust | undefined,
  variance: number,
  rows: number,
  dfResid: number,
): Float64Array {
  const bread = breadOf(fit)
  if (robust === undefined || meat === undefined) return bread.map((entry) => entry * variance)
  const size = fit.columns + 1
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

/** Of all slopes together; with robust errors Wald's. */
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
  return finite(inverseForm(triangle, { high: slopes }) / kept.length)
}

function finite(value: number | undefined): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

interface RowInfluence {
  readonly row: number
  readonly leverage: number
  readonly residual: number
  readonly weight: number
  readonly strength: number
}

interface ResidualSums {
  readonly residuals: Float64Array
  /** Σ w e². */
  readonly squares: number
  /** Of the weighted residuals √w e: Σ (e − before)², and the shape of their distribution. */
  readonly steps: number
  readonly shape: Shape
  /** Σ z e² by column, and Σ e⁴. */
  readonly squaresByColumn: Float64Array
  readonly influences: readonly RowInfluence[]
  readonly meat: Float64Array | undefined
}

function* residualPass(design: Design, fit: LeastSquares, robust: Robust | undefined): Steps<ResidualSums> {
  const size = design.columns
  const block = designBlock(design, BLOCK_ROWS, fit.method !== 'products')
  const residuals = new Float64Array(design.rows)
  const squares = new PairSum()
  const influences = new TopInfluences()
  const squaresByColumn = new Float64Array(size)
  const meat = robust === undefined ? undefined : new Float64Array((size + 1) ** 2)
  const leverages = new Float64Array(BLOCK_ROWS)
  const own = new Float64Array(BLOCK_ROWS)
  let steps = 0
  const isExact = fit.method === 'exact'
  // Of many rows all is summed in this one pass, in units in which no power is past the range of a double.
  const isMany = fit.method === 'products' && fit.hasIntercept && !design.isWeighted
  const unit = 1 / Math.sqrt((fit.crossProducts.products.high.at(-1) as number) / design.rows)
  const powers: [number, number, number, number] = [0, 0, 0, 0]
  let before = 0
  for (let from = 0, blocks = 1; from < design.rows; from += BLOCK_ROWS, blocks++) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    takeFit(block, rows, fit)
    const errors = block.high.subarray(size * block.capacity, size * block.capacity + rows)
    const weights = design.isWeighted
      ? block.high.subarray((size + 1) * block.capacity, (size + 1) * block.capacity + rows)
      : undefined
    residuals.set(errors, from)
    leveragesOf(block, rows, fit, weights, leverages, own)
    if (from === 0) before = Math.sqrt(weights?.[0] ?? 1) * (errors[0] as number)
    let blockSteps = 0
    let blockSquares = 0
    for (let i = 0; i < rows; i++) {
      const weight = weights === undefined ? 1 : (weights[i] as number)
      const error = errors[i] as number
      const weighted = weight === 1 ? error : Math.sqrt(weight) * error
      const square = weighted * weighted
      blockSquares += square
      blockSteps += (weighted - before) * (weighted - before)
      before = weighted
      own[i] = square
      const rest = 1 - (leverages[i] as number)
      const strength = (square * (leverages[i] as number)) / (rest * rest)
      if (!(strength <= influences.least)) influences.offer(from + i, leverages[i] as number, error, weight)
    }
    steps += blockSteps
    if (isMany) addPowers(errors, unit, powers)
    if (isExact) addExactSquares(squares, errors, weights)
    else squares.add(blockSquares)
    for (let j = 0; j < size; j++) {
      const column = block.high.subarray(j * block.capacity, j * block.capacity + rows)
      let sum = 0
      for (let i = 0; i < rows; i++) sum += (column[i] as number) * (own[i] as number)
      squaresByColumn[j] = (squaresByColumn[j] as number) + sum
    }
    if (meat !== undefined && robust !== undefined) {
      addMeat(block, rows, fit, robust, weights, errors, leverages, meat)
    }
    if (blocks % BLOCKS_A_TURN === 0) yield
  }
  return {
    residuals,
    squares: squares.value,
    steps,
    shape: isMany ? shapeOfPowers(powers, design.rows) : shapeOf(design, residuals),
    squaresByColumn,
    influences: influences.list,
    meat,
  }
}

/** Of the weighted residuals, in units of their standard deviation: the means of (e − ē)³ and (e − ē)⁴. */
interface Shape {
  readonly skew: number
  readonly kurtosis: number
  /** The variance of e² over the square of its mean, about 0; where it is known. */
  readonly spread: number | undefined
}

/** Adds Σ (e · unit)¹, …², …³ and …⁴ of a block. */
function addPowers(errors: Float64Array, unit: number, powers: [number, number, number, number]): void {
  let [first, second, third, fourth] = [0, 0, 0, 0]
  for (let i = 0; i < errors.length; i++) {
    const error = (errors[i] as number) * unit
    const square = error * error
    first += error
    second += square
    third += square * error
    fourth += square * square
  }
  powers[0] += first
  powers[1] += second
  powers[2] += third
  powers[3] += fourth
}

/** From sums about 0, of residuals whose mean is 0 but for rounding. */
function shapeOfPowers(powers: readonly number[], n: number): Shape {
  const [first, second, third, fourth] = powers.map((sum) => sum / n) as [number, number, number, number]
  const variance = second - first ** 2
  const spread = fourth / second ** 2 - 1
  return {
    skew: (third - 3 * first * second + 2 * first ** 3) / variance ** 1.5,
    kurtosis: (fourth - 4 * first * third + 6 * first ** 2 * second - 3 * first ** 4) / variance ** 2,
    // Where all residuals are of one size the difference has no digits left.
    spread: spread > 0.1 ? spread : undefined,
  }
}

function shapeOf(design: Design, residuals: Float64Array): Shape {
  const n = residuals.length
  const values = design.isWeighted ? weightedResiduals(design, residuals) : residuals
  const mean = powerSums(values, 0, 1)[0] / n
  const deviation = Math.sqrt(powerSums(values, mean, 1)[1] / n)
  const [, , third, fourth] = powerSums(values, mean, deviation)
  return { skew: third / n, kurtosis: fourth / n, spread: undefined }
}

/** Σ ((e − center) / unit)¹, …², …³ and …⁴, in blocks, so that no sum gets long. */
function powerSums(values: Float64Array, center: number, unit: number): [number, number, number, number] {
  const totals = [new PairSum(), new PairSum(), new PairSum(), new PairSum()] as const
  for (let from = 0; from < values.length; from += BLOCK_ROWS) {
    const to = Math.min(values.length, from + BLOCK_ROWS)
    let [first, second, third, fourth] = [0, 0, 0, 0]
    for (let i = from; i < to; i++) {
      const apart = ((values[i] as number) - center) / unit
      const square = apart * apart
      first += apart
      second += square
      third += square * apart
      fourth += square * square
    }
    totals[0].add(first)
    totals[1].add(second)
    totals[2].add(third)
    totals[3].add(fourth)
  }
  return [totals[0].value, totals[1].value, totals[2].value, totals[3].value]
}

function weightedResiduals(design: Design, residuals: Float64Array): Float64Array {
  const block = designBlock(design, BLOCK_ROWS, false)
  const at = (design.columns + 1) * block.capacity
  const weighted = new Float64Array(residuals.length)
  for (let from = 0; from < design.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    for (let i = 0; i < rows; i++) {
      weighted[from + i] = Math.sqrt(block.high[at + i] as number) * (residuals[from + i] as number)
    }
  }
  return weighted
}

function addExactSquares(sum: PairSum, errors: Float64Array, weights: Float64Array | undefined): void {
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i] as number
    const weight = weights === undefined ? 1 : (weights[i] as number)
    sum.addPairProduct(error * weight, productError(error, weight), error, 0)
  }
}

/** Of the centred rows of a block: w (1/W + |L⁻¹ z|²). */
function leveragesOf(
  { high, capacity }: DesignBlock,
  rows: number,
  { triangle: { kept, inverse }, hasIntercept, crossProducts }: LeastSquares,
  weights: Float64Array | undefined,
  leverages: Float64Array,
  part: Float64Array,
): void {
  leverages.fill(hasIntercept ? 1 / crossProducts.weight : 0, 0, rows)
  const { size } = inverse
  for (let j = 0; j < size; j++) {
    part.fill(0, 0, rows)
    for (let k = 0; k <= j; k++) {
      const factor = inverse.high[j * size + k] as number
      const from = (kept[k] as number) * capacity
      for (let i = 0; i < rows; i++) part[i] = (part[i] as number) + factor * (high[from + i] as number)
    }
    for (let i = 0; i < rows; i++) leverages[i] = (leverages[i] as number) + (part[i] as number) ** 2
  }
  if (weights === undefined) return
  for (let i = 0; i < rows; i++) leverages[i] = (leverages[i] as number) * (weights[i] as number)
}

/** Adds Σ w² e² (1, z)(1, z)ᵀ, with e² over 1 − h (hc2) or its square (hc3). */
function addMeat(
  { high, capacity }: DesignBlock,
  rows: number,
  { hasIntercept, columns }: LeastSquares,
  robust: Robust,
  weights: Float64Array | undefined,
  errors: Float64Array,
  leverages: Float64Array,
  meat: Float64Array,
): void {
  const size = columns + 1
  const from = hasIntercept ? 0 : 1
  for (let i = 0; i < rows; i++) {
    const rest = 1 - (leverages[i] as number)
    // A row that a coefficient is all its own has no residual, and nothing to divide by.
    if (rest <= ALONE) continue
    const divisor = robust === 'hc2' ? rest : robust === 'hc3' ? rest * rest : 1
    const scaled =
      ((weights === undefined ? 1 : (weights[i] as number)) * (errors[i] as number)) ** 2 / divisor
    for (let j = from; j < size; j++) {
      const left = scaled * (j === 0 ? 1 : (high[(j - 1) * capacity + i] as number))
      for (let k = from; k < size; k++) {
        const right = k === 0 ? 1 : (high[(k - 1) * capacity + i] as number)
        meat[j * size + k] = (meat[j * size + k] as number) + left * right
      }
    }
  }
}

/** The rows with the largest w e² h / (1 − h)²; the first of equal ones. */
class TopInfluences {
  readonly list: RowInfluence[] = []
  /** What a row has to be above to be among them. */
  least = -1

  offer(row: number, leverage: number, residual: number, weight: number): void {
    const rest = 1 - leverage
    const strength = rest <= 0 ? Infinity : (weight * residual * residual * leverage) / (rest * rest)
    if (!(strength > this.least)) return
    this.list.push({ row, leverage, residual, weight, strength })
    this.list.sort((a, b) => b.strength - a.strength || a.row - b.row)
    if (this.list.length > MOST_INFLUENCES) this.list.pop()
    if (this.list.length === MOST_INFLUENCES) this.least = this.list.at(-1)?.strength ?? -1
  }
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
  { triangle }: LeastSquares,
  { squaresByColumn, residuals, squares, shape }: ResidualSums,
): number | undefined {
  if (triangle.kept.length === 0) return undefined
  const n = residuals.length
  const mean = squares / n
  const total = shape.spread === undefined ? spreadOfSquares(residuals, mean) : n * shape.spread
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
