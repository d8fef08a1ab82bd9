/**
 * A report as a person reads it in a terminal.
 *
 * In:  a Report, the columns of the terminal, and whether to use colour. Nothing is found out here: the host knows
 *      the terminal, NO_COLOR and `--color`.
 * Out: text that ends in a line end, no line wider than the terminal. Headings are bold, tables and bars indented
 *      by two, blocks parted by one empty line, warnings last.
 */
import { Chalk, type ChalkInstance } from 'chalk'
import { printable } from '../base/printable.ts'
import type {
  BarsBlock,
  Block,
  Report,
  TableBlock,
  TimelineBlock,
  TreeBlock,
  Warning,
} from '../report/report.ts'
import { columnsOf, shortened, wrapped } from './columns.ts'
import { tableLines } from './table.ts'
import { timelineLines } from './timeline.ts'
import { drawnTree } from './tree.ts'

const INDENT = '  '
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const FULL = '█'

/** The `view` of a report and its warnings. */
export function reportText(report: Pick<Report, 'view' | 'warnings'>, width: number, color: boolean): string {
  const paint = painter(color)
  const lines: string[] = []
  report.view.forEach((block, i) => {
    const underHeading = report.view[i - 1]?.kind === 'heading'
    if (i > 0 && !underHeading) lines.push('')
    lines.push(...blockLines(block, width, paint))
  })
  if (report.warnings.length > 0) {
    if (lines.length > 0) lines.push('')
    lines.push(...warningLines(report.warnings, width, paint))
  }
  return joined(lines)
}

/**
 * The first rows of a result as a table, for `-f table`.
 *
 * @param names  the header
 * @param cells  one array a row; null is a missing cell, drawn as a dash
 * @returns text that ends in a line end; columns in which every cell is a number are aligned right, and a cell
 *          stays on one line, cut where it is too long
 */
export function rowsTable(
  names: readonly string[],
  cells: readonly (readonly (string | null)[])[],
  width: number,
  color: boolean,
): string {
  const columns = names.map((name, j) => ({
    name,
    align: holdsNumbers(cells.map((row) => row[j] ?? null)) ? ('right' as const) : ('left' as const),
  }))
  return joined(tableLines({ columns, rows: cells }, width, painter(color), 'cut'))
}

function painter(color: boolean): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 })
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function holdsNumbers(cells: readonly (string | null)[]): boolean {
  const present = cells.filter((cell) => cell !== null && cell !== '')
  return (
    present.length > 0 &&
    present.every((cell) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell as string))
  )
}

function blockLines(block: Block, width: number, paint: ChalkInstance): string[] {
  switch (block.kind) {
    case 'heading':
      return wrapped(printable(block.text), width).map((line) => paint.bold(line))
    case 'paragraph':
      return wrapped(printable(block.text), width)
    case 'table':
      return [...captionLines(block, width), ...tableLines(block, width, paint, 'wrapped')]
    case 'bars':
      return [...captionLines(block, width), ...barLines(block, width, paint)]
    case 'tree':
      return [...captionLines(block, width), ...treeLines(block, width, paint)]
    case 'timeline':
      return [...captionLines(block, width), ...timelineLines(block, width, paint)]
  }
}

function captionLines(
  { caption }: TableBlock | BarsBlock | TimelineBlock | TreeBlock,
  width: number,
): string[] {
  return caption === undefined ? [] : wrapped(printable(caption), width)
}

/**
 * One line a bar: label, bar, text. The longest bar takes what labels and texts leave of the width; a label takes
 * at most half. A value above 0 is drawn with at least an eighth of a block, so that it differs from 0.
 */
function barLines({ bars }: BarsBlock, width: number, paint: ChalkInstance): string[] {
  const most = bars.reduce((largest, { value }) => Math.max(largest, checked(value)), 0)
  const half = Math.max(width >> 1, 1)
  const labels = bars.map(({ label }) => shortened(printable(label), half))
  const labelWidth = Math.max(0, ...labels.map(columnsOf))
  const texts = bars.map(({ text }) => printable(text))
  const room = Math.max(width - INDENT.length - labelWidth - 2 - 1 - Math.max(0, ...texts.map(columnsOf)), 1)
  return bars.map(({ value }, i) => {
    const label = labels[i] as string
    const start = INDENT + label + ' '.repeat(labelWidth - columnsOf(label)) + INDENT
    const bar = drawnBar(most === 0 ? 0 : value / most, room)
    const text = texts[i] as string
    return (bar === '' ? start + text : `${start}${paint.cyan(bar)} ${text}`).trimEnd()
  })
}

/** The legend, then the tree: its lines, the mix of each node, what it answers. */
function treeLines({ root, parts }: TreeBlock, width: number, paint: ChalkInstance): string[] {
  const { legend, lines } = drawnTree(root, parts.map(printable), width - INDENT.length, paint)
  return [...(legend === '' ? [] : [INDENT + legend]), ...lines.map((line) => (INDENT + line).trimEnd())]
}

/** @param part  length of the bar as a part of `room` columns, 0 … 1 */
function drawnBar(part: number, room: number): string {
  const eighths = part === 0 ? 0 : Math.max(1, Math.round(part * room * 8))
  return FULL.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] as string)
}

function checked(value: number): number {
  if (!(value >= 0 && value < Infinity)) throw new Error(`a bar can't be ${value} long`)
  return value
}

function warningLines(warnings: readonly Warning[], width: number, paint: ChalkInstance): string[] {
  const lines = warnings.flatMap(({ message }) =>
    wrapped(printable(message), width - 4).map((line, i) =>
      i === 0 ? `${INDENT}${paint.yellow('!')} ${line}` : `${INDENT}${INDENT}${line}`,
    ),
  )
  return [paint.bold(warnings.length === 1 ? 'Warning' : 'Warnings'), ...lines]
}
