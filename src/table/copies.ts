/**
 * Private copies: what the engine reads where it can't read the user's file by name.
 *
 * In:  a flow of bytes, or the path of a file whose name the engine would take for something else.
 * Out: paths in the scratch folder, files of mode 0600.
 */
import { closeSync, copyFileSync, openSync, symlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DataError } from '../base/errors.ts'
import type { Flow } from './input.ts'
import type { SourceIo } from './source.ts'
import { checkText, drain, spool } from './survey.ts'
import type { Pass } from './survey.ts'

/** A pattern to DuckDB: it reads every file that matches, or another one than is named. */
const PATTERN_CHARACTERS = /[*?[\]{}]/
/** DuckDB unpacks by the end of the name, whatever the bytes say. */
const PACKED_NAME = /\.(gz|zst|zstd)$/i

export class Copies {
  /** Reads may be called off, and tell how far they are. */
  readonly pass: Pass
  private readonly io: SourceIo
  private readonly label: string

  /** @param total bytes that there are to read, where that is known */
  constructor(io: SourceIo, label: string, total: number | undefined) {
    this.io = io
    this.label = label
    this.pass = {
      signal: io.signal,
      progress: (bytes) => io.progress?.(bytes, total),
      ...(io.pool === undefined ? {} : { pool: io.pool }),
    }
  }

  /** An empty file, open for writing and reading. */
  async create(extension: string): Promise<{ path: string; descriptor: number }> {
    const folder = await this.io.scratch()
    for (let number = 1; ; number++) {
      const path = join(folder, `source-${number}.${extension}`)
      try {
        return { path, descriptor: openSync(path, 'wx+', 0o600) }
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') continue
        throw new DataError(`no copy of ${this.label} can be made in ${folder}`, { code: 'E_SCRATCH', cause })
      }
    }
  }

  /** A path by which the engine reads this file and no other: its own, or that of a link. */
  async nameOf(path: string, extension: string): Promise<string> {
    if (!PATTERN_CHARACTERS.test(path) && !PACKED_NAME.test(path)) return path
    const folder = await this.io.scratch()
    for (let number = 1; ; number++) {
      const link = join(folder, `link-${number}.${extension}`)
      try {
        symlinkSync(resolve(path), link)
        return link
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') continue
        copyFileSync(path, link) // a system without links
        return link
      }
    }
  }

  /** A file as it is: in place where it has a path, else a copy. */
  async ofBytes(flow: Flow, path: string | undefined, extension: string): Promise<string> {
    return path === undefined ? this.written(flow, extension, false) : this.nameOf(path, extension)
  }

  /** A text: in place where it has a path, else a copy. @throws {DataError} where it is not UTF-8 */
  async ofText(flow: Flow, path: string | undefined, extension: string): Promise<string> {
    if (path === undefined) return this.written(flow, extension, true)
    const descriptor = openSync(path, 'r')
    try {
      await checkText(flow, { label: this.label, path, descriptor, from: { offset: 0, line: 1 } }, this.pass)
    } finally {
      closeSync(descriptor)
    }
    return this.nameOf(path, extension)
  }

  private async written(flow: Flow, extension: string, isText: boolean): Promise<string> {
    const { path, descriptor } = await this.create(extension)
    const file = { label: this.label, path, descriptor, from: { offset: 0, line: 1 } }
    try {
      const copied = spool(flow, descriptor)
      if (isText) await checkText(copied, file, this.pass)
      else await drain(copied, this.pass)
    } finally {
      closeSync(descriptor)
    }
    return path
  }
}
