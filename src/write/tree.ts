/**
 * A tree for a terminal: a line a node, lines that show what hangs on what, a bar of what the node is made of.
 *
 * In:  a tree of labels, texts and mixes, the columns that there are, how to paint.
 * Out: lines no wider than that. Labels give way first, down to a quarter of the width; no line is left out.
 */
import type { ChalkInstance } from 'chalk'
import { printable } from '../base/printable.ts'
import type { TreeLine } from '../report/report.ts'
import { columnsOf, shortened } from './columns.ts'

/** Columns of the bar of a mix. */
const BAR = 10
/** What the parts of a mix are drawn with, where there are no colours; with colours, in these, all full blocks. */
const SHADES = ['█', '░', '▒', '▓', '·']
const COLORS = ['cyan', 'yellow', 'magenta', 'green', 'blue'] as const

interface Line {
  readonly stem: string
  readonly node: TreeLine
}

export function drawnTree(
  root: TreeLine,
  parts: readonly string[],
  width: number,
  paint: ChalkInstance,
): { readonly legend: string; readonly lines: readonly string[] } {
  const lines = linesOf(root)
  const texts = lines.map(({ node }) => printable(node.text))
  const room = Math.max(width - BAR - 4 - Math.max(...texts.map(columnsOf)), width >> 2)
  const labels = lines.map(({ stem, node }) => shortened(stem + printable(node.label), room))
  const widest = Math.max(...labels.map(columnsOf))
  const marks = parts.length === 0 ? [0] : parts.map((_, part) => part)
  return {
    legend: legendOf(parts, width, paint),
    lines: lines.map(({ node }, i) => {
      const label = labels[i] as string
      const bar = marks.length > SHADES.length ? '' : drawnMix(node.mix, paint)
      const line = `${label}${' '.repeat(widest - columnsOf(label))}  ${bar}  ${texts[i]}`
      return columnsOf(line) <= width ? line : shortened(line, width)
    }),
  }
}

/** What each mark stands for, the names cut alike where they do not fit. */
function legendOf(parts: readonly string[], width: number, paint: ChalkInstance): string {
  const room = Math.max(Math.floor((width + 2) / Math.max(parts.length, 1)) - 4, 1)
  const whole = parts.reduce((sum, name) => sum + columnsOf(name) + 4, -2)
  const names = whole <= width ? parts : parts.map((name) => shortened(name, room))
  return names.map((name, part) => `${painted('█', part, paint)} ${name}`).join('  ')
}

function linesOf(root: TreeLine): Line[] {
  const lines: Line[] = []
  const walk = (node: TreeLine, stem: string, below: string) => {
    lines.push({ stem, node })
    node.children.forEach((child, i) => {
      const isLast = i === node.children.length - 1
      walk(child, `${below}${isLast ? '└─ ' : '├─ '}`, `${below}${isLast ? '   ' : '│  '}`)
    })
  }
  walk(root, '', '')
  return lines
}

/** Each part as many columns as its share, rounded so that they end together. */
function drawnMix(mix: readonly number[], paint: ChalkInstance): string {
  let bar = ''
  let share = 0
  let drawn = 0
  mix.forEach((part, i) => {
    share += part
    const to = Math.round(share * BAR)
    bar += painted('█', i, paint, to - drawn)
    drawn = to
  })
  return bar + ' '.repeat(Math.max(0, BAR - drawn))
}

function painted(mark: string, part: number, paint: ChalkInstance, times = 1): string {
  if (times <= 0) return ''
  if (paint.level === 0) return (SHADES[part] ?? mark).repeat(times)
  const color = COLORS[part]
  return color === undefined ? mark.repeat(times) : paint[color](mark.repeat(times))
}
