/**
 * Lines picked and joined, compiled: assembly/lines.ts behind the LineKernel interface.
 *
 * In, out: lines.ts. A kernel has a memory of its own, which goes with it.
 */
import type { LineFilter, LineKernel, LineKey, LineSide, MissingTexts } from './lines.ts'
import { wasmModule } from './wasm.ts'

/** What assembly/lines.ts exports. */
interface LinesModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  room(size: number): number
  outlet(size: number): number
  shape(delimiter: number, quote: number, outDelimiter: number, columns: number): void
  filter(count: number, least: number): number
  missingTexts(count: number, size: number, blanks: boolean): number
  textsAreIn(): void
  places(keys: number, added: number): number
  build(rows: number, step: number): void
  probe(keepUnmatched: boolean): void
  alone(rows: number, most: number): void
  behind(size: number, rows: number): number
  leftBehind(): number
  sampledSize(): number
  sampledKeys(): void
  run(from: number, length: number): number
  readonly written: { readonly value: number }
  readonly needed: { readonly value: number }
  readonly rowsIn: { readonly value: number }
  readonly rowsOut: { readonly value: number }
  readonly changed: { readonly value: number }
}

const HAS_TEXTS = 0x80000000
/** Text of a join that is taken at once, in bytes. */
const OUTLET = 1 << 22

const compiled = wasmModule<LinesModule>('lines')

export function wasmLines(): LineKernel {
  return new WasmLines(compiled.instance())
}

class WasmLines implements LineKernel {
  private readonly module: LinesModule
  private outlet = 0
  private outletSize = 0
  private delimiter = 0
  private keyCount = 0
  private selects = true

  constructor(module: LinesModule) {
    this.module = module
  }

  select(side: LineSide, delimiter: number): void {
    this.delimiter = delimiter
    this.open(side, [], [])
    this.selects = true
  }

  build(
    side: LineSide,
    keys: readonly LineKey[],
    added: readonly number[],
    delimiter: number,
    rows: number,
    step: number,
  ): void {
    this.delimiter = delimiter
    this.open(side, keys, added)
    this.module.build(rows, step)
  }

  probe(side: LineSide, keys: readonly LineKey[], keepUnmatched: boolean): void {
    this.open(side, keys, undefined)
    this.grow(OUTLET)
    this.module.probe(keepUnmatched)
  }

  alone(side: LineSide, keys: readonly LineKey[], rows: number, most: number): void {
    this.open(side, keys, undefined)
    this.grow(OUTLET)
    this.module.alone(rows, most)
  }

  behind(text: Uint8Array, ends: Uint32Array): void {
    const { module } = this
    const start = module.behind(text.length, ends.length) >>> 0
    new Uint8Array(module.memory.buffer, start, text.length).set(text)
    new Uint32Array(module.memory.buffer, start + ((text.length + 3) & ~3), ends.length).set(ends)
  }

  get leftBehind(): number {
    return this.module.leftBehind()
  }

  room(size: number): Uint8Array {
    const start = this.module.room(size)
    // Of picked lines every cell may gain quotes, and be nothing but quotes.
    if (this.selects) this.grow(3 * size + 64)
    return new Uint8Array(this.module.memory.buffer, start >>> 0, size)
  }

  run(from: number, length: number): number {
    const { module } = this
    for (;;) {
      const at = module.run(from, length)
      if (at === length || module.written.value > 0 || this.changed || module.needed.value === 0) return at
      this.grow(module.needed.value)
    }
  }

  text(): Uint8Array {
    return new Uint8Array(this.module.memory.buffer, this.outlet, this.module.written.value)
  }

  aloneKeys(): string[][] {
    return keysIn(this.text(), this.keyCount)
  }

  sampledKeys(): string[][] {
    this.grow(this.module.sampledSize())
    this.module.sampledKeys()
    return keysIn(this.text(), this.keyCount)
  }

  get rowsIn(): number {
    return this.module.rowsIn.value
  }

  get rowsOut(): number {
    return this.module.rowsOut.value
  }

  get changed(): boolean {
    return this.module.changed.value !== 0
  }

  /** @param added undefined: as before */
  private open(
    { shape, missing, filter }: LineSide,
    keys: readonly LineKey[],
    added: readonly number[] | undefined,
  ): void {
    const { module } = this
    this.selects = false
    module.shape(shape.delimiter, shape.quote, this.delimiter, shape.columns)
    if (filter !== undefined) this.fillFilter(filter, shape.columns)
    this.fillTexts(missing)
    this.keyCount = keys.length
    const start = module.places(keys.length, added?.length ?? -1) >>> 0
    const places = new Uint32Array(module.memory.buffer, start, keys.length + (added?.length ?? 0))
    keys.forEach(({ place, hasTexts }, i) => (places[i] = place + (hasTexts ? HAS_TEXTS : 0)))
    added?.forEach((place, i) => (places[keys.length + i] = place))
  }

  private fillFilter({ looks, least }: LineFilter, columns: number): void {
    const count = looks.reduce((sum, look) => sum + (look > 0 ? 1 : 0), 0)
    const start = this.module.filter(count, least) >>> 0
    new Uint8Array(this.module.memory.buffer, start, columns).set(looks)
  }

  private fillTexts({ texts, blanks }: MissingTexts): void {
    const size = texts.reduce((sum, text) => sum + 4 + text.length, 0)
    let at = this.module.missingTexts(texts.length, size, blanks) >>> 0
    const { buffer } = this.module.memory
    for (const text of texts) {
      new DataView(buffer).setUint32(at, text.length, true)
      new Uint8Array(buffer, at + 4, text.length).set(text)
      at += 4 + text.length
    }
    this.module.textsAreIn()
  }

  private grow(size: number): void {
    if (size > this.outletSize) this.outletSize = size
    this.outlet = this.module.outlet(this.outletSize) >>> 0
  }
}

/** u32 length and bytes of each key, which of several columns is made of the same for each. */
function keysIn(bytes: Uint8Array, columns: number): string[][] {
  const found: string[][] = []
  for (const key of pieces(bytes)) {
    found.push(
      (columns === 1 ? [key] : pieces(key)).map((text) =>
        new TextDecoder('utf-8', { ignoreBOM: true }).decode(text),
      ),
    )
  }
  return found
}

function pieces(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length;) {
    const length = view.getUint32(at, true)
    found.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return found
}
