/** Columns of text as codes, where nothing else is wanted of the rows; see read.ts. */
import type { LevelColumn } from '../base/column.ts'
import type { Engine } from './engine.ts'
import { readColumns, type Readers } from './read.ts'
import type { Relation } from './relation.ts'

export { MISSING, UNSEEN, type LevelColumn } from '../base/column.ts'

/** @param known for each place its levels, or undefined to find them out */
export async function readLevels(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  known: readonly (readonly string[] | undefined)[] = [],
  readers?: Readers,
): Promise<LevelColumn[]> {
  const wanted = places.map((place, i) => ({ place, known: known[i] }))
  return (await readColumns(engine, relation, [], wanted, readers)).texts as LevelColumn[]
}
