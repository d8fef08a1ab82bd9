/**
 * The group of other rows: that of the nearest core row, where it is within eps.
 *
 * In:  core rows with their labels, rows to place, and the eps and metric that the groups were found with.
 * Out: for each row its label, −1 where no core row is within eps, and whether it stands where a core row stands.
 * Cost: about O(log n) a row; one tree over both.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { allAtOnce, shared, type Steps, type Task } from '../base/steps.ts'
import { sharedInt32 } from '../kernels/shared.ts'
import {
  endOf,
  isLeaf,
  isWithin,
  leastFrom,
  measureOf,
  plant,
  reachOf,
  subtrees,
  type Metric,
  type PointTree,
  type Reach,
} from './point-tree.ts'

/** The label of a place that is no core row. */
const ASKED = -2

interface Placing {
  readonly tree: PointTree
  readonly reach: Reach
  /** By place: the label of a core row, ASKED for others. */
  readonly labels: Int32Array
  /** By node: core rows below it. */
  readonly cores: Int32Array
  /** By place: the label found. */
  readonly found: Int32Array
  /** By place: 1 where a core row stands in the same place. */
  readonly same: Int32Array
}

export interface Placed {
  readonly labels: Int32Array
  readonly same: Int32Array
}

export function placeByCores(
  cores: Matrix,
  labels: Int32Array,
  x: Matrix,
  options: { readonly eps: number; readonly metric: Metric },
): Placed {
  return allAtOnce(placeSteps(cores, labels, x, options))
}

/** The same in steps: batches of subtrees. Rows equally near to core rows of several groups are in the lowest. */
export function* placeSteps(
  cores: Matrix,
  labels: Int32Array,
  x: Matrix,
  { eps, metric }: { readonly eps: number; readonly metric: Metric },
): Steps<Placed> {
  const result = { labels: new Int32Array(x.rows).fill(-1), same: new Int32Array(x.rows) }
  if (cores.rows === 0 || x.rows === 0) return result
  const data = new Float64Array(cores.data.length + x.data.length)
  data.set(cores.data)
  data.set(x.data, cores.data.length)
  const tree = yield* plant(matrix(cores.rows + x.rows, x.cols, data), metric)
  const placing: Placing = {
    tree,
    reach: reachOf(metric, eps),
    labels: sharedInt32(tree.n),
    cores: sharedInt32(tree.begins.length),
    found: sharedInt32(tree.n),
    same: sharedInt32(tree.n),
  }
  for (let place = 0; place < tree.n; place++) {
    const row = tree.rows[place] as number
    placing.labels[place] = row < cores.rows ? (labels[row] as number) : ASKED
  }
  countCores(placing, 0)
  yield* shared(placeSubtree, placing, subtrees(tree))
  for (let place = 0; place < tree.n; place++) {
    const row = (tree.rows[place] as number) - cores.rows
    if (row < 0) continue
    result.labels[row] = placing.found[place] as number
    result.same[row] = placing.same[place] as number
  }
  return result
}

function countCores(placing: Placing, node: number): number {
  const { tree, labels, cores } = placing
  let sum = 0
  if (isLeaf(tree, node)) {
    const to = endOf(tree, node)
    for (let i = tree.begins[node] as number; i < to; i++) if (labels[i] !== ASKED) sum++
  } else sum = countCores(placing, 2 * node + 1) + countCores(placing, 2 * node + 2)
  cores[node] = sum
  return sum
}

export const placeSubtree: Task<Placing, { readonly node: number }, void> = {
  name: 'dbscan/place',
  run(placing, { node }) {
    const { tree, labels, found, same } = placing
    const to = endOf(tree, node)
    for (let place = tree.begins[node] as number; place < to; place++) {
      if (labels[place] !== ASKED) continue
      const best = { label: -1, measure: placing.reach.far }
      search(placing, place, 0, best)
      found[place] = best.label
      same[place] = best.label >= 0 && best.measure === 0 ? 1 : 0
    }
  },
}

function search(
  placing: Placing,
  place: number,
  node: number,
  best: { label: number; measure: number },
): void {
  const { tree, reach, labels, cores } = placing
  if (cores[node] === 0) return
  if (isLeaf(tree, node)) {
    const to = endOf(tree, node)
    for (let i = tree.begins[node] as number; i < to; i++) {
      const label = labels[i] as number
      if (label === ASKED) continue
      const measure = measureOf(tree, place, i)
      const isNearer = measure < best.measure || (measure === best.measure && label < best.label)
      if ((isNearer || best.label < 0) && isWithin(tree, reach, place, i)) {
        best.label = label
        best.measure = measure
      }
    }
    return
  }
  const low = leastFrom(tree, place, 2 * node + 1)
  const high = leastFrom(tree, place, 2 * node + 2)
  const first = low <= high ? 2 * node + 1 : 2 * node + 2
  const second = low <= high ? 2 * node + 2 : 2 * node + 1
  if (Math.min(low, high) <= best.measure) search(placing, place, first, best)
  if (Math.max(low, high) <= best.measure) search(placing, place, second, best)
}
