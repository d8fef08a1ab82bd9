/**
 * What `lode regress` works on: the columns that terms or --columns name, read once, and the rows that have them all.
 *
 * In:  the context and its relation.
 * Out: a Design with the names of its columns, the rows used, and what was left out and why.
 */
import { isValid, type NumberColumn } from '../base/column.ts'
import type { Design } from '../base/design.ts'
import { DataError, UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import { count, listed, plural } from '../base/wording.ts'
import { designColumns, designOf, type DesignColumn, type Sources } from '../shape/design-columns.ts'
import { fillerOf } from '../shape/matrix.ts'
import { parseTerms, termText, type Term, type Terms } from '../shape/terms.ts'
import { isDate, isNumeric } from '../table/cells.ts'
import { choose, chooseColumn } from '../table/columns.ts'
import { kindFacts } from '../table/kinds.ts'
import type { LevelColumn } from '../base/column.ts'
import { readNumbers, rowCount } from '../table/numbers.ts'
import { readColumns } from '../table/read.ts'
import type { Relation } from '../table/relation.ts'
import { usableNumbers } from '../table/usable.ts'
import type { Context } from './command.ts'
import type { options, Options } from './regress-options.ts'

type RegressContext = Context<typeof options>

/** A text column of more values makes more dummies than anybody reads. */
const MOST_LEVELS = 200
/** Design columns past which a regression is no longer that. */
const MOST_COLUMNS = 2000

export interface RegressData {
  readonly relation: Relation
  readonly target: string
  /** Of a logistic regression: the values of the target, the one whose odds are asked for last. */
  readonly kinds: readonly [string, string] | undefined
  readonly terms: Terms
  readonly sources: Sources
  /** Columns of the data that explain, in the order of the terms; and what fills a gap in them. */
  readonly explaining: readonly string[]
  readonly fills: readonly (number | undefined)[]
  readonly columns: readonly DesignColumn[]
  readonly design: Design
  readonly rows: number
  /** By row of the design its row of the relation. */
  readonly rowOf: Int32Array
  /** By row of the relation. */
  readonly targets: Float64Array
  readonly dropped: { readonly [reason: string]: number }
  readonly keysLeftOut: readonly string[]
}

/** What to read: places in the relation. */
interface Plan {
  readonly target: number
  readonly weights: number | undefined
  readonly terms: Terms
  /** Names as the terms have them, and places. */
  readonly numbers: readonly { readonly name: string; readonly place: number }[]
  readonly groups: readonly { readonly name: string; readonly place: number }[]
  readonly keysLeftOut: readonly string[]
}

export async function regressData(context: RegressContext): Promise<RegressData> {
  const relation = context.inputs[0] as Relation
  if ((await rowCount(context.engine, relation)) === 0) {
    throw new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
  }
  const plan = await planOf(context, relation)
  const places = [
    ...plan.numbers.map(({ place }) => place),
    ...(plan.weights === undefined ? [] : [plan.weights]),
  ]
  const target = await readTarget(context, relation, plan.target, places)
  const [weights, numbers] =
    plan.weights === undefined
      ? [undefined, target.others]
      : [target.others.at(-1), target.others.slice(0, -1)]
  const groups = await readGroups(context, relation, plan)
  const fills = numbers.map((column) => fillOf(column, context.options.missing))
  const used = usedRows({ target: target.column, numbers, groups, weights, fills }, relation, context)
  const sources: Sources = {
    numbers: numbers.map((column, i) => ({
      name: plan.numbers[i]?.name ?? column.name,
      values: filled(column, fills[i]),
    })),
    groups: groups.map((column, i) => ({
      name: plan.groups[i]?.name ?? column.name,
      ...usedLevels(column, used.rowOf, baseOf(context, column)),
    })),
  }
  checkFunctions(plan.terms, sources, used.rowOf, relation)
  const columns = designColumns(plan.terms, sources, used.rowOf)
  warnOfSingleLevels(context, sources, columns)
  if (columns.length === 0) {
    throw new DataError(
      `nothing is left to explain "${relation.columns[plan.target]?.name}" by: the columns named are the same in every row used`,
      { code: 'E_CONSTANT_COLUMNS' },
    )
  }
  if (columns.length > MOST_COLUMNS) {
    throw new DataError(
      `the terms make ${count(columns.length)} columns; ${count(MOST_COLUMNS)} are the most`,
      {
        code: 'E_TOO_MANY_COLUMNS',
        help: ['Leave out products of text columns of many values.'],
      },
    )
  }
  const targets = target.column.values
  const rows = {
    rowOf: used.rowOf,
    target: targets,
    ...(weights === undefined ? {} : { weights: weights.values }),
  }
  return {
    relation,
    target: relation.columns[plan.target]?.name ?? '',
    kinds: target.kinds,
    terms: plan.terms,
    sources,
    explaining: [...plan.numbers, ...plan.groups].map(({ name }) => name),
    fills,
    columns,
    design: designOf(columns, sources, rows),
    rows: targets.length,
    rowOf: used.rowOf,
    targets,
    dropped: used.dropped,
    keysLeftOut: plan.keysLeftOut,
  }
}

async function planOf(context: RegressContext, relation: Relation): Promise<Plan> {
  const { options } = context
  if (options.target === undefined) {
    throw new UsageError('which column is to be explained? Name it with --target', {
      code: 'E_OPTION',
      help: [`columns: ${listed(relation.columns.map(({ name }) => name))}`],
    })
  }
  const target = chooseColumn(relation, options.target)
  const weights = options.weights === undefined ? undefined : chooseColumn(relation, options.weights)
  if (weights === target) throw new UsageError('--weights and --target name the same column')
  const reserved = [target, ...(weights === undefined ? [] : [weights])]
  const chosen =
    options.terms === undefined
      ? await chosenColumns(context, relation, reserved)
      : termsOver(options.terms, context, relation, target)
  const names = uniqueNames(relation, [...new Set(chosen.places.values())])
  const terms: Terms = {
    intercept: chosen.terms.intercept && options.intercept,
    terms: chosen.terms.terms.map((term) =>
      term.map((factor) => ({
        ...factor,
        column: names.get(chosen.places.get(factor.column) as number) as string,
      })),
    ),
  }
  const grouped = new Set(
    chosen.terms.terms
      .flat()
      .flatMap(({ kind, column }) => (kind === 'groups' ? [chosen.places.get(column)] : [])),
  )
  const facts = await kindFacts(context.engine, relation, [...names.keys()])
  const isNumber = [...names.keys()].map((place, i) => {
    const known = facts[i]
    if (known === undefined) throw new Error(`no facts of column ${place}`)
    const name = `"${relation.columns[place]?.name}" of ${relation.files.join(' and ')}`
    if (known.numbers + known.dates + known.others === 0 && known.tokens === 0) {
      throw new DataError(`column ${name} has no values`, { code: 'E_NO_VALUES' })
    }
    if (isDate(known)) {
      throw new DataError(`column ${name} holds dates, which are neither numbers nor names of groups`, {
        code: 'E_NOT_NUMERIC',
        help: ['Leave it out, or turn it into a number first (a year, days since a date).'],
      })
    }
    return isNumeric(known) && !grouped.has(place)
  })
  const parted = [...names].map(([place, name], i) => ({ place, name, isNumber: isNumber[i] === true }))
  const groups = parted.filter((one) => !one.isNumber)
  refuseCalculation(terms, groups)
  refuseBases(options, groups)
  return {
    target,
    weights,
    terms,
    numbers: parted.filter((one) => one.isNumber),
    groups,
    keysLeftOut: chosen.keys.map((place) => relation.columns[place]?.name ?? ''),
  }
}

interface Chosen {
  readonly terms: Terms
  /** Names in the terms to places. */
  readonly places: ReadonlyMap<string, number>
  readonly keys: readonly number[]
}

async function chosenColumns(
  context: RegressContext,
  relation: Relation,
  reserved: readonly number[],
): Promise<Chosen> {
  const { columns, exclude } = context
  const usable =
    columns === undefined
      ? await usableNumbers(context.engine, relation, columns, exclude)
      : { used: choose(relation, columns, exclude), keys: [] }
  const used = usable.used.filter((place) => !reserved.includes(place))
  const keys = usable.keys.filter((place) => !reserved.includes(place))
  if (used.length === 0) {
    const left = listed(keys.map((place) => `"${relation.columns[place]?.name}"`))
    throw new DataError(
      `${relation.files.join(' and ')} has no numeric column beside the target to explain it by`,
      {
        code: 'E_NO_NUMERIC_COLUMN',
        help: [
          left === ''
            ? `Name text columns with --columns; columns: ${listed(relation.columns.map(({ name }) => name))}`
            : `Left out, as they look like keys: ${left}. Name them with --columns.`,
        ],
      },
    )
  }
  return {
    terms: {
      intercept: true,
      terms: used.map((place): Term => [{ kind: 'column', column: String(place) }]),
    },
    places: new Map(used.map((place) => [String(place), place])),
    keys,
  }
}

function termsOver(text: string, context: RegressContext, relation: Relation, target: number): Chosen {
  if (context.columns !== undefined || context.exclude !== undefined) {
    throw new UsageError('--terms says which columns are used; leave --columns and --exclude out', {
      code: 'E_OPTION',
    })
  }
  let terms: Terms
  try {
    terms = parseTerms(text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`--terms ${error.message}`, { code: 'E_TERMS', help: error.help, cause: error })
  }
  const places = new Map<string, number>()
  for (const { column } of terms.terms.flat()) {
    const place = chooseColumn(relation, column)
    if (place === target)
      throw new UsageError(`--terms explains the target "${column}" by itself`, { code: 'E_TERMS' })
    places.set(column, place)
  }
  return { terms, places, keys: [] }
}

/** Of columns that are called alike the later ones get a number, as in pandas. */
function uniqueNames(relation: Relation, places: readonly number[]): Map<number, string> {
  const used = new Set<string>()
  return new Map(
    places.map((place) => {
      const base = relation.columns[place]?.name || `column${place + 1}`
      let name = base
      for (let n = 1; used.has(name); n++) name = `${base}.${n}`
      used.add(name)
      return [place, name]
    }),
  )
}

function refuseCalculation({ terms }: Terms, groups: readonly { readonly name: string }[]): void {
  for (const factor of terms.flat()) {
    if (factor.kind === 'column' || factor.kind === 'groups') continue
    if (!groups.some(({ name }) => name === factor.column)) continue
    throw new UsageError(`--terms calculates with "${factor.column}", which is text: ${termText([factor])}`, {
      code: 'E_TERMS',
      help: ['A text column stands by its name alone; each of its values becomes a column of its own.'],
    })
  }
}

function refuseBases({ base }: Options, groups: readonly { readonly name: string }[]): void {
  const names = groups.map(({ name }) => name)
  for (const [column, value] of base) {
    if (names.includes(column)) continue
    throw new UsageError(
      `--base ${column}=${value}: "${column}" is not a text column that is used${didYouMean(column, names)}`,
      {
        code: 'E_OPTION_VALUE',
        help: [names.length === 0 ? 'No text column is used.' : `text columns: ${listed(names)}`],
      },
    )
  }
}

interface Target {
  readonly column: NumberColumn
  readonly kinds: readonly [string, string] | undefined
  /** The other columns of numbers, read in the same pass. */
  readonly others: readonly NumberColumn[]
}

async function readTarget(
  context: RegressContext,
  relation: Relation,
  target: number,
  others: readonly number[],
): Promise<Target> {
  const { engine, options } = context
  if (options.method === 'logistic') {
    const { column, kinds } = await readKinds(context, relation, target)
    return { column, kinds, others: await readNumbers(engine, relation, others, context) }
  }
  if (options.positive !== undefined) {
    throw new UsageError('--positive goes with --method logistic', { code: 'E_OPTION' })
  }
  const [column, ...rest] = await readNumbers(engine, relation, [target, ...others], context)
  return { column: column as NumberColumn, kinds: undefined, others: rest }
}

/** The two values of the target as 0 and 1. */
async function readKinds(
  context: RegressContext,
  relation: Relation,
  target: number,
): Promise<{ column: NumberColumn; kinds: [string, string] }> {
  const { engine, options } = context
  const wanted = [{ place: target, most: MOST_LEVELS }]
  const [read] = (await readColumns(engine, relation, [], wanted, context)).texts
  const name = relation.columns[target]?.name ?? ''
  const where = `column "${name}" of ${relation.files.join(' and ')}`
  const levels = read === undefined ? undefined : inOrder(read.levels)
  if (read === undefined || levels === undefined || levels.length !== 2) {
    const holds =
      levels === undefined
        ? `more than ${MOST_LEVELS}`
        : `${levels.length}${levels.length === 0 ? '' : `: ${listed(levels.map((level) => `"${level}"`))}`}`
    throw new DataError(
      `a logistic regression tells two kinds apart; ${where} has ${holds} different values`,
      {
        code: 'E_NOT_TWO_KINDS',
        help: [
          levels?.length === 1
            ? 'All rows are of one kind: there is nothing to tell apart.'
            : 'lode clean --where EXPR keeps the rows of two kinds.',
        ],
      },
    )
  }
  const [first, second] = levels as [string, string]
  const positive = options.positive ?? second
  if (positive !== first && positive !== second) {
    throw new UsageError(
      `--positive "${positive}" is not a value of ${where}${didYouMean(positive, levels)}`,
      {
        code: 'E_OPTION_VALUE',
        help: [`values: "${first}", "${second}"`],
      },
    )
  }
  const rows = read.codes.length
  const values = new Float64Array(rows)
  const valid = new Uint8Array((rows + 7) >> 3)
  const code = read.levels.indexOf(positive)
  for (let row = 0; row < rows; row++) {
    const own = read.codes[row] as number
    if (own < 0) continue
    values[row] = own === code ? 1 : 0
    valid[row >> 3] = (valid[row >> 3] as number) | (1 << (row & 7))
  }
  return {
    column: { name, values, valid, missing: read.missing },
    kinds: positive === second ? [first, second] : [second, first],
  }
}

/** By size where all are numbers, else as they are (by code point). */
function inOrder(levels: readonly string[]): readonly string[] {
  const numbers = levels.map(Number)
  if (levels.some((level, i) => level.trim() === '' || !Number.isFinite(numbers[i]))) return levels
  return levels
    .map((level, i) => ({ level, number: numbers[i] as number }))
    .sort((a, b) => a.number - b.number)
    .map(({ level }) => level)
}

async function readGroups(
  context: RegressContext,
  relation: Relation,
  { groups }: Plan,
): Promise<LevelColumn[]> {
  const places = groups.map(({ place }) => place)
  const wanted = places.map((place) => ({ place, most: MOST_LEVELS }))
  const { texts: read } = await readColumns(context.engine, relation, [], wanted, context)
  const many = read.findIndex((column) => column === undefined)
  if (many >= 0) {
    throw new DataError(
      `column "${groups[many]?.name}" of ${relation.files.join(' and ')} has more than ${MOST_LEVELS} different texts, ` +
        'too many to make a column of each',
      {
        code: 'E_TOO_MANY_LEVELS',
        help: ['Leave it out of --columns or --terms, or put rare ones together first.'],
      },
    )
  }
  return read.map((column) => column as LevelColumn)
}

function baseOf({ options }: RegressContext, { name, levels }: LevelColumn): string | undefined {
  const base = options.base.find(([column]) => column === name)?.[1]
  if (base === undefined || levels.includes(base)) return base
  throw new UsageError(
    `--base ${name}=${base}: column "${name}" holds no "${base}"${didYouMean(base, levels)}`,
    {
      code: 'E_OPTION_VALUE',
      help: [`values: ${listed(levels)}`],
    },
  )
}

/** The levels that the used rows hold, the base first, and the codes by them. */
function usedLevels(
  { levels, codes }: LevelColumn,
  rowOf: Int32Array,
  base: string | undefined,
): { levels: string[]; codes: Int32Array } {
  const isUsed = new Uint8Array(levels.length)
  for (const row of rowOf) isUsed[codes[row] as number] = 1
  const kept = inOrder(levels.filter((_, code) => isUsed[code] === 1))
  const ordered = base === undefined ? [...kept] : [base, ...kept.filter((level) => level !== base)]
  const place = Int32Array.from(levels, (level) => ordered.indexOf(level))
  return { levels: ordered, codes: codes.map((code) => (code < 0 ? code : (place[code] as number))) }
}

function fillOf(column: NumberColumn, missing: 'drop' | 'mean' | 'median' | 'error'): number | undefined {
  return missing === 'mean' || missing === 'median' ? fillerOf(column, missing) : undefined
}

function filled({ values, valid, missing }: NumberColumn, fill: number | undefined): Float64Array {
  if (fill === undefined || missing === 0) return values
  return values.map((value, row) => (isValid(valid, row) ? value : fill))
}

interface Read {
  readonly target: NumberColumn
  readonly numbers: readonly NumberColumn[]
  readonly groups: readonly LevelColumn[]
  readonly weights: NumberColumn | undefined
  readonly fills: readonly (number | undefined)[]
}

/** The rows that have all that is needed, and how many have not, by reason. */
function usedRows(
  { target, numbers, groups, weights, fills }: Read,
  relation: Relation,
  { options }: RegressContext,
): { rowOf: Int32Array; dropped: { [reason: string]: number } } {
  const rows = target.values.length
  const needed = [
    target,
    ...numbers.filter((_, i) => fills[i] === undefined),
    ...(weights === undefined ? [] : [weights]),
  ]
  const withGaps = needed.filter((column) => column.missing > 0)
  const groupsWithGaps = groups.filter((column) => column.missing > 0)
  if (options.missing === 'error') refuseGaps([...withGaps, ...groupsWithGaps], relation)
  const rowOf = new Int32Array(rows)
  const isWhole = allValid(withGaps, rows)
  let used = 0
  let weightless = 0
  const isEasy = groupsWithGaps.length === 0 && weights === undefined
  for (let row = 0; row < rows; row++) {
    if (!isValid(isWhole, row)) continue
    if (isEasy) {
      rowOf[used++] = row
      continue
    }
    if (groupsWithGaps.some(({ codes }) => (codes[row] as number) < 0)) continue
    const weight = weights === undefined ? 1 : (weights.values[row] as number)
    if (weight < 0) {
      throw new DataError(
        `column "${weights?.name}" of ${relation.files.join(' and ')} holds a weight below 0 in row ${count(row + 1)}: ${weight}`,
        {
          code: 'E_WEIGHT',
        },
      )
    }
    if (weight === 0) weightless++
    else rowOf[used++] = row
  }
  if (used === 0) {
    const emptiest = [...withGaps, ...groupsWithGaps].reduce<{ name: string; missing: number } | undefined>(
      (a, b) => (a === undefined || b.missing > a.missing ? b : a),
      undefined,
    )
    throw new DataError('no row has a value in all columns used', {
      code: 'E_NO_COMPLETE_ROW',
      help:
        emptiest === undefined
          ? ['All weights are 0.']
          : [
              `Column "${emptiest.name}" lacks most: ${emptiest.missing} of ${rows} rows. Leave it out, or fill it in first.`,
            ],
    })
  }
  const missing = rows - used - weightless
  return {
    rowOf: rowOf.slice(0, used),
    dropped: {
      ...(missing === 0 ? {} : { missing_value: missing }),
      ...(weightless === 0 ? {} : { zero_weight: weightless }),
    },
  }
}

/** A bit a row: 1 where every column has a value. */
function allValid(columns: readonly NumberColumn[], rows: number): Uint8Array {
  const bits = new Uint8Array((rows + 7) >> 3).fill(255)
  for (const { valid } of columns) {
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) & (valid[i] as number)
  }
  return bits
}

function refuseGaps(
  columns: readonly { readonly name: string; readonly missing: number }[],
  relation: Relation,
): void {
  const [first] = columns
  if (first === undefined) return
  throw new DataError(
    `column "${first.name}" of ${relation.files.join(' and ')} has no value in ${plural(first.missing, 'row')}`,
    {
      code: 'E_MISSING_VALUE',
      help: ['To leave such rows out, use --missing drop; to fill them in, --missing mean or median.'],
    },
  )
}

/** A text column of one value makes no column, where that value is the base. */
function warnOfSingleLevels(
  context: RegressContext,
  { groups }: Sources,
  columns: readonly DesignColumn[],
): void {
  groups.forEach(({ name, levels }, place) => {
    if (levels.length !== 1) return
    const stays = columns.some(({ ingredients }) =>
      ingredients.some((one) => one.kind === 'level' && one.groups === place),
    )
    if (stays) return
    context.warn({
      code: 'constant_column',
      message: `${name} is "${levels[0]}" in every row used, so it gets no coefficient`,
    })
  })
}

/** A logarithm of 0, or a power past the range of a double, is refused with its row. */
function checkFunctions({ terms }: Terms, { numbers }: Sources, rowOf: Int32Array, relation: Relation): void {
  for (const factor of terms.flat()) {
    if (factor.kind !== 'function' && factor.kind !== 'power') continue
    const values = numbers.find(({ name }) => name === factor.column)?.values
    if (values === undefined) continue
    const of = (x: number) => (factor.kind === 'power' ? x ** factor.power : Math[factor.name](x))
    const bad = rowOf.find((row) => !Number.isFinite(of(values[row] as number)))
    if (bad === undefined) continue
    throw new DataError(
      `${termText([factor])} has no value in row ${count(bad + 1)} of ${relation.files.join(' and ')}, where ${factor.column} is ${values[bad]}`,
      { code: 'E_NO_VALUE', help: ['Leave such rows out with lode clean --where, or use another term.'] },
    )
  }
}
