/** Rules of the user that a merge may break: `--max-rows` and `--validate`. */
import { RuleBroken } from '../../base/errors.ts'
import { count, plural } from '../../base/wording.ts'
import type { Cell } from '../../table/engine.ts'
import type { Relation } from '../../table/relation.ts'
import { repeatedKeys, worstKey } from '../../tidy/merge-keys.ts'
import type { JoinKeys, Side } from '../../tidy/merge.ts'
import type { Asked } from './options.ts'
import { type KeyPlaces, nameOf } from './places.ts'
import { LONGEST_SHOWN, textOf } from './step.ts'

export async function tooManyRows(
  { engine, options }: Asked,
  rows: number,
  left: Relation,
  right: Relation,
  places: KeyPlaces,
  l: Side,
  r: Side,
  keys: JoinKeys,
): Promise<RuleBroken> {
  const [worst] = await engine.query(worstKey(l.name, r.name, keys.count, keys.matchMissing))
  const message = `the merge would give ${plural(rows, 'row')}, more than --max-rows ${count(options.maxRows ?? 0)}`
  if (worst === undefined) return new RuleBroken(message, { code: 'E_MAX_ROWS' })
  const [onLeft = 0, onRight = 0] = worst.slice(-2).map(Number)
  return new RuleBroken(
    `${message}; ${keyShown(left, places.left, worst)} alone makes ${count(onLeft * onRight)} of them ` +
      `(${plural(onLeft, 'row')} in ${nameOf(left)}, ${count(onRight)} in ${nameOf(right)})`,
    { code: 'E_MAX_ROWS' },
  )
}

const REPEATED_SHOWN = 3

/** `--validate`: keys that stand more than once on a side that has a 1. */
export async function validate(
  { engine }: Asked,
  rule: string,
  left: Relation,
  right: Relation,
  places: KeyPlaces,
  l: Side,
  r: Side,
  keys: JoinKeys,
): Promise<void> {
  const sides = [
    { unique: rule.startsWith('1'), relation: left, at: places.left, side: l },
    { unique: rule.endsWith('1'), relation: right, at: places.right, side: r },
  ]
  for (const { unique, relation, at, side } of sides) {
    if (!unique) continue
    const found = await engine.query(repeatedKeys(side.name, keys.count, keys.matchMissing, REPEATED_SHOWN))
    if (found.length === 0) continue
    const shown = found.map((row) => `${keyShown(relation, at, row)} (${plural(Number(row.at(-1)), 'row')})`)
    throw new RuleBroken(
      `--validate ${rule}: keys stand more than once in ${nameOf(relation)}: ${shown.join(', ')}`,
      { code: 'E_VALIDATE' },
    )
  }
}

/** `customer_id "C1"`: the first cells of a row are the keys. */
function keyShown(relation: Relation, at: readonly number[], row: readonly Cell[]): string {
  return at
    .map((place, i) => {
      const text = textOf(row[i])
      return `${relation.columns[place]?.name} ${text === null ? 'missing' : `"${text.slice(0, LONGEST_SHOWN)}"`}`
    })
    .join(', ')
}
