/**
 * Texts that say the same in the same words, or nearly so.
 *
 * In:  the terms of each text, in ascending order.
 * Out: how many texts hold the same terms as another one, and how many hold nearly the same; in how many groups. Texts
 *      without a term are none of them.
 * Cost: a hash of each text; then what near-sets.ts takes for those that differ.
 */
import type { Steps } from '../base/steps.ts'
import { nearGroupSteps, type TermSets } from './near-sets.ts'
import type { SparseRows } from './terms.ts'

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
  const groups = yield* nearGroupSteps(sets, df)
  return { same, near: groups === undefined ? undefined : sizesOf(groups, sets.texts), largest }
}

/** @param texts of each set */
function sizesOf(groups: Int32Array, texts: Int32Array): { texts: number; groups: number } {
  const sizes = new Int32Array(groups.length)
  groups.forEach((group, set) => (sizes[group] = (sizes[group] as number) + (texts[set] as number)))
  const several = sizes.filter((size) => size > 1)
  return { texts: several.reduce((sum, size) => sum + size, 0), groups: several.length }
}

/** The different sets of terms, in the order of their first texts. */
interface Sets extends TermSets {
  /** The first text of each set, and how many texts have its terms. */
  readonly first: Int32Array
  readonly texts: Int32Array
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
      if (begin === end) continue
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
