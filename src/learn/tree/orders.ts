/**
 * The rows of a branch sorted by columns: a column is sorted once, and parted with the nodes from then on.
 *
 * In:  columns as ranks, the target, the rows of the branch.
 * Out: for a node its rows in ascending order of a column, rows of one value in their own order, those without a value
 *      last; for classes a key beside each row that holds its rank and its class.
 * Cost: O(n) for the sort where there are not many more values than rows; O(n) to part; 8 bytes a row and column.
 */
import { bitsOf } from './split-groups.ts'
import { shiftOf, type RankedColumn, type SearchTarget } from './split-search.ts'

/** The rows of nodes by one column; those of a node stand where it stands in the branch, counted from its start. */
export interface SortedRows {
  readonly rows: Int32Array
  /** rank · 2^shift + class; empty for a number. */
  readonly keys: Uint32Array
}

export class Orders {
  readonly #columns: readonly RankedColumn[]
  readonly #codes: Int32Array | undefined
  /** Bits of a class in a key. */
  readonly #shift: number
  readonly #sorted: (SortedRows | undefined)[]
  /** Where the branch starts and ends. */
  readonly #start: number
  readonly #end: number
  #isTaken: Uint8Array | undefined
  #spareRows = new Int32Array(0)
  #spareKeys = new Uint32Array(0)

  constructor(columns: readonly RankedColumn[], target: SearchTarget, start: number, end: number) {
    this.#columns = columns
    this.#codes = target.kind === 'classes' ? target.codes : undefined
    this.#shift = shiftOf(target)
    this.#sorted = columns.map(() => undefined)
    this.#start = start
    this.#end = end
  }

  /**
   * Whether a key of the column has room for its ranks and the classes. A text is not kept sorted: sets of levels want
   * the rows of a level class by class, and classes lie here as the rows do.
   */
  canSort(place: number): boolean {
    const { kind, width } = this.#columns[place] as RankedColumn
    return kind === 'number' && bitsOf(width) + this.#shift <= 32
  }

  /** Room for the rows of all nodes by a column. */
  #by(place: number): SortedRows {
    const known = this.#sorted[place]
    if (known !== undefined) return known
    const length = this.#end - this.#start
    const keys = new Uint32Array(this.#codes === undefined ? 0 : length)
    return (this.#sorted[place] = { rows: new Int32Array(length), keys })
  }

  /** The rows of the node at start … end by a column; right only where they were sorted and parted. */
  ofNode(place: number, start: number, end: number): SortedRows {
    const { rows, keys } = this.#by(place)
    const from = start - this.#start
    const to = end - this.#start
    return { rows: rows.subarray(from, to), keys: keys.subarray(from, to) }
  }

  /** @param of the rows of the node are of[start … end−1], ascending */
  sort(place: number, of: Int32Array, start: number, end: number): void {
    const { rows, keys } = this.ofNode(place, start, end)
    const column = this.#columns[place] as RankedColumn
    const { of: rank, width } = column
    const unsorted = of.subarray(start, end)
    if (2 * unsorted.length > rank.length) takeSorted(allSorted(column), unsorted, this.#marks(), rows)
    else if (width <= 4 * unsorted.length) countingSort(unsorted, rank, width, rows)
    else sortFew(unsorted, rank, rows)
    if (this.#codes !== undefined) fillKeys(rows, rank, this.#codes, this.#shift, keys)
  }

  /** A zero for each row of the table. */
  #marks(): Uint8Array {
    return (this.#isTaken ??= new Uint8Array(this.#columns[0]?.of.length ?? 0))
  }

  /** Puts the rows of branch 0 before those of branch 1. @param isLeft one a row of the table: 1 for branch 0 */
  part(place: number, start: number, end: number, isLeft: Uint8Array): void {
    if (this.#spareRows.length < end - start) {
      this.#spareRows = new Int32Array(end - start)
      this.#spareKeys = new Uint32Array(end - start)
    }
    const { rows, keys } = this.ofNode(place, start, end)
    if (keys.length === 0) partRows(rows, isLeft, this.#spareRows)
    else partBoth(rows, keys, isLeft, this.#spareRows, this.#spareKeys)
  }
}

/** All rows of the table by a column: sorted once for all the trees that are grown on most of them. */
const sortedTables = new WeakMap<RankedColumn, Int32Array>()

function allSorted(column: RankedColumn): Int32Array {
  const known = sortedTables.get(column)
  if (known !== undefined) return known
  const { of, width } = column
  const all = new Int32Array(of.length)
  countingSort(
    all.map((_, row) => row),
    of,
    width,
    all,
  )
  sortedTables.set(column, all)
  return all
}

/** Those of the sorted rows that are wanted, in their order. @param isTaken zeros, and zeros again afterwards */
function takeSorted(sorted: Int32Array, wanted: Int32Array, isTaken: Uint8Array, into: Int32Array): void {
  for (let i = 0; i < wanted.length; i++) isTaken[wanted[i] as number] = 1
  let taken = 0
  for (let i = 0; taken < into.length; i++) {
    const row = sorted[i] as number
    into[taken] = row
    taken += isTaken[row] as number
  }
  for (let i = 0; i < wanted.length; i++) isTaken[wanted[i] as number] = 0
}

function countingSort(of: Int32Array, rank: Int32Array, width: number, into: Int32Array): void {
  const places = new Int32Array(width + 2)
  for (let i = 0; i < of.length; i++) {
    const after = (rank[of[i] as number] as number) + 1
    places[after] = (places[after] as number) + 1
  }
  for (let r = 1; r < places.length; r++) places[r] = (places[r] as number) + (places[r - 1] as number)
  for (let i = 0; i < of.length; i++) {
    const row = of[i] as number
    const r = rank[row] as number
    const place = places[r] as number
    places[r] = place + 1
    into[place] = row
  }
}

/** Few rows of many values. */
function sortFew(of: Int32Array, rank: Int32Array, into: Int32Array): void {
  const n = of.length
  const order = new Float64Array(n)
  for (let i = 0; i < n; i++) order[i] = (rank[of[i] as number] as number) * n + i
  order.sort()
  for (let i = 0; i < n; i++) into[i] = of[(order[i] as number) % n] as number
}

function fillKeys(
  rows: Int32Array,
  rank: Int32Array,
  codes: Int32Array,
  shift: number,
  keys: Uint32Array,
): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    keys[i] = ((rank[row] as number) << shift) | (codes[row] as number)
  }
}

/*
 * Every row is written on both sides, and only the end of the side that it belongs to moves on: which side that is
 * can't be foreseen, and a processor loses more by a wrong guess than by a write.
 */

/** @returns how many go left */
export function partRows(rows: Int32Array, isLeft: Uint8Array, spareRows: Int32Array): number {
  let left = 0
  let right = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const goesLeft = isLeft[row] as number
    rows[left] = row
    spareRows[right] = row
    left += goesLeft
    right += 1 - goesLeft
  }
  rows.set(spareRows.subarray(0, right), left)
  return left
}

function partBoth(
  rows: Int32Array,
  keys: Uint32Array,
  isLeft: Uint8Array,
  spareRows: Int32Array,
  spareKeys: Uint32Array,
): void {
  let left = 0
  let right = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number
    const key = keys[i] as number
    const goesLeft = isLeft[row] as number
    rows[left] = row
    keys[left] = key
    spareRows[right] = row
    spareKeys[right] = key
    left += goesLeft
    right += 1 - goesLeft
  }
  rows.set(spareRows.subarray(0, right), left)
  keys.set(spareKeys.subarray(0, right), left)
}
