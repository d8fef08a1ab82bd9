/**
 * The nouns of decision trees: what they are grown from and what they are made of.
 *
 * In:  features and a target, column by column, one entry a row.
 * Out: nodes that hold their children.
 *
 * CART, ID3 and C4.5 grow the same kind of tree, so that reports, rules, SQL and saved models know only one.
 */

/** A column that a tree may ask about. */
export type Feature = NumberFeature | TextFeature

export interface NumberFeature {
  readonly kind: 'number'
  readonly name: string
  /** One a row; NaN where the value is missing. */
  readonly values: Float64Array
}

export interface TextFeature {
  readonly kind: 'text'
  readonly name: string
  readonly levels: readonly string[]
  /** One a row: an index into `levels`, or −1 where the value is missing. */
  readonly codes: Int32Array
}

/** What a tree learns to tell: one of several classes, or a number. Every row has one. */
export type Target = ClassTarget | NumberTarget

export interface ClassTarget {
  readonly kind: 'classes'
  readonly name: string
  readonly labels: readonly string[]
  /** One a row: an index into `labels`. */
  readonly codes: Int32Array
}

export interface NumberTarget {
  readonly kind: 'number'
  readonly name: string
  readonly values: Float64Array
}

export interface TreeNode {
  /** Training rows that reached it; with C4.5 a row whose value was missing counts as parts of a row. */
  readonly rows: number
  /** The same by class; empty for a number. */
  readonly counts: Float64Array
  /** The same by class, times the weight of the class. The first class with the most is the node's. */
  readonly weights: Float64Array
  /** The index of the node's class, or the mean of its rows. */
  readonly value: number
  /** What the criterion says of the node alone: 0 where all rows are alike. */
  readonly impurity: number
  /** Of a number: the mean square of what its rows differ from their mean, where that is not the impurity. */
  readonly variance?: number
  /** Undefined at a leaf. */
  readonly split: Split | undefined
  /** One a branch of the split; none at a leaf. */
  readonly children: readonly TreeNode[]
}

/** The question of a node, and where rows go whose value is missing or was never seen. */
export type Split = ThresholdSplit | SetSplit | LevelSplit

export interface ThresholdSplit {
  readonly kind: 'threshold'
  /** The place of the feature. */
  readonly feature: number
  /** Branch 0: value ≤ threshold; branch 1: above. Infinity parts the values that are there from those missing. */
  readonly threshold: number
  readonly missing: MissingRoute
}

export interface SetSplit {
  readonly kind: 'sets'
  readonly feature: number
  /** One a level: 0 or 1, its branch; 2 where the level was in no row of the node. */
  readonly branchOf: Uint8Array
  readonly missing: MissingRoute
  /** The branch of levels that were in no row of the node. */
  readonly unseen: number
}

export interface LevelSplit {
  readonly kind: 'levels'
  readonly feature: number
  /** As many branches as the feature has levels, in their order; with ID3 one more where missing is a value. */
  readonly missing: MissingRoute
  /** The branch of a level that is none of them; −1: the node answers itself. */
  readonly unseen: number
}

/** A branch, or `shares`: into every branch, each with its share of the rows (C4.5). */
export type MissingRoute = number | 'shares'

function isLeaf(node: TreeNode): boolean {
  return node.split === undefined
}

/** How a tree was grown, as far as its use depends on it. */
export interface Tree {
  readonly root: TreeNode
  /** `float32`: numbers are rounded to single precision before they are compared, as in scikit-learn. */
  readonly precision: 'float64' | 'float32'
}

/** Nodes from the root on, each before its children, the first child first. */
export function nodesOf(root: TreeNode): TreeNode[] {
  const nodes: TreeNode[] = []
  const waiting = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node)
    for (let i = node.children.length - 1; i >= 0; i--) waiting.push(node.children[i] as TreeNode)
  }
  return nodes
}

export function leafCount(root: TreeNode): number {
  return nodesOf(root).filter(isLeaf).length
}

/** Questions on the longest way down: 0 for a tree that is one leaf. */
export function depthOf(root: TreeNode): number {
  let depth = -1
  for (let level: readonly TreeNode[] = [root]; level.length > 0; depth++) {
    level = level.flatMap(({ children }) => children)
  }
  return depth
}

/** The place of the largest entry; the first of those that are within `slack` of it. */
export function argmax(values: ArrayLike<number>, slack = 0): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i
  let first = 0
  while ((values[first] as number) < (values[best] as number) - slack) first++
  return first
}

export function sum(values: Float64Array): number {
  let total = 0
  for (const value of values) total += value
  return total
}

/**
 * Impurity decrease by feature, each split weighed by its rows, to a sum of 1; zeros for a tree of one leaf.
 *
 * scikit-learn's feature_importances_ (Breiman et al., "Classification and Regression Trees", 1984, 5.3.4).
 */
export function importances(root: TreeNode, features: number): Float64Array {
  const gains = new Float64Array(features)
  for (const node of nodesOf(root)) {
    if (node.split === undefined) continue
    const place = node.split.feature
    let left = weightOf(node) * node.impurity
    for (const child of node.children) left -= weightOf(child) * child.impurity
    gains[place] = (gains[place] as number) + left
  }
  const total = sum(gains)
  return total > 0 ? gains.map((gain) => gain / total) : gains.fill(0)
}

/** Weighted rows of a node; an empty branch holds the weights of its parent, to answer with, and weighs nothing. */
export function weightOf(node: TreeNode): number {
  return node.weights.length === 0 || node.rows === 0 ? node.rows : sum(node.weights)
}
