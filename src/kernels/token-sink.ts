import { sharedInt32 } from './shared.ts'
import { TokenTable } from './token-table.ts'
import type { WordBlock } from './words.ts'

/** Takes tokens as they are found. */
export class TokenSink {
  readonly table = new TokenTable()
  #tokens = new Int32Array(4096)
  #length = 0
  readonly #ends: Int32Array
  #texts = 0

  constructor(texts: number) {
    this.#ends = sharedInt32(texts)
  }

  push(token: number): void {
    if (this.#length === this.#tokens.length) {
      const longer = new Int32Array(this.#length * 2)
      longer.set(this.#tokens)
      this.#tokens = longer
    }
    this.#tokens[this.#length++] = token
  }

  endText(): void {
    this.#ends[this.#texts++] = this.#length
  }

  finish(): Omit<WordBlock, 'short' | 'scripts'> {
    const tokens = sharedInt32(this.#length)
    tokens.set(this.#tokens.subarray(0, this.#length))
    return { vocabulary: this.table.packed(), tokens, ends: this.#ends }
  }
}
