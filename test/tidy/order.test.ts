/** Rows come out in the order they came in, also where the engine works on several parts of the file at once. */
import { expect, test } from 'vitest'
import { clean } from '../../src/commands/clean.ts'
import { runOn } from './harness.ts'

const ROWS = 400_000
const filler = 'x'.repeat(40)
const csv = `k,n,t\n${Array.from({ length: ROWS }, (_, i) => `${i},${i % 9 === 0 ? 'NA' : i % 100},${filler}`).join('\n')}\n`

const WORDS = [
  // `in` with many values was a join to the engine, and a join gives its rows in any order.
  ['--where', "t not in ('a', 'b', 'c', 'd', 'e', 'f')"],
  ['--drop-missing'],
  ['--number', 'n'],
  ['--fill', 'n=mean', '--by', 't'],
  ['--dedupe', 'k', '--keep', 'last'],
]

test.each(WORDS.map((words) => [words.join(' '), words] as const))('%s keeps the order', async (_, words) => {
  const { csv: out } = await runOn(clean, words, csv, { threads: 4, wants: 'rows' })
  const keys = out
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.slice(0, line.indexOf(','))))
  expect(keys.findIndex((key, i) => i > 0 && key < (keys[i - 1] as number))).toBe(-1)
  expect(keys.length).toBe(words[0] === '--drop-missing' ? ROWS - Math.ceil(ROWS / 9) : ROWS)
})
