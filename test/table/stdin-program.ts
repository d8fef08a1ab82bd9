/** For stdin.test.ts: opens what its argument names and prints what it found, as one line of JSON. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LodeError } from '../../src/base/errors.ts'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { openSource } from '../../src/table/source.ts'
import { USUAL } from './usual-options.ts'

const folder = mkdtempSync(join(tmpdir(), 'lode-stdin-'))
const abort = new AbortController()
process.on('SIGINT', () => abort.abort(new Error('interrupted')))
process.stderr.write('ready\n')
try {
  const { label, names, csv } = await openSource(process.argv[2] ?? '-', USUAL, {
    scanner: plainScanner,
    scratch: async () => folder,
    stdin: 0,
    reject: () => undefined,
    warn: () => undefined,
    signal: abort.signal,
  })
  process.stdout.write(JSON.stringify({ label, names, rows: csv?.rows }))
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  process.stdout.write(JSON.stringify(error instanceof LodeError ? { label: 'error', message } : { message }))
} finally {
  rmSync(folder, { recursive: true })
}
