/**
 * Numbers as people write them, to plain numbers.
 *
 * In:  SQL of a cell, and what separates decimals in the file.
 * Out: SQL of the plain number: digits, a point, a minus. NULL where the cell is no number.
 *
 * Done on the text, so no digit is lost: `$1,234.50` is `1234.50`. Read are a sign (also U+2212), parentheses
 * for negatives, a currency sign or code before or after, `%` (12% is 0.12), and thousands in groups of three
 * parted by `,` (`.` where the comma is decimal), a blank or an apostrophe, or the Indian way (1,23,456). Groups
 * of another length are not guessed at: `12,34` is no number.
 */
import type { Dialect } from '../table/engine.ts'

const BLANK = '[\\s\\x{A0}\\x{2007}\\x{2009}\\x{202F}\\x{3000}]'
const MINUS = '\\x{2212}'
const CODES =
  'AED|AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|HKD|HUF|IDR|ILS|INR|JPY|KRW|MXN|MYR|NOK|NZD|PHP|PLN|RMB|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|USD|VND|ZAR'
const CURRENCY = `(?:[A-Z]{0,3}\\p{Sc}|${CODES}|元|円|원|kr|zł|Kč|Fr|Rs)`

/** Digits in groups, or without, and decimals. */
function digits(decimal: '.' | ','): string {
  const [point, comma] = decimal === '.' ? ['[.]', ','] : [',', '[.]']
  const grouped = [comma, `[ \\x{A0}\\x{2009}\\x{202F}]`, `['\\x{2019}]`].map(
    (mark) => `[0-9]{1,3}(?:${mark}[0-9]{3})+`,
  )
  const indian = `[0-9]{1,2}(?:${comma}[0-9]{2})+${comma}[0-9]{3}`
  const whole = [...grouped, indian, '[0-9]+'].join('|')
  return `(?:(?:${whole})(?:${point}[0-9]*)?|${point}[0-9]+)(?:[eE][+-]?[0-9]+)?`
}

/** SQL: the text is a number in one of the ways above. */
export function readsAsNumber(dialect: Dialect, cell: string, decimal: '.' | ','): string {
  const sign = `[+${MINUS}-]`
  const number = digits(decimal)
  const after = `(?:${BLANK}*(?:${CURRENCY}|[%％]))?`
  const signed = [
    `${sign}${BLANK}*(?:${CURRENCY}${BLANK}*)?${number}${after}`,
    `(?:${CURRENCY}${BLANK}*)?${number}${after}`,
    `${CURRENCY}${BLANK}*${sign}${BLANK}*${number}`,
    `(?:${CURRENCY}${BLANK}*)?[(]${BLANK}*(?:${CURRENCY}${BLANK}*)?${number}${after}${BLANK}*[)]`,
  ]
  return dialect.matches(cell, `${BLANK}*(?:${signed.join('|')})${BLANK}*`)
}

/** SQL: the plain number in a text for which `readsAsNumber` holds. */
export function plainNumber(dialect: Dialect, cell: string, decimal: '.' | ','): string {
  const found = `regexp_extract(${cell}, ${dialect.literal(digits(decimal))})`
  const bare = `regexp_replace(${found}, '[^0-9${decimal}eE+-]', '', 'g')`
  const digitsOnly = decimal === '.' ? bare : `replace(${bare}, ',', '.')`
  const negative = dialect.matches(cell, `(?s)[^0-9]*[(${MINUS}-].*`)
  const percent = dialect.matches(cell, '(?s).*[%％].*')
  // Two places by the exponent and not by division: 0.07 / 100 is 0.0007000000000000001 in doubles.
  const hundredth = numberText(dialect.toDouble(`${digitsOnly} || 'e-2'`))
  return `case when ${negative} then '-' else '' end || case when ${percent} then ${hundredth} else ${digitsOnly} end`
}

/** SQL: the shortest text that reads back to a double, whole numbers without a point. */
export function numberText(double: string, decimal: '.' | ',' = '.'): string {
  const text = `regexp_replace(cast(${double} as varchar), '[.]0$', '')`
  return decimal === '.' ? text : `replace(${text}, '.', ',')`
}

/** The same for a number known now. */
export function numberLiteral(value: number, decimal: '.' | ','): string {
  const text = String(value)
  return decimal === '.' ? text : text.replace('.', ',')
}
