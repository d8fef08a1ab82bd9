/** The block sums, compiled: assembly/gram.ts behind the interface of gram.ts. */
import type { GramKernel } from './gram.ts'
import { wasmModule } from './wasm.ts'

/** What assembly/gram.ts exports. */
interface GramModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  setup(columns: number, capacity: number): void
  centre(rows: number): void
  readonly room: { readonly value: number }
  readonly means: { readonly value: number }
  readonly products: { readonly value: number }
}

const compiled = wasmModule<GramModule>('gram')

export function wasmGram(columns: number, capacity: number): GramKernel {
  const module = compiled.instance()
  module.setup(columns, capacity)
  const { memory, room, means, products } = module
  const found = {
    means: new Float64Array(memory.buffer, means.value, columns),
    products: new Float64Array(memory.buffer, products.value, columns * columns),
  }
  return {
    room: new Float64Array(memory.buffer, room.value, columns * capacity),
    centre(rows) {
      module.centre(rows)
      return found
    },
  }
}
