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
import { isBetter, type Criterion } from './criterion.ts'
import { ExactCut } from './exact-cut.ts'
import type { SortedRows } from './orders.ts'
import { bitsOf, ClassGroups, NumberGroups, type Groups } from './split-groups.ts'
import { ClassSides, NumberSides, type Sides } from './split-sides.ts'
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
/** Bits of a class in the keys that rows are sorted by. */
export function shiftOf(target: SearchTarget): number {
  return target.kind === 'classes' ? bitsOf(target.weights.length - 1) : 0
}

/** The best split of a node by one column after another; keeps its scratch space from node to node. */
export class SplitSearch {
  readonly #columns: readonly RankedColumn[]
  readonly #groups: Groups
  readonly #sides: Sides
  readonly #minLeaf: number
  /** Where it finds the same in less time: classes that weigh 1, by gini. */
  readonly #exact: ExactCut | undefined

  constructor(columns: readonly RankedColumn[], target: SearchTarget, criterion: Criterion, minLeaf: number) {
    this.#columns = columns
    this.#minLeaf = minLeaf
    this.#groups = target.kind === 'classes' ? new ClassGroups(target) : new NumberGroups(target)
    this.#sides =
      target.kind === 'classes'
        ? new ClassSides(this.#groups as ClassGroups, target, criterion)
        : new NumberSides(this.#groups as NumberGroups)
    const isExact = target.kind === 'classes' && !target.isWeighted && criterion === 'gini'
    this.#exact = isExact ? new ExactCut(target.weights.length, shiftOf(target), minLeaf) : undefined
  }

  /** Whether the rows of a node are counted by the values of a column, and not sorted. */
  isCounted(place: number, rows: number): boolean {
    return this.#groups.isCounted((this.#columns[place] as RankedColumn).width, rows)
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

  /** Whether the rows of a node are counted, and the counts worth keeping: whole numbers, exact in any order. */
  keepsCounts(place: number, rows: number): boolean {
    return this.#groups instanceof ClassGroups && this.isCounted(place, rows)
  }

  /** The rows of a node by the values of a column and by class. */
  counted(rows: Int32Array, start: number, end: number, place: number): Int32Array {
    const { of, width } = this.#columns[place] as RankedColumn
    return (this.#groups as ClassGroups).counted(of, width, rows, start, end)
  }

  /** As best, from what counted gives. @param n rows of the node */
  bestCounted(table: Int32Array, n: number, place: number, counts: Float64Array): Candidate | undefined {
    const { kind, width } = this.#columns[place] as RankedColumn
    ;(this.#groups as ClassGroups).gatherCounted(table, width, n)
    this.#sides.begin(counts)
    return kind === 'number' ? this.#bestCut(width) : this.#bestSets(width)
  }

  /** As best, where the rows of the node are sorted by the column, which is a number. */
  bestSorted(sorted: SortedRows, place: number, counts: Float64Array): Candidate | undefined {
    const { of, width } = this.#columns[place] as RankedColumn
    if (this.#exact !== undefined) {
      const cut = this.#exact.best(sorted.keys, counts, width)
      return cut === undefined ? undefined : { ...cut, branchOf: undefined }
    }
    this.#groups.gatherSorted(of, width, sorted)
    this.#sides.begin(counts)
    return this.#bestCut(width)
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
