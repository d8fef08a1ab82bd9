/**
 * What was bought together: a list of baskets, each a set of items.
 *
 * Items are numbered, and a basket's items lie side by side: basket b holds item[start[b]] … item[start[b+1]−1].
 * Nothing here is a table of baskets × items, which would mostly be empty.
 */
export interface Baskets {
  /** The items' names, by number; none twice. */
  readonly names: readonly string[]
  /** One more than there are baskets; ascending from 0. */
  readonly start: Int32Array
  /** Numbers of items; within a basket ascending, each once. A basket may be empty, and counts all the same. */
  readonly item: Int32Array
}

export function basketCount({ start }: Baskets): number {
  return start.length - 1
}

/**
 * Baskets from pairs in any order, in which an item may stand several times in a basket.
 *
 * @param basket one entry a pair: 0 … count−1
 * @param item   one entry a pair: 0 … names.length−1
 */
export function basketsOf(
  names: readonly string[],
  count: number,
  basket: Int32Array,
  item: Int32Array,
): Baskets {
  // Sorted by counting, first by item and then by basket: so a basket's items come out in ascending order.
  const byItem = placesBy(item, names.length)
  const first = starts(basket, count)
  const next = first.slice()
  const sorted = new Int32Array(item.length)
  const last = new Int32Array(count).fill(-1)
  for (const place of byItem) {
    const b = basket[place] as number
    const i = item[place] as number
    if (last[b] === i) continue // stands in this basket already
    last[b] = i
    const to = next[b] as number
    sorted[to] = i
    next[b] = to + 1
  }
  const start = new Int32Array(count + 1)
  let end = 0
  for (let b = 0; b < count; b++) {
    const from = first[b] as number
    const to = next[b] as number
    sorted.copyWithin(end, from, to)
    end += to - from
    start[b + 1] = end
  }
  return { names, start, item: sorted.slice(0, end) }
}

/** Places of values 0 … count−1, sorted by value; equal ones in their order. */
function placesBy(values: Int32Array, count: number): Int32Array {
  const next = starts(values, count)
  const places = new Int32Array(values.length)
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number
    const to = next[value] as number
    places[to] = place
    next[value] = to + 1
  }
  return places
}

/** Where each value's entries start when they are sorted; the last is their number. */
function starts(values: Int32Array, count: number): Int32Array {
  const start = new Int32Array(count + 1)
  for (const value of values) start[value + 1] = (start[value + 1] as number) + 1
  for (let value = 0; value < count; value++)
    start[value + 1] = (start[value + 1] as number) + (start[value] as number)
  return start
}

/** The baskets without the items of these names. */
export function withoutNames(baskets: Baskets, left: readonly string[]): Baskets {
  const out = new Set(left)
  const { names, start, item } = baskets
  if (!names.some((name) => out.has(name))) return baskets
  const kept = names.filter((name) => !out.has(name))
  let next = 0
  const numberOf = names.map((name) => (out.has(name) ? -1 : next++))
  const newStart = new Int32Array(start.length)
  const newItem = new Int32Array(item.length)
  let end = 0
  for (let b = 0; b + 1 < start.length; b++) {
    for (let e = start[b] as number; e < (start[b + 1] as number); e++) {
      const number = numberOf[item[e] as number] as number
      if (number >= 0) newItem[end++] = number
    }
    newStart[b + 1] = end
  }
  return { names: kept, start: newStart, item: newItem.slice(0, end) }
}

/** Some of the baskets, by number; the items stay as they are numbered. */
export function someBaskets({ names, start, item }: Baskets, chosen: Int32Array): Baskets {
  const newStart = new Int32Array(chosen.length + 1)
  chosen.forEach((b, i) => {
    newStart[i + 1] = (newStart[i] as number) + (start[b + 1] as number) - (start[b] as number)
  })
  const items = new Int32Array(newStart[chosen.length] as number)
  chosen.forEach((b, i) => {
    items.set(item.subarray(start[b], start[b + 1]), newStart[i])
  })
  return { names, start: newStart, item: items }
}
