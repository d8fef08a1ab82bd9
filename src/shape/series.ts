/**
 * Rows with a date to series: one number a period of the calendar.
 *
 * In:  for each row its day (and hour), its value, and the series that it belongs to.
 * Out: for each series an array over its periods, NaN where no row lies, and what became of edges and gaps.
 * Cost: a few passes over the rows; 8 bytes a period and series.
 *
 * Values are added up in the order of the rows, so that a sum has the same bits every time.
 */
import { firstDayOf, periodOf, type Frequency } from './periods.ts'

export interface DatedRows {
  /** Days since 1970-01-01. */
  readonly days: Int32Array
  /** Hours of the day; undefined where no row has a time. */
  readonly hours: Uint8Array | undefined
  readonly values: Float64Array
  /** 0 … seriesCount − 1; −1 for a row that takes no part. */
  readonly series: Int32Array
  readonly seriesCount: number
}

export type Aggregate = 'sum' | 'mean' | 'count' | 'last'
export type Fill = 'zero' | 'missing' | 'previous'

/** A share of periods from which on they count as filled. */
const filledShare = 0.95
/** Steps from row to row that make a series regular: so many of them are of one kind. */
const regularShare = 0.7

export interface FoundFrequency {
  readonly freq: Frequency
  /** Rows follow each other at this step; otherwise it is the finest of which nearly every period holds a row. */
  readonly regular: boolean
}

/** How the rows lie in time. @throws never; rows must not be empty */
export function findFrequency(rows: DatedRows): FoundFrequency {
  const steps = stepsOf(rows)
  const share = (test: (step: number) => boolean) =>
    steps.length === 0 ? 0 : steps.filter((step) => test(step)).length / steps.length
  const day = 24
  const kinds: readonly (readonly [Frequency, (step: number) => boolean])[] = [
    ['hour', (step) => step === 1],
    // Working days: no steps of less, and none of more than a long weekend.
    ['day', (step) => step >= day && step <= 4 * day],
    ['week', (step) => step === 7 * day],
    ['month', (step) => step >= 28 * day && step <= 31 * day],
    ['quarter', (step) => step >= 89 * day && step <= 92 * day],
    ['year', (step) => step === 365 * day || step === 366 * day],
  ]
  if (!hasSeveralADay(rows)) {
    for (const [freq, test] of kinds) if (share(test) >= regularShare) return { freq, regular: true }
  }
  return { freq: finestFilled(rows), regular: false }
}

/** Hours from each moment of the longest series to the next one. */
function stepsOf(rows: DatedRows): number[] {
  const counts = new Int32Array(rows.seriesCount)
  for (const code of rows.series) if (code >= 0) counts[code] = (counts[code] as number) + 1
  const longest = counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))
  const moments = new Set<number>()
  rows.series.forEach((code, row) => {
    if (code === longest) moments.add((rows.days[row] as number) * 24 + (rows.hours?.[row] ?? 0))
  })
  const sorted = Float64Array.from(moments).sort()
  return Array.from(sorted.subarray(1), (moment, i) => moment - (sorted[i] as number))
}

/** Whether rows of one series fall together: they are events to be added up, not one value a period. */
function hasSeveralADay({ days, hours, series, seriesCount }: DatedRows): boolean {
  const seen = new Set<number>()
  let rows = 0
  series.forEach((code, row) => {
    if (code < 0) return
    rows++
    seen.add(((days[row] as number) * 24 + (hours?.[row] ?? 0)) * seriesCount + code)
  })
  return rows > 1.05 * seen.size
}

function finestFilled(rows: DatedRows): Frequency {
  for (const freq of ['day', 'week', 'month', 'quarter'] as const) {
    const periods = new Set<number>()
    let first = Infinity
    let last = -Infinity
    rows.series.forEach((code, row) => {
      if (code < 0) return
      const period = periodOf(freq, rows.days[row] as number)
      periods.add(period)
      first = Math.min(first, period)
      last = Math.max(last, period)
    })
    if (periods.size >= filledShare * (last - first + 1)) return freq
  }
  return 'year'
}

export interface SeriesSet {
  readonly freq: Frequency
  /** One a series; those without a row in the periods kept have no values. */
  readonly series: readonly OneSeries[]
  /** Rows that lay in a part-filled first or last period that was left out. */
  readonly edgeRows: number
  /** The part-filled periods left out. */
  readonly droppedFirst: number | undefined
  readonly droppedLast: number | undefined
  /** Part-filled periods that were kept, as asked. */
  readonly keptEdges: readonly number[]
  readonly fill: Fill
  /** Periods with more than one row, of those that hold any. */
  readonly shared: number
  readonly filled: number
}

export interface OneSeries {
  /** The period of values[0]. */
  readonly first: number
  /** NaN where there is none. */
  readonly values: Float64Array
  readonly rows: number
  /** Periods without a row that were given a value, or left without one. */
  readonly gaps: number
  /** The longest run of them: where it begins in values, and how long it is. */
  readonly hole: { readonly from: number; readonly length: number }
}

export interface SeriesOptions {
  readonly freq: Frequency
  readonly aggregate: Aggregate
  readonly fill: Fill | undefined
  readonly keepEdges: boolean
}

export function toSeries(rows: DatedRows, options: SeriesOptions): SeriesSet {
  const { freq } = options
  const period = new Float64Array(rows.days.length)
  let first = Infinity
  let last = -Infinity
  rows.series.forEach((code, row) => {
    if (code < 0) return
    const of = periodOf(freq, rows.days[row] as number, rows.hours?.[row] ?? 0)
    period[row] = of
    if (of < first) first = of
    if (of > last) last = of
  })
  const edges = partFilledEdges(rows, freq, first, last)
  const from = edges.first && !options.keepEdges && last > first ? first + 1 : first
  const to = edges.last && !options.keepEdges && last > from ? last - 1 : last
  const spans = spansOf(rows, period, from, to)
  const made = added(rows, period, from, to, spans, options.aggregate)
  const fill = options.fill ?? usualFill(made, options.aggregate)
  const series = made.sums.map((values, code) => closed(values, spans, code, made, fill, to, options))
  return {
    freq,
    series,
    edgeRows: made.outside,
    droppedFirst: from > first ? first : undefined,
    droppedLast: to < last ? last : undefined,
    keptEdges: options.keepEdges
      ? [...(edges.first ? [first] : []), ...(edges.last && last > first ? [last] : [])]
      : [],
    fill,
    shared: made.shared / Math.max(1, made.held),
    filled: series.reduce((sum, { gaps }) => sum + gaps, 0),
  }
}

/**
 * Whether rows begin after the first period does, or end before the last one: by more than rows usually lie apart,
 * and more than a tenth of the period. Only where the rows are finer than the periods.
 */
function partFilledEdges(rows: DatedRows, freq: Frequency, first: number, last: number) {
  if (freq === 'hour' || freq === 'day' || first > last) return { first: false, last: false }
  const days = new Set<number>()
  rows.series.forEach((code, row) => {
    if (code >= 0) days.add(rows.days[row] as number)
  })
  const sorted = Int32Array.from(days).sort()
  const steps = Array.from(sorted.subarray(1), (day, i) => day - (sorted[i] as number)).sort((a, b) => a - b)
  const periods = new Set(Array.from(sorted, (day) => periodOf(freq, day)))
  // One date a period: it stands for the whole of it.
  if (sorted.length <= 1.5 * periods.size) return { first: false, last: false }
  const usual = (steps[Math.floor(0.95 * (steps.length - 1))] ?? 1) - 1
  const partial = (lacking: number, of: number) =>
    lacking > Math.max(usual, 0.1 * (firstDayOf(freq, of + 1) - firstDayOf(freq, of)))
  return {
    first: partial((sorted[0] as number) - firstDayOf(freq, first), first),
    last: partial(firstDayOf(freq, last + 1) - 1 - (sorted[sorted.length - 1] as number), last),
  }
}

/** The first and last period of each series within from … to; first > last where it has none. */
function spansOf(rows: DatedRows, period: Float64Array, from: number, to: number) {
  const first = new Float64Array(rows.seriesCount).fill(Infinity)
  const last = new Float64Array(rows.seriesCount).fill(-Infinity)
  rows.series.forEach((code, row) => {
    const of = period[row] as number
    if (code < 0 || of < from || of > to) return
    if (of < (first[code] as number)) first[code] = of
    if (of > (last[code] as number)) last[code] = of
  })
  return { first, last }
}

interface Added {
  readonly sums: Float64Array[]
  readonly counts: Int32Array[]
  readonly rows: Int32Array
  readonly outside: number
  /** Periods that hold rows, and those of them that hold several. */
  readonly held: number
  readonly shared: number
}

function added(
  rows: DatedRows,
  period: Float64Array,
  from: number,
  to: number,
  spans: ReturnType<typeof spansOf>,
  aggregate: Aggregate,
): Added {
  const lengths = Array.from(spans.first, (first, code) =>
    Math.max(0, (spans.last[code] as number) - first + 1),
  )
  const sums = lengths.map((length) => new Float64Array(length))
  const counts = lengths.map((length) => new Int32Array(length))
  const moments =
    aggregate === 'last' ? lengths.map((length) => new Float64Array(length).fill(-Infinity)) : []
  const perSeries = new Int32Array(rows.seriesCount)
  let outside = 0
  rows.series.forEach((code, row) => {
    if (code < 0) return
    const of = period[row] as number
    if (of < from || of > to) {
      outside++
      return
    }
    const at = of - (spans.first[code] as number)
    const values = sums[code] as Float64Array
    const held = counts[code] as Int32Array
    held[at] = (held[at] as number) + 1
    perSeries[code] = (perSeries[code] as number) + 1
    if (aggregate === 'last') {
      const moment = (rows.days[row] as number) * 24 + (rows.hours?.[row] ?? 0)
      const latest = moments[code] as Float64Array
      if (moment < (latest[at] as number)) return
      latest[at] = moment
      values[at] = rows.values[row] as number
    } else values[at] = (values[at] as number) + (aggregate === 'count' ? 1 : (rows.values[row] as number))
  })
  let held = 0
  let shared = 0
  counts.forEach((of, code) => {
    of.forEach((count, at) => {
      if (count > 0) held++
      if (count > 1) shared++
      const values = sums[code] as Float64Array
      if (count === 0) values[at] = NaN
      else if (aggregate === 'mean') values[at] = (values[at] as number) / count
    })
  })
  return { sums, counts, rows: perSeries, outside, held, shared }
}

/** Shares of periods with several rows, or of gaps, from which sums are of what happened and not of what was read. */
const severalShare = 0.05

/**
 * What a period without a row means: nothing happened (sums of sales), or nobody looked (one reading a period, and a
 * hole here or there, however long).
 */
function usualFill({ sums, held, shared }: Added, aggregate: Aggregate): Fill {
  if (aggregate === 'count') return 'zero'
  if (aggregate !== 'sum') return 'missing'
  let periods = 0
  let holes = 0
  for (const values of sums) {
    periods += values.length
    values.forEach((value, t) => {
      if (Number.isNaN(value) && !Number.isNaN(values[t - 1] ?? NaN)) holes++
    })
  }
  return shared > severalShare * held || holes > severalShare * periods ? 'zero' : 'missing'
}

/** Zeros go on to the end of the data: what no longer sells sells nothing. */
function closed(
  values: Float64Array,
  spans: ReturnType<typeof spansOf>,
  code: number,
  made: Added,
  fill: Fill,
  to: number,
  { aggregate }: SeriesOptions,
): OneSeries {
  const first = spans.first[code] as number
  const rows = made.rows[code] as number
  if (rows === 0)
    return { first: to, values: new Float64Array(0), rows, gaps: 0, hole: { from: 0, length: 0 } }
  const toEnd = fill === 'zero' && (aggregate === 'sum' || aggregate === 'count')
  const length = toEnd ? to - first + 1 : values.length
  const result = new Float64Array(length).fill(NaN)
  result.set(values)
  let gaps = 0
  let run = 0
  let hole = { from: 0, length: 0 }
  for (let t = 0; t < length; t++) {
    if (!Number.isNaN(result[t])) {
      run = 0
      continue
    }
    gaps++
    run++
    if (run > hole.length) hole = { from: t - run + 1, length: run }
    if (fill === 'zero') result[t] = 0
    else if (fill === 'previous') result[t] = result[t - 1] as number
  }
  return { first, values: result, rows, gaps, hole }
}
