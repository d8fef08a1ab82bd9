/**
 * A relation: rows that the engine knows by name, and what lode knows about their columns.
 */
export interface Relation {
  /** Name in the engine, with the columns c0 … c(n−1); in the order of the input where the dialect keeps it. */
  readonly name: string
  /** Name in the engine of the same rows with `k` (BIGINT, ascending in the order of the input) beside them. */
  readonly keyed: string
  readonly columns: readonly Column[]
  /** Number of rows, where it is known without asking the engine. */
  readonly rows?: number
  /** Where the rows came from, as the user named it; several after a merge. */
  readonly files: readonly string[]
  /** Rows of the input that did not get here because they were malformed (`--ragged reject`). */
  readonly rejected: number
  readonly source: TextRules
  /** The line of the file that row k starts in, where rows are still rows of one file. */
  readonly lineOf?: (k: number) => Promise<number>
}

export interface Column {
  /** As in the file; may be empty, may stand twice. */
  readonly name: string
  /** `text` unless a step or a typed file made it otherwise. */
  readonly type: 'text' | 'integer' | 'double' | 'boolean' | 'date' | 'timestamp'
}

/** How the texts of these rows are to be read. */
export interface TextRules {
  /** What separates the decimals: `,` with `--decimal ,`. */
  readonly decimal: '.' | ','
  /** `--na`: texts that are missing everywhere; undefined: the default rule of the contract. */
  readonly missing: readonly string[] | undefined
}
