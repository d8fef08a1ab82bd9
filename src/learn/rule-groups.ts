/**
 * Rules by their counts and lengths: a measure is the same for all rules of the same counts, and many rules have the same.
 *
 * In:  the groups that the search for rules has told apart (kernels/rules.ts). Out: a number each.
 */
import type { CountGroups } from '../kernels/rules.ts'
import type { RuleCounts } from './rule-measures.ts'

export interface RuleGroups extends CountGroups {
  /** All baskets. */
  readonly n: number
}

/** A number for each group, or for some of them in their order. */
export function measureGroups(
  { n, a, c, x }: RuleGroups,
  of: (counts: RuleCounts) => number,
  some?: Int32Array,
): Float64Array {
  const values = new Float64Array(some?.length ?? a.length)
  // One object for all: there may be millions.
  const counts = { n, a: 0, c: 0, x: 0 }
  for (let i = 0; i < values.length; i++) {
    const group = some === undefined ? i : (some[i] as number)
    counts.a = a[group] as number
    counts.c = c[group] as number
    counts.x = x[group] as number
    values[i] = of(counts)
  }
  return values
}

/** The groups that some rules are of, each once and in the order of its first rule, and the place of each rule's among them. */
export function groupsOfRules(
  { group, groups: { a } }: { readonly group: Int32Array; readonly groups: RuleGroups },
  some: Int32Array,
): { readonly used: Int32Array; readonly place: Int32Array } {
  const used = new Int32Array(a.length)
  const place = new Int32Array(some.length)
  /** 1 + the place of a group; 0 for none yet. */
  const known = new Int32Array(a.length)
  let found = 0
  for (let i = 0; i < some.length; i++) {
    const one = group[some[i] as number] as number
    if (known[one] === 0) {
      used[found++] = one
      known[one] = found
    }
    place[i] = (known[one] as number) - 1
  }
  return { used: used.subarray(0, found), place }
}
