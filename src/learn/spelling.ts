/**
 * How a language writes its words, where the same word comes in several ways.
 *
 * In:  texts of one language.
 * Out: the same texts, each word written in one way; case is left to those who part them into words.
 *
 * Every language is brought to composed letters (NFC): a letter and its accent may come as two code points, and the
 * second one ends a word (tokens.ts). Beside that:
 *   - Turkish: the capitals of i and ı are İ and I.
 *   - Romanian: ș and ț have a comma below; files of long ago have the cedilla of ş and ţ.
 *   - Russian: ё may stand as е, and mostly does.
 */
import { packedBlock, type TextBlock } from '../base/packed-texts.ts'

const letters: { readonly [language: string]: readonly (readonly [string, string])[] } = {
  tr: [
    ['İ', 'i'],
    ['I', 'ı'],
  ],
  ro: [
    ['ş', 'ș'],
    ['ţ', 'ț'],
    ['Ş', 'Ș'],
    ['Ţ', 'Ț'],
  ],
  ru: [
    ['ё', 'е'],
    ['Ё', 'Е'],
  ],
}

/** @param language its two letters */
export function spelled(text: string, language: string): string {
  return (letters[language] ?? []).reduce(
    (so, [written, taken]) => so.replaceAll(written, taken),
    text.normalize('NFC'),
  )
}

/** The texts of a block, spelled. */
export function spelledBlock(block: TextBlock, language: string): TextBlock {
  // What stands between texts and what stands for a NUL are ASCII, so that nothing composes with them.
  if (language !== 'tr' && !block.bytes.some((byte) => byte >= 0x80)) return block
  const { bytes, texts } = packedBlock(block)
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return { bytes: Buffer.from(spelled(all, language)), texts }
}
