/**
 * ID3: a branch for each value of the column that tells most about the class, until nothing is left to tell.
 *
 * In:  features and a target of classes, the rows that take part, limits.
 * Out: a Tree; no pruning.
 * Cost: O(n·p) a level; a number is sorted in each node.
 *
 * Quinlan, "Induction of decision trees", Machine Learning 1, 1986. On texts without missing values the trees are
 * those of Weka's Id3: the first column of the most information gain; a leaf where no gain is left. Where Quinlan and
 * Weka say nothing, lode adds: a number is asked whether it is at most the threshold of most gain (a midpoint); a
 * missing value is a value of its own, with a branch of its own where there is one in the node; a branch that no row
 * takes, and a level never seen, answer with the class of the node above.
 */
import type { Limits, Prepared } from './cart.ts'
import { entropy, isBetter } from './criterion.ts'
import { logOf } from './whole-log.ts'
import { argmax, type ClassTarget, type Split, type TextFeature, type Tree, type TreeNode } from './tree.ts'

export interface Id3Options extends Limits {
  readonly classWeights: Float64Array | undefined
}

/** A gain of no more bits is none (Weka's Utils.SMALL). */
const NO_GAIN = 1e-6

export function growId3(prepared: Prepared, rows: Int32Array, options: Id3Options): Tree {
  return { root: new Grower(prepared, options).grow(rows), precision: 'float64' }
}

interface Waiting {
  readonly rows: Int32Array
  readonly depth: number
  /** The weights of the parent, for a branch that no row takes. */
  readonly above: Float64Array | undefined
  readonly place: (node: TreeNode) => void
}

interface Question {
  readonly gain: number
  readonly split: Split
  /** Rows by branch. */
  readonly parts: () => Int32Array[]
}

class Grower {
  readonly #prepared: Prepared
  readonly #target: ClassTarget
  readonly #options: Id3Options
  readonly #weights: Float64Array

  constructor(prepared: Prepared, options: Id3Options) {
    this.#prepared = prepared
    this.#target = prepared.target as ClassTarget
    this.#options = options
    this.#weights = options.classWeights ?? new Float64Array(this.#target.labels.length).fill(1)
  }

  /** Node by node and not one inside another: a tree may be as deep as there are rows. */
  grow(rows: Int32Array): TreeNode {
    let root: TreeNode | undefined
    const waiting: Waiting[] = [{ rows, depth: 0, above: undefined, place: (node) => (root = node) }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { depth, place } = next
      const node = this.#node(next.rows, next.above)
      const best = this.#isDone(node, depth) ? undefined : this.#best(next.rows)
      if (best === undefined) {
        place(node)
        continue
      }
      const children: TreeNode[] = []
      place({ ...node, split: best.split, children })
      best.parts().forEach((part, branch) => {
        waiting.push({
          rows: part,
          depth: depth + 1,
          above: node.weights,
          place: (child) => (children[branch] = child),
        })
      })
    }
    return root as TreeNode
  }

  #isDone({ rows, impurity }: TreeNode, depth: number): boolean {
    const { maxDepth, minSplit } = this.#options
    return rows < minSplit || depth >= maxDepth || impurity === 0
  }

  /** The first column of the most gain; undefined where none has any. */
  #best(rows: Int32Array): Question | undefined {
    let best: Question | undefined
    for (const [place, feature] of this.#prepared.features.entries()) {
      const found =
        feature.kind === 'text' ? this.#byLevel(feature, place, rows) : this.#byThreshold(place, rows)
      if (found !== undefined && (best === undefined || found.gain > best.gain)) best = found
    }
    return best !== undefined && best.gain >= NO_GAIN ? best : undefined
  }

  #node(rows: Int32Array, above: Float64Array | undefined): TreeNode {
    const counts = new Float64Array(this.#weights.length)
    for (const row of rows) {
      const code = this.#target.codes[row] as number
      counts[code] = (counts[code] as number) + 1
    }
    const own = counts.map((count, c) => count * (this.#weights[c] as number))
    const weights = rows.length === 0 && above !== undefined ? above : own
    const isPure = counts.some((count) => count === rows.length)
    const total = own.reduce((sum, weight) => sum + weight, 0)
    return {
      rows: rows.length,
      counts,
      weights,
      value: argmax(weights),
      impurity: isPure ? 0 : entropy(own, total),
      split: undefined,
      children: [],
    }
  }

  #byLevel({ codes, levels }: TextFeature, place: number, rows: Int32Array): Question | undefined {
    const classes = this.#weights.length
    const hasMissing = rows.some((row) => codes[row] === -1)
    const branches = levels.length + (hasMissing ? 1 : 0)
    const branchOf = (row: number) => {
      const code = codes[row] as number
      return code === -1 ? levels.length : code
    }
    const cells = new Float64Array(branches * classes)
    for (const row of rows) {
      const code = this.#target.codes[row] as number
      const at = branchOf(row) * classes + code
      cells[at] = (cells[at] as number) + (this.#weights[code] as number)
    }
    if (this.#hasSmallBranch(cells, branches)) return undefined
    return {
      gain: gainOf(cells, branches, classes),
      split: { kind: 'levels', feature: place, missing: hasMissing ? levels.length : -2, unseen: -1 },
      parts: () => parted(rows, branches, branchOf),
    }
  }

  /** With --min-leaf above 1, a split in which a branch has rows but fewer is none. */
  #hasSmallBranch(cells: Float64Array, branches: number): boolean {
    const { minLeaf } = this.#options
    if (minLeaf <= 1) return false
    const classes = this.#weights.length
    for (let branch = 0; branch < branches; branch++) {
      let rows = 0
      for (let c = 0; c < classes; c++)
        rows += (cells[branch * classes + c] as number) / (this.#weights[c] as number) || 0
      if (rows > 0 && rows < minLeaf) return true
    }
    return false
  }

  #byThreshold(place: number, rows: Int32Array): Question | undefined {
    const classes = this.#weights.length
    const values = this.#prepared.values[place] as Float64Array
    const { of, width } = this.#prepared.columns[place] as { of: Int32Array; width: number }
    const n = rows.length
    const order = Float64Array.from(rows, (row, i) => (of[row] as number) * n + i).sort()
    const rankAt = (p: number) => Math.floor((order[p] as number) / n)
    let present = n
    while (present > 0 && rankAt(present - 1) === width) present--
    if (present === 0) return undefined
    const hasMissing = present < n
    const branches = hasMissing ? 3 : 2
    const cells = new Float64Array(3 * classes)
    const add = (branch: number, p: number, sign: 1 | -1) => {
      const code = this.#target.codes[rows[(order[p] as number) % n] as number] as number
      const at = branch * classes + code
      cells[at] = (cells[at] as number) + sign * (this.#weights[code] as number)
    }
    for (let p = 0; p < n; p++) add(p < present ? 1 : 2, p, 1)
    let gain = -Infinity
    let cut = -1
    for (let p = 1; p < present; p++) {
      add(0, p - 1, 1)
      add(1, p - 1, -1)
      if (rankAt(p) === rankAt(p - 1)) continue
      if (p < this.#options.minLeaf || present - p < this.#options.minLeaf) continue
      const here = gainOf(cells, branches, classes)
      if (!isBetter(here, gain)) continue
      gain = here
      cut = p
    }
    if (cut < 0) return undefined
    const below = rankAt(cut - 1)
    const low = values[below] as number
    const high = values[rankAt(cut)] as number
    const middle = low / 2 + high / 2
    return {
      gain,
      split: {
        kind: 'threshold',
        feature: place,
        threshold: middle >= low && middle < high ? middle : low,
        missing: hasMissing ? 2 : present - cut > cut ? 1 : 0,
      },
      parts: () =>
        parted(rows, branches, (row) => {
          const rank = of[row] as number
          return rank === width ? 2 : rank <= below ? 0 : 1
        }),
    }
  }
}

/** Information gain in bits, in Weka's order of operations. */
function gainOf(cells: Float64Array, branches: number, classes: number): number {
  const all = new Float64Array(classes)
  let total = 0
  for (let at = 0; at < branches * classes; at++) {
    const c = at % classes
    all[c] = (all[c] as number) + (cells[at] as number)
    total += cells[at] as number
  }
  let gain = bits(all, total)
  for (let branch = 0; branch < branches; branch++) {
    const own = cells.subarray(branch * classes, (branch + 1) * classes)
    let rows = 0
    for (const weight of own) rows += weight
    if (rows > 0) gain -= (rows / total) * bits(own, rows)
  }
  return gain
}

function bits(weights: Float64Array, total: number): number {
  let sum = 0
  for (const weight of weights) if (weight > 0) sum -= weight * (logOf(weight) / Math.LN2)
  return sum / total + logOf(total) / Math.LN2
}

function parted(rows: Int32Array, branches: number, branchOf: (row: number) => number): Int32Array[] {
  const into: number[][] = Array.from({ length: branches }, () => [])
  for (const row of rows) into[branchOf(row)]?.push(row)
  return into.map((part) => Int32Array.from(part))
}
