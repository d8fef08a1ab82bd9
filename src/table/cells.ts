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

/** What is missing in a column beside the empty cell. */
export interface MissingRule {
  readonly texts: readonly string[]
  /** So are cells of nothing but blanks. */
  readonly blanks: boolean
}

/**
 * By the contract's rule pandas' tokens and cells of nothing but blanks are missing where all the rest of the column
 * are numbers or dates; `--na` names other texts, which are missing everywhere.
 *
 * @param facts undefined: what would be missing in a column of numbers
 */
export function missingRule({ missing }: TextRules, facts?: ColumnFacts): MissingRule {
  if (missing !== undefined) return { texts: missing.filter((text) => text !== ''), blanks: false }
  const tokensAreMissing = facts === undefined || (facts.tokens > 0 && (isNumeric(facts) || isDate(facts)))
  return tokensAreMissing ? { texts: MISSING_TOKENS, blanks: true } : { texts: [], blanks: false }
}

/** SQL: the cell is missing: it is empty, or missingRule says so. */
export function missingCondition(
  dialect: Dialect,
  cell: string,
  facts: ColumnFacts,
  rules: TextRules,
): string {
  const empty = `${cell} is null or ${cell} = ''`
  const { texts, blanks } = missingRule(rules, facts)
  if (texts.length === 0) return `(${empty})`
  if (blanks) return `(${empty} or ${tokenCondition(dialect, cell)})`
  return `(${empty} or ${cell} in (${texts.map((text) => dialect.literal(text)).join(', ')}))`
}
