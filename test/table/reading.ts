/** Files for the tests of the source reader, and what they read as through the real engine. */
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import type { Engine } from '../../src/table/engine.ts'
import { openDuckdb } from '../../src/table/duckdb/engine.ts'
import { openRelation } from '../../src/table/open.ts'
import { openSource } from '../../src/table/source.ts'
import { USUAL } from './usual-options.ts'
import type { ReadOptions, Reject, SourceFile, SourceIo } from '../../src/table/source.ts'

export interface Read {
  readonly source: SourceFile
  /** null: an empty cell. */
  readonly rows: (string | null)[][]
  readonly rejects: Reject[]
  readonly warnings: string[]
}

/** A folder, an engine, and a way to read what is written to the folder. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), 'lode-source-'))
  private engine: Promise<Engine> | undefined
  private files = 0

  /** Writes a file; gives its path. */
  file(content: string | Uint8Array, name = `file-${this.files++}.csv`): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  async open(
    operand: string,
    options: Partial<ReadOptions> = {},
    io: Partial<SourceIo> = {},
  ): Promise<SourceFile> {
    return openSource(operand, { ...USUAL, ...options }, this.io(io))
  }

  io(io: Partial<SourceIo> = {}): SourceIo {
    return {
      scanner: plainScanner,
      scratch: async () => this.folder,
      stdin: openSync('/dev/null', 'r'),
      reject: () => {
        throw new Error('nothing was to be rejected')
      },
      warn: () => undefined,
      signal: new AbortController().signal,
      ...io,
    }
  }

  /** Opens a file and reads its cells with the engine. */
  async read(operand: string, options: Partial<ReadOptions> = {}, io: Partial<SourceIo> = {}): Promise<Read> {
    const rejects: Reject[] = []
    const warnings: string[] = []
    const source = await this.open(operand, options, {
      reject: (row) => rejects.push(row),
      warn: ({ code }) => warnings.push(code),
      ...io,
    })
    const engine = await (this.engine ??= openDuckdb({
      threads: 1,
      memoryLimit: undefined,
      spillFolder: join(this.folder, 'spill'),
    }))
    const relation = await openRelation(engine, source, { decimal: '.', missing: undefined })
    const cells = await engine.query(`select * from ${relation.name}`)
    return { source, rows: cells.map((row) => row.map((cell) => cell as string | null)), rejects, warnings }
  }

  /** The same for content. */
  async readText(content: string | Uint8Array, options: Partial<ReadOptions> = {}): Promise<Read> {
    return this.read(this.file(content), options)
  }

  async close(): Promise<void> {
    ;(await this.engine)?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
