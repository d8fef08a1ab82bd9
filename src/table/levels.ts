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
import type { Engine } from './engine.ts'
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
  if (places.length === 0) return []
  const rows = await rowCount(engine, relation)
  const facts = await kindFacts(engine, relation, places)
  const cells = places.map((place, i) => {
    const ofColumn = facts[i]
    if (ofColumn === undefined) throw new Error(`no facts of column ${place}`)
    const missing = missingCondition(engine.dialect, `c${place}`, ofColumn, rulesOf(relation, place))
    return `case when ${missing} then null else c${place} end`
  })
  const found = places.map((_, i) => ({
    codes: new Int32Array(rows),
    seen: new Map(known[i]?.map((level, code) => [level, code])),
    missing: 0,
  }))
  let at = 0
  for await (const batch of engine.stream(`select ${cells.join(', ')} from ${relation.name}`)) {
    found.forEach((column, i) => {
      const texts = batch.columns[i]
      if (texts?.type !== 'text') throw new Error('a column of texts came as something else')
      texts.values.forEach((text, row) => {
        column.codes[at + row] = text === null ? MISSING : codeOf(column.seen, text)
        if (text === null) column.missing++
      })
    })
    at += batch.rows
  }
  return found.map(({ codes, seen, missing }, i) => {
    const name = relation.columns[places[i] as number]?.name ?? ''
    const levels = known[i]
    return { name, missing, ...(levels === undefined ? sorted(codes, seen) : held(codes, seen, levels)) }
  })
}

function codeOf(seen: Map<string, number>, text: string): number {
  const code = seen.get(text)
  if (code !== undefined) return code
  seen.set(text, seen.size)
  return seen.size - 1
}

/** Codes in the order of first appearance become places among the sorted texts. */
function sorted(codes: Int32Array, seen: ReadonlyMap<string, number>) {
  const levels = [...seen.keys()].sort(compareCodePoints)
  const place = new Int32Array(levels.length)
  levels.forEach((level, i) => (place[seen.get(level) as number] = i))
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number
    if (code >= 0) codes[row] = place[code] as number
  }
  return { levels, codes, unseen: [] }
}

/** Codes past the known levels are of texts that were not seen. */
function held(codes: Int32Array, seen: ReadonlyMap<string, number>, levels: readonly string[]) {
  const rows = new Int32Array(seen.size)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] as number
    if (code < levels.length) continue
    rows[code] = (rows[code] as number) + 1
    codes[row] = UNSEEN
  }
  const unseen = [...seen]
    .filter(([, code]) => code >= levels.length)
    .map(([text, code]) => ({ text, rows: rows[code] as number }))
    .sort((a, b) => b.rows - a.rows || compareCodePoints(a.text, b.text))
  return { levels, codes, unseen }
}
