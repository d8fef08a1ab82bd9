/**
 * The CSV scan over WASM SIMD: the same promises as plain-scan.ts, some eighty times as fast.
 *
 * In:  setup() once, then chunks of the file in the room, each scanned by scan(); at the end finish().
 * Out: the exported counters; faults (FAULT_NUMBERS × f64 each), which the caller takes away whenever scan()
 *      returns; the counters of the columns.
 * Memory: the room, faultCapacity faults, 82 bytes a column, and what is kept: 8 bytes a number, 1 byte a text.
 *
 * Sixty-four bytes at a time become one bit mask of the bytes that mean something (delimiter, quote, escape, LF,
 * CR, NUL), and only its bits are looked at: what lies between two of them is text. Three vector steps find
 * them: a table indexed by the low four bits of each byte holds the one byte with these bits that means
 * something, and a byte that equals its entry is one. (Langdale, Lemire, "Parsing gigabytes of JSON per second",
 * VLDB Journal 28, 2019, classify this way.) Where two such bytes share their low bits, plain compares are added.
 *
 * Positions count from the start of the room, so those of earlier chunks are negative. When a chunk ends inside
 * a cell, the cell's bytes move in front of the room: it lies in one piece again as soon as the next chunk is
 * there. Of a cell too long to be anything but `other` only that is needed, its length.
 */
import {
  DECIMAL,
  LONGEST_KNOWN_TEXT,
  MINUS,
  OTHER,
  PLUS,
  ZERO,
  decimal,
  isBlank,
  kindOf,
  setupKinds,
} from './parts/cell-kind'

const LF: u32 = 10
const CR: u32 = 13

// Where the scan stands.
const PLAIN: i32 = 0
const QUOTED: i32 = 1
/** Behind a quote in a quoted cell: the closing one unless the next byte says otherwise. */
const CLOSED: i32 = 2

/** Counters of a column: eight u64. */
const COLUMN_BYTES_LOG2: usize = 6
/** First `other` of a column: its record and its line, u64 each. */
const FIRST_OTHER_BYTES_LOG2: usize = 4

// A fault's kind: the order that wasm-scan.ts names them in.
const SHORT: f64 = 0
const LONG: f64 = 1
const STRAY_QUOTE: f64 = 2
const UNCLOSED_QUOTE: f64 = 3

const FAULT_NUMBERS: usize = 6
const FAULT_BYTES: usize = FAULT_NUMBERS * 8
export const faultCapacity: i32 = 512
export const faults: usize = memory.data(512 * 48, 8)
export let faultCount: i32 = 0

/** In front of the room: a quoted cell of as many bytes, each of them escaped, and its quotes. */
const RESERVE: i32 = 144
/** Behind the room: a whole block is read where the chunk ends, sixteen bytes where a short cell starts. */
const SLACK: usize = 64
/** As far back as positions go; a cell that long is `other`. */
const FAR_BACK: i32 = -1000000000

const unescaped: usize = memory.data(144)
let unescapedLength: i32 = 0
const lowBitsTable: usize = memory.data(16, 16)

let delimiter: u32 = 0
/** 256, which no byte is, where there is no quoting. */
let quote: u32 = 0
let escape: u32 = 0
let doubling: bool = false
let facts: bool = false
let header: bool = false
/** Some byte that means something is not in the table of low bits. */
let clash: bool = false

let roomStart: usize = 0
let roomSize: i32 = 0

// What carries over from chunk to chunk.
let chunkStart: i64 = 0
let place: i32 = PLAIN
let cellStart: i32 = 0
let closingQuote: i32 = 0
let escapedByte: i32 = -2
let lastCr: i32 = -2
let cells: i32 = 0
let hasEscapes: bool = false
let strayQuote: bool = false
/** A cell of which not all bytes are kept held nothing but blanks in the chunks before. */
let longIsBlank: bool = false
let unclosed: bool = false
let recordStart: i64 = 0
let recordLine: i64 = 1
let quoteLine: i64 = 0
let line: i64 = 1
/** Cells that a record must have; −1 until the first record has ended, which so is always looked at closely. */
let wantedCells: i32 = -1
let optionColumns: i32 = 0
let recordsAtFirstBlank: i64 = 0

export let bytes: i64 = 0
export let records: i64 = 0
export let blankLines: i64 = 0
let firstBlankLine: i64 = 0
export let firstInnerBlankLine: i64 = 0
export let lf: i64 = 0
export let crlf: i64 = 0
export let cr: i64 = 0
export let firstRecordColumns: i32 = 0
export let firstStart: i64 = 0
export let firstEnd: i64 = 0
export let firstLine: i64 = 0
export let firstLastLine: i64 = 0
export let quotedLineEnds: i64 = 0
export let quotedCells: i64 = 0
/** 1 when some cell starts with blanks and then a quote. */
export let spacedQuotes: i32 = 0
export let nulBytes: i64 = 0
export let longestRecord: i64 = 0
export let unclosedQuoteLine: i64 = 0
export let endsWithLineEnd: i32 = 0

/** Numbers left to the caller, until it takes them away. */
const hardCapacity: i32 = 4096
/** Past this many bytes numbers are not kept. */
const MOST_KEPT_BYTES: usize = 1 << 29
/** Rows that there is room for; doubled when they are full. */
export let keptCapacity: i32 = 1 << 16
/** Of a number left to the caller: its slot, its row, its length (i32 each), and its text. */
const HARD_BYTES: usize = 80
const KEEPABLE_COLUMNS: i32 = 4096
/** One byte a column: 0, or 1 + the slot that its numbers go to; the slots of texts come after those of numbers. */
const slotOf: usize = memory.data(4096)
let slots: i32 = 0
let keeping: bool = false
/** Slot by slot, keptCapacity × f64 each; NaN where a cell holds no number. */
export let keptValues: usize = 0
export let keptRows: i32 = 0
export let hards: usize = 0
export let hardCount: i32 = 0

/** Different texts of a column that is kept as codes; a code is a byte, and 0 is an empty cell. */
const MOST_TEXTS: i32 = 254
/** What leads to the codes: one byte a place, of which fewer than half are taken. */
const TABLE_PLACES_LOG2: u64 = 9
/** Of a text: its first and its last eight bytes and its length, u64 each, and all of it. */
const TEXT_BYTES: usize = 24 + 64
/** Of a column: its texts in the order of their codes, from 1 on, and the table. */
const TEXTS_BYTES: usize = 255 * TEXT_BYTES + (1 << 9)
let textSlots: i32 = 0
/** Slot by slot, keptCapacity bytes each. */
export let keptCodes: usize = 0
/** Slot by slot, TEXTS_BYTES each. */
export let keptTexts: usize = 0
/** Slot by slot how many there are, i32 each; −1: the column is given up, its texts are too many or too long. */
export let textCounts: usize = 0
/** Nothing is kept: there are malformed records, so rows would not be where they belong, or too many rows. */
export let keptBroken: i32 = 0

/** Columns that have counters. */
export let columnCount: i32 = 0
export let columns: usize = 0
export let firstOthers: usize = 0
/** One byte a cell of the record at hand: what it is. */
let kinds: usize = 0
let kindCapacity: i32 = 0
/** The kinds of the records that ended last and were all alike, how many they are, and the first of them. */
let runKinds: usize = 0
let runLength: u64 = 0
let runRecord: i64 = 0
let runLine: i64 = 0

export function setup(
  delimiterByte: i32,
  quoteByte: i32,
  escapeByte: i32,
  decimalByte: i32,
  columnsWanted: i32,
  wantsFacts: bool,
  hasHeader: bool,
): void {
  delimiter = delimiterByte
  quote = quoteByte == 0 ? 256 : quoteByte
  escape = quoteByte == 0 ? 256 : escapeByte
  doubling = escape == quote
  optionColumns = columnsWanted
  facts = wantsFacts
  header = hasHeader
  store<u8>(lowBitsTable + LF, LF)
  store<u8>(lowBitsTable + CR, CR)
  addToTable(delimiter)
  addToTable(quote)
  addToTable(escape)
  if (facts) {
    setupKinds(decimalByte)
    growKinds(roundUp(max(optionColumns, 128)))
    if (optionColumns > 0) makeColumns(optionColumns)
  }
}

/** All as it was before the first setup, so that another file can be scanned in the same memory. */
export function restart(): void {
  heap.reset()
  memory.fill(lowBitsTable, 0, 16)
  memory.fill(slotOf, 0, KEEPABLE_COLUMNS)
  faultCount = 0
  unescapedLength = 0
  clash = false
  roomStart = 0
  roomSize = 0
  chunkStart = 0
  place = PLAIN
  cellStart = 0
  closingQuote = 0
  escapedByte = -2
  lastCr = -2
  cells = 0
  hasEscapes = false
  strayQuote = false
  longIsBlank = false
  unclosed = false
  recordStart = 0
  recordLine = 1
  quoteLine = 0
  line = 1
  wantedCells = -1
  recordsAtFirstBlank = 0
  bytes = 0
  records = 0
  blankLines = 0
  firstBlankLine = 0
  firstInnerBlankLine = 0
  lf = 0
  crlf = 0
  cr = 0
  firstRecordColumns = 0
  firstStart = 0
  firstEnd = 0
  firstLine = 0
  firstLastLine = 0
  quotedLineEnds = 0
  quotedCells = 0
  spacedQuotes = 0
  nulBytes = 0
  longestRecord = 0
  unclosedQuoteLine = 0
  endsWithLineEnd = 0
  keptCapacity = 1 << 16
  keptRows = 0
  hardCount = 0
  keptBroken = 0
  columnCount = 0
  columns = 0
  firstOthers = 0
  kinds = 0
  kindCapacity = 0
  runKinds = 0
  runLength = 0
  runRecord = 0
  runLine = 0
  slots = 0
  keeping = false
  textSlots = 0
}

/**
 * The numbers of some columns are kept, and the codes of the texts of others; called before the first scan. Then come
 * as many calls of keepColumn: the columns of numbers first.
 */
export function keepSlots(numbers: i32, texts: i32): void {
  slots = numbers
  textSlots = texts
  keeping = numbers + texts > 0
  slotsNamed = 0
  keptValues = heap.alloc((<usize>numbers * <usize>keptCapacity) << 3)
  hards = heap.alloc(<usize>hardCapacity * HARD_BYTES)
  keptCodes = heap.alloc(<usize>texts * <usize>keptCapacity)
  memory.fill(keptCodes, 0, <usize>texts * <usize>keptCapacity)
  keptTexts = heap.alloc(<usize>texts * TEXTS_BYTES)
  memory.fill(keptTexts, 0, <usize>texts * TEXTS_BYTES)
  textCounts = heap.alloc(<usize>texts << 2)
  memory.fill(textCounts, 0, <usize>texts << 2)
}

let slotsNamed: i32 = 0

export function keepColumn(column: i32): void {
  // A column that no record has is never written to; of one that is there every row is.
  if (slotsNamed < slots && column >= optionColumns) {
    memory.fill(keptValues + ((<usize>slotsNamed * <usize>keptCapacity) << 3), 0, <usize>keptCapacity << 3)
  }
  store<u8>(slotOf + column, <u8>++slotsNamed)
}

/** An entry of 0 is free but for NUL's own: the bytes that would look there end in other bits. */
function addToTable(byte: u32): void {
  if (byte > 255) return
  const entry = lowBitsTable + (byte & 15)
  const held = <u32>load<u8>(entry)
  if (held == byte) return
  if (held != 0 || (byte & 15) == 0) clash = true
  else store<u8>(entry, byte)
}

/** Where the next bytes go. What stands in front of the room moves along when it has to grow. */
export function room(size: i32): usize {
  if (size > roomSize || roomStart == 0) {
    const start = heap.alloc(<usize>RESERVE + <usize>size + SLACK) + RESERVE
    if (roomStart != 0) memory.copy(start - RESERVE, roomStart - RESERVE, RESERVE)
    roomStart = start
    roomSize = size
  }
  return roomStart
}

/** To the next multiple of sixteen. */
@inline
function roundUp(count: i32): i32 {
  return (count + 15) & ~15
}

function growKinds(capacity: i32): void {
  const grown = heap.alloc(capacity)
  memory.fill(grown, 0, capacity)
  memory.copy(grown, kinds, kindCapacity)
  kinds = grown
  kindCapacity = capacity
}

function makeColumns(count: i32): void {
  columnCount = count
  columns = heap.alloc((<usize>count) << COLUMN_BYTES_LOG2)
  memory.fill(columns, 0, (<usize>count) << COLUMN_BYTES_LOG2)
  firstOthers = heap.alloc((<usize>count) << FIRST_OTHER_BYTES_LOG2)
  memory.fill(firstOthers, 0, (<usize>count) << FIRST_OTHER_BYTES_LOG2)
  runKinds = heap.alloc(roundUp(count))
  memory.fill(runKinds, 0, roundUp(count))
}

/** The bytes that mean something in the sixteen at `at`, lowest bit first. */
@inline
function meaningful16(at: usize, table: v128): u64 {
  const block = v128.load(at)
  const entries = i8x16.swizzle(table, v128.and(block, i8x16.splat(15)))
  return <u64>(<u32>i8x16.bitmask(i8x16.eq(block, entries)))
}

@inline
function meaningful(at: usize, table: v128): u64 {
  return (
    meaningful16(at, table) |
    (meaningful16(at + 16, table) << 16) |
    (meaningful16(at + 32, table) << 32) |
    (meaningful16(at + 48, table) << 48)
  )
}

/** Delimiters, quotes and escapes, where the table could not hold them all. */
function clashing(at: usize): u64 {
  let mask: u64 = 0
  for (let i: usize = 0; i < 4; i++) {
    const block = v128.load(at + 16 * i)
    let hits = i8x16.eq(block, i8x16.splat(<i8>delimiter))
    if (quote < 256) hits = v128.or(hits, i8x16.eq(block, i8x16.splat(<i8>quote)))
    if (escape < 256) hits = v128.or(hits, i8x16.eq(block, i8x16.splat(<i8>escape)))
    mask |= (<u64>(<u32>i8x16.bitmask(hits))) << (16 * i)
  }
  return mask
}

/**
 * Scans the room from `from`, a multiple of 64, to `length`.
 *
 * @returns `length`, or less when the faults have to be taken away first: then go on from there
 */
export function scan(from: i32, length: i32): i32 {
  const start = roomStart
  const table = v128.load(lowBitsTable)
  const decimals = i8x16.splat(<i8>decimal)
  const delimiterHere = delimiter
  const quoteHere = quote
  const withFacts = facts
  let placeHere = place
  let kindsHere = kinds
  let capacity = kindCapacity
  let cellStartHere = cellStart
  let cellsHere = cells
  let lineHere = line
  faultCount = 0
  // Numbers in a header are names.
  let keepingHere = keeping && !(header && records == 0)
  hardCount = 0

  let block = from
  for (; block < length && faultCount <= faultCapacity - 64; block += 64) {
    if (keepingHere) {
      if (hardCount > hardCapacity - 64) break
      if (keptRows > keptCapacity - 65) {
        growKept()
        keepingHere = keeping
      }
    }
    // No block ends more than 64 cells. Only a first record that still tells the width needs more room as it goes.
    if (withFacts && cellsHere > capacity - 64 && widthIsOpen()) {
      growKinds(2 * capacity)
      kindsHere = kinds
      capacity = kindCapacity
    }
    let mask = meaningful(start + block, table)
    if (clash) mask |= clashing(start + block)
    if (length - block < 64) mask &= ((<u64>1) << (length - block)) - 1

    for (; mask != 0; mask &= mask - 1) {
      const at = block + <i32>ctz(mask)
      const byte = <u32>load<u8>(start + at)

      // What happens most: an unquoted cell ends, and its record goes on.
      if (((byte ^ delimiterHere) | placeHere) == 0) {
        if (cellsHere < capacity) {
          const kind = kindOf(start + cellStartHere, at - cellStartHere, decimals)
          store<u8>(kindsHere + cellsHere, <u8>kind)
          if (keepingHere) keepCell(cellsHere, kind, start + cellStartHere, at - cellStartHere)
        }
        cellStartHere = at + 1
        cellsHere++
        continue
      }

      if (placeHere == QUOTED) {
        if (byte == delimiterHere) continue
        if (byte == quoteHere && at != escapedByte) {
          placeHere = CLOSED
          closingQuote = at
        } else if (byte == LF || byte == CR) {
          if (byte == CR) lastCr = at
          if (byte == CR || lastCr != at - 1) {
            quotedLineEnds++
            lineHere++
          }
        } else if (byte == 0) {
          nulBytes++
        } else if (byte == escape && at != escapedByte) {
          escapedByte = at + 1
          hasEscapes = true
        }
        continue
      }

      if (placeHere == CLOSED) {
        if (closingQuote == at - 1 && byte == quoteHere && doubling) {
          placeHere = QUOTED
          hasEscapes = true
          continue
        }
        if (closingQuote != at - 1 || (byte != delimiterHere && byte != LF && byte != CR)) {
          placeHere = PLAIN
          strayQuote = true
        }
      }

      if (byte != delimiterHere) {
        if (byte == LF) {
          if (lastCr == at - 1) {
            crlf++
            cr--
            cellStartHere = at + 1
            recordStart++
            continue
          }
        } else if (byte == CR) {
          lastCr = at
          cr++
        } else {
          if (byte == 0) {
            nulBytes++
          } else if (byte == quoteHere && at == cellStartHere) {
            placeHere = QUOTED
            hasEscapes = false
            quotedCells++
            quoteLine = lineHere
            // Most quoted cells hold nothing that means anything: the next byte of the mask closes them, and
            // mostly the one behind it ends them.
            const afterOpening = mask & (mask - 1)
            const closing = block + <i32>ctz(afterOpening)
            if (afterOpening == 0 || <u32>load<u8>(start + closing) != quoteHere) continue
            const afterClosing = afterOpening & (afterOpening - 1)
            if (afterClosing == 0 || <u32>load<u8>(start + closing + 1) != delimiterHere) {
              placeHere = CLOSED
              closingQuote = closing
              mask = afterOpening
              continue
            }
            placeHere = PLAIN
            if (cellsHere < capacity) {
              const kind = kindOfText(start + at + 1, closing - at - 1)
              store<u8>(kindsHere + cellsHere, <u8>kind)
              if (keepingHere) keepCell(cellsHere, kind, start + at + 1, closing - at - 1)
            }
            cellStartHere = closing + 2
            cellsHere++
            mask = afterClosing
          } else if (byte == quoteHere && spacedQuotes == 0 && isSpaced(cellStartHere, at)) {
            spacedQuotes = 1
          }
          continue
        }
        if (cellsHere == 0 && at == cellStartHere) {
          addBlankLine(lineHere)
          lineHere++
          recordStart = chunkStart + at + 1
          recordLine = lineHere
          cellStartHere = at + 1
          continue
        }
      }

      // A cell ends here, and with any byte but the delimiter its record.
      if (cellsHere < capacity) {
        const kind =
          placeHere == CLOSED
            ? kindOfQuoted(start + cellStartHere + 1, closingQuote - cellStartHere - 1)
            : kindOfText(start + cellStartHere, at - cellStartHere)
        store<u8>(kindsHere + cellsHere, <u8>kind)
        if (keepingHere) {
          if (placeHere != CLOSED) keepCell(cellsHere, kind, start + cellStartHere, at - cellStartHere)
          else if (hasEscapes) keepCell(cellsHere, kind, unescaped, unescapedLength)
          else keepCell(cellsHere, kind, start + cellStartHere + 1, closingQuote - cellStartHere - 1)
        }
      }
      placeHere = PLAIN
      cellStartHere = at + 1
      cellsHere++
      if (byte == delimiterHere) continue

      const end = chunkStart + at
      longestRecord = max(longestRecord, end - recordStart)
      if (cellsHere != wantedCells || strayQuote) {
        endDoubtfulRecord(end, cellsHere, lineHere)
        keepingHere = keeping
      } else if (withFacts) {
        countKinds(cellsHere)
        keptRows++
      }
      records++
      cellsHere = 0
      lineHere++
      recordStart = end + 1
      recordLine = lineHere
    }
  }

  place = placeHere
  cellStart = cellStartHere
  cells = cellsHere
  line = lineHere
  if (block < length) return block
  leaveChunk(length)
  return length
}

/** Makes positions count from the end of this chunk, and keeps the bytes of the cell that goes on behind it. */
function leaveChunk(length: i32): void {
  if (place == CLOSED && closingQuote < length - 1) {
    place = PLAIN
    strayQuote = true
  }
  const kept = min(length - cellStart, RESERVE)
  if (kept < length - cellStart) longIsBlank = isSpaced(cellStart, length)
  memory.copy(roomStart - kept, roomStart + length - kept, kept)
  chunkStart += length
  cellStart = max(cellStart - length, FAR_BACK)
  closingQuote = max(closingQuote - length, FAR_BACK)
  escapedByte = max(escapedByte - length, FAR_BACK)
  lastCr = max(lastCr - length, FAR_BACK)
}

/** Nothing but blanks stands between the start of a cell and a quote in it. */
function isSpaced(cellStart: i32, at: i32): bool {
  if (cellStart >= -RESERVE) return isBlank(roomStart + cellStart - 1, at - cellStart + 1)
  return longIsBlank && isBlank(roomStart - 1, at + 1)
}

function addBlankLine(at: i64): void {
  if (blankLines++ == 0) {
    firstBlankLine = at
    recordsAtFirstBlank = records
  }
}

/** A record that is the first, or has faults. */
function endDoubtfulRecord(end: i64, cellCount: i32, lastLine: i64): void {
  const first = records == 0
  if (first) {
    firstRecordColumns = cellCount
    firstStart = recordStart
    firstEnd = end
    firstLine = recordLine
    firstLastLine = lastLine
    wantedCells = optionColumns > 0 ? optionColumns : cellCount
    if (facts && columnCount == 0) makeColumns(wantedCells)
  }
  if (cellCount != wantedCells || strayQuote || unclosed) {
    keptBroken = 1
    const fault = faults + <usize>faultCount * FAULT_BYTES
    faultCount++
    const counted = cellCount < wantedCells ? SHORT : LONG
    store<f64>(fault, unclosed ? UNCLOSED_QUOTE : strayQuote ? STRAY_QUOTE : counted)
    store<f64>(fault, <f64>records, 8)
    store<f64>(fault, <f64>recordLine, 16)
    store<f64>(fault, <f64>recordStart, 24)
    store<f64>(fault, <f64>end, 32)
    store<f64>(fault, <f64>cellCount, 40)
    strayQuote = false
  } else if (facts && !(first && header)) {
    countKinds(cellCount)
    keptRows++
  }
}

/** Room for twice as many rows; none where that is more than numbers may take. */
function growKept(): void {
  const before = <usize>keptCapacity
  if ((<usize>slots * 8 + <usize>textSlots) * 2 * before > MOST_KEPT_BYTES) {
    keptBroken = 1
    keeping = false
    return
  }
  keptValues = grown(keptValues, <usize>slots, before << 3)
  keptCodes = grown(keptCodes, <usize>textSlots, before)
  keptCapacity *= 2
}

/** Arrays that lie one behind the other, each of twice the length. */
function grown(arrays: usize, count: usize, length: usize): usize {
  const longer = heap.alloc(count * 2 * length)
  for (let i: usize = 0; i < count; i++) {
    const at = longer + i * 2 * length
    memory.copy(at, arrays + i * length, length)
    memory.fill(at + length, 0, length)
  }
  return longer
}

/** Keeps a cell, where its column is one to keep. */
@inline
function keepCell(column: i32, kind: u32, start: usize, length: i32): void {
  if (column >= KEEPABLE_COLUMNS) return
  const slot = <i32>load<u8>(slotOf + column)
  if (slot == 0) return
  if (slot <= slots) keepNumber(slot - 1, kind, start, length)
  else keepText(slot - 1 - slots, start, length)
}

/** Keeps the code of a text. What is not yet among the texts of its column is added. */
function keepText(slot: i32, start: usize, length: i32): void {
  const place = keptCodes + <usize>slot * <usize>keptCapacity + <usize>keptRows
  store<u8>(place, 0)
  if (length == 0) return
  const counter = textCounts + (<usize>slot << 2)
  const count = load<i32>(counter)
  if (count < 0) return
  if (length > LONGEST_KNOWN_TEXT) {
    store<i32>(counter, -1)
    return
  }
  const first = length < 8 ? load<u64>(start) & ((<u64>-1) >> (64 - 8 * length)) : load<u64>(start)
  const last = length < 8 ? <u64>0 : load<u64>(start + length - 8)
  const texts = keptTexts + <usize>slot * TEXTS_BYTES
  const table = texts + 255 * TEXT_BYTES
  // Fibonacci hashing: the high bits of a product with the golden ratio.
  let at = ((first ^ rotl<u64>(last, 29) ^ <u64>length) * 0x9e3779b97f4a7c15) >> (64 - TABLE_PLACES_LOG2)
  for (;;) {
    const code = <i32>load<u8>(table + <usize>at)
    if (code == 0) break
    const text = texts + <usize>code * TEXT_BYTES
    const isSame =
      load<u64>(text) == first &&
      load<u64>(text, 8) == last &&
      load<u64>(text, 16) == <u64>length &&
      (length <= 16 || memory.compare(text + 24, start, length) == 0)
    if (isSame) {
      store<u8>(place, <u8>code)
      return
    }
    at = (at + 1) & ((1 << TABLE_PLACES_LOG2) - 1)
  }
  if (count == MOST_TEXTS) {
    store<i32>(counter, -1)
    return
  }
  const code = count + 1
  store<i32>(counter, code)
  store<u8>(table + <usize>at, <u8>code)
  const text = texts + <usize>code * TEXT_BYTES
  store<u64>(text, first)
  store<u64>(text, last, 8)
  store<u64>(text, length, 16)
  memory.copy(text + 24, start, length)
  store<u8>(place, <u8>code)
}

/**
 * A number of at most 15 digits over a power of ten of at most 22 is the nearest double by one division, as both are
 * exact (Clinger, "How to read floating point numbers accurately", PLDI 1990). Others are left to the caller.
 */
function keepNumber(slot: i32, kind: u32, start: usize, length: i32): void {
  const place = keptValues + ((<usize>slot * <usize>keptCapacity + <usize>keptRows) << 3)
  store<f64>(place, NaN)
  if (kind - DECIMAL > 3) return
  const end = start + length
  let at = start
  const sign = <u32>load<u8>(at)
  if (sign == MINUS || sign == PLUS) at++
  let digits: u64 = 0
  let count: i32 = 0
  let places: i32 = -1
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at)
    const digit = byte - ZERO
    if (digit < 10) {
      digits = digits * 10 + digit
      if (digits != 0) count++
      if (places >= 0) places++
    } else if (byte == decimal) places = 0
    else break
  }
  if (at < end || count > 15 || places > 22) {
    const hard = hards + <usize>hardCount * HARD_BYTES
    hardCount++
    store<i32>(hard, slot)
    store<i32>(hard, keptRows, 4)
    store<i32>(hard, length, 8)
    memory.copy(hard + 12, start, length)
    return
  }
  const size = places > 0 ? <f64>digits / load<f64>(powersOfTen + (<usize>places << 3)) : <f64>digits
  store<f64>(place, sign == MINUS ? -size : size)
}

/** 10⁰ … 10²², all of them exact. */
const powersOfTen: usize = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
])

/**
 * Counts the cells of a well-formed record. Most records are made like the one before, so what is counted first is
 * how many in a row are.
 */
@inline
function countKinds(cellCount: i32): void {
  if (!sameAsRun(cellCount)) {
    endRun()
    memory.copy(runKinds, kinds, roundUp(cellCount))
    runRecord = records
    runLine = recordLine
  }
  runLength++
}

@inline
function sameAsRun(cellCount: i32): bool {
  for (let i: usize = 0; i < <usize>cellCount; i += 16) {
    if (v128.any_true(v128.xor(v128.load(kinds + i), v128.load(runKinds + i)))) return false
  }
  return true
}

/** Adds the records of the run to the counters. */
function endRun(): void {
  if (runLength == 0) return
  for (let i: usize = 0; i < <usize>columnCount; i++) {
    const kind = <usize>load<u8>(runKinds + i)
    const counter = columns + (i << COLUMN_BYTES_LOG2) + (kind << 3)
    const before = load<u64>(counter)
    store<u64>(counter, before + runLength)
    if (kind == OTHER && before == 0) {
      const first = firstOthers + (i << FIRST_OTHER_BYTES_LOG2)
      store<u64>(first, runRecord)
      store<u64>(first, runLine, 8)
    }
  }
  runLength = 0
}

/** No one has told yet how many cells a record has. */
function widthIsOpen(): bool {
  return wantedCells < 0 && optionColumns == 0
}

/** Ends the record at hand as a line end would, and adds up. */
export function finish(): void {
  faultCount = 0
  bytes = chunkStart
  const atLineStart = place == PLAIN && cells == 0 && cellStart == 0
  endsWithLineEnd = atLineStart && bytes > 0 ? 1 : 0
  if (!atLineStart) {
    unclosed = place == QUOTED
    if (unclosed) {
      unclosedQuoteLine = quoteLine
      strayQuote = true
      place = PLAIN
    }
    lastCr = -2
    store<u8>(room(1), LF)
    scan(0, 1)
    line--
  }
  endRun()
  lf = line - 1 - crlf - cr - quotedLineEnds
  firstInnerBlankLine = records > recordsAtFirstBlank ? firstBlankLine : 0
}

/** Of a quoted cell, between its quotes. */
function kindOfQuoted(start: usize, length: i32): u32 {
  if (!hasEscapes) return kindOfText(start, length)
  if (length > 2 * LONGEST_KNOWN_TEXT) {
    unescapedLength = length
    return OTHER
  }
  let kept: i32 = 0
  for (let i: i32 = 0; i < length; i++) {
    if (<u32>load<u8>(start + i) == escape) i++
    store<u8>(unescaped + kept++, load<u8>(start + i))
  }
  unescapedLength = kept
  return kindOfText(unescaped, kept)
}

function kindOfText(start: usize, length: i32): u32 {
  return kindOf(start, length, i8x16.splat(<i8>decimal))
}
