/** `--asof`: each left row with the right row whose number or date is nearest. */
import { DataError } from '../../base/errors.ts'
import { count } from '../../base/wording.ts'
import type { ColumnFacts } from '../../kernels/scan.ts'
import { isDate, isNumeric, missingCondition, numberCondition, numberValue } from '../../table/cells.ts'
import { factsOf } from '../../table/facts.ts'
import type { Relation } from '../../table/relation.ts'
import { type AsofKind, asofPairs, dateValue, toleranceOf } from '../../tidy/merge-asof.ts'
import { mergedColumns } from '../../tidy/merge-columns.ts'
import type { Side } from '../../tidy/merge.ts'
import { load, type Value } from './load.ts'
import type { Asked } from './options.ts'
import { nearPlaces, pairedStep } from './paired.ts'
import { nameOf } from './places.ts'
import { folded, indicator, LONGEST_SHOWN, type MergeStep, SUFFIXES } from './step.ts'

export async function joinNearest(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { engine, options } = context
  const direction = options.direction ?? 'backward'
  const { places, by } = nearPlaces(context, left, right, options.asof as string)
  const sides = [
    { relation: left, place: places.left[0] as number },
    { relation: right, place: places.right[0] as number },
  ] as const
  const column = left.columns[sides[0].place]?.name ?? ''
  const facts: ColumnFacts[] = []
  for (const { relation, place } of sides) {
    facts.push(...(await factsOf(engine, relation, [place])))
  }
  const kind = asofKind(column, left, right, facts as [ColumnFacts, ColumnFacts])
  const tolerance = options.tolerance === undefined ? undefined : toleranceOf(options.tolerance, kind, column)
  const value = ({ relation, place }: (typeof sides)[number]): Value => ({
    place,
    sql: (cell) =>
      kind === 'number' ? numberValue(engine.dialect, cell, relation.rules) : dateValue(engine.dialect, cell),
  })
  // Both asked columns and keys of one name stand once: a row of the result shows its left cell.
  const columns = mergedColumns(
    left.columns,
    right.columns,
    folded(left, right, { left: [...by.left, ...places.left], right: [...by.right, ...places.right] }),
    options.suffixes ?? SUFFIXES,
  )
  const extras = indicator(context, columns)
  const l = await load(context, left, by.left, options.keyAs, { value: value(sides[0]) })
  const r = await load(context, right, by.right, options.keyAs, { value: value(sides[1]) })
  for (const [i, side] of [l, r].entries()) {
    const { relation, place } = sides[i] as (typeof sides)[number]
    await refuseUnread(context, relation, place, facts[i] as ColumnFacts, kind, side)
  }
  const pairs = await engine.table(
    asofPairs({
      left: l.name,
      right: r.name,
      keyCount: by.left.length,
      matchMissing: options.matchMissing,
      direction,
      tolerance,
    }),
  )
  const found = { left, right, l, r, places, by, pairs, columns, extras }
  return pairedStep(context, 'asof', options.how === 'inner' ? 'inner' : 'left', found, {
    how: 'asof',
    direction,
  })
}

function asofKind(
  column: string,
  left: Relation,
  right: Relation,
  [onLeft, onRight]: readonly [ColumnFacts, ColumnFacts],
): AsofKind {
  const kinds = [onLeft, onRight].map((facts) => {
    if (isNumeric(facts)) return 'number'
    return isDate(facts) ? 'date' : facts.numbers + facts.dates + facts.others === 0 ? 'none' : 'mixed'
  })
  const [a, b] = kinds
  if (a !== 'mixed' && b !== 'mixed') {
    if (a === b || b === 'none') return a === 'date' ? 'date' : 'number'
    if (a === 'none') return b === 'date' ? 'date' : 'number'
  }
  const said = {
    number: 'numbers',
    date: 'dates',
    none: 'nothing',
    mixed: 'texts that are not all numbers or all dates',
  }
  throw new DataError(
    `--asof ${column} needs numbers on both sides or dates on both; ${nameOf(left)} has ${said[a as keyof typeof said]}, ` +
      `${nameOf(right)} has ${said[b as keyof typeof said]}`,
    { code: 'E_ASOF', help: ['lode clean --number COL or --date COL brings such texts into one form.'] },
  )
}

/** Dates in another form than ISO would silently find nothing. */
async function refuseUnread(
  { engine }: Asked,
  relation: Relation,
  place: number,
  facts: ColumnFacts,
  kind: AsofKind,
  side: Side,
): Promise<void> {
  const { dialect } = engine
  const cell = `c${place}`
  const missing = missingCondition(dialect, cell, facts, relation.rules)
  const unread = kind === 'number' ? `not ${numberCondition(dialect, cell, relation.rules)}` : 'v is null'
  const [row] = await engine.query(
    `select ${cell}, k from ${side.name} where not ${missing} and ${unread} order by k limit 1`,
  )
  if (row === undefined) return
  throw new DataError(
    `column "${relation.columns[place]?.name}" of ${nameOf(relation)}, row ${count(Number(row[1]) + 1)}: ` +
      `"${String(row[0]).slice(0, LONGEST_SHOWN)}" is not ${kind === 'number' ? 'a number' : 'a date like 2024-01-31 or 2024-01-31T09:30'}`,
    { code: 'E_ASOF', help: [`lode clean --${kind} brings the column into that form.`] },
  )
}
