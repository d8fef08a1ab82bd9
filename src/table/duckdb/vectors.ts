/**
 * DuckDB's vectors to typed arrays and strings, and back.
 *
 * In:  a data chunk of up to 2,048 rows, whose memory is DuckDB's and goes with the chunk.
 * Out: copies. Numbers move as blocks of memory, never as values one by one.
 * Layout: duckdb.h. A text is 16 bytes: its length, then the text itself when it is at most 12 bytes long,
 * else 4 bytes of it and a pointer.
 */
import type { DataChunk, Vector } from '@duckdb/node-bindings'
import { EngineError } from '../../base/errors.ts'
import type { ArrayColumn, BatchColumn, Cell } from '../engine.ts'
import { binding, TYPE } from './binding.ts'

/** Texts of so many bytes stand in the vector itself. */
export const INLINE_TEXT = 12

/** The columns of a chunk, copied. @throws {EngineError} for a type that no batch holds. */
export function readChunk(chunk: DataChunk, types: readonly number[]): BatchColumn[] {
  const rows = binding().data_chunk_get_size(chunk)
  return types.map((type, i) => readColumn(binding().data_chunk_get_vector(chunk, i), type, rows))
}

export function readColumn(vector: Vector, type: number, rows: number): BatchColumn {
  switch (type) {
    case TYPE.DOUBLE:
      return {
        type: 'double',
        values: new Float64Array(copied(vector, rows * 8)),
        valid: validity(vector, rows),
      }
    case TYPE.BIGINT:
      return {
        type: 'bigint',
        values: new BigInt64Array(copied(vector, rows * 8)),
        valid: validity(vector, rows),
      }
    case TYPE.INTEGER:
      return {
        type: 'integer',
        values: new Int32Array(copied(vector, rows * 4)),
        valid: validity(vector, rows),
      }
    case TYPE.VARCHAR:
      return { type: 'text', values: texts(vector, rows) }
    default:
      throw new EngineError(`a batch can't hold DuckDB's type ${type}; cast the column in the query`)
  }
}

/** The values of a chunk of a small result, column by column, as plain values. */
export function readCells(chunk: DataChunk, types: readonly number[]): Cell[][] {
  const rows = binding().data_chunk_get_size(chunk)
  return types.map((type, i) => cells(binding().data_chunk_get_vector(chunk, i), type, rows))
}

function cells(vector: Vector, type: number, rows: number): Cell[] {
  if (type === TYPE.VARCHAR) return texts(vector, rows)
  if (type === TYPE.SQLNULL) return Array.from({ length: rows }, () => null)
  const values = plainValues(vector, type, rows)
  const valid = validity(vector, rows)
  return Array.from({ length: rows }, (_, i) => (hasBit(valid, i) ? (values[i] as Cell) : null))
}

function plainValues(vector: Vector, type: number, rows: number): ArrayLike<Cell> {
  switch (type) {
    case TYPE.BOOLEAN:
      return Array.from(new Uint8Array(copied(vector, rows)), (bit) => bit !== 0)
    case TYPE.TINYINT:
      return new Int8Array(copied(vector, rows))
    case TYPE.UTINYINT:
      return new Uint8Array(copied(vector, rows))
    case TYPE.SMALLINT:
      return new Int16Array(copied(vector, rows * 2))
    case TYPE.USMALLINT:
      return new Uint16Array(copied(vector, rows * 2))
    case TYPE.INTEGER:
      return new Int32Array(copied(vector, rows * 4))
    case TYPE.UINTEGER:
      return new Uint32Array(copied(vector, rows * 4))
    case TYPE.BIGINT:
      return Array.from(new BigInt64Array(copied(vector, rows * 8)), narrow)
    case TYPE.UBIGINT:
      return Array.from(new BigUint64Array(copied(vector, rows * 8)), narrow)
    case TYPE.HUGEINT:
      return hugeints(vector, rows)
    case TYPE.FLOAT:
      return new Float32Array(copied(vector, rows * 4))
    case TYPE.DOUBLE:
      return new Float64Array(copied(vector, rows * 8))
    default:
      throw new EngineError(`a result can't hold DuckDB's type ${type}; cast the column in the query`)
  }
}

/** Sums of counts come as 128-bit integers: low 64 bits unsigned, high 64 signed. */
function hugeints(vector: Vector, rows: number): Cell[] {
  const words = new DataView(copied(vector, rows * 16))
  return Array.from({ length: rows }, (_, i) =>
    narrow((words.getBigInt64(i * 16 + 8, true) << 64n) + words.getBigUint64(i * 16, true)),
  )
}

/** A bigint as a number where that loses nothing. */
function narrow(value: bigint): Cell {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function copied(vector: Vector, bytes: number): ArrayBuffer {
  const data = binding().vector_get_data(vector, bytes)
  return Uint8Array.prototype.slice.call(data).buffer
}

/** One bit a row, or undefined when every row has a value. */
export function validity(vector: Vector, rows: number): Uint8Array | undefined {
  const bits = binding().vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null
  return bits === null ? undefined : Uint8Array.prototype.slice.call(bits, 0, (rows + 7) >> 3)
}

export function hasBit(bits: Uint8Array | undefined, i: number): boolean {
  return bits === undefined || ((bits[i >> 3] as number) & (1 << (i & 7))) !== 0
}

function texts(vector: Vector, rows: number): (string | null)[] {
  const valid = validity(vector, rows)
  const data = binding().vector_get_data(vector, rows * 16)
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const out = new Array<string | null>(rows)
  for (let i = 0; i < rows; i++) {
    if (!hasBit(valid, i)) {
      out[i] = null
      continue
    }
    const at = i * 16
    const length = bytes.readUInt32LE(at)
    out[i] =
      length <= INLINE_TEXT ? bytes.toString('utf8', at + 4, at + 4 + length) : longText(data, at + 8, length)
  }
  return out
}

export function longText(data: Uint8Array, pointerAt: number, length: number): string {
  const bytes = longBytes(data, pointerAt, length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function longBytes(data: Uint8Array, pointerAt: number, length: number): Uint8Array {
  return binding().get_data_from_pointer(data.buffer as ArrayBuffer, data.byteOffset + pointerAt, length)
}

/** The bytes of one text of a vector, which has one there; to be copied before the chunk goes. */
export function textBytes(vector: Vector, i: number): Uint8Array {
  const data = binding()
    .vector_get_data(vector, (i + 1) * 16)
    .subarray(i * 16)
  const length = Buffer.from(data.buffer, data.byteOffset, 4).readUInt32LE()
  return length <= INLINE_TEXT ? data.subarray(4, 4 + length) : longBytes(data, 8, length)
}

/** Writes rows `from` … `from + rows − 1` of an array column into a fresh vector. */
export function writeVector(vector: Vector, column: ArrayColumn, from: number, rows: number): void {
  if (column.type === 'text') {
    writeTexts(vector, column.values, from, rows)
    return
  }
  const { values, valid } = column
  const { buffer, byteOffset, byteLength } = ownMemory(values.subarray(from, from + rows))
  binding().copy_data_to_vector(vector, 0, buffer, byteOffset, byteLength)
  if (valid !== undefined) writeNulls(vector, rows, (i) => !hasBit(valid, from + i))
}

/** The binding takes no memory that is shared between threads: of that, a copy. */
function ownMemory(values: Float64Array | Int32Array): {
  readonly buffer: ArrayBuffer
  readonly byteOffset: number
  readonly byteLength: number
} {
  const { buffer, byteOffset, byteLength } = values
  if (buffer instanceof ArrayBuffer) return { buffer, byteOffset, byteLength }
  return { buffer: values.slice().buffer, byteOffset: 0, byteLength }
}

function writeTexts(vector: Vector, values: readonly (string | null)[], from: number, rows: number): void {
  for (let i = 0; i < rows; i++) {
    const text = values[from + i]
    if (text !== null && text !== undefined) binding().vector_assign_string_element(vector, i, text)
  }
  writeNulls(vector, rows, (i) => (values[from + i] ?? null) === null)
}

/** What the binding shows of a vector's memory is a copy: bits are made here and copied in. */
function writeNulls(vector: Vector, rows: number, isNull: (i: number) => boolean): void {
  const bits = new Uint8Array(Math.ceil(rows / 64) * 8)
  for (let i = 0; i < rows; i++) {
    if (!isNull(i)) bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7))
  }
  binding().vector_ensure_validity_writable(vector)
  binding().copy_data_to_vector_validity(vector, 0, bits.buffer, 0, bits.byteLength)
}
