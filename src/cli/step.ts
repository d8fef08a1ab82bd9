/**
 * One command of a chain at work: its files, its run, its report.
 *
 * In:  a segment of the command line; the rows of the command before it.
 * Out: an outcome, and a report with what was warned of on the way, from reading the files on.
 */
import { promises as fs } from 'node:fs'
import { resolve } from 'node:path'
import { DataError, Interrupted, UsageError } from '../base/errors.ts'
import { count, plural } from '../base/wording.ts'
import type { Context, Outcome } from '../commands/command.ts'
import { modelText } from '../commands/model.ts'
import type { ThreadPool } from '../kernels/pool.ts'
import { wasmScanner } from '../kernels/wasm-scan.ts'
import type { Report, Warning } from '../report/report.ts'
import type { LinesFile } from '../table/basket-lines.ts'
import { MISSING_TOKENS } from '../table/cells.ts'
import type { DuckdbEngine } from '../table/duckdb/engine.ts'
import { openRelation } from '../table/open.ts'
import type { Relation, TextRules } from '../table/relation.ts'
import { openSource, type ReadOptions, type SourceFile } from '../table/source.ts'
import type { Host } from './host.ts'
import { bytesOf } from './common.ts'
import { delimiterOf, type Output, type OutputPlan } from './output.ts'
import { linesOption, namedTables, paramsOf, snakeCase, type Segment } from './parse.ts'
import type { Progress } from './progress.ts'
import type { Rejects } from './rejects.ts'
import { reportFileStyle } from './report-style.ts'

/** What the steps of a chain share. */
export interface Shared {
  readonly host: Host
  readonly rejects: Rejects
  readonly progress: Progress
  readonly pool: ThreadPool
}

interface Opened {
  /** Key of the option that names it; undefined for one that stands on the command line by itself. */
  readonly option: string | undefined
  readonly file: SourceFile
}

export class Step {
  readonly segment: Segment
  readonly wantsReport: boolean
  readonly #shared: Shared
  readonly #place: number
  readonly #plan: OutputPlan | undefined
  readonly #opened: Opened[] = []
  readonly #warnings: Warning[] = []
  readonly #lines: LinesFile[] = []
  readonly #named: { [option: string]: Relation | LinesFile } = {}

  /**
   * @param place in the chain, 0 based
   * @param plan what is written of its rows; undefined for all commands but the last
   */
  constructor(segment: Segment, place: number, plan: OutputPlan | undefined, shared: Shared) {
    this.segment = segment
    this.#place = place
    this.#plan = plan
    this.#shared = shared
    this.wantsReport = segment.common.report.length > 0 || plan?.report !== undefined
  }

  /** Finds out and checks everything about its files; standard input where the first command names none. */
  async openSources(): Promise<void> {
    const { operands } = this.segment
    const own = operands.length === 0 && this.#place === 0 ? [this.#standardInput()] : operands
    const all: (readonly [option: string | undefined, operand: string])[] = [
      ...own.map((operand) => [undefined, operand] as const),
      ...namedTables(this.segment),
    ]
    for (const [option, operand] of all) {
      const isFirst = option === undefined && this.#opened.length === 0
      const file = await this.#openSource(operand, isFirst)
      this.#opened.push({ option, file })
      this.detail(foundOut(file))
    }
  }

  /** Files that the engine reads for it, absolute. */
  get paths(): string[] {
    return this.#opened.map(({ file }) => resolve(file.path))
  }

  /** The tables on its command line; beside them it opens those that its options name. */
  async openRelations(engine: DuckdbEngine): Promise<Relation[]> {
    const relations: Relation[] = []
    for (const { option, file } of this.#opened) {
      if (file.kind === 'lines') {
        const lines = linesFile(file, this.segment)
        if (option === undefined) this.#lines.push(lines)
        else this.#named[option] = lines
        continue
      }
      const relation = await openRelation(engine, file, rulesOf(this.segment))
      if (option === undefined) relations.push(relation)
      else this.#named[option] = relation
    }
    return relations
  }

  async run(engine: DuckdbEngine, inputs: readonly Relation[]): Promise<Outcome> {
    const { segment } = this
    const { host, rejects } = this.#shared
    const context: Context = {
      options: segment.options,
      params: paramsOf(segment),
      inputs,
      lines: this.#lines,
      named: this.#named,
      ...(segment.lead === undefined ? {} : { lead: segment.lead }),
      columns: segment.common.columns,
      exclude: segment.common.exclude,
      seed: segment.common.seed,
      engine,
      pool: this.#shared.pool,
      wants: {
        rows: this.#plan === undefined || this.#plan.rows !== undefined,
        report: this.wantsReport,
        delimiter: this.wantsReport ? undefined : delimiterOf(this.#plan?.rows),
      },
      memoryLimit: segment.common.memoryLimit === undefined ? undefined : bytesOf(segment.common.memoryLimit),
      note: (message) => {
        this.note(message)
      },
      warn: (warning) => {
        this.#warn(warning)
      },
      readFile: (path) => readSmallFile(path),
      reject: (row) => {
        rejects.add(row)
      },
      signal: host.signal,
    }
    return segment.command.run(context)
  }

  /** @param mayPrint false where a text of the command was printed in its place */
  async report(
    outcome: Outcome,
    written: number | undefined,
    output: Output,
    mayPrint: boolean,
  ): Promise<void> {
    const { common, command } = this.segment
    const prints = mayPrint && this.#plan?.report !== undefined
    if (!prints && common.report.length === 0) return
    // Not copied: a report may make its view when that is asked for.
    const report: Report = Object.assign(await outcome.report({ rows: written }), {
      warnings: this.#warnings,
    })
    checkAccount(report)
    const preview = command.showsRows ? outcome.rows : undefined
    if (prints) {
      this.#shared.progress.hide()
      await output.printReport(report, preview)
    }
    for (const file of common.report) {
      await output.writeReport(report, file, reportFileStyle(file), preview)
    }
  }

  /** What was learnt, for the file that an option names for it. */
  async saveModel(outcome: Outcome, output: Output): Promise<void> {
    const { command, options } = this.segment
    const key = Object.keys(command.options).find((name) => command.options[name]?.writesModel === true)
    const file = key === undefined ? undefined : options[key]
    if (typeof file !== 'string') return
    const learned = await outcome.model?.()
    if (learned === undefined) throw new Error(`lode ${command.name} has no model to save`)
    const { [snakeCase(key as string)]: _place, ...params } = paramsOf(this.segment)
    output.writeModel(file, modelText(command.name, params, learned))
  }

  /** A line on standard error, unless --quiet. */
  note(message: string): void {
    const { host, progress } = this.#shared
    if (this.segment.common.quiet) return
    progress.hide()
    host.stderr.write(`lode ${this.segment.command.name}: ${message}\n`)
  }

  /** A line on standard error for --verbose. */
  detail(message: string): void {
    if (this.segment.common.verbose) this.note(message)
  }

  #warn(warning: Warning): void {
    this.#warnings.push(warning)
    this.note(warning.message)
  }

  #standardInput(): string {
    if (!this.#shared.host.stdin.isTerminal) return '-'
    const { name } = this.segment.command
    throw new UsageError('no FILE is named and standard input is a terminal', {
      code: 'E_OPERAND',
      help: [
        `Name a file, as in lode ${name} customers.csv, or pipe one in. lode ${name} --help tells more.`,
      ],
    })
  }

  #numbers(): readonly string[] {
    const { command, options, common } = this.segment
    return command.numbers?.(options, common) ?? []
  }

  #readsAllColumns(): boolean {
    const { command, common } = this.segment
    return command.readsAllColumns === true && (this.wantsReport || common.columns === undefined)
  }

  #openSource(operand: string, isFirst: boolean): Promise<SourceFile> {
    const { host, rejects, progress, pool } = this.#shared
    const { command, common, given, options: asked } = this.segment
    const options: ReadOptions = {
      delimiter: common.delimiter,
      quote: common.quote,
      header: common.header,
      headerIsCertain: command.hasHeader?.(asked) === true,
      decimal: common.decimal,
      encoding: common.encoding,
      // A place for refused rows says that they are to be refused.
      ragged: !given.has('ragged') && common.rejects !== undefined ? 'reject' : common.ragged,
      lines: linesOption(this.segment) !== undefined,
      numbers: isFirst ? this.#numbers() : [],
      allColumns: isFirst && this.#readsAllColumns(),
    }
    throwIfStopped(host)
    return openSource(operand, options, {
      scanner: wasmScanner,
      ...(pool.threads > 1 ? { pool } : {}),
      scratch: () => host.scratch(),
      stdin: host.stdin.fd,
      reject: (row) => {
        rejects.add(row)
      },
      warn: (warning) => {
        this.#warn(warning)
      },
      signal: host.signal,
      progress: (bytes, total) => {
        progress.reading(bytes, total)
      },
    })
  }
}

/** A signal that came while no engine was running. @throws {Interrupted} */
export function throwIfStopped(host: Host): void {
  if (host.signal.aborted) {
    throw host.signal.reason instanceof Interrupted ? host.signal.reason : new Interrupted('SIGINT')
  }
}

/** How a file is read, in words. */
function foundOut({ label, kind, names, csv, path }: SourceFile): string {
  const copy = path === label ? '' : `, read by way of ${path}`
  if (csv === undefined) return `${label}: ${kind}${copy}`
  const quotes = csv.quote === '' ? 'no quotes' : `quotes ${csv.quote}`
  const shape = `${plural(names.length, 'column')}, ${plural(csv.rows, 'row')}`
  return `${label}: CSV parted by ${JSON.stringify(csv.delimiter)}, ${quotes}, ${shape}${copy}`
}

function linesFile({ label, path }: SourceFile, segment: Segment): LinesFile {
  const { delimiter, quote = '"' } = segment.common
  return { label, path, delimiter, quote, missing: rulesOf(segment).missing }
}

function rulesOf({ common }: Segment): TextRules {
  return { decimal: common.decimal, missing: common.na === 'pandas' ? MISSING_TOKENS : common.na }
}

/** Every row that was read is in the output, left out for a stated reason, or refused. */
function checkAccount({ input, result, command }: Report): void {
  const rowsOut = result['rows_out']
  if (command !== 'clean' || typeof rowsOut !== 'number') return
  const dropped = Object.values(input.dropped).reduce((sum, rows) => sum + rows, 0)
  if (input.rows === rowsOut + dropped) return
  throw new Error(
    `rows do not add up: ${count(input.rows)} read, ${count(rowsOut)} out, ${count(dropped)} dropped`,
  )
}

async function readSmallFile(path: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(path)
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    throw new DataError(missing ? `${path} does not exist` : `can't read ${path}`, { code: 'E_FILE', cause })
  }
}
