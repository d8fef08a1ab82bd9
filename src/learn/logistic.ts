/**
 * Logistic regression: how likely each row is of the one kind and not the other.
 *
 * In:  a Design whose target is 0 or 1, with an intercept or not. No penalty.
 * Out: coefficients on the scale of log odds with their errors, and how well the two kinds are told apart.
 * Cost: one pass over the rows a step, O(rows · columns²); five to ten steps.
 *
 * Newton's method (iteratively reweighted least squares) to the end, so that the numbers are those of statsmodels'
 * Logit. Where some combination of columns parts the two kinds, coefficients grow without end (Albert & Anderson,
 * Biometrika 71(1), 1984): that is noticed and said, with the columns that do it.
 */
import { designBlock, type Design, type DesignBlock } from '../base/design.ts'
import type { Steps } from '../base/steps.ts'
import { chanceScores, type ChanceScores } from './chance-scores.ts'
import { BLOCK_ROWS, BLOCKS_A_TURN, shift } from './cross-products.ts'
import { chiSquareTail, normalQuantile, normalTwoSided } from './distributions.ts'
import { leastSquares, type LeastSquares } from './least-squares.ts'
import { chance, type Predictor } from './predictions.ts'
import type { Coefficient } from './regression.ts'
import { choleskyTriangle, inverseEntry, inverseForm, solve, type Triangle } from './triangle.ts'

export interface LogisticOptions {
  readonly intercept: boolean
  readonly level: number
}

export type LogisticResult =
  | {
      readonly kind: 'separated'
      readonly linear: LeastSquares
      readonly isComplete: boolean
      readonly columns: readonly number[]
    }
  | ({ readonly kind: 'fitted' } & Logistic)

export interface Logistic {
  /** Least squares of the same columns: which of them are independent. */
  readonly linear: LeastSquares
  readonly rows: number
  readonly rank: number
  readonly dfModel: number
  readonly dfResid: number
  readonly iterations: number
  readonly intercept: Coefficient | undefined
  readonly coefficients: readonly (Coefficient | undefined)[]
  readonly logLikelihood: number
  readonly nullLogLikelihood: number
  readonly aic: number
  readonly bic: number
  /** McFadden's. */
  readonly pseudoR2: number
  readonly likelihoodRatio: number
  readonly likelihoodRatioP: number | undefined
  /** Of the rows that it was learnt from. */
  readonly scores: ChanceScores
  /** One a row of the design: the chance of a 1. */
  readonly chances: Float64Array
  readonly predictor: Predictor
}

const MOST_STEPS = 60
/** Steps by which a fit that has an end has come near it. */
const PATIENCE = 14
/** Log odds beyond which a row counts as certain. */
const CERTAIN = 12

interface Sums {
  readonly logLikelihood: number
  /** By column, that of the intercept first. */
  readonly gradient: Float64Array
  readonly information: Float64Array
  readonly largest: number
  /** Rows on the wrong side of one half. */
  readonly wrong: number
}

export function* logistic(design: Design, options: LogisticOptions): Steps<LogisticResult> {
  const linear = yield* leastSquares(design, options.intercept)
  const { kept } = linear.triangle
  const parameters = kept.length + (options.intercept ? 1 : 0)
  const share = linear.crossProducts.means[design.columns] as number
  const beta = new Float64Array(kept.length + 1)
  if (options.intercept) beta[0] = Math.log(share / (1 - share))
  const weight = linear.crossProducts.weight
  const nullLogLikelihood = weight * (share * Math.log(share) + (1 - share) * Math.log(1 - share))
  let here = yield* pass(design, linear, beta)
  let triangle = triangleOf(here, beta.length, options.intercept)
  let lastGain = Infinity
  let iterations = 0
  for (; iterations < MOST_STEPS;) {
    iterations++
    const step = solve(triangle, beta.length, {
      high: here.gradient,
      low: new Float64Array(beta.length),
    }).high
    let next = yield* pass(design, linear, plus(beta, step, 1))
    let length = 1
    while (
      !(next.logLikelihood >= here.logLikelihood - 1e-10 * Math.abs(here.logLikelihood)) &&
      length > 1e-6
    ) {
      length /= 2
      next = yield* pass(design, linear, plus(beta, step, length))
    }
    beta.set(plus(beta, step, length))
    const gain = next.logLikelihood - here.logLikelihood
    const creeps = iterations > PATIENCE && gain > 0.15 * lastGain && gain > 0 && next.largest > CERTAIN
    if (creeps || -next.logLikelihood < 1e-7 * weight) {
      return { kind: 'separated', linear, isComplete: next.wrong === 0, columns: movingColumns(linear, step) }
    }
    lastGain = gain
    here = next
    triangle = triangleOf(here, beta.length, options.intercept)
    if (isAtEnd(beta, step, triangle)) break
  }
  const chances = chancesOf(design, linear, beta)
  const covariance = covarianceOf(triangle, kept, design.columns)
  const dfModel = parameters - (options.intercept ? 1 : 0)
  const likelihoodRatio = 2 * (here.logLikelihood - nullLogLikelihood)
  const tested = (estimate: number, variance: number) =>
    coefficientOf(estimate, Math.sqrt(variance), options.level)
  const slopes = new Float64Array(design.columns)
  kept.forEach((column, j) => (slopes[column] = beta[j + 1] as number))
  const { kinds, weights } = targetsOf(design)
  return {
    kind: 'fitted',
    linear,
    rows: design.rows,
    rank: parameters,
    dfModel,
    dfResid: design.rows - parameters,
    iterations,
    intercept: options.intercept ? interceptOf(linear, beta, triangle, slopes, tested) : undefined,
    coefficients: Array.from({ length: design.columns }, (_, j) => {
      const place = kept.indexOf(j)
      return place < 0
        ? undefined
        : tested(beta[place + 1] as number, entryOf(triangle, place + 1, place + 1))
    }),
    logLikelihood: here.logLikelihood,
    nullLogLikelihood,
    aic: -2 * here.logLikelihood + 2 * parameters,
    bic: -2 * here.logLikelihood + Math.log(design.rows) * parameters,
    pseudoR2: 1 - here.logLikelihood / nullLogLikelihood,
    likelihoodRatio,
    // Without an intercept the model does not hold the one it would be held against.
    likelihoodRatioP:
      dfModel === 0 || !options.intercept ? undefined : chiSquareTail(likelihoodRatio, dfModel),
    scores: chanceScores(chances, kinds, weights),
    chances,
    predictor: {
      kind: 'logistic',
      centers: [...linear.centers.subarray(0, design.columns)],
      slopes: [...slopes],
      level: beta[0] as number,
      covariance: [...covariance],
      variance: 0,
    },
  }
}

function plus(beta: Float64Array, step: Float64Array, length: number): Float64Array {
  return beta.map((entry, j) => entry + length * (step[j] as number))
}

/** Each coefficient moved by less than a millionth of a millionth of itself, or of its error. */
function isAtEnd(beta: Float64Array, step: Float64Array, triangle: Triangle): boolean {
  return step.every((by, j) => {
    const place = triangle.kept.indexOf(j)
    if (place < 0) return true
    const error = Math.sqrt(inverseEntry(triangle, place, place))
    return Math.abs(by) <= 1e-12 * Math.max(Math.abs(beta[j] as number), 1e-3 * error)
  })
}

function* blocksOf(
  design: Design,
  { centers }: LeastSquares,
): Generator<{ block: DesignBlock; rows: number; from: number }> {
  const block = designBlock(design, BLOCK_ROWS, false)
  for (let from = 0; from < design.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    for (let j = 0; j < design.columns; j++) shift(block, j, rows, -(centers[j] as number))
    yield { block, rows, from }
  }
}

/** Log odds of a block of centred rows. */
function scoresOf(
  { high, capacity }: DesignBlock,
  rows: number,
  { triangle: { kept } }: LeastSquares,
  beta: Float64Array,
  scores: Float64Array,
): void {
  scores.fill(beta[0] as number, 0, rows)
  kept.forEach((column, j) => {
    const slope = beta[j + 1] as number
    const from = column * capacity
    for (let i = 0; i < rows; i++) scores[i] = (scores[i] as number) + slope * (high[from + i] as number)
  })
}

function* pass(design: Design, linear: LeastSquares, beta: Float64Array): Steps<Sums> {
  const { kept } = linear.triangle
  const size = beta.length
  const gradient = new Float64Array(size)
  const information = new Float64Array(size * size)
  const scores = new Float64Array(BLOCK_ROWS)
  const spread = new Float64Array(BLOCK_ROWS)
  const rests = new Float64Array(BLOCK_ROWS)
  const ones = new Float64Array(BLOCK_ROWS).fill(1)
  let logLikelihood = 0
  let largest = 0
  let wrong = 0
  let blocks = 0
  for (const { block, rows } of blocksOf(design, linear)) {
    const { high, capacity } = block
    scoresOf(block, rows, linear, beta, scores)
    const targets = high.subarray(design.columns * capacity)
    const weights = design.isWeighted ? high.subarray((design.columns + 1) * capacity) : ones
    let blockLikelihood = 0
    for (let i = 0; i < rows; i++) {
      const score = scores[i] as number
      const weight = weights[i] as number
      const likely = chance(score)
      const target = targets[i] as number
      // log(1 + exp) of the side that is wrong, which is never far above 0.
      const against = target === 1 ? -score : score
      if (against >= 0) wrong++
      blockLikelihood -= weight * (Math.log1p(Math.exp(-Math.abs(against))) + Math.max(against, 0))
      rests[i] = weight * (target - likely)
      spread[i] = weight * likely * (1 - likely)
      largest = Math.max(largest, Math.abs(score))
    }
    logLikelihood += blockLikelihood
    for (let j = 0; j < size; j++) {
      const left = j === 0 ? ones : high.subarray((kept[j - 1] as number) * capacity)
      let pull = 0
      for (let i = 0; i < rows; i++) pull += (left[i] as number) * (rests[i] as number)
      gradient[j] = (gradient[j] as number) + pull
      for (let k = 0; k <= j; k++) {
        const right = k === 0 ? ones : high.subarray((kept[k - 1] as number) * capacity)
        let sum = 0
        for (let i = 0; i < rows; i++)
          sum += (left[i] as number) * (right[i] as number) * (spread[i] as number)
        information[j * size + k] = (information[j * size + k] as number) + sum
      }
    }
    if (++blocks % BLOCKS_A_TURN === 0) yield
  }
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < j; k++) information[k * size + j] = information[j * size + k] as number
  }
  return { logLikelihood, gradient, information, largest, wrong }
}

function triangleOf({ information }: Sums, size: number, hasIntercept: boolean): Triangle {
  const floors = new Float64Array(size)
  if (!hasIntercept) floors[0] = Infinity
  const low = new Float64Array(information.length)
  return choleskyTriangle({ size, high: information, low }, size, floors)
}

function entryOf(triangle: Triangle, j: number, k: number): number {
  const [a, b] = [triangle.kept.indexOf(j), triangle.kept.indexOf(k)]
  return a < 0 || b < 0 ? 0 : inverseEntry(triangle, a, b)
}

function covarianceOf(triangle: Triangle, kept: readonly number[], columns: number): Float64Array {
  const size = columns + 1
  const covariance = new Float64Array(size * size)
  const places = [0, ...kept.map((column) => column + 1)]
  places.forEach((to, j) => {
    places.forEach((other, k) => (covariance[to * size + other] = entryOf(triangle, j, k)))
  })
  return covariance
}

function coefficientOf(estimate: number, error: number, level: number): Coefficient {
  const statistic = error > 0 ? estimate / error : undefined
  const reach = error * normalQuantile(1 - level)
  return {
    estimate,
    error,
    statistic,
    p: statistic === undefined ? undefined : normalTwoSided(statistic),
    lower: estimate - reach,
    upper: estimate + reach,
  }
}

function interceptOf(
  { triangle: { kept }, centers }: LeastSquares,
  beta: Float64Array,
  triangle: Triangle,
  slopes: Float64Array,
  tested: (estimate: number, variance: number) => Coefficient,
): Coefficient {
  const at = Float64Array.from({ length: beta.length }, (_, j) =>
    j === 0 ? 1 : -(centers[kept[j - 1] as number] as number),
  )
  let estimate = beta[0] as number
  slopes.forEach((slope, j) => (estimate -= slope * (centers[j] as number)))
  return tested(estimate, inverseForm(triangle, { high: at }))
}

function chancesOf(design: Design, linear: LeastSquares, beta: Float64Array): Float64Array {
  const chances = new Float64Array(design.rows)
  const scores = new Float64Array(BLOCK_ROWS)
  for (const { block, rows, from } of blocksOf(design, linear)) {
    scoresOf(block, rows, linear, beta, scores)
    for (let i = 0; i < rows; i++) chances[from + i] = chance(scores[i] as number)
  }
  return chances
}

/** What each row is, 1 or 0, and its weight where rows have them. */
function targetsOf(design: Design): { kinds: Uint8Array; weights: Float64Array | undefined } {
  const kinds = new Uint8Array(design.rows)
  const weights = design.isWeighted ? new Float64Array(design.rows) : undefined
  const block = designBlock(design, BLOCK_ROWS, false)
  for (let from = 0; from < design.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    const at = design.columns * block.capacity
    for (let i = 0; i < rows; i++) kinds[from + i] = block.high[at + i] === 1 ? 1 : 0
    weights?.set(block.high.subarray(at + block.capacity, at + block.capacity + rows), from)
  }
  return { kinds, weights }
}

/** The columns that the last step moved most, by their standard deviations. */
function movingColumns(
  { triangle: { kept }, crossProducts, columns }: LeastSquares,
  step: Float64Array,
): number[] {
  const moves = kept.map((column, j) => {
    const square = crossProducts.products.high[column * (columns + 2)] as number
    return Math.abs(step[j + 1] as number) * Math.sqrt(square / crossProducts.weight)
  })
  const most = Math.max(0, ...moves)
  return kept.filter((_, j) => (moves[j] as number) > most / 10)
}
