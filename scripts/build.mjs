/**
 * Builds dist/: what the published package runs.
 *
 * In:  bin/lode.ts (the program), bin/worker.ts (its worker threads), src/index.ts (the library face), the kernels.
 * Out: lode.cjs, which starts program.cjs with the compiled code kept in program.cache, or overview.cjs; worker.cjs; index.js with its
 *      types; the kernels as *.wasm.
 *
 * The program is one CommonJS file and not a set of ES modules: Node reads, links and compiles it in half the
 * time, and its compiled code can be kept (--help: 1.05 times an empty `node -e 0`, as ES modules 1.2 times). What
 * a command does not call for is in the file but never runs. Everything but DuckDB's native bindings is bundled.
 * Nothing is minified, so that the stack of a bug can be read.
 *
 * dist/ is made in a folder beside the old one and then takes its place: a build that fails leaves the old one,
 * and a program that starts meanwhile sees one or the other, never half.
 */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const started = new Date()
const fresh = join(root, 'node_modules', '.cache', `lode-build-${process.pid}`)
const dist = join(root, 'dist')

/** Large data that few runs call for: a file of its own beside the program, which so stays quick to read. */
const APART = { 'snowball-stemmers': 'snowball-stemmers.cjs' }

const apart = {
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^snowball-stemmers$/ }, ({ kind, path }) =>
      kind === 'entry-point' ? undefined : { path: `./${APART[path]}`, external: true },
    )
  },
}

/** commander can run other programs as subcommands, and lode has none: child_process brings all of the network with it. */
const withoutPrograms = {
  name: 'without-programs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes(join('node_modules', 'commander')) ? { path: 'none', namespace: 'none' } : undefined,
    )
    onLoad({ filter: /^none$/, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
  },
}

/** The overview names the commands and runs none of them. */
const withoutCommands = {
  name: 'without-commands',
  setup({ onResolve }) {
    onResolve({ filter: /\/commands\// }, ({ path }) => ({ path, external: true }))
  },
}

rmSync(fresh, { recursive: true, force: true })
mkdirSync(fresh, { recursive: true })
try {
  await bundle()
  for (const name of ['program.cjs', 'worker.cjs']) toAscii(join(fresh, name))
  makeStart()
  const { buildKernels } = await import('./build-kernels.mjs')
  await buildKernels(fresh)
  keepCode()
  writeTypes()
  // setup.mjs compares this time with the sources': what was saved while the build ran counts as newer.
  utimesSync(join(fresh, 'lode.cjs'), started, started)
  replace()
} catch (error) {
  // esbuild has shown its errors with file and line; the stack of the build says nothing more.
  if (error.errors === undefined) throw error
  process.exitCode = 1
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

async function bundle() {
  const both = {
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    external: ['@duckdb/node-bindings*'],
    legalComments: 'none',
    logLevel: 'warning',
  }
  await build({
    ...both,
    entryPoints: {
      program: 'bin/lode.ts',
      worker: 'bin/worker.ts',
      'snowball-stemmers': 'snowball-stemmers',
    },
    outdir: fresh,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [apart, withoutPrograms],
    // What is imported lazily from Node itself is required lazily: the loader of ES modules is never started.
    supported: { 'dynamic-import': false },
    // An ES module's own address, for what lies beside it.
    define: { 'import.meta.url': '__address' },
    banner: { js: "const __address=require('node:url').pathToFileURL(__filename).href;" },
  })
  await build({
    ...both,
    entryPoints: { overview: 'bin/overview.ts' },
    outdir: fresh,
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    plugins: [withoutCommands],
  })
  await build({
    ...both,
    entryPoints: { index: 'src/index.ts' },
    outdir: fresh,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    // What is bundled from CommonJS calls require(), which an ES module has to make for itself.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  })
}

/**
 * Writes what esbuild leaves beyond ASCII, in regular expressions and comments, as escapes, which mean the same there: a
 * script of ASCII is read as Latin-1 and held in one byte a character, which spares every start some 7 ms.
 */
function toAscii(file) {
  const escape = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/[^\0-\x7f]/g, escape))
}

/** npm links the file itself as `lode`, so it has to say what runs it. */
function makeStart() {
  const start = readFileSync(join(root, 'bin', 'start.cjs'), 'utf8')
  const program = join(fresh, 'lode.cjs')
  writeFileSync(program, `#!/usr/bin/env node\n${start}`)
  chmodSync(program, 0o755)
}

/** The code that a usual run compiles. Without it lode starts all the same, only slower. */
function keepCode() {
  const words = ['clean', join('fixtures', 'crm.csv'), '--drop-missing', '-q', '-o', join(fresh, 'crm.csv')]
  execFileSync(process.execPath, [join(root, 'scripts', 'keep-code.cjs'), fresh, ...words], { cwd: root })
  rmSync(join(fresh, 'crm.csv'))
}

/** The .d.ts files of everything that src/index.ts reaches, under dist/types. */
function writeTypes() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = [
    '--ignoreConfig',
    '--declaration',
    '--emitDeclarationOnly',
    '--outDir',
    join(fresh, 'types'),
  ]
  const like = ['--target', 'es2023', '--module', 'nodenext', '--types', 'node', '--strict', '--skipLibCheck']
  const files = ['--allowImportingTsExtensions', '--rootDir', 'src', 'src/index.ts']
  execFileSync(process.execPath, [tsc, ...options, ...like, ...files], { cwd: root, stdio: 'inherit' })
}

/** Puts the fresh folder where dist/ is. */
function replace() {
  const old = `${fresh}-old`
  if (existsSync(dist)) renameSync(dist, old)
  renameSync(fresh, dist)
  rmSync(old, { recursive: true, force: true })
}
