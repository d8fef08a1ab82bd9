/**
 * The rows of a node by the value of a column: what a search for a split adds up side by side.
 *
 * In:  ranks or level codes of a column, the target, the rows of a node as they lie or sorted by the column.
 * Out: a group for each value that is there, ascending, with its rows by class or the sum of its numbers.
 * Cost: O(n + different values) where a column has few different values: they are counted by value and class. Else
 *       a sort of the rows, or where they are sorted already (orders.ts) a pass over them.
 */
import { sortKeys } from './sort-keys.ts'
import type { SortedRows } from './orders.ts'
import type { SearchTarget } from './split-search.ts'

/** The rows of a node gathered by the value of a column. */
export abstract class Groups {
  /** Groups that have a row. */
  count = 0
  /** One a group, ascending: the rank or level. */
  ids = new Int32Array(64)
  /** Rows of the node, and those of them without a value. */
  total = 0
  missingRows = 0
  protected keys = new Uint32Array(0)
  protected spare = new Uint32Array(0)
  protected counts = new Int32Array(0)

  abstract readonly classes: number
  abstract gather(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void
  /** The same where the rows of the node are sorted by the column. */
  abstract gatherSorted(of: Int32Array, width: number, sorted: SortedRows): void
  /** Whether so many rows are counted by the values of a column, and not sorted. */
  abstract isCounted(width: number, rows: number): boolean
  /** Mean of each group's target. */
  abstract means(): Float64Array
  /** Weighted share of a class in each group. */
  abstract sharesOf(code: number): Float64Array
  abstract principalOrder(): Float64Array

  /** Room for n keys. */
  protected makeRoom(n: number): void {
    if (this.keys.length >= n) return
    this.keys = new Uint32Array(n)
    this.spare = new Uint32Array(n)
  }

  protected clearCounts(cells: number): Int32Array {
    if (this.counts.length < cells) this.counts = new Int32Array(cells)
    else this.counts.fill(0, 0, cells)
    return this.counts
  }
}

/** Counting beats sorting while there are at most so many counters a row. */
function areFew(cells: number, rows: number): boolean {
  return cells <= 1 * rows + 64
}

export function bitsOf(most: number): number {
  return 32 - Math.clz32(most)
}

export class ClassGroups extends Groups {
  readonly classes: number
  readonly #codes: Int32Array
  readonly #weights: Float64Array
  readonly missingCounts: Float64Array
  /** Where the entries of each group start: one a class that has a row in it. */
  starts = new Int32Array(65)
  entryClass = new Int32Array(64)
  entryRows = new Int32Array(64)

  constructor({ codes, weights }: SearchTarget & { kind: 'classes' }) {
    super()
    this.classes = weights.length
    this.#codes = codes
    this.#weights = weights
    this.missingCounts = new Float64Array(weights.length)
  }

  gather(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const n = end - start
    this.total = n
    if (this.isCounted(width, n)) this.#count(of, width, rows, start, end)
    else this.#sort(of, width, rows, start, end)
  }

  isCounted(width: number, rows: number): boolean {
    return areFew((width + 1) * this.classes, rows)
  }

  gatherSorted(_of: Int32Array, width: number, { keys }: SortedRows): void {
    const shift = bitsOf(this.classes - 1)
    this.total = keys.length
    this.missingCounts.fill(0)
    let present = keys.length
    for (; present > 0 && (keys[present - 1] as number) >>> shift === width; present--) {
      const code = (keys[present - 1] as number) & ((1 << shift) - 1)
      this.missingCounts[code] = (this.missingCounts[code] as number) + 1
    }
    this.missingRows = keys.length - present
    this.#enter(keys, present, 1 << shift)
  }

  #makeEntries(most: number): void {
    if (this.entryClass.length >= most) return
    this.entryClass = new Int32Array(most)
    this.entryRows = new Int32Array(most)
    this.ids = new Int32Array(most)
    this.starts = new Int32Array(most + 1)
  }

  #count(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const counts = this.clearCounts((width + 1) * this.classes)
    countRows(rows, start, end, of, this.#codes, this.classes, counts)
    this.gatherCounted(counts, width, end - start)
  }

  /** The rows of a node by value and class: a cell for each class of a value, those without a value last. */
  counted(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): Int32Array {
    const counts = new Int32Array((width + 1) * this.classes)
    countRows(rows, start, end, of, this.#codes, this.classes, counts)
    return counts
  }

  /** The same as gather, from what counted gives. @param n rows of the node */
  gatherCounted(counts: Int32Array, width: number, n: number): void {
    const { classes } = this
    this.total = n
    this.#makeEntries(Math.min((width + 1) * classes, n))
    const { ids, starts, entryClass, entryRows } = this
    let groups = 0
    let entry = 0
    for (let id = 0; id < width; id++) {
      const before = entry
      for (let c = 0; c < classes; c++) {
        const counted = counts[id * classes + c] as number
        if (counted === 0) continue
        entryClass[entry] = c
        entryRows[entry++] = counted
      }
      if (entry === before) continue
      ids[groups] = id
      starts[groups++] = before
    }
    starts[groups] = entry
    this.count = groups
    this.missingRows = 0
    for (let c = 0; c < classes; c++) {
      const counted = counts[width * classes + c] as number
      this.missingCounts[c] = counted
      this.missingRows += counted
    }
  }

  #sort(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const codes = this.#codes
    const n = end - start
    this.makeRoom(n)
    const shift = bitsOf(this.classes - 1)
    // More bits than a word has: sorted as doubles, which hold them exactly.
    if (bitsOf(width) + shift > 32) {
      this.#sortWide(of, width, rows, start, end)
      return
    }
    let present = 0
    this.missingCounts.fill(0)
    const { keys } = this
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const id = of[row] as number
      const code = codes[row] as number
      if (id === width) this.missingCounts[code] = (this.missingCounts[code] as number) + 1
      else keys[present++] = ((id << shift) | code) >>> 0
    }
    this.missingRows = n - present
    this.#enter(sortKeys(keys, this.spare, present, bitsOf(width) + shift), present, 1 << shift)
  }

  #sortWide(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const keys = new Float64Array(end - start)
    let present = 0
    this.missingCounts.fill(0)
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const id = of[row] as number
      const code = this.#codes[row] as number
      if (id === width) this.missingCounts[code] = (this.missingCounts[code] as number) + 1
      else keys[present++] = id * this.classes + code
    }
    this.missingRows = end - start - present
    this.#enter(keys.subarray(0, present).sort(), present, this.classes)
  }

  /** Entries from sorted keys, each id · base + class. */
  #enter(keys: Uint32Array | Float64Array, n: number, base: number): void {
    this.#makeEntries(n)
    const { ids, starts, entryClass, entryRows } = this
    let groups = 0
    let entry = -1
    let before = -1
    let id = -1
    for (let i = 0; i < n; i++) {
      const key = keys[i] as number
      if (key === before) {
        entryRows[entry] = (entryRows[entry] as number) + 1
        continue
      }
      before = key
      const next = Math.floor(key / base)
      entry++
      entryClass[entry] = key - next * base
      entryRows[entry] = 1
      if (next === id) continue
      id = next
      ids[groups] = id
      starts[groups++] = entry
    }
    starts[groups] = entry + 1
    this.count = groups
  }

  means(): Float64Array {
    return this.sharesOf(1)
  }

  sharesOf(code: number): Float64Array {
    const shares = new Float64Array(this.count)
    for (let g = 0; g < this.count; g++) {
      let own = 0
      let all = 0
      for (let e = this.starts[g] as number; e < (this.starts[g + 1] as number); e++) {
        const c = this.entryClass[e] as number
        const weight = (this.entryRows[e] as number) * (this.#weights[c] as number)
        all += weight
        if (c === code) own = weight
      }
      shares[g] = own / all
    }
    return shares
  }

  /** Each group's class shares along the direction in which they vary most, weighed by the groups' rows. */
  principalOrder(): Float64Array {
    const { classes, count } = this
    const shares = Array.from({ length: classes }, (_, c) => this.sharesOf(c))
    const rows = new Float64Array(count)
    for (let g = 0; g < count; g++) {
      for (let e = this.starts[g] as number; e < (this.starts[g + 1] as number); e++) {
        const weight = this.#weights[this.entryClass[e] as number] as number
        rows[g] = (rows[g] as number) + weight * (this.entryRows[e] as number)
      }
    }
    const all = rows.reduce((a, b) => a + b, 0)
    const centred = shares.map((share) => {
      let centre = 0
      for (let g = 0; g < count; g++) centre += ((rows[g] as number) * (share[g] as number)) / all
      return share.map((value) => value - centre)
    })
    const covariance = centred.map((a) =>
      centred.map((b) => {
        let sum = 0
        for (let g = 0; g < count; g++) sum += (rows[g] as number) * (a[g] as number) * (b[g] as number)
        return sum / all
      }),
    )
    const direction = firstDirection(covariance)
    const along = new Float64Array(count)
    for (let g = 0; g < count; g++) {
      for (let c = 0; c < classes; c++) {
        along[g] =
          (along[g] as number) + (direction[c] as number) * ((centred[c] as Float64Array)[g] as number)
      }
    }
    return along
  }
}

function countRows(
  rows: Int32Array,
  start: number,
  end: number,
  of: Int32Array,
  codes: Int32Array,
  classes: number,
  counts: Int32Array,
): void {
  for (let p = start; p < end; p++) {
    const row = rows[p] as number
    const cell = (of[row] as number) * classes + (codes[row] as number)
    counts[cell] = (counts[cell] as number) + 1
  }
}

/** The first principal direction of a covariance, by powers of it; enough to order by. */
function firstDirection(covariance: readonly (readonly number[])[]): number[] {
  const widest = covariance.reduce(
    (best, row, c) => ((row[c] as number) > (covariance[best]?.[best] as number) ? c : best),
    0,
  )
  let direction = covariance.map((row) => row[widest] as number)
  for (let step = 0; step < 60; step++) {
    const next = covariance.map((row) =>
      row.reduce((sum, value, c) => sum + value * (direction[c] as number), 0),
    )
    const length = Math.hypot(...next)
    if (length === 0) break
    direction = next.map((value) => value / length)
  }
  return direction
}

export class NumberGroups extends Groups {
  readonly classes = 0
  readonly #values: Float64Array
  /** One a group. */
  rows = new Int32Array(64)
  sums = new Float64Array(64)
  missingSum = 0
  #counted = new Float64Array(0)

  constructor({ values }: SearchTarget & { kind: 'number' }) {
    super()
    this.#values = values
  }

  gather(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    this.#makeGroups(width, end - start)
    if (this.isCounted(width, end - start)) this.#count(of, width, rows, start, end)
    else this.#sort(of, width, rows, start, end)
  }

  #count(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const counts = this.clearCounts(width + 1)
    if (this.#counted.length <= width) this.#counted = new Float64Array(width + 1)
    else this.#counted.fill(0, 0, width + 1)
    const sums = this.#counted
    const values = this.#values
    for (let p = start; p < end; p++) {
      const row = rows[p] as number
      const id = of[row] as number
      counts[id] = (counts[id] as number) + 1
      sums[id] = (sums[id] as number) + (values[row] as number)
    }
    let groups = 0
    for (let id = 0; id < width; id++) {
      if (counts[id] === 0) continue
      this.ids[groups] = id
      this.rows[groups] = counts[id] as number
      this.sums[groups++] = sums[id] as number
    }
    this.count = groups
    this.missingRows = counts[width] as number
    this.missingSum = sums[width] as number
  }

  #makeGroups(width: number, rows: number): void {
    this.total = rows
    const most = Math.min(width, rows)
    if (this.rows.length >= most) return
    this.ids = new Int32Array(most)
    this.rows = new Int32Array(most)
    this.sums = new Float64Array(most)
  }

  isCounted(width: number, rows: number): boolean {
    return areFew(width + 1, rows)
  }

  gatherSorted(of: Int32Array, width: number, { rows }: SortedRows): void {
    this.#makeGroups(width, rows.length)
    this.#enter(of, width, rows)
  }

  /** Rows of one value are summed in the order of the rows, as when they are counted: the same sums to the last bit. */
  #sort(of: Int32Array, width: number, rows: Int32Array, start: number, end: number): void {
    const n = end - start
    const keys = new Float64Array(n)
    for (let p = start; p < end; p++) keys[p - start] = (of[rows[p] as number] as number) * n + (p - start)
    keys.sort()
    const sorted = Int32Array.from(keys, (key) => rows[start + (key % n)] as number)
    this.#enter(of, width, sorted)
  }

  /** Groups from sorted rows. */
  #enter(of: Int32Array, width: number, rows: Int32Array): void {
    const values = this.#values
    let groups = -1
    let before = -1
    this.missingRows = 0
    this.missingSum = 0
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      const id = of[row] as number
      const y = values[row] as number
      if (id === width) {
        this.missingRows++
        this.missingSum += y
        continue
      }
      if (id !== before) {
        before = id
        groups++
        this.ids[groups] = id
        this.rows[groups] = 0
        this.sums[groups] = 0
      }
      this.rows[groups] = (this.rows[groups] as number) + 1
      this.sums[groups] = (this.sums[groups] as number) + y
    }
    this.count = groups + 1
  }

  means(): Float64Array {
    return Float64Array.from(
      { length: this.count },
      (_, g) => (this.sums[g] as number) / (this.rows[g] as number),
    )
  }

  sharesOf(): Float64Array {
    return this.means()
  }

  principalOrder(): Float64Array {
    return this.means()
  }
}
