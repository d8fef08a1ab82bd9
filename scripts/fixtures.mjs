/**
 * Writes the project's data: the small files in fixtures/, or large ones elsewhere. What is in them, and how
 * they stay the same bytes everywhere, stands in fixtures/maker.ts.
 *
 *   node scripts/fixtures.mjs                                           rewrites fixtures/*.csv
 *   node scripts/fixtures.mjs --out DIR --rows N [--only customers,orders] [--seed N]
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { importTypeScript, root } from './typescript.mjs'

const { TABLES, SMALL, isTable, large } = await importTypeScript('fixtures/maker.ts')
const { writeTable } = await importTypeScript('fixtures/files.ts')

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    rows: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
})
if (values.help) {
  console.log('node scripts/fixtures.mjs                     rewrites fixtures/*.csv')
  console.log('node scripts/fixtures.mjs --out DIR --rows N [--only customers,orders] [--seed N]')
  process.exit()
}

if (values.out === undefined) {
  for (const [table, options] of Object.entries(SMALL)) write(path.join(root, 'fixtures'), table, options)
} else {
  const rows = wholeNumber('--rows', values.rows)
  const options = values.seed === undefined ? large(rows) : large(rows, wholeNumber('--seed', values.seed))
  const tables = values.only?.split(',') ?? Object.keys(TABLES)
  for (const table of tables) {
    if (!isTable(table)) fail(`there is no table "${table}"; there are ${Object.keys(TABLES).join(', ')}`)
  }
  for (const table of tables) write(values.out, table, options)
}

function write(folder, table, options) {
  const { file, bytes } = writeTable(folder, table, options)
  console.error(`${file}: ${options.rows.toLocaleString('en')} rows, ${bytes.toLocaleString('en')} bytes`)
}

function wholeNumber(option, text) {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 0) fail(`${option} must be a whole number; got ${text}`)
  return number
}

function fail(message) {
  console.error(`fixtures: ${message}`)
  process.exit(2)
}
