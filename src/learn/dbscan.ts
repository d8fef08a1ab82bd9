/**
 * DBSCAN: groups are where rows lie dense, and what lies alone is noise.
 *
 * In:  a Matrix (n × p, no NaN) and DbscanOptions.
 * Out: a DbscanResult, plain arrays. Exactly the labels of scikit-learn's DBSCAN(eps, min_samples).
 * Cost: about O(n·log n) time in few columns, where few rows lie within eps and where many do: what is known to be one
 *       group is never compared again; towards O(n²) in many. Memory n·(2p + 5) numbers at any eps; neighbours are never listed.
 *
 * Ester, Kriegel, Sander & Xu, "A density-based algorithm for discovering clusters", KDD 1996. Done in one of
 * three ways: in few columns over the cells of a grid (dbscan-grid.ts); where not even a tree leaves much out, over all
 * pairs (dbscan-pairs.ts); else over the nodes of a tree. There core rows are counted with an early end, nodes that hold no pair farther apart than eps are one group at once, and groups are joined
 * by union-find over pairs of nodes (Wang, Gu & Shun, SIGMOD 2020). The labels depend on none of this:
 *   - a row is core when at least minSamples rows, itself among them, are within eps, exactly eps included;
 *   - groups are the connected core rows, numbered by their first core row in the order of the input;
 *   - a row that is not core but within eps of a core row is in the first such group; else it is noise, −1.
 */
import type { Matrix } from '../base/matrix.ts'
import { allAtOnce, shared, type Steps } from '../base/steps.ts'
import { openGrid, type Grid } from '../kernels/grid.ts'
import { openPairs, type Pairs } from '../kernels/pairs.ts'
import { sharedInt32, sharedUint8 } from '../kernels/shared.ts'
import { dbscanOfPairs, shareToMeasure } from './dbscan-pairs.ts'
import { dbscanInGrid } from './dbscan-grid.ts'
import { coreOfSubtree, joinSubtree, labelBorder, type Density } from './dbscan-tasks.ts'
import { Joining } from './dbscan-join.ts'
import { plant, reachOf, subtrees, type Metric, type PointTree } from './point-tree.ts'

export interface DbscanOptions {
  /** How near a neighbour is, in the units of x, above 0; for haversine in radians. */
  readonly eps: number
  /** Rows within eps, itself among them, that make a row a core row; ≥ 1. */
  readonly minSamples: number
  /** `haversine`: x is n × 2, latitude and longitude in radians. */
  readonly metric: Metric
}

export interface DbscanResult {
  /** One a row: its group, or −1 for noise. */
  readonly labels: Int32Array
  /** One a row: 1 for a core row. */
  readonly core: Uint8Array
  /** Rows of each group. */
  readonly sizes: Int32Array
}

export function dbscan(x: Matrix, options: DbscanOptions): DbscanResult {
  return allAtOnce(dbscanSteps(x, options))
}

/**
 * The same in steps: batches of cells or of subtrees.
 *
 * @param planted a tree over x, where one stands already
 */
export function* dbscanSteps(x: Matrix, options: DbscanOptions, planted?: PointTree): Steps<DbscanResult> {
  if (x.rows === 0) return { labels: new Int32Array(0), core: new Uint8Array(0), sizes: new Int32Array(0) }
  const grid = gridOver(x, options)
  if (grid !== undefined) return yield* dbscanInGrid(grid)
  const tree = planted ?? (yield* plant(x, options.metric))
  const pairs = pairsOf(x, options, tree)
  return yield* pairs === undefined ? dbscanOn(tree, options) : dbscanOfPairs(pairs)
}

/** Where a tree leaves out no more than the rest of all pairs it is quicker to look at all of them. */
const MOST_TO_MEASURE = 0.2

/** Undefined where the tree is quicker, or for other distances. */
function pairsOf(x: Matrix, { eps, minSamples, metric }: DbscanOptions, tree: PointTree): Pairs | undefined {
  if (metric !== 'euclidean' || shareToMeasure(tree, reachOf(metric, eps)) < MOST_TO_MEASURE) return undefined
  return openPairs(x, eps, minSamples, tree.rows)
}

/** In more columns the rows of a grid around a cell are too many: 25 in three columns, 190 in four. */
const MOST_GRID_COLUMNS = 3

/** Undefined where the tree is quicker, or no grid can be. */
function gridOver(x: Matrix, { eps, minSamples, metric }: DbscanOptions): Grid | undefined {
  if (x.cols > MOST_GRID_COLUMNS || metric === 'haversine') return undefined
  return openGrid(x, { eps, isSum: metric === 'manhattan', reach: reachOf(metric, eps), minSamples })
}

/** The same on a tree. */
export function* dbscanOn(
  tree: PointTree,
  { eps, minSamples }: Pick<DbscanOptions, 'eps' | 'minSamples'>,
): Steps<DbscanResult> {
  const { n, metric } = tree
  const nodes = tree.begins.length
  const density: Density = {
    tree,
    reach: reachOf(metric, eps),
    minSamples,
    core: sharedUint8(n),
    cores: sharedInt32(nodes),
    single: sharedInt32(nodes).fill(-1),
    parents: sharedInt32(n),
    labels: sharedInt32(n).fill(-1),
  }
  const parts = subtrees(tree)
  yield* shared(coreOfSubtree, density, parts)
  yield* shared(joinSubtree, density, parts)
  const joining = new Joining(density)
  joining.joinAcross(parts.map(({ node }) => node))
  yield
  numberGroups(density, joining)
  yield* shared(labelBorder, density, parts)
  return inInputOrder(density)
}

/** Labels of the core points: groups in the order of their first core row. */
function numberGroups({ tree, core, labels }: Density, joining: Joining): void {
  const { n, rows } = tree
  const firstRow = new Map<number, number>()
  for (let place = 0; place < n; place++) {
    if (core[place] === 0) continue
    const root = joining.find(place)
    const row = rows[place] as number
    const first = firstRow.get(root)
    if (first === undefined || row < first) firstRow.set(root, row)
  }
  const order = [...firstRow].sort((a, b) => a[1] - b[1])
  const labelOf = new Map(order.map(([root], label) => [root, label]))
  for (let place = 0; place < n; place++) {
    if (core[place] === 1) labels[place] = labelOf.get(joining.find(place)) as number
  }
}

function inInputOrder({ tree, core, labels }: Density): DbscanResult {
  const { n, rows } = tree
  const result = { labels: new Int32Array(n), core: new Uint8Array(n) }
  let groups = 0
  for (let place = 0; place < n; place++) {
    const row = rows[place] as number
    const label = labels[place] as number
    result.labels[row] = label
    result.core[row] = core[place] as number
    if (label >= groups) groups = label + 1
  }
  const sizes = new Int32Array(groups)
  for (const label of labels) if (label >= 0) sizes[label] = (sizes[label] as number) + 1
  return { ...result, sizes }
}
