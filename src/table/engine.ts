/**
 * The engine seam: everything that lode asks of the program that holds tables.
 *
 * SQL text goes in, column batches come out. A relation is a name that the engine knows, never rows. What
 * differs between engines stands in `Dialect`; what an engine can't do it refuses by name. DuckDB is behind
 * it in duckdb/; nothing outside that folder knows so.
 *
 * Inside the engine the columns of a relation are called c0 … c(n−1), whatever the file calls them, and are
 * text unless `Column.type` says otherwise. A row number `k` (ascending in the order of the input) is there
 * under `keyed`.
 */
import type { PackedTexts } from '../base/packed-texts.ts'

export interface Engine {
  readonly dialect: Dialect
  /** Runs a statement and gives the number of rows it changed or copied. */
  execute(sql: string): Promise<number>
  /** A small result, as plain values. */
  query(sql: string): Promise<Cell[][]>
  /**
   * A result of any size, in column batches of some thousand rows.
   *
   * @param dictionaries for some columns of text by their place: such a column comes as codes into its dictionary,
   *        which grows as the batches come, and no string is made but one for each different text
   */
  stream(sql: string, dictionaries?: readonly (Dictionary | undefined)[]): AsyncIterable<Batch>
  /**
   * The texts of one column of a relation in the order of `k`, some hundred to a piece; NULL is an empty text. No string
   * is made of any.
   *
   * @param keyed name of rows that have `k`
   * @param text SQL of the text
   * @param rows how many there are, where that is known
   */
  packedTexts(keyed: string, text: string, rows: number | undefined): AsyncIterable<PackedTexts>
  /**
   * Names the rows of a SELECT; nothing is computed, and no error in it is found, until they are asked for. Given
   * a function, that is called then.
   */
  view(select: string | (() => Promise<string>)): Promise<string>
  /** Computes the rows of a SELECT now and keeps them (spilled to disk when memory runs out). */
  table(select: string): Promise<string>
  /** A SQL function text → text with this body, for what the engine lacks; gives the name to call it by. */
  textFunction(name: string, body: (text: string) => string | null): Promise<string>
  /** A table of one DOUBLE, INTEGER or VARCHAR column a given array, and `k` = 0 … n−1. */
  arrays(columns: readonly ArrayColumn[]): Promise<string>
  /** Writes the rows of a SELECT to a file; gives their number. */
  copy(select: string, path: string, format: FileFormat): Promise<number>
  /** Stops what is running; it then fails with Interrupted. */
  interrupt(): void
  close(): void
}

/** Different texts in the order in which they were met; code i stands for texts[i]. */
export interface Dictionary {
  readonly texts: string[]
  /** Once there are so many texts, others are taken for missing and `full` becomes true. */
  readonly most: number
  full: boolean
}

export type Cell = null | boolean | number | bigint | string

export interface Batch {
  readonly rows: number
  readonly columns: readonly BatchColumn[]
}

/** `valid`: one bit a row, lowest first, 1 where there is a value; undefined when all rows have one. */
export type BatchColumn =
  | { readonly type: 'double'; readonly values: Float64Array; readonly valid: Uint8Array | undefined }
  | { readonly type: 'bigint'; readonly values: BigInt64Array; readonly valid: Uint8Array | undefined }
  | { readonly type: 'integer'; readonly values: Int32Array; readonly valid: Uint8Array | undefined }
  | { readonly type: 'text'; readonly values: readonly (string | null)[] }
  /** Of a column with a dictionary; −1 where there is no value. */
  | { readonly type: 'codes'; readonly values: Int32Array }

export type ArrayColumn =
  | { readonly type: 'double'; readonly values: Float64Array; readonly valid?: Uint8Array }
  | { readonly type: 'integer'; readonly values: Int32Array; readonly valid?: Uint8Array }
  | { readonly type: 'text'; readonly values: readonly (string | null)[] }

export type FileFormat =
  | {
      readonly kind: 'csv'
      readonly delimiter: string
      /** The header line, when the file is to have one; names must differ ignoring case. */
      readonly header?: readonly string[]
    }
  | { readonly kind: 'ndjson'; readonly names: readonly string[] }
  | { readonly kind: 'parquet'; readonly names: readonly string[] }

/** How one engine spells what SQL dialects spell differently. Every argument and result is SQL text. */
export interface Dialect {
  identifier(name: string): string
  literal(text: string): string
  /** 1 where the text of `expr` is a plain decimal number (sign, digits, point, exponent), else 0 or NULL. */
  isNumber(expr: string): string
  /** The number in a text for which isNumber holds; NULL otherwise. Nearest double. */
  toDouble(expr: string): string
  /** The whole of `expr` matches the RE2 pattern. */
  matches(expr: string, pattern: string): string
  /** A column that every table made by `Engine.table` has beside its own: ascending in the order of its rows. */
  readonly tableRow: string
  /** A scan, filtered and projected but not joined or grouped, keeps the order of the file. */
  readonly keepsScanOrder: boolean
}
