import { expect, test } from 'vitest'
import { allAtOnce, stepByStep, type Steps } from '../../src/base/steps.ts'

function* countTo(n: number, seen: number[] = []): Steps<number> {
  for (let i = 1; i <= n; i++) {
    seen.push(i)
    yield
  }
  return n
}

test('all at once and step by step give the same result', async () => {
  expect(allAtOnce(countTo(5))).toBe(5)
  expect(await stepByStep(countTo(5), undefined)).toBe(5)
})

test('other work comes in between steps, and a signal ends them with its reason', async () => {
  const stop = new AbortController()
  const seen: number[] = []
  setTimeout(() => stop.abort(new Error('stopped')), 5)
  await expect(stepByStep(countTo(1e9, seen), stop.signal)).rejects.toThrow('stopped')
  expect(seen.length).toBeGreaterThan(1)
})
