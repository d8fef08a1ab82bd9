/**
 * Words of scripts that set no blanks between them: Chinese, Japanese, Thai.
 *
 * In:  packed texts, the language, and the words of a user's dictionary.
 * Out: tokens in a TokenSink.
 * Cost: about 1 µs a word; a look at each letter for dictionaries of any size.
 *
 * Texts are folded first: NFKC, so that full-width letters and digits are the usual ones, then lower case. Words are
 * those of Intl.Segmenter, which has dictionaries of its own (Unicode Standard Annex 29). The user's words come
 * before these: at each letter the longest one that begins there is taken whole, what stands between such words is
 * parted as it would be without them, and a word that one cuts into is parted anew.
 */
import { unpackTexts, type PackedTexts } from '../base/packed-texts.ts'
import type { TokenSink } from '../kernels/token-sink.ts'

/** The form in which texts are parted, and so that of every word of a dictionary or a stop-word list. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

export function segmentTexts(
  texts: PackedTexts,
  locale: string,
  dictionary: readonly string[],
  sink: TokenSink,
): void {
  const numbers = new Map<string, number>()
  const take = (word: string) => {
    let number = numbers.get(word)
    if (number === undefined) numbers.set(word, (number = sink.table.putText(word)))
    sink.push(number)
  }
  const words = wordsByDictionary(locale, dictionary)
  for (const text of unpackTexts(texts)) {
    words(text, take)
    sink.endText()
  }
}

/** What parts a text of any length into its words, one after another. */
export function wordsByDictionary(
  locale: string,
  dictionary: readonly string[],
): (text: string, take: (word: string) => void) => void {
  const segment = segmenter(locale, dictionary)
  return (text, take) => {
    for (const stretch of stretches(folded(text))) segment(stretch, take)
  }
}

/** Code units that are parted at once: the time that Intl.Segmenter takes grows with the square of long texts. */
const LONGEST = 2048

/** A long text in parts that end where a sentence or a word does, if there is such a place. */
function* stretches(text: string): Generator<string> {
  let from = 0
  while (text.length - from > LONGEST) {
    const most = text.slice(from, from + LONGEST)
    const end = /^.*[\s\p{P}]/su.exec(most)?.[0].length ?? LONGEST
    // Not between the two units of one character.
    const isCut = end === LONGEST && (text.codePointAt(from + end - 1) as number) > 0xffff
    yield most.slice(0, isCut ? end - 1 : end)
    from += isCut ? end - 1 : end
  }
  yield text.slice(from)
}

/** A folded text to its words, one after another. */
function segmenter(
  locale: string,
  dictionary: readonly string[],
): (text: string, take: (word: string) => void) => void {
  const words = new Intl.Segmenter(locale, { granularity: 'word' })
  const plain = (text: string, take: (word: string) => void) => {
    for (const { segment, isWordLike } of words.segment(text)) if (isWordLike === true) take(segment)
  }
  if (dictionary.length === 0) return plain
  const longest = longestWords(dictionary)
  return (text, take) => {
    const found = wordsIn(text, longest)
    if (found.length === 0) return plain(text, take)
    let next = 0
    let done = 0
    for (const { segment, index, isWordLike } of words.segment(text)) {
      const end = index + segment.length
      while (next < found.length && (found[next] as Found).from < end) {
        const { from, to } = found[next++] as Found
        if (from > Math.max(done, index)) plain(text.slice(Math.max(done, index), from), take)
        take(text.slice(from, to))
        done = to
      }
      if (done >= end) continue
      if (done <= index) {
        if (isWordLike === true) take(segment)
      } else plain(text.slice(done, end), take)
    }
  }
}

interface Found {
  readonly from: number
  readonly to: number
}

/** A dictionary, and by the first code unit how long the words are that begin with it, the longest first. */
interface Longest {
  readonly words: ReadonlySet<string>
  readonly lengths: ReadonlyMap<number, readonly number[]>
}

function longestWords(dictionary: readonly string[]): Longest {
  const words = new Set(dictionary)
  const lengths = new Map<number, number[]>()
  for (const word of words) {
    if (word === '') continue
    const start = word.charCodeAt(0)
    const same = lengths.get(start)
    if (same === undefined) lengths.set(start, [word.length])
    else if (!same.includes(word.length)) same.push(word.length)
  }
  for (const some of lengths.values()) some.sort((a, b) => b - a)
  return { words, lengths }
}

/** The words of the dictionary in a text, from the left, none overlapping another. */
function wordsIn(text: string, { words, lengths }: Longest): Found[] {
  const found: Found[] = []
  for (let i = 0; i < text.length; i++) {
    const length = lengths
      .get(text.charCodeAt(i))
      ?.find(
        (one) => i + one <= text.length && words.has(text.slice(i, i + one)) && isWhole(text, i, i + one),
      )
    if (length === undefined) continue
    found.push({ from: i, to: i + length })
    i += length - 1
  }
  return found
}

/** Letters and digits of scripts that do set blanks are not cut from others. */
function isWhole(text: string, from: number, to: number): boolean {
  return (
    !(isBlankSet(text, from - 1) && isBlankSet(text, from)) &&
    !(isBlankSet(text, to - 1) && isBlankSet(text, to))
  )
}

function isBlankSet(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x7a) || (unit >= 0xc0 && unit < 0x0530)
}
