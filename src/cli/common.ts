/**
 * The options that every command takes, as data like the commands' own.
 *
 * Input options stand with a command that opens files; output options with the last of a chain; the rest once.
 */
import {
  choice,
  columns,
  file,
  flag,
  integer,
  negativeFlag,
  text,
  type OptionSpec,
  type OptionValues,
  texts,
} from '../commands/option.ts'
import { UsageError } from '../base/errors.ts'

/** pandas' list stands for itself in `--na pandas`. */
function missingTexts(): OptionSpec<readonly string[] | 'pandas' | undefined> {
  return {
    about:
      'texts that count as missing beside the empty cell, parted by commas; `pandas` for its list everywhere. ' +
      'Default: its list, in columns where all the rest are numbers or dates',
    metavar: 'LIST',
    group: 'Reading',
    fallback: undefined,
    parse: (given = '') => (given === 'pandas' ? given : given.split(',').map((item) => item.trim())),
  }
}

function oneByte(about: string, refused: string): OptionSpec<string | undefined> {
  return {
    about,
    metavar: 'C',
    group: 'Reading',
    fallback: undefined,
    badValue: refused,
    parse(given = '') {
      const mark = given === '\\t' || given.toLowerCase() === 'tab' ? '\t' : given
      if (mark.length === 1 && mark.charCodeAt(0) < 128 && mark !== '\n' && mark !== '\r') return mark
      throw new UsageError(`must be one character of ASCII (or \\t, tab); got "${given}"`)
    },
  }
}

function quoteMark(): OptionSpec<string | undefined> {
  const mark = oneByte('what quotes a cell, or `none`; found out by default', 'quote')
  return {
    ...mark,
    parse: (given, before) => (given === 'none' || given === '' ? '' : mark.parse(given, before)),
  }
}

export const readingOptions = {
  delimiter: oneByte('what parts the cells: `,` `;` `tab` `|`; found out by default', 'comma'),
  quote: quoteMark(),
  header: negativeFlag({
    about: 'the first line is data; the columns are called column1, column2, …',
    group: 'Reading',
  }),
  decimal: choice({
    about: 'what separates the decimals of numbers',
    choices: ['.', ','],
    default: '.',
    group: 'Reading',
    metavar: '.|,',
  }),
  na: missingTexts(),
  encoding: text({
    about: 'how the file is encoded: gbk, gb18030, big5, shift_jis, windows-1252, utf-16 …; default UTF-8',
    metavar: 'NAME',
    group: 'Reading',
  }),
  ragged: choice({
    about: 'rows with too few or too many cells: stop, fill up with empty cells, or leave out',
    choices: ['error', 'pad', 'reject'],
    default: 'error',
    group: 'Reading',
  }),
  rejects: file({
    about: 'where refused rows go, as CSV file,line,column,reason,text',
    group: 'Reading',
  }),
  maxRejects: integer({ min: 0, about: 'past this many refused rows, end with 3', group: 'Reading' }),
} as const

export const columnOptions = {
  columns: columns({
    about: 'which columns to use: names, positions (3), ranges (age:income), patterns (spend_*)',
    group: 'Columns',
  }),
  exclude: columns({ about: 'which columns to leave out', group: 'Columns' }),
} as const

export const FORMATS = ['csv', 'tsv', 'ndjson', 'parquet', 'json', 'table'] as const
export type Format = (typeof FORMATS)[number]

export const writingOptions = {
  output: file({ about: 'where rows go; default standard output', short: 'o', group: 'Writing' }),
  format: choice({
    about: 'rows as csv, tsv, ndjson or parquet; the report as json or table',
    choices: FORMATS,
    short: 'f',
    group: 'Writing',
    defaultText: 'by the name of -o; else table on a terminal, csv in a pipe',
  }),
} as const

const reportOptions = {
  report: texts({
    about: 'also writes the report: .json, .html, .md or .txt by its name; may be given several times',
    metavar: 'FILE',
    group: 'Writing',
  }),
} as const

/** The engine can't read a file with less. In bytes. */
const LEAST_MEMORY = 64e6

/** `512MB`, `4GB`, `1.5GiB`. */
function memorySize(): OptionSpec<string | undefined> {
  return {
    about: 'memory for tables before they spill to disk, such as 4GB; default 80% of what there is',
    metavar: 'SIZE',
    group: 'Running',
    fallback: undefined,
    badValue: 'lots',
    parse(given = '') {
      if (!/^\d+(\.\d+)?\s*([KMGT]i?B)$/i.test(given)) {
        throw new UsageError(`must be a size such as 512MB or 4GB; got "${given}"`)
      }
      if (bytesOf(given) < LEAST_MEMORY) throw new UsageError(`must be at least 64MB; got "${given}"`)
      return given
    },
  }
}

const UNITS = ['', 'K', 'M', 'G', 'T']

/** Of a size that memorySize has let through. A unit with an `i` goes by 1024, one without by 1000. */
export function bytesOf(size: string): number {
  const [, number, unit = '', binary] = /^([\d.]+)\s*([KMGT])(i?)B$/i.exec(size) ?? []
  return Number(number) * (binary ? 1024 : 1000) ** UNITS.indexOf(unit.toUpperCase())
}

const runningOptions = {
  seed: integer({
    min: 0,
    max: 4294967295,
    default: 42,
    about: 'start of the random sequence; the same seed gives the same result',
    group: 'Running',
  }),
  threads: integer({
    min: 1,
    max: 1024,
    about: 'how many threads to use; the result is the same',
    group: 'Running',
  }),
  memoryLimit: memorySize(),
  saveRecipe: file({
    about: 'writes the command line as a recipe that `lode run` replays on other files',
    group: 'Running',
  }),
  quiet: flag({ about: 'no notes on standard error', short: 'q', group: 'Running' }),
  verbose: flag({ about: 'more notes: what was found out, how long it took', short: 'v', group: 'Running' }),
  progress: negativeFlag({ about: 'no progress bar', group: 'Running' }),
  color: choice({
    about: 'colour; NO_COLOR and FORCE_COLOR hold under auto',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    group: 'Running',
  }),
} as const

export const commonOptions = {
  ...columnOptions,
  ...readingOptions,
  ...writingOptions,
  ...reportOptions,
  ...runningOptions,
} as const

export type CommonValues = OptionValues<typeof commonOptions>
