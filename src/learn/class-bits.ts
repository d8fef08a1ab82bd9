/**
 * The sets of one class of a search as bits: the baskets of a prefix, and which of them hold each item that may extend it.
 *
 * In:  the occurrences of the prefix's last item, and the items to make sets of.
 * Out: sets in the arena of the kernel, one bit a row of the prefix; every search starts its arena anew.
 */
import { NO_BIT, type Bitsets } from '../kernels/bitsets.ts'
import { END, type Occurrences, type Plane } from './occurrences.ts'

/** Sets that lie one behind the other in the arena. */
export interface ClassSets {
  /** Place of the first. */
  readonly at: number
  /** Words of each. */
  readonly length: number
  /** Place of what the bits of each word weigh; −1 where all weigh 1. */
  readonly weights: number
  /** From here on the arena is free. */
  readonly free: number
}

/** Lays down the sets of the items `kept`, wherever in a row they stand, over the rows of item i. */
export function laySets(bitsets: Bitsets, occurrences: Occurrences, i: number, kept: Int32Array): ClassSets {
  const { item, planes, start, place } = occurrences
  const rows = rowsByPlane(occurrences, i)
  const words = rows.reduce((sum, { rows: count }) => sum + ((count + 31) >>> 5), 0)
  const length = wholeVectors(words)
  const isWeighed = rows.some(({ weight }) => weight !== 1)
  const weights = isWeighed ? 0 : -1
  const at = isWeighed ? length : 0
  const free = at + kept.length * length
  bitsets.reserve(free)
  const arena = bitsets.words
  arena.fill(0, 0, free)
  const setOf = new Int32Array(start.length - 1).fill(-1)
  for (let s = 0; s < kept.length; s++) setOf[kept[s] as number] = at + s * length

  let word = 0
  let o = start[i] as number
  const end = start[i + 1] as number
  for (const { weight, end: planeEnd } of planes) {
    let bit = 0
    for (; o < end && (place[o] as number) < planeEnd; o++) {
      let from = place[o] as number
      while (item[from - 1] !== END) from--
      const mask = 1 << (bit & 31)
      const inSet = word + (bit >>> 5)
      bit++
      for (let entry = from; ; entry++) {
        const other = item[entry] as number
        if (other === END) break
        const set = setOf[other] as number
        if (set >= 0) arena[set + inSet] = (arena[set + inSet] as number) | mask
      }
    }
    const taken = (bit + 31) >>> 5
    if (isWeighed) arena.fill(weight, word, word + taken)
    word += taken
  }
  return { at, length, weights, free }
}

function rowsByPlane(
  { planes, start, place }: Occurrences,
  i: number,
): { readonly weight: number; readonly rows: number }[] {
  let o = start[i] as number
  const end = start[i + 1] as number
  return planes.flatMap(({ weight, end: planeEnd }: Plane) => {
    const first = o
    while (o < end && (place[o] as number) < planeEnd) o++
    const rows = o - first
    return rows === 0 ? [] : [{ weight, rows }]
  })
}

export function wholeVectors(words: number): number {
  return (words + 3) & ~3
}

/** A narrowing pays where the sets shrink to this part, for so many sets of so many words. */
const NARROWER = 8
const MANY_SETS = 4
const LONG_SETS = 32

/** Whether to narrow `count` sets of `length` words to the baskets of one of them, which weighs `weight`. */
export function isWorthNarrowing(weight: number, length: number, count: number): boolean {
  return length >= LONG_SETS && count >= MANY_SETS && weight * NARROWER < length * 32
}

/**
 * Sets anew over the baskets of one set alone.
 *
 * @param one     place of the set
 * @param places  places of the sets to narrow
 * @param free    where the arena is free
 */
export function narrowSets(
  bitsets: Bitsets,
  one: number,
  sets: Pick<ClassSets, 'length' | 'weights'>,
  places: readonly number[],
  free: number,
): ClassSets {
  const { from, weights } = bitsOf(bitsets, one, sets)
  const length = from.length >>> 5
  const bitsAt = free
  const weightsAt = bitsAt + from.length
  const at = weights === undefined ? weightsAt : weightsAt + length
  const end = at + places.length * length
  bitsets.reserve(end)
  bitsets.words.set(from, bitsAt)
  if (weights !== undefined) bitsets.words.set(weights, weightsAt)
  places.forEach((set, s) => {
    bitsets.narrow(set, bitsAt, length, at + s * length)
  })
  return { at, length, weights: weights === undefined ? -1 : weightsAt, free: end }
}

/** The bits of a set by number, those of one weight in words of their own. */
function bitsOf(
  { words }: Bitsets,
  one: number,
  { length, weights }: Pick<ClassSets, 'length' | 'weights'>,
): { readonly from: Uint32Array; readonly weights: Uint32Array | undefined } {
  const bits: number[] = []
  const weighed: number[] = []
  let last = 0
  for (let w = 0; w < length; w++) {
    let word = words[one + w] as number
    if (word === 0) continue
    const weight = weights < 0 ? 1 : (words[weights + w] as number)
    if (weight !== last) while ((bits.length & 31) !== 0) bits.push(NO_BIT)
    last = weight
    for (; word !== 0; word &= word - 1) {
      if ((bits.length & 31) === 0) weighed.push(weight)
      bits.push(32 * w + 31 - Math.clz32(word & -word))
    }
  }
  const size = 32 * wholeVectors((bits.length + 31) >>> 5)
  const from = new Uint32Array(size).fill(NO_BIT)
  from.set(bits)
  if (weights < 0) return { from, weights: undefined }
  const all = new Uint32Array(size >>> 5)
  all.set(weighed)
  return { from, weights: all }
}
