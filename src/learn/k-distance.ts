/**
 * How far the k-th nearest row is, for every row of a sample, and where that curve bends: an eps for DBSCAN.
 *
 * In:  points, a metric, k and a seed for the sample.
 * Out: the distances in ascending order; the one at the bend.
 * Cost: about O(m·(log n + k·log k)) for the m rows of the sample, which is smaller for a large k.
 *
 * The curve: Ester et al., KDD 1996, section 4.2, where the k-th neighbour does not count the row itself. The bend:
 * Satopää, Albrecht, Irwin & Raghavan, "Finding a 'kneedle' in a haystack", ICDCSW 2011, for a convex curve: with both
 * axes from 0 to 1, where the curve lies farthest below the diagonal.
 */
import type { Matrix } from '../base/matrix.ts'
import { RandomState } from '../base/random.ts'
import { allAtOnce, blocks, shared, type Block, type Steps, type Task } from '../base/steps.ts'
import { endOf, isLeaf, leastFrom, measureOf, plant, type Metric, type PointTree } from './point-tree.ts'

/** Rows of the sample, at most; and so few at least, where there are as many. */
const mostRows = 10_000
const leastRows = 500
/** Distances that are kept for all rows of the sample together. */
const mostKept = 2_000_000
/** Rows of the sample that one job looks at. */
const blockRows = 500

/**
 * @param k 1 or more; where there are fewer other rows the farthest of them is taken
 * @returns ascending, in the units of x (for haversine in radians); one for each row of the sample
 */
export function kDistances(x: Matrix, metric: Metric, k: number, seed: number): Float64Array {
  return allAtOnce(kDistancesOn(allAtOnce(plant(x, metric)), k, seed))
}

/** The same in steps, on a tree that stands. */
export function* kDistancesOn(tree: PointTree, k: number, seed: number): Steps<Float64Array> {
  const places = sampled(tree.n, sampleSize(k), seed)
  const parts = yield* shared(kthDistances, { tree, places, k }, blocks(places.length, blockRows))
  const distances = new Float64Array(places.length)
  let at = 0
  for (const part of parts) {
    distances.set(part, at)
    at += part.length
  }
  return distances.map((measure) => distanceOf(tree.metric, measure)).sort()
}

function sampleSize(k: number): number {
  return Math.max(leastRows, Math.min(mostRows, Math.floor(mostKept / k)))
}

/** Places drawn without one twice, ascending (Knuth, TAOCP 2, 3.4.2, algorithm S). */
function sampled(n: number, size: number, seed: number): Int32Array {
  if (n <= size) return Int32Array.from({ length: n }, (_, i) => i)
  const random = new RandomState(seed)
  const places = new Int32Array(size)
  let found = 0
  for (let i = 0; i < n && found < size; i++) {
    if (random.random() * (n - i) < size - found) places[found++] = i
  }
  return places
}

/** The distance that a measure (point-tree.ts) stands for. */
function distanceOf(metric: Metric, measure: number): number {
  if (metric === 'manhattan') return measure
  if (metric === 'euclidean') return Math.sqrt(measure)
  return 2 * Math.asin(Math.min(1, Math.sqrt(measure) / 2))
}

interface Asked {
  readonly tree: PointTree
  readonly places: Int32Array
  readonly k: number
}

/** For a block of places the measure of the k-th nearest other point. */
export const kthDistances: Task<Asked, Block, Float64Array> = {
  name: 'points/kth',
  run({ tree, places, k }, { from, to }) {
    const most = Math.min(k, tree.n - 1)
    const nearest = new Float64Array(Math.max(1, most))
    return Float64Array.from({ length: to - from }, (_, i) => {
      nearest.fill(Infinity)
      gather(tree, places[from + i] as number, 0, nearest)
      return most === 0 ? 0 : (nearest[0] as number)
    })
  },
}

/** Keeps the least measures below a node, as a heap with the greatest of them first; the nearer half first. */
function gather(tree: PointTree, place: number, node: number, nearest: Float64Array): void {
  if (isLeaf(tree, node)) {
    const to = endOf(tree, node)
    for (let i = tree.begins[node] as number; i < to; i++) {
      if (i !== place) keep(nearest, measureOf(tree, place, i))
    }
    return
  }
  const low = leastFrom(tree, place, 2 * node + 1)
  const high = leastFrom(tree, place, 2 * node + 2)
  const first = low <= high ? 2 * node + 1 : 2 * node + 2
  if (Math.min(low, high) < (nearest[0] as number)) gather(tree, place, first, nearest)
  const second = low <= high ? 2 * node + 2 : 2 * node + 1
  if (Math.max(low, high) < (nearest[0] as number)) gather(tree, place, second, nearest)
}

/** Puts a value below the greatest one in its place. */
function keep(heap: Float64Array, value: number): void {
  if (value >= (heap[0] as number)) return
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child + 1 < heap.length && (heap[child + 1] as number) > (heap[child] as number)) child++
    if (child >= heap.length || (heap[child] as number) <= value) break
    heap[at] = heap[child] as number
    at = child
  }
  heap[at] = value
}

/**
 * The value where an ascending curve bends upwards; undefined where all values are the same.
 *
 * @param ascending at least one value
 */
export function kneeOf(ascending: Float64Array): number | undefined {
  const first = ascending[0] as number
  const last = ascending.at(-1) as number
  if (last === first) return undefined
  let knee = 0
  let most = -Infinity
  for (let i = 0; i < ascending.length; i++) {
    const below = i / (ascending.length - 1) - ((ascending[i] as number) - first) / (last - first)
    if (below <= most) continue
    most = below
    knee = i
  }
  const value = ascending[knee] as number
  // An eps has to be above 0, even where more than half of the rows stand twice.
  return value > 0 ? value : ascending.find((one) => one > 0)
}
