/**
 * CART: a tree of yes/no questions, each the one that leaves the least impurity behind.
 *
 * In:  features and a target, the rows that take part, a criterion, limits.
 * Out: a Tree. The same for any number of threads: columns are judged one by one, and the first of equals is taken.
 * Cost: O(rows · features) a level; memory 4 bytes a row and feature beside the input.
 *
 * Breiman, Friedman, Olshen & Stone, "Classification and Regression Trees", 1984. Thresholds are midpoints, leaves
 * are allowed where nothing is gained (XOR is learnt at the second question), missing values go to the side where
 * they serve best, as in scikit-learn 1.9. Departs from scikit-learn: in double precision throughout, ties go to the
 * first column and the lowest threshold and not by chance, text splits in sets without dummies. `sklearn.ts` is
 * scikit-learn's own tree.
 */
import { allAtOnce, shared, type Steps, type Task } from '../../base/steps.ts'
import { sharedFloat64, sharedInt32 } from '../../kernels/shared.ts'
import { BranchColumns, type Held } from './branch-columns.ts'
import { impurityOf, isBetter, type Criterion } from './criterion.ts'
import { ranksOf, type Ranks } from './ranks.ts'
import { Orders, partRows } from './orders.ts'
import { SplitSearch, type Candidate, type RankedColumn, type SearchTarget } from './split-search.ts'
import { argmax, type Feature, type Split, type Target, type Tree, type TreeNode } from './tree.ts'

export interface Limits {
  /** Questions on the way to a leaf; Infinity for no limit. */
  readonly maxDepth: number
  /** A node with fewer rows is not split. */
  readonly minSplit: number
  /** A split that leaves fewer rows on a side is none. */
  readonly minLeaf: number
}

export interface CartOptions extends Limits {
  readonly criterion: Criterion
  /** One a class, or undefined where all rows weigh 1. */
  readonly classWeights: Float64Array | undefined
}

/** Features and target as the search reads them: made once, for as many trees as are grown on them. */
export interface Prepared {
  readonly features: readonly Feature[]
  readonly target: Target
  readonly columns: readonly RankedColumn[]
  /** Different values of each feature, ascending; empty for text. */
  readonly values: readonly Float64Array[]
}

export function prepare(features: readonly Feature[], target: Target): Prepared {
  return allAtOnce(prepareSteps(features, target))
}

export function* prepareSteps(features: readonly Feature[], target: Target): Steps<Prepared> {
  const numbers = features.flatMap((feature) => (feature.kind === 'number' ? [feature.values] : []))
  const ranked = (yield* shared(ranksOfColumn, {}, numbers)).values()
  const all = features.map((feature): Ranks => {
    if (feature.kind === 'number') return ranked.next().value as Ranks
    const of = sharedInt32(feature.codes.length)
    const width = feature.levels.length
    for (let i = 0; i < of.length; i++) {
      const code = feature.codes[i] as number
      of[i] = code < 0 ? width : code
    }
    return { values: new Float64Array(0), of }
  })
  const columns = all.map(({ values, of }, place): RankedColumn => {
    const feature = features[place] as Feature
    return { kind: feature.kind, width: feature.kind === 'text' ? feature.levels.length : values.length, of }
  })
  return { features, target, columns, values: all.map(({ values }) => values) }
}

export const ranksOfColumn: Task<object, Float64Array, Ranks> = {
  name: 'tree/ranks',
  run: (_common, column) => ranksOf(column),
}

/** @param rows that take part: different, in ascending order, at least one */
export function growCart(prepared: Prepared, rows: Int32Array, options: CartOptions): Tree {
  return { root: wholeTree(prepared, rows, options), precision: 'float64' }
}

/** All of it by this thread. */
function wholeTree(prepared: Prepared, rows: Int32Array, options: CartOptions): TreeNode {
  return workOf(commonOf(prepared, rows, options)).branch({ start: 0, end: rows.length, depth: 0 })
}

/** A branch of so many rows or fewer is grown by one thread; above, its columns are shared out. */
const BRANCH_ROWS = 131_072

interface Waiting {
  readonly start: number
  readonly end: number
  readonly depth: number
  /** Its rows by class, where they were counted when they were parted from the others. */
  readonly counts?: Float64Array
  /** What is known of its columns, in a branch that one thread grows. */
  held?: Held | undefined
  readonly place: (node: TreeNode) => void
}

/**
 * Level by level while nodes are large, so that all threads find work: the columns of every large node, the branches
 * of the others.
 */
export function* growCartSteps(
  prepared: Prepared,
  rows: Int32Array,
  options: CartOptions,
  branchRows = BRANCH_ROWS,
): Steps<Tree> {
  const common = commonOf(prepared, rows, options)
  const work = workOf(common)
  let root: TreeNode | undefined
  let level: Waiting[] = [{ start: 0, end: rows.length, depth: 0, place: (node) => (root = node) }]
  while (level.length > 0) {
    const opened = level.map((waiting) => {
      const isLarge = waiting.end - waiting.start > branchRows
      return { waiting, node: isLarge ? work.nodeToSplit(waiting) : undefined }
    })
    const jobs = opened.flatMap(({ waiting, node }) => jobsOf(waiting, node, prepared.columns.length))
    const answers = (yield* shared(growPart, common, jobs)).values()
    level = opened.flatMap(({ waiting, node }) => {
      if (node === undefined) {
        waiting.place(answers.next().value as TreeNode)
        return []
      }
      const found = node.isDone
        ? []
        : prepared.columns.map(() => answers.next().value as Candidate | undefined)
      return work.opened(waiting, node.node, bestOf(found))
    })
  }
  return { root: root as TreeNode, precision: 'float64' }
}

/** What threads share of a tree that grows. */
interface GrowCommon {
  readonly columns: readonly RankedColumn[]
  readonly values: readonly Float64Array[]
  readonly target: SearchTarget
  /** The numbers of the target as they are; empty for classes. */
  readonly numbers: Float64Array
  /** Reordered in place: the rows of a node lie together, in ascending order. */
  readonly rows: Int32Array
  readonly options: CartOptions
}

/** The best split of a node by one column, or a whole branch. */
type GrowJob =
  | {
      readonly kind: 'search'
      readonly start: number
      readonly end: number
      readonly column: number
      readonly counts: Float64Array
    }
  | ({ readonly kind: 'branch' } & Omit<Waiting, 'place' | 'held'>)

export const growPart: Task<GrowCommon, GrowJob, Candidate | TreeNode | undefined> = {
  name: 'tree/grow',
  run(common, job) {
    const work = workOf(common)
    return job.kind === 'search' ? work.search(job.start, job.end, job.column, job.counts) : work.branch(job)
  },
}

function commonOf(prepared: Prepared, rows: Int32Array, options: CartOptions): GrowCommon {
  const { target, columns, values } = prepared
  const own = sharedInt32(rows.length)
  own.set(rows)
  const searched: SearchTarget =
    target.kind === 'number'
      ? { kind: 'number', values: centred(target.values, rows) }
      : {
          kind: 'classes',
          codes: target.codes,
          weights: options.classWeights ?? new Float64Array(target.labels.length).fill(1),
          isWeighted: options.classWeights !== undefined,
        }
  const numbers = target.kind === 'number' ? target.values : new Float64Array(0)
  return { columns, values, target: searched, numbers, rows: own, options }
}

function jobsOf(
  { place: _place, held: _held, ...waiting }: Waiting,
  opened: { readonly node: TreeNode; readonly isDone: boolean } | undefined,
  columns: number,
): GrowJob[] {
  if (opened === undefined) return [{ kind: 'branch', ...waiting }]
  if (opened.isDone) return []
  const { start, end } = waiting
  const { counts } = opened.node
  return Array.from({ length: columns }, (_, column) => ({ kind: 'search', start, end, column, counts }))
}

/** The first column of the best. */
function bestOf(found: readonly (Candidate | undefined)[]): Best | undefined {
  let best: Best | undefined
  found.forEach((candidate, place) => {
    if (candidate === undefined || (best !== undefined && !isBetter(candidate.score, best.score))) return
    best = { ...candidate, place }
  })
  return best
}

type Best = Candidate & { readonly place: number }

/** One thread's end of the work on a tree; kept, with its scratch space, while the tree grows. */
const works = new WeakMap<GrowCommon, Work>()

function workOf(common: GrowCommon): Work {
  const known = works.get(common) ?? new Work(common)
  works.set(common, known)
  return known
}

class Work {
  readonly #common: GrowCommon
  readonly #search: SplitSearch
  #spare = new Int32Array(0)
  /** One a row of the table: 1 where it went to branch 0 of the node last split. */
  #isLeft = new Uint8Array(0)

  constructor(common: GrowCommon) {
    this.#common = common
    const { columns, target, options } = common
    this.#search = new SplitSearch(columns, target, options.criterion, options.minLeaf)
  }

  search(start: number, end: number, column: number, counts: Float64Array): Candidate | undefined {
    return this.#search.best(this.#common.rows, start, end, column, counts)
  }

  /** A node that is to be split by all threads. */
  nodeToSplit(waiting: Waiting): { node: TreeNode; isDone: boolean } {
    const node = this.#node(waiting)
    return { node, isDone: this.#isDone(node, waiting.depth) }
  }

  /** Puts the node where it belongs, split in two where a split was found. @returns its branches, still to grow */
  opened({ start, end, depth, place }: Waiting, node: TreeNode, best: Best | undefined): Waiting[] {
    if (best === undefined) {
      place(node)
      return []
    }
    const left = new Float64Array(node.counts.length)
    const middle = this.#partition(best, start, end, left)
    const right = new Float64Array(left.length)
    for (let c = 0; c < right.length; c++) right[c] = (node.counts[c] as number) - (left[c] as number)
    const children: TreeNode[] = []
    place({ ...node, split: this.#splitOf(best), children })
    const below = depth + 1
    return [
      {
        start,
        end: middle,
        depth: below,
        held: undefined,
        counts: left,
        place: (child) => (children[0] = child),
      },
      {
        start: middle,
        end,
        depth: below,
        held: undefined,
        counts: right,
        place: (child) => (children[1] = child),
      },
    ]
  }

  branch(of: Omit<Waiting, 'place' | 'held'>): TreeNode {
    const { columns, target, rows, options } = this.#common
    const orders = new Orders(columns, target, of.start, of.end)
    const known = new BranchColumns(this.#search, orders, rows, columns.length)
    let root: TreeNode | undefined
    const waiting: Waiting[] = [{ ...of, held: undefined, place: (node) => (root = node) }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const node = this.#node(next)
      const found = this.#isDone(node, next.depth) ? [] : known.best(next, node.counts)
      const below = this.opened(next, node, bestOf(found))
      if (next.depth + 1 < options.maxDepth) known.part(next, below, this.#isLeft)
      waiting.push(...below)
    }
    return root as TreeNode
  }

  #isDone({ rows, impurity }: TreeNode, depth: number): boolean {
    const { maxDepth, minSplit, minLeaf } = this.#common.options
    return depth >= maxDepth || rows < minSplit || rows < 2 * minLeaf || impurity === 0
  }

  #splitOf({ place, missing, below, above, branchOf }: Best): Split {
    if (branchOf !== undefined) {
      return { kind: 'sets', feature: place, branchOf, missing, unseen: missing === 'shares' ? 0 : missing }
    }
    const values = this.#common.values[place] as Float64Array
    const threshold =
      above === values.length ? Infinity : between(values[below] as number, values[above] as number)
    return { kind: 'threshold', feature: place, threshold, missing }
  }

  /**
   * Puts the rows of branch 0 before those of branch 1, each in their order.
   *
   * @param counts gets the rows of branch 0 by class; empty for a number
   * @returns where branch 1 starts
   */
  #partition(
    { place, below, branchOf, missing }: Best,
    start: number,
    end: number,
    counts: Float64Array,
  ): number {
    const { of, width } = this.#common.columns[place] as RankedColumn
    const { rows, target } = this.#common
    if (this.#spare.length < end - start) this.#spare = new Int32Array(end - start)
    if (this.#isLeft.length === 0) this.#isLeft = new Uint8Array(of.length)
    const marks = this.#isLeft
    const missingLeft = missing === 0 ? 1 : 0
    if (branchOf === undefined) markByCut(rows, start, end, of, below + 1, width, missingLeft, marks)
    else {
      // What each level answers, a missing value last: 1 for branch 0.
      const answers = new Uint8Array(width + 1)
      branchOf.forEach((branch, level) => (answers[level] = branch === 0 ? 1 : 0))
      answers[width] = missingLeft
      for (let p = start; p < end; p++) {
        const row = rows[p] as number
        marks[row] = answers[of[row] as number] as number
      }
    }
    return target.kind === 'classes'
      ? partedAndCounted(rows, start, end, marks, this.#spare, target.codes, counts)
      : start + partRows(rows.subarray(start, end), marks, this.#spare)
  }

  #node({ start, end, counts }: Waiting): TreeNode {
    const { target, rows } = this.#common
    if (target.kind === 'number') return this.#numberNode(start, end)
    if (counts !== undefined) return this.#classNode(counts, target.weights)
    const counted = new Float64Array(target.weights.length)
    for (let p = start; p < end; p++) {
      const code = target.codes[rows[p] as number] as number
      counted[code] = (counted[code] as number) + 1
    }
    return this.#classNode(counted, target.weights)
  }

  #classNode(counts: Float64Array, classWeights: Float64Array): TreeNode {
    const weights = new Float64Array(counts.length)
    let rows = 0
    let most = 0
    for (let c = 0; c < counts.length; c++) {
      const count = counts[c] as number
      weights[c] = count * (classWeights[c] as number)
      rows += count
      if (count > most) most = count
    }
    const isPure = most === rows
    const criterion = this.#common.options.criterion === 'entropy' ? 'entropy' : 'gini'
    return {
      rows,
      counts,
      weights,
      value: argmax(weights),
      impurity: isPure ? 0 : impurityOf(criterion, weights),
      split: undefined,
      children: [],
    }
  }

  #numberNode(start: number, end: number): TreeNode {
    const { numbers, rows } = this.#common
    const none = new Float64Array(0)
    const n = end - start
    // Measured from the first row, so that equal values have their own mean and no spread.
    const first = numbers[rows[start] as number] as number
    let total = 0
    for (let p = start; p < end; p++) total += (numbers[rows[p] as number] as number) - first
    const mean = first + total / n
    let squares = 0
    for (let p = start; p < end; p++) squares += ((numbers[rows[p] as number] as number) - mean) ** 2
    return {
      rows: n,
      counts: none,
      weights: none,
      value: mean,
      impurity: squares / n,
      split: undefined,
      children: [],
    }
  }
}

function markByCut(
  rows: Int32Array,
  start: number,
  end: number,
  of: Int32Array,
  cut: number,
  width: number,
  missingLeft: number,
  marks: Uint8Array,
): void {
  for (let p = start; p < end; p++) {
    const row = rows[p] as number
    const rank = of[row] as number
    // The sign of a difference: which side a row goes to can't be foreseen, so it is computed and not branched on.
    const isMissing = (width - 1 - rank) >>> 31
    marks[row] = (((rank - cut) >>> 31) & (1 - isMissing)) | (isMissing & missingLeft)
  }
}

/** As partRows; counts the codes of the rows that go left on the way. @returns where branch 1 starts */
function partedAndCounted(
  rows: Int32Array,
  start: number,
  end: number,
  marks: Uint8Array,
  spare: Int32Array,
  codes: Int32Array,
  leftCounts: Float64Array,
): number {
  let left = start
  let right = 0
  for (let p = start; p < end; p++) {
    const row = rows[p] as number
    const code = codes[row] as number
    const goesLeft = marks[row] as number
    rows[left] = row
    spare[right] = row
    left += goesLeft
    right += 1 - goesLeft
    leftCounts[code] = (leftCounts[code] as number) + goesLeft
  }
  rows.set(spare.subarray(0, right), left)
  return left
}

/** The values less the mean of the rows given. */
function centred(values: Float64Array, rows: Int32Array): Float64Array {
  let total = 0
  for (const row of rows) total += values[row] as number
  const mean = total / rows.length
  const less = sharedFloat64(values.length)
  for (let i = 0; i < values.length; i++) less[i] = (values[i] as number) - mean
  return less
}

/** The middle of two neighbours, or the lower one where no double lies between. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2
  return middle >= low && middle < high ? middle : low
}

/** Weights with which every class counts alike: n / (classes · rows of the class), as in scikit-learn. */
export function balancedWeights(codes: Int32Array, rows: Int32Array, classes: number): Float64Array {
  const counts = new Float64Array(classes)
  for (const row of rows) {
    const code = codes[row] as number
    counts[code] = (counts[code] as number) + 1
  }
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0)
  return counts.map((count) => (count === 0 ? 0 : rows.length / (present * count)))
}
