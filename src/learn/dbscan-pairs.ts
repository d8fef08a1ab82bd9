/**
 * DBSCAN by looking at all pairs of rows, for many columns: see dbscan.ts for what it finds, kernels/pairs.ts for how.
 *
 * In so many columns nearly all rows are about as far from each other, and boxes around some of them leave out hardly
 * any (Beyer, Goldstein, Ramakrishnan & Shaft, "When is 'nearest neighbor' meaningful?", ICDT 1999).
 */
import { shared, type Block, type Steps, type Task } from '../base/steps.ts'
import { findCore, labelBorder, type Pairs, type PairsPlace } from '../kernels/pairs.ts'
import type { DbscanResult } from './dbscan.ts'
import { leastBetween, mostBetween, type PointTree, type Reach } from './point-tree.ts'

/** Leaves that are compared with others to see what a tree leaves out. */
const sampledLeaves = 32
const sampledOthers = 1024

/** The share of pairs of leaves, of a sample, whose points a tree would have to measure. */
export function shareToMeasure(tree: PointTree, reach: Reach): number {
  const leaves = tree.begins.length - tree.firstLeaf
  const some = (most: number) => {
    const step = Math.max(1, Math.floor(leaves / most))
    return Array.from({ length: Math.ceil(leaves / step) }, (_, i) => tree.firstLeaf + i * step)
  }
  const others = some(sampledOthers)
  let measured = 0
  let seen = 0
  for (const leaf of some(sampledLeaves)) {
    for (const other of others) {
      seen++
      if (leastBetween(tree, leaf, other) <= reach.far && mostBetween(tree, leaf, other) > reach.near)
        measured++
    }
  }
  return measured / seen
}

export function* dbscanOfPairs(pairs: Pairs): Steps<DbscanResult> {
  yield
  yield* shared(coreOfPairs, pairs.place, pairs.parts)
  pairs.group()
  yield
  yield* shared(borderOfPairs, pairs.place, pairs.parts)
  return pairs.result()
}

/** Finds the core points of a part. */
export const coreOfPairs: Task<PairsPlace, Block, void> = { name: 'dbscan/pairs', run: findCore }

/** Gives the points of a part that are not core the first group that they are within eps of. */
export const borderOfPairs: Task<PairsPlace, Block, void> = { name: 'dbscan/rest', run: labelBorder }
