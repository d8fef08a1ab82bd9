/** Texts to words without WebAssembly: the twin that assembly/words.ts is measured by. See words.ts. */
import {
  CAPITAL_I_WITH_DOT,
  CAPITAL_SIGMA,
  factsOf,
  HAN,
  KANA,
  LOWER_SHIFT,
  lowerSigma,
  SCRIPT_SHIFT,
  THAI,
  WORD,
} from '../base/letters.ts'
import { END_MARK, NUL, packedBlock } from '../base/packed-texts.ts'
import { lengthAt, pointAt, writePoint } from '../base/utf8.ts'
import { firstHash, hashed } from './token-table.ts'
import { TokenSink } from './token-sink.ts'
import type { WordKernel } from './words.ts'

/** The lower case of an ASCII letter, digit or `_`; 0 for other ASCII, OTHER beyond. */
const OTHER = 0x80
/** The last of the bytes of a word that are digits. */
const NINE = 0x39
const asciiLower = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return OTHER
  return (factsOf(byte) & WORD) === 0 ? 0 : factsOf(byte) >> LOWER_SHIFT
})

export const plainWords: WordKernel = (block, least) => {
  const { bytes, texts } = packedBlock(block)
  const sink = new TokenSink(texts)
  const { table } = sink
  const end = bytes.length
  // All tokens together are no longer than the texts; in lower case two bytes may become three.
  const room = table.room(2 * end + 4)
  let short = 0
  let letters = 0
  /** By script; most are of none of those told apart. */
  const ofScript = new Float64Array(4)
  let i = 0
  while (i < end) {
    const first = asciiLower[bytes[i] as number] as number
    if (first === 0) {
      if (bytes[i] === NUL) {
        if (bytes[i + 1] === END_MARK) sink.endText()
        i++
      }
      i++
      continue
    }
    const from = table.end
    let at = from
    let points = 0
    let hash = firstHash
    for (;;) {
      const lower = i < end ? (asciiLower[bytes[i] as number] as number) : 0
      if (lower === 0) break
      if (lower !== OTHER) {
        room[at++] = lower
        hash = hashed(hash, lower)
        points++
        if (lower > NINE) letters++
        i++
        continue
      }
      const point = pointAt(bytes, i)
      const facts = factsOf(point)
      if ((facts & WORD) === 0) {
        if (at === from) i += lengthAt(bytes, i)
        break
      }
      const letter = point === CAPITAL_SIGMA ? lowerSigma(bytes, i) : facts >> LOWER_SHIFT
      const next = writePoint(room, at, letter)
      for (; at < next; at++) hash = hashed(hash, room[at] as number)
      points++
      letters++
      const script = (facts >> SCRIPT_SHIFT) & 3
      ofScript[script] = (ofScript[script] as number) + 1
      i += lengthAt(bytes, i)
      // In lower case it is an i and a combining dot, which ends the run.
      if (point === CAPITAL_I_WITH_DOT) break
    }
    if (points >= least) sink.push(table.put(at - from, hash))
    else if (points > 0) short++
  }
  sink.endText()
  const countOf = (script: number) => ofScript[script] as number
  return {
    ...sink.finish(),
    short,
    scripts: { letters, han: countOf(HAN), kana: countOf(KANA), thai: countOf(THAI) },
  }
}
