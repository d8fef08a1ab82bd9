import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** [the file that imports, what it says] */
type Case = readonly [file: string, line: string]

const refused: readonly Case[] = [
  ['bin/lode.ts', `import { run } from '../src/commands/clean.ts'`],
  ['bin/lode.ts', `import { count } from '../src/base/wording.ts'`],
  ['bin/worker.ts', `import { kmeans } from '../src/learn/kmeans.ts'`],
  ['src/cli/host.ts', `import { kmeans } from '../learn/kmeans.ts'`],
  ['src/cli/host.ts', `import { scale } from '../shape/scale.ts'`],
  ['src/cli/host.ts', `import { plan } from '../tidy/clean.ts'`],
  ['src/commands/clean.ts', `import { host } from '../cli/host.ts'`],
  ['src/commands/clean.ts', `import { Sink } from '../write/sink.ts'`],
  ['src/commands/clean.ts', `import { openDuckdb } from '../table/duckdb/engine.ts'`],
  ['src/commands/clean.ts', `import type { DuckdbEngine } from '../table/duckdb/engine.ts'`],
  ['src/commands/clean.ts', `import { wasmScanner } from '../kernels/wasm-scan.ts'`],
  ['src/table/open.ts', `import { kmeans } from '../learn/kmeans.ts'`],
  ['src/table/open.ts', `import type { Report } from '../report/report.ts'`],
  ['src/table/open.ts', `import binding from '@duckdb/node-bindings'`],
  ['src/table/duckdb/engine.ts', `import { wasmScanner } from '../../kernels/wasm-scan.ts'`],
  ['src/tidy/clean.ts', `import { project } from '../table/relation.ts'`],
  ['src/tidy/clean.ts', `import type { SourceFile } from '../table/source.ts'`],
  ['src/tidy/clean.ts', `import type { DuckdbEngine } from '../table/duckdb/engine.ts'`],
  ['src/shape/scale.ts', `import type { Relation } from '../table/relation.ts'`],
  ['src/shape/scale.ts', `import { kmeans } from '../learn/kmeans.ts'`],
  ['src/learn/kmeans.ts', `import { scale } from '../shape/scale.ts'`],
  ['src/learn/kmeans.ts', `import type { Engine } from '../table/engine.ts'`],
  ['src/report/cluster.ts', `import { kmeans } from '../learn/kmeans.ts'`],
  ['src/report/cluster.ts', `import type { Relation } from '../table/relation.ts'`],
  ['src/report/cluster.ts', `import { reportText } from '../write/text.ts'`],
  ['src/write/text.ts', `import { clusterReport } from '../report/cluster.ts'`],
  ['src/write/text.ts', `import type { Clusters } from '../learn/kmeans.ts'`],
  ['src/kernels/pool.ts', `import { kmeans } from '../learn/kmeans.ts'`],
  ['src/base/matrix.ts', `import type { Report } from '../report/report.ts'`],
  ['src/base/matrix.ts', `import { readFileSync } from 'node:fs'`],
  ['src/base/matrix.ts', `import chalk from 'chalk'`],
  ['src/index.ts', `import { clean } from './commands/clean.ts'`],
  ['src/index.ts', `import { openRelation } from './table/open.ts'`],
  // In each way that a module can be entered.
  ['src/learn/kmeans.ts', `export { scale } from '../shape/scale.ts'`],
  ['src/learn/kmeans.ts', `export * from '../shape/scale.ts'`],
  ['src/learn/kmeans.ts', `export const later = import('../shape/scale.ts')`],
  ['src/learn/kmeans.ts', `export type Scale = typeof import('../shape/scale.ts')`],
  ['src/learn/kmeans.ts', `import '../shape/scale.ts'`],
  ['src/tidy/clean.ts', `import { type Relation, project } from '../table/relation.ts'`],
  ['src/tidy/clean.ts', `export * from '../table/engine.ts'`],
  ['src/tidy/clean.ts', `export const later = import('../table/engine.ts')`],
  ['src/learn/kmeans.ts', `import { maker } from '../../fixtures/maker.ts'`],
]

const allowed: readonly Case[] = [
  ['bin/lode.ts', `import { main } from '../src/cli/main.ts'`],
  ['bin/worker.ts', `import { tasks } from '../src/learn/tasks.ts'`],
  ['src/cli/host.ts', `import { openDuckdb } from '../table/duckdb/engine.ts'`],
  ['src/cli/host.ts', `export const later = import('../commands/clean.ts')`],
  ['src/commands/cluster.ts', `import { kmeans } from '../learn/kmeans.ts'`],
  ['src/commands/cluster.ts', `import type { Kernels } from '../kernels/kernels.ts'`],
  ['src/commands/cluster.ts', `import { clusterReport } from '../report/cluster.ts'`],
  ['src/table/open.ts', `import { wasmScanner } from '../kernels/wasm-scan.ts'`],
  ['src/table/duckdb/engine.ts', `import type { Engine } from '../engine.ts'`],
  ['src/table/duckdb/engine.ts', `import type { Connection } from '@duckdb/node-bindings'`],
  ['src/tidy/clean.ts', `import type { Dialect } from '../table/engine.ts'`],
  ['src/tidy/clean.ts', `import { type Relation } from '../table/relation.ts'`],
  ['src/shape/scale.ts', `import { matrix } from '../base/matrix.ts'`],
  ['src/learn/kmeans.ts', `import { type Kernels, plain } from '../kernels/kernels.ts'`],
  ['src/report/cluster.ts', `import type { Clusters } from '../learn/kmeans.ts'`],
  ['src/report/cluster.ts', `import { count } from '../base/wording.ts'`],
  ['src/write/text.ts', `import type { Report } from '../report/report.ts'`],
  ['src/kernels/pool.ts', `import { matrix } from '../base/matrix.ts'`],
  ['src/base/matrix.ts', `import { ShapeError } from './errors.ts'`],
  ['src/index.ts', `export { kmeans } from './learn/kmeans.ts'`],
  ['test/learn/kmeans.test.ts', `import { kmeans } from '../../src/learn/kmeans.ts'`],
]

/** A folder laid out like the project, in which each case is a file of its own beside the one it speaks of. */
const folder = mkdtempSync(join(tmpdir(), 'lode-imports-'))
const places = [...refused, ...allowed].map(([file, line], i) => {
  const place = file.replace(/\.ts$/, `-${i}.ts`)
  return { place: file === 'src/index.ts' ? `${i}/${file}` : place, line }
})
let reported: ReadonlySet<string>

beforeAll(() => {
  reported = new Set([
    ...lint(folder, (place) => !/^\d/.test(place)),
    ...places.filter(({ place }) => /^\d/.test(place)).flatMap(({ place }) => lintIndex(place)),
  ])
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The places that the rule reports, of those that `wanted` names. */
function lint(cwd: string, wanted: (place: string) => boolean): string[] {
  for (const { place, line } of places.filter(({ place: name }) => wanted(name))) {
    mkdirSync(dirname(join(cwd, place)), { recursive: true })
    writeFileSync(join(cwd, place), `${line}\n`)
  }
  return filesReported(cwd)
}

/** src/index.ts is a room by its name, so each of its cases is a folder of its own. */
function lintIndex(place: string): string[] {
  const cwd = join(folder, 'index', place.split('/')[0] as string)
  mkdirSync(join(cwd, 'src'), { recursive: true })
  writeFileSync(join(cwd, 'src', 'index.ts'), `${places.find((one) => one.place === place)?.line}\n`)
  return filesReported(cwd).length > 0 ? [place] : []
}

function filesReported(cwd: string): string[] {
  const oxlint = resolve('node_modules/oxlint/bin/oxlint')
  const words = ['--config', resolve('.oxlintrc.json'), '--format', 'json', '--no-ignore', '.']
  let out: string
  try {
    out = execFileSync(process.execPath, [oxlint, ...words], { cwd, encoding: 'utf8' })
  } catch (error) {
    out = (error as { stdout: string }).stdout // other rules refuse these files too: nothing they import is there
  }
  const { diagnostics } = JSON.parse(out) as { diagnostics: { code?: string; filename: string }[] }
  return diagnostics.filter(({ code }) => code === 'lode(rooms)').map(({ filename }) => filename)
}

describe('the linter refuses', () => {
  test.each(refused.map(([file, line], i) => [line, file, i] as const))('%s in %s', (_line, _file, i) => {
    expect(reported).toContain(places[i]?.place)
  })
})

describe('the linter allows', () => {
  test.each(allowed.map(([file, line], i) => [line, file, i] as const))('%s in %s', (_line, _file, i) => {
    expect(reported).not.toContain(places[refused.length + i]?.place)
  })
})
