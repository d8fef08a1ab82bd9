/**
 * What each group of rows is like in every column that is not a key, a date or free text, in the order of the table.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { stepByStep } from '../base/steps.ts'
import type { FoundGroup } from '../report/groups.ts'
import { groupName, profileSteps, type ProfileEntry } from '../learn/profile.ts'
import type { Context } from './command.ts'
import { usedNames, type Measured } from './measured.ts'

/** With more groups than this nobody reads what each is like. */
const mostProfiled = 5000

/** @param labels one for each row used, −1 for one in no group */
export async function profilesOf(
  { rows, all, compared }: Measured,
  labels: Int32Array,
  sizes: Int32Array,
  { pool, signal }: Pick<Context, 'pool' | 'signal'>,
): Promise<ProfileEntry[][]> {
  if (sizes.length > mostProfiled) return Array.from(sizes, () => [])
  const columns = compared.map(({ column }) => column)
  const steps = profileSteps(columns, { labels, sizes, rowOf: rows.rowOf, all })
  const entries = await stepByStep(steps, signal, pool)
  return Array.from(sizes, (_, group) => entries.flatMap((profile) => profile[group] ?? []))
}

/** The mean of each group's rows in the columns of numbers used, in the data's own units; NaN where it has no row. */
export function meansOf({ rows, columns }: Measured, labels: Int32Array, sizes: Int32Array): Matrix {
  const p = columns.length
  const { matrix: own } = rows
  const means = matrix(sizes.length, p)
  for (let i = 0; i < own.rows; i++) {
    const label = labels[i] as number
    if (label < 0) continue
    for (let j = 0; j < p; j++) {
      const at = label * p + j
      means.data[at] = (means.data[at] as number) + (own.data[i * own.cols + j] as number)
    }
  }
  for (let at = 0; at < means.data.length; at++) {
    means.data[at] = (means.data[at] as number) / (sizes[Math.floor(at / p)] as number)
  }
  return means
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
  profiles: readonly (readonly ProfileEntry[])[],
  means: Matrix,
  centers: Matrix = means,
): FoundGroup[] {
  const used = new Set(usedNames(measured))
  return Array.from(sizes, (size, label) => {
    const profile = profiles[label] ?? []
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
