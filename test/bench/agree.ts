/**
 * Whether two programs gave the same table, so that no time stands beside a wrong answer.
 *
 * In:  two CSV files.
 * Out: nothing where they agree, else how they differ.
 * Cost: about a second for 100 MB; memory is one cell.
 *
 * Programs write one value in several ways, so cells are compared after this and nothing else: quotes that CSV
 * does not need are taken off, and a decimal number loses the zeros at its end (`45.50` is `45.5`, `34.0` is
 * `34`: pandas reads a column with an empty cell as floating point).
 */
import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parse } from 'csv-parse/sync'

/** Compares the files of two programs; a text says how they differ. */
export type Agreement = (lode: string, rival: string) => Promise<string | undefined>

/** The same bytes. */
export const sameBytes: Agreement = async (lode, rival) =>
  readFileSync(lode).equals(readFileSync(rival)) ? undefined : 'other bytes'

/** The same cells in the same order. */
export const sameTable: Agreement = async (lode, rival) => compare(lode, rival, 'ordered')

/** The same rows in any order (Miller's join gives the order of the second file). */
export const sameRows: Agreement = async (lode, rival) => compare(lode, rival, 'unordered')

/**
 * The same rows by their keys, in any order, and numbers that are near each other; further columns are not looked at.
 *
 * @param within relative
 */
export function nearRows(keys: readonly string[], numbers: readonly string[], within: number): Agreement {
  return async (lode, rival) => {
    const [ours, theirs] = [rowsByKey(lode, keys), rowsByKey(rival, keys)]
    if (ours.size !== theirs.size) return `${ours.size} rows against ${theirs.size}`
    for (const [key, row] of ours) {
      const other = theirs.get(key)
      if (other === undefined) return `a row of its own: ${key}`
      for (const column of numbers) {
        const [one, two] = [Number(row[column]), Number(other[column])]
        if (Math.abs(one - two) <= within * Math.abs(two)) continue
        return `${column} of ${key}: ${row[column]} against ${other[column]}`
      }
    }
    return undefined
  }
}

function rowsByKey(file: string, keys: readonly string[]): Map<string, { [column: string]: string }> {
  const rows = parse<{ [column: string]: string }>(readFileSync(file), { columns: true })
  return new Map(rows.map((row) => [keys.map((key) => row[key]).join(' / '), row]))
}

/**
 * The same answers in the column next to the last, in all but a few rows: two trees may break a tie in two ways.
 *
 * @param share of the rows that must agree
 */
export const sameAnswers = (share: number): Agreement => {
  return async (lode, rival) => {
    const [ours, theirs] = [answersOf(lode), answersOf(rival)]
    if (ours.length !== theirs.length) return `${ours.length} rows against ${theirs.length}`
    const same = ours.filter((answer, row) => answer === theirs[row]).length / ours.length
    return same >= share ? undefined : `only ${(same * 100).toFixed(2)}% of the answers are the same`
  }
}

function answersOf(file: string): string[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const end = line.lastIndexOf(',')
    return line.slice(line.lastIndexOf(',', end - 1) + 1, end)
  })
}

/** Two accuracies of cross-validation, on folds that were drawn in two ways, within so much. */
export const sameAccuracy = (within: number): Agreement => {
  return async (lode, rival) => {
    const ours = (JSON.parse(readFileSync(lode, 'utf8')) as { result: { cv: { accuracy: number } } }).result
      .cv.accuracy
    const theirs = (JSON.parse(readFileSync(rival, 'utf8')) as { accuracy: number }).accuracy
    return Math.abs(ours - theirs) <= within ? undefined : `an accuracy of ${ours} against ${theirs}`
  }
}

/** Where the rival does something else and is a measure of time alone. */
export const notCompared: Agreement = async () => undefined

/** Each row has a label in the column `cluster`: the same rows are together, whatever the labels are. */
export const sameGroups: Agreement = async (lode, rival) => {
  const [ours, theirs] = [labelsOf(lode), labelsOf(rival)]
  if (ours.length !== theirs.length) return `${ours.length} rows against ${theirs.length}`
  const [partner, back] = [new Map<string, string>(), new Map<string, string>()]
  const row = ours.findIndex((own, i) => {
    const other = theirs[i] as string
    if (!partner.has(own)) partner.set(own, other)
    if (!back.has(other)) back.set(other, own)
    return partner.get(own) !== other || back.get(other) !== own
  })
  return row < 0 ? undefined : `row ${row + 1} is in another group`
}

/** The same labels in the column `cluster`. */
export const sameLabels: Agreement = async (lode, rival) => {
  const [ours, theirs] = [labelsOf(lode), labelsOf(rival)]
  if (ours.length !== theirs.length) return `${ours.length} rows against ${theirs.length}`
  const row = ours.findIndex((own, i) => own !== theirs[i])
  return row < 0 ? undefined : `row ${row + 1} has another label`
}

/** The cells of the column `cluster`, which has no quotes and none behind it. */
function labelsOf(file: string): string[] {
  const [header = '', ...lines] = readFileSync(file, 'latin1').trimEnd().split('\n')
  const names = header.split(',')
  const fromEnd = names.length - names.indexOf('cluster')
  return lines.map((line) => line.split(',').at(-fromEnd) ?? '')
}

/** The same inertia to 1e-9, of one grouping or of a search. */
export const sameInertia: Agreement = async (lode, rival) => {
  const [ours, theirs] = [inertias(lode), inertias(rival)]
  if (ours.length !== theirs.length) return `${ours.length} groupings against ${theirs.length}`
  const wrong = ours.findIndex((own, i) => Math.abs(own - (theirs[i] as number)) > 1e-9 * own)
  return wrong < 0 ? undefined : `inertia ${ours[wrong]} against ${theirs[wrong]}`
}

interface Inertia {
  readonly inertia: number
}

/** Of a report of lode's, or of what a script wrote. */
export function inertias(file: string): number[] {
  const found = JSON.parse(readFileSync(file, 'utf8')) as
    Inertia | Inertia[] | { result: Inertia & { k_search: Inertia[] } }
  if (Array.isArray(found)) return found.map(({ inertia }) => inertia)
  if (!('result' in found)) return [found.inertia]
  const { k_search: search, inertia } = found.result
  return search.length > 0 ? search.map((one) => one.inertia) : [inertia]
}

/** A report of `regress` with the same coefficients to 1e-9, the intercept first; the rival's file is a JSON list. */
export const sameCoefficients: Agreement = async (lode, rival) => {
  const { result } = JSON.parse(readFileSync(lode, 'utf8')) as {
    result: { coefficients: { estimate: number }[] }
  }
  const ours = result.coefficients.map(({ estimate }) => estimate)
  const theirs = JSON.parse(readFileSync(rival, 'utf8')) as number[]
  const isSame = ours.length === theirs.length && ours.every((value, i) => isNear(value, theirs[i] as number))
  return isSame ? undefined : `coefficients ${ours.join(', ')} against ${theirs.join(', ')}`
}

/** As sameTable, but numbers may differ by 1e-9 of themselves: sums run in another order. */
export const nearlySameTable: Agreement = async (lode, rival) => {
  const theirs = createInterface({ input: createReadStream(rival) })[Symbol.asyncIterator]()
  let row = 0
  for await (const line of createInterface({ input: createReadStream(lode) })) {
    row++
    const next = await theirs.next()
    if (next.done === true) return `more than ${row - 1} lines`
    if (line === next.value) continue
    const [ours, others] = [line.split(','), next.value.split(',')]
    const isSame =
      ours.length === others.length && ours.every((cell, j) => isNearText(cell, others[j] as string))
    if (!isSame) return `line ${row}: ${line} against ${next.value}`
  }
  return (await theirs.next()).done === true ? undefined : `only ${row} lines`
}

function isNearText(one: string, other: string): boolean {
  return one === other || (one !== '' && other !== '' && isNear(Number(one), Number(other)))
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other))
}

async function compare(
  lode: string,
  rival: string,
  order: 'ordered' | 'unordered',
): Promise<string | undefined> {
  const [ours, theirs] = [await digest(lode), await digest(rival)]
  if (ours.header !== theirs.header) return `other columns: ${ours.header} against ${theirs.header}`
  if (ours.rows !== theirs.rows) return `${ours.rows} rows against ${theirs.rows}`
  return ours[order] === theirs[order] ? undefined : 'as many rows with other cells'
}

export interface Digest {
  /** The names of the columns, joined by commas. */
  readonly header: string
  /** Rows below the header. */
  readonly rows: number
  readonly ordered: string
  readonly unordered: string
}

const QUOTE = 34
const COMMA = 44
const NEWLINE = 10
const RETURN = 13
const POINT = 46
const MINUS = 45
const ZERO = 48
const NINE = 57

/** Reads a CSV file once and hashes each row (two FNV-1a hashes of 32 bits over its cells). */
export async function digest(file: string): Promise<Digest> {
  let cell = new Uint8Array(1 << 12)
  let length = 0
  let quoted = false
  /** The last byte was a quote within a quoted cell: the next says whether it ends it. */
  let closing = false
  let started = false

  let one = FNV_OFFSET
  let two = 0
  let header: string | undefined
  const names: string[] = []
  let rows = 0
  const ordered = [0, 0]
  const unordered = [0, 0]

  const endCell = () => {
    if (header === undefined) names.push(Buffer.from(cell.subarray(0, length)).toString('utf8'))
    const end = withoutZeros(cell, length)
    for (let i = 0; i < end; i++) {
      const byte = cell[i] as number
      one = Math.imul(one ^ byte, FNV_PRIME)
      two = Math.imul(two ^ byte, OTHER_PRIME) + 1
    }
    one = Math.imul(one ^ 256, FNV_PRIME)
    two = Math.imul(two ^ 256, OTHER_PRIME) + 1
    length = 0
    quoted = closing = false
  }

  const endRow = () => {
    endCell()
    if (header === undefined) header = names.join(',')
    else {
      rows++
      unordered[0] = ((unordered[0] as number) + one) | 0
      unordered[1] = ((unordered[1] as number) + two) | 0
      ordered[0] = Math.imul(ordered[0] as number, 31) + one
      ordered[1] = Math.imul(ordered[1] as number, 37) + two
    }
    one = FNV_OFFSET
    two = 0
    started = false
  }

  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const block = chunk as Buffer
    for (let i = 0; i < block.length; i++) {
      const byte = block[i] as number
      if (closing && byte !== QUOTE) quoted = closing = false
      if (!quoted) {
        if (byte === COMMA) {
          started = true
          endCell()
          continue
        }
        if (byte === NEWLINE) {
          endRow()
          continue
        }
        if (byte === RETURN) continue
        started = true
        if (byte === QUOTE && length === 0) {
          quoted = true
          continue
        }
      } else if (byte === QUOTE && !closing) {
        closing = true
        continue
      }
      closing = false
      if (length === cell.length) {
        const longer = new Uint8Array(cell.length * 2)
        longer.set(cell)
        cell = longer
      }
      cell[length++] = byte
    }
  }
  if (started) endRow()
  return { header: header ?? '', rows, ordered: ordered.join(' '), unordered: unordered.join(' ') }
}

const FNV_OFFSET = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193
const OTHER_PRIME = 0x5bd1e995

/** How much of the cell counts: a decimal number loses its trailing zeros, and its point when none is left. */
function withoutZeros(cell: Uint8Array, length: number): number {
  let points = 0
  for (let i = 0; i < length; i++) {
    const byte = cell[i] as number
    if (byte === POINT) points++
    else if ((byte < ZERO || byte > NINE) && !(byte === MINUS && i === 0)) return length
  }
  if (points !== 1) return length
  let end = length
  while (cell[end - 1] === ZERO) end--
  return cell[end - 1] === POINT ? end - 1 : end
}
