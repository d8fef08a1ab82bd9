/**
 * Many texts as one piece of memory, so that no string is made of each and other threads can see them.
 *
 * In UTF-8, with END between two texts; a NUL inside of a text is written as ESCAPED_NUL. So a text ends where a NUL
 * is followed by a 1, or where the bytes end, and nothing that a text holds can be taken for its end.
 */
export interface PackedTexts {
  /** Over shared memory where other threads are to see it. */
  readonly bytes: Uint8Array
  /** How many there are, at least one. */
  readonly texts: number
}

/** One cell of each line of a CSV file, as the text lies there. */
export interface TextLines {
  /** Whole lines, each with its end but the last one maybe. Over shared memory where other threads are to see it. */
  readonly bytes: Uint8Array
  readonly cell: {
    /** Cells before it. */
    readonly place: number
    /** One byte. */
    readonly delimiter: number
    /** A byte, doubled inside of a quoted cell; 0 where the file has no quoting. */
    readonly quote: number
  }
}

export type TextBlock = PackedTexts | TextLines

export const NUL = 0
/** Behind a NUL: the text ends. */
export const END_MARK = 1
/** Behind a NUL: the text holds a NUL. */
export const NUL_MARK = 2

export const BETWEEN_TEXTS: Uint8Array = Uint8Array.of(NUL, END_MARK)

export function packTexts(texts: readonly (string | null)[]): PackedTexts {
  const parts = texts.map((text) => (text ?? '').replaceAll('\0', '\0\u0002'))
  return { bytes: Buffer.from(parts.join('\0\u0001')), texts: texts.length }
}

export function unpackTexts({ bytes }: PackedTexts): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const texts: string[] = []
  let from = 0
  for (let nul = all.indexOf(NUL); nul >= 0; nul = all.indexOf(NUL, nul + 2)) {
    if (all[nul + 1] !== END_MARK) continue
    texts.push(unescaped(all.toString('utf8', from, nul)))
    from = nul + 2
  }
  texts.push(unescaped(all.toString('utf8', from)))
  return texts
}

const LF = 10
const CR = 13

/** The cells, packed. A line break in a cell would be taken for the end of its line. */
export function packedLines({ bytes, cell }: TextLines): PackedTexts {
  const { place, delimiter, quote } = cell
  const packed = new Uint8Array(bytes.length * 2 + 2)
  let to = 0
  let texts = 0
  for (let line = 0; line < bytes.length;) {
    const lineEnd = bytes.indexOf(LF, line)
    const next = lineEnd < 0 ? bytes.length : lineEnd + 1
    const end = lineEnd > line && bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd < 0 ? next : lineEnd
    let at = line
    for (let before = 0; before < place; before++) at = cellEnd(bytes, at, end, delimiter, quote) + 1
    const isQuoted = quote !== 0 && bytes[at] === quote && at < end
    const last = cellEnd(bytes, at, end, delimiter, quote)
    if (texts++ > 0) {
      packed[to++] = NUL
      packed[to++] = END_MARK
    }
    for (let i = isQuoted ? at + 1 : at; i < (isQuoted ? last - 1 : last); i++) {
      const byte = bytes[i] as number
      packed[to++] = byte
      if (byte === NUL) packed[to++] = NUL_MARK
      if (isQuoted && byte === quote) i++
    }
    line = next
  }
  return { bytes: packed.subarray(0, to), texts }
}

/** Where the cell that starts at `at` ends: at a delimiter or the end of the line. */
function cellEnd(bytes: Uint8Array, at: number, end: number, delimiter: number, quote: number): number {
  let i = at
  if (quote !== 0 && i < end && bytes[i] === quote) {
    for (i++; i < end; i++) {
      if (bytes[i] !== quote) continue
      if (bytes[i + 1] !== quote) break
      i++
    }
  }
  while (i < end && bytes[i] !== delimiter) i++
  return i
}

/** The texts of a block, packed. */
export function packedBlock(block: TextBlock): PackedTexts {
  return 'cell' in block ? packedLines(block) : block
}

function unescaped(text: string): string {
  return text.replaceAll('\0\u0002', '\0')
}
