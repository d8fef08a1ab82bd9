import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { RandomState } from '../../src/base/random.ts'
import type { ItemsetTextQuestion } from '../../src/kernels/itemset-texts.ts'
import { plainItemsetTexts } from '../../src/kernels/plain-itemset-texts.ts'
import { wasmItemsetTexts } from '../../src/kernels/wasm-itemset-texts.ts'

/** A tree of itemsets, each of its nodes drawn by one number. */
function questionOf(
  draws: readonly number[],
  names: readonly string[],
  more: Pick<ItemsetTextQuestion, 'separator' | 'by'>,
): ItemsetTextQuestion {
  const parent: number[] = []
  const rank: number[] = []
  for (const draw of draws) {
    // The item of the last rank has nothing behind it.
    const under = (draw % (parent.length + 1)) - 1
    const from = under < 0 ? 0 : (rank[under] as number) + 1
    if (from >= names.length) continue
    parent.push(under)
    rank.push(from + ((draw >>> 8) % (names.length - from)))
  }
  return {
    parent: Int32Array.from(parent),
    rank: Int32Array.from(rank),
    count: Int32Array.from(parent, (_, i) => 1 + ((draws[i] as number) % 3)),
    names,
    // Ranks are not in the order of the names.
    place: Int32Array.from(names, (_, i) => names.length - 1 - i),
    wanted: Int32Array.from(parent.keys()).filter((i) => i % 5 !== 3),
    ...more,
  }
}

const names = fc.array(
  fc.constantFrom('a', 'ab', 'a b', 'abcdefgh', 'abcdefghi', 'é', '牛奶', '😀', '\uffee', '"a;b"'),
  {
    minLength: 1,
    maxLength: 12,
  },
)
const more = fc.record({
  separator: fc.constantFrom(';', ', ', '牛'),
  by: fc.constantFrom('text', 'count', 'length'),
})

test('the compiled kernel writes and orders as the plain one does', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 60 }), names, more, (draws, items, asked) => {
      const question = questionOf(draws, items, asked)
      const [got, want] = [wasmItemsetTexts(question), plainItemsetTexts(question)]
      expect(got.texts).toEqual(want.texts)
      // Itemsets of the same count and text, drawn twice, may stand in either order.
      const textOf = new Map(Array.from(want.order, (itemset, row) => [itemset, want.texts[row]]))
      expect(Array.from(got.order, (itemset) => textOf.get(itemset))).toEqual(want.texts)
      const count = (itemset: number) => question.count[itemset] as number
      if (asked.by !== 'text') expect(got.order.map(count)).toEqual(want.order.map(count))
      expect(got.order.slice().sort()).toEqual(want.order.slice().sort())
    }),
    { numRuns: 400 },
  )
})

test('and where there are many of them', () => {
  const random = new RandomState(7)
  const draws = Array.from({ length: 20_000 }, () => random.uint32() >>> 1)
  const items = Array.from({ length: 300 }, (_, i) => `item ${i % 100} of shelf ${i}`)
  const question = questionOf(draws, items, { separator: ';', by: 'count' })
  const { texts } = wasmItemsetTexts(question)
  expect(texts).toEqual(plainItemsetTexts(question).texts)
})

test('texts of more than 4 GB are an error before any is written', () => {
  const rows = 5000
  const question: ItemsetTextQuestion = {
    parent: new Int32Array(rows).fill(-1),
    rank: new Int32Array(rows),
    count: new Int32Array(rows).fill(1),
    names: ['x'.repeat(1_000_000)],
    place: Int32Array.of(0),
    wanted: Int32Array.from({ length: rows }, (_, row) => row),
    separator: ';',
    by: 'count',
  }
  expect(() => wasmItemsetTexts(question)).toThrow(EngineError)
})
