/**
 * C4.5, release 8, as Weka's J48 grows and prunes it.
 *
 * In:  features and a target of classes, the rows that take part, limits, the confidence of the pruning.
 * Out: a Tree with a branch for each level of a text, two for a number.
 * Cost: O(n·p) a level, with a sort of the node's rows by each number; pruning keeps the rows of every node.
 *
 * Quinlan, "C4.5: Programs for Machine Learning", 1993, and "Improved use of continuous attributes in C4.5", JAIR 4,
 * 1996 (the log₂(candidates)/n off the gain of a number). Rules as in Weka 3.6.14, weka.classifiers.trees.j48: the gain
 * ratio decides among the splits of at least average gain; a row whose value is missing goes into every branch with
 * the branch's share for its weight; branches that save no error are taken back (collapse); then, from below, a branch
 * becomes a leaf or its own largest branch (raising) where the upper bound of its errors does not suffer.
 *
 * Numbers are compared with Weka's tolerances: values closer than 1e-5 are not parted, and one within 1e-6 above a
 * threshold is not above it. Departure: of a column whose values span less than 0.1, the tolerances are the same
 * parts of that span, so that a column of small rates can be used too.
 */
import { normalQuantile } from '../normal.ts'
import type { Limits, Prepared } from './cart.ts'
import { entropy } from './criterion.ts'
import type { ClassTarget, Feature, Split, TextFeature, Tree, TreeNode } from './tree.ts'

export interface C45Options extends Limits {
  /** Above 0, at most 0.5: the chance that a branch's true errors lie above their bound; less prunes more. */
  readonly confidence: number
  /** False: collapse alone. */
  readonly prunes: boolean
  readonly classWeights: Float64Array | undefined
}

/** Weka's Utils.SMALL: what differs by less is equal. */
const SMALL = 1e-6
const isGreater = (a: number, b: number) => a - b > SMALL
const isLess = (a: number, b: number) => b - a > SMALL
const isEqual = (a: number, b: number) => Math.abs(a - b) < SMALL
const isAtMost = (a: number, b: number) => a - b < SMALL || a <= b
const isAtLeast = (a: number, b: number) => b - a < SMALL || a >= b

/** @param rows that take part, ascending */
export function growC45(prepared: Prepared, rows: Int32Array, options: C45Options): Tree {
  const grower = new Grower(prepared, rows, options)
  const { classWeights } = options
  const target = prepared.target as ClassTarget
  const weights = Float64Array.from(rows, (row) => classWeights?.[target.codes[row] as number] ?? 1)
  const root = grower.grow({ rows, weights }, 0)
  collapse(root)
  if (options.prunes) new Pruner(grower, Math.fround(options.confidence)).prune(root)
  return { root: finished(grower, root, undefined), precision: 'float64' }
}

/** Rows of a node, each with the part of it that is there. */
interface Part {
  readonly rows: Int32Array
  readonly weights: Float64Array
}

/** Weights by branch and class. */
class Distribution {
  readonly branches: number
  readonly classes: number
  readonly cells: Float64Array
  readonly byBranch: Float64Array
  readonly byClass: Float64Array
  total = 0

  constructor(branches: number, classes: number) {
    this.branches = branches
    this.classes = classes
    this.cells = new Float64Array(branches * classes)
    this.byBranch = new Float64Array(branches)
    this.byClass = new Float64Array(classes)
  }

  add(branch: number, code: number, weight: number): void {
    const at = branch * this.classes + code
    this.cells[at] = (this.cells[at] as number) + weight
    this.byBranch[branch] = (this.byBranch[branch] as number) + weight
    this.byClass[code] = (this.byClass[code] as number) + weight
    this.total += weight
  }

  /** From branch 1 to branch 0 of a cut that moves up. */
  shift(code: number, weight: number): void {
    const { cells, byBranch, classes } = this
    cells[code] = (cells[code] as number) + weight
    cells[classes + code] = (cells[classes + code] as number) - weight
    byBranch[0] = (byBranch[0] as number) + weight
    byBranch[1] = (byBranch[1] as number) - weight
  }

  /** A row without a value, into every branch by its share so far. */
  addShared(code: number, weight: number, shares: Float64Array): void {
    for (let branch = 0; branch < this.branches; branch++) {
      const at = branch * this.classes + code
      const part = (shares[branch] as number) * weight
      this.cells[at] = (this.cells[at] as number) + part
      this.byBranch[branch] = (this.byBranch[branch] as number) + part
    }
    this.byClass[code] = (this.byClass[code] as number) + weight
    this.total += weight
  }

  shares(): Float64Array {
    return isEqual(this.total, 0)
      ? new Float64Array(this.branches).fill(1 / this.branches)
      : this.byBranch.map((weight) => weight / this.total)
  }

  /** Weight of the rows that are not of the largest class. */
  errors(): number {
    return this.total - (this.byClass[largestClass(this.byClass)] as number)
  }

  largestBranch(): number {
    let largest = 0
    let most = 0
    this.byBranch.forEach((weight, branch) => {
      if (!isAtLeast(weight, most)) return
      most = weight
      largest = branch
    })
    return largest
  }
}

/** The first class that is more than SMALL above all before it. */
function largestClass(weights: Float64Array): number {
  let best = 0
  let most = 0
  weights.forEach((weight, c) => {
    if (!isGreater(weight, most)) return
    most = weight
    best = c
  })
  return best
}

interface Question {
  readonly feature: number
  readonly isNumber: boolean
  /** Of a number: at most this goes to branch 0. */
  threshold: number
}

interface Scored extends Question {
  readonly gain: number
  readonly ratio: number
  readonly distribution: Distribution
}

/** A node that pruning may still change. */
interface Grown {
  part: Part
  question: Question | undefined
  distribution: Distribution
  children: Grown[]
}

class Grower {
  readonly #slack: Float64Array
  readonly #prepared: Prepared
  readonly #target: ClassTarget
  readonly #options: C45Options
  readonly #classes: number
  readonly #trainRows: number
  readonly #gaps: Float64Array
  /** Of each number, the values of the training rows, ascending. */
  readonly #trainValues: readonly Float64Array[]

  constructor(prepared: Prepared, rows: Int32Array, options: C45Options) {
    this.#prepared = prepared
    this.#target = prepared.target as ClassTarget
    this.#options = options
    this.#classes = this.#target.labels.length
    this.#trainRows = rows.length
    this.#trainValues = prepared.features.map((_, place) => this.#valuesOf(place, rows))
    const spans = this.#trainValues.map((values) => (values.at(-1) ?? 0) - (values[0] ?? 0))
    this.#gaps = Float64Array.from(spans, (span) => Math.min(1e-5, span * 1e-4))
    this.#slack = Float64Array.from(spans, (span) => Math.min(SMALL, span * 1e-5))
  }

  #valuesOf(place: number, rows: Int32Array): Float64Array {
    const values = this.#prepared.values[place] as Float64Array
    const { of } = this.#prepared.columns[place] as { of: Int32Array }
    const isThere = new Uint8Array(values.length + 1)
    for (const row of rows) isThere[of[row] as number] = 1
    return values.filter((_, rank) => isThere[rank] === 1)
  }

  grow(part: Part, depth: number): Grown {
    const distribution = this.whole(part)
    const best = depth >= this.#options.maxDepth ? undefined : this.#best(part, distribution)
    if (best === undefined) return { part, question: undefined, distribution, children: [] }
    const { feature, isNumber, threshold } = best
    const question = { feature, isNumber, threshold }
    const all = this.withMissing(best.distribution, this.branchesOf(question, part), part)
    if (isNumber) question.threshold = this.#fromData(feature, threshold)
    const parts = this.split(part, this.branchesOf(question, part), all)
    const children = parts.map((child) => this.grow(child, depth + 1))
    return { part, question, distribution: all, children }
  }

  /** All rows in one branch. */
  whole({ rows, weights }: Part): Distribution {
    const distribution = new Distribution(1, this.#classes)
    for (let i = 0; i < rows.length; i++) {
      distribution.add(0, this.#target.codes[rows[i] as number] as number, weights[i] as number)
    }
    return distribution
  }

  /** selectModel. */
  #best(part: Part, whole: Distribution): Scored | undefined {
    const { minLeaf, minSplit } = this.#options
    const isPure = isEqual(whole.total, whole.byClass[largestClass(whole.byClass)] as number)
    if (isLess(whole.total, 2 * minLeaf) || whole.total < minSplit || isPure) return undefined
    const { features } = this.#prepared
    const scored = features.map((feature, place) =>
      feature.kind === 'number'
        ? this.#numberQuestion(place, part, whole.total)
        : this.#textQuestion(feature, place, part, whole.total),
    )
    const isWide = (place: number) => {
      const feature = features[place]
      return feature?.kind === 'text' && !isLess(feature.levels.length, 0.3 * this.#trainRows)
    }
    const areAllWide = features.every((_, place) => isWide(place))
    const counted = scored.flatMap((one, place) =>
      one !== undefined && (areAllWide || !isWide(place)) ? [one] : [],
    )
    if (counted.length === 0) return undefined
    const average = counted.reduce((sum, { gain }) => sum + gain, 0) / counted.length
    let best: Scored | undefined
    let ratio = 0
    for (const one of scored) {
      if (one === undefined || one.gain < average - 1e-3 || !isGreater(one.ratio, ratio)) continue
      best = one
      ratio = one.ratio
    }
    return best
  }

  #textQuestion(
    feature: TextFeature,
    place: number,
    { rows, weights }: Part,
    total: number,
  ): Scored | undefined {
    const distribution = new Distribution(feature.levels.length, this.#classes)
    rows.forEach((row, i) => {
      const code = feature.codes[row] as number
      if (code >= 0) distribution.add(code, this.#target.codes[row] as number, weights[i] as number)
    })
    const large = distribution.byBranch.reduce(
      (n, weight) => n + (isAtLeast(weight, this.#options.minLeaf) ? 1 : 0),
      0,
    )
    if (large < 2) return undefined
    const gain = infoGain(distribution, total, entropyBefore(distribution))
    const ratio = gainRatio(distribution, total, gain)
    return { feature: place, isNumber: false, threshold: 0, gain, ratio, distribution }
  }

  #numberQuestion(place: number, part: Part, total: number): Scored | undefined {
    const { codes } = this.#target
    const values = this.#prepared.values[place] as Float64Array
    const { of } = this.#prepared.columns[place] as { of: Int32Array }
    const order = sortedByRank(part, of, values.length)
    const distribution = new Distribution(2, this.#classes)
    for (const i of order)
      distribution.add(1, codes[part.rows[i] as number] as number, part.weights[i] as number)
    const least = this.#leastSide(distribution.total)
    if (isLess(order.length, 2 * least)) return undefined
    const before = entropyBefore(distribution)
    const gap = this.#gaps[place] as number
    const valueAt = (p: number) => values[of[part.rows[order[p] as number] as number] as number] as number
    let gain = 0
    let cut = -1
    let candidates = 0
    for (let p = 1, last = 0; p < order.length; p++) {
      if (!(valueAt(p - 1) + gap < valueAt(p))) continue
      for (; last < p; last++) {
        const i = order[last] as number
        distribution.shift(codes[part.rows[i] as number] as number, part.weights[i] as number)
      }
      if (
        !isAtLeast(distribution.byBranch[0] as number, least) ||
        !isAtLeast(distribution.byBranch[1] as number, least)
      )
        continue
      const here = infoGain(distribution, total, before)
      if (isGreater(here, gain)) {
        gain = here
        cut = p
      }
      candidates++
    }
    if (candidates === 0) return undefined
    gain -= Math.log(candidates) / Math.LN2 / total
    if (isAtMost(gain, 0)) return undefined
    const low = valueAt(cut - 1)
    const middle = (valueAt(cut) + low) / 2
    const threshold = middle === valueAt(cut) ? low : middle
    const best = new Distribution(2, this.#classes)
    order.forEach((i, p) => {
      best.add(p < cut ? 0 : 1, codes[part.rows[i] as number] as number, part.weights[i] as number)
    })
    const ratio = gainRatio(best, total, gain)
    return { feature: place, isNumber: true, threshold, gain, ratio, distribution: best }
  }

  /** Rows that a side of a cut must have. */
  #leastSide(known: number): number {
    const { minLeaf } = this.#options
    const least = (0.1 * known) / this.#classes
    if (isAtMost(least, minLeaf)) return minLeaf
    return isGreater(least, 25) ? 25 : least
  }

  /** The largest value of the training rows that is not above the threshold. */
  #fromData(place: number, threshold: number): number {
    const values = this.#trainValues[place] as Float64Array
    const slack = this.#slack[place] as number
    let low = 0
    let high = values.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      const value = values[middle] as number
      if (value <= threshold || value - threshold < slack) low = middle
      else high = middle - 1
    }
    return values[low] as number
  }

  /** Weights of classes as rows. */
  rowsOf(weights: Float64Array): Float64Array {
    const { classWeights } = this.#options
    return classWeights === undefined
      ? weights
      : weights.map((weight, c) => (weight === 0 ? 0 : weight / (classWeights[c] as number)))
  }

  /** Weka's tolerance goes into the threshold: the largest training value that it lets pass. */
  splitOf({ feature, isNumber, threshold }: Question): Split {
    return isNumber
      ? { kind: 'threshold', feature, threshold: this.#fromData(feature, threshold), missing: 'shares' }
      : { kind: 'levels', feature, missing: 'shares', unseen: -1 }
  }

  /** The branch of each row of a part, −1 where it has no value. */
  branchesOf({ feature: place, isNumber, threshold }: Question, { rows }: Part): Int32Array {
    const branches = new Int32Array(rows.length)
    const feature = this.#prepared.features[place] as Feature
    if (feature.kind === 'text') {
      for (let i = 0; i < rows.length; i++) branches[i] = feature.codes[rows[i] as number] as number
      return branches
    }
    if (!isNumber) throw new Error(`column ${place} is a number`)
    const slack = this.#slack[place] as number
    for (let i = 0; i < rows.length; i++) {
      const value = feature.values[rows[i] as number] as number
      if (Number.isNaN(value)) branches[i] = -1
      else branches[i] = value <= threshold || value - threshold < slack ? 0 : 1
    }
    return branches
  }

  /** The rows with a value as they are in the distribution, those without added by shares. */
  withMissing(known: Distribution, branches: Int32Array, { rows, weights }: Part): Distribution {
    let shares: Float64Array | undefined
    for (let i = 0; i < rows.length; i++) {
      if ((branches[i] as number) >= 0) continue
      // Of the rows with a value, before any other is added.
      shares ??= known.shares()
      known.addShared(this.#target.codes[rows[i] as number] as number, weights[i] as number, shares)
    }
    return known
  }

  /** Over the branches of a question, those without a value by shares. */
  distributed(branches: Int32Array, part: Part, count: number): Distribution {
    const { rows, weights } = part
    const known = new Distribution(count, this.#classes)
    for (let i = 0; i < rows.length; i++) {
      const branch = branches[i] as number
      if (branch >= 0)
        known.add(branch, this.#target.codes[rows[i] as number] as number, weights[i] as number)
    }
    return this.withMissing(known, branches, part)
  }

  /** The part of each branch: rows with a value whole, those without in all that have any, by their shares. */
  split({ rows, weights }: Part, branches: Int32Array, distribution: Distribution): Part[] {
    const shares = distribution.byBranch.map((weight) => weight / distribution.total)
    const sizes = new Int32Array(shares.length)
    let missing = 0
    for (const branch of branches) {
      if (branch < 0) missing++
      else sizes[branch] = (sizes[branch] as number) + 1
    }
    const takesMissing = shares.map((share) => (isGreater(share, 0) ? 1 : 0))
    const parts = Array.from(sizes, (size, branch) => {
      const length = size + (takesMissing[branch] === 1 ? missing : 0)
      return { rows: new Int32Array(length), weights: new Float64Array(length) }
    })
    const at = new Int32Array(shares.length)
    const put = (branch: number, row: number, weight: number) => {
      const part = parts[branch] as Part
      const next = at[branch] as number
      part.rows[next] = row
      part.weights[next] = weight
      at[branch] = next + 1
    }
    for (let i = 0; i < rows.length; i++) {
      const branch = branches[i] as number
      if (branch >= 0) {
        put(branch, rows[i] as number, weights[i] as number)
        continue
      }
      for (let b = 0; b < shares.length; b++) {
        if (takesMissing[b] === 1) put(b, rows[i] as number, (weights[i] as number) * (shares[b] as number))
      }
    }
    return parts
  }
}

/** Places of the rows that have a value, by rank, then as they lie. */
function sortedByRank({ rows }: Part, of: Int32Array, missing: number): Int32Array {
  const n = rows.length
  // Counting is linear while there are not many more ranks than rows.
  if (missing <= 4 * n) return countedByRank(rows, of, missing)
  const keys = new Float64Array(n)
  let present = 0
  for (let i = 0; i < n; i++) {
    const rank = of[rows[i] as number] as number
    if (rank !== missing) keys[present++] = rank * n + i
  }
  const sorted = keys.subarray(0, present).sort()
  return Int32Array.from(sorted, (key) => key % n)
}

function countedByRank(rows: Int32Array, of: Int32Array, missing: number): Int32Array {
  const starts = new Int32Array(missing + 2)
  for (let i = 0; i < rows.length; i++) {
    const after = (of[rows[i] as number] as number) + 1
    starts[after] = (starts[after] as number) + 1
  }
  for (let rank = 1; rank <= missing; rank++)
    starts[rank] = (starts[rank] as number) + (starts[rank - 1] as number)
  const order = new Int32Array(starts[missing] as number)
  for (let i = 0; i < rows.length; i++) {
    const rank = of[rows[i] as number] as number
    if (rank === missing) continue
    const at = starts[rank] as number
    starts[rank] = at + 1
    order[at] = i
  }
  return order
}

/** x log₂ x of the first whole numbers, as they are asked for: most weights are whole rows. */
const whole = new Float64Array(1 << 16).fill(NaN)

/** x log₂ x. */
function xlog2x(x: number): number {
  if (x < SMALL) return 0
  if (x >= whole.length || x !== Math.floor(x)) return (x * Math.log(x)) / Math.LN2
  const known = whole[x] as number
  if (!Number.isNaN(known)) return known
  return (whole[x] = (x * Math.log(x)) / Math.LN2)
}

/** Bits of the classes, times the weight of the rows. */
function entropyBefore({ byClass, total }: Distribution): number {
  let sum = 0
  for (const weight of byClass) sum += xlog2x(weight)
  return xlog2x(total) - sum
}

function entropyAfter({ cells, byBranch, classes }: Distribution): number {
  let sum = 0
  for (let branch = 0; branch < byBranch.length; branch++) {
    for (let c = 0; c < classes; c++) sum += xlog2x(cells[branch * classes + c] as number)
    sum -= xlog2x(byBranch[branch] as number)
  }
  return -sum
}

/** Bits a row, over the rows with a value, times their share of all. */
function infoGain(distribution: Distribution, all: number, before: number): number {
  const unknown = (all - distribution.total) / all
  const saved = (1 - unknown) * (before - entropyAfter(distribution))
  return isEqual(saved, 0) ? 0 : saved / distribution.total
}

/** Gain per bit that it takes to name the branch; missing values are a branch. */
function gainRatio({ byBranch, total }: Distribution, all: number, gain: number): number {
  let bits = 0
  if (isGreater(total, 0)) {
    for (const weight of byBranch) bits -= xlog2x(weight)
    bits = bits - xlog2x(all - total) + xlog2x(all)
  }
  return isEqual(bits, 0) ? 0 : gain / (bits / all)
}

/** Takes back branches that make no fewer errors on the training rows than a leaf. */
function collapse(node: Grown): void {
  if (node.question === undefined) return
  if (trainingErrors(node) >= node.distribution.errors() - 1e-3) becomeLeaf(node)
  else node.children.forEach(collapse)
}

function trainingErrors({ question, distribution, children }: Grown): number {
  return question === undefined
    ? distribution.errors()
    : children.reduce((errors, child) => errors + trainingErrors(child), 0)
}

function becomeLeaf(node: Grown): void {
  node.question = undefined
  node.children = []
}

class Pruner {
  readonly #grower: Grower
  readonly #confidence: number

  constructor(grower: Grower, confidence: number) {
    this.#grower = grower
    this.#confidence = confidence
  }

  prune(node: Grown): void {
    if (node.question === undefined) return
    for (const child of node.children) this.prune(child)
    const largest = node.children[node.distribution.largestBranch()] as Grown
    const ofLargest = this.#branchErrors(largest, node.part)
    const ofLeaf = this.#estimated(node.distribution)
    const ofTree = this.#treeErrors(node)
    if (isAtMost(ofLeaf, ofTree + 0.1) && isAtMost(ofLeaf, ofLargest + 0.1)) {
      becomeLeaf(node)
      return
    }
    if (!isAtMost(ofLargest, ofTree + 0.1)) return
    node.question = largest.question
    node.children = largest.children
    node.distribution = largest.distribution
    this.#redistribute(node, node.part)
    this.prune(node)
  }

  /** Errors and what may be more of them, with the confidence asked for. */
  #estimated(distribution: Distribution): number {
    if (isEqual(distribution.total, 0)) return 0
    const errors = distribution.errors()
    return errors + moreErrors(distribution.total, errors, this.#confidence)
  }

  #treeErrors(node: Grown): number {
    return node.question === undefined
      ? this.#estimated(node.distribution)
      : node.children.reduce((errors, child) => errors + this.#treeErrors(child), 0)
  }

  /** What a branch would err if all these rows went down it. */
  #branchErrors({ question, children }: Grown, part: Part): number {
    if (question === undefined) return this.#estimated(this.#grower.whole(part))
    const branches = this.#grower.branchesOf(question, part)
    const distribution = this.#grower.distributed(branches, part, children.length)
    const parts = this.#grower.split(part, branches, distribution)
    return children.reduce((errors, child, i) => errors + this.#branchErrors(child, parts[i] as Part), 0)
  }

  #redistribute(node: Grown, part: Part): void {
    node.part = part
    if (node.question === undefined) {
      node.distribution = this.#grower.whole(part)
      return
    }
    const branches = this.#grower.branchesOf(node.question, part)
    node.distribution = this.#grower.distributed(branches, part, node.children.length)
    const parts = this.#grower.split(part, branches, node.distribution)
    node.children.forEach((child, i) => this.#redistribute(child, parts[i] as Part))
  }
}

/** How many more errors there may be than e among n: the upper end of their confidence interval (Stats.addErrs). */
function moreErrors(n: number, e: number, confidence: number): number {
  if (e < 1) {
    const base = n * (1 - confidence ** (1 / n))
    return e === 0 ? base : base + e * (moreErrors(n, 1, confidence) - base)
  }
  if (e + 0.5 >= n) return Math.max(n - e, 0)
  const z = normalQuantile(1 - confidence)
  const f = (e + 0.5) / n
  const r =
    (f + (z * z) / (2 * n) + z * Math.sqrt(f / n - (f * f) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n)
  return r * n - e
}

/** @param above the parent's weights, which an empty branch answers with */
function finished(grower: Grower, node: Grown, above: Float64Array | undefined): TreeNode {
  const { distribution, question } = node
  const isEmpty = isEqual(distribution.total, 0) && above !== undefined
  const own = distribution.byClass.slice()
  const weights = isEmpty ? above : own
  const counts = grower.rowsOf(own)
  return {
    rows: isEmpty ? 0 : counts.reduce((sum, rows) => sum + rows, 0),
    counts: isEmpty ? new Float64Array(own.length) : counts,
    weights,
    value: largestClass(weights),
    impurity: isEmpty ? 0 : entropy(own, distribution.total),
    split: question === undefined ? undefined : grower.splitOf(question),
    children: node.children.map((child) => finished(grower, child, own)),
  }
}
