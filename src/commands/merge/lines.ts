/**
 * Rows that meet on equal keys, joined as the lines of their files (table/lines.ts) where nothing but the rows is
 * asked for: a million rows with a million in a third of the time that the engine takes to read, sort and write them.
 */
import { aloneKeys, canJoinLines, joinLines, type LineJoin, type PickedLines } from '../../table/lines.ts'
import { linesOf, type Relation } from '../../table/relation.ts'
import type { MergedColumn } from '../../tidy/merge-columns.ts'
import { keyNames, spreadStep, UNMATCHED_LOOKED_AT } from '../../tidy/merge-keys.ts'
import type { Extra, JoinKeys } from '../../tidy/merge.ts'
import { warnOfNear } from './near-keys.ts'
import type { Asked } from './options.ts'
import type { KeyPlaces } from './places.ts'
import { mergedRelation, type MergeStep } from './step.ts'

/** What is known of a merge on keys before any row is read. */
export interface Found {
  readonly how: string
  readonly left: Relation
  readonly right: Relation
  readonly places: KeyPlaces
  readonly keys: JoinKeys
  readonly columns: readonly MergedColumn[]
  readonly extras: readonly Extra[]
}

/** Of a left side that is read once as it is joined, so many rows are looked at for keys that nearly meet. */
export const LOOKED_AT = 50_000

/** Whether the left side need be looked at but once: nothing is counted or checked beside the rows. */
export function asksForRowsAlone({ options, wants }: Asked, how: string, keys: JoinKeys): boolean {
  const asksMore =
    wants.report ||
    options.validate !== undefined ||
    options.maxRows !== undefined ||
    options.unmatchedLeft !== undefined ||
    options.unmatchedRight !== undefined
  return !asksMore && keys.forms.length === 0 && (how === 'inner' || how === 'left')
}

/**
 * The merge of lines, or undefined where the engine has to do it.
 *
 * @param inEngine gives the same rows, for whoever asks the engine for them after all
 */
export async function joinAsLines(
  context: Asked,
  found: Found,
  inEngine: () => Promise<MergeStep>,
): Promise<MergeStep | undefined> {
  const { how, left, right, places, keys, columns, extras } = found
  const { delimiter } = context.wants
  const isAsked =
    delimiter !== undefined &&
    context.inputs.length === 2 &&
    asksForRowsAlone(context, how, keys) &&
    !keys.matchMissing &&
    extras.length === 0
  const [leftLines, rightLines] = [linesOf(left), linesOf(right)]
  if (!isAsked || leftLines?.kind !== 'picked' || rightLines?.kind !== 'picked') return undefined
  const join: LineJoin = {
    leftKeys: places.left,
    rightKeys: places.right,
    added: columns.flatMap(({ side, place }) => (side === 'right' ? [place] : [])),
    keepUnmatched: how === 'left',
    delimiter,
    step: spreadStep(rightLines.file.rows),
  }
  const most = context.memoryLimit === undefined ? Infinity : context.memoryLimit / 2
  if (!canJoinLines(leftLines, rightLines, join, most)) return undefined
  const joined = await joinLines(leftLines, rightLines, join, context.signal)
  const alone = await aloneKeys(joined, LOOKED_AT, UNMATCHED_LOOKED_AT, context.signal)
  const others = alone.length > 0 ? joined.kernel.sampledKeys() : []
  const meanwhile = warnOfNearLines(context, found, join, alone, others)
  // Whoever writes the rows waits for it; until then nobody else is to hear that it failed.
  meanwhile.catch(() => {})
  const lines = { ...joined, meanwhile }
  const view = await context.engine.view(async () => `select * from ${(await inEngine()).rows.name}`)
  return {
    rows: {
      ...(await mergedRelation(context, left, right, view, columns, extras)),
      lines: { of: view, rows: lines },
    },
    findings: undefined,
    extras: [],
    resolved: { how },
    tables: [],
  }
}

/**
 * @param alone keys of the left that meet nothing
 * @param others keys of the right that they may nearly meet
 */
async function warnOfNearLines(
  context: Asked,
  found: Found,
  join: LineJoin,
  alone: string[][],
  others: string[][],
): Promise<void> {
  const { left, right } = found
  if (await warnOfNearTexts(context, found, left, right, alone, others)) return
  // Where only the beginning of the left was looked at, nothing says which rows of the right meet none of it.
  const [leftLines, rightLines] = [linesOf(left), linesOf(right)] as [PickedLines, PickedLines]
  if (leftLines.file.rows > LOOKED_AT) return
  const back: LineJoin = {
    ...join,
    leftKeys: join.rightKeys,
    rightKeys: join.leftKeys,
    added: [],
    step: spreadStep(leftLines.file.rows),
  }
  if (!canJoinLines(rightLines, leftLines, back)) return
  const joined = await joinLines(rightLines, leftLines, back, context.signal)
  const rightAlone = await aloneKeys(joined, LOOKED_AT, UNMATCHED_LOOKED_AT, context.signal)
  await warnOfNearTexts(context, found, right, left, rightAlone, joined.kernel.sampledKeys())
}

async function warnOfNearTexts(
  context: Asked,
  { keys }: Found,
  relation: Relation,
  otherRelation: Relation,
  alone: readonly string[][],
  others: readonly string[][],
): Promise<boolean> {
  if (alone.length === 0 || others.length === 0) return false
  const unmatched = await keysInEngine(context, alone, keys.count, 'first_row')
  const partners = await keysInEngine(context, others, keys.count, 'k')
  return warnOfNear(context, relation, otherRelation, unmatched, partners, keys)
}

/** @param order what their place in the list is called */
async function keysInEngine(
  { engine }: Asked,
  keys: readonly (readonly string[])[],
  width: number,
  order: string,
): Promise<string> {
  const columns = Array.from({ length: width }, (_, i) => ({
    type: 'text' as const,
    values: keys.map((key) => key[i] ?? null),
  }))
  const table = await engine.arrays(columns)
  const names = keyNames(width).map((name, i) => `c${i} as ${name}`)
  return engine.view(`select ${names.join(', ')}, k as ${order} from ${table}`)
}
