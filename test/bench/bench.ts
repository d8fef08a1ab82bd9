/**
 * Times whole commands against what a user would run otherwise, in one run on one machine.
 *
 * In:  the jobs (jobs.ts), the made data (.bench/, written when it is not there or its maker has changed).
 * Out: a table of medians and ratios on stdout; the raw times as JSON with `--json`; the table in
 *      docs/benchmarks.md with `--write`.
 *
 * Exit 1 when a program fails or a result differs, and then nothing is written to the document: a fast wrong
 * answer is a failure. A ratio that is not reached is shown and does not change the exit code.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { writeTable } from '../../fixtures/files.ts'
import { large } from '../../fixtures/maker.ts'
import type { TableName } from '../../fixtures/maker.ts'
import { accuracies, accuracyTable } from './accuracy.ts'
import { JOBS } from './jobs.ts'
import type { Job, Site } from './jobs.ts'
import { describeMachine, findPrograms, findPython } from './machine.ts'
import { nistLines } from './nist.ts'
import { runJob } from './rounds.ts'
import type { JobResult } from './rounds.ts'
import { lines, markdown, writeAccuracy, writeDocs } from './table.ts'

/** Not a job that is timed: how right forecasts are. */
const ACCURACY = 'forecast-accuracy'

/** What is no job: it has no times. */
const NIST = 'nist'

const USAGE = `npm run bench -- [options]
  --runs N       timed runs of each program (5)
  --only NAMES   of ${[...JOBS.map((job) => job.name), NIST, ACCURACY].join(', ')}
  --rows N       rows of the large files (1000000)
  --json FILE    every time of every run
  --write        puts the table in docs/benchmarks.md
Python comes from LODE_PYTHON, else .peers/bin/python, else python3.`

/** Where public files lie, beside the project. */
const PUBLIC = path.join('..', 'shared', 'data')

/** The file itself; of a .gz a copy without packing, made once, as no rival is to be timed unpacking. */
function unpackedFile(root: string, file: string): string {
  const source = path.join(root, PUBLIC, file)
  if (!file.endsWith('.gz')) return source
  const target = path.join(root, '.bench', path.basename(file, '.gz'))
  if (!existsSync(target)) {
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(`${target}.part`, gunzipSync(readFileSync(source)))
    renameSync(`${target}.part`, target)
  }
  return target
}

interface Settings {
  readonly runs: number
  readonly rows: number
  readonly jobs: readonly Job[]
  /** Whether right digits on NIST's sets are asked for. */
  readonly nist: boolean
  readonly accuracy: boolean
  readonly json: string | undefined
  readonly write: boolean
}

/** @param root the project's folder @returns the exit code */
export async function bench(root: string, argv: readonly string[]): Promise<number> {
  const settings = parse(argv)
  if (settings === undefined) return 2
  const program = path.join(root, 'dist', 'lode.cjs')
  if (!existsSync(program)) {
    console.error('bench: dist/lode.cjs is not there; make it with `npm run build`')
    return 1
  }
  const python = findPython(root)
  const versions = findPrograms(root, python)
  const facts = [...describeMachine(root, versions), medians(settings.runs)]
  console.log(`${facts.join('\n')}\n`)

  const results: JobResult[] = []
  for (const job of settings.jobs) {
    const absent = job.publicFiles?.find((file) => !existsSync(path.join(root, PUBLIC, file)))
    if (absent !== undefined) {
      console.log(`${job.name}: skipped, as ${path.join(PUBLIC, absent)} is not there`)
      continue
    }
    const rows = job.size === 'large' ? settings.rows : job.size
    const folder = path.join(root, '.bench', `rows-${rows}`)
    makeData(root, folder, job.tables, rows)
    const site: Site = {
      node: process.execPath,
      python,
      miller: 'mlr',
      lode: program,
      peers: path.join(root, 'test', 'bench', 'peers'),
      data: (table) => path.join(folder, `${table}.csv`),
      publicFile: (file) => unpackedFile(root, file),
    }
    const result = await runJob(job, rows, site, versions, settings.runs, path.join(root, '.bench', 'out'))
    results.push(result)
    console.log(lines(result))
  }
  if (settings.json !== undefined) {
    writeFileSync(settings.json, `${JSON.stringify({ facts, runs: settings.runs, results }, null, 2)}\n`)
  }
  if (settings.nist) {
    const peers = path.join(root, 'test', 'bench', 'peers')
    console.log(nistLines(root, { node: process.execPath, lode: program, python, peers }).join('\n'))
  }
  if (results.length > 0) console.log(`\n${await markdown(facts, results)}`)
  if (settings.accuracy) await measureAccuracy(root, settings.write)
  if (results.length === 0) return 0
  return conclude(root, settings, facts, results)
}

async function measureAccuracy(root: string, write: boolean): Promise<void> {
  const found = accuracies(root)
  if (found === undefined) {
    console.log(`${ACCURACY}: skipped, as ../shared/data has no M1 and M4 series`)
    return
  }
  const table = accuracyTable(found)
  console.log(`\n${table}`)
  if (write) await writeAccuracy(path.join(root, 'docs', 'benchmarks.md'), table)
}

async function conclude(
  root: string,
  settings: Settings,
  facts: readonly string[],
  results: readonly JobResult[],
): Promise<number> {
  const troubles = results.flatMap(({ name, trouble, comparisons }) => [
    ...(trouble === undefined ? [] : [`${name}: lode: ${trouble}`]),
    ...comparisons.flatMap(({ rival, trouble: why }) =>
      why === undefined ? [] : [`${name}: ${rival}: ${why}`],
    ),
  ])
  for (const text of troubles) console.error(text)
  if (troubles.length > 0) {
    if (settings.write) console.error('bench: docs/benchmarks.md stays as it was')
    return 1
  }
  if (settings.write) await writeDocs(path.join(root, 'docs', 'benchmarks.md'), facts, results)
  return 0
}

function medians(runs: number): string {
  const most = Math.max(...JOBS.map((job) => job.repeat ?? 1))
  return `Medians of ${runs} runs, of ${runs * most} where a command takes milliseconds`
}

function parse(argv: readonly string[]): Settings | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        runs: { type: 'string', default: '5' },
        rows: { type: 'string', default: '1000000' },
        only: { type: 'string' },
        json: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    })
    const names = values.only?.split(',')
    const besides = new Set([NIST, ACCURACY])
    const unknown = names?.find((name) => !besides.has(name) && !JOBS.some((job) => job.name === name))
    if (unknown !== undefined) throw new Error(`there is no job "${unknown}"`)
    return {
      runs: count('--runs', values.runs),
      rows: count('--rows', values.rows),
      jobs: names === undefined ? JOBS : JOBS.filter((job) => names.includes(job.name)),
      nist: names === undefined || names.includes(NIST),
      accuracy: names === undefined || names.includes(ACCURACY),
      json: values.json,
      write: values.write,
    }
  } catch (error) {
    console.error(`bench: ${(error as Error).message}\n\n${USAGE}`)
    return undefined
  }
}

function count(option: string, text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new Error(`${option} must be a whole number above 0; got ${text}`)
  }
  return number
}

/** Writes the tables that are not there, or were made by another version of the maker. */
function makeData(root: string, folder: string, tables: readonly TableName[], rows: number): void {
  const maker = makerHash(root)
  for (const table of tables) {
    const stamp = path.join(folder, `${table}.made-by`)
    const file = path.join(folder, `${table}.csv`)
    if (existsSync(file) && existsSync(stamp) && readFileSync(stamp, 'utf8') === maker) continue
    const { bytes } = writeTable(folder, table, large(rows))
    writeFileSync(stamp, maker)
    console.error(`made ${file}: ${rows.toLocaleString('en')} rows, ${bytes.toLocaleString('en')} bytes`)
  }
}

function makerHash(root: string): string {
  const hash = createHash('sha256')
  const folder = path.join(root, 'fixtures')
  for (const name of readdirSync(folder).toSorted()) {
    if (name.endsWith('.ts')) hash.update(readFileSync(path.join(folder, name)))
  }
  return hash.digest('hex')
}
