/**
 * What each group of rows is like in every column that is not a key, a date or free text, in the order of the table.
 */
import type { LevelColumn, NumberColumn } from '../base/column.ts'
import { matrix, type Matrix } from '../base/matrix.ts'
import { stepByStep } from '../base/steps.ts'
import type { FoundGroup } from '../report/groups.ts'
import { groupName, profileSteps, type ProfileEntry } from '../learn/profile.ts'
import type { Context } from './command.ts'
import { usedNames, type Measured } from './measured.ts'

/** For each column compared what each group is like in it; a group without a value there has none. */
export type Profiles = ReadonlyMap<NumberColumn | LevelColumn, readonly (ProfileEntry | undefined)[]>

/** With more groups than this nobody reads what each is like. */
const mostProfiled = 5000

/** @param labels one for each row used, −1 for one in no group */
export async function profilesOf(
  { rows, all, compared }: Measured,
  labels: Int32Array,
  sizes: Int32Array,
  { pool, signal }: Pick<Context, 'pool' | 'signal'>,
): Promise<Profiles> {
  if (sizes.length > mostProfiled) return new Map()
  const columns = compared.map(({ column }) => column)
  const steps = profileSteps(columns, { labels, sizes, rowOf: rows.rowOf, all })
  const entries = await stepByStep(steps, signal, pool)
  return new Map(columns.map((column, i) => [column, entries[i] ?? []]))
}

/** The mean of each group's rows in the columns of numbers used, in the data's own units; NaN where it has no row. */
export function meansOf(
  { rows, columns }: Measured,
  labels: Int32Array,
  sizes: Int32Array,
  profiles: Profiles,
): Matrix {
  const means = matrix(sizes.length, columns.length)
  columns.forEach((column, j) => {
    // A profile is of the values that are there: where others were filled in, they count here.
    const isFilled = (rows.filled[j] as number) > 0
    const known = isFilled ? undefined : profiles.get(column)
    const own = known === undefined ? groupMeans(rows.matrix, j, labels, sizes) : known.map(meanOf)
    for (let group = 0; group < sizes.length; group++) means.data[group * means.cols + j] = own[group] ?? NaN
  })
  return means
}

function meanOf(entry: ProfileEntry | undefined): number | undefined {
  return entry?.kind === 'number' ? entry.mean : undefined
}

/** Of one column of a matrix. */
function groupMeans(
  { data, rows, cols }: Matrix,
  column: number,
  labels: Int32Array,
  sizes: Int32Array,
): Float64Array {
  const sums = new Float64Array(sizes.length)
  for (let i = 0, at = column; i < rows; i++, at += cols) {
    const label = labels[i] as number
    if (label >= 0) sums[label] = (sums[label] as number) + (data[at] as number)
  }
  return sums.map((sum, group) => sum / (sizes[group] as number))
}

/**
 * The groups as the report shows them.
 *
 * @param means   of the rows of each group
 * @param centers that the groups were found by, where they are not the means
 */
export function describedGroups(
  measured: Measured,
  sizes: Int32Array,
  profiles: Profiles,
  means: Matrix,
  centers: Matrix = means,
): FoundGroup[] {
  const used = new Set(usedNames(measured))
  return Array.from(sizes, (size, label) => {
    const profile = [...profiles.values()].flatMap((ofColumn) => ofColumn[label] ?? [])
    return {
      label,
      size,
      center: rowOf(centers, label),
      means: rowOf(size === 0 ? centers : means, label),
      name: groupName(profile.filter(({ column }) => used.has(column))),
      profile,
    }
  })
}

function rowOf({ data, cols }: Matrix, row: number): number[] {
  return [...data.subarray(row * cols, (row + 1) * cols)]
}
