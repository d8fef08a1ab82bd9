/**
 * Options as data. The same value parses argv, prints `--help`, writes docs/commands, fills `params` of the
 * report and feeds the test that tries one bad value per option.
 *
 * An option is made by one of the functions below; its type says what `run` will find under its key.
 * Keys are camelCase here and kebab-case on the command line: `dropMissing` is `--drop-missing`.
 */
import { extname } from 'node:path'
import { UsageError } from '../base/errors.ts'

export interface OptionSpec<T> {
  readonly about: string
  /** What stands after the option in `--help`: `N`, `COLS`, `FILE`; empty for a flag. */
  readonly metavar: string
  /** The value when the option is not given. */
  readonly fallback: T
  /** How `--help` says the default, where that is not plain from `fallback`. */
  readonly defaultText?: string
  readonly group?: string
  readonly short?: string
  /** The value may be left out: `--drop-missing` and `--drop-missing age,income`. */
  readonly optionalValue?: boolean
  /** May stand several times; `parse` gets what came before. */
  readonly repeatable?: boolean
  /** Its value names columns: a list of them, `COL=…` pairs, or an expression over the row. */
  readonly names?: 'columns' | 'pairs' | 'expression'
  /** `--no-x`: given, it makes the value false. */
  readonly negative?: boolean
  /** The value names a file that rows are written to (an `extra` of the outcome). */
  readonly writesTable?: boolean
  /** The value names a file that weights are written to (one of the `matrices` of the outcome). */
  readonly writesMatrix?: boolean
  /** The value names a file that what was learnt is written to (the `model` of the outcome). */
  readonly writesModel?: boolean
  /** The value names a file that is opened as those on the command line are (`named` of the context). */
  readonly readsTable?: boolean
  /** Given, the command's files hold lines of items and no tables: they come as `lines` of the context. */
  readonly readsLines?: boolean
  /** A value that `parse` refuses; undefined where every text is good. */
  readonly badValue?: string
  readonly choices?: readonly string[]
  /** Text of the command line to value; `text` is undefined when an optional value is left out. */
  parse(text: string | undefined, before: T): T
}

// oxlint-disable-next-line typescript/no-explicit-any -- the value type of each option is its own
export type OptionSpecs = { readonly [key: string]: OptionSpec<any> }
export type OptionValues<S extends OptionSpecs> = {
  readonly [K in keyof S]: S[K] extends OptionSpec<infer T> ? T : never
}

interface Common {
  readonly about: string
  readonly group?: string
  readonly short?: string
  readonly metavar?: string
  readonly defaultText?: string
  readonly names?: 'columns' | 'pairs' | 'expression'
}

/** `--trim`: true when given. */
export function flag(spec: Common): OptionSpec<boolean> {
  return { ...spec, metavar: '', fallback: false, parse: () => true }
}

/** `--baskets`: true when given, and then the command's files are lines of items and no tables. */
export function linesFlag(spec: Common): OptionSpec<boolean> {
  return { ...flag(spec), readsLines: true }
}

/** `--no-header`: the key is `header`, true unless given. */
export function negativeFlag(spec: Common): OptionSpec<boolean> {
  return { ...spec, metavar: '', fallback: true, negative: true, parse: () => false }
}

interface Range {
  readonly min?: number
  readonly max?: number
  /** min and max themselves are not allowed. */
  readonly exclusive?: boolean
}

/** A whole number in a range. */
export function integer(spec: Common & Range & { default: number }): OptionSpec<number>
export function integer(spec: Common & Range): OptionSpec<number | undefined>
export function integer(spec: Common & Range & { default?: number }): OptionSpec<number | undefined> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'N',
    fallback: spec.default,
    badValue: 'many',
    parse: (text) => number_(text, spec, true),
  }
}

/** A number in a range. */
export function number(spec: Common & Range & { default: number }): OptionSpec<number>
export function number(spec: Common & Range): OptionSpec<number | undefined>
export function number(spec: Common & Range & { default?: number }): OptionSpec<number | undefined> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'X',
    fallback: spec.default,
    badValue: 'much',
    parse: (text) => number_(text, spec, false),
  }
}

function number_(
  text = '',
  { min = -Infinity, max = Infinity, exclusive = false }: Range,
  whole: boolean,
): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
  const inside = exclusive ? value > min && value < max : value >= min && value <= max
  if (inside && (!whole || Number.isSafeInteger(value))) return value
  const kind = whole ? 'a whole number' : 'a number'
  const low = min === -Infinity ? '' : exclusive ? ` above ${min}` : ` of at least ${min}`
  const high = max === Infinity ? '' : exclusive ? ` below ${max}` : ` at most ${max}`
  throw new UsageError(`must be ${kind}${low}${low && high ? ' and' : ''}${high}; got "${text}"`)
}

/** Any text. */
export function text(spec: Common & { default: string }): OptionSpec<string>
export function text(spec: Common): OptionSpec<string | undefined>
export function text(spec: Common & { default?: string }): OptionSpec<string | undefined> {
  return { ...spec, metavar: spec.metavar ?? 'TEXT', fallback: spec.default, parse: (given) => given ?? '' }
}

/** A text that may be given several times. */
export function texts(spec: Common): OptionSpec<readonly string[]> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'TEXT',
    fallback: [],
    repeatable: true,
    parse: (given, before) => [...before, given ?? ''],
  }
}

/** One of a list of words. */
export function choice<const C extends readonly string[], D extends C[number] | undefined = undefined>(
  spec: Common & { choices: C; default?: D },
): OptionSpec<C[number] | D> {
  return {
    ...spec,
    metavar: spec.metavar ?? spec.choices.join('|'),
    fallback: spec.default as D,
    badValue: 'nonsense',
    parse(given = '') {
      if (spec.choices.includes(given)) return given
      throw new UsageError(`must be one of ${spec.choices.join(', ')}; got "${given}"`)
    },
  }
}

/** The path of a file, not opened here. */
export function file(spec: Common): OptionSpec<string | undefined> {
  return { ...spec, metavar: spec.metavar ?? 'FILE', fallback: undefined, parse: (given) => given }
}

/** The path of a table beside the operands (`--predict FILE`): the program opens it as it does those. */
export function tableFile(spec: Common): OptionSpec<string | undefined> {
  return { ...file(spec), readsTable: true }
}

/** `--save-model`, of every command that learns; its outcome has a `model`. */
export function modelFile(): OptionSpec<string | undefined> {
  const about = 'also writes what was learnt, as JSON that `lode predict` applies to other rows'
  return { ...file({ about, group: 'Writing' }), writesModel: true }
}

/** `--matrix`, of commands whose outcome has `matrices`. */
export function matrixFile(): OptionSpec<string | undefined> {
  const about = 'also writes the weights: .csv has row,term,value, .mtx is Matrix Market; rows count from 1'
  return {
    ...file({ about, group: 'Writing' }),
    writesMatrix: true,
    badValue: 'matrix.xlsx',
    parse(given = '') {
      if (['.csv', '.mtx'].includes(extname(given).toLowerCase())) return given
      throw new UsageError(`must end in .csv or .mtx; got "${given}"`)
    },
  }
}

/** A file that is opened as those on the command line are; `true` where the option stands without one. */
export function optionalTableFile(spec: Common): OptionSpec<string | true | undefined> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'FILE',
    fallback: undefined,
    optionalValue: true,
    readsTable: true,
    parse: (given) => given ?? true,
  }
}

/** The path of a file for rows of their own: `run` gives them back as `extras`, the program writes them. */
export function rowsFile(spec: Common): OptionSpec<string | undefined> {
  return { ...file(spec), writesTable: true }
}

/**
 * Columns: names, positions (`3`), ranges (`age:income`, `2:5`), patterns (`spend_*`), parted by commas; a name
 * that holds a comma stands in double quotes. Resolved against the table by table/columns.ts, not here.
 */
export function columns(spec: Common): OptionSpec<string | undefined> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'COLS',
    names: 'columns',
    fallback: undefined,
    parse: (given) => given ?? '',
  }
}

/** `true` when given bare, the columns when given with a value, undefined when not given. */
export function optionalColumns(spec: Common): OptionSpec<string | true | undefined> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'COLS',
    names: 'columns',
    fallback: undefined,
    optionalValue: true,
    parse: (given) => given ?? true,
  }
}

/** `COL=VALUE`, repeatable; several may stand in one text parted by commas when `split` is set. */
export function pairs(spec: Common): OptionSpec<readonly (readonly [string, string])[]> {
  return {
    ...spec,
    metavar: spec.metavar ?? 'COL=VALUE',
    names: 'pairs',
    fallback: [],
    repeatable: true,
    badValue: 'nothing-after-the-column',
    parse(given = '', before) {
      const at = given.lastIndexOf('=')
      if (at < 1) throw new UsageError(`must look like ${spec.metavar ?? 'COL=VALUE'}; got "${given}"`)
      return [...before, [given.slice(0, at), given.slice(at + 1)] as const]
    },
  }
}

/** `minSupport` → `--min-support`; a key that is one letter is its own short form. */
export function optionName(key: string, spec: OptionSpec<unknown>): string {
  const name = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return spec.negative === true ? `--no-${name}` : `--${name}`
}

/** As it stands in help: `-o, --output <FILE>`. */
export function optionUsage(key: string, spec: OptionSpec<unknown>): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `
  const value =
    spec.metavar === '' ? '' : spec.optionalValue === true ? ` [${spec.metavar}]` : ` <${spec.metavar}>`
  return `${short}${optionName(key, spec)}${value}`
}
