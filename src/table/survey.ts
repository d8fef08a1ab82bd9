/**
 * The one pass over a CSV file: its bytes go from the disk or the pipe through the checks and the scan.
 *
 * In:  a file on disk, or a flow of text that is written to one on the way; a scanner for its dialect.
 * Out: what the scan found.
 * Cost: the scan's; a plain file is read straight into the scanner's room, a large one on all threads.
 */
import { fstatSync, readSync, writeSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { DataError } from '../base/errors.ts'
import type { Runner } from '../base/steps.ts'
import { count } from '../base/wording.ts'
import { joinScans, scanRange, type ScanRange } from '../kernels/scan-ranges.ts'
import type { ScanOptions, ScanResult, Scanner } from '../kernels/scan.ts'
import { Utf8Check } from '../kernels/utf8-check.ts'
import type { ScannerMaker } from './csv-dialect.ts'
import { UTF8, likelyEncodings } from './decode.ts'
import { readFailure } from './input.ts'
import type { Flow } from './input.ts'
import type { Place } from './records.ts'

const PIECE = 1 << 20
/** Pieces after which signals and the progress bar get their turn. */
const PIECES_A_TURN = 16
const LF = 10
const CR = 13

/** A file of text on disk. */
export interface Stored {
  /** As the user named it. */
  readonly label: string
  readonly path: string
  readonly descriptor: number
  /** Where its table starts: behind a byte order mark and a line `sep=;`. The line is the user's file's. */
  readonly from: Place
}

/** What goes along with every pass. */
export interface Pass {
  readonly signal: AbortSignal
  /** Told how many bytes have gone through. */
  progress(bytes: number): void
  /** Threads to share the work with. */
  readonly pool?: Runner
}

/**
 * Surveys a file on disk.
 *
 * @param width cells of its header
 * @throws {DataError} where it is not UTF-8
 */
export async function surveyFile(
  file: Stored,
  makeScanner: ScannerMaker,
  options: ScanOptions,
  width: number,
  pass: Pass,
): Promise<ScanResult> {
  return (
    (await surveyRanges(file, { ...options, columns: width }, pass)) ??
    surveyInTurn(file, makeScanner(options), pass)
  )
}

/** Bytes that a thread scans at a time. */
const RANGE = 1 << 22
/** A smaller file is scanned before another thread has started. */
const LEAST_FOR_RANGES = 1 << 24
/** Ranges after which the progress bar gets its turn. */
const RANGES_A_TURN = 32
/** How far behind the end of a range its last line may end. */
const LAST_LINE = 1 << 16
/** As many bytes of numbers are kept, as the scan in turn keeps. */
const MOST_KEPT_BYTES = 1 << 29

/** Surveys a large file on all threads; undefined where that does not work out and it has to be read in turn. */
async function surveyRanges(file: Stored, options: ScanOptions, pass: Pass): Promise<ScanResult | undefined> {
  const { pool } = pass
  const { size } = fstatSync(file.descriptor)
  if (pool === undefined || size - file.from.offset < LEAST_FOR_RANGES) return undefined
  const ranges = rangesOf(file, size)
  if (ranges === undefined) return undefined
  const useless = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const scanned = { descriptor: file.descriptor, options, start: file.from.offset, useless }
  const scans: (ScanResult | undefined)[] = []
  let keptBytes = 0
  for (let i = 0; i < ranges.length && useless[0] === 0; i += RANGES_A_TURN) {
    const keep = keptBytes > MOST_KEPT_BYTES ? [] : options.keep
    const common = { ...scanned, options: { ...options, ...(keep === undefined ? {} : { keep }) } }
    const found = await pool.run(scanRange, common, ranges.slice(i, i + RANGES_A_TURN), pass.signal)
    scans.push(...found)
    for (const { kept = [] } of found.filter((scan) => scan !== undefined))
      keptBytes += kept.reduce((bytes, numbers) => bytes + numbers.byteLength, 0)
    pass.progress(ranges[scans.length - 1]?.to ?? size)
  }
  return joinScans(scans, options.columns, pool)
}

/** Ranges that end with a line; undefined where lines are too long for that. */
function rangesOf(file: Stored, size: number): ScanRange[] | undefined {
  const ranges: ScanRange[] = []
  for (let from = file.from.offset; from < size;) {
    const wanted = from + RANGE
    if (wanted + RANGE / 2 >= size) {
      ranges.push({ from, to: size, isLast: true })
      break
    }
    const lineEnd = rangeOf(file, wanted, wanted + LAST_LINE).indexOf(LF)
    if (lineEnd < 0) return undefined
    const to = wanted + lineEnd + 1
    ranges.push({ from, to, isLast: false })
    from = to
  }
  return ranges
}

async function surveyInTurn(file: Stored, scanner: Scanner, pass: Pass): Promise<ScanResult> {
  const text = new Utf8Check()
  const start = file.from.offset
  let bytes = 0
  for (let pieces = 1; ; pieces++) {
    const room = scanner.room(PIECE)
    const length = readAt(file, room, start + bytes)
    if (length === 0) break
    const piece = room.subarray(0, length)
    const bad = text.push(piece)
    if (bad >= 0) throw notUtf8(file, start + bad)
    scanner.feed(length)
    bytes += length
    if (pieces % PIECES_A_TURN !== 0) continue
    pass.progress(start + bytes)
    await turn()
    pass.signal.throwIfAborted()
  }
  const bad = text.finish()
  if (bad >= 0) throw notUtf8(file, start + bad)
  return scanner.finish()
}

/** Writes a flow of text to an empty file and surveys it on the way. @throws {DataError} where it is not UTF-8 */
export async function surveyFlow(
  flow: Flow,
  file: Stored,
  scanner: Scanner,
  pass: Pass,
): Promise<ScanResult> {
  const text = new Utf8Check()
  let bytes = 0
  for await (const piece of spool(flow, file.descriptor)) {
    pass.signal.throwIfAborted()
    bytes += piece.length
    const bad = text.push(piece)
    if (bad >= 0) throw notUtf8(file, bad)
    for (let at = 0; at < piece.length; at += PIECE) {
      const part = piece.subarray(at, at + PIECE)
      scanner.room(part.length).set(part)
      scanner.feed(part.length)
    }
    pass.progress(bytes)
  }
  const bad = text.finish()
  if (bad >= 0) throw notUtf8(file, bad)
  return scanner.finish()
}

/** Writes a flow to an empty file on its way. */
export async function* spool(flow: Flow, descriptor: number): Flow {
  for await (const piece of flow) {
    writeAll(descriptor, piece)
    yield piece
  }
}

/** Takes in a flow. @throws {DataError} where it is not UTF-8; `file` holds what has come by then */
export async function checkText(flow: Flow, file: Stored, pass: Pass): Promise<void> {
  const text = new Utf8Check()
  let bytes = 0
  for await (const piece of flow) {
    pass.signal.throwIfAborted()
    const bad = text.push(piece)
    if (bad >= 0) throw notUtf8(file, bad)
    bytes += piece.length
    pass.progress(bytes)
  }
  const bad = text.finish()
  if (bad >= 0) throw notUtf8(file, bad)
}

/** Takes in a flow of any bytes. */
export async function drain(flow: Flow, pass: Pass): Promise<void> {
  let bytes = 0
  for await (const piece of flow) {
    pass.signal.throwIfAborted()
    bytes += piece.length
    pass.progress(bytes)
  }
}

/** Reads into a target from an offset on; gives how many bytes there were. */
function readAt(file: Pick<Stored, 'descriptor' | 'label'>, target: Uint8Array, offset: number): number {
  try {
    return readSync(file.descriptor, target, 0, target.length, offset)
  } catch (cause) {
    throw readFailure(file.label, cause)
  }
}

/** The bytes of a range of a file; fewer where it ends before. */
export function rangeOf(file: Pick<Stored, 'descriptor' | 'label'>, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, end - start))
  return bytes.subarray(0, readAt(file, bytes, start))
}

/** Writes all of some bytes behind what a file of ours holds. @throws {DataError} when the disk is full */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new DataError(`no copy of the input can be written: ${reason}`, {
      code: 'E_SCRATCH',
      cause,
      help: ['Copies go to the folder that TMPDIR names; let it name one with more room.'],
    })
  }
}

const SAMPLE = 1 << 16

/** The error for a byte that is not UTF-8: its line, and the encodings that the lines from there read well in. */
function notUtf8(file: Stored, offset: number): DataError {
  const { line, lineStart } = lineAt(file, offset)
  const sample = rangeOf(file, lineStart, Math.max(lineStart + SAMPLE, offset + 1))
  const lastEnd = Math.max(sample.lastIndexOf(LF), sample.lastIndexOf(CR))
  const likely = likelyEncodings(lastEnd > offset - lineStart ? sample.subarray(0, lastEnd) : sample)
  const where = `${file.label} line ${count(line)}`
  const [best] = likely
  if (best === UTF8) {
    return new DataError(
      `${where} is damaged: byte ${offset - lineStart + 1} of it is not UTF-8, as the rest is`,
      {
        code: 'E_ENCODING',
        help: ['Correct the line, or fetch the file again.'],
      },
    )
  }
  if (best === undefined) {
    return new DataError(`${where} is not UTF-8`, {
      code: 'E_ENCODING',
      help: ['Name its encoding: --encoding gbk, big5, shift_jis, windows-1252 or another.'],
    })
  }
  return new DataError(
    `${where} is not UTF-8; it reads well as ${likely.join(' or ')}: add --encoding ${best}`,
    {
      code: 'E_ENCODING',
    },
  )
}

/** The line (1 based) that a byte of a file stands on, and where that line starts. */
function lineAt(file: Stored, offset: number): { line: number; lineStart: number } {
  let { line } = file.from
  let lineStart = file.from.offset
  let lastWasCr = false
  const bytes = Buffer.allocUnsafe(PIECE)
  for (let at = lineStart; at < offset;) {
    const length = Math.min(readAt(file, bytes, at), offset - at)
    if (length === 0) break
    for (let i = 0; i < length; i++) {
      const byte = bytes[i]
      if (byte === CR || byte === LF) {
        if (!(byte === LF && lastWasCr)) line++
        lineStart = at + i + 1
      }
      lastWasCr = byte === CR
    }
    at += length
  }
  return { line, lineStart }
}
