/**
 * Text measured in the columns of a terminal: a Chinese character takes two, a combining accent none.
 *
 * In:  any text, as it may stand in a customer's file.
 * Out: text that is safe to print, cut or wrapped to a number of columns. The measure is string-width's, by which
 *      cli-table3 lays out its cells too.
 */
import stringWidth from 'string-width'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** How many columns a text takes. */
export function columnsOf(text: string): number {
  return stringWidth(text)
}

/** The longest beginning of a text that takes at most `columns`, whole characters only. */
function beginning(text: string, columns: number): string {
  let used = 0
  for (const { segment, index } of graphemes.segment(text)) {
    used += columnsOf(segment)
    if (used > columns) return text.slice(0, index)
  }
  return text
}

/** The text when it takes at most `columns`, else its beginning with `…` in the last column. */
export function shortened(text: string, columns: number): string {
  const fits = beginning(text, columns).length === text.length
  return fits ? text : `${beginning(text, columns - 1)}…`
}

/**
 * A paragraph as lines of at most `columns`, broken at blanks and between Chinese or Japanese characters, and
 * inside a word only where it is longer than a line. Punctuation stays with what it follows.
 */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const [, blank = '', word = ''] of text.matchAll(PIECES)) {
    const longer = line === '' ? word : line + (blank && ' ') + word
    if (columnsOf(longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (columnsOf(line) > columns) {
      const start = beginning(line, columns) || line.slice(0, 1)
      lines.push(start)
      line = line.slice(start.length)
    }
  }
  if (line !== '') lines.push(line)
  return lines
}

/** Blanks, then a word or one character of a script that is written without blanks, with its punctuation. */
const PIECES =
  /(\s*)([\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]\p{P}*|[^\s\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]+)/gu
