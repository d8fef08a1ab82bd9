/**
 * Fisher's exact test over WASM: the promises of kernels/fisher.ts, by the formulae of plain-fisher.ts, operation by operation.
 *
 * In:  room(), the counts written where the exported places say, then run(). Out: p-values at `values`.
 *
 * The logarithms are those of JavaScript, so that all digits are.
 */
import { int, ints, reserve, reset } from './parts/stack'

@external('math', 'log')
declare function log(x: f64): f64
@external('math', 'log1p')
declare function log1p(x: f64): f64
@external('math', 'exp')
declare function exp(x: f64): f64

/** Baskets with the left side, with the right side, with both. */
export let lefts: usize = 0
export let rights: usize = 0
export let boths: usize = 0
export let values: usize = 0

export function room(rules: i32): void {
  reset()
  lefts = ints(rules)
  rights = ints(rules)
  boths = ints(rules)
  values = reserve((<u64>rules) << 3)
}

export function run(baskets: i32, rules: i32): void {
  for (let i = 0; i < rules; i++) {
    const p = fisherGreater(baskets, int(lefts, i), int(rights, i), int(boths, i))
    store<f64>(values + ((<usize>i) << 3), p)
  }
}

function fisherGreater(baskets: f64, left: f64, right: f64, both: f64): f64 {
  if (left > right) return fisherGreater(baskets, right, left, both)
  const least = max<f64>(0, left + right - baskets)
  if (both <= least) return 1
  const most = min(left, right)
  if (both > most) return 0
  if (both > (left * right) / baskets) {
    return min<f64>(1, density(baskets, left, right, both) * sumUp(baskets, left, right, both, most))
  }
  const below = density(baskets, left, right, both - 1) * sumDown(baskets, left, right, both - 1, least)
  return max<f64>(0, 1 - below)
}

/** Σ P(X = k) / P(X = from) over k ≥ from. */
function sumUp(n: f64, left: f64, right: f64, from: f64, most: f64): f64 {
  let sum: f64 = 1
  let term: f64 = 1
  for (let k = from; k < most && term > sum * f64.EPSILON; k++) {
    term *= ((left - k) / (k + 1)) * ((right - k) / (n - left - right + k + 1))
    sum += term
  }
  return sum
}

/** Σ P(X = k) / P(X = from) over k ≤ from. */
function sumDown(n: f64, left: f64, right: f64, from: f64, least: f64): f64 {
  let sum: f64 = 1
  let term: f64 = 1
  for (let k = from; k > least && term > sum * f64.EPSILON; k--) {
    term *= (k / (left - k + 1)) * ((n - left - right + k) / (right - k + 1))
    sum += term
  }
  return sum
}

/** P(X = k): of n baskets `right` hold the right side, `left` are drawn, k of those hold it. */
function density(n: f64, left: f64, right: f64, k: f64): f64 {
  const p = left / n
  const q = (n - left) / n
  return exp(
    logBinomial(k, right, p, q) + logBinomial(left - k, n - right, p, q) - logBinomial(left, n, p, q),
  )
}

/** ln of the binomial probability of x in n. */
function logBinomial(x: f64, n: f64, p: f64, q: f64): f64 {
  if (p == 0) return x == 0 ? 0 : -Infinity
  if (q == 0) return x == n ? 0 : -Infinity
  if (x == 0) return n == 0 ? 0 : p < 0.1 ? -deviance(n, n * q) - n * p : n * log(q)
  if (x == n) return q < 0.1 ? -deviance(n, n * p) - n * q : n * log(p)
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q)
  return exponent - 0.5 * (log(2 * Math.PI) + log(x) + log1p(-x / n))
}

/** x ln(x/m) + m − x, also where x and m are close. */
function deviance(x: f64, mean: f64): f64 {
  const apart = x - mean
  if (abs(apart) < 0.1 * (x + mean)) {
    const v = apart / (x + mean)
    let sum = apart * v
    let term = 2 * x * v
    for (let j: f64 = 1; j < 1000; j++) {
      term *= v * v
      const next = sum + term / (2 * j + 1)
      if (next == sum) break
      sum = next
    }
    return sum
  }
  return x * log(x / mean) - apart
}

/** ln(n!) minus Stirling's formula; from 16 on by its series. */
function stirlingError(n: f64): f64 {
  if (n < 16) return unchecked(SMALL_ERRORS[<i32>n])
  const square = n * n
  return (
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / 1188.0 / square) / square) / square) / square) /
    n
  )
}

const SMALL_ERRORS: StaticArray<f64> = [
  0, 0.08106146679532726, 0.0413406959554093, 0.02767792568499834, 0.020790672103765093, 0.016644691189821193,
  0.013876128823070748, 0.01189670994589177, 0.010411265261972096, 0.009255462182712733, 0.00833056343336287,
  0.007573675487951841, 0.00694284010720953, 0.006408994188004207, 0.0059513701127588475,
  0.005554733551962801,
]
