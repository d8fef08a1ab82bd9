/**
 * Apriori: frequent itemsets level by level, each level from the one before.
 *
 * In:  baskets, a least count.
 * Out: Itemsets; they and their counts do not depend on the algorithm.
 * Cost: a pass over the baskets a level; memory: the candidates of one level. Slow where itemsets are long, as all
 *       itemsets of a length are candidates at once.
 *
 * Agrawal & Srikant, "Fast algorithms for mining association rules", VLDB 1994. Two itemsets that differ in their last
 * item alone make a candidate; it is dropped when one of its parts is not frequent, and counted by walking each basket
 * down the tree of the itemsets (their hash tree). Pairs are counted item by item, which needs no tree.
 */
import type { Baskets } from '../base/baskets.ts'
import type { Steps } from '../base/steps.ts'
import { ItemsetTree, rankItems, type Itemsets, type SearchOptions } from './itemsets.ts'
import { rowsOf, type Rows } from './rows.ts'

export function* aprioriSteps(
  baskets: Baskets,
  options: SearchOptions,
  isAllowed?: Uint8Array,
): Steps<Itemsets> {
  const ranked = rankItems(baskets, options.minCount, isAllowed)
  const tree = new ItemsetTree(options.maxItemsets)
  ranked.count.forEach((count, rank) => tree.add(-1, rank, count))
  const rows = rowsOf(baskets, ranked)
  if (options.maxLength >= 2) {
    const levels = [firstLevel(ranked.items.length)]
    let level: Level | undefined = yield* pairs(rows, ranked.items.length, options.minCount, tree)
    for (let length = 3; level.rank.length > 1 && length <= options.maxLength; length++) {
      levels.push(level)
      const candidates = candidatesOf(levels)
      if (candidates.rank.length === 0) break
      yield* countCandidates(rows, levels, candidates)
      level = keepFrequent(levels, candidates, options.minCount, tree)
    }
  }
  return tree.finish(ranked, baskets)
}

/** The frequent itemsets of one length, ordered by their ranks, so that those with a common beginning lie together. */
interface Level {
  /** Number of each in the tree. */
  readonly node: Int32Array
  /** Its last rank. */
  readonly rank: Int32Array
  /** Its beginning: a place in the level before. */
  readonly parent: Int32Array
  /** The extensions of itemset p of the level before: places start[p] … start[p+1]−1 of this one. */
  readonly start: Int32Array
}

interface Candidates {
  readonly rank: Int32Array
  readonly parent: Int32Array
  readonly start: Int32Array
  readonly count: Int32Array
}

function firstLevel(items: number): Level {
  const numbers = Int32Array.from({ length: items }, (_, rank) => rank)
  return {
    node: numbers,
    rank: numbers,
    parent: new Int32Array(items).fill(-1),
    start: Int32Array.of(0, items),
  }
}

/** Rows after which other work gets its turn. */
const ROWS_A_TURN = 1 << 14

/**
 * Pairs by their first item, in the rows that hold it: pairs that no row holds are not looked at, as there may be as many
 * as the square of the items.
 */
function* pairs(rows: Rows, items: number, minCount: number, tree: ItemsetTree): Steps<Level> {
  const { start: from, rank, weight } = rows
  const { first, row: rowOf, entry } = entriesByRank(rows, items)
  const node: number[] = []
  const ranks: number[] = []
  const parent: number[] = []
  const start = new Int32Array(items + 1)
  const counts = new Int32Array(items)
  for (let one = 0, seen = 0; one < items; one++) {
    const met: number[] = []
    for (let o = first[one] as number; o < (first[one + 1] as number); o++) {
      const row = rowOf[o] as number
      const w = weight[row] as number
      for (let e = (entry[o] as number) + 1; e < (from[row + 1] as number); e++) {
        const other = rank[e] as number
        const before = counts[other] as number
        if (before === 0) met.push(other)
        counts[other] = before + w
      }
      if (++seen % ROWS_A_TURN === 0) yield
    }
    for (const other of Int32Array.from(met).sort()) {
      const count = counts[other] as number
      counts[other] = 0
      if (count < minCount) continue
      node.push(tree.add(one, other, count))
      ranks.push(other)
      parent.push(one)
    }
    start[one + 1] = node.length
  }
  return { node: Int32Array.from(node), rank: Int32Array.from(ranks), parent: Int32Array.from(parent), start }
}

/** Where each rank stands: rank r in rows row[first[r]] … row[first[r+1]−1], at the places `entry` of their ranks. */
function entriesByRank({ start, rank, weight }: Rows, items: number) {
  const first = new Int32Array(items + 1)
  for (let e = 0; e < rank.length; e++) {
    const behind = (rank[e] as number) + 1
    first[behind] = (first[behind] as number) + 1
  }
  for (let r = 0; r < items; r++) first[r + 1] = (first[r + 1] as number) + (first[r] as number)
  const next = first.slice()
  const rowOf = new Int32Array(rank.length)
  const entry = new Int32Array(rank.length)
  for (let row = 0; row < weight.length; row++) {
    for (let e = start[row] as number; e < (start[row + 1] as number); e++) {
      const one = rank[e] as number
      const to = next[one] as number
      rowOf[to] = row
      entry[to] = e
      next[one] = to + 1
    }
  }
  return { first, row: rowOf, entry }
}

/** Joins the itemsets of the last level with one another. */
function candidatesOf(levels: readonly Level[]): Candidates {
  const level = levels.at(-1) as Level
  const rank: number[] = []
  const parent: number[] = []
  const start = new Int32Array(level.rank.length + 1)
  const path = new Int32Array(levels.length + 1)
  for (let one = 0; one < level.rank.length; one++) {
    const siblings = level.start[(level.parent[one] as number) + 1] as number
    for (let other = one + 1; other < siblings; other++) {
      const last = level.rank[other] as number
      if (!hasFrequentParts(levels, one, last, path)) continue
      rank.push(last)
      parent.push(one)
    }
    start[one + 1] = rank.length
  }
  return {
    rank: Int32Array.from(rank),
    parent: Int32Array.from(parent),
    start,
    count: new Int32Array(rank.length),
  }
}

/** Whether all parts of a candidate without one of its items are frequent, but for the two it was joined from. */
function hasFrequentParts(levels: readonly Level[], one: number, last: number, path: Int32Array): boolean {
  const length = levels.length
  let at = one
  for (let l = length - 1; l >= 0; l--) {
    path[l] = (levels[l] as Level).rank[at] as number
    at = (levels[l] as Level).parent[at] as number
  }
  path[length] = last
  for (let without = 0; without < length - 1; without++) {
    let node = 0
    for (let p = 0, l = 0; p <= length; p++) {
      if (p === without) continue
      node = extension(levels[l] as Level, l === 0 ? 0 : node, path[p] as number)
      if (node < 0) return false
      l++
    }
  }
  return true
}

/** Place of the extension of an itemset by a rank; −1 for none. */
function extension({ rank, start }: Level, parent: number, wanted: number): number {
  let low = start[parent] as number
  const end = start[parent + 1] as number
  let high = end
  while (low < high) {
    const mid = (low + high) >>> 1
    if ((rank[mid] as number) < wanted) low = mid + 1
    else high = mid
  }
  return low < end && rank[low] === wanted ? low : -1
}

function* countCandidates(rows: Rows, levels: readonly Level[], candidates: Candidates): Steps<void> {
  const { start, rank, weight } = rows
  const { isAlive, depth } = aliveNodes(levels, candidates)
  const down = (level: number, parent: number, from: number, end: number, w: number): void => {
    const isLast = level === depth
    const { rank: ranks, start: starts } = isLast ? candidates : (levels[level] as Level)
    let at = starts[parent] as number
    const to = starts[parent + 1] as number
    // Each item left over must leave enough for the levels below.
    for (let e = from; e < end - (depth - level); e++) {
      const wanted = rank[e] as number
      while (at < to && (ranks[at] as number) < wanted) at++
      if (at === to) return
      if (ranks[at] !== wanted) continue
      if (isLast) candidates.count[at] = (candidates.count[at] as number) + w
      else if ((isAlive[level] as Uint8Array)[at] === 1) down(level + 1, at, e + 1, end, w)
    }
  }
  for (let row = 0; row < weight.length; row++) {
    down(0, 0, start[row] as number, start[row + 1] as number, weight[row] as number)
    if (row % ROWS_A_TURN === 0) yield
  }
}

/** Itemsets that are the beginning of a candidate: the others need not be walked into. */
function aliveNodes(
  levels: readonly Level[],
  { parent }: Candidates,
): { readonly isAlive: readonly Uint8Array[]; readonly depth: number } {
  const isAlive = levels.map(({ rank }) => new Uint8Array(rank.length))
  for (let below = parent, l = levels.length - 1; l >= 0; l--) {
    const alive = isAlive[l] as Uint8Array
    const wasAlive = isAlive[l + 1]
    below.forEach((p, place) => {
      if (wasAlive === undefined || wasAlive[place] === 1) alive[p] = 1
    })
    below = (levels[l] as Level).parent
  }
  return { isAlive, depth: levels.length }
}

function keepFrequent(
  levels: readonly Level[],
  { rank, parent, count, start: from }: Candidates,
  minCount: number,
  tree: ItemsetTree,
): Level {
  const before = levels.at(-1) as Level
  const node: number[] = []
  const ranks: number[] = []
  const parents: number[] = []
  const start = new Int32Array(before.rank.length + 1)
  for (let p = 0; p < before.rank.length; p++) {
    for (let c = from[p] as number; c < (from[p + 1] as number); c++) {
      if ((count[c] as number) < minCount) continue
      node.push(tree.add(before.node[p] as number, rank[c] as number, count[c] as number))
      ranks.push(rank[c] as number)
      parents.push(parent[c] as number)
    }
    start[p + 1] = node.length
  }
  return {
    node: Int32Array.from(node),
    rank: Int32Array.from(ranks),
    parent: Int32Array.from(parents),
    start,
  }
}
