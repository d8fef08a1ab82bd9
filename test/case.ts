/**
 * Whole-command cases: one folder each under test/cases/<command>/<what it shows>/.
 *
 * `cmd` is shell text. It runs in a copy of the folder, with `lode` on the PATH and $FIXTURES naming the folder of
 * fixtures (relative, so that what lode says of a file is the same on every machine). `expected.out`,
 * `expected.err` and `expected.exit` say what stdout, stderr and the exit code must be; a missing one stands for
 * nothing and 0. `expected/` holds the files that the command must write, and it must write no others. Every other
 * file of the folder is input.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative, resolve } from 'node:path'

export interface CaseResult {
  readonly exit: number
  readonly out: Buffer
  readonly err: Buffer
  /** What the command wrote, by path in its folder. */
  readonly files: ReadonlyMap<string, Buffer>
}

const CASES = join('test', 'cases')

/** The folders of all cases at or under a path, sorted; all there are when no path is given. */
export async function findCases(under = CASES): Promise<string[]> {
  if (!existsSync(under)) return []
  const entries = await readdir(under, { recursive: true })
  const folders = entries
    .filter((entry) => /(^|\/)cmd$/.test(entry))
    .map((entry) => join(under, dirname(entry)))
  return folders.sort()
}

/** What the folder says must happen. */
export async function expectedOf(folder: string): Promise<CaseResult> {
  const exit = await contents(join(folder, 'expected.exit'))
  return {
    exit: Number(exit.toString().trim()),
    out: await contents(join(folder, 'expected.out')),
    err: await contents(join(folder, 'expected.err')),
    files: await filesUnder(join(folder, 'expected')),
  }
}

/** Runs the command of a case and gives what happened. Leaves nothing behind. */
export async function runCase(folder: string): Promise<CaseResult> {
  const place = await mkdtemp(join(tmpdir(), 'lode-case-'))
  try {
    const work = join(place, 'work')
    await cp(folder, work, { recursive: true, filter: (path) => isInput(relative(folder, path)) })
    await symlink(resolve('fixtures'), join(place, 'fixtures'))
    await writeProgram(join(place, 'bin'))
    const before = await filesUnder(work)
    const command = await readFile(join(folder, 'cmd'), 'utf8')
    const ended = await run(command, work, join(place, 'bin'))
    const after = await filesUnder(work)
    const written = [...after].filter(([path, bytes]) => before.get(path)?.equals(bytes) !== true)
    return { ...ended, files: new Map(written) }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

/** Writes what happened as what must happen. */
export async function populate(folder: string): Promise<void> {
  const { exit, out, err, files } = await runCase(folder)
  for (const name of ['expected.out', 'expected.err', 'expected.exit', 'expected']) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
  if (out.length > 0) await writeFile(join(folder, 'expected.out'), out)
  if (err.length > 0) await writeFile(join(folder, 'expected.err'), err)
  if (exit !== 0) await writeFile(join(folder, 'expected.exit'), `${exit}\n`)
  for (const [path, bytes] of files) {
    const file = join(folder, 'expected', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
}

function isInput(path: string): boolean {
  return path !== 'cmd' && !/^expected(\.out|\.err|\.exit)?(\/|$)/.test(path)
}

/** A `lode` that starts the built program with the Node that runs the tests. */
async function writeProgram(folder: string): Promise<void> {
  const program = join(folder, 'lode')
  await mkdir(folder)
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist', 'lode.cjs')}" "$@"\n`)
  await chmod(program, 0o755)
}

/** The environment is fixed but for the time zone, which must not make a difference. */
function run(command: string, cwd: string, bin: string): Promise<Omit<CaseResult, 'files'>> {
  const { HOME, TMPDIR, TZ, PATH } = process.env
  const own = {
    PATH: `${bin}${delimiter}${PATH}`,
    FIXTURES: join('..', 'fixtures'),
    COLUMNS: '80',
    LC_ALL: 'C',
  }
  const handedOn = Object.entries({ HOME, TMPDIR, TZ }).filter(([, value]) => value !== undefined)
  return new Promise((done, fail) => {
    const child = spawn('bash', ['-c', command], {
      cwd,
      env: { ...Object.fromEntries(handedOn), ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    const err: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
    child.on('error', fail)
    child.on('close', (exit) => done({ exit: exit ?? -1, out: Buffer.concat(out), err: Buffer.concat(err) }))
  })
}

async function contents(file: string): Promise<Buffer> {
  return existsSync(file) ? readFile(file) : Buffer.alloc(0)
}

async function filesUnder(folder: string): Promise<Map<string, Buffer>> {
  if (!existsSync(folder)) return new Map()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(
      paths.sort().map(async (path) => [relative(folder, path), await readFile(path)] as const),
    ),
  )
}
