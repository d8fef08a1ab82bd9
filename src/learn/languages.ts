/**
 * Languages: how their texts are parted into words, and which one a column is written in.
 *
 * Where words stand apart, `none` and every language part a text in the same way (tokens.ts); a language names its stop
 * words and its stems, and how its words are spelled. Chinese, Japanese and Thai are parted by dictionary (segments.ts).
 */
import { packTexts } from '../base/packed-texts.ts'
import type { Scripts } from '../kernels/words.ts'
import { stopWordLanguages, type StopWordLanguage } from './stop-words.ts'
import { tokensOfTexts, type TokenRules } from './tokens.ts'

export type Language = 'none' | 'th' | StopWordLanguage

export const languages: readonly Language[] = ['none', ...stopWordLanguages, 'th']

type Segmented = 'zh' | 'ja' | 'th'

export function isSegmented(language: Language): language is Segmented {
  return language === 'zh' || language === 'ja' || language === 'th'
}

/**
 * How texts of a language are parted into words: `none` as scikit-learn does, all others with their stretches of
 * Chinese, Japanese and Thai letters by dictionary.
 *
 * @param least code points that a word must have; where all words are found by dictionary shorter ones are kept here,
 *        so that it can be said which they are (TermRules.least)
 * @param dictionary words of the user, folded
 */
export function wordRules(language: Language, least: number, dictionary: readonly string[]): TokenRules {
  if (isSegmented(language)) return { kind: 'segments', locale: language, dictionary }
  if (language === 'none') return { kind: 'runs', least }
  return { kind: 'mixed', least, dictionary, spelling: language }
}

/** Letters that set no blanks between words: where a quarter of all letters are such, words are found by dictionary. */
const leastDense = 1 / 4
/** Kana among them: Japanese text has far more, Chinese text next to none. */
const leastKana = 1 / 20

/** The language to part texts by, from the scripts of their letters. */
export function languageOf(texts: readonly string[]): 'none' | Segmented {
  if (texts.length === 0) return 'none'
  return languageOfScripts(tokensOfTexts.run({ kind: 'runs', least: 1 }, packTexts(texts)).scripts)
}

export function languageOfScripts(scripts: Scripts): 'none' | Segmented {
  return shareOfDense(scripts) < leastDense ? 'none' : denseLanguage(scripts)
}

/** What share of the letters set no blanks between words. */
export function shareOfDense({ letters, han, kana, thai }: Scripts): number {
  return letters === 0 ? 0 : (han + kana + thai) / letters
}

/** The language that most of the letters are of that set no blanks between words. */
export function denseLanguage({ han, kana, thai }: Scripts): Segmented {
  if (thai > han + kana) return 'th'
  return kana >= leastKana * (han + kana) ? 'ja' : 'zh'
}
