/**
 * Points in the cells of a grid, and DBSCAN over them: the arrays that assembly/shared/grid.ts works on.
 *
 * In:  a Matrix (n × p) of few columns, and what is within reach.
 * Out: a Grid, whose steps are to be taken in the order in which they stand here; undefined where there would be too
 *      many cells for their numbers, or no memory that compiled kernels can work in.
 * Cost: about 16·p + 40 bytes a row and 16·p + 20 a cell that holds points.
 *
 * There is no plain twin: what gives the same labels without a grid is the tree (learn/point-tree.ts).
 */
import type { Matrix } from '../base/matrix.ts'
import { blocks } from '../base/steps.ts'
import { instanceOf, Room, sizeOf, type Space } from './space.ts'

export interface GridRules {
  /** How near a neighbour is, in the units of x. */
  readonly eps: number
  /** Distances are sums of differences (manhattan), not roots of sums of squares. */
  readonly isSum: boolean
  /** The measure of eps, what is surely within it whatever rounding did, and what surely is not. */
  readonly reach: { readonly at: number; readonly near: number; readonly far: number }
  readonly minSamples: number
}

/** What travels to threads: the memory, and where in it the Frame of the grid is. */
export interface GridPlace {
  readonly space: Space
  readonly frame: number
}

/** Cells `from` … `to` − 1; `walk` is the room that the work on them needs. */
export interface CellRange {
  readonly from: number
  readonly to: number
  readonly walk: number
}

/** What assembly/shared/grid.ts exports; arrays are addresses. */
interface GridModule {
  extent(values: number, n: number, p: number, into: number): void
  fill(frame: number): number
  findCore(frame: number, from: number, to: number, walk: number): void
  join(frame: number, walk: number): void
  numberGroups(frame: number): number
  labelBorder(frame: number, from: number, to: number, walk: number): void
  countGroups(frame: number): void
}

export interface Grid {
  readonly place: GridPlace
  /** Parts of the cells as work for threads; by their number alone. */
  readonly parts: readonly CellRange[]
  /** Once the core points of all parts are known: joins cells and numbers the groups. */
  group(): void
  /** Once the border of all parts is labelled. */
  result(): { readonly labels: Int32Array; readonly core: Uint8Array; readonly sizes: Int32Array }
}

/** Finds the core points of some cells. */
export function findCore(place: GridPlace, { from, to, walk }: CellRange): void {
  moduleOn(place.space)?.findCore(place.frame, from, to, walk)
}

/** Labels what is not core in some cells. */
export function labelBorder(place: GridPlace, { from, to, walk }: CellRange): void {
  moduleOn(place.space)?.labelBorder(place.frame, from, to, walk)
}

function moduleOn(space: Space): GridModule | undefined {
  return instanceOf(space, 'grid') as GridModule | undefined
}

/** Cells are a little smaller than the distance needs, so that rounding never makes one too large. */
const SHRINK = 1 - 1e-8
/** Room for the same rounding where it is asked which cells are near. */
const SLACK = 1e-6
/** Past this many cells along a column rounding could put a point into a cell that is not its own. */
const MOST_ALONG = 2 ** 21
/** Numbers of cells are of 64 bits, and so are their differences. */
const MOST_CELLS = 2 ** 61
/** Cells of a part, at most. */
const PART = 1 << 15

// As in the module.
const MOST_HALVINGS = 200
const DIGITS = 2048
/** A Frame: numbers of 8 bytes, counts and addresses of 4. */
const NUMBERS = 4
const COUNTS = 6
const TABLES = 20
const FRAME_BYTES = NUMBERS * 8 + (COUNTS + TABLES) * 4
const ALIGNED = 16

/** A row of the grid near another: how many cells on it differs in each column but the last, and its cells either side. */
interface NearRow {
  readonly steps: readonly number[]
  readonly reach: number
}

/** @param x n ≥ 1, p ≥ 1 */
export function openGrid(x: Matrix, { eps, isSum, reach, minSamples }: GridRules): Grid | undefined {
  const { rows: n, cols: p, data } = x
  const near = rowsAround(p, isSum)
  const walkBytes = sizeOf(near.length * 8)
  const tables = tablesOf(n, p, near.length)
  const parts = Math.ceil(n / PART)
  const bytes = Object.values(tables).reduce((sum, table) => sum + sizeOf(table), FRAME_BYTES + ALIGNED)
  const room = new Room(bytes + parts * walkBytes)
  const module = room.space === undefined ? undefined : moduleOn(room.space)
  if (room.space === undefined || module === undefined) return undefined
  const { space } = room
  const { buffer } = space.memory
  const { frame } = room.places({ frame: FRAME_BYTES })
  const at = room.places(tables)
  new Float64Array(buffer, at.values, n * p).set(data)
  module.extent(at.values, n, p, at.bounds)
  const bounds = new Float64Array(buffer, at.bounds, 2 * p)
  const inverse = 1 / ((eps / (isSum ? p : Math.sqrt(p))) * SHRINK)
  const strides = stridesOf(bounds, inverse, reachAlong(p, isSum))
  if (strides === undefined) return undefined
  new BigInt64Array(buffer, at.strides, p).set(strides)
  new BigInt64Array(buffer, at.rowOffsets, 2 * near.length).set(
    near.flatMap(({ steps, reach: along }) => [
      steps.reduce((sum, step, j) => sum + BigInt(step) * (strides[j] as bigint), 0n),
      BigInt(along),
    ]),
  )
  new Float64Array(buffer, frame, NUMBERS).set([reach.at, reach.near, reach.far, inverse])
  const counts = [n, p, isSum ? 1 : 0, minSamples, 0, near.length]
  new Int32Array(buffer, frame + NUMBERS * 8, COUNTS + TABLES).set(counts.concat(Object.values(at)))

  const cells = module.fill(frame)
  const ranges = blocks(cells, PART).map((range) => ({ ...range, ...room.places({ walk: walkBytes }) }))
  let groups = 0
  return {
    place: { space, frame },
    parts: ranges,
    group() {
      module.join(frame, (ranges[0] as CellRange).walk)
      groups = module.numberGroups(frame)
    },
    result() {
      module.countGroups(frame)
      // Copies: the memory of the grid goes as soon as nobody needs it.
      return {
        labels: new Int32Array(buffer, at.labels, n).slice(),
        core: new Uint8Array(buffer, at.core, n).slice(),
        sizes: new Int32Array(buffer, at.sizes, groups).slice(),
      }
    },
  }
}

/** Bytes of each table, in the order of the module's Frame. */
function tablesOf(n: number, p: number, rows: number) {
  return {
    rowOffsets: rows * 16,
    bounds: p * 16,
    strides: p * 8,
    values: n * p * 8,
    columns: n * p * 8,
    keys: n * 8,
    cellKeys: n * 8,
    rows: n * 4,
    spare: n * 4,
    counts: DIGITS * 4,
    begins: n * 4 + 4,
    cores: n * 4,
    parents: n * 4,
    groups: n * 4,
    boxes: n * p * 16,
    isCore: n,
    halves: MOST_HALVINGS * p * 32,
    labels: n * 4,
    core: n,
    sizes: n * 4,
  }
}

/** What the number of a cell grows by from one to the next along each column; undefined where there are too many. */
function stridesOf(bounds: Float64Array, inverse: number, reach: number): bigint[] | undefined {
  const p = bounds.length / 2
  const strides: bigint[] = new Array<bigint>(p)
  let product = 1
  for (let j = p - 1; j >= 0; j--) {
    const along = Math.floor(((bounds[p + j] as number) - (bounds[j] as number)) * inverse) + 1
    if (!(along <= MOST_ALONG)) return undefined
    strides[j] = BigInt(product)
    // Room on either side: what is past an end of a row must not be taken for a cell of the next one.
    product *= along + 2 * reach
    if (product > MOST_CELLS) return undefined
  }
  return strides
}

/** Cells that a neighbour may be away along one column. */
function reachAlong(p: number, isSum: boolean): number {
  return 1 + Math.floor((isSum ? p : Math.sqrt(p)) + SLACK)
}

/**
 * The rows that hold cells within reach of a cell: its own, then those before it, the nearest first, then those after.
 *
 * Where the numbers of two cells differ by s along a column their points are at least |s| − 1 cells apart in it.
 */
function rowsAround(p: number, isSum: boolean): NearRow[] {
  const most = reachAlong(p, isSum)
  const budget = p + SLACK
  const found: (NearRow & { readonly spent: number })[] = []
  const add = (steps: readonly number[], spent: number): void => {
    if (spent > budget) return
    if (steps.length === p - 1) {
      const left = isSum ? budget - spent : Math.sqrt(budget - spent)
      found.push({ steps, spent, reach: 1 + Math.floor(left) })
      return
    }
    for (let step = -most; step <= most; step++) {
      const apart = Math.max(0, Math.abs(step) - 1)
      add([...steps, step], spent + (isSum ? apart : apart * apart))
    }
  }
  add([], 0)
  const side = ({ steps }: NearRow) => Math.sign(steps.find((step) => step !== 0) ?? 0)
  const away = ({ steps }: NearRow) => steps.reduce((sum, step) => sum + step * step, 0)
  const rank = (row: NearRow) => (side(row) === 0 ? 0 : side(row) < 0 ? 1 : 2)
  return found.sort((a, b) => rank(a) - rank(b) || away(a) - away(b))
}
