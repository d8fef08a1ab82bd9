/**
 * Where rows that are ranked already end in a tree: those that it was prepared on, all of them or a part held out.
 *
 * In:  a tree of yes/no questions, the ranks of its columns.
 * Out: for each row the place of its leaf among the nodes (nodesOf).
 * Cost: O(depth) a row, a node parting its rows as in the growth of the tree: no number is compared.
 */
import { nodesOf, type SetSplit, type Split, type Tree } from './tree.ts'
import type { RankedColumn } from './split-search.ts'

/** What a column says in place of what it is: row i is asked as if it were row `rows[i]`. */
interface Exchanged {
  readonly feature: number
  readonly rows: Int32Array
}

/** The questions of a tree as ranks are asked. One a node; a leaf has none. */
interface Question {
  readonly feature: number
  /** Of a number: ranks below this go left. */
  readonly cut: number
  /** Of a text: 1 for the levels that go left. */
  readonly isLeft: Uint8Array | undefined
  readonly missingLeft: 0 | 1
  /** The places of the two nodes below. */
  readonly left: number
  readonly right: number
}

interface Waiting {
  readonly node: number
  /** Its rows, among the places. */
  readonly start: number
  readonly end: number
  /** Whether the exchanged column was asked for on the way. */
  readonly isMixed: boolean
}

/** Whether a tree has only questions of two answers, of which a missing value takes one. */
export function canWalkByRank(tree: Tree): boolean {
  return nodesOf(tree.root).every(
    ({ split, children }) =>
      split === undefined ||
      (split.kind !== 'levels' && children.length === 2 && (split.missing === 0 || split.missing === 1)),
  )
}

/** The questions of a tree that canWalkByRank, one a node in the order of nodesOf. @param values of each column, ascending */
export function rankedQuestions(tree: Tree, values: readonly Float64Array[]): RankedQuestions {
  const nodes = nodesOf(tree.root)
  const place = new Map(nodes.map((node, i) => [node, i]))
  return nodes.map(({ split, children }) => {
    if (split === undefined) return undefined
    const [left, right] = children.map((child) => place.get(child) as number) as [number, number]
    return { ...asRanks(tree, split, values[split.feature] as Float64Array), left, right }
  })
}

export type RankedQuestions = readonly (Question | undefined)[]

export class RankedWalk {
  readonly #columns: readonly RankedColumn[]
  readonly #questions: RankedQuestions
  #places = new Int32Array(0)
  #spare = new Int32Array(0)

  constructor(questions: RankedQuestions, columns: readonly RankedColumn[]) {
    this.#questions = questions
    this.#columns = columns
  }

  /** The place of each row's leaf. */
  leavesOf(rows: Int32Array): Int32Array {
    return this.#walk(rows, undefined, new Int32Array(rows.length))
  }

  /**
   * The same where a column says what it says of other rows.
   *
   * @param known what leavesOf says; rows that are never asked for the column end there
   */
  leavesWith(exchanged: Exchanged, rows: Int32Array, known: Int32Array): Int32Array {
    return this.#walk(rows, exchanged, known.slice())
  }

  /** The places of the nodes at which a column is asked for, or below which it is. */
  #asking(feature: number): Uint8Array {
    const asks = new Uint8Array(this.#questions.length)
    for (let i = this.#questions.length - 1; i >= 0; i--) {
      const question = this.#questions[i]
      if (question === undefined) continue
      const isAsked = question.feature === feature || asks[question.left] === 1 || asks[question.right] === 1
      asks[i] = isAsked ? 1 : 0
    }
    return asks
  }

  #walk(rows: Int32Array, exchanged: Exchanged | undefined, leaves: Int32Array): Int32Array {
    if (this.#places.length < rows.length) {
      this.#places = new Int32Array(rows.length)
      this.#spare = new Int32Array(rows.length)
    }
    const places = this.#places
    for (let i = 0; i < rows.length; i++) places[i] = i
    const asks = exchanged === undefined ? undefined : this.#asking(exchanged.feature)
    const waiting: Waiting[] = [{ node: 0, start: 0, end: rows.length, isMixed: false }]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { node, start, end, isMixed } = next
      // Rows that were not asked for the column, and will not be, end where they did.
      if (start === end || (!isMixed && asks?.[node] === 0)) continue
      const question = this.#questions[node]
      if (question === undefined) {
        for (let p = start; p < end; p++) leaves[places[p] as number] = node
        continue
      }
      const { feature, left, right } = question
      const isExchanged = exchanged?.feature === feature
      const middle = this.#part(question, isExchanged ? exchanged.rows : rows, places, start, end)
      const below = { isMixed: isMixed || isExchanged }
      waiting.push(
        { ...below, node: right, start: middle, end },
        { ...below, node: left, start, end: middle },
      )
    }
    return leaves
  }

  #part(
    { feature, cut, isLeft, missingLeft }: Question,
    rows: Int32Array,
    places: Int32Array,
    start: number,
    end: number,
  ): number {
    const { of, width } = this.#columns[feature] as RankedColumn
    return isLeft === undefined
      ? partByCut(places, start, end, rows, of, cut, width, missingLeft, this.#spare)
      : partByTable(places, start, end, rows, of, isLeft, this.#spare)
  }
}

function asRanks(
  tree: Tree,
  split: Split,
  values: Float64Array,
): Pick<Question, 'feature' | 'cut' | 'isLeft' | 'missingLeft'> {
  const { feature } = split
  const missingLeft = split.missing === 0 ? 1 : 0
  if (split.kind === 'threshold') {
    const cut = ranksUpTo(values, split.threshold, tree.precision === 'float32')
    return { feature, cut, isLeft: undefined, missingLeft }
  }
  const { branchOf, unseen } = split as SetSplit
  const isLeft = new Uint8Array(branchOf.length + 1)
  branchOf.forEach((branch, level) => (isLeft[level] = (branch === 2 ? unseen : branch) === 0 ? 1 : 0))
  isLeft[branchOf.length] = missingLeft
  return { feature, cut: 0, isLeft, missingLeft }
}

/** How many of the values, which ascend, are at most the threshold. */
function ranksUpTo(values: Float64Array, threshold: number, isSingle: boolean): number {
  let from = 0
  let to = values.length
  while (from < to) {
    const middle = (from + to) >> 1
    const value = values[middle] as number
    if ((isSingle ? Math.fround(value) : value) <= threshold) from = middle + 1
    else to = middle
  }
  return from
}

/*
 * Every place is written on both sides, and only the end of the side that it belongs to moves on, as in orders.ts. The
 * sign of a difference says which side that is.
 */

function partByCut(
  places: Int32Array,
  start: number,
  end: number,
  rows: Int32Array,
  of: Int32Array,
  cut: number,
  width: number,
  missingLeft: number,
  spare: Int32Array,
): number {
  let left = start
  let right = 0
  for (let p = start; p < end; p++) {
    const place = places[p] as number
    const rank = of[rows[place] as number] as number
    const isMissing = (width - 1 - rank) >>> 31
    const goesLeft = (((rank - cut) >>> 31) & (1 - isMissing)) | (isMissing & missingLeft)
    places[left] = place
    spare[right] = place
    left += goesLeft
    right += 1 - goesLeft
  }
  places.set(spare.subarray(0, right), left)
  return left
}

function partByTable(
  places: Int32Array,
  start: number,
  end: number,
  rows: Int32Array,
  of: Int32Array,
  isLeft: Uint8Array,
  spare: Int32Array,
): number {
  let left = start
  let right = 0
  for (let p = start; p < end; p++) {
    const place = places[p] as number
    const goesLeft = isLeft[of[rows[place] as number] as number] as number
    places[left] = place
    spare[right] = place
    left += goesLeft
    right += 1 - goesLeft
  }
  places.set(spare.subarray(0, right), left)
  return left
}
