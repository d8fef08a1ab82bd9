/**
 * What each group of rows is like in every column that is not a key, a date or free text, in the order of the table.
 */
import type { Matrix } from '../base/matrix.ts'
import type { FoundGroup } from '../report/groups.ts'
import { groupName, numberProfile, textProfile, type ProfileEntry } from '../learn/profile.ts'
import { usedNames, type Measured } from './measured.ts'

/** With more groups than this nobody reads what each is like. */
const mostProfiled = 5000

/** @param labels one for each row used, −1 for one in no group */
export function profilesOf(
  { rows, all, compared }: Measured,
  labels: Int32Array,
  sizes: Int32Array,
): ProfileEntry[][] {
  if (sizes.length > mostProfiled) return Array.from(sizes, () => [])
  const groups = new Int32Array(all).fill(-1)
  rows.rowOf.forEach((row, i) => (groups[row] = labels[i] as number))
  const entries = compared.map(({ column }) =>
    'codes' in column ? textProfile(column, groups, sizes) : numberProfile(column, groups, sizes.length),
  )
  return Array.from(sizes, (_, group) => entries.flatMap((profile) => profile[group] ?? []))
}

/** The groups as the report shows them. @param centers one a group, in the data's own units */
export function describedGroups(
  measured: Measured,
  sizes: Int32Array,
  profiles: readonly (readonly ProfileEntry[])[],
  { data, cols }: Matrix,
): FoundGroup[] {
  const used = new Set(usedNames(measured))
  return Array.from(sizes, (size, label) => {
    const profile = profiles[label] ?? []
    return {
      label,
      size,
      center: [...data.subarray(label * cols, (label + 1) * cols)],
      name: groupName(profile.filter(({ column }) => used.has(column))),
      profile,
    }
  })
}
