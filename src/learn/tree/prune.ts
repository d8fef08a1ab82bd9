/**
 * Cost-complexity pruning: the smaller trees inside a tree, each the best for some price of a leaf.
 *
 * In:  a grown tree.
 * Out: for each node the price alpha from which on it is a leaf; the tree at a price; the prices at which it changes.
 * Cost: O(nodes · depth · log nodes).
 *
 * Breiman et al., "Classification and Regression Trees", 1984, chapter 3: again and again the branch goes that loses
 * least per leaf. What a leaf loses is its impurity by its share of all weighted rows, as in scikit-learn.
 */
import { nodesOf, weightOf, type TreeNode } from './tree.ts'

export interface PruningPath {
  /** Ascending; the first is 0, for the whole tree, the last leaves the root alone. */
  readonly alphas: readonly number[]
  /** Of every node that is not a leaf: from which alpha on it is one. */
  readonly collapse: ReadonlyMap<TreeNode, number>
}

export function pruningPath(root: TreeNode): PruningPath {
  const nodes = nodesOf(root)
  const total = weightOf(root)
  const parent = new Int32Array(nodes.length).fill(-1)
  const place = new Map(nodes.map((node, i) => [node, i]))
  nodes.forEach((node, i) => {
    for (const child of node.children) parent[place.get(child) as number] = i
  })
  const own = Float64Array.from(nodes, (node) => (weightOf(node) * node.impurity) / total)
  const branch = new Float64Array(nodes.length)
  const leaves = new Int32Array(nodes.length)
  nodes.forEach((node, i) => {
    if (node.split !== undefined) return
    for (let at = i; at >= 0; at = parent[at] as number) {
      branch[at] = (branch[at] as number) + (own[i] as number)
      leaves[at] = (leaves[at] as number) + 1
    }
  })
  return weakestFirst(nodes, parent, own, branch, leaves)
}

function weakestFirst(
  nodes: readonly TreeNode[],
  parent: Int32Array,
  own: Float64Array,
  branch: Float64Array,
  leaves: Int32Array,
): PruningPath {
  const alphas = [0]
  const collapse = new Map<TreeNode, number>()
  const isGone = new Uint8Array(nodes.length)
  const heap = new Heap()
  const price = (i: number) => ((own[i] as number) - (branch[i] as number)) / ((leaves[i] as number) - 1)
  nodes.forEach((node, i) => {
    if (node.split !== undefined) heap.push(price(i), i)
  })
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    const { key, item } = next
    // An entry of before the branches below were cut, or of a branch that went with one above.
    if (isGone[item] === 1 || key !== price(item)) continue
    alphas.push(key)
    markGone(nodes, item, isGone, collapse, key)
    const fewer = (leaves[item] as number) - 1
    const more = (own[item] as number) - (branch[item] as number)
    for (let at = item; at >= 0; at = parent[at] as number) {
      leaves[at] = (leaves[at] as number) - fewer
      branch[at] = (branch[at] as number) + more
      if (at !== item) heap.push(price(at), at)
    }
  }
  return { alphas, collapse }
}

/** The node becomes a leaf; what hangs below it is no node any more. */
function markGone(
  nodes: readonly TreeNode[],
  item: number,
  isGone: Uint8Array,
  collapse: Map<TreeNode, number>,
  alpha: number,
): void {
  const node = nodes[item] as TreeNode
  collapse.set(node, alpha)
  // In depth-first order the nodes of a branch follow it without a gap.
  const end = item + nodesOf(node).length
  isGone.fill(1, item, end)
  for (let i = item + 1; i < end; i++) {
    const below = nodes[i] as TreeNode
    if (below.split !== undefined && !collapse.has(below)) collapse.set(below, alpha)
  }
}

/** A price that a peer computed, in another order of sums, still counts as reached. */
const ROUNDING = 1e-12

/** The tree at a price: every node whose collapse is at most alpha is a leaf. */
export function prunedAt(root: TreeNode, { collapse }: PruningPath, alpha: number): TreeNode {
  const most = alpha * (1 + ROUNDING)
  const pruned = new Map<TreeNode, TreeNode>()
  // Children before their node.
  for (const node of nodesOf(root).reverse()) {
    if (node.split === undefined) pruned.set(node, node)
    else if ((collapse.get(node) ?? Infinity) <= most) {
      pruned.set(node, { ...node, split: undefined, children: [] })
    } else {
      pruned.set(node, { ...node, children: node.children.map((child) => pruned.get(child) as TreeNode) })
    }
  }
  return pruned.get(root) as TreeNode
}

/** Smallest key first; of equal keys the smallest item. */
class Heap {
  readonly #keys: number[] = []
  readonly #items: number[] = []

  push(key: number, item: number): void {
    let at = this.#keys.length
    this.#keys.push(key)
    this.#items.push(item)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (!this.#isBefore(at, above)) return
      this.#exchange(at, above)
      at = above
    }
  }

  pop(): { key: number; item: number } | undefined {
    const last = this.#keys.length - 1
    if (last < 0) return undefined
    this.#exchange(0, last)
    const key = this.#keys.pop() as number
    const item = this.#items.pop() as number
    for (let at = 0; ;) {
      const left = 2 * at + 1
      if (left >= last) return { key, item }
      const least = left + 1 < last && this.#isBefore(left + 1, left) ? left + 1 : left
      if (!this.#isBefore(least, at)) return { key, item }
      this.#exchange(at, least)
      at = least
    }
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#keys[a] as number
    const right = this.#keys[b] as number
    return left < right || (left === right && (this.#items[a] as number) < (this.#items[b] as number))
  }

  #exchange(a: number, b: number): void {
    const key = this.#keys[a] as number
    const item = this.#items[a] as number
    this.#keys[a] = this.#keys[b] as number
    this.#items[a] = this.#items[b] as number
    this.#keys[b] = key
    this.#items[b] = item
  }
}
