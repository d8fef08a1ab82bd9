/**
 * A tree in words: what a branch asks, and the rules that its leaves are.
 *
 * In:  a tree and the columns that it asks about.
 * Out: conditions and rules as short texts; a tree with merged conditions asks about each column once.
 */
import { figure, plural } from '../base/wording.ts'
import type { Feature, TreeNode } from '../learn/tree/tree.ts'

export type AskedColumn = Pick<Feature, 'kind' | 'name'> & {
  readonly levels?: readonly string[]
  /** Some row that the tree was grown on lacked it: else words say nothing of missing values. */
  readonly hasMissing: boolean
  /** Of a number: its different values, ascending. Limits are told in as many digits as part the values at both sides. */
  readonly different?: Float64Array
  /** Of a number: compared in single precision. */
  readonly isSingle?: boolean
}

export interface TreeShape {
  readonly root: TreeNode
  readonly columns: readonly AskedColumn[]
  /** Of the classes; none for a number. */
  readonly labels: readonly string[]
}

/** What is known of a column on the way to a node. */
export interface Known {
  readonly column: number
  /** Above this and at most that. */
  readonly above: number
  readonly most: number
  /** Levels that are still possible; undefined for numbers. */
  readonly levels: readonly string[] | undefined
  /** The one level that they are all but, where that is shorter to say. */
  readonly except?: string | undefined
  /** Whether a row without a value comes this way; undefined where it was never parted from the others. */
  readonly missing: boolean | undefined
}

export interface Rule {
  readonly conditions: readonly Known[]
  readonly leaf: TreeNode
}

/** What a node asks for branch i. */
export function answerOf(columns: readonly AskedColumn[], node: TreeNode, branch: number): Known {
  const split = node.split as NonNullable<TreeNode['split']>
  const column = split.feature
  const levels = columns[column]?.levels
  const takesMissing = split.missing === branch && columns[column]?.hasMissing === true
  const nothing = { column, above: -Infinity, most: Infinity, levels: undefined }
  if (split.kind === 'threshold') {
    const { threshold } = split
    if (branch === 2) return { ...nothing, most: -Infinity, missing: true }
    if (threshold === Infinity) {
      return branch === 0 ? { ...nothing, missing: false } : { ...nothing, most: -Infinity, missing: true }
    }
    const missing = takesMissing ? true : undefined
    return branch === 0 ? { ...nothing, most: threshold, missing } : { ...nothing, above: threshold, missing }
  }
  const missing = takesMissing ? true : undefined
  if (split.kind === 'levels') return { ...nothing, levels: levels?.slice(branch, branch + 1) ?? [], missing }
  const sideOf = (side: number) => (levels ?? []).filter((_, code) => split.branchOf[code] === side)
  const own = sideOf(branch)
  const others = sideOf(1 - branch)
  return {
    ...nothing,
    levels: own,
    missing,
    except: own.length > 1 && others.length === 1 ? others[0] : undefined,
  }
}

/** The node and all below it, each before its children, the first child first. */
export function everyNode(root: TreeNode): TreeNode[] {
  const nodes: TreeNode[] = []
  const waiting = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    nodes.push(node)
    for (let i = node.children.length - 1; i >= 0; i--) waiting.push(node.children[i] as TreeNode)
  }
  return nodes
}

/** The leaves that a row reached, each with what leads there, a column once; those of most rows first. */
export function rulesOf({ root, columns }: TreeShape): Rule[] {
  const rules: Rule[] = []
  const waiting: Rule[] = [{ conditions: [], leaf: root }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { conditions, leaf: node } = next
    if (node.split === undefined) {
      if (node.rows > 0) rules.push(next)
      continue
    }
    for (let branch = node.children.length - 1; branch >= 0; branch--) {
      waiting.push({
        conditions: merged(conditions, answerOf(columns, node, branch)),
        leaf: node.children[branch] as TreeNode,
      })
    }
  }
  return rules.sort((a, b) => b.leaf.rows - a.leaf.rows)
}

function merged(known: readonly Known[], more: Known): Known[] {
  const before = known.find(({ column }) => column === more.column)
  if (before === undefined) return [...known, more]
  const both: Known = {
    column: more.column,
    above: Math.max(before.above, more.above),
    most: Math.min(before.most, more.most),
    levels:
      before.levels === undefined || more.levels === undefined
        ? (more.levels ?? before.levels)
        : before.levels.filter((level) => more.levels?.includes(level)),
    missing: more.missing ?? (before.missing === true ? undefined : before.missing),
  }
  return known.map((one) => (one === before ? both : one))
}

/** Levels listed before only their number is told. */
const LISTED = 5

/** A condition as it stands in a tree or a table: `age ≤ 30`. */
export function shortWords(columns: readonly AskedColumn[], known: Known, limit = limitWords): string {
  const { column: place, above, most, levels, missing } = known
  const column = columns[place]
  const name = column?.name ?? ''
  const orMissing = missing === true ? ' or missing' : ''
  if (levels !== undefined) {
    if (levels.length === 0) return `${name} is missing`
    if (levels.length === 1) return `${name} = ${levels[0]}${orMissing}`
    if (known.except !== undefined) return `${name} ≠ ${known.except}${orMissing}`
    const shown = levels.slice(0, LISTED).join(', ')
    const more = levels.length > LISTED ? ` and ${levels.length - LISTED} more` : ''
    return `${name} in ${shown}${more}${orMissing}`
  }
  if (most === -Infinity) return `${name} is missing`
  if (above === -Infinity && most === Infinity) return `${name} is not missing`
  if (above === -Infinity) return `${name} ≤ ${limit(most, column)}${orMissing}`
  if (most === Infinity) return `${name} > ${limit(above, column)}${orMissing}`
  return `${limit(above, column)} < ${name} ≤ ${limit(most, column)}${orMissing}`
}

/** The same for programs: limits as they are, in digits alone. */
export function plainWords(columns: readonly AskedColumn[], known: Known): string {
  return shortWords(columns, known, plainLimit)
}

/** The same for a sentence: `age is at most 30`. */
export function longWords(columns: readonly AskedColumn[], known: Known): string {
  const { column: place, above, most, levels, missing } = known
  const column = columns[place]
  const name = column?.name ?? ''
  const orMissing = missing === true ? ' or missing' : ''
  if (levels !== undefined) {
    if (levels.length === 0) return `${name} is missing`
    if (known.except !== undefined) return `${name} is not ${known.except}${orMissing}`
    const last = levels.length > 1 ? ` or ${levels.at(-1)}` : ''
    return `${name} is ${levels.slice(0, Math.max(1, levels.length - 1)).join(', ')}${last}${orMissing}`
  }
  if (most === -Infinity) return `${name} is missing`
  if (above === -Infinity && most === Infinity) return `${name} is not missing`
  if (above === -Infinity) return `${name} is at most ${limitWords(most, column)}${orMissing}`
  if (most === Infinity) return `${name} is above ${limitWords(above, column)}${orMissing}`
  return `${name} is above ${limitWords(above, column)} and at most ${limitWords(most, column)}${orMissing}`
}

const USUAL_DIGITS = 6
/** In so many digits every double can be told. */
const ALL_DIGITS = 17

/** Up to six digits, or as many as part the values at both sides, without zeros at the end. */
function limitWords(value: number, column: AskedColumn | undefined): string {
  const short = shortestLimit(value, column, USUAL_DIGITS)
  let digits = 1
  while (Number(short.toPrecision(digits)) !== short) digits++
  return figure(short, digits)
}

function plainLimit(value: number, column: AskedColumn | undefined): string {
  return String(shortestLimit(value, column, ALL_DIGITS))
}

/** The limit in the fewest digits, but no fewer than asked for, that leave every value of the column on its side. */
function shortestLimit(value: number, column: AskedColumn | undefined, least: number): number {
  const [low, high] = neighboursOf(value, column)
  for (let digits = least; digits <= ALL_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits))
    if (low <= short && short < high) return short
  }
  // Compared in single precision, values on one side of a limit may lie on the other as they are.
  return low
}

/** The largest value that is at most the limit, and the smallest above it. */
function neighboursOf(limit: number, column: AskedColumn | undefined): [number, number] {
  const values = column?.different ?? new Float64Array(0)
  let from = 0
  let to = values.length
  while (from < to) {
    const middle = (from + to) >> 1
    const value = values[middle] as number
    if ((column?.isSingle === true ? Math.fround(value) : value) <= limit) from = middle + 1
    else to = middle
  }
  return [values[from - 1] ?? -Infinity, values[from] ?? Infinity]
}

/** What a node answers; a number in as many digits as tell it from the others. */
export function answerWords({ labels, root }: TreeShape, node: TreeNode): string {
  if (labels.length > 0) return labels[node.value] ?? ''
  const spread = deviationOf(root)
  const wanted = spread === 0 ? 0 : Math.ceil(Math.log10(Math.abs(node.value) / spread)) + 3
  return figure(node.value, Math.min(15, Math.max(5, wanted)))
}

/**
 * Share of the node's class among its rows as they are, whatever classes weigh; 1 for a number. An empty branch has the
 * share of the node above.
 */
export function certainty({ rows, counts, weights, value }: TreeNode): number {
  if (counts.length === 0) return 1
  const parts = rows === 0 ? weights : counts
  let total = 0
  for (const part of parts) total += part
  return total === 0 ? 0 : (parts[value] as number) / total
}

/** Rows of a node; parts of a row, where missing values are shared out, with two decimals. */
export function rowWords({ rows }: TreeNode): string {
  const isWhole = Math.abs(rows - Math.round(rows)) < 0.005
  return isWhole || rows >= 1000 ? plural(Math.round(rows), 'row') : `${rows.toFixed(2)} rows`
}

/** By how much the rows of a node differ from their mean, of a number: their standard deviation (population). */
export function deviationOf({ impurity, variance = impurity }: TreeNode): number {
  return Math.sqrt(Math.max(variance, 0))
}
