/**
 * The records of a CSV file, one by one: for what the scan cannot tell, such as the line of one row or the
 * bytes that have to be written otherwise.
 *
 * In:  an open file of UTF-8 text, where to start, the three bytes of the dialect.
 * Out: every line of the table in turn, blank ones too, as a range of a buffer; the cells of one record.
 * Cost: one pass at some 200 MB/s; memory: the longest record. Grammar: kernels/scan.ts, to the letter.
 */
import { readSync } from 'node:fs'

const LF = 10
const CR = 13
const BUFFER = 1 << 18

/** The bytes that a dialect is made of; quote 0: none, escape: the same as quote, or 92. */
export interface Grammar {
  readonly delimiter: number
  readonly quote: number
  readonly escape: number
}

/** Where something stands in a file: byte offset (0 based) and line (1 based). */
export interface Place {
  readonly offset: number
  readonly line: number
}

/** One record or blank line: bytes[start … end), without its line end. Valid until the next is asked for. */
export interface RecordView {
  bytes: Buffer
  start: number
  /** Equal to start for a blank line. */
  end: number
  /** Of the record's first byte, in the file. */
  offset: number
  /** Line of the file that it starts on, 1 based. */
  line: number
}

/** Walks a file from a place to its end. The generator hands out the same object again and again. */
export function* records(
  file: number,
  from: Place,
  grammar: Grammar,
): Generator<RecordView, void, undefined> {
  const { delimiter, escape } = grammar
  const quote = grammar.quote === 0 ? -1 : grammar.quote
  const view: RecordView = { bytes: Buffer.allocUnsafe(BUFFER), start: 0, end: 0, ...from }
  let { bytes } = view
  let filled = 0
  let read = from.offset
  let ended = false
  let start = 0
  let { line } = from
  for (;;) {
    let at = start
    let place: 'start' | 'unquoted' | 'quoted' | 'after-quote' = 'start'
    let linesInside = 0
    for (;;) {
      // One byte of look-ahead, for CRLF and escapes. The record at hand moves to the front of the buffer.
      if (at + 1 >= filled && !ended) {
        const kept = filled - start
        const target = kept > bytes.length / 2 ? Buffer.allocUnsafe(bytes.length * 2) : bytes
        bytes.copy(target, 0, start, filled)
        bytes = target
        const got = readSync(file, bytes, kept, bytes.length - kept, read)
        read += got
        filled = kept + got
        ended = got === 0
        at -= start
        start = 0
        continue
      }
      if (at >= filled) break
      const byte = bytes[at] as number
      if (place === 'quoted') {
        if (byte === quote) place = 'after-quote'
        else if (byte === escape) {
          at++
          if (bytes[at] === LF || bytes[at] === CR) continue
        } else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) linesInside++
      } else if (byte === LF || byte === CR) break
      else if (byte === delimiter) place = 'start'
      else if (byte === quote && place === 'start') place = 'quoted'
      else if (byte === quote && place === 'after-quote' && escape === quote) place = 'quoted'
      else {
        place = 'unquoted'
        // Most bytes of most files: nothing but a delimiter or a line end matters here.
        const last = filled - 2
        while (at < last) {
          const next = bytes[at + 1] as number
          if (next === delimiter || next === LF || next === CR) break
          at++
        }
      }
      at++
    }
    at = Math.min(at, filled)
    if (at >= filled && at === start) return
    view.bytes = bytes
    view.start = start
    view.end = at
    view.offset = read - filled + start
    view.line = line
    yield view
    if (at >= filled) return
    start = bytes[at] === CR && bytes[at + 1] === LF ? at + 2 : at + 1
    line += linesInside + 1
  }
}

/** The range of one cell in its record, quotes included. */
export interface CellSpan {
  readonly start: number
  readonly end: number
}

/** The cells of one whole record. */
export function cellSpans(record: Uint8Array, grammar: Grammar): CellSpan[] {
  const { delimiter, escape } = grammar
  const quote = grammar.quote === 0 ? -1 : grammar.quote
  const spans: CellSpan[] = []
  let start = 0
  while (start <= record.length) {
    let at = start
    if (record[at] === quote) {
      at++
      while (at < record.length) {
        if (record[at] === quote && escape === quote && record[at + 1] === quote) at += 2
        else if (record[at] === quote) break
        else at += record[at] === escape && escape !== quote ? 2 : 1
      }
    }
    const next = record.indexOf(delimiter, Math.min(at, record.length))
    const end = next < 0 ? record.length : next
    spans.push({ start, end })
    start = end + 1
  }
  return spans
}

/** The texts of one whole record, quotes taken off. */
export function cellTexts(record: Uint8Array, grammar: Grammar): string[] {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.length)
  return cellSpans(record, grammar).map(({ start, end }) => {
    if (grammar.quote === 0 || bytes[start] !== grammar.quote || end - start < 2) {
      return bytes.toString('utf8', start, end)
    }
    const quote = String.fromCharCode(grammar.quote)
    const inner = bytes.toString('utf8', start + 1, end - 1)
    return grammar.escape === grammar.quote
      ? inner.replaceAll(quote + quote, quote)
      : inner.replaceAll(/\\([^])/g, '$1')
  })
}
