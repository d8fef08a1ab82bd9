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
  readonly #columns: readonly CellWriter[]
  readonly #delimiter: number
  readonly #rows: number
  readonly #text: Uint8Array
  #from = 0

  constructor(added: readonly TailColumn[], delimiter: string) {
    const cells = added.map((column) => cellWriter(column, delimiter))
    this.#columns = cells.map(({ write }) => write)
    this.#delimiter = delimiter.charCodeAt(0)
    this.#rows = added[0]?.values.length ?? 0
    const longest = cells.reduce((sum, cell) => sum + 1 + cell.longest, 0)
    this.#text = new Uint8Array(Math.min(ROWS, this.#rows) * longest)
  }

  /** The text of the next rows, of none behind the last; valid until the next call. */
  next(): { text: Uint8Array; ends: Uint32Array } {
    const count = Math.min(ROWS, this.#rows - this.#from)
    const text = this.#text
    const delimiter = this.#delimiter
    const ends = new Uint32Array(count)
    let at = 0
    for (let i = 0; i < count; i++) {
      for (const write of this.#columns) {
        text[at++] = delimiter
        at = write(this.#from + i, text, at)
      }
      ends[i] = at
    }
    this.#from += count
    return { text: text.subarray(0, at), ends }
  }
}

/** Bytes of the longest text. */
const LONGEST = { integer: 11, double: 32 } as const

/** Writes the text of a column's cell in a row, as the engine writes it; gives the end of it. */
type CellWriter = (row: number, text: Uint8Array, at: number) => number

interface Cells {
  readonly write: CellWriter
  readonly longest: number
}

function cellWriter({ type, values, valid, levels }: TailColumn, delimiter: string): Cells {
  const has = (row: number) => valid === undefined || isValid(valid, row)
  if (levels !== undefined) {
    const texts = levels.map((level) => Buffer.from(quoted(level, delimiter)))
    const longest = texts.reduce((most, { length }) => Math.max(most, length), 0)
    const write: CellWriter = (row, text, at) => {
      const bytes = has(row) ? texts[values[row] as number] : undefined
      if (bytes === undefined) return at
      for (let i = 0; i < bytes.length; i++) text[at + i] = bytes[i] as number
      return at + bytes.length
    }
    return { write, longest }
  }
  const written = remembered(type === 'double' ? doubleText : String)
  const write: CellWriter = (row, text, at) => {
    if (!has(row)) return at
    const cell = written(values[row] as number)
    for (let i = 0; i < cell.length; i++) text[at + i] = cell.charCodeAt(i)
    return at + cell.length
  }
  return { write, longest: LONGEST[type] }
}

/** Different numbers whose texts are kept: labels, counts and shares are few of them, many times. */
const KEPT = 1 << 12

function remembered(written: (value: number) => string): (value: number) => string {
  const known = new Map<number, string>()
  return (value) => {
    // Where there are many different ones, nothing is gained by looking them up; a map takes 0 and −0 for one.
    if (known.size === KEPT || value === 0) return written(value)
    let text = known.get(value)
    if (text === undefined) known.set(value, (text = written(value)))
    return text
  }
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
