/**
 * The best cut of sorted rows by gini where all rows weigh 1: the innermost loop of CART.
 *
 * In:  the keys of a node's rows (orders.ts), ascending; how many rows of each class there are.
 * Out: what SplitSearch would find with groups and sides, to the last bit: counts and their squares are whole numbers,
 *      so sums of them are exact in any order.
 * Cost: O(n), no memory.
 */
import { reach } from './criterion.ts'

export interface Cut {
  readonly score: number
  readonly missing: 0 | 1
  /** The ranks at both sides; `above` is `width` where only missing values lie right. */
  readonly below: number
  readonly above: number
}

/** More than rounding makes of a score, as a part of it. */
const CLOSE = 1e-13

export class ExactCut {
  readonly #minLeaf: number
  readonly #shift: number
  readonly #left: Float64Array
  readonly #missing: Int32Array

  /** @param shift bits of a class in a key */
  constructor(classes: number, shift: number, minLeaf: number) {
    this.#minLeaf = minLeaf
    this.#shift = shift
    this.#left = new Float64Array(classes)
    this.#missing = new Int32Array(classes)
  }

  /** @param counts of the node by class @param width the rank of a missing value */
  best(keys: Uint32Array, counts: Float64Array, width: number): Cut | undefined {
    const present = this.#countMissing(keys, width)
    const right = this.#pass(keys, present, counts, false, -Infinity)
    if (present === keys.length) {
      if (right.cut < 0) return undefined
      return this.#cutOf(keys, right, present, width, right.cut > present - right.cut ? 0 : 1)
    }
    const left = this.#pass(keys, present, counts, true, right.score)
    if (left.cut >= 0) return this.#cutOf(keys, left, present, width, 0)
    return right.cut < 0 ? undefined : this.#cutOf(keys, right, present, width, 1)
  }

  /** @returns how many rows have a value: those without are the last ones */
  #countMissing(keys: Uint32Array, width: number): number {
    const shift = this.#shift
    const mask = (1 << shift) - 1
    const missing = this.#missing.fill(0)
    let present = keys.length
    for (; present > 0 && (keys[present - 1] as number) >>> shift === width; present--) {
      const code = (keys[present - 1] as number) & mask
      missing[code] = (missing[code] as number) + 1
    }
    return present
  }

  #cutOf(
    keys: Uint32Array,
    { score, cut }: { readonly score: number; readonly cut: number },
    present: number,
    width: number,
    missing: 0 | 1,
  ): Cut {
    const below = (keys[cut - 1] as number) >>> this.#shift
    return { score, missing, below, above: cut === present ? width : (keys[cut] as number) >>> this.#shift }
  }

  /** @returns the best score above `toBeat`, and the place that the right side starts at; −1: there is none */
  #pass(
    keys: Uint32Array,
    present: number,
    counts: Float64Array,
    missingLeft: boolean,
    toBeat: number,
  ): { score: number; cut: number } {
    const shift = this.#shift
    const mask = (1 << shift) - 1
    const minLeaf = this.#minLeaf
    const total = keys.length
    const left = this.#left.fill(0)
    let leftSquares = 0
    let rightSquares = 0
    for (let c = 0; c < counts.length; c++) rightSquares += (counts[c] as number) * (counts[c] as number)
    if (missingLeft) {
      for (let c = 0; c < left.length; c++) {
        const rows = this.#missing[c] as number
        left[c] = rows
        leftSquares += rows * rows
        rightSquares -= rows * (2 * (counts[c] as number) - rows)
      }
    }
    // Rows at the left are those before p, and the missing where they are there too.
    const before = missingLeft ? present - total : 0
    // After the last value only missing values are at the right.
    const last = !missingLeft && present < total ? present : present - 1
    let score = toBeat
    let toReach = reach(score)
    let nearly = toReach - CLOSE * Math.abs(toReach)
    let cut = -1
    for (let p = 0; p < last;) {
      const key = keys[p++] as number
      const code = key & mask
      const rows = left[code] as number
      left[code] = rows + 1
      leftSquares += 2 * rows + 1
      rightSquares -= 2 * ((counts[code] as number) - rows) - 1
      const leftRows = p - before
      const rightRows = total - leftRows
      // Nearly every place is far from the best cut, which is seen without a division; whether it is a cut at all, the
      // last row of its value, is asked after that, for that can't be foreseen.
      if (leftSquares * rightRows + rightSquares * leftRows < nearly * leftRows * rightRows) continue
      if (p < present && (keys[p] as number) >>> shift === key >>> shift) continue
      if (leftRows < minLeaf || rightRows < minLeaf) continue
      const scored = leftSquares / leftRows + rightSquares / rightRows
      if (!(scored > toReach)) continue
      score = scored
      toReach = reach(score)
      nearly = toReach - CLOSE * Math.abs(toReach)
      cut = p
    }
    return { score, cut }
  }
}
