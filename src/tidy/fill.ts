/**
 * Values for missing cells: pandas' `fillna` with a mean, median or mode, `ffill`, `bfill`, and
 * `interpolate(method='linear')`, over the whole column or within the groups of `--by`.
 *
 * As in pandas, a row whose group is missing is in no group and gets nothing; a linear fill leaves what is
 * missing before the first value and carries the last value on after it. Only missing cells change: the others
 * keep their text.
 */
import type { Dialect } from '../table/engine.ts'
import { numberText } from './number-text.ts'
import type { Step } from './step.ts'
import { NOTHING } from './step.ts'

export type FillMethod =
  'mean' | 'median' | 'mode' | 'ffill' | 'bfill' | 'linear' | { readonly value: string }

export interface FillColumn {
  readonly place: number
  readonly method: FillMethod
  /** SQL: the cell is missing. */
  readonly missing: string
  /** SQL of its number, NULL where missing; NULL throughout in a column of text. */
  readonly number: string
  readonly decimal: '.' | ','
  /** `Column.type` before. */
  readonly type: string
  /** What the column's own cells gave, for mean, median and mode. */
  readonly statistic: Statistic | undefined
}

/** One text for the whole column (null: it has no value at all), or a table of g0 … g(m−1), v. */
export type Statistic = { readonly text: string | null } | { readonly table: string }

/** @param groups SQL of the cells of `--by`, NULL where missing */
export function fillStep(dialect: Dialect, columns: readonly FillColumn[], groups: readonly string[]): Step {
  const cells = new Map(
    columns.map((column, i) => {
      const value = valueOf(dialect, column, i)
      return [
        column.place,
        `case when ${column.missing} then coalesce(${value}, c${column.place}) else c${column.place} end`,
      ]
    }),
  )
  const types = new Map(columns.map((column) => [column.place, typeAfter(column)]))
  const beside = columns.some((column) => usesWindow(column) || isTable(column.statistic))
  const from = beside ? (source: string) => withValues(columns, groups, source) : undefined
  return {
    ...NOTHING,
    name: 'fill',
    cells,
    types,
    fills: true,
    needsKey: beside,
    ...(from === undefined ? {} : { from }),
  }
}

function valueOf(dialect: Dialect, { method, statistic, decimal }: FillColumn, i: number): string {
  if (typeof method === 'object') return dialect.literal(method.value)
  if (statistic !== undefined && 'text' in statistic) {
    return statistic.text === null ? 'cast(null as varchar)' : dialect.literal(statistic.text)
  }
  return method === 'linear' ? numberText(`f${i}`, decimal) : `f${i}`
}

/** The rows with f0, f1 … beside them: what each filled column would get in this row. */
function withValues(columns: readonly FillColumn[], groups: readonly string[], source: string): string {
  const numbered = columns.some(({ method }) => method === 'linear')
  const partition = groups.length === 0 ? '' : `partition by ${groups.join(', ')} `
  const position = numbered ? `, row_number() over (${partition}order by k) as position` : ''
  const joins = columns.flatMap(({ statistic }, i) =>
    isTable(statistic)
      ? [
          `left join ${statistic.table} j${i} on ${groups.map((group, g) => `${group} = j${i}.g${g}`).join(' and ')}`,
        ]
      : [],
  )
  const inGroup = groups.map((group) => `${group} is not null`).join(' and ') || 'true'
  const values = columns.map((column, i) => {
    if (isTable(column.statistic)) return `, j${i}.v as f${i}`
    if (!usesWindow(column)) return ''
    return `, case when ${inGroup} then ${windowValue(column, partition)} end as f${i}`
  })
  const rows = `(select *${position} from ${source})`
  return `(select *${values.join('')} from ${rows} ${joins.join(' ')})`
}

const UP_TO_HERE = 'rows between unbounded preceding and current row'
const FROM_HERE = 'rows between current row and unbounded following'

function windowValue({ place, method, missing, number }: FillColumn, partition: string): string {
  const last = (value: string) =>
    `last_value(${value} ignore nulls) over (${partition}order by k ${UP_TO_HERE})`
  const next = (value: string) =>
    `first_value(${value} ignore nulls) over (${partition}order by k ${FROM_HERE})`
  const text = `case when ${missing} then null else c${place} end`
  if (method === 'ffill') return last(text)
  if (method === 'bfill') return next(text)
  const at = `case when ${number} is not null then position end`
  const slope = `(${next(number)} - ${last(number)}) / (${next(at)} - ${last(at)})`
  // The order of the operations is numpy.interp's, so that the last bit is too.
  return `case when ${number} is null then coalesce(${slope} * (position - ${last(at)}) + ${last(number)}, ${last(number)}) end`
}

function usesWindow({ method }: FillColumn): boolean {
  return method === 'ffill' || method === 'bfill' || method === 'linear'
}

function isTable(statistic: Statistic | undefined): statistic is { readonly table: string } {
  return statistic !== undefined && 'table' in statistic
}

/** In a typed file a mean makes integers doubles, a value that someone typed makes any column text. */
function typeAfter({ method, type }: FillColumn): string {
  if (type === 'text' || typeof method === 'object') return 'text'
  return method === 'mean' || method === 'median' || method === 'linear' ? 'DOUBLE' : type
}
