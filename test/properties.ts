/**
 * Where property tests take their cases from. Every check draws the same ones, so that it says the same each time
 * it runs on the same code; `npm run fuzz` (scripts/fuzz.mjs) is the hunt for new ones, from a seed of its own and
 * with many times the runs.
 *
 * A set-up file of vitest. It stands between the tests and fast-check instead of only configuring it, because the
 * number of runs that a test names itself outranks what is configured for all, and so that test files without
 * properties don't load fast-check.
 */
import type { IRawProperty, Parameters } from 'fast-check'
import { vi } from 'vitest'

vi.mock('fast-check', async (importOriginal) => {
  const original = await importOriginal<typeof import('fast-check')>()
  const seed = Number(process.env['LODE_FUZZ_SEED'] ?? 1)
  const times = Number(process.env['LODE_FUZZ_TIMES'] ?? 1)
  original.configureGlobal({ seed })

  /** `fc.assert`, with as many times the runs as asked for. */
  function assert<Ts>(property: IRawProperty<Ts>, parameters: Parameters<Ts> = {}): void | Promise<void> {
    const { numRuns = 100, ...others } = parameters
    return original.assert(property, { ...others, numRuns: numRuns * times })
  }
  return { ...original, default: { ...original.default, assert } }
})
