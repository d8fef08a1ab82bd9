/**
 * Fisher's exact test, compiled: assembly/fisher.ts behind the FisherKernel interface.
 *
 * Cost: a thousand rules in half a millisecond, where JavaScript that is not compiled yet takes ten and makes garbage of
 * every number.
 */
import type { FisherKernel } from './fisher.ts'
import { stackImports, wasmModule } from './wasm.ts'

/** What assembly/fisher.ts exports. Places are in bytes. */
interface FisherModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  room(rules: number): void
  run(baskets: number, rules: number): void
  readonly lefts: Value
  readonly rights: Value
  readonly boths: Value
  readonly values: Value
}

interface Value {
  readonly value: number
}

const kernel = wasmModule<FisherModule>('fisher')

/** @throws {EngineError} where it needs more than WASM can address (4 GB) or the machine has */
export const wasmFisher: FisherKernel = (baskets, left, right, both) => {
  const { log, log1p, exp } = Math
  const module = kernel.instance({ ...stackImports('the p-values need'), math: { log, log1p, exp } })
  const rules = both.length
  module.room(rules)
  const { buffer } = module.memory
  new Int32Array(buffer, module.lefts.value, rules).set(left)
  new Int32Array(buffer, module.rights.value, rules).set(right)
  new Int32Array(buffer, module.boths.value, rules).set(both)
  module.run(baskets, rules)
  return new Float64Array(buffer, module.values.value, rules).slice()
}
