/**
 * A column of numbers as ranks among its different values: what CART counts and sorts by.
 *
 * In:  numbers, NaN where one is missing.
 * Out: the different values in ascending order, and a rank a row; a missing value has the rank after the last.
 * Cost: O(n) for whole numbers in a range of a few n, else a hash table and a sort of the different values.
 *
 * Zero and minus zero are one value.
 */
import { sharedInt32 } from '../../kernels/shared.ts'

export interface Ranks {
  /** Ascending. */
  readonly values: Float64Array
  /** One a row: an index into `values`, or values.length where there is none. */
  readonly of: Int32Array
}

export function ranksOf(column: Float64Array): Ranks {
  let least = Infinity
  let most = -Infinity
  let areWhole = true
  for (const value of column) {
    if (value < least) least = value
    if (value > most) most = value
    // NaN is no whole number either, and is looked at below.
    if (areWhole && value !== Math.floor(value) && !Number.isNaN(value)) areWhole = false
  }
  if (least > most) return { values: new Float64Array(0), of: sharedInt32(column.length) }
  const width = most - least + 1
  return areWhole && width <= 4 * column.length + 1024
    ? ranksOfWhole(column, least, width)
    : ranksOfAny(column)
}

function ranksOfWhole(column: Float64Array, least: number, width: number): Ranks {
  const rankOf = new Int32Array(width)
  for (const value of column) if (!Number.isNaN(value)) rankOf[value - least] = 1
  let different = 0
  for (const present of rankOf) different += present
  const values = new Float64Array(different)
  for (let i = 0, rank = 0; i < width; i++) {
    if (rankOf[i] === 0) continue
    values[rank] = least + i
    rankOf[i] = rank++
  }
  const of = sharedInt32(column.length)
  for (let i = 0; i < column.length; i++) {
    const value = column[i] as number
    of[i] = Number.isNaN(value) ? different : (rankOf[value - least] as number)
  }
  return { values, of }
}

/** Different values by a hash table in the order in which they are met, then sorted. */
function ranksOfAny(column: Float64Array): Ranks {
  let slots = new Int32Array(1024)
  let met = new Float64Array(512)
  const bits = new Float64Array(1)
  const words = new Int32Array(bits.buffer)
  let different = 0
  const slotOf = (value: number): number => {
    bits[0] = value
    const mask = slots.length - 1
    let h = Math.imul((words[0] as number) ^ Math.imul(words[1] as number, 0x85ebca6b), 0x9e3779b1)
    h ^= h >>> 15
    for (let slot = h & mask; ; slot = (slot + 1) & mask) {
      const code = slots[slot] as number
      if (code === 0 || met[code - 1] === value) return slot
    }
  }
  const of = sharedInt32(column.length)
  for (let i = 0; i < column.length; i++) {
    const value = (column[i] as number) + 0
    if (Number.isNaN(value)) {
      of[i] = -1
      continue
    }
    const slot = slotOf(value)
    const code = slots[slot] as number
    if (code > 0) {
      of[i] = code - 1
      continue
    }
    met[different] = value
    of[i] = different
    slots[slot] = ++different
    if (different < met.length) continue
    const longer = new Float64Array(met.length * 2)
    longer.set(met)
    met = longer
    slots = new Int32Array(slots.length * 2)
    for (let known = 0; known < different; known++) slots[slotOf(met[known] as number)] = known + 1
  }
  const order = new Float64Array(met.subarray(0, different)).sort()
  const rankOf = new Int32Array(different)
  for (let rank = 0; rank < different; rank++)
    rankOf[(slots[slotOf(order[rank] as number)] as number) - 1] = rank
  for (let i = 0; i < of.length; i++) of[i] = of[i] === -1 ? different : (rankOf[of[i] as number] as number)
  return { values: order, of }
}
