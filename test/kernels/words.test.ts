import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packedLines, packTexts, unpackTexts } from '../../src/base/packed-texts.ts'
import { plainWords } from '../../src/kernels/plain-words.ts'
import { TokenTable } from '../../src/kernels/token-table.ts'
import { wasmWords } from '../../src/kernels/wasm-words.ts'

const letter = fc.constantFrom(
  ...'abcXYZ09_ ,."\'-',
  ...'ΣσΑ\u0301İıßẞéÅ中文ぁカーไ𠮷𝐀𐐀😀\u00ad’',
  '\t',
  '\0',
  '\u0001',
  '\u0002',
)
const text = fc.string({ unit: letter, maxLength: 60 })
const words = fc.array(fc.string({ unit: fc.constantFrom(...'abcdefgh '), maxLength: 300 }), { minLength: 1 })

describe('compiled and plain give the same', () => {
  test('words of packed texts', () =>
    fc.assert(
      fc.property(
        fc.oneof(fc.array(text, { minLength: 1, maxLength: 30 }), words),
        fc.integer({ min: 1, max: 4 }),
        (texts, least) => {
          const block = packTexts(texts)
          expect(wasmWords(block, least)).toEqual(plainWords(block, least))
        },
      ),
    ))

  test('words of a cell of each line', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, text, fc.boolean()), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 1 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (rows, place, lineEnd, isEnded) => {
          const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`
          const cell = (one: string, isQuoted: boolean) =>
            isQuoted || /[",\r\n]/.test(one) ? quoted(one) : one
          const lines = rows.map(([one, two, isQuoted]) => `${cell(one, isQuoted)},${cell(two, !isQuoted)}`)
          const bytes = Buffer.from(lines.join(lineEnd) + (isEnded ? lineEnd : ''))
          const block = { bytes: Uint8Array.from(bytes), cell: { place, delimiter: 44, quote: 34 } }
          const want = rows.map((row) => row[place] as string)
          expect(unpackTexts(packedLines(block))).toEqual(want)
          expect(wasmWords(block, 2)).toEqual(plainWords(packTexts(want), 2))
        },
      ),
    ))
})

test('letters are counted by script, those of runs that are too short and no digits among them', () => {
  const { scripts } = wasmWords(packTexts(['Äb1 中 12_', '很好カー ไทย']), 2)
  // Thai vowel signs are letters of \\w where they are no combining marks; ー is of no one script.
  expect(scripts).toEqual({ letters: 11, han: 3, kana: 1, thai: 3 })
})

test('a vocabulary that grows far beyond its first size is found again', () => {
  const many = Array.from({ length: 60_000 }, (_, i) => `w${i}x`)
  const got = wasmWords(packTexts([many.join(' '), many.join(' ')]), 2)
  expect(got.vocabulary.hashes.length).toBe(many.length)
  expect(got.tokens.subarray(60_000)).toEqual(got.tokens.subarray(0, 60_000))
})

test('a text of 10 MB is one text', () => {
  const long = 'Grün und 中文 again '.repeat(500_000)
  const got = wasmWords(packTexts([long, 'und']), 2)
  expect([...got.ends]).toEqual([2_000_000, 2_000_001])
  expect(got.vocabulary.hashes.length).toBe(4)
})

test('tables that take in others one after another know each token once', () => {
  const table = new TokenTable()
  const seen = new Map<string, number>()
  for (let part = 0; part < 12; part++) {
    const some = Array.from({ length: 5000 }, (_, i) => `t${(i * 7 + part * 3001) % 40_000}`)
    const numbers = table.putAll(plainWords(packTexts([some.join(' ')]), 1).vocabulary)
    numbers.forEach((number) => {
      const name = table.text(number)
      expect(seen.get(name) ?? number).toBe(number)
      seen.set(name, number)
    })
  }
  expect(table.size).toBe(seen.size)
})

test('ranks are the order of the code points', () => {
  const table = new TokenTable()
  const names = ['b', 'aaaaaaab', 'aaaaaaa', 'aaaaaaaa', '\uff21', '\u{1f600}', '\ue000', 'é', 'aaaaaab']
  for (const name of names) table.putText(name)
  const ordered: string[] = []
  table.ranks().forEach((rank, token) => (ordered[rank] = names[token] as string))
  expect(ordered).toEqual([
    'aaaaaaa',
    'aaaaaaaa',
    'aaaaaaab',
    'aaaaaab',
    'b',
    'é',
    '\ue000',
    '\uff21',
    '\u{1f600}',
  ])
})
