/**
 * What each group of rows is like, against all rows that are in a group.
 *
 * In:  a group for each row (−1: in none), columns of numbers, and columns of text as codes.
 * Out: for each group and column the mean or the leading value, what it is over all grouped rows, and how far apart
 *      the two are, in the data's own units and as a standing.
 * Cost: O(rows · columns).
 *
 * The standing is the difference in standard deviations over all grouped rows (for a share p, √(p(1−p))): at least
 * `farStep` is far above or below, at least `step` above or below. The steps are ours; a third of a standard
 * deviation is between what Cohen (1988) calls a small and a medium effect, one is more than a large one.
 */
import { isValid, type LevelColumn, type NumberColumn } from '../base/column.ts'
import { shared, type Steps, type Task } from '../base/steps.ts'
import { sharedInt32 } from '../kernels/shared.ts'

const step = 1 / 3
const farStep = 1

export type Standing = 'far above' | 'above' | 'average' | 'below' | 'far below'

interface Compared {
  readonly column: string
  /** Over all rows that are in a group; for a leading value its share. */
  readonly overall: number
  /** The group's number (mean or share) less the overall one. */
  readonly difference: number
  /** The difference in standard deviations. */
  readonly strength: number
  readonly standing: Standing
}

export type ProfileEntry =
  | (Compared & { readonly kind: 'number'; readonly mean: number })
  | (Compared & {
      readonly kind: 'text'
      /** The group's most frequent value; the first by code points where several are. */
      readonly top: string
      /** Of the group's rows that hold it, 0 … 1. */
      readonly share: number
    })

interface Groups {
  /** One a row, −1 for a row that is in no group. */
  readonly groups: Int32Array
  /** Rows of each group. */
  readonly sizes: ArrayLike<number>
}

/** Rows in groups, out of a table. */
export interface GroupedRows {
  /** One for each row that took part; −1 for one that lies alone. */
  readonly labels: Int32Array
  /** Rows of each group. */
  readonly sizes: Int32Array
  /** Row of the table of each row that took part. */
  readonly rowOf: Int32Array
  /** Rows of the table. */
  readonly all: number
}

/**
 * For each column, and in it for each group, what the group is like; one batch, a column a job.
 *
 * Everybody is who took part: what lies alone is a group of its own, the last one.
 */
export function* profileSteps(
  columns: readonly (NumberColumn | LevelColumn)[],
  { labels, sizes, rowOf, all }: GroupedRows,
): Steps<(readonly (ProfileEntry | undefined)[])[]> {
  const groups = sharedInt32(all).fill(-1)
  let alone = 0
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (label < 0) alone++
    groups[rowOf[i] as number] = label < 0 ? sizes.length : label
  }
  return yield* shared(profileOfColumn, { groups, sizes: [...sizes, alone] }, columns)
}

/** For each group what it is like in a column; undefined where it has no value there. */
export const profileOfColumn: Task<
  Groups,
  NumberColumn | LevelColumn,
  readonly (ProfileEntry | undefined)[]
> = {
  name: 'profile/column',
  run: ({ groups, sizes }, column) =>
    'codes' in column ? textProfile(column, groups, sizes) : numberProfile(column, groups, sizes.length),
}

/**
 * @param groups one a row, −1 for a row that is in no group
 * @param count  how many groups there are
 * @returns for each group an entry, or undefined where the group has no value in this column
 */
export function numberProfile(
  column: NumberColumn,
  groups: Int32Array,
  count: number,
): readonly (ProfileEntry | undefined)[] {
  const sums = new Float64Array(count)
  const sizes = new Float64Array(count)
  const { values, valid } = column
  const isWhole = column.missing === 0
  let total = 0
  let rows = 0
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number
    if (group < 0 || !(isWhole || isValid(valid, row))) continue
    const value = values[row] as number
    sums[group] = (sums[group] as number) + value
    sizes[group] = (sizes[group] as number) + 1
    total += value
    rows++
  }
  const overall = total / rows
  let squares = 0
  for (let row = 0; row < groups.length; row++) {
    if ((groups[row] as number) < 0 || !(isWhole || isValid(valid, row))) continue
    const apart = (values[row] as number) - overall
    squares += apart * apart
  }
  const deviation = Math.sqrt(squares / rows)
  return Array.from({ length: count }, (_, group): ProfileEntry | undefined => {
    if (sizes[group] === 0) return undefined
    const mean = (sums[group] as number) / (sizes[group] as number)
    return { kind: 'number', column: column.name, mean, ...compared(mean, overall, deviation) }
  })
}

/**
 * @param groups one a row, −1 for a row that is in no group
 * @param sizes  rows of each group, those without a value among them
 * @returns for each group an entry, or undefined where the group has no value in this column
 */
export function textProfile(
  { name, levels, codes }: Pick<LevelColumn, 'name' | 'levels' | 'codes'>,
  groups: Int32Array,
  sizes: ArrayLike<number>,
): readonly (ProfileEntry | undefined)[] {
  const width = levels.length
  const counts = new Float64Array(sizes.length * width)
  for (let row = 0; row < groups.length; row++) {
    const group = groups[row] as number
    const code = codes[row] as number
    if (group < 0 || code < 0) continue
    counts[group * width + code] = (counts[group * width + code] as number) + 1
  }
  const allRows = Array.from(sizes).reduce((sum, size) => sum + size, 0)
  return Array.from(sizes, (size, group): ProfileEntry | undefined => {
    const own = counts.subarray(group * width, (group + 1) * width)
    const most = own.reduce((a, b) => Math.max(a, b), 0)
    if (most === 0) return undefined
    const code = own.indexOf(most)
    const share = most / size
    let total = 0
    for (let at = code; at < counts.length; at += width) total += counts[at] as number
    const overall = total / allRows
    const deviation = Math.sqrt(overall * (1 - overall))
    const top = levels[code] as string
    return { kind: 'text', column: name, top, share, ...compared(share, overall, deviation) }
  })
}

function compared(own: number, overall: number, deviation: number): Omit<Compared, 'column'> {
  const difference = own - overall
  const strength = deviation > 0 ? difference / deviation : 0
  return { overall, difference, strength, standing: standingOf(strength) }
}

function standingOf(strength: number): Standing {
  if (Math.abs(strength) < step) return 'average'
  const far = Math.abs(strength) >= farStep ? 'far ' : ''
  return `${far}${strength > 0 ? 'above' : 'below'}`
}

/** The group in a few words, by what it stands out in most: `high income · low age`, `mostly Rome`. */
export function groupName(profile: readonly ProfileEntry[]): string {
  const telling = profile
    .filter((entry) => entry.standing !== 'average' && (entry.kind === 'number' || entry.strength > 0))
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, 2)
  if (telling.length === 0) return 'about average'
  return telling
    .map((entry) => {
      if (entry.kind === 'number') return `${entry.strength > 0 ? 'high' : 'low'} ${entry.column}`
      return `${entry.share > 0.5 ? 'mostly' : 'more'} ${entry.top}`
    })
    .join(' · ')
}
