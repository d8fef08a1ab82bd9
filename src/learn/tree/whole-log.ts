/**
 * The natural logarithm of a whole number to the nearest double.
 *
 * Math.log may be off by the last bit, and is in other places than the logarithm of other programs. Where two sums of
 * logarithms are equal on paper that bit decides which one is larger; the nearest double is what they agree on.
 */

/** Larger ones are left to Math.log: a table that large has no exact ties to speak of. */
const LARGEST = 4096
const logs = new Float64Array(LARGEST + 1)

/** @param n above 0 */
export function logOf(n: number): number {
  if (n > LARGEST || !Number.isInteger(n)) return Math.log(n)
  const known = logs[n] as number
  if (known !== 0 || n === 1) return known
  return (logs[n] = nearestLog(n))
}

/** Binary digits after the point. */
const DIGITS = 128n
const LN2 = twiceArtanh(1n, 3n)

/** ln n = k ln 2 + 2 artanh((m − 1) / (m + 1)), n = 2ᵏ m, m from 1 to 2. */
function nearestLog(n: number): number {
  const k = Math.floor(Math.log2(n))
  const power = 2n ** BigInt(k)
  const scaled = BigInt(k) * LN2 + twiceArtanh(BigInt(n) - power, BigInt(n) + power)
  return Number(scaled) / 2 ** Number(DIGITS)
}

/** 2 artanh(a / b) = 2 (a/b + (a/b)³/3 + …), in units of 2⁻¹²⁸. */
function twiceArtanh(a: bigint, b: bigint): bigint {
  let power = ((2n << DIGITS) * a) / b
  let sum = 0n
  for (let i = 1n; power !== 0n; i += 2n) {
    sum += power / i
    power = (power * a * a) / (b * b)
  }
  return sum
}
