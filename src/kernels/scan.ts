/**
 * The CSV scan: one pass over the bytes of a file that says what it is made of, before any engine reads it.
 *
 * In:  the bytes in chunks of any size; delimiter, quote and escape; whether to look at the cells too.
 * Out: records, blank lines, line ends, every malformed record with its line and byte range, an unclosed quote,
 *      and for each column how many cells are empty, numbers, dates, missing-value tokens or other text.
 * Cost: one pass, O(columns) memory beyond the malformed records.
 *
 * Grammar: RFC 4180 with any one-byte delimiter and LF, CRLF or CR line ends. A quote opens a quoted cell only
 * as the first byte of a cell; inside, a doubled quote (or escape + byte) is text; after the closing quote only
 * a delimiter or a line end may follow. Anything else makes it a stray quote, and the rest of that cell is unquoted,
 * so that the damage ends with its line. A quote anywhere else in an unquoted cell is text. Where the escape is a
 * backslash, a doubled quote is a stray one.
 */
export interface ScanOptions {
  /** One byte each. */
  readonly delimiter: number
  /** 0 where the file has no quoting. */
  readonly quote: number
  /** The same as quote (doubling), or 92 for a backslash. */
  readonly escape: number
  /** 46 or 44: what separates the decimals of a number. */
  readonly decimal: number
  /** Cells that a record must have; 0 takes the first record's. */
  readonly columns: number
  /** Look at the cells: fills `columns` of the result. */
  readonly facts: boolean
  /** The first record is a header: its cells are not counted in the facts. */
  readonly header: boolean
  /** Columns (0 based, below 4096) whose numbers are kept; only with `facts`. */
  readonly keep?: readonly number[]
  /** Columns whose texts are kept as codes, none of them in `keep`; at most 255 in both. */
  readonly keepTexts?: readonly number[]
}

/** Different texts that a column may hold which is kept as codes. */
export const MOST_TEXTS = 254

/** The cells of a column as codes. */
export interface KeptTexts {
  /** By record, header aside: 0 for an empty cell, otherwise 1 + a place in `texts`. */
  readonly codes: Uint8Array
  /** In the order in which they were met. */
  readonly texts: readonly string[]
}

export interface Scanner {
  /** Where to put the next bytes: at least `size` long, valid until the next call of feed. */
  room(size: number): Uint8Array
  /** Scans the first `length` bytes of the room. */
  feed(length: number): void
  /** Once, as the last call of all. */
  finish(): ScanResult
}

export interface ScanResult {
  readonly bytes: number
  /** Records with at least one byte, the header among them, the malformed ones too. */
  readonly records: number
  /** Lines outside quotes with no byte in them. They are not records. */
  readonly blankLines: number
  /** Line of the first blank line that has a record after it; 0: none. */
  readonly firstInnerBlankLine: number
  /** Line ends outside quotes. */
  readonly lineEnds: { readonly lf: number; readonly crlf: number; readonly cr: number }
  /** Cells of the first record. */
  readonly firstRecordColumns: number
  /** First record: byte range without its line end, and the lines it stands on (1 based). */
  readonly firstRecord: {
    readonly start: number
    readonly end: number
    readonly line: number
    readonly lastLine: number
  }
  /** Line ends inside quotes. */
  readonly quotedLineEnds: number
  readonly quotedCells: number
  /** Some cell starts with blanks (U+0020) and then a quote, which by this grammar is text. */
  readonly spacedQuotes: boolean
  readonly nulBytes: number
  /** Longest record in bytes, without its line end. */
  readonly longestRecord: number
  /** The line on which a quote opened that never closed; 0: none. */
  readonly unclosedQuoteLine: number
  /** The last byte belongs to a line end outside quotes. */
  readonly endsWithLineEnd: boolean
  readonly malformed: readonly MalformedRecord[]
  /** One a column when asked for; of well-formed records only. */
  readonly columns: readonly ColumnFacts[]
  /**
   * For each column to keep its numbers by record, header aside; NaN where a cell is not a number. Undefined where none
   * were to be kept, or a record is malformed.
   */
  readonly kept: readonly Float64Array[] | undefined
  /** Some number that is kept is too large for a double, and infinite. */
  readonly keptInfinite: boolean
  /**
   * For each column to keep as codes its cells; undefined for one of more than MOST_TEXTS different texts or with a text
   * of more than 64 bytes. Undefined as `kept` is.
   */
  readonly keptTexts: readonly (KeptTexts | undefined)[] | undefined
}

export interface MalformedRecord {
  readonly kind: 'short' | 'long' | 'stray-quote' | 'unclosed-quote'
  /** 0 based among records. */
  readonly record: number
  /** 1 based physical line it starts on. */
  readonly line: number
  readonly start: number
  /** Exclusive, without the line end. */
  readonly end: number
  readonly cells: number
}

/**
 * What the cells of one column are. The five counts add up to the well-formed records (header aside).
 * number: [+-]digits with at most one decimal separator and an optional exponent, nothing else (no blanks, no
 *         grouping, no hex, no inf); at least one digit.
 * date:   yyyy-mm-dd or yyyy/mm/dd, or d/m/y with / . or - and two- or four-digit years, each other field 1–2 digits
 *         in range (1 ≤ month ≤ 12, 1 ≤ day ≤ 31; in d/m/y in either order), with an optional time hh:mm[:ss[.f]]
 *         after T or a blank (the hour 1–2 digits) and, after a time, an optional zone Z or ±hh[:]mm.
 * token:  pandas' list: #N/A, #N/A N/A, #NA, -1.#IND, -1.#QNAN, -NaN, -nan, 1.#IND, 1.#QNAN, <NA>, N/A, NA, NULL, NaN,
 *         None, n/a, nan, null; and blanks (U+0020) alone, which systems write where a number is missing.
 * A text of more than 64 bytes is `other`, whatever it is. Quoted cells count like unquoted ones, by their text.
 */
export interface ColumnFacts {
  readonly empty: number
  readonly numbers: number
  readonly dates: number
  readonly tokens: number
  readonly others: number
  /**
   * Of the numbers: those with a leading zero before another digit (007) or more than 15 significant digits, which
   * run from the first that is not 0 to the last before the exponent.
   */
  readonly idLike: number
  /** Of the numbers: those that are whole ([+-]digits only). */
  readonly integers: number
  /** First well-formed record (0 based among records, header included) whose cell is `other`, and its line; -1, 0: none. */
  readonly firstOtherRecord: number
  readonly firstOtherLine: number
}
