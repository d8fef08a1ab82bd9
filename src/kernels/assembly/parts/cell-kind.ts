/**
 * What the text of a cell is: nothing, a number, a date, a token that stands for a missing value, or something else. The
 * definitions are those of ../../scan.ts (ColumnFacts).
 *
 * In:  setupKinds() once; the text, sixteen bytes behind which can be read too.
 * Out: its kind.
 */
export const PLUS: u32 = 43
const COMMA: u32 = 44
export const MINUS: u32 = 45
const POINT: u32 = 46
const SLASH: u32 = 47
export const ZERO: u32 = 48
const COLON: u32 = 58
const UPPER_E: u32 = 69
const UPPER_T: u32 = 84
const UPPER_Z: u32 = 90
const LOWER_E: u32 = 101
const BLANK: u32 = 32

// What a cell is; its counter in the column's eight. A number's is DECIMAL + whole + 2 · idLike.
const EMPTY: u32 = 0
export const DECIMAL: u32 = 1
const DATE: u32 = 5
const TOKEN: u32 = 6
export const OTHER: u32 = 7

// What the first byte of a cell tells. The lowest bit: it is a sign.
const PROVES_OTHER: u8 = 0
const STARTS_NUMBER: u8 = 2
const STARTS_SIGNED: u8 = 3
const STARTS_TOKEN: u8 = 4
/** A blank: the cell is a token if there is nothing else in it. */
const STARTS_BLANK: u8 = 8

/** A longer text is `other`. */
export const LONGEST_KNOWN_TEXT: i32 = 64
const TOKENS =
  '#N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,None,n/a,nan,null'
const packedTokens: usize = memory.data(18 * 8, 8)
let tokenCount: i32 = 0

const firstByteTells: usize = memory.data(256)
/** What separates the decimals of a number. */
export let decimal: u32 = 0

export function setupKinds(decimalByte: u32): void {
  decimal = decimalByte
  memory.fill(firstByteTells, PROVES_OTHER, 256)
  for (let digit: usize = 0; digit < 10; digit++) store<u8>(firstByteTells + ZERO + digit, STARTS_NUMBER)
  store<u8>(firstByteTells + PLUS, STARTS_SIGNED)
  store<u8>(firstByteTells + MINUS, STARTS_SIGNED)
  store<u8>(firstByteTells + decimal, STARTS_NUMBER)
  store<u8>(firstByteTells + BLANK, STARTS_BLANK)
  store<u8>(firstByteTells + 35, STARTS_TOKEN) // #
  store<u8>(firstByteTells + 60, STARTS_TOKEN) // <
  store<u8>(firstByteTells + 78, STARTS_TOKEN) // N
  store<u8>(firstByteTells + 110, STARTS_TOKEN) // n
  packTokens()
}

/**
 * What the `length` bytes at `start` are.
 *
 * The first byte settles most texts, one vector compare most numbers. To make the compare for texts as well and
 * so save a branch was tried, and cost a tenth.
 */
@inline
export function kindOf(start: usize, length: i32, decimals: v128): u32 {
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
  tokenCount = 0
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

export function isBlank(start: usize, length: i32): bool {
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
