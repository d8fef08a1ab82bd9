/**
 * A file of baskets, one a line, with as many items a line as it likes: what no reader of tables takes.
 *
 * In:  checked UTF-8 text on disk (source.ts), and what the user stated about it.
 * Out: Baskets in the order of the lines. A line with nothing on it is a basket without items.
 * Cost: one pass over the bytes at some 300 MB/s; memory: each different item once, and the baskets.
 *
 * An item is what stands between two delimiters, without the blanks around it; a basket holds it once however often it
 * stands there. Up to the first item that starts with a quote a kernel cuts the bytes (kernels/baskets.ts), as nothing can
 * go wrong with them; from that line on csv-parse reads, which knows what a quote may do (it takes far longer a byte).
 */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { withoutNames, type Baskets } from '../base/baskets.ts'
import { DataError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import { NO_BYTE, type BasketCutter } from '../kernels/baskets.ts'
import { wasmBaskets } from '../kernels/wasm-baskets.ts'
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
  /** Texts that are no items, as stated. */
  readonly missing?: readonly string[] | undefined
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
const PIECE = 1 << 20
/** What the delimiter is found out from. */
const SAMPLE = 1 << 16

/** @throws {DataError} naming the line where a quote opens that never closes */
export async function readBasketLines(file: LinesFile): Promise<BasketLines> {
  const descriptor = openSync(file.path, 'r')
  try {
    const sample = Buffer.alloc(SAMPLE)
    const found = findDelimiter(file, sample.subarray(0, readAt(file, descriptor, sample, 0)))
    const quote = file.quote === '' ? NO_BYTE : file.quote.charCodeAt(0)
    const cutter = wasmBaskets({ ...found, quote })
    const read = (piece: Uint8Array, offset: number) => readAt(file, descriptor, piece, offset)
    const quotedFrom = cutLines(read, found.lineEnd, cutter)
    const cut = cutter.baskets
    const linesBehind = quotedFrom === undefined ? [] : await parseQuoted(file, found, quotedFrom, cutter)
    const line = new Int32Array(cutter.baskets)
    // As far as nothing is quoted, each line is a basket.
    for (let b = 0; b < cut; b++) line[b] = b + 1
    line.set(linesBehind, cut)
    return {
      baskets: withoutNames(cutter.finish(), file.missing ?? []),
      line,
      delimiter: found.delimiter === NO_BYTE ? undefined : String.fromCharCode(found.delimiter),
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
  /** A byte; NO_BYTE where a line is one item. */
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
  let best = { delimiter: NO_BYTE, lines: 0 }
  for (const candidate of CANDIDATES) {
    const parted = lines.filter((line) => line.includes(candidate)).length
    if (parted > best.lines) best = { delimiter: candidate.charCodeAt(0), lines: parted }
  }
  if (best.delimiter !== NO_BYTE) return { delimiter: best.delimiter, lineEnd, blanksInside: false }
  const trimmed = lines.map((line) => line.trim())
  const hasBlanks = trimmed.some((line) => line.includes(' '))
  const areNumbers = trimmed.every((line) => /^(\d+ +)*\d*$/.test(line))
  return {
    delimiter: hasBlanks && areNumbers ? SPACE : NO_BYTE,
    lineEnd,
    blanksInside: hasBlanks && !areNumbers,
  }
}

/**
 * Cuts the lines of a file, as far as no item starts with a quote.
 *
 * @returns where the first line with one starts, if there is one; lines before it are taken
 */
function cutLines(
  read: (piece: Uint8Array, offset: number) => number,
  lineEnd: number,
  cutter: BasketCutter,
): number | undefined {
  let size = PIECE
  let held = 0
  let offset = 0
  for (;;) {
    if (held > size / 2) size *= 2
    const bytes = cutter.room(size)
    const got = read(bytes.subarray(held), offset + held)
    const filled = held + got
    // What the last line of the file may lack is its end.
    const end = got === 0 ? filled : filled === 0 ? 0 : bytes.lastIndexOf(lineEnd, filled - 1) + 1
    const stopped = cutter.cut(end)
    if (stopped < end) return offset + stopped
    if (got === 0) return undefined
    cutter.room(size).copyWithin(0, end, filled)
    held = filled - end
    offset += end
  }
}

/** csv-parse from a place in the file on. @returns the line that each of its baskets starts on */
async function parseQuoted(
  file: LinesFile,
  { delimiter }: Dialect,
  offset: number,
  cutter: BasketCutter,
): Promise<number[]> {
  const { parse } = await import('csv-parse')
  // A delimiter that no text holds where a line is one item.
  const parts = delimiter === NO_BYTE ? '\u001f' : String.fromCharCode(delimiter)
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
  const line = cutter.baskets + 1
  const lines: number[] = []
  let before = line
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[]
      info: { lines: number }
    }>) {
      lines.push(before)
      cutter.basket(record.filter((item) => item !== ''))
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
  return lines
}

function unquotable(cause: Error & { code?: unknown }): string {
  if (cause.code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote opens that never closes'
  return 'behind a closing quote stands something other than a delimiter'
}
