/**
 * Numbers of twice the digits: the unevaluated sum of two doubles, about 32 decimal digits.
 *
 * In:  doubles, or such pairs.
 * Out: pairs, of which the low part is at most half a unit in the last place of the high one.
 * Cost: an addition or multiplication is 10 to 30 operations on doubles.
 *
 * Dekker, "A floating-point technique for extending the available precision", Numerische Mathematik 18, 1971;
 * Hida, Li, Bailey, "Algorithms for quad-double precision floating point arithmetic", ARITH 2001.
 * Numbers past 1e290 overflow in the splitting: what comes out is then NaN, never a wrong number.
 */
export interface Pair {
  readonly high: number
  readonly low: number
}

const SPLITTER = 134217729 // 2²⁷ + 1

const ZERO: Pair = { high: 0, low: 0 }

export function pair(high = 0, low = 0): Pair {
  return { high, low }
}

/** What rounding took from a · b. */
export function productError(a: number, b: number): number {
  const product = a * b
  const aSplit = SPLITTER * a
  const aHigh = aSplit - (aSplit - a)
  const aLow = a - aHigh
  const bSplit = SPLITTER * b
  const bHigh = bSplit - (bSplit - b)
  const bLow = b - bHigh
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
}

/** What rounding took from a + b. */
function sumError(a: number, b: number): number {
  const sum = a + b
  const bRounded = sum - a
  return a - (sum - bRounded) + (b - bRounded)
}

export function add(a: Pair, b: Pair): Pair {
  const high = a.high + b.high
  return normalized(high, sumError(a.high, b.high) + (a.low + b.low))
}

export function subtract(a: Pair, b: Pair): Pair {
  return add(a, { high: -b.high, low: -b.low })
}

export function multiply(a: Pair, b: Pair): Pair {
  return normalized(a.high * b.high, productError(a.high, b.high) + (a.high * b.low + a.low * b.high))
}

export function divide(a: Pair, b: Pair): Pair {
  const first = a.high / b.high
  const rest = subtract(a, multiply(b, pair(first)))
  const second = rest.high / b.high
  const last = subtract(rest, multiply(b, pair(second))).high / b.high
  return add(normalized(first, second), pair(last))
}

/** @param a ≥ 0 */
export function squareRoot(a: Pair): Pair {
  if (a.high <= 0) return ZERO
  const first = Math.sqrt(a.high)
  const rest = subtract(a, multiply(pair(first), pair(first)))
  return normalized(first, rest.high / (2 * first))
}

export function value(a: Pair): number {
  return a.high + a.low
}

/** A pair of |high| ≥ |low| as one whose low part is what rounding takes from their sum. */
function normalized(high: number, low: number): Pair {
  const sum = high + low
  return { high: sum, low: low - (sum - high) }
}

/** A sum of many terms, carried as a pair. */
export class PairSum {
  high = 0
  low = 0

  add(term: number): void {
    const sum = this.high + term
    this.low += sumError(this.high, term)
    this.high = sum
  }

  addPair(high: number, low: number): void {
    const sum = this.high + high
    const rest = this.low + (sumError(this.high, high) + low)
    this.high = sum + rest
    this.low = rest - (this.high - sum)
  }

  addProduct(a: number, b: number): void {
    this.addPair(a * b, productError(a, b))
  }

  addPairProduct(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
    this.addPair(aHigh * bHigh, productError(aHigh, bHigh) + (aHigh * bLow + aLow * bHigh))
  }

  get value(): number {
    return this.high + this.low
  }

  get pair(): Pair {
    return normalized(this.high, this.low)
  }
}

/**
 * What a double lacks of the decimal number that it was read from: the exact decimal less the double.
 *
 * A decimal of up to 15 digits is the shortest text of the double next to it, so the double itself still tells
 * which decimal it stands for. One whose shortest text has more digits stands for itself.
 */
export function decimalTail(double: number): number {
  return tailOf(double) ?? 0
}

/**
 * Those of a column; all 0 where one of its numbers stands for itself. Such a column comes from a calculation: to take
 * some of its numbers for decimals and others not would leave it neither what it says nor what was calculated.
 *
 * @param rows which of its numbers count; those of others are 0
 */
export function decimalTails(column: Float64Array, rows: Iterable<number> = column.keys()): Float64Array {
  const tails = new Float64Array(column.length)
  for (const row of rows) {
    const tail = tailOf(column[row] as number)
    if (tail === undefined) return new Float64Array(column.length)
    tails[row] = tail
  }
  return tails
}

/** Undefined where the double stands for itself and is not a whole number. */
function tailOf(double: number): number | undefined {
  if (Number.isInteger(double)) return 0
  const [, whole = '', fraction = '', exponent = '0'] =
    /^-?(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(double)) ?? []
  const digits = Number(whole + fraction)
  const places = fraction.length - Number(exponent)
  if (digits > 999999999999999 || places < 1 || places > 22) return undefined
  const power = 10 ** places
  const size = Math.abs(double)
  const product = size * power
  const rest = digits - product - productError(size, power)
  return (double < 0 ? 0 - rest : rest) / power
}
