/** Packed texts as jobs for several threads, cut by their bytes. */
import { BETWEEN_TEXTS, type PackedTexts } from '../base/packed-texts.ts'
import { sharedUint8 } from '../kernels/shared.ts'
import type { TokenRules } from './tokens.ts'

/** Bytes of texts that one job takes: work of some ms, whatever the way of parting. */
const jobBytes = {
  runs: 1 << 21,
  mixed: 1 << 19,
  segments: 1 << 17,
  char: 1 << 20,
  char_wb: 1 << 20,
} as const
/** Memory for the lines of a file. */
export const linesRoom = sharedUint8

/** Pieces of packed texts put together to jobs, where all threads see them. */
export class TextJobs {
  readonly #least: number
  #done: PackedTexts[] = []
  #pieces: Uint8Array[] = []
  #texts = 0
  #bytes = 0
  /** Of all jobs. */
  bytes = 0

  constructor(kind: TokenRules['kind']) {
    this.#least = jobBytes[kind]
  }

  add({ bytes, texts }: PackedTexts): void {
    if (this.#pieces.length > 0) this.#put(BETWEEN_TEXTS)
    this.#put(bytes)
    this.#texts += texts
    if (this.#bytes >= this.#least) this.#close()
  }

  /** All there are; it starts anew. */
  taken(): PackedTexts[] {
    if (this.#texts > 0) this.#close()
    const done = this.#done
    this.#done = []
    this.bytes = 0
    return done
  }

  #put(bytes: Uint8Array): void {
    this.#pieces.push(bytes)
    this.#bytes += bytes.length
  }

  #close(): void {
    const bytes = sharedUint8(this.#bytes)
    let at = 0
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    this.#done.push({ bytes, texts: this.#texts })
    this.bytes += this.#bytes
    this.#pieces = []
    this.#texts = 0
    this.#bytes = 0
  }
}
