import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareCodePoints } from '../../src/base/code-points.ts'
import { stopWords } from '../../src/learn/stop-words.ts'
import { TermCounter, tfidf, type TermOptions, type TfidfOptions } from '../../src/learn/tfidf.ts'
import { tokenizer } from '../../src/learn/tokens.ts'

interface Case {
  name: string
  texts: string[]
  options: {
    norm?: 'l1' | 'l2' | null
    sublinear_tf?: boolean
    smooth_idf?: boolean
    use_idf?: boolean
    ngram_range?: [number, number]
    stop_words?: 'english' | string[]
    min_df?: number
    max_df?: number
    max_features?: number
  }
  terms: string[]
  df: number[]
  idf: number[] | null
  mean: number[]
  rows: number[][]
}
const file = new URL('../reference/tfidf/answers.json', import.meta.url)
const { cases, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[]
  versions: { 'scikit-learn': string }
}

const plainTerms: TermOptions = { tokenize: tokenizer('none'), stopWords: new Set(), ngrams: [1, 1] }
const plain: TfidfOptions = {
  minDf: { count: 1 },
  maxDf: { share: 1 },
  maxFeatures: undefined,
  sublinear: false,
  norm: 'l2',
  idf: true,
  smooth: true,
}

function count(texts: readonly (string | null)[], options: Partial<TermOptions> = {}) {
  const counter = new TermCounter({ ...plainTerms, ...options })
  for (const text of texts) counter.add(text)
  return counter.finish()
}

/** scikit-learn takes a whole number for a count; in these cases 1.0 is written as 1 and means a share. */
function frequency(value: number): { count: number } | { share: number } {
  return value > 1 ? { count: value } : { share: value }
}

async function stopWordsOf(words: Case['options']['stop_words']): Promise<ReadonlySet<string>> {
  return words === 'english' ? stopWords('en') : new Set(words)
}

describe(`agrees with scikit-learn ${versions['scikit-learn']}`, () => {
  test.each(cases)('$name', async ({ texts, options, ...want }) => {
    const counts = count(texts, {
      stopWords: await stopWordsOf(options.stop_words),
      ngrams: options.ngram_range ?? [1, 1],
    })
    const got = tfidf(counts, {
      ...plain,
      ...(options.min_df === undefined ? {} : { minDf: frequency(options.min_df) }),
      ...(options.max_df === undefined ? {} : { maxDf: frequency(options.max_df) }),
      maxFeatures: options.max_features,
      sublinear: options.sublinear_tf ?? false,
      norm: options.norm === null ? 'none' : (options.norm ?? 'l2'),
      idf: options.use_idf ?? true,
      smooth: options.smooth_idf ?? true,
    })
    expect(got.terms).toEqual(want.terms)
    expect([...got.df]).toEqual(want.df)
    want.mean.forEach((value, term) => expect(got.mean[term]).toBeCloseTo(value, 12))
    want.idf?.forEach((value, term) => expect(got.idf[term]).toBeCloseTo(value, 12))
    want.rows.forEach((row, i) => {
      const dense = new Array<number>(want.terms.length).fill(0)
      for (let e = got.rows.start[i] as number; e < (got.rows.start[i + 1] as number); e++) {
        dense[got.rows.column[e] as number] = got.rows.value[e] as number
      }
      row.forEach((value, term) => expect(dense[term]).toBeCloseTo(value, 12))
    })
  })
})

test('a missing text is a text without a token, and counts as one', () => {
  const counts = count(['one two', null, '!', 'one'])
  expect(counts).toMatchObject({ documents: 4, emptyDocuments: 2, tokens: 3 })
  expect(tfidf(counts, plain).idf[0]).toBe(Math.log(5 / 3) + 1)
})

test('a text of stop words only is empty', () => {
  const counts = count(['the the', 'the end'], { stopWords: new Set(['the']) })
  expect(counts).toMatchObject({ emptyDocuments: 1, tokens: 1, terms: ['end'] })
})

test('where terms occur equally often, maxFeatures keeps the first by code point', () => {
  const got = tfidf(count(['dd cc bb aa', 'zz zz']), { ...plain, maxFeatures: 3 })
  expect(got.terms).toEqual(['aa', 'bb', 'zz'])
})

test('no term within the limits leaves everything empty', () => {
  const got = tfidf(count(['one', 'two']), { ...plain, minDf: { count: 2 } })
  expect(got.terms).toEqual([])
  expect([...got.rows.start]).toEqual([0, 0, 0])
})

test('terms are ordered by code point, not by UTF-16 unit', () => {
  const texts = ['\uff21', '\u{1f600}', '\ue000', 'a', '', 'ab', '\u{1f601}']
  expect(texts.sort(compareCodePoints)).toEqual(['', 'a', 'ab', '\ue000', '\uff21', '\u{1f600}', '\u{1f601}'])
})

const word = fc.constantFrom('aa', 'bb', 'cc', 'dd', 'ee', 'ff')
const collection = fc.array(
  fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  {
    minLength: 1,
    maxLength: 25,
  },
)

test('with l2 every row with a term has length 1, with l1 its weights sum to 1', () =>
  fc.assert(
    fc.property(collection, fc.constantFrom('l1', 'l2'), fc.boolean(), (texts, norm, sublinear) => {
      const { rows } = tfidf(count(texts), { ...plain, norm, sublinear })
      texts.forEach((text, i) => {
        const weights = [...rows.value.subarray(rows.start[i], rows.start[i + 1])]
        const length = weights.reduce((sum, weight) => sum + (norm === 'l2' ? weight ** 2 : weight), 0)
        expect(length).toBeCloseTo(text === '' ? 0 : 1, 12)
      })
    }),
  ))

test('shuffling the texts changes no term', () =>
  fc.assert(
    fc.property(collection, (texts) => {
      const before = tfidf(count(texts), plain)
      const after = tfidf(count([...texts].reverse()), plain)
      expect(after.terms).toEqual(before.terms)
      expect(after.df).toEqual(before.df)
      expect(after.idf).toEqual(before.idf)
      before.mean.forEach((value, term) => expect(after.mean[term]).toBeCloseTo(value, 12))
    }),
  ))

test('every text twice: the same mean weights without smoothing', () =>
  fc.assert(
    fc.property(collection, (texts) => {
      const options = { ...plain, smooth: false }
      const before = tfidf(count(texts), options)
      const after = tfidf(count([...texts, ...texts]), options)
      before.mean.forEach((value, term) => expect(after.mean[term]).toBeCloseTo(value, 12))
    }),
  ))

test('words of n-grams stand next to each other, stop words between them aside', () => {
  const { terms } = count(['price of the phone'], { stopWords: new Set(['of', 'the']), ngrams: [2, 2] })
  expect(terms).toEqual(['price phone'])
})
