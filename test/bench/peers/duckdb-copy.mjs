/**
 * DuckDB alone: drop the rows with a missing cell in one COPY, every column read as text.
 *
 *   node duckdb-copy.mjs IN OUT
 *   node duckdb-copy.mjs --version
 */
import { closeSync, openSync, readSync } from 'node:fs'
import duckdb from '@duckdb/node-bindings'

const [input, output] = process.argv.slice(2)
if (input === '--version') console.log(duckdb.library_version())
else await copy(input, output)

async function copy(from, to) {
  const names = header(from)
  const columns = names.map((name) => `${text(name)}: 'VARCHAR'`).join(', ')
  const complete = names.map((name) => `"${name}" is not null`).join(' and ')
  const connection = await duckdb.connect(await duckdb.open(':memory:'))
  await duckdb.query(
    connection,
    `copy (
       select * from read_csv(${text(from)}, auto_detect = false, header = true, delim = ',', quote = '"',
                              escape = '"', strict_mode = true, columns = {${columns}})
       where ${complete}
     ) to ${text(to)} (format csv, header)`,
  )
}

/** The names in the first line, which holds no quotes in the benchmark's files. */
function header(file) {
  const start = Buffer.alloc(4096)
  const descriptor = openSync(file, 'r')
  const length = readSync(descriptor, start)
  closeSync(descriptor)
  return start.toString('utf8', 0, length).split('\n', 1)[0].split(',')
}

function text(value) {
  return `'${value.replaceAll("'", "''")}'`
}
