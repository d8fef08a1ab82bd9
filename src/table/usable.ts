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

export type ColumnKind = 'number' | 'key' | 'date' | 'text' | 'empty'

export interface Usable {
  /** Numeric columns to use, in the order of the table, or as named. */
  readonly used: readonly number[]
  /** Of every column of the relation. A column that the user names is what the user takes it for. */
  readonly kinds: readonly ColumnKind[]
  /** Numeric columns left out because they look like a key. */
  readonly keys: readonly number[]
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
  if (columns !== undefined) return { used: chosen, kinds, keys: [] }
  const isNumber = (place: number) => isNumeric(facts[place] as ColumnFacts)
  return {
    used: chosen.filter((place) => kinds[place] === 'number'),
    kinds,
    keys: chosen.filter((place) => kinds[place] === 'key' && isNumber(place)),
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
  return facts.map((known, place): ColumnKind => {
    if (known.numbers + known.dates + known.others === 0) return 'empty'
    if (idName.test(nameOf(relation, place)) || unique.has(place)) return 'key'
    if (isDate(known)) return 'date'
    if (!isNumeric(known)) return 'text'
    // Whole numbers with leading zeros, or more digits than a double holds, are codes.
    return known.idLike > 0 && known.integers === known.numbers ? 'key' : 'number'
  })
}

/** `id`, `customer_id`, `customerId`, `Order ID`. */
const idName = /(?:^|[_\s.-])[iI][dD]$|[a-z]I[dD]$/
/** Names that whole numbers have which only count or tell rows apart; the nameless index that pandas writes. */
const numberName =
  /^$|^unnamed: ?\d+$|(?:^|[_\s.-])(?:no|nr|num|number|key|code|index|idx|row|phone|zip|postcode)$/i

function nameOf(relation: Relation, place: number): string {
  return relation.columns[place]?.name.trim() ?? ''
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
