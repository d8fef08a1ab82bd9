/** Made series: seeded noise, lines, seasons, and simulations of models with known parameters. */
import { RandomState } from '../../../src/base/random.ts'

/** n numbers of a standard normal distribution (Box & Muller). */
export function noise(n: number, seed: number): Float64Array {
  const random = new RandomState(seed)
  return Float64Array.from({ length: n }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random.random()))
    return radius * Math.cos(2 * Math.PI * random.random())
  })
}

export function line(n: number, from: number, slope: number): Float64Array {
  return Float64Array.from({ length: n }, (_, t) => from + slope * t)
}

/** A pattern over and over. */
export function repeated(n: number, pattern: readonly number[]): Float64Array {
  return Float64Array.from({ length: n }, (_, t) => pattern[t % pattern.length] as number)
}

/** Sales of a shop by month: a trend, a season that grows with it, noise. */
export function sales(n: number, seed: number, growth = 0.01, sd = 0.05): Float64Array {
  const e = noise(n, seed)
  return Float64Array.from(e, (error, t) => {
    const season = 1 + 0.3 * Math.sin((2 * Math.PI * t) / 12)
    return 200 * (1 + growth) ** t * season * Math.exp(sd * error)
  })
}

/** ETS(A,A,A) without a season where gamma is 0: what the model says, with errors of the given deviation. */
export function simulated(
  n: number,
  seed: number,
  { alpha, beta, gamma, m, sd }: { alpha: number; beta: number; gamma: number; m: number; sd: number },
): Float64Array {
  const e = noise(n, seed)
  let level = 100
  let slope = beta === 0 ? 0 : 0.5
  const season = Float64Array.from({ length: m }, (_, i) =>
    m === 1 ? 0 : 15 * Math.sin((2 * Math.PI * i) / m),
  )
  return e.map((error, t) => {
    const place = t % m
    const value = level + slope + (season[place] as number) + sd * error
    level += slope + alpha * sd * error
    slope += beta * sd * error
    season[place] = (season[place] as number) + gamma * sd * error
    return value
  })
}

export function expectNear(got: ArrayLike<number>, want: ArrayLike<number>, part: number): void {
  const scale = Math.max(1e-300, ...Array.from(want, Math.abs))
  const worst = Math.max(...Array.from(got, (value, i) => Math.abs(value - (want[i] as number)) / scale))
  if (got.length !== want.length || !(worst <= part)) {
    throw new Error(`off by ${worst} of the largest; at most ${part} was asked`)
  }
}
