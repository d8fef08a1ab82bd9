/**
 * From argv to what is to be done.
 *
 * In:  the words after `lode`, and a way to load a command's data.
 * Out: one Segment a command of the chain, with typed options; or a UsageError that says what to write instead.
 *
 * commander cuts the words into options and operands; what an option means is the option's own data.
 */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Command as Commander, CommanderError, Option } from 'commander'
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import type { Command } from '../commands/command.ts'
import { optionName, optionUsage, type OptionSpec, type OptionSpecs } from '../commands/option.ts'
import type { Json } from '../report/report.ts'
import { isSpecialFile } from '../write/sink.ts'
import { commonOptions, readingOptions, writingOptions, type CommonValues } from './common.ts'

export interface Segment {
  readonly command: Command
  /** The file before all others, where the command has one of its own. */
  readonly lead?: string
  readonly operands: readonly string[]
  /** The command's own options. */
  readonly options: { readonly [key: string]: unknown }
  readonly common: CommonValues
  /** Keys of the options that were given, own and common. */
  readonly given: ReadonlySet<string>
  /** The options as they were given, in their order, each spelled out: `-oout.csv` as `--output`, `out.csv`. */
  readonly spelled: readonly SpelledOption[]
  readonly wantsHelp: boolean
}

export interface SpelledOption {
  readonly key: string
  readonly words: readonly string[]
  /** Its value, where it was given one. */
  readonly value: string | undefined
}

const CHAIN_WORD = 'then'

/** The words of each command of a chain. @throws {UsageError} for a `then` with nothing on one side */
export function splitChain(words: readonly string[]): string[][] {
  const chain: string[][] = [[]]
  for (const word of words) {
    if (word === CHAIN_WORD) chain.push([])
    else chain.at(-1)?.push(word)
  }
  if (chain.length > 1 && chain.some((part) => part.length === 0)) {
    throw new UsageError('`then` stands between two commands: lode clean a.csv then merge b.csv --on id')
  }
  return chain
}

/** The options of one command of a chain. @param words what stands after the command's name */
export function parseSegment(command: Command, words: readonly string[]): Segment {
  const specs: OptionSpecs = { ...commonOptions, ...command.options }
  const given = new Set<string>()
  const spelled: SpelledOption[] = []
  const values = defaults(specs)
  const commander = new Commander(command.name)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} })
    .helpOption(false)
    .addOption(new Option('-h, --help'))
    .argument('[file...]')
    .allowExcessArguments(true)
  for (const [key, spec] of Object.entries(specs)) {
    const option = new Option(optionUsage(key, spec), spec.about)
    commander.addOption(option)
    commander.on(`option:${option.name()}`, (text: string | null | undefined) => {
      given.add(key)
      spelled.push(spelledOut(key, spec, text ?? undefined))
      values[key] = parseValue(key, spec, text ?? undefined, values[key])
    })
  }
  try {
    commander.parse(bindOptionalValues(words, specs), { from: 'user' })
  } catch (error) {
    throw error instanceof CommanderError ? translated(error, command.name, specs) : error
  }
  const common: Record<string, unknown> = {}
  const options: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(values)) {
    if (key in command.options) options[key] = value
    else common[key] = value
  }
  const wantsHelp = commander.opts<{ help?: boolean }>().help === true
  const parsed = { command, options, common: common as CommonValues, given, spelled, wantsHelp }
  if (command.lead === undefined || wantsHelp) return { ...parsed, operands: commander.args }
  const [lead, ...operands] = commander.args
  if (lead !== undefined) return { ...parsed, lead, operands }
  throw new UsageError(`name the ${command.lead}: lode ${command.name} ${command.lead} [FILE] [options]`, {
    code: 'E_OPERAND',
  })
}

function spelledOut(key: string, spec: OptionSpec<unknown>, value: string | undefined): SpelledOption {
  const name = optionName(key, spec)
  if (spec.metavar === '' || value === undefined) return { key, words: [name], value: undefined }
  const inOne = spec.optionalValue === true || value.startsWith('-')
  return { key, words: inOne ? [`${name}=${value}`] : [name, value], value }
}

function defaults(specs: OptionSpecs): Record<string, unknown> {
  return Object.fromEntries(Object.entries(specs).map(([key, spec]) => [key, spec.fallback as unknown]))
}

function parseValue(
  key: string,
  spec: OptionSpec<unknown>,
  text: string | undefined,
  before: unknown,
): unknown {
  try {
    return spec.parse(text, before)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`${optionName(key, spec)} ${error.message}`, {
      code: 'E_OPTION_VALUE',
      help: error.help,
      cause: error,
    })
  }
}

/**
 * An option whose value may be left out would swallow the file after it: in `--drop-missing crm.csv` a word
 * that names a file, where nothing else does, is the file. Every other word after such an option is its value.
 */
function bindOptionalValues(words: readonly string[], specs: OptionSpecs): string[] {
  const named = (spec: OptionSpec<unknown>, key: string) => [optionName(key, spec), `-${spec.short ?? key}`]
  const takesValue = (optional: boolean) =>
    Object.entries(specs).flatMap(([key, spec]) =>
      spec.metavar !== '' && (spec.optionalValue === true) === optional ? named(spec, key) : [],
    )
  const optional = new Set(takesValue(true))
  const required = new Set(takesValue(false))
  const afterOptional = (i: number) => {
    const next = words[i + 1]
    return optional.has(words[i] ?? '') && next !== undefined && (next === '-' || !next.startsWith('-'))
  }
  const hasFile = words.some((word, i) => {
    const before = words[i - 1] ?? ''
    return (word === '-' || !word.startsWith('-')) && !required.has(before) && !afterOptional(i - 1)
  })
  const bound: string[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    if (!afterOptional(i)) bound.push(word)
    else {
      const next = words[++i] as string
      const isFile = !hasFile && (next === '-' || existsSync(next))
      if (isFile) bound.unshift(next)
      bound.push(isFile ? word : `${word}=${next}`)
    }
  }
  return bound
}

function translated(error: CommanderError, command: string, specs: OptionSpecs): UsageError {
  const wrong = /'([^']+)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownOption') {
    const known = Object.entries(specs).map(([key, spec]) => optionName(key, spec))
    const name = wrong.split('=', 1)[0] as string
    return new UsageError(`there is no option ${name}${didYouMean(name, [...known, '--help'])}`, {
      code: 'E_OPTION',
      help: [`lode ${command} --help lists them.`],
      cause: error,
    })
  }
  if (error.code === 'commander.optionMissingArgument') {
    const usage = wrong.replace(/^-\w, /, '')
    return new UsageError(`${usage.split(' ', 1)[0]} needs a value: ${usage}`, {
      code: 'E_OPTION',
      cause: error,
    })
  }
  return new UsageError(error.message.replace(/^error: /, ''), { cause: error })
}

/** What stands where in a chain. @throws {UsageError} for an option that belongs to another of its commands */
export function checkChain(chain: readonly Segment[]): void {
  chain.forEach((segment, i) => {
    const { name, operands } = segment.command
    const before = i === 0 ? 0 : 1
    const lines = linesOption(segment)
    if (i > 0 && lines !== undefined) {
      throw new UsageError(`${lines} reads lines of a file, and not the rows of the command before`, {
        code: 'E_OPTION',
      })
    }
    if (i > 0 && segment.operands.length + before < operands.min) {
      throw new UsageError(`${name} needs ${operands.min - before} more FILE after \`then\``, {
        code: 'E_OPERAND',
      })
    }
    if (segment.operands.length + before > operands.max) {
      throw new UsageError(
        `${name} takes ${most(operands.max - before, i > 0)}; got ${segment.operands.join(' ')}`,
        {
          code: 'E_OPERAND',
        },
      )
    }
    const misplaced = [...segment.given].find(
      (key) =>
        (key in readingOptions && i > 0 && segment.operands.length === 0) ||
        (key in writingOptions && i < chain.length - 1),
    )
    if (misplaced !== undefined) {
      const last = misplaced in writingOptions
      throw new UsageError(
        `${optionName(misplaced, commonOptions[misplaced as keyof typeof commonOptions])} stands with the ` +
          `${last ? 'last' : 'first'} command of a chain, not with ${name}`,
        { code: 'E_OPTION' },
      )
    }
  })
}

/** The option by which a command's files are lines and no tables; undefined where they are tables. */
export function linesOption({ command, options }: Segment): string | undefined {
  const given = Object.entries(command.options).find(
    ([key, spec]) => spec.readsLines && options[key] === true,
  )
  return given === undefined ? undefined : optionName(...given)
}

/** The tables that options of a command name, with the keys of the options. */
export function namedTables({ command, options }: Segment): (readonly [option: string, file: string])[] {
  return Object.entries(command.options).flatMap(([key, { readsTable }]) => {
    const file = options[key]
    return readsTable === true && typeof file === 'string' ? [[key, file] as const] : []
  })
}

function most(files: number, inChain: boolean): string {
  const own = files === 0 ? 'no FILE' : files === 1 ? 'one FILE' : `at most ${files} FILE`
  return inChain ? `its rows from the command before and ${own}` : own
}

const STDOUT = '-'

/**
 * Standard input is read once, no two outputs go to one file, and only the rows may take the place of a file that
 * is read.
 *
 * @throws {UsageError} naming the file and what would be lost
 */
export function checkFiles(chain: readonly Segment[]): void {
  const taken = new Map<string, string>()
  const streams = chain.flatMap((segment, i) => [
    ...(segment.operands.length === 0 && i === 0 ? ['-'] : segment.operands),
    ...namedTables(segment).map(([, file]) => file),
  ])
  if (streams.filter((operand) => operand === '-').length > 1) {
    throw new UsageError('standard input (`-`) can be read once', { code: 'E_OPERAND' })
  }
  for (const segment of chain) {
    const { command, lead, operands } = segment
    if (lead !== undefined) taken.set(resolve(lead), command.lead as string)
    for (const [key, file] of namedTables(segment)) {
      if (file !== '-') taken.set(resolve(file), optionName(key, command.options[key] as OptionSpec<unknown>))
    }
    for (const operand of operands) if (operand !== '-') taken.set(resolve(operand), 'FILE')
  }
  const outputs = chain.flatMap(({ common, command, options }) => [
    ['--output', common.output],
    ...common.report.map((file) => ['--report', file]),
    ['--rejects', common.rejects],
    ['--save-recipe', common.saveRecipe],
    ...Object.entries(command.options).flatMap(([key, spec]) =>
      spec.writesTable === true || spec.writesMatrix === true || spec.writesModel === true
        ? [[optionName(key, spec), options[key]]]
        : [],
    ),
  ])
  // Rows of two tables in one stream can't be told apart any more.
  if (chain.at(-1)?.common.output === undefined) taken.set(STDOUT, 'the rows')
  for (const [option, file] of outputs) {
    if (typeof option !== 'string' || typeof file !== 'string') continue
    const isStream = file === '-'
    if (!isStream && isSpecialFile(file)) continue
    const place = isStream ? STDOUT : resolve(file)
    const other = taken.get(place)
    if (other !== undefined && !(option === '--output' && other === 'FILE')) {
      throw new UsageError(
        isStream
          ? `${option} and ${other} would both go to standard output; give one of them a file`
          : `${option} and ${other} name the same file, ${file}; one would be lost`,
        { code: 'E_OUTPUT' },
      )
    }
    taken.set(place, option)
  }
}

/** `saveModel` to `save_model`. */
export function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Every option of a segment as resolved, under the names of the report. */
export function paramsOf(segment: Segment): { [option: string]: Json } {
  const { columns, exclude, seed } = segment.common
  const reading = Object.keys(readingOptions).map((key) => [key, segment.common[key as keyof CommonValues]])
  return Object.fromEntries(
    Object.entries({ ...segment.options, columns, exclude, seed, ...Object.fromEntries(reading) }).map(
      ([key, value]) => [snakeCase(key), (value ?? null) as Json],
    ),
  )
}
