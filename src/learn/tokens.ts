/**
 * Texts to tokens, as numbers.
 *
 * In:  packed texts, and how to part them.
 * Out: for each text the numbers of its tokens in their order, and the vocabulary that they count in.
 * Cost: one pass; some 5 ns a byte for runs of ASCII letters, 1 µs a word for Chinese and Japanese. No string is made
 *       of a token but there.
 *
 * `runs` are scikit-learn's words: what `(?u)\b\w\w+\b` finds in the lower-cased text in Python, where \w is a letter,
 * a digit or `_` of any script, and a combining mark is not. `segments` are for scripts that set no blanks between
 * words (segments.ts), and `mixed` takes such letters by dictionary and all others as runs (mixed-scripts.ts). `char` and `char_wb` are scikit-learn's: every character, white space folded; char_wb with
 * blanks around each word, across which no n-gram goes.
 */
import {
  CAPITAL_I_WITH_DOT,
  CAPITAL_SIGMA,
  DOT_ABOVE,
  factsOf,
  LOWER_SHIFT,
  lowerSigma,
  SPACE,
} from '../base/letters.ts'
import { END_MARK, NUL, packedBlock, type PackedTexts, type TextBlock } from '../base/packed-texts.ts'
import type { Task } from '../base/steps.ts'
import { lengthAt, pointAt } from '../base/utf8.ts'
import { TokenSink } from '../kernels/token-sink.ts'
import { wasmWords } from '../kernels/wasm-words.ts'
import { NO_SCRIPTS, type Scripts, type WordBlock } from '../kernels/words.ts'
import { partMixed } from './mixed-scripts.ts'
import { segmentTexts } from './segments.ts'
import { spelledBlock } from './spelling.ts'

export type TokenRules =
  | {
      readonly kind: 'runs'
      /** Code points of a token; shorter ones are counted and forgotten. */
      readonly least: number
      /** The language by which words are spelled (spelling.ts); left out where they are taken as they stand. */
      readonly spelling?: string
    }
  | {
      readonly kind: 'mixed'
      readonly least: number
      readonly spelling?: string
      /** As those of `segments`. */
      readonly dictionary: readonly string[]
    }
  | {
      readonly kind: 'segments'
      /** Whose word boundaries. */
      readonly locale: string
      /** Words that are taken whole wherever they stand; in the form that the texts are brought to (`folded`). */
      readonly dictionary: readonly string[]
    }
  | { readonly kind: 'char' }
  | { readonly kind: 'char_wb' }

/** Among the numbers of char_wb: no n-gram goes across. */
export const BOUNDARY = -1

export type TokenBlock = WordBlock

export const tokensOfTexts: Task<TokenRules, TextBlock, TokenBlock> = {
  name: 'tfidf/tokens',
  run(rules, block) {
    if (rules.kind === 'runs' || rules.kind === 'mixed') return runsOf(rules, block)
    const texts = packedBlock(block)
    const sink = new TokenSink(texts.texts)
    if (rules.kind === 'segments') segmentTexts(texts, rules.locale, rules.dictionary, sink)
    else takeCharacters(texts, rules.kind === 'char_wb', sink)
    return { ...sink.finish(), short: 0, scripts: NO_SCRIPTS }
  },
}

function runsOf(rules: TokenRules & { kind: 'runs' | 'mixed' }, given: TextBlock): TokenBlock {
  const { spelling, least } = rules
  const block = spelling === undefined ? given : spelledBlock(given, spelling)
  const runs = wasmWords(block, least)
  if (rules.kind === 'runs' || !hasDense(runs.scripts)) return runs
  const texts = packedBlock(block)
  const sink = new TokenSink(texts.texts)
  const short = partMixed(texts, least, rules.dictionary, sink)
  return { ...sink.finish(), short, scripts: runs.scripts }
}

/** Whether there are letters that set no blanks between words. */
export function hasDense({ han, kana, thai }: Scripts): boolean {
  return han + kana + thai > 0
}

/** The characters of each text in lower case, two and more white ones in a row as one blank. */
function takeCharacters({ bytes }: PackedTexts, byWord: boolean, sink: TokenSink): void {
  const { table } = sink
  const numbers: (number | undefined)[] = []
  const take = (point: number) => sink.push((numbers[point] ??= table.putText(String.fromCodePoint(point))))
  /** White characters since the last other one, and the first of them. */
  let white = 0
  let firstWhite = 0
  let isInWord = false
  const endWord = () => {
    if (!isInWord) return
    take(BLANK)
    sink.push(BOUNDARY)
    isInWord = false
  }
  const endWhite = () => {
    if (white > 0 && !byWord) take(white === 1 ? firstWhite : BLANK)
    white = 0
  }
  const takeBlack = (point: number) => {
    endWhite()
    if (byWord && !isInWord) {
      take(BLANK)
      isInWord = true
    }
    take(point)
  }
  for (let i = 0; i < bytes.length; i += lengthAt(bytes, i)) {
    const point = pointAt(bytes, i)
    if (point === NUL) {
      i++
      if (bytes[i] === END_MARK) {
        endWord()
        endWhite()
        sink.endText()
      } else takeBlack(NUL)
      continue
    }
    const facts = factsOf(point)
    if ((facts & SPACE) !== 0) {
      endWord()
      if (white++ === 0) firstWhite = point
      continue
    }
    takeBlack(point === CAPITAL_SIGMA ? lowerSigma(bytes, i) : facts >> LOWER_SHIFT)
    if (point === CAPITAL_I_WITH_DOT) takeBlack(DOT_ABOVE)
  }
  endWord()
  endWhite()
  sink.endText()
}

const BLANK = 0x20
