/**
 * The weights as text: long CSV, or Matrix Market.
 *
 * Rows and columns count from 1, as Matrix Market has them. There the comments at the start name the columns, so that
 * the file says all by itself; a program that reads matrices passes over them.
 */
import { extname } from 'node:path'
import type { WeightMatrix } from '../report/weight-matrix.ts'
import { csvLine } from './csv.ts'

/** Lines that are put together before they are written. */
const LINES_A_PIECE = 8192

export function matrixText(weights: WeightMatrix): Iterable<string> {
  return pieces(extname(weights.file).toLowerCase() === '.mtx' ? marketLines(weights) : csvLines(weights))
}

function* csvLines({ rows, names }: WeightMatrix): Generator<string> {
  yield 'row,term,value\n'
  const cells = names.map((name) => csvLine([name, ''], ',').slice(0, -2))
  for (const [row, term, value] of entries(rows)) yield `${row},${cells[term]},${value}\n`
}

function* marketLines({ rows, names, of }: WeightMatrix): Generator<string> {
  const texts = rows.reduce((sum, { start }) => sum + start.length - 1, 0)
  const values = rows.reduce((sum, block) => sum + block.column.length, 0)
  yield '%%MatrixMarket matrix coordinate real general\n'
  yield `% rows: the texts of ${JSON.stringify(of)}; columns: terms\n`
  for (const [i, name] of names.entries()) yield `% ${i + 1} ${JSON.stringify(name).slice(1, -1)}\n`
  yield `${texts} ${names.length} ${values}\n`
  for (const [row, term, value] of entries(rows)) yield `${row} ${term + 1} ${value}\n`
}

function* entries(
  rows: WeightMatrix['rows'],
): Generator<readonly [row: number, term: number, value: number]> {
  let row = 0
  for (const { start, column, value } of rows) {
    for (let text = 0; text + 1 < start.length; text++) {
      row++
      for (let e = start[text] as number; e < (start[text + 1] as number); e++) {
        yield [row, column[e] as number, value[e] as number]
      }
    }
  }
}

function* pieces(lines: Iterable<string>): Generator<string> {
  let piece: string[] = []
  for (const line of lines) {
    piece.push(line)
    if (piece.length < LINES_A_PIECE) continue
    yield piece.join('')
    piece = []
  }
  yield piece.join('')
}
