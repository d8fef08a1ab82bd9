/**
 * One merge of two tables.
 *
 * In:  the left and the right relation, and what kind of merge it is.
 * Out: the merged relation, what the report tells of it, and the rows that met nothing.
 *
 * Both sides are kept in the engine first, once: the keys are looked at several times, and rows that are kept know
 * their order (see tidy/merge.ts for what was measured).
 */
import { DataError, RuleBroken, UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import { count, plural } from '../base/wording.ts'
import type { ColumnFacts } from '../kernels/scan.ts'
import type { Json } from '../report/report.ts'
import type { KeyExample, StepFindings } from '../report/merge.ts'
import {
  isDate,
  isNumeric,
  missingCondition,
  numberCondition,
  numberValue,
  tokenCondition,
} from '../table/cells.ts'
import { chooseColumn, chooseColumns } from '../table/columns.ts'
import type { Cell } from '../table/engine.ts'
import { factsOf } from '../table/facts.ts'
import { kindFacts } from '../table/kinds.ts'
import { columnNames, type Relation } from '../table/relation.ts'
import {
  crossSelect,
  filterSelect,
  INDICATOR,
  joinSelect,
  pairsSelect,
  unmatchedSelect,
  unpairedSelect,
  type Extra,
  type JoinKeys,
  type RowsHow,
  type Side,
} from '../tidy/merge.ts'
import { asofPairs, dateValue, toleranceOf, type AsofKind } from '../tidy/merge-asof.ts'
import { mergedColumns, type MergedColumn } from '../tidy/merge-columns.ts'
import { comparisons, fuzzyPairs, MOST_COMPARISONS } from '../tidy/merge-fuzzy.ts'
import {
  keyCounts,
  keyCountsSelect,
  keyNames,
  keyText,
  nearKeys,
  repeatedKeys,
  spreadKeys,
  unmatchedKeys,
  worstKey,
  type KeyCounts,
  type KeyForm,
} from '../tidy/merge-keys.ts'
import type { Context } from './command.ts'
import type { Kind, MergeOptions } from './merge-options.ts'

export interface MergeStep {
  readonly rows: Relation
  /** Undefined where no report is wanted. */
  readonly findings: StepFindings | undefined
  readonly extras: readonly { readonly file: string; readonly rows: Relation }[]
  /** Options that were not given, as resolved, for `params` of the report. */
  readonly resolved: { readonly [option: string]: Json }
  /** Tables of the engine that the rows are read from. */
  readonly tables: readonly string[]
}

type Asked = Context<MergeOptions>

const SUFFIXES = ['_x', '_y'] as const
const THRESHOLD = 0.92
const EXAMPLES = 5
const LONGEST_SHOWN = 60

export async function mergeTwo(
  context: Asked,
  kind: Exclude<Kind, 'stack'>,
  left: Relation,
  right: Relation,
): Promise<MergeStep> {
  switch (kind) {
    case 'keys':
    case 'filter':
      return joinOnKeys(context, left, right)
    case 'cross':
      return cross(context, left, right)
    case 'asof':
      return joinNearest(context, left, right)
    case 'fuzzy':
      return joinAlike(context, left, right)
  }
}

/** Places of the keys, side by side. */
interface KeyPlaces {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

async function joinOnKeys(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { options } = context
  const how = options.how ?? 'inner'
  const places = keyPlaces(context, left, right)
  const keys = joinKeys(context, places.left.length)
  // A filter looks at nothing of the right side but its keys.
  const isFilter = how === 'semi' || how === 'anti'
  const rightOnly = isFilter && options.unmatchedRight === undefined ? places.right : undefined
  const columns = isFilter
    ? left.columns.map(({ name, type }, place): MergedColumn => ({
        column: { name, type },
        side: 'left',
        place,
      }))
    : mergedColumns(left.columns, right.columns, folded(left, right, places), options.suffixes ?? SUFFIXES)
  const extras = indicator(context, columns)
  const streamed = isReadOnce(context, how, left, keys)
  const l = streamed
    ? await numbered(context, left, places.left)
    : await load(context, left, places.left, keys.forms)
  // The beginning of the left is read, and its half copied, while the engine takes in the right.
  const [r, start] = await Promise.all([
    load(context, right, places.right, keys.forms, { only: rightOnly }),
    streamed ? beginning(context, l, keys) : undefined,
  ])
  if (options.validate !== undefined)
    await validate(context, options.validate, left, right, places, l, r, keys)
  if (keys.forms.length < KEY_FORM_COUNT) {
    await warnOfNearKeys(context, left, right, start ?? l, r, keys, start?.rows === LOOKED_AT)
  }
  const needsCounts = context.wants.report || options.maxRows !== undefined
  const counts = needsCounts ? await countKeys(context, l, r, keys) : undefined
  const rowsOut = counts === undefined ? undefined : rowsOf(how, counts)
  if (rowsOut !== undefined && rowsOut > (options.maxRows ?? Infinity)) {
    throw await tooManyRows(context, rowsOut, left, right, places, l, r, keys)
  }
  const select = isFilter
    ? filterSelect(how, l, r, keys, left.columns.length)
    : joinSelect(how as RowsHow, l, r, keys, columns, extras)
  return {
    rows: await merged(context, left, right, select, columns, extras, rowsOut),
    findings:
      counts === undefined || rowsOut === undefined
        ? undefined
        : {
            ...findingsOf(how, left, right, places, counts, rowsOut),
            examples: {
              left: await unmatchedExamples(context, 'l', l, r, left, places.left),
              right: await unmatchedExamples(context, 'r', r, l, right, places.right),
            },
          },
    extras: [
      ...(await extra(context, options.unmatchedLeft, left, () =>
        unmatchedSelect('l', l, r, keys, left.columns.length),
      )),
      ...(await extra(context, options.unmatchedRight, right, () =>
        unmatchedSelect('r', r, l, keys, right.columns.length),
      )),
    ],
    resolved: { how },
    tables: streamed ? [r.table] : [l.table, r.table],
  }

  async function unmatchedExamples(
    { engine: by }: Asked,
    own: 'l' | 'r',
    side: Side,
    other: Side,
    relation: Relation,
    at: readonly number[],
  ): Promise<KeyExample[]> {
    const rows = await by.query(unmatchedKeys(own, side.name, other.name, keys.count))
    return rows.slice(0, EXAMPLES).map((row) => exampleOf(relation, at, row))
  }
}

const KEY_FORM_COUNT = 4

function joinKeys({ options }: Asked, keyCount: number): JoinKeys {
  return { count: keyCount, matchMissing: options.matchMissing, forms: options.keyAs }
}

/** The columns named by --on or by --left-on and --right-on, or else those in common. */
function keyPlaces(context: Asked, left: Relation, right: Relation): KeyPlaces {
  const { on, leftOn, rightOn } = context.options
  if (on !== undefined) return bothHave(left, right, on)
  if (leftOn !== undefined && rightOn !== undefined) {
    const places = { left: chooseColumns(left, leftOn), right: chooseColumns(right, rightOn) }
    if (places.left.length !== places.right.length || places.left.length === 0) {
      throw new UsageError(
        `--left-on names ${plural(places.left.length, 'column')} and --right-on ${count(places.right.length)}; ` +
          'each key needs one on either side',
      )
    }
    return places
  }
  const names = new Set(right.columns.map(({ name }) => name))
  const common = [...new Set(left.columns.map(({ name }) => name).filter((name) => names.has(name)))]
  if (common.length === 0) {
    throw new UsageError(`${nameOf(left)} and ${nameOf(right)} have no column in common to match on`, {
      code: 'E_COLUMN',
      help: [
        ...[left, right].map((one) => `columns of ${nameOf(one)}: ${columnList(one)}`),
        'Name the keys with --left-on and --right-on, or put the files under each other with --stack.',
      ],
    })
  }
  context.note(
    `matching ${nameOf(left)} and ${nameOf(right)} on ${common.join(', ')}, the ` +
      `${common.length === 1 ? 'column' : 'columns'} in common; --on names others`,
  )
  return {
    left: common.map((name) => placeOf(left, name)),
    right: common.map((name) => placeOf(right, name)),
  }
}

/** The columns of the left that a list names, and those of the same names on the right. */
function bothHave(left: Relation, right: Relation, list: string): KeyPlaces {
  const places = chooseColumns(left, list)
  if (places.length === 0) throw new UsageError(`"${list}" names no column`)
  return {
    left: places,
    right: places.map((place) => placeOf(right, left.columns[place]?.name ?? '')),
  }
}

/** The place of the column of exactly this name. */
function placeOf(relation: Relation, name: string): number {
  if (relation.columns.some((column) => column.name === name)) return chooseColumn(relation, name)
  const names = relation.columns.map((column) => column.name)
  throw new UsageError(`column "${name}" is not in ${nameOf(relation)}${didYouMean(name, names)}`, {
    code: 'E_COLUMN',
    help: [
      `columns: ${columnList(relation)}`,
      'Keys that are called differently are named by --left-on and --right-on.',
    ],
  })
}

const COLUMNS_LISTED = 12

function columnList({ columns }: Relation): string {
  const more = columns.length - COLUMNS_LISTED
  const shown = columns.slice(0, COLUMNS_LISTED).map(({ name }) => name)
  return `${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}

function nameOf({ files }: Relation): string {
  return files.join(' and ')
}

/** Keys that are called the same stand once in the result. */
function folded(left: Relation, right: Relation, places: KeyPlaces): Map<number, number> {
  return new Map(
    places.left.flatMap((place, i) => {
      const twin = places.right[i] as number
      return left.columns[place]?.name === right.columns[twin]?.name ? [[place, twin] as const] : []
    }),
  )
}

function indicator({ options }: Asked, columns: readonly MergedColumn[]): Extra[] {
  if (!options.indicator) return []
  if (columns.some(({ column }) => column.name === INDICATOR.name)) {
    throw new UsageError(`--indicator: there is a column called ${INDICATOR.name} already`, {
      code: 'E_COLUMN',
    })
  }
  return [INDICATOR]
}

/** Of a left side that is read once as it is joined, so many rows are looked at for keys that nearly meet. */
const LOOKED_AT = 50_000

/**
 * Whether the left side can be joined as it is read, and need not be kept: its keys are looked at once, and what
 * numbers its rows is a scan of one file.
 */
function isReadOnce({ options, wants }: Asked, how: string, left: Relation, keys: JoinKeys): boolean {
  const asksMore =
    wants.report ||
    options.validate !== undefined ||
    options.maxRows !== undefined ||
    options.unmatchedLeft !== undefined ||
    options.unmatchedRight !== undefined
  const isScan = left.lineOf !== undefined && (left.rows ?? Infinity) > LOOKED_AT
  return isScan && !asksMore && keys.forms.length === 0 && (how === 'inner' || how === 'left')
}

/** A side that is read as it is joined, its keys beside its cells. Its number of rows is not known. */
async function numbered({ engine }: Asked, relation: Relation, keys: readonly number[]): Promise<Loaded> {
  const facts = await kindFacts(engine, relation, keys)
  const cells = keys.map((place, i) => {
    const missing = missingCondition(engine.dialect, `c${place}`, facts[i] as ColumnFacts, relation.rules)
    return `case when ${missing} then null else c${place} end as j${i}`
  })
  const name = await engine.view(`select *, ${cells.join(', ')} from ${relation.keyed}`)
  return { name, table: relation.keyed, rows: Infinity }
}

/** The first rows of a side that is read once: their keys, kept. */
async function beginning({ engine }: Asked, side: Side, keys: JoinKeys): Promise<Side> {
  const columns = ['k', ...keyNames(keys.count)].join(', ')
  const name = await engine.table(`select ${columns} from ${side.name} limit ${LOOKED_AT}`)
  const [[rows] = []] = await engine.query(`select count(*) from ${name}`)
  return { name, rows: Number(rows) }
}

interface Loaded extends Side {
  /** The table behind the view. */
  readonly table: string
}

/** What is looked up by nearness or likeness: the place of the column, and SQL of the value from SQL of its text. */
interface Value {
  readonly place: number
  readonly sql: (cell: string) => string
}

/**
 * Keeps a side in the engine, with its keys beside it. Keys that take work are worked out once and kept too: each
 * is read four times and more.
 *
 * @param only the columns to keep; undefined: all
 */
async function load(
  context: Asked,
  relation: Relation,
  keys: readonly number[],
  forms: readonly KeyForm[],
  { only, value }: { only?: readonly number[] | undefined; value?: Value } = {},
): Promise<Loaded> {
  const { engine } = context
  const { dialect } = engine
  const kept = only === undefined ? columnNames(relation.columns.length) : only.map((place) => `c${place}`)
  const from = dialect.keepsScanOrder ? relation.name : `${relation.keyed} order by k`
  const table = await engine.table(`select ${[...new Set(kept)].join(', ')} from ${from}`)
  const cells: string[] = []
  for (const [i, place] of keys.entries()) {
    const text = await presentCell(context, relation, table, place)
    cells.push(`${keyText(dialect, text, forms, relation.rules)} as j${i}`)
  }
  if (value !== undefined) {
    const text = await presentCell(context, relation, table, value.place)
    cells.push(`${value.sql(text)} as v`)
  }
  const computed = forms.length > 0 || value !== undefined
  const whole = computed ? await engine.table(`select *, ${cells.join(', ')} from ${table}`) : table
  if (computed) await engine.execute(`drop table ${table}`)
  const name = await engine.view(
    `select ${[`${dialect.tableRow} as k`, computed ? '*' : [...new Set(kept), ...cells].join(', ')].join(', ')} from ${whole}`,
  )
  const [[rows] = []] = await engine.query(`select count(*) from ${whole}`)
  return { name, table: whole, rows: Number(rows) }
}

/** SQL of a cell, NULL where it is missing. */
async function presentCell(
  { engine }: Asked,
  relation: Relation,
  table: string,
  place: number,
): Promise<string> {
  const cell = `c${place}`
  const facts = await missingFacts(engine, relation, table, place)
  if (facts === undefined) return `nullif(${cell}, '')`
  if (facts.empty === 0 && facts.tokens === 0 && relation.rules.missing === undefined) return cell
  return `case when ${missingCondition(engine.dialect, cell, facts, relation.rules)} then null else ${cell} end`
}

/**
 * What has to be known of a column to tell which of its cells are missing; undefined where only empty ones can be.
 * Facts that the scan did not find cost a look at every cell, so first it is asked whether there is any token.
 */
async function missingFacts(
  engine: Asked['engine'],
  relation: Relation,
  table: string,
  place: number,
): Promise<ColumnFacts | undefined> {
  const known = relation.columns[place]?.facts
  if (known !== undefined) return known
  if (relation.rules.missing === undefined) {
    const tokens = `select count(*) from ${table} where c${place} <> '' and ${tokenCondition(engine.dialect, `c${place}`)}`
    const [[found] = []] = await engine.query(tokens)
    if (Number(found) === 0) return undefined
  }
  const [facts] = await factsOf(engine, { ...relation, name: table }, [place])
  return facts
}

async function countKeys({ engine }: Asked, l: Side, r: Side, keys: JoinKeys): Promise<KeyCounts> {
  const [row = []] = await engine.query(keyCountsSelect(l.name, r.name, keys.count, keys.matchMissing))
  return keyCounts(row)
}

/** Rows that a merge gives. */
function rowsOf(how: string, counts: KeyCounts): number {
  const leftAlone = counts.rowsLeft - counts.matchedLeft
  const rightAlone = counts.rowsRight - counts.matchedRight
  switch (how) {
    case 'left':
      return counts.pairs + leftAlone
    case 'right':
      return counts.pairs + rightAlone
    case 'outer':
      return counts.pairs + leftAlone + rightAlone
    case 'semi':
      return counts.matchedLeft
    case 'anti':
      return leftAlone
    default:
      return counts.pairs
  }
}

async function tooManyRows(
  { engine, options }: Asked,
  rows: number,
  left: Relation,
  right: Relation,
  places: KeyPlaces,
  l: Side,
  r: Side,
  keys: JoinKeys,
): Promise<RuleBroken> {
  const [worst] = await engine.query(worstKey(l.name, r.name, keys.count, keys.matchMissing))
  const message = `the merge would give ${plural(rows, 'row')}, more than --max-rows ${count(options.maxRows ?? 0)}`
  if (worst === undefined) return new RuleBroken(message, { code: 'E_MAX_ROWS' })
  const [onLeft = 0, onRight = 0] = worst.slice(-2).map(Number)
  return new RuleBroken(
    `${message}; ${keyShown(left, places.left, worst)} alone makes ${count(onLeft * onRight)} of them ` +
      `(${plural(onLeft, 'row')} in ${nameOf(left)}, ${count(onRight)} in ${nameOf(right)})`,
    { code: 'E_MAX_ROWS' },
  )
}

const REPEATED_SHOWN = 3

/** `--validate`: keys that stand more than once on a side that has a 1. */
async function validate(
  { engine }: Asked,
  rule: string,
  left: Relation,
  right: Relation,
  places: KeyPlaces,
  l: Side,
  r: Side,
  keys: JoinKeys,
): Promise<void> {
  const sides = [
    { unique: rule.startsWith('1'), relation: left, at: places.left, side: l },
    { unique: rule.endsWith('1'), relation: right, at: places.right, side: r },
  ]
  for (const { unique, relation, at, side } of sides) {
    if (!unique) continue
    const found = await engine.query(repeatedKeys(side.name, keys.count, keys.matchMissing, REPEATED_SHOWN))
    if (found.length === 0) continue
    const shown = found.map((row) => `${keyShown(relation, at, row)} (${plural(Number(row.at(-1)), 'row')})`)
    throw new RuleBroken(
      `--validate ${rule}: keys stand more than once in ${nameOf(relation)}: ${shown.join(', ')}`,
      { code: 'E_VALIDATE' },
    )
  }
}

/** `customer_id "C1"`: the first cells of a row are the keys. */
function keyShown(relation: Relation, at: readonly number[], row: readonly Cell[]): string {
  return at
    .map((place, i) => {
      const text = textOf(row[i])
      return `${relation.columns[place]?.name} ${text === null ? 'missing' : `"${text.slice(0, LONGEST_SHOWN)}"`}`
    })
    .join(', ')
}

function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}

function exampleOf(relation: Relation, at: readonly number[], row: readonly Cell[]): KeyExample {
  return at.map((place, i) => ({
    column: relation.columns[place]?.name ?? '',
    text: textOf(row[i]),
  }))
}

/** Forms under which keys are tried, in the order in which they are the smaller change. */
const ADDED_FORMS: readonly (readonly KeyForm[])[] = [
  ['trim'],
  ['lower'],
  ['trim', 'lower'],
  ['number'],
  ['trim', 'number'],
  ['trim', 'lower', 'number'],
  ['digits'],
  ['digits', 'number'],
]
const LOOSEST: readonly (readonly KeyForm[])[] = [
  ['trim', 'lower', 'number'],
  ['digits', 'number'],
]

/** Says so when keys do not meet that would in another form. Of large sides evenly spread rows are looked at. */
async function warnOfNearKeys(
  { engine, warn }: Asked,
  left: Relation,
  right: Relation,
  l: Side,
  r: Side,
  { count: n, forms }: JoinKeys,
  isPart: boolean,
): Promise<void> {
  const sides = [
    { own: 'l', side: l, other: r, relation: left, otherRelation: right },
    { own: 'r', side: r, other: l, relation: right, otherRelation: left },
  ] as const
  for (const { own, side, other, relation, otherRelation } of sides) {
    // Where only the beginning of the left is here, nothing says which rows of the right meet none of it.
    if (own === 'r' && isPart) continue
    const alone = await engine.table(unmatchedKeys(own, side.name, other.name, n, side.rows))
    const [[found] = []] = await engine.query(`select count(*) from ${alone}`)
    if (Number(found) === 0) continue
    const others = await engine.table(spreadKeys(other.name, n, other.rows))
    for (const added of LOOSEST) {
      const select = nearKeys(engine.dialect, alone, others, n, added, left.rules)
      const [row] = await engine.query(select)
      if (row === undefined) continue
      const texts = row.map(String)
      const [unmatched, near] = [texts.slice(0, n), texts.slice(n)]
      const enough = await smallestForm(engine, unmatched, near, left.rules)
      const shown = (key: readonly string[]) =>
        key.map((text) => `"${text.slice(0, LONGEST_SHOWN)}"`).join(', ')
      warn({
        code: 'keys_differ_in_form',
        message:
          `${shown(unmatched)} of ${nameOf(relation)} and ${shown(near)} of ${nameOf(otherRelation)} are different keys ` +
          `as text; --key-as ${[...new Set([...forms, ...enough])].join(',')} would let such keys meet`,
      })
      return
    }
  }
}

/** The smallest change of form under which two keys are the same. */
async function smallestForm(
  engine: Asked['engine'],
  a: readonly string[],
  b: readonly string[],
  rules: Relation['rules'],
): Promise<readonly KeyForm[]> {
  const { dialect } = engine
  const same = ADDED_FORMS.map((forms) =>
    a
      .map((text, i) => {
        const [one, other] = [text, b[i] as string].map((key) =>
          keyText(dialect, dialect.literal(key), forms, rules),
        )
        return `${one} = ${other}`
      })
      .join(' and '),
  )
  const [row = []] = await engine.query(`select ${same.join(', ')}`)
  return ADDED_FORMS[row.findIndex((met) => met === true)] ?? (ADDED_FORMS.at(-1) as readonly KeyForm[])
}

function findingsOf(
  how: string,
  left: Relation,
  right: Relation,
  places: KeyPlaces,
  counts: KeyCounts,
  rowsOut: number,
): Omit<StepFindings, 'examples'> {
  return {
    left: nameOf(left),
    right: nameOf(right),
    how,
    keys: places.left.map((place, i) => ({
      left: left.columns[place]?.name ?? '',
      right: right.columns[places.right[i] as number]?.name ?? '',
    })),
    rowsOut,
    ...counts,
  }
}

/** The relation of the rows that a SELECT gives in their order. */
async function merged(
  { engine }: Asked,
  left: Relation,
  right: Relation,
  select: string,
  columns: readonly MergedColumn[],
  extras: readonly Extra[],
  rows: number | undefined,
): Promise<Relation> {
  const name = await engine.view(select)
  return {
    name,
    keyed: await engine.view(`select row_number() over () - 1 as k, * from ${name}`),
    columns: [
      ...columns.map(({ column }) => column),
      ...extras.map((one) => ({ name: one.name, type: 'text' })),
    ],
    ...(rows === undefined ? {} : { rows }),
    files: [...new Set([...left.files, ...right.files])],
    rejected: left.rejected + right.rejected,
    rules: left.rules,
  }
}

/** Rows of one side for a file of their own. */
async function extra(
  { engine }: Asked,
  file: string | undefined,
  from: Relation,
  select: () => string,
): Promise<{ file: string; rows: Relation }[]> {
  if (file === undefined) return []
  const { rows: _all, lineOf: _line, ...kept } = from
  const name = await engine.view(select())
  const keyed = await engine.view(`select row_number() over () - 1 as k, * from ${name}`)
  return [
    {
      file,
      rows: {
        ...kept,
        columns: from.columns.map(({ name: called, type }) => ({ name: called, type })),
        name,
        keyed,
      },
    },
  ]
}

async function cross(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { options } = context
  const columns = mergedColumns(left.columns, right.columns, new Map(), options.suffixes ?? SUFFIXES)
  const l = await load(context, left, [], [])
  const r = await load(context, right, [], [])
  const rowsOut = l.rows * r.rows
  if (rowsOut > (options.maxRows ?? Infinity)) {
    throw new RuleBroken(
      `the merge would give ${plural(rowsOut, 'row')} (${count(l.rows)} in ${nameOf(left)} times ${count(r.rows)} in ` +
        `${nameOf(right)}), more than --max-rows ${count(options.maxRows ?? 0)}`,
      { code: 'E_MAX_ROWS' },
    )
  }
  const [onLeft, onRight] = [r.rows > 0 ? l.rows : 0, l.rows > 0 ? r.rows : 0]
  const counts = { ...noKeys(l, r), matchedLeft: onLeft, matchedRight: onRight, pairs: rowsOut }
  return {
    rows: await merged(context, left, right, crossSelect(l, r, columns, []), columns, [], rowsOut),
    findings: {
      ...findingsOf('cross', left, right, { left: [], right: [] }, counts, rowsOut),
      examples: { left: [], right: [] },
    },
    extras: [],
    resolved: { how: 'cross' },
    tables: [l.table, r.table],
  }
}

function noKeys(l: Side, r: Side) {
  return {
    rowsLeft: l.rows,
    rowsRight: r.rows,
    missingLeft: 0,
    missingRight: 0,
    duplicateKeysLeft: 0,
    duplicateKeysRight: 0,
  }
}

async function joinNearest(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { engine, options } = context
  const direction = options.direction ?? 'backward'
  const { places, by } = nearPlaces(context, left, right, options.asof as string)
  const sides = [
    { relation: left, place: places.left[0] as number },
    { relation: right, place: places.right[0] as number },
  ] as const
  const column = left.columns[sides[0].place]?.name ?? ''
  const facts: ColumnFacts[] = []
  for (const { relation, place } of sides) {
    facts.push(...(await factsOf(engine, relation, [place])))
  }
  const kind = asofKind(column, left, right, facts as [ColumnFacts, ColumnFacts])
  const tolerance = options.tolerance === undefined ? undefined : toleranceOf(options.tolerance, kind, column)
  const value = ({ relation, place }: (typeof sides)[number]): Value => ({
    place,
    sql: (cell) =>
      kind === 'number' ? numberValue(engine.dialect, cell, relation.rules) : dateValue(engine.dialect, cell),
  })
  // Both asked columns and keys of one name stand once: a row of the result shows its left cell.
  const columns = mergedColumns(
    left.columns,
    right.columns,
    folded(left, right, { left: [...by.left, ...places.left], right: [...by.right, ...places.right] }),
    options.suffixes ?? SUFFIXES,
  )
  const extras = indicator(context, columns)
  const l = await load(context, left, by.left, options.keyAs, { value: value(sides[0]) })
  const r = await load(context, right, by.right, options.keyAs, { value: value(sides[1]) })
  for (const [i, side] of [l, r].entries()) {
    const { relation, place } = sides[i] as (typeof sides)[number]
    await refuseUnread(context, relation, place, facts[i] as ColumnFacts, kind, side)
  }
  const pairs = await engine.table(
    asofPairs({
      left: l.name,
      right: r.name,
      keyCount: by.left.length,
      matchMissing: options.matchMissing,
      direction,
      tolerance,
    }),
  )
  const found = { left, right, l, r, places, by, pairs, columns, extras }
  return pairedStep(context, 'asof', options.how === 'inner' ? 'inner' : 'left', found, {
    how: 'asof',
    direction,
  })
}

/** The column that is compared by nearness and the ones that must be equal; all called the same on both sides. */
function nearPlaces({ options }: Asked, left: Relation, right: Relation, asked: string) {
  const place = chooseColumn(left, asked)
  const places = { left: [place], right: [placeOf(right, left.columns[place]?.name ?? '')] }
  const by = options.by === undefined ? { left: [], right: [] } : bothHave(left, right, options.by)
  return { places, by }
}

function asofKind(
  column: string,
  left: Relation,
  right: Relation,
  [onLeft, onRight]: readonly [ColumnFacts, ColumnFacts],
): AsofKind {
  const kinds = [onLeft, onRight].map((facts) => {
    if (isNumeric(facts)) return 'number'
    return isDate(facts) ? 'date' : facts.numbers + facts.dates + facts.others === 0 ? 'none' : 'mixed'
  })
  const [a, b] = kinds
  if (a !== 'mixed' && b !== 'mixed') {
    if (a === b || b === 'none') return a === 'date' ? 'date' : 'number'
    if (a === 'none') return b === 'date' ? 'date' : 'number'
  }
  const said = {
    number: 'numbers',
    date: 'dates',
    none: 'nothing',
    mixed: 'texts that are not all numbers or all dates',
  }
  throw new DataError(
    `--asof ${column} needs numbers on both sides or dates on both; ${nameOf(left)} has ${said[a as keyof typeof said]}, ` +
      `${nameOf(right)} has ${said[b as keyof typeof said]}`,
    { code: 'E_ASOF', help: ['lode clean --number COL or --date COL brings such texts into one form.'] },
  )
}

/** Dates in another form than ISO would silently find nothing. */
async function refuseUnread(
  { engine }: Asked,
  relation: Relation,
  place: number,
  facts: ColumnFacts,
  kind: AsofKind,
  side: Side,
): Promise<void> {
  const { dialect } = engine
  const cell = `c${place}`
  const missing = missingCondition(dialect, cell, facts, relation.rules)
  const unread = kind === 'number' ? `not ${numberCondition(dialect, cell, relation.rules)}` : 'v is null'
  const [row] = await engine.query(
    `select ${cell}, k from ${side.name} where not ${missing} and ${unread} order by k limit 1`,
  )
  if (row === undefined) return
  throw new DataError(
    `column "${relation.columns[place]?.name}" of ${nameOf(relation)}, row ${count(Number(row[1]) + 1)}: ` +
      `"${String(row[0]).slice(0, LONGEST_SHOWN)}" is not ${kind === 'number' ? 'a number' : 'a date like 2024-01-31 or 2024-01-31T09:30'}`,
    { code: 'E_ASOF', help: [`lode clean --${kind} brings the column into that form.`] },
  )
}

async function joinAlike(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { engine, options } = context
  const threshold = options.threshold ?? THRESHOLD
  const { places, by } = nearPlaces(context, left, right, options.fuzzy as string)
  // The texts compared may differ, so both stay.
  const columns = mergedColumns(
    left.columns,
    right.columns,
    folded(left, right, by),
    options.suffixes ?? SUFFIXES,
  )
  const score: Extra = { name: 'match_score', cell: 'cast(p.score as varchar)' }
  if (columns.some(({ column }) => column.name === score.name)) {
    throw new UsageError(`--fuzzy adds a column ${score.name}, and there is one already`, {
      code: 'E_COLUMN',
    })
  }
  const extras = [...indicator(context, columns), score]
  const value = (place: number, { rules }: Relation): Value => ({
    place,
    sql: (cell) => keyText(engine.dialect, cell, options.keyAs, rules),
  })
  const l = await load(context, left, by.left, options.keyAs, {
    value: value(places.left[0] as number, left),
  })
  const r = await load(context, right, by.right, options.keyAs, {
    value: value(places.right[0] as number, right),
  })
  const { matchMissing } = options
  const [[work] = []] = await engine.query(comparisons(l.name, r.name, by.left.length, matchMissing))
  if (Number(work) > MOST_COMPARISONS) {
    throw new DataError(
      `--fuzzy would compare ${count(Number(work))} pairs of texts, more than ${count(MOST_COMPARISONS)}`,
      {
        code: 'E_TOO_MANY_PAIRS',
        help: ['--by COL compares only rows that are equal in COL, such as a city.'],
      },
    )
  }
  const pairs = await engine.table(fuzzyPairs(l.name, r.name, by.left.length, matchMissing, threshold))
  const found = { left, right, l, r, places, by, pairs, columns, extras }
  const how = options.how === 'left' ? 'left' : 'inner'
  return pairedStep(context, 'fuzzy', how, found, { how, threshold })
}

interface Paired {
  readonly left: Relation
  readonly right: Relation
  readonly l: Loaded
  readonly r: Loaded
  readonly places: KeyPlaces
  readonly by: KeyPlaces
  readonly pairs: string
  readonly columns: readonly MergedColumn[]
  readonly extras: readonly Extra[]
}

/** What follows from pairs that were found, at most one a left row. */
async function pairedStep(
  context: Asked,
  kind: 'asof' | 'fuzzy',
  how: 'inner' | 'left',
  { left, right, l, r, places, by, pairs, columns, extras }: Paired,
  resolved: MergeStep['resolved'],
): Promise<MergeStep> {
  const { engine, options } = context
  const missing = (side: Side) =>
    `(select count(*) from ${side.name} where ${['v', ...keyNames(by.left.length)].map((key) => `${key} is null`).join(' or ')})`
  const [row = []] = await engine.query(
    `select count(*), count(distinct rk), ${missing(l)}, ${missing(r)} from ${pairs}`,
  )
  const [matchedLeft = 0, matchedRight = 0, missingLeft = 0, missingRight = 0] = row.map(Number)
  const rowsOut = how === 'inner' ? matchedLeft : l.rows
  if (rowsOut > (options.maxRows ?? Infinity)) {
    throw new RuleBroken(
      `the merge would give ${plural(rowsOut, 'row')}, more than --max-rows ${count(options.maxRows ?? 0)}`,
      { code: 'E_MAX_ROWS' },
    )
  }
  const counts = { ...noKeys(l, r), matchedLeft, matchedRight, pairs: matchedLeft, missingLeft, missingRight }
  const compared = { left: [...by.left, ...places.left], right: [...by.right, ...places.right] }
  const unpaired = (side: Side, column: 'lk' | 'rk', relation: Relation) =>
    unpairedSelect(side, pairs, column, relation.columns.length)
  const examples = async (side: Side, column: 'lk' | 'rk', relation: Relation, at: readonly number[]) => {
    const cells = at.map((place) => `c${place}`).join(', ')
    const rows = await engine.query(
      `select ${cells} from (${unpaired(side, column, relation)}) limit ${EXAMPLES}`,
    )
    return rows.map((cellsOf) => exampleOf(relation, at, cellsOf))
  }
  return {
    rows: await merged(
      context,
      left,
      right,
      pairsSelect(how, l, r, pairs, columns, extras),
      columns,
      extras,
      rowsOut,
    ),
    findings: !context.wants.report
      ? undefined
      : {
          ...findingsOf(
            kind === 'asof' && how === 'left' ? 'asof' : how,
            left,
            right,
            compared,
            counts,
            rowsOut,
          ),
          examples: {
            left: await examples(l, 'lk', left, compared.left),
            right: await examples(r, 'rk', right, compared.right),
          },
        },
    extras: [
      ...(await extra(context, options.unmatchedLeft, left, () => unpaired(l, 'lk', left))),
      ...(await extra(context, options.unmatchedRight, right, () => unpaired(r, 'rk', right))),
    ],
    resolved,
    tables: [l.table, r.table, pairs],
  }
}
