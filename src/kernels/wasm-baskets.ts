/**
 * Lines to baskets, compiled: assembly/baskets.ts behind the BasketCutter interface.
 *
 * Cost: some 500 MB/s; the module is compiled once a process (1 ms) and instantiated for each file.
 */
import type { BasketCutter, BasketKernel, CutBaskets, LineDialect } from './baskets.ts'
import { stackImports, wasmModule } from './wasm.ts'

/** What assembly/baskets.ts exports. Places are in bytes. */
interface BasketsModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  begin(delimiter: number, lineEnd: number, quote: number): void
  room(size: number): number
  cut(length: number): number
  item(length: number): void
  endBasket(): void
  readonly starts: Value
  readonly baskets: Value
  readonly items: Value
  readonly entries: Value
  readonly text: Value
  readonly ends: Value
  readonly itemCount: Value
}

interface Value {
  readonly value: number
}

const kernel = wasmModule<BasketsModule>('baskets')

/** @throws {EngineError} from any call that needs more than WASM can address (4 GB) or the machine has */
export const wasmBaskets: BasketKernel = (dialect) => new WasmBaskets(dialect)

class WasmBaskets implements BasketCutter {
  readonly #module = kernel.instance(stackImports('these baskets need'))

  constructor({ delimiter, lineEnd, quote }: LineDialect) {
    this.#module.begin(delimiter, lineEnd, quote)
  }

  get baskets(): number {
    return this.#module.baskets.value
  }

  room(size: number): Uint8Array {
    const at = this.#module.room(size)
    return new Uint8Array(this.#module.memory.buffer, at, size)
  }

  cut(length: number): number {
    return this.#module.cut(length)
  }

  basket(items: readonly string[]): void {
    for (const item of items) {
      const bytes = Buffer.from(item)
      this.room(bytes.length).set(bytes)
      this.#module.item(bytes.length)
    }
    this.#module.endBasket()
  }

  finish(): CutBaskets {
    const { memory, starts, baskets, items, entries, text, ends, itemCount } = this.#module
    const ints = ({ value }: Value, length: number) => new Int32Array(memory.buffer, value, length)
    const bytes = Buffer.from(memory.buffer, text.value)
    let from = 0
    const names = Array.from(ints(ends, itemCount.value), (end) => {
      const name = bytes.toString('utf8', from, end)
      from = end
      return name
    })
    return {
      names,
      start: ints(starts, baskets.value + 1).slice(),
      item: ints(items, entries.value).slice(),
    }
  }
}
