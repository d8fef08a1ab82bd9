/**
 * CART as scikit-learn grows it, to the last threshold: DecisionTreeClassifier and DecisionTreeRegressor with
 * `random_state=seed`.
 *
 * In:  columns of numbers (missing ones NaN), a target, the weight of each class, limits, a seed.
 * Out: the nodes of scikit-learn 1.9, with its thresholds and impurities.
 * Cost: O(n·p·log n) a level, as there: each node sorts its rows anew by each column.
 *
 * Followed step by step, because its results depend on the steps: numbers are rounded to single precision, values
 * closer than 1e-7 are one, columns are drawn in random order and the first drawn wins a tie, rows lie in the order
 * that its own unstable sort leaves them in, and sums run in that order. Sources: sklearn/tree/_splitter.pyx,
 * _partitioner.pyx, _criterion.pyx, _tree.pyx; sklearn/utils/_sorting.pyx, _random.pxd.
 */
import { RandomState } from '../../base/random.ts'
import type { Limits } from './cart.ts'
import { entropy, gini, type Criterion } from './criterion.ts'
import { argmax, type NumberFeature, type Split, type Target, type Tree, type TreeNode } from './tree.ts'

export interface SklearnOptions extends Limits {
  readonly criterion: Criterion
  readonly seed: number
  /** One a class, or undefined where all rows weigh 1; see balancedWeights. */
  readonly classWeights: Float64Array | undefined
}

/** Values this close, in single precision, are not told apart. */
const CLOSE = Math.fround(1e-7)
const EPSILON = Number.EPSILON

/** @param rows that take part, in their order */
export function growAsSklearn(
  features: readonly NumberFeature[],
  target: Target,
  rows: Int32Array,
  options: SklearnOptions,
): Tree {
  const root = new Builder(features, target, rows, options).build()
  return { root, precision: 'float32' }
}

interface Waiting {
  readonly start: number
  readonly end: number
  readonly depth: number
  readonly impurity: number | undefined
  readonly constants: number
  readonly place: (node: TreeNode) => void
}

interface Found {
  feature: number
  position: number
  threshold: number
  missingLeft: boolean
}

class Builder {
  readonly #columns: readonly Float32Array[]
  readonly #hasMissing: readonly boolean[]
  readonly #options: SklearnOptions
  readonly #criterion: Sums
  readonly #samples: Int32Array
  readonly #values: Float32Array
  readonly #features: Int32Array
  readonly #constantFeatures: Int32Array
  #randomState: number

  constructor(features: readonly NumberFeature[], target: Target, rows: Int32Array, options: SklearnOptions) {
    this.#columns = features.map(({ values }) => Float32Array.from(rows, (row) => values[row] as number))
    this.#hasMissing = this.#columns.map((column) => column.some(Number.isNaN))
    this.#options = options
    this.#samples = Int32Array.from(rows, (_, i) => i)
    this.#criterion = sumsOf(target, rows, options, this.#samples)
    this.#values = new Float32Array(rows.length)
    this.#features = Int32Array.from(features, (_, i) => i)
    this.#constantFeatures = new Int32Array(features.length)
    this.#randomState = new RandomState(options.seed).below(0x7fffffff)
  }

  build(): TreeNode {
    const { maxDepth, minSplit, minLeaf } = this.#options
    let root: TreeNode | undefined
    const waiting: Waiting[] = [
      {
        start: 0,
        end: this.#samples.length,
        depth: 0,
        impurity: undefined,
        constants: 0,
        place: (node) => (root = node),
      },
    ]
    const criterion = this.#criterion
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { start, end, depth, constants, place } = next
      criterion.begin(start, end)
      const impurity = next.impurity ?? criterion.impurity()
      const rows = end - start
      const value = criterion.node(impurity)
      const isDone = depth >= maxDepth || rows < minSplit || rows < 2 * minLeaf || impurity <= EPSILON
      const found = isDone ? undefined : this.#search(start, end, constants)
      if (found?.best === undefined) {
        place(value)
        continue
      }
      const { best } = found
      this.#partition(best, start, end)
      criterion.reset()
      criterion.update(best.position)
      const [left, right] = criterion.childImpurities()
      if (criterion.improvement(impurity, left, right) + EPSILON < 0) {
        place(value)
        continue
      }
      const children: TreeNode[] = []
      place({ ...value, split: splitOf(best), children })
      const child = (branch: 0 | 1): Waiting => ({
        start: branch === 0 ? start : best.position,
        end: branch === 0 ? best.position : end,
        depth: depth + 1,
        impurity: branch === 0 ? left : right,
        constants: found.constants,
        place: (node) => (children[branch] = node),
      })
      waiting.push(child(1), child(0))
    }
    return root as TreeNode
  }

  /** node_split_best. @returns the split with the best score, and how many columns are now known to be constant */
  #search(start: number, end: number, known: number): { best: Found | undefined; constants: number } {
    const features = this.#features
    const values = this.#values
    let best: Found | undefined
    let bestScore = -Infinity
    let undrawn = features.length
    let found = 0
    let drawnConstants = 0
    let constants = known
    while (undrawn > constants) {
      let at = drawnConstants + (this.#random() % (undrawn - found - drawnConstants))
      if (at < known) {
        exchange(features, drawnConstants, at)
        drawnConstants++
        continue
      }
      at += found
      const feature = features[at] as number
      const missing = this.#sort(feature, start, end)
      const endPresent = end - missing
      const isConstant =
        endPresent === start ||
        (missing === 0 && (values[end - 1] as number) <= Math.fround((values[start] as number) + CLOSE))
      if (isConstant) {
        exchange(features, at, constants)
        found++
        constants++
        continue
      }
      undrawn--
      exchange(features, undrawn, at)
      const scored = this.#scan(feature, start, end, missing, bestScore)
      if (scored !== undefined) {
        bestScore = scored.score
        best = scored.found
      }
    }
    features.set(this.#constantFeatures.subarray(0, known))
    this.#constantFeatures.set(features.subarray(known, known + found), known)
    return { best, constants }
  }

  /** All candidates of one column, first with missing values at the right, then at the left. */
  #scan(
    feature: number,
    start: number,
    end: number,
    missing: number,
    toBeat: number,
  ): { score: number; found: Found } | undefined {
    const values = this.#values
    const criterion = this.#criterion
    const { minLeaf } = this.#options
    let best: Found | undefined
    let score = toBeat
    for (const missingLeft of missing > 0 ? [false, true] : [false]) {
      if (missingLeft) this.#shiftMissing(start, end, missing)
      criterion.reset()
      const endPresent = missingLeft ? end : end - missing
      let p = start
      while (p < end) {
        let before = p
        if (p === endPresent && !missingLeft) {
          before = p = end
        } else {
          if (missingLeft && p === start) p = start + missing
          p++
          while (p < endPresent && (values[p] as number) <= Math.fround((values[p - 1] as number) + CLOSE))
            p++
          before = p - 1
        }
        if (p === end || p - start < minLeaf || end - p < minLeaf) continue
        criterion.update(p)
        const scored = criterion.score()
        if (!(scored > score)) continue
        score = scored
        const isMissingAlone = p === endPresent && !missingLeft
        best = {
          feature,
          position: p,
          threshold: isMissingAlone ? Infinity : (values[before] as number) / 2 + (values[p] as number) / 2,
          missingLeft: missing === 0 ? p - start > end - p : missingLeft,
        }
      }
    }
    return best === undefined ? undefined : { score, found: best }
  }

  /** Sorts the rows of a node by a column, those without a value last. @returns how many those are */
  #sort(feature: number, start: number, end: number): number {
    const column = this.#columns[feature] as Float32Array
    const samples = this.#samples
    const values = this.#values
    let missing = 0
    if (this.#hasMissing[feature] === true) {
      for (let i = start, last = end - 1; i <= last;) {
        if (Number.isNaN(column[samples[last] as number])) {
          missing++
          last--
          continue
        }
        if (Number.isNaN(column[samples[i] as number])) {
          exchange(samples, i, last)
          missing++
          last--
        }
        values[i] = column[samples[i] as number] as number
        i++
      }
    } else {
      for (let i = start; i < end; i++) values[i] = column[samples[i] as number] as number
    }
    const present = end - start - missing
    if (present > 0) sortBoth(values, samples, start, present, 2 * Math.floor(Math.log2(present)))
    return missing
  }

  #shiftMissing(start: number, end: number, missing: number): void {
    for (const array of [this.#samples, this.#values]) {
      const last = array.slice(end - missing, end)
      array.copyWithin(start + missing, start, end - missing)
      array.set(last, start)
    }
  }

  #partition({ feature, threshold, missingLeft }: Found, start: number, end: number): void {
    const column = this.#columns[feature] as Float32Array
    const samples = this.#samples
    for (let left = start, right = end; left < right;) {
      const value = column[samples[left] as number] as number
      if (Number.isNaN(value) ? missingLeft : value <= threshold) left++
      else exchange(samples, left, --right)
    }
  }

  /** our_rand_r: xorshift, 31 bits of it. */
  #random(): number {
    let state = this.#randomState === 0 ? 1 : this.#randomState
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#randomState = state
    return (state >>> 0) % 0x80000000
  }
}

function splitOf({ feature, threshold, missingLeft }: Found): Split {
  return { kind: 'threshold', feature, threshold, missing: missingLeft ? 0 : 1 }
}

/** What a criterion has summed up of the rows of a node and of those at the left of a position. */
interface Sums {
  begin(start: number, end: number): void
  reset(): void
  update(position: number): void
  impurity(): number
  /** Higher is better. */
  score(): number
  childImpurities(): [number, number]
  improvement(impurity: number, left: number, right: number): number
  node(impurity: number): TreeNode
}

function sumsOf(
  target: Target,
  rows: Int32Array,
  { criterion, classWeights }: SklearnOptions,
  samples: Int32Array,
): Sums {
  if (target.kind === 'number') {
    const values = target.values
    return new NumberSums(
      Float64Array.from(rows, (row) => values[row] as number),
      samples,
    )
  }
  const codes = Int32Array.from(rows, (row) => target.codes[row] as number)
  const weights = classWeights ?? new Float64Array(target.labels.length).fill(1)
  return new ClassSums(codes, weights, criterion === 'entropy' ? 'entropy' : 'gini', samples)
}

class ClassSums implements Sums {
  readonly #codes: Int32Array
  readonly #weightOf: Float64Array
  readonly #kind: 'gini' | 'entropy'
  readonly #samples: Int32Array
  readonly #total: Float64Array
  readonly #left: Float64Array
  readonly #right: Float64Array
  /** Of all rows of the tree. */
  readonly #allWeight: number
  #start = 0
  #end = 0
  #position = 0
  #weight = 0
  #leftWeight = 0
  #rightWeight = 0

  constructor(codes: Int32Array, weightOf: Float64Array, kind: 'gini' | 'entropy', samples: Int32Array) {
    this.#codes = codes
    this.#weightOf = weightOf
    this.#kind = kind
    this.#samples = samples
    this.#total = new Float64Array(weightOf.length)
    this.#left = new Float64Array(weightOf.length)
    this.#right = new Float64Array(weightOf.length)
    this.#allWeight = codes.reduce((weight, code) => weight + (weightOf[code] as number), 0)
  }

  begin(start: number, end: number): void {
    this.#start = start
    this.#end = end
    this.#weight = 0
    this.#total.fill(0)
    for (let p = start; p < end; p++) {
      const code = this.#codes[this.#samples[p] as number] as number
      const weight = this.#weightOf[code] as number
      this.#total[code] = (this.#total[code] as number) + weight
      this.#weight += weight
    }
    this.reset()
  }

  reset(): void {
    this.#position = this.#start
    this.#left.fill(0)
    this.#right.set(this.#total)
    this.#leftWeight = 0
    this.#rightWeight = this.#weight
  }

  /** Moves the left side's end, from where it is or from the end of the node, whichever is nearer. */
  update(position: number): void {
    const left = this.#left
    if (position - this.#position <= this.#end - position) {
      for (let p = this.#position; p < position; p++) this.#add(p, 1)
    } else {
      left.set(this.#total)
      this.#leftWeight = this.#weight
      for (let p = this.#end - 1; p >= position; p--) this.#add(p, -1)
    }
    this.#rightWeight = this.#weight - this.#leftWeight
    for (let c = 0; c < left.length; c++) this.#right[c] = (this.#total[c] as number) - (left[c] as number)
    this.#position = position
  }

  #add(p: number, sign: 1 | -1): void {
    const code = this.#codes[this.#samples[p] as number] as number
    const weight = sign * (this.#weightOf[code] as number)
    this.#left[code] = (this.#left[code] as number) + weight
    this.#leftWeight += weight
  }

  impurity(): number {
    return this.#impurityOf(this.#total, this.#weight)
  }

  score(): number {
    const [left, right] = this.childImpurities()
    return -this.#rightWeight * right - this.#leftWeight * left
  }

  childImpurities(): [number, number] {
    return [this.#impurityOf(this.#left, this.#leftWeight), this.#impurityOf(this.#right, this.#rightWeight)]
  }

  improvement(impurity: number, left: number, right: number): number {
    const rest =
      impurity - (this.#rightWeight / this.#weight) * right - (this.#leftWeight / this.#weight) * left
    return (this.#weight / this.#allWeight) * rest
  }

  #impurityOf(weights: Float64Array, total: number): number {
    return this.#kind === 'gini' ? gini(weights, total) : entropy(weights, total)
  }

  node(impurity: number): TreeNode {
    const counts = new Float64Array(this.#total.length)
    for (let p = this.#start; p < this.#end; p++) {
      const code = this.#codes[this.#samples[p] as number] as number
      counts[code] = (counts[code] as number) + 1
    }
    const weights = this.#total.slice()
    const rows = this.#end - this.#start
    return { rows, counts, weights, value: argmax(weights), impurity, split: undefined, children: [] }
  }
}

class NumberSums implements Sums {
  readonly #y: Float64Array
  readonly #samples: Int32Array
  #start = 0
  #end = 0
  #position = 0
  #total = 0
  #squares = 0
  #left = 0

  constructor(y: Float64Array, samples: Int32Array) {
    this.#y = y
    this.#samples = samples
  }

  begin(start: number, end: number): void {
    this.#start = start
    this.#end = end
    this.#total = 0
    this.#squares = 0
    for (let p = start; p < end; p++) {
      const y = this.#at(p)
      this.#total += y
      this.#squares += y * y
    }
    this.reset()
  }

  #at(p: number): number {
    return this.#y[this.#samples[p] as number] as number
  }

  reset(): void {
    this.#position = this.#start
    this.#left = 0
  }

  update(position: number): void {
    if (position - this.#position <= this.#end - position) {
      for (let p = this.#position; p < position; p++) this.#left += this.#at(p)
    } else {
      this.#left = this.#total
      for (let p = this.#end - 1; p >= position; p--) this.#left -= this.#at(p)
    }
    this.#position = position
  }

  impurity(): number {
    const rows = this.#end - this.#start
    return this.#squares / rows - (this.#total / rows) ** 2
  }

  score(): number {
    const right = this.#total - this.#left
    return (
      (this.#left * this.#left) / (this.#position - this.#start) +
      (right * right) / (this.#end - this.#position)
    )
  }

  childImpurities(): [number, number] {
    const leftRows = this.#position - this.#start
    const rightRows = this.#end - this.#position
    let squares = 0
    for (let p = this.#start; p < this.#position; p++) squares += this.#at(p) * this.#at(p)
    const right = this.#total - this.#left
    return [
      squares / leftRows - (this.#left / leftRows) ** 2,
      (this.#squares - squares) / rightRows - (right / rightRows) ** 2,
    ]
  }

  improvement(impurity: number, left: number, right: number): number {
    const rows = this.#end - this.#start
    const leftRows = this.#position - this.#start
    const rightRows = this.#end - this.#position
    return (rows / this.#y.length) * (impurity - (rightRows / rows) * right - (leftRows / rows) * left)
  }

  /**
   * The impurity is a difference of large sums: far from zero it has few right digits and may be below 0. Splits rest
   * on it; what is told of a node does not.
   */
  #variance(): number {
    const rows = this.#end - this.#start
    const first = this.#at(this.#start)
    let total = 0
    for (let p = this.#start; p < this.#end; p++) total += this.#at(p) - first
    const mean = first + total / rows
    let squares = 0
    for (let p = this.#start; p < this.#end; p++) squares += (this.#at(p) - mean) ** 2
    return squares / rows
  }

  node(impurity: number): TreeNode {
    const rows = this.#end - this.#start
    const none = new Float64Array(0)
    return {
      rows,
      counts: none,
      weights: none,
      value: this.#total / rows,
      impurity,
      variance: this.#variance(),
      split: undefined,
      children: [],
    }
  }
}

function exchange(array: Int32Array | Float32Array, i: number, j: number): void {
  const before = array[i] as number
  array[i] = array[j] as number
  array[j] = before
}

/**
 * Sorts n values and their samples from `at` on: introsort with three-way partition, whose order among equal values is
 * part of the result.
 */
function sortBoth(values: Float32Array, samples: Int32Array, at: number, n: number, depth: number): void {
  const swap = (i: number, j: number) => {
    exchange(values, at + i, at + j)
    exchange(samples, at + i, at + j)
  }
  while (n > 15) {
    if (depth <= 0) {
      heapsort(values, at, n, swap)
      return
    }
    depth--
    const pivot = medianOf(
      values[at] as number,
      values[at + (n >> 1)] as number,
      values[at + n - 1] as number,
    )
    let i = 0
    let left = 0
    let right = n
    while (i < right) {
      const value = values[at + i] as number
      if (value < pivot) swap(i++, left++)
      else if (value > pivot) swap(i, --right)
      else i++
    }
    sortBoth(values, samples, at, left, depth)
    at += right
    n -= right
  }
  for (let i = at + 1; i < at + n; i++) {
    const value = values[i] as number
    const sample = samples[i] as number
    let j = i
    for (; j > at && (values[j - 1] as number) > value; j--) {
      values[j] = values[j - 1] as number
      samples[j] = samples[j - 1] as number
    }
    values[j] = value
    samples[j] = sample
  }
}

function medianOf(a: number, b: number, c: number): number {
  if (a < b) return b < c ? b : a < c ? c : a
  if (b < c) return a < c ? a : c
  return b
}

function heapsort(values: Float32Array, at: number, n: number, swap: (i: number, j: number) => void): void {
  const sift = (start: number, end: number) => {
    for (let root = start; ;) {
      const child = root * 2 + 1
      let most = root
      if (child < end && (values[at + most] as number) < (values[at + child] as number)) most = child
      if (child + 1 < end && (values[at + most] as number) < (values[at + child + 1] as number))
        most = child + 1
      if (most === root) return
      swap(root, most)
      root = most
    }
  }
  for (let start = (n - 2) >> 1; start >= 0; start--) sift(start, n)
  for (let end = n - 1; end > 0; end--) {
    swap(0, end)
    sift(0, end)
  }
}
