/** What a person should know of the words that were weighed, before he trusts in their order. */
import { share, plural } from '../../base/wording.ts'
import type { Scripts } from '../../kernels/words.ts'
import type { Weighed } from '../../learn/corpus.ts'
import { leadingTerms } from '../../learn/keywords.ts'
import { denseLanguage, isSegmented, shareOfDense } from '../../learn/languages.ts'
import { CONTRACTIONS, stopTokens, stopWordLanguages, stopWords, wordSet } from '../../learn/stop-words.ts'
import { languageNames } from '../../report/tfidf.ts'
import { isNumeric } from '../../table/cells.ts'
import { kindFacts } from '../../table/kinds.ts'
import type { Relation } from '../../table/relation.ts'
import type { Context } from '../command.ts'
import type { options } from './options.ts'
import type { WordRules } from './words.ts'

/** Terms looked at, and how many of them are stop words when that is worth saying. */
const leadingLookedAt = 10
const manyCommon = 3
/** A share of words that were left out because they are short, from which on it is said. */
const manyShort = 0.05
/** A share of letters that were parted otherwise than those of their column, from which on it is said. */
const manyDense = 0.01

/** What was found, as far as it bears on what the words are worth. */
interface Found {
  readonly context: Pick<Context<typeof options>, 'engine' | 'options' | 'warn'>
  readonly relation: Relation
  readonly place: number
  readonly words: WordRules
  /** Of the letters of all texts, where they were counted. */
  readonly scripts: Scripts
  readonly weighed: Weighed
}

export async function warnOfWords(found: Found): Promise<void> {
  const { context, relation, place, words, scripts, weighed } = found
  const [facts] = await kindFacts(context.engine, relation, [place])
  if (facts !== undefined && isNumeric(facts)) {
    context.warn({
      code: 'column_of_numbers',
      message: `column "${relation.columns[place]?.name}" holds nothing but numbers; they are taken as text`,
    })
  }
  const { language, least } = words
  const { short, terms, stopped } = weighed
  const dense = shareOfDense(scripts)
  if (words.rules.kind === 'mixed' && language === 'none' && dense >= manyDense) {
    const among = denseLanguage(scripts)
    context.warn({
      code: 'several_scripts',
      message: `${share(dense)} of the letters are ${languageNames[among]}: these are parted into words by dictionary, all others where blanks set them apart; --language ${among} takes all texts for ${languageNames[among]}`,
    })
  }
  if (isSegmented(language) && short.tokens > manyShort * (short.tokens + terms.tokens)) {
    const characters = least === 2 ? 'one character' : `fewer than ${least} characters`
    context.warn({
      code: 'short_words_left_out',
      message: `${plural(short.tokens, 'word')} of ${characters} were left out, ${share(short.tokens / (short.tokens + stopped.tokens + terms.tokens))} of all (${short.leading.join(' ')} …); --min-token-len 1 keeps them`,
    })
  }
  if (context.options.analyzer !== 'word') return
  if (context.options.stopWords === 'en') warnOfHalves(found)
  if (context.options.stopWords !== 'none') return
  const list = stopWordLanguages.find((one) => one === language) ?? (language === 'none' ? 'en' : undefined)
  if (list === undefined) return
  const common = await stopWords(list)
  const first = Array.from(leadingTerms(weighed.mean, leadingLookedAt), weighed.name)
  const leading = first.filter((term) => common.has(term))
  if (leading.length < manyCommon) return
  context.warn({
    code: 'common_words_lead',
    message: `among the first terms are common words (${leading.join(', ')}); --stop-words ${list} leaves them out`,
  })
}

/** Terms among which the halves of contractions are looked for. */
const halvesLookedAt = 200

/** Where an apostrophe parts words, `don't` is `don` and `t`, and the English list has neither. */
function warnOfHalves({ context, words, weighed }: Found): void {
  const halves = stopTokens(wordSet(CONTRACTIONS), words.rules)
  const leading = Array.from(leadingTerms(weighed.mean, halvesLookedAt), weighed.name).filter((term) =>
    halves.has(term),
  )
  if (leading.length < manyCommon) return
  context.warn({
    code: 'contractions_lead',
    message: `among the first terms are halves of words like don't (${leading.slice(0, 6).join(', ')}); --stop-words en,contractions leaves them out`,
  })
}
