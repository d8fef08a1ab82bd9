/**
 * Lines picked and joined in plain TypeScript: what assembly/lines.ts is held to, and what lines.ts promises.
 *
 * Written to be read: a record is parted into cells, and put together again.
 */
import type { LineKernel, LineKey, LineShape, LineSide } from './lines.ts'

const LF = 10
const CR = 13
const BLANK = 32
const QUOTE = 34
const HASH_SIGN = 35

interface Cell {
  /** Without quotes. */
  readonly text: Buffer
  readonly quoted: boolean
}

/** A row of the right side. */
interface Held {
  readonly key: string
  /** The cells that it adds, and its line end. */
  readonly rest: Buffer
}

type Mode = 'select' | 'build' | 'probe' | 'alone'

export function plainLines(): LineKernel {
  return new PlainLines()
}

class PlainLines implements LineKernel {
  rowsIn = 0
  rowsOut = 0
  changed = false
  private mode: Mode = 'select'
  private side: LineSide = {
    shape: { delimiter: 44, quote: QUOTE, columns: 0 },
    missing: { texts: [], blanks: false },
    filter: undefined,
  }
  private keys: readonly LineKey[] = []
  private added: readonly number[] = []
  private delimiter = 44
  private step = 1
  private keepUnmatched = false
  private lookedAt = 0
  private most = 0
  private readonly held = new Map<string, Held[]>()
  private readonly samples: string[] = []
  private readonly found: string[] = []
  private tails: Buffer[] | undefined
  private place = Buffer.alloc(0)
  private out: Buffer[] = []

  select(side: LineSide, delimiter: number): void {
    this.open('select', side, [])
    this.delimiter = delimiter
  }

  build(
    side: LineSide,
    keys: readonly LineKey[],
    added: readonly number[],
    delimiter: number,
    _rows: number,
    step: number,
  ): void {
    this.open('build', side, keys)
    this.added = added
    this.delimiter = delimiter
    this.step = step
  }

  probe(side: LineSide, keys: readonly LineKey[], keepUnmatched: boolean): void {
    this.open('probe', side, keys)
    this.keepUnmatched = keepUnmatched
  }

  alone(side: LineSide, keys: readonly LineKey[], rows: number, most: number): void {
    this.open('alone', side, keys)
    this.lookedAt = rows
    this.most = most
  }

  behind(text: Uint8Array, ends: Uint32Array): void {
    this.tails = Array.from(ends, (end, i) => Buffer.from(text.slice(i === 0 ? 0 : ends[i - 1], end)))
  }

  get leftBehind(): number {
    return this.tails?.length ?? 0
  }

  room(size: number): Uint8Array {
    if (this.place.length < size) this.place = Buffer.alloc(size)
    return this.place
  }

  run(from: number, length: number): number {
    this.out = []
    this.found.length = 0
    for (let at = from; at < length;) {
      const { cells, end } = recordAt(this.place, at, length, this.side.shape)
      if (cells.length !== this.side.shape.columns) {
        this.changed = true
        return at
      }
      if (!this.take(cells)) return at
      at = end
    }
    return length
  }

  text(): Uint8Array {
    return Buffer.concat(this.out)
  }

  aloneKeys(): string[][] {
    return this.found.map((key) => JSON.parse(key) as string[])
  }

  sampledKeys(): string[][] {
    return this.samples.map((key) => JSON.parse(key) as string[])
  }

  private open(mode: Mode, side: LineSide, keys: readonly LineKey[]): void {
    this.mode = mode
    this.side = side
    this.keys = keys
    this.tails = undefined
    this.rowsIn = 0
    this.rowsOut = 0
  }

  /** @returns false when no text is left that should stand behind the row */
  private take(cells: readonly Cell[]): boolean {
    const isKept = this.isKept(cells)
    if (isKept && this.tails?.length === 0) return false
    const number = this.rowsIn++
    if (isKept) this.use(cells, number)
    return true
  }

  private isKept(cells: readonly Cell[]): boolean {
    const { filter } = this.side
    if (filter === undefined) return true
    const present = cells.filter((cell, i) => {
      const look = filter.looks[i] as number
      return look > 0 && !this.isMissing(cell, look === 2)
    })
    return present.length >= filter.least
  }

  private use(cells: readonly Cell[], number: number): void {
    if (this.mode === 'select') {
      const tail = this.tails?.shift()
      this.put(cells, tail === undefined ? undefined : Buffer.concat([tail, Buffer.of(LF)]))
      return
    }
    const key = this.keyOf(cells)
    const matches = key === undefined ? undefined : this.held.get(key)
    if (this.mode === 'build') {
      if (key !== undefined) this.hold(key, cells, number)
    } else if (this.mode === 'probe') {
      for (const { rest } of matches ?? []) this.put(cells, rest)
      if (matches === undefined && this.keepUnmatched) {
        this.put(cells, Buffer.concat([Buffer.alloc(this.added.length, this.delimiter), Buffer.of(LF)]))
      }
    } else if (this.lookedAt > 0 && this.most > 0) {
      this.lookedAt--
      if (key === undefined || matches !== undefined) return
      this.most--
      this.found.push(key)
    }
  }

  private hold(key: string, cells: readonly Cell[], number: number): void {
    const parts = this.added.flatMap((place) => [
      Buffer.of(this.delimiter),
      this.written(cells[place] as Cell),
    ])
    const rest = Buffer.concat([...parts, Buffer.of(LF)])
    const rows = this.held.get(key)
    if (rows === undefined) this.held.set(key, [{ key, rest }])
    else rows.push({ key, rest })
    if ((number + Math.floor(number / this.step)) % this.step === 0) this.samples.push(key)
  }

  /** Undefined where one is missing. */
  private keyOf(cells: readonly Cell[]): string | undefined {
    const texts = this.keys.map(({ place, hasTexts }) => {
      const cell = cells[place] as Cell
      return this.isMissing(cell, hasTexts) ? undefined : cell.text.toString()
    })
    return texts.includes(undefined) ? undefined : JSON.stringify(texts)
  }

  private isMissing({ text }: Cell, hasTexts: boolean): boolean {
    if (text.length === 0) return true
    if (!hasTexts) return false
    const { texts, blanks } = this.side.missing
    return (blanks && text.every((byte) => byte === BLANK)) || texts.some((one) => text.equals(one))
  }

  private put(cells: readonly Cell[], rest: Buffer = Buffer.of(LF)): void {
    const parts = cells.flatMap((cell, i) => [
      Buffer.alloc(i > 0 ? 1 : 0, this.delimiter),
      this.written(cell),
    ])
    this.out.push(...parts, rest)
    this.rowsOut++
  }

  /** The cell as the output has it. */
  private written({ text, quoted }: Cell): Buffer {
    if (text.length === 0) return quoted ? Buffer.of(QUOTE, QUOTE) : text
    const special = new Set([this.delimiter, QUOTE, CR, LF, HASH_SIGN])
    if (!text.some((byte) => special.has(byte))) return text
    const doubled = [...text].flatMap((byte) => (byte === QUOTE ? [QUOTE, QUOTE] : [byte]))
    return Buffer.of(QUOTE, ...doubled, QUOTE)
  }
}

/** A record and where the next starts. */
function recordAt(bytes: Buffer, start: number, length: number, { delimiter, quote }: LineShape) {
  const cells: Cell[] = []
  for (let at = start; ;) {
    const quoted = quote !== 0 && bytes[at] === quote
    const text: number[] = []
    if (quoted) {
      for (at++; at < length; at++) {
        if (bytes[at] === quote && bytes[++at] !== quote) break
        text.push(bytes[at] as number)
      }
    }
    const inQuotes = text.length
    while (at < length && bytes[at] !== delimiter && bytes[at] !== LF) text.push(bytes[at++] as number)
    const ends = at >= length || bytes[at] === LF
    if (ends && text.length > inQuotes && text.at(-1) === CR) text.pop()
    cells.push({ text: Buffer.from(text), quoted })
    at++
    if (ends) return { cells, end: at }
  }
}
