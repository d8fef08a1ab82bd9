/**
 * A file of baskets, one a line, with as many items a line as it likes: what no reader of tables takes.
 *
 * In:  checked UTF-8 text on disk (source.ts), and what the user stated about it.
 * Out: Baskets in the order of the lines. A line with nothing on it is a basket without items.
 * Cost: one pass over the bytes at some 100 MB/s; memory: each different item once, and the baskets.
 *
 * An item is what stands between two delimiters, without the blanks around it; a basket holds it once however often it
 * stands there. Up to the first item that starts with a quote the bytes are cut here, as nothing can go wrong with them;
 * from that line on csv-parse reads, which knows what a quote may do (it takes ten times as long a byte).
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { basketsOf, type Baskets } from '../base/baskets.ts'
import { DataError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import { readFailure } from './input.ts'

/** A file of lines, opened and checked, not yet read. */
export interface LinesFile {
  /** As the user named it. */
  readonly label: string
  /** UTF-8 text without a byte order mark. */
  readonly path: string
  /** As stated; undefined where it is to be found out. */
  readonly delimiter: string | undefined
  /** As stated, `"` where it is not; empty for none. */
  readonly quote: string
}

export interface BasketLines {
  readonly baskets: Baskets
  /** Line that each basket starts on, 1 based. */
  readonly line: Int32Array
  /** What parts the items; undefined where a line is one item. */
  readonly delimiter: string | undefined
  /** Lines hold blanks, and nothing else that could part items. */
  readonly blanksInside: boolean
}

const LF = 10
const CR = 13
const SPACE = 32
const TAB = 9
const PIECE = 1 << 20
/** What the delimiter is found out from. */
const SAMPLE = 1 << 16
/** No byte is this. */
const NONE = -1

/** @throws {DataError} naming the line where a quote opens that never closes */
export async function readBasketLines(file: LinesFile): Promise<BasketLines> {
  const descriptor = openSync(file.path, 'r')
  try {
    const sample = Buffer.alloc(SAMPLE)
    const found = findDelimiter(file, sample.subarray(0, readAt(file, descriptor, sample, 0)))
    const taken = new TakenDown()
    const cutter = new Cutter(found, file.quote === '' ? NONE : file.quote.charCodeAt(0), taken)
    const quotedFrom = cutter.readAll((piece, offset) => readAt(file, descriptor, piece, offset))
    if (quotedFrom !== undefined) await parseQuoted(file, found, quotedFrom, taken)
    return {
      ...taken.finish(),
      delimiter: found.delimiter === NONE ? undefined : String.fromCharCode(found.delimiter),
      blanksInside: found.blanksInside,
    }
  } finally {
    closeSync(descriptor)
  }
}

function readAt({ label }: LinesFile, descriptor: number, piece: Uint8Array, offset: number): number {
  try {
    return readSync(descriptor, piece, 0, piece.length, offset)
  } catch (cause) {
    throw readFailure(label, cause)
  }
}

interface Dialect {
  /** A byte, or NONE. */
  readonly delimiter: number
  /** The byte that ends a line; CR only where the file has no LF. */
  readonly lineEnd: number
  readonly blanksInside: boolean
}

/** In this order where two part as many lines. */
const CANDIDATES = [',', ';', '\t', '|'] as const

/**
 * The candidate that stands in the most lines. Where none stands anywhere, a blank, but only between numbers, as in the
 * files of the FIMI repository: `whole milk` is one item.
 */
function findDelimiter({ delimiter, quote }: LinesFile, sample: Buffer): Dialect {
  const lineEnd = sample.includes(LF) || !sample.includes(CR) ? LF : CR
  if (delimiter !== undefined) return { delimiter: delimiter.charCodeAt(0), lineEnd, blanksInside: false }
  // What stands in quotes parts nothing.
  const text = sample.toString('utf8').replaceAll(quote === '"' ? /"(?:[^"]|"")*"/g : /(?!)/g, 'x')
  const lines = text.split(lineEnd === LF ? '\n' : '\r')
  // The last line may be cut off; alone it is all there is.
  if (lines.length > 1) lines.pop()
  let best = { delimiter: NONE, lines: 0 }
  for (const candidate of CANDIDATES) {
    const parted = lines.filter((line) => line.includes(candidate)).length
    if (parted > best.lines) best = { delimiter: candidate.charCodeAt(0), lines: parted }
  }
  if (best.delimiter !== NONE) return { delimiter: best.delimiter, lineEnd, blanksInside: false }
  const trimmed = lines.map((line) => line.trim())
  const hasBlanks = trimmed.some((line) => line.includes(' '))
  const areNumbers = trimmed.every((line) => /^(\d+ +)*\d*$/.test(line))
  return {
    delimiter: hasBlanks && areNumbers ? SPACE : NONE,
    lineEnd,
    blanksInside: hasBlanks && !areNumbers,
  }
}

/** Cuts lines into items, byte by byte. */
class Cutter {
  readonly #dialect: Dialect
  readonly #quote: number
  readonly #taken: TakenDown
  /** Of the line that comes next. */
  #line = 1

  constructor(dialect: Dialect, quote: number, taken: TakenDown) {
    this.#dialect = dialect
    this.#quote = quote
    this.#taken = taken
  }

  /** @returns where the first line with a quoted item starts, if there is one; lines before it are taken down */
  readAll(read: (piece: Uint8Array, offset: number) => number): Quoted | undefined {
    const { lineEnd } = this.#dialect
    let bytes = Buffer.allocUnsafe(PIECE)
    let held = 0
    let offset = 0
    for (;;) {
      if (held > bytes.length / 2) bytes = Buffer.concat([bytes.subarray(0, held)], bytes.length * 2)
      const got = read(bytes.subarray(held), offset + held)
      const filled = held + got
      // What the last line of the file may lack is its end.
      const end = got === 0 ? filled : filled === 0 ? 0 : bytes.lastIndexOf(lineEnd, filled - 1) + 1
      const stopped = this.#cut(bytes, end)
      if (stopped < end) return { offset: offset + stopped, line: this.#line }
      if (got === 0) return undefined
      bytes.copyWithin(0, end, filled)
      held = filled - end
      offset += end
    }
  }

  /** @param end of whole lines @returns where the first line with a quoted item starts; `end` where there is none */
  #cut(bytes: Buffer, end: number): number {
    const { delimiter, lineEnd } = this.#dialect
    const quote = this.#quote
    const taken = this.#taken
    for (let at = 0; at < end; this.#line++) {
      const start = at
      taken.beginBasket(this.#line)
      for (;;) {
        while (at < end && isBlank(bytes[at] as number)) at++
        const first = at
        if (bytes[at] === quote && at < end) {
          taken.dropBasket()
          return start
        }
        let last = at
        let hash = 0
        for (let all = 0; at < end;) {
          const byte = bytes[at] as number
          if (byte === delimiter || byte === lineEnd) break
          all = Math.imul(all ^ byte, 0x01000193)
          at++
          if (isBlank(byte)) continue
          last = at
          hash = all
        }
        if (last > first) taken.item(bytes, first, last, hash)
        if (at >= end || bytes[at++] === lineEnd) break
      }
    }
    return end
  }
}

interface Quoted {
  readonly offset: number
  readonly line: number
}

/** So is what stands before the line feed in files from Windows. */
function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB || byte === CR
}

/** csv-parse from a line on. */
async function parseQuoted(
  file: LinesFile,
  { delimiter }: Dialect,
  { offset, line }: Quoted,
  taken: TakenDown,
): Promise<void> {
  const { parse } = await import('csv-parse')
  // A delimiter that no text holds where a line is one item.
  const parts = delimiter === NONE ? '\u001f' : String.fromCharCode(delimiter)
  const parser = createReadStream(file.path, { start: offset }).pipe(
    parse({
      delimiter: parts,
      quote: file.quote,
      escape: file.quote,
      relax_column_count: true,
      relax_quotes: true,
      trim: true,
      info: true,
    }),
  )
  let before = line
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      taken.beginBasket(before)
      for (const item of record) {
        if (item === '') continue
        const bytes = Buffer.from(item)
        taken.item(bytes, 0, bytes.length, hashOf(bytes))
      }
      before = line + info.lines
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause
    throw new DataError(`${file.label} line ${count(before)} or below: ${unquotable(cause)}`, {
      code: 'E_QUOTES',
      cause,
      help: ['Where quotes are text, add --quote none.'],
    })
  }
}

/** As the cutter has it. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}

function unquotable(cause: Error & { code?: unknown }): string {
  if (cause.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote opens that never closes'
  return 'behind a closing quote stands something other than a delimiter'
}

/** Numbers items by their bytes, and takes down which basket holds which. */
class TakenDown {
  #baskets = 0
  readonly #basket = new Growing()
  readonly #item = new Growing()
  readonly #line = new Growing()
  // Items by their bytes: open addressing, at most half full. Item i is text[end[i−1] … end[i]).
  #table = new Int32Array(1 << 10).fill(NONE)
  readonly #hash = new Growing()
  readonly #end = new Growing()
  #text = Buffer.allocUnsafe(1 << 14)

  beginBasket(line: number): void {
    this.#line.push(line)
    this.#baskets++
  }

  /** Takes back what was begun last. */
  dropBasket(): void {
    this.#baskets--
    this.#line.length--
    while (this.#basket.length > 0 && this.#basket.at(this.#basket.length - 1) === this.#baskets) {
      this.#basket.length--
      this.#item.length--
    }
  }

  item(bytes: Uint8Array, from: number, to: number, hash: number): void {
    this.#basket.push(this.#baskets - 1)
    this.#item.push(this.#numberOf(bytes, from, to, hash ^ (hash >>> 15)))
  }

  finish(): Pick<BasketLines, 'baskets' | 'line'> {
    const names = Array.from({ length: this.#end.length }, (_, item) =>
      this.#text.toString('utf8', item === 0 ? 0 : this.#end.at(item - 1), this.#end.at(item)),
    )
    const baskets = basketsOf(names, this.#baskets, this.#basket.values(), this.#item.values())
    return { baskets, line: this.#line.values() }
  }

  #numberOf(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#table.length - 1
    let slot = hash & mask
    for (;;) {
      const item = this.#table[slot] as number
      if (item === NONE) return this.#add(bytes, from, to, hash, slot)
      if (this.#hash.at(item) === hash && this.#isText(item, bytes, from, to)) return item
      slot = (slot + 1) & mask
    }
  }

  #isText(item: number, bytes: Uint8Array, from: number, to: number): boolean {
    let at = item === 0 ? 0 : this.#end.at(item - 1)
    if (this.#end.at(item) - at !== to - from) return false
    for (let other = from; other < to; other++, at++) if (this.#text[at] !== bytes[other]) return false
    return true
  }

  #add(bytes: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    const item = this.#end.length
    const start = item === 0 ? 0 : this.#end.at(item - 1)
    const end = start + to - from
    if (end > this.#text.length)
      this.#text = Buffer.concat([this.#text], Math.max(end, this.#text.length * 2))
    this.#text.set(bytes.subarray(from, to), start)
    this.#end.push(end)
    this.#hash.push(hash)
    this.#table[slot] = item
    if (2 * this.#end.length > this.#table.length) this.#rehash()
    return item
  }

  #rehash(): void {
    const mask = this.#table.length * 2 - 1
    this.#table = new Int32Array(mask + 1).fill(NONE)
    for (let item = 0; item < this.#end.length; item++) {
      let slot = this.#hash.at(item) & mask
      while (this.#table[slot] !== NONE) slot = (slot + 1) & mask
      this.#table[slot] = item
    }
  }
}

class Growing {
  #values = new Int32Array(1 << 10)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index] as number
  }

  values(): Int32Array {
    return this.#values.slice(0, this.length)
  }
}
