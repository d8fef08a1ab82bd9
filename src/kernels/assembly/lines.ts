/**
 * Lines of a CSV file picked and joined as bytes, over WASM SIMD: the same promises as plain-lines.ts.
 *
 * In:  shape() and what goes with a mode, then blocks of whole lines in the room, each given to run().
 * Out: CSV text in the outlet, `written` bytes of it; the exported counters.
 * Memory: the room, the outlet, and of a right side that is built 24 bytes a row beside its cells.
 *
 * As in scan.ts, 64 bytes at a time become one bit mask, here of the delimiter, the quote, LF and `#`. The ends of
 * a record's cells are noted, and at its line end the record is looked at as a whole. Most are copied as they
 * stand. A record with a quote or a `#` in it is looked at cell by cell: cells leave quoted where the engine's own
 * writer would quote them (delimiter, quote, CR, LF, `#`, or a quoted empty cell) and only there.
 *
 * The right side of a join is a table of open addressing: eight bytes a slot, 32 bits of the hash and the address
 * of the first row with that key; rows of one key are chained in their order. A row keeps its key, for comparing,
 * and the cells that it adds, ready to be copied behind a left line.
 *
 * A slot and its row lie anywhere in memory, so each costs misses of the cache. Rows are therefore looked up in
 * batches: first all slots are touched, then all rows that they name, so that the misses of a batch overlap. (Chen,
 * Ailamaki, Gibbons, Mowry, "Improving hash join performance through prefetching", ICDE 2004: group prefetching,
 * with loads in place of the prefetches that WASM lacks.)
 */

const LF: u32 = 10
const CR: u32 = 13
const BLANK: u32 = 32
const QUOTE: u32 = 34
const HASH_SIGN: u32 = 35

// What is done with a record.
const SELECT: i32 = 0
const BUILD: i32 = 1
const PROBE: i32 = 2
/** The keys of left rows that meet nothing. */
const ALONE: i32 = 3

// What is looked at in a column.
const LOOK_EMPTY: u32 = 1
const LOOK_TEXTS: u32 = 2

/** Vector loads and copies may go beyond what they are after by this many bytes. */
const SLACK: usize = 64

let mode: i32 = SELECT
let delimiter: u32 = 0
/** 256, which no byte is, where there is no quoting. */
let quote: u32 = 0
let outDelimiter: u32 = 0
let columns: i32 = 0
/** Cells of a record may be copied as they stand: the delimiter does not change. */
let sameDelimiter: bool = true

let roomStart: usize = 0
let roomSize: usize = 0
let outStart: usize = 0
let outSize: usize = 0

/** u32 a cell: where it ends, from the start of the room. */
let ends: usize = 0
let endsCapacity: i32 = 0
/** One byte a column: 0 not looked at, 1 missing where empty, 2 also where one of the missing texts. */
let looks: usize = 0
let looksCapacity: i32 = 0
let lookCount: i32 = 0
let least: i32 = 0

/** Texts that stand for a missing cell: u32 length and bytes each. */
let texts: usize = 0
let textCount: i32 = 0
let blanksAreMissing: bool = false
const startsText: usize = memory.data(256)

/** Places of the keys, with HAS_TEXTS where missing texts count; places of the cells that a right row adds. */
const HAS_TEXTS: u32 = 0x80000000
let keys: usize = 0
let keyCount: i32 = 0
let added: usize = 0
let addedCount: i32 = 0

/** A key that is not one piece of the room. */
let keyScratch: usize = 0
let keyScratchSize: usize = 0
let keyStart: usize = 0
let keyLength: usize = 0

let slots: usize = 0
let slotMask: u32 = 0
let arena: usize = 0
let arenaEnd: usize = 0
const ARENA: usize = 1 << 24
/** A row of the right side: next and last of its key, length of the key, length of the rest; then both. */
const NEXT: usize = 0
const LAST: usize = 4
const KEY_LENGTH: usize = 8
const REST_LENGTH: usize = 12
const ROW_HEAD: usize = 16

let keepsUnmatched: bool = false
/** Every row of the right side whose place in its stretch comes round is put among `samples`. */
let sampleStep: u32 = 0
let samples: usize = 0
let sampleCapacity: i32 = 0
let sampleCount: i32 = 0
/** Text that stands behind the rows to come, and u32 a row: where it ends. */
let appends: bool = false
let tails: usize = 0
let tailBytes: usize = 0
let tailEnds: usize = 0
let tailCount: i32 = 0
let tailsUsed: i32 = 0

/** The match at which the outlet was full. */
let pending: usize = 0

/**
 * Rows that wait to be looked up: of the left where the record starts and ends, its key, and the rows taken in
 * before it; of the right its address. Kept apart by kind, u32 each.
 */
const BATCH: i32 = 32
const batchHash: usize = memory.data(32 * 4, 4)
const batchRow: usize = memory.data(32 * 4, 4)
const batchStart: usize = memory.data(32 * 4, 4)
const batchEnd: usize = memory.data(32 * 4, 4)
const batchKey: usize = memory.data(32 * 4, 4)
const batchKeyLength: usize = memory.data(32 * 4, 4)
const batchRowsIn: usize = memory.data(32 * 8, 8)
let batchCount: i32 = 0
/** The record that the outlet has no room for. */
let stoppedAt: usize = 0
/** Left rows that ALONE still looks at. */
let lookLimit: i32 = 0
let aloneLimit: i32 = 0

export let written: usize = 0
/** Bytes that the outlet has to hold for the record at which run() stopped; 0 where it did not stop for that. */
export let needed: usize = 0
export let rowsIn: f64 = 0
export let rowsOut: f64 = 0
/** 1 when a record is not as wide as the scan found all of them: the file has changed since. */
export let changed: i32 = 0

// The run of lines that go out as they stand.
let runStart: usize = 0
let runEnd: usize = 0

export function room(size: i32): usize {
  if (<usize>size > roomSize) {
    roomStart = heap.alloc(<usize>size + 2 * SLACK) + SLACK
    roomSize = size
  }
  return roomStart
}

/** Where text goes. It grows only while it is empty. */
export function outlet(size: i32): usize {
  if (<usize>size > outSize) {
    outStart = heap.alloc(<usize>size + SLACK)
    outSize = size
  }
  return outStart
}

export function shape(delimiterByte: i32, quoteByte: i32, outDelimiterByte: i32, width: i32): void {
  delimiter = delimiterByte
  quote = quoteByte == 0 ? 256 : quoteByte
  outDelimiter = outDelimiterByte
  sameDelimiter = delimiter == outDelimiter
  columns = width
  if (width > endsCapacity) {
    ends = heap.alloc(<usize>width << 2)
    endsCapacity = width
  }
  if (width > looksCapacity) {
    looks = heap.alloc(<usize>width)
    looksCapacity = width
  }
  memory.fill(looks, 0, <usize>width)
  lookCount = 0
  keyCount = 0
  textCount = 0
  blanksAreMissing = false
  written = 0
  rowsIn = 0
  rowsOut = 0
  pending = 0
  appends = false
  mode = SELECT
}

/**
 * The rows to come get text behind them. run() stops at the row that has none left.
 *
 * @returns bytes for the caller to fill; behind `size` of them, at the next multiple of four, u32 ends of the rows
 */
export function behind(size: i32, rows: i32): usize {
  const most = ((<usize>size + 3) & ~3) + (<usize>rows << 2)
  if (most > tailBytes) {
    tails = heap.alloc(most + SLACK)
    tailBytes = most
  }
  tailEnds = tails + ((<usize>size + 3) & ~3)
  tailCount = rows
  tailsUsed = 0
  appends = true
  return tails
}

/** Rows whose text of behind() has not been used. */
export function leftBehind(): i32 {
  return tailCount - tailsUsed
}

/** @returns one byte a column, for the caller to fill */
export function filter(count: i32, leastPresent: i32): usize {
  lookCount = count
  least = leastPresent
  return looks
}

/** @returns `size` bytes for the caller to fill with u32 lengths and bytes */
export function missingTexts(count: i32, size: i32, blanks: bool): usize {
  textCount = count
  blanksAreMissing = blanks
  texts = heap.alloc(<usize>size + SLACK)
  return texts
}

/** After the texts were filled in. */
export function textsAreIn(): void {
  memory.fill(startsText, 0, 256)
  let at = texts
  for (let i = 0; i < textCount; i++) {
    const length = load<u32>(at)
    if (length > 0) store<u8>(startsText + <usize>load<u8>(at + 4), 1)
    at += 4 + length
  }
  if (blanksAreMissing) store<u8>(startsText + BLANK, 1)
}

/**
 * @param addedPlaces −1: those of the right side stay as they are
 * @returns u32 places of the keys and, behind them, of the cells that a right row adds, for the caller to fill
 */
export function places(keyPlaces: i32, addedPlaces: i32): usize {
  keyCount = keyPlaces
  keys = heap.alloc(<usize>(keyPlaces + max(addedPlaces, 0)) << 2)
  if (addedPlaces >= 0) {
    addedCount = addedPlaces
    added = keys + (<usize>keyPlaces << 2)
  }
  return keys
}

/** The records to come are the right side of a join. */
export function build(rows: i32, step: i32): void {
  mode = BUILD
  let capacity: u32 = 1024
  while (capacity < <u32>rows * 2) capacity <<= 1
  slots = heap.alloc(<usize>capacity << 3)
  memory.fill(slots, 0, <usize>capacity << 3)
  slotMask = capacity - 1
  sampleStep = step
  sampleCapacity = rows / step + 2
  samples = heap.alloc(<usize>sampleCapacity << 2)
  sampleCount = 0
}

/** The records to come are the left side. */
export function probe(keepUnmatched: bool): void {
  mode = PROBE
  keepsUnmatched = keepUnmatched
}

/** Of the first `rows` records to come the keys that meet nothing are wanted, `most` of them. */
export function alone(rows: i32, most: i32): void {
  mode = ALONE
  lookLimit = rows
  aloneLimit = most
}

/** The sampled keys of the right side into the outlet, which has to have room for them; u32 length and bytes each. */
export function sampledKeys(): void {
  written = 0
  for (let i = 0; i < sampleCount; i++) {
    const row = <usize>load<u32>(samples + (<usize>i << 2))
    putKey(row + ROW_HEAD, load<u32>(row, KEY_LENGTH))
  }
}

/** Bytes that sampledKeys() writes. */
export function sampledSize(): i32 {
  let size: u32 = 0
  for (let i = 0; i < sampleCount; i++) size += 4 + load<u32>(<usize>load<u32>(samples + (<usize>i << 2)), KEY_LENGTH)
  return size
}

function putKey(at: usize, length: u32): void {
  store<u32>(outStart + written, length)
  memory.copy(outStart + written + 4, at, length)
  written += 4 + length
}

@inline
function meaningful16(at: usize, delimiters: v128, quotes: v128): u64 {
  const block = v128.load(at)
  const line = v128.or(i8x16.eq(block, i8x16.splat(<i8>LF)), i8x16.eq(block, i8x16.splat(<i8>HASH_SIGN)))
  const cell = v128.or(i8x16.eq(block, delimiters), i8x16.eq(block, quotes))
  return <u64>(<u32>i8x16.bitmask(v128.or(line, cell)))
}

@inline
function meaningful(at: usize, delimiters: v128, quotes: v128): u64 {
  return (
    meaningful16(at, delimiters, quotes) |
    (meaningful16(at + 16, delimiters, quotes) << 16) |
    (meaningful16(at + 32, delimiters, quotes) << 32) |
    (meaningful16(at + 48, delimiters, quotes) << 48)
  )
}

/**
 * Takes the records from `from` to `length`, where a line ends.
 *
 * @returns where it stands: `length`, or before it at the start of a record when the outlet is full or `changed`
 */
export function run(from: i32, length: i32): i32 {
  const start = roomStart
  const end = start + <usize>length
  const delimiters = i8x16.splat(<i8>delimiter)
  // A quote is looked for where there is no quoting too: such text leaves quoted.
  const quotes = i8x16.splat(<i8>QUOTE)
  const delimiterHere = delimiter
  const quoteHere = quote
  const endsHere = ends
  const lastCell = columns - 1
  let inQuotes: u32 = 0
  let special = !sameDelimiter
  let closing: usize = 0
  let cells: i32 = 0
  let recordStart = start + <usize>from
  written = 0
  needed = 0
  runStart = recordStart
  runEnd = recordStart

  for (let block = recordStart; block < end; block += 64) {
    let mask = meaningful(block, delimiters, quotes)
    if (end - block < 64) mask &= ((<u64>1) << (end - block)) - 1
    for (; mask != 0; mask &= mask - 1) {
      const at = block + <usize>ctz(mask)
      const byte = <u32>load<u8>(at)
      if (((byte ^ delimiterHere) | inQuotes) == 0) {
        if (cells >= lastCell) return brokenAt(recordStart)
        store<u32>(endsHere + (<usize>cells << 2), <u32>(at - start))
        cells++
        continue
      }
      if (byte == LF) {
        if (inQuotes != 0 || cells != lastCell) return brokenAt(recordStart)
        const contentEnd = at > recordStart && <u32>load<u8>(at - 1) == CR ? at - 1 : at
        store<u32>(endsHere + (<usize>cells << 2), <u32>(contentEnd - start))
        if (!takeRecord(recordStart, contentEnd, at, special)) return <i32>(stoppedAt - start)
        recordStart = at + 1
        cells = 0
        special = !sameDelimiter
        continue
      }
      special = true
      if (byte != quoteHere) continue
      if (inQuotes != 0) {
        inQuotes = 0
        closing = at
      } else {
        const cellStart =
          cells == 0 ? recordStart : start + <usize>load<u32>(endsHere + (<usize>(cells - 1) << 2)) + 1
        // The second of a doubled quote opens the cell again.
        if (at == cellStart || (closing == at - 1 && at > cellStart + 1 && <u32>load<u8>(cellStart) == quoteHere)) {
          inQuotes = 1
        }
      }
    }
  }
  flushRun()
  if (!flushBatch()) return <i32>(stoppedAt - start)
  if (recordStart != end) return brokenAt(recordStart)
  return length
}

function brokenAt(recordStart: usize): i32 {
  changed = 1
  return <i32>(recordStart - roomStart)
}

/** @returns false when the outlet has no room for it */
@inline
function takeRecord(recordStart: usize, contentEnd: usize, lineEnd: usize, special: bool): bool {
  if (lookCount > 0 && !hasEnough(recordStart)) {
    rowsIn++
    return true
  }
  if (appends) return putAppended(recordStart, contentEnd, special)
  if (mode == SELECT) {
    rowsIn++
    rowsOut++
    if (contentEnd == lineEnd && (!special || isCanonical(recordStart))) {
      if (runEnd != recordStart) {
        flushRun()
        runStart = recordStart
      }
      runEnd = lineEnd + 1
    } else {
      flushRun()
      putLine(recordStart, contentEnd, special)
      putByte(LF)
      runStart = runEnd = 0
    }
    return true
  }
  if (mode == PROBE) return probeRecord(recordStart, contentEnd, special)
  rowsIn++
  if (mode == BUILD) buildRecord(recordStart, special)
  else aloneRecord(recordStart)
  return true
}

/** A row and the text that stands behind it. @returns false when there is none, or no room for it */
function putAppended(recordStart: usize, contentEnd: usize, special: bool): bool {
  stoppedAt = recordStart
  if (tailsUsed == tailCount) return false
  const start = tailsUsed == 0 ? 0 : <usize>load<u32>(tailEnds + (<usize>(tailsUsed - 1) << 2))
  const end = <usize>load<u32>(tailEnds + (<usize>tailsUsed << 2))
  if (!fits(mostBytes(contentEnd - recordStart) + end - start)) return false
  putLine(recordStart, contentEnd, special)
  putBytes(tails + start, end - start)
  putByte(LF)
  tailsUsed++
  rowsIn++
  rowsOut++
  return true
}

function flushRun(): void {
  const length = runEnd - runStart
  if (mode != SELECT || length == 0) return
  memory.copy(outStart + written, runStart, length)
  written += length
  runStart = runEnd
}

/** The cell at a place: from here to cellEnd. */
@inline
function cellStartOf(place: u32, recordStart: usize): usize {
  return place == 0 ? recordStart : roomStart + <usize>load<u32>(ends + (<usize>(place - 1) << 2)) + 1
}

@inline
function cellEndOf(place: u32): usize {
  return roomStart + <usize>load<u32>(ends + (<usize>place << 2))
}

/** Enough of the cells that are looked at are there. */
function hasEnough(recordStart: usize): bool {
  let present: i32 = 0
  let left: i32 = lookCount
  const count = columns
  for (let place: i32 = 0; place < count; place++) {
    const look = <u32>load<u8>(looks + place)
    if (look == 0) continue
    left--
    if (!isMissing(cellStartOf(place, recordStart), cellEndOf(place), look)) present++
    if (present >= least) return true
    if (present + left < least) return false
  }
  return present >= least
}

@inline
function isMissing(start: usize, end: usize, look: u32): bool {
  if (start == end) return true
  const first = <u32>load<u8>(start)
  if (first == quote) {
    if (end - start == 2) return true
    return look == LOOK_TEXTS && isMissingQuoted(start, end)
  }
  return look == LOOK_TEXTS && load<u8>(startsText + first) != 0 && isMissingText(start, end - start)
}

function isMissingQuoted(start: usize, end: usize): bool {
  unquote(start, end)
  return isMissingText(keyStart, keyLength)
}

function isMissingText(start: usize, length: usize): bool {
  if (length == 0) return true
  if (blanksAreMissing) {
    let blank: usize = 0
    while (blank < length && load<u8>(start + blank) == BLANK) blank++
    if (blank == length) return true
  }
  let at = texts
  for (let i = 0; i < textCount; i++) {
    const size = load<u32>(at)
    if (<usize>size == length && memory.compare(at + 4, start, length) == 0) return true
    at += 4 + size
  }
  return false
}

/** The text of a quoted cell, to keyStart and keyLength. */
function unquote(start: usize, end: usize): void {
  const inner = end - 1
  let doubled = false
  for (let at = start + 1; at < inner; at++) {
    if (<u32>load<u8>(at) == quote) {
      doubled = true
      break
    }
  }
  keyStart = start + 1
  keyLength = inner - keyStart
  if (!doubled) return
  roomForKey(end - start)
  let out = keyScratch
  for (let at = start + 1; at < inner; at++) {
    const byte = load<u8>(at)
    if (<u32>byte == quote) at++
    store<u8>(out++, byte)
  }
  keyStart = keyScratch
  keyLength = out - keyScratch
}

function roomForKey(size: usize): void {
  if (size <= keyScratchSize) return
  keyScratchSize = size * 2 + 1024
  keyScratch = heap.alloc(keyScratchSize + SLACK)
}

/** No cell of the record has other quotes than the output has, and the delimiter stays. */
function isCanonical(recordStart: usize): bool {
  if (!sameDelimiter) return false
  const count = columns
  for (let place: i32 = 0; place < count; place++) {
    const start = cellStartOf(place, recordStart)
    const end = cellEndOf(place)
    if (start == end) continue
    if (<u32>load<u8>(start) == quote) {
      if (end - start > 2 && !needsQuotes(start + 1, end - 1)) return false
    } else if (needsQuotes(start, end)) {
      return false
    }
  }
  return true
}

function needsQuotes(start: usize, end: usize): bool {
  for (let at = start; at < end; at++) {
    const byte = <u32>load<u8>(at)
    if (byte == outDelimiter || byte == QUOTE || byte == HASH_SIGN || byte == LF || byte == CR) return true
  }
  return false
}

@inline
function putByte(byte: u32): void {
  store<u8>(outStart + written, <u8>byte)
  written++
}

/** Copies by sixteen bytes, beyond the end: for pieces of usual size half the time of memory.copy. */
@inline
function putBytes(start: usize, length: usize): void {
  const target = outStart + written
  if (length > 512) memory.copy(target, start, length)
  else for (let at: usize = 0; at < length; at += 16) v128.store(target + at, v128.load(start + at))
  written += length
}

/** A record without its line end. */
@inline
function putLine(recordStart: usize, contentEnd: usize, special: bool): void {
  if (!special || isCanonical(recordStart)) {
    putBytes(recordStart, contentEnd - recordStart)
    return
  }
  const count = columns
  for (let place: i32 = 0; place < count; place++) {
    if (place > 0) putByte(outDelimiter)
    putCell(cellStartOf(place, recordStart), cellEndOf(place))
  }
}

function putCell(start: usize, end: usize): void {
  if (start == end) return
  if (<u32>load<u8>(start) == quote) {
    // What is doubled inside stays doubled.
    if (end - start == 2 || needsQuotes(start + 1, end - 1)) putBytes(start, end - start)
    else putBytes(start + 1, end - start - 2)
    return
  }
  if (!needsQuotes(start, end)) {
    putBytes(start, end - start)
    return
  }
  putByte(QUOTE)
  for (let at = start; at < end; at++) {
    const byte = <u32>load<u8>(at)
    if (byte == QUOTE) putByte(QUOTE)
    putByte(byte)
  }
  putByte(QUOTE)
}

/** Bytes that a record may take in the outlet at most. */
@inline
function mostBytes(length: usize): usize {
  return 2 * length + 3 * <usize>columns + 2
}

/** The keys of a record, to keyStart and keyLength. @returns false where one is missing */
function findKey(recordStart: usize): bool {
  if (keyCount == 1) return findCell(load<u32>(keys), recordStart)
  let size: usize = 0
  for (let i = 0; i < keyCount; i++) {
    const place = load<u32>(keys + (<usize>i << 2)) & ~HAS_TEXTS
    size += cellEndOf(place) - cellStartOf(place, recordStart) + 4
  }
  // Behind what a quoted key is written to.
  roomForKey(2 * size)
  let out = keyScratch + size
  for (let i = 0; i < keyCount; i++) {
    if (!findCell(load<u32>(keys + (<usize>i << 2)), recordStart)) return false
    store<u32>(out, <u32>keyLength)
    memory.copy(out + 4, keyStart, keyLength)
    out += 4 + keyLength
  }
  keyStart = keyScratch + size
  keyLength = out - keyStart
  return true
}

@inline
function findCell(key: u32, recordStart: usize): bool {
  const place = key & ~HAS_TEXTS
  const start = cellStartOf(place, recordStart)
  const end = cellEndOf(place)
  if (isMissing(start, end, (key & HAS_TEXTS) != 0 ? LOOK_TEXTS : LOOK_EMPTY)) return false
  if (<u32>load<u8>(start) == quote) {
    unquote(start, end)
  } else {
    keyStart = start
    keyLength = end - start
  }
  return true
}

const PRIME_1: u64 = 0x9e3779b97f4a7c15
const PRIME_2: u64 = 0xd6e8feb86659fd93

/** A multiply and a fold for each eight bytes. Not for keys of an adversary; equal keys are compared all the same. */
@inline
function hashOf(start: usize, length: usize): u32 {
  let hash: u64 = length * PRIME_2
  let at = start
  const end = start + length
  for (; at + 8 <= end; at += 8) {
    hash = (hash ^ load<u64>(at)) * PRIME_1
    hash ^= hash >> 32
  }
  if (at < end) {
    const rest = load<u64>(at) & ((<u64>-1) >> (64 - 8 * (end - at)))
    hash = (hash ^ rest) * PRIME_1
    hash ^= hash >> 32
  }
  hash *= PRIME_2
  hash ^= hash >> 29
  return <u32>hash
}

@inline
function sameBytes(one: usize, other: usize, length: usize): bool {
  let at: usize = 0
  for (; at + 8 <= length; at += 8) if (load<u64>(one + at) != load<u64>(other + at)) return false
  if (at == length) return true
  const mask = (<u64>-1) >> (64 - 8 * (length - at))
  return ((load<u64>(one + at) ^ load<u64>(other + at)) & mask) == 0
}

/** The slot of a key: its own, or the free one where it would go. */
@inline
function slotOf(hash: u32, key: usize, length: usize): usize {
  let i = hash & slotMask
  while (true) {
    const slot = slots + (<usize>i << 3)
    const row = <usize>load<u32>(slot, 4)
    if (row == 0) return slot
    if (
      load<u32>(slot) == hash &&
      <usize>load<u32>(row, KEY_LENGTH) == length &&
      sameBytes(row + ROW_HEAD, key, length)
    ) {
      return slot
    }
    i = (i + 1) & slotMask
  }
}

function buildRecord(recordStart: usize, special: bool): void {
  if (!findKey(recordStart)) return
  const number = <u32>rowsIn - 1
  const most = ROW_HEAD + keyLength + mostBytes(cellEndOf(columns - 1) - recordStart) + SLACK
  if (arena + most > arenaEnd) {
    const size = max(ARENA, most)
    arena = heap.alloc(size)
    arenaEnd = arena + size
  }
  const row = arena
  memory.copy(row + ROW_HEAD, keyStart, keyLength)
  store<u32>(row, 0, NEXT)
  store<u32>(row, <u32>row, LAST)
  store<u32>(row, <u32>keyLength, KEY_LENGTH)
  putRest(row + ROW_HEAD + keyLength, row, recordStart, special)
  if ((number + number / sampleStep) % sampleStep == 0 && sampleCount < sampleCapacity) {
    store<u32>(samples + (<usize>sampleCount << 2), <u32>row)
    sampleCount++
  }
  const at = <usize>batchCount << 2
  store<u32>(batchRow + at, <u32>row)
  store<u32>(batchHash + at, hashOf(row + ROW_HEAD, keyLength))
  if (++batchCount == BATCH) insertBatch()
}

/** Puts the rows of the batch into the table. */
function insertBatch(): void {
  touchSlots()
  for (let i: usize = 0; i < <usize>batchCount; i++) {
    const hash = load<u32>(batchHash + (i << 2))
    const row = <usize>load<u32>(batchRow + (i << 2))
    const slot = slotOf(hash, row + ROW_HEAD, load<u32>(row, KEY_LENGTH))
    const first = <usize>load<u32>(slot, 4)
    if (first == 0) {
      store<u32>(slot, hash)
      store<u32>(slot, <u32>row, 4)
    } else {
      store<u32>(<usize>load<u32>(first, LAST), <u32>row, NEXT)
      store<u32>(first, <u32>row, LAST)
    }
  }
  batchCount = 0
}

/** Where the touched bytes end up, so that the loads are not left out. */
let touched: u32 = 0

/** Brings the slots of the batch into the cache. @returns nothing of use */
function touchSlots(): void {
  let sum: u32 = 0
  for (let i: usize = 0; i < <usize>batchCount; i++) {
    sum += load<u32>(slots + (<usize>(load<u32>(batchHash + (i << 2)) & slotMask) << 3))
  }
  touched = sum
}

/** And the rows that the slots name. */
function touchRows(): void {
  let sum: u32 = 0
  for (let i: usize = 0; i < <usize>batchCount; i++) {
    const row = load<u32>(slots + (<usize>(load<u32>(batchHash + (i << 2)) & slotMask) << 3), 4)
    sum += load<u32>(<usize>row)
  }
  touched = sum
}

/** @returns false when the outlet is full, with `stoppedAt` set */
function flushBatch(): bool {
  if (mode == BUILD) {
    insertBatch()
    return true
  }
  if (batchCount == 0) return true
  touchSlots()
  touchRows()
  for (let i: usize = 0; i < <usize>batchCount; i++) {
    const key = <usize>load<u32>(batchKey + (i << 2))
    const length = <usize>load<u32>(batchKeyLength + (i << 2))
    const recordStart = <usize>load<u32>(batchStart + (i << 2))
    const contentEnd = <usize>load<u32>(batchEnd + (i << 2))
    if (putMatches(load<u32>(batchHash + (i << 2)), key, length, recordStart, contentEnd, false)) continue
    rowsIn = load<f64>(batchRowsIn + (i << 3))
    batchCount = 0
    return false
  }
  batchCount = 0
  return true
}

/** The cells that a right row adds, each behind a delimiter, and a line end. */
function putRest(target: usize, row: usize, recordStart: usize, special: bool): void {
  const outlet = outStart
  const before = written
  outStart = target
  written = 0
  for (let i = 0; i < addedCount; i++) {
    const place = load<u32>(added + (<usize>i << 2))
    const start = cellStartOf(place, recordStart)
    const end = cellEndOf(place)
    putByte(outDelimiter)
    if (special) putCell(start, end)
    else putBytes(start, end - start)
  }
  putByte(LF)
  store<u32>(row, <u32>written, REST_LENGTH)
  arena = (target + written + 7) & ~7
  outStart = outlet
  written = before
}

@inline
function fits(size: usize): bool {
  if (written + size <= outSize) return true
  needed = size
  return false
}

/** Puts a left row into the batch, or looks it up at once where its key would not wait in its place. */
@inline
function probeRecord(recordStart: usize, contentEnd: usize, special: bool): bool {
  if (!findKey(recordStart)) keyLength = 0
  const hash = hashOf(keyStart, keyLength)
  if (special || keyCount > 1) {
    const key = keyStart
    const length = keyLength
    if (!flushBatch() || !putMatches(hash, key, length, recordStart, contentEnd, special)) return false
    rowsIn++
    return true
  }
  const at = <usize>batchCount << 2
  store<u32>(batchKey + at, <u32>keyStart)
  store<u32>(batchKeyLength + at, <u32>keyLength)
  store<u32>(batchHash + at, hash)
  store<u32>(batchStart + at, <u32>recordStart)
  store<u32>(batchEnd + at, <u32>contentEnd)
  store<f64>(batchRowsIn + (<usize>batchCount << 3), rowsIn)
  rowsIn++
  return ++batchCount < BATCH || flushBatch()
}

/**
 * A left row once for each row of the right that it meets.
 *
 * @param length of its key; 0: it has none
 * @returns false when the outlet is full
 */
function putMatches(
  hash: u32,
  key: usize,
  length: usize,
  recordStart: usize,
  contentEnd: usize,
  special: bool,
): bool {
  const most = mostBytes(contentEnd - recordStart)
  let match = pending
  if (match == 0 && length > 0) match = <usize>load<u32>(slotOf(hash, key, length), 4)
  pending = 0
  if (match == 0) {
    if (!keepsUnmatched) return true
    if (!fits(most + <usize>addedCount + 1)) {
      stoppedAt = recordStart
      return false
    }
    putLine(recordStart, contentEnd, special)
    for (let i = 0; i < addedCount; i++) putByte(outDelimiter)
    putByte(LF)
    rowsOut++
    return true
  }
  while (match != 0) {
    const rest = <usize>load<u32>(match, REST_LENGTH)
    if (!fits(most + rest)) {
      pending = match
      stoppedAt = recordStart
      return false
    }
    putLine(recordStart, contentEnd, special)
    putBytes(match + ROW_HEAD + <usize>load<u32>(match, KEY_LENGTH), rest)
    rowsOut++
    match = <usize>load<u32>(match, NEXT)
  }
  return true
}

function aloneRecord(recordStart: usize): void {
  if (lookLimit == 0 || aloneLimit == 0) return
  lookLimit--
  if (!findKey(recordStart)) return
  if (load<u32>(slotOf(hashOf(keyStart, keyLength), keyStart, keyLength), 4) != 0) return
  if (written + 4 + keyLength > outSize) return
  aloneLimit--
  putKey(keyStart, <u32>keyLength)
}
