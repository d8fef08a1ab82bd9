/** Keys that do not meet as text but would in another form: said, never done unasked. */
import type { Relation } from '../../table/relation.ts'
import { type KeyForm, keyText, nearKeys, spreadKeys, unmatchedKeys } from '../../tidy/merge-keys.ts'
import type { JoinKeys, Side } from '../../tidy/merge.ts'
import type { Asked } from './options.ts'
import { nameOf } from './places.ts'
import { LONGEST_SHOWN } from './step.ts'

/** Forms under which keys are tried, in the order in which they are the smaller change. */
const ADDED_FORMS: readonly (readonly KeyForm[])[] = [
  ['trim'],
  ['lower'],
  ['trim', 'lower'],
  ['number'],
  ['trim', 'number'],
  ['trim', 'lower', 'number'],
  ['digits'],
  ['digits', 'number'],
]

const LOOSEST: readonly (readonly KeyForm[])[] = [
  ['trim', 'lower', 'number'],
  ['digits', 'number'],
]

/** Says so when keys do not meet that would in another form. Of large sides evenly spread rows are looked at. */
export async function warnOfNearKeys(
  context: Asked,
  left: Relation,
  right: Relation,
  l: Side,
  r: Side,
  keys: JoinKeys,
  isPart: boolean,
): Promise<void> {
  const { engine } = context
  const n = keys.count
  const sides = [
    { own: 'l', side: l, other: r, relation: left, otherRelation: right },
    { own: 'r', side: r, other: l, relation: right, otherRelation: left },
  ] as const
  for (const { own, side, other, relation, otherRelation } of sides) {
    // Where only the beginning of the left is here, nothing says which rows of the right meet none of it.
    if (own === 'r' && isPart) continue
    const alone = await engine.table(unmatchedKeys(own, side.name, other.name, n, side.rows))
    const [[found] = []] = await engine.query(`select count(*) from ${alone}`)
    if (Number(found) === 0) continue
    const others = await engine.table(spreadKeys(other.name, n, other.rows))
    if (await warnOfNear(context, relation, otherRelation, alone, others, keys)) return
  }
}

/**
 * @param alone  keys of a relation that meet nothing, as `unmatchedKeys` gives them, kept
 * @param others keys of the other relation, as `spreadKeys` gives them, kept
 * @returns whether some of them nearly meet
 */
export async function warnOfNear(
  { engine, warn }: Asked,
  relation: Relation,
  otherRelation: Relation,
  alone: string,
  others: string,
  { count: n, forms }: JoinKeys,
): Promise<boolean> {
  const { rules } = relation
  for (const added of LOOSEST) {
    const [row] = await engine.query(nearKeys(engine.dialect, alone, others, n, added, rules))
    if (row === undefined) continue
    const texts = row.map(String)
    const [unmatched, near] = [texts.slice(0, n), texts.slice(n)]
    const enough = await smallestForm(engine, unmatched, near, rules)
    const shown = (key: readonly string[]) =>
      key.map((text) => `"${text.slice(0, LONGEST_SHOWN)}"`).join(', ')
    warn({
      code: 'keys_differ_in_form',
      message:
        `${shown(unmatched)} of ${nameOf(relation)} and ${shown(near)} of ${nameOf(otherRelation)} are different keys ` +
        `as text; --key-as ${[...new Set([...forms, ...enough])].join(',')} would let such keys meet`,
    })
    return true
  }
  return false
}

/** The smallest change of form under which two keys are the same. */
async function smallestForm(
  engine: Asked['engine'],
  a: readonly string[],
  b: readonly string[],
  rules: Relation['rules'],
): Promise<readonly KeyForm[]> {
  const { dialect } = engine
  const same = ADDED_FORMS.map((forms) =>
    a
      .map((text, i) => {
        const [one, other] = [text, b[i] as string].map((key) =>
          keyText(dialect, dialect.literal(key), forms, rules),
        )
        return `${one} = ${other}`
      })
      .join(' and '),
  )
  const [row = []] = await engine.query(`select ${same.join(', ')}`)
  return ADDED_FORMS[row.findIndex((met) => met === true)] ?? (ADDED_FORMS.at(-1) as readonly KeyForm[])
}
