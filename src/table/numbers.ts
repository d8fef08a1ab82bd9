/**
 * Numeric columns out of the engine into typed arrays.
 *
 * In:  a relation and the places of columns.
 * Out: one NumberColumn each, in the order of the rows; a cell that is missing has no valid bit.
 * Cost: one pass over those columns only; 8 bytes a cell and a bit. No object a row or a cell.
 */
import type { NumberColumn } from '../base/column.ts'
import { setValid } from '../base/column.ts'
import { DataError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import type { ColumnFacts } from '../kernels/scan.ts'
import { isNumeric, missingCondition, numberCondition, numberValue } from './cells.ts'
import type { Batch, Engine } from './engine.ts'
import { factsOf } from './facts.ts'
import type { Relation } from './relation.ts'
import { rulesOf } from './relation.ts'

/** @throws {DataError} naming the line and the text when a cell is neither a number nor missing */
export async function readNumbers(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<NumberColumn[]> {
  const facts = await factsOf(engine, relation, places)
  for (const [i, place] of places.entries())
    await refuseText(engine, relation, place, facts[i] as ColumnFacts)
  const rows = relation.rows ?? (await rowCount(engine, relation))
  const columns = places.map((place) => emptyColumn(relation.columns[place]?.name ?? '', rows))
  const values = places.map((place, i) => valueOf(engine, relation, place, facts[i] as ColumnFacts))
  let at = 0
  if (places.length > 0 && rows > 0) {
    for await (const batch of engine.stream(`select ${values.join(', ')} from ${relation.name}`)) {
      columns.forEach((column, i) => takeBatch(column, batch, i, at))
      at += batch.rows
    }
    if (at !== rows) throw new Error(`${relation.name} gave ${at} rows where ${rows} were expected`)
  }
  return columns.map((column) => {
    refuseInfinite(relation, column)
    return { ...column, missing: rows - countBits(column.valid) }
  })
}

export async function rowCount(engine: Engine, relation: Relation): Promise<number> {
  if (relation.rows !== undefined) return relation.rows
  const [[rows] = []] = await engine.query(`select count(*) from ${relation.name}`)
  return Number(rows)
}

function emptyColumn(name: string, rows: number): NumberColumn {
  return { name, values: new Float64Array(rows), valid: new Uint8Array((rows + 7) >> 3), missing: 0 }
}

function valueOf(engine: Engine, relation: Relation, place: number, facts: ColumnFacts): string {
  const cell = `c${place}`
  const value = numberValue(engine.dialect, cell, rulesOf(relation, place))
  // Where every cell is empty or a number the cast can't go wrong, and a pattern a cell costs as much again.
  if (facts.tokens === 0 && relation.rules.missing === undefined) return value
  return `case when ${missingCondition(engine.dialect, cell, facts, relation.rules)} then null else ${value} end`
}

function takeBatch(column: NumberColumn, batch: Batch, i: number, at: number): void {
  const from = batch.columns[i]
  if (from?.type !== 'double') throw new Error('a column of numbers came as something else')
  column.values.set(from.values, at)
  for (let row = 0; row < batch.rows; row++) {
    const has = from.valid === undefined || ((from.valid[row >> 3] as number) & (1 << (row & 7))) !== 0
    if (has) setValid(column.valid, at + row)
    else column.values[at + row] = 0
  }
}

function countBits(bits: Uint8Array): number {
  let sum = 0
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) sum++
  return sum
}

/** @throws {DataError} for a named column that holds text: says where, with the text */
export async function refuseText(
  engine: Engine,
  relation: Relation,
  place: number,
  facts: ColumnFacts,
): Promise<void> {
  if (facts.others + facts.dates === 0 && (facts.numbers > 0 || facts.tokens === 0)) return
  if (isNumeric(facts)) return
  const cell = `c${place}`
  const rules = rulesOf(relation, place)
  const missing = missingCondition(engine.dialect, cell, facts, rules)
  const number = numberCondition(engine.dialect, cell, rules)
  const [[k, text] = []] = await engine.query(
    `select k, ${cell} from ${relation.keyed} where not ${missing} and not ${number} order by k limit 1`,
  )
  if (k === undefined || k === null) return
  const wrong = facts.others + facts.dates + (facts.numbers === 0 ? facts.tokens : 0)
  const line = relation.lineOf === undefined ? undefined : await relation.lineOf(Number(k))
  const place_ = line === undefined ? `row ${count(Number(k) + 1)}` : `line ${count(line)}`
  const more = wrong > 1 ? ` (and ${count(wrong - 1)} more such cells)` : ''
  throw new DataError(
    `column "${relation.columns[place]?.name}" of ${relation.files.join(' and ')} is not numeric: ` +
      `${place_} holds "${String(text).slice(0, 60)}"${more}`,
    {
      code: 'E_NOT_NUMERIC',
      help: [
        'lode clean --number COL turns such texts into numbers; --na TEXT says what stands for missing.',
      ],
    },
  )
}

function refuseInfinite(relation: Relation, column: NumberColumn): void {
  const at = column.values.findIndex((value) => !Number.isFinite(value))
  if (at < 0) return
  throw new DataError(
    `column "${column.name}" of ${relation.files.join(' and ')} holds a number too large for a double in row ${count(at + 1)}`,
  )
}
