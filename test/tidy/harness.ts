/**
 * Runs one command on a text, as the program does, without a program around it.
 *
 * In:  the words after `lode clean`, and the text of the file.
 * Out: the rows as CSV, the report when asked for, and what was said and refused on the way.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paramsOf, parseSegment } from '../../src/cli/parse.ts'
import type { Command, Context, Reject } from '../../src/commands/command.ts'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { thisThread } from '../../src/kernels/pool.ts'
import type { Report, Warning } from '../../src/report/report.ts'
import { MISSING_TOKENS } from '../../src/table/cells.ts'
import { openDuckdb } from '../../src/table/duckdb/engine.ts'
import { openRelation } from '../../src/table/open.ts'
import { openSource } from '../../src/table/source.ts'
import { linesOf, type Relation } from '../../src/table/relation.ts'
import { writeLines } from '../../src/table/lines.ts'

export interface Ran {
  /** The rows without the header. */
  readonly csv: string
  readonly names: readonly string[]
  readonly cells: readonly (readonly (string | null)[])[]
  readonly report: Omit<Report, 'warnings'>
  readonly warnings: readonly Warning[]
  readonly notes: readonly string[]
  readonly rejects: readonly Reject[]
}

export async function runOn(
  command: Command,
  words: readonly string[],
  file: string | Uint8Array,
  more: {
    readonly files?: { readonly [name: string]: string }
    readonly threads?: number
    readonly extension?: string
    /** `rows`: leaves the report and the cells empty, for large tables. */
    readonly wants?: 'rows'
  } = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), 'lode-test-'))
  const engine = await openDuckdb({
    threads: more.threads ?? 2,
    memoryLimit: undefined,
    spillFolder: join(folder, 'spill'),
  })
  try {
    const path = join(folder, `in${more.extension ?? '.csv'}`)
    writeFileSync(path, file)
    const segment = parseSegment(command, ['in.csv', ...words])
    const { common } = segment
    const rejects: Reject[] = []
    const warnings: Warning[] = []
    const notes: string[] = []
    const source = await openSource(path, common, {
      scanner: plainScanner,
      scratch: () => Promise.resolve(folder),
      stdin: -1,
      reject: (row) => rejects.push(row),
      warn: (warning) => notes.push(warning.message),
      signal: new AbortController().signal,
    })
    const missing = common.na === 'pandas' ? MISSING_TOKENS : common.na
    const opened = await openRelation(
      engine,
      { ...source, label: 'in.csv' },
      { decimal: common.decimal, missing },
    )
    const out = join(folder, 'out.csv')
    engine.seal([path, source.path, out])
    const context: Context = {
      options: segment.options,
      params: paramsOf(segment),
      inputs: [opened],
      columns: common.columns,
      exclude: common.exclude,
      seed: common.seed,
      engine,
      pool: thisThread,
      wants: { rows: true, report: true },
      note: (message) => notes.push(message),
      warn: (warning) => warnings.push(warning),
      readFile: (name) => Promise.resolve(Buffer.from(more.files?.[name] ?? '')),
      reject: (row) => rejects.push(row),
    }
    const outcome = await command.run(context)
    const { rows } = outcome
    const list = rows.columns.map((_, i) => `c${i}`).join(', ')
    const written = await engine.copy(`select ${list} from ${rows.name}`, out, {
      kind: 'csv',
      delimiter: ',',
    })
    const csv = readFileSync(out, 'utf8')
    await requireSameLines(rows, csv)
    const small = more.wants !== 'rows'
    const cells = small ? await engine.query(`select ${list} from ${rows.name}`) : []
    const keys = small ? await engine.query(`select k from ${rows.keyed} order by k`) : []
    if (keys.length !== cells.length) throw new Error('the rows with k are not the rows without')
    return {
      csv,
      names: rows.columns.map(({ name }) => name),
      cells: cells as (string | null)[][],
      report: await outcome.report({ rows: written }),
      warnings,
      notes,
      rejects,
    }
  } finally {
    engine.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Rows that can be written as the lines of their file have to be the engine's, byte for byte. */
export async function requireSameLines(rows: Relation, csv: string): Promise<void> {
  const lines = linesOf(rows)
  if (lines === undefined) return
  const texts: Buffer[] = []
  await writeLines(lines, ',', (text) => Promise.resolve(void texts.push(Buffer.from(text))))
  const written = Buffer.concat(texts).toString()
  if (written !== csv) throw new Error(`written as lines:\n${written}\nby the engine:\n${csv}`)
}
