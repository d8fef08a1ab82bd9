/** Which columns of text hold few different values: those whose most frequent one tells something. */
import type { Engine } from './engine.ts'
import type { Relation } from './relation.ts'

/** Rows looked at to leave names and comments out before all of their values are counted. */
const firstRows = 2000

/** Of the places given those whose first rows hold at most `most` different texts, each twice or more on average. */
export async function placesOfFewValues(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  most: number,
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
    return different <= most && different <= present / 2
  })
}
