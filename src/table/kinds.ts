/**
 * What columns are, from as few cells as that takes.
 *
 * In:  a relation and the places of columns.
 * Out: ColumnFacts that are right in what they say of the kind of a column (isNumeric, isDate, which texts are
 *      missing), and exact for every column that may be one of numbers or dates. Of a column of text only `others`
 *      is sure, and that as a lower bound: one cell of text is enough to know.
 * Cost: the first few thousand rows; a pass over the columns in which they showed no text.
 */
import type { ColumnFacts } from '../kernels/scan.ts'
import { DATE_PATTERN, numberCondition, tokenCondition } from './cells.ts'
import type { Engine } from './engine.ts'
import { factsOf } from './facts.ts'
import type { Relation } from './relation.ts'
import { rulesOf } from './relation.ts'

const LOOKED_AT = 2048

const SOME_TEXT: ColumnFacts = {
  empty: 0,
  numbers: 0,
  dates: 0,
  tokens: 0,
  others: 1,
  idLike: 0,
  integers: 0,
  firstOtherRecord: -1,
  firstOtherLine: 0,
}

/** In the order of `places`. Not to be kept as facts of the column. */
export async function kindFacts(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<ColumnFacts[]> {
  const unknown = places.filter((place) => relation.columns[place]?.facts === undefined)
  const texts = await withText(engine, relation, unknown)
  const counted = places.filter((place) => !texts.has(place))
  const facts = await factsOf(engine, relation, counted)
  return places.map((place) => facts[counted.indexOf(place)] ?? SOME_TEXT)
}

async function withText(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<ReadonlySet<number>> {
  if (places.length === 0) return new Set()
  const { dialect } = engine
  const isText = places.map((place) => {
    const cell = `c${place}`
    const known = [
      tokenCondition(dialect, cell),
      numberCondition(dialect, cell, rulesOf(relation, place)),
      dialect.matches(cell, DATE_PATTERN),
    ]
    return `coalesce(bool_or(${cell} <> '' and not (${known.join(' or ')})), false)`
  })
  const cells = places.map((place) => `c${place}`).join(', ')
  const [row = []] = await engine.query(
    `select ${isText.join(', ')} from (select ${cells} from ${relation.name} limit ${LOOKED_AT})`,
  )
  return new Set(places.filter((_, i) => row[i] === true))
}
