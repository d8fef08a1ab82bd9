/**
 * Words of texts in which some letters set no blanks between words and others do.
 *
 * In:  packed texts, and the words of a user's dictionary.
 * Out: tokens in a TokenSink: the stretches of Chinese, Japanese and Thai letters parted by dictionary (segments.ts),
 *      all that stands between them into runs of letters and digits (kernels/words.ts).
 * Cost: that of segments.ts for such stretches, and a look at each letter.
 *
 * Such a stretch parts what stands before it from what stands behind: `iPhone手机` is `iphone` and `手机`. Case does
 * not look past a letter without case, so that runs are the same as if they had been left in their texts.
 */
import { packTexts, unpackTexts, type PackedTexts } from '../base/packed-texts.ts'
import type { TokenSink } from '../kernels/token-sink.ts'
import { wasmWords } from '../kernels/wasm-words.ts'
import { wordsByDictionary } from './segments.ts'

const SCRIPTS = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}`
/** Letters with their marks; the length mark and the voicing marks of Japanese are of no script. */
const STRETCH = new RegExp(String.raw`([${SCRIPTS}][${SCRIPTS}ー゛゜ｰﾞﾟ\p{M}]*)`, 'u')

/**
 * @param least code points of a word; shorter ones are counted
 * @returns how many were shorter
 */
export function partMixed(
  texts: PackedTexts,
  least: number,
  dictionary: readonly string[],
  sink: TokenSink,
): number {
  // Of each text what stands between its stretches, the stretches in between: one more of the former than of these.
  const parts = unpackTexts(texts).map((text) => text.split(STRETCH))
  const runs = wasmWords(packTexts(parts.flatMap((some) => some.filter((_, i) => i % 2 === 0))), least)
  const { table } = sink
  const numbers = table.putAll(runs.vocabulary)
  let { short } = runs
  const words = wordsByDictionary('zh', dictionary)
  const take = (word: string) => {
    if (isShorter(word, least)) short++
    else sink.push(table.putText(word))
  }
  let run = 0
  let at = 0
  for (const some of parts) {
    for (const [i, part] of some.entries()) {
      if (i % 2 === 1) {
        words(part, take)
        continue
      }
      const end = runs.ends[run++] as number
      for (; at < end; at++) sink.push(numbers[runs.tokens[at] as number] as number)
    }
    sink.endText()
  }
  return short
}

function isShorter(word: string, points: number): boolean {
  return word.length < 2 * points && Array.from(word).length < points
}
