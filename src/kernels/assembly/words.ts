/**
 * Texts to words over WASM: the same promises as plain-words.ts.
 *
 * In:  room(), the bytes of the texts in it, then packed() or lines(), and resume() whenever a page of letters was
 *      missing and has been written where `page()` says.
 * Out: the words of all texts by number, where those of each text end, and the vocabulary: the exported places.
 * Memory: a part for each of these, of the size that the room may need at most; what is not touched is not there. The
 *      table of open addressing lies behind all of them and moves when it grows.
 *
 * ASCII goes by a table of 256 bytes. What lies beyond goes by pages of 256 code points, the facts of base/letters.ts;
 * a page that is not there yet stops the work at the start of the text, which is then done again.
 */

const NUL: u32 = 0
const END_MARK: u32 = 1
const LF: u32 = 10
const CR: u32 = 13
/** The lower case of a byte that is not ASCII. */
const OTHER: u32 = 0x80
/** The last of the bytes of a word that are digits. */
const NINE: u32 = 0x39

// Of base/letters.ts.
const WORD: u32 = 1
const CASED: u32 = 4
const CASE_IGNORABLE: u32 = 8
const SCRIPT_SHIFT: u32 = 4
const HAN: u32 = 1
const KANA: u32 = 2
const THAI: u32 = 3
const LOWER_SHIFT: u32 = 6
const CAPITAL_SIGMA: u32 = 0x3a3
const SMALL_SIGMA: u32 = 0x3c3
const FINAL_SIGMA: u32 = 0x3c2
const CAPITAL_I_WITH_DOT: u32 = 0x130

const FIRST_HASH: u32 = 0x811c9dc5
const HASH_FACTOR: u32 = 0x01000193

/** A slot: hash, 1 + number, where it starts, how long it is. */
const SLOT_LOG2: usize = 4
const FIRST_SLOTS: u32 = 1 << 15

const PAGES: u32 = 0x1100
const PAGE_BYTES: usize = 1024
const SLACK: usize = 64

const asciiLower: usize = memory.data(256)
/** For each page where it lies, 0 where it is not there. */
const pagePlaces: usize = memory.data(0x1100 * 4, 4)
let nextPage: usize = 0
/** The page that is missing, −1 for none. */
export let needed: i32 = -1

let roomStart: usize = 0
let length: usize = 0
export let tokens: usize = 0
export let tokenCount: i32 = 0
export let ends: usize = 0
export let textCount: i32 = 0
export let bytes: usize = 0
export let byteCount: i32 = 0
export let starts: usize = 0
export let hashes: usize = 0
export let vocabulary: i32 = 0
export let short: i32 = 0
/** Characters of words but for ASCII digits, and those of scripts that set no blanks between words. */
export let letters: i32 = 0
export let han: i32 = 0
export let kana: i32 = 0
export let thai: i32 = 0

let slots: usize = 0
let mask: u32 = 0
let free: usize = 0

let least: i32 = 2
/** Where the work goes on: the start of a text or a line. */
let at: usize = 0
let isLines: bool = false
let delimiter: u32 = 0
/** 256, which no byte is, where there is no quoting. */
let quote: u32 = 256
let place: i32 = 0

/** Room for `size` bytes of texts; what was there before is gone. */
export function room(size: i32): usize {
  if (nextPage == 0) {
    for (let byte: u32 = 0; byte < 256; byte++) store<u8>(asciiLower + byte, lowerOf(byte))
    nextPage = (__heap_base + 15) & ~15
  }
  const n = <usize>size
  roomStart = ((__heap_base + 15) & ~15) + <usize>PAGES * PAGE_BYTES
  tokens = aligned(roomStart + n + SLACK)
  ends = aligned(tokens + (n / 2 + 1) * 4)
  bytes = aligned(ends + (n + 1) * 4)
  starts = aligned(bytes + 2 * n + SLACK)
  hashes = aligned(starts + (n / 2 + 2) * 4)
  slots = aligned(hashes + (n / 2 + 1) * 4)
  mask = FIRST_SLOTS - 1
  free = slots + (<usize>FIRST_SLOTS << SLOT_LOG2)
  reach(free)
  memory.fill(slots, 0, <usize>FIRST_SLOTS << SLOT_LOG2)
  tokenCount = textCount = vocabulary = byteCount = short = 0
  letters = han = kana = thai = 0
  needed = -1
  store<i32>(starts, 0)
  return roomStart
}

/** Where the missing page is to be written: 256 u32. */
export function page(): usize {
  const there = nextPage
  nextPage += PAGE_BYTES
  store<u32>(pagePlaces + (<usize>needed << 2), <u32>there)
  needed = -1
  return there
}

/** The room holds packed texts. @returns whether all is done */
export function packed(size: i32, leastPoints: i32): bool {
  isLines = false
  length = roomStart + <usize>size
  least = leastPoints
  at = roomStart
  return resume()
}

/** The room holds lines. @returns whether all is done */
export function lines(size: i32, leastPoints: i32, cell: i32, parting: u32, quoting: u32): bool {
  isLines = true
  length = roomStart + <usize>size
  least = leastPoints
  place = cell
  delimiter = parting
  quote = quoting == 0 ? 256 : quoting
  at = roomStart
  return resume()
}

export function resume(): bool {
  return isLines ? takeLines() : takePacked()
}

function takePacked(): bool {
  while (at <= length) {
    let end = found(at, NUL)
    while (end < length && <u32>load<u8>(end + 1) != END_MARK) end = found(end + 2, NUL)
    if (!takeText(at, min(end, length))) return false
    at = end + 2
  }
  return true
}

function takeLines(): bool {
  while (at < length) {
    let cell = at
    for (let before = 0; before < place; before++) cell = cellEnd(cell) + 1
    const end = cellEnd(cell)
    if (!takeText(cell, end)) return false
    at = found(end, LF) + 1
  }
  return true
}

/** Where the cell ends: at a delimiter, a line end or the end of all. */
function cellEnd(cell: usize): usize {
  let i = cell
  if (i < length && <u32>load<u8>(i) == quote) {
    for (i++; i < length; i++) {
      if (<u32>load<u8>(i) != quote) continue
      if (<u32>load<u8>(i + 1) != quote) break
      i++
    }
  }
  const partings = i8x16.splat(<i8>delimiter)
  const lineEnds = i8x16.splat(<i8>LF)
  for (; i < length; i += 16) {
    const some = v128.load(i)
    const hits = i8x16.bitmask(v128.or(i8x16.eq(some, partings), i8x16.eq(some, lineEnds)))
    if (hits != 0) return min(i + ctz(hits), length)
  }
  return length
}

/** The next such byte from `from` on, or the end of all. */
function found(from: usize, byte: u32): usize {
  const wanted = i8x16.splat(<i8>byte)
  for (let i = from; i < length; i += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(i), wanted))
    if (hits != 0) return min(i + ctz(hits), length)
  }
  return length
}

/** @returns false where a page is missing: nothing of the text has been taken then */
function takeText(from: usize, end: usize): bool {
  const tokensBefore = tokenCount
  const shortBefore = short
  let lettersHere = 0
  let hanHere = 0
  let kanaHere = 0
  let thaiHere = 0
  let i = from
  while (i < end) {
    let lower: u32 = load<u8>(asciiLower + load<u8>(i))
    if (lower == 0) {
      i++
      continue
    }
    const start = bytes + byteCount
    let to = start
    let hash = FIRST_HASH
    let points = 0
    for (;;) {
      if (lower != OTHER) {
        store<u8>(to++, lower)
        hash = (hash ^ lower) * HASH_FACTOR
        points++
        lettersHere += <i32>(lower > NINE)
        i++
      } else {
        const point = pointAt(i)
        const facts = factsOf(point)
        if (needed >= 0) return undone(tokensBefore, shortBefore)
        const size = sizeAt(i)
        if ((facts & WORD) == 0) {
          if (to == start) i += size
          break
        }
        const letter = point == CAPITAL_SIGMA ? lowerSigma(i, from, end) : facts >> LOWER_SHIFT
        if (needed >= 0) return undone(tokensBefore, shortBefore)
        const next = writePoint(to, letter)
        for (; to < next; to++) hash = (hash ^ <u32>load<u8>(to)) * HASH_FACTOR
        points++
        lettersHere++
        const script = (facts >> SCRIPT_SHIFT) & 3
        if (script != 0) {
          hanHere += <i32>(script == HAN)
          kanaHere += <i32>(script == KANA)
          thaiHere += <i32>(script == THAI)
        }
        i += size
        // In lower case it is an i and a combining dot, which ends the run.
        if (point == CAPITAL_I_WITH_DOT) break
      }
      if (i >= end) break
      lower = load<u8>(asciiLower + load<u8>(i))
      if (lower == 0) break
    }
    if (points >= least) {
      store<i32>(tokens + (<usize>tokenCount << 2), numberOf(start, <i32>(to - start), hash))
      tokenCount++
    } else if (points > 0) short++
  }
  store<i32>(ends + (<usize>textCount << 2), tokenCount)
  textCount++
  letters += lettersHere
  han += hanHere
  kana += kanaHere
  thai += thaiHere
  return true
}

/** New words of the text stay in the vocabulary: it is done again, and they are met again. */
function undone(tokensBefore: i32, shortBefore: i32): bool {
  tokenCount = tokensBefore
  short = shortBefore
  return false
}

function numberOf(start: usize, size: i32, hash: u32): i32 {
  let i = spread(hash) & mask
  let slot = slots + (<usize>i << SLOT_LOG2)
  let number = load<i32>(slot, 4) - 1
  while (number >= 0) {
    const isIt = load<u32>(slot) == hash && load<i32>(slot, 12) == size
    if (isIt && isSame(bytes + load<u32>(slot, 8), start, size)) return number
    i = (i + 1) & mask
    slot = slots + (<usize>i << SLOT_LOG2)
    number = load<i32>(slot, 4) - 1
  }
  return added(slot, size, hash)
}

function isSame(a: usize, b: usize, size: i32): bool {
  let i: i32 = 0
  for (; i + 8 <= size; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  for (; i < size; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
  return true
}

function added(slot: usize, size: i32, hash: u32): i32 {
  const number = vocabulary++
  store<u32>(slot, hash)
  store<i32>(slot, number + 1, 4)
  store<i32>(slot, byteCount, 8)
  store<i32>(slot, size, 12)
  byteCount += size
  store<u32>(hashes + (<usize>number << 2), hash)
  store<i32>(starts + (<usize>(number + 1) << 2), byteCount)
  if (<u32>vocabulary * 2 > mask) grow()
  return number
}

function grow(): void {
  const before = slots
  const count = mask + 1
  slots = free
  free = slots + (<usize>count << (SLOT_LOG2 + 1))
  reach(free)
  memory.fill(slots, 0, <usize>count << (SLOT_LOG2 + 1))
  mask = mask * 2 + 1
  for (let old: u32 = 0; old < count; old++) {
    const from = before + (<usize>old << SLOT_LOG2)
    if (load<i32>(from, 4) == 0) continue
    let i = spread(load<u32>(from)) & mask
    while (load<i32>(slots + (<usize>i << SLOT_LOG2), 4) != 0) i = (i + 1) & mask
    v128.store(slots + (<usize>i << SLOT_LOG2), v128.load(from))
  }
}

/** As in token-table.ts. */
function spread(hash: u32): u32 {
  const h = (hash ^ (hash >>> 15)) * 0x2c1b3c6d
  return h ^ (h >>> 13)
}

/** Sets `needed` where its page is not there. */
function factsOf(point: u32): u32 {
  const there = load<u32>(pagePlaces + (<usize>(point >> 8) << 2))
  if (there == 0) {
    needed = <i32>(point >> 8)
    return 0
  }
  return load<u32>(<usize>there + (<usize>(point & 255) << 2))
}

/** As in base/letters.ts; the text stands from `from` to `end`. */
function lowerSigma(i: usize, from: usize, end: usize): u32 {
  let before = i
  let facts: u32 = 0
  do {
    if (before == from) return SMALL_SIGMA
    before--
    while ((load<u8>(before) & 0xc0) == 0x80) before--
    facts = factsOf(pointAt(before))
    if (needed >= 0) return 0
  } while ((facts & CASE_IGNORABLE) != 0)
  if ((facts & CASED) == 0) return SMALL_SIGMA
  let behind = i
  do {
    behind += sizeAt(behind)
    if (behind >= end) return FINAL_SIGMA
    facts = factsOf(pointAt(behind))
    if (needed >= 0) return 0
  } while ((facts & CASE_IGNORABLE) != 0)
  return (facts & CASED) != 0 ? SMALL_SIGMA : FINAL_SIGMA
}

function sizeAt(i: usize): usize {
  const byte = load<u8>(i)
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
}

function pointAt(i: usize): u32 {
  const byte: u32 = load<u8>(i)
  if (byte < 0x80) return byte
  const second: u32 = load<u8>(i + 1) & 0x3f
  if (byte < 0xe0) return ((byte & 0x1f) << 6) | second
  const third: u32 = load<u8>(i + 2) & 0x3f
  if (byte < 0xf0) return ((byte & 0x0f) << 12) | (second << 6) | third
  return ((byte & 0x07) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(i + 3) & 0x3f)
}

/** @returns where it ends */
function writePoint(to: usize, point: u32): usize {
  if (point < 0x80) {
    store<u8>(to, point)
    return to + 1
  }
  if (point < 0x800) {
    store<u8>(to, 0xc0 | (point >> 6))
    store<u8>(to + 1, 0x80 | (point & 0x3f))
    return to + 2
  }
  if (point < 0x10000) {
    store<u8>(to, 0xe0 | (point >> 12))
    store<u8>(to + 1, 0x80 | ((point >> 6) & 0x3f))
    store<u8>(to + 2, 0x80 | (point & 0x3f))
    return to + 3
  }
  store<u8>(to, 0xf0 | (point >> 18))
  store<u8>(to + 1, 0x80 | ((point >> 12) & 0x3f))
  store<u8>(to + 2, 0x80 | ((point >> 6) & 0x3f))
  store<u8>(to + 3, 0x80 | (point & 0x3f))
  return to + 4
}

function lowerOf(byte: u32): u32 {
  if (byte >= 0x80) return OTHER
  if (byte >= 65 && byte <= 90) return byte + 32
  const isWord = (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || byte == 95
  return isWord ? byte : 0
}

function aligned(address: usize): usize {
  return (address + 15) & ~15
}

/** Memory up to there. */
function reach(address: usize): void {
  const wanted = <i32>((address + SLACK + 0xffff) >> 16)
  const there = memory.size()
  if (wanted > there && memory.grow(wanted - there) < 0) unreachable()
}
