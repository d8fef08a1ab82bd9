/** Whole commands against mlxtend, SciPy and statsmodels (test/reference/apriori/make.py), and against arules. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apriori } from '../../src/commands/apriori.ts'
import type { Options } from '../../src/commands/apriori/options.ts'
import { stand } from './stand.ts'

const shared = resolve('..', 'shared')
// The public files are no part of the project: skipped where they are absent.
const isThere = existsSync(join(shared, 'data'))
const table = stand()

interface Answers {
  readonly versions: { readonly mlxtend: string }
  readonly columns: readonly string[]
  readonly cases: readonly Case[]
}

interface Case {
  readonly name: string
  readonly min_support: number
  readonly min_confidence: number
  readonly max_rhs: number
  readonly frequent: number | readonly (readonly [string, number])[]
  readonly maximal: number | readonly (readonly [string, number])[]
  readonly rules: readonly (readonly (string | number)[])[]
}

const answers = JSON.parse(
  readFileSync(new URL('../reference/apriori/answers.json', import.meta.url), 'utf8'),
) as Answers

const groceries = join(shared, 'data', 'groceries', 'groceries.csv')

async function run(name: string, options: Partial<Options>) {
  const ran =
    name === 'groceries'
      ? await table.runLines(apriori, groceries, { options: { baskets: true, ...options } })
      : await table.run(apriori, await table.file('fixtures/orders.csv'), {
          options: { id: name, item: 'product', ...options },
        })
  const columns = ran.outcome.rows.columns.map(({ name: column }) => column)
  return { columns, rows: await ran.rows() }
}

/** The items of a cell of mlxtend's, sorted by Python: by code point, as lode's are. */
function asCells(sets: readonly (readonly [string, number])[]): string[] {
  return sets.map(([items, count]) => `${items}: ${count}`).sort()
}

describe(`apriori agrees with mlxtend ${answers.versions.mlxtend}`, () => {
  for (const want of answers.cases) {
    const { min_support: share, min_confidence: minConfidence, max_rhs: maxRhs } = want
    // Groceries is a public file and no part of the project: its cases are skipped where it is absent.
    const of = test.skipIf(want.name === 'groceries' && !isThere)
    const where = `${want.name}, support ${share}`

    of(`in the itemsets of ${where}`, async () => {
      for (const kind of ['frequent', 'maximal'] as const) {
        const { rows } = await run(want.name, { minSupport: { share }, itemsets: kind })
        const sets = want[kind]
        if (typeof sets === 'number') expect(rows).toHaveLength(sets)
        else expect(rows.map(([items, , count]) => `${items}: ${count}`).sort()).toEqual(asCells(sets))
      }
    })

    of(`in the rules of ${where} and their measures, to 1e-12`, async () => {
      const { columns, rows } = await run(want.name, {
        minSupport: { share },
        minConfidence,
        maxRhs,
        measures: ['certainty'],
      })
      const byRule = new Map(rows.map((row) => [`${row[0]} => ${row[1]}`, row]))
      expect(byRule.size).toBe(rows.length)
      expect([...byRule.keys()].sort()).toEqual(
        want.rules.map(([left, right]) => `${left} => ${right}`).sort(),
      )
      for (const rule of want.rules) {
        const row = byRule.get(`${rule[0]} => ${rule[1]}`)
        answers.columns.forEach((column, i) => {
          if (i < 2) return
          const got = Number(row?.[columns.indexOf(column)]?.replace('inf', 'Infinity'))
          const expected = rule[i] === 'inf' ? Infinity : (rule[i] as number)
          // SciPy's p-values have fewer digits than its counts allow (see test/learn/hypergeometric.test.ts).
          const within = column.startsWith('p_') ? 1e-9 : 1e-12
          const isNear = got === expected || Math.abs(got - expected) <= within * Math.abs(expected)
          expect(isNear, `${column} of ${rule[0]} => ${rule[1]}: ${got} against ${expected}`).toBe(true)
        })
      }
    })
  }
})

function csv(file: string): string[][] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.slice(1).map((line) => line.split(','))
}

const PUBLIC: { readonly [dataset: string]: string } = {
  chess: join(shared, 'data', 'fimi', 'chess.dat'),
  T10I4D100K: join(shared, 'data', 'fimi', 'T10I4D100K.dat'),
  Groceries: groceries,
}

describe.skipIf(!isThere)('apriori counts what arules counts (skipped where ../shared is absent)', () => {
  const sets = isThere ? csv(join(shared, 'reference', 'arules_itemset_counts.csv')) : []
  test.each(sets)(
    'itemsets of %s, %s baskets, at least %s',
    async (dataset, baskets, least, _share, ...counts) => {
      const [frequent, closed, maximal, longest, lowest] = counts.map(Number)
      const minSupport = { count: Number(least) }
      const count = async (kind: 'frequent' | 'closed' | 'maximal') => {
        const ran = await table.runLines(apriori, PUBLIC[dataset] as string, {
          options: { baskets: true, minSupport, itemsets: kind, top: 1 },
        })
        return (await ran.outcome.report({ rows: undefined })).result
      }
      const found = await count('frequent')
      const total = (result: typeof found) =>
        Object.values(result['itemsets_by_length'] as { [length: string]: number }).reduce(
          (sum, one) => sum + one,
          0,
        )
      expect(found['baskets']).toBe(Number(baskets))
      expect(total(found)).toBe(frequent)
      expect(Object.keys(found['itemsets_by_length'] as object)).toHaveLength(longest as number)
      expect(lowest).toBeGreaterThanOrEqual(Number(least))
      expect(total(await count('closed'))).toBe(closed)
      expect(total(await count('maximal'))).toBe(maximal)
    },
  )

  const rules = isThere ? csv(join(shared, 'reference', 'arules_rule_counts.csv')) : []
  test.each(rules)('rules of %s, support %s, confidence %s, %s to %s items', async (dataset, ...numbers) => {
    const [share, minConfidence, minLength, maxLength, found] = numbers.map(Number)
    const ran = await table.runLines(apriori, PUBLIC[dataset] as string, {
      options: {
        baskets: true,
        minSupport: { share: share as number },
        minConfidence: minConfidence as number,
        minLength,
        maxLength,
      },
    })
    expect(await ran.rows()).toHaveLength(found as number)
  })
})
