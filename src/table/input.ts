/**
 * What a person names on the command line, as bytes: a file, a pipe, a socket, a device.
 *
 * In:  a path or `-`.
 * Out: an Input: its bytes in order, and its path and size where it is a regular file, which may then be read
 *      at any place and in place.
 *
 * Pipes and sockets are read through a net.Socket, not fs.read: a read that waits in the thread pool can't be
 * called off, and keeps the program alive after Ctrl-C until the other side writes something.
 */
import {
  closeSync,
  constants,
  fstatSync,
  open,
  openSync,
  read,
  readSync,
  readdirSync,
  statSync,
} from 'node:fs'
import type { Stats } from 'node:fs'
import type { Socket } from 'node:net'
import { basename, dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { DataError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'

/** Bytes in order, in pieces of any size but 0. A piece stays valid. */
export type Flow = AsyncIterable<Uint8Array>

const PIECE = 1 << 18

export interface Input {
  /** As the user named it; `stdin` for `-`. */
  readonly label: string
  /** Where it is a regular file that has a name. */
  readonly path: string | undefined
  /** In bytes, where it is known. */
  readonly size: number | undefined
  /** Its bytes from where it stands; may be asked for once. */
  flow(): Flow
  /** Lets go of it, also of a read that still waits: a pipe that nobody writes to must not keep us alive. */
  close(): void
}

const STDIN_NAMES: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'])

/** @throws {DataError} when there is no such file, it is a directory, or it may not be read */
export async function openInput(operand: string, stdin: number, signal: AbortSignal): Promise<Input> {
  const isStdin = STDIN_NAMES.has(operand)
  const label = isStdin ? 'stdin' : operand
  const descriptor = isStdin ? stdin : await openPath(operand, signal)
  const status = statusOf(descriptor, label)
  if (status.isDirectory()) {
    if (!isStdin) closeSync(descriptor)
    throw new DataError(`${label} is a directory`, {
      code: 'E_DIRECTORY',
      help: ['Name the files in it, one by one or with a pattern of the shell: *.csv'],
    })
  }
  const isPipe = status.isFIFO() || status.isSocket()
  const socket = isPipe ? await socketOver(descriptor) : undefined
  return {
    label,
    path: status.isFile() && !isStdin ? operand : undefined,
    size: status.isFile() ? status.size : undefined,
    flow: () =>
      socket === undefined ? fileFlow(descriptor, label, signal) : pipeFlow(socket, label, signal),
    close: () => {
      if (socket !== undefined) socket.destroy()
      else if (!isStdin) closeSync(descriptor)
    },
  }
}

/** The module takes 5 ms to load, which plain files need not pay. */
async function socketOver(descriptor: number): Promise<Socket> {
  const { Socket } = await import('node:net')
  return new Socket({ fd: descriptor, readable: true, writable: false })
}

async function openPath(path: string, signal: AbortSignal): Promise<number> {
  try {
    return statSync(path).isFIFO() ? await openPipe(path, signal) : openSync(path, 'r')
  } catch (cause) {
    signal.throwIfAborted()
    throw openFailure(path, cause)
  }
}

/**
 * Opening a named pipe waits for someone to write to it, in a thread that nothing can call back. Opening its
 * other end does end the wait, so that an interrupted program does not stay behind.
 */
async function openPipe(path: string, signal: AbortSignal): Promise<number> {
  const release = (): void => closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK))
  signal.addEventListener('abort', release)
  try {
    return await openLater(path, 'r')
  } finally {
    signal.removeEventListener('abort', release)
  }
}

const openLater = promisify(open)
const readLater = promisify(read)

function openFailure(path: string, cause: unknown): DataError {
  switch (codeOf(cause)) {
    case 'ENOENT':
    case 'ENOTDIR': {
      const near = didYouMean(basename(path), namesIn(dirname(path)))
      return new DataError(`there is no file ${path === '' ? '""' : path}${near}`, {
        code: 'E_NO_FILE',
        cause,
      })
    }
    case 'EACCES':
    case 'EPERM':
      return new DataError(`${path} may not be read: permission denied`, { code: 'E_NO_PERMISSION', cause })
    default:
      return readFailure(path, cause)
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What a failed read of an open file or pipe is called. */
export function readFailure(label: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DataError(`${label} can't be read: ${reason}`, { code: 'E_READ', cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function statusOf(descriptor: number, label: string): Stats {
  try {
    return fstatSync(descriptor)
  } catch (cause) {
    throw readFailure(label, cause)
  }
}

/**
 * A file or device, from where it stands (a redirected stdin may have been read from before) or from a byte.
 * A device that has nothing yet is asked again.
 */
async function* fileFlow(descriptor: number, label: string, signal: AbortSignal): Flow {
  const isRegular = fstatSync(descriptor).isFile() // its reads do not wait
  for (;;) {
    signal.throwIfAborted()
    const piece = Buffer.allocUnsafe(PIECE)
    try {
      const bytesRead = isRegular
        ? readSync(descriptor, piece)
        : (await readLater(descriptor, piece, 0, PIECE, null)).bytesRead
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    } catch (cause) {
      if (codeOf(cause) !== 'EAGAIN') throw readFailure(label, cause)
      await pause(10)
    }
  }
}

async function* pipeFlow(socket: Socket, label: string, signal: AbortSignal): Flow {
  signal.throwIfAborted()
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop)
  try {
    for await (const piece of socket) yield piece as Buffer
  } catch (cause) {
    signal.throwIfAborted()
    throw readFailure(label, cause)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** The first bytes of a flow, as many as asked for if it has them, and the flow with them still in it. */
export async function peek(flow: Flow, size: number): Promise<{ head: Buffer; whole: boolean; flow: Flow }> {
  const pieces = flow[Symbol.asyncIterator]()
  const taken: Uint8Array[] = []
  let length = 0
  let whole = false
  while (length < size) {
    const next = await pieces.next()
    if (next.done === true) {
      whole = true
      break
    }
    taken.push(next.value)
    length += next.value.length
  }
  return { head: Buffer.concat(taken, length), whole, flow: rejoined(taken, pieces) }
}

async function* rejoined(taken: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): Flow {
  yield* taken
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

/** A flow without its first bytes. */
export async function* without(flow: Flow, length: number): Flow {
  let left = length
  for await (const piece of flow) {
    const rest = piece.subarray(Math.min(left, piece.length))
    left -= piece.length - rest.length
    if (rest.length > 0) yield rest
  }
}
