/**
 * A tree as other programs read it: SQL, Graphviz, plain rules.
 *
 * In:  a tree and the columns that it asks about.
 * Out: text that ends in a line end.
 *
 * The SQL is one expression of standard SQL over columns named as in the file, numbers as numbers. It gives what
 * `lode predict` gives. Where rows without a value are shared out over branches (C4.5) it weighs every leaf; else it
 * is one CASE.
 */
import { printable } from '../base/printable.ts'
import { share } from '../base/wording.ts'
import type { TreeNode } from '../learn/tree/tree.ts'
import {
  answerOf,
  answerWords,
  type AskedColumn,
  certainty,
  everyNode,
  longWords,
  rowWords,
  rulesOf,
  shortWords,
  type TreeShape,
} from './tree-words.ts'

export interface SqlShape extends TreeShape {
  readonly target: string
  /** Numbers are compared in single precision. */
  readonly isSingle: boolean
  /** Some row that the tree was grown on lacked a value that it asks for. */
  readonly hadMissing: boolean
  /** A row that lacks a value in any of the columns gets no answer. */
  readonly drops: boolean
  readonly columns: readonly SqlColumn[]
}

export interface SqlColumn extends AskedColumn {
  /** What stands in for a missing number. */
  readonly fill?: number | undefined
  /** Of a number: some cells hold a text that means that it is missing, so a database may have read texts. */
  readonly heldText: boolean
}

/** If/then rules in words, those of most rows first. */
export function treeText(shape: TreeShape & { readonly target: string }): string {
  const { columns, labels, root, target } = shape
  const lines = rulesOf(shape).map(({ conditions, leaf }, i) => {
    const all = `${rowWords(leaf)} (${share(leaf.rows / root.rows)})`
    const sure = labels.length === 0 ? '' : `, ${share(certainty(leaf))} right`
    const words = conditions.map((known) => printable(longWords(columns, known))).join('\n     and ')
    const start = words === '' ? 'Always' : `If ${words}`
    return `${i + 1}. ${start}\n   then ${printable(`${target} is ${answerWords(shape, leaf)}`)}: ${all}${sure}\n`
  })
  return lines.join('')
}

/** Graphviz: `dot -Tsvg`. */
export function treeDot(shape: TreeShape & { readonly target: string }): string {
  const lines = [
    `digraph tree {`,
    `  node [shape=box, fontname="sans-serif"];`,
    `  edge [fontname="sans-serif"];`,
  ]
  let drawn = 0
  const waiting: { node: TreeNode; from: number; answer: string }[] = [
    { node: shape.root, from: -1, answer: '' },
  ]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, from, answer } = next
    const own = drawn++
    const isLeaf = node.split === undefined
    const asked = isLeaf ? [] : [`${shape.columns[node.split.feature]?.name ?? ''}?`]
    const target = isLeaf ? `${shape.target}: ` : ''
    const sure = shape.labels.length === 0 ? '' : ` ${share(certainty(node))}`
    const label = [...asked, `${target}${answerWords(shape, node)}${sure}`, rowWords(node)]
    if (from >= 0) lines.push(`  n${from} -> n${own} [label=${quoted([answer])}];`)
    lines.push(`  n${own} [label=${quoted(label)}${isLeaf ? ', style=rounded' : ''}];`)
    const children = node.children.map((child, branch) => ({
      node: child,
      from: own,
      answer: shortWords(shape.columns, answerOf(shape.columns, node, branch)),
    }))
    waiting.push(...children.reverse())
  }
  return `${[...lines, '}'].join('\n')}\n`
}

function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) => printable(line).replaceAll('\\', '\\\\').replaceAll('"', '\\"'))
  return `"${escaped.join('\\n')}"`
}

export function treeSql(shape: SqlShape): string {
  const isShared = hasShares(shape.root)
  const expression = isShared && shape.hadMissing ? weighedSql(shape) : caseSql(shape, shape.root)
  const note =
    isShared && !shape.hadMissing && shape.columns.some((_, place) => mayLack(shape, place))
      ? '-- A row without a value that is asked for takes the branch of most rows here.\n'
      : ''
  return `${note}${answeredSql(shape, expression)} AS ${identifier(`predicted_${shape.target}`)}\n`
}

/** No answer for rows that lack a value, where such rows are dropped. */
function answeredSql({ drops, columns }: SqlShape, expression: string): string {
  if (!drops) return expression
  const lacks = columns.map((column) => `${storedSql(column)} IS NULL`)
  return `CASE WHEN ${lacks.join(' OR ')} THEN NULL ELSE ${expression} END`
}

function hasShares(root: TreeNode): boolean {
  return everyNode(root).some(({ split }) => split?.missing === 'shares')
}

/** Levels down to which a CASE is set in from the one that it stands in. */
const LEVELS_SET_IN = 20

/** Piece by piece and not one CASE inside another: a tree may be as deep as there are rows. */
function caseSql(shape: SqlShape, root: TreeNode): string {
  const pieces: string[] = []
  const waiting: (string | { node: TreeNode; level: number })[] = [{ node: root, level: 0 }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') pieces.push(next)
    else if (next.node.split === undefined) pieces.push(answerSql(shape, next.node))
    else waiting.push(...questionSql(shape, next.node, next.level).reverse())
  }
  return pieces.join('')
}

/** The texts of a CASE, and the nodes whose own stand between them. */
function questionSql(
  shape: SqlShape,
  node: TreeNode,
  level: number,
): (string | { node: TreeNode; level: number })[] {
  const { split, children } = node
  if (split === undefined) return []
  const indent = '  '.repeat(Math.min(level, LEVELS_SET_IN))
  const deeper = `${indent}  `
  const missing =
    split.missing === 'shares'
      ? children.reduce((most, child, i) => (child.rows > (children[most] as TreeNode).rows ? i : most), 0)
      : split.missing
  const rest = restOf(node, missing)
  const arms = children.flatMap((child, branch) => {
    if (branch === rest) return []
    const isMissing =
      branch === missing && mayLack(shape, split.feature)
        ? [`${storedSql(shape.columns[split.feature] as SqlColumn)} IS NULL`]
        : []
    const condition = [...branchSql(shape, node, branch), ...isMissing].join(' OR ')
    return condition === ''
      ? []
      : [`${deeper}WHEN ${condition} THEN `, { node: child, level: level + 1 }, '\n']
  })
  const otherwise = rest < 0 ? answerSql(shape, node) : { node: children[rest] as TreeNode, level: level + 1 }
  return ['CASE\n', ...arms, `${deeper}ELSE `, otherwise, `\n${indent}END`]
}

/** The branch that takes whatever the others don't; −1 where that is none: the node itself answers. */
function restOf({ split, children }: TreeNode, missing: number): number {
  if (split?.kind === 'threshold') return children.length === 2 && missing >= 0 ? 1 : -1
  // A level that the node knows no branch for, and where it goes there too, a missing value.
  return split?.unseen ?? -1
}

/** Conditions of which one must hold, for rows that have a value. */
function branchSql(shape: SqlShape, { split }: TreeNode, branch: number): string[] {
  if (split === undefined) return []
  const column = columnSql(shape, split.feature)
  if (split.kind === 'threshold') {
    const { threshold } = split
    if (branch === 2) return []
    if (threshold === Infinity) return branch === 0 ? [`${column} IS NOT NULL`] : []
    const limit = shape.isSingle ? doubleSql(threshold) : numberSql(threshold)
    return [`${column} ${branch === 0 ? '<=' : '>'} ${limit}`]
  }
  const levels = (shape.columns[split.feature]?.levels ?? []).filter((_, code) =>
    split.kind === 'levels' ? code === branch : split.branchOf[code] === branch,
  )
  if (levels.length === 0) return []
  const [first] = levels
  return levels.length === 1
    ? [`${column} = ${literal(first as string)}`]
    : [`${column} IN (${levels.map(literal).join(', ')})`]
}

function mayLack({ columns, drops }: SqlShape, place: number): boolean {
  return !drops && columns[place]?.fill === undefined
}

/** The column as its cells are, NULL where one is missing. */
function storedSql({ name, kind, heldText }: SqlColumn): string {
  return kind === 'number' && heldText ? `TRY_CAST(${identifier(name)} AS DOUBLE)` : identifier(name)
}

/** The column as the tree asks for it. */
function columnSql({ columns, isSingle }: SqlShape, place: number): string {
  const column = columns[place] as SqlColumn
  const stored = storedSql(column)
  const filled = column.fill === undefined ? stored : `COALESCE(${stored}, ${numberSql(column.fill)})`
  // Compared as doubles: cast to REAL, a threshold between two neighbours would become one of them.
  return isSingle && column.kind === 'number' ? `CAST(CAST(${filled} AS REAL) AS DOUBLE)` : filled
}

function answerSql({ labels }: SqlShape, node: TreeNode): string {
  return labels.length === 0 ? numberSql(node.value) : literal(labels[node.value] ?? '')
}

/** Each class's sum over the leaves of its share there, times the share of the row that gets there. */
function weighedSql(shape: SqlShape): string {
  const paths = pathsOf(shape)
  const sums = shape.labels.map((_, c) => {
    const terms = paths.flatMap(({ factors, leaf }) => {
      const part = shareOf(leaf, c)
      return part === 0 ? [] : [[numberSql(part), ...factors].join(' * ')]
    })
    return terms.length === 0 ? '0' : terms.join('\n      + ')
  })
  const columns = sums.map((sum, c) => `${sum} AS p${c}`).join(',\n      ')
  // The first class of those that are the most likely, but for rounding.
  const all = shape.labels.map((_, c) => `p${c}`).join(', ')
  const arms = shape.labels.map((label, c) => `WHEN p${c} >= GREATEST(${all}) - 1e-6 THEN ${literal(label)}`)
  const answer = `CASE ${arms.join(' ')} END`
  return `(SELECT ${answer} FROM (SELECT\n      ${columns}) AS shares)`
}

interface Path {
  readonly factors: readonly string[]
  readonly leaf: TreeNode
}

function pathsOf(shape: SqlShape): Path[] {
  const paths: Path[] = []
  const waiting: { node: TreeNode; factors: readonly string[] }[] = [{ node: shape.root, factors: [] }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, factors } = next
    if (node.split === undefined) {
      paths.push({ factors, leaf: node })
      continue
    }
    const { split, children } = node
    const column = columnSql(shape, split.feature)
    const total = children.reduce((rows, child) => rows + weightOf(child), 0)
    const below = children.map((child, branch) => {
      const part = child.rows === 0 ? 0 : weightOf(child) / total
      const [condition = '1 = 0'] = branchSql(shape, node, branch)
      const factor = `CASE WHEN ${column} IS NULL THEN ${numberSql(part)} WHEN ${condition} THEN 1 ELSE 0 END`
      return { node: child, factors: [...factors, factor] }
    })
    waiting.push(...below.reverse())
    if (split.kind === 'threshold') continue
    const known = (shape.columns[split.feature]?.levels ?? []).map(literal).join(', ')
    // A level never seen: the node itself answers.
    const unseen = `CASE WHEN ${column} IS NULL OR ${column} IN (${known}) THEN 0 ELSE 1 END`
    paths.push({ factors: [...factors, unseen], leaf: node })
  }
  return paths
}

function weightOf(node: TreeNode): number {
  if (node.rows === 0) return 0
  let total = 0
  for (const weight of node.weights) total += weight
  return total
}

function shareOf(node: TreeNode, c: number): number {
  let total = 0
  for (const weight of node.weights) total += weight
  return total === 0 ? 0 : (node.weights[c] as number) / total
}

/** Up to 15 digits a decimal of SQL is read as the same double; more are written as one. */
function numberSql(value: number): string {
  const text = String(value)
  if (text.includes('e') || !text.includes('.')) return text
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15 ? text : doubleSql(value)
}

/** A double whatever it stands beside: other numbers are decimals, and become what they are compared with. */
function doubleSql(value: number): string {
  const text = String(value)
  return text.includes('e') ? text : `${text}e0`
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
