/**
 * Joins core points that are within eps of each other, node by node.
 *
 * In:  the tree with its core points.
 * Out: union-find over places; a root stands for each group.
 *
 * Two nodes are left alone where they are known to be of one group, or lie too far apart; they are joined at once where
 * their boxes hold no pair farther apart than eps. Only where neither is so are their halves looked at, and pairs of
 * points in leaves. Tarjan, "Efficiency of a good but not linear set union algorithm", J. ACM 22(2), 1975, with path
 * halving; the root is the lowest place, so that threads which join different subtrees never write to one place.
 */
import { countWithinOn, type CountWithin } from '../kernels/distances.ts'
import type { Density } from './dbscan-tasks.ts'
import { endOf, isLeaf, isWithin, leastBetween, leastFrom, mostBetween } from './point-tree.ts'

export class Joining {
  readonly #at: Density
  readonly #countNear: CountWithin

  constructor(at: Density) {
    this.#at = at
    this.#countNear = countWithinOn(at.tree.space)
  }

  /** The place that stands for the group of a core point. */
  find(place: number): number {
    const { parents } = this.#at
    let at = place
    for (;;) {
      const parent = parents[at] as number
      if (parent === at) return at
      const above = parents[parent] as number
      parents[at] = above
      at = above
    }
  }

  /** Joins within a subtree. Must be the first to touch its nodes and points. */
  joinWithin(node: number): void {
    this.#count(node)
    this.#join(node)
  }

  /** Joins across subtrees that are joined within, and covers the nodes above them. */
  joinAcross(nodes: readonly number[]): void {
    const { cores } = this.#at
    for (let node = (nodes[0] as number) - 1; node >= 0; node--) {
      cores[node] = (cores[2 * node + 1] as number) + (cores[2 * node + 2] as number)
    }
    // From below, so that nodes are found to be of one group before they are compared with others.
    for (let node = (nodes[0] as number) - 1; node >= 0; node--) this.#meet(node)
  }

  /** Core points below each node of a subtree; each point is a group of its own. */
  #count(node: number): number {
    const { tree, core, cores, parents } = this.#at
    let sum = 0
    if (isLeaf(tree, node)) {
      const to = endOf(tree, node)
      for (let i = tree.begins[node] as number; i < to; i++) {
        parents[i] = i
        sum += core[i] as number
      }
    } else sum = this.#count(2 * node + 1) + this.#count(2 * node + 2)
    cores[node] = sum
    return sum
  }

  #join(node: number): void {
    const { tree, reach, cores } = this.#at
    if (cores[node] === 0) return
    if (mostBetween(tree, node, node) <= reach.near) this.#unite(node)
    else if (isLeaf(tree, node)) {
      this.#pairs(node, node)
      this.#look(node)
    } else {
      this.#join(2 * node + 1)
      this.#join(2 * node + 2)
      this.#meet(node)
    }
  }

  /** Joins the halves of a node with each other. */
  #meet(node: number): void {
    const { single } = this.#at
    const low = 2 * node + 1
    this.#across(low, low + 1)
    const isOne = this.#isOne(low) && this.#isOne(low + 1) && this.#areSame(low, low + 1)
    if (isOne) single[node] = Math.max(single[low] as number, single[low + 1] as number)
  }

  #across(a: number, b: number): void {
    const { tree, reach, cores, single } = this.#at
    if (cores[a] === 0 || cores[b] === 0) return
    const bothOne = (single[a] as number) >= 0 && (single[b] as number) >= 0
    if (bothOne && this.#areSame(a, b)) return
    if (leastBetween(tree, a, b) > reach.far) return
    if (mostBetween(tree, a, b) <= reach.near) {
      this.#unite(a)
      this.#unite(b)
      this.#unify(single[a] as number, single[b] as number)
      return
    }
    const leafA = isLeaf(tree, a)
    const leafB = isLeaf(tree, b)
    if (leafA && leafB) {
      this.#look(a)
      this.#look(b)
      if (!this.#isOne(a) || !this.#isOne(b) || !this.#areSame(a, b)) this.#pairs(a, b)
    } else if (leafA || (!leafB && b < a)) {
      this.#across(a, 2 * b + 1)
      this.#across(a, 2 * b + 2)
    } else {
      this.#across(2 * a + 1, b)
      this.#across(2 * a + 2, b)
    }
  }

  /** All core points of a node are one group, and of every node below it. */
  #unite(node: number): void {
    const { tree, core, cores, single } = this.#at
    if (cores[node] === 0 || (single[node] as number) >= 0) return
    const to = endOf(tree, node)
    let first = -1
    for (let i = tree.begins[node] as number; i < to; i++) {
      if (core[i] === 0) continue
      if (first < 0) first = i
      else this.#unify(first, i)
    }
    this.#mark(node, first)
  }

  #mark(node: number, place: number): void {
    const { tree, cores, single } = this.#at
    if (cores[node] === 0) return
    single[node] = place
    if (isLeaf(tree, node)) return
    this.#mark(2 * node + 1, place)
    this.#mark(2 * node + 2, place)
  }

  /** Joins the core points of two leaves that are within eps. */
  #pairs(a: number, b: number): void {
    const { tree, reach, core } = this.#at
    const toA = endOf(tree, a)
    const toB = endOf(tree, b)
    const fromB = tree.begins[b] as number
    const once = a !== b && this.#isOne(a) && this.#isOne(b)
    for (let i = tree.begins[a] as number; i < toA; i++) {
      if (core[i] === 0 || (a !== b && !this.#hasNear(i, b, fromB, toB))) continue
      for (let j = a === b ? i + 1 : fromB; j < toB; j++) {
        if (core[j] === 0 || !isWithin(tree, reach, i, j)) continue
        this.#unify(i, j)
        if (once) return
      }
    }
  }

  /** Whether a leaf may hold a point within eps: most do not, which the compiled count tells at once. */
  #hasNear(place: number, leaf: number, from: number, to: number): boolean {
    const { tree, reach } = this.#at
    if (leastFrom(tree, place, leaf) > reach.far) return false
    if (tree.metric !== 'euclidean') return true
    return this.#countNear(tree.columns, tree.n, tree.p, place, from, to, reach.at) > 0
  }

  /** Whether the core points of a leaf are one group by now. */
  #look(leaf: number): void {
    const { tree, core, single } = this.#at
    if ((single[leaf] as number) >= 0) return
    const to = endOf(tree, leaf)
    let root = -1
    for (let i = tree.begins[leaf] as number; i < to; i++) {
      if (core[i] === 0) continue
      const own = this.find(i)
      if (root >= 0 && own !== root) return
      root = own
    }
    single[leaf] = root
  }

  #isOne(node: number): boolean {
    const { cores, single } = this.#at
    return cores[node] === 0 || (single[node] as number) >= 0
  }

  #areSame(a: number, b: number): boolean {
    const { single } = this.#at
    const one = single[a] as number
    const other = single[b] as number
    return one < 0 || other < 0 || one === other || this.find(one) === this.find(other)
  }

  #unify(a: number, b: number): void {
    const { parents } = this.#at
    const one = this.find(a)
    const other = this.find(b)
    if (one < other) parents[other] = one
    else parents[one] = other
  }
}
