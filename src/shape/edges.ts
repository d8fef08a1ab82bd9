/**
 * First and last periods that rows fill only in part: a log exported at nine in the morning, a month not yet over.
 *
 * In:  rows with their days and times, all series together, and the periods that they are to be added up by.
 * Out: whether the first period begins, or the last one ends, without rows for longer than the others do.
 * Cost: a pass over the rows, and a sort of their moments where periods are days or hours.
 *
 * A shop that opens at nine lacks nine hours every day, and a weekday that it closes early ends early every week: so
 * an edge is held against the same edge of the other periods, and against the usual step from row to row.
 */
import { firstDayOf, periodOf, type Frequency } from './periods.ts'
import { momentOf, secondsOfDay, type DatedRows } from './dated-rows.ts'

export interface Edges {
  readonly first: boolean
  readonly last: boolean
}

/** How long a period lacks rows at its beginning and at its end, in days or seconds. */
interface Lacks {
  readonly period: number
  readonly begin: number
  end: number
}

/** Fewer other periods than this tell little of what is usual: then a tenth of a period may be lacking. */
const leastOthers = 4
const tolerated = 0.1
/** Of so many others the largest may be an outlier: the 95th percentile is taken. */
const manyOthers = 20
const nearlyAll = 0.95
const daysOfWeek = 7

export function partFilledEdges(rows: DatedRows, freq: Frequency): Edges {
  const within = freq === 'hour' || freq === 'day'
  if (within && rows.seconds === undefined) return { first: false, last: false }
  const moments = within ? secondsOf(rows) : daysOf(rows)
  const { lacks, steps } = within
    ? lacksOf(moments, freq === 'hour' ? 3600 : secondsOfDay)
    : lacksOfDays(moments, freq)
  // One date a period: it stands for the whole of it.
  if (moments.length <= 1.5 * lacks.length) return { first: false, last: false }
  const step = quantile(steps.sort(), nearlyAll)
  const isPartial = (edge: Lacks, lacking: (of: Lacks) => number) => {
    const others = othersOf(lacks, edge, freq === 'day').map(lacking)
    return (
      lacking(edge) > Math.max(step, usual(Float64Array.from(others).sort(), lengthOf(freq, edge.period)))
    )
  }
  const [first, last] = [lacks[0], lacks[lacks.length - 1]]
  return {
    first: first !== undefined && isPartial(first, ({ begin }) => begin),
    last: last !== undefined && isPartial(last, ({ end }) => end),
  }
}

/** The moments of all rows, each once, in order. */
function secondsOf(rows: DatedRows): Float64Array {
  const moments = new Float64Array(rows.series.length)
  let count = 0
  rows.series.forEach((code, row) => {
    if (code >= 0) moments[count++] = momentOf(rows, row)
  })
  const sorted = moments.subarray(0, count).sort()
  return sorted.filter((moment, i) => i === 0 || moment !== sorted[i - 1])
}

function daysOf(rows: DatedRows): Float64Array {
  const days = new Set<number>()
  rows.series.forEach((code, row) => {
    if (code >= 0) days.add(rows.days[row] as number)
  })
  return Float64Array.from(days).sort()
}

function lacksOf(moments: Float64Array, length: number) {
  return collected(
    moments,
    (moment) => Math.floor(moment / length),
    (period) => [period * length, (period + 1) * length],
  )
}

/** Days: of the last day of a period nothing is lacking. */
function lacksOfDays(days: Float64Array, freq: Frequency) {
  return collected(
    days,
    (day) => periodOf(freq, day),
    (period) => [firstDayOf(freq, period), firstDayOf(freq, period + 1) - 1],
  )
}

/** What each period lacks, and the steps from moment to moment within periods. */
function collected(
  moments: Float64Array,
  of: (moment: number) => number,
  bounds: (period: number) => readonly [number, number],
) {
  const lacks: Lacks[] = []
  const steps: number[] = []
  moments.forEach((moment, i) => {
    const period = of(moment)
    const [from, to] = bounds(period)
    const last = lacks[lacks.length - 1]
    if (last?.period === period) {
      last.end = to - moment
      steps.push(moment - (moments[i - 1] as number))
    } else lacks.push({ period, begin: moment - from, end: to - moment })
  })
  return { lacks, steps: Float64Array.from(steps) }
}

/** The periods between the first and the last; for a day those of its weekday, where there are enough. */
function othersOf(lacks: readonly Lacks[], edge: Lacks, byWeekday: boolean): readonly Lacks[] {
  const inner = lacks.slice(1, -1)
  if (!byWeekday) return inner
  const same = inner.filter(({ period }) => (period - edge.period) % daysOfWeek === 0)
  return same.length >= leastOthers ? same : inner
}

/** As much as may be lacking. @param sorted what the others lack */
function usual(sorted: Float64Array, length: number): number {
  const most = sorted[sorted.length - 1] ?? 0
  if (sorted.length < leastOthers) return Math.max(most, tolerated * length)
  const high = sorted.length < manyOthers ? most : quantile(sorted, nearlyAll)
  // Where the others differ much, this one may differ more.
  return 2 * high - quantile(sorted, 0.5)
}

function lengthOf(freq: Frequency, period: number): number {
  if (freq === 'hour') return 3600
  if (freq === 'day') return secondsOfDay
  return firstDayOf(freq, period + 1) - firstDayOf(freq, period)
}

function quantile(sorted: Float64Array, part: number): number {
  return sorted[Math.floor(part * (sorted.length - 1))] ?? 0
}
