/**
 * The keys that rows meet on.
 *
 * In:  SQL of cells, what is missing among them, and the forms to bring them into (`--key-as`).
 * Out: SQL of keys, NULL where there is none; counts of keys and of rows that meet; keys that nearly meet.
 *
 * Two departures from pandas: a missing key meets nothing unless that is asked for (in pandas it meets every
 * other missing key), and keys are compared as text, so `007` and `7` meet only where `--key-as` says so.
 */
import type { Dialect } from '../table/engine.ts'
import type { TextRules } from '../table/relation.ts'

export const KEY_FORMS = ['trim', 'lower', 'number', 'digits'] as const
export type KeyForm = (typeof KEY_FORMS)[number]

/** The blanks of every keyboard: space, tab, line ends, no-break and ideographic space. */
const BLANKS = ' \t\r\n\u00a0\u3000'

/**
 * SQL of the text that a key is compared by.
 *
 * trim takes blanks off both ends; lower takes case away; number writes plain numbers in one way (`007`, `7.0` and
 * `7` as `7`) and leaves other texts; digits keeps the digits alone. A key of which nothing is left is NULL.
 */
export function keyText(dialect: Dialect, cell: string, forms: readonly KeyForm[], rules: TextRules): string {
  if (forms.length === 0) return cell
  const text = forms.reduce((before, form) => {
    switch (form) {
      case 'trim':
        return `trim(${before}, ${dialect.literal(BLANKS)})`
      case 'lower':
        return `lower(${before})`
      case 'number':
        return plainNumber(dialect, before, rules)
      case 'digits':
        return `regexp_replace(${before}, '[^0-9]', '', 'g')`
    }
  }, cell)
  return `nullif(${text}, '')`
}

/**
 * Every number in one spelling: no `+`, no zeros at either end, no exponent, no `-0`. Other texts as they are.
 * Written with as few copies of `text` as will do: an engine takes longer to plan a long expression than to run it.
 */
function plainNumber(dialect: Dialect, text: string, { decimal }: TextRules): string {
  const number = decimal === ',' ? `replace(replace(${text}, '.', '_'), ',', '.')` : text
  // Exact as a decimal, or left as it is: two numbers that differ must not meet by rounding.
  const exact = `try_cast(${number} as decimal(38, 10))`
  const isExact = `cast(${exact} as double) = ${dialect.toDouble(number)}`
  const unfolded = `case when contains(lower(${number}), 'e') and ${isExact} then cast(${exact} as varchar) else ${number} end`
  const spelling = SPELLING.reduce(
    (before, [pattern, instead]) => `regexp_replace(${before}, '${pattern}', '${instead}')`,
    unfolded,
  )
  return `case when ${dialect.isNumber(number)} then ${spelling} else ${text} end`
}

/** In this order: zeros and `+` in front, a digit before the point, zeros at the end, no `-0`. */
const SPELLING = [
  ['^(?:[+]|(-))?0*([0-9])', '\\1\\2'],
  ['^(?:[+]|(-))?[.]', '\\10.'],
  ['[.]0*$|([.][0-9]*[1-9])0+$', '\\1'],
  ['^-0$', '0'],
] as const

/** The SQL names of n keys of a side: j0 … j(n−1). */
export function keyNames(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}j${i}`)
}

/** SQL: row l of the left and row r of the right have the same keys. */
export function sameKeys(count: number, matchMissing: boolean): string {
  const same = matchMissing ? 'is not distinct from' : '='
  return keyNames(count)
    .map((key) => `l.${key} ${same} r.${key}`)
    .join(' and ')
}

/** SQL: the row has all its keys. */
function hasKeys(count: number): string {
  return keyNames(count)
    .map((key) => `${key} is not null`)
    .join(' and ')
}

export interface KeyCounts {
  readonly rowsLeft: number
  readonly rowsRight: number
  readonly matchedLeft: number
  readonly matchedRight: number
  /** Pairs of rows that meet. */
  readonly pairs: number
  /** Rows in which a key is missing, whether or not such rows may meet. */
  readonly missingLeft: number
  readonly missingRight: number
  /** Keys that stand in more than one row. */
  readonly duplicateKeysLeft: number
  readonly duplicateKeysRight: number
}

/** The different keys of both sides with their rows: `nl` and `nr`, NULL where a side does not have the key. */
function keyTable(left: string, right: string, count: number, matchMissing: boolean): string {
  const keys = keyNames(count).join(', ')
  const of = (side: string) =>
    `(select ${keys}, count(*) as n from ${side}${matchMissing ? '' : ` where ${hasKeys(count)}`} group by ${keys})`
  const both = keyNames(count).map((key) => `coalesce(l.${key}, r.${key}) as ${key}`)
  return (
    `(select ${both.join(', ')}, l.n as nl, r.n as nr from ${of(left)} l ` +
    `full join ${of(right)} r on ${sameKeys(count, matchMissing)})`
  )
}

/** SQL of one row, to be read by `keyCounts`. */
export function keyCountsSelect(left: string, right: string, count: number, matchMissing: boolean): string {
  const rows = (side: string) => `(select count(*) from ${side})`
  const missing = (side: string) => `(select count(*) from ${side} where not (${hasKeys(count)}))`
  const counts = [
    rows(left),
    rows(right),
    'coalesce(sum(nl) filter (where nr is not null), 0)',
    'coalesce(sum(nr) filter (where nl is not null), 0)',
    'coalesce(sum(nl * nr), 0)',
    missing(left),
    missing(right),
    'count(*) filter (where nl > 1)',
    'count(*) filter (where nr > 1)',
  ]
  return `select ${counts.join(', ')} from ${keyTable(left, right, count, matchMissing)}`
}

export function keyCounts(row: readonly unknown[]): KeyCounts {
  const [
    rowsLeft = 0,
    rowsRight = 0,
    matchedLeft = 0,
    matchedRight = 0,
    pairs = 0,
    missingLeft = 0,
    missingRight = 0,
    duplicateKeysLeft = 0,
    duplicateKeysRight = 0,
  ] = row.map(Number)
  return {
    rowsLeft,
    rowsRight,
    matchedLeft,
    matchedRight,
    pairs,
    missingLeft,
    missingRight,
    duplicateKeysLeft,
    duplicateKeysRight,
  }
}

/** The key that makes most pairs of rows: its texts, then its rows on the left and on the right. */
export function worstKey(left: string, right: string, count: number, matchMissing: boolean): string {
  const keys = keyNames(count).join(', ')
  return (
    `select ${keys}, nl, nr from ${keyTable(left, right, count, matchMissing)} where nl * nr > 0 ` +
    `order by nl * nr desc, ${keys} limit 1`
  )
}

/** Keys in more than one row, in the order of their first rows: texts, then rows. */
export function repeatedKeys(side: string, count: number, matchMissing: boolean, limit: number): string {
  const keys = keyNames(count).join(', ')
  const where = matchMissing ? '' : ` where ${hasKeys(count)}`
  return (
    `select ${keys}, n from (select ${keys}, count(*) as n, min(k) as first_row from ${side}${where} group by ${keys}) ` +
    `where n > 1 order by first_row limit ${limit}`
  )
}

/** SQL: row `own` (`l` or `r`) of one side meets no row of the other. */
export function meetsNothing(own: 'l' | 'r', other: string, count: number, matchMissing: boolean): string {
  return `not exists (select 1 from ${other} ${own === 'l' ? 'r' : 'l'} where ${sameKeys(count, matchMissing)})`
}

/** Rows without a match that are looked at for their keys. */
export const UNMATCHED_LOOKED_AT = 1000

/**
 * Keys that meet nothing, missing ones aside, of the first such rows of a side, in the order of their first rows;
 * then that row. Only the first rows, because to group them all takes three times as long as to find them.
 *
 * @param spreadOver rows of the side; of a large one only evenly spread rows are looked at. Undefined: all are
 */
export function unmatchedKeys(
  own: 'l' | 'r',
  side: string,
  other: string,
  count: number,
  spreadOver?: number,
): string {
  const keys = keyNames(count).join(', ')
  const step = stepThrough(spreadOver ?? 0)
  const spread = step === 1 ? '' : ` and k % ${step} = 0`
  return (
    `select ${keys}, min(k) as first_row from (select k, ${keys} from ` +
    `(select k, ${keys} from ${side} where ${hasKeys(count)}${spread}) ${own} ` +
    `where ${meetsNothing(own, other, count, false)} order by k limit ${UNMATCHED_LOOKED_AT}) ` +
    `group by ${keys} order by first_row`
  )
}

/** In the search for keys that nearly meet every row of a side is looked at up to this many. */
const ROWS_SEARCHED = 20_000

/**
 * Of a larger side, so many as possible partners: where two files write all their keys differently, five of the
 * 1,000 that are searched for are among them on average, out of a million.
 */
const PARTNERS = 5_000

function stepThrough(rows: number, looked = ROWS_SEARCHED): number {
  return rows <= ROWS_SEARCHED ? 1 : Math.ceil(rows / looked)
}

/** Of so many rows of a side, one is among the partners. */
export function spreadStep(rows: number): number {
  return stepThrough(rows, PARTNERS)
}

/**
 * SQL of the keys of a side that are searched for near ones; of a large side evenly spread rows. To be kept, as an
 * engine may otherwise bring all rows into form first and pick among them later.
 */
export function spreadKeys(side: string, count: number, rows: number): string {
  const step = spreadStep(rows)
  // Another place in each stretch: files whose rows lie side by side, one row apart, have to meet as well.
  const spread = step === 1 ? '' : ` and (k + k // ${step}) % ${step} = 0`
  return `select k, ${keyNames(count).join(', ')} from ${side} where ${hasKeys(count)}${spread}`
}

/**
 * SQL: the first of some unmatched keys that would meet one of the other side if both were brought into these
 * forms; its texts, then the texts of the other.
 *
 * @param unmatched of `unmatchedKeys`, kept
 * @param others    of `spreadKeys`, kept
 */
export function nearKeys(
  dialect: Dialect,
  unmatched: string,
  others: string,
  count: number,
  forms: readonly KeyForm[],
  rules: TextRules,
): string {
  const keys = keyNames(count)
  const compared = (key: string) => {
    const text = keyText(dialect, key, forms, rules)
    // Digits alone would let C7 and D7 meet: their letters have to agree as well.
    const letters = `regexp_replace(lower(${key}), '[^\\p{L}]', '', 'g')`
    return forms.includes('digits')
      ? `case when regexp_matches(${key}, '[0-9]') then ${letters} || ' ' || ${text} end`
      : text
  }
  const list = (prefix: string) => keyNames(count, `${prefix}.`).join(', ')
  const formed = keys.map((key, i) => `${compared(key)} as f${i}`).join(', ')
  const meet = keys.map((_, i) => `a.f${i} = b.f${i}`).join(' and ')
  return (
    `select ${list('a')}, ${list('b')} from (select *, ${formed} from ${unmatched}) a ` +
    `join (select *, ${formed} from ${others}) b on ${meet} order by a.first_row, b.k limit 1`
  )
}
