/**
 * Sets of baskets as bits, compiled: assembly/bitsets.ts behind the Bitsets interface.
 *
 * Cost: the module is compiled once a process (1 ms) and instantiated for each arena, whose memory goes with it.
 */
import type { Bitsets } from './bitsets.ts'
import { wasmModule } from './wasm.ts'

/** What assembly/bitsets.ts exports. */
interface BitsetsModule extends Pick<Bitsets, 'meet' | 'narrow'> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  /** In bytes. */
  readonly arena: { readonly value: number }
  isWithinAny(...args: Parameters<Bitsets['isWithinAny']>): number
  meetsAny(...args: Parameters<Bitsets['meetsAny']>): number
}

const PAGE = 1 << 16

const kernel = wasmModule<BitsetsModule>('bitsets')

export class WasmBitsets implements Bitsets {
  words: Uint32Array
  readonly meet: Bitsets['meet']
  readonly narrow: Bitsets['narrow']
  readonly #module: BitsetsModule

  constructor() {
    this.#module = kernel.instance()
    this.meet = this.#module.meet
    this.narrow = this.#module.narrow
    this.#module.memory.grow(1)
    this.words = this.#view()
  }

  /** @throws {RangeError} where the arena would be larger than WASM can address (4 GB) or the machine has */
  reserve(words: number): void {
    if (words <= this.words.length) return
    const { memory, arena } = this.#module
    const wanted = Math.max(arena.value + words * 4, Math.min(memory.buffer.byteLength * 2, 0x40000000))
    memory.grow(Math.ceil((wanted - memory.buffer.byteLength) / PAGE))
    this.words = this.#view()
  }

  isWithinAny(one: number, others: number, count: number, length: number): boolean {
    return this.#module.isWithinAny(one, others, count, length) !== 0
  }

  meetsAny(
    one: number,
    others: number,
    count: number,
    length: number,
    weights: number,
    least: number,
  ): boolean {
    return this.#module.meetsAny(one, others, count, length, weights, least) !== 0
  }

  #view(): Uint32Array {
    const { memory, arena } = this.#module
    return new Uint32Array(memory.buffer, arena.value)
  }
}
