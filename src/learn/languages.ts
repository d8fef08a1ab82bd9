/**
 * Languages: how their texts are parted into words, and which one a column is written in.
 *
 * Where words stand apart, `none` and every language part a text in the same way (tokens.ts); a language only names
 * its stop words and its stems. Chinese, Japanese and Thai are parted by dictionary (segments.ts).
 */
import { stopWordLanguages, type StopWordLanguage } from './stop-words.ts'
import type { TokenRules } from './tokens.ts'

export type Language = 'none' | 'th' | StopWordLanguage

export const languages: readonly Language[] = ['none', ...stopWordLanguages, 'th']

type Segmented = 'zh' | 'ja' | 'th'

export function isSegmented(language: Language): language is Segmented {
  return language === 'zh' || language === 'ja' || language === 'th'
}

/**
 * @param least code points that a word must have; where words are found by dictionary shorter ones are kept here, so
 *        that it can be said which they are (TermRules.least)
 * @param dictionary words of the user, folded
 */
export function wordRules(language: Language, least: number, dictionary: readonly string[]): TokenRules {
  return isSegmented(language) ? { kind: 'segments', locale: language, dictionary } : { kind: 'runs', least }
}

/** Letters that set no blanks between words: where a quarter of all letters are such, words are found by dictionary. */
const leastDense = 1 / 4
/** Kana among them: Japanese text has far more, Chinese text next to none. */
const leastKana = 1 / 20

/** The language to part texts by, from the scripts of their letters. */
export function languageOf(texts: Iterable<string>): 'none' | Segmented {
  let letters = 0
  let han = 0
  let kana = 0
  let thai = 0
  for (const text of texts) {
    letters += text.match(/\p{L}/gu)?.length ?? 0
    han += text.match(/\p{Script=Han}/gu)?.length ?? 0
    kana += text.match(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0
    thai += text.match(/\p{Script=Thai}/gu)?.length ?? 0
  }
  if (letters === 0 || han + kana + thai < leastDense * letters) return 'none'
  if (thai > han + kana) return 'th'
  return kana >= leastKana * (han + kana) ? 'ja' : 'zh'
}
