/**
 * Lines to baskets over WASM: the promises of kernels/baskets.ts.
 *
 * In:  room(), bytes of text written there, cut(); or begin() and an item in the room after the other, then end().
 * Out: the exported places, when all is done.
 * Memory: a piece for each list, which moves to one of twice the size when it is full.
 *
 * Items are found by their bytes: open addressing, at most half full. Item i is text[ends[i−1] … ends[i]).
 */
import { int, ints, reserve, reset, setInt, sort } from './parts/stack'

const SPACE: u32 = 32
const TAB: u32 = 9
const CR: u32 = 13
/** No byte is this. */
const NONE: u32 = 256

/** What a byte does: it parts items, ends a line, or is a blank around an item. */
const PARTS: u32 = 1
const ENDS: u32 = 2
const BLANK: u32 = 4

const HASH_FACTOR: u32 = 0x01000193

const kinds: usize = memory.data(256)
let quote: u32 = NONE

let roomAt: usize = 0
let roomSize: u32 = 0

/** One more than there are baskets; then all their items, ascending within each. */
export let starts: usize = 0
export let baskets: i32 = 0
let mostBaskets: i32 = 0
export let items: usize = 0
export let entries: i32 = 0
let mostEntries: i32 = 0

/** The items: their bytes one behind the other, and where those of each end. */
export let text: usize = 0
let textSize: u32 = 0
export let ends: usize = 0
export let itemCount: i32 = 0
let hashes: usize = 0
/** 1 + the last basket that each item was seen in. */
let seen: usize = 0
/** 1 + the number of an item. */
let table: usize = 0
let slots: i32 = 0

/** Starts anew. @param delimiter @param quoting 256 for none */
export function begin(delimiter: u32, lineEnd: u32, quoting: u32): void {
  reset()
  memory.fill(kinds, 0, 256)
  store<u8>(kinds + SPACE, BLANK)
  store<u8>(kinds + TAB, BLANK)
  store<u8>(kinds + CR, BLANK)
  if (delimiter != NONE) store<u8>(kinds + delimiter, PARTS)
  store<u8>(kinds + lineEnd, ENDS)
  quote = quoting
  roomSize = 0
  baskets = 0
  mostBaskets = 1 << 13
  starts = ints(mostBaskets + 1)
  setInt(starts, 0, 0)
  entries = 0
  mostEntries = 1 << 15
  items = ints(mostEntries)
  textSize = 1 << 14
  text = reserve(textSize)
  itemCount = 0
  slots = 1 << 11
  newTable()
}

/** Where text is to be written; what lay in a smaller room is kept. */
export function room(size: u32): usize {
  if (size > roomSize) {
    const larger = reserve(size)
    memory.copy(larger, roomAt, roomSize)
    roomAt = larger
    roomSize = size
  }
  return roomAt
}

/** @param length of whole lines in the room @returns where the first line with a quoted item starts, else `length` */
export function cut(length: u32): u32 {
  const end = roomAt + length
  let at = roomAt
  while (at < end) {
    const start = at
    const before = entries
    const known = itemCount
    for (;;) {
      while (at < end && load<u8>(kinds + load<u8>(at)) == BLANK) at++
      if (at < end && load<u8>(at) == quote) {
        forget(before, known)
        return <u32>(start - roomAt)
      }
      const first = at
      let last = at
      let hash: u32 = 0
      let kind: u32 = ENDS
      for (let all: u32 = 0; at < end; at++) {
        const byte: u32 = load<u8>(at)
        kind = load<u8>(kinds + byte)
        if ((kind & (PARTS | ENDS)) != 0) break
        all = (all ^ byte) * HASH_FACTOR
        if (kind == BLANK) continue
        last = at + 1
        hash = all
      }
      if (last > first) take(first, <u32>(last - first), hash)
      if (at >= end) break
      at++
      if (kind == ENDS) break
    }
    endBasket()
  }
  return length
}

/** An item of the basket at hand, which lies at the start of the room. */
export function item(length: u32): void {
  let hash: u32 = 0
  for (let at = roomAt; at < roomAt + length; at++) hash = (hash ^ load<u8>(at)) * HASH_FACTOR
  take(roomAt, length, hash)
}

/** The basket at hand has all its items. */
export function endBasket(): void {
  const from = int(starts, baskets)
  sort(items + ((<usize>from) << 2), entries - from)
  if (baskets == mostBaskets) {
    starts = twice(starts, mostBaskets + 1, 2 * mostBaskets + 1)
    mostBaskets *= 2
  }
  setInt(starts, ++baskets, entries)
}

/** The basket at hand is not to be, nor what was met in it first. */
function forget(entriesBefore: i32, known: i32): void {
  for (let e = entriesBefore; e < entries; e++) setInt(seen, int(items, e), 0)
  entries = entriesBefore
  itemCount = known
  newTable()
}

function take(from: usize, length: u32, hash: u32): void {
  const number = numberOf(from, length, hash ^ (hash >> 15))
  if (int(seen, number) == baskets + 1) return
  setInt(seen, number, baskets + 1)
  if (entries == mostEntries) {
    items = twice(items, mostEntries, 2 * mostEntries)
    mostEntries *= 2
  }
  setInt(items, entries++, number)
}

function numberOf(from: usize, length: u32, hash: u32): i32 {
  let slot = <i32>hash & (slots - 1)
  for (let number = int(table, slot) - 1; number >= 0; number = int(table, slot) - 1) {
    if (<u32>int(hashes, number) == hash && isText(number, from, length)) return number
    slot = (slot + 1) & (slots - 1)
  }
  return add(from, length, hash, slot)
}

function startOf(number: i32): u32 {
  return number == 0 ? 0 : <u32>int(ends, number - 1)
}

function isText(number: i32, from: usize, length: u32): bool {
  const start = startOf(number)
  return <u32>int(ends, number) - start == length && memory.compare(text + start, from, length) == 0
}

function add(from: usize, length: u32, hash: u32, slot: i32): i32 {
  const number = itemCount++
  const start = startOf(number)
  const end = start + length
  if (end > textSize) {
    const size = max(end, textSize * 2)
    const larger = reserve(size)
    memory.copy(larger, text, start)
    text = larger
    textSize = size
  }
  memory.copy(text + start, from, length)
  setInt(ends, number, end)
  setInt(hashes, number, hash)
  setInt(seen, number, 0)
  setInt(table, slot, itemCount)
  if (2 * itemCount == slots) {
    slots *= 2
    newTable()
  }
  return number
}

/** A table of so many slots, and lists for half as many items, with what was in those before. */
function newTable(): void {
  const most = slots >> 1
  ends = twice(ends, itemCount, most)
  hashes = twice(hashes, itemCount, most)
  seen = twice(seen, itemCount, most)
  table = ints(slots)
  memory.fill(table, 0, (<usize>slots) << 2)
  for (let number = 0; number < itemCount; number++) {
    let slot = int(hashes, number) & (slots - 1)
    while (int(table, slot) != 0) slot = (slot + 1) & (slots - 1)
    setInt(table, slot, number + 1)
  }
}

/** A larger list with the same beginning. */
function twice(list: usize, held: i32, most: i32): usize {
  const larger = ints(most)
  memory.copy(larger, list, (<usize>held) << 2)
  return larger
}
