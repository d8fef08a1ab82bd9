/**
 * As-of joins: to each left row the right row whose number or time is nearest on one side, pandas.merge_asof.
 *
 * In:  the views of two sides with `v` (what is compared; NULL where missing) and the keys that must be equal.
 * Out: SQL of pairs `lk`, `rk`, at most one a left row.
 * Cost: a sort of both sides by key and value.
 *
 * pandas (merge_asof, _libs/join.pyx): backward takes the last right row at or before the left value, forward the
 * first at or after it, nearest the nearer of the two and the earlier one of equally near ones. Of right rows
 * with equal values backward takes the last, forward the first. Departs from pandas: neither side need be
 * sorted, and a row without a value finds nothing where pandas stops.
 */
import { UsageError } from '../base/errors.ts'
import type { Dialect } from '../table/engine.ts'
import { keyNames } from './merge-keys.ts'

export const DIRECTIONS = ['backward', 'forward', 'nearest'] as const
export type Direction = (typeof DIRECTIONS)[number]
export type AsofKind = 'number' | 'date'

const TIME = '([T ]([0-9]{1,2}:[0-9]{2})(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?'
const ISO_DATE = `[0-9]{4}([-/])[0-9]{1,2}[-/][0-9]{1,2}${TIME}`

/** SQL of a date's microseconds since 1970, a time without a zone as if in UTC; NULL for any text but ISO 8601. */
export function dateValue(dialect: Dialect, cell: string): string {
  const part = (group: number) => `regexp_extract(${cell}, '^${ISO_DATE}$', ${group})`
  const day = `replace(regexp_extract(${cell}, '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}'), '/', '-')`
  const clock = `case when ${part(3)} = '' then '' else ' ' || ${part(3)} || coalesce(nullif(${part(4)}, ''), ':00') end`
  const time = `epoch_us(try_cast(${day} || ${clock} as timestamp))`
  const minutes = `cast(regexp_extract(${part(6)}, '[0-9]{2}') as bigint) * 60 + cast(regexp_extract(${part(6)}, '[0-9]{2}$') as bigint)`
  const offset = `case when ${part(6)} in ('', 'Z') then 0 else (${minutes}) * case when ${part(6)} like '-%' then -60000000 else 60000000 end end`
  return `case when ${dialect.matches(cell, ISO_DATE)} then ${time} - ${offset} end`
}

const MICROSECONDS: { readonly [unit: string]: number } = {
  us: 1,
  ms: 1e3,
  s: 1e6,
  m: 6e7,
  min: 6e7,
  h: 36e8,
  d: 864e8,
  w: 6048e8,
}

const TOLERANCE = /^(\d+\.?\d*|\.\d+)\s*([a-z]*)$/i

/** Whether a text is a tolerance at all. */
export function isTolerance(text: string): boolean {
  const unit = TOLERANCE.exec(text)?.[2]
  return unit !== undefined && (unit === '' || unit in MICROSECONDS)
}

/** The tolerance in the unit of what is compared: microseconds of dates. @throws {UsageError} when it does not suit what is compared */
export function toleranceOf(text: string, kind: AsofKind, column: string): number {
  const [, digits = '', unit = ''] = TOLERANCE.exec(text) ?? []
  if (kind === 'number' && unit !== '') {
    throw new UsageError(`--tolerance ${text} is a time, but "${column}" holds numbers`, {
      code: 'E_TOLERANCE',
    })
  }
  if (kind === 'date' && unit === '') {
    throw new UsageError(`--tolerance ${text} needs a unit, as "${column}" holds dates: 2d, 12h, 30m, 10s`, {
      code: 'E_TOLERANCE',
    })
  }
  return Number(digits) * (MICROSECONDS[unit] ?? 1)
}

interface AsofPlan {
  readonly left: string
  readonly right: string
  readonly keyCount: number
  readonly matchMissing: boolean
  readonly direction: Direction
  /** ≥ 0, in the unit of `v`; undefined: any distance. */
  readonly tolerance: number | undefined
}

export function asofPairs(plan: AsofPlan): string {
  if (plan.direction !== 'nearest') return oneWay(plan, plan.direction)
  return (
    `select coalesce(b.lk, f.lk) as lk, case when f.rk is null or b.distance <= f.distance then b.rk else f.rk end as rk ` +
    `from (${oneWay(plan, 'backward')}) b full join (${oneWay(plan, 'forward')}) f on b.lk = f.lk`
  )
}

function oneWay(
  { left, right, keyCount, matchMissing, tolerance }: AsofPlan,
  direction: 'backward' | 'forward',
): string {
  const back = direction === 'backward'
  const keys = keyNames(keyCount)
  const present = matchMissing ? [] : keys.map((key) => ` and ${key} is not null`)
  const group = [...keys, 'v'].join(', ')
  // One right row a value: the engine picks any of several, pandas has its rule.
  const values = `(select ${group}, ${back ? 'max' : 'min'}(k) as k from ${right} where v is not null${present.join('')} group by ${group})`
  // An as-of join compares keys with = alone, so a missing key is told apart by a flag beside an empty text.
  const same = keys.flatMap((key) =>
    matchMissing
      ? [`coalesce(l.${key}, '') = coalesce(r.${key}, '')`, `(l.${key} is null) = (r.${key} is null)`]
      : [`l.${key} = r.${key}`],
  )
  const distance = back ? 'l.v - r.v' : 'r.v - l.v'
  const near = tolerance === undefined ? '' : ` where ${distance} <= ${tolerance}`
  const on = [...same, `l.v ${back ? '>=' : '<='} r.v`].join(' and ')
  return `select l.k as lk, r.k as rk, ${distance} as distance from ${left} l asof join ${values} r on ${on}${near}`
}
