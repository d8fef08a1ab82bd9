/**
 * Eclat over WASM SIMD: the promises of kernels/eclat.ts, with sets that suit the class at hand.
 *
 * In:  room(), the baskets and ranks written where the exported places say, begin(), then item() for each rank.
 * Out: what it finds, in a buffer that is given away (`take`) whenever it is full, and at the end by whoever asks.
 * Memory: a stack. What a class of the search takes is freed when the class is done, so that it holds the rows, their
 *      occurrences, and the sets of one path.
 *
 * Rows are baskets of frequent items alone, as ascending ranks; those that are alike are one row that weighs more. A row
 * of weight w is laid down once for each one bit of w (a "plane" holds the rows of one power of two), so that everything
 * in a plane weighs the same. Occurrences are the rows turned round: for each item its places in them.
 *
 * While a class is thin its items are counted by walking the rows behind its prefix, which are then the occurrences of the
 * next one. Where it is dense enough its sets become bits over the rows of its own prefix alone; deep in a class whose
 * prefix has become rare they are narrowed to its rows again.
 */

import { meet, meetWeighed } from './parts/meet'
import { free, int, ints, reserve, reset, setInt, sort, top, zeros } from './parts/stack'

/** Takes the first `count` entries of the three arrays at `parents`, `ranks` and `counts`. */
@external('eclat', 'take')
declare function give(count: i32): void

/** Behind the last entry of a row, and in front of the first. */
const END: i32 = -1
/** Entries of the buffer of what was found. */
const FOUND: i32 = 1 << 14

/** Bits for each entry that sets may take and still be better than lists. */
const BITS_AN_ENTRY: u64 = 256
/** Words of sets that fit the processor's cache: better than lists in any case. */
const SMALL_CLASS: u64 = 1 << 14
/** A narrowing pays where sets shrink to this part, for so many sets of so many bytes. */
const NARROWER: u64 = 8
const MANY_SETS: i32 = 4
const LONG_SETS: usize = 128
/** A bit that is never set. */
const NO_BIT: u32 = 0xffffffff

// ---------------------------------------------------------------- the question

/** One more than there are baskets, then the items of all of them, then the rank of each item. */
export let starts: usize = 0
export let items: usize = 0
export let rankOf: usize = 0
/** The baskets that each rank is in. */
export let ofRank: usize = 0

export let parents: usize = 0
export let ranks: usize = 0
export let counts: usize = 0
/** Entries that wait in the buffer. */
export let waiting: i32 = 0

let found: i32 = 0
let least: u32 = 1
let longest: i32 = 0

let root: Occurrences = changetype<Occurrences>(0)
let rootRanks: usize = 0
let rootBehind: usize = 0
let rankCount: i32 = 0

/** Starts anew, with room for the question. */
export function room(baskets: i32, entries: i32, itemCount: i32, frequent: i32): void {
  reset()
  starts = ints(baskets + 1)
  items = ints(entries)
  rankOf = ints(itemCount)
  ofRank = ints(frequent)
  parents = ints(FOUND)
  ranks = ints(FOUND)
  counts = ints(FOUND)
  waiting = 0
  found = 0
}

export function begin(baskets: i32, frequent: i32, minCount: u32, maxLength: i32): void {
  least = minCount
  longest = maxLength
  rankCount = frequent
  const weights = ints(baskets)
  const rows = mergeRows(baskets, weights)
  root = occurrencesOf(rows, weights, frequent)
  rootRanks = ints(frequent)
  for (let rank = 0; rank < frequent; rank++) setInt(rootRanks, rank, rank)
  rootBehind = zeros(frequent)
}

/** All itemsets whose first item is of this rank. */
export function item(rank: i32): void {
  const before = top
  extend(-1, 0, root, rank, rankCount, rootRanks, ofRank, rootBehind)
  free(before)
}

function add(parent: i32, rank: i32, count: i32): i32 {
  if (waiting == FOUND) {
    give(FOUND)
    waiting = 0
  }
  setInt(parents, waiting, parent)
  setInt(ranks, waiting, rank)
  setInt(counts, waiting, count)
  waiting++
  return found++
}

// ------------------------------------------------------------------------ rows

/** Baskets become rows, in their place: of at least two ranks, ascending. @returns how many there are */
function mergeRows(baskets: i32, weights: usize): i32 {
  let slots = 16
  while (slots < 2 * baskets) slots *= 2
  const before = top
  // 1 + the number of a row, at most half full.
  const table = ints(slots)
  memory.fill(table, 0, (<usize>slots) << 2)
  let rows = 0
  let end = 0
  let from = 0
  for (let b = 0; b < baskets; b++) {
    const to = int(starts, b + 1)
    const start = end
    for (let e = from; e < to; e++) {
      const rank = int(rankOf, int(items, e))
      if (rank >= 0) setInt(items, end++, rank)
    }
    from = to
    if (end - start < 2) {
      end = start
      continue
    }
    sort(items + ((<usize>start) << 2), end - start)
    let slot = hashOf(start, end) & (slots - 1)
    let same = int(table, slot) - 1
    while (same >= 0 && !isSame(same, start, end)) {
      slot = (slot + 1) & (slots - 1)
      same = int(table, slot) - 1
    }
    if (same >= 0) {
      setInt(weights, same, int(weights, same) + 1)
      end = start
      continue
    }
    setInt(table, slot, rows + 1)
    setInt(weights, rows, 1)
    setInt(starts, ++rows, end)
  }
  free(before)
  return rows
}

function hashOf(from: i32, to: i32): i32 {
  let hash: u32 = to - from
  for (let e = from; e < to; e++) {
    hash = (hash ^ <u32>int(items, e)) * 0x9e3779b1
    hash ^= hash >> 15
  }
  return <i32>hash
}

function isSame(row: i32, from: i32, to: i32): bool {
  const start = int(starts, row)
  if (int(starts, row + 1) - start != to - from) return false
  const bytes = (<usize>(to - from)) << 2
  return memory.compare(items + ((<usize>start) << 2), items + ((<usize>from) << 2), bytes) == 0
}

// ----------------------------------------------------------------- occurrences

@unmanaged
class Occurrences {
  /** Items by their number here, ascending within a row, END between rows. */
  item: usize
  /** For each plane what its rows weigh, and the place of `item` that they lie in front of. */
  planes: usize
  planeCount: i32
  /** Item i occurs at place[start[i]] … place[start[i+1]−1]. */
  start: usize
  place: usize
}

function newOccurrences(): Occurrences {
  return changetype<Occurrences>(reserve(offsetof<Occurrences>()))
}

function occurrencesOf(rows: i32, weights: usize, frequent: i32): Occurrences {
  let entries = 1
  let all: u32 = 0
  for (let r = 0; r < rows; r++) {
    const weight = int(weights, r)
    entries += (int(starts, r + 1) - int(starts, r) + 1) * popcnt(weight)
    all |= <u32>weight
  }
  const occurrences = newOccurrences()
  const item = ints(entries)
  const planes = ints(64)
  let planeCount = 0
  setInt(item, 0, END)
  let end = 1
  for (let bit: u32 = 0; bit < 32; bit++) {
    if (((all >> bit) & 1) == 0) continue
    for (let r = 0; r < rows; r++) {
      if (((<u32>int(weights, r) >> bit) & 1) == 0) continue
      for (let e = int(starts, r); e < int(starts, r + 1); e++) setInt(item, end++, int(items, e))
      setInt(item, end++, END)
    }
    setInt(planes, 2 * planeCount, 1 << bit)
    setInt(planes, 2 * planeCount + 1, end)
    planeCount++
  }
  occurrences.item = item
  occurrences.planes = planes
  occurrences.planeCount = planeCount
  findPlaces(occurrences, end, frequent)
  return occurrences
}

/** @param end of what lies in `item` @param itemCount its items are below this */
function findPlaces(occurrences: Occurrences, end: i32, itemCount: i32): void {
  const item = occurrences.item
  const start = ints(itemCount + 1)
  memory.fill(start, 0, (<usize>(itemCount + 1)) << 2)
  for (let at = 0; at < end; at++) {
    const one = int(item, at)
    if (one != END) setInt(start, one, int(start, one) + 1)
  }
  let before = 0
  for (let i = 0; i <= itemCount; i++) {
    const here = i < itemCount ? int(start, i) : 0
    setInt(start, i, before)
    before += here
  }
  const place = ints(before)
  // Each start moves to its end, which is the start of the next; then all move back by one.
  for (let at = 0; at < end; at++) {
    const one = int(item, at)
    if (one == END) continue
    const to = int(start, one)
    setInt(place, to, at)
    setInt(start, one, to + 1)
  }
  for (let i = itemCount; i > 0; i--) setInt(start, i, int(start, i - 1))
  setInt(start, 0, 0)
  occurrences.start = start
  occurrences.place = place
}

// --------------------------------------------------------------- thin classes

/**
 * The itemset of a prefix and item i of its class, and those that go on from there.
 *
 * @param prefix  its number, −1 for none; `length` items
 * @param ranksOf the items of the class, ascending; `countsOf` the baskets with the prefix and each
 * @param behind  a number an item, all 0 before and after
 */
function extend(
  prefix: i32,
  length: i32,
  occurrences: Occurrences,
  i: i32,
  itemCount: i32,
  ranksOf: usize,
  countsOf: usize,
  behind: usize,
): void {
  const itemset = add(prefix, int(ranksOf, i), int(countsOf, i))
  if (length + 1 >= longest || i == itemCount - 1) return
  const before = top
  const kept = ints(itemCount - i)
  const entries = countBehind(occurrences, i, behind, kept)
  let keptCount = 0
  for (let m = 0; m < metCount; m++) {
    const other = int(kept, m)
    if (<u32>int(behind, other) >= least) setInt(kept, keptCount++, other)
    else setInt(behind, other, 0)
  }
  sort(kept, keptCount)
  const keptCounts = ints(keptCount)
  for (let k = 0; k < keptCount; k++) {
    setInt(keptCounts, k, int(behind, int(kept, k)))
    setInt(behind, int(kept, k), 0)
  }
  if (keptCount == 1) {
    add(itemset, int(ranksOf, int(kept, 0)), int(keptCounts, 0))
  } else if (keptCount > 1) {
    const keptRanks = ints(keptCount)
    for (let k = 0; k < keptCount; k++) setInt(keptRanks, k, int(ranksOf, int(kept, k)))
    const rows = int(occurrences.start, i + 1) - int(occurrences.start, i)
    if (suitsBits(rows, keptCount, entries)) {
      lay(occurrences, i, kept, keptCount, behind)
      searchBits(itemset, length + 1, setsAt, setBytes, setWeights, keptCount, keptRanks, keptCounts)
    } else {
      const fewer = occurrencesBehind(occurrences, i, kept, keptCount, entries, behind)
      const inner = zeros(keptCount)
      for (let k = 0; k < keptCount; k++) {
        extend(itemset, length + 1, fewer, k, keptCount, keptRanks, keptCounts, inner)
      }
    }
  }
  free(before)
}

function suitsBits(rows: i32, itemCount: i32, entries: i32): bool {
  const words = <u64>itemCount * <u64>(rows >> 5)
  return words <= SMALL_CLASS || words * 32 <= <u64>entries * BITS_AN_ENTRY
}

/** Items that countBehind() has met. */
let metCount: i32 = 0

/**
 * How many baskets hold item i and each item behind it; gives the number of entries that were looked at.
 *
 * @param met the items that stand behind it somewhere, in no order: of many items a few may
 */
function countBehind(occurrences: Occurrences, i: i32, behind: usize, met: usize): i32 {
  let entries = 0
  metCount = 0
  let o = occurrences.place + ((<usize>int(occurrences.start, i)) << 2)
  const end = occurrences.place + ((<usize>int(occurrences.start, i + 1)) << 2)
  for (let plane = 0; plane < occurrences.planeCount; plane++) {
    const weight = int(occurrences.planes, 2 * plane)
    const planeEnd = int(occurrences.planes, 2 * plane + 1)
    for (; o < end && load<i32>(o) < planeEnd; o += 4) {
      const first = occurrences.item + ((<usize>load<i32>(o) + 1) << 2)
      let at = first
      for (let other = load<i32>(at); other != END; other = load<i32>(at)) {
        const to = behind + ((<usize>other) << 2)
        const count = load<i32>(to)
        if (count == 0) setInt(met, metCount++, other)
        store<i32>(to, count + weight)
        at += 4
      }
      entries += <i32>((at - first) >> 2)
    }
  }
  return entries
}

/** What stands behind item i in its rows, of the items kept alone, which are numbered anew. @param zero as `behind` above */
function occurrencesBehind(
  occurrences: Occurrences,
  i: i32,
  kept: usize,
  keptCount: i32,
  entries: i32,
  zero: usize,
): Occurrences {
  number(kept, keptCount, zero)
  const fewer = newOccurrences()
  const from = int(occurrences.start, i)
  const end = int(occurrences.start, i + 1)
  const item = ints(1 + entries + end - from)
  const planes = ints(2 * occurrences.planeCount)
  let planeCount = 0
  setInt(item, 0, END)
  let filled = 1
  let o = from
  for (let plane = 0; plane < occurrences.planeCount; plane++) {
    const planeEnd = int(occurrences.planes, 2 * plane + 1)
    const before = filled
    for (; o < end && int(occurrences.place, o) < planeEnd; o++) {
      const rowStart = filled
      for (let at = int(occurrences.place, o) + 1; ; at++) {
        const other = int(occurrences.item, at)
        if (other == END) break
        const number = int(zero, other)
        if (number > 0) setInt(item, filled++, number - 1)
      }
      if (filled > rowStart) setInt(item, filled++, END)
    }
    if (filled == before) continue
    setInt(planes, 2 * planeCount, int(occurrences.planes, 2 * plane))
    setInt(planes, 2 * planeCount + 1, filled)
    planeCount++
  }
  fewer.item = item
  fewer.planes = planes
  fewer.planeCount = planeCount
  findPlaces(fewer, filled, keptCount)
  unnumber(kept, keptCount, zero)
  return fewer
}

/** 1 + the number of each item among those kept, where 0 stands for all others. */
function number(kept: usize, keptCount: i32, zero: usize): void {
  for (let k = 0; k < keptCount; k++) setInt(zero, int(kept, k), k + 1)
}

function unnumber(kept: usize, keptCount: i32, zero: usize): void {
  for (let k = 0; k < keptCount; k++) setInt(zero, int(kept, k), 0)
}

// --------------------------------------------------------------- dense classes

// What lay() and narrow() have made: sets one behind the other, bytes of each (whole vectors), and the place of what the
// bits of each word weigh, 0 where all weigh 1.
let setsAt: usize = 0
let setBytes: usize = 0
let setWeights: usize = 0

function vectors(words: i32): usize {
  return (<usize>((words + 3) & ~3)) << 2
}

/** Sets of the items kept over those rows of item i in which something stands behind it. */
function lay(occurrences: Occurrences, i: i32, kept: usize, keptCount: i32, zero: usize): void {
  const from = int(occurrences.start, i)
  const end = int(occurrences.start, i + 1)
  let words = 0
  let isWeighed = false
  let o = from
  for (let plane = 0; plane < occurrences.planeCount; plane++) {
    const planeEnd = int(occurrences.planes, 2 * plane + 1)
    let rows = 0
    for (; o < end && int(occurrences.place, o) < planeEnd; o++) {
      if (int(occurrences.item, int(occurrences.place, o) + 1) != END) rows++
    }
    words += (rows + 31) >> 5
    if (rows > 0 && int(occurrences.planes, 2 * plane) != 1) isWeighed = true
  }
  const bytes = vectors(words)
  const weights = isWeighed ? reserve(bytes) : 0
  if (isWeighed) memory.fill(weights, 0, bytes)
  const sets = reserve(<u64>bytes * keptCount)
  memory.fill(sets, 0, bytes * <usize>keptCount)
  number(kept, keptCount, zero)

  let word = 0
  o = from
  for (let plane = 0; plane < occurrences.planeCount; plane++) {
    const planeEnd = int(occurrences.planes, 2 * plane + 1)
    let bit = 0
    for (; o < end && int(occurrences.place, o) < planeEnd; o++) {
      let at = occurrences.item + ((<usize>int(occurrences.place, o) + 1) << 2)
      let other = load<i32>(at)
      if (other == END) continue
      const mask = 1 << (bit & 31)
      const inSet = sets + ((<usize>(word + (bit >> 5))) << 2)
      bit++
      for (; other != END; at += 4, other = load<i32>(at)) {
        const number = int(zero, other)
        if (number == 0) continue
        const to = inSet + <usize>(number - 1) * bytes
        store<i32>(to, load<i32>(to) | mask)
      }
    }
    const taken = (bit + 31) >> 5
    if (isWeighed) {
      const weight = int(occurrences.planes, 2 * plane)
      for (let w = word; w < word + taken; w++) setInt(weights, w, weight)
    }
    word += taken
  }
  unnumber(kept, keptCount, zero)
  setsAt = sets
  setBytes = bytes
  setWeights = weights
}

/** The itemsets of a prefix and one or more items of its class, whose sets are bits. */
function searchBits(
  prefix: i32,
  length: i32,
  sets: usize,
  bytes: usize,
  weights: usize,
  itemCount: i32,
  ranksOf: usize,
  countsOf: usize,
): void {
  for (let i = 0; i < itemCount; i++) {
    const itemset = add(prefix, int(ranksOf, i), int(countsOf, i))
    const others = itemCount - 1 - i
    if (length + 1 >= longest || others == 0) continue
    const before = top
    const keptRanks = ints(others)
    const keptCounts = ints(others)
    const target = reserve(<u64>bytes * others)
    const one = sets + <usize>i * bytes
    let kept = 0
    let to = target
    for (let other = i + 1; other < itemCount; other++) {
      const set = sets + <usize>other * bytes
      const count = weights == 0 ? meet(one, set, bytes, to) : meetWeighed(one, set, bytes, weights, to)
      if (count < least) continue
      setInt(keptRanks, kept, int(ranksOf, other))
      setInt(keptCounts, kept, <i32>count)
      kept++
      to += bytes
    }
    if (kept == 1) add(itemset, int(keptRanks, 0), int(keptCounts, 0))
    if (kept > 1) {
      // The rest of the room for meetings is free again.
      free(to)
      if (isWorthNarrowing(int(countsOf, i), bytes, kept)) {
        narrow(one, bytes, weights, target, kept)
        searchBits(itemset, length + 1, setsAt, setBytes, setWeights, kept, keptRanks, keptCounts)
      } else {
        searchBits(itemset, length + 1, target, bytes, weights, kept, keptRanks, keptCounts)
      }
    }
    free(before)
  }
}

/** Whether to narrow so many sets to the rows of one of them, which stand for `count` baskets. */
function isWorthNarrowing(count: i32, bytes: usize, sets: i32): bool {
  return bytes >= LONG_SETS && sets >= MANY_SETS && <u64>count * NARROWER < (<u64>bytes) << 3
}

/** Sets anew over the rows of set `one` alone. Rows of one weight have words of their own. */
function narrow(one: usize, bytes: usize, weights: usize, sets: usize, count: i32): void {
  const newBytes = vectors(wordsOf(one, bytes, weights))
  const newWeights = weights == 0 ? 0 : reserve(newBytes)
  const newSets = reserve(<u64>newBytes * count)
  const before = top
  const bits = reserve((<u64>newBytes) << 5)
  listBits(one, bytes, weights, bits, newBytes, newWeights)
  for (let s = 0; s < count; s++) {
    narrowSet(sets + <usize>s * bytes, bits, newBytes, newSets + <usize>s * newBytes)
  }
  free(before)
  setsAt = newSets
  setBytes = newBytes
  setWeights = newWeights
}

function wordsOf(one: usize, bytes: usize, weights: usize): i32 {
  let words = 0
  let bits = 0
  let last = 1
  for (let w: usize = 0; w < bytes; w += 4) {
    const ones = popcnt(load<i32>(one + w))
    if (ones == 0) continue
    const weight = weights == 0 ? 1 : load<i32>(weights + w)
    if (weight != last) {
      words += (bits + 31) >> 5
      bits = 0
      last = weight
    }
    bits += ones
  }
  return words + ((bits + 31) >> 5)
}

/** The numbers of the bits of a set, filled up with NO_BIT, and what the bits of each new word weigh. */
function listBits(
  one: usize,
  bytes: usize,
  weights: usize,
  bits: usize,
  newBytes: usize,
  newWeights: usize,
): void {
  memory.fill(bits, 0xff, newBytes << 5)
  if (newWeights != 0) memory.fill(newWeights, 0, newBytes)
  let filled: u32 = 0
  let last = 1
  for (let w: usize = 0; w < bytes; w += 4) {
    let word = load<u32>(one + w)
    if (word == 0) continue
    const weight = weights == 0 ? 1 : load<i32>(weights + w)
    if (weight != last) filled = (filled + 31) & ~31
    last = weight
    for (; word != 0; word &= word - 1) {
      if (newWeights != 0 && (filled & 31) == 0) store<i32>(newWeights + ((<usize>filled >> 5) << 2), weight)
      store<u32>(bits + ((<usize>filled) << 2), (<u32>w << 3) + ctz(word))
      filled++
    }
  }
}

function narrowSet(set: usize, bits: usize, newBytes: usize, target: usize): void {
  let at = bits
  for (let w: usize = 0; w < newBytes; w += 4) {
    let word: u32 = 0
    for (let bit: u32 = 0; bit < 32; bit++, at += 4) {
      const old = load<u32>(at)
      if (old == NO_BIT) continue
      word |= ((load<u32>(set + ((<usize>(old >> 5)) << 2)) >> (old & 31)) & 1) << bit
    }
    store<u32>(target + w, word)
  }
}
