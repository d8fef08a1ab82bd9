/**
 * How numbers are written for people: in tables, paragraphs and notes, never in rows or JSON.
 *
 * Thousands are parted by `,` and decimals by `.` whatever the machine's locale, so that a report is the same
 * bytes everywhere. Every function here refuses NaN and infinities with a RangeError: what a missing or
 * unbounded number means has to be said by whoever knows (`-`, `no limit`), not by chance.
 */

/** A whole number with its thousands parted. @example count(1204) // '1,204' */
export function count(value: number): string {
  return grouped(finite(value).toFixed(0))
}

/**
 * A number to so many significant digits. Digits before the point are never rounded away, and a whole number
 * is written whole; magnitudes below 1e-4 and from 1e15 on are written with an exponent.
 *
 * @example figure(38.2479) // '38.25'
 * @example figure(1234567.8) // '1,234,568'
 */
export function figure(value: number, digits = 4): string {
  return figures([value], digits)[0] as string
}

/**
 * Numbers that will be read against each other, all with the decimals that the largest of them needs for so
 * many significant digits, so that their points stand under each other.
 *
 * @example figures([9.5, 120.25]) // ['9.5', '120.3']
 */
export function figures(values: readonly number[], digits = 4): string[] {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(finite(value))), 0)
  if (largest !== 0 && (largest < 1e-4 || largest >= 1e15)) {
    return values.map((value) => (value === 0 ? '0' : value.toExponential(digits - 1)))
  }
  const decimals = values.every(Number.isInteger) ? 0 : Math.max(0, digits - 1 - exponent(largest, digits))
  return values.map((value) => grouped(value.toFixed(decimals)))
}

/**
 * A part of one as a percentage with one decimal. Only 0 is written `0%` and only 1 is written `100%`: what
 * would round to them without being so is `<0.1%` and `>99.9%`.
 *
 * @example share(0.1234) // '12.3%'
 */
export function share(part: number): string {
  const percent = finite(part) * 100
  if (part === 0 || part === 1) return `${percent}%`
  if (part > 0 && percent < 0.05) return '<0.1%'
  if (part < 1 && percent >= 99.95) return '>99.9%'
  return `${grouped(percent.toFixed(1))}%`
}

/** A count and what is counted. @example plural(1204, 'row') // '1,204 rows' */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** Names in a sentence, and how many more there are past the first twelve. @example listed(['a', 'b']) // 'a, b' */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 12)
  const more = names.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${count(more)} more` : '')
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${value} can't be written as a number`)
  return value
}

/** The power of ten of the first digit, after rounding to `digits`: 9.9996 to four digits is 10.00, so 1. */
function exponent(value: number, digits: number): number {
  return Number(value.toExponential(digits - 1).split('e')[1])
}

/** `-1234.5` to `-1,234.5`; a zero loses its sign. */
function grouped(decimal: string): string {
  const unsigned = Number(decimal) === 0 ? decimal.replace('-', '') : decimal
  const [whole = '', fraction] = unsigned.split('.')
  const parted = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? parted : `${parted}.${fraction}`
}
