/**
 * Texts to words: runs of letters and digits in lower case, as numbers.
 *
 * In:  texts in UTF-8, packed or as one cell of each line of a CSV file; how many code points a word must have.
 * Out: for each text the numbers of its words in their order, and the vocabulary that they count in.
 * Cost: one pass; some 3 ns a byte where letters are ASCII. No string is made.
 *
 * A word is what `(?u)\b\w\w+\b` finds in the lower-cased text in Python (base/letters.ts): a longest run of `\w`. Lower
 * case is that of Python too: Σ is ς at the end of a word, and İ becomes an i and a combining dot, which ends it.
 */
import type { TextBlock } from '../base/packed-texts.ts'
import type { PackedTokens } from './token-table.ts'

export interface WordBlock {
  /** The different words, in the order of their numbers, which is that of their first appearance. */
  readonly vocabulary: PackedTokens
  /** The words of all texts, one after another, by number; over shared memory. */
  readonly tokens: Int32Array
  /** For each text, where its words end; over shared memory. */
  readonly ends: Int32Array
  /** Runs that were too short for a word. */
  readonly short: number
}

/** @param least code points of a word, at least 1 */
export type WordKernel = (texts: TextBlock, least: number) => WordBlock
