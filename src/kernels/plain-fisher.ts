/**
 * Fisher's exact test of a rule in plain TypeScript.
 *
 * In:  the baskets, those with the left side, those with the right side, those with both.
 * Out: P(X ≥ both) for X hypergeometric: the one-sided p-value, as R's fisher.test(alternative = "greater") and arules'
 *      fishersExactTest give it. To about 13 digits, for any number of baskets.
 * Cost: one density, and terms of the tail until they no longer count.
 *
 * Density: Loader, "Fast and accurate computation of binomial probabilities", 2000, which keeps its digits where the
 * logarithms of factorials lose them. Tail: the ratio of a term to the one before is rational.
 */
import type { FisherKernel } from './fisher.ts'

export const plainFisher: FisherKernel = (baskets, left, right, both) =>
  Float64Array.from(both, (x, i) => fisherGreater(baskets, left[i] as number, right[i] as number, x))

export function fisherGreater(baskets: number, left: number, right: number, both: number): number {
  // Both sides play the same part; which is which must not show in the last digit.
  if (left > right) return fisherGreater(baskets, right, left, both)
  const least = Math.max(0, left + right - baskets)
  if (both <= least) return 1
  const most = Math.min(left, right)
  if (both > most) return 0
  // The shorter tail is summed, so that no digits are lost to 1 − p.
  if (both > (left * right) / baskets) {
    return Math.min(1, density(baskets, left, right, both) * sumUp(baskets, left, right, both, most))
  }
  return Math.max(
    0,
    1 - density(baskets, left, right, both - 1) * sumDown(baskets, left, right, both - 1, least),
  )
}

/** Σ P(X = k) / P(X = from) over k ≥ from. */
function sumUp(n: number, left: number, right: number, from: number, most: number): number {
  let sum = 1
  let term = 1
  for (let k = from; k < most && term > sum * Number.EPSILON; k++) {
    term *= ((left - k) / (k + 1)) * ((right - k) / (n - left - right + k + 1))
    sum += term
  }
  return sum
}

/** Σ P(X = k) / P(X = from) over k ≤ from. */
function sumDown(n: number, left: number, right: number, from: number, least: number): number {
  let sum = 1
  let term = 1
  for (let k = from; k > least && term > sum * Number.EPSILON; k--) {
    term *= (k / (left - k + 1)) * ((n - left - right + k) / (right - k + 1))
    sum += term
  }
  return sum
}

/** P(X = k): of n baskets `right` hold the right side, `left` are drawn, k of those hold it. */
function density(n: number, left: number, right: number, k: number): number {
  const p = left / n
  const q = (n - left) / n
  const logs =
    logBinomial(k, right, p, q) + logBinomial(left - k, n - right, p, q) - logBinomial(left, n, p, q)
  return Math.exp(logs)
}

/** ln of the binomial probability of x in n. */
function logBinomial(x: number, n: number, p: number, q: number): number {
  if (p === 0) return x === 0 ? 0 : -Infinity
  if (q === 0) return x === n ? 0 : -Infinity
  if (x === 0) return n === 0 ? 0 : p < 0.1 ? -deviance(n, n * q) - n * p : n * Math.log(q)
  if (x === n) return q < 0.1 ? -deviance(n, n * p) - n * q : n * Math.log(p)
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q)
  return exponent - 0.5 * (Math.log(2 * Math.PI) + Math.log(x) + Math.log1p(-x / n))
}

/** x ln(x/m) + m − x, also where x and m are close. */
function deviance(x: number, mean: number): number {
  const apart = x - mean
  if (Math.abs(apart) < 0.1 * (x + mean)) {
    const v = apart / (x + mean)
    let sum = apart * v
    let term = 2 * x * v
    for (let j = 1; j < 1000; j++) {
      term *= v * v
      const next = sum + term / (2 * j + 1)
      if (next === sum) break
      sum = next
    }
    return sum
  }
  return x * Math.log(x / mean) - apart
}

/** ln(n!) minus Stirling's formula; from 16 on by its series. */
function stirlingError(n: number): number {
  if (n < 16) return SMALL_ERRORS[n] as number
  const square = n * n
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n
}

const SMALL_ERRORS: readonly number[] = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475,
  0.005554733551962801,
]
