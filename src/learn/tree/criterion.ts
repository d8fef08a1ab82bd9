/**
 * How mixed the rows of a node are: the measure that a split brings down.
 *
 * gini     1 − Σ p², the chance that two rows drawn from the node differ in class
 * entropy  −Σ p log₂ p, in bits
 * mse      the variance of a number, in squared units of the target
 */
export type Criterion = 'gini' | 'entropy' | 'mse'

export function impurityOf(criterion: 'gini' | 'entropy', weights: ArrayLike<number>): number {
  let total = 0
  for (let c = 0; c < weights.length; c++) total += weights[c] as number
  if (total === 0) return 0
  return criterion === 'gini' ? gini(weights, total) : entropy(weights, total)
}

/** 1 − Σw²/W², in scikit-learn's order of operations. */
export function gini(weights: ArrayLike<number>, total: number): number {
  let squares = 0
  for (let c = 0; c < weights.length; c++) squares += (weights[c] as number) * (weights[c] as number)
  return 1 - squares / (total * total)
}

/** −Σ (w/W) log₂(w/W), in scikit-learn's order of operations: its logarithm is ln x / ln 2. */
export function entropy(weights: ArrayLike<number>, total: number): number {
  let bits = 0
  for (let c = 0; c < weights.length; c++) {
    const weight = weights[c] as number
    if (weight > 0) bits -= (weight / total) * (Math.log(weight / total) / Math.LN2)
  }
  return bits
}

/** A score counts as higher only by more than this part of it. */
const MARGIN = 1e-12

/** What a score must be above to be better than the best so far by more than rounding can make. */
export function reach(best: number): number {
  return best === -Infinity ? best : best + MARGIN * Math.abs(best)
}

export function isBetter(score: number, best: number): boolean {
  return score > reach(best)
}
