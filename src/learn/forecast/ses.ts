/**
 * Simple exponential smoothing with its weight (and first level) by least squares: what Theta stands on.
 *
 * In:  n ≥ 1 numbers.
 * Out: the weight between 0.0001 and 0.9999 with the least squared one-step errors, and the level after the last.
 */
import { lowest } from './simplex.ts'

export interface Smoothed {
  readonly alpha: number
  /** Before the first period. */
  readonly first: number
  /** After the last. */
  readonly level: number
  readonly fitted: Float64Array
  /** Mean of the squared errors. */
  readonly variance: number
}

/** Weights to begin the search from: squares may have two valleys. */
const grid = [0.02, 0.08, 0.2, 0.35, 0.5, 0.65, 0.8, 0.92, 0.98]

/**
 * @param first the first level: the first value, as Theta takes it, or the best one. Squares are a parabola in it for
 *              any weight, so it needs no search.
 * @param given the weight; by default the best is searched for
 */
export function sesFit(y: Float64Array, first: 'first value' | 'best', given?: number): Smoothed {
  const n = y.length
  const alpha = given ?? bestWeight(y, first)
  const { level: begin, squares } = smooth(y, alpha, first)
  const fitted = new Float64Array(n)
  let level = begin
  for (let t = 0; t < n; t++) {
    fitted[t] = level
    level += alpha * ((y[t] as number) - level)
  }
  return { alpha, first: begin, level, fitted, variance: squares / n }
}

function bestWeight(y: Float64Array, first: 'first value' | 'best'): number {
  const pass = (alpha: number) => smooth(y, alpha, first)
  const squaresAt = (alpha: number) => (alpha < 1e-4 || alpha > 0.9999 ? Infinity : pass(alpha).squares)
  let start = 0.5
  let least = Infinity
  for (const alpha of grid) {
    const squares = squaresAt(alpha)
    if (squares < least) [start, least] = [alpha, squares]
  }
  const { x } = lowest((at) => squaresAt(at[0] as number), [start], [start > 0.9 ? -0.01 : 0.05], {
    tolerance: 1e-14 * least,
    evaluations: 120,
  })
  return x[0] as number
}

/** The first level, and the squared errors with it. */
function smooth(y: Float64Array, alpha: number, first: 'first value' | 'best') {
  const base = y[0] as number
  let level = base
  let squares = 0
  if (first === 'first value') {
    for (let t = 0; t < y.length; t++) {
      const error = (y[t] as number) - level
      squares += error * error
      level += alpha * error
    }
    return { level: base, squares }
  }
  // With the first level moved by s the error at t is e(t) − s (1 − α)^t.
  let decay = 1
  let products = 0
  let weights = 0
  for (let t = 0; t < y.length; t++) {
    const error = (y[t] as number) - level
    products += error * decay
    weights += decay * decay
    squares += error * error
    level += alpha * error
    decay *= 1 - alpha
  }
  const shift = products / weights
  return { level: base + shift, squares: Math.max(0, squares - shift * products) }
}
