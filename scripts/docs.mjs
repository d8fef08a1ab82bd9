/**
 * Writes docs/commands from the option data, and the README's screenful from what the program prints; with --check
 * it only says whether they are up to date.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'docs', 'commands')
const check = process.argv.includes('--check')

/** What the README shows, as it is typed there. */
const SHOWN = [
  'clean fixtures/crm.csv --drop-missing',
  'then merge fixtures/orders.csv --on customer_id',
  'then cluster -k 3 --columns age,income,frequency -f table',
]
const readme = join(root, 'README.md')

const pages = await madePages()
const there = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : []
const stale = [
  ...[...pages].filter(([name, text]) => textOf(name) !== text).map(([name]) => name),
  ...there.filter((name) => !pages.has(name)),
]
const shown = withScreen(readFileSync(readme, 'utf8'))
if (shown !== readFileSync(readme, 'utf8')) stale.push('README.md')
if (check) {
  if (stale.length > 0) console.error(`not up to date (npm run docs): ${stale.join(', ')}`)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  mkdirSync(folder, { recursive: true })
  for (const name of there) if (!pages.has(name)) rmSync(join(folder, name))
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  writeFileSync(readme, shown)
  console.log(stale.length > 0 ? `wrote ${stale.join(', ')}` : 'all was up to date')
}

/** The README with the screenful between its two marks made anew. */
function withScreen(text) {
  const env = { ...process.env, COLUMNS: '80', NO_COLOR: '1' }
  const words = SHOWN.join(' ').split(' ')
  const screen = execFileSync(process.execPath, [join(root, 'dist', 'lode.cjs'), ...words], {
    cwd: root,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const block = ['```', `$ lode ${SHOWN.join(' \\\n    ')}`, screen.trimEnd(), '```'].join('\n')
  return text.replace(/(<!-- screen[^>]*-->)[^]*(<!-- \/screen -->)/, `$1\n\n${block}\n\n$2`)
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
