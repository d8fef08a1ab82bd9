/** Rows that meet on equal keys, in the engine: inner, left, right, outer, and the filters semi and anti. */
import type { ColumnFacts } from '../../kernels/scan.ts'
import type { KeyExample } from '../../report/merge.ts'
import { missingCondition } from '../../table/cells.ts'
import { kindFacts } from '../../table/kinds.ts'
import type { Relation } from '../../table/relation.ts'
import { type MergedColumn, mergedColumns } from '../../tidy/merge-columns.ts'
import { type KeyCounts, keyCounts, keyCountsSelect, keyNames, unmatchedKeys } from '../../tidy/merge-keys.ts'
import {
  filterSelect,
  type JoinKeys,
  joinSelect,
  type RowsHow,
  type Side,
  unmatchedSelect,
} from '../../tidy/merge.ts'
import { tooManyRows, validate } from './checks.ts'
import { load, type Loaded } from './load.ts'
import { warnOfNearKeys } from './near-keys.ts'
import { asksForRowsAlone, joinAsLines, LOOKED_AT, type Found } from './lines.ts'
import type { Asked } from './options.ts'
import { keyPlaces } from './places.ts'
import {
  exampleOf,
  EXAMPLES,
  extra,
  findingsOf,
  folded,
  indicator,
  merged,
  type MergeStep,
  SUFFIXES,
} from './step.ts'

export async function joinOnKeys(context: Asked, left: Relation, right: Relation): Promise<MergeStep> {
  const { options } = context
  const how = options.how ?? 'inner'
  const places = keyPlaces(context, left, right)
  const keys = joinKeys(context, places.left.length)
  // A filter looks at nothing of the right side but its keys.
  const isFilter = how === 'semi' || how === 'anti'
  const columns = isFilter
    ? left.columns.map(({ name, type }, place): MergedColumn => ({
        column: { name, type },
        side: 'left',
        place,
      }))
    : mergedColumns(left.columns, right.columns, folded(left, right, places), options.suffixes ?? SUFFIXES)
  const found: Found = { how, left, right, places, keys, columns, extras: indicator(context, columns) }
  // What there is to be said of the keys is said once, by whoever joins first.
  const inEngine = () => joinInEngine({ ...context, warn: () => {} }, found)
  return (await joinAsLines(context, found, inEngine)) ?? joinInEngine(context, found)
}

async function joinInEngine(context: Asked, found: Found): Promise<MergeStep> {
  const { options } = context
  const { how, left, right, places, keys, columns, extras } = found
  const isFilter = how === 'semi' || how === 'anti'
  const rightOnly = isFilter && options.unmatchedRight === undefined ? places.right : undefined
  const streamed = isReadOnce(context, how, left, keys)
  const l = streamed
    ? await numbered(context, left, places.left)
    : await load(context, left, places.left, keys.forms)
  const r = await load(context, right, places.right, keys.forms, { only: rightOnly })
  const start = streamed ? await beginning(context, l, keys) : undefined
  if (options.validate !== undefined)
    await validate(context, options.validate, left, right, places, l, r, keys)
  if (keys.forms.length < KEY_FORM_COUNT) {
    await warnOfNearKeys(context, left, right, start ?? l, r, keys, start?.rows === LOOKED_AT)
  }
  const needsCounts = context.wants.report || options.maxRows !== undefined
  const counts = needsCounts ? await countKeys(context, l, r, keys) : undefined
  const rowsOut = counts === undefined ? undefined : rowsOf(how, counts)
  if (rowsOut !== undefined && rowsOut > (options.maxRows ?? Infinity)) {
    throw await tooManyRows(context, rowsOut, left, right, places, l, r, keys)
  }
  const select = isFilter
    ? filterSelect(how, l, r, keys, left.columns.length)
    : joinSelect(how as RowsHow, l, r, keys, columns, extras)
  return {
    rows: await merged(context, left, right, select, columns, extras, rowsOut),
    findings:
      counts === undefined || rowsOut === undefined
        ? undefined
        : {
            ...findingsOf(how, left, right, places, counts, rowsOut),
            examples: {
              left: await unmatchedExamples(context, 'l', l, r, left, places.left),
              right: await unmatchedExamples(context, 'r', r, l, right, places.right),
            },
          },
    extras: [
      ...(await extra(context, options.unmatchedLeft, left, () =>
        unmatchedSelect('l', l, r, keys, left.columns.length),
      )),
      ...(await extra(context, options.unmatchedRight, right, () =>
        unmatchedSelect('r', r, l, keys, right.columns.length),
      )),
    ],
    resolved: { how },
    tables: streamed ? [r.table] : [l.table, r.table],
  }

  async function unmatchedExamples(
    { engine: by }: Asked,
    own: 'l' | 'r',
    side: Side,
    other: Side,
    relation: Relation,
    at: readonly number[],
  ): Promise<KeyExample[]> {
    const rows = await by.query(unmatchedKeys(own, side.name, other.name, keys.count))
    return rows.slice(0, EXAMPLES).map((row) => exampleOf(relation, at, row))
  }
}

const KEY_FORM_COUNT = 4

function joinKeys({ options }: Asked, keyCount: number): JoinKeys {
  return { count: keyCount, matchMissing: options.matchMissing, forms: options.keyAs }
}

/**
 * Whether the left side can be joined as it is read, and need not be kept: its keys are looked at once, and what
 * numbers its rows is a scan of one file.
 */
function isReadOnce(context: Asked, how: string, left: Relation, keys: JoinKeys): boolean {
  const isScan = left.lineOf !== undefined && (left.rows ?? Infinity) > LOOKED_AT
  return isScan && asksForRowsAlone(context, how, keys)
}

/** A side that is read as it is joined, its keys beside its cells. Its number of rows is not known. */
async function numbered({ engine }: Asked, relation: Relation, keys: readonly number[]): Promise<Loaded> {
  const facts = await kindFacts(engine, relation, keys)
  const cells = keys.map((place, i) => {
    const missing = missingCondition(engine.dialect, `c${place}`, facts[i] as ColumnFacts, relation.rules)
    return `case when ${missing} then null else c${place} end as j${i}`
  })
  const name = await engine.view(`select *, ${cells.join(', ')} from ${relation.keyed}`)
  return { name, table: relation.keyed, rows: Infinity }
}

/** The first rows of a side that is read once: their keys, kept. */
async function beginning({ engine }: Asked, side: Side, keys: JoinKeys): Promise<Side> {
  const columns = ['k', ...keyNames(keys.count)].join(', ')
  const name = await engine.table(`select ${columns} from ${side.name} limit ${LOOKED_AT}`)
  const [[rows] = []] = await engine.query(`select count(*) from ${name}`)
  return { name, rows: Number(rows) }
}

async function countKeys({ engine }: Asked, l: Side, r: Side, keys: JoinKeys): Promise<KeyCounts> {
  const [row = []] = await engine.query(keyCountsSelect(l.name, r.name, keys.count, keys.matchMissing))
  return keyCounts(row)
}

/** Rows that a merge gives. */
function rowsOf(how: string, counts: KeyCounts): number {
  const leftAlone = counts.rowsLeft - counts.matchedLeft
  const rightAlone = counts.rowsRight - counts.matchedRight
  switch (how) {
    case 'left':
      return counts.pairs + leftAlone
    case 'right':
      return counts.pairs + rightAlone
    case 'outer':
      return counts.pairs + leftAlone + rightAlone
    case 'semi':
      return counts.matchedLeft
    case 'anti':
      return leftAlone
    default:
      return counts.pairs
  }
}
