/**
 * Closed and maximal itemsets, found as such and not filtered out of all frequent ones.
 *
 * An itemset is closed when no item can be added to it without losing a basket, maximal when none can without losing so
 * many that it is no longer frequent.
 *
 * In:  baskets, a least count.
 * Out: Itemsets whose reported ones are the closed (or maximal) ones. The items of a path are in no order.
 * Cost: one step a closed itemset; memory: the baskets twice, and the sets of one path of the search. What was found
 *       before is never looked at.
 *
 * Lucchese, Orlando & Perego, "DCI-Closed: a fast and memory efficient algorithm to mine frequent closed itemsets",
 * FIMI 2004: a prefix takes in every later item that all of its baskets hold; and where an earlier item is held by all of
 * them, the same closed itemsets were found there. A maximal itemset is a closed one that neither a later nor an earlier
 * item extends; where a prefix is frequent with all of its later items at once, nothing else below it is maximal (Burdick,
 * Calimlim & Gehrke, "MAFIA", ICDE 2001).
 * With a maximal length the itemsets are still those that are closed or maximal among all, the longer ones left out.
 */
import type { Baskets } from '../base/baskets.ts'
import type { Steps } from '../base/steps.ts'
import type { Bitsets } from '../kernels/bitsets.ts'
import { WasmBitsets } from '../kernels/wasm-bitsets.ts'
import { isWorthNarrowing, laySets, narrowSets, wholeVectors, type ClassSets } from './class-bits.ts'
import { ItemsetTree, rankItems, type Itemsets, type SearchOptions } from './itemsets.ts'
import { END, occurrencesOf, type Occurrences } from './occurrences.ts'
import { rowsOf } from './rows.ts'

type ClosedKind = 'closed' | 'maximal'

export function* closedSteps(
  baskets: Baskets,
  kind: ClosedKind,
  options: SearchOptions,
  isAllowed?: Uint8Array,
  bitsets: Bitsets = new WasmBitsets(),
): Steps<Itemsets> {
  const ranked = rankItems(baskets, options.minCount, isAllowed)
  const occurrences = occurrencesOf(rowsOf(baskets, ranked), ranked.items.length)
  const search = new ClosedSearch(kind, options, bitsets)
  for (let i = 0; i < ranked.items.length; i++) {
    yield* search.item(occurrences, i, ranked.count)
    yield
  }
  return search.tree.finish(ranked, baskets)
}

/** A prefix at work: its items that may extend it, with their sets, and the earlier ones. */
interface Class {
  /** In the tree; −1 for none. */
  readonly prefix: number
  readonly length: number
  readonly sets: ClassSets
  /** Ranks and counts of the later items, whose sets lie from sets.at on. */
  readonly ranks: readonly number[]
  readonly counts: readonly number[]
  /** Places of the sets of earlier items: those before the class, then its own as they are done. */
  readonly earlier: number[]
  /** The later item that is next. */
  next: number
}

/** A turn costs some microseconds, and an item of a class takes a tenth of a millisecond where there are many. */
const ITEMS_A_TURN = 64

class ClosedSearch {
  readonly tree: ItemsetTree
  readonly #isMaximal: boolean
  readonly #options: SearchOptions
  readonly #bitsets: Bitsets
  #itemsDone = 0

  constructor(kind: ClosedKind, options: SearchOptions, bitsets: Bitsets) {
    this.tree = new ItemsetTree(options.maxItemsets)
    this.#isMaximal = kind === 'maximal'
    this.#options = options
    this.#bitsets = bitsets
  }

  /** The closed itemsets whose first item is i. */
  *item(occurrences: Occurrences, i: number, counts: Int32Array): Steps<void> {
    const together = countBeside(occurrences, i, counts.length)
    const all = counts[i] as number
    const closure: number[] = []
    const later: number[] = []
    const earlier: number[] = []
    for (let other = 0; other < counts.length; other++) {
      const count = together[other] as number
      if (other === i || count < this.#options.minCount) continue
      if (other < i) {
        if (count === all) return // found with that one
        earlier.push(other)
      } else (count === all ? closure : later).push(other)
    }
    const length = 1 + closure.length
    if (later.length === 0) {
      // Any earlier item that is frequent with this one extends it.
      if (!this.#isMaximal || earlier.length === 0) this.#add(-1, [i, ...closure], length, all)
      return
    }
    const prefix = this.#add(-1, [i, ...closure], length, this.#isMaximal ? 0 : all)
    const kept = Int32Array.from([...later, ...earlier])
    const sets = laySets(this.#bitsets, occurrences, i, kept)
    // The classes of a path lie here and not on the stack of calls: it may be as long as a basket, and it can be left in between.
    const path: Class[] = [
      {
        prefix,
        length,
        sets,
        ranks: later,
        counts: later.map((other) => together[other] as number),
        earlier: earlier.map((_, e) => sets.at + (later.length + e) * sets.length),
        next: 0,
      },
    ]
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      if (last.next === last.ranks.length) {
        path.pop()
        continue
      }
      const inner = this.#extend(last, last.next++)
      if (inner !== undefined) path.push(inner)
      if (++this.#itemsDone % ITEMS_A_TURN === 0) yield
    }
  }

  /** Adds a chain of items below a prefix; the last of them stands for the itemset. */
  #add(prefix: number, ranks: readonly number[], length: number, count: number): number {
    let node = prefix
    ranks.forEach((rank, r) => {
      const isLast = r === ranks.length - 1
      node = this.tree.add(node, rank, isLast && length <= this.#options.maxLength ? count : 0)
    })
    return node
  }

  /** The closed itemsets of a prefix and item i of its class, as far as they need no class of their own, which is given. */
  #extend({ prefix, length, sets, ranks, counts, earlier }: Class, i: number): Class | undefined {
    const bitsets = this.#bitsets
    const { minCount, maxLength } = this.#options
    const one = sets.at + i * sets.length
    const list = wholeVectors(sets.free)
    const met = wholeVectors(list + earlier.length)
    const others = ranks.length - 1 - i
    const target = wholeVectors(met + 2 * others)
    bitsets.reserve(target + Math.max(1, others) * sets.length)
    bitsets.words.set(earlier, list)
    if (bitsets.isWithinAny(one, list, earlier.length, sets.length)) return undefined
    const count = counts[i] as number
    const kept = bitsets.meet(
      one,
      one + sets.length,
      others,
      sets.length,
      sets.weights,
      minCount,
      target,
      met,
    )
    const { closure, later, laterCounts } = this.#part(ranks, i, count, kept, met, target, sets.length)
    const below = [ranks[i] as number, ...closure]
    const newLength = length + below.length
    const free = target + later.length * sets.length
    const before = earlier.slice()
    earlier.push(one)
    const isExtended = (set: number) =>
      bitsets.meetsAny(set, list, before.length, sets.length, sets.weights, minCount)
    if (later.length === 0) {
      if (!this.#isMaximal || !isExtended(one)) this.#add(prefix, below, newLength, count)
      return undefined
    }
    if (this.#isMaximal) {
      const whole = this.#withAll(one, target, later.length, sets, free)
      if (whole > 0) {
        if (!isExtended(free)) this.#add(prefix, [...below, ...later], newLength + later.length, whole)
        return undefined
      }
    } else if (newLength >= maxLength) {
      this.#add(prefix, below, newLength, count)
      return undefined
    }
    const node = this.#add(prefix, below, newLength, this.#isMaximal ? 0 : count)
    return {
      prefix: node,
      length: newLength,
      ranks: later,
      counts: laterCounts,
      ...this.#innerSets(one, count, later.length, before, { ...sets, at: target, free }),
      next: 0,
    }
  }

  /** What was met: items in all baskets of the prefix, and those that may extend it, whose sets close up. */
  #part(
    ranks: readonly number[],
    i: number,
    count: number,
    kept: number,
    met: number,
    target: number,
    length: number,
  ): { readonly closure: number[]; readonly later: number[]; readonly laterCounts: number[] } {
    const { words } = this.#bitsets
    const closure: number[] = []
    const later: number[] = []
    const laterCounts: number[] = []
    for (let k = 0; k < kept; k++) {
      const rank = ranks[i + 1 + (words[met + 2 * k] as number)] as number
      const together = words[met + 2 * k + 1] as number
      if (together === count) {
        closure.push(rank)
        continue
      }
      const from = target + k * length
      if (later.length < k) words.copyWithin(target + later.length * length, from, from + length)
      later.push(rank)
      laterCounts.push(together)
    }
    return { closure, later, laterCounts }
  }

  /** The count of a prefix with all of its later items, whose meeting is left at `free`; 0 when it is not frequent. */
  #withAll(one: number, sets: number, count: number, { length, weights }: ClassSets, free: number): number {
    const bitsets = this.#bitsets
    const met = free + length
    bitsets.reserve(met + 4)
    let whole = one
    let found = 0
    for (let s = 0; s < count; s++) {
      const at = sets + s * length
      if (bitsets.meet(whole, at, 1, length, weights, this.#options.minCount, free, met) === 0) return 0
      found = bitsets.words[met + 1] as number
      whole = free
    }
    return found
  }

  #innerSets(
    one: number,
    count: number,
    later: number,
    earlier: number[],
    sets: ClassSets,
  ): Pick<Class, 'sets' | 'earlier'> {
    if (!isWorthNarrowing(count, sets.length, later)) return { sets, earlier }
    const places = Array.from({ length: later }, (_, l) => sets.at + l * sets.length)
    const narrowed = narrowSets(this.#bitsets, one, sets, [...places, ...earlier], sets.free)
    return {
      sets: narrowed,
      earlier: earlier.map((_, e) => narrowed.at + (later + e) * narrowed.length),
    }
  }
}

/** How many baskets hold item i and each other item. */
function countBeside({ item, planes, start, place }: Occurrences, i: number, items: number): Int32Array {
  const counts = new Int32Array(items)
  let o = start[i] as number
  const end = start[i + 1] as number
  for (const { weight, end: planeEnd } of planes) {
    for (; o < end && (place[o] as number) < planeEnd; o++) {
      let at = place[o] as number
      while (item[at - 1] !== END) at--
      for (let other = item[at] as number; other !== END; other = item[++at] as number) {
        counts[other] = (counts[other] as number) + weight
      }
    }
  }
  return counts
}
