/**
 * Where bytes go: standard output, or a file that appears whole or not at all.
 *
 * In:  text and the bytes of staged files.
 * Out: written bytes. A reader that went away ends the writing quietly (`ClosedPipe`); a full disk is an error
 *      that names what was being written.
 *
 * Bytes to a file descriptor go out by the asynchronous fs.write, so that a signal is heard between blocks,
 * and not through process.stdout, whose end can be cut off when the process ends.
 */
import {
  constants,
  openSync,
  promises as fs,
  realpathSync,
  rmSync,
  statSync,
  write as writeCallback,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { DataError } from '../base/errors.ts'

const write = promisify(writeCallback)
const BLOCK = 1 << 20
const RETRY_MS = 5

/** The reader of our output has gone: nothing more to do, and nothing is wrong. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe'
}

/** A file descriptor that is written in order, whole. */
export class Sink {
  readonly label: string
  readonly #fd: number

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
    const file = await fs.open(path, 'r')
    try {
      const block = Buffer.allocUnsafe(BLOCK)
      for (;;) {
        const { bytesRead } = await file.read(block, 0, BLOCK)
        if (bytesRead === 0) return
        await this.write(block.subarray(0, bytesRead))
      }
    } finally {
      await file.close()
    }
  }

  async #some(bytes: Uint8Array, at: number): Promise<number> {
    try {
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
  commit(): Promise<void>
  /** Takes it away again; for signals, so it does not wait. */
  discard(): void
}

/**
 * @param target as the user named it; a link keeps pointing where it points
 * @throws {DataError} when its folder is not there or can't be written
 */
export async function stageFile(target: string): Promise<StagedFile> {
  if (target === '' || /[/\\]$/.test(target)) {
    throw new DataError(`can't write to "${target}": it names a folder, not a file`, { code: 'E_OUTPUT' })
  }
  const place = followed(resolve(target))
  const path = join(dirname(place), `.${basename(place)}.${process.pid}.part`)
  try {
    await fs.access(dirname(place), constants.W_OK)
  } catch (cause) {
    throw writeError(target, cause)
  }
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new DataError(`can't write to ${target}: it is a folder`, { code: 'E_OUTPUT' })
  }
  return {
    path,
    async commit() {
      const before = statSync(place, { throwIfNoEntry: false })
      try {
        if (before !== undefined) await fs.chmod(path, before.mode)
        await fs.rename(path, place)
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
  const found = statSync(target, { throwIfNoEntry: false })
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

function followed(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** @param label what was being written, as the user named it */
export function writeError(label: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code
  const reason = {
    ENOSPC: 'the disk is full',
    ENOENT: 'its folder does not exist',
    EACCES: 'permission denied',
    EROFS: 'the disk is read-only',
    EBADF: 'it is closed',
  }[code ?? '']
  if (reason === undefined) return cause
  const name = code === 'ENOSPC' ? 'E_DISK_FULL' : 'E_OUTPUT'
  return new DataError(`can't write to ${label}: ${reason}`, { code: name, cause })
}
