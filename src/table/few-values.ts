/** Which columns of text hold few different values: those whose most frequent one tells something. */
import type { Engine } from './engine.ts'
import { firstTexts } from './read-lines.ts'
import { linesOf, type Relation } from './relation.ts'

/** Rows looked at to leave names and comments out before all of their values are counted. */
const firstRows = 2000

/**
 * Of the places given those whose first rows hold at most `most` different texts, each twice or more on average.
 *
 * @param always so many different texts are few, however few rows there are
 */
export async function placesOfFewValues(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  most: number,
  always = 0,
): Promise<number[]> {
  if (places.length === 0) return []
  const lines = linesOf(relation)
  const counts =
    lines?.kind === 'picked' && lines.side.filter === undefined
      ? firstTexts(lines, firstRows, places, most)
      : await countedFirst(engine, relation, places)
  return places.filter((_, i) => {
    const counted = counts[i]
    if (counted === undefined || counted.different > most) return false
    return counted.different <= counted.present / 2 || counted.different <= always
  })
}

interface Counted {
  readonly present: number
  readonly different: number
}

async function countedFirst(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<Counted[]> {
  const cells = places.map((place) => `c${place}`)
  const counts = cells.flatMap((cell) => [`count(${cell})`, `count(distinct ${cell})`])
  const [row = []] = await engine.query(
    `select ${counts.join(', ')} from (select ${cells.join(', ')} from ${relation.name} limit ${firstRows})`,
  )
  return places.map((_, i) => ({ present: Number(row[2 * i]), different: Number(row[2 * i + 1]) }))
}
