/**
 * What Python makes of a code point: whether `\w` takes it, whether it is white space, what lower() turns it into; and
 * whether it is of a script that sets no blanks between words.
 *
 * In:  a code point.
 * Out: its facts, from tables of 256 code points each that are made when one of them is first asked for.
 *
 * Letters and digits are those of Unicode 14, which Python 3.11 knows: a Node that knows more would else part the same
 * text in other ways than the next one does. A surrogate, which no UTF-8 holds, is no letter.
 */

import { lengthAt, pointAt, startBefore } from './utf8.ts'

/** Bits of `factsOf`; the code point in lower case stands above them. */
export const WORD = 1
export const SPACE = 2
/** It is upper, lower or title case; case does not look past it. */
const CASED = 4
/** Case looks past it, as past an apostrophe. */
const CASE_IGNORABLE = 8
/** Two bits: the script of a letter that sets no blanks between words, one of those below; 0 for all others. */
export const SCRIPT_SHIFT = 4
export const HAN = 1
export const KANA = 2
export const THAI = 3
export const LOWER_SHIFT = 6

/** Their lower case depends on what stands around, or is two code points: i and a dot above. */
export const CAPITAL_SIGMA = 0x3a3
const FINAL_SIGMA = 0x3c2
export const CAPITAL_I_WITH_DOT = 0x130
export const DOT_ABOVE = 0x307

const pages: (Int32Array | undefined)[] = []

/** @param point 0 … 0x10ffff */
export function factsOf(point: number): number {
  return pageOfFacts(point >> 8)[point & 255] as number
}

/** The facts of 256 code points. */
export function pageOfFacts(page: number): Int32Array {
  return (pages[page] ??= madePage(page))
}

function madePage(page: number): Int32Array {
  const facts = new Int32Array(256)
  for (let i = 0; i < 256; i++) facts[i] = madeFacts(page * 256 + i)
  return facts
}

function madeFacts(point: number): number {
  if (point >= 0xd800 && point < 0xe000) return point << LOWER_SHIFT
  if (isYoung(point)) return point << LOWER_SHIFT
  const letter = String.fromCodePoint(point)
  const lower = point === CAPITAL_I_WITH_DOT ? 0x69 : (letter.toLowerCase().codePointAt(0) as number)
  return (
    (/[\p{L}\p{N}_]/u.test(letter) ? WORD : 0) |
    (isSpace(point) ? SPACE : 0) |
    (/\p{Cased}/u.test(letter) ? CASED : 0) |
    (/\p{Case_Ignorable}/u.test(letter) ? CASE_IGNORABLE : 0) |
    (scriptOf(letter) << SCRIPT_SHIFT) |
    (lower << LOWER_SHIFT)
  )
}

function scriptOf(letter: string): number {
  if (/\p{Script=Han}/u.test(letter)) return HAN
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter)) return KANA
  return /\p{Script=Thai}/u.test(letter) ? THAI : 0
}

/** Python's str.isspace: the separators of JavaScript, four control characters more and no byte order mark. */
function isSpace(point: number): boolean {
  if (point === 0xfeff) return false
  return (point >= 0x1c && point <= 0x1f) || point === 0x85 || /\s/u.test(String.fromCodePoint(point))
}

/** Letters and digits that came with Unicode 15 to 17: first and last of each range. */
const youngRanges =
  '88f-88f c5c-c5c cdc-cdc 1c89-1c8a a7cb-a7cf a7d2-a7d2 a7d4-a7d4 a7da-a7dc a7f1-a7f1 105c0-105f3 10940-10959 ' +
  '10d40-10d65 10d6f-10d85 10ec2-10ec7 1123f-11240 11380-11389 1138b-1138b 1138e-1138e 11390-113b5 113b7-113b7 ' +
  '113d1-113d1 113d3-113d3 116d0-116e3 11bc0-11be0 11bf0-11bf9 11db0-11ddb 11de0-11de9 11f02-11f02 11f04-11f10 ' +
  '11f12-11f33 11f50-11f59 1342f-1342f 13441-13446 13460-143fa 16100-1611d 16130-16139 16d40-16d6c 16d70-16d79 ' +
  '16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cff-18cff 18d09-18d1e 18d80-18df2 1b132-1b132 1b155-1b155 ' +
  '1ccf0-1ccf9 1d2c0-1d2d3 1df25-1df2a 1e030-1e06d 1e4d0-1e4eb 1e4f0-1e4f9 1e5d0-1e5ed 1e5f0-1e5fa 1e6c0-1e6de ' +
  '1e6e0-1e6e2 1e6e4-1e6e5 1e6e7-1e6ed 1e6f0-1e6f4 1e6fe-1e6ff 2b739-2b73f 2cea2-2cead 2ebf0-2ee5d 31350-33479'
let young: readonly (readonly number[])[] | undefined

function isYoung(point: number): boolean {
  young ??= youngRanges.split(' ').map((range) => range.split('-').map((end) => Number.parseInt(end, 16)))
  return young.some(([first = 0, last = 0]) => point >= first && point <= last)
}

/** Σ is ς at the end of a word: a cased letter before it, none behind it, whatever case ignores aside. */
export function lowerSigma(bytes: Uint8Array, at: number): number {
  let before = at
  do before = startBefore(bytes, before)
  while (before >= 0 && (factsOf(pointAt(bytes, before)) & CASE_IGNORABLE) !== 0)
  if (before < 0 || (factsOf(pointAt(bytes, before)) & CASED) === 0) return SMALL_SIGMA
  let behind = at
  do behind += lengthAt(bytes, behind)
  while (behind < bytes.length && (factsOf(pointAt(bytes, behind)) & CASE_IGNORABLE) !== 0)
  const isFollowed = behind < bytes.length && (factsOf(pointAt(bytes, behind)) & CASED) !== 0
  return isFollowed ? SMALL_SIGMA : FINAL_SIGMA
}

const SMALL_SIGMA = 0x3c3
