/** `--fuzzy`: each left row with the right row whose text is most like its own. */
import { DataError, UsageError } from '../../base/errors.ts'
import { count } from '../../base/wording.ts'
import type { Relation } from '../../table/relation.ts'
import { mergedColumns } from '../../tidy/merge-columns.ts'
import { comparisons, fuzzyPairs, MOST_COMPARISONS } from '../../tidy/merge-fuzzy.ts'
import { keyText } from '../../tidy/merge-keys.ts'
import type { Extra } from '../../tidy/merge.ts'
import { load, type Value } from './load.ts'
import type { Asked } from './options.ts'
import { nearPlaces, pairedStep } from './paired.ts'
import { folded, indicator, type MergeStep, SUFFIXES } from './step.ts'

const THRESHOLD = 0.92

export async function joinAlike(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { engine, options } = context
  const threshold = options.threshold ?? THRESHOLD
  const { places, by } = nearPlaces(context, left, right, options.fuzzy as string)
  // The texts compared may differ, so both stay.
  const columns = mergedColumns(
    left.columns,
    right.columns,
    folded(left, right, by),
    options.suffixes ?? SUFFIXES,
  )
  const score: Extra = { name: 'match_score', cell: 'cast(p.score as varchar)' }
  if (columns.some(({ column }) => column.name === score.name)) {
    throw new UsageError(`--fuzzy adds a column ${score.name}, and there is one already`, {
      code: 'E_COLUMN',
    })
  }
  const extras = [...indicator(context, columns), score]
  const value = (place: number, { rules }: Relation): Value => ({
    place,
    sql: (cell) => keyText(engine.dialect, cell, options.keyAs, rules),
  })
  const l = await load(context, left, by.left, options.keyAs, {
    value: value(places.left[0] as number, left),
  })
  const r = await load(context, right, by.right, options.keyAs, {
    value: value(places.right[0] as number, right),
  })
  const { matchMissing } = options
  const [[work] = []] = await engine.query(comparisons(l.name, r.name, by.left.length, matchMissing))
  if (Number(work) > MOST_COMPARISONS) {
    throw new DataError(
      `--fuzzy would compare ${count(Number(work))} pairs of texts, more than ${count(MOST_COMPARISONS)}`,
      {
        code: 'E_TOO_MANY_PAIRS',
        help: ['--by COL compares only rows that are equal in COL, such as a city.'],
      },
    )
  }
  const pairs = await engine.table(fuzzyPairs(l.name, r.name, by.left.length, matchMissing, threshold))
  const found = { left, right, l, r, places, by, pairs, columns, extras }
  const how = options.how === 'left' ? 'left' : 'inner'
  return pairedStep(context, 'fuzzy', how, found, { how, threshold })
}
