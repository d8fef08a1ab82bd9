/**
 * A stand to run a command on: an engine, tables made by hand or from a file, and a context that keeps what was said.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Command, Context, Outcome } from '../../src/commands/command.ts'
import type { OptionSpecs, OptionValues } from '../../src/commands/option.ts'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { thisThread } from '../../src/kernels/pool.ts'
import type { Warning } from '../../src/report/report.ts'
import { openDuckdb, type DuckdbEngine } from '../../src/table/duckdb/engine.ts'
import { openRelation } from '../../src/table/open.ts'
import { columnNames, type Relation } from '../../src/table/relation.ts'
import { openSource, type ReadOptions, type SourceIo } from '../../src/table/source.ts'
import { requireSameLines } from '../tidy/harness.ts'

export interface Asked<S extends OptionSpecs> {
  readonly options?: Partial<OptionValues<S>>
  readonly columns?: string
  readonly exclude?: string
  readonly seed?: number
}

export interface Ran {
  readonly outcome: Outcome
  readonly warnings: readonly Warning[]
  /** Cells of the rows, by row. */
  rows(): Promise<(string | null)[][]>
}

export class Stand {
  #folder = ''
  #engine: DuckdbEngine | undefined

  get engine(): DuckdbEngine {
    if (this.#engine === undefined) throw new Error('the stand is not open yet')
    return this.#engine
  }

  async open(): Promise<void> {
    this.#folder = mkdtempSync(join(tmpdir(), 'lode-stand-'))
    this.#engine = await openDuckdb({
      threads: 1,
      memoryLimit: undefined,
      spillFolder: join(this.#folder, 'spill'),
    })
  }

  close(): void {
    this.#engine?.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** @param rows texts by row; null is an empty cell. Row i stands in line i + 2 of `made.csv`. */
  async table(names: readonly string[], rows: readonly (readonly (string | null)[])[]): Promise<Relation> {
    const { dialect } = this.engine
    const cell = (text: string | null) => (text === null ? 'cast(null as varchar)' : dialect.literal(text))
    const values = rows.map((row, k) => `(${[`cast(${k} as bigint)`, ...row.map(cell)].join(', ')})`)
    const columns = columnNames(names.length)
    const select =
      rows.length > 0
        ? `select * from (values ${values.join(', ')}) as made(k, ${columns.join(', ')})`
        : `select cast(0 as bigint) as k, ${columns.map((name) => `'' as ${name}`).join(', ')} where false`
    const keyed = await this.engine.table(select)
    return {
      name: await this.engine.view(`select ${columns.join(', ')} from ${keyed}`),
      keyed,
      columns: names.map((name) => ({ name, type: 'text' })),
      rows: rows.length,
      files: ['made.csv'],
      rejected: 0,
      rules: { decimal: '.', missing: undefined },
      lineOf: async (k) => k + 2,
    }
  }

  /**
   * The rows of a file, as the program opens it.
   *
   * @param missing texts that stand for a missing value everywhere
   */
  async file(path: string, missing?: readonly string[], more: Partial<ReadOptions> = {}): Promise<Relation> {
    const io: SourceIo = {
      scanner: plainScanner,
      scratch: async () => this.#folder,
      stdin: -1,
      reject: () => {},
      warn: () => {},
      signal: new AbortController().signal,
    }
    const options: ReadOptions = {
      delimiter: undefined,
      quote: undefined,
      header: true,
      decimal: '.',
      encoding: undefined,
      ragged: 'error',
      ...more,
    }
    return openRelation(this.engine, await openSource(path, options, io), { decimal: '.', missing })
  }

  /** @param named the tables that options name, by their keys */
  async run<S extends OptionSpecs>(
    command: Command<S>,
    input: Relation,
    asked: Asked<S> = {},
    named: { readonly [option: string]: Relation } = {},
  ): Promise<Ran> {
    return this.#run(command, { inputs: [input], named }, asked)
  }

  /** On a file of lines, which need no finding out about: UTF-8, not packed. */
  async runLines<S extends OptionSpecs>(
    command: Command<S>,
    path: string,
    asked: Asked<S> = {},
  ): Promise<Ran> {
    const lines = [{ label: basename(path), path, delimiter: undefined, quote: '"' }]
    return this.#run(command, { inputs: [], lines }, asked)
  }

  async #run<S extends OptionSpecs>(
    command: Command<S>,
    files: Pick<Context, 'inputs' | 'lines' | 'named'>,
    asked: Asked<S>,
  ): Promise<Ran> {
    const warnings: Warning[] = []
    const fallbacks = Object.entries(command.options).map(([key, spec]) => [key, spec.fallback])
    const options = { ...Object.fromEntries(fallbacks), ...asked.options } as OptionValues<S>
    const context: Context<S> = {
      options,
      params: {},
      ...files,
      columns: asked.columns,
      exclude: asked.exclude,
      seed: asked.seed ?? 42,
      engine: this.engine,
      pool: thisThread,
      wants: { rows: true, report: true },
      note: () => {},
      warn: (warning) => void warnings.push(warning),
      readFile: (path) => readFile(path),
      reject: () => {},
    }
    const outcome = await command.run(context)
    const { engine } = this
    const csv = join(this.#folder, 'rows.csv')
    return {
      outcome,
      warnings,
      async rows() {
        const cells = await engine.query(`select * from ${outcome.rows.name}`)
        const list = columnNames(outcome.rows.columns.length).join(', ')
        await engine.copy(`select ${list} from ${outcome.rows.name}`, csv, {
          kind: 'csv',
          delimiter: ',',
        })
        await requireSameLines(outcome.rows, await readFile(csv, 'utf8'))
        return cells as (string | null)[][]
      },
    }
  }
}

/** A stand for the tests of one file. */
export function stand(): Stand {
  const made = new Stand()
  beforeAll(() => made.open())
  afterAll(() => made.close())
  return made
}
