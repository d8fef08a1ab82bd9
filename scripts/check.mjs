/**
 * `npm run check`: everything that has to hold before a change goes in. CI runs this and nothing else.
 *
 * Set-up, then what can be said without running lode (types, lint with the import rules, format, dead code,
 * docs up to date), then the tests. A step that fails shows its output and the others run all the same, so that
 * one run tells everything. The last line counts the steps and the tests: `N passed, N failed`, with
 * `, N skipped` where tests were. Exit code 1 when anything failed.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const env = { ...process.env, PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH }

const counts = { passed: 0, failed: 0, skipped: 0 }

step('set-up', 'node scripts/setup.mjs')
step('types', scripts.types)
step('lint', scripts.lint)
step('format', scripts['format:check'])
step('dead code', scripts.dead)
step('docs up to date', `${scripts.docs} --check`)
runTests()

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''
process.exitCode = counts.failed > 0 ? 1 : 0
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`)

/** Runs a command line; its output is shown only when it fails. */
function step(name, command) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: root,
    env,
    shell: true,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  })
  const ok = status === 0
  counts[ok ? 'passed' : 'failed']++
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`)
  if (!ok) process.stdout.write(`${command}\n${stdout}${stderr}\n`)
}

/** Runs the tests, with their output shown as it comes, and counts each of them. */
function runTests() {
  process.stdout.write('\ntests\n')
  const folder = mkdtempSync(join(tmpdir(), 'lode-check-'))
  const results = join(folder, 'results.json')
  try {
    const { status } = spawnSync(
      `${scripts.test} --reporter=default --reporter=json --outputFile="${results}"`,
      {
        cwd: root,
        env,
        shell: true,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    countTests(results, status)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Adds up vitest's JSON results. A test file that could not be loaded has no tests to count and is one failure;
 * so is a run that fails with no test to blame, or leaves no results.
 */
function countTests(results, status) {
  const before = counts.failed
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(results, 'utf8'),
    )
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    )
    counts.passed += numPassedTests
    counts.failed += numFailedTests + broken.length
    counts.skipped += numPendingTests + numTodoTests
  } catch (error) {
    process.stdout.write(`the tests left no results: ${error.message}\n`)
  }
  if (status !== 0 && counts.failed === before) counts.failed++
}
