/**
 * Joins of two tables in the order that pandas gives them.
 *
 * In:  the views of two sides: `k` (the row), c0 … (the cells), j0 … (the keys, NULL where missing).
 * Out: the SELECT of the merged rows, sorted, with the columns c0 … of the result.
 * Cost: one hash join and one sort of the result; both spill to disk past the memory limit.
 *
 * Order (pandas 3.1, core/reshape/merge.py): inner, left and cross by left row, then right row; right by right row,
 * then left row; outer by key, as text by code point, missing keys last, then left row, then right row. An
 * engine's join promises no order of its own, so every SELECT here sorts.
 *
 * Measured, 1M × 1M rows of 96 and 106 MB, one match each, two busy cores, CPU seconds, reading and writing with it:
 * rows joined in any order 4.1; both sides kept as tables first, then joined and sorted 7.5; both scanned with
 * numbered rows, after a look at the keys, 7.7 (numbering holds a scan to one thread, and every further look at the
 * keys reads the files again); only the right side sorted and laid beside the left 8.4. Hence the tables.
 */
import type { KeyForm } from './merge-keys.ts'
import { keyNames, meetsNothing, sameKeys } from './merge-keys.ts'
import type { MergedColumn } from './merge-columns.ts'

export const HOWS = ['inner', 'left', 'right', 'outer', 'semi', 'anti', 'cross', 'asof'] as const
export type RowsHow = 'inner' | 'left' | 'right' | 'outer'

/** A side of a join, in the engine. */
export interface Side {
  /** View with k, c0 …, j0 …, and `v` where something is looked up by nearness. */
  readonly name: string
  readonly rows: number
}

export interface JoinKeys {
  readonly count: number
  readonly matchMissing: boolean
  readonly forms: readonly KeyForm[]
}

/** SQL of what a join gives beside the cells: each a text. */
export interface Extra {
  readonly name: string
  readonly cell: string
}

/** pandas' `indicator=True`. */
export const INDICATOR: Extra = {
  name: '_merge',
  cell: `case when r.k is null then 'left_only' when l.k is null then 'right_only' else 'both' end`,
}

/** Rows of the left and the right side that have the same keys. */
export function joinSelect(
  how: RowsHow,
  left: Side,
  right: Side,
  keys: JoinKeys,
  columns: readonly MergedColumn[],
  extras: readonly Extra[],
): string {
  const words = { inner: 'join', left: 'left join', right: 'right join', outer: 'full join' }[how]
  const cells = columns.map((column) => cellOf(column, how))
  return (
    `select ${asColumns([...cells, ...extras.map(({ cell }) => cell)])} from ${left.name} l ${words} ${right.name} r ` +
    `on ${sameKeys(keys.count, keys.matchMissing)} order by ${orderOf(how, keys.count)}`
  )
}

/** A folded key shows the cell of the left row, and where there is none that of the right. */
function cellOf({ side, place, twin }: MergedColumn, how: RowsHow): string {
  const cell = `${side === 'left' ? 'l' : 'r'}.c${place}`
  if (twin === undefined || how === 'inner' || how === 'left') return cell
  return `case when l.k is null then r.c${twin} else ${cell} end`
}

function orderOf(how: RowsHow, keyCount: number): string {
  switch (how) {
    case 'inner':
    case 'left':
      return 'l.k, r.k'
    case 'right':
      return 'r.k, l.k'
    case 'outer':
      return [
        ...keyNames(keyCount).map((key) => `coalesce(l.${key}, r.${key}) nulls last`),
        'l.k nulls last',
        'r.k nulls last',
      ].join(', ')
  }
}

/** Every row of the left with every row of the right. */
export function crossSelect(
  left: Side,
  right: Side,
  columns: readonly MergedColumn[],
  extras: readonly Extra[],
): string {
  const cells = columns.map((column) => cellOf(column, 'inner'))
  return (
    `select ${asColumns([...cells, ...extras.map(({ cell }) => cell)])} ` +
    `from ${left.name} l cross join ${right.name} r order by l.k, r.k`
  )
}

/** Rows of the left that meet something on the right, or nothing. */
export function filterSelect(
  how: 'semi' | 'anti',
  left: Side,
  right: Side,
  keys: JoinKeys,
  width: number,
): string {
  const cells = Array.from({ length: width }, (_, i) => `l.c${i}`)
  const none = meetsNothing('l', right.name, keys.count, keys.matchMissing)
  return `select ${asColumns(cells)} from ${left.name} l where ${how === 'anti' ? none : `not ${none}`} order by l.k`
}

/**
 * Rows by pairs that were found beforehand, at most one a left row.
 *
 * @param pairs table with `lk`, `rk` and whatever `extras` take from it as `p`
 */
export function pairsSelect(
  how: 'inner' | 'left',
  left: Side,
  right: Side,
  pairs: string,
  columns: readonly MergedColumn[],
  extras: readonly Extra[],
): string {
  const words = how === 'inner' ? 'join' : 'left join'
  const cells = columns.map((column) => cellOf(column, 'left'))
  return (
    `select ${asColumns([...cells, ...extras.map(({ cell }) => cell)])} from ${left.name} l ` +
    `${words} ${pairs} p on p.lk = l.k ${words} ${right.name} r on r.k = p.rk order by l.k`
  )
}

/** Rows of one side that meet nothing, as they came, in their order. */
export function unmatchedSelect(
  own: 'l' | 'r',
  side: Side,
  other: Side,
  keys: JoinKeys,
  width: number,
): string {
  const cells = Array.from({ length: width }, (_, i) => `${own}.c${i}`)
  return (
    `select ${asColumns(cells)} from ${side.name} ${own} ` +
    `where ${meetsNothing(own, other.name, keys.count, keys.matchMissing)} order by ${own}.k`
  )
}

/** The same of pairs that were found beforehand. @param column of `pairs`: `lk` or `rk` */
export function unpairedSelect(side: Side, pairs: string, column: 'lk' | 'rk', width: number): string {
  const cells = Array.from({ length: width }, (_, i) => `s.c${i}`)
  return (
    `select ${asColumns(cells)} from ${side.name} s ` +
    `where not exists (select 1 from ${pairs} p where p.${column} = s.k) order by s.k`
  )
}

function asColumns(cells: readonly string[]): string {
  return cells.map((cell, i) => `${cell} as c${i}`).join(', ')
}
