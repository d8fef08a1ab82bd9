/**
 * Where bytes go: standard output, or a file that appears whole or not at all.
 *
 * In:  text and the bytes of staged files.
 * Out: written bytes. A reader that went away ends the writing quietly (`ClosedPipe`); a full disk is an error
 *      that names what was being written.
 *
 * Bytes to a file descriptor go out by the asynchronous fs.write, so that a signal is heard between blocks,
 * and not through process.stdout, whose end can be cut off when the process ends. Only the first blocks of a regular file,
 * and what is small, do not wait for another thread to take them: a small result is there 3 ms sooner.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  read as readCallback,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  write as writeCallback,
  writeSync,
  type Stats,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { DataError } from '../base/errors.ts'

const write = promisify(writeCallback)
const read = promisify(readCallback)
const BLOCK = 1 << 20
/** Bytes of a regular file that are written without another thread. */
const AT_ONCE = 4 << 20
const RETRY_MS = 5

/** The reader of our output has gone: nothing more to do, and nothing is wrong. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe'
}

/** A file descriptor that is written in order, whole. */
export class Sink {
  readonly label: string
  readonly #fd: number
  /** Bytes that may still go out at once; undefined until it is known what is written to. */
  #atOnce: number | undefined

  constructor(fd: number, label: string) {
    this.#fd = fd
    this.label = label
  }

  /** @throws {ClosedPipe} when the reader is gone; {DataError} when the disk is full */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    for (let at = 0; at < bytes.length;) at += await this.#some(bytes, at)
  }

  /** The whole of a file, in blocks. */
  async writeFile(path: string): Promise<void> {
    const file = openSync(path, 'r')
    try {
      const block = Buffer.allocUnsafe(BLOCK)
      for (;;) {
        const { bytesRead } = await read(file, block, 0, BLOCK, null)
        if (bytesRead === 0) return
        await this.write(block.subarray(0, bytesRead))
      }
    } finally {
      closeSync(file)
    }
  }

  /** A pipe may be full, and a terminal stopped, for as long as its reader likes; a file takes what it is given. */
  #mayWrite(count: number): boolean {
    this.#atOnce ??= fstatSync(this.#fd).isFile() ? AT_ONCE : 0
    this.#atOnce -= count
    return this.#atOnce >= 0
  }

  async #some(bytes: Uint8Array, at: number): Promise<number> {
    try {
      const count = Math.min(BLOCK, bytes.length - at)
      if (this.#mayWrite(count)) return writeSync(this.#fd, bytes, at, count)
      const { bytesWritten } = await write(this.#fd, bytes, at, bytes.length - at)
      return bytesWritten
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code
      // A pipe whose other end set it non-blocking says so when it is full.
      if (code === 'EAGAIN') {
        await new Promise((done) => setTimeout(done, RETRY_MS))
        return 0
      }
      if (code === 'EPIPE') throw new ClosedPipe()
      throw writeError(this.label, cause)
    }
  }
}

/** An output file in the making: written beside its place under another name, then renamed into it. */
export interface StagedFile {
  /** Where to write; in the folder of the target. */
  readonly path: string
  /** Puts it in its place, with the mode of what was there. */
  commit(): void
  /** Takes it away again. */
  discard(): void
}

let staged = 0

/**
 * @param target as the user named it; a link keeps pointing where it points
 * @throws {DataError} when its folder is not there or can't be written
 */
export function stageFile(target: string): StagedFile {
  if (target === '' || /[/\\]$/.test(target)) {
    throw new DataError(`can't write to "${target}": it names a folder, not a file`, { code: 'E_OUTPUT' })
  }
  const place = followed(resolve(target))
  // Short: the name of the target may be as long as a name can be.
  const path = join(dirname(place), `.lode-${process.pid}-${++staged}.part`)
  try {
    // A folder may say that it can be written and take no file, as those of /proc.
    closeSync(openSync(path, 'w'))
    rmSync(path)
  } catch (cause) {
    throw writeError(target, cause)
  }
  if (statusOf(place)?.isDirectory() === true) {
    throw new DataError(`can't write to ${target}: it is a folder`, { code: 'E_OUTPUT' })
  }
  return {
    path,
    commit() {
      const before = statusOf(place)
      try {
        if (before !== undefined) chmodSync(path, before.mode)
        renameSync(path, place)
      } catch (cause) {
        throw writeError(target, cause)
      }
    },
    discard() {
      rmSync(path, { force: true })
    },
  }
}

/** The descriptors of the process by name: where one is redirected to a file, that is written on, not replaced. */
const OWN_DESCRIPTOR = /^\/dev\/(?:(stdout)|(stderr)|fd\/(\d+))$/

/** Whether a target is there and is no regular file: a device, a FIFO. Such a place is written, not replaced. */
export function isSpecialFile(target: string): boolean {
  if (OWN_DESCRIPTOR.test(target)) return true
  const found = statusOf(target)
  return found !== undefined && !found.isFile() && !found.isDirectory()
}

/**
 * Opens a place that is written and not replaced. /dev/stderr and its like are the descriptors that they name: where
 * one is a socket, its name can't be opened.
 *
 * @throws {DataError} when it can't be written
 */
export function openSpecialFile(target: string): number {
  const standard = OWN_DESCRIPTOR.exec(target)
  if (standard !== null)
    return standard[1] === undefined ? (standard[2] === undefined ? Number(standard[3]) : 2) : 1
  try {
    return openSync(target, 'w')
  } catch (cause) {
    throw writeError(target, cause)
  }
}

/** Undefined where there is nothing, or nothing that can be reached: whoever opens it learns why. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function followed(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/**
 * @param label what was being written, as the user named it
 * @returns what is wrong with the place; the cause itself where that is no failure of the system
 */
export function writeError(label: string, cause: unknown): unknown {
  const { code, message } = cause as NodeJS.ErrnoException
  if (!(cause instanceof Error) || !('syscall' in cause)) return cause
  const reasons: { readonly [code: string]: string } = {
    ENOSPC: 'the disk is full',
    ENOENT: existsSync(dirname(resolve(label))) ? 'its folder takes no files' : 'its folder does not exist',
    EACCES: 'permission denied',
    EROFS: 'the disk is read-only',
    EBADF: 'it is closed',
  }
  // EINVAL: invalid argument, open '/proc/x'
  const reason = reasons[code ?? ''] ?? message.replace(/^\w+: /, '').replace(/, \w+( '.*)?$/s, '')
  const name = code === 'ENOSPC' ? 'E_DISK_FULL' : 'E_OUTPUT'
  return new DataError(`can't write to ${label}: ${reason}`, { code: name, cause })
}
