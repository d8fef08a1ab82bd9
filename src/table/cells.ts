/**
 * SQL that says what a cell is: a number, a date, missing. Text in, text out; nothing here asks the engine.
 */
import type { ColumnFacts } from '../kernels/scan.ts'
import type { Dialect } from './engine.ts'
import type { TextRules } from './relation.ts'

/** The texts that pandas reads as missing, without the empty one (pandas 3.1, io/parsers: STR_NA_VALUES). */
export const MISSING_TOKENS: readonly string[] = [
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'None',
  'n/a',
  'nan',
  'null',
]

const ZONE = '(Z|[+-]([01][0-9]|2[0-3]):?[0-5][0-9])?'
const TIME = `([T ]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?${ZONE})?`
const MONTH = '(0?[1-9]|1[0-2])'
const DAY = '(0?[1-9]|[12][0-9]|3[01])'
const YEAR = '([0-9]{4}|[0-9]{2})'
/** Year first, day first or month first; the separator is the same twice. */
const DATE = ['-', '/', '[.]']
  .flatMap((mark) => [
    ...(mark === '[.]' ? [] : [`[0-9]{4}${mark}${MONTH}${mark}${DAY}`]),
    `${DAY}${mark}${MONTH}${mark}${YEAR}`,
    `${MONTH}${mark}${DAY}${mark}${YEAR}`,
  ])
  .join('|')
/** The dates of ColumnFacts, as RE2; a test holds it to what the scan of a file counts. */
export const DATE_PATTERN = `(${DATE})${TIME}`

/** SQL: the text of a cell is a plain number under these rules. */
export function numberCondition(dialect: Dialect, cell: string, rules: TextRules): string {
  return dialect.isNumber(rules.decimal === ',' ? withPoint(cell) : cell)
}

/** SQL: the number in a cell for which numberCondition holds. */
export function numberValue(dialect: Dialect, cell: string, rules: TextRules): string {
  return dialect.toDouble(rules.decimal === ',' ? withPoint(cell) : cell)
}

/** `1,5` as `1.5`; a text that has a point already becomes no number. */
function withPoint(cell: string): string {
  return `replace(replace(${cell}, '.', '_'), ',', '.')`
}

/** SQL: the cell holds one of pandas' tokens, or blanks alone. */
export function tokenCondition(dialect: Dialect, cell: string): string {
  const list = MISSING_TOKENS.map((token) => dialect.literal(token)).join(', ')
  return `(${cell} in (${list}) or trim(${cell}) = '')`
}

/** All cells that hold anything are numbers, and there is one. */
export function isNumeric(facts: ColumnFacts): boolean {
  return facts.numbers > 0 && facts.others === 0 && facts.dates === 0
}

/** All cells that hold anything are dates, and there is one. */
export function isDate(facts: ColumnFacts): boolean {
  return facts.dates > 0 && facts.others === 0 && facts.numbers === 0
}

/**
 * SQL: the cell is missing, by the contract's rule. An empty cell always is; pandas' tokens and cells of
 * nothing but blanks are where all the rest of the column are numbers or dates; `--na` names others.
 */
export function missingCondition(
  dialect: Dialect,
  cell: string,
  facts: ColumnFacts,
  rules: TextRules,
): string {
  const empty = `${cell} is null or ${cell} = ''`
  if (rules.missing !== undefined) {
    const named = rules.missing.filter((text) => text !== '')
    if (named.length === 0) return `(${empty})`
    return `(${empty} or ${cell} in (${named.map((text) => dialect.literal(text)).join(', ')}))`
  }
  const tokensAreMissing = facts.tokens > 0 && (isNumeric(facts) || isDate(facts))
  return tokensAreMissing ? `(${empty} or ${tokenCondition(dialect, cell)})` : `(${empty})`
}
