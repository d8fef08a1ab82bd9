/**
 * Ridge, lasso and elastic net, and cross-validation of these and of least squares.
 *
 * In:  cross products (cross-products.ts) of all rows, and of each fold for cross-validation: no row is read again.
 * Out: an intercept and slopes in the data's own units; of cross-validation the mean squared error of each penalty.
 * Cost: O(columns³) a ridge; O(columns²) a sweep of lasso; times penalties and folds for cross-validation.
 *
 * What is made least is scikit-learn's: |y − Xb|² + α|b|² for ridge; |y − Xb|²/2n + α(r|b|₁ + (1 − r)|b|²/2) for lasso
 * (r = 1) and elastic net. The intercept is not penalised. Folds and the penalties tried are those of LassoCV.
 * Coordinate descent: Friedman, Hastie & Tibshirani, J. Statistical Software 33(1), 2010. Departs from it: once the
 * columns with a part stay the same, their slopes are solved for exactly, so a result has no tolerance in it.
 */
import { add, multiply, pair, subtract, value, type Pair } from '../base/double-double.ts'
import type { Steps } from '../base/steps.ts'
import { aboutZero, RunningProducts, type CrossProducts, type PairMatrix } from './cross-products.ts'
import { choleskyTriangle, solve } from './triangle.ts'

export interface LinearFit {
  readonly intercept: number
  /** What the intercept lacks of the exact one: with numbers far from zero more than a double tells. */
  readonly interceptLow: number
  readonly slopes: Float64Array
  /** False where the sweeps ended before the slopes stood still. */
  readonly converged: boolean
}

export type Penalty =
  | { readonly kind: 'none' }
  | { readonly kind: 'ridge'; readonly alpha: number }
  | { readonly kind: 'net'; readonly alpha: number; readonly l1Ratio: number }

export interface PenaltyOptions {
  readonly intercept: boolean
  /** Columns are measured in their standard deviations before they are penalised. */
  readonly standardize: boolean
}

/** Sums as one fit sees them: about the means with an intercept, of columns to scale. */
interface Problem {
  readonly size: number
  readonly weight: number
  readonly products: PairMatrix
  /** Products of the columns with the target. */
  readonly right: Float64Array
  readonly scales: Float64Array
}

function problemOf(sums: CrossProducts, { intercept, standardize }: PenaltyOptions): Problem {
  const size = sums.products.size - 1
  const products = intercept ? sums.products : aboutZero(sums)
  const scales = Float64Array.from({ length: size }, (_, j) => {
    const square = sums.products.high[j * (size + 2)] as number
    return standardize && square > 0 ? Math.sqrt(square / sums.weight) : 1
  })
  const scaled = { size: size + 1, high: products.high.slice(), low: products.low.slice() }
  if (standardize) {
    for (let j = 0; j <= size; j++) {
      for (let k = 0; k <= size; k++) {
        const at = j * (size + 1) + k
        const by = 1 / ((scales[j] ?? 1) * (scales[k] ?? 1))
        const entry = multiply(pair(scaled.high[at], scaled.low[at]), pair(by))
        scaled.high[at] = entry.high
        scaled.low[at] = entry.low
      }
    }
  }
  const right = scaled.high.slice(size * (size + 1), size * (size + 1) + size)
  return { size, weight: sums.weight, products: scaled, right, scales }
}

/** @param start slopes to begin from, in the data's own units */
export function penalised(
  sums: CrossProducts,
  penalty: Penalty,
  options: PenaltyOptions,
  start?: Float64Array,
): LinearFit {
  const problem = problemOf(sums, options)
  const { size, scales } = problem
  const from = start?.map((slope, j) => slope * (scales[j] as number))
  const { slopes, converged } =
    penalty.kind === 'net'
      ? net(problem, penalty.alpha, penalty.l1Ratio, from)
      : { slopes: ridge(problem, penalty.kind === 'ridge' ? penalty.alpha : 0), converged: true }
  for (let j = 0; j < size; j++) slopes[j] = (slopes[j] as number) / (scales[j] as number)
  const { high: intercept, low: interceptLow } = options.intercept ? remainder(sums, slopes) : pair()
  return { intercept, interceptLow, slopes, converged }
}

/** The mean of the target less what the slopes make of the means of the columns. */
function remainder({ means, meansLow }: CrossProducts, slopes: Float64Array): Pair {
  const size = slopes.length
  let rest = pair(means[size], meansLow[size])
  for (let j = 0; j < size; j++) {
    rest = add(rest, multiply(pair(-(slopes[j] as number)), pair(means[j], meansLow[j])))
  }
  return rest
}

function ridge({ size, products, right }: Problem, alpha: number): Float64Array {
  const high = products.high.slice()
  const low = products.low.slice()
  const floors = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    const at = j * (size + 2)
    floors[j] = 1e-7 * Math.sqrt(Math.max(high[at] as number, 0))
    const diagonal = add(pair(high[at], low[at]), pair(alpha))
    high[at] = diagonal.high
    low[at] = diagonal.low
  }
  // Only without a penalty may a column be left out.
  const triangle = choleskyTriangle({ size: size + 1, high, low }, size, alpha > 0 ? floors.fill(0) : floors)
  const lowRight = products.low.slice(size * (size + 1), size * (size + 1) + size)
  return solve(triangle, size, { high: right, low: lowRight }).high
}

const MOST_SWEEPS = 20_000
/** Sweeps after which the columns that have a part are tried for an exact solution. */
const SWEEPS_A_TRIAL = 8

function net(
  { size, weight, products, right }: Problem,
  alpha: number,
  l1Ratio: number,
  start = new Float64Array(size),
): { slopes: Float64Array; converged: boolean } {
  const l1 = alpha * l1Ratio * weight
  const l2 = alpha * (1 - l1Ratio) * weight
  const gram = products.high
  const width = size + 1
  const slopes = start.slice()
  const gradient = right.slice()
  for (let j = 0; j < size; j++) move(gradient, gram, width, j, slopes[j] as number)
  for (let sweep = 1; sweep <= MOST_SWEEPS; sweep++) {
    let moved = 0
    for (let j = 0; j < size; j++) {
      const square = gram[j * (width + 1)] as number
      if (square === 0) continue
      const before = slopes[j] as number
      const pull = (gradient[j] as number) + square * before
      const next = (Math.sign(pull) * Math.max(Math.abs(pull) - l1, 0)) / (square + l2)
      if (next === before) continue
      slopes[j] = next
      move(gradient, gram, width, j, next - before)
      moved = Math.max(moved, Math.abs(next - before) * Math.sqrt(square))
    }
    if (moved !== 0 && sweep % SWEEPS_A_TRIAL !== 0) continue
    const exact = exactNet({ size, products, right }, slopes, l1, l2)
    if (exact !== undefined) return { slopes: exact, converged: true }
    if (moved === 0) return { slopes, converged: true }
  }
  return { slopes, converged: false }
}

/** Takes a change of slope j from the gradient. */
function move(gradient: Float64Array, gram: Float64Array, width: number, j: number, by: number): void {
  if (by === 0) return
  for (let k = 0; k < gradient.length; k++)
    gradient[k] = (gradient[k] as number) - by * (gram[j * width + k] as number)
}

/** The solution with these signs, where it is the solution: the conditions of Karush, Kuhn and Tucker hold. */
function exactNet(
  { size, products, right }: Pick<Problem, 'size' | 'products' | 'right'>,
  slopes: Float64Array,
  l1: number,
  l2: number,
): Float64Array | undefined {
  const width = size + 1
  const active: number[] = []
  slopes.forEach((slope, j) => {
    if (slope !== 0) active.push(j)
  })
  const count = active.length
  const high = new Float64Array(count * count)
  const low = new Float64Array(count * count)
  active.forEach((j, a) => {
    active.forEach((k, b) => {
      const entry = add(
        pair(products.high[j * width + k], products.low[j * width + k]),
        pair(j === k ? l2 : 0),
      )
      high[a * count + b] = entry.high
      low[a * count + b] = entry.low
    })
  })
  const floors = Float64Array.from(active, (j) => 1e-9 * Math.sqrt(products.high[j * (width + 1)] as number))
  const triangle = choleskyTriangle({ size: count, high, low }, count, floors)
  if (triangle.kept.length < count) return undefined
  const sides = Float64Array.from(active, (j) => (right[j] as number) - l1 * Math.sign(slopes[j] as number))
  const solved = solve(triangle, count, { high: sides, low: new Float64Array(count) }).high
  const exact = new Float64Array(size)
  for (const [a, j] of active.entries()) {
    if (Math.sign(solved[a] as number) !== Math.sign(slopes[j] as number)) return undefined
    exact[j] = solved[a] as number
  }
  for (let j = 0; j < size; j++) {
    if (exact[j] !== 0) continue
    let pull = right[j] as number
    for (const k of active) pull -= (exact[k] as number) * (products.high[j * width + k] as number)
    if (Math.abs(pull) > l1 * (1 + 1e-10)) return undefined
  }
  return exact
}

const PENALTIES = 100
/** Of ridge, for each power of ten; its range grows with how far apart the columns' scales are. */
const PENALTIES_A_DECADE = 12
const MOST_DECADES = 40

/**
 * The penalties that are tried, the largest first. Of lasso and elastic net those of scikit-learn's LassoCV: from the
 * least that leaves no column a part, to a thousandth of it. Of ridge from 100 times the largest column's sum of
 * squares, which leaves little of any slope, to a millionth of the smallest one's, which leaves all of each: what is
 * light for an income is heavy for an age.
 */
export function penaltiesToTry(
  sums: CrossProducts,
  kind: 'ridge' | 'net',
  l1Ratio: number,
  options: PenaltyOptions,
): number[] {
  const { size, weight, products, right } = problemOf(sums, options)
  if (kind === 'net') {
    const top = right.reduce((most, pull) => Math.max(most, Math.abs(pull)), 0) / (weight * l1Ratio)
    return falling(top, -3, PENALTIES)
  }
  const squares = Array.from({ length: size }, (_, j) => products.high[j * (size + 2)] as number).filter(
    (square) => square > 0,
  )
  const largest = Math.max(...squares)
  const decades = Math.min(8 + Math.log10(largest / Math.min(...squares)), MOST_DECADES)
  return falling(100 * largest, -decades, Math.max(PENALTIES, Math.ceil(decades * PENALTIES_A_DECADE) + 1))
}

/** From the top to 10^power of it, in equal ratios. */
function falling(top: number, power: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => top * 10 ** ((power * i) / (count - 1)))
}

export interface Validated {
  readonly folds: number
  /** Mean over the folds of the mean squared error on the rows left out. */
  readonly mse: number
  /** 1 − the squares of the errors on rows left out over those about the mean of all. */
  readonly r2: number
  /** Each penalty and its error; empty where there was one. */
  readonly tried: readonly { readonly alpha: number; readonly mse: number }[]
  /** The penalty with the least error; the larger one where several have it. */
  readonly best: Penalty
}

/**
 * Each fold is predicted from all others.
 *
 * @param folds cross products of the folds, at least two
 * @param penalties the largest first
 */
export function* validated(
  folds: readonly CrossProducts[],
  penalties: readonly Penalty[],
  options: PenaltyOptions,
): Steps<Validated> {
  const size = (folds[0]?.products.size ?? 1) - 1
  const errors = penalties.map(() => 0)
  const squares = penalties.map(() => 0)
  const whole = merged(folds)
  for (const fold of folds) {
    const training = merged(folds.filter((other) => other !== fold))
    let start: Float64Array | undefined
    for (const [i, penalty] of penalties.entries()) {
      const fit = penalised(training, penalty, options, start)
      start = fit.slopes
      const missed = squaredErrors(fold, fit, size)
      errors[i] = (errors[i] as number) + missed / fold.weight / folds.length
      squares[i] = (squares[i] as number) + missed
      yield
    }
  }
  let best = 0
  errors.forEach((error, i) => {
    if (error < (errors[best] as number)) best = i
  })
  const total = options.intercept
    ? (whole.products.high.at(-1) as number)
    : (aboutZero(whole).high.at(-1) as number)
  return {
    folds: folds.length,
    mse: errors[best] as number,
    r2: 1 - (squares[best] as number) / total,
    tried: penalties.flatMap((penalty, i) =>
      penalty.kind === 'none' ? [] : [{ alpha: penalty.alpha, mse: errors[i] as number }],
    ),
    best: penalties[best] as Penalty,
  }
}

function merged(parts: readonly CrossProducts[]): CrossProducts {
  const sums = new RunningProducts(parts[0]?.means ?? new Float64Array(1))
  for (const part of parts) sums.addAll(part)
  return sums.result()
}

/** Of rows known by their cross products. */
export function squaredErrors(
  rows: CrossProducts,
  { intercept, interceptLow, slopes }: Omit<LinearFit, 'converged'>,
  size: number,
): number {
  const { high } = rows.products
  const width = size + 1
  let squares = high[size * (width + 1)] as number
  const mean = value(subtract(remainder(rows, slopes), pair(intercept, interceptLow)))
  for (let j = 0; j < size; j++) {
    const slope = slopes[j] as number
    if (slope === 0) continue
    squares -= 2 * slope * (high[size * width + j] as number)
    for (let k = 0; k < size; k++) squares += slope * (slopes[k] as number) * (high[j * width + k] as number)
  }
  return Math.max(squares, 0) + rows.weight * mean * mean
}

/** The bounds of k folds of neighbouring rows, the first ones a row longer: KFold of scikit-learn. */
export function foldBounds(rows: number, folds: number): { readonly from: number; readonly to: number }[] {
  const bounds = []
  for (let i = 0, from = 0; i < folds; i++) {
    const to = from + Math.floor(rows / folds) + (i < rows % folds ? 1 : 0)
    bounds.push({ from, to })
    from = to
  }
  return bounds
}
