import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_BYTE, type BasketKernel, type LineDialect } from '../../src/kernels/baskets.ts'
import { plainBaskets } from '../../src/kernels/plain-baskets.ts'
import { wasmBaskets } from '../../src/kernels/wasm-baskets.ts'

/** Cuts texts one after the other, then takes baskets of items; stops at the first quote, as its caller does. */
function cut(
  kernel: BasketKernel,
  dialect: LineDialect,
  pieces: readonly string[],
  baskets: readonly (readonly string[])[] = [],
) {
  const cutter = kernel(dialect)
  const stopped: number[] = []
  for (const piece of pieces) {
    const bytes = Buffer.from(piece)
    cutter.room(bytes.length).set(bytes)
    stopped.push(cutter.cut(bytes.length))
  }
  for (const basket of baskets) cutter.basket(basket)
  return { stopped, baskets: cutter.baskets, ...cutter.finish() }
}

const LF = 10
const COMMA = 44
const QUOTE = 34
const commas: LineDialect = { delimiter: COMMA, lineEnd: LF, quote: QUOTE }

const piece = fc
  .array(fc.constantFrom('a', 'b', 'milk', 'é', '牛', ',', ',', ' ', '\t', '\r', '\n', '\n', '"', '12"'))
  .map((parts) => parts.join(''))
const dialect = fc.record({
  delimiter: fc.constantFrom(COMMA, 32, 9, NO_BYTE),
  lineEnd: fc.constantFrom(LF, 13),
  quote: fc.constantFrom(QUOTE, NO_BYTE, NO_BYTE),
})
const lists = fc.array(fc.array(fc.constantFrom('a', 'milk', ' é ', 'x,y', '牛'), { maxLength: 5 }), {
  maxLength: 4,
})

test('the compiled kernel cuts and numbers as the plain one does', () => {
  fc.assert(
    fc.property(dialect, fc.array(piece, { maxLength: 5 }), lists, (...asked) => {
      expect(cut(wasmBaskets, ...asked)).toEqual(cut(plainBaskets, ...asked))
    }),
    { numRuns: 500 },
  )
})

test('and where there are many different items in many baskets, and long ones', () => {
  const line = (n: number, i: number) => Array.from({ length: n }, (_, j) => `item${(i * 31 + j * j) % 7919}`)
  const text = Array.from({ length: 20_000 }, (_, i) => line(i % 97 === 0 ? 900 : i % 9, i).join(',')).join(
    '\n',
  )
  expect(cut(wasmBaskets, commas, [text])).toEqual(cut(plainBaskets, commas, [text]))
})

test.each([
  ['wasm', wasmBaskets],
  ['plain', plainBaskets],
])('%s: what stands before a quote in its line is not taken', (_, kernel) => {
  expect(cut(kernel, commas, ['b,a\nc,"d",e\n'], [['e']])).toEqual({
    stopped: [4],
    baskets: 2,
    names: ['b', 'a', 'e'],
    start: Int32Array.of(0, 2, 3),
    item: Int32Array.of(0, 1, 2),
  })
})

test('more than can be addressed is an error of its own and no trap', () => {
  const cutter = wasmBaskets({ delimiter: 44, lineEnd: 10, quote: 34 })
  expect(() => cutter.room(0xffffffff)).toThrow('these baskets need more memory than there is')
  // What was there is as it was.
  cutter.basket(['a', 'b'])
  expect(cutter.finish().names).toEqual(['a', 'b'])
})
