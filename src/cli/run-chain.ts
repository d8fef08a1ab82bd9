/**
 * Runs a chain: opens what its commands read, runs each on the rows of the one before, writes the last one's.
 *
 * In:  the segments of a command line, checked, and the host.
 * Out: rows and reports where they were asked for; notes on standard error.
 *
 * All files are opened before the first command runs: a missing second file is found before the first minute
 * of work, and the engine can be sealed against opening anything else.
 */
import { promises as fs } from 'node:fs'
import { join, resolve } from 'node:path'
import { DataError, Interrupted, UsageError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import type { Context, Outcome } from '../commands/command.ts'
import { wasmScanner } from '../kernels/wasm-scan.ts'
import type { Report, Warning } from '../report/report.ts'
import { MISSING_TOKENS } from '../table/cells.ts'
import { openDuckdb, type DuckdbEngine } from '../table/duckdb/engine.ts'
import { openRelation } from '../table/open.ts'
import type { Relation, TextRules } from '../table/relation.ts'
import { openSource, type ReadOptions, type SourceFile } from '../table/source.ts'
import type { Host } from './host.ts'
import { Output, outputPlan, type OutputPlan } from './output.ts'
import { paramsOf, type Segment } from './parse.ts'
import { checkNeeds, saveRecipe, type Need } from './recipe.ts'
import { Rejects } from './rejects.ts'
import { showProgress } from './progress.ts'
import { reportFileStyle } from './report-style.ts'

/**
 * @param needs what a recipe that is being replayed asks of its files
 * @param at is told which command is at work, for the words in front of an error
 * @param opening the engine, that has been opening since the program started
 * @throws {RuleBroken} after everything is written, when a rule of the user does not hold
 */
export async function runChain(
  chain: readonly (Segment & { readonly words: readonly string[] })[],
  host: Host,
  at: { command: string },
  needs: readonly Need[],
  opening: Promise<DuckdbEngine> = openDuckdb(),
): Promise<void> {
  const last = chain.at(-1) as Segment
  for (const { common } of chain) if (common.report !== undefined) reportFileStyle(common.report)
  const plan = outputPlan(last, host)
  const rejects = await Rejects.open(chain, host)
  const progress = showProgress(host, chain)
  try {
    const opened: Opened[][] = []
    for (const [i, segment] of chain.entries()) {
      at.command = segment.command.name
      opened.push(await openSources(segment, i, host, rejects))
    }
    const engine = await opening
    await configure(engine, chain, host)
    progress.watch(engine)
    const output = await Output.open(plan, engine, host)
    engine.seal([
      ...opened.flat().flatMap(({ file, half }) => [resolve(file.path), half]),
      ...output.paths,
      ...(await output.extraPaths(chain)),
    ])
    let before: Relation | undefined
    const names: string[][][] = []
    for (const [i, segment] of chain.entries()) {
      at.command = segment.command.name
      const isLast = i === chain.length - 1
      const step = new Step(segment, host, rejects, isLast ? plan : undefined)
      const files = await step.open(engine, opened[i] ?? [])
      files.forEach((file, j) => checkNeeds(needs, i, j, file.files.join(), columnsOf(file)))
      names.push(files.map(columnsOf))
      const outcome = await step.run(engine, before === undefined ? files : [before, ...files])
      const written = isLast ? await output.write(outcome.rows) : undefined
      const told = written === undefined ? undefined : outcome.told?.(written)
      if (told !== undefined) note(host, segment, told)
      for (const extra of outcome.extras ?? []) await output.writeExtra(extra.file, extra.rows)
      if (step.wantsReport) await step.report(outcome, written, output)
      before = outcome.rows
    }
    throwIfStopped(host)
    await rejects.close()
    progress.stop()
    if (rejects.note !== undefined && !rejects.tooMany) note(host, last, rejects.note)
    await output.commit()
    for (const { common } of chain) {
      if (common.saveRecipe !== undefined) await saveRecipe(common.saveRecipe, chain, names)
    }
    rejects.check()
  } finally {
    progress.stop()
  }
}

async function configure(engine: DuckdbEngine, chain: readonly Segment[], host: Host): Promise<void> {
  const stated = <T>(pick: (segment: Segment) => T | undefined): T | undefined =>
    chain.map(pick).find((value) => value !== undefined)
  engine.configure({
    threads: stated((segment) => segment.common.threads),
    memoryLimit: stated((segment) => segment.common.memoryLimit),
    spillFolder: join(await host.scratch(), 'spill'),
  })
  host.onSignal((signal) => {
    engine.interrupt(signal)
  })
  throwIfStopped(host)
}

async function openSources(segment: Segment, i: number, host: Host, rejects: Rejects): Promise<Opened[]> {
  const operands =
    segment.operands.length === 0 && i === 0 ? [standardInput(segment, host)] : segment.operands
  const files: Opened[] = []
  for (const [j, operand] of operands.entries()) {
    const file = await openOne(operand, segment, host, rejects)
    files.push({ file, half: join(await host.scratch(), `half-${i}-${j}.csv`) })
  }
  return files
}

function standardInput(segment: Segment, host: Host): string {
  if (!host.stdin.isTerminal) return '-'
  const { name } = segment.command
  throw new UsageError('no FILE is named and standard input is a terminal', {
    code: 'E_OPERAND',
    help: [`Name a file, as in lode ${name} customers.csv, or pipe one in. lode ${name} --help tells more.`],
  })
}

async function openOne(operand: string, segment: Segment, host: Host, rejects: Rejects): Promise<SourceFile> {
  const { common } = segment
  const options: ReadOptions = {
    delimiter: common.delimiter,
    quote: common.quote,
    header: common.header,
    decimal: common.decimal,
    encoding: common.encoding,
    ragged: common.ragged,
  }
  throwIfStopped(host)
  return openSource(operand, options, {
    scanner: wasmScanner,
    scratch: () => host.scratch(),
    stdin: host.stdin.fd,
    reject: (row) => rejects.add(row),
    warn: ({ message }) => note(host, segment, message),
    signal: host.signal,
  })
}

function rulesOf({ common }: Segment): TextRules {
  return { decimal: common.decimal, missing: common.na === 'pandas' ? MISSING_TOKENS : common.na }
}

function note(host: Host, segment: Segment, message: string): void {
  if (!segment.common.quiet) host.stderr.write(`lode ${segment.command.name}: ${message}\n`)
}

/** A signal that came while no engine was running. */
function throwIfStopped(host: Host): void {
  if (host.signal.aborted) {
    throw host.signal.reason instanceof Interrupted ? host.signal.reason : new Interrupted('SIGINT')
  }
}

function columnsOf(relation: Relation): string[] {
  return relation.columns.map(({ name }) => name)
}

interface Opened {
  readonly file: SourceFile
  /** Where a copy of half of it may be put (table/halves.ts). */
  readonly half: string
}

/** One command of the chain at work. */
class Step {
  readonly wantsReport: boolean
  readonly #segment: Segment
  readonly #host: Host
  readonly #rejects: Rejects
  readonly #plan: OutputPlan | undefined
  readonly #warnings: Warning[] = []

  /** @param plan what is written of its rows; undefined for all commands but the last */
  constructor(segment: Segment, host: Host, rejects: Rejects, plan: OutputPlan | undefined) {
    this.#segment = segment
    this.#host = host
    this.#rejects = rejects
    this.#plan = plan
    this.wantsReport = segment.common.report !== undefined || plan?.report !== undefined
  }

  async open(engine: DuckdbEngine, files: readonly Opened[]): Promise<Relation[]> {
    const relations: Relation[] = []
    for (const { file, half } of files) {
      relations.push(await openRelation(engine, file, rulesOf(this.#segment), half))
    }
    return relations
  }

  async run(engine: DuckdbEngine, inputs: readonly Relation[]): Promise<Outcome> {
    const segment = this.#segment
    const context: Context = {
      options: segment.options,
      params: paramsOf(segment),
      inputs,
      columns: segment.common.columns,
      exclude: segment.common.exclude,
      seed: segment.common.seed,
      engine,
      wants: { rows: this.#plan === undefined || this.#plan.rows !== undefined, report: this.wantsReport },
      note: (message) => note(this.#host, segment, message),
      warn: (warning) => {
        this.#warnings.push(warning)
        note(this.#host, segment, warning.message)
      },
      readFile: (path) => readSmallFile(path),
      reject: (row) => this.#rejects.add(row),
      signal: this.#host.signal,
    }
    return segment.command.run(context)
  }

  async report(outcome: Outcome, written: number | undefined, output: Output): Promise<void> {
    const report: Report = { ...(await outcome.report({ rows: written })), warnings: this.#warnings }
    checkAccount(report)
    const { common, command } = this.#segment
    const preview = command.showsRows ? outcome.rows : undefined
    if (this.#plan?.report !== undefined) await output.printReport(report, preview)
    if (common.report !== undefined) {
      await output.writeReport(report, common.report, reportFileStyle(common.report), preview)
    }
  }
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
