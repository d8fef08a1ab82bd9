/**
 * What a clean was asked to do, with every column found and every expression parsed, before any work.
 *
 * In:  the options and the table's columns.
 * Out: a Plan of places (0 based) instead of names.
 * Whatever is wrong with the command line is said here, in the first milliseconds and not after an hour.
 */
import { UsageError } from '../../base/errors.ts'
import { choose, chooseColumn, chooseColumns } from '../../table/columns.ts'
import type { Relation } from '../../table/relation.ts'
import type { FillMethod } from '../../tidy/fill.ts'
import { rowExpression, type RowExpression } from '../../tidy/expression.ts'
import type { Mask } from '../../tidy/mask.ts'
import { USUAL_FACTOR, type OutlierAction, type OutlierMethod } from '../../tidy/outliers.ts'
import type { CleanOptions, CleanValues } from './options.ts'
import type { Context } from '../command.ts'

export interface Plan {
  readonly trim: boolean
  readonly squeeze: boolean
  readonly unicode: 'nfc' | 'nfkc' | undefined
  readonly case: ReadonlyMap<number, 'lower' | 'upper' | 'title'>
  readonly number: readonly number[]
  /** Format by place; undefined: as the column shows. */
  readonly date: ReadonlyMap<number, string | undefined>
  readonly checks: readonly RowExpression[]
  readonly outliers: OutlierPlan | undefined
  readonly fill: ReadonlyMap<number, FillMethod>
  readonly by: readonly number[]
  readonly dropMissing: DropPlan | undefined
  readonly dedupe:
    { readonly places: readonly number[]; readonly keep: 'first' | 'last' | 'none' } | undefined
  readonly fuzzy: FuzzyPlan | undefined
  readonly mask: ReadonlyMap<number, Mask>
  readonly wheres: readonly RowExpression[]
  /** Places of the columns that come out, added ones among them. */
  readonly out: readonly number[]
  /** New names by place. */
  readonly rename: ReadonlyMap<number, string>
  readonly excelSafe: boolean
}

export interface OutlierPlan {
  readonly places: readonly number[]
  readonly method: OutlierMethod
  readonly factor: number
  readonly action: OutlierAction
}

export interface DropPlan {
  readonly places: readonly number[]
  readonly atLeast: number | 'any' | 'all'
  /** Nobody asked for it by name. */
  readonly byDefault: boolean
}

export interface FuzzyPlan {
  readonly places: readonly number[]
  readonly block: readonly number[]
  readonly threshold: number
  readonly drops: boolean
}

type Cleaning = Pick<Context<CleanOptions>, 'options' | 'columns' | 'exclude' | 'engine'>

/** @throws {UsageError} for everything that can be wrong with a command line */
export async function planOf(context: Cleaning, input: Relation): Promise<Plan> {
  const { options } = context
  refuseIdle(options)
  const outliers = outlierPlan(options, input)
  const fuzzy = fuzzyPlan(options, input)
  const names = [...input.columns.map(({ name }) => name), ...addedNames(input, outliers, fuzzy)]
  const widened: Relation = {
    ...input,
    columns: names.map((name, i) => input.columns[i] ?? { name, type: 'text' }),
  }
  const fill = byPlace(input, '--fill', options.fill)
  const by = options.by === undefined ? [] : chosen(input, '--by', options.by)
  const shared = by.find((place) => fill.has(place))
  if (shared !== undefined) {
    throw new UsageError(
      `column "${input.columns[shared]?.name}" can't be filled within its own groups (--by)`,
    )
  }
  const out = choose(widened, context.columns, context.exclude)
  if (out.length === 0) throw new UsageError('--columns and --exclude leave no column')
  const expressions = (texts: readonly string[], option: string, columns: readonly string[]) =>
    parsed(context, texts, option, columns, input.files.join(' and '))
  return {
    trim: options.trim,
    squeeze: options.squeeze,
    unicode: options.unicode,
    case: byPlace(input, '--case', options.case),
    number: options.number === undefined ? [] : chosen(input, '--number', options.number),
    date: datePlan(options, input),
    checks: await expressions(
      options.check,
      '--check',
      input.columns.map(({ name }) => name),
    ),
    outliers,
    fill,
    by,
    dropMissing: dropPlan(options, input, out),
    dedupe: dedupePlan(options, input),
    fuzzy,
    mask: maskPlan(options, input),
    wheres: await expressions(options.where, '--where', names),
    out,
    rename: renamePlan(options, widened, out),
    excelSafe: options.excelSafe,
  }
}

/** Options that do nothing without another one are mistakes, not wishes. */
function refuseIdle(options: CleanValues): void {
  const needs = (given: boolean, option: string, other: string, there: boolean) => {
    if (given && !there) throw new UsageError(`${option} does nothing without ${other}`)
  }
  const outliers = options.outliers !== undefined
  const fuzzy = options.fuzzy !== undefined
  needs(options.method !== undefined, '--method', '--outliers COLS', outliers)
  needs(options.factor !== undefined, '--factor', '--outliers COLS', outliers)
  needs(options.action !== undefined, '--action', '--outliers COLS or --fuzzy COLS', outliers || fuzzy)
  needs(options.threshold !== undefined, '--threshold', '--fuzzy COLS', fuzzy)
  needs(options.block !== undefined, '--block', '--fuzzy COLS', fuzzy)
  needs(options.by !== undefined, '--by', '--fill COL=HOW', options.fill.length > 0)
  needs(options.keep !== undefined, '--keep', '--dedupe', options.dedupe !== undefined)
  needs(options.onFail !== 'drop', '--on-fail', '--check EXPR', options.check.length > 0)
  const reads = options.number !== undefined || options.date.length > 0
  needs(options.onBad !== 'null', '--on-bad', '--number or --date', reads)
  const hashes = options.mask.some(([, mask]) => mask === 'hash')
  needs(options.maskKeyFile !== undefined, '--mask-key-file', '--mask COL=hash', hashes)
  if (hashes && options.maskKeyFile === undefined) {
    throw new UsageError('--mask COL=hash needs a key: --mask-key-file FILE', {
      help: ['Without one anybody could hash all phone numbers and see which is which.'],
    })
  }
  if (!outliers && (options.action === 'clip' || options.action === 'null')) {
    throw new UsageError(`--action ${options.action} is for --outliers; --fuzzy can drop or flag`)
  }
  if (options.how !== undefined && options.minPresent !== undefined) {
    throw new UsageError('--how and --min-present are two answers to the same question; give one')
  }
}

function chosen(input: Relation, option: string, list: string): number[] {
  const places = chooseColumns(input, list)
  if (places.length === 0) throw new UsageError(`${option} names no column`)
  return places
}

/** `COL=WHAT` pairs by place. @throws {UsageError} for a column that is named twice */
function byPlace<T>(
  input: Relation,
  option: string,
  given: readonly (readonly [string, T])[],
): Map<number, T> {
  const found = new Map<number, T>()
  for (const [list, what] of given) {
    for (const place of chosen(input, option, list)) {
      if (found.has(place)) {
        throw new UsageError(`${option} names column "${input.columns[place]?.name}" twice`)
      }
      found.set(place, what)
    }
  }
  return found
}

/** Between one column's format and the next column: `a=%d.%m.%Y,b=%Y`. */
const NEXT_DATE = /(?<=%[^=]*),(?=[^,%=]+=%)/

/** `signup` or `signup=%d/%m/%Y`: a format is what follows the last `=` before the first `%`. */
function datePlan(options: CleanValues, input: Relation): Map<number, string | undefined> {
  return byPlace(
    input,
    '--date',
    options.date
      .flatMap((one) => one.split(NEXT_DATE))
      .map((given) => {
        const at = given.includes('%') ? given.lastIndexOf('=', given.indexOf('%')) : -1
        if (at < 1) return [given, undefined] as const
        const format = given.slice(at + 1)
        if (/%[zZ]/.test(format)) {
          throw new UsageError(`--date can't read a time zone by a format; got "${format}"`, {
            help: ['ISO 8601 times with a zone are read without a format, and keep it.'],
          })
        }
        return [given.slice(0, at), format] as const
      }),
  )
}

function outlierPlan(options: CleanValues, input: Relation): OutlierPlan | undefined {
  if (options.outliers === undefined) return undefined
  const method = options.method ?? 'iqr'
  return {
    places: chosen(input, '--outliers', options.outliers),
    method,
    factor: options.factor ?? USUAL_FACTOR[method],
    action: options.action ?? 'drop',
  }
}

function fuzzyPlan(options: CleanValues, input: Relation): FuzzyPlan | undefined {
  if (options.fuzzy === undefined) return undefined
  return {
    places: chosen(input, '--fuzzy', options.fuzzy),
    block: options.block === undefined ? [] : chosen(input, '--block', options.block),
    threshold: options.threshold ?? 0.92,
    drops: options.action === 'drop',
  }
}

export const DUPLICATE_OF = 'duplicate_of'

function addedNames(
  input: Relation,
  outliers: OutlierPlan | undefined,
  fuzzy: FuzzyPlan | undefined,
): string[] {
  const flagged = outliers?.action === 'flag' ? outliers.places : []
  const marks = fuzzy === undefined || fuzzy.drops ? [] : [DUPLICATE_OF]
  return [...flagged.map((place) => `${input.columns[place]?.name}_outlier`), ...marks]
}

/**
 * With no step asked for that changes a cell or drops a row, rows with a missing cell are dropped; as in pandas'
 * `df[columns].dropna()` only the columns that come out count then.
 */
function dropPlan(options: CleanValues, input: Relation, out: readonly number[]): DropPlan | undefined {
  const asked =
    options.dropMissing !== undefined || options.how !== undefined || options.minPresent !== undefined
  if (!asked && !isIdle(options)) return undefined
  const places =
    typeof options.dropMissing === 'string'
      ? chosen(input, '--drop-missing', options.dropMissing)
      : asked
        ? input.columns.map((_, i) => i)
        : out
  return { places, atLeast: options.minPresent ?? options.how ?? 'any', byDefault: !asked }
}

function isIdle(options: CleanValues): boolean {
  const flags = [options.trim, options.squeeze, options.excelSafe]
  const lists = [
    options.case,
    options.date,
    options.check,
    options.fill,
    options.mask,
    options.where,
    options.rename,
  ]
  const rest = [options.unicode, options.number, options.outliers, options.dedupe, options.fuzzy]
  return (
    flags.every((given) => !given) &&
    lists.every((list) => list.length === 0) &&
    rest.every((given) => given === undefined)
  )
}

function dedupePlan(options: CleanValues, input: Relation): Plan['dedupe'] {
  if (options.dedupe === undefined) return undefined
  const places =
    options.dedupe === true ? input.columns.map((_, i) => i) : chosen(input, '--dedupe', options.dedupe)
  return { places, keep: options.keep ?? 'first' }
}

function maskPlan(options: CleanValues, input: Relation): Map<number, Mask> {
  return byPlace(input, '--mask', options.mask)
}

function renamePlan(options: CleanValues, columns: Relation, out: readonly number[]): Map<number, string> {
  const found = new Map<number, string>()
  for (const [old, name] of options.rename) {
    const place = chooseColumn(columns, old)
    if (!out.includes(place)) throw new UsageError(`--rename names column "${old}", which does not come out`)
    if (found.has(place)) throw new UsageError(`--rename names column "${old}" twice`)
    found.set(place, name)
  }
  const after = out.map((place) => found.get(place) ?? columns.columns[place]?.name ?? '')
  for (const name of found.values()) {
    if (after.filter((other) => other === name).length > 1) {
      throw new UsageError(`--rename would give two columns the name "${name}"`)
    }
  }
  return found
}

async function parsed(
  { engine }: Cleaning,
  texts: readonly string[],
  option: string,
  columns: readonly string[],
  file: string,
): Promise<RowExpression[]> {
  const found: RowExpression[] = []
  for (const text of texts) {
    const ask = (sql: string) => engine.query(sql)
    found.push(await rowExpression(text, { option, columns, file, dialect: engine.dialect, ask }))
  }
  return found
}
