/**
 * What the columns of two merged tables are called, and which side each comes from.
 *
 * In:  the columns of both sides, the pairs of them that are folded into one, the suffixes.
 * Out: the columns of the result, left ones first, each in the order of its table, as pandas.merge has them.
 *
 * A name that both sides have gets the suffix of its side. A key that is called the same on both sides stands
 * once, in the place of the left one.
 */
import { UsageError } from '../base/errors.ts'
import type { Column } from '../table/relation.ts'

export interface MergedColumn {
  readonly column: Column
  readonly side: 'left' | 'right'
  /** In its table. */
  readonly place: number
  /** Of a folded key: the place of the same key in the right table. */
  readonly twin?: number
}

export type Suffixes = readonly [left: string, right: string]

/**
 * @param folded place in the left table to place in the right one
 * @throws {UsageError} where a suffix makes a name that is there already, as pandas refuses it
 */
export function mergedColumns(
  left: readonly Column[],
  right: readonly Column[],
  folded: ReadonlyMap<number, number>,
  suffixes: Suffixes,
): MergedColumn[] {
  const gone = new Set(folded.values())
  const rightOnes = right.flatMap((column, place) => (gone.has(place) ? [] : [{ column, place }]))
  const rightNames = new Set(rightOnes.map(({ column }) => column.name))
  const shared = new Set(left.map(({ name }) => name).filter((name) => rightNames.has(name)))
  if (shared.size > 0 && suffixes[0] === '' && suffixes[1] === '') {
    throw new UsageError(`both files have ${listed(shared)}, and --suffixes gives neither of them a suffix`, {
      code: 'E_SUFFIXES',
    })
  }
  const named = ({ name, type }: Column, suffix: string): Column => ({
    name: shared.has(name) ? name + suffix : name,
    type,
  })
  const merged = [
    ...left.map((column, place): MergedColumn => {
      const twin = folded.get(place)
      const kept = { column: named(column, suffixes[0]), side: 'left', place } as const
      if (twin === undefined) return kept
      // A key of two types has cells of both: only text holds them.
      const type = right[twin]?.type === column.type ? column.type : 'text'
      return { ...kept, column: { name: kept.column.name, type }, twin }
    }),
    ...rightOnes.map(({ column, place }): MergedColumn => ({
      column: named(column, suffixes[1]),
      side: 'right',
      place,
    })),
  ]
  refuseClash(merged, shared, left, right, suffixes)
  return merged
}

/** A suffixed name must be new; names that stood twice in their own file may go on doing so. */
function refuseClash(
  merged: readonly MergedColumn[],
  shared: ReadonlySet<string>,
  left: readonly Column[],
  right: readonly Column[],
  suffixes: Suffixes,
): void {
  const seen = new Map<string, MergedColumn>()
  for (const one of merged) {
    const other = seen.get(one.column.name)
    seen.set(one.column.name, one)
    if (other === undefined) continue
    const [before, now] = [other, one].map(
      ({ side, place }) => (side === 'left' ? left : right)[place]?.name ?? '',
    ) as [string, string]
    const madeBySuffix = shared.has(before) || shared.has(now)
    if (!madeBySuffix || (before === now && other.side === one.side)) continue
    throw new UsageError(
      `--suffixes ${suffixes.join(',')} would make two columns called "${one.column.name}"`,
      { code: 'E_SUFFIXES', help: ['Give other suffixes, as in --suffixes _left,_right.'] },
    )
  }
}

function listed(names: Iterable<string>): string {
  return `the column${[...names].length > 1 ? 's' : ''} ${[...names].map((name) => `"${name}"`).join(', ')}`
}
