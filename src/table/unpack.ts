/**
 * Compressed files: gz and zst are unpacked here with every check that their formats have; others are refused.
 *
 * In:  a flow of packed bytes.
 * Out: the flow of the bytes that were packed; or an error that says whether the file is cut short or damaged.
 *
 * Why not the engine: it gives the rows of a truncated file up to the cut, without a word, and checks no sums.
 * zlib checks the sum of every gz member but stops without a word at bytes after the last, so they are looked
 * at here. A zst file is walked frame by frame here (RFC 8878, section 3.1), which finds a cut and left-over
 * bytes; the frames are decompressed by node:zlib where it can (Node 22.15), else by fzstd, whose output is
 * checked against the sum in the frame (the low half of XXH64).
 */
import type { Transform } from 'node:stream'
import { DataError } from '../base/errors.ts'
import type { Flow } from './input.ts'

export type Packing = 'gz' | 'zst'

const UNPACKED_PIECE = 1 << 18
/** More than a Readable of objects reads ahead. */
const HANDED_PIECES = 64

const MAGIC: readonly (readonly [kind: string, bytes: readonly number[]])[] = [
  ['gz', [0x1f, 0x8b]],
  ['zst', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bz2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['xls', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
]

/**
 * How a file is packed, by its first bytes; undefined when it is not.
 *
 * @param name as the user typed it: tells a spreadsheet from another zip
 * @throws {DataError} for a format that lode does not read, with what to do; and for a name that ends in .gz or
 *   .zst over bytes that are not
 */
export function packingOf(head: Uint8Array, name: string): Packing | undefined {
  const kind = MAGIC.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))?.[0]
  if (kind === undefined) return undefined
  if (kind === 'gz' || kind === 'zst') return kind
  const [what, help] = refusal(kind, name)
  throw new DataError(`${name} is ${what}, which lode does not read`, { code: 'E_FORMAT', help: [help] })
}

function refusal(kind: string, name: string): readonly [what: string, help: string] {
  switch (kind) {
    case 'bz2':
      return ['packed with bzip2', `Unpack it on the way in: bzcat ${name} | lode <command> -`]
    case 'xz':
      return ['packed with xz', `Unpack it on the way in: xzcat ${name} | lode <command> -`]
    case 'pdf':
      return ['a PDF', 'Export the table behind it as CSV.']
    case 'zip':
      if (!/\.(xlsx|xlsm|ods|numbers)$/i.test(name)) {
        return ['a zip archive', `Unpack one file of it on the way in: unzip -p ${name} | lode <command> -`]
      }
  }
  return ['a spreadsheet', 'Save it as CSV UTF-8 in the spreadsheet program first.']
}

export function unpacked(flow: Flow, packing: Packing, label: string): Flow {
  return packing === 'gz' ? gunzipped(flow, label) : unzstd(flow, label)
}

async function* gunzipped(flow: Flow, label: string): Flow {
  const { createGunzip } = await import('node:zlib')
  const gunzip = createGunzip({ chunkSize: UNPACKED_PIECE })
  const pieces = flow[Symbol.asyncIterator]()
  /** Pieces that were handed to zlib and that it may not have taken in yet. */
  let handed: Uint8Array[] = []
  let handedBytes = 0
  const watched = async function* (): Flow {
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
      handed = [...handed.slice(-HANDED_PIECES), next.value]
      handedBytes += next.value.length
      yield next.value
    }
  }
  yield* through(watched(), gunzip, label)

  // Some devices pad a file with zeros; anything else behind the last member is not ours to drop.
  const ahead = handedBytes - gunzip.bytesWritten
  let isPadding =
    ahead === 0 ||
    Buffer.concat(handed)
      .subarray(-ahead)
      .every((byte) => byte === 0)
  for (let next = await pieces.next(); isPadding && next.done !== true; next = await pieces.next()) {
    isPadding = next.value.every((byte) => byte === 0)
  }
  if (!isPadding) throw leftOver(label)
}

/** A flow through a stream of node:zlib. */
async function* through(flow: Flow, stream: Transform, label: string): Flow {
  const { Readable } = await import('node:stream')
  const source = Readable.from(flow)
  source.on('error', (error) => stream.destroy(error))
  source.pipe(stream)
  try {
    for await (const piece of stream) yield piece as Buffer
  } catch (cause) {
    throw isZlibError(cause) ? brokenPacking(label, cause) : cause
  } finally {
    source.destroy()
    stream.destroy()
  }
}

function isZlibError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_)/.test(String(error.code))
}

function brokenPacking(label: string, cause: Error & { code: string }): DataError {
  if (cause.code === 'Z_BUF_ERROR') return truncated(label, cause)
  // The header of the first member is known to be one, so this is what stands behind a member.
  return cause.message === 'incorrect header check' ? leftOver(label) : damaged(label, cause)
}

function truncated(label: string, cause?: unknown): DataError {
  return new DataError(`${label} ends before it is complete: the download or the copy was cut short`, {
    code: 'E_TRUNCATED',
    cause,
    help: ['Fetch the file again; its last rows are not there.'],
  })
}

function damaged(label: string, cause?: unknown): DataError {
  return new DataError(`${label} is damaged: what unpacks from it is not what was packed`, {
    code: 'E_DAMAGED',
    cause,
    help: ['Fetch the file again.'],
  })
}

function leftOver(label: string): DataError {
  return new DataError(`${label} goes on with other bytes behind the packed data`, {
    code: 'E_DAMAGED',
    help: ['Fetch the file again, or pack it anew.'],
  })
}

const FRAME = 0xfd2fb528
const SKIPPABLE_FRAME = 0x184d2a50
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const
const RUN_LENGTH_BLOCK = 1
const RESERVED_BLOCK = 3

interface Frame {
  readonly header: Buffer
  readonly hasChecksum: boolean
}

/** Unpacks one frame, given its bytes: the header, then block by block, then the checksum if it has one. */
type FrameDecoder = (frame: Frame, blocks: AsyncIterable<Buffer>) => Flow

async function* unzstd(flow: Flow, label: string): Flow {
  const decode = await frameDecoder(label)
  const input = new Puller(flow, () => truncated(label))
  while (await input.hasMore()) {
    const magic = await input.take(4)
    const number = magic.readUInt32LE()
    if ((number & 0xfffffff0) >>> 0 === SKIPPABLE_FRAME) {
      await input.skip((await input.take(4)).readUInt32LE())
    } else if (number === FRAME) {
      const frame = await frameHeader(input, magic, label)
      yield* decode(frame, frameBlocks(input, frame, label))
    } else throw leftOver(label)
  }
}

async function frameHeader(input: Puller, magic: Buffer, label: string): Promise<Frame> {
  const descriptor = await input.take(1)
  const flags = descriptor[0] as number
  const isSingleSegment = (flags & 0x20) !== 0
  if ((flags & 3) !== 0) {
    throw new DataError(`${label} was packed with a zstd dictionary, which lode does not have`, {
      code: 'E_FORMAT',
      help: [`Unpack it on the way in: zstd -dc -D DICTIONARY ${label} | lode <command> -`],
    })
  }
  const sizeBytes = CONTENT_SIZE_BYTES[(flags >> 6) as 0 | 1 | 2 | 3]
  const rest = await input.take(
    (isSingleSegment ? 0 : 1) + (sizeBytes === 0 && isSingleSegment ? 1 : sizeBytes),
  )
  return { header: Buffer.concat([magic, descriptor, rest]), hasChecksum: (flags & 4) !== 0 }
}

async function* frameBlocks(input: Puller, frame: Frame, label: string): AsyncGenerator<Buffer, void> {
  for (let isLast = false; !isLast;) {
    const head = await input.take(3)
    const bits = head.readUIntLE(0, 3)
    const kind = (bits >> 1) & 3
    if (kind === RESERVED_BLOCK) throw damaged(label)
    isLast = (bits & 1) === 1
    yield Buffer.concat([head, await input.take(kind === RUN_LENGTH_BLOCK ? 1 : bits >>> 3)])
  }
  if (frame.hasChecksum) yield await input.take(4)
}

async function frameDecoder(label: string): Promise<FrameDecoder> {
  const zlib: object = await import('node:zlib')
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform }
  if (createZstdDecompress === undefined) return portableDecoder(label)
  return (frame, blocks) => through(prefixed(frame.header, blocks), createZstdDecompress(), label)
}

async function* prefixed(first: Buffer, rest: AsyncIterable<Buffer>): Flow {
  yield first
  yield* rest
}

async function portableDecoder(label: string): Promise<FrameDecoder> {
  const [{ Decompress }, { default: loadHash }] = await Promise.all([import('fzstd'), import('xxhash-wasm')])
  const { create64 } = await loadHash()
  return async function* (frame, blocks) {
    const hash = create64()
    let ready: Uint8Array[] = []
    const decompress = new Decompress((piece) => ready.push(piece))
    let last = frame.header
    try {
      decompress.push(frame.header)
      for await (const block of blocks) {
        last = block
        decompress.push(block)
        for (const piece of ready) {
          hash.update(piece)
          if (piece.length > 0) yield piece
        }
        ready = []
      }
    } catch (cause) {
      throw cause instanceof DataError ? cause : damaged(label, cause)
    }
    if (frame.hasChecksum && last.readUInt32LE() !== Number(hash.digest() & 0xffffffffn)) throw damaged(label)
  }
}

/** Takes bytes out of a flow by number. */
class Puller {
  private readonly pieces: AsyncIterator<Uint8Array>
  private readonly atEnd: () => Error
  private held: Uint8Array = new Uint8Array(0)

  /** @param atEnd the error where the flow ends before what is asked for */
  constructor(flow: Flow, atEnd: () => Error) {
    this.pieces = flow[Symbol.asyncIterator]()
    this.atEnd = atEnd
  }

  async hasMore(): Promise<boolean> {
    while (this.held.length === 0) {
      const next = await this.pieces.next()
      if (next.done === true) return false
      this.held = next.value
    }
    return true
  }

  async take(length: number): Promise<Buffer> {
    const parts: Uint8Array[] = []
    for (let missing = length; missing > 0;) {
      const part = await this.part(missing)
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts, length)
  }

  async skip(length: number): Promise<void> {
    for (let missing = length; missing > 0;) missing -= (await this.part(missing)).length
  }

  private async part(most: number): Promise<Uint8Array> {
    if (!(await this.hasMore())) throw this.atEnd()
    const part = this.held.subarray(0, most)
    this.held = this.held.subarray(part.length)
    return part
  }
}
