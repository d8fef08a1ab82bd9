/**
 * Ranges of a file with the places where lines end in them.
 *
 * In:  a path and a range of bytes.
 * Out: the bytes and the places of the line feeds among them; both are good until the next call on this thread.
 * Cost: a read and one look at each byte, sixteen at a time: a call a line of Buffer.indexOf took as long as all else.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { wasmModule } from './wasm.ts'

/** What assembly/line-ends.ts exports; arrays are addresses. */
interface LineEndsModule {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly ends: { readonly value: number }
  room(bytes: number): number
  find(byte: number, length: number): number
}

const compiled = wasmModule<LineEndsModule>('line-ends')
let instance: LineEndsModule | undefined

const LF = 10

export interface BytesWithEnds {
  /** Fewer than asked for where the file ends before. */
  readonly bytes: Buffer
  /** Ascending places of line feeds in `bytes`. */
  readonly ends: Int32Array
}

/** The bytes `from` … `to` − 1 of a file. */
export function bytesWithEnds(path: string, from: number, to: number): BytesWithEnds {
  instance ??= compiled.instance()
  const size = Math.max(0, to - from)
  const start = instance.room(size)
  const room = Buffer.from(instance.memory.buffer, start, size)
  const bytes = room.subarray(0, fill(room, path, from))
  const count = instance.find(LF, bytes.length)
  return { bytes, ends: new Int32Array(instance.memory.buffer, instance.ends.value, count) }
}

function fill(room: Buffer, path: string, from: number): number {
  const descriptor = openSync(path, 'r')
  try {
    let at = 0
    while (at < room.length) {
      const count = readSync(descriptor, room, at, room.length - at, from + at)
      if (count === 0) break
      at += count
    }
    return at
  } finally {
    closeSync(descriptor)
  }
}
