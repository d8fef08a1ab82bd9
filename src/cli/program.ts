/**
 * The program: words in, exit code out.
 *
 * In:  argv after `lode`, and a host.
 * Out: the exit code. Everything that was begun is finished or taken back before it returns.
 */
import { LodeError, UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import { VERSION } from '../base/version.ts'
import { ClosedPipe } from '../write/sink.ts'
import type { Command } from '../commands/command.ts'
import type { DuckdbEngine } from '../table/duckdb/engine.ts'
import type { Host } from './host.ts'
import type { Need } from './recipe.ts'
import type { Segment } from './parse.ts'
import { entryOf, registry } from './registry.ts'

const OWN_BUG = 70

export async function main(words: readonly string[], host: Host): Promise<number> {
  const run: Run = { host, at: { command: '' }, engine: warmUp(words) }
  try {
    await dispatch(words, run)
    return 0
  } catch (error) {
    if (error instanceof ClosedPipe) return 0
    host.stderr.write(errorText(error, run.at.command, wantsJson(words)))
    return error instanceof LodeError ? error.exitCode : OWN_BUG
  } finally {
    // A process must not end while a library of its own is still being opened on another thread.
    await run.engine?.catch(() => {})
    host.end()
  }
}

interface Run {
  readonly host: Host
  /** The command at work, for the words in front of an error. */
  readonly at: { command: string }
  /** Opening since the start, where a command is to be run. */
  readonly engine: Promise<DuckdbEngine> | undefined
}

/**
 * Begins what every run needs and no option changes, on other threads: the engine opens and the scan is compiled
 * while the command line is read here. This halves what lode adds to the start of Node.
 */
function warmUp(words: readonly string[]): Promise<DuckdbEngine> | undefined {
  const isRun = words[0] === 'run' || (words[0] !== undefined && entryOf(words[0]) !== undefined)
  if (!isRun || words.includes('--help') || words.includes('-h')) return undefined
  const isLater = mayDoWithoutEngine(words)
  const engine = import('../table/duckdb/engine.ts').then(({ laterDuckdb, openDuckdb }) =>
    isLater ? laterDuckdb() : openDuckdb(),
  )
  // Failures are heard where the engine is awaited; a scan that is not ready by then is compiled there.
  engine.catch(() => {})
  import('../kernels/wasm-scan.ts').then(({ prepareScan }) => prepareScan()).catch(() => {})
  return engine
}

/**
 * Lines of items are read, mined and written without the engine, unless something else is asked of it; so are the
 * columns of a regression on a CSV file, whose rows leave as the lines that they came as.
 */
function mayDoWithoutEngine(words: readonly string[]): boolean {
  if (words.includes('--baskets')) return true
  const isChain = words.includes('then') || words[0] === 'run'
  return words[0] === 'regress' && !isChain && !words.some(mayBeReadByEngine)
}

const WRITTEN = new Set(['-o', '--output', '--report', '--save-model', '--save-recipe'])

function mayBeReadByEngine(word: string, i: number, words: readonly string[]): boolean {
  return /\.(parquet|json|ndjson|jsonl)(\.gz|\.zst)?$/i.test(word) && !WRITTEN.has(words[i - 1] ?? '')
}

async function dispatch(words: readonly string[], run: Run): Promise<void> {
  const { sink } = run.host.stdout
  const [first, second] = words
  if (
    first === undefined ||
    first === '--help' ||
    first === '-h' ||
    (first === 'help' && second === undefined)
  ) {
    const { overviewHelp } = await import('./overview.ts')
    await sink.write(overviewHelp())
    return
  }
  if (first === '--version' || first === '-V') {
    const { versionText } = await import('./overview.ts')
    await sink.write(versionText())
    return
  }
  if (first === 'help' && second === 'run') return replay(['--help'], run)
  if (first === 'help' && second === 'completion') return complete(['--help'], run)
  if (first === 'help') return runWords([[second as string, '--help']], run)
  if (first === 'run') return replay(words.slice(1), run)
  if (first === 'completion') return complete(words.slice(1), run)
  const { splitChain } = await import('./parse.ts')
  return runWords(splitChain(words), run)
}

/** Parses each command of a chain, and runs it or shows its help. */
async function runWords(
  chain: readonly (readonly string[])[],
  { host, at, engine }: Run,
  needs: readonly Need[] = [],
): Promise<void> {
  const { checkChain, checkFiles, parseSegment } = await import('./parse.ts')
  const segments: Segment[] = []
  for (const [name = '', ...rest] of chain) {
    at.command = entryOf(name) === undefined ? '' : name
    const segment = parseSegment(await load(name), rest)
    if (segment.wantsHelp) {
      const { commandHelp } = await import('./help.ts')
      await host.stdout.sink.write(commandHelp(segment.command, host.stdout.columns))
      return
    }
    segment.command.check?.(segment.options, segment.given.has('columns') || segment.given.has('exclude'))
    segments.push(segment)
  }
  at.command = segments.length === 1 ? (segments[0]?.command.name ?? '') : ''
  checkChain(segments)
  checkFiles(segments)
  const { runChain } = await import('./run-chain.ts')
  await runChain(segments, host, at, needs, engine)
}

const RUN_HELP = `lode run: Replay a command line that --save-recipe wrote, on other files

Usage: lode run RECIPE [FILE...] [options]

The files named take the place of the recipe's, in their order; those not named stay. Options are added to those of
its last command, so -o says where the rows of this run go. What the recipe needs and a file lacks is named.

Examples
  # keep a line, then replay it at night
  lode clean fixtures/crm.csv --drop-missing --save-recipe nightly.json -o clean.csv
  lode run nightly.json today.csv -o today-clean.csv
`

/** `lode run RECIPE [FILE…] [options]`: options are added to those of the last step. */
async function replay(words: readonly string[], run: Run): Promise<void> {
  run.at.command = 'run'
  const [recipe] = words
  const isHelp = (word: string | undefined) => word === '--help' || word === '-h'
  if (isHelp(recipe) || isHelp(words[1])) {
    await run.host.stdout.sink.write(RUN_HELP)
    return
  }
  if (recipe === undefined || recipe.startsWith('-')) {
    throw new UsageError('name the recipe to replay: lode run RECIPE [FILE…] [options]', {
      code: 'E_OPERAND',
    })
  }
  const firstOption = words.findIndex((word, i) => i > 0 && word.startsWith('-') && word !== '-')
  const end = firstOption < 0 ? words.length : firstOption
  const { readRecipe } = await import('./recipe.ts')
  const { chain, needs } = await readRecipe(recipe, words.slice(1, end))
  const last = chain.at(-1) ?? []
  const operands = last.indexOf('--')
  last.splice(operands < 0 ? last.length : operands, 0, ...words.slice(end))
  await runWords(chain, run, needs)
}

/** `lode completion SHELL` */
async function complete([shell, more]: readonly string[], { host, at }: Run): Promise<void> {
  at.command = 'completion'
  if (more !== undefined) {
    throw new UsageError(`one shell at a time; got "${more}" too`, { code: 'E_OPERAND' })
  }
  const { COMPLETION_HELP, completionScript } = await import('./completion.ts')
  const isHelp = shell === '--help' || shell === '-h'
  await host.stdout.sink.write(isHelp ? COMPLETION_HELP : await completionScript(shell))
}

async function load(name: string): Promise<Command> {
  const entry = entryOf(name)
  if (entry !== undefined) return entry.load()
  if (name === 'run') {
    throw new UsageError('`run` stands alone: a recipe holds a whole chain', { code: 'E_COMMAND' })
  }
  const names = [...registry.map((one) => one.name), 'run', 'help', 'completion']
  throw new UsageError(`there is no command "${name}"${didYouMean(name, names)}`, {
    code: 'E_COMMAND',
    help: [`commands: ${names.join(', ')}`],
  })
}

function wantsJson(words: readonly string[]): boolean {
  return words.some((word, i) => {
    const before = words[i - 1]
    return (
      word === '--format=json' ||
      word === '-fjson' ||
      (word === 'json' && (before === '-f' || before === '--format'))
    )
  })
}

/** One line and what to do next; for a bug of ours the stack too. With `-f json` an object as well. */
function errorText(error: unknown, command: string, json: boolean): string {
  const name = command === '' ? 'lode' : `lode ${command}`
  if (!(error instanceof LodeError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return `${name}: this is a bug of lode ${VERSION}, not of your data. Please report it with these lines:\n${stack}\n`
  }
  const lines = [`${name}: ${oneLine(error.message)}`, ...error.help.map((line) => `  ${oneLine(line)}`)]
  const text = error.code === 'E_INTERRUPTED' ? '' : `${lines.join('\n')}\n`
  const { code, message, help } = error
  return json ? `${text}${JSON.stringify({ error: { code, command, message, help } })}\n` : text
}

/** Line ends and other controls that stand in a name or a cell would break the one line of an error. */
function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- it is controls that are to be found
  return text.replace(/[\u0000-\u001f\u007f]/g, (control) => JSON.stringify(control).slice(1, -1))
}
