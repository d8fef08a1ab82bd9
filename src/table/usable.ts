/**
 * Which columns an algorithm works on where the user names none: those that measure something.
 *
 * In:  a relation, `--columns` and `--exclude`.
 * Out: the places of the columns to use, and what kind of column each of the others is.
 * Cost: nothing where the file was scanned; otherwise a look at the cells (kinds.ts). A column that is named
 *       like a key costs a count of its different values.
 */
import type { ColumnFacts } from '../kernels/scan.ts'
import { isDate, isNumeric } from './cells.ts'
import { choose } from './columns.ts'
import type { Engine } from './engine.ts'
import { kindFacts } from './kinds.ts'
import type { Relation } from './relation.ts'
import { placesOfFewValues } from './few-values.ts'

export type ColumnKind = 'number' | 'key' | 'result' | 'date' | 'text' | 'empty'

export interface Usable {
  /** Numeric columns to use, in the order of the table, or as named. */
  readonly used: readonly number[]
  /** Of every column of the relation. A column that the user names is what the user takes it for. */
  readonly kinds: readonly ColumnKind[]
  /** Numeric columns left out because they look like a key. */
  readonly keys: readonly number[]
  /** Numeric columns left out because an earlier run has made them, by their names. */
  readonly results: readonly number[]
  /** Of every column whether all that its cells hold is numbers. */
  readonly numeric: readonly boolean[]
}

/** @throws {UsageError} for a column that is not there */
export async function usableNumbers(
  engine: Engine,
  relation: Relation,
  columns: string | undefined,
  exclude: string | undefined,
): Promise<Usable> {
  const chosen = choose(relation, columns, exclude)
  const facts = await kindFacts(engine, relation, allPlaces(relation))
  const kinds = await kindsOf(engine, relation, facts)
  const numeric = facts.map(isNumeric)
  if (columns !== undefined) return { used: chosen, kinds, keys: [], results: [], numeric }
  return {
    used: chosen.filter((place) => kinds[place] === 'number'),
    kinds,
    keys: chosen.filter((place) => kinds[place] === 'key' && numeric[place] === true),
    results: chosen.filter((place) => kinds[place] === 'result'),
    numeric,
  }
}

export interface UsableMixed {
  /** All columns that may be used, in the order of the table, or as named. */
  readonly chosen: readonly number[]
  /** Columns of numbers, and columns of text that have few different values or are named; as in Usable. */
  readonly numbers: readonly number[]
  readonly texts: readonly number[]
  readonly kinds: readonly ColumnKind[]
  /** Columns left out: of those that are named only what has no values. */
  readonly left: readonly LeftOut[]
}

export interface LeftOut {
  readonly place: number
  readonly why: 'key' | 'result' | 'date' | 'free text' | 'empty'
}

/**
 * For what works on numbers and on texts.
 *
 * @param besides columns that are not to be used: the target
 * @param levels different values that a column of text may show that nobody named; see placesOfFewValues
 */
export async function usableMixed(
  engine: Engine,
  relation: Relation,
  columns: string | undefined,
  exclude: string | undefined,
  besides: readonly number[],
  levels: { readonly most: number; readonly always: number },
): Promise<UsableMixed> {
  const chosen = choose(relation, columns, exclude).filter((place) => !besides.includes(place))
  const facts = await kindFacts(engine, relation, allPlaces(relation))
  const kinds = await kindsOf(engine, relation, facts)
  if (columns !== undefined) {
    const isNumber = (place: number) => isNumeric(facts[place] as ColumnFacts)
    return {
      chosen,
      numbers: chosen.filter(isNumber),
      texts: chosen.filter((place) => !isNumber(place) && kinds[place] !== 'empty'),
      kinds,
      left: chosen.flatMap((place) => (kinds[place] === 'empty' ? [{ place, why: 'empty' }] : [])),
    }
  }
  const texts = chosen.filter((place) => kinds[place] === 'text')
  const few = new Set(await placesOfFewValues(engine, relation, texts, levels.most, levels.always))
  const whyNot = (place: number): LeftOut[] => {
    const kind = kinds[place]
    if (kind === 'key' || kind === 'result' || kind === 'date' || kind === 'empty')
      return [{ place, why: kind }]
    return kind === 'text' && !few.has(place) ? [{ place, why: 'free text' }] : []
  }
  return {
    chosen,
    numbers: chosen.filter((place) => kinds[place] === 'number'),
    texts: texts.filter((place) => few.has(place)),
    kinds,
    left: chosen.flatMap(whyNot),
  }
}

/** What kind of column each one is, by its name and all of its cells. */
export async function columnKinds(engine: Engine, relation: Relation): Promise<ColumnKind[]> {
  return kindsOf(engine, relation, await kindFacts(engine, relation, allPlaces(relation)))
}

function allPlaces(relation: Relation): number[] {
  return relation.columns.map((_, place) => place)
}

async function kindsOf(
  engine: Engine,
  relation: Relation,
  facts: readonly ColumnFacts[],
): Promise<ColumnKind[]> {
  const numbered = allPlaces(relation).filter((place) => {
    const { integers, numbers } = facts[place] as ColumnFacts
    return integers > 0 && integers === numbers && numberName.test(nameOf(relation, place))
  })
  const unique = await uniqueAmong(engine, relation, numbered)
  const coded = await codesAmong(
    engine,
    relation,
    allPlaces(relation).filter((place) => {
      const { idLike, integers, numbers } = facts[place] as ColumnFacts
      return idLike > 0 && integers === numbers && isNumeric(facts[place] as ColumnFacts)
    }),
  )
  return facts.map((known, place): ColumnKind => {
    if (known.numbers + known.dates + known.others === 0) return 'empty'
    if (idName.test(nameOf(relation, place)) || unique.has(place)) return 'key'
    if (isDate(known)) return 'date'
    if (!isNumeric(known)) return 'text'
    if (coded.has(place)) return 'key'
    return resultName.test(nameOf(relation, place)) ? 'result' : 'number'
  })
}

/** `id`, `customer_id`, `customerId`, `Order ID`. */
const idName = /(?:^|[_\s.-])[iI][dD]$|[a-z]I[dD]$/
/** Names that whole numbers have which only count or tell rows apart; the nameless index that pandas writes. */
const numberName =
  /^$|^unnamed: ?\d+$|(?:^|[_\s.-])(?:no|nr|num|number|key|code|index|idx|row|phone|zip|postcode)$/i

/** What cluster adds, and what becomes of the name where two such files are merged. */
const resultName = /^cluster(?:_distance)?(?:_[xy]|\.\d+)?$/

function nameOf(relation: Relation, place: number): string {
  return relation.columns[place]?.name.trim() ?? ''
}

/** The last whole number before some have no double of their own. */
const LAST_EXACT = 2 ** 53

/**
 * Of the places given, which hold whole numbers, those that are codes and not amounts: some have leading zeros, or
 * more digits than a double keeps.
 */
async function codesAmong(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<Set<number>> {
  if (places.length === 0) return new Set()
  const { dialect } = engine
  const tests = places.map((place) => {
    const cell = `c${place}`
    const number = `case when ${dialect.matches(cell, '[+-]?[0-9]+')} then ${dialect.toDouble(cell)} end`
    return `coalesce(bool_or(${dialect.matches(cell, '[+-]?0[0-9]+')} or abs(${number}) > ${LAST_EXACT}), false)`
  })
  const [row = []] = await engine.query(`select ${tests.join(', ')} from ${relation.name}`)
  return new Set(places.filter((_, i) => row[i] === true))
}

/** Of the places given, those whose values all differ. */
async function uniqueAmong(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<Set<number>> {
  if (places.length === 0) return new Set()
  const counts = places.map((place) => `count(c${place}) = count(distinct c${place})`)
  const [row = []] = await engine.query(`select ${counts.join(', ')} from ${relation.name}`)
  return new Set(places.filter((_, i) => row[i] === true))
}
