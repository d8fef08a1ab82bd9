/**
 * Rows turned round: for each item the places where it occurs, so that the rows of one item can be walked.
 *
 * In:  rows (rows.ts), or what is left of other occurrences behind one item.
 * Out: all items in one array, a row's side by side, END before the first row and behind each; for each item its
 *      places in that array, ascending.
 * Cost: O(items in rows) time and memory.
 *
 * A row that stands for w baskets is laid down once for each one bit of w: a row of weight 5 once in the plane of
 * weight 1 and once in that of weight 4. So everything in a plane weighs the same, and weighing is counting.
 */
import type { Rows } from './rows.ts'

export const END = -1

export interface Occurrences {
  /** Items by their number here (0 … items−1), in ascending order within a row; END between rows. */
  readonly item: Int32Array
  readonly planes: readonly Plane[]
  /** Item i occurs at place[start[i]] … place[start[i+1]−1]. */
  readonly start: Int32Array
  readonly place: Int32Array
}

export interface Plane {
  /** Baskets that each of its rows stands for. */
  readonly weight: number
  /** Its rows lie in front of this place of `item`. */
  readonly end: number
}

/** @param items how many items there are */
export function occurrencesOf({ start, rank, weight }: Rows, items: number): Occurrences {
  let entries = 1
  let all = 0
  for (let r = 0; r < weight.length; r++) {
    const length = (start[r + 1] as number) - (start[r] as number)
    entries += (length + 1) * ones(weight[r] as number)
    all |= weight[r] as number
  }
  const item = new Int32Array(entries).fill(END)
  const planes: Plane[] = []
  let end = 1
  for (let bit = 0; all >>> bit !== 0; bit++) {
    if (((all >>> bit) & 1) === 0) continue
    for (let r = 0; r < weight.length; r++) {
      if ((((weight[r] as number) >>> bit) & 1) === 0) continue
      for (let e = start[r] as number; e < (start[r + 1] as number); e++) item[end++] = rank[e] as number
      end++
    }
    planes.push({ weight: 2 ** bit, end })
  }
  return { item, planes, ...placesOf(item, items) }
}

function ones(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count++
  return count
}

/** Where each item occurs. */
function placesOf(item: Int32Array, items: number): Pick<Occurrences, 'start' | 'place'> {
  const start = new Int32Array(items + 1)
  for (const one of item) if (one !== END) start[one + 1] = (start[one + 1] as number) + 1
  for (let i = 0; i < items; i++) start[i + 1] = (start[i + 1] as number) + (start[i] as number)
  const next = start.slice()
  const place = new Int32Array(start[items] as number)
  for (let at = 0; at < item.length; at++) {
    const one = item[at] as number
    if (one === END) continue
    const to = next[one] as number
    place[to] = at
    next[one] = to + 1
  }
  return { start, place }
}
