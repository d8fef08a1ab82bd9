/**
 * The CSV scan in plain TypeScript, a byte at a time: what the compiled scan must equal.
 *
 * In, out, grammar: scan.ts. The definitions of number, date and token: cell-kind.ts.
 * Cost: one pass, well below a tenth of the compiled scan's speed. Memory: 65 bytes of the cell
 * at hand, a short text for each cell of the record at hand, the malformed records, the facts.
 */
import { LONGEST_KNOWN_TEXT, cellKind, isIdLike, isWhole, noFacts } from './cell-kind.ts'
import type { GrowingFacts } from './cell-kind.ts'
import {
  MOST_TEXTS,
  type KeptTexts,
  type MalformedRecord,
  type ScanOptions,
  type ScanResult,
  type Scanner,
} from './scan.ts'

const LF = 10
const CR = 13
const BLANK = 32

/** Where in a cell the scan stands. */
type Place = 'start' | 'unquoted' | 'quoted' | 'after-escape' | 'after-quote'

export function plainScanner(options: ScanOptions): Scanner {
  return new PlainScanner(options)
}

class PlainScanner implements Scanner {
  private readonly options: ScanOptions
  private readonly quote: number
  private chunk = new Uint8Array(0)

  private bytes = 0
  private previousByte = -1
  private line = 1
  private lf = 0
  private crlf = 0
  private cr = 0
  private quotedLineEnds = 0
  private nulBytes = 0
  private quotedCells = 0
  private spacedQuotes = false
  private blankLines = 0
  private firstBlankLine = 0
  private firstInnerBlankLine = 0

  private place: Place = 'start'
  /** The first bytes of the cell's text, one more than can matter. */
  private text = ''
  private quoteLine = 0
  /** The cell at hand holds nothing but blanks so far. */
  private onlyBlanks = true

  private records = 0
  private recordStart = 0
  private recordLine = 1
  private cells = 0
  private strayQuote = false
  /** Texts of the record at hand, up to the cells that it should have; empty when no facts are asked for. */
  private texts: string[] = []

  /** Cells that a record must have; 0 until the first record tells. */
  private expectedCells: number
  private firstRecordColumns = 0
  private firstRecord = { start: 0, end: 0, line: 0, lastLine: 0 }
  private longestRecord = 0
  private readonly malformed: MalformedRecord[] = []
  private readonly facts: GrowingFacts[] = []
  private readonly kept: number[][]
  private readonly keptTexts: string[][]

  constructor(options: ScanOptions) {
    this.options = options
    this.quote = options.quote === 0 ? -1 : options.quote
    this.expectedCells = options.columns
    this.kept = (options.keep ?? []).map(() => [])
    this.keptTexts = (options.keepTexts ?? []).map(() => [])
  }

  room(size: number): Uint8Array {
    if (this.chunk.length < size) this.chunk = new Uint8Array(size)
    return this.chunk
  }

  feed(length: number): void {
    for (let i = 0; i < length; i++) this.take(this.chunk[i] as number)
  }

  finish(): ScanResult {
    const unclosed = this.place === 'quoted' || this.place === 'after-escape'
    const endsWithLineEnd = this.bytes > 0 && this.bytes === this.recordStart
    if (this.bytes > this.recordStart) {
      this.endCell()
      this.endRecord(this.bytes, unclosed)
    }
    const isKept = this.kept.length > 0 && this.malformed.length === 0
    const areTextsKept = this.keptTexts.length > 0 && this.malformed.length === 0
    if (this.options.facts) while (this.facts.length < this.expectedCells) this.facts.push(noFacts())
    return {
      bytes: this.bytes,
      records: this.records,
      blankLines: this.blankLines,
      firstInnerBlankLine: this.firstInnerBlankLine,
      lineEnds: { lf: this.lf, crlf: this.crlf, cr: this.cr },
      firstRecordColumns: this.firstRecordColumns,
      firstRecord: this.firstRecord,
      quotedLineEnds: this.quotedLineEnds,
      quotedCells: this.quotedCells,
      nulBytes: this.nulBytes,
      spacedQuotes: this.spacedQuotes,
      longestRecord: this.longestRecord,
      unclosedQuoteLine: unclosed ? this.quoteLine : 0,
      endsWithLineEnd,
      malformed: this.malformed,
      columns: this.facts,
      kept: isKept ? this.kept.map((numbers) => Float64Array.from(numbers)) : undefined,
      keptInfinite:
        isKept && this.kept.some((numbers) => numbers.some((value) => Math.abs(value) === Infinity)),
      keptTexts: areTextsKept ? this.keptTexts.map(coded) : undefined,
    }
  }

  private take(byte: number): void {
    const at = this.bytes++
    const endsCrlf = byte === LF && this.previousByte === CR
    this.previousByte = byte
    if (byte === 0) this.nulBytes++

    if (this.place === 'quoted' || this.place === 'after-escape') this.takeQuoted(byte, endsCrlf)
    else if (endsCrlf) this.joinCrlf()
    else if (this.place === 'start' && byte === this.quote) this.openQuote()
    else if (byte === this.options.delimiter) this.endCell()
    else if (byte === LF || byte === CR) this.endLine(at, byte)
    else if (this.place === 'after-quote') this.takeAfterQuote(byte)
    else this.takeUnquoted(byte)
  }

  private openQuote(): void {
    this.place = 'quoted'
    this.onlyBlanks = false
    this.quotedCells++
    this.quoteLine = this.line
  }

  private takeQuoted(byte: number, endsCrlf: boolean): void {
    if (this.place === 'quoted' && byte === this.quote) {
      this.place = 'after-quote'
      return
    }
    if (this.place === 'quoted' && byte === this.options.escape) {
      this.place = 'after-escape'
      return
    }
    this.place = 'quoted'
    this.keep(byte)
    if ((byte === LF && !endsCrlf) || byte === CR) {
      this.quotedLineEnds++
      this.line++
    }
  }

  /** Neither a delimiter nor a line end follows the quote: it was doubled, or it closed the cell too early. */
  private takeAfterQuote(byte: number): void {
    if (byte === this.quote && this.options.escape === this.quote) {
      this.place = 'quoted'
      this.keep(byte)
    } else {
      this.strayQuote = true
      this.takeUnquoted(byte)
    }
  }

  private takeUnquoted(byte: number): void {
    this.place = 'unquoted'
    if (byte === this.quote && this.onlyBlanks) this.spacedQuotes = true
    if (byte !== BLANK) this.onlyBlanks = false
    this.keep(byte)
  }

  private keep(byte: number): void {
    if (this.options.facts && this.text.length <= LONGEST_KNOWN_TEXT) this.text += String.fromCharCode(byte)
  }

  /** The CR before this LF has ended the line already. */
  private joinCrlf(): void {
    this.cr--
    this.crlf++
    this.recordStart = this.bytes
  }

  private endLine(at: number, byte: number): void {
    if (at === this.recordStart) {
      this.blankLines++
      if (this.firstBlankLine === 0) this.firstBlankLine = this.line
    } else {
      this.endCell()
      this.endRecord(at, false)
    }
    if (byte === LF) this.lf++
    else this.cr++
    this.line++
    this.recordStart = this.bytes
    this.recordLine = this.line
  }

  private endCell(): void {
    if (this.options.facts && (this.expectedCells === 0 || this.cells < this.expectedCells)) {
      this.texts.push(this.text)
    }
    this.cells++
    this.text = ''
    this.onlyBlanks = true
    this.place = 'start'
  }

  private endRecord(end: number, unclosed: boolean): void {
    const { recordStart: start, recordLine: line, cells } = this
    const record = this.records++
    if (record === 0) {
      this.firstRecordColumns = cells
      this.firstRecord = { start, end, line, lastLine: this.line }
      if (this.expectedCells === 0) this.expectedCells = cells
    }
    if (this.firstInnerBlankLine === 0) this.firstInnerBlankLine = this.firstBlankLine
    this.longestRecord = Math.max(this.longestRecord, end - start)

    const kind = this.faultOf(cells, unclosed)
    if (kind !== undefined) this.malformed.push({ kind, record, line, start, end, cells })
    else if (!(record === 0 && this.options.header)) this.count(record)
    this.cells = 0
    this.strayQuote = false
    this.texts = []
  }

  private faultOf(cells: number, unclosed: boolean): MalformedRecord['kind'] | undefined {
    if (unclosed) return 'unclosed-quote'
    if (this.strayQuote) return 'stray-quote'
    if (cells < this.expectedCells) return 'short'
    return cells > this.expectedCells ? 'long' : undefined
  }

  private count(record: number): void {
    this.options.keep?.forEach((column, slot) => {
      const text = this.texts[column] ?? ''
      const isNumber = cellKind(text, this.options.decimal) === 'number'
      this.kept[slot]?.push(
        isNumber ? Number(text.replace(String.fromCharCode(this.options.decimal), '.')) : NaN,
      )
    })
    this.options.keepTexts?.forEach((column, slot) => {
      this.keptTexts[slot]?.push(this.texts[column] ?? '')
    })
    this.texts.forEach((text, column) => {
      const facts = (this.facts[column] ??= noFacts())
      switch (cellKind(text, this.options.decimal)) {
        case 'empty':
          facts.empty++
          break
        case 'date':
          facts.dates++
          break
        case 'token':
          facts.tokens++
          break
        case 'number':
          facts.numbers++
          if (isWhole(text)) facts.integers++
          if (isIdLike(text)) facts.idLike++
          break
        case 'other':
          if (facts.others++ > 0) break
          facts.firstOtherRecord = record
          facts.firstOtherLine = this.recordLine
      }
    })
  }
}

/** Texts of bytes as codes in the order in which they are met; undefined where they are too many or too long. */
function coded(cells: readonly string[]): KeptTexts | undefined {
  const codeOf = new Map([['', 0]])
  const codes = cells.map((cell) => {
    const code = codeOf.get(cell) ?? codeOf.size
    codeOf.set(cell, code)
    return code
  })
  const texts = [...codeOf.keys()].slice(1)
  if (texts.length > MOST_TEXTS || texts.some((text) => text.length > LONGEST_KNOWN_TEXT)) return undefined
  return {
    codes: Uint8Array.from(codes),
    texts: texts.map((text) => Buffer.from(text, 'latin1').toString('utf8')),
  }
}
