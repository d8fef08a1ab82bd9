/**
 * What each group of rows is like, against all rows that are in a group.
 *
 * In:  a group for each row (−1: in none), columns of numbers, and counts of the values of columns of text.
 * Out: for each group and column the mean or the leading value, what it is over all grouped rows, and how far apart
 *      the two are, in the data's own units and as a standing.
 * Cost: O(rows · columns).
 *
 * The standing is the difference in standard deviations over all grouped rows (for a share p, √(p(1−p))): at least
 * `farStep` is far above or below, at least `step` above or below. The steps are ours; a third of a standard
 * deviation is between what Cohen (1988) calls a small and a medium effect, one is more than a large one.
 */
import { isValid, type NumberColumn } from '../base/column.ts'

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
      /** The group's most frequent value; the first by code units where several are. */
      readonly top: string
      /** Of the group's rows that hold it, 0 … 1. */
      readonly share: number
    })

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
  let total = 0
  let rows = 0
  eachValue(column, groups, (value, group) => {
    sums[group] = (sums[group] as number) + value
    sizes[group] = (sizes[group] as number) + 1
    total += value
    rows++
  })
  const overall = total / rows
  let squares = 0
  eachValue(column, groups, (value) => (squares += (value - overall) ** 2))
  const deviation = Math.sqrt(squares / rows)
  return Array.from({ length: count }, (_, group): ProfileEntry | undefined => {
    if (sizes[group] === 0) return undefined
    const mean = (sums[group] as number) / (sizes[group] as number)
    return { kind: 'number', column: column.name, mean, ...compared(mean, overall, deviation) }
  })
}

function eachValue(
  column: NumberColumn,
  groups: Int32Array,
  take: (value: number, group: number) => void,
): void {
  groups.forEach((group, row) => {
    if (group >= 0 && isValid(column.valid, row)) take(column.values[row] as number, group)
  })
}

/** How often a value stands in the rows of a group. */
export interface ValueCount {
  readonly group: number
  readonly value: string
  readonly rows: number
}

/**
 * @param counts each group and value at most once
 * @param sizes  rows of each group, those without a value among them
 * @returns for each group an entry, or undefined where the group has no value in this column
 */
export function textProfile(
  column: string,
  counts: readonly ValueCount[],
  sizes: ArrayLike<number>,
): readonly (ProfileEntry | undefined)[] {
  const allRows = Array.from(sizes).reduce((sum, size) => sum + size, 0)
  const totals = new Map<string, number>()
  for (const { value, rows } of counts) totals.set(value, (totals.get(value) ?? 0) + rows)
  return Array.from(sizes, (size, group): ProfileEntry | undefined => {
    const own = counts.filter((one) => one.group === group)
    if (own.length === 0) return undefined
    const top = own.reduce((a, b) => (b.rows > a.rows || (b.rows === a.rows && b.value < a.value) ? b : a))
    const share = top.rows / size
    const overall = (totals.get(top.value) ?? 0) / allRows
    const deviation = Math.sqrt(overall * (1 - overall))
    return { kind: 'text', column, top: top.value, share, ...compared(share, overall, deviation) }
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

/** The group in a few words, by the numbers it stands out in most: `high income, low age`. */
export function groupName(profile: readonly ProfileEntry[]): string {
  const telling = profile
    .filter((entry) => entry.kind === 'number' && entry.standing !== 'average')
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength))
    .slice(0, 2)
  if (telling.length === 0) return 'about average'
  return telling.map(({ column, strength }) => `${strength > 0 ? 'high' : 'low'} ${column}`).join(', ')
}
