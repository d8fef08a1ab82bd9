/** Columns of numbers, where nothing else is wanted of the rows; see read.ts. */
import type { NumberColumn } from '../base/column.ts'
import type { Engine } from './engine.ts'
import { readColumns, type Readers } from './read.ts'
import type { Relation } from './relation.ts'

export { rowCount } from './relation.ts'

/** @throws {DataError} naming the line and the text when a cell is neither a number nor missing */
export async function readNumbers(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  readers?: Readers,
): Promise<NumberColumn[]> {
  return [...(await readColumns(engine, relation, places, [], readers)).numbers]
}
