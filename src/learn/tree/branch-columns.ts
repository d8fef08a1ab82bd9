/**
 * What one thread keeps of the columns from node to node while it grows a branch: rows sorted, or counted.
 *
 * In:  the nodes of a branch, each after the one above it; which rows go left.
 * Out: for each column the best split of a node.
 * Cost: a column of many values is sorted once and parted from then on. One of few is counted by value and class; of
 *       two nodes below one the smaller is counted, and the larger is what is left of the counts above: O(n/2).
 */
import type { Orders } from './orders.ts'
import type { Candidate, SplitSearch } from './split-search.ts'

/** What is known of the columns of a node; a column that is neither is looked at anew. */
export interface Held {
  /** One a column: 1 where the rows of the node are sorted by it. */
  readonly sorted: Uint8Array
  /** One a column: its rows by value and class, where they were counted. */
  readonly tables: (Int32Array | undefined)[]
}

interface NodeRows {
  readonly start: number
  readonly end: number
  held?: Held | undefined
}

export class BranchColumns {
  readonly #search: SplitSearch
  readonly #orders: Orders
  readonly #rows: Int32Array
  readonly #count: number

  /** @param rows reordered as nodes are split: those of a node lie together, in ascending order */
  constructor(search: SplitSearch, orders: Orders, rows: Int32Array, count: number) {
    this.#search = search
    this.#orders = orders
    this.#rows = rows
    this.#count = count
  }

  /** One a column. @param counts of the node by class; empty for a number */
  best(node: NodeRows, counts: Float64Array): (Candidate | undefined)[] {
    const held = (node.held ??= {
      sorted: new Uint8Array(this.#count),
      tables: new Array<Int32Array | undefined>(this.#count).fill(undefined),
    })
    const found: (Candidate | undefined)[] = []
    for (let place = 0; place < this.#count; place++) found.push(this.#bestOf(place, node, held, counts))
    return found
  }

  #bestOf(
    place: number,
    { start, end }: NodeRows,
    { sorted, tables }: Held,
    counts: Float64Array,
  ): Candidate | undefined {
    const search = this.#search
    if (sorted[place] === 0 && !search.isCounted(place, end - start) && this.#orders.canSort(place)) {
      this.#orders.sort(place, this.#rows, start, end)
      sorted[place] = 1
    }
    if (sorted[place] === 1) {
      return search.bestSorted(this.#orders.ofNode(place, start, end), place, counts)
    }
    if (!search.keepsCounts(place, end - start)) return search.best(this.#rows, start, end, place, counts)
    tables[place] ??= search.counted(this.#rows, start, end, place)
    return search.bestCounted(tables[place], end - start, place, counts)
  }

  /**
   * After the rows of a node were parted: what was known of it becomes what is known of the two below.
   *
   * @param isLeft one a row of the table: 1 for the first of the two
   */
  part(node: NodeRows, below: readonly NodeRows[], isLeft: Uint8Array): void {
    const { held } = node
    const [left, right] = below
    if (held === undefined || left === undefined || right === undefined) return
    for (let place = 0; place < this.#count; place++) {
      if (held.sorted[place] === 1) this.#orders.part(place, node.start, node.end, isLeft)
    }
    const isLeftSmaller = left.end - left.start < right.end - right.start
    const smaller = isLeftSmaller ? left : right
    const larger = isLeftSmaller ? right : left
    smaller.held = { sorted: held.sorted.slice(), tables: held.tables.map(() => undefined) }
    larger.held = { sorted: held.sorted.slice(), tables: held.tables.map(() => undefined) }
    for (const [place, table] of held.tables.entries()) {
      if (table !== undefined) this.#shareTable(table, place, smaller, larger)
    }
  }

  /** The counts above less those of the smaller node are those of the larger. */
  #shareTable(table: Int32Array, place: number, smaller: NodeRows, larger: NodeRows): void {
    const search = this.#search
    const rows = larger.end - larger.start
    if (!search.keepsCounts(place, rows) || table.length >= rows) return
    const own = search.counted(this.#rows, smaller.start, smaller.end, place)
    for (let cell = 0; cell < own.length; cell++)
      table[cell] = (table[cell] as number) - (own[cell] as number)
    if (larger.held !== undefined) larger.held.tables[place] = table
    if (smaller.held !== undefined && search.keepsCounts(place, smaller.end - smaller.start))
      smaller.held.tables[place] = own
  }
}
