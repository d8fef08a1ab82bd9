/**
 * First centres from a file: `--init FILE`.
 *
 * In:  the bytes of a small CSV file with a column for each column used, in the data's own units, and a row a group.
 * Out: a Matrix of the centres, columns in the order they are used in. Other columns of the file are left alone, so
 *      that a table of centres from a report can be used as it is.
 */
import { parse } from 'csv-parse/sync'
import { DataError } from '../base/errors.ts'
import { matrixOf, type Matrix } from '../base/matrix.ts'
import { listed } from '../base/wording.ts'

/** @throws {DataError} naming the column or the line that is wrong */
export function startCenters(file: string, bytes: Uint8Array, columns: readonly string[]): Matrix {
  const [header, ...rows] = parsed(file, bytes)
  if (header === undefined || rows.length < 2) {
    throw new DataError(
      `${file} must hold a header and the first centres of at least 2 groups, a line each`,
      {
        code: 'E_START_FILE',
      },
    )
  }
  const lacking = columns.filter((name) => !header.includes(name))
  if (lacking.length > 0) {
    throw new DataError(
      `${file} has no column ${listed(lacking.map((name) => `"${name}"`))}, which is used`,
      {
        code: 'E_START_FILE',
        help: [`columns: ${listed(header)}`],
      },
    )
  }
  return matrixOf(
    rows.map((row, i) =>
      columns.map((name) => {
        const text = (row[header.indexOf(name)] ?? '').trim()
        const value = text === '' ? NaN : Number(text)
        if (Number.isFinite(value)) return value
        throw new DataError(`${file} line ${i + 2}, column "${name}": "${text}" is not a number`, {
          code: 'E_START_FILE',
        })
      }),
    ),
  )
}

function parsed(file: string, bytes: Uint8Array): string[][] {
  try {
    return parse(Buffer.from(bytes), { bom: true, skip_empty_lines: true })
  } catch (cause) {
    const why = cause instanceof Error ? `: ${cause.message}` : ''
    throw new DataError(`${file} is no CSV file of first centres${why}`, { code: 'E_START_FILE', cause })
  }
}
