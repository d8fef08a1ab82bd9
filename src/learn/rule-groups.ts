/**
 * Rules by their counts and lengths: a measure is the same for all rules of the same counts, and many rules have the same.
 *
 * In:  rules. Out: the different counts and lengths, and which of them each rule has.
 * Cost: one hash a rule; 4 bytes a rule, some 30 a group.
 */
import { lengthsOf, type Itemsets } from './itemsets.ts'
import type { RuleCounts } from './rule-measures.ts'
import type { Rules } from './rules.ts'

export interface RuleGroups {
  /** All baskets. */
  readonly n: number
  /** By rule. */
  readonly group: Int32Array
  /** By group: baskets with the left side, with the right one, with both. */
  readonly a: Int32Array
  readonly c: Int32Array
  readonly x: Int32Array
  /** By group: items on both sides together. */
  readonly length: Int32Array
  /** By group: how many rules it has. */
  readonly rules: Int32Array
}

export function groupRules(itemsets: Itemsets, { whole, left, right }: Rules): RuleGroups {
  const { count, baskets: n } = itemsets
  const lengths = lengthsOf(itemsets)
  const group = new Int32Array(whole.length)
  const found = new Groups()
  for (let rule = 0; rule < group.length; rule++) {
    const side = left[rule] as number
    const both = whole[rule] as number
    group[rule] = found.groupOf(
      side < 0 ? n : (count[side] as number),
      count[right[rule] as number] as number,
      count[both] as number,
      lengths[both] as number,
    )
  }
  const counts = found.finish()
  const rules = new Int32Array(counts.a.length)
  for (let rule = 0; rule < group.length; rule++) {
    const one = group[rule] as number
    rules[one] = (rules[one] as number) + 1
  }
  return { n, group, ...counts, rules }
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
  { group, a }: RuleGroups,
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

/** Four numbers a group, found by open addressing, at most half full. */
class Groups {
  #counts = new Int32Array(4 << 10)
  /** 1 + the number of a group. */
  #table = new Int32Array(1 << 11)
  #length = 0

  groupOf(a: number, c: number, x: number, length: number): number {
    const counts = this.#counts
    const mask = this.#table.length - 1
    for (let slot = slotOf(a, c, x, length) & mask; ; slot = (slot + 1) & mask) {
      const group = (this.#table[slot] as number) - 1
      if (group < 0) return this.#add(a, c, x, length, slot)
      const at = 4 * group
      if (counts[at] === a && counts[at + 1] === c && counts[at + 2] === x && counts[at + 3] === length)
        return group
    }
  }

  finish(): Pick<RuleGroups, 'a' | 'c' | 'x' | 'length'> {
    const part = (offset: number) => {
      const values = new Int32Array(this.#length)
      for (let group = 0; group < values.length; group++) {
        values[group] = this.#counts[4 * group + offset] as number
      }
      return values
    }
    return { a: part(0), c: part(1), x: part(2), length: part(3) }
  }

  #add(a: number, c: number, x: number, length: number, slot: number): number {
    const group = this.#length++
    this.#counts.set([a, c, x, length], 4 * group)
    this.#table[slot] = group + 1
    if (2 * this.#length === this.#table.length) this.#grow()
    return group
  }

  #grow(): void {
    const counts = new Int32Array(2 * this.#counts.length)
    counts.set(this.#counts)
    this.#counts = counts
    const mask = 2 * this.#table.length - 1
    this.#table = new Int32Array(mask + 1)
    for (let group = 0; group < this.#length; group++) {
      const [a = 0, c = 0, x = 0, length = 0] = counts.subarray(4 * group, 4 * group + 4)
      let slot = slotOf(a, c, x, length) & mask
      while (this.#table[slot] !== 0) slot = (slot + 1) & mask
      this.#table[slot] = group + 1
    }
  }
}

function slotOf(a: number, c: number, x: number, length: number): number {
  let hash = Math.imul(a, 0x9e3779b1)
  hash = Math.imul(hash ^ c ^ (hash >>> 15), 0x85ebca6b)
  hash = Math.imul(hash ^ x ^ Math.imul(length, 0x27d4eb2f) ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
