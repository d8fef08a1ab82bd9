/** What `lode --help` and `lode --version` print: as fast as Node starts, with the registry alone (bin/overview.ts). */
import { VERSION } from '../base/version.ts'
import { registry } from './registry.ts'

export function versionText(): string {
  return `${VERSION}\n`
}

export function overviewHelp(): string {
  const widest = Math.max(...registry.map(({ name }) => name.length), 'run RECIPE [FILE…]'.length)
  const list = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([name, summary]) => `  ${name.padEnd(widest)}  ${summary}\n`).join('')
  return `lode: answers from customer CSV files, in one command.

Usage: lode <command> [FILE...] [options]
       lode <command> … then <command> …      one process, the rows of one into the next

Commands
${list(registry.map(({ name, summary }) => [name, summary]))}
${list([
  ['run RECIPE [FILE…]', 'Replay a command line that --save-recipe wrote, on other files'],
  ['help COMMAND', 'What a command takes, with examples; the same as COMMAND --help'],
  ['completion SHELL', 'Print a script that lets bash, zsh or fish complete command lines'],
])}
Reads CSV (delimiter, quotes, header and most encodings found out), .gz, .zst, Parquet, JSON and
NDJSON; standard input where no FILE is named. Rows go to standard output, notes to standard error.

Examples
  lode clean fixtures/crm.csv --drop-missing
  lode merge fixtures/customers.csv fixtures/orders.csv --on customer_id
  lode clean fixtures/crm.csv --drop-missing then merge fixtures/orders.csv --on customer_id then cluster -k 3

Exit codes: 0 done; 1 failed (data, files, memory); 2 the command line is at fault; 3 it ran, but a
rule that you set does not hold; 70 a bug of lode's own; 130 and 143 interrupted.
`
}
