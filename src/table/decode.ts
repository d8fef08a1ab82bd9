/**
 * Encodings: what the bytes of a text file mean, and that they mean something.
 *
 * In:  the first bytes of a file, `--encoding` if given, then its bytes as a flow.
 * Out: which encoding it is; the flow as UTF-8; where a file that should be UTF-8 is not, and what it may be.
 *
 * UTF-8 is the default, with or without a mark. UTF-16 is known by its mark, or by the zero bytes that Latin
 * letters, digits and delimiters have in it. Nothing else is guessed: a guess that is wrong changes names in
 * silence. Decoding is strict; U+FFFD is never written for what could not be read.
 * Names are those of the WHATWG Encoding Standard, so `latin1` is windows-1252, as in every browser: the same
 * but for 27 characters such as € and curly quotes where ISO 8859-1 has control characters.
 */
import { DataError, UsageError } from '../base/errors.ts'
import { closest } from '../base/suggest.ts'
import { count } from '../base/wording.ts'
import { Utf8Check } from '../kernels/utf8-check.ts'
import type { Flow } from './input.ts'

export const UTF8 = 'utf-8'

const COMMON_NAMES: readonly string[] = [
  'utf-8',
  'utf-16',
  'gbk',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'euc-kr',
  'latin1',
  'windows-1252',
  'windows-1251',
  'windows-1250',
  'iso-8859-2',
  'iso-8859-15',
  'koi8-r',
]

/** Names that other programs use and the standard lacks. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['latin-1', 'windows-1252'],
  ['latin', 'windows-1252'],
  ['ansi', 'windows-1252'],
  ['cp936', 'gbk'],
  ['cp932', 'shift_jis'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['utf-8-sig', 'utf-8'],
  ['utf16', 'utf-16'],
  ['utf16le', 'utf-16le'],
  ['utf16be', 'utf-16be'],
  ['utf-16-le', 'utf-16le'],
  ['utf-16-be', 'utf-16be'],
])

/**
 * The standard's name for what a user calls an encoding. `utf-16` stays open as to the order of its bytes.
 *
 * @throws {UsageError} for a name that nobody knows
 */
export function encodingNamed(name: string): string {
  const plain = name.trim().toLowerCase().replaceAll('_', '-')
  const known = ALIASES.get(plain) ?? name.trim().toLowerCase()
  if (known === 'utf-16') return known
  try {
    return new TextDecoder(known).encoding
  } catch (cause) {
    const near = closest(plain, COMMON_NAMES)
    const question = near === undefined ? '' : `; did you mean "${near}"?`
    throw new UsageError(`--encoding: nothing is known by the name "${name}"${question}`, {
      code: 'E_ENCODING_NAME',
      cause,
      help: [`Common ones: ${COMMON_NAMES.join(', ')}`],
    })
  }
}

interface Mark {
  readonly encoding: string
  readonly bytes: readonly number[]
}

/** Byte order marks, the longer of two with the same start first. */
const MARKS: readonly Mark[] = [
  { encoding: 'utf-32', bytes: [0xff, 0xfe, 0, 0] },
  { encoding: 'utf-32', bytes: [0, 0, 0xfe, 0xff] },
  { encoding: UTF8, bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
]

export interface Encoding {
  readonly name: string
  /** Bytes of the mark at the start, which is no text. */
  readonly markLength: number
}

/**
 * The encoding of a file.
 *
 * @param head its first bytes, 64 kB where it has them
 * @param stated the standard's name of what `--encoding` says
 * @throws {DataError} when the file's mark says otherwise than the user, and for UTF-32
 */
export function encodingOf(head: Uint8Array, stated: string | undefined, label: string): Encoding {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte))
  if (mark?.encoding === 'utf-32') {
    throw new DataError(`${label} is UTF-32, which lode does not read`, {
      code: 'E_ENCODING',
      help: [`Convert it on the way in: iconv -f UTF-32 -t UTF-8 ${label} | lode <command> -`],
    })
  }
  const contradicts =
    mark !== undefined &&
    stated !== undefined &&
    stated !== mark.encoding &&
    !(stated === 'utf-16' && mark.encoding.startsWith('utf-16'))
  if (contradicts) {
    throw new DataError(
      `${label} starts with the byte order mark of ${mark.encoding.toUpperCase()}, so it is not ${stated}`,
      { code: 'E_ENCODING', help: ['Leave --encoding out: the mark is enough.'] },
    )
  }
  if (mark !== undefined) return { name: mark.encoding, markLength: mark.bytes.length }
  const name =
    stated === 'utf-16' ? (unmarkedUtf16(head) ?? 'utf-16le') : (stated ?? unmarkedUtf16(head) ?? UTF8)
  return { name, markLength: 0 }
}

/**
 * UTF-16 without a mark: the high bytes of letters, digits, delimiters and line ends are zero, so one half of
 * the bytes, the odd or the even ones, holds many zeros and the other next to none. A Chinese table has fewer
 * of them, but then it is no UTF-8 by far; UTF-8 with some NUL bytes in it stays UTF-8.
 */
function unmarkedUtf16(head: Uint8Array): string | undefined {
  if (!head.includes(0)) return undefined
  const zeros: [number, number] = [0, 0]
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[(i & 1) as 0 | 1]++
  const [most, least] = [Math.max(...zeros), Math.min(...zeros)]
  const isUtf16 = most > head.length / 5 || (most > head.length / 20 && new Utf8Check().push(head) >= 0)
  if (!isUtf16 || least > head.length / 400) return undefined
  return zeros[1] > zeros[0] ? 'utf-16le' : 'utf-16be'
}

/** The text of a flow of bytes in another encoding, as UTF-8. */
export async function* decoded(flow: Flow, encoding: Encoding, label: string): Flow {
  const decode = encoding.name === 'windows-1252' ? windows1252 : strictDecoder(encoding.name)
  let line = 1
  let markLeft = encoding.markLength
  for await (const piece of flow) {
    const bytes = piece.subarray(markLeft)
    markLeft -= piece.length - bytes.length
    // Short parts, so that what can't be read is known to a line or so.
    for (let at = 0; at < bytes.length; at += 1 << 16) {
      const part = bytes.subarray(at, at + (1 << 16))
      const text = decode(part, true) ?? fail(part, line)
      if (text.length > 0) yield Buffer.from(text)
      line += lineEnds(text)
    }
  }
  const rest = decode(new Uint8Array(0), false) ?? fail(new Uint8Array(0), line)
  if (rest.length > 0) yield Buffer.from(rest)

  function fail(part: Uint8Array, firstLine: number): never {
    const lenient = new TextDecoder(encoding.name).decode(part)
    const bad = lenient.indexOf('\ufffd', 2)
    const at = firstLine + lineEnds(lenient.slice(0, Math.max(0, bad)))
    throw new DataError(`${label} line ${count(at)} is not ${encoding.name}`, {
      code: 'E_ENCODING',
      help: ['Is it another encoding, or was the file joined from two?'],
    })
  }
}

/** Gives the text of some bytes, or undefined where they are not in the encoding. */
type Decode = (bytes: Uint8Array, more: boolean) => string | undefined

function strictDecoder(name: string): Decode {
  const decoder = new TextDecoder(name, { fatal: true, ignoreBOM: true })
  return (bytes, more) => {
    try {
      return decoder.decode(bytes, { stream: more })
    } catch {
      return undefined
    }
  }
}

/** What bytes 0x80 to 0x9F are in windows-1252; the five that it leaves open stay control characters. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** By hand, as the TextDecoder of some releases of Node reads windows-1252 as ISO 8859-1. */
function windows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80] as string)
}

function lineEnds(text: string): number {
  let ends = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends++
  return ends
}

/**
 * Encodings that bytes which are not UTF-8 read well in, the likeliest first; empty when none does.
 *
 * An encoding has to decode all of the bytes, and most of what it gives beyond ASCII has to be what people
 * write: Han of everyday use, kana, Hangul, Cyrillic words, accented letters among plain ones. Bytes that are
 * UTF-8 but for a few read well in UTF-8, and damaged.
 *
 * @param sample whole lines
 */
export function likelyEncodings(sample: Uint8Array): string[] {
  const lenient = new TextDecoder().decode(sample)
  const bad = lenient.split('\ufffd').length - 1
  if (beyondAscii(lenient).length > 4 * bad) return [UTF8]

  const rated = CANDIDATES.map(({ name, isEveryday }) => {
    const text = strictDecoder(name)(sample, false)
    return { name, share: text === undefined ? 0 : everydayShare(text, isEveryday(text)) }
  })
  const best = Math.max(...rated.map(({ share }) => share))
  return rated
    .filter(({ share }) => share > 0.7 && share > best - 0.05)
    .sort((a, b) => b.share - a.share)
    .map(({ name }) => name)
}

/** Whether character i of a text, which is not ASCII, is everyday writing where it stands. */
type Everyday = (text: string, i: number) => boolean

interface Candidate {
  readonly name: string
  /** Made when asked for: the sets take some milliseconds. */
  isEveryday(text: string): Everyday
}

const KANA = /[\u3040-\u30ff]/
const HANGUL = /[\uac00-\ud7a3]/
const CYRILLIC = /[А-яЁё]/
const WIDE_MARKS = /[\u3000-\u303f\uff01-\uff5e·“”‘’—…]/
const WESTERN_MARKS = /[\u00a0€£¥°©®™«»“”‘’‚„–—…•·¿¡²³½¼¾×±§]/
const LETTER = /[À-ÖØ-öø-ÿŒœŠšŽžŸ]/
const PLAIN_LETTER = /[A-Za-z]/

/** In order of preference where two read equally well. */
const CANDIDATES: readonly Candidate[] = [
  // Korean reads as Chinese too, though as little of the alphabet of syllables; a few Chinese words do so the
  // other way round. So Korean has to be some text.
  { name: 'euc-kr', isEveryday: (text) => (beyondAscii(text).length < 16 ? () => false : wide('', HANGUL)) },
  { name: 'gbk', isEveryday: () => wide(levelOne('gbk', 0xb0, 0xd7, 0xa1), undefined) },
  { name: 'big5', isEveryday: () => wide(levelOne('big5', 0xa4, 0xc6, 0x40), undefined) },
  { name: 'shift_jis', isEveryday: () => wide(levelOne('shift_jis', 0x88, 0x97, 0x40), KANA) },
  { name: 'windows-1252', isEveryday: () => isWestern },
  { name: 'windows-1251', isEveryday: () => isRussian },
]

/** Letters of a script, and the half of its Han that the standard puts first for being the commoner. */
function wide(han: string, letters: RegExp | undefined): Everyday {
  const common = new Set(han)
  return (text, i) => {
    const character = text[i] as string
    return common.has(character) || WIDE_MARKS.test(character) || letters?.test(character) === true
  }
}

function levelOne(encoding: string, firstLead: number, lastLead: number, firstTrail: number): string {
  const bytes: number[] = []
  for (let lead = firstLead; lead <= lastLead; lead++) {
    for (let trail = firstTrail; trail <= 0xfe; trail++) if (trail !== 0x7f) bytes.push(lead, trail)
  }
  return new TextDecoder(encoding).decode(Uint8Array.from(bytes)).replaceAll('\ufffd', '')
}

/** An accented letter with a plain one beside it, or a mark of print. */
function isWestern(text: string, i: number): boolean {
  const character = text[i] as string
  if (WESTERN_MARKS.test(character)) return true
  return (
    LETTER.test(character) && (PLAIN_LETTER.test(text[i - 1] ?? '') || PLAIN_LETTER.test(text[i + 1] ?? ''))
  )
}

/** A letter with another beside it; a capital only where a word begins or all is in capitals. */
function isRussian(text: string, i: number): boolean {
  const [before = '', character = '', after = ''] = [text[i - 1], text[i], text[i + 1]]
  if (!CYRILLIC.test(character) || !(CYRILLIC.test(before) || CYRILLIC.test(after))) return false
  return !(/[а-яё]/.test(before) && /[А-ЯЁ]/.test(character))
}

function everydayShare(text: string, isEveryday: Everyday): number {
  let all = 0
  let everyday = 0
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 128) continue
    all++
    if (isEveryday(text, i)) everyday++
  }
  return all === 0 ? 0 : everyday / all
}

function beyondAscii(text: string): string {
  return text.replaceAll(/[\0-\x7f\ufffd]/g, '')
}
