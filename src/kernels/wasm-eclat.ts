/**
 * The search of eclat, compiled: assembly/eclat.ts behind the EclatKernel interface.
 *
 * Cost: the module is compiled once a process (1 ms) and instantiated for each search, whose memory goes with it.
 */
import type { EclatKernel } from './eclat.ts'
import { stackImports, wasmModule } from './wasm.ts'

/** What assembly/eclat.ts exports. Places are in bytes. */
interface EclatModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  room(baskets: number, entries: number, items: number, frequent: number): void
  begin(baskets: number, frequent: number, minCount: number, maxLength: number): void
  item(rank: number): void
  readonly starts: Value
  readonly items: Value
  readonly rankOf: Value
  readonly ofRank: Value
  readonly parents: Value
  readonly ranks: Value
  readonly counts: Value
  readonly waiting: Value
}

interface Value {
  readonly value: number
}

const kernel = wasmModule<EclatModule>('eclat')
/** Longer than any itemset. */
const NO_LIMIT = 0x7fffffff

/** @throws {EngineError} where the search needs more than WASM can address (4 GB) or the machine has */
export const wasmEclat: EclatKernel = ({ start, item, rankOf, count, minCount, maxLength, take }) => {
  const some = (found: number) => {
    take(ints(module.parents, found), ints(module.ranks, found), ints(module.counts, found))
  }
  const module = kernel.instance({
    ...stackImports('the search for itemsets needs'),
    eclat: { take: some },
  })
  const ints = ({ value }: Value, length: number) => new Int32Array(module.memory.buffer, value, length)
  const baskets = start.length - 1
  module.room(baskets, item.length, rankOf.length, count.length)
  ints(module.starts, start.length).set(start)
  ints(module.items, item.length).set(item)
  ints(module.rankOf, rankOf.length).set(rankOf)
  ints(module.ofRank, count.length).set(count)
  module.begin(baskets, count.length, minCount, Math.min(maxLength, NO_LIMIT))
  return {
    item(rank) {
      module.item(rank)
    },
    finish() {
      some(module.waiting.value)
    },
  }
}
