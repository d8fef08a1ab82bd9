/**
 * Sets of baskets as bits, a basket a bit: which of them are in both of two sets, and how many that is.
 *
 * All sets lie in one arena of 32-bit words, a multiple of four words each, so that a set is whole vectors. A place in the
 * arena is the number of a word, a multiple of four for a set. Who makes sets decides where they lie and calls
 * `reserve` before; nothing is freed.
 *
 * A basket that stands for several alike weighs as much as they do: all bits of a word weigh the same, and `weights`
 * is the place of as many words as a set has, each the weight of its bits; −1 where every bit weighs 1.
 *
 * plain-bitsets.ts says in plain TypeScript what wasm-bitsets.ts does with SIMD; they agree in every word.
 */
export interface Bitsets {
  /** The arena. Growing it makes a new view, so it is asked for again after `reserve`. */
  readonly words: Uint32Array
  /** Makes room for so many words; what lies in the arena stays. */
  reserve(words: number): void
  /**
   * Meets one set with each of several that lie one behind the other, and keeps those meetings that weigh enough.
   *
   * @param one     a set of `length` words
   * @param others  `count` sets of `length` words, the first one's place
   * @param target  where the meetings that are kept go, one behind the other; room for all of them
   * @param kept    2 × count words: for each meeting kept the number of the other set (0 … count−1) and its weight
   * @returns how many are kept
   */
  meet(
    one: number,
    others: number,
    count: number,
    length: number,
    weights: number,
    least: number,
    target: number,
    kept: number,
  ): number
  /**
   * Whether a set lies within one of several.
   *
   * @param others  place of `count` words, each the place of a set of `length` words
   */
  isWithinAny(one: number, others: number, count: number, length: number): boolean
  /** Whether a set meets one of several in baskets that weigh enough. Arguments as above. */
  meetsAny(
    one: number,
    others: number,
    count: number,
    length: number,
    weights: number,
    least: number,
  ): boolean
  /**
   * A set over fewer baskets: bit b of the result is bit from[b] of the set.
   *
   * @param from    place of 32 × length words, each the number of a bit, or 0xffffffff for a bit that is never set
   * @param length  words of the result
   */
  narrow(set: number, from: number, length: number, target: number): void
}

export const NO_BIT = 0xffffffff
