/**
 * The parts of k-means that any thread can do: each task goes over one block of rows for all runs at once, so that the
 * rows come from memory once for all of them.
 *
 * Blocks are of blockRows rows, whatever the number of threads, and what a block adds to a sum is added in the order of
 * the blocks.
 */
import type { Block, Task } from '../base/steps.ts'
import { kmeansKernels, scratchSize, type Grouping, type RowRange } from '../kernels/kmeans.ts'
import type { Space } from '../kernels/space.ts'

/** So many rows of some columns stay in a core's own cache while all runs look at them. */
export const blockRows = 4096

/** A table by column, in memory that all threads see. */
export interface Table extends Omit<RowRange, 'from' | 'to'> {
  readonly space: Space | undefined
}

export interface Shortening {
  readonly table: Table
  readonly runs: readonly {
    readonly nearest: Float64Array
    /** Centres of p + 1 numbers. */
    readonly centers: readonly Float64Array[]
  }[]
  /** `nearest` takes the shorter distances; there is one centre then. */
  readonly store: boolean
  /** There are no distances before. */
  readonly fresh: boolean
}

/** The sums of the shortened distances of a block: for each run one for each of its centres. */
export const shortenBlock: Task<Shortening, Block, Float64Array> = {
  name: 'kmeans/shorten',
  run({ table, runs, store, fresh }, block) {
    const kernels = kmeansKernels(table.space)
    const rows = { ...table, ...block }
    const sums = new Float64Array(runs.reduce((count, { centers }) => count + centers.length, 0))
    let at = 0
    for (const { nearest, centers } of runs) {
      if (fresh) nearest.fill(Infinity, block.from, block.to)
      for (const center of centers) sums[at++] = kernels.shorten(rows, center, nearest, store)
    }
    return sums
  },
}

export interface Pass {
  readonly table: Table
  readonly runs: readonly RunPass[]
  /** Room for each block: scratchSize(p) numbers. */
  readonly scratch: Float64Array
}

export interface RunPass extends Omit<Grouping, 'changes' | 'scratch'> {
  /** For each block k × (p + 1) numbers: what changed in the sums of the groups. */
  readonly changes: Float64Array
  /** `all` rows are measured, or `some`: those that may have changed; `none`: the labels stand. */
  readonly assign: 'all' | 'some' | 'none'
  /** k × p centres as they are; given, the squared distances to them are summed. */
  readonly ending: Float64Array | undefined
}

/** For each run how many labels of the block changed, and its sum of squared distances where that is asked for. */
export const passBlock: Task<Pass, Block, Float64Array> = {
  name: 'kmeans/pass',
  run({ table, runs, scratch }, block) {
    const kernels = kmeansKernels(table.space)
    const rows = { ...table, ...block }
    const place = block.from / blockRows
    const room = scratchSize(table.p)
    const found = new Float64Array(2 * runs.length)
    runs.forEach((run, r) => {
      const width = run.k * (table.p + 1)
      const changes = run.changes.subarray(place * width, (place + 1) * width).fill(0)
      if (run.assign === 'all') run.labels.fill(-1, block.from, block.to)
      if (run.assign !== 'none') {
        const grouping = { ...run, changes, scratch: scratch.subarray(place * room, (place + 1) * room) }
        found[2 * r] = kernels.assign(rows, grouping, run.assign === 'all')
      }
      if (run.ending !== undefined) found[2 * r + 1] = kernels.spread(rows, run.labels, run.ending)
    })
    return found
  },
}
