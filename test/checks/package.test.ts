import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { VERSION } from '../../src/base/version.ts'

interface Packed {
  readonly files: readonly { readonly path: string; readonly mode: number }[]
}

let files: Packed['files']

beforeAll(() => {
  // The build that `npm test` and `npm run check` begin with; packing must not make another one here.
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error']
  const packed = JSON.parse(execFileSync('npm', words, { encoding: 'utf8' })) as Packed[]
  files = packed[0]?.files ?? []
})

test('the package holds the program, its kernels, types, docs, README and licence, and nothing else', () => {
  const kinds = [
    /^dist\/[^/]+\.(cjs|js|wasm|cache)$/,
    /^dist\/types\/.+\.d\.ts$/,
    /^docs\/([^/]+\/)*[^/]+\.md$/,
    /^(README\.md|LICENSE|package\.json)$/,
  ]
  const others = files.map(({ path }) => path).filter((path) => !kinds.some((kind) => kind.test(path)))
  expect(others).toEqual([])
})

test('the package holds what it needs to run', () => {
  const paths = files.map(({ path }) => path)
  expect(paths).toEqual(
    expect.arrayContaining([
      'dist/lode.cjs',
      'dist/overview.cjs',
      'dist/program.cjs',
      'dist/snowball-stemmers.cjs',
      'dist/worker.cjs',
      'dist/scan.wasm',
      'dist/index.js',
      'dist/types/index.d.ts',
      'README.md',
      'LICENSE',
    ]),
  )
})

test('the program can be started as it is', () => {
  expect(files.find(({ path }) => path === 'dist/lode.cjs')?.mode).toBe(0o755)
})

test('nothing has to be installed with the package but the bindings of DuckDB', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object }
  expect(Object.keys(dependencies)).toEqual(['@duckdb/node-bindings'])
})

test('lode --version and the package say the same', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  expect(VERSION).toBe(version)
})
