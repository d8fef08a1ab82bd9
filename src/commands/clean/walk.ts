/**
 * The rows on their way through the steps of a clean.
 *
 * A Walk holds the relation as it is after the last step, and what was done, so that the report can count it
 * afterwards. Each step is a view over the one before: nothing is computed until somebody reads the rows.
 */
import type { ColumnFacts } from '../../kernels/scan.ts'
import { isDate, isNumeric, missingCondition, numberCondition, numberValue } from '../../table/cells.ts'
import type { Engine } from '../../table/engine.ts'
import { kindFacts } from '../../table/kinds.ts'
import { columnNames, derive, rulesOf, type Column, type Relation } from '../../table/relation.ts'
import { stepSelect, type Step } from '../../tidy/step.ts'
import type { CleanOptions } from './options.ts'
import type { Context } from '../command.ts'

export interface Walk {
  readonly context: Context<CleanOptions>
  readonly engine: Engine
  /** As it came in. */
  readonly input: Relation
  /** As it is now. */
  relation: Relation
  /**
   * What is known of the kinds of its columns, by place: right about what a column is, as kindFacts are, with counts
   * that may be too high where rows have been dropped since.
   */
  kinds: readonly (ColumnFacts | undefined)[]
  readonly done: Done[]
}

export interface Done {
  readonly step: Step
  /** What the step read. */
  readonly before: Relation
  /** Rows it drops that were handed to `reject`, and so are counted. */
  readonly rejected: number
}

export function startWalk(context: Context<CleanOptions>, input: Relation): Walk {
  const kinds = input.columns.map(({ facts }) => facts)
  return { context, engine: context.engine, input, relation: input, kinds, done: [] }
}

/** Takes a step: from here on the rows are what it leaves of them. */
export async function take(walk: Walk, step: Step, rejected = 0): Promise<void> {
  const before = walk.relation
  walk.relation = await after(walk.engine, before, step)
  walk.kinds = walk.relation.columns.map((_, place) => kindAfter(step, place, walk.kinds[place]))
  walk.done.push({ step, before, rejected })
}

/** Numbers stay numbers when some of them go; a column of text may be one of numbers without its texts. */
function kindAfter(step: Step, place: number, kind: ColumnFacts | undefined): ColumnFacts | undefined {
  if (kind === undefined || step.cells.has(place)) return undefined
  return step.keep === undefined || isNumeric(kind) || isDate(kind) ? kind : undefined
}

async function after(engine: Engine, before: Relation, step: Step): Promise<Relation> {
  const drops = step.keep !== undefined
  const columns = before.columns.map((column, i): Column => {
    if (step.cells.has(i)) {
      const decimal = column.decimal === undefined ? {} : { decimal: column.decimal }
      return { name: column.name, type: step.types?.get(i) ?? 'text', ...decimal }
    }
    const { facts, ...rest } = column
    return drops || facts === undefined ? rest : { ...rest, facts }
  })
  const added = step.added.map(({ name }): Column => ({ name, type: 'text' }))
  const rows = drops || before.rows === undefined ? {} : { rows: before.rows }
  const width = before.columns.length
  return derive(engine, before, { columns: [...columns, ...added], ...rows }, (source, k) =>
    step.needsKey
      ? stepSelect(step, before.keyed, width, k, k === '')
      : stepSelect(step, source, width, k, false),
  )
}

/** The same rows with some columns under other names, in the order of `places`. */
export async function pick(
  walk: Walk,
  places: readonly number[],
  name: (place: number) => string,
): Promise<void> {
  const { relation, engine } = walk
  const width = relation.columns.length
  const unchanged = places.length === width && places.every((place, i) => place === i)
  const columns = places.map((place) => ({ ...(relation.columns[place] as Column), name: name(place) }))
  const rows = relation.rows === undefined ? {} : { rows: relation.rows }
  walk.kinds = places.map((place) => walk.kinds[place])
  if (unchanged) {
    walk.relation = { ...relation, columns }
    return
  }
  const list = columnNames(places.length).map((out, i) => `c${places[i]} as ${out}`)
  walk.relation = await derive(
    engine,
    relation,
    { columns, ...rows },
    (source, k) => `select ${k}${list.join(', ')} from ${source}`,
  )
}

/** What the step needs to know of a column. */
export interface CellRules {
  readonly place: number
  readonly name: string
  readonly type: string
  readonly cell: string
  readonly facts: ColumnFacts
  readonly decimal: '.' | ','
  /** SQL: the cell is missing. */
  readonly missing: string
  /** It may be that a cell is missing. */
  readonly mayMiss: boolean
  /** SQL: the cell is a plain number. */
  readonly isNumber: string
  /** SQL of the number in the cell; NULL where it is missing. */
  readonly number: string
  /** SQL of the cell, NULL where it is missing. */
  readonly present: string
}

/** As the columns are now, in the order of `places`. */
export async function rulesOfCells(walk: Walk, places: readonly number[]): Promise<CellRules[]> {
  const { engine, relation } = walk
  const unknown = places.filter((place) => walk.kinds[place] === undefined)
  const found = await kindFacts(engine, relation, unknown)
  walk.kinds = walk.kinds.map((kind, place) => kind ?? found[unknown.indexOf(place)])
  return places.map((place) => cellRules(engine, relation, place, walk.kinds[place] as ColumnFacts))
}

function cellRules({ dialect }: Engine, relation: Relation, place: number, facts: ColumnFacts): CellRules {
  const cell = `c${place}`
  const rules = rulesOf(relation, place)
  const { name = '', type = 'text', facts: known } = relation.columns[place] ?? {}
  const missing = missingCondition(dialect, cell, facts, rules)
  const sure = known !== undefined && rules.missing === undefined
  return {
    place,
    name,
    type,
    cell,
    facts,
    decimal: rules.decimal,
    missing,
    mayMiss: !sure || known.empty > 0 || known.tokens > 0,
    isNumber: `coalesce(${numberCondition(dialect, cell, rules)}, false)`,
    number: `case when ${missing} then null else ${numberValue(dialect, cell, rules)} end`,
    present: `case when ${missing} then null else ${cell} end`,
  }
}

/** The line of row k in the file, or its row number from 1 where there are no lines. */
export async function placeOf(relation: Relation, k: number): Promise<{ line: number; said: string }> {
  if (relation.lineOf === undefined) return { line: k + 1, said: `row ${k + 1}` }
  const line = await relation.lineOf(k)
  return { line, said: `line ${line}` }
}
