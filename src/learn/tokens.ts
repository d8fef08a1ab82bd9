/**
 * Texts to tokens.
 *
 * In:  a text and a language.
 * Out: its tokens in their order, in lower case, each of two code points or more.
 * Cost: one pass; about 10 MB/s for runs of letters, a tenth of it for Chinese and Japanese.
 *
 * `none` and `en` are scikit-learn's tokens: what `(?u)\b\w\w+\b` finds in the lower-cased text in Python, where \w is
 * a letter, a digit or `_` of any script, and a combining mark is not. In Chinese and Japanese words do not stand
 * apart; there the Unicode word boundaries with dictionaries that come with Node (Intl.Segmenter) part them.
 */
export type Language = 'none' | 'en' | 'zh' | 'ja'
export type Tokenizer = (text: string) => readonly string[]

/** A run is maximal because the pattern is greedy and a match starts at the first letter not yet passed. */
const runs = /[\p{L}\p{N}_]{2,}/gu

export function tokenizer(language: Language): Tokenizer {
  if (language === 'none' || language === 'en') return (text) => text.toLowerCase().match(runs) ?? []
  const segmenter = new Intl.Segmenter(language, { granularity: 'word' })
  return (text) => {
    const words: string[] = []
    for (const { segment, isWordLike } of segmenter.segment(text.toLowerCase())) {
      if (isWordLike && hasTwoCodePoints(segment)) words.push(segment)
    }
    return words
  }
}

function hasTwoCodePoints(text: string): boolean {
  return text.length > 2 || (text.length === 2 && (text.codePointAt(0) as number) < 0x10000)
}

/** Chinese and Japanese letters: where a quarter of all letters are such, words have to be found by dictionary. */
const leastDense = 1 / 4
/** Kana among them: Japanese text has far more, Chinese text next to none. */
const leastKana = 1 / 20

/** The language to part texts by, from the scripts of their letters. */
export function languageOf(texts: Iterable<string>): 'none' | 'zh' | 'ja' {
  let letters = 0
  let han = 0
  let kana = 0
  for (const text of texts) {
    letters += text.match(/\p{L}/gu)?.length ?? 0
    han += text.match(/\p{Script=Han}/gu)?.length ?? 0
    kana += text.match(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0
  }
  if (letters === 0 || han + kana < leastDense * letters) return 'none'
  return kana >= leastKana * (han + kana) ? 'ja' : 'zh'
}
