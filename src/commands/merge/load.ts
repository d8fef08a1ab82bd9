/**
 * A side of a merge, kept in the engine once: its keys are looked at several times, and rows that are kept know
 * their order (see tidy/merge.ts for what was measured).
 */
import type { ColumnFacts } from '../../kernels/scan.ts'
import { missingCondition, tokenCondition } from '../../table/cells.ts'
import { factsOf } from '../../table/facts.ts'
import { columnNames, type Relation } from '../../table/relation.ts'
import { type KeyForm, keyText } from '../../tidy/merge-keys.ts'
import type { Side } from '../../tidy/merge.ts'
import type { Asked } from './options.ts'

export interface Loaded extends Side {
  /** The table behind the view. */
  readonly table: string
}

/** What is looked up by nearness or likeness: the place of the column, and SQL of the value from SQL of its text. */
export interface Value {
  readonly place: number
  readonly sql: (cell: string) => string
}

/**
 * Keeps a side in the engine, with its keys beside it. Keys that take work are worked out once and kept too: each
 * is read four times and more.
 *
 * @param only the columns to keep; undefined: all
 */
export async function load(
  context: Asked,
  relation: Relation,
  keys: readonly number[],
  forms: readonly KeyForm[],
  { only, value }: { only?: readonly number[] | undefined; value?: Value } = {},
): Promise<Loaded> {
  const { engine } = context
  const { dialect } = engine
  const kept = only === undefined ? columnNames(relation.columns.length) : only.map((place) => `c${place}`)
  const from = dialect.keepsScanOrder ? relation.name : `${relation.keyed} order by k`
  const table = await engine.table(`select ${[...new Set(kept)].join(', ')} from ${from}`)
  const cells: string[] = []
  for (const [i, place] of keys.entries()) {
    const text = await presentCell(context, relation, table, place)
    cells.push(`${keyText(dialect, text, forms, relation.rules)} as j${i}`)
  }
  if (value !== undefined) {
    const text = await presentCell(context, relation, table, value.place)
    cells.push(`${value.sql(text)} as v`)
  }
  const computed = forms.length > 0 || value !== undefined
  const whole = computed ? await engine.table(`select *, ${cells.join(', ')} from ${table}`) : table
  if (computed) await engine.execute(`drop table ${table}`)
  const name = await engine.view(
    `select ${[`${dialect.tableRow} as k`, computed ? '*' : [...new Set(kept), ...cells].join(', ')].join(', ')} from ${whole}`,
  )
  const [[rows] = []] = await engine.query(`select count(*) from ${whole}`)
  return { name, table: whole, rows: Number(rows) }
}

/** SQL of a cell, NULL where it is missing. */
async function presentCell(
  { engine }: Asked,
  relation: Relation,
  table: string,
  place: number,
): Promise<string> {
  const cell = `c${place}`
  const facts = await missingFacts(engine, relation, table, place)
  if (facts === undefined) return `nullif(${cell}, '')`
  if (facts.empty === 0 && facts.tokens === 0 && relation.rules.missing === undefined) return cell
  return `case when ${missingCondition(engine.dialect, cell, facts, relation.rules)} then null else ${cell} end`
}

/**
 * What has to be known of a column to tell which of its cells are missing; undefined where only empty ones can be.
 * Facts that the scan did not find cost a look at every cell, so first it is asked whether there is any token.
 */
async function missingFacts(
  engine: Asked['engine'],
  relation: Relation,
  table: string,
  place: number,
): Promise<ColumnFacts | undefined> {
  const known = relation.columns[place]?.facts
  if (known !== undefined) return known
  if (relation.rules.missing === undefined) {
    const tokens = `select count(*) from ${table} where c${place} <> '' and ${tokenCondition(engine.dialect, `c${place}`)}`
    const [[found] = []] = await engine.query(tokens)
    if (Number(found) === 0) return undefined
  }
  const [facts] = await factsOf(engine, { ...relation, name: table }, [place])
  return facts
}
