import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_BIT, type Bitsets } from '../../src/kernels/bitsets.ts'
import { PlainBitsets } from '../../src/kernels/plain-bitsets.ts'
import { WasmBitsets } from '../../src/kernels/wasm-bitsets.ts'

/** Both kernels with the same words in their arenas. */
function both(words: readonly number[]): readonly [Bitsets, Bitsets] {
  const made = [new PlainBitsets(), new WasmBitsets()] as const
  for (const bitsets of made) {
    bitsets.reserve(words.length)
    bitsets.words.set(words)
  }
  return made
}

const word = fc.oneof(fc.constantFrom(0, 0xffffffff), fc.integer({ min: 0, max: 0xffffffff }))

/** Sets of a multiple of four words, more than one of each 31 × 16 bytes that the compiled kernel sums at a time. */
const sets = fc
  .record({ quarters: fc.integer({ min: 1, max: 40 }), count: fc.integer({ min: 1, max: 6 }) })
  .chain(({ quarters, count }) =>
    fc.record({
      length: fc.constant(4 * quarters),
      count: fc.constant(count),
      words: fc.array(word, { minLength: 4 * quarters * (count + 1), maxLength: 4 * quarters * (count + 1) }),
      weights: fc.option(
        fc.array(fc.integer({ min: 1, max: 1 << 12 }), { minLength: 4 * quarters, maxLength: 4 * quarters }),
      ),
    }),
  )

test('SIMD meets, weighs and keeps as the plain kernel does', () => {
  fc.assert(
    fc.property(
      sets,
      fc.double({ min: 0, max: 1, noNaN: true }),
      ({ length, count, words, weights }, part) => {
        const weightsAt = weights === null ? -1 : words.length
        const target = words.length + (weights?.length ?? 0)
        const kept = target + count * length
        const all = [...words, ...(weights ?? []), ...new Array<number>(count * length + 2 * count).fill(0)]
        const least = Math.floor(part * length * 32 * (weights === null ? 1 : 1 << 11))
        const [plain, simd] = both(all).map((bitsets) => {
          const found = bitsets.meet(0, length, count, length, weightsAt, least, target, kept)
          return {
            found,
            sets: [...bitsets.words.subarray(target, target + found * length)],
            kept: [...bitsets.words.subarray(kept, kept + 2 * found)],
          }
        })
        expect(simd).toEqual(plain)
      },
    ),
  )
})

test('SIMD tells containment and enough in common as the plain kernel does', () => {
  fc.assert(
    fc.property(sets, fc.boolean(), fc.nat(), ({ length, count, words, weights }, isPart, least) => {
      const places = Array.from({ length: count }, (_, i) => (i + 1) * length)
      const all = [
        ...words,
        ...places,
        ...new Array<number>((4 - (count % 4)) % 4).fill(0),
        ...(weights ?? []),
      ]
      const weightsAt = weights === null ? -1 : all.length - weights.length
      // Half of the time the last set holds the first one.
      if (isPart)
        for (let w = 0; w < length; w++)
          all[count * length + w] = (all[w] as number) | (all[count * length + w] as number)
      const [plain, simd] = both(all.map((one) => one >>> 0)).map((bitsets) => [
        bitsets.isWithinAny(0, words.length, count, length),
        bitsets.meetsAny(0, words.length, count, length, weightsAt, least % (length * 40)),
      ])
      expect(simd).toEqual(plain)
      if (isPart) expect(plain?.[0]).toBe(true)
    }),
  )
})

test('SIMD narrows a set as the plain kernel does', () => {
  const bits = fc.array(fc.oneof(fc.constant(NO_BIT), fc.integer({ min: 0, max: 32 * 4 - 1 })), {
    minLength: 128,
    maxLength: 128,
  })
  fc.assert(
    fc.property(fc.array(word, { minLength: 4, maxLength: 4 }), bits, (set, from) => {
      const [plain, simd] = both([...set, ...from, 0, 0, 0, 0]).map((bitsets) => {
        bitsets.narrow(0, 4, 4, 132)
        return [...bitsets.words.subarray(132, 136)]
      })
      expect(simd).toEqual(plain)
      const bitOf = (words: readonly number[], bit: number) =>
        ((words[bit >> 5] as number) >>> (bit & 31)) & 1
      from.forEach((old, bit) => {
        expect(bitOf(plain as number[], bit)).toBe(old === NO_BIT ? 0 : bitOf(set, old))
      })
    }),
  )
})

test('what lies in the arena stays when it grows', () => {
  for (const bitsets of both([1, 2, 3, 4])) {
    bitsets.reserve(1 << 20)
    expect([...bitsets.words.subarray(0, 4)]).toEqual([1, 2, 3, 4])
    expect(bitsets.words.length).toBeGreaterThanOrEqual(1 << 20)
  }
})
