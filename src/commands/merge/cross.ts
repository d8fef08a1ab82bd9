/** Every row of the left with every row of the right. */
import { RuleBroken } from '../../base/errors.ts'
import { count, plural } from '../../base/wording.ts'
import type { Relation } from '../../table/relation.ts'
import { mergedColumns } from '../../tidy/merge-columns.ts'
import { crossSelect } from '../../tidy/merge.ts'
import { load } from './load.ts'
import type { Asked } from './options.ts'
import { nameOf } from './places.ts'
import { findingsOf, merged, type MergeStep, noKeys, SUFFIXES } from './step.ts'

export async function cross(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { options } = context
  const columns = mergedColumns(left.columns, right.columns, new Map(), options.suffixes ?? SUFFIXES)
  const l = await load(context, left, [], [])
  const r = await load(context, right, [], [])
  const rowsOut = l.rows * r.rows
  if (rowsOut > (options.maxRows ?? Infinity)) {
    throw new RuleBroken(
      `the merge would give ${plural(rowsOut, 'row')} (${count(l.rows)} in ${nameOf(left)} times ${count(r.rows)} in ` +
        `${nameOf(right)}), more than --max-rows ${count(options.maxRows ?? 0)}`,
      { code: 'E_MAX_ROWS' },
    )
  }
  const [onLeft, onRight] = [r.rows > 0 ? l.rows : 0, l.rows > 0 ? r.rows : 0]
  const counts = { ...noKeys(l, r), matchedLeft: onLeft, matchedRight: onRight, pairs: rowsOut }
  return {
    rows: await merged(context, left, right, crossSelect(l, r, columns, []), columns, [], rowsOut),
    findings: {
      ...findingsOf('cross', left, right, { left: [], right: [] }, counts, rowsOut),
      examples: { left: [], right: [] },
    },
    extras: [],
    resolved: { how: 'cross' },
    tables: [l.table, r.table],
  }
}
