/**
 * The CSV scan over WASM SIMD: the same promises as plain-scan.ts, some eighty times as fast.
 *
 * In:  setup() once, then chunks of the file in the room, each scanned by scan(); at the end finish().
 * Out: the exported counters; faults (FAULT_NUMBERS × f64 each), which the caller takes away whenever scan()
 *      returns; the counters of the columns.
 * Memory: the room, faultCapacity faults, and 82 bytes a column.
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

const LF: u32 = 10
const CR: u32 = 13
const BLANK: u32 = 32
const PLUS: u32 = 43
const COMMA: u32 = 44
const MINUS: u32 = 45
const POINT: u32 = 46
const SLASH: u32 = 47
const ZERO: u32 = 48
const COLON: u32 = 58
const UPPER_E: u32 = 69
const UPPER_T: u32 = 84
const UPPER_Z: u32 = 90
const LOWER_E: u32 = 101

// Where the scan stands.
const PLAIN: i32 = 0
const QUOTED: i32 = 1
/** Behind a quote in a quoted cell: the closing one unless the next byte says otherwise. */
const CLOSED: i32 = 2

// What a cell is; its counter in the column's eight. A number's is DECIMAL + whole + 2 · idLike.
const EMPTY: u32 = 0
const DECIMAL: u32 = 1
const DATE: u32 = 5
const TOKEN: u32 = 6
const OTHER: u32 = 7

/** Counters of a column: eight u64. */
const COLUMN_BYTES_LOG2: usize = 6
/** First `other` of a column: its record and its line, u64 each. */
const FIRST_OTHER_BYTES_LOG2: usize = 4

// What the first byte of a cell tells. The lowest bit: it is a sign.
const PROVES_OTHER: u8 = 0
const STARTS_NUMBER: u8 = 2
const STARTS_SIGNED: u8 = 3
const STARTS_TOKEN: u8 = 4
/** A blank: the cell is a token if there is nothing else in it. */
const STARTS_BLANK: u8 = 8

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

/** A longer text is `other`. */
const LONGEST_KNOWN_TEXT: i32 = 64
/** In front of the room: a quoted cell of as many bytes, each of them escaped, and its quotes. */
const RESERVE: i32 = 144
/** Behind the room: a whole block is read where the chunk ends, sixteen bytes where a short cell starts. */
const SLACK: usize = 64
/** As far back as positions go; a cell that long is `other`. */
const FAR_BACK: i32 = -1000000000

const TOKENS =
  '#N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,None,n/a,nan,null'
const packedTokens: usize = memory.data(18 * 8, 8)
let tokenCount: i32 = 0

const firstByteTells: usize = memory.data(256)
const unescaped: usize = memory.data(144)
let unescapedLength: i32 = 0
const lowBitsTable: usize = memory.data(16, 16)

let delimiter: u32 = 0
/** 256, which no byte is, where there is no quoting. */
let quote: u32 = 0
let escape: u32 = 0
let doubling: bool = false
let decimal: u32 = 0
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
  decimal = decimalByte
  optionColumns = columnsWanted
  facts = wantsFacts
  header = hasHeader
  store<u8>(lowBitsTable + LF, LF)
  store<u8>(lowBitsTable + CR, CR)
  addToTable(delimiter)
  addToTable(quote)
  addToTable(escape)
  if (facts) {
    for (let digit: usize = 0; digit < 10; digit++) store<u8>(firstByteTells + ZERO + digit, STARTS_NUMBER)
    store<u8>(firstByteTells + PLUS, STARTS_SIGNED)
    store<u8>(firstByteTells + MINUS, STARTS_SIGNED)
    store<u8>(firstByteTells + decimal, STARTS_NUMBER)
    store<u8>(firstByteTells + 32, STARTS_BLANK)
    store<u8>(firstByteTells + 35, STARTS_TOKEN) // #
    store<u8>(firstByteTells + 60, STARTS_TOKEN) // <
    store<u8>(firstByteTells + 78, STARTS_TOKEN) // N
    store<u8>(firstByteTells + 110, STARTS_TOKEN) // n
    packTokens()
    growKinds(roundUp(max(optionColumns, 128)))
    if (optionColumns > 0) makeColumns(optionColumns)
  }
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
  keptTexts = heap.alloc(<usize>texts * TEXTS_BYTES)
  memory.fill(keptTexts, 0, <usize>texts * TEXTS_BYTES)
  textCounts = heap.alloc(<usize>texts << 2)
  memory.fill(textCounts, 0, <usize>texts << 2)
}

let slotsNamed: i32 = 0

export function keepColumn(column: i32): void {
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
  for (let i: usize = 0; i < count; i++) memory.copy(longer + i * 2 * length, arrays + i * length, length)
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

/**
 * What the `length` bytes at `start` are.
 *
 * The first byte settles most texts, one vector compare most numbers. To make the compare for texts as well and
 * so save a branch was tried, and cost a tenth.
 */
@inline
function kindOf(start: usize, length: i32, decimals: v128): u32 {
  if (<u32>(length - 1) >= <u32>LONGEST_KNOWN_TEXT) return length == 0 ? EMPTY : OTHER
  const first = <u32>load<u8>(start)
  const tells = <u32>load<u8>(firstByteTells + first)
  if (tells == PROVES_OTHER) return OTHER
  if (tells == STARTS_TOKEN) return tokenOrOther(start, length)
  if (tells == STARTS_BLANK) return isBlank(start, length) ? TOKEN : OTHER
  if (length > 15) return longKindOf(start, length)

  const text = v128.load(start)
  const inCell = ((<u32>1) << length) - 1
  const sign = tells & 1
  const digits = (<u32>i8x16.bitmask(i8x16.le_u(i8x16.sub(text, i8x16.splat(48)), i8x16.splat(9)))) & inCell
  const points = (<u32>i8x16.bitmask(i8x16.eq(text, decimals))) & inCell
  if ((((digits | points | sign) ^ inCell) | (points & (points - 1))) != 0) return longKindOf(start, length)
  const leadingZero = u32(load<u8>(start + sign) == ZERO) & (digits >> (sign + 1))
  return select(DECIMAL + u32(points == 0) + ((leadingZero & 1) << 1), OTHER, digits != 0)
}

/** As kindOf, of a cell that starts as a number may and is no short one. */
function longKindOf(start: usize, length: i32): u32 {
  const end = start + length
  const text = v128.load(start)
  const digits = <u32>i8x16.bitmask(i8x16.le_u(i8x16.sub(text, i8x16.splat(48)), i8x16.splat(9)))
  const leading = ctz(~digits)
  if (leading > 0 && leading < <u32>length) {
    const separator = <u32>load<u8>(start + leading)
    // Digits and then a dash or a slash start no number and no token.
    if (separator == MINUS || separator == SLASH) return isDate(start, end, digits) ? DATE : OTHER
  }
  const number = numberOrOther(start, end)
  if (number != OTHER) return number
  return isDate(start, end, digits) ? DATE : tokenOrOther(start, length)
}

@inline
function isDigit(byte: u32): bool {
  return byte - ZERO < 10
}

/** The byte at `at`, or 256 at the end. */
@inline
function byteAt(at: usize, end: usize): u32 {
  return at < end ? <u32>load<u8>(at) : 256
}

/** As far as the digits from `at` on go. */
function skipDigits(at: usize, end: usize): usize {
  while (at < end && isDigit(<u32>load<u8>(at))) at++
  return at
}

function numberOrOther(start: usize, end: usize): u32 {
  let at = start
  const sign = byteAt(at, end)
  if (sign == PLUS || sign == MINUS) at++
  const mantissa = at
  at = skipDigits(at, end)
  let digits = at - mantissa
  const leadingZero = digits > 1 && load<u8>(mantissa) == ZERO
  let whole = true
  if (byteAt(at, end) == decimal) {
    const fraction = ++at
    at = skipDigits(at, end)
    digits += at - fraction
    whole = false
  }
  if (digits == 0) return OTHER
  for (let zero = mantissa; digits > 0; zero++) {
    const byte = <u32>load<u8>(zero)
    if (byte == ZERO) digits--
    else if (byte != decimal) break
  }
  const exponent = byteAt(at, end)
  if (exponent == UPPER_E || exponent == LOWER_E) {
    whole = false
    const exponentSign = byteAt(++at, end)
    if (exponentSign == PLUS || exponentSign == MINUS) at++
    const exponentStart = at
    at = skipDigits(at, end)
    if (at == exponentStart) return OTHER
  }
  if (at != end) return OTHER
  return DECIMAL + u32(whole) + (u32(leadingZero || digits > 15) << 1)
}

/**
 * Dates with all their digits, told by where these are; others go the long way.
 *
 * @param digits  which of the first sixteen bytes are digits, lowest bit first
 */
function isDate(start: usize, end: usize, digits: u32): bool {
  if (start + 10 > end) return isUnevenDate(start, end)
  const layout = digits & 0b1111111111
  if (layout == 0b1101101111) {
    const separator = <u32>load<u8>(start, 4)
    if ((separator != MINUS && separator != SLASH) || <u32>load<u8>(start, 7) != separator) return false
    if (!isDayAndMonth(dayOrMonth(start + 8, 2), dayOrMonth(start + 5, 2))) return false
  } else if (layout == 0b1111011011) {
    const separator = <u32>load<u8>(start, 2)
    if (
      (separator != MINUS && separator != SLASH && separator != POINT) ||
      <u32>load<u8>(start, 5) != separator
    )
      return false
    const first = dayOrMonth(start, 2)
    const second = dayOrMonth(start + 3, 2)
    if (!isDayAndMonth(first, second) && !isDayAndMonth(second, first)) return false
  } else {
    return isUnevenDate(start, end)
  }
  return start + 10 == end || isTime(start + 10, end)
}

/** As isDate, of any layout. */
function isUnevenDate(start: usize, end: usize): bool {
  const firstEnd = skipDigits(start, end)
  const separator = byteAt(firstEnd, end)
  if (separator != MINUS && separator != SLASH && separator != POINT) return false
  const second = firstEnd + 1
  const secondEnd = skipDigits(second, end)
  if (byteAt(secondEnd, end) != separator) return false
  const third = secondEnd + 1
  const thirdEnd = skipDigits(third, end)
  const firstDigits = firstEnd - start
  const secondDigits = secondEnd - second
  const thirdDigits = thirdEnd - third
  if (secondDigits < 1 || secondDigits > 2) return false

  const middle = dayOrMonth(second, secondDigits)
  if (firstDigits == 4) {
    if (separator == POINT || thirdDigits < 1 || thirdDigits > 2) return false
    if (!isDayAndMonth(dayOrMonth(third, thirdDigits), middle)) return false
  } else {
    if (firstDigits < 1 || firstDigits > 2 || (thirdDigits != 2 && thirdDigits != 4)) return false
    const first = dayOrMonth(start, firstDigits)
    if (!isDayAndMonth(first, middle) && !isDayAndMonth(middle, first)) return false
  }
  return thirdEnd == end || isTime(thirdEnd, end)
}

/** The number of one digit or two. */
@inline
function dayOrMonth(at: usize, digits: usize): u32 {
  const first = <u32>load<u8>(at) - ZERO
  return digits == 1 ? first : first * 10 + <u32>load<u8>(at, 1) - ZERO
}

@inline
function isDayAndMonth(day: u32, month: u32): bool {
  return day - 1 < 31 && month - 1 < 12
}

/** The number of the two digits at `at`; 255 where there are not two. */
@inline
function twoDigits(at: usize, end: usize): u32 {
  if (at + 2 > end) return 255
  const tens = <u32>load<u8>(at) - ZERO
  const ones = <u32>load<u8>(at, 1) - ZERO
  return tens < 10 && ones < 10 ? tens * 10 + ones : 255
}

/** T or a blank, h[h]:mm[:ss[.f]], nothing or Z or ±hh[:]mm. */
function isTime(from: usize, end: usize): bool {
  const joint = byteAt(from, end)
  if (joint != UPPER_T && joint != BLANK) return false
  let at = from + 1
  if (twoDigits(at, end) < 24) at += 2
  else if (isDigit(byteAt(at, end))) at++
  else return false
  if (byteAt(at, end) != COLON || twoDigits(at + 1, end) > 59) return false
  at += 3
  if (byteAt(at, end) == COLON) {
    if (twoDigits(at + 1, end) > 59) return false
    at += 3
    if (byteAt(at, end) == POINT) {
      const fraction = at + 1
      at = skipDigits(fraction, end)
      if (at == fraction) return false
    }
  }
  return at == end || isZone(at, end)
}

function isZone(from: usize, end: usize): bool {
  const sign = byteAt(from, end)
  let at = from + 1
  if (sign == UPPER_Z) return at == end
  if ((sign != PLUS && sign != MINUS) || twoDigits(at, end) > 23) return false
  at += 2
  if (byteAt(at, end) == COLON) at++
  return twoDigits(at, end) < 60 && at + 2 == end
}

/** TOKENS, none longer than eight bytes, into eight bytes each: the first one lowest, as load<u64> has them. */
function packTokens(): void {
  let packed: u64 = 0
  let shift: u64 = 0
  for (let i = 0; i <= TOKENS.length; i++) {
    if (i < TOKENS.length && <u32>TOKENS.charCodeAt(i) != COMMA) {
      packed |= (<u64>TOKENS.charCodeAt(i)) << shift
      shift += 8
    } else {
      store<u64>(packedTokens + 8 * <usize>tokenCount, packed)
      tokenCount++
      packed = 0
      shift = 0
    }
  }
}

function isBlank(start: usize, length: i32): bool {
  for (let i = 1; i < length; i++) if (load<u8>(start + i) != 32) return false
  return true
}

function tokenOrOther(start: usize, length: i32): u32 {
  // A NUL at the end of the text would be lost among those that fill up the eight bytes.
  if (length > 8 || load<u8>(start + length - 1) == 0) return OTHER
  const text = load<u64>(start) & ((<u64>-1) >> (64 - 8 * length))
  for (let i: usize = 0; i < <usize>tokenCount; i++) {
    if (load<u64>(packedTokens + (i << 3)) == text) return TOKEN
  }
  return OTHER
}
