/**
 * The parts of DBSCAN that any thread can do: each task goes over one subtree and writes to the places of its points
 * alone.
 */
import type { Task } from '../base/steps.ts'
import { countWithinOn, type CountWithin } from '../kernels/distances.ts'
import { Joining } from './dbscan-join.ts'
import {
  endOf,
  isLeaf,
  isWithin,
  leastBetween,
  leastFrom,
  MOST_IN_LEAF,
  mostBetween,
  type PointTree,
  type Reach,
} from './point-tree.ts'

/** Arrays that all threads see: one entry a place or a node of the tree. */
export interface Density {
  readonly tree: PointTree
  readonly reach: Reach
  readonly minSamples: number
  /** By place: 1 for a core point. */
  readonly core: Uint8Array
  /** By node: core points below it. */
  readonly cores: Int32Array
  /** By node: a core point below it where all of them are known to be one group; else −1. */
  readonly single: Int32Array
  /** By place: union-find. */
  readonly parents: Int32Array
  /** By place: the group, −1 for noise. */
  readonly labels: Int32Array
}

interface Subtree {
  readonly node: number
}

/** Finds the core points of a subtree. */
export const coreOfSubtree: Task<Density, Subtree, void> = {
  name: 'dbscan/core',
  run(density, { node }) {
    new CoreSearch(density).below(node)
  },
}

/** Joins the core points of a subtree. */
export const joinSubtree: Task<Density, Subtree, void> = {
  name: 'dbscan/join',
  run(density, { node }) {
    new Joining(density).joinWithin(node)
  },
}

/** Gives the points of a subtree that are not core the first group that they are within eps of. */
export const labelBorder: Task<Density, Subtree, void> = {
  name: 'dbscan/border',
  run(density, { node }) {
    const { tree, core, labels } = density
    const to = endOf(tree, node)
    const countNear = countWithinOn(tree.space)
    for (let i = tree.begins[node] as number; i < to; i++) {
      if (core[i] === 0) labels[i] = lowestLabel(density, countNear, i, 0, -1)
    }
  },
}

/** The lowest label of a core point within eps below a node, where it is lower than what is known; −1 is none. */
function lowestLabel(
  density: Density,
  countNear: CountWithin,
  place: number,
  node: number,
  known: number,
): number {
  const { tree, reach, core, cores, labels } = density
  if (cores[node] === 0 || leastFrom(tree, place, node) > reach.far) return known
  if (!isLeaf(tree, node)) {
    const lower = lowestLabel(density, countNear, place, 2 * node + 1, known)
    return lowestLabel(density, countNear, place, 2 * node + 2, lower)
  }
  const from = tree.begins[node] as number
  const to = endOf(tree, node)
  // Most leaves hold nothing near, which the compiled count tells at once.
  if (tree.metric === 'euclidean' && countNear(tree.columns, tree.n, tree.p, place, from, to, reach.at) === 0)
    return known
  let lowest = known
  for (let i = from; i < to; i++) {
    if (core[i] === 0) continue
    const label = labels[i] as number
    if ((lowest < 0 || label < lowest) && isWithin(tree, reach, place, i)) lowest = label
  }
  return lowest
}

/** Counts what is within eps of the points of a leaf, until all of them are known to be core. */
class CoreSearch {
  readonly #at: Density
  readonly #count: CountWithin
  readonly #counts = new Int32Array(MOST_IN_LEAF)
  #leaf = 0
  #from = 0
  #to = 0
  /** Points of the leaf that are not known to be core. */
  #open = 0

  constructor(at: Density) {
    this.#at = at
    this.#count = countWithinOn(at.tree.space)
  }

  below(node: number): void {
    const { tree, reach, minSamples, core } = this.#at
    const from = tree.begins[node] as number
    const to = endOf(tree, node)
    // All points of such a node are within eps of each other.
    if (to - from >= minSamples && mostBetween(tree, node, node) <= reach.near) core.fill(1, from, to)
    else if (isLeaf(tree, node)) this.#search(node)
    else {
      this.below(2 * node + 1)
      this.below(2 * node + 2)
    }
  }

  #search(leaf: number): void {
    const { tree, minSamples, core } = this.#at
    this.#leaf = leaf
    this.#from = tree.begins[leaf] as number
    this.#to = endOf(tree, leaf)
    this.#counts.fill(0)
    this.#open = this.#to - this.#from
    // What is near in the tree is near: siblings first, then those of the nodes above.
    this.#visit(leaf)
    for (let node = leaf; node > 0 && this.#open > 0; node = (node - 1) >> 1) {
      this.#visit(node % 2 === 1 ? node + 1 : node - 1)
    }
    for (let i = this.#from; i < this.#to; i++) {
      if ((this.#counts[i - this.#from] as number) >= minSamples) core[i] = 1
    }
  }

  #visit(node: number): void {
    const { tree, reach } = this.#at
    if (this.#open === 0 || leastBetween(tree, this.#leaf, node) > reach.far) return
    const from = tree.begins[node] as number
    const to = endOf(tree, node)
    if (mostBetween(tree, this.#leaf, node) <= reach.near) this.#add(to - from)
    else if (isLeaf(tree, node)) this.#measure(node, from, to)
    else {
      this.#visit(2 * node + 1)
      this.#visit(2 * node + 2)
    }
  }

  /** Every point of the leaf has so many neighbours more. */
  #add(rows: number): void {
    for (let i = this.#from; i < this.#to; i++) this.#found(i, rows)
  }

  #measure(node: number, from: number, to: number): void {
    const { tree, reach, minSamples } = this.#at
    for (let i = this.#from; i < this.#to; i++) {
      const before = this.#counts[i - this.#from] as number
      if (before >= minSamples || leastFrom(tree, i, node) > reach.far) continue
      this.#found(i, tree.metric === 'euclidean' ? this.#within(i, from, to) : this.#slowly(i, from, to))
    }
  }

  #within(place: number, from: number, to: number): number {
    const { tree, reach } = this.#at
    return this.#count(tree.columns, tree.n, tree.p, place, from, to, reach.at)
  }

  #slowly(place: number, from: number, to: number): number {
    const { tree, reach } = this.#at
    let count = 0
    for (let other = from; other < to; other++) if (isWithin(tree, reach, place, other)) count++
    return count
  }

  #found(place: number, rows: number): void {
    const { minSamples } = this.#at
    const before = this.#counts[place - this.#from] as number
    this.#counts[place - this.#from] = before + rows
    if (before < minSamples && before + rows >= minSamples) this.#open--
  }
}
