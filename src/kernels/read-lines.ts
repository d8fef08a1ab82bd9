/**
 * Columns straight out of the bytes of a CSV file in which every record is one line.
 *
 * In:  ranges of the file's bytes, as jobs for any thread; which columns, and the shared arrays to write them to.
 * Out: numbers and codes at the rows of their lines; for each job what its codes stand for.
 * Cost: one look at each byte up to the last column wanted.
 *
 * A line belongs to the range that it ends in. First the lines of each range are counted, which says where its rows
 * begin, then they are read. A number of up to 15 digits is its digits over a power of ten, both exact, so
 * that their quotient is the nearest double; every other is read by JavaScript, which also gives the nearest.
 */
import type { Task } from '../base/steps.ts'
import { bytesWithEnds } from './line-ends.ts'

export interface LinesFile {
  readonly path: string
  readonly delimiter: number
  readonly quotes: boolean
  /** Bytes of the longest line, with its end. */
  readonly longest: number
  /** Where the first row begins, and where the file ends. */
  readonly begin: number
  readonly end: number
}

export interface LineRange {
  readonly from: number
  readonly to: number
}

/** How many lines end in a range. */
export const countLines: Task<LinesFile, LineRange, number> = {
  name: 'lines/count',
  run(file, { from, to }) {
    const { bytes, ends } = bytesWithEnds(file.path, from, to)
    // The last line of a file may have no line end.
    const lastByte = bytes.at(-1)
    const atEnd = to === file.end && lastByte !== undefined && lastByte !== LF
    return ends.length + (atEnd ? 1 : 0)
  },
}

export interface LineColumns {
  readonly file: LinesFile
  readonly decimal: number
  readonly numbers: readonly {
    readonly place: number
    readonly values: Float64Array
    readonly valid: Uint8Array
  }[]
  /** Past `most` different texts in a range the column is given up. */
  readonly texts: readonly { readonly place: number; readonly codes: Int32Array; readonly most: number }[]
}

export interface RowRange extends LineRange {
  /** Row of the first line that ends in the range. */
  readonly row: number
}

/** For each column of text what the codes of the range stand for; undefined where there are too many. */
export const readLines: Task<LineColumns, RowRange, (string[] | undefined)[]> = {
  name: 'lines/read',
  run(columns, range) {
    return new LineReader(columns).read(range)
  },
}

const [LF, CR, QUOTE, POINT, ZERO, NINE, PLUS, MINUS] = [10, 13, 34, 46, 48, 57, 43, 45]

/** Powers of ten that a double holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`))
/** Whole numbers of so many digits are exact. */
const EXACT_DIGITS = 15

class LineReader {
  readonly #columns: LineColumns
  /** By place in a line: what to do with the cell; undefined where nothing. */
  readonly #wanted: (((row: number) => void) | undefined)[] = []
  readonly #dictionaries: Dictionary[]
  #bytes: Buffer = Buffer.alloc(0)
  /** The cell at hand, without its quotes. */
  #from = 0
  #to = 0
  /** It was quoted and holds doubled quotes. */
  #isDoubled = false

  constructor(columns: LineColumns) {
    this.#columns = columns
    for (const { place, values, valid } of columns.numbers) {
      const before = this.#wanted[place]
      this.#wanted[place] = (row) => {
        before?.(row)
        this.#number(row, values, valid)
      }
    }
    this.#dictionaries = columns.texts.map(({ place, codes, most }) => {
      const dictionary = new Dictionary(most)
      const before = this.#wanted[place]
      this.#wanted[place] = (row) => {
        before?.(row)
        codes[row] = this.#from === this.#to ? -1 : this.#code(dictionary)
      }
      return dictionary
    })
  }

  read({ from, to, row }: RowRange): (string[] | undefined)[] {
    const { path, begin, end, longest } = this.#columns.file
    // Lines that end in the range may begin before it.
    const start = Math.max(begin, from - longest)
    const { bytes, ends } = bytesWithEnds(path, start, to)
    this.#bytes = bytes
    let line = 0
    while (line < ends.length && (ends[line] as number) < from - start) line++
    let at = line === 0 ? 0 : (ends[line - 1] as number) + 1
    let here = row
    for (; line < ends.length; line++, here++) {
      const next = ends[line] as number
      this.#line(at, next, here)
      at = next + 1
    }
    // The last line of a file may have no line end.
    if (to === end && at < bytes.length) this.#line(at, bytes.length, here)
    return this.#dictionaries.map((dictionary) => dictionary.texts())
  }

  /** Reads the line from `first` to its line feed, or the end of the file. */
  #line(first: number, next: number, row: number): void {
    const bytes = this.#bytes
    const wanted = this.#wanted
    const { delimiter, quotes } = this.#columns.file
    const limit = next > first && bytes[next - 1] === CR ? next - 1 : next
    let at = first
    for (let place = 0; place < wanted.length; place++) {
      const take = wanted[place]
      this.#isDoubled = false
      if (quotes && bytes[at] === QUOTE && at < limit) {
        this.#from = at + 1
        at = this.#closing(at + 1, limit)
        this.#to = at
        at++
      } else {
        this.#from = at
        while (at < limit && bytes[at] !== delimiter) at++
        this.#to = at
      }
      take?.(row)
      if (at >= limit) return
      at++
    }
  }

  #closing(first: number, limit: number): number {
    const bytes = this.#bytes
    let at = first
    while (at < limit) {
      if (bytes[at] === QUOTE) {
        if (bytes[at + 1] !== QUOTE) return at
        this.#isDoubled = true
        at++
      }
      at++
    }
    return at
  }

  #number(row: number, values: Float64Array, valid: Uint8Array): void {
    const bytes = this.#bytes
    let at = this.#from
    const to = this.#to
    if (at === to) return
    const sign = bytes[at]
    if (sign === MINUS || sign === PLUS) at++
    let mantissa = 0
    let digits = 0
    let point = -1
    for (; at < to; at++) {
      const byte = bytes[at] as number
      if (byte >= ZERO && byte <= NINE) {
        mantissa = mantissa * 10 + (byte - ZERO)
        digits++
      } else if (byte === this.#columns.decimal && point < 0) point = at
      else break
    }
    let value: number
    if (at === to && digits > 0 && digits <= EXACT_DIGITS) {
      value = point < 0 ? mantissa : mantissa / (POWERS[to - point - 1] as number)
      if (sign === MINUS) value = -value
    } else {
      const text = bytes.toString('latin1', this.#from, to)
      value =
        text.trim() === '' ? NaN : Number(this.#columns.decimal === POINT ? text : text.replace(',', '.'))
      // One of the texts that stand for a missing value: what else is there has been refused before.
      if (Number.isNaN(value)) return
    }
    values[row] = value
    valid[row] = 1
  }

  #code(dictionary: Dictionary): number {
    if (!this.#isDoubled) return dictionary.codeOf(this.#bytes, this.#from, this.#to)
    const text = Buffer.from(this.#bytes.toString('utf8', this.#from, this.#to).replaceAll('""', '"'))
    return dictionary.codeOf(text, 0, text.length)
  }
}

/** Codes of texts by their bytes, in the order of their first appearance. */
class Dictionary {
  readonly #most: number
  readonly #found: { readonly hash: number; readonly bytes: Buffer }[] = []
  #slots = new Int32Array(256).fill(-1)

  constructor(most: number) {
    this.#most = most
  }

  codeOf(bytes: Buffer, from: number, to: number): number {
    if (this.#found.length > this.#most) return -1
    // FNV-1a.
    let hash = 0x811c9dc5
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193)
    const mask = this.#slots.length - 1
    let slot = (hash ^ (hash >>> 15)) & mask
    for (;;) {
      const code = this.#slots[slot] as number
      if (code < 0) break
      const known = this.#found[code]
      if (known !== undefined && known.hash === hash && isSame(known.bytes, bytes, from, to)) return code
      slot = (slot + 1) & mask
    }
    const code = this.#found.length
    this.#found.push({ hash, bytes: Buffer.from(bytes.subarray(from, to)) })
    this.#slots[slot] = code
    if (2 * this.#found.length > mask) this.#grow()
    return code
  }

  texts(): string[] | undefined {
    if (this.#found.length > this.#most) return undefined
    return this.#found.map(({ bytes }) => bytes.toString('utf8'))
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4).fill(-1)
    const mask = this.#slots.length - 1
    this.#found.forEach(({ hash }, code) => {
      let slot = (hash ^ (hash >>> 15)) & mask
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & mask
      this.#slots[slot] = code
    })
  }
}

function isSame(known: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}
