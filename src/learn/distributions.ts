/**
 * Tail probabilities and quantiles of the distributions that tests of significance use.
 *
 * In:  a statistic and degrees of freedom.
 * Out: the probability beyond it, to about 1e-13 of itself however small, or the statistic for a probability.
 * Cost: some tens of steps; a few thousand where both degrees of freedom are in the millions.
 *
 * The incomplete beta function is the continued fraction of DiDonato & Morris, "Algorithm 708", ACM TOMS 18(3),
 * 1992, by the method of Lentz (1976); the incomplete gamma function its series or continued fraction (Abramowitz &
 * Stegun 6.5.29 and 6.5.31). What stands before them is taken from logarithms in which the large terms have been
 * cancelled by hand. The normal distribution is that of χ² with one degree of freedom.
 */

/** Terms of Stirling's series: Abramowitz & Stegun 6.1.41. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156]
const HALF_LOG_TWO_PI = 0.9189385332046728
/** From here on seven terms of the series are enough. */
const STIRLING_FROM = 10
const LEAST = 1e-300
const EPSILON = 1.1e-16
const MOST_STEPS = 200_000

/** P(|T| ≥ |t|) of Student's distribution. @param df > 0 */
export function tTwoSided(t: number, df: number): number {
  const square = t * t
  if (square === Infinity) return 0
  return betaFraction(df / (df + square), square / (df + square), df / 2, 0.5)
}

/** P(F ≥ f). @param f ≥ 0 */
export function fTail(f: number, df1: number, df2: number): number {
  if (f <= 0) return 1
  if (f === Infinity) return 0
  const scaled = df1 * f
  if (scaled === Infinity) return 0
  return betaFraction(df2 / (df2 + scaled), scaled / (df2 + scaled), df2 / 2, df1 / 2)
}

/** P(χ² ≥ x). */
export function chiSquareTail(x: number, df: number): number {
  return x <= 0 ? 1 : upperGamma(df / 2, x / 2)
}

/** P(|Z| ≥ |z|) of the standard normal distribution. */
export function normalTwoSided(z: number): number {
  return z === 0 ? 1 : upperGamma(0.5, (z * z) / 2)
}

/** The t that is exceeded in size with this probability. @param two-sided, 0 < p < 1 */
export function tQuantile(twoSided: number, df: number): number {
  const density = (t: number) =>
    Math.exp(-logBeta(df / 2, 0.5) - 0.5 * Math.log(df) - ((df + 1) / 2) * Math.log1p((t * t) / df))
  return quantile(twoSided, (t) => tTwoSided(t, df), density)
}

/** The z that is exceeded in size with this probability. @param two-sided, 0 < p < 1 */
export function normalQuantile(twoSided: number): number {
  return quantile(twoSided, normalTwoSided, (z) => Math.exp(-(z * z) / 2 - HALF_LOG_TWO_PI))
}

/** Newton's steps on the logarithm of the tail, which is concave, kept between bounds that close in. */
function quantile(p: number, tail: (x: number) => number, density: (x: number) => number): number {
  let low = 0
  let high = 1
  while (tail(high) > p) {
    low = high
    high *= 2
  }
  let x = (low + high) / 2
  for (let step = 0; step < 200; step++) {
    const here = tail(x)
    if (here > p) low = x
    else high = x
    const newton = x + (Math.log(here / p) * here) / (2 * density(x))
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - x) <= 2e-16 * x) return next
    x = next
  }
  return x
}

/** I_x(a, b), the incomplete beta function over the whole. @param y is 1 − x, given so that neither is rounded */
function betaFraction(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (y <= 0) return 1
  // The fraction is quick on this side of the mean.
  if (b * x > a * y) return 1 - betaFraction(y, x, b, a)
  const front = Math.exp(a * log(x, y) + b * log(y, x) - logBeta(a, b))
  return front * betaContinued(x, y, a, b)
}

/** log x of x + y = 1, from whichever is the smaller. */
function log(x: number, y: number): number {
  return y < 0.5 ? Math.log1p(-y) : Math.log(x)
}

/** TOMS 708, BFRAC: by the method of Lentz. */
function betaContinued(x: number, y: number, a: number, b: number): number {
  // Not a − (a + b) · x, which loses all digits where a is large.
  const c = 1 + (a * y - b * x)
  const c0 = b / a
  const c1 = 1 + 1 / a
  const y1 = y + 1
  let n = 0
  let p = 1
  let s = a + 1
  let an = 0
  let bn = 1
  let anp1 = 1
  let bnp1 = c / c1
  let r = c1 / c
  for (; n < MOST_STEPS;) {
    n++
    const t = n / a
    const w = n * (b - n) * x
    const e0 = a / s
    const alpha = p * (p + c0) * e0 * e0 * (w * x)
    const e = (1 + t) / (c1 + t + t)
    const beta = n + w / s + e * (c + n * y1)
    p = 1 + t
    s += 2
    const anNext = alpha * an + beta * anp1
    an = anp1
    anp1 = anNext
    const bnNext = alpha * bn + beta * bnp1
    bn = bnp1
    bnp1 = bnNext
    const before = r
    r = anp1 / bnp1
    if (Math.abs(r - before) <= EPSILON * r) break
    an /= bnp1
    bn /= bnp1
    anp1 = r
    bnp1 = 1
  }
  return r
}

/** log Γ(a)Γ(b)/Γ(a + b). */
function logBeta(a: number, b: number): number {
  const small = Math.min(a, b)
  const large = Math.max(a, b)
  if (large < STIRLING_FROM) return logGamma(a) + logGamma(b) - logGamma(a + b)
  // log Γ(large) − log Γ(large + small), with the terms of large · log large cancelled.
  const ratio = small - small * Math.log(large) - (large + small - 0.5) * Math.log1p(small / large)
  return logGamma(small) + ratio + stirling(large) - stirling(large + small)
}

/** log Γ(x) for x > 0. */
function logGamma(x: number): number {
  let shifted = x
  let product = 1
  while (shifted < STIRLING_FROM) product *= shifted++
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + stirling(shifted) - Math.log(product)
  )
}

/** What Stirling's formula lacks of log Γ(x). */
function stirling(x: number): number {
  const square = x * x
  let sum = 0
  for (let i = STIRLING.length - 1; i >= 0; i--) sum = sum / square + (STIRLING[i] as number)
  return sum / x
}

/** Q(a, x), the upper incomplete gamma function over the whole. */
function upperGamma(a: number, x: number): number {
  if (x === Infinity) return 0
  // Apart where nothing overflows: the exponential of a sum has the sum's rounding in all of its digits.
  const front =
    a < 80 && x < 700
      ? (Math.exp(-x) * x ** a) / Math.exp(logGamma(a))
      : Math.exp(a * Math.log(x) - x - logGamma(a))
  if (x < a + 1) return 1 - front * lowerSeries(a, x)
  return front * upperContinued(a, x)
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n < MOST_STEPS; n++) {
    term *= x / (a + n)
    sum += term
    if (term <= EPSILON * sum) break
  }
  return sum
}

function upperContinued(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / LEAST
  let d = 1 / b
  let h = d
  for (let n = 1; n < MOST_STEPS; n++) {
    const an = -n * (n - a)
    b += 2
    d = 1 / away(an * d + b)
    c = away(b + an / c)
    const step = d * c
    h *= step
    if (Math.abs(step - 1) <= EPSILON) break
  }
  return h
}

function away(value: number): number {
  return Math.abs(value) < LEAST ? LEAST : value
}
