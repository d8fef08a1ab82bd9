/**
 * How often each value of a text column stands in each group of rows.
 *
 * In:  a relation, the place of a column of whole numbers that names the group, and places of text columns.
 * Out: for each column that has few different values their counts; the others (names, comments) are left out.
 * Cost: a look at the first rows, then one pass for all columns together.
 */
import { missingCondition } from './cells.ts'
import type { Engine } from './engine.ts'
import { kindFacts } from './kinds.ts'
import { rulesOf, type Relation } from './relation.ts'

/** A column with more different values tells little by its most frequent one. */
const fewValues = 50
/** Rows looked at to leave such columns out before all of their values are counted. */
const firstRows = 2000

export interface ValueCounts {
  readonly place: number
  readonly counts: readonly { readonly group: number; readonly value: string; readonly rows: number }[]
}

/** Rows without a group, and cells that are missing, are not counted. In the order of `places`. */
export async function countValues(
  engine: Engine,
  relation: Relation,
  groupPlace: number,
  places: readonly number[],
): Promise<ValueCounts[]> {
  const likely = await placesOfFewValues(engine, relation, places)
  if (likely.length === 0) return []
  const facts = await kindFacts(engine, relation, likely)
  const cells = likely.map((place, i) => {
    const known = facts[i]
    if (known === undefined) throw new Error(`no facts of column ${place}`)
    const missing = missingCondition(engine.dialect, `c${place}`, known, rulesOf(relation, place))
    return `case when ${missing} then null else c${place} end as v${i}`
  })
  const values = likely.map((_, i) => `v${i}`)
  const rows = await engine.query(
    `select g, ${values.join(', ')}, ${values.map((value) => `grouping(${value})`).join(', ')}, count(*) ` +
      `from (select cast(c${groupPlace} as integer) as g, ${cells.join(', ')} from ${relation.name}) ` +
      `where g is not null group by grouping sets (${values.map((value) => `(g, ${value})`).join(', ')})`,
  )
  const found = likely.map((place, i) => ({
    place,
    counts: rows.flatMap((row) => {
      // Of the grouping sets this row is of the one whose column it does not fold together.
      const value = Number(row[1 + likely.length + i]) === 0 ? row[1 + i] : null
      return typeof value === 'string' ? [{ group: Number(row[0]), value, rows: Number(row.at(-1)) }] : []
    }),
  }))
  return found.filter(({ counts }) => {
    const different = new Set(counts.map(({ value }) => value)).size
    return different > 0 && different <= fewValues
  })
}

async function placesOfFewValues(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<number[]> {
  if (places.length === 0) return []
  const cells = places.map((place) => `c${place}`)
  const counts = cells.flatMap((cell) => [`count(${cell})`, `count(distinct ${cell})`])
  const [row = []] = await engine.query(
    `select ${counts.join(', ')} from (select ${cells.join(', ')} from ${relation.name} limit ${firstRows})`,
  )
  return places.filter((_, i) => {
    const present = Number(row[2 * i])
    const different = Number(row[2 * i + 1])
    return different <= fewValues && different <= present / 2
  })
}
