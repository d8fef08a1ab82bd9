/**
 * The best question that one column can ask of the rows of a node: the inner loop of CART.
 *
 * In:  columns as ranks or level codes, a target, the rows of a node.
 * Out: the split of each column that leaves the least impurity, or none; its score, higher is better.
 * Cost: O(n + different values) where a column has few different values: they are counted by value and class. Else
 *       a radix sort of the node's rows, O(n). Either way every threshold between two neighbours is a candidate.
 *
 * Text splits in two sets of levels. For two classes and for numbers the best of all sets lies in the order of the
 * levels' class share or mean (Breiman et al., "Classification and Regression Trees", 1984, theorem 4.5). For more
 * classes all sets are tried up to 10 levels; above, the cuts of one order a class (by its share) and of the order
 * along the first principal component of the class shares (Coppersmith, Hong & Hosking, Data Min. Knowl. Disc. 3, 1999),
 * which need not hold the best of all sets.
 *
 * Rows whose value is missing are tried on the right of every candidate, then on the left, and alone. A candidate
 * counts as better only by more than rounding can make; else the first one stays: the first column, the lowest
 * threshold.
 */
import type { Criterion } from './criterion.ts'
import { sortKeys } from './sort-keys.ts'
import type { MissingRoute } from './tree.ts'

/** Columns as the search reads them; what stands for a missing value is the number after the last. */
export interface RankedColumn {
  readonly kind: 'number' | 'text'
  /** Different values, or levels. */
  readonly width: number
  /** One a row: rank or level, or `width`. */
  readonly of: Int32Array
}

export type SearchTarget =
  | {
      readonly kind: 'classes'
      readonly codes: Int32Array
      readonly weights: Float64Array
      readonly isWeighted: boolean
    }
  /** Less the mean of all rows, so that a far-off zero costs no digits. */
  | { readonly kind: 'number'; readonly values: Float64Array }

export interface Candidate {
  readonly score: number
  readonly missing: MissingRoute
  /** Of numbers: the ranks on both sides of the cut; `above` is `width` where only missing values lie right. */
  readonly below: number
  readonly above: number
  /** Of text: see SetSplit. */
  readonly branchOf: Uint8Array | undefined
}

/** Levels up to which all sets of them are tried. */
const ALL_SETS = 10
/** A score counts as higher only by more than this part of it. */
const MARGIN = 1e-12

export function isBetter(score: number, best: number): boolean {
  return best === -Infinity ? score > best : score > best + MARGIN * Math.abs(best)
}

/** The best split of a node by one column after another; keeps its scratch space from node to node. */
export class SplitSearch {
  readonly #columns: readonly RankedColumn[]
  readonly #groups: Groups
  readonly #sides: Sides
  readonly #minLeaf: number

  constructor(columns: readonly RankedColumn[], target: SearchTarget, criterion: Criterion, minLeaf: number) {
    this.#columns = columns
    this.#minLeaf = minLeaf
    this.#groups = target.kind === 'classes' ? new ClassGroups(target) : new NumberGroups(target)
    this.#sides =
      target.kind === 'classes'
        ? new ClassSides(this.#groups as ClassGroups, target, criterion)
        : new NumberSides(this.#groups as NumberGroups)
  }

  /**
   * @param rows  the rows of the node are rows[start … end−1]
   * @param place of the column
   * @param counts of the node by class; empty for a number
   */
  best(
    rows: Int32Array,
    start: number,
    end: number,
    place: number,
    counts: Float64Array,
  ): Candidate | undefined {
    const { kind, of, width } = this.#columns[place] as RankedColumn
    this.#groups.gather(of, width, rows, start, end)
    this.#sides.begin(counts)
    return kind === 'number' ? this.#bestCut(width) : this.#bestSets(width)
  }

  #bestCut(width: number): Candidate | undefined {
    const { count, ids } = this.#groups
    const found = this.#scan(ids.subarray(0, count), undefined)
    if (found === undefined) return undefined
    const { score, missing, cut } = found
    const below = ids[cut - 1] as number
    return { score, missing, below, above: cut === count ? width : (ids[cut] as number), branchOf: undefined }
  }

  /**
   * The cuts of an order of groups, with missing values right, then left.
   *
   * @param order places of groups; undefined: as they are
   * @returns the best score, and how many groups of the order lie left
   */
  #scan(
    ids: Int32Array,
    order: readonly number[] | undefined,
    toBeat = -Infinity,
  ): { score: number; missing: MissingRoute; cut: number } | undefined {
    const sides = this.#sides
    const groups = this.#groups
    const minLeaf = this.#minLeaf
    const { total, missingRows } = groups
    const count = ids.length
    let score = toBeat
    let missing: MissingRoute = 1
    let cut = -1
    for (let left = 0; left <= (missingRows > 0 ? 1 : 0); left++) {
      sides.reset(left === 1)
      // After the last group only missing values are at the right.
      const last = left === 0 && missingRows > 0 ? count : count - 1
      for (let g = 0; g < last; g++) {
        sides.move(order === undefined ? g : (order[g] as number))
        const leftRows = sides.leftRows
        if (leftRows < minLeaf || total - leftRows < minLeaf) continue
        const scored = sides.score()
        if (!isBetter(scored, score)) continue
        score = scored
        cut = g + 1
        missing = missingRows > 0 ? (left === 1 ? 0 : 1) : leftRows > total - leftRows ? 0 : 1
      }
    }
    return cut < 0 ? undefined : { score, missing, cut }
  }

  #bestSets(width: number): Candidate | undefined {
    const groups = this.#groups
    const { count, ids } = groups
    const present = ids.subarray(0, count)
    let best: Candidate | undefined
    const take = (score: number, missing: MissingRoute, left: readonly number[]) => {
      const branchOf = new Uint8Array(width).fill(2)
      for (const id of present) branchOf[id] = 1
      for (const g of left) branchOf[ids[g] as number] = 0
      best = { score, missing, below: 0, above: 0, branchOf }
    }
    if (groups.classes > 2 && count > 2 && count <= ALL_SETS) {
      this.#scanSets(count, take)
      return best
    }
    for (const order of this.#orders(count)) {
      const found = this.#scan(present, order, best?.score)
      if (found !== undefined) take(found.score, found.missing, order.slice(0, found.cut))
    }
    return best
  }

  /** Orders of the groups of which the cuts are tried. */
  #orders(count: number): number[][] {
    const groups = this.#groups
    const by = (key: Float64Array) =>
      Array.from({ length: count }, (_, g) => g).sort(
        (a, b) => (key[a] as number) - (key[b] as number) || a - b,
      )
    if (groups.classes === 0) return [by(groups.means())]
    if (groups.classes === 2) return [by(groups.sharesOf(1))]
    const orders = Array.from({ length: groups.classes }, (_, c) => by(groups.sharesOf(c)))
    return [...orders, by(groups.principalOrder())]
  }

  /** All ways to part the groups in two, the last group always right. */
  #scanSets(
    count: number,
    take: (score: number, missing: MissingRoute, left: readonly number[]) => void,
  ): void {
    const sides = this.#sides
    const groups = this.#groups
    const { total, missingRows } = groups
    let score = -Infinity
    for (let missingLeft = 0; missingLeft <= (missingRows > 0 ? 1 : 0); missingLeft++) {
      for (let set = 1; set < 1 << (count - 1); set++) {
        sides.reset(missingLeft === 1)
        const left: number[] = []
        for (let g = 0; g < count - 1; g++) {
          if ((set & (1 << g)) === 0) continue
          sides.move(g)
          left.push(g)
        }
        const leftRows = sides.leftRows
        if (leftRows < this.#minLeaf || total - leftRows < this.#minLeaf) continue
        const scored = sides.score()
        if (!isBetter(scored, score)) continue
        score = scored
        take(scored, missingRows > 0 ? 1 - missingLeft : leftRows > total - leftRows ? 0 : 1, left)
      }
    }
    if (missingRows === 0) return
    sides.reset(false)
    for (let g = 0; g < count; g++) sides.move(g)
    if (total - missingRows < this.#minLeaf || missingRows < this.#minLeaf) return
    const alone = sides.score()
    if (isBetter(alone, score))
      take(
        alone,
        1,
        Array.from({ length: count }, (_, g) => g),
      )
  }
}

/** The rows of a node gathered by the value of a column. */
abstract class Groups {
  /** Groups that have a row. */
  count = 0
  /** One a group, ascending: the rank or level. */
  ids = new Int32Array(64)
  /** Rows of the node, and those of them without a value. */
  total = 0
  missingRows = 0
  protected keys = new Uint32Array(0)
  protected spare = new Uint32Array(0)
  protected counts = new Int32Array(0)

  abstract readonly classes: number
  abstract gather(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void
  /** Mean of each group's target. */
  abstract means(): Float64Array
  /** Weighted share of a class in each group. */
  abstract sharesOf(code: number): Float64Array
  abstract principalOrder(): Float64Array

  /** Room for n keys. */
  protected makeRoom(n: number): void {
    if (this.keys.length >= n) return
    this.keys = new Uint32Array(n)
    this.spare = new Uint32Array(n)
  }

  protected clearCounts(cells: number): Int32Array {
    if (this.counts.length < cells) this.counts = new Int32Array(cells)
    else this.counts.fill(0, 0, cells)
    return this.counts
  }
}

/** Counting beats sorting while there are at most so many counters a row. */
function isCounted(cells: number, rows: number): boolean {
  return cells <= 4 * rows + 64
}

function bitsOf(most: number): number {
  return 32 - Math.clz32(most)
}

class ClassGroups extends Groups {
  readonly classes: number
  readonly #codes: Int32Array
  readonly #weights: Float64Array
  readonly missingCounts: Float64Array
  /** Where the entries of each group start: one a class that has a row in it. */
  starts = new Int32Array(65)
  entryClass = new Int32Array(64)
  entryRows = new Int32Array(64)

  constructor({ codes, weights }: SearchTarget & { kind: 'classes' }) {
    super()
    this.classes = weights.length
    this.#codes = codes
    this.#weights = weights
    this.missingCounts = new Float64Array(weights.length)
  }

  gather(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const n = end - start
    this.total = n
    if (isCounted((width + 1) * this.classes, n)) this.#count(of, width, rows, start, end)
    else this.#sort(of, width, rows, start, end)
  }

  #makeEntries(most: number): void {
    if (this.entryClass.length >= most) return
    this.entryClass = new Int32Array(most)
    this.entryRows = new Int32Array(most)
    this.ids = new Int32Array(most)
    this.starts = new Int32Array(most + 1)
  }

  #count(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const { classes } = this
    const codes = this.#codes
    const cells = (width + 1) * classes
    const counts = this.clearCounts(cells)
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const cell = (of[row] as number) * classes + (codes[row] as number)
      counts[cell] = (counts[cell] as number) + 1
    }
    this.#makeEntries(Math.min(cells, end - start))
    const { ids, starts, entryClass, entryRows } = this
    let groups = 0
    let entry = 0
    for (let id = 0; id < width; id++) {
      const before = entry
      for (let c = 0; c < classes; c++) {
        const counted = counts[id * classes + c] as number
        if (counted === 0) continue
        entryClass[entry] = c
        entryRows[entry++] = counted
      }
      if (entry === before) continue
      ids[groups] = id
      starts[groups++] = before
    }
    starts[groups] = entry
    this.count = groups
    this.missingRows = 0
    for (let c = 0; c < classes; c++) {
      const counted = counts[width * classes + c] as number
      this.missingCounts[c] = counted
      this.missingRows += counted
    }
  }

  #sort(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const codes = this.#codes
    const n = end - start
    this.makeRoom(n)
    const shift = bitsOf(this.classes - 1)
    // More bits than a word has: sorted as doubles, which hold them exactly.
    if (bitsOf(width) + shift > 32) {
      this.#sortWide(of, width, rows, start, end)
      return
    }
    let present = 0
    this.missingCounts.fill(0)
    const { keys } = this
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const id = of[row] as number
      const code = codes[row] as number
      if (id === width) this.missingCounts[code] = (this.missingCounts[code] as number) + 1
      else keys[present++] = ((id << shift) | code) >>> 0
    }
    this.missingRows = n - present
    this.#enter(sortKeys(keys, this.spare, present, bitsOf(width) + shift), present, 1 << shift)
  }

  #sortWide(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const keys = new Float64Array(end - start)
    let present = 0
    this.missingCounts.fill(0)
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const id = of[row] as number
      const code = this.#codes[row] as number
      if (id === width) this.missingCounts[code] = (this.missingCounts[code] as number) + 1
      else keys[present++] = id * this.classes + code
    }
    this.missingRows = end - start - present
    this.#enter(keys.subarray(0, present).sort(), present, this.classes)
  }

  /** Entries from sorted keys, each id · base + class. */
  #enter(keys: Uint32Array | Float64Array, n: number, base: number): void {
    this.#makeEntries(n)
    const { ids, starts, entryClass, entryRows } = this
    let groups = 0
    let entry = -1
    let before = -1
    let id = -1
    for (let i = 0; i < n; i++) {
      const key = keys[i] as number
      if (key === before) {
        entryRows[entry] = (entryRows[entry] as number) + 1
        continue
      }
      before = key
      const next = Math.floor(key / base)
      entry++
      entryClass[entry] = key - next * base
      entryRows[entry] = 1
      if (next === id) continue
      id = next
      ids[groups] = id
      starts[groups++] = entry
    }
    starts[groups] = entry + 1
    this.count = groups
  }

  means(): Float64Array {
    return this.sharesOf(1)
  }

  sharesOf(code: number): Float64Array {
    const shares = new Float64Array(this.count)
    for (let g = 0; g < this.count; g++) {
      let own = 0
      let all = 0
      for (let e = this.starts[g] as number; e < (this.starts[g + 1] as number); e++) {
        const c = this.entryClass[e] as number
        const weight = (this.entryRows[e] as number) * (this.#weights[c] as number)
        all += weight
        if (c === code) own = weight
      }
      shares[g] = own / all
    }
    return shares
  }

  /** Each group's class shares along the direction in which they vary most, weighed by the groups' rows. */
  principalOrder(): Float64Array {
    const { classes, count } = this
    const shares = Array.from({ length: classes }, (_, c) => this.sharesOf(c))
    const rows = new Float64Array(count)
    for (let g = 0; g < count; g++) {
      for (let e = this.starts[g] as number; e < (this.starts[g + 1] as number); e++) {
        const weight = this.#weights[this.entryClass[e] as number] as number
        rows[g] = (rows[g] as number) + weight * (this.entryRows[e] as number)
      }
    }
    const all = rows.reduce((a, b) => a + b, 0)
    const centred = shares.map((share) => {
      let centre = 0
      for (let g = 0; g < count; g++) centre += ((rows[g] as number) * (share[g] as number)) / all
      return share.map((value) => value - centre)
    })
    const covariance = centred.map((a) =>
      centred.map((b) => {
        let sum = 0
        for (let g = 0; g < count; g++) sum += (rows[g] as number) * (a[g] as number) * (b[g] as number)
        return sum / all
      }),
    )
    const direction = firstDirection(covariance)
    const along = new Float64Array(count)
    for (let g = 0; g < count; g++) {
      for (let c = 0; c < classes; c++) {
        along[g] =
          (along[g] as number) + (direction[c] as number) * ((centred[c] as Float64Array)[g] as number)
      }
    }
    return along
  }
}

/** The first principal direction of a covariance, by powers of it; enough to order by. */
function firstDirection(covariance: readonly (readonly number[])[]): number[] {
  const widest = covariance.reduce(
    (best, row, c) => ((row[c] as number) > (covariance[best]?.[best] as number) ? c : best),
    0,
  )
  let direction = covariance.map((row) => row[widest] as number)
  for (let step = 0; step < 60; step++) {
    const next = covariance.map((row) =>
      row.reduce((sum, value, c) => sum + value * (direction[c] as number), 0),
    )
    const length = Math.hypot(...next)
    if (length === 0) break
    direction = next.map((value) => value / length)
  }
  return direction
}

class NumberGroups extends Groups {
  readonly classes = 0
  readonly #values: Float64Array
  /** One a group. */
  rows = new Int32Array(64)
  sums = new Float64Array(64)
  missingSum = 0
  #counted = new Float64Array(0)

  constructor({ values }: SearchTarget & { kind: 'number' }) {
    super()
    this.#values = values
  }

  gather(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    this.total = end - start
    const most = Math.min(width, end - start)
    if (this.rows.length < most) {
      this.ids = new Int32Array(most)
      this.rows = new Int32Array(most)
      this.sums = new Float64Array(most)
    }
    if (isCounted(width + 1, end - start)) this.#count(of, width, rows, start, end)
    else this.#sort(of, width, rows, start, end)
  }

  #count(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const counts = this.clearCounts(width + 1)
    if (this.#counted.length <= width) this.#counted = new Float64Array(width + 1)
    else this.#counted.fill(0, 0, width + 1)
    const sums = this.#counted
    const values = this.#values
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const id = of[row] as number
      counts[id] = (counts[id] as number) + 1
      sums[id] = (sums[id] as number) + (values[row] as number)
    }
    let groups = 0
    for (let id = 0; id < width; id++) {
      if (counts[id] === 0) continue
      this.ids[groups] = id
      this.rows[groups] = counts[id] as number
      this.sums[groups++] = sums[id] as number
    }
    this.count = groups
    this.missingRows = counts[width] as number
    this.missingSum = sums[width] as number
  }

  /** Rows of one value are summed in the order of the rows, as when they are counted: the same sums to the last bit. */
  #sort(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const n = end - start
    const keys = new Float64Array(n)
    for (let p = start; p < end; p++) keys[p - start] = (of[rows[p] as number] as number) * n + (p - start)
    keys.sort()
    let groups = -1
    let before = -1
    this.missingRows = 0
    this.missingSum = 0
    for (let i = 0; i < n; i++) {
      const key = keys[i] as number
      const id = Math.floor(key / n)
      const y = this.#values[rows[start + (key - id * n)] as number] as number
      if (id === width) {
        this.missingRows++
        this.missingSum += y
        continue
      }
      if (id !== before) {
        before = id
        groups++
        this.ids[groups] = id
        this.rows[groups] = 0
        this.sums[groups] = 0
      }
      this.rows[groups] = (this.rows[groups] as number) + 1
      this.sums[groups] = (this.sums[groups] as number) + y
    }
    this.count = groups + 1
  }

  means(): Float64Array {
    return Float64Array.from(
      { length: this.count },
      (_, g) => (this.sums[g] as number) / (this.rows[g] as number),
    )
  }

  sharesOf(): Float64Array {
    return this.means()
  }

  principalOrder(): Float64Array {
    return this.means()
  }
}

/** What lies left of a cut, and what that is worth. */
interface Sides {
  readonly leftRows: number
  /** After the groups were gathered. @param counts of the node by class; empty for a number */
  begin(counts: Float64Array): void
  /** Everything right, but missing values left where asked for. */
  reset(missingLeft: boolean): void
  /** A group from right to left. */
  move(group: number): void
  /** Higher is better: the impurity that is left, weighed by rows, with its sign turned, up to a constant. */
  score(): number
}

class ClassSides implements Sides {
  leftRows = 0
  readonly #groups: ClassGroups
  readonly #weights: Float64Array
  /** Counts are whole numbers, so the squares of gini are too: sums of them are exact in any order. */
  readonly #isExact: boolean
  readonly #isEntropy: boolean
  readonly #total: Float64Array
  readonly #left: Float64Array
  #totalSquares = 0
  #leftSquares = 0
  #rightSquares = 0

  constructor(groups: ClassGroups, target: SearchTarget & { kind: 'classes' }, criterion: Criterion) {
    this.#groups = groups
    this.#weights = target.weights
    this.#isEntropy = criterion === 'entropy'
    this.#isExact = !target.isWeighted && !this.#isEntropy
    this.#total = new Float64Array(target.weights.length)
    this.#left = new Float64Array(target.weights.length)
  }

  begin(counts: Float64Array): void {
    this.#total.set(counts)
    this.#totalSquares = 0
    for (let c = 0; c < counts.length; c++)
      this.#totalSquares += (counts[c] as number) * (counts[c] as number)
  }

  reset(missingLeft: boolean): void {
    this.leftRows = 0
    this.#left.fill(0)
    this.#leftSquares = 0
    this.#rightSquares = this.#totalSquares
    if (!missingLeft) return
    const { missingCounts } = this.#groups
    for (let c = 0; c < missingCounts.length; c++) this.#moveRows(c, missingCounts[c] as number)
  }

  move(group: number): void {
    const { starts, entryClass, entryRows } = this.#groups
    const end = starts[group + 1] as number
    for (let e = starts[group] as number; e < end; e++) {
      this.#moveRows(entryClass[e] as number, entryRows[e] as number)
    }
  }

  #moveRows(c: number, rows: number): void {
    const left = this.#left[c] as number
    const right = (this.#total[c] as number) - left
    this.#leftSquares += rows * (2 * left + rows)
    this.#rightSquares -= rows * (2 * right - rows)
    this.#left[c] = left + rows
    this.leftRows += rows
  }

  score(): number {
    if (this.#isExact) {
      return this.#leftSquares / this.leftRows + this.#rightSquares / (this.#groups.total - this.leftRows)
    }
    return this.#isEntropy ? this.#entropyScore() : this.#giniScore()
  }

  #giniScore(): number {
    let leftWeight = 0
    let rightWeight = 0
    let leftSquares = 0
    let rightSquares = 0
    for (let c = 0; c < this.#left.length; c++) {
      const weight = this.#weights[c] as number
      const left = weight * (this.#left[c] as number)
      const right = weight * ((this.#total[c] as number) - (this.#left[c] as number))
      leftWeight += left
      rightWeight += right
      leftSquares += left * left
      rightSquares += right * right
    }
    return leftSquares / leftWeight + rightSquares / rightWeight
  }

  #entropyScore(): number {
    let leftWeight = 0
    let rightWeight = 0
    let score = 0
    for (let c = 0; c < this.#left.length; c++) {
      const weight = this.#weights[c] as number
      const left = weight * (this.#left[c] as number)
      const right = weight * ((this.#total[c] as number) - (this.#left[c] as number))
      leftWeight += left
      rightWeight += right
      if (left > 0) score += left * Math.log(left)
      if (right > 0) score += right * Math.log(right)
    }
    return score - leftWeight * Math.log(leftWeight) - rightWeight * Math.log(rightWeight)
  }
}

class NumberSides implements Sides {
  leftRows = 0
  readonly #groups: NumberGroups
  #total = 0
  #left = 0

  constructor(groups: NumberGroups) {
    this.#groups = groups
  }

  begin(): void {
    const { sums, count, missingSum } = this.#groups
    this.#total = missingSum
    for (let g = 0; g < count; g++) this.#total += sums[g] as number
  }

  reset(missingLeft: boolean): void {
    this.#left = missingLeft ? this.#groups.missingSum : 0
    this.leftRows = missingLeft ? this.#groups.missingRows : 0
  }

  move(group: number): void {
    this.#left += this.#groups.sums[group] as number
    this.leftRows += this.#groups.rows[group] as number
  }

  score(): number {
    const right = this.#total - this.#left
    return (this.#left * this.#left) / this.leftRows + (right * right) / (this.#groups.total - this.leftRows)
  }
}
