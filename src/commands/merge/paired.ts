/** What `--asof` and `--fuzzy` have in common: pairs that were found beforehand, at most one a left row. */
import { keyNames } from '../../tidy/merge-keys.ts'
import { RuleBroken } from '../../base/errors.ts'
import { count, plural } from '../../base/wording.ts'
import { chooseColumn } from '../../table/columns.ts'
import type { Relation } from '../../table/relation.ts'
import type { MergedColumn } from '../../tidy/merge-columns.ts'
import { type Extra, pairsSelect, type Side, unpairedSelect } from '../../tidy/merge.ts'
import type { Loaded } from './load.ts'
import type { Asked } from './options.ts'
import { bothHave, type KeyPlaces, placeOf } from './places.ts'
import { exampleOf, EXAMPLES, extra, findingsOf, merged, type MergeStep, noKeys } from './step.ts'

/** The column that is compared by nearness and the ones that must be equal; all called the same on both sides. */
export function nearPlaces({ options }: Asked, left: Relation, right: Relation, asked: string) {
  const place = chooseColumn(left, asked)
  const places = { left: [place], right: [placeOf(right, left.columns[place]?.name ?? '')] }
  const by = options.by === undefined ? { left: [], right: [] } : bothHave(left, right, options.by)
  return { places, by }
}

interface Paired {
  readonly left: Relation
  readonly right: Relation
  readonly l: Loaded
  readonly r: Loaded
  readonly places: KeyPlaces
  readonly by: KeyPlaces
  readonly pairs: string
  readonly columns: readonly MergedColumn[]
  readonly extras: readonly Extra[]
}

/** What follows from pairs that were found, at most one a left row. */
export async function pairedStep(
  context: Asked,
  kind: 'asof' | 'fuzzy',
  how: 'inner' | 'left',
  { left, right, l, r, places, by, pairs, columns, extras }: Paired,
  resolved: MergeStep['resolved'],
): Promise<MergeStep> {
  const { engine, options } = context
  const missing = (side: Side) =>
    `(select count(*) from ${side.name} where ${['v', ...keyNames(by.left.length)].map((key) => `${key} is null`).join(' or ')})`
  const [row = []] = await engine.query(
    `select count(*), count(distinct rk), ${missing(l)}, ${missing(r)} from ${pairs}`,
  )
  const [matchedLeft = 0, matchedRight = 0, missingLeft = 0, missingRight = 0] = row.map(Number)
  const rowsOut = how === 'inner' ? matchedLeft : l.rows
  if (rowsOut > (options.maxRows ?? Infinity)) {
    throw new RuleBroken(
      `the merge would give ${plural(rowsOut, 'row')}, more than --max-rows ${count(options.maxRows ?? 0)}`,
      { code: 'E_MAX_ROWS' },
    )
  }
  const counts = { ...noKeys(l, r), matchedLeft, matchedRight, pairs: matchedLeft, missingLeft, missingRight }
  const compared = { left: [...by.left, ...places.left], right: [...by.right, ...places.right] }
  const unpaired = (side: Side, column: 'lk' | 'rk', relation: Relation) =>
    unpairedSelect(side, pairs, column, relation.columns.length)
  const examples = async (side: Side, column: 'lk' | 'rk', relation: Relation, at: readonly number[]) => {
    const cells = at.map((place) => `c${place}`).join(', ')
    const rows = await engine.query(
      `select ${cells} from (${unpaired(side, column, relation)}) limit ${EXAMPLES}`,
    )
    return rows.map((cellsOf) => exampleOf(relation, at, cellsOf))
  }
  return {
    rows: await merged(
      context,
      left,
      right,
      pairsSelect(how, l, r, pairs, columns, extras),
      columns,
      extras,
      rowsOut,
    ),
    findings: !context.wants.report
      ? undefined
      : {
          ...findingsOf(
            kind === 'asof' && how === 'left' ? 'asof' : how,
            left,
            right,
            compared,
            counts,
            rowsOut,
          ),
          examples: {
            left: await examples(l, 'lk', left, compared.left),
            right: await examples(r, 'rk', right, compared.right),
          },
        },
    extras: [
      ...(await extra(context, options.unmatchedLeft, left, () => unpaired(l, 'lk', left))),
      ...(await extra(context, options.unmatchedRight, right, () => unpaired(r, 'rk', right))),
    ],
    resolved,
    tables: [l.table, r.table, pairs],
  }
}
