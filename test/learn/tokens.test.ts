import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packTexts, unpackTexts } from '../../src/base/packed-texts.ts'
import { languageOf, wordRules, type Language } from '../../src/learn/languages.ts'
import { stemmer } from '../../src/learn/stems.ts'
import { stopTokens, stopWordLanguages, stopWords, wordSet } from '../../src/learn/stop-words.ts'
import { TokenTable } from '../../src/kernels/token-table.ts'
import { BOUNDARY, tokensOfTexts, type TokenRules } from '../../src/learn/tokens.ts'

/** The tokens of each text. */
function parted(rules: TokenRules, texts: readonly string[]): string[][] {
  const { vocabulary, tokens, ends } = tokensOfTexts.run(rules, packTexts(texts))
  const table = new TokenTable()
  table.putAll(vocabulary)
  return texts.map((_, i) =>
    Array.from(tokens.subarray(i === 0 ? 0 : ends[i - 1], ends[i]), (token) =>
      token === BOUNDARY ? '|' : table.text(token),
    ),
  )
}

const words = (text: string) => parted({ kind: 'runs', least: 2 }, [text])[0]
const chinese = (text: string, dictionary: readonly string[] = []) =>
  parted(wordRules('zh', 2, dictionary), [text])[0]

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
  expect(chinese('快递很快,质量不错')).toEqual(['快递', '很快', '质量', '不错'])
})

test('Japanese is parted into words', () => {
  expect(parted(wordRules('ja', 2, []), ['配送が早いです'])[0]).toContain('配送')
})

test('Thai is parted into words', () => {
  expect(parted(wordRules('th', 2, []), ['การจัดส่งรวดเร็ว'])[0]?.length).toBeGreaterThan(1)
})

test('a single Chinese letter stays, full width becomes usual, and Latin words are lower-cased', () => {
  expect(chinese('的 ｉＰｈｏｎｅ很好')).toEqual(['的', 'iphone', '很好'])
})

test('a Chinese text of any length takes time in proportion, and loses nothing at its cuts', () => {
  const long = '房间很大服务不错，'.repeat(3000)
  expect(chinese(long)).toEqual(Array.from({ length: 3000 }, () => chinese('房间很大服务不错，')).flat())
  const unbroken = '𠮷房'.repeat(3000)
  expect(chinese(unbroken)?.join('')).toBe(unbroken)
})

describe('words of a dictionary', () => {
  test('are taken whole where the segmenter parts them', () => {
    expect(chinese('客服不回复')).not.toContain('客服')
    expect(chinese('客服不回复', ['客服'])).toEqual(['客服', '不', '回复'])
  })
  test('the longest comes first', () => {
    expect(chinese('中国科学院大学', ['中国科学院', '中国', '科学院大学'])).toEqual(['中国科学院', '大学'])
  })
  test('a word that one cuts into is parted anew', () => {
    expect(chinese('很快递来', ['快递'])).toEqual(['很', '快递', '来'])
  })
  test('are not cut out of Latin words', () => {
    expect(chinese('iphone手机', ['phone'])).toEqual(['iphone', '手机'])
  })
  test('leave nothing of the text out', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...'中国科学院大学快递很快客服'), { maxLength: 20 }),
        fc.array(fc.constantFrom('中国', '科学', '学院', '大学快', '快递很', '服', '很快客'), {
          maxLength: 5,
        }),
        (letters, dictionary) => {
          expect(chinese(letters.join(''), dictionary)?.join('')).toBe(letters.join(''))
        },
      ),
    ))
})

describe('where letters of both kinds stand in a text', () => {
  const mixed = (text: string, dictionary: readonly string[] = []) =>
    parted({ kind: 'mixed', least: 2, dictionary }, [text])[0]
  test('stretches without blanks are parted by dictionary, and all others as ever', () => {
    expect(mixed("It's 3.5 星, 房间很大 with WiFi免费 and ΑΣ中文")).toEqual([
      'it',
      '房间',
      '很大',
      'with',
      'wifi',
      '免费',
      'and',
      'ας',
      '中文',
    ])
    expect(mixed('スーパーで買う')).toEqual(['スーパー', '買う'])
    expect(mixed('fast การจัดส่งรวดเร็ว')).toEqual(['fast', 'การ', 'จัด', 'ส่ง', 'รวดเร็ว'])
  })
  test('words of a dictionary are taken whole', () => {
    expect(mixed('ok 客服不回复', ['客服'])).toEqual(['ok', '客服', '回复'])
  })
  test('shorter words are counted', () => {
    const block = packTexts(['a 的 好吃'])
    expect(tokensOfTexts.run({ kind: 'mixed', least: 2, dictionary: [] }, block)).toMatchObject({ short: 2 })
  })
  test('texts without stretches are parted as by runs alone, whatever stands beside them', () => {
    const letters = fc.string({ unit: fc.constantFrom(..."ab1_ .'ΣαİÉ\u0301\0"), maxLength: 30 })
    return fc.assert(
      fc.property(fc.array(letters, { minLength: 1 }), (texts) => {
        const all = parted({ kind: 'mixed', least: 2, dictionary: [] }, [...texts, '房间很大'])
        expect(all.slice(0, -1)).toEqual(parted({ kind: 'runs', least: 2 }, texts))
        expect(all.at(-1)).toEqual(['房间', '很大'])
      }),
    )
  })
})

describe('words are spelled as their language has them', () => {
  const named = (language: Language, text: string) => parted(wordRules(language, 2, []), [text])[0]
  test.each([
    ['tr', 'ŞİŞLİ ILICA Istanbul', ['şişli', 'ılıca', 'ıstanbul']],
    ['ro', 'şi ŢARĂ și țară', ['și', 'țară', 'și', 'țară']],
    ['ru', 'Ещё ЁЛКА', ['еще', 'елка']],
    ['fr', 'e\u0301te\u0301 franc\u0327ais', ['été', 'français']],
    ['en', 'I am', ['am']],
  ] as const)('%s', (language, text, want) => expect(named(language, text)).toEqual(want))
  test('a line of a file is spelled as well', () => {
    const block = {
      bytes: Buffer.from('1,"I ""IŞIK"""\n2,é\n'),
      cell: { place: 1, delimiter: 44, quote: 34 },
    }
    const { vocabulary } = tokensOfTexts.run(wordRules('tr', 2, []), block)
    expect(Buffer.from(vocabulary.bytes).toString()).toBe('ışık')
  })
  test('none takes them as they stand', () => {
    expect(parted(wordRules('none', 2, []), ['İI ещё e\u0301te\u0301'])[0]).toEqual(['ещё', 'te'])
  })
  test.each([
    ['ru', 'тёплый', 'теплый'],
    ['ro', 'creaţie', 'creație'],
    ['ro', 'funcţionează', 'funcționează'],
  ] as const)('--stem %s takes %s for %s', async (language, one, other) => {
    const stem = await stemmer(language)
    expect(stem(one)).toBe(stem(other))
  })
})

test('shorter runs are counted', () => {
  expect(tokensOfTexts.run({ kind: 'runs', least: 3 }, packTexts(['a an ant', 'x ants']))).toMatchObject({
    short: 3,
  })
})

describe('what stands around Σ decides on its lower case', () => {
  test.each([
    ['ΟΔΥΣΣΕΥΣ ΟΔΟΣ', ['οδυσσευς', 'οδος']],
    ['ΑΣΑ ΑΣ.Α ΑΣ', ['ασα', 'ασ', 'ας']],
    ['ΣΣ', ['σς']],
    ['1Σ Σ1', ['1σ', 'σ1']],
  ])('%s', (text, want) => expect(words(text)).toEqual(want))
})

test('Σ at the end of a text does not see the next text', () => {
  expect(parted({ kind: 'runs', least: 2 }, ['ΑΣ', 'ΑΣ'])).toEqual([['ας'], ['ας']])
})

test('İ is an i and a combining dot, which ends the word', () => {
  expect(words('İSTANBUL Aİ')).toEqual(['stanbul', 'ai'])
})

test('white space is folded for characters, and set around words', () => {
  expect(parted({ kind: 'char' }, ['A  b\n'])[0]).toEqual(['a', ' ', 'b', '\n'])
  expect(parted({ kind: 'char_wb' }, [' A  bc'])[0]).toEqual([' ', 'a', ' ', '|', ' ', 'b', 'c', ' ', '|'])
})

test('packed texts come back as they were, NULs among them', () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('\0', '\u0001', '\u0002', 'a', 'é') }), { minLength: 1 }),
      (texts) => {
        expect(unpackTexts(packTexts(texts))).toEqual(texts)
      },
    ),
  ))

test('a NUL parts words and ends no text', () => {
  expect(parted({ kind: 'runs', least: 2 }, ['ab\0cd', 'ef'])).toEqual([['ab', 'cd'], ['ef']])
})

test('stop words are left out in the parts that texts have of them too', () => {
  const list = stopTokens(wordSet(["Isn't", 'the']), { kind: 'runs', least: 1 })
  expect([...list]).toEqual(expect.arrayContaining(['isn', 't', 'the']))
})

describe('the language by the letters', () => {
  test.each([
    ['none', ['great price', 'slow']],
    ['zh', ['快递很快', '质量不错']],
    ['zh', ['快递很快 with iPhone', '质量不错']],
    ['ja', ['配送が早いです', 'とても良い商品でした']],
    ['th', ['การจัดส่งรวดเร็ว']],
    ['none', ['the sign 福 stands for luck and wealth']],
    ['none', ['', '123 !!']],
    ['none', []],
  ] as const)('%s', (language, texts) => expect(languageOf(texts)).toBe(language))
})

test.each(stopWordLanguages)('the stop words of %s are lower case and not blank', async (language) => {
  const list = await stopWords(language)
  expect(list.size).toBeGreaterThan(90)
  for (const word of list) {
    expect(word).toBe(word.toLowerCase().trim())
    expect(word).not.toBe('')
  }
})
