/**
 * Baskets out of the engine, from tables of four shapes.
 *
 * In:  a relation, and where in it baskets and items stand.
 * Out: Baskets, what each basket is called, and what was left out. Every shape gives the same baskets: a row that names a
 *      basket and no item makes the basket, an empty one; an item is in a basket once however often it stands there.
 * Cost: the engine numbers the different texts, so that each comes out once and the rest of the table as numbers: two or
 *       three passes over the columns used; memory 8 bytes a pair of basket and item.
 */
import { basketsOf, type Baskets } from '../base/baskets.ts'
import { compareCodePoints } from '../base/code-points.ts'
import { DataError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import { missingCondition, numberCondition, numberValue } from './cells.ts'
import type { Batch, Dictionary, Engine } from './engine.ts'
import { kindFacts } from './kinds.ts'
import { rowCount } from './numbers.ts'
import { rulesOf, type Relation } from './relation.ts'

export interface ReadBaskets {
  readonly baskets: Baskets
  /** What each basket is called, in order: its id, or the number of its row from 1 on. Read when asked for. */
  labels(): Promise<readonly string[]>
  /** The segment of each basket: a place in `segments`, −1 for a missing one; undefined where none was asked for. */
  readonly segment: Int32Array | undefined
  readonly segments: readonly string[]
  readonly rows: number
  /** Rows that name no basket. */
  readonly withoutId: number
  /** Rows that name a basket and no item (long rows only). */
  readonly withoutItem: number
}

/** Where baskets and items stand in a table; places of columns. */
export type TableShape = LongShape | CellShape | OneHotShape | ValuesShape

interface LongShape {
  readonly kind: 'long'
  readonly id: number
  readonly item: number
}

/** A row is a basket, its items in one cell. */
interface CellShape {
  readonly kind: 'cell'
  readonly column: number
  readonly separator: string
}

/** A row is a basket, each column an item that is in it or not. */
interface OneHotShape {
  readonly kind: 'onehot'
  readonly columns: readonly number[]
}

/** A row is a basket, its items `column=value`; of columns to cut, `column=from..to`. */
interface ValuesShape {
  readonly kind: 'values'
  readonly columns: readonly number[]
  /** Columns of numbers to cut into ranges, and into how many each. */
  readonly cut: readonly number[]
  readonly ranges: number
  /** Told of an item that two columns give, as where "a" holds b=c and "a=b" holds c. */
  tellTwin(item: string): void
}

export interface BasketQuestion {
  readonly shape: TableShape
  /** A column that says which segment a basket is of. */
  readonly segment?: number | undefined
  /** Where a row is a basket: the column that names it. */
  readonly label?: number | undefined
}

export function readBaskets(
  engine: Engine,
  relation: Relation,
  question: BasketQuestion,
): Promise<ReadBaskets> {
  return question.shape.kind === 'long'
    ? readLong(engine, relation, question, question.shape)
    : readRows(engine, relation, question, question.shape)
}

/** SQL: the text of a cell, NULL where it is missing. */
async function textOf(engine: Engine, relation: Relation, place: number): Promise<string> {
  const [facts] = await kindFacts(engine, relation, [place])
  if (facts === undefined) throw new Error(`no facts of column ${place}`)
  const missing = missingCondition(engine.dialect, `c${place}`, facts, rulesOf(relation, place))
  return `case when ${missing} then null else c${place} end`
}

// ---------------------------------------------------------------------- long

async function readLong(
  engine: Engine,
  relation: Relation,
  question: BasketQuestion,
  shape: { readonly id: number; readonly item: number },
): Promise<ReadBaskets> {
  const id = await textOf(engine, relation, shape.id)
  const item = await textOf(engine, relation, shape.item)
  const segment = question.segment === undefined ? 'null' : await textOf(engine, relation, question.segment)
  const cells = `select ${id} as id, ${item} as item, ${segment} as segment`
  const rows = await rowCount(engine, relation)
  const [[withoutId, withoutItem] = []] = await engine.query(
    `select count(*) filter (where id is null), count(*) filter (where id is not null and item is null) ` +
      `from (${cells} from ${relation.name})`,
  )
  const ids = await engine.table(
    `select id, cast(row_number() over (order by first) - 1 as integer) as basket, segment, other_segment ` +
      `from (select id, min(k) as first, min(segment) as segment, max(segment) as other_segment ` +
      `from (select k, id, segment from (${cells}, k from ${relation.keyed})) where id is not null group by id)`,
  )
  const items = await engine.table(
    `select item, cast(row_number() over (order by item) - 1 as integer) as number ` +
      `from (select distinct item from (${cells} from ${relation.name}) where id is not null and item is not null)`,
  )
  if (question.segment !== undefined) await refuseTwoSegments(engine, relation, question.segment, ids)
  const names = await column(engine, `select item from ${items} order by number`)
  const baskets = await basketsIn(engine, ids)
  const pairs = await readPairs(
    engine,
    `select b.basket, i.number from (${cells} from ${relation.name}) r ` +
      `join ${ids} b on b.id = r.id join ${items} i on i.item = r.item`,
  )
  return {
    baskets: basketsOf(names, baskets, pairs.basket, pairs.item),
    labels: () => column(engine, `select id from ${ids} order by basket`),
    ...(await readSegments(engine, question, `select segment from ${ids} order by basket`)),
    rows,
    withoutId: Number(withoutId),
    withoutItem: Number(withoutItem),
  }
}

/** @throws {DataError} for a basket whose rows are of two segments */
async function refuseTwoSegments(
  engine: Engine,
  relation: Relation,
  segment: number,
  ids: string,
): Promise<void> {
  const [[id, one, other] = []] = await engine.query(
    `select id, segment, other_segment from ${ids} where segment <> other_segment order by basket limit 1`,
  )
  if (id === undefined) return
  const name = relation.columns[segment]?.name
  throw new DataError(
    `basket "${String(id)}" of ${relation.files.join(' and ')} has two values in "${name}": "${String(one)}" and "${String(other)}"`,
    { code: 'E_TWO_SEGMENTS', help: ['A column for --by has one value in all rows of a basket.'] },
  )
}

// ------------------------------------------------------------- a row a basket

async function readRows(
  engine: Engine,
  relation: Relation,
  question: BasketQuestion,
  shape: Exclude<TableShape, LongShape>,
): Promise<ReadBaskets> {
  const rows = await rowCount(engine, relation)
  const { label } = question
  const baskets = await basketsOfRows(engine, relation, shape, rows)
  const segment = question.segment === undefined ? 'null' : await textOf(engine, relation, question.segment)
  const labels = async () => {
    if (label === undefined) return Array.from({ length: rows }, (_, row) => String(row + 1))
    return column(engine, `select coalesce(c${label}, '') from ${relation.keyed} order by k`)
  }
  return {
    baskets,
    labels,
    ...(await readSegments(engine, question, `select ${segment} from ${relation.keyed} order by k`)),
    rows,
    withoutId: 0,
    withoutItem: 0,
  }
}

function basketsOfRows(
  engine: Engine,
  relation: Relation,
  shape: Exclude<TableShape, LongShape>,
  rows: number,
): Promise<Baskets> {
  switch (shape.kind) {
    case 'onehot':
      return readOneHot(engine, relation, shape.columns, rows)
    case 'values':
      return readValues(engine, relation, shape, rows)
    case 'cell':
      return readCells(engine, relation, shape, rows)
  }
}

/** Items out of cells that hold several. */
async function readCells(
  engine: Engine,
  relation: Relation,
  shape: CellShape,
  rows: number,
): Promise<Baskets> {
  const numbered = `(select *, cast(row_number() over (order by k) - 1 as integer) as basket from ${relation.keyed})`
  const { literal } = engine.dialect
  const cell = await textOf(engine, relation, shape.column)
  const part = partsOf(cell, literal(shape.separator), shape.separator)
  const select =
    `select basket, item from (select basket, ${unquoted('trim(part)')} as item ` +
    `from (select basket, unnest(${part}) as part from ${numbered})) ` +
    `where item not in (${['', ...(rulesOf(relation, shape.column).missing ?? [])].map(literal).join(', ')})`
  return readItemRows(engine, select, rows)
}

/** Each different value of a column is an item: the engine numbers them, and hands over numbers alone. */
async function readValues(
  engine: Engine,
  relation: Relation,
  { columns, cut, ranges, tellTwin }: ValuesShape,
  rows: number,
): Promise<Baskets> {
  const called = columns.map((place) => relation.columns[place]?.name ?? '')
  refuseSameNames(relation, columns, called)
  const names: string[] = []
  const numberOf = new Map<string, number>()
  const pairs = new Pairs()
  for (let from = 0; from < columns.length; from += COLUMNS_AT_ONCE) {
    const some = columns.slice(from, from + COLUMNS_AT_ONCE)
    const cells: string[] = []
    for (const place of some) {
      const isCut = cut.includes(place)
      cells.push(await (isCut ? rangeOf(engine, relation, place, ranges) : textOf(engine, relation, place)))
    }
    const dictionaries = some.map((): Dictionary => ({ texts: [], most: Infinity, full: false }))
    const numbers = some.map((): number[] => [])
    let at = 0
    const select = `select ${cells.join(', ')} from ${orderedRows(relation, some)}`
    for await (const batch of engine.stream(select, dictionaries)) {
      for (let i = 0; i < some.length; i++) {
        const own = numbers[i] as number[]
        for (const text of (dictionaries[i] as Dictionary).texts.slice(own.length)) {
          const name = `${called[from + i] as string}=${text}`
          const number = numberOf.get(name) ?? names.length
          if (number === names.length) {
            names.push(name)
            numberOf.set(name, number)
          } else tellTwin(name)
          own.push(number)
        }
        const codes = codesOf(batch, i)
        for (let row = 0; row < batch.rows; row++) {
          const code = codes[row] as number
          if (code >= 0) pairs.push(at + row, own[code] as number)
        }
      }
      at += batch.rows
    }
  }
  return inOrderOfNames(names, rows, pairs)
}

function codesOf(batch: Batch, i: number): Int32Array {
  const values = batch.columns[i]
  if (values?.type !== 'codes') throw new Error('a column of codes came as something else')
  return values.values
}

/** Items are numbered in the order of their names, as they are where the engine numbers them. */
function inOrderOfNames(names: readonly string[], rows: number, pairs: Pairs): Baskets {
  const order = names.map((_, number) => number)
  order.sort((a, b) => compareCodePoints(names[a] as string, names[b] as string))
  const place = new Int32Array(names.length)
  order.forEach((number, at) => (place[number] = at))
  const { basket, item } = pairs.finish()
  return basketsOf(
    order.map((number) => names[number] as string),
    rows,
    basket,
    item.map((number) => place[number] as number),
  )
}

/**
 * SQL: the range that a number is in, as `from..to`, its smallest and largest number; NULL where it is missing.
 *
 * Cut where the numbers in order are parted into as many equal parts; equal numbers stay together, so that there may be
 * fewer ranges.
 */
async function rangeOf(engine: Engine, relation: Relation, place: number, ranges: number): Promise<string> {
  const text = await textOf(engine, relation, place)
  const value = numberValue(engine.dialect, `(${text})`, rulesOf(relation, place))
  const numbers = `select ${value} as v from ${relation.name}`
  const parts = Array.from({ length: ranges - 1 }, (_, i) => `quantile_disc(v, ${(i + 1) / ranges})`)
  const [cuts = []] = await engine.query(`select ${parts.join(', ')} from (${numbers})`)
  const least = [...new Set(cuts)].filter((cut) => cut !== null).map(Number)
  const part = least.map((cut, i) => `when v <= ${sqlNumber(cut)} then ${i}`).join(' ')
  const bounds = await engine.query(
    `select case ${part} else ${least.length} end as part, cast(min(v) as varchar), cast(max(v) as varchar), max(v) ` +
      `from (${numbers}) where v is not null group by part order by part`,
  )
  const cases = bounds.map(([, from, to, most]) => {
    const label = from === to ? String(from) : `${String(from)}..${String(to)}`
    return `when ${value} <= ${sqlNumber(Number(most))} then ${engine.dialect.literal(label.replaceAll(/\.0(?=\.\.|$)/g, ''))}`
  })
  return `case when (${text}) is null then null ${cases.join(' ')} end`
}

/** The very double. */
function sqlNumber(value: number): string {
  return `cast(${value} as double)`
}

/** SQL: the parts of a cell. An item that starts with a quote goes to its closing one, over separators. */
function partsOf(cell: string, separator: string, text: string): string {
  const escaped = text.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')
  const pattern = `[ \\t]*("(?:[^"]|"")*"|.*?)[ \\t]*(?:${escaped}|$)`.replaceAll("'", "''")
  return (
    `case when (${cell}) like '%"%' then regexp_extract_all(${cell}, '${pattern}', 1, 's') ` +
    `else string_split(${cell}, ${separator}) end`
  )
}

function unquoted(part: string): string {
  return `case when regexp_full_match(${part}, '"([^"]|"")*"', 's') then replace(substr(${part}, 2, length(${part}) - 2), '""', '"') else ${part} end`
}

async function readItemRows(engine: Engine, select: string, rows: number): Promise<Baskets> {
  const items = await engine.table(
    `select item, cast(row_number() over (order by item) - 1 as integer) as number from (select distinct item from (${select}))`,
  )
  const names = await column(engine, `select item from ${items} order by number`)
  const pairs = await readPairs(
    engine,
    `select r.basket, i.number from (${select}) r join ${items} i on i.item = r.item`,
  )
  return basketsOf(names, rows, pairs.basket, pairs.item)
}

/** What says that an item is in a basket, and what that it is not; numbers by whether they are above 0. */
const YES = ['true', 't', 'yes', 'y', 'x']
const NO = ['false', 'f', 'no', 'n']
/** Columns read at a time. */
const COLUMNS_AT_ONCE = 500

/** @throws {DataError} naming the line of a cell that says neither */
async function readOneHot(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  rows: number,
): Promise<Baskets> {
  const names = places.map((place) => relation.columns[place]?.name ?? '')
  refuseSameNames(relation, places, names)
  const pairs = new Pairs()
  for (let from = 0; from < places.length; from += COLUMNS_AT_ONCE) {
    const some = places.slice(from, from + COLUMNS_AT_ONCE)
    const cells: string[] = []
    for (const place of some) cells.push(`cast(${await isIn(engine, relation, place)} as integer)`)
    let at = 0
    for await (const batch of engine.stream(
      `select ${cells.join(', ')} from ${orderedRows(relation, some)}`,
    )) {
      for (let i = 0; i < some.length; i++) {
        const values = integers(batch, i)
        for (let row = 0; row < batch.rows; row++) {
          const value = values[row] as number
          if (value === 1) pairs.push(at + row, from + i)
          else if (value < 0) throw await neitherNor(engine, relation, some[i] as number, at + row)
        }
      }
      at += batch.rows
    }
  }
  const { basket, item } = pairs.finish()
  return basketsOf(names, rows, basket, item)
}

function orderedRows(relation: Relation, places: readonly number[]): string {
  return `(select ${places.map((place) => `c${place}`).join(', ')} from ${relation.keyed} order by k)`
}

/** SQL: 1 for an item that is in the basket, 0 for one that is not, −1 for a cell that says neither. */
async function isIn(engine: Engine, relation: Relation, place: number): Promise<string> {
  const { dialect } = engine
  const cell = `c${place}`
  const rules = rulesOf(relation, place)
  const [facts] = await kindFacts(engine, relation, [place])
  if (facts === undefined) throw new Error(`no facts of column ${place}`)
  const list = (words: readonly string[]) => words.map((word) => dialect.literal(word)).join(', ')
  return (
    `case when ${missingCondition(dialect, cell, facts, rules)} then 0 ` +
    `when ${numberCondition(dialect, cell, rules)} then case when ${numberValue(dialect, cell, rules)} > 0 then 1 else 0 end ` +
    `when lower(trim(${cell})) in (${list(YES)}) then 1 when lower(trim(${cell})) in (${list(NO)}) then 0 else -1 end`
  )
}

async function neitherNor(
  engine: Engine,
  relation: Relation,
  place: number,
  row: number,
): Promise<DataError> {
  const [[k, cell] = []] = await engine.query(
    `select k, c${place} from ${relation.keyed} order by k limit 1 offset ${row}`,
  )
  const line = relation.lineOf === undefined ? undefined : await relation.lineOf(Number(k))
  const where = line === undefined ? `row ${count(row + 1)}` : `line ${count(line)}`
  return new DataError(
    `${relation.files.join(' and ')} ${where}, column "${relation.columns[place]?.name ?? ''}": "${String(cell).slice(0, 80)}" ` +
      `does not say whether the item is in the basket (expected 0 or 1, true or false, yes or no)`,
    {
      code: 'E_ONEHOT',
      help: ['Name the columns of items with --columns, or leave others out with --exclude.'],
    },
  )
}

function refuseSameNames(relation: Relation, places: readonly number[], names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice === undefined) return
  const at = places.filter((place) => relation.columns[place]?.name === twice).map((place) => place + 1)
  throw new DataError(`item "${twice}" has several columns in ${relation.files.join(' and ')}`, {
    code: 'E_ONEHOT',
    help: [`They are columns ${at.join(', ')}; leave all but one out with --exclude.`],
  })
}

// --------------------------------------------------------------------- helpers

class Pairs {
  #basket = new Int32Array(1 << 12)
  #item = new Int32Array(1 << 12)
  #length = 0

  push(basket: number, item: number): void {
    if (this.#length === this.#basket.length) this.#grow(this.#length * 2)
    this.#basket[this.#length] = basket
    this.#item[this.#length++] = item
  }

  /** All of two columns. */
  append(basket: Int32Array, item: Int32Array): void {
    const length = this.#length + basket.length
    if (length > this.#basket.length) this.#grow(Math.max(length, this.#basket.length * 2))
    this.#basket.set(basket, this.#length)
    this.#item.set(item, this.#length)
    this.#length = length
  }

  finish(): { readonly basket: Int32Array; readonly item: Int32Array } {
    return { basket: this.#basket.subarray(0, this.#length), item: this.#item.subarray(0, this.#length) }
  }

  #grow(length: number): void {
    const larger = [new Int32Array(length), new Int32Array(length)] as const
    larger[0].set(this.#basket)
    larger[1].set(this.#item)
    this.#basket = larger[0]
    this.#item = larger[1]
  }
}

async function readPairs(engine: Engine, select: string) {
  const pairs = new Pairs()
  for await (const batch of engine.stream(select)) pairs.append(integers(batch, 0), integers(batch, 1))
  return pairs.finish()
}

function integers(batch: Batch, i: number): Int32Array {
  const values = batch.columns[i]
  if (values?.type !== 'integer') throw new Error('a column of whole numbers came as something else')
  return values.values
}

async function basketsIn(engine: Engine, ids: string): Promise<number> {
  const [[rows] = []] = await engine.query(`select count(*) from ${ids}`)
  return Number(rows)
}

/** A column of texts, none of them missing. */
async function column(engine: Engine, select: string): Promise<string[]> {
  const texts: string[] = []
  for await (const batch of engine.stream(select)) {
    const [values] = batch.columns
    if (values?.type !== 'text') throw new Error('a column of texts came as something else')
    for (const text of values.values) texts.push(text ?? '')
  }
  return texts
}

async function readSegments(
  engine: Engine,
  { segment: place }: BasketQuestion,
  select: string,
): Promise<Pick<ReadBaskets, 'segment' | 'segments'>> {
  if (place === undefined) return { segment: undefined, segments: [] }
  const texts: (string | null)[] = []
  for await (const batch of engine.stream(select)) {
    const [values] = batch.columns
    if (values?.type !== 'text') throw new Error('a column of texts came as something else')
    texts.push(...values.values)
  }
  const segments = [...new Set(texts.filter((text) => text !== null))].sort(compareCodePoints)
  const numberOf = new Map(segments.map((text, number) => [text, number]))
  return {
    segment: Int32Array.from(texts, (text) => (text === null ? -1 : (numberOf.get(text) as number))),
    segments,
  }
}
