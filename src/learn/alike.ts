/**
 * Texts that say the same in nearly the same words.
 *
 * In:  the terms of each text, in ascending order.
 * Out: how many texts hold the same terms as another one, and how many hold nearly the same; in how many groups.
 * Cost: a hash of each text; then, for texts that differ, the candidates that share a rare term. Where there are more
 *       than MOST_SETS different texts, or MOST_COMPARED candidates, near ones are not counted.
 *
 * Nearly the same: |A ∩ B| ≥ LEAST_ALIKE · |A ∪ B|. Found exactly: sets of that likeness share one of the first
 * |A| − ⌈LEAST_ALIKE · |A|⌉ + 1 terms when terms are ordered by how rare they are (Chaudhuri, Ganti & Kaushik, "A
 * primitive operator for similarity joins in data cleaning", ICDE 2006; Bayardo, Ma & Srikant, "Scaling up all pairs
 * similarity search", WWW 2007). Texts of fewer than FEWEST_TERMS terms are alike by chance and are not looked at.
 */
import type { Steps } from '../base/steps.ts'
import type { SparseRows } from './terms.ts'

const LEAST_ALIKE = 0.8
const FEWEST_TERMS = 3
const MOST_COMPARED = 20_000_000
const MOST_SETS = 200_000
const A_STEP = 4096

export interface Alike {
  /** Texts that hold the same terms as another one, and the groups that they form. */
  readonly same: { readonly texts: number; readonly groups: number }
  /** Nearly the same, those above among them; undefined where there were too many to compare. */
  readonly near: { readonly texts: number; readonly groups: number } | undefined
  /** The largest group of texts with the same terms: its first text, and how many there are. */
  readonly largest: { readonly text: number; readonly texts: number } | undefined
}

/** @param df texts that hold each term */
export function* alikeSteps(rows: readonly SparseRows<Float64Array>[], df: Int32Array): Steps<Alike> {
  const sets = yield* differentSets(rows)
  let largest: Alike['largest']
  const same = { texts: 0, groups: 0 }
  for (let set = 0; set < sets.count; set++) {
    const texts = sets.texts[set] as number
    if (texts === 1) continue
    same.texts += texts
    same.groups++
    if (largest === undefined || texts > largest.texts) largest = { text: sets.first[set] as number, texts }
  }
  const near = sets.count > MOST_SETS ? undefined : yield* nearSteps(sets, df)
  return { same, near, largest }
}

/** The different sets of terms, in the order of their first texts. */
interface Sets {
  readonly count: number
  /** The first text of each set, and how many texts have its terms. */
  readonly first: Int32Array
  readonly texts: Int32Array
  readonly terms: (set: number) => Int32Array
}

function* differentSets(rows: readonly SparseRows<Float64Array>[]): Steps<Sets> {
  const all = rows.reduce((sum, { start }) => sum + start.length - 1, 0)
  const first = new Int32Array(all)
  const texts = new Int32Array(all)
  /** The block of each set, and where its terms stand there. */
  const block = new Int32Array(all)
  const from = new Int32Array(all)
  const to = new Int32Array(all)
  const hashes = new Int32Array(all)
  // 1 + set, or 0 where nothing is; open addressing, at most half full.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * all + 2)))
  const mask = slots.length - 1
  let count = 0
  let text = 0
  for (const [b, { start, column }] of rows.entries()) {
    for (let i = 0; i + 1 < start.length; i++, text++) {
      const begin = start[i] as number
      const end = start[i + 1] as number
      if (end - begin < FEWEST_TERMS) continue
      const hash = hashOf(column, begin, end)
      let slot = hash & mask
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const set = (slots[slot] as number) - 1
        if (hashes[set] !== hash || (to[set] as number) - (from[set] as number) !== end - begin) continue
        const other = (rows[block[set] as number] as SparseRows<Float64Array>).column
        if (isSame(other, from[set] as number, column, begin, end - begin)) break
      }
      if (slots[slot] !== 0) {
        const set = (slots[slot] as number) - 1
        texts[set] = (texts[set] as number) + 1
        continue
      }
      first[count] = text
      texts[count] = 1
      block[count] = b
      from[count] = begin
      to[count] = end
      hashes[count] = hash
      slots[slot] = ++count
    }
    yield
  }
  const terms = (set: number) =>
    (rows[block[set] as number] as SparseRows<Float64Array>).column.subarray(from[set], to[set])
  return { count, first, texts, terms }
}

function hashOf(terms: Int32Array, from: number, to: number): number {
  let hash = to - from
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (terms[i] as number), 0x9e3779b1) ^ (hash >>> 15)
  return hash ^ (hash >>> 13)
}

function isSame(a: Int32Array, fromA: number, b: Int32Array, fromB: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[fromA + i] !== b[fromB + i]) return false
  return true
}

function* nearSteps(found: Sets, df: Int32Array): Steps<Alike['near']> {
  const sets = Array.from({ length: found.count }, (_, set) => found.terms(set))
  // The shorter ones first, so that those met before are never longer.
  const order = sets.map((_, i) => i).sort((a, b) => sizeOf(sets, a) - sizeOf(sets, b) || a - b)
  const byTerm = new Map<number, number[]>()
  const groups = new Groups(sets.length)
  const met = new Int32Array(sets.length).fill(-1)
  let compared = 0
  for (const [turn, own] of order.entries()) {
    if (turn % A_STEP === 0) yield
    const terms = sets[own] as Int32Array
    const least = Math.ceil(LEAST_ALIKE * terms.length - 1e-9)
    const rareFirst = Int32Array.from(terms).sort((a, b) => (df[a] as number) - (df[b] as number) || a - b)
    for (const term of rareFirst.subarray(0, terms.length - least + 1)) {
      const others = byTerm.get(term)
      if (others === undefined) {
        byTerm.set(term, [own])
        continue
      }
      compared += others.length
      if (compared > MOST_COMPARED) return undefined
      for (const other of others) {
        if (met[other] === own || sizeOf(sets, other) < least) continue
        met[other] = own
        if (!groups.areOne(own, other) && areNear(terms, sets[other] as Int32Array)) groups.join(own, other)
      }
      others.push(own)
    }
  }
  const texts = new Map<number, number>()
  for (let set = 0; set < found.count; set++) {
    const group = groups.of(set)
    texts.set(group, (texts.get(group) ?? 0) + (found.texts[set] as number))
  }
  const several = [...texts.values()].filter((count) => count > 1)
  return { texts: several.reduce((sum, count) => sum + count, 0), groups: several.length }
}

function sizeOf(sets: readonly Int32Array[], i: number): number {
  return (sets[i] as Int32Array).length
}

function areNear(a: Int32Array, b: Int32Array): boolean {
  let both = 0
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const difference = (a[i] as number) - (b[j] as number)
    if (difference === 0) both++
    if (difference <= 0) i++
    if (difference >= 0) j++
  }
  return both >= LEAST_ALIKE * (a.length + b.length - both) - 1e-9
}

/** Sets that are joined bit by bit (Tarjan, "Efficiency of a good but not linear set union algorithm", 1975). */
class Groups {
  readonly #parents: Int32Array

  constructor(size: number) {
    this.#parents = Int32Array.from({ length: size }, (_, i) => i)
  }

  of(i: number): number {
    const parents = this.#parents
    let at = i
    while (parents[at] !== at) {
      parents[at] = parents[parents[at] as number] as number
      at = parents[at] as number
    }
    return at
  }

  areOne(a: number, b: number): boolean {
    return this.of(a) === this.of(b)
  }

  join(a: number, b: number): void {
    this.#parents[Math.max(this.of(a), this.of(b))] = Math.min(this.of(a), this.of(b))
  }
}
