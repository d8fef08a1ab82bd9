/**
 * Rules from itemsets over WASM: the promises of kernels/rules.ts.
 *
 * In:  room(), the tree and what is allowed written where the exported places say, begin(), then itemsets().
 * Out: what it finds, in a buffer that is given away (`take`) whenever it is full, and at the end by whoever asks.
 *
 * An itemset is found by the one without its last item and the rank of that: open addressing, at most half full.
 */
import { int, ints, reserve, reset, setInt } from './parts/stack'

/** Takes the first `count` entries of the four arrays at `wholes`, `lefts`, `rights` and `groupsOf`. */
@external('rules', 'take')
declare function give(count: i32): void

/** Entries of the buffer of what was found. */
const FOUND: i32 = 1 << 14
/** Numbers of a group. */
const NUMBERS: i32 = 5
/** Slots for groups at first. */
const FIRST_SLOTS: i32 = 1 << 12

// The tree, by itemset.
export let parents: usize = 0
export let ranks: usize = 0
export let counts: usize = 0
/** By rank: 0 keeps an item off that side. */
export let leftAllowed: usize = 0
export let rightAllowed: usize = 0
/** Ranks that every rule holds. */
export let needed: usize = 0

export let wholes: usize = 0
export let lefts: usize = 0
export let rights: usize = 0
export let groupsOf: usize = 0
/** Entries that wait in the buffer. */
export let waiting: i32 = 0

/** Of each group the baskets with the left side, with the right side and with both, its length, and its rules. */
export let groupNumbers: usize = 0
export let groupCount: i32 = 0

// The surest rule that is not sure enough.
export let bestConfidence: f64 = -1
export let bestWhole: i32 = -1
export let bestLeft: i32 = -1
export let bestRight: i32 = -1

let baskets: i32 = 0
let minConfidence: f64 = 0
let maxRight: i32 = 0
let minLength: i32 = 0
let neededCount: i32 = 0
let noRedundant: bool = false

/** 1 + the number of an itemset. */
let table: usize = 0
let mask: i32 = 0
let lengths: usize = 0

/** 1 + the number of a group, at most half full; both arrays move when they grow. */
let groupTable: usize = 0
let groupMask: i32 = 0

// The itemset at hand: its ranks, its beginnings in the tree, and which of its items are on the right.
let whole: i32 = 0
let length: i32 = 0
let own: usize = 0
let beginnings: usize = 0
let onRight: usize = 0

export function room(itemsets: i32, items: i32, neededItems: i32): void {
  reset()
  parents = ints(itemsets)
  ranks = ints(itemsets)
  counts = ints(itemsets)
  leftAllowed = reserve(items)
  rightAllowed = reserve(items)
  needed = ints(neededItems)
  neededCount = neededItems
  wholes = ints(FOUND)
  lefts = ints(FOUND)
  rights = ints(FOUND)
  groupsOf = ints(FOUND)
  waiting = 0
}

export function begin(
  itemsets: i32,
  all: i32,
  leastConfidence: f64,
  mostRight: i32,
  leastLength: i32,
  leavesRedundant: bool,
): void {
  baskets = all
  minConfidence = leastConfidence
  maxRight = mostRight
  minLength = leastLength
  noRedundant = leavesRedundant
  let slots = 16
  while (slots < 2 * itemsets) slots *= 2
  mask = slots - 1
  table = ints(slots)
  memory.fill(table, 0, (<usize>slots) << 2)
  lengths = ints(itemsets)
  let longest = 0
  for (let itemset = 0; itemset < itemsets; itemset++) {
    const parent = int(parents, itemset)
    const size = parent < 0 ? 1 : int(lengths, parent) + 1
    setInt(lengths, itemset, size)
    longest = max(longest, size)
    let slot = slotOf(parent, int(ranks, itemset))
    while (int(table, slot) != 0) slot = (slot + 1) & mask
    setInt(table, slot, itemset + 1)
  }
  own = ints(longest)
  beginnings = ints(longest)
  onRight = reserve(longest)
  groupCount = 0
  groupRoom(FIRST_SLOTS)
}

/** Parts the itemsets from … to−1. */
export function itemsets(from: i32, to: i32): void {
  for (let itemset = from; itemset < to; itemset++) {
    length = int(lengths, itemset)
    if (length < max(minLength, minLength == 1 ? 1 : 2)) continue
    whole = itemset
    for (let at = itemset, place = length - 1; place >= 0; place--) {
      setInt(own, place, int(ranks, at))
      setInt(beginnings, place, at)
      at = int(parents, at)
    }
    if (!holdsNeeded()) continue
    memory.fill(onRight, 0, length)
    moreOnRight(0, 0)
  }
}

function holdsNeeded(): bool {
  for (let i = 0; i < neededCount; i++) {
    let place = 0
    while (place < length && int(own, place) != int(needed, i)) place++
    if (place == length) return false
  }
  return true
}

/** Right sides that have `size` items already and get another from place `from` on. */
function moreOnRight(from: i32, size: i32): void {
  if (size == maxRight || size == length - (minLength == 1 ? 0 : 1)) return
  for (let place = from; place < length; place++) {
    if (load<u8>(rightAllowed + int(own, place)) == 0) continue
    store<u8>(onRight + place, 1)
    const left = leftSide(place, size)
    const confidence = confidenceOf(whole, left)
    if (isLeftAllowed()) {
      if (confidence >= minConfidence) {
        if (!noRedundant || !partIsAsSure(confidence, 0, -1, -1, 0)) keep(left)
      } else if (confidence > bestConfidence) {
        bestConfidence = confidence
        bestWhole = whole
        bestLeft = left
        bestRight = rightSide()
      }
    }
    if (confidence >= minConfidence) moreOnRight(place + 1, size + 1)
    store<u8>(onRight + place, 0)
  }
}

function keep(left: i32): void {
  if (waiting == FOUND) {
    give(FOUND)
    waiting = 0
  }
  const right = rightSide()
  setInt(wholes, waiting, whole)
  setInt(lefts, waiting, left)
  setInt(rights, waiting, right)
  setInt(groupsOf, waiting, groupOf(left < 0 ? baskets : int(counts, left), int(counts, right), int(counts, whole)))
  waiting++
}

function confidenceOf(both: i32, left: i32): f64 {
  return <f64>int(counts, both) / <f64>(left < 0 ? baskets : int(counts, left))
}

function isLeftAllowed(): bool {
  for (let place = 0; place < length; place++) {
    if (load<u8>(onRight + place) == 0 && load<u8>(leftAllowed + int(own, place)) == 0) return false
  }
  return true
}

/** The itemset of what is not on the right; −1 when that is nothing. @param last the rightmost item on the right */
function leftSide(last: i32, size: i32): i32 {
  // With one item on the right, all in front of it is a beginning of the itemset.
  let place = size == 0 ? last : 0
  let node = place == 0 ? -1 : int(beginnings, place - 1)
  for (; place < length; place++) {
    if (load<u8>(onRight + place) == 0) node = extension(node, int(own, place))
  }
  return node
}

function rightSide(): i32 {
  let node = -1
  for (let place = 0; place < length; place++) {
    if (load<u8>(onRight + place) == 1) node = extension(node, int(own, place))
  }
  return node
}

/**
 * Whether some part of the left side, the empty one among them, leads to the right side as surely.
 *
 * @param place   items in front of it have been decided on
 * @param part    the itemset of the left items taken
 * @param both    that with the right items in front of `place`
 * @param dropped left items not taken
 */
function partIsAsSure(confidence: f64, place: i32, part: i32, both: i32, dropped: i32): bool {
  if (place == length) return dropped > 0 && confidenceOf(both, part) >= confidence
  const rank = int(own, place)
  if (load<u8>(onRight + place) == 1)
    return partIsAsSure(confidence, place + 1, part, extension(both, rank), dropped)
  if (partIsAsSure(confidence, place + 1, part, both, dropped + 1)) return true
  return partIsAsSure(confidence, place + 1, extension(part, rank), extension(both, rank), dropped)
}

/** The itemset of another one and an item of a higher rank than all of its own; it is there. */
function extension(itemset: i32, rank: i32): i32 {
  let slot = slotOf(itemset, rank)
  let found = int(table, slot) - 1
  while (found >= 0 && (int(parents, found) != itemset || int(ranks, found) != rank)) {
    slot = (slot + 1) & mask
    found = int(table, slot) - 1
  }
  return found
}

function slotOf(parent: i32, rank: i32): i32 {
  const hash = (<u32>(parent + 1) * 0x9e3779b1) ^ (<u32>(rank + 1) * 0x85ebca6b)
  return <i32>(hash ^ (hash >> 15)) & mask
}

// --------------------------------------------------------------------- groups

/** The group of the counts and the length of the itemset at hand, which has one more rule now. */
function groupOf(a: i32, c: i32, x: i32): i32 {
  let slot = groupSlot(a, c, x, length)
  for (; ; slot = (slot + 1) & groupMask) {
    const group = int(groupTable, slot) - 1
    if (group < 0) break
    const at = group * NUMBERS
    if (
      int(groupNumbers, at) == a &&
      int(groupNumbers, at + 1) == c &&
      int(groupNumbers, at + 2) == x &&
      int(groupNumbers, at + 3) == length
    ) {
      setInt(groupNumbers, at + 4, int(groupNumbers, at + 4) + 1)
      return group
    }
  }
  const at = groupCount * NUMBERS
  setInt(groupNumbers, at, a)
  setInt(groupNumbers, at + 1, c)
  setInt(groupNumbers, at + 2, x)
  setInt(groupNumbers, at + 3, length)
  setInt(groupNumbers, at + 4, 1)
  setInt(groupTable, slot, ++groupCount)
  if (2 * groupCount > groupMask) groupRoom(2 * (groupMask + 1))
  return groupCount - 1
}

/** Room for half as many groups as slots, and the groups that there are in it. */
function groupRoom(slots: i32): void {
  const numbers = ints((slots / 2 + 1) * NUMBERS)
  memory.copy(numbers, groupNumbers, (<usize>(groupCount * NUMBERS)) << 2)
  groupNumbers = numbers
  groupTable = ints(slots)
  memory.fill(groupTable, 0, (<usize>slots) << 2)
  groupMask = slots - 1
  for (let group = 0; group < groupCount; group++) {
    const at = group * NUMBERS
    let slot = groupSlot(int(numbers, at), int(numbers, at + 1), int(numbers, at + 2), int(numbers, at + 3))
    while (int(groupTable, slot) != 0) slot = (slot + 1) & groupMask
    setInt(groupTable, slot, group + 1)
  }
}

function groupSlot(a: i32, c: i32, x: i32, size: i32): i32 {
  let hash: u32 = <u32>a * 0x9e3779b1
  hash = (hash ^ <u32>c ^ (hash >> 15)) * 0x85ebca6b
  hash = (hash ^ <u32>x ^ (<u32>size * 0x27d4eb2f) ^ (hash >> 13)) * 0xc2b2ae35
  return <i32>(hash ^ (hash >> 16)) & groupMask
}
