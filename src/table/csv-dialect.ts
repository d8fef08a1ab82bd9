/**
 * The dialect of a CSV file: delimiter, quote, escape, and whether the first record is a header.
 *
 * In:  samples from the start, the middle and the end of a file; what the user stated, which is not doubted.
 * Out: the dialect; the names of the columns.
 * Cost: a scan of the samples for each dialect that comes into question, as a rule one (under 1 ms).
 *
 * The candidates are tried with the scan itself (kernels/scan.ts), so that a dialect is judged by the grammar
 * that the file will be held to.
 *
 * Delimiter: one of , ; tab | that the header record holds. Where it holds several, the one that cuts most
 * records as wide as the header, weighed by how many cells there are and how many of them are numbers or dates
 * (after van den Burg, Nazábal & Sutton, "Wrangling messy CSV files by detecting row and type patterns", Data
 * Mining and Knowledge Discovery 33, 2019). A header that holds a delimiter never makes one column. One that
 * holds none does, unless nine rows of ten have one same number of cells by some delimiter: then the header is
 * at fault and that is said, not hidden.
 * Quote: " doubled, unless its cells come out malformed and backslashes before quotes explain that; ' where
 * no cell starts with " and either every row has such cells or they make malformed rows whole; none only
 * in files with tabs, whose cells may start with a quote that means inches.
 * Header: the first record, unless every cell of it is a number, a date or empty, with one number at least.
 * Such a record is data, but for names that people give: 0, 1, 2, … (pandas' own) and ascending years.
 */
import type { MalformedRecord, ScanOptions, ScanResult, Scanner } from '../kernels/scan.ts'
import { cellKind } from '../kernels/cell-kind.ts'
import type { Grammar } from './records.ts'

export interface Sample {
  readonly bytes: Uint8Array
  /** It starts at the first record of the file. */
  readonly atStart: boolean
  /** It starts where a record starts; else its first record may be the end of one. */
  readonly aligned: boolean
  /** It ends where the file ends. */
  readonly atEnd: boolean
}

export interface Stated {
  readonly delimiter: number | undefined
  /** 0: none. */
  readonly quote: number | undefined
}

export type ScannerMaker = (options: ScanOptions) => Scanner

const COMMA = 44
const SEMICOLON = 59
const TAB = 9
const BAR = 124
const DELIMITERS: readonly number[] = [COMMA, SEMICOLON, TAB, BAR]
const QUOTE = 34
const APOSTROPHE = 39
const BACKSLASH = 92
/** A delimiter for files of one column: the control character that ASCII has for it, which no text holds. */
const UNIT_SEPARATOR = 31

export interface Found {
  readonly grammar: Grammar
  /** The bytes of the first record, of no length where there is none. */
  readonly firstRecord: Uint8Array
}

/** @param samples the first of them from the start of the file */
export function findDialect(samples: readonly Sample[], stated: Stated, scanner: ScannerMaker): Found {
  const judge = new Judge(samples, scanner)
  const grammar = likeliest(judge, stated)
  return { grammar, firstRecord: judge.trial(grammar).firstRecord }
}

/** Whether the delimiter is one that no text holds, so that the delimiters that texts hold are text. */
export function isOneColumnOfText({ delimiter }: Grammar): boolean {
  return delimiter === UNIT_SEPARATOR
}

function likeliest(judge: Judge, stated: Stated): Grammar {
  if (stated.delimiter !== undefined) return judge.quoting(stated.delimiter, stated.quote)
  const contenders = DELIMITERS.filter((delimiter) => judge.headerHolds(delimiter))
    .map((delimiter) => judge.quoting(delimiter, stated.quote))
    .filter((grammar) => judge.trial(grammar).columns > 1)
  const [only, ...others] = contenders
  if (only === undefined) return judge.oneColumn(stated.quote)
  if (others.length === 0) return only
  return contenders.reduce((best, next) => (judge.merit(next) > judge.merit(best) ? next : best))
}

/** What a dialect makes of the samples. */
interface Trial {
  readonly firstRecord: Uint8Array
  /** Cells of the first record. */
  readonly columns: number
  readonly records: number
  readonly malformed: number
  readonly badQuotes: number
  readonly quotedCells: number
  /** Cells of each malformed record of the first sample. */
  readonly otherWidths: readonly number[]
}

class Judge {
  private readonly samples: readonly Sample[]
  private readonly scanner: ScannerMaker
  private readonly trials = new Map<string, Trial>()

  constructor(samples: readonly Sample[], scanner: ScannerMaker) {
    this.samples = samples
    this.scanner = scanner
  }

  trial(grammar: Grammar): Trial {
    const key = `${grammar.delimiter} ${grammar.quote} ${grammar.escape}`
    const known = this.trials.get(key)
    if (known !== undefined) return known
    const trial = this.tryOn(grammar)
    this.trials.set(key, trial)
    return trial
  }

  private tryOn(grammar: Grammar): Trial {
    let [columns, records, malformed, badQuotes, quotedCells] = [0, 0, 0, 0, 0]
    const otherWidths: number[] = []
    let firstRecord = this.start.bytes.subarray(0, 0)
    for (const sample of this.samples) {
      const result = this.scan(sample, grammar, columns, false)
      if (sample.atStart) {
        columns = result.firstRecordColumns
        firstRecord = sample.bytes.subarray(result.firstRecord.start, result.firstRecord.end)
      }
      const faults = faultsOf(sample, result)
      records += result.records
      malformed += faults.length
      badQuotes += faults.filter(({ kind }) => kind.endsWith('quote')).length
      quotedCells += result.quotedCells
      if (sample.atStart) otherWidths.push(...faults.map(({ cells }) => cells))
    }
    return { firstRecord, columns, records, malformed, badQuotes, quotedCells, otherWidths }
  }

  private scan(sample: Sample, grammar: Grammar, columns: number, facts: boolean): ScanResult {
    const { delimiter, quote, escape } = grammar
    const scanner = this.scanner({ delimiter, quote, escape, decimal: 46, columns, facts, header: true })
    scanner.room(sample.bytes.length).set(sample.bytes)
    scanner.feed(sample.bytes.length)
    return scanner.finish()
  }

  private get start(): Sample {
    return this.samples[0] as Sample
  }

  headerHolds(delimiter: number): boolean {
    return this.trial({ delimiter: COMMA, quote: QUOTE, escape: QUOTE }).firstRecord.includes(delimiter)
  }

  private holds(...sequence: number[]): boolean {
    return this.samples.some(({ bytes }) => {
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(Buffer.from(sequence))
    })
  }

  /** The quoting that suits a delimiter best. */
  quoting(delimiter: number, stated: number | undefined): Grammar {
    const doubled = { delimiter, quote: stated ?? QUOTE, escape: stated ?? QUOTE }
    if (stated === 0) return doubled
    const plain = this.trial(doubled)
    const others = [this.escaping(doubled, plain)]
    if (stated === undefined)
      others.push(...this.apostrophes(delimiter, plain), this.unquoted(delimiter, plain))
    let best: Grammar = doubled
    for (const other of others) {
      if (other === undefined) continue
      const isBetter = this.trial(other).malformed < this.trial(best).malformed
      if (isBetter || (other.quote === APOSTROPHE && this.quotesEveryRow(other))) best = other
    }
    return best
  }

  private escaping(doubled: Grammar, plain: Trial): Grammar | undefined {
    const explains = plain.malformed > 0 && this.holds(BACKSLASH, doubled.quote)
    return explains ? { ...doubled, escape: BACKSLASH } : undefined
  }

  private apostrophes(delimiter: number, plain: Trial): (Grammar | undefined)[] {
    if (plain.quotedCells > 0 || plain.badQuotes > 0 || !this.holds(APOSTROPHE)) return []
    const doubled = { delimiter, quote: APOSTROPHE, escape: APOSTROPHE }
    const trial = this.trial(doubled)
    return trial.quotedCells === 0 ? [] : [doubled, this.escaping(doubled, trial)]
  }

  private quotesEveryRow(grammar: Grammar): boolean {
    const { quotedCells, records, malformed } = this.trial(grammar)
    return malformed === 0 && records > 1 && quotedCells >= records - 1
  }

  private unquoted(delimiter: number, plain: Trial): Grammar | undefined {
    if (delimiter !== TAB || plain.badQuotes === 0) return undefined
    const none = { delimiter, quote: 0, escape: 0 }
    return this.trial(none).malformed === 0 ? none : undefined
  }

  /**
   * A header of one name. Rows that nearly all have one same number of cells by some delimiter are a table
   * under a broken header or a title; otherwise delimiters in the rows are text.
   */
  oneColumn(stated: number | undefined): Grammar {
    const cuts = DELIMITERS.map((delimiter) => this.quoting(delimiter, stated))
    const table = cuts.find((grammar) => this.cutsAlike(grammar))
    const clean = cuts.find((grammar) => this.trial(grammar).malformed === 0)
    return table ?? clean ?? this.quoting(UNIT_SEPARATOR, stated)
  }

  /** Nine records of ten behind the header have the same number of cells, and more than one. */
  private cutsAlike(grammar: Grammar): boolean {
    const { otherWidths } = this.trial(grammar)
    const rows = this.scan(this.start, grammar, 0, false).records - 1
    const counts = new Map<number, number>()
    for (const width of otherWidths) counts.set(width, (counts.get(width) ?? 0) + 1)
    return rows > 0 && Math.max(0, ...counts.values()) >= 0.9 * rows
  }

  /** Greater is likelier: share of records as wide as the header × (1 − 1/columns) × share of typed cells. */
  merit(grammar: Grammar): number {
    const { columns, records, malformed } = this.trial(grammar)
    const facts = this.scan(this.start, grammar, 0, true).columns
    const typed = facts.reduce((sum, { numbers, dates }) => sum + numbers + dates, 0)
    const cells = facts.reduce((sum, { empty, numbers, dates, tokens, others }) => {
      return sum + empty + numbers + dates + tokens + others
    }, 0)
    const typedShare = cells === 0 ? 0 : typed / cells
    return (1 - malformed / Math.max(1, records)) * (1 - 1 / columns) * (0.2 + typedShare)
  }
}

/**
 * The malformed records of a sample that are malformed in the file: not those that it cuts through. A quote that
 * opens in a sample from a place of trouble and does not close in it is trouble.
 */
function faultsOf(
  { aligned, atStart, atEnd }: Sample,
  { malformed, records }: ScanResult,
): MalformedRecord[] {
  return malformed.filter(({ kind, record }) => {
    const isWhole = (aligned || record > 0) && (atEnd || record < records - 1)
    return isWhole || (aligned && !atStart && kind === 'unclosed-quote')
  })
}

/** Whether the first record of a file is a row of data, not the names of its columns: see above. */
export function looksLikeData(cells: readonly string[], decimal: '.' | ','): boolean {
  if (cells.some((cell) => /^[A-Za-z]/.test(cell))) return false // as nearly all headers: spares the patterns
  const kinds = new Set(cells.map((cell) => cellKind(cell.trim(), decimal.charCodeAt(0))))
  if (!kinds.has('number') || kinds.has('other') || kinds.has('token')) return false
  return !isCounted(cells) && !areYears(cells)
}

/** 0, 1, 2, …: what pandas writes for columns without names. */
function isCounted(cells: readonly string[]): boolean {
  return cells.length > 1 && cells.every((cell, i) => cell === String(i))
}

function areYears(cells: readonly string[]): boolean {
  const years = cells.map(Number)
  return (
    cells.length > 1 &&
    years.every((year, i) => /^(19|20)\d\d$/.test(cells[i] as string) && year > (years[i - 1] ?? 0))
  )
}
