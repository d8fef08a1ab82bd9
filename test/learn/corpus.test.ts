import { afterAll, describe, expect, test } from 'vitest'
import { packTexts } from '../../src/base/packed-texts.ts'
import { stepByStep, type Runner } from '../../src/base/steps.ts'
import { thisThread, ThreadPool } from '../../src/kernels/pool.ts'
import { Corpus, corpusSteps, joinedRows, type TermRules } from '../../src/learn/corpus.ts'
import { textsOfTerms } from '../../src/learn/keywords.ts'
import type { TfidfOptions } from '../../src/learn/tfidf.ts'
import { truncatedSvdSteps } from '../../src/learn/truncated-svd.ts'
import { tokensOfTexts, type TokenRules } from '../../src/learn/tokens.ts'
import { plain, plainTerms } from './plain-terms.ts'

const pool = new ThreadPool(3, { patienceMs: 0 })
afterAll(() => pool.close())

/** Enough for several partial sums of weights. */
const texts = Array.from(
  { length: 70_000 },
  (_, i) => `Word${i % 97} word${(i * 31) % 1009} W${i % 5} Straße ${i % 3}`,
)
const rules: TermRules = {
  ...plainTerms,
  stopWords: new Set(['w1']),
  ngrams: { from: 1, to: 2, shortWords: false },
}
const options: TfidfOptions = { ...plain, sublinear: true }
const runs: TokenRules = { kind: 'runs', least: 2 }

/** @param size texts of a block */
async function weighed(runner: Runner, size: number) {
  const jobs = Array.from({ length: Math.ceil(texts.length / size) }, (_, i) =>
    packTexts(texts.slice(i * size, (i + 1) * size)),
  )
  const corpus = new Corpus()
  for (const block of await runner.run(tokensOfTexts, runs, jobs)) corpus.add(block)
  const got = await stepByStep(corpusSteps(corpus, rules, options, true), undefined, runner)
  const { rows, nodes, name, mean, df, idf, total } = got
  return { names: Array.from(nodes, (_, term) => name(term)), mean, df, idf, total, rows: joinedRows(rows) }
}

describe('the same bits', async () => {
  const want = await weighed(thisThread, 5000)
  test('on several threads', async () => expect(await weighed(pool, 5000)).toEqual(want))
  test('from blocks of another size', async () => expect(await weighed(thisThread, 1777)).toEqual(want))
  test('of dimensions, on several threads and from other blocks', async () => {
    // Three terms a text of some 300, in as many texts as make several parts.
    const made = (from: number, to: number) => {
      const rows = Array.from({ length: to - from }, (_, i) => from + i)
      return {
        start: Int32Array.from({ length: rows.length + 1 }, (_, i) => 3 * i),
        column: Int32Array.from(rows.flatMap((i) => [i % 97, 97 + ((i * 31) % 101), 198 + ((i * i) % 103)])),
        value: Float64Array.from(rows.flatMap((i) => [1 / (1 + (i % 7)), 0.3, 0.1 * (i % 5)])),
      }
    }
    const steps = () => truncatedSvdSteps([made(0, 70_000)], 301, 3)
    const alone = await stepByStep(steps(), undefined, thisThread)
    expect(await stepByStep(steps(), undefined, pool)).toEqual(alone)
    const blocks = [made(0, 10_000), made(10_000, 33_333), made(33_333, 70_000)]
    expect(await stepByStep(truncatedSvdSteps(blocks, 301, 3), undefined, pool)).toEqual(alone)
  })
  test('with and without the weights of each text', async () => {
    const corpus = new Corpus()
    corpus.add(tokensOfTexts.run(runs, packTexts(texts)))
    const got = await stepByStep(corpusSteps(corpus, rules, options, false), undefined)
    expect(got.mean).toEqual(want.mean)
    expect(got.rows).toEqual([])
  })
})

test('the texts in which a term weighs most, the first of equal ones first', () => {
  const rows = {
    start: Int32Array.of(0, 1, 2, 4, 5),
    column: Int32Array.of(0, 0, 0, 1, 0),
    value: Float64Array.of(0.5, 0.9, 0.9, 1, 0.1),
  }
  expect(textsOfTerms([rows], [0, 1], 2)).toEqual([[1, 2], [2]])
  expect(textsOfTerms([rows], [0], 0)).toEqual([[]])
})
