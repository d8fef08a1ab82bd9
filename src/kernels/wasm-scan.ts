/**
 * The CSV scan, compiled: assembly/scan.ts behind the Scanner interface.
 *
 * In, out: scan.ts. The room lies in the module's memory, so that a file is read straight into it.
 * Cost: the module is compiled once a process; a scanner that starts when another is done takes its memory over.
 */
import { noFacts } from './cell-kind.ts'
import type { ColumnFacts, KeptTexts, MalformedRecord, ScanOptions, ScanResult, Scanner } from './scan.ts'
import { inSharedMemory } from './shared.ts'
import { wasmModule } from './wasm.ts'

/** What assembly/scan.ts exports. */
interface ScanModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  restart(): void
  setup(
    delimiter: number,
    quote: number,
    escape: number,
    decimal: number,
    columns: number,
    facts: boolean,
    header: boolean,
  ): void
  room(size: number): number
  scan(from: number, length: number): number
  finish(): void
  keepSlots(numbers: number, texts: number): void
  keepColumn(column: number): void

  readonly keptValues: Counter<number>
  readonly keptRows: Counter<number>
  readonly keptCapacity: Counter<number>
  readonly keptBroken: Counter<number>
  readonly keptCodes: Counter<number>
  readonly keptTexts: Counter<number>
  readonly textCounts: Counter<number>
  readonly hards: Counter<number>
  readonly hardCount: Counter<number>
  readonly faults: Counter<number>
  readonly faultCount: Counter<number>
  readonly columnCount: Counter<number>
  readonly columns: Counter<number>
  readonly firstOthers: Counter<number>
  readonly firstRecordColumns: Counter<number>
  readonly endsWithLineEnd: Counter<number>
  readonly spacedQuotes: Counter<number>

  readonly bytes: Counter<bigint>
  readonly records: Counter<bigint>
  readonly blankLines: Counter<bigint>
  readonly firstInnerBlankLine: Counter<bigint>
  readonly lf: Counter<bigint>
  readonly crlf: Counter<bigint>
  readonly cr: Counter<bigint>
  readonly firstStart: Counter<bigint>
  readonly firstEnd: Counter<bigint>
  readonly firstLine: Counter<bigint>
  readonly firstLastLine: Counter<bigint>
  readonly quotedLineEnds: Counter<bigint>
  readonly quotedCells: Counter<bigint>
  readonly nulBytes: Counter<bigint>
  readonly longestRecord: Counter<bigint>
  readonly unclosedQuoteLine: Counter<bigint>
}

interface Counter<T> {
  readonly value: T
}

// The layouts and the orders that assembly/scan.ts writes.
const FAULT_KINDS = ['short', 'long', 'stray-quote', 'unclosed-quote'] as const
const FAULT_NUMBERS = 6
const COUNTERS_PER_COLUMN = 8
const HARD_BYTES = 80
const COMMA = 44
const HARD_TEXT = 12
const TEXT_BYTES = 88
const TEXT_LENGTH = 16
const TEXT_START = 24
const TEXTS_BYTES = 255 * TEXT_BYTES + 512

const compiled = wasmModule<ScanModule>('scan')

/** Compiles on another thread what wasmScanner would else compile when it is first called (10 ms). */
export function prepareScan(): Promise<void> {
  return compiled.prepare()
}

/** One whose scan is over, for the next scanner: a new one costs half a millisecond, as much as a megabyte's scan. */
let idle: ScanModule | undefined
/** One with more memory than that goes. */
const MOST_IDLE_BYTES = 1 << 25

export function wasmScanner(options: ScanOptions): Scanner {
  const module = idle ?? compiled.instance()
  idle = undefined
  module.restart()
  return new WasmScanner(module, options)
}

class WasmScanner implements Scanner {
  private readonly module: ScanModule
  private readonly malformed: MalformedRecord[] = []
  /** Columns whose numbers are kept, and those whose texts are. */
  private readonly slots: number
  private readonly textSlots: number
  /** Decimals are set off by a comma. */
  private readonly hasComma: boolean
  private keptInfinite = false

  constructor(module: ScanModule, options: ScanOptions) {
    this.module = module
    const { delimiter, quote, escape, decimal, columns, facts, header, keep = [], keepTexts = [] } = options
    module.setup(delimiter, quote, escape, decimal, columns, facts, header)
    this.slots = keep.length
    this.textSlots = keepTexts.length
    this.hasComma = decimal === COMMA
    if (keep.length + keepTexts.length === 0) return
    module.keepSlots(keep.length, keepTexts.length)
    for (const column of [...keep, ...keepTexts]) module.keepColumn(column)
  }

  room(size: number): Uint8Array {
    const start = this.module.room(size)
    return new Uint8Array(this.module.memory.buffer, start, size)
  }

  feed(length: number): void {
    let at = 0
    do {
      at = this.module.scan(at, length)
      this.takeFaults()
      this.takeHards()
    } while (at < length)
  }

  finish(): ScanResult {
    const module = this.module
    module.finish()
    this.takeFaults()
    this.takeHards()
    const kept = this.keptNumbers()
    const found = {
      bytes: Number(module.bytes.value),
      records: Number(module.records.value),
      blankLines: Number(module.blankLines.value),
      firstInnerBlankLine: Number(module.firstInnerBlankLine.value),
      lineEnds: {
        lf: Number(module.lf.value),
        crlf: Number(module.crlf.value),
        cr: Number(module.cr.value),
      },
      firstRecordColumns: module.firstRecordColumns.value,
      firstRecord: {
        start: Number(module.firstStart.value),
        end: Number(module.firstEnd.value),
        line: Number(module.firstLine.value),
        lastLine: Number(module.firstLastLine.value),
      },
      quotedLineEnds: Number(module.quotedLineEnds.value),
      quotedCells: Number(module.quotedCells.value),
      nulBytes: Number(module.nulBytes.value),
      spacedQuotes: module.spacedQuotes.value !== 0,
      longestRecord: Number(module.longestRecord.value),
      unclosedQuoteLine: Number(module.unclosedQuoteLine.value),
      endsWithLineEnd: module.endsWithLineEnd.value !== 0,
      malformed: this.malformed,
      columns: this.columnFacts(),
      kept,
      keptInfinite: kept !== undefined && this.keptInfinite,
      keptTexts: this.keptTexts(),
    }
    // All of it is numbers, or copied.
    if (module.memory.buffer.byteLength <= MOST_IDLE_BYTES) idle = module
    return found
  }

  /** Numbers that the module leaves to JavaScript, put where they belong. */
  private takeHards(): void {
    const { memory, keptValues, keptCapacity, hards, hardCount } = this.module
    for (let i = 0; i < hardCount.value; i++) {
      const at = hards.value + i * HARD_BYTES
      const [slot, row, length] = new Int32Array(memory.buffer, at, 3) as unknown as [number, number, number]
      const text = Buffer.from(memory.buffer, at + HARD_TEXT, length).toString('latin1')
      const place = keptValues.value + (slot * keptCapacity.value + row) * Float64Array.BYTES_PER_ELEMENT
      const value = Number(this.hasComma ? text.replace(',', '.') : text)
      // The numbers that the module reads itself are too short for that.
      if (!Number.isFinite(value)) this.keptInfinite = true
      new Float64Array(memory.buffer, place, 1)[0] = value
    }
  }

  /** Where other threads see them, without being copied once more. */
  private keptNumbers(): Float64Array[] | undefined {
    const { memory, keptValues, keptRows, keptCapacity, keptBroken } = this.module
    if (this.slots === 0 || keptBroken.value !== 0) return undefined
    return Array.from({ length: this.slots }, (_, slot) => {
      const start = keptValues.value + slot * keptCapacity.value * Float64Array.BYTES_PER_ELEMENT
      return inSharedMemory(new Float64Array(memory.buffer, start, keptRows.value))
    })
  }

  private keptTexts(): (KeptTexts | undefined)[] | undefined {
    const { memory, keptCodes, keptRows, keptCapacity, keptBroken, keptTexts, textCounts } = this.module
    if (this.textSlots === 0 || keptBroken.value !== 0) return undefined
    const counts = new Int32Array(memory.buffer, textCounts.value, this.textSlots)
    return Array.from(counts, (count, slot) => {
      if (count < 0) return undefined
      const codes = new Uint8Array(memory.buffer, keptCodes.value + slot * keptCapacity.value, keptRows.value)
      const texts = Array.from({ length: count }, (_, i) => {
        const at = keptTexts.value + slot * TEXTS_BYTES + (i + 1) * TEXT_BYTES
        const length = new DataView(memory.buffer).getUint32(at + TEXT_LENGTH, true)
        return Buffer.from(memory.buffer, at + TEXT_START, length).toString('utf8')
      })
      return { codes: codes.slice(), texts }
    })
  }

  private takeFaults(): void {
    const { faults, faultCount, memory } = this.module
    if (faultCount.value === 0) return
    const numbers = new Float64Array(memory.buffer, faults.value, faultCount.value * FAULT_NUMBERS)
    for (let i = 0; i < numbers.length; i += FAULT_NUMBERS) {
      const [kind, record, line, start, end, cells] = numbers.subarray(
        i,
        i + FAULT_NUMBERS,
      ) as unknown as Fault
      this.malformed.push({ kind: FAULT_KINDS[kind], record, line, start, end, cells })
    }
  }

  private columnFacts(): ColumnFacts[] {
    const { columns, columnCount, firstOthers, memory } = this.module
    const count = columnCount.value
    const counters = new BigUint64Array(memory.buffer, columns.value, count * COUNTERS_PER_COLUMN)
    const others = new BigUint64Array(memory.buffer, firstOthers.value, count * 2)
    return Array.from({ length: count }, (_, column) => {
      const counts = counters.subarray(column * COUNTERS_PER_COLUMN, (column + 1) * COUNTERS_PER_COLUMN)
      const [empty, decimals, wholes, decimalIds, wholeIds, dates, tokens, other] = Array.from(
        counts,
        Number,
      ) as unknown as Counts
      const facts = {
        ...noFacts(),
        empty,
        numbers: decimals + wholes + decimalIds + wholeIds,
        dates,
        tokens,
        others: other,
        idLike: decimalIds + wholeIds,
        integers: wholes + wholeIds,
      }
      if (other > 0) {
        facts.firstOtherRecord = Number(others[2 * column])
        facts.firstOtherLine = Number(others[2 * column + 1])
      }
      return facts
    })
  }
}

type Fault = readonly [0 | 1 | 2 | 3, number, number, number, number, number]
type Counts = readonly [number, number, number, number, number, number, number, number]
