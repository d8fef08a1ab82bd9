/**
 * One record of a CSV file, for the lines that lode writes itself (a header, a refused row); rows in number are
 * the engine's.
 */

/**
 * The cells as RFC 4180 has them, with LF: quoted only where the text needs it, as the engine's own rows are. A
 * record of one empty cell is `""`, since an empty line is no record to most readers.
 */
export function csvLine(cells: readonly string[], delimiter: string): string {
  if (cells.length === 1 && cells[0] === '') return '""\n'
  return `${cells.map((cell) => quoted(cell, delimiter)).join(delimiter)}\n`
}

function quoted(cell: string, delimiter: string): string {
  const needsQuotes = cell.includes(delimiter) || /["\r\n]/.test(cell)
  return needsQuotes ? `"${cell.replaceAll('"', '""')}"` : cell
}
