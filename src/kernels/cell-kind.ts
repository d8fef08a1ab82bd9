/**
 * What a cell's text is: the definitions of ColumnFacts, as patterns.
 *
 * In:  the text of one cell, quotes taken off; the decimal separator.
 * Out: one of five kinds; of a number, whether it is whole and whether it looks like an id.
 * Slow and plain on purpose: the compiled scan decides the same by hand and is tested against this.
 */
import type { ColumnFacts } from './scan.ts'

export type CellKind = 'empty' | 'number' | 'date' | 'token' | 'other'

/** A longer text is `other` whatever stands in it, so that no cell need be held whole. In bytes. */
export const LONGEST_KNOWN_TEXT = 64

/** More digits than this do not survive a double. */
const DIGITS_OF_A_DOUBLE = 15

/** The texts that pandas takes for a missing value, the empty one aside. */
const TOKENS: ReadonlySet<string> = new Set(
  '#N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,None,n/a,nan,null'.split(
    ',',
  ),
)

const BLANKS = /^ +$/

const MONTH = '(?:0?[1-9]|1[0-2])'
const DAY = '(?:0?[1-9]|[12]\\d|3[01])'
const YEAR = '(?:\\d{4}|\\d{2})'
const YEAR_FIRST = `\\d{4}([-/])${MONTH}\\1${DAY}`
const DAY_OR_MONTH_FIRST = `(?:${DAY}([-/.])${MONTH}\\2|${MONTH}([-/.])${DAY}\\3)${YEAR}`
const ZONE = 'Z|[+-](?:[01]\\d|2[0-3]):?[0-5]\\d'
const TIME = `(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d+)?)?(?:${ZONE})?`
const DATE = new RegExp(`^(?:${YEAR_FIRST}|${DAY_OR_MONTH_FIRST})(?:[T ]${TIME})?$`)

const NUMBER_WITH_POINT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const NUMBER_WITH_COMMA = /^[+-]?(?:\d+,?\d*|,\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/
const LEADING_ZERO = /^[+-]?0\d/

/** @param decimal 46 or 44 */
export function cellKind(text: string, decimal: number): CellKind {
  if (text === '') return 'empty'
  if (text.length > LONGEST_KNOWN_TEXT) return 'other'
  if (TOKENS.has(text) || BLANKS.test(text)) return 'token'
  if ((decimal === 46 ? NUMBER_WITH_POINT : NUMBER_WITH_COMMA).test(text)) return 'number'
  return DATE.test(text) ? 'date' : 'other'
}

/** Of a number: it has neither a decimal separator nor an exponent. */
export function isWhole(number: string): boolean {
  return INTEGER.test(number)
}

/**
 * Of a number: reading it as a number would lose something of it, as of `007` or a 19-digit order number.
 * Significant digits run from the first that is not 0 to the last before the exponent, zeros at the end too.
 */
export function isIdLike(number: string): boolean {
  if (LEADING_ZERO.test(number)) return true
  const mantissa = number.split(/[eE]/, 1)[0] as string
  return mantissa.replace(/\D/g, '').replace(/^0+/, '').length > DIGITS_OF_A_DOUBLE
}

/** ColumnFacts while they are still being counted. */
export type GrowingFacts = { -readonly [key in keyof ColumnFacts]: ColumnFacts[key] }

export function noFacts(): GrowingFacts {
  return {
    empty: 0,
    numbers: 0,
    dates: 0,
    tokens: 0,
    others: 0,
    idLike: 0,
    integers: 0,
    firstOtherRecord: -1,
    firstOtherLine: 0,
  }
}
