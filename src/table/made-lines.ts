/**
 * Rows that lode made itself, as the engine would write them: no need to hand every cell to it and take it back.
 *
 * In:  columns of results. Out: CSV text, block by block.
 * Cost: 14,000 rows of four cells take 10 ms so, 50 ms through the engine.
 */
import { isValid } from '../base/column.ts'
import type { AddedColumn } from './append.ts'
import { doubleText } from './line-tails.ts'

const ROWS_A_BLOCK = 4096

/** @param put takes text, which stays valid until it has answered @returns rows written */
export async function writeMade(
  columns: readonly AddedColumn[],
  delimiter: string,
  put: (text: Uint8Array) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const rows = columns[0]?.data.values.length ?? 0
  const cells = columns.map((column) => cellsOf(column, delimiter))
  for (let from = 0; from < rows; from += ROWS_A_BLOCK) {
    signal?.throwIfAborted()
    const to = Math.min(rows, from + ROWS_A_BLOCK)
    let text = ''
    for (let row = from; row < to; row++) {
      for (let column = 0; column < cells.length; column++) {
        text += (column === 0 ? '' : delimiter) + (cells[column] as (row: number) => string)(row)
      }
      text += '\n'
    }
    await put(Buffer.from(text))
  }
  return rows
}

function cellsOf({ data, levels }: AddedColumn, delimiter: string): (row: number) => string {
  // What the engine's own writer quotes.
  const needsQuotes = new RegExp(`["#\\r\\n${delimiter === '\t' ? '\\t' : delimiter}]`)
  const quoted = (text: string | null | undefined) => {
    if (text === null || text === undefined) return ''
    return text === '' || needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  if (data.type === 'text') {
    const { values } = data
    return (row) => quoted(values[row])
  }
  const { values, valid } = data
  if (levels !== undefined) {
    const cells = levels.map(quoted)
    return (row) => (valid === undefined || isValid(valid, row) ? (cells[values[row] as number] ?? '') : '')
  }
  const write = repeated(data.type === 'double' ? doubleText : String)
  return (row) => (valid === undefined || isValid(valid, row) ? write(values[row] as number) : '')
}

/** What comes several times in a row is written once: rows are ordered by some column. */
function repeated(write: (value: number) => string): (value: number) => string {
  let last = 0
  let text = write(0)
  return (value) => {
    if (!Object.is(value, last)) {
      text = write(value)
      last = value
    }
    return text
  }
}
