/**
 * Columns of text as codes.
 *
 * In:  a relation and the places of columns; for each the levels that are known, where some are.
 * Out: one LevelColumn each, in the order of the rows. Where no levels are known they are the different texts of the
 *      column in the order of their code points, as Python sorts them.
 * Cost: one pass over those columns; 4 bytes a cell and one string a level.
 */
import { compareCodePoints } from '../base/code-points.ts'
import { missingCondition } from './cells.ts'
import type { Batch, Dictionary, Engine } from './engine.ts'
import { kindFacts } from './kinds.ts'
import { rowCount } from './numbers.ts'
import { rulesOf, type Relation } from './relation.ts'

/** The code of a cell that is missing, and of a text that is none of the known levels. */
export const MISSING = -1
export const UNSEEN = -2

export interface LevelColumn {
  readonly name: string
  readonly levels: readonly string[]
  /** One a row: a place in `levels`, MISSING or UNSEEN. */
  readonly codes: Int32Array
  readonly missing: number
  /** Texts that are none of the known levels, with the rows that hold them; the most frequent first. */
  readonly unseen: readonly { readonly text: string; readonly rows: number }[]
}

/** @param known for each place its levels, or undefined to find them out */
export async function readLevels(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  known: readonly (readonly string[] | undefined)[] = [],
): Promise<LevelColumn[]> {
  const found = await readTexts(engine, relation, places, Infinity)
  return found.map((column, i) => {
    const levels = known[i]
    return levels === undefined ? sorted(column) : held(column, levels)
  })
}

/**
 * As readLevels where no levels are known; a column of more different texts than `most` comes back as undefined, at no
 * more cost than one with as many.
 */
export async function readLevelsUpTo(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  most: number,
): Promise<(LevelColumn | undefined)[]> {
  const found = await readTexts(engine, relation, places, most)
  return found.map((column) => (column.dictionary.full ? undefined : sorted(column)))
}

/** Codes of texts in the order in which they were met. */
interface Met {
  readonly name: string
  readonly dictionary: Dictionary
  readonly codes: Int32Array
  readonly missing: number
}

async function readTexts(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
  most: number,
): Promise<Met[]> {
  if (places.length === 0) return []
  const rows = await rowCount(engine, relation)
  const cells = await textCells(engine, relation, places)
  const dictionaries = places.map((): Dictionary => ({ texts: [], most, full: false }))
  const codes = places.map(() => new Int32Array(rows))
  let at = 0
  for await (const batch of engine.stream(`select ${cells.join(', ')} from ${relation.name}`, dictionaries)) {
    for (const [i, column] of codes.entries()) column.set(codesOf(batch, i), at)
    at += batch.rows
  }
  if (at !== rows) throw new Error(`${relation.name} gave ${at} rows where ${rows} were expected`)
  return places.map((place, i) => ({
    name: relation.columns[place]?.name ?? '',
    dictionary: dictionaries[i] as Dictionary,
    codes: codes[i] as Int32Array,
    missing: countMissing(codes[i] as Int32Array),
  }))
}

/** SQL: the text of each cell, NULL where it is missing. */
async function textCells(engine: Engine, relation: Relation, places: readonly number[]): Promise<string[]> {
  const facts = await kindFacts(engine, relation, places)
  return places.map((place, i) => {
    const ofColumn = facts[i]
    if (ofColumn === undefined) throw new Error(`no facts of column ${place}`)
    const missing = missingCondition(engine.dialect, `c${place}`, ofColumn, rulesOf(relation, place))
    return `case when ${missing} then null else c${place} end`
  })
}

function codesOf(batch: Batch, i: number): Int32Array {
  const column = batch.columns[i]
  if (column?.type !== 'codes') throw new Error('a column of codes came as something else')
  return column.values
}

function countMissing(codes: Int32Array): number {
  let missing = 0
  for (const code of codes) if (code === MISSING) missing++
  return missing
}

/** Codes in the order of first appearance become places among the sorted texts. */
function sorted({ name, dictionary: { texts }, codes, missing }: Met): LevelColumn {
  const order = texts.map((_, code) => code)
  order.sort((a, b) => compareCodePoints(texts[a] as string, texts[b] as string))
  const place = new Int32Array(texts.length)
  order.forEach((met, i) => (place[met] = i))
  for (let row = 0; row < codes.length; row++) {
    const met = codes[row] as number
    if (met >= 0) codes[row] = place[met] as number
  }
  return { name, levels: order.map((met) => texts[met] as string), codes, missing, unseen: [] }
}

/** Codes become places among the known levels; a text that is none of them was not seen. */
function held({ name, dictionary: { texts }, codes, missing }: Met, levels: readonly string[]): LevelColumn {
  const placeOf = new Map(levels.map((level, place) => [level, place]))
  const place = Int32Array.from(texts, (text) => placeOf.get(text) ?? UNSEEN)
  const rows = new Int32Array(texts.length)
  for (let row = 0; row < codes.length; row++) {
    const met = codes[row] as number
    if (met < 0) continue
    rows[met] = (rows[met] as number) + 1
    codes[row] = place[met] as number
  }
  const unseen = texts
    .flatMap((text, met) => (place[met] === UNSEEN ? [{ text, rows: rows[met] as number }] : []))
    .sort((a, b) => b.rows - a.rows || compareCodePoints(a.text, b.text))
  return { name, levels, codes, missing, unseen }
}
