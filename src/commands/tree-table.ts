/**
 * What `tree` learns from: the columns that it may ask about and the one that it is to tell, out of the relation.
 *
 * In:  a relation, the options of `tree`.
 * Out: features and target, the rows that take part, and what was left out, with why.
 */
import { compareCodePoints } from '../base/code-points.ts'
import { isValid, type LevelColumn, type NumberColumn } from '../base/column.ts'
import { DataError, UsageError } from '../base/errors.ts'
import { count, listed, plural } from '../base/wording.ts'
import { numberFeature, sharedCodes, textFeature } from '../learn/tree/features.ts'
import type { Feature, Target } from '../learn/tree/tree.ts'
import { mean, median } from '../shape/matrix.ts'
import { isNumeric } from '../table/cells.ts'
import { chooseColumn } from '../table/columns.ts'
import type { Engine } from '../table/engine.ts'
import { kindFacts } from '../table/kinds.ts'
import { readColumns, type ReadColumns } from '../table/read.ts'
import { rowCount, rulesOf, type Relation } from '../table/relation.ts'
import { usableMixed, type UsableMixed } from '../table/usable.ts'
import type { TreeContext } from './tree-options.ts'

export interface TreeTable {
  readonly relation: Relation
  /** Rows of the relation. */
  readonly rows: number
  /** Columns of numbers and of text, in the order of the table or as named. */
  readonly features: readonly Feature[]
  /** One a feature: what stands in for a missing number, with --missing mean or median. */
  readonly fills: readonly (number | undefined)[]
  /** One a feature: a number some cells of which hold a text that means that it is missing. */
  readonly heldText: readonly boolean[]
  /** Of rows that lack it, a class of 0 or a number of 0, which means nothing. */
  readonly target: Target
  /** The rows to learn from, ascending. */
  readonly used: Int32Array
  /** Rows that are not, by reason. */
  readonly dropped: { readonly [reason: string]: number }
  /** One a row: 1 where no value is missing that is used; undefined where all rows get an answer. */
  readonly isWhole: Uint8Array | undefined
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
}

/** Different values up to which a text is used that nobody named. */
const MOST_LEVELS = 100
/** More of them than this, in more than half of the rows, are free text too. */
const FEW_LEVELS = 20
/** More classes than this are no classes. */
const MOST_CLASSES = 1000
/** A number of so few different values is told as a class by id3 and c45, which tell nothing else. */
const FEW_NUMBERS = 20

export async function readTreeTable(context: TreeContext, relation: Relation): Promise<TreeTable> {
  const { engine } = context
  const rows = await rowCount(engine, relation)
  const files = relation.files.join(' and ')
  if (rows === 0) throw new DataError(`${files} has no rows`, { code: 'E_NO_ROWS' })
  const place = targetPlace(context, relation)
  const wanted = await targetWanted(context, relation, place)
  const besides = [place, ...earlierResults(context, relation, place)]
  const known = await usableMixed(engine, relation, context.columns, context.exclude, besides, {
    most: MOST_LEVELS,
    always: FEW_LEVELS,
  })
  const usable = context.options.compat === 'sklearn' ? withEmpty(context, known) : known
  const texts = context.options.compat === 'sklearn' ? [] : usable.texts
  const most = context.columns === undefined ? MOST_LEVELS : Infinity
  // One pass over the rows for all that is wanted of them; the target comes last.
  const read = await readColumns(
    engine,
    relation,
    wanted.asNumber ? [...usable.numbers, place] : usable.numbers,
    [
      ...texts.map((text) => ({ place: text, most })),
      ...(wanted.mostClasses === 0 ? [] : [{ place, most: wanted.mostClasses }]),
    ],
    context,
  )
  const target = targetOf(context, relation, place, read, wanted)
  const { features, fills, leftOut, heldText } = featuresOf(
    context,
    relation,
    usable,
    texts,
    read,
    await placesWithTokens(engine, relation, usable.numbers),
  )
  refuseNone(context, relation, features, leftOut)
  const isWhole = context.options.missing === 'drop' ? wholeRows(features, rows) : undefined
  const used = usedRows(target.isThere, isWhole)
  const dropped = droppedRows(target.isThere, isWhole)
  const table = {
    relation,
    rows,
    features,
    fills,
    heldText,
    used,
    dropped,
    isWhole,
    leftOut,
    target: target.target,
  }
  return { ...table, target: checkedTarget(table, target) }
}

function targetPlace({ options }: TreeContext, relation: Relation): number {
  if (options.target !== undefined) return chooseColumn(relation, options.target)
  throw new UsageError('which column is the tree to tell? Name it with --target', {
    code: 'E_COLUMN',
    help: [`columns: ${listed(relation.columns.map(({ name }) => name))}`],
  })
}

/** What an earlier run of tree on the same target has added: it knows the answers. Used only where it is named. */
function earlierResults(context: TreeContext, { columns }: Relation, target: number): number[] {
  const result = `predicted_${columns[target]?.name}`
  if (context.columns !== undefined || !columns.some(({ name }) => name === result)) return []
  const places = columns.flatMap(({ name }, place) =>
    name === result || name === 'probability' ? [place] : [],
  )
  context.warn({
    code: 'result_column_left_out',
    message: `left out ${listed(places.map((place) => `"${columns[place]?.name}"`))}, which an earlier run of tree has added; name columns with --columns to use them`,
  })
  return places
}

interface ReadTarget {
  readonly target: Target
  /** One a row: 1 where the target is known. */
  readonly isThere: Uint8Array
}

/** How the target is to be read. */
interface WantedTarget {
  readonly isNumber: boolean
  readonly asNumber: boolean
  /** Different values up to which it is read as classes; 0: not at all. */
  readonly mostClasses: number
}

/** A text is a class; a number is one where asked for, or where it has two values or, for id3 and c45, few. */
async function targetWanted(
  { engine, options }: TreeContext,
  relation: Relation,
  place: number,
): Promise<WantedTarget> {
  const [facts] = await kindFacts(engine, relation, [place])
  const isNumber = facts !== undefined && isNumeric(facts)
  if (options.task === 'regress') return { isNumber, asNumber: true, mostClasses: 0 }
  if (!isNumber || options.task === 'classify') return { isNumber, asNumber: false, mostClasses: Infinity }
  const isCart = options.algorithm === 'cart'
  return { isNumber, asNumber: isCart, mostClasses: isCart ? 2 : FEW_NUMBERS }
}

function targetOf(
  { options }: TreeContext,
  relation: Relation,
  place: number,
  { numbers, texts }: ReadColumns,
  { isNumber, asNumber, mostClasses }: WantedTarget,
): ReadTarget {
  const classes = mostClasses === 0 ? undefined : texts.at(-1)
  if (classes !== undefined)
    return classTarget(classes, isNumber ? numberOrder(relation, place) : compareCodePoints)
  if (asNumber) return numberTarget(numbers.at(-1))
  throw new UsageError(
    `"${relation.columns[place]?.name}" is a number of more than ${FEW_NUMBERS} different values, and ${options.algorithm} tells classes`,
    {
      code: 'E_TARGET',
      help: ['Use --algorithm cart for a number, or --task classify to take each value as a class.'],
    },
  )
}

function numberOrder(relation: Relation, place: number): (a: string, b: string) => number {
  const isComma = rulesOf(relation, place).decimal === ','
  const valueOf = (level: string) => Number(isComma ? level.replace(',', '.') : level)
  return (a, b) => valueOf(a) - valueOf(b) || compareCodePoints(a, b)
}

function classTarget(
  { name, levels, codes }: LevelColumn,
  order: (a: string, b: string) => number,
): ReadTarget {
  const labels = [...levels].sort(order)
  const placeOf = new Map(labels.map((label, c) => [label, c]))
  const newCode = Int32Array.from(levels, (level) => placeOf.get(level) as number)
  const isThere = new Uint8Array(codes.length)
  const own = sharedCodes(codes)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number
    if (code >= 0) isThere[row] = 1
    own[row] = code >= 0 ? (newCode[code] as number) : 0
  }
  return { target: { kind: 'classes', name, labels, codes: own }, isThere }
}

function numberTarget(column: NumberColumn | undefined): ReadTarget {
  if (column === undefined) throw new Error('a column of numbers was not read')
  const isThere = Uint8Array.from(column.values, (_, row) => (isValid(column.valid, row) ? 1 : 0))
  const { values } = numberFeature(column, 0)
  return { target: { kind: 'number', name: column.name, values }, isThere }
}

/** The classes that rows used have; refuses what can't be told. */
function checkedTarget(
  { used, relation }: Omit<TreeTable, 'target'>,
  { target, isThere }: ReadTarget,
): Target {
  const { name } = target
  const where = `column "${name}" of ${relation.files.join(' and ')}`
  if (!isThere.includes(1))
    throw new DataError(`${where} has no values, so there is nothing to tell`, { code: 'E_NO_TARGET' })
  if (used.length === 0) {
    throw new DataError(`no row has a value in "${name}" and in all of the columns used`, {
      code: 'E_NO_COMPLETE_ROW',
      help: ['Without --missing drop a tree learns from rows with missing values too.'],
    })
  }
  if (target.kind === 'number') {
    const first = target.values[used[0] as number]
    if (used.some((row) => target.values[row] !== first)) return target
    throw new DataError(`${where} is ${first} in every row, so there is nothing to tell`, {
      code: 'E_ONE_CLASS',
    })
  }
  const present = new Uint8Array(target.labels.length)
  for (const row of used) present[target.codes[row] as number] = 1
  const labels = target.labels.filter((_, c) => present[c] === 1)
  if (labels.length === 1) {
    throw new DataError(`${where} is "${labels[0]}" in every row, so there is nothing to tell`, {
      code: 'E_ONE_CLASS',
    })
  }
  if (labels.length === used.length || labels.length > MOST_CLASSES) {
    const what =
      labels.length === used.length
        ? 'a different value in every row'
        : `${count(labels.length)} different values, and a tree tells at most ${count(MOST_CLASSES)} classes`
    throw new DataError(`${where} has ${what}`, {
      code: 'E_TOO_MANY_CLASSES',
      help: ['If it is a number, tell it as one with --task regress; if it is a key, name another --target.'],
    })
  }
  if (labels.length === target.labels.length) return target
  const newCode = Int32Array.from(target.labels, (label) => Math.max(labels.indexOf(label), 0))
  for (let row = 0; row < target.codes.length; row++)
    target.codes[row] = newCode[target.codes[row] as number] as number
  return { ...target, labels }
}

/**
 * scikit-learn draws among all columns that it is given, those without a value too: named, they are part of what its
 * random stream depends on.
 */
function withEmpty({ columns }: TreeContext, usable: UsableMixed): UsableMixed {
  if (columns === undefined) return usable
  const isEmpty = new Set(usable.left.flatMap(({ place, why }) => (why === 'empty' ? [place] : [])))
  return {
    ...usable,
    numbers: usable.chosen.filter((place) => usable.numbers.includes(place) || isEmpty.has(place)),
    left: usable.left.filter(({ why }) => why !== 'empty'),
  }
}

/** Columns of numbers in which some cells hold a text that means that the number is missing. */
async function placesWithTokens(
  engine: Engine,
  relation: Relation,
  numbers: readonly number[],
): Promise<Set<number>> {
  const facts = await kindFacts(engine, relation, numbers)
  return new Set(numbers.filter((_, i) => (facts[i]?.tokens ?? 0) > 0))
}

interface ReadFeatures {
  readonly features: readonly Feature[]
  readonly fills: readonly (number | undefined)[]
  readonly heldText: readonly boolean[]
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
}

function featuresOf(
  context: TreeContext,
  relation: Relation,
  { chosen, numbers, texts: all, left }: UsableMixed,
  texts: readonly number[],
  { numbers: columns, texts: levels }: ReadColumns,
  withTokens: ReadonlySet<number>,
): ReadFeatures {
  const nameOf = (place: number) => relation.columns[place]?.name ?? ''
  const leftOut = left.map(({ place, why }) => ({ column: nameOf(place), why: leftWords(why) }))
  for (const place of all) {
    if (!texts.includes(place))
      leftOut.push({ column: nameOf(place), why: 'text, which scikit-learn takes none of' })
  }
  const read = new Map<number, { feature: Feature; fill: number | undefined }>()
  numbers.forEach((place, i) => {
    const column = columns[i] as NumberColumn
    refuseMissing(context, relation, column.name, column.missing)
    const fill = fillOf(context, column)
    read.set(place, { feature: numberFeature(column, fill), fill })
  })
  texts.forEach((place, i) => {
    const column = levels[i]
    if (column === undefined) {
      leftOut.push({ column: nameOf(place), why: leftWords('free text') })
      return
    }
    refuseMissing(context, relation, column.name, column.missing)
    if (isAllDifferent(column)) {
      leftOut.push({ column: column.name, why: 'a different value in every row' })
      return
    }
    warnOfManyLevels(context, column)
    read.set(place, { feature: textFeature(column.name, column.levels, column.codes), fill: undefined })
  })
  // In the order of the table or as named: of questions that serve alike the first column's is taken.
  const order = chosen.filter((place) => read.has(place))
  const taken = order.map((place) => read.get(place) as { feature: Feature; fill: number | undefined })
  tellLeftOut(context, leftOut)
  return {
    features: taken.map(({ feature }) => feature),
    fills: taken.map(({ fill }) => fill),
    heldText: order.map((place) => withTokens.has(place)),
    leftOut,
  }
}

function leftWords(why: UsableMixed['left'][number]['why']): string {
  if (why === 'key') return 'looks like a key'
  if (why === 'result') return 'a result of an earlier run'
  if (why === 'empty') return 'no values'
  if (why === 'date') return 'a date'
  return `more than ${MOST_LEVELS} different texts, or more than ${FEW_LEVELS} in over half of the rows`
}

function tellLeftOut(context: TreeContext, leftOut: ReadFeatures['leftOut']): void {
  const keys = leftOut.filter(({ why }) => why === leftWords('key'))
  const others = leftOut.filter(({ why }) => why !== leftWords('key'))
  if (keys.length > 0) {
    context.warn({
      code: 'key_column_left_out',
      message: `left out ${listed(keys.map(({ column }) => `"${column}"`))}, which ${keys.length === 1 ? 'looks' : 'look'} like a key; name columns with --columns to use them`,
    })
  }
  if (others.length > 0) {
    context.warn({
      code: 'column_left_out',
      message: `left out ${listed(others.map(({ column, why }) => `"${column}" (${why})`))}`,
    })
  }
}

function isAllDifferent({ levels, codes, missing }: LevelColumn): boolean {
  const present = codes.length - missing
  return present > 1 && levels.length === present
}

function warnOfManyLevels(context: TreeContext, { name, levels, codes }: LevelColumn): void {
  if (levels.length <= MOST_LEVELS || levels.length * 20 < codes.length) return
  context.warn({
    code: 'many_levels',
    message: `"${name}" has ${count(levels.length)} different texts in ${plural(codes.length, 'row')}: a tree can learn them by heart, so trust only what the test says`,
  })
}

function refuseMissing({ options }: TreeContext, relation: Relation, name: string, missing: number): void {
  if (options.missing !== 'error' || missing === 0) return
  throw new DataError(
    `column "${name}" of ${relation.files.join(' and ')} lacks a value in ${plural(missing, 'row')}`,
    { code: 'E_MISSING_VALUE', help: ['Without --missing error a tree has a branch for such rows.'] },
  )
}

function fillOf({ options }: TreeContext, { values, valid, missing }: NumberColumn): number | undefined {
  if (
    missing === 0 ||
    missing === values.length ||
    (options.missing !== 'mean' && options.missing !== 'median')
  ) {
    return undefined
  }
  const present = values.filter((_, row) => isValid(valid, row))
  return options.missing === 'mean' ? mean(present) : median(present.sort())
}

function refuseNone(
  context: TreeContext,
  relation: Relation,
  features: readonly Feature[],
  leftOut: ReadFeatures['leftOut'],
): void {
  if (features.length > 0) return
  throw new DataError(`${relation.files.join(' and ')} has no column that a tree could ask about`, {
    code: 'E_NO_COLUMN',
    help: [
      leftOut.length === 0
        ? `columns: ${listed(relation.columns.map(({ name }) => name))}`
        : `Left out: ${listed(leftOut.map(({ column, why }) => `"${column}" (${why})`))}.${context.columns === undefined ? ' Name them with --columns.' : ''}`,
    ],
  })
}

function wholeRows(features: readonly Feature[], rows: number): Uint8Array {
  const isWhole = new Uint8Array(rows).fill(1)
  for (const feature of features) {
    for (let row = 0; row < rows; row++) {
      const isMissing =
        feature.kind === 'number' ? Number.isNaN(feature.values[row]) : feature.codes[row] === -1
      if (isMissing) isWhole[row] = 0
    }
  }
  return isWhole
}

function usedRows(isThere: Uint8Array, isWhole: Uint8Array | undefined): Int32Array {
  const used = new Int32Array(isThere.length)
  let at = 0
  for (let row = 0; row < isThere.length; row++) {
    if (isThere[row] === 1 && (isWhole === undefined || isWhole[row] === 1)) used[at++] = row
  }
  return used.slice(0, at)
}

function droppedRows(isThere: Uint8Array, isWhole: Uint8Array | undefined): { [reason: string]: number } {
  let noTarget = 0
  let missing = 0
  for (let row = 0; row < isThere.length; row++) {
    if (isThere[row] === 0) noTarget++
    else if (isWhole !== undefined && isWhole[row] === 0) missing++
  }
  return {
    ...(noTarget === 0 ? {} : { missing_target: noTarget }),
    ...(missing === 0 ? {} : { missing_value: missing }),
  }
}
