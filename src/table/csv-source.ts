/**
 * A CSV text, from its bytes to a file that the engine reads as the grammar of kernels/scan.ts has it.
 *
 * In:  UTF-8 text, in a file or as a flow; what the user stated about it.
 * Out: a SourceFile of kind csv.
 *
 * The walk: sample → dialect → one scan of everything → a second look at the dialect if rows came out malformed
 * → errors → a copy where the engine needs one.
 */
import { closeSync, fstatSync, openSync } from 'node:fs'
import { DataError } from '../base/errors.ts'
import type { ColumnFacts, MalformedRecord, ScanOptions, ScanResult } from '../kernels/scan.ts'
import { isNumeric } from './cells.ts'
import type { Copies } from './copies.ts'
import { findDialect, isOneColumnOfText, looksLikeData } from './csv-dialect.ts'
import type { Sample, Stated } from './csv-dialect.ts'
import { peek, readFailure, without } from './input.ts'
import type { Flow } from './input.ts'
import { keptColumn, type KeptColumns } from './kept.ts'
import { checkRecords, refusal } from './malformed.ts'
import { cellTexts } from './records.ts'
import type { Grammar } from './records.ts'
import { linesOf, needsRewriting, rewrite } from './rewrite.ts'
import type { Table } from './rewrite.ts'
import type { CsvShape, ReadOptions, SourceFile, SourceIo } from './source.ts'
import { rangeOf, surveyFile, surveyFlow } from './survey.ts'
import type { Stored } from './survey.ts'

const HEAD = 1 << 16
/** Bytes that most headers have room in. */
const USUAL_HEADER = 1 << 12
/** Bytes that tell text from something else. */
const TASTE = 1 << 12
/** Middle and end of a file are looked at in samples of this many bytes. */
const LATER_SAMPLE = 1 << 14
/** As much of a file as is held in memory in search of the end of its first record. */
const LONGEST_FIRST_RECORD = 1 << 26
/** Malformed records that a second look at the dialect takes into account. */
const SECOND_LOOKS = 4
/** Columns whose numbers are kept while the file is scanned; 8 bytes a cell. */
const MOST_KEPT = 32
/** Columns in which few different texts are looked for. */
const MOST_LOOKED_AT = 255

export interface CsvText {
  readonly label: string
  /** Where it may be read in place: the file, and where its text starts. */
  readonly inPlace: { readonly path: string; readonly offset: number } | undefined
  readonly flow: Flow
}

/** @throws {DataError} for a text that is no table, or has malformed rows that `--ragged` does not deal with */
export async function openCsv(
  text: CsvText,
  stated: Stated,
  options: ReadOptions,
  io: SourceIo,
  copies: Copies,
): Promise<SourceFile> {
  const { label, inPlace } = text
  const place = inPlace === undefined ? await copies.create('csv') : openAgain(inPlace.path)
  try {
    return await readCsv(text, { label, ...place }, stated, options, io, copies)
  } finally {
    closeSync(place.descriptor)
  }
}

function openAgain(path: string): { path: string; descriptor: number } {
  try {
    return { path, descriptor: openSync(path, 'r') }
  } catch (cause) {
    throw readFailure(path, cause)
  }
}

async function readCsv(
  text: CsvText,
  place: Omit<Stored, 'from'>,
  stated: Stated,
  options: ReadOptions,
  io: SourceIo,
  copies: Copies,
): Promise<SourceFile> {
  const { label, inPlace } = text
  const start = await (inPlace === undefined
    ? startOfFlow(text.flow, io)
    : startOfFile(place, inPlace.offset, io))
  checkIsText(start.head, stated.delimiter, label)
  const separator = excelSeparator(start.head)
  const skipped = separator?.length ?? 0
  const from = {
    offset: inPlace === undefined ? 0 : inPlace.offset + skipped,
    line: separator === undefined ? 1 : 2,
  }
  const file: Stored = { ...place, from }
  const known: Stated = { ...stated, delimiter: stated.delimiter ?? separator?.delimiter }

  const first: Sample = {
    bytes: start.isWhole ? start.head.subarray(skipped) : wholeLines(start.head.subarray(skipped)),
    aligned: true,
    atStart: true,
    atEnd: start.isWhole,
  }
  const later = inPlace === undefined ? [] : laterSamples(file)
  const found = dialectOf([first, ...later], known, options, io)
  const guess = options.allColumns === true ? keepingAll(found, first, file, options, io) : found
  let reading: Reading = {
    ...guess,
    scan: await (inPlace === undefined
      ? surveyFlow(without(start.flow, skipped), file, io.scanner(scanOf(guess, options)), copies.pass)
      : surveyFile(file, io.scanner, scanOf(guess, options), guess.width, copies.pass)),
  }
  reading = await lookAgain(reading, file, first, known, options, io, copies)
  if (reading.scan.records === 0) throw onlyBlankLines(label)

  const table: Table = { file, grammar: reading.grammar, header: reading.header, scan: reading.scan }
  checkRecords(table, options.ragged)
  warnOfGuesses(table, known, options, io)
  return needsRewriting(table)
    ? rewritten(table, options, io, copies)
    : described(table, {
        ...table,
        path: await copies.nameOf(file.path, 'csv'),
        facts: table.scan.columns,
        kept: keptOf(reading),
        rejected: 0,
      })
}

/** A dialect and what the scan under it found. */
interface Dialect {
  readonly grammar: Grammar
  readonly header: boolean
  /** Columns whose numbers are kept. */
  readonly keep: readonly number[]
  /** Columns whose texts are kept as codes. */
  readonly keepTexts: readonly number[]
  /** Cells of the first record. */
  readonly width: number
}

interface Reading extends Dialect {
  readonly scan: ScanResult
}

interface Start {
  readonly head: Buffer
  /** There is no more. */
  readonly isWhole: boolean
  /** All of it. */
  readonly flow: Flow
}

async function startOfFlow(flow: Flow, io: SourceIo): Promise<Start> {
  for (let size = HEAD; ; size *= 4) {
    const { head, whole, flow: again } = await peek(flow, size)
    flow = again
    if (whole || size >= LONGEST_FIRST_RECORD || holdsFirstRecord(head, io))
      return { head, isWhole: whole, flow }
  }
}

async function startOfFile(file: Omit<Stored, 'from'>, offset: number, io: SourceIo): Promise<Start> {
  for (let size = HEAD; ; size *= 4) {
    const head = rangeOf(file, offset, offset + size)
    const isWhole = head.length < size
    if (isWhole || size >= LONGEST_FIRST_RECORD || holdsFirstRecord(head, io))
      return { head, isWhole, flow: nothing() }
  }
}

async function* nothing(): Flow {}

function holdsFirstRecord(head: Buffer, io: SourceIo): boolean {
  const firstLine = /^[^"'\r\n]+[\r\n]/
  if (firstLine.test(head.toString('latin1', 0, USUAL_HEADER))) return true
  const comma = { delimiter: 44, quote: 34, escape: 34, decimal: 46, columns: 0, facts: false, header: true }
  const scanner = io.scanner(comma)
  scanner.room(head.length).set(head)
  scanner.feed(head.length)
  const { records, firstRecord } = scanner.finish()
  return records > 0 && firstRecord.end < head.length
}

/** @throws {DataError} where more than a tenth of the bytes are control characters that no text has */
function checkIsText(head: Buffer, delimiter: number | undefined, label: string): void {
  const taste = head.subarray(0, TASTE)
  let controls = 0
  for (const byte of taste) {
    if ((byte < 32 && (byte < 8 || byte > 13) && byte !== delimiter) || byte === 127) controls++
  }
  if (controls <= taste.length / 10) return
  throw new DataError(
    `${label} does not look like text: ${Math.round((100 * controls) / taste.length)}% of it are control characters`,
    {
      code: 'E_BINARY',
      help: ['lode reads CSV, Parquet, JSON and NDJSON, also as .gz or .zst.'],
    },
  )
}

/** Excel's own first line, `sep=;`: what it says, and its length with its line end. */
function excelSeparator(head: Buffer): { delimiter: number; length: number } | undefined {
  const line = /^"?sep=([ -~\t])"?(\r\n|\n|\r)/i.exec(head.toString('latin1', 0, 12))
  return line === null ? undefined : { delimiter: (line[1] as string).charCodeAt(0), length: line[0].length }
}

/** Up to the last line end, where there is one. */
function wholeLines(bytes: Buffer): Buffer {
  const end = Math.max(bytes.lastIndexOf('\n'), bytes.lastIndexOf('\r')) + 1
  return end === 0 ? bytes : bytes.subarray(0, end)
}

/** Whole lines from the middle and from the end of a file that is longer than its first sample. */
function laterSamples(file: Stored): Sample[] {
  const { size } = fstatSync(file.descriptor)
  if (size < HEAD + 2 * LATER_SAMPLE) return []
  return [Math.floor(size / 2), size - LATER_SAMPLE].map((start) => {
    const bytes = rangeOf(file, start, start + LATER_SAMPLE)
    const atEnd = start + LATER_SAMPLE >= size
    const firstEnd = bytes.indexOf('\n')
    const lines = bytes.subarray(firstEnd + 1)
    return { bytes: atEnd ? lines : wholeLines(lines), aligned: false, atStart: false, atEnd }
  })
}

function dialectOf(samples: readonly Sample[], known: Stated, options: ReadOptions, io: SourceIo): Dialect {
  const { grammar, firstRecord } = findDialect(samples, known, io.scanner)
  const names = cellTexts(firstRecord, grammar)
  const header =
    options.header && (options.headerIsCertain === true || !looksLikeData(names, options.decimal))
  const keep = header ? columnsToKeep(names, options.numbers ?? []) : []
  return { grammar, header, keep, keepTexts: [], width: names.length }
}

/** The places of names that stand once. */
function columnsToKeep(names: readonly string[], wanted: readonly string[]): number[] {
  const places = [...new Set(wanted)].filter(
    (name) => names.includes(name) && names.indexOf(name) === names.lastIndexOf(name),
  )
  return places.map((name) => names.indexOf(name)).slice(0, MOST_KEPT)
}

/** As many bytes of text make no more than four times as many of numbers. */
const MOST_KEPT_WHOLE = 1 << 27

/** Keeps the columns too that show nothing but numbers in the first sample, and those that show few different texts. */
function keepingAll(
  dialect: Dialect,
  first: Sample,
  file: Stored,
  options: ReadOptions,
  io: SourceIo,
): Dialect {
  if (!dialect.header || fstatSync(file.descriptor).size > MOST_KEPT_WHOLE) return dialect
  const keepTexts = Array.from({ length: Math.min(dialect.width, MOST_LOOKED_AT) }, (_, place) => place)
  const scanner = io.scanner(scanOf({ ...dialect, keep: [], keepTexts }, options))
  scanner.room(first.bytes.length).set(first.bytes)
  scanner.feed(first.bytes.length)
  const { columns, keptTexts } = scanner.finish()
  const numeric = columns.flatMap((facts, place) => (isNumeric(facts) ? [place] : []))
  const keep = [...new Set([...dialect.keep, ...numeric])].slice(0, MOST_KEPT)
  const repeats = (place: number, { others, empty }: ColumnFacts): boolean => {
    const kept = keptTexts?.[place]
    return others > 0 && kept !== undefined && 2 * kept.texts.length <= kept.codes.length - empty
  }
  const few = columns.flatMap((facts, place) =>
    repeats(place, facts) && !keep.includes(place) ? [place] : [],
  )
  return { ...dialect, keep, keepTexts: few.slice(0, MOST_KEPT) }
}

/** What the scan has kept, by column. */
function keptOf({ keep, keepTexts, scan }: Reading): KeptColumns {
  const of = <T, U>(
    columns: readonly number[],
    found: readonly (T | undefined)[] | undefined,
    make: (one: T, column: number) => U,
  ) =>
    new Map(
      columns.flatMap((column, slot) => {
        const one = found?.[slot]
        return one === undefined ? [] : [[column, make(one, column)] as const]
      }),
    )
  return {
    numbers: of(keep, scan.kept, (numbers, column) => keptColumn(numbers, isWholeColumn(scan, column))),
    texts: of(keepTexts, scan.keptTexts, (texts) => texts),
  }
}

function scanOf(
  { grammar, header, keep, keepTexts }: Omit<Dialect, 'width'>,
  options: ReadOptions,
  columns = 0,
): ScanOptions {
  return { ...grammar, decimal: options.decimal.charCodeAt(0), columns, facts: true, header, keep, keepTexts }
}

/**
 * Where records came out malformed, the dialect is judged again with samples from where they stand: a quote or
 * an escape may show late in a file. What explains more of them is taken.
 */
async function lookAgain(
  reading: Reading,
  file: Stored,
  first: Sample,
  known: Stated,
  options: ReadOptions,
  io: SourceIo,
  copies: Copies,
): Promise<Reading> {
  const { grammar, scan } = reading
  const { malformed, firstRecordColumns } = scan
  if (malformed.length === 0) return reading
  const there = malformed.slice(0, SECOND_LOOKS).map(({ start }): Sample => {
    const at = file.from.offset + start
    const bytes = rangeOf(file, at, at + LATER_SAMPLE)
    const atEnd = bytes.length < LATER_SAMPLE
    return { bytes: atEnd ? bytes : wholeLines(bytes), aligned: true, atStart: false, atEnd }
  })
  const delimiter = firstRecordColumns > 1 ? grammar.delimiter : known.delimiter
  const other = dialectOf([first, ...there], { ...known, delimiter }, options, io)
  if (isSame(other.grammar, grammar)) return reading
  const again = await surveyFile(file, io.scanner, scanOf(other, options), other.width, copies.pass)
  return again.malformed.length < malformed.length ? { ...other, scan: again } : reading
}

function isSame(one: Grammar, other: Grammar): boolean {
  return one.delimiter === other.delimiter && one.quote === other.quote && one.escape === other.escape
}

function onlyBlankLines(label: string): DataError {
  return new DataError(`${label} has no header line: there is nothing in it but blank lines`, {
    code: 'E_EMPTY',
  })
}

function warnOfGuesses(
  { file, grammar, header }: Table,
  known: Stated,
  options: ReadOptions,
  io: SourceIo,
): void {
  const { label } = file
  if (options.header && !header) {
    io.warn({
      code: 'no_header',
      message: `${label}: the first line holds numbers, no names, so it is taken for data; the columns are called column1, column2, …`,
    })
  }
  if (grammar.quote === 0 && known.quote === undefined) {
    io.warn({
      code: 'quotes_are_text',
      message: `${label}: quotes in it do not pair up, so they are taken for text; --quote '"' reads them as quotes`,
    })
  }
  if (known.delimiter === undefined && isOneColumnOfText(grammar)) {
    io.warn({
      code: 'one_column',
      message: `${label} is read as one column: its header holds no delimiter, so those in its rows are text`,
    })
  }
}

async function rewritten(
  table: Table,
  options: ReadOptions,
  io: SourceIo,
  copies: Copies,
): Promise<SourceFile> {
  const { file, grammar } = table
  const width = table.scan.firstRecordColumns
  let rejected = 0
  const refuse = (fault: MalformedRecord): void => {
    rejected++
    io.reject({ file: file.label, column: '', ...refusal(table, fault) })
  }
  const { path, descriptor } = await copies.create('csv')
  try {
    const scanner = io.scanner(scanOf({ grammar, header: true, keep: [], keepTexts: [] }, options, width))
    const leavesOut = options.ragged === 'reject'
    const found = await rewrite(table, descriptor, scanner, leavesOut ? refuse : undefined, copies.pass)
    const scan = width === 1 && grammar.quote === 0 ? withBlankLines(found) : found
    return described(table, {
      path,
      header: true,
      scan,
      facts: factsWithLines(table, scan, leavesOut),
      rejected,
    })
  } finally {
    closeSync(descriptor)
  }
}

/** The facts of a copy, with lines of the user's file. */
function factsWithLines(table: Table, scan: ScanResult, leavesOut: boolean): ColumnFacts[] {
  const rowOf = (facts: ColumnFacts): number => facts.firstOtherRecord - 1
  const rows = [...new Set(scan.columns.map(rowOf))].filter((row) => row >= 0).sort((a, b) => a - b)
  const lines = linesOf(table, rows, leavesOut)
  const found = new Map(rows.map((row, i) => [row, lines[i]]))
  return scan.columns.map((facts) => ({ ...facts, firstOtherLine: found.get(rowOf(facts)) ?? 0 }))
}

/** What the engine is to read: the user's file or a copy, and what the scan of it found. */
interface Readable {
  readonly path: string
  readonly header: boolean
  readonly scan: ScanResult
  readonly facts: readonly ColumnFacts[]
  readonly kept?: KeptColumns
  readonly rejected: number
}

function described(table: Table, { path, header, scan, facts, kept, rejected }: Readable): SourceFile {
  const { file, grammar } = table
  const { start, end } = table.scan.firstRecord
  const first = rangeOf(file, file.from.offset + start, file.from.offset + end)
  const names = table.header
    ? cellTexts(first, grammar)
    : Array.from({ length: table.scan.firstRecordColumns }, (_, i) => `column${i + 1}`)
  const csv: CsvShape = {
    delimiter: String.fromCharCode(grammar.delimiter),
    quote: grammar.quote === 0 ? '' : String.fromCharCode(grammar.quote),
    escape: grammar.quote === 0 ? '' : String.fromCharCode(grammar.escape),
    skipsHeader: header,
    rows: scan.records - (header ? 1 : 0),
    longestRecord: scan.longestRecord,
    quotedLineEnds: scan.quotedLineEnds,
    isLines:
      scan.quotedLineEnds === 0 && scan.blankLines === 0 && scan.lineEnds.cr === 0 && file.from.line === 1,
    facts,
    kept: kept ?? { numbers: new Map(), texts: new Map() },
    lineOf: async (row) => lineOfRow(table, row, rejected > 0),
  }
  return { label: file.label, kind: 'csv', path, names, csv, rejected }
}

/** Every cell of a column whose numbers are kept is a number that a double holds. */
function isWholeColumn(scan: ScanResult, column: number): boolean {
  const kept = scan.kept?.[0]?.length
  return scan.columns[column]?.numbers === kept && !scan.keptInfinite
}

/** @throws {RangeError} for a row that the file does not have */
function lineOfRow(table: Table, row: number, leavesOut: boolean): number {
  const { path, descriptor } = openAgain(table.file.path)
  try {
    return linesOf({ ...table, file: { ...table.file, path, descriptor } }, [row], leavesOut)[0] as number
  } finally {
    closeSync(descriptor)
  }
}

/** One column and no quotes: blank lines are the empty cells, and the scan does not count them as records. */
function withBlankLines(scan: ScanResult): ScanResult {
  return {
    ...scan,
    records: scan.records + scan.blankLines,
    columns: scan.columns.map((facts) => ({
      ...facts,
      empty: facts.empty + scan.blankLines,
      firstOtherRecord: facts.firstOtherLine - 1,
    })),
  }
}
