/**
 * The rows of a CSV file as the engine can read them, where it can't read the file itself.
 *
 * In:  a surveyed file, its dialect, what to do with malformed rows.
 * Out: a copy with a header c0,c1,…, one line end after each record, as many cells in each; the rows that were
 *      refused; and for any row, of a copied file or not, the line that it has in the user's file.
 * Cost: one more pass, at some 150 MB/s, for files that need it; none for others.
 *
 * DuckDB 1.5.6 in strict mode, run on each of these, does not read what the grammar of kernels/scan.ts says:
 *   line ends of two kinds outside quotes       "state machine reached an invalid state"
 *   a first record with a line end in quotes    the same, or a row of garbage, unless the kinds agree
 *   blank lines or `sep=;` before the header    the first line is taken for the header, the header for data
 *   ` "x, y"`, blanks before a quote            read as quoted and trimmed, or as unclosed, or as it stands
 *   a record with one empty cell too many       taken without a word
 *   a blank line in a file of one column        a row (as here), which the scan does not count as a record
 *   records that are padded or refused          must not be there
 * Line ends inside quotes are kept as they are; they need parallel=false, as its parallel reader fails on them
 * where its buffers meet (77 MB of two-line addresses: "does not support a full read").
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { MalformedRecord, ScanResult, Scanner } from '../kernels/scan.ts'
import { cellSpans, records } from './records.ts'
import type { Grammar, RecordView } from './records.ts'
import { writeAll } from './survey.ts'
import type { Pass, Stored } from './survey.ts'

const SPACE = 32
const LF = 10
const PIECE = 1 << 20

/** A file whose records are known to be sound, or whose unsound ones have been dealt with. */
export interface Table {
  readonly file: Stored
  readonly grammar: Grammar
  readonly header: boolean
  readonly scan: ScanResult
}

/** What the engine reads otherwise than the grammar says, so that it has to be given a copy. */
export function needsRewriting(table: Table): boolean {
  const { file, scan } = table
  const kindsOfLineEnd = Object.values(scan.lineEnds).filter((ends) => ends > 0).length
  return (
    kindsOfLineEnd > 1 ||
    scan.firstRecord.line + file.from.line > 2 ||
    scan.firstRecord.lastLine > scan.firstRecord.line ||
    (scan.firstRecordColumns === 1 && scan.blankLines > 0) ||
    scan.malformed.length > 0 ||
    scan.spacedQuotes
  )
}

/** Whether a cell of the record starts with blanks and then a quote. */
function spacedCell({ bytes, start, end }: RecordView, grammar: Grammar): boolean {
  const record = bytes.subarray(start, end)
  if (grammar.quote === 0 || grammar.delimiter === SPACE) return false
  if (!record.includes(Buffer.of(SPACE, grammar.quote))) return false
  return cellSpans(record, grammar).some((span) => isSpaced(record.subarray(span.start, span.end), grammar))
}

function isSpaced(cell: Uint8Array, { quote }: Grammar): boolean {
  const first = cell.findIndex((byte) => byte !== SPACE)
  return first > 0 && cell[first] === quote
}

interface Row {
  /** Valid until the next row is asked for; of no length where the row is a blank line. */
  readonly view: RecordView
  readonly fault: MalformedRecord | undefined
}

/** The rows of data in their order: not the header, and no blank lines but in a file of one column. */
function* dataRows({ file, grammar, header, scan }: Table): Generator<Row, void, undefined> {
  let record = 0
  let faults = 0
  for (const view of records(file.descriptor, file.from, grammar)) {
    if (view.start === view.end) {
      if (scan.firstRecordColumns === 1 && (record > 0 || !header)) yield { view, fault: undefined }
      continue
    }
    const next = scan.malformed[faults]
    const fault = next?.record === record ? next : undefined
    if (fault !== undefined) faults++
    if (record++ > 0 || !header) yield { view, fault }
  }
}

/**
 * Writes the copy.
 *
 * @param target an empty file
 * @param scanner for the copy: of as many columns, with a header
 * @param refuse takes a malformed row, which is then left out; undefined: such rows are padded or cut to measure
 */
export async function rewrite(
  table: Table,
  target: number,
  scanner: Scanner,
  refuse: ((fault: MalformedRecord) => void) | undefined,
  pass: Pass,
): Promise<ScanResult> {
  const { grammar, scan } = table
  const width = scan.firstRecordColumns
  const out = new CopyWriter(target, scanner)
  const delimiter = String.fromCharCode(grammar.delimiter)
  out.write(Buffer.from(Array.from({ length: width }, (_, i) => `c${i}`).join(delimiter)))
  let flushes = 0
  for (const { view, fault } of dataRows(table)) {
    if (fault !== undefined && refuse !== undefined) {
      refuse(fault)
      continue
    }
    out.endRecord()
    const { bytes, start, end } = view
    if (start === end) out.write(emptyCell(grammar))
    else if (fault !== undefined) out.write(fitted(bytes.subarray(start, end), grammar, width))
    else if (scan.spacedQuotes && spacedCell(view, grammar))
      out.write(unspaced(bytes.subarray(start, end), grammar))
    else out.write(bytes, start, end)
    if (out.flushes === flushes) continue
    flushes = out.flushes
    pass.progress(view.offset)
    await turn()
    pass.signal.throwIfAborted()
  }
  out.endRecord()
  out.flush()
  return scanner.finish()
}

/** Quoted where there are quotes, so that the scan counts it as a record. */
function emptyCell({ quote }: Grammar): Buffer {
  return quote === 0 ? Buffer.alloc(0) : Buffer.of(quote, quote)
}

/** A short record with the empty cells that it lacks; a long one without those that it has too many. */
function fitted(record: Buffer, grammar: Grammar, width: number): Buffer {
  const spans = cellSpans(record, grammar)
  const last = spans[width - 1]
  if (last !== undefined) return record.subarray(0, last.end)
  return Buffer.concat([record, Buffer.alloc(width - spans.length, grammar.delimiter)])
}

/** The record with quotes around its cells that start with blanks and a quote. */
function unspaced(record: Buffer, grammar: Grammar): Buffer {
  const cells = cellSpans(record, grammar).map(({ start, end }) => {
    const cell = record.subarray(start, end)
    return isSpaced(cell, grammar) ? quoted(cell, grammar) : cell
  })
  const parts = cells.flatMap((cell, i) => (i === 0 ? [cell] : [Buffer.of(grammar.delimiter), cell]))
  return Buffer.concat(parts)
}

function quoted(cell: Buffer, { quote, escape }: Grammar): Buffer {
  const text: number[] = [quote]
  for (const byte of cell) {
    if (byte === quote || byte === escape) text.push(escape)
    text.push(byte)
  }
  text.push(quote)
  return Buffer.from(text)
}

/** Writes records to a file through a buffer, and hands the same bytes to a scanner. */
class CopyWriter {
  flushes = 0
  private readonly target: number
  private readonly scanner: Scanner
  private readonly buffer = Buffer.allocUnsafe(PIECE)
  private filled = 0

  constructor(target: number, scanner: Scanner) {
    this.target = target
    this.scanner = scanner
  }

  endRecord(): void {
    if (this.filled === PIECE) this.flush()
    this.buffer[this.filled++] = LF
  }

  write(bytes: Buffer, start = 0, end = bytes.length): void {
    for (let at = start; at < end;) {
      if (this.filled === PIECE) this.flush()
      const length = bytes.copy(this.buffer, this.filled, at, end)
      this.filled += length
      at += length
    }
  }

  flush(): void {
    const part = this.buffer.subarray(0, this.filled)
    writeAll(this.target, part)
    this.scanner.room(part.length).set(part)
    this.scanner.feed(part.length)
    this.filled = 0
    this.flushes++
  }
}

/**
 * The lines of the user's file that some rows of data start in.
 *
 * @param rows 0 based, ascending
 * @param leavesOut malformed rows were refused, so they are no rows
 */
export function linesOf(table: Table, rows: readonly number[], leavesOut: boolean): number[] {
  const { file, scan, header } = table
  const isOneToALine =
    scan.quotedLineEnds === 0 && scan.blankLines === 0 && !(leavesOut && scan.malformed.length > 0)
  if (isOneToALine) return rows.map((row) => file.from.line + (header ? 1 : 0) + row)
  if (rows.length === 0) return []
  const lines: number[] = []
  let row = 0
  for (const { view, fault } of dataRows(table)) {
    if (fault !== undefined && leavesOut) continue
    while (rows[lines.length] === row) lines.push(view.line)
    if (lines.length === rows.length) return lines
    row++
  }
  throw new RangeError(`row ${rows[lines.length]} of ${row} has no line`)
}
