/**
 * What a split is worth: both sides of a cut added up while groups of rows move from right to left.
 *
 * In:  groups (split-groups.ts), the weights of classes, a criterion.
 * Out: a score, higher is better: the impurity that is left, weighed by rows, with its sign turned, up to a constant.
 */
import type { Criterion } from './criterion.ts'
import type { ClassGroups, NumberGroups } from './split-groups.ts'
import type { SearchTarget } from './split-search.ts'

/** What lies left of a cut, and what that is worth. */
export interface Sides {
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

export class ClassSides implements Sides {
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

export class NumberSides implements Sides {
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
