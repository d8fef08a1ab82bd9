/**
 * DBSCAN by looking at all pairs of points: the arrays that assembly/shared/pairs.ts works on.
 *
 * In:  a Matrix (n × p), eps and minSamples; distances are Euclidean.
 * Out: Pairs, whose steps are to be taken in the order in which they stand here; undefined where there is no memory that
 *      compiled kernels can work in.
 * Cost: O(n²·p) time, a pair of 20 columns in about 1.5 ns; about 12·p + 30 bytes a row.
 *
 * There is no plain twin: what gives the same labels without looking at all pairs is the tree (learn/point-tree.ts).
 */
import type { Matrix } from '../base/matrix.ts'
import { blocks, type Block } from '../base/steps.ts'
import { instanceOf, Room, sizeOf, type Space } from './space.ts'

/** What travels to threads: the memory, and where in it the Frame is. */
export interface PairsPlace {
  readonly space: Space
  readonly frame: number
}

/** What assembly/shared/pairs.ts exports; arrays are addresses. */
interface PairsModule {
  pack(frame: number): void
  findCore(frame: number, from: number, to: number): void
  group(frame: number): number
  labelBorder(frame: number, from: number, to: number): void
}

export interface Pairs {
  readonly place: PairsPlace
  /** Parts of the points as work for threads; by their number alone. */
  readonly parts: readonly Block[]
  /** Once the core points of all parts are known: joins them and numbers the groups. */
  group(): void
  /** Once the border of all parts is labelled. */
  result(): { readonly labels: Int32Array; readonly core: Uint8Array; readonly sizes: Int32Array }
}

/** Finds which points of a part are core. */
export function findCore({ space, frame }: PairsPlace, { from, to }: Block): void {
  moduleOn(space)?.findCore(frame, from, to)
}

/** Labels what is not core in a part. */
export function labelBorder({ space, frame }: PairsPlace, { from, to }: Block): void {
  moduleOn(space)?.labelBorder(frame, from, to)
}

function moduleOn(space: Space): PairsModule | undefined {
  return instanceOf(space, 'pairs') as PairsModule | undefined
}

/** Points of a part; a multiple of those that the module packs together. */
const PART = 1024

// As in the module.
const PACK = 8
const RUN = 64
/** A Frame: a number of 8 bytes, counts and addresses of 4. */
const COUNTS = 4
const TABLES = 11
const FRAME_BYTES = 8 + (COUNTS + TABLES) * 4
const ALIGNED = 16

/**
 * @param x n ≥ 1, p ≥ 1
 * @param order all rows, so that what is near stands near: then most of what is to be found is found soon
 */
export function openPairs(x: Matrix, eps: number, minSamples: number, order: Int32Array): Pairs | undefined {
  const { rows: n, cols: p, data } = x
  const tables = tablesOf(n, p)
  const bytes = Object.values(tables).reduce((sum, table) => sum + sizeOf(table), FRAME_BYTES + ALIGNED)
  const room = new Room(bytes)
  const module = room.space === undefined ? undefined : moduleOn(room.space)
  if (room.space === undefined || module === undefined) return undefined
  const { space } = room
  const { buffer } = space.memory
  const { frame } = room.places({ frame: FRAME_BYTES })
  const at = room.places(tables)
  new Float64Array(buffer, at.values, n * p).set(data)
  new Float64Array(buffer, at.means, p).set(columnMeans(x))
  new Int32Array(buffer, at.rows, n).set(order)
  new Float64Array(buffer, frame, 1)[0] = eps * eps
  new Int32Array(buffer, frame + 8, COUNTS + TABLES).set([n, p, minSamples, 0].concat(Object.values(at)))
  module.pack(frame)

  let groups = 0
  return {
    place: { space, frame },
    parts: blocks(n, PART),
    group() {
      groups = module.group(frame)
    },
    result() {
      // Copies: the memory goes as soon as nobody needs it.
      const labels = new Int32Array(buffer, at.labels, n).slice()
      const sizes = new Int32Array(groups)
      for (let i = 0; i < n; i++) {
        const label = labels[i] as number
        if (label >= 0) sizes[label] = (sizes[label] as number) + 1
      }
      return { labels, core: new Uint8Array(buffer, at.core, n).slice(), sizes }
    },
  }
}

/** Bytes of each table, in the order of the module's Frame. */
function tablesOf(n: number, p: number) {
  const packs = Math.ceil(n / PACK)
  return {
    values: n * p * 8,
    means: p * 8,
    rows: n * 4,
    packed: packs * PACK * p * 4,
    squares: packs * PACK * 4,
    reaches: packs * 4,
    parents: n * 4,
    single: Math.ceil(n / RUN) * 4,
    groups: n * 4,
    labels: n * 4,
    core: n,
  }
}

function columnMeans({ rows: n, cols: p, data }: Matrix): Float64Array {
  const means = new Float64Array(p)
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < p; j++, at++) means[j] = (means[j] as number) + (data[at] as number) / n
  return means
}
