/**
 * Euclidean distances from a row to a range of rows, summed or counted: plain TypeScript, and WASM SIMD on a memory
 * that all threads share (space.ts), which give the same bits.
 */
import { instanceOf, type Space } from './space.ts'

/**
 * Sum of the distances from row `row` to the rows from … to − 1, in four lanes and what is left after them.
 *
 * @param columns n × p by column: the value of row i in column j is columns[j·n + i]
 */
export type DistanceSum = (
  columns: Float64Array,
  n: number,
  p: number,
  row: number,
  from: number,
  to: number,
) => number

/** How many of the rows from … to − 1 have a squared distance to row `row` of at most `limit`. */
export type CountWithin = (
  columns: Float64Array,
  n: number,
  p: number,
  row: number,
  from: number,
  to: number,
  limit: number,
) => number

/** Arrays are addresses. */
interface DistancesModule {
  distanceSum(columns: number, n: number, p: number, row: number, from: number, to: number): number
  countWithin(
    columns: number,
    n: number,
    p: number,
    row: number,
    from: number,
    to: number,
    limit: number,
  ): number
}

function moduleOn(space: Space | undefined): DistancesModule | undefined {
  return space === undefined ? undefined : (instanceOf(space, 'distances') as DistancesModule | undefined)
}

/** For columns that lie in a space; the plain one where there is none. */
export function distanceSumOn(space: Space | undefined): DistanceSum {
  const module = moduleOn(space)
  if (module === undefined) return plainDistanceSum
  return (columns, n, p, row, from, to) => module.distanceSum(columns.byteOffset, n, p, row, from, to)
}

export const plainDistanceSum: DistanceSum = (columns, n, p, row, from, to) => {
  const distance = (i: number): number => {
    let squares = 0
    for (let j = 0; j < p; j++) {
      const apart = (columns[j * n + i] as number) - (columns[j * n + row] as number)
      squares += apart * apart
    }
    return Math.sqrt(squares)
  }
  let [a, b, c, d] = [0, 0, 0, 0]
  let i = from
  for (; i + 4 <= to; i += 4) {
    a += distance(i)
    b += distance(i + 1)
    c += distance(i + 2)
    d += distance(i + 3)
  }
  let sum = a + c + (b + d)
  for (; i < to; i++) sum += distance(i)
  return sum
}

/** For columns that lie in a space; the plain one where there is none. */
export function countWithinOn(space: Space | undefined): CountWithin {
  const module = moduleOn(space)
  if (module === undefined) return plainCountWithin
  return (columns, n, p, row, from, to, limit) =>
    module.countWithin(columns.byteOffset, n, p, row, from, to, limit)
}

export const plainCountWithin: CountWithin = (columns, n, p, row, from, to, limit) => {
  let count = 0
  for (let i = from; i < to; i++) {
    let squares = 0
    for (let j = 0, at = 0; j < p; j++, at += n) {
      const apart = (columns[at + i] as number) - (columns[at + row] as number)
      squares += apart * apart
    }
    if (squares <= limit) count++
  }
  return count
}
