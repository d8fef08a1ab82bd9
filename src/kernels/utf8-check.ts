/**
 * Whether the bytes of a file are UTF-8, in pieces of any size.
 *
 * Node checks a piece; here is what lies across two of them, and where the first bad byte is.
 */
import { isUtf8 } from 'node:buffer'

/** Checks that the pieces of a flow, one after the other, are UTF-8. A character may lie across pieces. */
export class Utf8Check {
  private readonly split = new Uint8Array(4)
  private splitHas = 0
  private splitNeeds = 0
  private offset = 0

  /** The offset of the first byte that is not UTF-8 and was pushed by now; −1: none. */
  push(bytes: Uint8Array): number {
    const start = this.offset
    this.offset += bytes.length
    let from = 0
    while (this.splitHas < this.splitNeeds && from < bytes.length) {
      this.split[this.splitHas++] = bytes[from++] as number
    }
    if (this.splitHas < this.splitNeeds) return -1
    if (this.splitNeeds > 0 && !isUtf8(this.split.subarray(0, this.splitNeeds))) {
      return start + from - this.splitHas
    }
    const end = this.keepSplit(bytes, from)
    if (isUtf8(bytes.subarray(from, end))) return -1
    return start + from + firstBad(bytes.subarray(from, end))
  }

  /** The offset of a character that the end of the file cuts off; −1: none. */
  finish(): number {
    return this.splitNeeds > 0 ? this.offset - this.splitHas : -1
  }

  /** Sets aside a character that bytes end in the middle of; gives where the whole ones end. */
  private keepSplit(bytes: Uint8Array, from: number): number {
    this.splitHas = 0
    this.splitNeeds = 0
    for (let at = bytes.length - 1; at >= from && at >= bytes.length - 3; at--) {
      const byte = bytes[at] as number
      if ((byte & 0xc0) === 0x80) continue
      const length = characterLength(byte)
      if (at + length <= bytes.length) break
      this.split.set(bytes.subarray(at))
      this.splitHas = bytes.length - at
      this.splitNeeds = length
      return at
    }
    return bytes.length
  }
}

/** The index of the first character that is not UTF-8. */
function firstBad(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = characterLength(bytes[at] as number)
    if (length > 1 && !isUtf8(bytes.subarray(at, at + length))) return at
    if (length === 1 && (bytes[at] as number) >= 0x80) return at
    at += length
  }
  return at
}

/** Bytes of the character that a byte starts; 1 for one that starts none. */
function characterLength(byte: number): number {
  if (byte >= 0xf0) return 4
  if (byte >= 0xe0) return 3
  return byte >= 0xc0 ? 2 : 1
}
