/**
 * The machine and the programs on it: what the figures were measured with.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { arch, cpus, platform, totalmem } from 'node:os'
import path from 'node:path'
import type { Program } from './jobs.ts'

/** What each program says of itself; one that is not here was not found. */
export type Versions = ReadonlyMap<Program, string>

/** LODE_PYTHON, else the one of the project, else the one on the path. */
export function findPython(root: string): string {
  const own = path.join(root, '.peers', 'bin', 'python')
  return process.env['LODE_PYTHON'] ?? (existsSync(own) ? own : 'python3')
}

export function findPrograms(root: string, python: string): Versions {
  const versions = new Map<Program, string>([['node', process.version]])
  const pandas = 'import pandas, platform; print(pandas.__version__, "on Python", platform.python_version())'
  const statsmodels = 'import statsmodels; print(statsmodels.__version__)'
  const duckdb = path.join(root, 'test', 'bench', 'peers', 'duckdb-copy.mjs')
  const tries: readonly (readonly [Program, string, readonly string[]])[] = [
    ['pandas', python, ['-c', pandas]],
    ['mlxtend', python, ['-c', 'import mlxtend; print(mlxtend.__version__)']],
    ['pyfim', python, ['-c', 'import fim, importlib.metadata as m; print(m.version("pyfim"))']],
    ['statsmodels', python, ['-c', statsmodels]],
    ['Miller', 'mlr', ['--version']],
    ['DuckDB', process.execPath, [duckdb, '--version']],
  ]
  for (const [program, command, args] of tries) {
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' })
    if (status === 0) versions.set(program, stdout.trim().replace(/^mlr /, ''))
  }
  return versions
}

/** One line a fact. */
export function describeMachine(root: string, versions: Versions): string[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = Math.round(totalmem() / 2 ** 30)
  const programs: readonly Program[] = ['pandas', 'mlxtend', 'pyfim', 'statsmodels', 'Miller', 'DuckDB']
  return [
    `Machine: ${cpus().length} × ${model}, ${memory} GB, ${platform()} ${arch()}, Node ${process.version}`,
    `lode: commit ${commit(root)}`,
    ...programs.map((program) => `${program}: ${versions.get(program) ?? 'not found'}`),
  ]
}

function commit(root: string): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'bin') !== ''
    return git('rev-parse', '--short', 'HEAD') + (changed ? ' and changes that are not committed' : '')
  } catch {
    return 'unknown'
  }
}
