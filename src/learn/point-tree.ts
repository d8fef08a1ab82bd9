/**
 * A tree over points, to find what lies near without looking at everything.
 *
 * In:  a Matrix (n × p), or latitudes and longitudes in radians.
 * Out: the points in another order, so that the points of every node stand side by side, each node with the box that
 *      holds them. Halves are cut at the median of the widest side of the box (Friedman, Bentley & Finkel, "An
 *      algorithm for finding best matches in logarithmic expected time", ACM TOMS 3(3), 1977).
 * Cost: O(n·log n) time in subtrees that any thread can do; memory n·(p + 1) numbers and 2p for each node.
 *
 * The tree is complete: node i has the children 2i + 1 and 2i + 2, and all leaves are on one level, so where a node
 * begins and ends follows from n alone. Bounds between boxes are right up to rounding; whoever compares them with a
 * distance leaves room for that (`near`, `far`).
 */
import type { Matrix } from '../base/matrix.ts'
import { shared, type Steps, type Task } from '../base/steps.ts'
import { sharedFloat64, sharedInt32 } from '../kernels/shared.ts'
import { Room, sizeOf, type Space } from '../kernels/space.ts'

export type Metric = 'euclidean' | 'manhattan' | 'haversine'

/** Arrays that all threads see. */
export interface PointTree {
  readonly metric: Metric
  /** Where the columns lie. */
  readonly space: Space | undefined
  readonly n: number
  /** Columns that boxes are made of: for haversine the three of a point on a ball of radius 1. */
  readonly p: number
  /** By column: the value of the point at place i in column j is columns[j·n + i]. Haversine: also both angles. */
  readonly columns: Float64Array
  /** For each place the row of the input. */
  readonly rows: Int32Array
  /** Levels below the root. */
  readonly depth: number
  readonly firstLeaf: number
  /** For each node where it begins; it ends where the next on its level begins, the last at n. */
  readonly begins: Int32Array
  /** For each node the p least and the p greatest values. */
  readonly boxes: Float64Array
}

/** Points of a leaf, at most: in many columns boxes part little, and a longer run of points is measured faster. */
const leafPoints = (p: number) => (p <= 4 ? 16 : MOST_IN_LEAF)
export const MOST_IN_LEAF = 64
/** Points of the subtrees that are given to threads, at most. */
const subtreePoints = 1 << 16

export function endOf({ n, begins }: PointTree, node: number): number {
  // The next node on the level, unless that is on the next level.
  return ((node + 2) & (node + 1)) === 0 ? n : (begins[node + 1] as number)
}

/** The first node of a level. */
function firstOf(level: number): number {
  return 2 ** level - 1
}

export function isLeaf(tree: PointTree, node: number): boolean {
  return node >= tree.firstLeaf
}

/** Subtrees of which every point is in one, as work for threads; by n alone. */
export function subtrees(tree: PointTree): { readonly node: number }[] {
  const level = levelOf(tree.n, subtreePoints, tree.depth)
  return Array.from({ length: 2 ** level }, (_, i) => ({ node: firstOf(level) + i }))
}

function levelOf(n: number, points: number, most = Infinity): number {
  return Math.min(most, Math.max(0, Math.ceil(Math.log2(n / points))))
}

/** @param x n ≥ 1; for haversine n × 2: latitude and longitude in radians */
export function* plant(x: Matrix, metric: Metric): Steps<PointTree> {
  const { rows: n } = x
  const p = metric === 'haversine' ? 3 : x.cols
  const depth = levelOf(n, leafPoints(p))
  const nodes = 2 ** (depth + 1) - 1
  const length = n * (metric === 'haversine' ? 5 : p)
  const room = new Room(sizeOf(length * 8))
  const tree: PointTree = {
    metric,
    space: room.space,
    n,
    p,
    columns: room.float64(length),
    rows: sharedInt32(n),
    depth,
    firstLeaf: firstOf(depth),
    begins: sharedInt32(nodes),
    boxes: sharedFloat64(nodes * 2 * p),
  }
  fill(tree, x)
  cut(tree)
  const parts = subtrees(tree)
  const top = firstOf(levelOf(n, subtreePoints, depth))
  const root = boxOf(tree, 0)
  const boxes = new Map([[0, root]])
  for (let node = 0; node < top; node++) {
    const box = boxes.get(node) as Float64Array
    const [low, high] = halved(tree, node, box)
    boxes.set(2 * node + 1, low)
    boxes.set(2 * node + 2, high)
    yield
  }
  yield* shared(
    growSubtree,
    tree,
    parts.map(({ node }) => ({ node, box: boxes.get(node) as Float64Array })),
  )
  for (let node = top - 1; node >= 0; node--) joinBoxes(tree, node)
  return tree
}

function fill({ metric, n, columns, rows }: PointTree, { cols, data }: Matrix): void {
  for (let i = 0; i < n; i++) rows[i] = i
  if (metric !== 'haversine') {
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j < cols; j++, at++) columns[j * n + i] = data[at] as number
    return
  }
  for (let i = 0; i < n; i++) {
    const latitude = data[2 * i] as number
    const longitude = data[2 * i + 1] as number
    columns[i] = Math.cos(latitude) * Math.cos(longitude)
    columns[n + i] = Math.cos(latitude) * Math.sin(longitude)
    columns[2 * n + i] = Math.sin(latitude)
    columns[3 * n + i] = latitude
    columns[4 * n + i] = longitude
  }
}

/** Where each node begins: halves of the node above. */
function cut(tree: PointTree): void {
  const { begins, depth } = tree
  for (let node = 0; node < firstOf(depth); node++) {
    const from = begins[node] as number
    begins[2 * node + 1] = from
    begins[2 * node + 2] = (from + endOf(tree, node)) >>> 1
  }
}

/** The box of the points of a node: p least values, p greatest. */
function boxOf(tree: PointTree, node: number): Float64Array {
  const box = new Float64Array(2 * tree.p)
  writeBox(tree, node, box, 0)
  return box
}

function writeBox(tree: PointTree, node: number, into: Float64Array, at: number): void {
  const { n, p, columns, begins } = tree
  const from = begins[node] as number
  const to = endOf(tree, node)
  for (let j = 0; j < p; j++) {
    let least = Infinity
    let most = -Infinity
    for (let i = j * n + from; i < j * n + to; i++) {
      const value = columns[i] as number
      if (value < least) least = value
      if (value > most) most = value
    }
    into[at + j] = least
    into[at + p + j] = most
  }
}

/** Puts the lower half of a node's points before the upper one; gives a box around each half, not always tight. */
function halved(tree: PointTree, node: number, box: Float64Array): [Float64Array, Float64Array] {
  const { n, p, columns, begins } = tree
  let widest = 0
  for (let j = 1; j < p; j++) if (side(box, p, j) > side(box, p, widest)) widest = j
  const low = box.slice()
  const high = box.slice()
  const middle = begins[2 * node + 2] as number
  if (side(box, p, widest) > 0) {
    select(tree, begins[node] as number, endOf(tree, node) - 1, middle, widest)
    const value = columns[widest * n + middle] as number
    low[p + widest] = value
    high[widest] = value
  }
  return [low, high]
}

function side(box: Float64Array, p: number, j: number): number {
  return (box[p + j] as number) - (box[j] as number)
}

/** Hoare's selection: afterwards no point before `middle` is greater in the column, and none from it on less. */
function select(tree: PointTree, first: number, last: number, middle: number, column: number): void {
  const { n, columns } = tree
  const base = column * n
  // A fixed sequence stands for chance: no order of the rows is a bad one every time.
  let chance = 12345
  let from = first
  let to = last
  while (from < to) {
    chance = (Math.imul(chance, 1103515245) + 12345) >>> 0
    const pivot = medianOfThree(
      columns[base + from + (chance % (to - from + 1))] as number,
      columns[base + ((from + to) >>> 1)] as number,
      columns[base + to] as number,
    )
    let i = from
    let j = to
    while (i <= j) {
      while ((columns[base + i] as number) < pivot) i++
      while ((columns[base + j] as number) > pivot) j--
      if (i > j) break
      exchange(tree, i, j)
      i++
      j--
    }
    if (middle <= j) to = j
    else if (middle >= i) from = i
    else return
  }
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

function exchange({ n, columns, rows }: PointTree, i: number, j: number): void {
  for (let at = 0; at < columns.length; at += n) {
    const value = columns[at + i] as number
    columns[at + i] = columns[at + j] as number
    columns[at + j] = value
  }
  const row = rows[i] as number
  rows[i] = rows[j] as number
  rows[j] = row
}

/** Orders the points of a subtree and makes the boxes of its nodes. */
export const growSubtree: Task<PointTree, { node: number; box: Float64Array }, void> = {
  name: 'points/grow',
  run: (tree, { node, box }) => grow(tree, node, box),
}

function grow(tree: PointTree, node: number, box: Float64Array): void {
  if (isLeaf(tree, node)) {
    writeBox(tree, node, tree.boxes, node * 2 * tree.p)
    return
  }
  const [low, high] = halved(tree, node, box)
  grow(tree, 2 * node + 1, low)
  grow(tree, 2 * node + 2, high)
  joinBoxes(tree, node)
}

function joinBoxes({ p, boxes }: PointTree, node: number): void {
  const at = node * 2 * p
  const a = (2 * node + 1) * 2 * p
  const b = a + 2 * p
  for (let j = 0; j < p; j++) {
    boxes[at + j] = Math.min(boxes[a + j] as number, boxes[b + j] as number)
    boxes[at + p + j] = Math.max(boxes[a + p + j] as number, boxes[b + p + j] as number)
  }
}

/**
 * What is within a distance, as measures that need no root: squares for euclidean, sums for manhattan, squared chords
 * for haversine.
 */
export interface Reach {
  /** The measure of the distance itself. */
  readonly at: number
  /** Boxes whose greatest measure is at most this hold only pairs within the distance, whatever rounding did. */
  readonly near: number
  /** Boxes whose least measure is above this hold no pair within the distance. */
  readonly far: number
}

/** @param distance in the units of the points; for haversine in radians */
export function reachOf(metric: Metric, distance: number): Reach {
  if (metric === 'manhattan') return around(distance, 1e-12)
  if (metric === 'euclidean') return around(distance * distance, 1e-12)
  const chord = 2 * Math.sin(Math.min(distance, Math.PI) / 2)
  // Points on a ball of radius 1 are known to some 1e-16, which weighs more the shorter the chord is.
  return around(chord * chord, 1e-12 + 2e-15 / Math.max(chord, 1e-12))
}

function around(at: number, room: number): Reach {
  return { at, near: at * (1 - room), far: at * (1 + room) }
}

/** The least measure between a point of one node and a point of another. */
export function leastBetween({ metric, p, boxes }: PointTree, a: number, b: number): number {
  const atA = a * 2 * p
  const atB = b * 2 * p
  let sum = 0
  for (let j = 0; j < p; j++) {
    const above = (boxes[atB + j] as number) - (boxes[atA + p + j] as number)
    const below = (boxes[atA + j] as number) - (boxes[atB + p + j] as number)
    const apart = above > below ? above : below
    if (apart > 0) sum += metric === 'manhattan' ? apart : apart * apart
  }
  return sum
}

/** The greatest measure between a point of one node and a point of another, or the same. */
export function mostBetween({ metric, p, boxes }: PointTree, a: number, b: number): number {
  const atA = a * 2 * p
  const atB = b * 2 * p
  let sum = 0
  for (let j = 0; j < p; j++) {
    const above = (boxes[atB + p + j] as number) - (boxes[atA + j] as number)
    const below = (boxes[atA + p + j] as number) - (boxes[atB + j] as number)
    const apart = above > below ? above : below
    sum += metric === 'manhattan' ? apart : apart * apart
  }
  return sum
}

/** The least measure between the point at a place and a point of a node. */
export function leastFrom({ metric, n, p, columns, boxes }: PointTree, place: number, node: number): number {
  const at = node * 2 * p
  let sum = 0
  for (let j = 0; j < p; j++) {
    const value = columns[j * n + place] as number
    const below = (boxes[at + j] as number) - value
    const above = value - (boxes[at + p + j] as number)
    const apart = above > below ? above : below
    if (apart > 0) sum += metric === 'manhattan' ? apart : apart * apart
  }
  return sum
}

/** Whether two points are within the distance, as scikit-learn decides it: exactly on it counts. */
export function isWithin(tree: PointTree, reach: Reach, a: number, b: number): boolean {
  const measure = measureOf(tree, a, b)
  if (tree.metric !== 'haversine') return measure <= reach.at
  if (measure <= reach.near || measure > reach.far) return measure <= reach.near
  // So near to the edge that the chord can't tell.
  const { n, columns } = tree
  const latitudes = [columns[3 * n + a] as number, columns[3 * n + b] as number] as const
  const across = Math.sin(0.5 * (latitudes[0] - latitudes[1]))
  const along = Math.sin(0.5 * ((columns[4 * n + a] as number) - (columns[4 * n + b] as number)))
  return across * across + Math.cos(latitudes[0]) * Math.cos(latitudes[1]) * along * along <= reach.at / 4
}

export function measureOf({ metric, n, p, columns }: PointTree, a: number, b: number): number {
  let sum = 0
  if (metric === 'manhattan') {
    for (let j = 0, at = 0; j < p; j++, at += n)
      sum += Math.abs((columns[at + a] as number) - (columns[at + b] as number))
    return sum
  }
  for (let j = 0, at = 0; j < p; j++, at += n) {
    const apart = (columns[at + a] as number) - (columns[at + b] as number)
    sum += apart * apart
  }
  return sum
}
