/** Whole commands on public data that nobody here wrote, against scikit-learn. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cluster } from '../../src/commands/cluster.ts'
import { dbscan } from '../../src/commands/dbscan.ts'
import { tfidf } from '../../src/commands/tfidf.ts'
import { joinedRows } from '../../src/learn/corpus.ts'
import { splitList } from '../../src/table/columns.ts'
import { stand } from './stand.ts'

const data = join(import.meta.dirname, '../../../shared/data')
// The public files are no part of the project: skipped where they are absent.
const isThere = existsSync(data)
const table = stand()

interface Answers<Case> {
  readonly cases: Case[]
  readonly versions: { readonly 'scikit-learn': string }
}

function answers(name: string, part = 'answers'): unknown {
  const file = new URL(`../reference/${name}/${part}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

function near(got: number, want: number): void {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-9 * Math.max(Math.abs(want), 1e-3))
}

const groups = answers('cluster') as Answers<{
  file: string
  columns: string[]
  k: number
  seed: number
  scale: 'zscore' | 'minmax' | 'robust' | 'none'
  labels: string
  centers: number[][]
  inertia: number
  iterations: number
  silhouette: number
}>

describe.skipIf(!isThere)(`cluster agrees with scikit-learn ${groups.versions['scikit-learn']} on`, () => {
  test.each(groups.cases)('$file, k = $k, $scale', async (want) => {
    const columns = want.columns.map((name) => `"${name}"`).join(',')
    expect(splitList(columns)).toEqual(want.columns)
    const { k, scale } = want
    const ran = await table.run(cluster, await table.file(join(data, want.file), [' ']), {
      columns,
      seed: want.seed,
      options: { k, scale },
    })
    const labels = (await ran.rows()).map((row) => {
      const label = row.at(-1)
      return label === null ? '-' : Number(label).toString(36)
    })
    expect(labels.join('')).toBe(want.labels)
    const { result } = await ran.outcome.report({ rows: undefined })
    near(result['inertia'] as number, want.inertia)
    near(result['silhouette'] as number, want.silhouette)
    expect(result['iterations']).toBe(want.iterations)
    const clusters = result['clusters'] as { center: { [column: string]: number } }[]
    want.centers.forEach((center, c) => {
      center.forEach((value, j) => near(clusters[c]?.center[want.columns[j] as string] as number, value))
    })
  })
})

const dense = answers('dbscan', 'public') as Answers<{
  file: string
  columns: string[]
  eps: number
  min_samples: number
  scale: 'zscore' | 'none'
  metric: 'euclidean' | 'manhattan'
  labels: string
  core: string
}>

// The public sets are no part of the project: skipped where they are absent.
describe.skipIf(!isThere)(`dbscan agrees with scikit-learn ${dense.versions['scikit-learn']} on`, () => {
  test.each(dense.cases)('$file, eps $eps, $scale, $metric', async (want) => {
    const { scale, metric, eps, min_samples: minSamples } = want
    const ran = await table.run(dbscan, await table.file(join(data, want.file)), {
      columns: want.columns.map((name) => `"${name}"`).join(','),
      options: { scale, metric, minSamples, eps: { value: eps } },
    })
    const rows = await ran.rows()
    const labels = rows.map((row) => Number(row.at(-2)))
    expect(labels.map((label) => (label < 0 ? '-' : label.toString(36))).join(' ')).toBe(want.labels)
    expect(rows.map((row) => (row.at(-1) === 'core' ? 1 : 0)).join('')).toBe(want.core)
  })
})

const keywords = answers('keywords') as Answers<{
  name: string
  file: string
  column: string
  documents: number
  vocabulary: number
  terms: [string, number, number, number][]
  /** Some texts: its number, the terms by their places, their weights. */
  rows: [number, number[], number[]][]
}>

const asked = [
  {},
  { stopWords: 'en' },
  { ngrams: [1, 2], minDf: { count: 5 }, stopWords: 'en' },
  {},
  { analyzer: 'char', minDf: { count: 5 } },
  {},
] as const

/** As near as sums in another order are. */
function same(got: number, want: number): void {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(want)))
}

describe.skipIf(!isThere)(`tfidf agrees with scikit-learn ${keywords.versions['scikit-learn']} on`, () => {
  test.each(keywords.cases.map((want, i) => ({ ...want, i })))('$file, $name', async (want) => {
    const ran = await table.run(tfidf, await table.file(join(data, want.file)), {
      options: { column: want.column, language: 'none', matrix: 'weights.csv', ...asked[want.i] },
    })
    const { result } = await ran.outcome.report({ rows: undefined })
    expect(result).toMatchObject({ documents: want.documents, vocabulary: want.vocabulary })
    const rows = await ran.rows()
    want.terms.forEach(([term, df, idf, mean], i) => {
      expect(rows[i]?.slice(0, 2)).toEqual([term, String(df)])
      same(Number(rows[i]?.[2]), idf)
      same(Number(rows[i]?.[3]), mean)
    })
    const weights = joinedRows(ran.outcome.matrices?.[0]?.rows ?? [])
    for (const [row, columns, values] of want.rows) {
      const [from, to] = [weights.start[row], weights.start[row + 1]]
      expect([...weights.column.subarray(from, to)]).toEqual(columns)
      values.forEach((value, i) => same(weights.value[(from as number) + i] as number, value))
    }
  })
})

test.skipIf(!isThere)('the key of the mall customers is left out unasked', async () => {
  const mall = await table.run(cluster, await table.file(join(data, 'mall_customers/Mall_Customers.csv')))
  const { input } = await mall.outcome.report({ rows: undefined })
  expect(input.columns_used).toEqual(['Age', 'Annual Income (k$)', 'Spending Score (1-100)'])
  expect(mall.warnings.map(({ code }) => code)).toContain('key_column_left_out')
})
