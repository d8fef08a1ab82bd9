/**
 * A series over time as lines of text: dots of braille for what was and is expected, shade for the band around it.
 *
 * In:  a TimelineBlock and the columns there are.
 * Out: lines, none wider: a scale of values at the left, the plot, names of periods under it. Past and future are told
 *      apart by the band and a rule between them, so that no colour is needed.
 */
import type { ChalkInstance } from 'chalk'
import { figures } from '../base/wording.ts'
import type { TimelineBlock } from '../report/report.ts'
import { columnsOf, shortened } from './columns.ts'

const INDENT = '  '
const ROWS = 12
const LEAST_PLOT = 10
const BLANK = 0x2800
/** Bits of the dots of a braille cell, by column and row. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

export function timelineLines(block: TimelineBlock, width: number, paint: ChalkInstance): string[] {
  const { actual, expected, lower, upper } = block
  const scale = scaleOf(block)
  if (scale === undefined) return []
  const { low, high } = scale
  const marks = figures([high, (high + low) / 2, low], 3)
  const markColumns = Math.max(...marks.map(columnsOf))
  const room = Math.max(LEAST_PLOT, width - INDENT.length - markColumns - 2)
  const periods = actual.length + expected.length
  const columns = Math.min(room, Math.max(LEAST_PLOT, periods * 2))
  const plot = new Plot(columns, low, high, periods)
  plot.line(actual, 0)
  plot.line([...actual.slice(-1), ...expected], actual.length - 1)
  plot.band(lower, upper, actual.length)
  const rows = plot.rows(Math.floor(plot.columnOf(actual.length - 0.5)), paint)
  const lines = rows.map((row, i) => {
    const mark = i === 0 ? marks[0] : i === ROWS >> 1 ? marks[1] : i === ROWS - 1 ? marks[2] : ''
    return `${INDENT}${(mark ?? '').padStart(markColumns)} ┤${row}`.trimEnd()
  })
  return [
    ...lines,
    ...namesUnder(block.names, INDENT.length + markColumns + 2, columns, plot.columnOf(actual.length)),
  ]
}

/** The least and the greatest value of a plot; undefined where there is nothing to plot. */
export function scaleOf({
  actual,
  expected,
  lower,
  upper,
}: TimelineBlock): { readonly low: number; readonly high: number } | undefined {
  const known = [...actual, ...expected, ...lower, ...upper].filter((value) => value !== null)
  if (known.length === 0) return undefined
  const low = known.reduce((least, value) => Math.min(least, value), Infinity)
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity)
  if (high === low) return { low: low - 1, high: high + 1 }
  // A scale that begins at 0 where that takes little room shows how large a change is.
  return { low: low > 0 && low < high / 3 ? 0 : low, high }
}

/** The three names under their places, as far as there is room for them. */
function namesUnder(names: TimelineBlock['names'], indent: number, columns: number, split: number): string[] {
  const [first, next, last] = names.map((name) => shortened(name, columns)) as [string, string, string]
  const end = columns - columnsOf(last)
  let line = first
  const middle = Math.min(Math.round(split), end - columnsOf(next) - 2)
  if (next !== last && middle >= columnsOf(line) + 2) line += ' '.repeat(middle - columnsOf(line)) + next
  if (end >= columnsOf(line) + 2) line += ' '.repeat(end - columnsOf(line)) + last
  return [' '.repeat(indent) + line]
}

class Plot {
  readonly #columns: number
  readonly #low: number
  readonly #high: number
  readonly #periods: number
  readonly #dots: Uint8Array
  readonly #shade: Uint8Array

  constructor(columns: number, low: number, high: number, periods: number) {
    this.#columns = columns
    this.#low = low
    this.#high = high
    this.#periods = periods
    this.#dots = new Uint8Array(columns * ROWS)
    this.#shade = new Uint8Array(columns * ROWS)
  }

  /** In columns, from 0. */
  columnOf(period: number): number {
    return this.#periods < 2 ? 0 : (period / (this.#periods - 1)) * (this.#columns - 1)
  }

  /** In rows from the top, from 0. */
  #rowOf(value: number): number {
    return ((this.#high - value) / (this.#high - this.#low)) * (ROWS - 1)
  }

  line(values: readonly (number | null)[], from: number): void {
    let before: readonly [number, number] | undefined
    values.forEach((value, i) => {
      if (value === null) {
        before = undefined
        return
      }
      const x = Math.round(this.columnOf(from + i) * 2)
      const y = Math.round((this.#rowOf(value) + 0.5) * 4 - 0.5)
      if (before === undefined) this.#dot(x, y)
      else this.#stroke(before, [x, y])
      before = [x, y]
    })
  }

  #stroke([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
    const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0), 1)
    for (let step = 0; step <= steps; step++) {
      this.#dot(Math.round(x0 + ((x1 - x0) * step) / steps), Math.round(y0 + ((y1 - y0) * step) / steps))
    }
  }

  #dot(x: number, y: number): void {
    const column = Math.min(this.#columns - 1, x >> 1)
    const row = Math.min(ROWS - 1, Math.max(0, y >> 2))
    const bits = DOTS[(x & 1) as 0 | 1]
    const at = row * this.#columns + column
    this.#dots[at] = (this.#dots[at] as number) | (bits[y & 3] as number)
  }

  /** Shades each column between the limits of the periods around it. */
  band(lower: readonly number[], upper: readonly number[], from: number): void {
    if (lower.length === 0) return
    const start = Math.ceil(this.columnOf(from - 0.5))
    for (let column = start; column < this.#columns; column++) {
      const period = (column / Math.max(1, this.#columns - 1)) * (this.#periods - 1) - from
      const i = Math.min(lower.length - 1, Math.max(0, Math.round(period)))
      const top = Math.round(this.#rowOf(upper[i] as number))
      const bottom = Math.round(this.#rowOf(lower[i] as number))
      for (let row = Math.max(0, top); row <= Math.min(ROWS - 1, bottom); row++) {
        this.#shade[row * this.#columns + column] = 1
      }
    }
  }

  rows(split: number, paint: ChalkInstance): string[] {
    return Array.from({ length: ROWS }, (_, row) => {
      let past = ''
      let future = ''
      for (let column = 0; column < this.#columns; column++) {
        const at = row * this.#columns + column
        const bits = this.#dots[at] as number
        const cell =
          bits !== 0
            ? String.fromCharCode(BLANK + bits)
            : this.#shade[at] === 1
              ? '░'
              : column === split
                ? '┊'
                : ' '
        if (column < split) past += cell
        else future += cell
      }
      return past + (future.trim() === '' ? future : paint.cyan(future.trimEnd()))
    })
  }
}
