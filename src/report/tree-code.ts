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
import { plural, share } from '../base/wording.ts'
import type { TreeNode } from '../learn/tree/tree.ts'
import {
  answerOf,
  answerWords,
  certainty,
  longWords,
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
}

/** If/then rules in words, those of most rows first. */
export function treeText(shape: TreeShape & { readonly target: string }): string {
  const { columns, labels, root, target } = shape
  const lines = rulesOf(shape).map(({ conditions, leaf }, i) => {
    const all = `${plural(leaf.rows, 'row')} (${share(leaf.rows / root.rows)})`
    const sure = labels.length === 0 ? '' : `, ${share(certainty(leaf))} right`
    const words = conditions.map((known) => longWords(columns, known)).join('\n     and ')
    const start = words === '' ? 'Always' : `If ${words}`
    return `${i + 1}. ${start}\n   then ${target} is ${answerWords(shape, leaf)}: ${all}${sure}\n`
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
  let nodes = 0
  const walk = (node: TreeNode): number => {
    const own = nodes++
    const asked =
      node.split === undefined ? `${shape.target}: ` : `${shape.columns[node.split.feature]?.name ?? ''}?\n`
    const sure = shape.labels.length === 0 ? '' : ` ${share(certainty(node))}`
    const label = `${asked}${answerWords(shape, node)}${sure}\n${plural(Math.round(node.rows), 'row')}`
    lines.push(`  n${own} [label=${quoted(label)}${node.split === undefined ? ', style=rounded' : ''}];`)
    node.children.forEach((child, branch) => {
      const to = walk(child)
      lines.push(
        `  n${own} -> n${to} [label=${quoted(shortWords(shape.columns, answerOf(shape.columns, node, branch)))}];`,
      )
    })
    return own
  }
  walk(shape.root)
  return `${[...lines, '}'].join('\n')}\n`
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

export function treeSql(shape: SqlShape): string {
  const isShared = hasShares(shape.root)
  const expression = isShared && shape.hadMissing ? weighedSql(shape) : caseSql(shape, shape.root, '')
  const note =
    isShared && !shape.hadMissing
      ? '-- A row without a value that is asked for takes the branch of most rows here.\n'
      : ''
  return `${note}${expression} AS ${identifier(`predicted_${shape.target}`)}\n`
}

function hasShares(node: TreeNode): boolean {
  return node.split !== undefined && (node.split.missing === 'shares' || node.children.some(hasShares))
}

function caseSql(shape: SqlShape, node: TreeNode, indent: string): string {
  if (node.split === undefined) return answerSql(shape, node)
  const { split, children } = node
  const deeper = `${indent}  `
  const missing =
    split.missing === 'shares'
      ? children.reduce((most, child, i) => (child.rows > (children[most] as TreeNode).rows ? i : most), 0)
      : split.missing
  const rest = restOf(node, missing)
  const arms = children.flatMap((child, branch) => {
    if (branch === rest) return []
    const isMissing = branch === missing ? [`${columnSql(shape, split.feature)} IS NULL`] : []
    const condition = [...branchSql(shape, node, branch), ...isMissing].join(' OR ')
    return condition === '' ? [] : [`${deeper}WHEN ${condition} THEN ${caseSql(shape, child, deeper)}`]
  })
  const otherwise = rest < 0 ? answerSql(shape, node) : caseSql(shape, children[rest] as TreeNode, deeper)
  return `CASE\n${arms.join('\n')}\n${deeper}ELSE ${otherwise}\n${indent}END`
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
    return [`${column} ${branch === 0 ? '<=' : '>'} ${numberSql(threshold)}`]
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

function columnSql({ columns, isSingle }: SqlShape, place: number): string {
  const column = columns[place]
  const name = identifier(column?.name ?? '')
  return isSingle && column?.kind === 'number' ? `CAST(${name} AS REAL)` : name
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
  const walk = (node: TreeNode, factors: readonly string[]) => {
    if (node.split === undefined) {
      paths.push({ factors, leaf: node })
      return
    }
    const { split, children } = node
    const column = columnSql(shape, split.feature)
    const total = children.reduce((rows, child) => rows + weightOf(child), 0)
    children.forEach((child, branch) => {
      const part = child.rows === 0 ? 0 : weightOf(child) / total
      const [condition = '1 = 0'] = branchSql(shape, node, branch)
      const factor = `CASE WHEN ${column} IS NULL THEN ${numberSql(part)} WHEN ${condition} THEN 1 ELSE 0 END`
      walk(child, [...factors, factor])
    })
    if (split.kind === 'threshold') return
    const known = (shape.columns[split.feature]?.levels ?? []).map(literal).join(', ')
    // A level never seen: the node itself answers.
    const unseen = `CASE WHEN ${column} IS NULL OR ${column} IN (${known}) THEN 0 ELSE 1 END`
    paths.push({ factors: [...factors, unseen], leaf: node })
  }
  walk(shape.root, [])
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
  return text.replace(/[-.]/g, '').replace(/^0+/, '').length <= 15 ? text : `${text}e0`
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
