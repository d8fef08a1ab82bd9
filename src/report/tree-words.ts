/**
 * A tree in words: what a branch asks, and the rules that its leaves are.
 *
 * In:  a tree and the columns that it asks about.
 * Out: conditions and rules as short texts; a tree with merged conditions asks about each column once.
 */
import { figure } from '../base/wording.ts'
import type { Feature, TreeNode } from '../learn/tree/tree.ts'

export type AskedColumn = Pick<Feature, 'kind' | 'name'> & {
  readonly levels?: readonly string[]
  /** Some row that the tree was grown on lacked it: else words say nothing of missing values. */
  readonly hasMissing: boolean
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

/** The leaves that a row reached, each with what leads there, a column once; those of most rows first. */
export function rulesOf({ root, columns }: TreeShape): Rule[] {
  const rules: Rule[] = []
  const walk = (node: TreeNode, known: readonly Known[]) => {
    if (node.split === undefined) {
      if (node.rows > 0) rules.push({ conditions: known, leaf: node })
      return
    }
    node.children.forEach((child, branch) => {
      walk(child, merged(known, answerOf(columns, node, branch)))
    })
  }
  walk(root, [])
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
export function shortWords(columns: readonly AskedColumn[], known: Known): string {
  const { column, above, most, levels, missing } = known
  const name = columns[column]?.name ?? ''
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
  if (above === -Infinity) return `${name} ≤ ${limit(most)}${orMissing}`
  if (most === Infinity) return `${name} > ${limit(above)}${orMissing}`
  return `${limit(above)} < ${name} ≤ ${limit(most)}${orMissing}`
}

/** The same for a sentence: `age is at most 30`. */
export function longWords(columns: readonly AskedColumn[], known: Known): string {
  const { column, above, most, levels, missing } = known
  const name = columns[column]?.name ?? ''
  const orMissing = missing === true ? ' or missing' : ''
  if (levels !== undefined) {
    if (levels.length === 0) return `${name} is missing`
    if (known.except !== undefined) return `${name} is not ${known.except}${orMissing}`
    const last = levels.length > 1 ? ` or ${levels.at(-1)}` : ''
    return `${name} is ${levels.slice(0, Math.max(1, levels.length - 1)).join(', ')}${last}${orMissing}`
  }
  if (most === -Infinity) return `${name} is missing`
  if (above === -Infinity && most === Infinity) return `${name} is not missing`
  if (above === -Infinity) return `${name} is at most ${limit(most)}${orMissing}`
  if (most === Infinity) return `${name} is above ${limit(above)}${orMissing}`
  return `${name} is above ${limit(above)} and at most ${limit(most)}${orMissing}`
}

/** Up to six digits, without zeros at the end. */
function limit(value: number): string {
  const short = Number(value.toPrecision(6))
  let digits = 1
  while (Number(value.toPrecision(digits)) !== short) digits++
  return figure(short, digits)
}

/** What a node answers. */
export function answerWords({ labels }: TreeShape, node: TreeNode): string {
  return labels.length === 0 ? figure(node.value, 5) : (labels[node.value] ?? '')
}

/** Weighted share of the node's class; 1 for a number. */
export function certainty(node: TreeNode): number {
  if (node.weights.length === 0) return 1
  let total = 0
  for (const weight of node.weights) total += weight
  return total === 0 ? 0 : (node.weights[node.value] as number) / total
}
