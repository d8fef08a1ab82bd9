/**
 * Malformed records: too few or too many cells, a stray quote, a quote that never closes.
 *
 * In:  a surveyed file and what `--ragged` says.
 * Out: an error that names the first of them and says how many there are; or the rows to refuse, as text.
 * A quote that never closes is an error in every mode: it has swallowed the rest of the file.
 */
import { DataError } from '../base/errors.ts'
import { count, plural } from '../base/wording.ts'
import type { MalformedRecord } from '../kernels/scan.ts'
import { cellSpans } from './records.ts'
import type { Table } from './rewrite.ts'
import { rangeOf } from './survey.ts'

export type Ragged = 'error' | 'pad' | 'reject'

/** @throws {DataError} for the first malformed record that the mode does not deal with */
export function checkRecords(table: Table, ragged: Ragged): void {
  const { scan, header } = table
  if (scan.unclosedQuoteLine > 0) throw unclosedQuote(table)
  const isStray = ({ kind, record }: MalformedRecord): boolean =>
    kind === 'stray-quote' && (ragged !== 'reject' || (record === 0 && header))
  const stray = scan.malformed.find(isStray)
  if (stray !== undefined) throw strayQuote(table, stray)
  if (ragged === 'reject') return
  const lost = scan.malformed.filter((fault) => ragged === 'error' || !canBeFitted(table, fault))
  const [first] = lost
  if (first !== undefined) throw raggedRow(table, first, lost.length, ragged)
}

/** A short record can be padded; a long one can be cut where what is cut off is empty. */
function canBeFitted(table: Table, fault: MalformedRecord): boolean {
  if (fault.kind === 'short') return true
  const record = recordBytes(table, fault)
  const extra = cellSpans(record, table.grammar).slice(table.scan.firstRecordColumns)
  return extra.every(({ start, end }) => start === end || isQuotedNothing(record.subarray(start, end), table))
}

function isQuotedNothing(cell: Uint8Array, { grammar }: Table): boolean {
  return cell.length === 2 && cell[0] === grammar.quote && cell[1] === grammar.quote
}

/** The bytes of a malformed record, as they stand in the file. */
function recordBytes({ file }: Table, { start, end }: MalformedRecord): Buffer {
  return rangeOf(file, file.from.offset + start, file.from.offset + end)
}

/** What a refused row is reported with. */
export function refusal(
  table: Table,
  fault: MalformedRecord,
): { line: number; reason: string; text: string } {
  const line = fault.line + table.file.from.line - 1
  return { line, reason: reasonOf(table, fault), text: recordBytes(table, fault).toString() }
}

function reasonOf({ scan }: Table, { kind, cells }: MalformedRecord): string {
  if (kind === 'short' || kind === 'long')
    return `${plural(cells, 'cell')}, ${count(scan.firstRecordColumns)} expected`
  return 'text behind the closing quote of a cell'
}

function place({ file }: Table, line: number): string {
  return `${file.label} line ${count(line + file.from.line - 1)}`
}

function unclosedQuote(table: Table): DataError {
  return new DataError(`${place(table, table.scan.unclosedQuoteLine)}: a quote opens here and never closes`, {
    code: 'E_QUOTE',
    help: ['Close it, or add --quote "" if quotes are plain text in this file.'],
  })
}

function strayQuote(table: Table, { line }: MalformedRecord): DataError {
  return new DataError(`${place(table, line)}: text goes on behind the closing quote of a cell`, {
    code: 'E_QUOTE',
    help: [
      'A quote inside a quoted cell is written twice: "a ""b"" c".',
      'To leave such rows out, add --ragged reject --rejects FILE.',
    ],
  })
}

const ONE_NAME =
  'The header is one name. Take out a title above it; or, if the file is one column of text, name a delimiter that is not in it: --delimiter tab.'

function raggedRow(table: Table, fault: MalformedRecord, inAll: number, ragged: Ragged): DataError {
  const others = inAll > 1 ? ` (${count(inAll)} such rows in all)` : ''
  const pad = 'To fill up short rows and drop empty cells at the end of long ones, add --ragged pad.'
  return new DataError(`${place(table, fault.line)}: ${reasonOf(table, fault)}${others}`, {
    code: 'E_RAGGED',
    help: [
      ...(table.scan.firstRecordColumns === 1 ? [ONE_NAME] : ragged === 'error' ? [pad] : []),
      'To leave such rows out, add --ragged reject --rejects FILE.',
    ],
  })
}
