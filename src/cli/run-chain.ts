/**
 * Runs a chain: opens what its commands read, runs each on the rows of the one before, writes the last one's.
 *
 * In:  the segments of a command line, checked, and the host.
 * Out: rows and reports where they were asked for; notes on standard error.
 *
 * All files are opened before the first command runs: a missing second file is found before the first minute
 * of work, and the engine can be sealed against opening anything else.
 */
import { statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ThreadPool } from '../kernels/pool.ts'
import { openDuckdb, type DuckdbEngine } from '../table/duckdb/engine.ts'
import type { Relation } from '../table/relation.ts'
import type { Host } from './host.ts'
import { Output, outputPlan } from './output.ts'
import type { Segment } from './parse.ts'
import { showProgress } from './progress.ts'
import { checkNeeds, checkRecipePath, saveRecipe, type Need } from './recipe.ts'
import { Rejects } from './rejects.ts'
import { reportFileStyle } from './report-style.ts'
import { Step, throwIfStopped } from './step.ts'

/**
 * @param needs what a recipe that is being replayed asks of its files
 * @param at is told which command is at work, for the words in front of an error
 * @param opening the engine, that has been opening since the program started
 * @throws {RuleBroken} after everything is written, when a rule of the user does not hold
 */
export async function runChain(
  chain: readonly Segment[],
  host: Host,
  at: { command: string },
  needs: readonly Need[],
  opening: Promise<DuckdbEngine> = openDuckdb(),
): Promise<void> {
  const started = performance.now()
  for (const file of chain.flatMap(({ common }) => common.report)) reportFileStyle(file)
  const plan = outputPlan(chain.at(-1) as Segment, host)
  for (const { common } of chain)
    if (common.saveRecipe !== undefined) await checkRecipePath(common.saveRecipe)
  const rejects = await Rejects.open(chain, host)
  const progress = showProgress(host, chain)
  const pool = new ThreadPool(threadsOf(chain))
  const shared = { host, rejects, progress, pool }
  pool.warm(Math.floor(largestFile(chain) / LARGE_FILE))
  const steps = chain.map(
    (segment, i) => new Step(segment, i, i === chain.length - 1 ? plan : undefined, shared),
  )
  try {
    for (const step of steps) {
      at.command = step.segment.command.name
      await step.openSources()
    }
    const engine = await opening
    await configure(engine, chain, host)
    progress.watch(engine, pool)
    const output = await Output.open(plan, engine, host, (bytes, total) => {
      progress.reading(bytes, total)
    })
    engine.seal([
      ...steps.flatMap(({ paths }) => paths),
      ...output.paths,
      ...(await output.extraPaths(chain)),
    ])
    const names = await walk(steps, engine, output, at, needs)
    throwIfStopped(host)
    await rejects.close()
    if (rejects.note !== undefined && !rejects.tooMany) steps.at(-1)?.note(rejects.note)
    await output.commit()
    steps.at(-1)?.detail(`done in ${((performance.now() - started) / 1000).toFixed(2)} s`)
    for (const { common } of chain) {
      if (common.saveRecipe !== undefined) await saveRecipe(common.saveRecipe, chain, names)
    }
    rejects.check()
  } finally {
    progress.stop()
    await pool.close()
  }
}

/** Runs the steps, each on the rows of the one before. @returns the columns of each file of each step */
async function walk(
  steps: readonly Step[],
  engine: DuckdbEngine,
  output: Output,
  at: { command: string },
  needs: readonly Need[],
): Promise<string[][][]> {
  const names: string[][][] = []
  let before: Relation | undefined
  for (const [i, step] of steps.entries()) {
    at.command = step.segment.command.name
    const files = await step.openRelations(engine)
    names.push(files.map(({ columns }) => columns.map(({ name }) => name)))
    files.forEach((file, j) => {
      checkNeeds(needs, i, j, file.files.join(), names[i]?.[j] ?? [])
    })
    const outcome = await step.run(engine, before === undefined ? files : [before, ...files])
    const isLast = i === steps.length - 1
    if (!isLast && outcome.text !== undefined) {
      step.note('what it would print in place of its rows goes nowhere: another command takes them')
    }
    const text = isLast && !output.isJson ? outcome.text?.() : undefined
    if (text !== undefined) output.printText(text)
    const written = isLast && text === undefined ? await output.write(outcome.rows) : undefined
    const told = written === undefined ? undefined : outcome.told?.(written)
    if (told !== undefined) step.note(told)
    for (const { file, rows } of outcome.extras ?? []) await output.writeExtra(file, rows)
    for (const matrix of outcome.matrices ?? []) await output.writeMatrix(matrix)
    await step.saveModel(outcome, output)
    if (step.wantsReport) await step.report(outcome, written, output, text === undefined)
    before = outcome.rows
  }
  return names
}

/** What the first command that says it says. */
function stated<T>(chain: readonly Segment[], pick: (segment: Segment) => T | undefined): T | undefined {
  return chain.map(pick).find((value) => value !== undefined)
}

/** A file of so many bytes is work for another thread, which then starts at once. */
const LARGE_FILE = 16 << 20

function largestFile(chain: readonly Segment[]): number {
  return Math.max(0, ...chain.flatMap(({ operands }) => operands).map(sizeOf))
}

/** 0 where there is none: whoever opens the file says why. */
function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}

/** More than so many threads wait for each other and for memory. */
const MOST_UNASKED = 16

function threadsOf(chain: readonly Segment[]): number {
  return stated(chain, (segment) => segment.common.threads) ?? Math.min(availableParallelism(), MOST_UNASKED)
}

async function configure(engine: DuckdbEngine, chain: readonly Segment[], host: Host): Promise<void> {
  engine.configure({
    threads: stated(chain, (segment) => segment.common.threads),
    memoryLimit: stated(chain, (segment) => segment.common.memoryLimit),
    spillFolder: join(await host.scratch(), 'spill'),
  })
  host.onSignal((signal) => {
    engine.interrupt(signal)
  })
  throwIfStopped(host)
}
