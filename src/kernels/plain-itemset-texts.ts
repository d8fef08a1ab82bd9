/** Itemsets as texts, in order, in plain TypeScript. */
import { compareCodePoints } from '../base/code-points.ts'
import type { ItemsetTextKernel } from './itemset-texts.ts'

export const plainItemsetTexts: ItemsetTextKernel = (question) => {
  const { parent, rank, count, names, place, separator, wanted, by } = question
  const rows = Array.from(wanted, (itemset) => {
    const places: number[] = []
    for (let at = itemset; at >= 0; at = parent[at] as number) {
      places.push(place[rank[at] as number] as number)
    }
    places.sort((a, b) => a - b)
    return {
      itemset,
      length: by === 'length' ? places.length : 0,
      count: by === 'text' ? 0 : (count[itemset] as number),
      text: places.map((one) => names[one]).join(separator),
    }
  })
  rows.sort((a, b) => b.length - a.length || b.count - a.count || compareCodePoints(a.text, b.text))
  return {
    order: Int32Array.from(rows, ({ itemset }) => itemset),
    texts: rows.map(({ text }) => text),
  }
}
