/**
 * Where the rows and the report of a run go, and the writing of them.
 *
 * In:  the plan of the last command's output options, then relations and reports.
 * Out: nothing until `commit`. Rows are staged in a file by the engine; then they move in one rename, or stream
 *      to standard output in order, so that a run that fails half-way has written nothing anywhere.
 */
import { closeSync, openSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DataError, UsageError } from '../base/errors.ts'
import type { Report } from '../report/report.ts'
import type { WeightMatrix } from '../report/weight-matrix.ts'
import type { Engine, FileFormat } from '../table/engine.ts'
import { writeLines, type LineRows } from '../table/lines.ts'
import { linesOf, type Relation } from '../table/relation.ts'
import { csvLine } from '../write/csv.ts'
import { matrixText } from '../write/matrix.ts'
import { isSpecialFile, openSpecialFile, Sink, stageFile, type StagedFile } from '../write/sink.ts'
import type { Format } from './common.ts'
import type { Host } from './host.ts'
import type { Segment } from './parse.ts'
import { previewRows, renderReport, reportStyleOf, type Preview, type ReportStyle } from './report-style.ts'

type RowFormat = 'csv' | 'tsv' | 'ndjson' | 'parquet'

export interface OutputPlan {
  /** How rows are written; undefined where the report takes their place. */
  readonly rows: RowFormat | undefined
  /** How the report is written to the same place; undefined where rows are. */
  readonly report: ReportStyle | undefined
  /** `-o`; undefined is standard output. */
  readonly file: string | undefined
  readonly byteOrderMark: boolean
}

const BY_EXTENSION: { readonly [extension: string]: Format } = {
  csv: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  json: 'json',
}

/** @throws {UsageError} for Parquet on a terminal */
export function outputPlan(last: Segment, host: Host): OutputPlan {
  const { output, format } = last.common
  const dryRun = last.options['dryRun'] === true
  // A dry run has no rows for the file: its report goes to standard output.
  const file = dryRun ? undefined : output
  if (file !== undefined) refuseUnwritable(file)
  const named = file === undefined ? undefined : (BY_EXTENSION[extensionOf(file)] ?? 'csv')
  const chosen = format ?? named ?? (host.stdout.isTerminal ? 'table' : 'csv')
  const isReport = chosen === 'json' || chosen === 'table'
  if (chosen === 'parquet' && file === undefined && host.stdout.isTerminal && !dryRun) {
    throw new UsageError('Parquet can not be shown on a terminal; name a file with -o', { code: 'E_OUTPUT' })
  }
  return {
    rows: isReport || dryRun ? undefined : chosen,
    report:
      isReport || dryRun ? reportStyleOf(chosen === 'json' ? 'json' : 'text', last, host, file) : undefined,
    file,
    byteOrderMark: last.options['bom'] === true,
  }
}

/** @throws {UsageError} for a name that promises what lode does not write */
function refuseUnwritable(file: string): void {
  const extension = extensionOf(file)
  if (!['gz', 'zst', 'bz2', 'xz', 'zip', 'xlsx', 'xls'].includes(extension)) return
  const help = extension.startsWith('xls')
    ? 'Write .csv; --bom lets Excel see that it is UTF-8.'
    : 'Write to standard output and pack it there: lode … | gzip > out.csv.gz'
  throw new UsageError(`--output ${file}: lode writes no .${extension}`, {
    code: 'E_OPTION_VALUE',
    help: [help],
  })
}

function extensionOf(path: string): string {
  return (/\.([A-Za-z0-9]+)$/.exec(path)?.[1] ?? '').toLowerCase()
}

/** One place that bytes go to at the end: a staged file to put in place, or a stream. */
interface Target {
  /** Rows are staged here; for a regular file this is the file that will be renamed. */
  readonly path: string
  readonly staged: StagedFile | undefined
  readonly sink: Sink | undefined
  /** What stands before the staged rows: header and byte order mark, where the engine can't write them. */
  head: string
  hasRows: boolean
  label: string
}

export class Output {
  /** Whether a report in JSON is what goes out, and nothing in its place. */
  readonly isJson: boolean
  readonly #plan: OutputPlan
  readonly #engine: Engine
  readonly #host: Host
  readonly #progress: (bytes: number, total: number) => void
  readonly #main: Target
  readonly #extras = new Map<string, Target>()
  readonly #matrices = new Map<string, Target>()
  readonly #models = new Map<string, Target>()
  readonly #texts: { target: Target; text: string }[] = []

  private constructor(
    plan: OutputPlan,
    engine: Engine,
    host: Host,
    progress: (bytes: number, total: number) => void,
    main: Target,
  ) {
    this.#plan = plan
    this.isJson = plan.report?.kind === 'json'
    this.#engine = engine
    this.#host = host
    this.#progress = progress
    this.#main = main
  }

  /** @param progress is told how far rows have been written that no engine writes */
  static async open(
    plan: OutputPlan,
    engine: Engine,
    host: Host,
    progress: (bytes: number, total: number) => void,
  ): Promise<Output> {
    return new Output(plan, engine, host, progress, await openTarget(plan.file, host, 'rows'))
  }

  /** Files that the engine has to be allowed to write, absolute. */
  get paths(): string[] {
    return [this.#main.path, rowsFile(this.#main)]
  }

  /** Opens the files that options of the chain name for themselves; what the engine may write then. */
  async extraPaths(chain: readonly Segment[]): Promise<string[]> {
    for (const { command, options } of chain) {
      for (const [key, spec] of Object.entries(command.options)) {
        const named = options[key]
        if (typeof named !== 'string') continue
        if (spec.writesModel === true) this.#models.set(named, await openTarget(named, this.#host, 'model'))
        if (spec.writesMatrix === true)
          this.#matrices.set(named, await openTarget(named, this.#host, `matrix${this.#matrices.size}`))
        if (spec.writesTable !== true) continue
        this.#extras.set(named, await openTarget(named, this.#host, `rows${this.#extras.size}`))
      }
    }
    return [...this.#extras.values()].flatMap((target) => [target.path, rowsFile(target)])
  }

  /** Stages the rows, when rows are asked for; gives their number. */
  async write(rows: Relation): Promise<number | undefined> {
    if (this.#plan.rows === undefined) return undefined
    return this.#stage(this.#main, rows, this.#plan.rows)
  }

  async writeExtra(file: string, rows: Relation): Promise<void> {
    const target = this.#extras.get(file)
    if (target === undefined) throw new Error(`${file} is not among the files of the command line`)
    const format = BY_EXTENSION[extensionOf(file)] ?? 'csv'
    await this.#stage(target, rows, format === 'json' || format === 'table' ? 'csv' : format)
  }

  async writeMatrix(matrix: WeightMatrix): Promise<void> {
    const { file } = matrix
    const target = this.#matrices.get(file)
    if (target === undefined) throw new Error(`${file} is not among the files of the command line`)
    const descriptor = openSync(target.path, 'w', 0o666)
    try {
      const sink = new Sink(descriptor, target.label)
      for (const piece of matrixText(matrix)) await sink.write(piece)
    } finally {
      closeSync(descriptor)
    }
    target.hasRows = true
  }

  /** The text of a model, for the file that an option of the chain names. */
  writeModel(file: string, text: string): void {
    const target = this.#models.get(file)
    if (target === undefined) throw new Error(`${file} is not among the files of the command line`)
    this.#texts.push({ target, text })
  }

  /** What a command prints in place of its rows and its report. */
  printText(text: string): void {
    this.#texts.push({ target: this.#main, text })
  }

  async printReport(report: Report, preview: Relation | undefined): Promise<void> {
    const style = this.#plan.report
    if (style === undefined) return
    this.#texts.push({ target: this.#main, text: await this.#rendered(report, style, preview) })
  }

  /** `--report FILE`. */
  async writeReport(
    report: Report,
    file: string,
    style: ReportStyle,
    preview: Relation | undefined,
  ): Promise<void> {
    const target = await openTarget(file, this.#host, 'report')
    this.#texts.push({ target, text: await this.#rendered(report, style, preview) })
  }

  /** Puts everything in its place: files first, then what streams. */
  async commit(): Promise<void> {
    const targets = [
      ...this.#extras.values(),
      ...this.#matrices.values(),
      ...this.#models.values(),
      this.#main,
      ...this.#texts.map(({ target }) => target),
    ]
    const unique = [...new Set(targets)]
    for (const target of unique) if (target.staged !== undefined) await this.#finish(target)
    for (const target of unique) if (target.sink !== undefined) await this.#finish(target)
  }

  async #rendered(report: Report, style: ReportStyle, rows: Relation | undefined): Promise<string> {
    const preview: Preview | undefined =
      rows === undefined || style.kind === 'json' ? undefined : await previewRows(this.#engine, rows)
    return renderReport(report, style, preview)
  }

  async #stage(target: Target, rows: Relation, kind: RowFormat): Promise<number> {
    const { format, head } = fileFormat(rows, kind, target.sink !== undefined || this.#plan.byteOrderMark)
    const isCsv = kind === 'csv' || kind === 'tsv'
    target.head = (this.#plan.byteOrderMark && isCsv ? '\uFEFF' : '') + head
    target.hasRows = true
    const path = target.staged !== undefined && target.head !== '' ? rowsFile(target) : target.path
    const delimiter = delimiterOf(kind)
    const lines = linesOf(rows)
    const written =
      lines === undefined || delimiter === undefined
        ? await this.#copy(target, selectOf(rows, kind), path, format)
        : await this.#stageLines(target, path, lines, format, delimiter)
    if (rows.rows !== undefined && written !== rows.rows) {
      throw new Error(`${target.label}: ${written} rows written where ${rows.rows} were expected`)
    }
    return written
  }

  /** The engine says of a full disk that it is full, not what was to be written there. */
  async #copy({ label, staged }: Target, select: string, path: string, format: FileFormat): Promise<number> {
    try {
      return await this.#engine.copy(select, path, format)
    } catch (error) {
      const cause = error instanceof DataError ? error.cause : undefined
      const isOfFile = staged !== undefined && cause instanceof Error && cause.message.includes(path)
      throw isOfFile && (error as DataError).code === 'E_DISK_FULL'
        ? new DataError(`can't write to ${label}: the disk is full`, { code: 'E_DISK_FULL', cause })
        : error
    }
  }

  /** Rows that go out as the lines that they came as. */
  async #stageLines(
    { label, staged }: Target,
    path: string,
    lines: LineRows,
    format: FileFormat,
    delimiter: string,
  ): Promise<number> {
    const descriptor = openSync(path, 'w', 0o666)
    try {
      const sink = new Sink(descriptor, staged === undefined ? SCRATCH : label)
      if (format.kind === 'csv' && format.header !== undefined) {
        await sink.write(csvLine(format.header, delimiter))
      }
      return await writeLines(lines, delimiter, (text) => sink.write(text), this.#host.signal, this.#progress)
    } finally {
      closeSync(descriptor)
    }
  }

  async #finish(target: Target): Promise<void> {
    const texts = this.#texts.filter((text) => text.target === target).map(({ text }) => text)
    const written = target.hasRows || texts.length > 0
    if (target.staged === undefined) {
      const sink = target.sink as Sink
      if (target.head !== '') await sink.write(target.head)
      if (target.hasRows) await sink.writeFile(target.path)
      for (const text of texts) await sink.write(text)
      return
    }
    if (!written) {
      target.staged.discard()
      return
    }
    if (target.head !== '' || texts.length > 0) await this.#assemble(target, texts)
    target.staged.commit()
  }

  /** A file whose head the engine could not write: head, rows, texts. */
  async #assemble(target: Target, texts: readonly string[]): Promise<void> {
    const fd = openSync(target.path, 'w')
    try {
      const sink = new Sink(fd, target.label)
      await sink.write(target.head)
      if (target.hasRows) await sink.writeFile(rowsFile(target))
      for (const text of texts) await sink.write(text)
    } finally {
      closeSync(fd)
      rmSync(rowsFile(target), { force: true })
    }
  }
}

/** Where rows wait that stream out at the end. */
const SCRATCH = 'the folder for temporary files, which TMPDIR names'

/** Where the rows of a file wait whose head the engine can not write. */
function rowsFile(target: Target): string {
  return `${target.path}.rows`
}

async function openTarget(file: string | undefined, host: Host, name: string): Promise<Target> {
  const blank = { head: '', hasRows: false, label: file ?? 'standard output' }
  if (file === undefined || file === '-') {
    return { ...blank, path: join(await host.scratch(), name), staged: undefined, sink: host.stdout.sink }
  }
  if (isSpecialFile(file)) {
    const sink = new Sink(openSpecialFile(file), file)
    return { ...blank, path: join(await host.scratch(), name), staged: undefined, sink }
  }
  const staged = stageFile(file)
  const target = { ...blank, path: resolve(staged.path), staged, sink: undefined }
  host.onEnd(() => {
    staged.discard()
    rmSync(rowsFile(target), { force: true })
  })
  return target
}

/** What parts the cells of rows that are written as text. */
export function delimiterOf(kind: RowFormat | undefined): string | undefined {
  return kind === 'csv' ? ',' : kind === 'tsv' ? '\t' : undefined
}

/** The engine's rows in the terms of the file: text as it is, typed columns as what they were. */
function selectOf(rows: Relation, kind: RowFormat): string {
  const typed = kind === 'ndjson' || kind === 'parquet'
  const cells = rows.columns.map(({ type }, i) => {
    // A number as it is written: 2 is not 2.0, an id of 20 digits keeps them. JSON has no NaN and no infinity, which
    // the engine's JSON has.
    if (kind === 'ndjson' && type === 'DOUBLE') {
      return `case when json_valid(c${i}) and isfinite(try_cast(c${i} as double)) then cast(c${i} as json) end as c${i}`
    }
    if (typed && type !== 'text') return `cast(c${i} as ${type}) as c${i}`
    // A line with nothing on it is no row to most readers: a lone missing cell is written as "".
    return !typed && rows.columns.length === 1 ? `coalesce(c${i}, '') as c${i}` : `c${i}`
  })
  return `select ${cells.join(', ')} from ${rows.name}`
}

function fileFormat(
  rows: Relation,
  kind: RowFormat,
  separateHead: boolean,
): { format: FileFormat; head: string } {
  const names = rows.columns.map(({ name }) => name)
  if (kind === 'ndjson' || kind === 'parquet')
    return { format: { kind, names: uniqueNames(names) }, head: '' }
  const delimiter = delimiterOf(kind) as string
  // The engine would rename columns that are called alike, or not at all: their header is written by us.
  const plain = new Set(names.map((name) => name.toLowerCase())).size === names.length && !names.includes('')
  return separateHead || !plain
    ? { format: { kind: 'csv', delimiter }, head: csvLine(names, delimiter) }
    : { format: { kind: 'csv', delimiter, header: names }, head: '' }
}

/** Names that differ ignoring case, as typed files need them: a second `a` becomes `a.1`, as in pandas. */
function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map((name, i) => {
    const base = name === '' ? `column${i + 1}` : name
    let unique = base
    for (let n = 1; used.has(unique.toLowerCase()); n++) unique = `${base}.${n}`
    used.add(unique.toLowerCase())
    return unique
  })
}
