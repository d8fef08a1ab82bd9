/**
 * Writes the project's data: the small files in fixtures/, or large ones elsewhere. What is in them, and how
 * they stay the same bytes everywhere, stands in fixtures/maker.ts.
 *
 *   node scripts/fixtures.mjs                                           rewrites fixtures/*.csv
 *   node scripts/fixtures.mjs --out DIR --rows N [--only customers,orders] [--seed N]
 */
import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { importTypeScript, root } from './typescript.mjs'

const { TABLES, SMALL, isTable, large, make } = await importTypeScript('fixtures/maker.ts')

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    rows: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
  },
})

if (values.out === undefined) {
  for (const [table, options] of Object.entries(SMALL)) write(path.join(root, 'fixtures'), table, options)
} else {
  const rows = wholeNumber('--rows', values.rows)
  const options = values.seed === undefined ? large(rows) : large(rows, wholeNumber('--seed', values.seed))
  const tables = values.only?.split(',') ?? Object.keys(TABLES)
  for (const table of tables) {
    if (!isTable(table)) fail(`there is no table "${table}"; there are ${Object.keys(TABLES).join(', ')}`)
  }
  mkdirSync(values.out, { recursive: true })
  for (const table of tables) write(values.out, table, options)
}

/** The file appears whole or not at all. */
function write(folder, table, options) {
  const file = path.join(folder, `${table}.csv`)
  const staged = `${file}.part`
  const out = openSync(staged, 'w')
  let bytes = 0
  make(table, options, (block) => {
    for (let at = 0; at < block.length;) at += writeSync(out, block, at)
    bytes += block.length
  })
  closeSync(out)
  renameSync(staged, file)
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
