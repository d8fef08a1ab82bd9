/**
 * A report as Markdown (GitHub's, which has tables), for `--report FILE.md`.
 *
 * In:  a Report.
 * Out: the same blocks as on the terminal, whole: nothing is wrapped or cut. Text of the data stands as text
 *      whatever it holds: pipes, stars, angle brackets.
 */
import { Chalk } from 'chalk'
import { printable } from '../base/printable.ts'
import type {
  BarsBlock,
  Block,
  Report,
  TableBlock,
  TimelineBlock,
  TreeBlock,
  TreeLine,
} from '../report/report.ts'
import { timelineLines } from './timeline.ts'

/** Columns that the longest bar takes. */
const LONGEST_BAR = 20

/** The `view` of a report and its warnings; ends in a line end. */
export function reportMarkdown(report: Pick<Report, 'view' | 'warnings'>): string {
  const parts = report.view.map(blockMarkdown)
  if (report.warnings.length > 0) {
    const items = report.warnings.map(({ message }) => `- ${lineStart(message)}`)
    parts.push(`## ${report.warnings.length === 1 ? 'Warning' : 'Warnings'}`, items.join('\n'))
  }
  return parts.map((part) => `${part}\n`).join('\n')
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `## ${escaped(block.text)}`
    case 'paragraph':
      return lineStart(block.text)
    case 'table':
      return captioned(block, tableMarkdown(block))
    case 'bars':
      return captioned(block, barsMarkdown(block))
    case 'tree':
      return captioned(block, treeMarkdown(block))
    case 'timeline':
      return captioned(block, timelineMarkdown(block))
  }
}

function captioned({ caption }: TableBlock | BarsBlock | TimelineBlock | TreeBlock, body: string): string {
  return caption === undefined ? body : `${lineStart(caption)}\n\n${body}`
}

function tableMarkdown({ columns, rows }: TableBlock): string {
  const head = columns.map(({ name }) => escaped(name))
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : '---'))
  const body = rows.map((row) =>
    columns.map((_, j) => {
      const cell = row[j] ?? null
      return cell === null ? '-' : escaped(cell)
    }),
  )
  return [head, rule, ...body].map(tableLine).join('\n')
}

/** Columns of a drawing in a block of code. */
const DRAWN_COLUMNS = 100

function timelineMarkdown(block: TimelineBlock): string {
  return ['```text', ...timelineLines(block, DRAWN_COLUMNS, new Chalk({ level: 0 })), '```'].join('\n')
}

function barsMarkdown({ bars }: BarsBlock): string {
  const most = bars.reduce((largest, { value }) => Math.max(largest, value), 0)
  const body = bars.map(({ label, value, text }) => {
    const blocks = value === 0 ? 0 : Math.max(1, Math.round((value / most) * LONGEST_BAR))
    return [escaped(label), '█'.repeat(blocks), escaped(text)]
  })
  return [['', '', ''], ['---', '---', '--:'], ...body].map(tableLine).join('\n')
}

/** A list in a list for each question. */
function treeMarkdown({ root }: TreeBlock): string {
  const lines: string[] = []
  const walk = ({ label, text, children }: TreeLine, depth: number) => {
    lines.push(`${'  '.repeat(depth)}- ${lineStart(label)}: ${escaped(text)}`)
    for (const child of children) walk(child, depth + 1)
  }
  walk(root, 0)
  return lines.join('\n')
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** Text that begins a line, where a number or a sign before a blank would make a list or a heading of it. */
function lineStart(text: string): string {
  return escaped(text).replace(/^([#>+=-]|\d+(?=[.)]))/, (mark) =>
    /\d/.test(mark) ? `${mark}\\` : `\\${mark}`,
  )
}

/**
 * Text that Markdown shows as it is. Only what would mean something where it stands is escaped, so that
 * `customer_id` stays readable in the source.
 */
function escaped(text: string): string {
  return printable(text).replaceAll(/[\\`*[\]<|~]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)/g, String.raw`\$&`)
}
