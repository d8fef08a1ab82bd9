/** The heaviest terms: of all texts, of one text, and the texts that are heaviest in a term. */
import { descendingOrder } from '../base/order.ts'
import type { SparseRows } from './terms.ts'

/** Places of the terms by their mean weight, the heaviest first, then by code point. */
export function leadingTerms(mean: Float64Array, most: number | undefined): Int32Array {
  return descendingOrder(mean).subarray(0, most)
}

/** Places of the heaviest terms of a text, the heaviest first, then by code point. */
export function keywordsOf(
  { start, column, value }: SparseRows<Float64Array>,
  text: number,
  most: number,
): number[] {
  const from = start[text] as number
  const entries = Array.from({ length: (start[text + 1] as number) - from }, (_, i) => from + i)
  entries.sort((a, b) => (value[b] as number) - (value[a] as number) || a - b)
  return entries.slice(0, most).map((e) => column[e] as number)
}

/**
 * For each of the terms the texts in which its weight is greatest, the greatest first, then in the order of the texts.
 *
 * @returns numbers of texts, counted through all blocks
 */
export function textsOfTerms(
  rows: readonly SparseRows<Float64Array>[],
  terms: readonly number[],
  most: number,
): number[][] {
  const leading = new Map(terms.map((term) => [term, [] as { text: number; weight: number }[]]))
  let at = 0
  for (const { start, column, value } of rows) {
    for (let text = 0; text + 1 < start.length; text++, at++) {
      for (let e = start[text] as number; e < (start[text + 1] as number); e++) {
        const own = leading.get(column[e] as number)
        if (own === undefined) continue
        const weight = value[e] as number
        const last = own.at(-1)
        if (own.length === most && last !== undefined && weight <= last.weight) continue
        const place = own.findIndex((other) => other.weight < weight)
        own.splice(place < 0 ? own.length : place, 0, { text: at, weight })
        if (own.length > most) own.pop()
      }
    }
  }
  return terms.map((term) => (leading.get(term) ?? []).map(({ text }) => text))
}
