/**
 * What a clean did, counted for its report.
 *
 * In:  the Walk with every step it took, and how many rows were written if they were.
 * Out: plain numbers, by step and by column.
 * Cost: a scan for each step that changes cells, and for each that drops rows but the last of them, whose count
 *       is what is left over; two scans for the columns. None of it is done when nobody asks for the report.
 */
import { rowCount } from '../../table/numbers.ts'
import { isDate, isNumeric, numberValue } from '../../table/cells.ts'
import type { Relation } from '../../table/relation.ts'
import type { CleanCounts, ColumnCounts, StepCounts } from '../../report/clean.ts'
import { stepCounts } from '../../tidy/step.ts'
import { columnMoments } from './values.ts'
import { rulesOfCells, startWalk, type CellRules, type Done, type Walk } from './walk.ts'

/** @param out places of the columns that come out, in the relation before they were chosen */
export async function countClean(
  walk: Walk,
  out: readonly number[],
  written: number | undefined,
): Promise<CleanCounts> {
  const rowsIn = await rowCount(walk.engine, walk.input)
  const profile = await profileOf(walk)
  const rowsOut = written ?? profile.rows
  const steps = await countSteps(walk, rowsIn, rowsOut)
  const missingBefore = await missingIn(walk, walk.input)
  const columns = walk.relation.columns.map(({ name }, i): ColumnCounts => {
    const place = out[i] as number
    const of = (kind: 'filled' | 'changed') =>
      steps.reduce((sum, step) => sum + (step[kind].get(place) ?? 0), 0)
    const before = missingBefore[place]
    return {
      ...(profile.columns[i] as ColumnProfile),
      name,
      missingBefore: before,
      filled: of('filled'),
      changed: of('changed'),
    }
  })
  return {
    rowsIn,
    rowsOut,
    malformed: walk.input.rejected,
    columnsIn: walk.input.columns.length,
    steps: steps.map(({ counts }) => counts),
    columns,
  }
}

interface CountedStep {
  readonly counts: StepCounts
  readonly filled: ReadonlyMap<number, number>
  readonly changed: ReadonlyMap<number, number>
}

async function countSteps(walk: Walk, rowsIn: number, rowsOut: number): Promise<CountedStep[]> {
  const lastDropping = walk.done.findLast(({ step }) => step.keep !== undefined)
  const counted: CountedStep[] = []
  let rows = rowsIn
  for (const done of walk.done) {
    const left = done === lastDropping ? rowsOut : undefined
    const one = await countStep(walk, done, rows, left)
    counted.push(one)
    rows -= one.counts.rowsDropped
  }
  return counted
}

/** @param left rows after the step, where that is known without counting */
async function countStep(
  { engine }: Walk,
  { step, before, rejected }: Done,
  rows: number,
  left: number | undefined,
): Promise<CountedStep> {
  const places = [...step.cells.keys()]
  const isKnown = places.length === 0 && (step.keep === undefined || left !== undefined)
  const source = step.needsKey ? before.keyed : before.name
  const [row = []] = isKnown ? [] : await engine.query(stepCounts(step, source))
  const stay = step.keep === undefined ? rows : (left ?? Number(row[1]))
  const changed = new Map(places.map((place, i) => [place, Number(row[2 + i])]))
  const none = new Map<number, number>()
  return {
    counts: {
      step: step.name,
      detail: step.detail,
      rowsDropped: rows - stay,
      rowsRejected: rejected,
      cellsChanged: [...changed.values()].reduce((sum, cells) => sum + cells, 0),
    },
    filled: step.fills === true ? changed : none,
    changed: step.fills === true ? none : changed,
  }
}

/** Missing cells of every column, as the relation's own rules have them. */
async function missingIn(walk: Walk, relation: Relation): Promise<number[]> {
  const columns = await rulesOfCells(
    startWalk(walk.context, relation),
    relation.columns.map((_, i) => i),
  )
  const counted = columns.filter((column) => !isScanned(relation, column))
  const counts = counted.map(({ missing }) => `count(*) filter (where ${missing})`)
  const [row = []] =
    counted.length === 0 ? [] : await walk.engine.query(`select ${counts.join(', ')} from ${relation.name}`)
  return columns.map((column) => {
    const at = counted.indexOf(column)
    if (at >= 0) return Number(row[at])
    const { empty, tokens } = column.facts
    return isNumeric(column.facts) || isDate(column.facts) ? empty + tokens : empty
  })
}

function isScanned(relation: Relation, { place }: CellRules): boolean {
  return relation.columns[place]?.facts !== undefined && relation.rules.missing === undefined
}

type ColumnProfile = Pick<
  ColumnCounts,
  'type' | 'missingAfter' | 'distinct' | 'min' | 'max' | 'mean' | 'top' | 'topRows'
>

/** A number too large for a double has no place in JSON. */
function finite<T>(value: T): T | null {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}

/** Columns whose values are counted in one scan: `grouping` tells them apart by the bits of one number. */
const AT_ONCE = 30

async function profileOf(walk: Walk): Promise<{ rows: number; columns: ColumnProfile[] }> {
  const places = walk.relation.columns.map((_, i) => i)
  const columns = await rulesOfCells(walk, places)
  const numeric = columns.filter(({ facts }) => isNumeric(facts))
  const moments = await columnMoments(walk, numeric)
  const values: (readonly (string | number | null)[])[] = []
  for (let from = 0; from < columns.length; from += AT_ONCE) {
    values.push(...(await valueCounts(walk, columns.slice(from, from + AT_ONCE))))
  }
  const rows = Number(values[0]?.[0] ?? 0)
  const profiles = columns.map((column, i): ColumnProfile => {
    const [
      total = 0,
      present = 0,
      distinct = 0,
      low = null,
      high = null,
      min = null,
      max = null,
      top = null,
      often = 0,
    ] = values[i] ?? []
    const isNumber = isNumeric(column.facts)
    const isDay = isDate(column.facts)
    const missingAfter = Number(total) - Number(present)
    return {
      type: Number(present) === 0 ? 'empty' : isNumber ? 'number' : isDay ? 'date' : 'text',
      missingAfter,
      distinct: Number(distinct),
      min: isNumber ? finite(min) : isDay ? low : null,
      max: isNumber ? finite(max) : isDay ? high : null,
      mean: isNumber ? finite(moments[numeric.indexOf(column)]?.mean ?? null) : null,
      top: isNumber || top === null ? null : String(top),
      topRows: isNumber || top === null ? null : Number(often),
    }
  })
  return { rows, columns: profiles }
}

/**
 * One row a column: rows, rows with a value, different values, smallest and largest as text, as number, the most
 * frequent value (of equals the smallest) and its rows.
 */
async function valueCounts(
  { engine, relation }: Walk,
  columns: readonly CellRules[],
): Promise<(readonly (string | number | null)[])[]> {
  const cells = columns.map(({ present }, i) => `${present} as p${i}`)
  const names = columns.map((_, i) => `p${i}`)
  const sets = names.map((name) => `(${name})`).join(', ')
  const asNumber = columns.flatMap((column, i) => {
    if (!isNumeric(column.facts)) return []
    const rules = { ...relation.rules, decimal: column.decimal }
    return [`when ${bitsOf(i, columns.length)} then ${numberValue(engine.dialect, 'v', rules)}`]
  })
  const number = asNumber.length === 0 ? 'cast(null as double)' : `case id ${asNumber.join(' ')} end`
  const grouped =
    `select grouping(${names.join(', ')}) as id, ${names.length === 1 ? names[0] : `coalesce(${names.join(', ')})`} as v, ` +
    `count(*) as n from (select ${cells.join(', ')} from ${relation.name}) group by grouping sets (${sets})`
  const rows = await engine.query(
    `select id, sum(n), coalesce(sum(n) filter (where v is not null), 0), count(v), min(v), max(v), ` +
      `min(${number}), max(${number}), arg_min(v, (-n, v)) filter (where v is not null), ` +
      `max(n) filter (where v is not null) from (${grouped}) group by id`,
  )
  const byId = new Map(rows.map(([id, ...rest]) => [Number(id), rest as (string | number | null)[]]))
  return columns.map((_, i) => byId.get(bitsOf(i, columns.length)) ?? [])
}

/** `grouping(p0, p1, …)` of the set that holds column i alone: a one for each column folded together. */
function bitsOf(i: number, of: number): number {
  return 2 ** of - 1 - 2 ** (of - 1 - i)
}
