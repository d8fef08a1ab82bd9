/**
 * The source reader: from what a person names on the command line to a file that the engine may read by name.
 *
 * In:  a path or `-`, and what the options say about it.
 * Out: a SourceFile: UTF-8, uncompressed, one kind of line end, every record as wide as the header; or an error
 *      that names the file and the line.
 * Cost: one scan of the bytes. A plain UTF-8 file is then read in place; what comes packed, through a pipe or in
 *      another encoding is written to a private copy while it is scanned; rewrite.ts lists what takes a second.
 *
 * The kind is told by the name (.parquet, .json, .ndjson, .jsonl, under a .gz or .zst). Where the name says
 * nothing, as that of a pipe, Parquet is known by its first bytes, and JSON by an object's first key, which no
 * table starts with (`{"id":`, `[{"id":`); whoever states a delimiter or a quote has CSV.
 */
import { DataError, UsageError } from '../base/errors.ts'
import type { Runner } from '../base/steps.ts'
import type { ColumnFacts, ScanOptions, Scanner } from '../kernels/scan.ts'
import { Copies } from './copies.ts'
import { openCsv } from './csv-source.ts'
import type { Stated } from './csv-dialect.ts'
import type { KeptColumns } from './kept.ts'
import { UTF8, decoded, encodingNamed, encodingOf } from './decode.ts'
import { openInput, peek, without } from './input.ts'
import type { Input } from './input.ts'
import { packingOf, unpacked } from './unpack.ts'

export interface ReadOptions {
  readonly delimiter: string | undefined
  readonly quote: string | undefined
  readonly header: boolean
  /** The header is one even where it looks like data. */
  readonly headerIsCertain?: boolean
  readonly decimal: '.' | ','
  readonly encoding: string | undefined
  readonly ragged: 'error' | 'pad' | 'reject'
  /** The file is lines of items, as many as each likes, and no table (basket-lines.ts). */
  readonly lines?: boolean
  /** Names of columns whose numbers will be asked for: the scan of a CSV file keeps them. */
  readonly numbers?: readonly string[]
  /** And all other columns that look like numbers or like few different texts, where the file is not too large. */
  readonly allColumns?: boolean
}

/** What the reader asks of the program around it. */
export interface SourceIo {
  readonly scanner: (options: ScanOptions) => Scanner
  /** Threads that scan a large file; without them one thread does. */
  readonly pool?: Runner
  /** A private folder (0700) for copies, made on first use. */
  scratch(): Promise<string>
  /** File descriptor of stdin. */
  readonly stdin: number
  reject(row: Reject): void
  warn(warning: { readonly code: string; readonly message: string }): void
  /** Aborted with the error that the reader then throws. */
  readonly signal: AbortSignal
  /** Told from time to time how many bytes have been read, of how many where that is known. */
  progress?(bytes: number, total: number | undefined): void
}

/** A row that was refused. */
export interface Reject {
  readonly file: string
  readonly line: number
  readonly column: string
  readonly reason: string
  readonly text: string
}

export interface SourceFile {
  /** As the user named it; `stdin` for `-`. */
  readonly label: string
  readonly kind: 'csv' | 'parquet' | 'json' | 'ndjson' | 'lines'
  /** What the engine (or for `lines` lode itself) reads: the file itself, or its spooled copy. */
  readonly path: string
  /** Column names as in the file; for kinds other than csv the engine finds them. */
  readonly names: readonly string[]
  readonly csv: CsvShape | undefined
  /** Malformed rows left out (`--ragged reject`). */
  readonly rejected: number
}

export interface CsvShape {
  readonly delimiter: string
  /** Empty where nothing is quoted. */
  readonly quote: string
  readonly escape: string
  /** The first line is a header and has to be skipped. */
  readonly skipsHeader: boolean
  /** Records of data, header aside. */
  readonly rows: number
  readonly longestRecord: number
  /** Line ends inside quoted cells: where there are any, the engine must not read in parallel (rewrite.ts). */
  readonly quotedLineEnds: number
  /** Every record is one line ended by a line feed, so the file can be cut behind any of them. */
  readonly isLines: boolean
  readonly facts: readonly ColumnFacts[]
  readonly kept: KeptColumns
  /** The physical line in the user's file that data row `row` (0 based) starts in. */
  lineOf(row: number): Promise<number>
}

/** Bytes of the start that packing, kind and encoding are told by. */
const HEAD = 1 << 16
const PARQUET_MAGIC = 'PAR1'

/**
 * Opens what a person named, finds out what it is, and checks all of it.
 *
 * @throws {UsageError} for an unknown encoding, or a delimiter or quote that can't be one
 * @throws {DataError} for a file that is not there, is cut short, is not text, or has malformed rows
 */
export async function openSource(operand: string, options: ReadOptions, io: SourceIo): Promise<SourceFile> {
  const stated = statedDialect(options)
  const encoding = options.encoding === undefined ? undefined : encodingNamed(options.encoding)
  const input = await openInput(operand, io.stdin, io.signal)
  try {
    return await readInput(input, stated, encoding, options, io)
  } finally {
    input.close()
  }
}

async function readInput(
  input: Input,
  stated: Stated,
  statedEncoding: string | undefined,
  options: ReadOptions,
  io: SourceIo,
): Promise<SourceFile> {
  const { label } = input
  const packed = await peek(input.flow(), HEAD)
  if (packed.head.length === 0) throw empty(label, options)
  const packing = packingOf(packed.head, label)
  const plain = packing === undefined ? packed : await peek(unpacked(packed.flow, packing, label), HEAD)
  if (plain.head.length === 0) throw empty(label, options)

  const copies = new Copies(io, label, packing === undefined ? input.size : undefined)
  const path = packing === undefined ? input.path : undefined
  const name = packing === undefined ? label : label.replace(/\.(gz|zst)$/i, '')
  const kind = options.lines === true ? linesKind(name, plain.head) : kindOf(name, plain.head, stated)
  if (kind === 'parquet') {
    if (!plain.head.toString('latin1').startsWith(PARQUET_MAGIC)) {
      throw new DataError(`${label} is not a Parquet file, though its name ends in .parquet`, {
        code: 'E_FORMAT',
      })
    }
    return {
      label,
      kind,
      path: await copies.ofBytes(plain.flow, path, 'parquet'),
      names: [],
      csv: undefined,
      rejected: 0,
    }
  }

  const encoding = encodingOf(plain.head, statedEncoding, label)
  const isUtf8 = encoding.name === UTF8
  const flow = isUtf8 ? without(plain.flow, encoding.markLength) : decoded(plain.flow, encoding, label)
  if (kind !== 'csv') {
    const own = isUtf8 && encoding.markLength === 0 ? path : undefined
    return { label, kind, path: await copies.ofText(flow, own, kind), names: [], csv: undefined, rejected: 0 }
  }
  const inPlace = isUtf8 && path !== undefined ? { path, offset: encoding.markLength } : undefined
  return openCsv({ label, inPlace, flow }, stated, options, io, copies)
}

function empty(label: string, { lines }: ReadOptions): DataError {
  const what = lines === true ? 'it has no lines' : 'it has no header line, and no rows'
  return new DataError(`${label} is empty: ${what}`, { code: 'E_EMPTY' })
}

/** @throws {DataError} for a table that is no text */
function linesKind(name: string, head: Buffer): 'lines' {
  const kind = kindOf(name, head, { delimiter: undefined, quote: undefined })
  if (kind === 'csv') return 'lines'
  throw new DataError(`${name} is ${kind === 'parquet' ? 'a Parquet file' : 'JSON'}, and no lines of items`, {
    code: 'E_FORMAT',
  })
}

/** The first key of the first object, in an array or not. */
const JSON_START = /^\s*(\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:/

function kindOf(name: string, head: Buffer, { delimiter, quote }: Stated): SourceFile['kind'] {
  if (head.toString('latin1', 0, 4) === PARQUET_MAGIC) return 'parquet'
  const extension = /\.(parquet|json|ndjson|jsonl)$/i.exec(name)?.[1]?.toLowerCase()
  if (extension === 'parquet' || extension === 'json' || extension === 'ndjson') return extension
  if (extension === 'jsonl') return 'ndjson'
  const mayBeJson = delimiter === undefined && quote === undefined
  return mayBeJson && JSON_START.test(head.toString('latin1', 0, 1024)) ? 'json' : 'csv'
}

/** @throws {UsageError} for a delimiter or quote that is not one ASCII character, or is the same as the other */
function statedDialect({ delimiter, quote }: ReadOptions): Stated {
  const stated = {
    delimiter: delimiter === undefined ? undefined : oneByte('--delimiter', spelledOut(delimiter)),
    quote: quote === undefined ? undefined : quote === '' ? 0 : oneByte('--quote', quote),
  }
  if (stated.delimiter !== undefined && stated.delimiter === stated.quote) {
    throw new UsageError('--delimiter and --quote must be different characters')
  }
  return stated
}

/** A tab is hard to type in a shell. */
function spelledOut(delimiter: string): string {
  return delimiter === '\\t' || delimiter.toLowerCase() === 'tab' ? '\t' : delimiter
}

function oneByte(option: string, text: string): number {
  const byte = text.charCodeAt(0)
  if (text.length !== 1 || byte > 126 || text === '\n' || text === '\r' || text === '\0') {
    throw new UsageError(`${option} must be one ASCII character, not a line end; got ${JSON.stringify(text)}`)
  }
  return byte
}
