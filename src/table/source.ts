/**
 * The source reader: from what a person names on the command line to a file that the engine may read by name.
 *
 * In:  a path or `-`, and what the options say about it.
 * Out: a SourceFile: UTF-8, uncompressed, one kind of line end, every record as wide as the header; or an error
 *      that names the file and the line.
 */
import type { ColumnFacts } from '../kernels/scan.ts'

export interface ReadOptions {
  readonly delimiter: string | undefined
  readonly quote: string | undefined
  readonly header: boolean
  readonly decimal: '.' | ','
  readonly encoding: string | undefined
  readonly ragged: 'error' | 'pad' | 'reject'
}

export interface SourceFile {
  /** As the user named it; `stdin` for `-`. */
  readonly label: string
  readonly kind: 'csv' | 'parquet' | 'json' | 'ndjson'
  /** What the engine reads: the file itself, or its spooled copy. */
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
  readonly facts: readonly ColumnFacts[]
  /** The physical line in the user's file that data row `row` (0 based) starts in. */
  lineOf(row: number): Promise<number>
}
