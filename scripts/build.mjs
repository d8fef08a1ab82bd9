/**
 * Builds dist/: what the published package runs.
 *
 * In:  bin/lode.ts (the program), src/index.ts (the library face), the kernels (WASM).
 * Out: dist/lode.js, dist/index.js with its types, and beside them the chunks that they share. A command is
 *      imported lazily, so it stays a chunk of its own and `--help` loads none of them.
 *
 * Everything but DuckDB's native bindings is bundled: unbundled, importing its JavaScript alone takes 130 ms,
 * bundled 35 ms. Nothing is minified, so that the stack of a bug can be read.
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

/** Name in dist/ of each file that is started or imported by its own name. */
const entries = { lode: 'bin/lode.ts', index: 'src/index.ts' }

rmSync(fresh, { recursive: true, force: true })
mkdirSync(fresh, { recursive: true })
try {
  await bundle()
  makeExecutable(join(fresh, 'lode.js'))
  const { buildKernels } = await import('./build-kernels.mjs')
  await buildKernels(fresh)
  writeTypes()
  // setup.mjs compares this time with the sources': what was saved while the build ran counts as newer.
  utimesSync(join(fresh, 'lode.js'), started, started)
  replace()
} catch (error) {
  // esbuild has shown its errors with file and line; the stack of the build says nothing more.
  if (error.errors === undefined) throw error
  process.exitCode = 1
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

async function bundle() {
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: fresh,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@duckdb/node-bindings*'],
    // Chunks lie flat beside the entries, so that `new URL('./scan.wasm', import.meta.url)` finds its file.
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    // What is bundled from CommonJS calls require(), which an ES module has to make for itself.
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
}

/** npm links the file itself as `lode`, so it has to say what runs it. */
function makeExecutable(program) {
  writeFileSync(program, `#!/usr/bin/env node\n${readFileSync(program, 'utf8')}`)
  chmodSync(program, 0o755)
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
