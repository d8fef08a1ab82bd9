/**
 * A command: data that says what it takes, and a short `run` from relations to a relation and a report.
 *
 * It neither opens nor writes anything: the program around it opens the files, hands over relations, writes
 * the rows and prints the report. So commands chain (`then`), replay (`run RECIPE`) and serve the library.
 */
import type { Runner } from '../base/steps.ts'
import type { Json, Report, Warning } from '../report/report.ts'
import type { LinesFile } from '../table/basket-lines.ts'
import type { WeightMatrix } from '../report/weight-matrix.ts'
import type { Engine } from '../table/engine.ts'
import type { Relation } from '../table/relation.ts'
import type { Reject } from '../table/source.ts'
import type { Learned } from './model.ts'
import type { OptionSpecs, OptionValues } from './option.ts'

export interface Command<S extends OptionSpecs = OptionSpecs> {
  readonly name: string
  readonly summary: string
  /** A paragraph for `--help` and docs: what it does, and what it does when nothing is asked. */
  readonly about: string
  readonly options: S
  /** [what it shows, the command line]; each runs as it stands in the project's folder. */
  readonly examples: readonly (readonly [string, string])[]
  /** What a file is called that stands before all others and that the command reads itself: `MODEL`. */
  readonly lead?: string
  /** What its results are called and how they are computed, for `--help` and docs. */
  readonly explains?: readonly Explanation[]
  /** How many files stand on its command line; in a chain the rows of the command before are the first. */
  readonly operands: { readonly metavar: string; readonly min: number; readonly max: number }
  /** --columns and --exclude are not for it, and its help leaves them out. */
  readonly ignoresColumnOptions?: boolean
  /** With `-f table` the first rows of the result are shown under the report. */
  readonly showsRows: boolean
  /**
   * Refuses options that can't stand together, before any file is opened.
   *
   * @param namesColumns `--columns` or `--exclude` is given
   * @throws {UsageError}
   */
  check?(options: OptionValues<S>, namesColumns: boolean): void
  /**
   * Names of columns of its first file that it will read as numbers, as far as its options say so: they are kept while
   * the file is scanned, and not read again.
   */
  numbers?(options: OptionValues<S>, common: { readonly columns: string | undefined }): readonly string[]
  /** It reads every column of its first file, but free texts, where none is named or a report compares the others. */
  readonly readsAllColumns?: boolean
  /** Whether the first line of its first file names the columns even where it looks like data, numbers say. */
  hasHeader?(options: OptionValues<S>): boolean
  run(context: Context<S>): Promise<Outcome>
}

/** A table of names: what each is, and how it is computed. */
export interface Explanation {
  readonly title: string
  readonly text: string
  readonly rows: readonly { readonly name: string; readonly formula: string; readonly about: string }[]
}

/** Gives `run` the types that follow from `options`. */
export function command<const S extends OptionSpecs>(definition: Command<S>): Command<S> {
  return definition
}

export interface Context<S extends OptionSpecs = OptionSpecs> {
  readonly options: OptionValues<S>
  /** Every option as resolved, for `params` of the report. */
  readonly params: { readonly [option: string]: Json }
  /** The tables on the command line, in their order. */
  readonly inputs: readonly Relation[]
  /** The files on the command line that hold lines of items and no table. */
  readonly lines?: readonly LinesFile[]
  /** What options of `readsTable` name, by their keys. */
  readonly named?: { readonly [option: string]: Relation | LinesFile }
  /** The path of the command's `lead`. */
  readonly lead?: string
  /** `--columns` and `--exclude` as given. */
  readonly columns: string | undefined
  readonly exclude: string | undefined
  readonly seed: number
  readonly engine: Engine
  /** Does the batches of long work, on `--threads` threads. */
  readonly pool: Runner
  /** What will be asked of the outcome; a command may skip work that nobody asked for. */
  readonly wants: {
    readonly rows: boolean
    readonly report: boolean
    /** What parts the cells, where the rows go out as text and nothing else looks at them. */
    readonly delimiter?: string | undefined
  }
  /** `--memory-limit` in bytes, when it is given. */
  readonly memoryLimit?: number | undefined
  /** A line for stderr that a person should see (left out by --quiet). */
  note(message: string): void
  /** A note that also stands in `warnings` of the report. */
  warn(warning: Warning): void
  /** The bytes of a small file that an option names (a key, a stop-word list). */
  readFile(path: string): Promise<Uint8Array>
  /** A row that was refused: goes to `--rejects FILE` and counts against `--max-rejects`. */
  reject(row: Reject): void
  /** Aborted when the run is to stop: long work of a command's own looks at it between its steps. */
  readonly signal?: AbortSignal
}

export type { Reject }

export interface Outcome {
  /** The rows that the command gives. */
  readonly rows: Relation
  /** Called at most once, after the rows were written if they were; `warnings` are added by the program. */
  report(written: Written): Promise<Omit<Report, 'warnings'>>
  /**
   * One line on what became of the rows, for standard error, once they are written; undefined where there is
   * nothing to tell. Must not ask the engine for anything.
   */
  told?(rowsWritten: number): string | undefined
  /** What was learnt, for `--save-model`; called at most once, and only where that is asked for. */
  model?(): Learned | Promise<Learned>
  /** Printed in place of the rows and the report: a tree as SQL, say. Called at most once, for the last of a chain. */
  text?(): string
  /** Rows for files of their own (`--unmatched-left FILE`). */
  readonly extras?: readonly { readonly file: string; readonly rows: Relation }[]
  /** Weights for files of their own (`--matrix FILE`). */
  readonly matrices?: readonly WeightMatrix[]
}

export interface Written {
  /** Rows written, when they were. */
  readonly rows: number | undefined
}
