/**
 * The CSV scan of a file in ranges that any thread can scan, put together as if one had scanned them all.
 *
 * In:  ranges of the file's bytes, each from behind a line feed to behind a later one.
 * Out: the ScanResult of the whole, or undefined where it can't be had this way.
 * Cost: the scan's, over the threads.
 *
 * Whether a line feed ends a record or stands in a quoted cell is not known before everything in front of it has been
 * scanned. So every range is scanned as if a record starts with it, and what was found counts only if every range
 * before ends with a record: then the assumption held for all of them (Ge, Li, Eilebrecht, Chandramouli & Kossmann,
 * "Speculative distributed CSV data parsing for big data analytics", SIGMOD 2019).
 */
import { readSync } from 'node:fs'
import type { Runner, Task } from '../base/steps.ts'
import {
  MOST_TEXTS,
  type ColumnFacts,
  type KeptTexts,
  type MalformedRecord,
  type ScanOptions,
  type ScanResult,
  type Scanner,
} from './scan.ts'
import { sharedFloat64 } from './shared.ts'
import { Utf8Check } from './utf8-check.ts'
import { wasmScanner } from './wasm-scan.ts'

export interface ScannedFile {
  /** Open for reading; threads share it. */
  readonly descriptor: number
  /** `columns` says how wide the header is. */
  readonly options: ScanOptions
  /** Where the first range starts. */
  readonly start: number
  /** One number: 1 once some range has turned out to be of no use, which makes all others useless. */
  readonly useless: Int32Array
}

export interface ScanRange {
  readonly from: number
  readonly to: number
  /** No more follow. */
  readonly isLast: boolean
}

/** Undefined where the scan of the file can't be put together: the range ends inside of a record or is not UTF-8. */
export const scanRange: Task<ScannedFile, ScanRange, ScanResult | undefined> = {
  name: 'scan/range',
  run({ descriptor, options, start, useless }, { from, to, isLast }) {
    if (Atomics.load(useless, 0) === 1) return undefined
    const scanner = wasmScanner({ ...options, header: options.header && from === start })
    const isText = fed(scanner, descriptor, from, to)
    const scan = scanner.finish()
    if (isText && (isLast || endsRecord(scan))) return scan
    Atomics.store(useless, 0, 1)
    return undefined
  },
}

/** What stays in a processor's cache between being read and being scanned. */
const PIECE = 1 << 19

/** Feeds a range of the file to a scanner. @returns whether all of it is there and UTF-8 */
function fed(scanner: Scanner, descriptor: number, from: number, to: number): boolean {
  const text = new Utf8Check()
  for (let at = from; at < to;) {
    const room = scanner.room(Math.min(PIECE, to - at))
    const length = readSync(descriptor, room, 0, room.length, at)
    if (length === 0 || text.push(room.subarray(0, length)) >= 0) return false
    scanner.feed(length)
    at += length
  }
  return text.finish() < 0
}

/**
 * What one scan of all ranges would have found.
 *
 * @param scans of the ranges in the order of the file, without a gap
 * @param columns the width that they were scanned with
 * @param runner does what takes long
 * @returns undefined where one is missing, or the first one does not start with a record of that width
 */
export async function joinScans(
  scans: readonly (ScanResult | undefined)[],
  columns: number,
  runner: Runner,
): Promise<ScanResult | undefined> {
  const [first] = scans
  if (first === undefined || first.records === 0 || first.firstRecordColumns !== columns) return undefined
  const parts: Part[] = []
  let [bytes, records, line] = [0, 0, 0]
  for (const scan of scans) {
    if (scan === undefined) return undefined
    parts.push({ scan, bytes, records, line })
    bytes += scan.bytes
    records += scan.records
    line += linesIn(scan)
  }
  const last = scans.at(-1) as ScanResult
  const lastPart = parts.at(-1) as Part
  const sum = (pick: (scan: ScanResult) => number): number =>
    parts.reduce((total, { scan }) => total + pick(scan), 0)
  return {
    bytes,
    records,
    blankLines: sum((scan) => scan.blankLines),
    firstInnerBlankLine: firstInnerBlankLine(parts),
    lineEnds: {
      lf: sum((scan) => scan.lineEnds.lf),
      crlf: sum((scan) => scan.lineEnds.crlf),
      cr: sum((scan) => scan.lineEnds.cr),
    },
    firstRecordColumns: columns,
    firstRecord: first.firstRecord,
    quotedLineEnds: sum((scan) => scan.quotedLineEnds),
    quotedCells: sum((scan) => scan.quotedCells),
    spacedQuotes: parts.some(({ scan }) => scan.spacedQuotes),
    nulBytes: sum((scan) => scan.nulBytes),
    longestRecord: parts.reduce((longest, { scan }) => Math.max(longest, scan.longestRecord), 0),
    unclosedQuoteLine: last.unclosedQuoteLine === 0 ? 0 : lastPart.line + last.unclosedQuoteLine,
    endsWithLineEnd: last.endsWithLineEnd,
    malformed: parts.flatMap((part) => part.scan.malformed.map((record) => moved(record, part))),
    columns: Array.from({ length: first.columns.length }, (_, column) => joinFacts(parts, column)),
    kept: await joinKept(parts, runner),
    keptInfinite: parts.some(({ scan }) => scan.keptInfinite),
    keptTexts: joinTexts(parts),
  }
}

/** A range and what lies before it. */
interface Part {
  readonly scan: ScanResult
  readonly bytes: number
  readonly records: number
  readonly line: number
}

function endsRecord(scan: ScanResult): boolean {
  return scan.endsWithLineEnd && scan.unclosedQuoteLine === 0
}

function linesIn({ lineEnds: { lf, crlf, cr }, quotedLineEnds }: ScanResult): number {
  return lf + crlf + cr + quotedLineEnds
}

function moved(record: MalformedRecord, part: Part): MalformedRecord {
  return {
    ...record,
    record: part.records + record.record,
    line: part.line + record.line,
    start: part.bytes + record.start,
    end: part.bytes + record.end,
  }
}

/** The first blank line, where a record comes after it in its range or in a later one. */
function firstInnerBlankLine(parts: readonly Part[]): number {
  const i = parts.findIndex(({ scan }) => scan.blankLines > 0)
  if (i < 0) return 0
  const { scan, line } = parts[i] as Part
  if (scan.firstInnerBlankLine > 0) return line + scan.firstInnerBlankLine
  // All blank lines of the range are its last ones.
  const isInner = parts.slice(i + 1).some((part) => part.scan.records > 0)
  return isInner ? line + linesIn(scan) - scan.blankLines + 1 : 0
}

function joinFacts(parts: readonly Part[], column: number): ColumnFacts {
  const all = parts.map(({ scan }) => scan.columns[column] as ColumnFacts)
  const sum = (pick: (facts: ColumnFacts) => number): number =>
    all.reduce((total, facts) => total + pick(facts), 0)
  const i = all.findIndex(({ others }) => others > 0)
  const [part, firstOther] = [parts[i], all[i]]
  return {
    empty: sum(({ empty }) => empty),
    numbers: sum(({ numbers }) => numbers),
    dates: sum(({ dates }) => dates),
    tokens: sum(({ tokens }) => tokens),
    others: sum(({ others }) => others),
    idLike: sum(({ idLike }) => idLike),
    integers: sum(({ integers }) => integers),
    firstOtherRecord:
      part === undefined || firstOther === undefined ? -1 : part.records + firstOther.firstOtherRecord,
    firstOtherLine:
      part === undefined || firstOther === undefined ? 0 : part.line + firstOther.firstOtherLine,
  }
}

async function joinKept(parts: readonly Part[], runner: Runner): Promise<Float64Array[] | undefined> {
  const kept = parts.map(({ scan }) => scan.kept)
  const slots = kept[0]?.length ?? 0
  if (slots === 0 || kept.includes(undefined) || parts.some(({ scan }) => scan.malformed.length > 0))
    return undefined
  const numbers = Array.from({ length: slots }, (_, slot) =>
    kept.map((columns) => columns?.[slot] as Float64Array),
  )
  const rows = numbers[0]?.reduce((sum, piece) => sum + piece.length, 0) ?? 0
  const joined = numbers.map(() => sharedFloat64(rows))
  const jobs = numbers.flatMap((pieces, slot) => pieces.map((piece, part) => ({ slot, part, piece })))
  let at = 0
  const starts = numbers[0]?.map((piece) => (at += piece.length) - piece.length) ?? []
  await runner.run(placePiece, { joined, starts }, jobs)
  return joined
}

interface Joining {
  /** By slot, the numbers of all ranges. */
  readonly joined: readonly Float64Array[]
  /** By range, where its numbers start among them. */
  readonly starts: readonly number[]
}

/** Puts the numbers of a range where they belong: new memory is slow to be written to for the first time. */
export const placePiece: Task<Joining, { slot: number; part: number; piece: Float64Array }, void> = {
  name: 'scan/place',
  run({ joined, starts }, { slot, part, piece }) {
    joined[slot]?.set(piece, starts[part])
  },
}

function joinTexts(parts: readonly Part[]): (KeptTexts | undefined)[] | undefined {
  const kept = parts.map(({ scan }) => scan.keptTexts)
  const slots = kept[0]?.length ?? 0
  if (slots === 0 || kept.includes(undefined) || parts.some(({ scan }) => scan.malformed.length > 0))
    return undefined
  return Array.from({ length: slots }, (_, slot) => joinCodes(kept.map((columns) => columns?.[slot])))
}

/** The codes of every range as those of the whole column; undefined where they get too many. */
function joinCodes(pieces: readonly (KeptTexts | undefined)[]): KeptTexts | undefined {
  const codeOf = new Map<string, number>()
  const codes = new Uint8Array(pieces.reduce((rows, piece) => rows + (piece?.codes.length ?? 0), 0))
  let row = 0
  for (const piece of pieces) {
    if (piece === undefined) return undefined
    const places = Uint8Array.from([
      0,
      ...piece.texts.map((text) => {
        const code = codeOf.get(text) ?? codeOf.size + 1
        codeOf.set(text, code)
        return code
      }),
    ])
    if (codeOf.size > MOST_TEXTS) return undefined
    // Not for … of: it is slow until it has run for long.
    for (let i = 0; i < piece.codes.length; i++) codes[row++] = places[piece.codes[i] as number] as number
  }
  return { codes, texts: [...codeOf.keys()] }
}
