/** Tables as Weka read them, and trees as Weka prints them. */
import { existsSync, readFileSync } from 'node:fs'
import { prepare, type Prepared } from '../../../src/learn/tree/cart.ts'
import type { Feature, ThresholdSplit, TreeNode } from '../../../src/learn/tree/tree.ts'

/** The folder of public data beside the clone; tests that need it are skipped where it is not. */
export const shared = '../shared'
export const hasShared = existsSync(`${shared}/reference/weka_trees`)

export interface WekaTable {
  readonly prepared: Prepared
  readonly rows: Int32Array
}

/** Columns are numbers where all cells are; `?` is missing; the last column is the class. */
export function wekaTable(csv: string, orders: ReadonlyMap<string, readonly string[]>): WekaTable {
  const [header = [], ...lines] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','))
  const column = (j: number) => lines.map((line) => line[j] as string)
  const codesOf = (name: string, cells: readonly string[]) => {
    const present = [...new Set(cells)].filter((cell) => cell !== '?')
    const levels = orders.get(name) ?? present.sort()
    const missing = present.filter((cell) => !levels.includes(cell))
    if (missing.length > 0) throw new Error(`${name}: no order for ${missing.join()}`)
    return { levels, codes: Int32Array.from(cells, (cell) => levels.indexOf(cell)) }
  }
  const features = header.slice(0, -1).map((name, j): Feature => {
    const cells = column(j)
    const isNumber = cells.every((cell) => cell === '?' || /^-?\d+(\.\d+)?$/.test(cell))
    if (isNumber) {
      return {
        kind: 'number',
        name,
        values: Float64Array.from(cells, (cell) => (cell === '?' ? NaN : Number(cell))),
      }
    }
    return { kind: 'text', name, ...codesOf(name, cells) }
  })
  const name = header.at(-1) as string
  const { levels: labels, codes } = codesOf(name, column(header.length - 1))
  return {
    prepared: prepare(features, { kind: 'classes', name, labels, codes }),
    rows: Int32Array.from(lines, (_, i) => i),
  }
}

/** The tree of a printed answer, without what stands around it. */
export function printedTree(text: string): string {
  const body = text.replace(/^[\s\S]*?(-{18}\n|Id3\n)\n*/, '')
  return body.split(/\n\n/)[0]?.trim() ?? ''
}

/** Weka shows the values of a text in the order of its ARFF file, and so the classes. */
export function printedOrders(text: string, className: string): Map<string, string[]> {
  const orders = new Map<string, string[]>()
  for (const line of printedTree(text).split('\n')) {
    const [, name = '', level = ''] = /^[| ]*(\S+) = (.*?)(?:: [^:]*(?:\([\d./]+\))?)?$/.exec(line) ?? []
    if (name === '') continue
    const known = orders.get(name) ?? []
    if (!known.includes(level)) known.push(level)
    orders.set(name, known)
  }
  const matrix = /<-- classified as\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? ''
  orders.set(
    className,
    matrix.split('\n').map((line) => line.replace(/^.* = /, '').trim()),
  )
  return orders
}

/** J48's toString. */
export function asJ48(root: TreeNode, { features, target }: Prepared): string {
  const labels = target.kind === 'classes' ? target.labels : []
  const leaf = ({ rows, counts, value }: TreeNode) => {
    const wrong = rows - (rows === 0 ? 0 : (counts[value] as number))
    return `: ${labels[value]} (${rounded(rows)}${wrong > 1e-6 ? `/${rounded(wrong)}` : ''})`
  }
  const lines: string[] = []
  const walk = (node: TreeNode, depth: number) => {
    node.children.forEach((child, i) => {
      const place = node.split?.feature as number
      const feature = features[place] as Feature
      const question =
        feature.kind === 'text'
          ? `= ${feature.levels[i]}`
          : `${i === 0 ? '<=' : '>'} ${Number((node.split as ThresholdSplit).threshold.toFixed(6))}`
      const start = `${'|   '.repeat(depth)}${feature.name} ${question}`
      if (child.split === undefined) lines.push(start + leaf(child))
      else {
        lines.push(start)
        walk(child, depth + 1)
      }
    })
  }
  if (root.split === undefined) return leaf(root)
  walk(root, 0)
  return lines.join('\n')
}

function rounded(value: number): string {
  const two = Math.round(value * 100) / 100
  return Number.isInteger(two) ? `${two}.0` : String(two)
}

/** Id3's toString. */
export function asId3(root: TreeNode, { features, target }: Prepared): string {
  const labels = target.kind === 'classes' ? target.labels : []
  const lines: string[] = []
  const walk = (node: TreeNode, depth: number) => {
    node.children.forEach((child, i) => {
      const feature = features[node.split?.feature as number] as Feature
      const level = feature.kind === 'text' ? feature.levels[i] : ''
      const start = `${'|  '.repeat(depth)}${feature.name} = ${level}`
      if (child.split !== undefined) {
        lines.push(start)
        walk(child, depth + 1)
      } else lines.push(`${start}: ${child.rows === 0 ? 'null' : labels[child.value]}`)
    })
  }
  walk(root, 0)
  return lines.join('\n')
}

export function sharedText(path: string): string {
  return readFileSync(`${shared}/${path}`, 'utf8')
}
