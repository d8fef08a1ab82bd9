/**
 * Predictions of a regression for rows that it was not learnt from, with their intervals.
 *
 * In:  what the regression kept (a Predictor, plain numbers that JSON holds), and a Design without a target.
 * Out: linear: the prediction and the interval that a new row's target lies in; logistic: the chance and the interval
 *      of the chance, by way of its log odds.
 * Cost: O(columns²) a row.
 */
import { designBlock, type Design, type DesignBlock } from '../base/design.ts'
import { BLOCK_ROWS, shift } from './cross-products.ts'
import { normalQuantile, tQuantile } from './distributions.ts'

export interface Predictor {
  readonly kind: 'linear' | 'logistic'
  /** What is taken from each column. */
  readonly centers: readonly number[]
  readonly slopes: readonly number[]
  /** The prediction (logistic: the log odds) at the centres. */
  readonly level: number
  /** (columns + 1)², row-major: the covariance of the level and the slopes; none where errors are not known. */
  readonly covariance?: readonly number[]
  /** Of a single target about its mean; 0 where the interval is that of the mean. */
  readonly variance: number
  /** Intervals are those of t with so many degrees of freedom; of the normal distribution where there are none. */
  readonly df?: number
}

export interface Predictions {
  readonly predicted: Float64Array
  /** None where errors are not known. */
  readonly bounds: { readonly lower: Float64Array; readonly upper: Float64Array } | undefined
}

/** @param level of the intervals, 0 … 1 */
export function predictions(design: Design, predictor: Predictor, level: number): Predictions {
  const { centers, slopes, covariance, variance, df, kind } = predictor
  const reach = df === undefined ? normalQuantile(1 - level) : tQuantile(1 - level, df)
  const predicted = new Float64Array(design.rows)
  const lower = new Float64Array(covariance === undefined ? 0 : design.rows)
  const upper = new Float64Array(lower.length)
  const block = designBlock(design, BLOCK_ROWS, false)
  const from = new Float64Array(slopes.length + 1)
  from[0] = 1
  const shown = kind === 'logistic' ? chance : (score: number) => score
  for (let start = 0; start < design.rows; start += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - start)
    design.fill(start, rows, block)
    const scores = predicted.subarray(start, start + rows).fill(predictor.level)
    for (let j = 0; j < slopes.length; j++) {
      shift(block, j, rows, -(centers[j] as number))
      addMultiple(scores, block, j, slopes[j] as number)
    }
    for (let i = 0; i < rows; i++) {
      const score = scores[i] as number
      scores[i] = shown(score)
      if (covariance === undefined) continue
      for (let j = 0; j < slopes.length; j++) from[j + 1] = block.high[j * block.capacity + i] as number
      const half = reach * Math.sqrt(Math.max(variance + quadraticForm(covariance, from), 0))
      lower[start + i] = shown(score - half)
      upper[start + i] = shown(score + half)
    }
  }
  return { predicted, bounds: covariance === undefined ? undefined : { lower, upper } }
}

function addMultiple(to: Float64Array, { high, capacity }: DesignBlock, j: number, factor: number): void {
  const from = j * capacity
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (high[from + i] as number)
}

/** 1 / (1 + exp(−score)). */
export function chance(score: number): number {
  return score >= 0 ? 1 / (1 + Math.exp(-score)) : Math.exp(score) / (1 + Math.exp(score))
}

/** xᵀ M x. @param matrix row-major */
export function quadraticForm(matrix: ArrayLike<number>, at: Float64Array): number {
  const size = at.length
  let form = 0
  for (let j = 0; j < size; j++) {
    let sum = 0
    for (let k = 0; k < size; k++) sum += (matrix[j * size + k] as number) * (at[k] as number)
    form += sum * (at[j] as number)
  }
  return form
}
