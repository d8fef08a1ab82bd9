/**
 * `npm run fuzz -- [--seed N] [--times N] [FILE…]` looks for cases that break a property: the property tests, or
 * those of the FILEs, from a random seed and with 20 times the runs of a check. A failure shows its smallest
 * counterexample; the same seed and times meet it again. A run takes as long as it takes: nothing is timed out.
 */
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

await import('./setup.mjs')
const root = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string' }, times: { type: 'string', default: '20' } },
  allowPositionals: true,
})
const seed = wholeNumber('seed', values.seed ?? String(randomInt(1e9)))
const times = wholeNumber('times', values.times)
const files = positionals.length > 0 ? positionals : filesWithProperties()

process.stdout.write(
  `seed ${seed}, ${times} times the runs: npm run fuzz -- --seed ${seed} --times ${times}\n`,
)
const { status } = spawnSync(
  process.execPath,
  [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--testTimeout=0', ...files],
  {
    cwd: root,
    env: { ...process.env, LODE_FUZZ_SEED: String(seed), LODE_FUZZ_TIMES: String(times) },
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1

function filesWithProperties() {
  return readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file, 'utf8').includes("from 'fast-check'"))
    .map((file) => relative(root, file))
}

function wholeNumber(name, text) {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text)
  process.stderr.write(`--${name} must be a whole number of at most nine digits; got ${text}\n`)
  process.exit(2)
}
