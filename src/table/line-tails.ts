/**
 * What stands behind lines: results of an algorithm as text, some thousand rows at a time.
 *
 * In:  columns of numbers, one entry a row.
 * Out: bytes of CSV, cells with their delimiters in front, and where those of each row end.
 */
import { isValid } from '../base/column.ts'
import type { ArrayColumn } from './engine.ts'

/** Entries without a value become empty cells. */
export type TailColumn = Exclude<ArrayColumn, { readonly type: 'text' }> & {
  /** Where the entries are whole numbers that stand for texts: the texts. */
  readonly levels?: readonly string[]
}

const ROWS = 1 << 15

export class Tails {
  readonly #columns: readonly ((row: number) => Uint8Array)[]
  readonly #delimiter: number
  readonly #rows: number
  readonly #text: Uint8Array
  #from = 0

  constructor(added: readonly TailColumn[], delimiter: string) {
    const cells = added.map((column) => cellBytes(column, delimiter))
    this.#columns = cells.map(({ bytesOf }) => bytesOf)
    this.#delimiter = delimiter.charCodeAt(0)
    this.#rows = added[0]?.values.length ?? 0
    const longest = cells.reduce((sum, cell) => sum + 1 + cell.longest, 0)
    this.#text = new Uint8Array(Math.min(ROWS, this.#rows) * longest)
  }

  /** The text of the next rows, of none behind the last; valid until the next call. */
  next(): { text: Uint8Array; ends: Uint32Array } {
    const count = Math.min(ROWS, this.#rows - this.#from)
    const text = this.#text
    const ends = new Uint32Array(count)
    let at = 0
    for (let i = 0; i < count; i++) {
      for (const bytesOf of this.#columns) {
        text[at++] = this.#delimiter
        const bytes = bytesOf(this.#from + i)
        for (let b = 0; b < bytes.length; b++) text[at++] = bytes[b] as number
      }
      ends[i] = at
    }
    this.#from += count
    return { text: text.subarray(0, at), ends }
  }
}

/** Bytes of the longest text. */
const LONGEST = { integer: 11, double: 32 } as const

const NOTHING = new Uint8Array(0)

/** The text of a column's cell in a row, as the engine writes it, and the longest there can be. */
function cellBytes(
  { type, values, valid, levels }: TailColumn,
  delimiter: string,
): { bytesOf: (row: number) => Uint8Array; longest: number } {
  const encoder = new TextEncoder()
  const has = (row: number) => valid === undefined || isValid(valid, row)
  if (levels !== undefined) {
    const texts = levels.map((level) => encoder.encode(quoted(level, delimiter)))
    const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
    return { bytesOf: (row) => (has(row) ? (texts[values[row] as number] ?? NOTHING) : NOTHING), longest }
  }
  const longest = LONGEST[type]
  if (type === 'double') {
    const bytesOf = (row: number) => (has(row) ? encoder.encode(doubleText(values[row] as number)) : NOTHING)
    return { bytesOf, longest }
  }
  // Whole numbers here are labels and counts: few of them, many times.
  const known = new Map<number, Uint8Array>()
  const bytesOf = (row: number) => {
    if (!has(row)) return NOTHING
    const value = values[row] as number
    let bytes = known.get(value)
    if (bytes === undefined) known.set(value, (bytes = encoder.encode(String(value))))
    return bytes
  }
  return { bytesOf, longest }
}

/** A text quoted where the engine quotes it. */
function quoted(text: string, delimiter: string): string {
  const needs = text === '' || /["#\r\n]/.test(text) || text.includes(delimiter)
  return needs ? `"${text.replaceAll('"', '""')}"` : text
}

/** A double as the engine writes it: the shortest digits that read back to it, with a point or an exponent. */
export function doubleText(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e-4 && size < 1e16) return Number.isInteger(value) ? `${value}.0` : String(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Math.abs(Number(power))
  return `${digits}e${power.startsWith('-') ? '-' : '+'}${exponent < 10 ? '0' : ''}${exponent}`
}
