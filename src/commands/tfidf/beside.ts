/**
 * What tfidf puts beside the rows of a file: their keywords, dense columns, a column a term.
 *
 * In:  the weights of the texts, in blocks.
 * Out: columns of one entry a row.
 */
import { setValid } from '../../base/column.ts'
import { keywordsOf } from '../../learn/keywords.ts'
import type { SparseRows } from '../../learn/terms.ts'
import type { AddedColumn } from '../../table/append.ts'

type Rows = readonly SparseRows<Float64Array>[]

/** What stands between two keywords. */
const SEPARATOR = ';'

/** A model that was saved without saying which columns it makes gives one a term, up to so many. */
export const MOST_DENSE_UNASKED = 1000

/** The heaviest terms of each text; none where it has no term. */
export function keywordColumn(rows: Rows, most: number, name: (term: number) => string): AddedColumn {
  const names: (string | undefined)[] = []
  const values: (string | null)[] = []
  for (const block of rows) {
    for (let text = 0; text + 1 < block.start.length; text++) {
      const terms = keywordsOf(block, text, most)
      values.push(
        terms.length === 0 ? null : terms.map((term) => (names[term] ??= name(term))).join(SEPARATOR),
      )
    }
  }
  return { name: 'keywords', data: { type: 'text', values } }
}

/** Texts without a term, by number. */
export function emptyTexts(rows: Rows): number[] {
  const empty: number[] = []
  let at = 0
  for (const { start } of rows)
    for (let i = 1; i < start.length; i++, at++) if (start[i] === start[i - 1]) empty.push(at)
  return empty
}

/** The same numbers, but none for texts that are not there. */
export function withoutThose(
  columns: readonly AddedColumn[],
  missing: ReadonlySet<number>,
): readonly AddedColumn[] {
  const [first] = columns
  if (first === undefined || missing.size === 0) return columns
  const rows = first.data.values.length
  const valid = new Uint8Array((rows + 7) >> 3)
  for (let row = 0; row < rows; row++) if (!missing.has(row)) setValid(valid, row)
  return columns.map((column) =>
    column.data.type === 'text' ? column : { ...column, data: { ...column.data, valid } },
  )
}

/** @param scores texts × count, row-major */
export function componentColumns(scores: Float64Array, count: number): AddedColumn[] {
  const texts = scores.length / count
  return Array.from({ length: count }, (_, c) => ({
    name: `component_${c + 1}`,
    data: {
      type: 'double',
      values: Float64Array.from({ length: texts }, (_unused, i) => scores[i * count + c] as number),
    },
  }))
}

/** The weight of each term in each text, 0 where it is not. */
export function termColumns(rows: Rows, names: readonly string[]): AddedColumn[] {
  const texts = rows.reduce((sum, { start }) => sum + start.length - 1, 0)
  const columns = names.map(() => new Float64Array(texts))
  let at = 0
  for (const { start, column, value } of rows) {
    for (let text = 0; text + 1 < start.length; text++, at++) {
      for (let e = start[text] as number; e < (start[text + 1] as number); e++) {
        const values = columns[column[e] as number] as Float64Array
        values[at] = value[e] as number
      }
    }
  }
  return names.map((name, term) => ({
    name: `tfidf_${name}`,
    data: { type: 'double', values: columns[term] as Float64Array },
  }))
}
