import { describe, expect, test } from 'vitest'
import { stopWordLanguages, stopWords } from '../../src/learn/stop-words.ts'
import { languageOf, tokenizer } from '../../src/learn/tokens.ts'

const words = tokenizer('none')

test('a token is two or more letters, digits or underscores, in lower case', () => {
  expect(words('The 3 B2B-deals: x, ok_1 & Ünïted')).toEqual(['the', 'b2b', 'deals', 'ok_1', 'ünïted'])
})

test('a letter beyond the first 65,536 code points counts as one', () => {
  expect(words('\u{1d400} \u{1d400}\u{1d401}')).toEqual(['\u{1d400}\u{1d401}'])
})

test('a combining mark ends a token, as in Python', () => {
  expect(words('cafe\u0301s')).toEqual(['cafe'])
})

test('a text without letters has no tokens', () => {
  expect(words('')).toEqual([])
  expect(words('. ! \u{1f600} -')).toEqual([])
})

test('Chinese is parted into words', () => {
  expect(tokenizer('zh')('快递很快,质量不错')).toEqual(expect.arrayContaining(['快递', '质量', '不错']))
})

test('Japanese is parted into words', () => {
  expect(tokenizer('ja')('配送が早いです')).toContain('配送')
})

test('a single Chinese letter is no token, and Latin words between are lower-cased', () => {
  const tokens = tokenizer('zh')('的 iPhone 很 好')
  expect(tokens).toContain('iphone')
  expect(tokens).not.toContain('的')
})

describe('the language by the letters', () => {
  test.each([
    ['none', ['great price', 'slow']],
    ['zh', ['快递很快', '质量不错']],
    ['zh', ['快递很快 with iPhone', '质量不错']],
    ['ja', ['配送が早いです', 'とても良い商品でした']],
    ['none', ['the sign 福 stands for luck and wealth']],
    ['none', ['', '123 !!']],
    ['none', []],
  ] as const)('%s', (language, texts) => expect(languageOf(texts)).toBe(language))
})

test.each(stopWordLanguages)('the stop words of %s are lower case and not blank', async (language) => {
  const list = await stopWords(language)
  expect(list.size).toBeGreaterThan(100)
  for (const word of list) {
    expect(word).toBe(word.toLowerCase().trim())
    expect(word).not.toBe('')
  }
})
