/**
 * Texts to words: runs of letters and digits in lower case, as numbers.
 *
 * In:  texts in UTF-8, packed or as one cell of each line of a CSV file; how many code points a word must have.
 * Out: for each text the numbers of its words in their order, and the vocabulary that they count in; the scripts of all
 *      letters, by which it is told whether words stand apart at all.
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
  /** Of all runs. */
  readonly scripts: Scripts
}

/** How many characters there are: of words but for the digits 0 to 9, and of scripts that set no blanks between words. */
export interface Scripts {
  readonly letters: number
  readonly han: number
  readonly kana: number
  readonly thai: number
}

export const NO_SCRIPTS: Scripts = { letters: 0, han: 0, kana: 0, thai: 0 }

/** @param least code points of a word, at least 1 */
export type WordKernel = (texts: TextBlock, least: number) => WordBlock
