/**
 * Itemsets as texts, in order, compiled: assembly/itemset-texts.ts behind the ItemsetTextKernel interface.
 *
 * Cost: a quarter of a million itemsets in some 60 ms; memory: their texts three times, while it is at work.
 */
import type { ItemsetOrder, ItemsetTextKernel } from './itemset-texts.ts'
import { stackImports, wasmModule } from './wasm.ts'

/** What assembly/itemset-texts.ts exports. Places are in bytes. */
interface ItemsetTextsModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  room(itemsets: number, items: number, nameBytes: number, rows: number): void
  order(itemsets: number, items: number, rows: number, separator: number, by: number): void
  readonly parents: Value
  readonly ranks: Value
  readonly counts: Value
  readonly places: Value
  readonly names: Value
  readonly nameEnds: Value
  readonly wanted: Value
  readonly text: Value
  readonly ends: Value
}

interface Value {
  readonly value: number
}

const kernel = wasmModule<ItemsetTextsModule>('itemset-texts')

/** As assembly/itemset-texts.ts numbers them. */
const ORDERS: readonly ItemsetOrder[] = ['text', 'count', 'length']

/** @throws {EngineError} where it needs more than WASM can address (4 GB) or the machine has */
export const wasmItemsetTexts: ItemsetTextKernel = (question) => {
  const { parent, rank, count, names, place, separator, wanted, by } = question
  const module = kernel.instance(stackImports('the texts of the itemsets need'))
  const ints = ({ value }: Value, length: number) => new Int32Array(module.memory.buffer, value, length)
  const bytes = names.map((name) => Buffer.from(separator + name))
  const all = Buffer.concat(bytes)
  module.room(parent.length, names.length, all.length, wanted.length)
  ints(module.parents, parent.length).set(parent)
  ints(module.ranks, rank.length).set(rank)
  ints(module.counts, count.length).set(count)
  ints(module.places, place.length).set(place)
  new Uint8Array(module.memory.buffer, module.names.value, all.length).set(all)
  const nameEnds = ints(module.nameEnds, names.length)
  let end = 0
  bytes.forEach(({ length }, i) => (nameEnds[i] = end += length))
  ints(module.wanted, wanted.length).set(wanted)
  module.order(parent.length, names.length, wanted.length, Buffer.byteLength(separator), ORDERS.indexOf(by))
  return {
    order: ints(module.wanted, wanted.length).slice(),
    texts: textsOf(
      Buffer.from(module.memory.buffer, module.text.value),
      ints(module.ends, wanted.length),
      all.every((byte) => byte < 0x80),
    ),
  }
}

/** Less than the longest string that there can be. */
const PIECE = 1 << 24

/** @param ends of the texts, places from 2³¹ on as negative numbers */
function textsOf(bytes: Buffer, ends: Int32Array, isAscii: boolean): string[] {
  const texts = new Array<string>(ends.length)
  const end = (row: number) => (ends[row] as number) >>> 0
  for (let row = 0, from = 0; row < ends.length;) {
    let last = row
    while (last + 1 < ends.length && end(last + 1) - from <= PIECE) last++
    if (!isAscii) last = row
    const piece = bytes.toString(isAscii ? 'latin1' : 'utf8', from, end(last))
    // A part of a string takes no copy of it.
    for (let at = from; row <= last; row++) {
      texts[row] = isAscii ? piece.slice(at - from, end(row) - from) : piece
      at = end(row)
    }
    from = end(last)
  }
  return texts
}
