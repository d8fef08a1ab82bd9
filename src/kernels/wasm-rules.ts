/**
 * Rules from itemsets, compiled: assembly/rules.ts behind the RuleKernel interface.
 *
 * Cost: 24 to 32 bytes an itemset, 36 to 72 a group, and for each rule tried as many look-ups as it has items at most.
 */
import type { RuleKernel } from './rules.ts'
import { stackImports, wasmModule } from './wasm.ts'

/** What assembly/rules.ts exports. Places are in bytes. */
interface RulesModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  room(itemsets: number, items: number, needed: number): void
  begin(
    itemsets: number,
    baskets: number,
    minConfidence: number,
    maxRight: number,
    minLength: number,
    noRedundant: boolean,
  ): void
  itemsets(from: number, to: number): void
  readonly parents: Value
  readonly ranks: Value
  readonly counts: Value
  readonly leftAllowed: Value
  readonly rightAllowed: Value
  readonly needed: Value
  readonly wholes: Value
  readonly lefts: Value
  readonly rights: Value
  readonly groupsOf: Value
  readonly waiting: Value
  readonly groupNumbers: Value
  readonly groupCount: Value
  readonly bestConfidence: Value
  readonly bestWhole: Value
  readonly bestLeft: Value
  readonly bestRight: Value
}

interface Value {
  readonly value: number
}

const kernel = wasmModule<RulesModule>('rules')
/** As assembly/rules.ts lays them: a, c, x, length, rules. */
const NUMBERS_A_GROUP = 5
/** More items than any itemset has. */
const NO_LIMIT = 0x7fffffff

/** @throws {EngineError} where it needs more than WASM can address (4 GB) or the machine has */
export const wasmRules: RuleKernel = (question) => {
  const { parent, rank, count, items, needed = [] } = question
  const some = (found: number) => {
    question.take(
      ints(module.wholes, found),
      ints(module.lefts, found),
      ints(module.rights, found),
      ints(module.groupsOf, found),
    )
  }
  const module = kernel.instance({ ...stackImports('the search for rules needs'), rules: { take: some } })
  const ints = ({ value }: Value, length: number) => new Int32Array(module.memory.buffer, value, length)
  module.room(parent.length, items, needed.length)
  ints(module.parents, parent.length).set(parent)
  ints(module.ranks, rank.length).set(rank)
  ints(module.counts, count.length).set(count)
  ints(module.needed, needed.length).set(needed)
  const allow = ({ value }: Value, allowed: Uint8Array | undefined) => {
    const marks = new Uint8Array(module.memory.buffer, value, items)
    if (allowed === undefined) marks.fill(1)
    else marks.set(allowed)
  }
  allow(module.leftAllowed, question.leftAllowed)
  allow(module.rightAllowed, question.rightAllowed)
  const { baskets, minConfidence, maxRight, minLength, noRedundant = false } = question
  const mostRight = Math.min(maxRight, NO_LIMIT)
  module.begin(parent.length, baskets, minConfidence, mostRight, Math.min(minLength, NO_LIMIT), noRedundant)
  return {
    itemsets(from, to) {
      module.itemsets(from, to)
    },
    finish() {
      some(module.waiting.value)
      const groups = module.groupCount.value
      const numbers = ints(module.groupNumbers, groups * NUMBERS_A_GROUP)
      const of = (place: number) => {
        const values = new Int32Array(groups)
        for (let group = 0; group < groups; group++) {
          values[group] = numbers[group * NUMBERS_A_GROUP + place] as number
        }
        return values
      }
      return {
        groups: { a: of(0), c: of(1), x: of(2), length: of(3), rules: of(4) },
        best: {
          confidence: module.bestConfidence.value,
          whole: module.bestWhole.value,
          left: module.bestLeft.value,
          right: module.bestRight.value,
        },
      }
    },
  }
}
