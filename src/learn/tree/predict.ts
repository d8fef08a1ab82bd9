/**
 * The walk of rows down a tree: what it says of each.
 *
 * In:  a tree, features in the order that it was grown on.
 * Out: a class or number a row, how sure the tree is of it, the share of every class where asked for.
 * Cost: O(depth) a row; rows are shared out over threads.
 */
import { allAtOnce, blocks, shared, type Block, type Steps, type Task } from '../../base/steps.ts'
import { sharedFloat64 } from '../../kernels/shared.ts'
import type { Prepared } from './cart.ts'
import { canWalkByRank, rankedQuestions, RankedWalk, type RankedQuestions } from './ranked-walk.ts'
import type { RankedColumn } from './split-search.ts'
import {
  argmax,
  depthOf,
  nodesOf,
  sum,
  weightOf,
  type Feature,
  type MissingRoute,
  type SetSplit,
  type Split,
  type TextFeature,
  type ThresholdSplit,
  type Tree,
  type TreeNode,
} from './tree.ts'

/** What a tree says of each row. */
export interface Predictions {
  /** Class index or value. */
  readonly values: Float64Array
  /** Share of the class among the training rows of the leaf (weighted); 1 for numbers. */
  readonly probabilities: Float64Array
  /** n × classes, row by row; empty unless asked for. */
  readonly shares: Float64Array
}

/** Questions on the way to a leaf of a tree that is copied to another thread. */
const DEEPEST_COPIED = 500

/** Rows of one job. */
const BLOCK_ROWS = 1 << 16

/**
 * Walks every row down the tree.
 *
 * @param features in the order that the tree was grown on; a code below −1 stands for a level never seen
 * @param wantsShares the share of every class, not only of the one predicted
 */
export function predict(
  tree: Tree,
  features: readonly Feature[],
  rowCount: number,
  wantsShares = false,
): Predictions {
  return allAtOnce(predictSteps(tree, features, rowCount, wantsShares))
}

export function* predictSteps(
  tree: Tree,
  features: readonly Feature[],
  rowCount: number,
  wantsShares = false,
): Steps<Predictions> {
  const into: Predictions = {
    values: sharedFloat64(rowCount),
    probabilities: sharedFloat64(rowCount),
    shares: sharedFloat64(wantsShares ? rowCount * tree.root.counts.length : 0),
  }
  const common: PredictCommon = { tree, features, into }
  const jobs = blocks(rowCount, BLOCK_ROWS)
  // What is small is not worth copying to another thread; node inside node, a deep tree can't be copied.
  if (jobs.length < 4 || depthOf(tree.root) > DEEPEST_COPIED)
    for (const job of jobs) predictBlock.run(common, job)
  else yield* shared(predictBlock, common, jobs)
  return into
}

/**
 * The same, without shares, for the rows that the tree was prepared on.
 *
 * @param prepared the ranks of all rows, and the different values of each column
 */
export function* predictPreparedSteps(
  tree: Tree,
  { features, columns, values: different }: Pick<Prepared, 'features' | 'columns' | 'values'>,
  rowCount: number,
): Steps<Predictions> {
  if (!canWalkByRank(tree)) return yield* predictSteps(tree, features, rowCount)
  const nodes = nodesOf(tree.root)
  const into = { values: sharedFloat64(rowCount), probabilities: sharedFloat64(rowCount) }
  const common: RankedCommon = {
    questions: rankedQuestions(tree, different),
    columns,
    values: Float64Array.from(nodes, ({ value }) => value),
    sure: Float64Array.from(nodes, sureOf),
    into,
  }
  yield* shared(predictRanked, common, blocks(rowCount, BLOCK_ROWS))
  return { ...into, shares: new Float64Array(0) }
}

interface RankedCommon {
  readonly questions: RankedQuestions
  readonly columns: readonly RankedColumn[]
  /** One a node: its answer, and how sure it is. */
  readonly values: Float64Array
  readonly sure: Float64Array
  /** In memory that all threads see: each job writes its own rows. */
  readonly into: Pick<Predictions, 'values' | 'probabilities'>
}

export const predictRanked: Task<RankedCommon, Block, undefined> = {
  name: 'tree/predict-ranked',
  run({ questions, columns, values, sure, into }, { from, to }) {
    const rows = new Int32Array(to - from)
    for (let i = 0; i < rows.length; i++) rows[i] = from + i
    const leaves = new RankedWalk(questions, columns).leavesOf(rows)
    for (let i = 0; i < rows.length; i++) {
      const leaf = leaves[i] as number
      into.values[from + i] = values[leaf] as number
      into.probabilities[from + i] = sure[leaf] as number
    }
    return undefined
  },
}

function sureOf({ weights, value }: TreeNode): number {
  return weights.length === 0 ? 1 : (weights[value] as number) / sum(weights)
}

interface PredictCommon {
  readonly tree: Tree
  readonly features: readonly Feature[]
  /** In memory that all threads see: each job writes its own rows. */
  readonly into: Predictions
}

export const predictBlock: Task<PredictCommon, Block, undefined> = {
  name: 'tree/predict',
  run({ tree, features, into: { values, probabilities, shares } }, { from, to }) {
    const classes = tree.root.counts.length
    const mixed = new Float64Array(classes)
    const nodes = nodesOf(tree.root)
    const sure = nodes.map(sureOf)
    const reached = flatWalk(tree, nodes, features, from, to)
    for (let i = from; i < to; i++) {
      const at = reached[i - from] as number
      if (at >= 0) {
        const node = nodes[at] as TreeNode
        values[i] = node.value
        probabilities[i] = sure[at] as number
        if (shares.length === 0) continue
        const total = sum(node.weights)
        for (let c = 0; c < classes; c++) shares[i * classes + c] = (node.weights[c] as number) / total
        continue
      }
      // Into several branches from that node on.
      mixed.fill(0)
      addShares(tree, nodes[-at - 1] as TreeNode, features, i, 1, mixed)
      const best = argmax(mixed, SHARES_EQUAL)
      values[i] = best
      probabilities[i] = mixed[best] as number
      if (shares.length > 0) shares.set(mixed, i * classes)
    }
    return undefined
  },
}

/** Weka takes sums of shares that are this close for equal. */
const SHARES_EQUAL = 1e-6

/** Children of a split that goes on in several branches, and of one that ends at its node. */
const SEVERAL = -1
const STAYS = -2

/**
 * Where each row ends: the place of a node in depth-first order, or −1 − its place where the row goes on from there in
 * several branches. The tree is laid out in arrays first: a table of children by answer for each node.
 */
function flatWalk(
  tree: Tree,
  nodes: readonly TreeNode[],
  features: readonly Feature[],
  from: number,
  to: number,
): Int32Array {
  const place = new Map(nodes.map((node, i) => [node, i]))
  const feature = Int32Array.from(nodes, ({ split }) => split?.feature ?? -1)
  const threshold = Float64Array.from(nodes, ({ split }) =>
    split?.kind === 'threshold' ? split.threshold : 0,
  )
  const childOf = (node: TreeNode, branch: number) => {
    if (branch < 0) return branch
    const child = node.children[branch]
    return child === undefined ? STAYS : (place.get(child) as number)
  }
  // Of a number: at most, above, missing. Of a text: never seen, missing, then its levels.
  const answers = nodes.map((node) => {
    const { split } = node
    if (split === undefined) return []
    const missing = split.missing === 'shares' ? SEVERAL : split.missing
    if (split.kind === 'threshold') return [0, 1, missing].map((branch) => childOf(node, branch))
    const unseen = split.unseen < 0 ? STAYS : split.unseen
    const levels = (features[split.feature] as TextFeature).levels.map((_, code) => {
      if (split.kind === 'levels') return code
      const branch = split.branchOf[code] as number
      return branch === 2 ? unseen : branch
    })
    return [unseen, missing, ...levels].map((branch) => childOf(node, branch))
  })
  const starts = new Int32Array(nodes.length)
  let length = 0
  answers.forEach((own, i) => {
    starts[i] = length
    length += own.length
  })
  const children = Int32Array.from(answers.flat())
  const isNumber = features.map(({ kind }) => kind === 'number')
  const numbers = features.map((one) => (one.kind === 'number' ? one.values : new Float64Array(0)))
  const codes = features.map((one) => (one.kind === 'text' ? one.codes : new Int32Array(0)))
  const isSingle = tree.precision === 'float32'
  const reached = new Int32Array(to - from)
  for (let i = from; i < to; i++) {
    let node = 0
    for (;;) {
      const asked = feature[node] as number
      if (asked < 0) break
      let answer: number
      if (isNumber[asked] === true) {
        const given = (numbers[asked] as Float64Array)[i] as number
        const value = isSingle ? Math.fround(given) : given
        answer = value <= (threshold[node] as number) ? 0 : Number.isNaN(value) ? 2 : 1
      } else {
        const code = (codes[asked] as Int32Array)[i] as number
        answer = code < -1 ? 0 : code + 2
      }
      const next = children[(starts[node] as number) + answer] as number
      if (next < 0) {
        if (next === SEVERAL) node = -1 - node
        break
      }
      node = next
    }
    reached[i - from] = node
  }
  return reached
}

/** Adds what each leaf that part of row i reaches says of the classes, times that part. */
function addShares(
  tree: Tree,
  node: TreeNode,
  features: readonly Feature[],
  i: number,
  part: number,
  into: Float64Array,
): void {
  const branch = node.split === undefined ? -2 : branchOf(tree, node.split, features, i)
  if (branch >= 0) {
    addShares(tree, node.children[branch] as TreeNode, features, i, part, into)
    return
  }
  if (branch === -1) {
    const total = node.children.reduce((weight, child) => weight + weightOf(child), 0)
    for (const child of node.children) {
      if (child.rows > 0) addShares(tree, child, features, i, (part * weightOf(child)) / total, into)
    }
    return
  }
  const total = sum(node.weights)
  for (let c = 0; c < into.length; c++) {
    into[c] = (into[c] as number) + (part * (node.weights[c] as number)) / total
  }
}

/** The branch that row i takes; −1: into several, by shares; −2: none, the node answers itself. */
export function branchOf(tree: Tree, split: Split, features: readonly Feature[], i: number): number {
  const feature = features[split.feature] as Feature
  if (feature.kind === 'number') {
    const value = feature.values[i] as number
    if (Number.isNaN(value)) return routeOf(split.missing)
    const { threshold } = split as ThresholdSplit
    const compared = tree.precision === 'float32' ? Math.fround(value) : value
    return compared <= threshold ? 0 : 1
  }
  const code = feature.codes[i] as number
  if (code === -1) return routeOf(split.missing)
  if (split.kind === 'levels') {
    if (code >= 0) return code
    return split.unseen < 0 ? -2 : split.unseen
  }
  const { branchOf: branches, unseen } = split as SetSplit
  const branch = code < 0 ? 2 : (branches[code] as number)
  return branch === 2 ? unseen : branch
}

function routeOf(missing: MissingRoute): number {
  return missing === 'shares' ? -1 : missing
}
