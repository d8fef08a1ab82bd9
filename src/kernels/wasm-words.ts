/**
 * Texts to words, compiled: assembly/words.ts behind the WordKernel interface.
 *
 * One instance a thread, which keeps its memory and its pages of letters from block to block and nothing else.
 */
import { pageOfFacts } from '../base/letters.ts'
import type { TextBlock } from '../base/packed-texts.ts'
import { plainWords } from './plain-words.ts'
import { sharedInt32 } from './shared.ts'
import { wasmModule } from './wasm.ts'
import type { WordBlock, WordKernel } from './words.ts'

/** What assembly/words.ts exports. */
interface WordsModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  room(size: number): number
  page(): number
  packed(size: number, least: number): number
  lines(size: number, least: number, place: number, delimiter: number, quote: number): number
  resume(): number
  readonly needed: Value
  readonly tokens: Value
  readonly tokenCount: Value
  readonly ends: Value
  readonly textCount: Value
  readonly bytes: Value
  readonly byteCount: Value
  readonly starts: Value
  readonly hashes: Value
  readonly vocabulary: Value
  readonly short: Value
  readonly letters: Value
  readonly han: Value
  readonly kana: Value
  readonly thai: Value
}

interface Value {
  readonly value: number
}

const compiled = wasmModule<WordsModule>('words')
let instance: WordsModule | undefined

/** A block that would need more memory than an instance may have: some 30 bytes for each of its own. */
const MOST_BYTES = 1 << 26

export const wasmWords: WordKernel = (block, least) => {
  if (block.bytes.length > MOST_BYTES) return plainWords(block, least)
  instance ??= compiled.instance()
  fill(instance, block, least)
  const result = taken(instance)
  // Memory never shrinks: a long text must not be paid for to the end.
  if (instance.memory.buffer.byteLength > MOST_BYTES * 4) instance = undefined
  return result
}

function fill(module: WordsModule, block: TextBlock, least: number): void {
  const size = block.bytes.length
  const room = module.room(size)
  new Uint8Array(module.memory.buffer, room, size).set(block.bytes)
  let isDone =
    'cell' in block
      ? module.lines(size, least, block.cell.place, block.cell.delimiter, block.cell.quote)
      : module.packed(size, least)
  while (isDone === 0) {
    const facts = pageOfFacts(module.needed.value)
    const page = module.page()
    new Int32Array(module.memory.buffer, page, facts.length).set(facts)
    isDone = module.resume()
  }
}

function taken(module: WordsModule): WordBlock {
  const { buffer } = module.memory
  const ints = (at: Value, count: number) => new Int32Array(buffer, at.value, count)
  const shared = (at: Value, count: number) => {
    const copy = sharedInt32(count)
    copy.set(ints(at, count))
    return copy
  }
  const size = module.vocabulary.value
  return {
    vocabulary: {
      bytes: new Uint8Array(buffer, module.bytes.value, module.byteCount.value).slice(),
      starts: ints(module.starts, size + 1).slice(),
      hashes: ints(module.hashes, size).slice(),
    },
    tokens: shared(module.tokens, module.tokenCount.value),
    ends: shared(module.ends, module.textCount.value),
    short: module.short.value,
    scripts: {
      letters: module.letters.value,
      han: module.han.value,
      kana: module.kana.value,
      thai: module.thai.value,
    },
  }
}
