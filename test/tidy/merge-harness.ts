/**
 * Merges texts as the program merges files, on one engine for all tests of a file.
 *
 * In:  the words after `lode merge`, and the text of each file, called a.csv, b.csv, …
 * Out: names and cells of the rows, the report, and what was said on the way.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { paramsOf, parseSegment } from '../../src/cli/parse.ts'
import type { Command, Context } from '../../src/commands/command.ts'
import { merge } from '../../src/commands/merge.ts'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { thisThread } from '../../src/kernels/pool.ts'
import type { Report, Warning } from '../../src/report/report.ts'
import { MISSING_TOKENS } from '../../src/table/cells.ts'
import { openDuckdb, type DuckdbEngine } from '../../src/table/duckdb/engine.ts'
import { openRelation } from '../../src/table/open.ts'
import { linesOf, type Relation } from '../../src/table/relation.ts'
import { openSource } from '../../src/table/source.ts'
import { requireSameLines } from './harness.ts'

export type Rows = readonly (readonly (string | null)[])[]

export interface Merged {
  readonly names: readonly string[]
  readonly cells: Rows
  readonly report: Omit<Report, 'warnings'>
  readonly warnings: readonly Warning[]
  readonly notes: readonly string[]
  /** Rows of the files of their own, by file name. */
  readonly extras: { readonly [file: string]: Rows }
}

const command: Command = merge

export class Merger {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lode-merge-'))
  #engine: DuckdbEngine | undefined
  #files = 0

  async open(threads: number): Promise<void> {
    this.#engine = await openDuckdb({
      threads,
      memoryLimit: undefined,
      spillFolder: join(this.#folder, 'spill'),
    })
  }

  close(): void {
    this.#engine?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get engine(): DuckdbEngine {
    if (this.#engine === undefined) throw new Error('the engine is not open yet')
    return this.#engine
  }

  async run(words: readonly string[], texts: readonly string[], { report = true } = {}): Promise<Merged> {
    const labels = texts.map((_, i) => `${String.fromCharCode(97 + i)}.csv`)
    const segment = parseSegment(command, [...labels, ...words])
    const { common } = segment
    const missing = common.na === 'pandas' ? MISSING_TOKENS : common.na
    const inputs: Relation[] = []
    for (const [i, text] of texts.entries()) {
      const path = join(this.#folder, `${this.#files++}.csv`)
      writeFileSync(path, text)
      const source = await openSource(path, common, {
        scanner: plainScanner,
        scratch: () => Promise.resolve(this.#folder),
        stdin: -1,
        reject: () => {},
        warn: () => {},
        signal: new AbortController().signal,
      })
      const rules = { decimal: common.decimal, missing }
      inputs.push(await openRelation(this.engine, { ...source, label: labels[i] as string }, rules))
    }
    const warnings: Warning[] = []
    const notes: string[] = []
    const context: Context = {
      options: segment.options,
      params: paramsOf(segment),
      inputs,
      columns: common.columns,
      exclude: common.exclude,
      seed: common.seed,
      engine: this.engine,
      pool: thisThread,
      wants: { rows: true, report, delimiter: report ? undefined : ',' },
      note: (message) => notes.push(message),
      warn: (warning) => warnings.push(warning),
      readFile: () => Promise.reject(new Error('merge reads no other file')),
      reject: () => {},
    }
    const { rows, extras = [], report: reported } = await command.run(context)
    const cells = await this.#cells(rows)
    if (linesOf(rows) !== undefined) await requireSameLines(rows, await this.#csv(rows))
    if (rows.rows !== undefined && rows.rows !== cells.length) {
      throw new Error(`${cells.length} rows where ${rows.rows} were said to be`)
    }
    const written: Record<string, Rows> = {}
    for (const extra of extras) written[extra.file] = await this.#cells(extra.rows)
    return {
      names: rows.columns.map(({ name }) => name),
      cells,
      report: report ? await reported({ rows: cells.length }) : NO_REPORT,
      warnings,
      notes,
      extras: written,
    }
  }

  async #csv({ name, columns }: Relation): Promise<string> {
    const path = join(this.#folder, `${this.#files++}.csv`)
    const list = columns.map((_, i) => `c${i}`).join(', ')
    await this.engine.copy(`select ${list} from ${name}`, path, { kind: 'csv', delimiter: ',' })
    return readFileSync(path, 'utf8')
  }

  /** The rows as they are written; those with `k` have to be the same in the order of `k`. */
  async #cells({ name, keyed, columns }: Relation): Promise<Rows> {
    const list = columns.map((_, i) => `c${i}`).join(', ')
    const cells = (await this.engine.query(`select ${list} from ${name}`)) as (string | null)[][]
    const byKey = await this.engine.query(`select ${list} from ${keyed} order by k`)
    if (JSON.stringify(byKey) !== JSON.stringify(cells)) {
      throw new Error('the rows with k are not the rows without')
    }
    return cells
  }
}

const NO_REPORT: Merged['report'] = {
  command: 'merge',
  input: { files: [], rows: 0, columns: 0, rows_used: 0, columns_used: [], dropped: {} },
  params: {},
  result: {},
  view: [],
}

/** A merger for the tests of one file. */
export function merger(threads = 2): Merger {
  const made = new Merger()
  beforeAll(() => made.open(threads))
  afterAll(() => {
    made.close()
  })
  return made
}
