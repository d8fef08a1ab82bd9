import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allAtOnce } from '../../src/base/steps.ts'
import { alikeSteps } from '../../src/learn/alike.ts'
import { weighTexts } from '../../src/learn/corpus.ts'
import { termsOfGroups } from '../../src/learn/group-terms.ts'
import { symmetricEigen } from '../../src/learn/symmetric-eigen.ts'
import type { TfidfOptions } from '../../src/learn/tfidf.ts'
import { truncatedSvd } from '../../src/learn/truncated-svd.ts'
import { plain, plainTerms } from './plain-terms.ts'

interface Case {
  texts: string[]
  groups: string[]
  singular: number[]
  explained: number[]
  /** Of the first texts. */
  scores: number[][]
  terms: string[]
  group_scores: number[][]
  alike: Doubles['alike']
}
interface Doubles {
  texts: string[]
  alike: { same: { texts: number; groups: number }; near: { texts: number; groups: number } }
}
const file = new URL('../reference/text-dimensions/answers.json', import.meta.url)
const { cases, doubles, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[]
  doubles: Doubles[]
  versions: { 'scikit-learn': string }
}

const weighed = (texts: readonly string[], options: Partial<TfidfOptions> = {}) =>
  weighTexts(texts, { kind: 'runs', least: 2 }, plainTerms, { ...plain, ...options })

describe(`agrees with scikit-learn ${versions['scikit-learn']} and all pairs`, () => {
  test.each(cases.map((one, i) => ({ ...one, i })))('collection $i', (want) => {
    const got = weighed(want.texts)
    const k = want.singular.length
    const svd = truncatedSvd(got.rows, got.nodes.length, k)
    const near = (value: number | undefined, other: number) =>
      expect(Math.abs((value as number) - other)).toBeLessThanOrEqual(1e-9 * (want.singular[0] as number))
    want.singular.forEach((value, c) => near(svd.singular[c], value))
    want.explained.forEach((value, c) => near(svd.explained[c], value))
    want.scores.forEach((row, i) => row.forEach((value, c) => near(svd.scores[i * k + c], value)))
    expect(allAtOnce(alikeSteps(got.rows, got.df))).toMatchObject(want.alike)
  })

  test.each(cases.map((one, i) => ({ ...one, i })))('groups of collection $i', (want) => {
    const got = weighed(want.texts, { norm: 'none', idf: false })
    expect(Array.from(got.nodes, (_, term) => got.name(term))).toEqual(want.terms)
    const codes = Int32Array.from(want.groups, Number)
    const groups = termsOfGroups(got.rows, codes, 5, got.nodes.length)
    want.group_scores.forEach((scores, g) => {
      const own = groups[g]
      const dense = new Float64Array(scores.length)
      own?.terms.forEach((term, i) => (dense[term] = own.score[i] as number))
      scores.forEach((value, term) => expect(Math.abs((dense[term] as number) - value)).toBeLessThan(1e-12))
      own?.terms.forEach((term, i) => {
        const holds = want.texts.map((text) => text.split(' ').includes(want.terms[term] as string))
        const inGroup = holds.filter((is, text) => is && codes[text] === g).length
        expect(own.df[i]).toBe(inGroup)
        expect(own.dfElsewhere[i]).toBe(holds.filter(Boolean).length - inGroup)
      })
    })
  })
})

test.each(doubles.map((one, i) => ({ ...one, i })))('short and long comments said again, $i', (want) => {
  const got = weighed(want.texts)
  expect(allAtOnce(alikeSteps(got.rows, got.df))).toMatchObject(want.alike)
})

test('the shortest comments count as said again, and empty ones do not', () => {
  const got = weighed(['love it', 'love it', 'it, love', 'great', 'great', 'zz yy xx', '', '!'])
  expect(allAtOnce(alikeSteps(got.rows, got.df))).toEqual({
    same: { texts: 5, groups: 2 },
    near: { texts: 5, groups: 2 },
    largest: { text: 0, texts: 3 },
  })
})

test('a text without a group takes no part', () => {
  const got = weighed(['red fox', 'blue fox', 'red sea'], { norm: 'none', idf: false })
  const [one, two] = termsOfGroups(got.rows, Int32Array.of(0, 1, -1), 2, got.nodes.length)
  expect([one?.texts, two?.texts]).toEqual([1, 1])
  expect(Array.from(one?.terms ?? [], got.name)).toEqual(['red', 'fox'])
  expect([...(one?.dfElsewhere ?? [])]).toEqual([0, 1])
})

test('dimensions past the rank of the matrix are 0', () => {
  const got = weighed(['aa bb', 'aa bb', 'cc'])
  const svd = truncatedSvd(got.rows, 3, 3)
  expect(svd.singular[0]).toBeCloseTo(Math.SQRT2, 12)
  expect(svd.singular[1]).toBeCloseTo(1, 12)
  expect(svd.singular[2]).toBe(0)
  expect([svd.scores[2], svd.scores[5], svd.scores[8]]).toEqual([0, 0, 0])
})

test('the same rows in other blocks have the same dimensions, to the last bit', () => {
  const { texts } = cases[2] as Case
  const got = weighed(texts)
  const [rows] = got.rows
  if (rows === undefined) throw new Error('no rows')
  const half = rows.start.length >> 1
  const cut = rows.start[half] as number
  const parts = [
    {
      start: rows.start.slice(0, half + 1),
      column: rows.column.subarray(0, cut),
      value: rows.value.subarray(0, cut),
    },
    {
      start: rows.start.slice(half).map((at) => at - cut),
      column: rows.column.subarray(cut),
      value: rows.value.subarray(cut),
    },
  ]
  expect(truncatedSvd(parts, got.nodes.length, 4)).toEqual(truncatedSvd([rows], got.nodes.length, 4))
})

test('eigenvectors of a symmetric matrix are at right angles and give it back', () =>
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 36 }),
      (some) => {
        const n = Math.floor(Math.sqrt(some.length))
        const a = new Float64Array(n * n)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) a[i * n + j] = some[Math.min(i, j) * n + Math.max(i, j)] as number
        }
        const { values, vectors } = symmetricEigen(a, n)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let made = 0
            let angle = 0
            for (let c = 0; c < n; c++) {
              made += (values[c] as number) * (vectors[c * n + i] as number) * (vectors[c * n + j] as number)
              angle += (vectors[i * n + c] as number) * (vectors[j * n + c] as number)
            }
            expect(made).toBeCloseTo(a[i * n + j] as number, 9)
            expect(angle).toBeCloseTo(i === j ? 1 : 0, 12)
          }
        }
      },
    ),
  ))
