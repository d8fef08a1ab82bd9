/** Lines to baskets in plain TypeScript. */
import type { BasketCutter, BasketKernel, CutBaskets, LineDialect } from './baskets.ts'

const SPACE = 32
const TAB = 9
/** So is what stands before the line feed in files from Windows. */
const CR = 13

export const plainBaskets: BasketKernel = (dialect) => new PlainBaskets(dialect)

class PlainBaskets implements BasketCutter {
  readonly #dialect: LineDialect
  /** By their bytes, a character each. */
  readonly #items = new Map<string, number>()
  readonly #baskets: number[][] = []
  #room = Buffer.alloc(0)

  constructor(dialect: LineDialect) {
    this.#dialect = dialect
  }

  get baskets(): number {
    return this.#baskets.length
  }

  room(size: number): Uint8Array {
    if (size > this.#room.length) this.#room = Buffer.concat([this.#room], size)
    return this.#room.subarray(0, size)
  }

  cut(length: number): number {
    const { delimiter, lineEnd, quote } = this.#dialect
    for (let at = 0; at < length;) {
      const found = this.#room.indexOf(lineEnd, at)
      const end = found < 0 || found >= length ? length : found
      const items: string[] = []
      for (let from = at; from <= end;) {
        const parted = this.#room.indexOf(delimiter, from)
        const to = delimiter > 255 || parted < 0 || parted > end ? end : parted
        const [first, last] = this.#trimmed(from, to)
        if (first < last && this.#room[first] === quote) return at
        if (first < last) items.push(this.#room.toString('latin1', first, last))
        from = to + 1
      }
      this.#take(items)
      at = end + 1
    }
    return length
  }

  basket(items: readonly string[]): void {
    this.#take(items.map((item) => Buffer.from(item).toString('latin1')))
  }

  finish(): CutBaskets {
    const start = [0]
    for (const { length } of this.#baskets) start.push((start.at(-1) ?? 0) + length)
    return {
      names: Array.from(this.#items.keys(), (bytes) => Buffer.from(bytes, 'latin1').toString()),
      start: Int32Array.from(start),
      item: Int32Array.from(this.#baskets.flat()),
    }
  }

  #trimmed(from: number, to: number): readonly [number, number] {
    let [first, last] = [from, to]
    while (first < last && this.#isBlank(first)) first++
    while (last > first && this.#isBlank(last - 1)) last--
    return [first, last]
  }

  #isBlank(at: number): boolean {
    const byte = this.#room[at]
    return byte === SPACE || byte === TAB || byte === CR
  }

  #take(items: readonly string[]): void {
    const numbers = items.map((item) => {
      const number = this.#items.get(item) ?? this.#items.size
      this.#items.set(item, number)
      return number
    })
    this.#baskets.push([...new Set(numbers)].sort((a, b) => a - b))
  }
}
