/** What the options say of words: which are left out, which are taken whole, and what they are taken for. */
import { DataError, UsageError } from '../../base/errors.ts'
import type { TermRules } from '../../learn/corpus.ts'
import type { Scripts } from '../../kernels/words.ts'
import { isSegmented, languageOfScripts, wordRules, type Language } from '../../learn/languages.ts'
import { folded } from '../../learn/segments.ts'
import { spelled } from '../../learn/spelling.ts'
import { stemmer, type StemLanguage } from '../../learn/stems.ts'
import { CONTRACTIONS, stopTokens, stopWordLanguages, stopWords, wordSet } from '../../learn/stop-words.ts'
import { hasDense, type TokenRules } from '../../learn/tokens.ts'
import type { Context } from '../command.ts'
import type { Options } from './options.ts'
import type { Parting } from './texts.ts'

/** All that makes terms of texts; plain data, as a model keeps it. */
export type WordRules = {
  readonly language: Language
  readonly rules: TokenRules
  readonly least: number
  /** As tokens. */
  readonly stopWords: readonly string[]
  readonly stem: StemLanguage | null
  readonly ngrams: readonly [number, number]
}

type Asking = Pick<Context, 'readFile'> & { readonly options: Options }

/** @throws {UsageError} for options that mean nothing together */
export function refuseOptions(options: Options): void {
  const { analyzer, language, stopWords: stop, stem, dictionary, minTokenLen } = options
  if (analyzer === 'word') return
  const given = [
    ['--language', language !== 'auto' && language !== 'none'],
    ['--stop-words', stop !== 'none'],
    ['--stem', stem !== undefined],
    ['--dictionary', dictionary !== undefined],
    ['--min-token-len', minTokenLen !== 2],
  ].flatMap(([name, isGiven]) => (isGiven === true ? [name] : []))
  if (given.length === 0) return
  throw new UsageError(
    `${given.join(' and ')} ${given.length === 1 ? 'is' : 'are'} for words; --analyzer ${analyzer} takes characters`,
    { code: 'E_OPTION' },
  )
}

/** How the texts are to be parted; where no language is named it is told by the letters of all of them. */
export async function parting(context: Asking): Promise<Parting<WordRules>> {
  const lists = { dictionary: await dictionaryOf(context), stopWords: await stopList(context) }
  const { options } = context
  const first = chosenWords(options, lists)
  if (options.analyzer !== 'word' || options.language !== 'auto') return { first }
  return {
    first,
    anew(scripts) {
      const told = chosenWords(options, lists, scripts)
      return told.rules.kind === 'runs' ? undefined : told
    },
  }
}

/** What the options name lists of. */
interface WordLists {
  /** Folded. */
  readonly dictionary: readonly string[]
  readonly stopWords: readonly string[]
}

/**
 * @param scripts the letters of all texts, by which the language is told where none is named; left out where it is not
 *        known yet, and words are taken for runs of letters so far
 * @throws {UsageError} for options that are not for the language
 */
function chosenWords(options: Options, lists: WordLists, scripts?: Scripts): WordRules {
  const { language: asked, analyzer, minTokenLen: least, stem, ngrams } = options
  if (analyzer !== 'word') {
    const rules = { kind: analyzer }
    return { language: 'none', rules, least: 1, stopWords: [], stem: null, ngrams }
  }
  const language = asked !== 'auto' ? asked : scripts === undefined ? 'none' : languageOfScripts(scripts)
  if (asked !== 'auto' || scripts !== undefined) refuseForLanguage(options, language, scripts)
  const rules =
    asked === 'auto' && language === 'none'
      ? rulesUnnamed(options, lists, scripts)
      : wordRules(language, least, lists.dictionary)
  const stop = stopTokens(wordSet(spelledAs(lists.stopWords, rules)), rules)
  return { language, rules, least, stopWords: [...stop], stem: stem ?? null, ngrams }
}

/** Words stand apart; whatever letters among them do not are taken by dictionary. */
function rulesUnnamed(
  { minTokenLen: least, stem, stopWords: stop }: Options,
  { dictionary }: WordLists,
  scripts: Scripts | undefined,
): TokenRules {
  // English has no letters that are spelled in several ways, and its list is to give what scikit-learn does with it.
  const lists = stop.split(',')
  const named =
    stem ?? stopWordLanguages.find((one) => one !== 'en' && !isSegmented(one) && lists.includes(one))
  const spelling = named === undefined ? {} : { spelling: named }
  return scripts !== undefined && hasDense(scripts)
    ? { kind: 'mixed', least, dictionary, ...spelling }
    : { kind: 'runs', least, ...spelling }
}

function spelledAs(words: readonly string[], rules: TokenRules): readonly string[] {
  const spelling = 'spelling' in rules ? rules.spelling : undefined
  return spelling === undefined ? words : words.map((word) => spelled(word, spelling))
}

function refuseForLanguage({ dictionary, stem }: Options, language: Language, scripts?: Scripts): void {
  if (isSegmented(language)) {
    if (stem === undefined) return
    throw new UsageError(`--stem ${stem} is for words that stand apart; these texts are ${language}`, {
      code: 'E_OPTION',
    })
  }
  if (dictionary === undefined || (scripts !== undefined && hasDense(scripts))) return
  throw new UsageError(
    '--dictionary is for Chinese, Japanese and Thai, where words do not stand apart; these texts are none of them',
    { code: 'E_OPTION', help: ['If they are, say so with --language zh, ja or th.'] },
  )
}

export async function termRules(words: WordRules): Promise<TermRules> {
  const { rules, least, stopWords: stop, stem, ngrams } = words
  const [from, to] = ngrams
  return {
    least: rules.kind === 'segments' && least > 1 ? least : undefined,
    stopWords: new Set(stop),
    stem: stem === null ? undefined : await stemmer(stem),
    joint: rules.kind === 'char' || rules.kind === 'char_wb' ? '' : ' ',
    ngrams: { from, to, shortWords: rules.kind === 'char_wb' },
  }
}

/** The first word of each line: jieba's lists have a frequency and a kind of word behind it. */
async function dictionaryOf(context: Asking): Promise<string[]> {
  const { dictionary } = context.options
  if (dictionary === undefined) return []
  const bytes = await context.readFile(dictionary).catch((cause: unknown) => {
    throw new UsageError(`--dictionary "${dictionary}" is no file that can be read`, {
      code: 'E_FILE',
      cause,
    })
  })
  const words = linesOf(bytes, `the dictionary ${dictionary}`).map(
    (line) => line.trim().split(/\s+/, 1)[0] ?? '',
  )
  const list = [...new Set(words.map(folded))].filter((word) => word !== '')
  if (list.length === 0)
    throw new DataError(`the dictionary ${dictionary} holds no word`, { code: 'E_DICTIONARY' })
  return list
}

/** The words of all lists that are named; parted by commas, unless that is the name of a file. */
async function stopList(context: Asking): Promise<readonly string[]> {
  const { stopWords: chosen } = context.options
  const names = chosen.split(',')
  if (names.length > 1 && !names.some(isList)) {
    const bytes = await context.readFile(chosen).catch(() => undefined)
    if (bytes !== undefined) return linesOf(bytes, `the list of stop words ${chosen}`)
  }
  return (await Promise.all(names.map((name) => namedList(context, name)))).flat()
}

function isList(name: string): boolean {
  return name === 'none' || name === 'contractions' || stopWordLanguages.some((one) => one === name)
}

async function namedList(context: Asking, name: string): Promise<readonly string[]> {
  if (name === 'none') return []
  if (name === 'contractions') return CONTRACTIONS
  const language = stopWordLanguages.find((one) => one === name)
  if (language !== undefined) return [...(await stopWords(language))]
  const bytes = await context.readFile(name).catch((cause: unknown) => {
    throw new UsageError(`--stop-words "${name}" is neither a list nor a file that can be read`, {
      code: 'E_STOP_WORDS',
      help: [`lists: none, ${stopWordLanguages.join(', ')}, contractions`],
      cause,
    })
  })
  return linesOf(bytes, `the list of stop words ${name}`)
}

/** Files of Windows may be UTF-16, and say so by their first two bytes. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

/** @throws {DataError} where they are neither UTF-8 nor UTF-16 */
function linesOf(bytes: Uint8Array, what: string): string[] {
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes).split(/\r\n|\n|\r/)
  } catch (cause) {
    throw new DataError(`${what} is not UTF-8`, {
      code: 'E_ENCODING',
      help: ['Write it anew as UTF-8: iconv -f gb18030 -t utf-8 FILE, or with the encoding that it has.'],
      cause,
    })
  }
}
