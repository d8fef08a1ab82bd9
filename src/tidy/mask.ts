/**
 * Cells made unreadable for whoever gets the file.
 *
 *   hash     HMAC-SHA-256 of the text with a key, as hex: equal cells stay equal, and without the key nobody can
 *            try out guesses (a plain hash of a phone number is found in seconds)
 *   redact   `***`
 *   partial  the ends alone: `138****5678`, `l***@mail.com`; a short text shows nothing
 *   year     the year of a date; what is no date with a four-digit year becomes empty, so that nothing slips by
 *
 * A missing cell stays missing: that someone gave no number is kept, as in the rest of the table.
 */
import { createHmac, createSecretKey } from 'node:crypto'
import type { Dialect } from '../table/engine.ts'

export type Mask = 'hash' | 'redact' | 'partial' | 'year'

const REDACTED = '***'

/** SQL of the masked cell. @param named what `hash` and `partial` are called in the engine */
export function masked(
  dialect: Dialect,
  mask: Mask,
  cell: string,
  missing: string,
  named: { readonly hash: string; readonly partial: string },
): string {
  const hidden = {
    hash: () => `${named.hash}(${cell})`,
    partial: () => `${named.partial}(${cell})`,
    redact: () => dialect.literal(REDACTED),
    year: () => yearOf(dialect, cell),
  }[mask]
  return `case when ${missing} then ${cell} else ${hidden()} end`
}

function yearOf(dialect: Dialect, cell: string): string {
  const time = '([T ].*)?'
  const first = dialect.matches(cell, `[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}${time}|[0-9]{4}年.*`)
  const last = dialect.matches(cell, `[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}${time}`)
  return (
    `case when ${first} then substr(${cell}, 1, 4) ` +
    `when ${last} then regexp_extract(${cell}, '[0-9]{4}') when ${dialect.matches(cell, '[0-9]{4}')} then ${cell} end`
  )
}

/** HMAC-SHA-256 in hex, of the UTF-8 bytes of a text. */
export function hmac(key: Uint8Array): (text: string) => string {
  const secret = createSecretKey(key)
  return (text) => createHmac('sha256', secret).update(text, 'utf8').digest('hex')
}

/**
 * The ends of a text with four asterisks between, however much they hide, so that they don't tell the length. Of
 * 11 letters and more three stay before and four after, of 8 two and two, of 5 one and one, of fewer none. Of a
 * mail address stay the first letter and the domain.
 */
export function partial(text: string): string {
  const at = text.lastIndexOf('@')
  if (at > 0 && at < text.length - 1) return mail(text, at)
  const letters = [...text]
  const [before, after] =
    letters.length >= 11 ? [3, 4] : letters.length >= 8 ? [2, 2] : letters.length >= 5 ? [1, 1] : [0, 0]
  return `${letters.slice(0, before).join('')}****${letters.slice(letters.length - after).join('')}`
}

function mail(text: string, at: number): string {
  const [first = '', ...rest] = text.slice(0, at)
  return `${rest.length > 0 ? first : ''}***${text.slice(at)}`
}
