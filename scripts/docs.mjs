/**
 * Writes docs/commands from the option data; with --check it only says whether the pages are up to date.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs', 'commands')
const check = process.argv.includes('--check')

const pages = await madePages()
const there = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : []
const stale = [
  ...[...pages].filter(([name, text]) => textOf(name) !== text).map(([name]) => name),
  ...there.filter((name) => !pages.has(name)),
]
if (check) {
  if (stale.length > 0) console.error(`docs/commands is not up to date (npm run docs): ${stale.join(', ')}`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync(folder, { recursive: true })
  for (const name of there) if (!pages.has(name)) rmSync(join(folder, name))
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  console.log(stale.length > 0 ? `wrote ${stale.join(', ')}` : 'docs/commands was up to date')
}

function textOf(name) {
  return there.includes(name) ? readFileSync(join(folder, name), 'utf8') : undefined
}

/** src/cli/docs.ts is TypeScript, which Node 20 does not run: bundled to a file that is imported and removed. */
async function madePages() {
  const bundle = join(root, 'node_modules', '.cache', `lode-docs-${process.pid}.mjs`)
  await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/docs.ts'],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['@duckdb/node-bindings*'],
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'error',
  })
  try {
    const { commandPages } = await import(pathToFileURL(bundle).href)
    return await commandPages()
  } finally {
    rmSync(bundle, { force: true })
  }
}
