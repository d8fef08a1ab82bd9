/**
 * A relation: rows that the engine knows by name, and what lode knows about their columns.
 *
 * Inside the engine the columns are called c0 … c(n−1) and are text, NULL where the file's cell is empty. So
 * nothing is cast that no step asked for, and what a file calls its columns can't clash with anything.
 */
import type { ColumnFacts } from '../kernels/scan.ts'
import type { Engine } from './engine.ts'
import type { KeptColumns } from './kept.ts'
import type { LineRows } from './lines.ts'

export interface Relation {
  /** Name in the engine, with the columns c0 … c(n−1); in the order of the input where the dialect keeps it. */
  readonly name: string
  /** Name in the engine of the same rows with `k` (BIGINT, ascending in the order of the input) before them. */
  readonly keyed: string
  readonly columns: readonly Column[]
  /** Number of rows, where it is known without asking the engine. */
  readonly rows?: number
  /** Where the rows came from, as the user named it; several after a merge. */
  readonly files: readonly string[]
  /** Rows of the input that did not get here because they were malformed (`--ragged reject`). */
  readonly rejected: number
  readonly rules: TextRules
  /** The rows called `of` in the engine as lines of files, which can be written without it; see linesOf. */
  readonly lines?: { readonly of: string; readonly rows: LineRows }
  /** Of the rows called `of` in the engine: what the scan of their file has kept (kept.ts). */
  readonly kept?: KeptColumns & { readonly of: string }
  /** The line of the file that row k starts in, where rows are still rows of one file. */
  readonly lineOf?: (k: number) => Promise<number>
}

export interface Column {
  /** As in the file; may be empty, may stand twice. */
  readonly name: string
  /**
   * What the column is in a typed file (Parquet, JSON): `text`, or the engine's type that its texts were made
   * from and go back to when such a file is written.
   */
  readonly type: string
  /** What its cells are, over all rows; absent where rows or cells changed since they were looked at. */
  readonly facts?: ColumnFacts
  /** What separates its decimals, where a step has rewritten them; else as the rules of the rows say. */
  readonly decimal?: '.' | ','
}

/** How the texts of these rows are to be read. */
export interface TextRules {
  /** What separates the decimals: `,` with `--decimal ,`. */
  readonly decimal: '.' | ','
  /** `--na`: texts that are missing everywhere; undefined: the default rule (see missing.ts). */
  readonly missing: readonly string[] | undefined
}

/** The rows as lines of files, where they are. A relation that was made from another one may still hold that one's. */
export function linesOf({ name, lines }: Relation): LineRows | undefined {
  return lines?.of === name ? lines.rows : undefined
}

/** How the texts of one column are to be read. */
export function rulesOf(relation: Relation, place: number): TextRules {
  const decimal = relation.columns[place]?.decimal
  return decimal === undefined ? relation.rules : { ...relation.rules, decimal }
}

/** The engine's names of n columns: c0 … c(n−1), or of those at the given places. */
export function columnNames(count: number, prefix = ''): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}c${i}`)
}

/**
 * A relation from another one: `select` gives the SQL, once for the plain rows and once with `k`.
 *
 * @param select gets the engine's name to read from and what to put in front of the columns: '' or 'k, '
 */
export async function derive(
  engine: Engine,
  from: Relation,
  changed: Partial<Omit<Relation, 'name' | 'keyed'>>,
  select: (source: string, k: '' | 'k, ') => string,
): Promise<Relation> {
  const { rows: _before, lineOf, ...kept } = from
  return {
    ...kept,
    ...(lineOf === undefined ? {} : { lineOf }),
    ...changed,
    name: await engine.view(select(from.name, '')),
    keyed: await engine.view(select(from.keyed, 'k, ')),
  }
}

/** Rows of a relation, counted where that is not known. */
export async function rowCount(engine: Engine, relation: Relation): Promise<number> {
  if (relation.rows !== undefined) return relation.rows
  const [[rows] = []] = await engine.query(`select count(*) from ${relation.name}`)
  return Number(rows)
}
