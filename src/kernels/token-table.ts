/**
 * A vocabulary of byte strings: each different one gets the next number.
 *
 * In:  UTF-8, written byte by byte or taken from another table.
 * Out: numbers 0 … size−1 in the order of first appearance, and the bytes of each.
 * Cost: amortised O(length) a token and no object; the bytes, and 20 bytes a token.
 *
 * Open addressing with linear probing over 32 bits of hash, then the bytes themselves (Knuth, TAOCP 3, 6.4,
 * algorithm L). A token that is being written stands behind the last one, so that a new one is where it belongs.
 */

import { ascendingOrder } from '../base/order.ts'

/** Tokens end to end: token i is bytes[starts[i]] … bytes[starts[i + 1] − 1]. */
export interface PackedTokens {
  readonly bytes: Uint8Array
  readonly starts: Int32Array
  readonly hashes: Int32Array
}

/** Words of a slot. */
const SLOT = 4

const FIRST_HASH = 0x811c9dc5 | 0
const HASH_FACTOR = 0x01000193

/** FNV-1a, one byte further. */
export function hashed(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, HASH_FACTOR)
}

export class TokenTable {
  /** SLOT words a slot: hash, 1 + number or 0 where nothing is, where it starts, how long it is. At most half full. */
  #slots: Int32Array = new Int32Array(2048 * SLOT)
  #mask = 2047
  #starts: Int32Array = new Int32Array(1024)
  #hashes: Int32Array = new Int32Array(1024)
  #bytes: Uint8Array = new Uint8Array(16_384)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Room for a token of `length` bytes; written there from `end` on, then given to `put`. */
  room(length: number): Uint8Array {
    const wanted = this.end + length
    if (wanted > this.#bytes.length) {
      const longer = new Uint8Array(Math.max(wanted, this.#bytes.length * 2))
      longer.set(this.#bytes)
      this.#bytes = longer
    }
    return this.#bytes
  }

  /** Where the next token is to be written. */
  get end(): number {
    return this.#starts[this.#size] as number
  }

  /** The number of the token in the room. @param hash of its bytes, by `hashed` from `firstHash` on */
  put(length: number, hash: number): number {
    return this.#put(this.#bytes, this.end, length, hash)
  }

  /** The number of the token that stands in `bytes` from `from` on. */
  #put(bytes: Uint8Array, from: number, length: number, hash: number): number {
    const slot = this.#slotOf(bytes, from, length, hash)
    const token = (this.#slots[slot + 1] as number) - 1
    if (token >= 0) return token
    if (bytes !== this.#bytes) {
      const room = this.room(length)
      const at = this.end
      for (let i = 0; i < length; i++) room[at + i] = bytes[from + i] as number
    }
    return this.#added(slot, length, hash)
  }

  /** Where it is, or belongs. */
  #slotOf(bytes: Uint8Array, from: number, length: number, hash: number): number {
    const slots = this.#slots
    const own = this.#bytes
    for (let at = spread(hash) & this.#mask; ; at = (at + 1) & this.#mask) {
      const slot = at * SLOT
      if (slots[slot + 1] === 0) return slot
      if (slots[slot] !== hash || slots[slot + 3] !== length) continue
      const start = slots[slot + 2] as number
      let i = 0
      while (i < length && own[start + i] === bytes[from + i]) i++
      if (i === length) return slot
    }
  }

  /** The number of a token given as a string. */
  putText(text: string): number {
    const [length, hash] = this.#write(text)
    return this.put(length, hash)
  }

  /** Its number, −1 where it is not there. */
  find(text: string): number {
    const [length, hash] = this.#write(text)
    return (this.#slots[this.#slotOf(this.#bytes, this.end, length, hash) + 1] as number) - 1
  }

  /** Into the room. @returns its length and hash */
  #write(text: string): [number, number] {
    const length = Buffer.byteLength(text)
    const bytes = this.room(length)
    const from = this.end
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).write(text, from)
    let hash = FIRST_HASH
    for (let i = from; i < from + length; i++) hash = hashed(hash, bytes[i] as number)
    return [length, hash]
  }

  /** The numbers here of the tokens of another table. */
  putAll({ bytes, starts, hashes }: PackedTokens): Int32Array {
    const numbers = new Int32Array(hashes.length)
    if (this.#size === 0) {
      this.#adopt({ bytes, starts, hashes })
      for (let token = 0; token < numbers.length; token++) numbers[token] = token
      return numbers
    }
    for (let token = 0; token < numbers.length; token++) {
      const from = starts[token] as number
      numbers[token] = this.#put(bytes, from, (starts[token + 1] as number) - from, hashes[token] as number)
    }
    return numbers
  }

  text(token: number): string {
    return Buffer.from(
      this.#bytes.buffer,
      this.#bytes.byteOffset + (this.#starts[token] as number),
      (this.#starts[token + 1] as number) - (this.#starts[token] as number),
    ).toString('utf8')
  }

  /** How many code points it has. */
  points(token: number): number {
    let points = 0
    for (let i = this.#starts[token] as number; i < (this.#starts[token + 1] as number); i++) {
      if (((this.#bytes[i] as number) & 0xc0) !== 0x80) points++
    }
    return points
  }

  packed(): PackedTokens {
    return {
      bytes: this.#bytes.slice(0, this.end),
      starts: this.#starts.slice(0, this.#size + 1),
      hashes: this.#hashes.slice(0, this.#size),
    }
  }

  /**
   * Places 0 … size−1 in the order of the tokens' code points, which is that of their bytes in UTF-8.
   *
   * The first six bytes make a number to compare; only where these are the same the rest is looked at.
   */
  ranks(): Int32Array {
    const bytes = this.#bytes
    const starts = this.#starts
    const beginnings = new Float64Array(this.#size)
    for (let token = 0; token < this.#size; token++) {
      const from = starts[token] as number
      const end = starts[token + 1] as number
      let beginning = 0
      for (let i = from; i < from + 6; i++) beginning = beginning * 256 + (i < end ? (bytes[i] as number) : 0)
      beginnings[token] = beginning
    }
    const order = ascendingOrder(beginnings)
    for (let from = 0, to = 1; to <= order.length; to++) {
      const isOn = to < order.length && beginnings[order[to] as number] === beginnings[order[from] as number]
      if (isOn) continue
      if (to - from > 1) order.subarray(from, to).sort((a, b) => this.#compare(a, b))
      from = to
    }
    const ranks = new Int32Array(this.#size)
    for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = rank
    return ranks
  }

  #compare(a: number, b: number): number {
    const [fromA, fromB] = [this.#starts[a] as number, this.#starts[b] as number]
    const lengthA = (this.#starts[a + 1] as number) - fromA
    const lengthB = (this.#starts[b + 1] as number) - fromB
    for (let i = 0; i < lengthA && i < lengthB; i++) {
      const difference = (this.#bytes[fromA + i] as number) - (this.#bytes[fromB + i] as number)
      if (difference !== 0) return difference
    }
    return lengthA - lengthB
  }

  #added(slot: number, length: number, hash: number): number {
    const token = this.#size++
    if (token + 1 >= this.#starts.length) {
      this.#starts = doubled(this.#starts)
      this.#hashes = doubled(this.#hashes)
    }
    this.#starts[token + 1] = (this.#starts[token] as number) + length
    this.#hashes[token] = hash
    this.#fill(slot, token)
    if (this.#size * 2 > this.#mask) this.#rehash()
    return token
  }

  /** The tokens of another table where there are none yet. */
  #adopt({ bytes, starts, hashes }: PackedTokens): void {
    this.#bytes = bytes.slice()
    this.#starts = starts.slice()
    // As long as the starts: both grow together.
    this.#hashes = new Int32Array(starts.length)
    this.#hashes.set(hashes)
    this.#size = hashes.length
    while (this.#size * 4 > this.#mask) this.#mask = this.#mask * 2 + 1
    this.#rehash()
  }

  #fill(slot: number, token: number): void {
    const start = this.#starts[token] as number
    this.#slots[slot] = this.#hashes[token] as number
    this.#slots[slot + 1] = token + 1
    this.#slots[slot + 2] = start
    this.#slots[slot + 3] = (this.#starts[token + 1] as number) - start
  }

  #rehash(): void {
    this.#mask = this.#mask * 2 + 1
    this.#slots = new Int32Array((this.#mask + 1) * SLOT)
    for (let token = 0; token < this.#size; token++) {
      let at = spread(this.#hashes[token] as number) & this.#mask
      while (this.#slots[at * SLOT + 1] !== 0) at = (at + 1) & this.#mask
      this.#fill(at * SLOT, token)
    }
  }
}

/** The low bits of FNV depend on the low bits of the text only. */
function spread(hash: number): number {
  const h = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return h ^ (h >>> 13)
}

export const firstHash = FIRST_HASH

function doubled(values: Int32Array): Int32Array {
  const longer = new Int32Array(values.length * 2)
  longer.set(values)
  return longer
}
