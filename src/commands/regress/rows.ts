/** The rows that `lode regress` works on: those that have all that is needed, or get it filled in. */
import { isValid, type LevelColumn, type NumberColumn } from '../../base/column.ts'
import { DataError } from '../../base/errors.ts'
import { count, plural } from '../../base/wording.ts'
import { fillerOf } from '../../shape/matrix.ts'
import type { Relation } from '../../table/relation.ts'
import type { RegressContext } from './options.ts'

export function fillOf(
  column: NumberColumn,
  missing: 'drop' | 'mean' | 'median' | 'error',
): number | undefined {
  return missing === 'mean' || missing === 'median' ? fillerOf(column, missing) : undefined
}

export function filled({ values, valid, missing }: NumberColumn, fill: number | undefined): Float64Array {
  if (fill === undefined || missing === 0) return values
  return values.map((value, row) => (isValid(valid, row) ? value : fill))
}

export interface Read {
  readonly target: NumberColumn
  readonly numbers: readonly NumberColumn[]
  readonly groups: readonly LevelColumn[]
  readonly weights: NumberColumn | undefined
  readonly fills: readonly (number | undefined)[]
}

export interface UsedRows {
  /** Ascending. */
  readonly rowOf: Int32Array
  /** Rows that have all that is needed, but a weight of 0: they are predicted, and take no part in the fit. */
  readonly weightless: Int32Array
  /** Rows that take no part, by reason. */
  readonly dropped: { readonly [reason: string]: number }
}

/** The rows that have all that is needed, and how many have not, by reason. */
export function usedRows(read: Read, relation: Relation, { options }: RegressContext): UsedRows {
  const { target, numbers, groups, weights, fills } = read
  const rows = target.values.length
  const needed = [
    target,
    ...numbers.filter((_, i) => fills[i] === undefined),
    ...(weights === undefined ? [] : [weights]),
  ]
  const withGaps = needed.filter((column) => column.missing > 0)
  const groupsWithGaps = groups.filter((column) => column.missing > 0)
  if (options.missing === 'error') refuseGaps([...withGaps, ...groupsWithGaps], relation)
  const whole = withoutGaps(rowsOf(allValid(withGaps, rows), rows), groupsWithGaps)
  const { rowOf, weightless } = weighed(whole, weights, relation)
  if (rowOf.length === 0) refuseNone([...withGaps, ...groupsWithGaps], rows)
  const missing = rows - whole.length
  return {
    rowOf,
    weightless,
    dropped: {
      ...(missing === 0 ? {} : { missing_value: missing }),
      ...(weightless.length === 0 ? {} : { zero_weight: weightless.length }),
    },
  }
}

/** A bit a row: 1 where every column has a value. */
function allValid(columns: readonly NumberColumn[], rows: number): Uint8Array {
  const [first, ...others] = columns
  const bits = first?.valid.slice() ?? new Uint8Array((rows + 7) >> 3).fill(255)
  for (const { valid } of others) {
    for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] as number) & (valid[i] as number)
  }
  return bits
}

/** The rows whose bit is 1. */
function rowsOf(bits: Uint8Array, rows: number): Int32Array {
  const found = new Int32Array(rows + 8)
  let used = 0
  let row = 0
  for (let i = 0; row < rows; i++, row += 8) {
    const byte = bits[i] as number
    // All eight are written, and those that do not count are written over: that is faster than to ask for each.
    for (let bit = 0; bit < 8; bit++) {
      found[used] = row + bit
      used += (byte >> bit) & 1
    }
  }
  while (used > 0 && (found[used - 1] as number) >= rows) used--
  return found.subarray(0, used)
}

function withoutGaps(rowOf: Int32Array, groups: readonly LevelColumn[]): Int32Array {
  return groups.length === 0
    ? rowOf
    : rowOf.filter((row) => groups.every(({ codes }) => (codes[row] as number) >= 0))
}

/** @throws {DataError} for a weight below 0, with its row */
function weighed(
  whole: Int32Array,
  weights: NumberColumn | undefined,
  relation: Relation,
): Pick<UsedRows, 'rowOf' | 'weightless'> {
  if (weights === undefined) return { rowOf: whole, weightless: new Int32Array(0) }
  const of = (row: number) => weights.values[row] as number
  const bad = whole.find((row) => of(row) < 0)
  if (bad !== undefined) {
    throw new DataError(
      `column "${weights.name}" of ${relation.files.join(' and ')} holds a weight below 0 in row ${count(bad + 1)}: ${of(bad)}`,
      { code: 'E_WEIGHT' },
    )
  }
  return { rowOf: whole.filter((row) => of(row) > 0), weightless: whole.filter((row) => of(row) === 0) }
}

/** @throws {DataError} saying which column lacks most */
function refuseNone(withGaps: readonly (NumberColumn | LevelColumn)[], rows: number): never {
  const emptiest = withGaps.reduce<{ name: string; missing: number } | undefined>(
    (a, b) => (a === undefined || b.missing > a.missing ? b : a),
    undefined,
  )
  throw new DataError('no row has a value in all columns used', {
    code: 'E_NO_COMPLETE_ROW',
    help:
      emptiest === undefined
        ? ['All weights are 0.']
        : [
            `Column "${emptiest.name}" lacks most: ${emptiest.missing} of ${rows} rows. Leave it out, or fill it in first.`,
          ],
  })
}

function refuseGaps(
  columns: readonly { readonly name: string; readonly missing: number }[],
  relation: Relation,
): void {
  const [first] = columns
  if (first === undefined) return
  throw new DataError(
    `column "${first.name}" of ${relation.files.join(' and ')} has no value in ${plural(first.missing, 'row')}`,
    {
      code: 'E_MISSING_VALUE',
      help: ['To leave such rows out, use --missing drop; to fill them in, --missing mean or median.'],
    },
  )
}
