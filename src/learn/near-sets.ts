/**
 * Sets that are nearly the same: |A ∩ B| ≥ 4/5 · |A ∪ B|.
 *
 * In:  different sets of terms, and how many texts hold each term.
 * Out: groups of sets, where any two that are nearly the same are in one.
 * Cost: a sort of each set, then a look at every pair of sets that share a rare term and may still be nearly the same;
 *       8 bytes a term of each set. A million texts of nine words in two seconds. Past MOST_COMPARED pairs it gives up.
 *
 * Found exactly. Terms are ordered by how rare they are. Two such sets share one of the first |A| − ⌈4/5 · |A|⌉ + 1
 * terms of the longer and one of the first |B| − ⌈8/9 · |B|⌉ + 1 of the shorter, so that no others are compared
 * (Chaudhuri, Ganti & Kaushik, "A primitive operator for similarity joins in data cleaning", ICDE 2006; Bayardo, Ma &
 * Srikant, "Scaling up all pairs similarity search", WWW 2007). Where the first term that they share stands says how
 * many more they can share (Xiao, Wang, Lin & Yu, "Efficient similarity joins for near duplicate detection", WWW 2008).
 */
import { ascendingOrder } from '../base/order.ts'
import type { Steps } from '../base/steps.ts'

const MOST_COMPARED = 100_000_000
const A_STEP = 8192

/** Sets of terms, each given by what it holds. */
export interface TermSets {
  readonly count: number
  /** Of one set, no term twice. */
  readonly terms: (set: number) => Int32Array
}

/**
 * @param df texts that hold each term
 * @returns for each set the number of its group; undefined where there were too many pairs to compare
 */
export function* nearGroupSteps(sets: TermSets, df: Int32Array): Steps<Int32Array | undefined> {
  const { start, terms } = rareFirst(sets, df)
  const sizeOf = (set: number) => (start[set + 1] as number) - (start[set] as number)
  const index = new PrefixIndex(sets.count, df.length, start, terms)
  const groups = new Groups(sets.count)
  const met = new Int32Array(sets.count).fill(-1)
  let compared = 0
  let turn = 0
  // The shorter ones first, so that those met before are never longer.
  for (const own of bySize(sets.count, sizeOf)) {
    if (turn++ % A_STEP === 0) yield
    const size = sizeOf(own)
    const from = start[own] as number
    for (let i = 0; i <= size - Math.ceil((4 * size) / 5); i++) {
      const term = terms[from + i] as number
      index.forget(term, (set) => 5 * sizeOf(set) < 4 * size)
      const end = index.end(term)
      for (let at = index.begin(term); at < end; at++) {
        const other = index.set(at)
        compared++
        if (met[other] === own) continue
        met[other] = own
        const j = index.place(at)
        const shared = needed(size, sizeOf(other)) - 1
        if (shared > Math.min(size - i, sizeOf(other) - j) - 1 || groups.areOne(own, other)) continue
        const behind = (start[other] as number) + j + 1
        const end2 = start[other + 1] as number
        if (share(terms, from + i + 1, from + size, behind, end2, shared)) groups.join(own, other)
      }
    }
    if (compared > MOST_COMPARED) return undefined
    index.add(own)
  }
  return Int32Array.from({ length: sets.count }, (_, set) => groups.of(set))
}

/** Terms that sets of these sizes must share: |A ∩ B| ≥ 4/5 · (|A| + |B| − |A ∩ B|). */
function needed(a: number, b: number): number {
  return Math.ceil((4 * (a + b)) / 9)
}

/** Whether so many terms of two stretches are the same. */
function share(
  terms: Int32Array,
  a: number,
  endOfA: number,
  b: number,
  endOfB: number,
  wanted: number,
): boolean {
  let left = wanted
  for (let i = a, j = b; left > 0;) {
    if (left > endOfA - i || left > endOfB - j) return false
    const difference = (terms[i] as number) - (terms[j] as number)
    if (difference === 0) left--
    if (difference <= 0) i++
    if (difference >= 0) j++
  }
  return true
}

/** The terms of all sets by their rank, the rarest first. */
function rareFirst({ count, terms }: TermSets, df: Int32Array): { start: Int32Array; terms: Int32Array } {
  const ranks = new Int32Array(df.length)
  ascendingOrder(Float64Array.from(df)).forEach((term, rank) => (ranks[term] = rank))
  const start = new Int32Array(count + 1)
  for (let set = 0; set < count; set++) start[set + 1] = (start[set] as number) + terms(set).length
  const ranked = new Int32Array(start[count] as number)
  for (let set = 0; set < count; set++) {
    const from = start[set] as number
    const own = terms(set)
    for (let i = 0; i < own.length; i++) ranked[from + i] = ranks[own[i] as number] as number
    sortStretch(ranked, from, from + own.length)
  }
  return { start, terms: ranked }
}

/** Above, sorting by insertion takes longer than the other way. */
const FEW = 32

function sortStretch(values: Int32Array, from: number, to: number): void {
  if (to - from > FEW) {
    values.subarray(from, to).sort()
    return
  }
  for (let i = from + 1; i < to; i++) {
    const own = values[i] as number
    let at = i
    for (; at > from && (values[at - 1] as number) > own; at--) values[at] = values[at - 1] as number
    values[at] = own
  }
}

function bySize(count: number, sizeOf: (set: number) => number): Int32Array {
  return ascendingOrder(Float64Array.from({ length: count }, (_, set) => sizeOf(set)))
}

/** For each term the sets that hold it among their first ones, and where there. */
class PrefixIndex {
  readonly #start: Int32Array
  readonly #terms: Int32Array
  /** For each term where its sets begin and end so far. */
  readonly #begin: Int32Array
  readonly #end: Int32Array
  readonly #sets: Int32Array
  readonly #places: Int32Array

  constructor(count: number, vocabulary: number, start: Int32Array, terms: Int32Array) {
    this.#start = start
    this.#terms = terms
    const times = new Int32Array(vocabulary)
    for (let set = 0; set < count; set++) {
      const from = start[set] as number
      const to = from + this.#length(set)
      for (let e = from; e < to; e++) times[terms[e] as number] = (times[terms[e] as number] as number) + 1
    }
    this.#begin = new Int32Array(vocabulary)
    let all = 0
    for (let term = 0; term < vocabulary; term++) {
      this.#begin[term] = all
      all += times[term] as number
    }
    this.#end = this.#begin.slice()
    this.#sets = new Int32Array(all)
    this.#places = new Int32Array(all)
  }

  /** Terms of a set by which longer ones find it. */
  #length(set: number): number {
    const size = (this.#start[set + 1] as number) - (this.#start[set] as number)
    return size === 0 ? 0 : size - Math.ceil((8 * size) / 9) + 1
  }

  add(set: number): void {
    const from = this.#start[set] as number
    const length = this.#length(set)
    for (let i = 0; i < length; i++) {
      const term = this.#terms[from + i] as number
      const at = this.#end[term] as number
      this.#sets[at] = set
      this.#places[at] = i
      this.#end[term] = at + 1
    }
  }

  /** Sets stand in the order of their sizes: those at the front that are too short are so for all that follow. */
  forget(term: number, isTooShort: (set: number) => boolean): void {
    const end = this.#end[term] as number
    let at = this.#begin[term] as number
    while (at < end && isTooShort(this.#sets[at] as number)) at++
    this.#begin[term] = at
  }

  begin(term: number): number {
    return this.#begin[term] as number
  }

  end(term: number): number {
    return this.#end[term] as number
  }

  set(at: number): number {
    return this.#sets[at] as number
  }

  place(at: number): number {
    return this.#places[at] as number
  }
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
