/**
 * Columns of text to codes, without a string a cell.
 *
 * In:  chunks of a statement to which the hash of each such column was added, and a Dictionary for each.
 * Out: batches with codes in place of texts; the dictionaries, grown.
 * Cost: about 20 ns a cell; a string for each different text.
 *
 * DuckDB shows a text as four words: its length, and up to 12 bytes of it; or 4 bytes of it and a pointer, in whose
 * place stands here DuckDB's hash of the text. So texts of up to 12 bytes are told apart by all of their bytes, longer
 * ones by length, first bytes and 64 bits of hash: among a million different texts, one chance in 10⁷ that two of the
 * same length and beginning are taken for one.
 */
import type { DataChunk, Vector } from '@duckdb/node-bindings'
import type { BatchColumn, Dictionary } from '../engine.ts'
import { binding } from './binding.ts'
import { hasBit, INLINE_TEXT, longText, readColumn, validity } from './vectors.ts'

/** The coded columns of one statement. */
export class Coders {
  readonly #coders: readonly (TextCoder | undefined)[]
  readonly #coded: readonly number[]

  /** @param dictionaries by the place of the column in the statement */
  constructor(dictionaries: readonly (Dictionary | undefined)[]) {
    this.#coders = dictionaries.map((one) => (one === undefined ? undefined : new TextCoder(one)))
    this.#coded = dictionaries.flatMap((one, place) => (one === undefined ? [] : [place]))
  }

  get isEmpty(): boolean {
    return this.#coded.length === 0
  }

  /** The statement with a column of hashes at the right for each coded one. */
  withHashes(sql: string): string {
    if (this.isEmpty) return sql
    const width = (this.#coded.at(-1) as number) + 1
    const names = Array.from({ length: width }, (_, i) => `t${i}`).join(', ')
    const hashes = this.#coded.map((place) => `hash(t${place})`).join(', ')
    return `select *, ${hashes} from (${sql}) as coded(${names})`
  }

  /** The columns of a chunk of that statement. @param types of its columns, the hashes among them */
  read(chunk: DataChunk, types: readonly number[]): BatchColumn[] {
    const rows = binding().data_chunk_get_size(chunk)
    const vector = (place: number) => binding().data_chunk_get_vector(chunk, place)
    const width = types.length - this.#coded.length
    return types.slice(0, width).map((type, place): BatchColumn => {
      const coder = this.#coders[place]
      if (coder === undefined) return readColumn(vector(place), type, rows)
      const hashes = vector(width + this.#coded.indexOf(place))
      return { type: 'codes', values: coder.codes(vector(place), hashes, rows) }
    })
  }
}

const WORDS = 4

/** A hash table from the four words of a text to its code. */
class TextCoder {
  readonly #dictionary: Dictionary
  /** WORDS words a text of the dictionary. */
  #keys = new Int32Array(64 * WORDS)
  /** 1 + code, or 0 where nothing is; a power of two long, at most half full. */
  #slots = new Int32Array(128)

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary
  }

  codes(texts: Vector, hashes: Vector, rows: number): Int32Array {
    const valid = validity(texts, rows)
    const data = binding().vector_get_data(texts, rows * WORDS * 4)
    const words = wordsOf(data)
    const hashed = wordsOf(binding().vector_get_data(hashes, rows * 8))
    const codes = new Int32Array(rows)
    for (let i = 0; i < rows; i++) {
      if (!hasBit(valid, i)) {
        codes[i] = -1
        continue
      }
      const at = i * WORDS
      const isLong = (words[at] as number) >>> 0 > INLINE_TEXT
      codes[i] = this.#codeOf(
        words[at] as number,
        words[at + 1] as number,
        (isLong ? hashed[i * 2] : words[at + 2]) as number,
        (isLong ? hashed[i * 2 + 1] : words[at + 3]) as number,
        data,
        at * 4,
      )
    }
    return codes
  }

  /** @param data the vector's bytes, in which the text starts at byte `at` */
  #codeOf(length: number, start: number, low: number, high: number, data: Uint8Array, at: number): number {
    const keys = this.#keys
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = mixed(length, start, low, high) & mask; ; slot = (slot + 1) & mask) {
      const code = (slots[slot] as number) - 1
      if (code < 0) return this.#added(slot, [length, start, low, high], data, at)
      const key = code * WORDS
      if (keys[key] === length && keys[key + 1] === start && keys[key + 2] === low && keys[key + 3] === high)
        return code
    }
  }

  #added(slot: number, key: readonly number[], data: Uint8Array, at: number): number {
    const dictionary = this.#dictionary
    const code = dictionary.texts.length
    if (code >= dictionary.most) {
      dictionary.full = true
      return -1
    }
    const length = (key[0] as number) >>> 0
    dictionary.texts.push(
      length <= INLINE_TEXT
        ? Buffer.from(data.buffer, data.byteOffset + at + 4, length).toString('utf8')
        : longText(data, at + 8, length),
    )
    if ((code + 1) * WORDS > this.#keys.length) this.#keys = doubled(this.#keys)
    this.#keys.set(key, code * WORDS)
    this.#slots[slot] = code + 1
    if ((code + 1) * 2 > this.#slots.length) this.#rehash()
    return code
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    const keys = this.#keys
    for (let code = 0; code < this.#dictionary.texts.length; code++) {
      const [length = 0, start = 0, low = 0, high = 0] = keys.subarray(code * WORDS, (code + 1) * WORDS)
      let slot = mixed(length, start, low, high) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = code + 1
    }
    this.#slots = slots
  }
}

function doubled(words: Int32Array): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(words.length * 2)
  longer.set(words)
  return longer
}

/** The bytes of a vector as words of the machine, copied where they do not lie at a multiple of four. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, byteLength } = byteOffsetIsWhole(bytes) ? bytes : Uint8Array.from(bytes)
  return new Int32Array(buffer, byteOffset, byteLength >> 2)
}

function byteOffsetIsWhole({ byteOffset }: Uint8Array): boolean {
  return (byteOffset & 3) === 0
}

/** The finalizer of MurmurHash3, over words that were added with odd factors. */
function mixed(a: number, b: number, c: number, d: number): number {
  let h =
    Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ Math.imul(d, 0x27d4eb2f)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
