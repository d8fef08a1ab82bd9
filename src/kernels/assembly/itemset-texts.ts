/**
 * Itemsets as texts, in order, over WASM: the promises of kernels/itemset-texts.ts.
 *
 * In:  room(), everything written where the exported places say, then order().
 * Out: the numbers of the itemsets and their texts in order, in UTF-8, whose bytes stand in the order of code points.
 */
import { int, ints, reserve, reset, setInt } from './parts/stack'

// The tree, by itemset.
export let parents: usize = 0
export let ranks: usize = 0
export let counts: usize = 0
/** Place of each rank's item in a text; then by place the items with the separator in front, and where each ends. */
export let places: usize = 0
export let names: usize = 0
export let nameEnds: usize = 0
/** Numbers of the itemsets that are wanted: first as they came, in the end in order. */
export let wanted: usize = 0

/** Of the itemset in each row its length and its count, 0 where they do not decide. */
let keys: usize = 0
/** The texts as they were made, and where each starts; one more than there are. */
let made: usize = 0
let starts: usize = 0

/** The texts in order, and where each ends. */
export let text: usize = 0
export let ends: usize = 0

export function room(itemsets: i32, items: i32, nameBytes: i32, rows: i32): void {
  reset()
  parents = ints(itemsets)
  ranks = ints(itemsets)
  counts = ints(itemsets)
  places = ints(items)
  names = reserve(nameBytes)
  nameEnds = ints(items)
  wanted = ints(rows)
}

// What decides before the text.
const BY_TEXT: i32 = 0
const BY_LENGTH: i32 = 2

/** @param separator bytes of it */
export function order(itemsets: i32, items: i32, rows: i32, separator: i32, by: i32): void {
  // Bytes and items of each itemset, from those of its parent.
  const sizes = ints(itemsets)
  const lengths = ints(itemsets)
  for (let i = 0; i < itemsets; i++) {
    const parent = int(parents, i)
    const size = nameSize(int(places, int(ranks, i)))
    setInt(sizes, i, parent < 0 ? size - separator : int(sizes, parent) + size)
    setInt(lengths, i, parent < 0 ? 1 : int(lengths, parent) + 1)
  }
  keys = reserve((<u64>rows) << 3)
  starts = ints(rows + 1)
  let all: u64 = 0
  for (let row = 0; row < rows; row++) {
    const itemset = int(wanted, row)
    const length = by == BY_LENGTH ? int(lengths, itemset) : 0
    const count = by == BY_TEXT ? 0 : int(counts, itemset)
    store<u64>(keys + ((<usize>row) << 3), ((<u64>length) << 32) | <u64>count)
    setInt(starts, row, <i32>all)
    all += int(sizes, itemset)
  }
  setInt(starts, rows, <i32>all)
  // Eight bytes are looked at at a time.
  made = reserve(all + 8)
  const itemPlaces = ints(items)
  for (let row = 0; row < rows; row++) {
    write(int(wanted, row), made + <u32>int(starts, row), separator, itemPlaces)
  }
  const first = ints(rows)
  const other = ints(rows)
  for (let row = 0; row < rows; row++) setInt(first, row, row)
  const sorted = mergeSort(first, other, rows)
  gather(sorted, sorted == first ? other : first, rows, all)
}

function nameStart(place: i32): u32 {
  return place == 0 ? 0 : <u32>int(nameEnds, place - 1)
}

function nameSize(place: i32): i32 {
  return int(nameEnds, place) - <i32>nameStart(place)
}

/** Few items, so their places are put in order one by one. */
function write(itemset: i32, at: usize, separator: i32, itemPlaces: usize): void {
  let length = 0
  for (let i = itemset; i >= 0; i = int(parents, i)) {
    const place = int(places, int(ranks, i))
    let to = length++
    for (; to > 0 && int(itemPlaces, to - 1) > place; to--) setInt(itemPlaces, to, int(itemPlaces, to - 1))
    setInt(itemPlaces, to, place)
  }
  let before: u32 = separator
  for (let i = 0; i < length; i++) {
    const place = int(itemPlaces, i)
    const bytes = <u32>nameSize(place) - before
    memory.copy(at, names + nameStart(place) + before, bytes)
    at += bytes
    before = 0
  }
}

/** Rows in order, in one of the two lists. */
function mergeSort(list: usize, free: usize, rows: i32): usize {
  let from = list
  let to = free
  for (let width = 1; width < rows; width <<= 1) {
    for (let start = 0; start < rows; start += 2 * width) {
      const middle = min(start + width, rows)
      const end = min(middle + width, rows)
      let a = start
      let b = middle
      for (let at = start; at < end; at++) {
        const takesFirst = b >= end || (a < middle && !isBefore(int(from, b), int(from, a)))
        setInt(to, at, int(from, takesFirst ? a++ : b++))
      }
    }
    const swap = from
    from = to
    to = swap
  }
  return from
}

/** Whether row a stands before row b. */
function isBefore(a: i32, b: i32): bool {
  const one = load<u64>(keys + ((<usize>a) << 3))
  const other = load<u64>(keys + ((<usize>b) << 3))
  if (one != other) return one > other
  const aSize = <u32>(int(starts, a + 1) - int(starts, a))
  const bSize = <u32>(int(starts, b + 1) - int(starts, b))
  const shared = min(aSize, bSize)
  const aText = made + <u32>int(starts, a)
  const bText = made + <u32>int(starts, b)
  for (let at: u32 = 0; at < shared; at += 8) {
    // The first byte counts most.
    let x = bswap(load<u64>(aText + at))
    let y = bswap(load<u64>(bText + at))
    const left = shared - at
    if (left < 8) {
      const beyond = <u64>(8 * (8 - left))
      x >>= beyond
      y >>= beyond
    }
    if (x != y) return x < y
  }
  return aSize < bSize
}

/** @param numbers room for an itemset a row */
function gather(sorted: usize, numbers: usize, rows: i32, all: u64): void {
  text = reserve(all)
  ends = ints(rows)
  let at: usize = 0
  for (let row = 0; row < rows; row++) {
    const was = int(sorted, row)
    const start = <u32>int(starts, was)
    const size = <u32>int(starts, was + 1) - start
    memory.copy(text + at, made + start, size)
    at += size
    setInt(ends, row, <i32>at)
    setInt(numbers, row, int(wanted, was))
  }
  wanted = numbers
}
