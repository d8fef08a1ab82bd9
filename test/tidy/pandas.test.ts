import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { clean } from '../../src/commands/clean.ts'
import { runOn } from './harness.ts'

interface Reference {
  readonly versions: { readonly pandas: string }
  readonly csv: string
  readonly cases: readonly {
    readonly name: string
    readonly words: readonly string[]
    readonly columns: readonly string[]
    readonly rows: readonly (readonly (string | null)[])[]
  }[]
}

const { csv, cases, versions } = JSON.parse(
  readFileSync(new URL('../reference/clean/answers.json', import.meta.url), 'utf8'),
) as Reference

/** The text itself; of numbers that were computed, all but the last bits (sums run in another order). */
function sameCell(got: string | null, want: string | null): boolean {
  if (got === want) return true
  if (got === null || want === null) return false
  const [a, b] = [Number(got), Number(want)]
  return Math.abs(a - b) <= 1e-12 * Math.abs(b)
}

test.each(cases)(
  `clean gives the rows of pandas ${versions.pandas}: $name`,
  async ({ words, columns, rows }) => {
    const { cells, names } = await runOn(clean, words, csv)
    expect(names).toEqual(columns)
    expect(cells.map((row) => row[0])).toEqual(rows.map((row) => row[0]))
    const differing = cells.flatMap((row, i) =>
      row.flatMap((cell, j) =>
        sameCell(cell, rows[i]?.[j] ?? null) ? [] : [{ row: row[0], got: cell, want: rows[i]?.[j] }],
      ),
    )
    expect(differing).toEqual([])
  },
)
