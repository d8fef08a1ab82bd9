/**
 * What the cells of a column are: numbers, dates, texts that stand for a missing value, other text.
 *
 * The scan of a CSV file finds this out while it checks the file (kernels/scan.ts). Where rows or cells have
 * changed since, or the rows never were CSV, the engine counts the same classes here. Both look at every cell:
 * a type that was guessed from a sample is wrong on the row after it.
 */
import type { ColumnFacts } from '../kernels/scan.ts'
import { DATE_PATTERN, numberCondition, tokenCondition } from './cells.ts'
import type { Dialect, Engine } from './engine.ts'
import type { Relation, TextRules } from './relation.ts'
import { rulesOf } from './relation.ts'

/** The facts of some columns, as found by the scan or counted now; in the order of `places`. */
export async function factsOf(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<ColumnFacts[]> {
  const unknown = places.filter((place) => relation.columns[place]?.facts === undefined)
  const counted = await countFacts(engine, relation, unknown)
  return places.map((place) => {
    const facts = relation.columns[place]?.facts ?? counted.get(place)
    if (facts === undefined) throw new Error(`column ${place} of ${relation.columns.length} was not counted`)
    return facts
  })
}

const COUNTS = 7

async function countFacts(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<Map<number, ColumnFacts>> {
  if (places.length === 0) return new Map()
  const { dialect } = engine
  const counts = places.flatMap((place) => countsOf(dialect, `c${place}`, rulesOf(relation, place)))
  const [row = []] = await engine.query(`select ${counts.join(', ')} from ${relation.name}`)
  const numbers = row.map(Number)
  return new Map(
    places.map((place, i) => {
      const at = numbers.slice(i * COUNTS, (i + 1) * COUNTS)
      const [rows = 0, empty = 0, tokens = 0, numeric = 0, dates = 0, integers = 0, idLike = 0] = at
      const others = rows - empty - tokens - numeric - dates
      const facts = { empty, tokens, numbers: numeric, dates, others, integers, idLike }
      return [place, { ...facts, firstOtherRecord: -1, firstOtherLine: 0 }]
    }),
  )
}

function countsOf(dialect: Dialect, cell: string, rules: TextRules): string[] {
  const number = numberCondition(dialect, cell, rules)
  const token = tokenCondition(dialect, cell)
  const conditions = [
    `${cell} is null or ${cell} = ''`,
    `${cell} <> '' and ${token}`,
    number,
    dialect.matches(cell, DATE_PATTERN),
    dialect.matches(cell, '[+-]?[0-9]+'),
    `${number} and (${dialect.matches(cell, '[+-]?0[0-9].*')} or ${significantDigits(cell)} > 15)`,
  ]
  return ['count(*)', ...conditions.map((condition) => `count(*) filter (where ${condition})`)]
}

function significantDigits(cell: string): string {
  return `length(ltrim(regexp_replace(regexp_replace(${cell}, '[eE].*', ''), '[^0-9]', '', 'g'), '0'))`
}
