import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareCodePoints } from '../../src/base/code-points.ts'
import { joinedRows, weighTexts, type TermRules } from '../../src/learn/corpus.ts'
import { stemmer } from '../../src/learn/stems.ts'
import { stopWords } from '../../src/learn/stop-words.ts'
import type { TfidfOptions } from '../../src/learn/tfidf.ts'
import type { TokenRules } from '../../src/learn/tokens.ts'
import { plain, plainTerms } from './plain-terms.ts'

interface Case {
  name: string
  texts: string[]
  options: {
    norm?: 'l1' | 'l2' | null
    sublinear_tf?: boolean
    binary?: boolean
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

const words: TokenRules = { kind: 'runs', least: 2 }

interface Asked {
  readonly tokens?: TokenRules
  readonly rules?: Partial<TermRules>
  readonly options?: Partial<TfidfOptions>
}

/** The terms in words, and the rows of all blocks as one. */
function weigh(texts: readonly (string | null)[], { tokens = words, rules = {}, options = {} }: Asked = {}) {
  const got = weighTexts(texts, tokens, { ...plainTerms, ...rules }, { ...plain, ...options })
  return { ...got, names: Array.from(got.nodes, (_, term) => got.name(term)), rows: joinedRows(got.rows) }
}

/** scikit-learn takes a whole number for a count; in these cases 1.0 is written as 1 and means a share. */
function frequency(value: number): { count: number } | { share: number } {
  return value > 1 ? { count: value } : { share: value }
}

async function stopWordsOf(list: Case['options']['stop_words']): Promise<ReadonlySet<string>> {
  return list === 'english' ? stopWords('en') : new Set(list)
}

describe(`agrees with scikit-learn ${versions['scikit-learn']}`, () => {
  test.each(cases)('$name', async ({ texts, options, ...want }) => {
    const [from, to] = options.ngram_range ?? [1, 1]
    const got = weigh(texts, {
      rules: { stopWords: await stopWordsOf(options.stop_words), ngrams: { from, to, shortWords: false } },
      options: {
        ...(options.min_df === undefined ? {} : { minDf: frequency(options.min_df) }),
        ...(options.max_df === undefined ? {} : { maxDf: frequency(options.max_df) }),
        maxFeatures: options.max_features,
        sublinear: options.sublinear_tf ?? false,
        binary: options.binary ?? false,
        norm: options.norm === null ? 'none' : (options.norm ?? 'l2'),
        idf: options.use_idf ?? true,
        smooth: options.smooth_idf ?? true,
      },
    })
    expect(got.names).toEqual(want.terms)
    expect([...got.df]).toEqual(want.df)
    want.mean.forEach((value, term) => near(got.mean[term], value))
    want.idf?.forEach((value, term) => near(got.idf[term], value))
    want.rows.forEach((row, i) => {
      const dense = new Array<number>(want.terms.length).fill(0)
      for (let e = got.rows.start[i] as number; e < (got.rows.start[i + 1] as number); e++) {
        dense[got.rows.column[e] as number] = got.rows.value[e] as number
      }
      row.forEach((value, term) => near(dense[term], value))
    })
  })
})

/** Within 1e-12 of the peer's. */
function near(got: number | undefined, want: number): void {
  expect(Math.abs((got as number) - want)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(want)))
}

interface OddCase {
  texts: string[]
  options: {
    analyzer: 'word' | 'char' | 'char_wb'
    ngram_range: [number, number]
    min_df?: number
    max_df?: number
    sublinear_tf?: boolean
    binary?: boolean
    smooth_idf?: boolean
    norm?: 'l1' | null
    token_pattern?: string
  }
  terms: string[]
  idf: number[]
  start: number[]
  column: number[]
  value: number[]
}
const odd = JSON.parse(
  readFileSync(new URL('../reference/odd-texts/answers.json', import.meta.url), 'utf8'),
) as { cases: OddCase[]; versions: { 'scikit-learn': string } }

describe(`agrees with scikit-learn ${odd.versions['scikit-learn']} on odd Unicode`, () => {
  test.each(odd.cases.map((one, i) => ({ ...one, i })))('collection $i', ({ texts, options, ...want }) => {
    const { analyzer } = options
    const [from, to] = options.ngram_range
    const got = weigh(texts, {
      tokens:
        analyzer === 'word'
          ? { kind: 'runs', least: options.token_pattern === undefined ? 2 : 1 }
          : { kind: analyzer },
      rules: {
        joint: analyzer === 'word' ? ' ' : '',
        ngrams: { from, to, shortWords: analyzer === 'char_wb' },
      },
      options: {
        ...(options.min_df === undefined ? {} : { minDf: { count: options.min_df } }),
        ...(options.max_df === undefined ? {} : { maxDf: { share: options.max_df } }),
        sublinear: options.sublinear_tf ?? false,
        binary: options.binary ?? false,
        smooth: options.smooth_idf ?? true,
        norm: options.norm === null ? 'none' : (options.norm ?? 'l2'),
      },
    })
    expect(got.names).toEqual(want.terms)
    expect([...got.rows.start]).toEqual(want.start)
    expect([...got.rows.column]).toEqual(want.column)
    want.idf.forEach((value, term) => near(got.idf[term], value))
    want.value.forEach((value, e) => near(got.rows.value[e], value))
  })
})

test('a missing text is a text without a token, and counts as one', () => {
  const { terms, idf } = weigh(['one two', null, '!', 'one'])
  expect(terms).toMatchObject({ texts: 4, emptyTexts: 2, tokens: 3 })
  expect(idf[0]).toBe(Math.log(5 / 3) + 1)
})

test('a text of stop words only is empty', () => {
  const got = weigh(['the the', 'the end'], { rules: { stopWords: new Set(['the']) } })
  expect(got.terms).toMatchObject({ emptyTexts: 1, tokens: 1 })
  expect(got.names).toEqual(['end'])
  expect(got.stopped).toEqual({ tokens: 3, leading: ['the'] })
})

test('with binary counts maxFeatures keeps the terms of the most texts', () => {
  const texts = ['aa aa aa aa', 'bb', 'bb']
  expect(weigh(texts, { options: { maxFeatures: 1, binary: true } }).names).toEqual(['bb'])
  expect(weigh(texts, { options: { maxFeatures: 1 } }).names).toEqual(['aa'])
})

test('where terms occur equally often, maxFeatures keeps the first by code point', () => {
  expect(weigh(['dd cc bb aa', 'zz zz'], { options: { maxFeatures: 3 } }).names).toEqual(['aa', 'bb', 'zz'])
})

test('no term within the limits leaves everything empty', () => {
  const got = weigh(['one', 'two'], { options: { minDf: { count: 2 } } })
  expect(got.names).toEqual([])
  expect([...got.rows.start]).toEqual([0, 0, 0])
})

test('terms are ordered by code point, not by UTF-16 unit', () => {
  const rules = { joint: '' }
  const { names } = weigh(['\u{1f600}\ue000\uff21'], { tokens: { kind: 'char' }, rules })
  expect(names).toEqual(['\ue000', '\uff41', '\u{1f600}'])
})

test('a stemmed term counts all words of its stem', async () => {
  const { names, df } = weigh(['orders ordered', 'ordering'], { rules: { stem: await stemmer('en') } })
  expect(names).toEqual(['order'])
  expect([...df]).toEqual([2])
})

test('words of a text of 60 different terms come in the order of the vocabulary', () => {
  const many = Array.from({ length: 60 }, (_, i) => `w${(i * 37) % 60}x`)
  const { rows, names } = weigh([many.join(' '), many[3] as string])
  expect([...rows.column.subarray(0, 60)]).toEqual(Array.from({ length: 60 }, (_, i) => i))
  expect(names).toEqual([...many].sort())
})

const word = fc.constantFrom('aa', 'bb', 'cc', 'dd', 'ee', 'ff')
const collection = fc.array(
  fc.array(word, { maxLength: 12 }).map((some) => some.join(' ')),
  {
    minLength: 1,
    maxLength: 25,
  },
)

test('with l2 every row with a term has length 1, with l1 its weights sum to 1', () =>
  fc.assert(
    fc.property(collection, fc.constantFrom('l1', 'l2'), fc.boolean(), (texts, norm, sublinear) => {
      const { rows } = weigh(texts, { options: { norm, sublinear } })
      texts.forEach((text, i) => {
        const weights = [...rows.value.subarray(rows.start[i], rows.start[i + 1])]
        const length = weights.reduce((sum, weight) => sum + (norm === 'l2' ? weight ** 2 : weight), 0)
        expect(length).toBeCloseTo(text === '' ? 0 : 1, 12)
      })
    }),
  ))

test('turning the texts around turns the rows around and changes no term', () =>
  fc.assert(
    fc.property(collection, (texts) => {
      const before = weigh(texts)
      const after = weigh([...texts].reverse())
      expect(after.names).toEqual(before.names)
      expect(after.df).toEqual(before.df)
      expect(after.idf).toEqual(before.idf)
      before.mean.forEach((value, term) => expect(after.mean[term]).toBeCloseTo(value, 12))
      texts.forEach((_, i) => {
        const other = texts.length - 1 - i
        const row = (rows: typeof before.rows, at: number) => [
          rows.column.slice(rows.start[at], rows.start[at + 1]),
          rows.value.slice(rows.start[at], rows.start[at + 1]),
        ]
        expect(row(after.rows, other)).toEqual(row(before.rows, i))
      })
    }),
  ))

test('every text twice: the same mean weights without smoothing, and so the same ranks', () =>
  fc.assert(
    fc.property(collection, (texts) => {
      const options = { smooth: false }
      const before = weigh(texts, { options })
      const after = weigh([...texts, ...texts], { options })
      before.mean.forEach((value, term) => expect(after.mean[term]).toBeCloseTo(value, 12))
    }),
  ))

test('words of n-grams stand next to each other, stop words between them aside', () => {
  const rules = { stopWords: new Set(['of', 'the']), ngrams: { from: 2, to: 2, shortWords: false } }
  expect(weigh(['price of the phone'], { rules }).names).toEqual(['price phone'])
})

test('n-grams are ordered as their texts are', () =>
  fc.assert(
    fc.property(
      collection,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 2 }),
      (texts, from, more) => {
        const { names } = weigh(texts, { rules: { ngrams: { from, to: from + more, shortWords: false } } })
        expect(names).toEqual([...names].sort(compareCodePoints))
      },
    ),
  ))
