/**
 * Least squares: the coefficients whose residuals have the least sum of squares.
 *
 * In:  a Design (columns made a block of rows at a time), with an intercept or not.
 * Out: coefficients, the triangle that their errors come from, rank and condition.
 * Cost: one pass over the rows, O(rows · columns²), where columns are well apart; see below.
 *
 * Three ways, by how much there is and how nearly the columns depend on each other:
 *   exact       few numbers: products, triangle and residuals with twice the digits, and each double taken for the
 *               decimal number that it was read from. Right to the last digit, ill-conditioned or not.
 *   products    many: sums of products about the means, in one pass. Their error grows with the square of the
 *               condition, so only where that, of the centred columns, is at most a thousand.
 *   reflections else: a second pass for the triangle (TSQR, triangle.ts), whose error grows with the condition, and
 *               further ones for corrections from residuals of twice the digits.
 *
 * Corrections: Björck, "Iterative refinement of linear least squares solutions", BIT 7, 1967; with seminormal
 * equations each takes away all but condition · 1e-16 of the error.
 */
import { designBlock, type Design, type DesignBlock } from '../base/design.ts'
import type { Steps } from '../base/steps.ts'
import { conditionOf, scaledConditionOf } from './condition.ts'
import {
  aboutZero,
  BLOCK_ROWS,
  BLOCKS_A_TURN,
  crossProducts,
  exactProducts,
  shift,
  type CrossProducts,
  type PairMatrix,
} from './cross-products.ts'
import { add, multiply, pair, PairSum, subtract, value, type Pair } from '../base/double-double.ts'
import { choleskyTriangle, Reflections, reflectedTriangle, solve, type Triangle } from './triangle.ts'

/** Numbers up to which the exact way costs a hundredth of a second or two. */
const EXACT_CELLS = 20_000
const EXACT_PRODUCTS = 3_000_000
/** Condition of the columns, centred and of length 1, past which products are not enough. */
const PRODUCTS_CONDITION = 1e3
/** Below this a correction is worth its pass. */
const CORRECTED_PART = 0.1
/** What is left of a column below this is rounding: it depends on those before it. */
const DEPENDENT_PART = 1e-11
/** The same in units of the last place of the numbers themselves, about zero. */
const DEPENDENT_ULPS = 32 * 2 ** -53
const MOST_CORRECTIONS = 6

export interface LeastSquares {
  readonly method: 'exact' | 'products' | 'reflections'
  readonly hasIntercept: boolean
  readonly columns: number
  readonly crossProducts: CrossProducts
  readonly triangle: Triangle
  /** Of the columns and the target: what is taken from them before anything else. 0 without an intercept. */
  readonly centers: Float64Array
  /** One a column; 0 for one that was left out. `slopesLow` is what they lack of the exact ones. */
  readonly slopes: Float64Array
  readonly slopesLow: Float64Array
  /** The prediction, less the target's centre, at the centres of the columns. */
  readonly offset: Pair
  /** Singular values of the kept columns and the intercept: largest over smallest. */
  readonly condition: number
  /** Of the kept columns, centred (where there is an intercept) and of length 1. */
  readonly scaledCondition: number
}

/** @param isRough only which columns depend on others, and the condition, are of interest: nothing is corrected */
export function* leastSquares(design: Design, hasIntercept: boolean, isRough = false): Steps<LeastSquares> {
  const size = design.columns
  const isExact = design.rows * (size + 1) <= EXACT_CELLS && design.rows * (size + 1) ** 2 <= EXACT_PRODUCTS
  const sums = yield* isExact ? exactProducts(design) : crossProducts(design)
  const products = hasIntercept ? sums.products : aboutZero(sums)
  const centers = hasIntercept ? sums.means.slice() : new Float64Array(size + 1)
  const floors = floorsOf(sums, products)
  let triangle = choleskyTriangle(products, size, floors)
  let method: LeastSquares['method'] = isExact ? 'exact' : 'products'
  // What products can't tell from rounding they leave out: that too is for reflections to decide.
  if (!isExact && (triangle.aliases.length > 0 || scaledConditionOf(triangle) > PRODUCTS_CONDITION)) {
    method = 'reflections'
    triangle = reflectedTriangle(yield* reflections(design, centers), floors)
  }
  const right = { high: new Float64Array(size), low: new Float64Array(size) }
  for (let j = 0; j < size; j++) {
    right.high[j] = products.high[size * (size + 1) + j] as number
    right.low[j] = products.low[size * (size + 1) + j] as number
  }
  const start = solve(triangle, size, right)
  let state: State = {
    slopes: start.high,
    slopesLow: start.low,
    offset: offsetOf(sums, centers, hasIntercept, start),
  }
  const most = method !== 'products' ? MOST_CORRECTIONS : triangle.leastPart < CORRECTED_PART ? 1 : 0
  const corrections = isRough ? 0 : most
  const shared = { design, hasIntercept, sums, centers, triangle, isPaired: method !== 'products' }
  for (let round = 0; round < corrections; round++) {
    const { next, moved } = yield* corrected(shared, state)
    state = next
    if (moved < 1e-18) break
  }
  return {
    method,
    hasIntercept,
    columns: size,
    crossProducts: sums,
    triangle,
    centers,
    ...state,
    condition: conditionOf(sums, triangle, hasIntercept),
    scaledCondition: scaledConditionOf(triangle),
  }
}

/** By column: what is left of it below this length is rounding. */
export function floorsOf(
  { weight, means, products: centred }: CrossProducts,
  products: PairMatrix,
): Float64Array {
  const { size } = products
  return Float64Array.from({ length: size }, (_, j) => {
    const length = Math.sqrt(Math.max(products.high[j * size + j] as number, 0))
    const raw = Math.sqrt(
      Math.max(centred.high[j * size + j] as number, 0) + weight * (means[j] as number) ** 2,
    )
    return Math.max(DEPENDENT_PART * length, DEPENDENT_ULPS * raw)
  })
}

interface State {
  readonly slopes: Float64Array
  readonly slopesLow: Float64Array
  readonly offset: Pair
}

/** The centres are means rounded to doubles: what they lack goes into the offset. */
function offsetOf(
  { means, meansLow }: CrossProducts,
  centers: Float64Array,
  hasIntercept: boolean,
  slopes: { readonly high: Float64Array; readonly low: Float64Array },
): Pair {
  if (!hasIntercept) return pair()
  const size = slopes.high.length
  const lack = (j: number) => subtract(pair(means[j], meansLow[j]), pair(centers[j]))
  let offset = lack(size)
  for (let j = 0; j < size; j++) {
    offset = subtract(offset, multiply(pair(slopes.high[j], slopes.low[j]), lack(j)))
  }
  return offset
}

function* reflections(design: Design, centers: Float64Array): Steps<Reflections> {
  const size = design.columns + 1
  const whole = new Reflections(size)
  const block = designBlock(design, BLOCK_ROWS, false)
  for (let from = 0, blocks = 1; from < design.rows; from += BLOCK_ROWS, blocks++) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    for (let j = 0; j < size; j++) shift(block, j, rows, -(centers[j] as number))
    if (design.isWeighted) scaleByRoots(block, size, rows)
    whole.addRows(block.high, block.capacity, rows)
    if (blocks % BLOCKS_A_TURN === 0) yield
  }
  return whole
}

function scaleByRoots({ high, capacity }: DesignBlock, size: number, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const root = Math.sqrt(high[size * capacity + i] as number)
    for (let j = 0; j < size; j++) high[j * capacity + i] = (high[j * capacity + i] as number) * root
  }
}

/**
 * Centres the columns of a block, and turns its target into residuals; with low parts where the block has them.
 */
export function takeFit(
  block: DesignBlock,
  rows: number,
  { centers, slopes, slopesLow, offset }: Pick<LeastSquares, 'centers'> & State,
): void {
  const size = slopes.length
  for (let j = 0; j <= size; j++) shift(block, j, rows, -(centers[j] as number))
  shift(block, size, rows, -offset.high)
  if (block.low !== undefined) shift(block, size, rows, -offset.low)
  for (let j = 0; j < size; j++) {
    const slope = slopes[j] as number
    if (slope !== 0) subtractMultiple(block, size, j, rows, slope, slopesLow[j] as number)
  }
}

function subtractMultiple(
  { high, low, capacity }: DesignBlock,
  target: number,
  j: number,
  rows: number,
  factor: number,
  factorLow: number,
): void {
  const to = target * capacity
  const from = j * capacity
  if (low === undefined) {
    for (let i = 0; i < rows; i++)
      high[to + i] = (high[to + i] as number) - factor * (high[from + i] as number)
    return
  }
  const sum = new PairSum()
  for (let i = 0; i < rows; i++) {
    sum.high = high[to + i] as number
    sum.low = low[to + i] as number
    sum.addPairProduct(-factor, -factorLow, high[from + i] as number, low[from + i] as number)
    high[to + i] = sum.high
    low[to + i] = sum.low
  }
}

interface Correcting {
  readonly design: Design
  readonly hasIntercept: boolean
  readonly sums: CrossProducts
  readonly centers: Float64Array
  readonly triangle: Triangle
  /** Residuals with twice the digits. */
  readonly isPaired: boolean
}

/** One correction from the residuals. `moved`: its size against that of the fit. */
function* corrected(
  { design, hasIntercept, sums, centers, triangle, isPaired }: Correcting,
  state: State,
): Steps<{ readonly next: State; readonly moved: number }> {
  const size = design.columns
  const block = designBlock(design, BLOCK_ROWS, isPaired)
  const gradient = Array.from({ length: size }, () => new PairSum())
  const total = new PairSum()
  for (let from = 0, blocks = 1; from < design.rows; from += BLOCK_ROWS, blocks++) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    takeFit(block, rows, { centers, ...state })
    addGradient(block, rows, design.isWeighted, gradient, total)
    if (blocks % BLOCKS_A_TURN === 0) yield
  }
  const lack = (j: number) => subtract(pair(sums.means[j], sums.meansLow[j]), pair(centers[j]))
  const right = { high: new Float64Array(size), low: new Float64Array(size) }
  gradient.forEach((sum, j) => {
    const about = hasIntercept ? subtract(sum.pair, multiply(lack(j), total.pair)) : sum.pair
    right.high[j] = about.high
    right.low[j] = about.low
  })
  const step = solve(triangle, size, right)
  const slopes = new Float64Array(size)
  const slopesLow = new Float64Array(size)
  let moved = 0
  let whole = 0
  for (let j = 0; j < size; j++) {
    const next = add(pair(state.slopes[j], state.slopesLow[j]), pair(step.high[j], step.low[j]))
    slopes[j] = next.high
    slopesLow[j] = next.low
    const scale = Math.sqrt(Math.abs(sums.products.high[j * (size + 1) + j] as number))
    moved = Math.max(moved, Math.abs(step.high[j] as number) * scale)
    whole = Math.max(whole, Math.abs(next.high) * scale)
  }
  let offset = state.offset
  if (hasIntercept) {
    offset = add(offset, pair(total.value / sums.weight))
    for (let j = 0; j < size; j++)
      offset = subtract(offset, multiply(pair(step.high[j], step.low[j]), lack(j)))
  }
  return { next: { slopes, slopesLow, offset }, moved: whole === 0 ? 0 : moved / whole }
}

function addGradient(
  { high, low, capacity }: DesignBlock,
  rows: number,
  isWeighted: boolean,
  gradient: readonly PairSum[],
  total: PairSum,
): void {
  const size = gradient.length
  const weighted = new PairSum()
  for (let i = 0; i < rows; i++) {
    const residual = size * capacity + i
    weighted.high = high[residual] as number
    weighted.low = low?.[residual] ?? 0
    if (isWeighted) {
      const { high: plain, low: rest } = weighted
      weighted.high = weighted.low = 0
      weighted.addPairProduct(plain, rest, high[residual + capacity] as number, 0)
    }
    total.addPair(weighted.high, weighted.low)
    for (let j = 0; j < size; j++) {
      const at = j * capacity + i
      gradient[j]?.addPairProduct(high[at] as number, low?.[at] ?? 0, weighted.high, weighted.low)
    }
  }
}

/** The prediction where every column is 0. */
export function interceptOf(fit: Pick<LeastSquares, 'centers' | 'hasIntercept'> & State): number {
  if (!fit.hasIntercept) return 0
  const size = fit.slopes.length
  let sum = add(pair(fit.centers[size]), fit.offset)
  let largest = Math.abs(fit.centers[size] as number)
  for (let j = 0; j < size; j++) {
    const part = multiply(pair(fit.slopes[j], fit.slopesLow[j]), pair(fit.centers[j]))
    sum = subtract(sum, part)
    largest = Math.max(largest, Math.abs(part.high))
  }
  // Pairs have some 31 digits: what is left below them is 0.
  return Math.abs(value(sum)) < 1e-29 * largest ? 0 : value(sum)
}
