/**
 * Tables for a terminal: a bold header, a thin rule, the rows, two blanks between columns and no box.
 *
 * In:  the names and cells of a table, and the columns of the terminal.
 * Out: lines, each no wider than that. What is too wide is first made narrower (its texts, and headers of several
 *      words), then parted into groups of columns that stand under each other, each with the first column again. No
 *      column is left out and no number is cut, unless the terminal is narrower than the number.
 */
import type { ChalkInstance } from 'chalk'
import Table from 'cli-table3'
import { printable } from '../base/printable.ts'
import type { TableBlock } from '../report/report.ts'
import { columnsOf, shortened, wrapped } from './columns.ts'

const INDENT = 2
const GAP = 2
/** A column of text is made no narrower than this to keep the table in one piece. */
const NARROWEST_TEXT = 16
/** A wrapped cell is cut after so many lines. */
const MOST_LINES = 6

/** What becomes of text that is wider than its column: more lines, or one that ends in `…`. */
export type LongText = 'wrapped' | 'cut'

/** How wide a column is drawn when there is room, and how narrow it may get. */
interface Extent {
  readonly natural: number
  readonly least: number
}

/** Columns of the table that stand side by side, and how wide each is. */
interface Group {
  readonly columns: readonly number[]
  readonly widths: readonly number[]
}

/** The lines of a table. `null` cells are a dim dash. */
export function tableLines(
  table: Pick<TableBlock, 'columns' | 'rows'>,
  width: number,
  paint: ChalkInstance,
  longText: LongText,
): string[] {
  const names = table.columns.map(({ name }) => printable(name))
  const rows = table.rows.map((row) =>
    names.map((_, j) => {
      const cell = row[j] ?? null
      return cell === null ? null : printable(cell)
    }),
  )
  const room = Math.max(width - INDENT, 1)
  const isText = table.columns.map(({ align }) => align !== 'right')
  const extents = names.map((name, j): Extent => {
    const cells = rows.reduce((widest, row) => Math.max(widest, cellWidth(row[j] ?? null, room)), 1)
    const natural = Math.min(room, Math.max(cells, columnsOf(name)))
    if (isText[j]) return { natural, least: Math.min(natural, NARROWEST_TEXT) }
    const words = longText === 'wrapped' ? name.split(' ') : [name]
    return { natural, least: Math.min(room, Math.max(cells, ...words.map(columnsOf))) }
  })
  const groups = grouped(extents, room)
  return groups.flatMap((group, i) => {
    const lines = drawn(group, names, rows, isText, paint, longText)
    return i === 0 ? lines : ['', ...lines]
  })
}

/** A cell of megabytes is not measured to its end: past the room, how far makes no difference. */
function cellWidth(cell: string | null, room: number): number {
  return cell === null ? 1 : columnsOf(cell.slice(0, room * 4))
}

/** All columns in one group where they fit, else the first column with as many others as fit, again and again. */
function grouped(extents: readonly Extent[], room: number): Group[] {
  const pick = (columns: readonly number[]) => columns.map((j) => extents[j] as Extent)
  const groups: Group[] = []
  let columns: number[] = []
  let widths: readonly number[] = []
  for (let j = 0; j < extents.length; j++) {
    const longer = [...columns, j]
    const fit = fitted(pick(longer), room)
    if (fit !== undefined) {
      columns = longer
      widths = fit
      continue
    }
    if (columns.length > 1) groups.push({ columns, widths })
    columns = [0, j]
    widths = fitted(pick(columns), room) ?? halved(pick(columns), room)
  }
  return columns.length === 0 ? [] : [...groups, { columns, widths }]
}

/** Widths in which columns stand side by side, the widest made narrower first; undefined where they can't. */
function fitted(extents: readonly Extent[], room: number): number[] | undefined {
  const space = room - GAP * (extents.length - 1)
  if (sum(extents.map(({ least }) => least)) > space) return undefined
  let cap = room
  const widths = () => extents.map(({ natural, least }) => Math.max(least, Math.min(natural, cap)))
  while (sum(widths()) > space) cap--
  return widths()
}

/** Two columns that do not fit as they are: the second gets what it needs up to half, the first the rest. */
function halved(extents: readonly Extent[], room: number): number[] {
  const [first, second] = extents.map(({ natural }) => natural) as [number, number]
  const space = Math.max(room - GAP, 2)
  const right = Math.min(second, Math.max(space >> 1, space - first))
  return [Math.min(first, space - right), right]
}

function drawn(
  { columns, widths }: Group,
  names: readonly string[],
  rows: readonly (readonly (string | null)[])[],
  isText: readonly boolean[],
  paint: ChalkInstance,
  longText: LongText,
): string[] {
  const fit = longText === 'wrapped' ? paragraph : shortened
  const head = columns.map((j, i) => fit(names[j] as string, widths[i] as number))
  const table = new Table({
    head: head.map((name) => paint.bold(name)),
    colAligns: columns.map((j) => (isText[j] ? 'left' : 'right')),
    colWidths: [...widths],
    chars: CHARACTERS,
    // Without its own colours: they would follow the environment and not what was asked for.
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  })
  for (const row of rows) {
    const shown = columns.map((j, i) => {
      const cell = row[j] ?? null
      return cell === null ? paint.dim('-') : fit(cell, widths[i] as number)
    })
    table.push(shown)
  }
  const ruleAt = Math.max(...head.map((name) => name.split('\n').length))
  return table
    .toString()
    .split('\n')
    .map((line, i) => (i === ruleAt ? line.replaceAll(/─+/g, (rule) => paint.dim(rule)) : line.trimEnd()))
}

/** A cell as lines under each other. */
function paragraph(text: string, columns: number): string {
  const lines = wrapped(shortened(text, columns * MOST_LINES), columns)
  const last = lines.slice(MOST_LINES - 1).join(' ')
  return [...lines.slice(0, MOST_LINES - 1), ...(last === '' ? [] : [shortened(last, columns)])].join('\n')
}

/** The rule under the header is all that is left of cli-table3's box. */
const CHARACTERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: ' '.repeat(INDENT),
  'left-mid': ' '.repeat(INDENT),
  mid: '─',
  'mid-mid': ' '.repeat(GAP),
  right: '',
  'right-mid': '',
  middle: ' '.repeat(GAP),
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0)
}
