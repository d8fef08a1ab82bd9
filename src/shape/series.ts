/**
 * Rows with a date to series: one number a period of the calendar.
 *
 * In:  for each row its day (and hour), its value, and the series that it belongs to.
 * Out: for each series an array over its periods, NaN where no row lies, and what became of edges and gaps.
 * Cost: a few passes over the rows; 8 bytes a period and series.
 *
 * Values are added up in the order of the rows, so that a sum has the same bits every time.
 */
import { DataError } from '../base/errors.ts'
import { count as countText } from '../base/wording.ts'
import { hourOf, momentOf, type DatedRows } from './dated-rows.ts'
import { partFilledEdges } from './edges.ts'
import { periodName, periodOf, type Frequency } from './periods.ts'

export type Aggregate = 'sum' | 'mean' | 'count' | 'last'
export type Fill = 'zero' | 'missing' | 'previous'

export interface SeriesSet {
  readonly freq: Frequency
  /** One a series; those without a row in the periods kept have no values. */
  readonly series: readonly OneSeries[]
  /** The last period of all. */
  readonly to: number
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

/**
 * @throws {DataError} where the dates reach so far that one of them must be wrong, before anything is allocated
 * @throws {DataError} where a value is more than a number holds
 */
export function toSeries(rows: DatedRows, options: SeriesOptions): SeriesSet {
  const { freq } = options
  const period = new Float64Array(rows.days.length)
  let first = Infinity
  let last = -Infinity
  rows.series.forEach((code, row) => {
    if (code < 0) return
    const of = periodOf(freq, rows.days[row] as number, hourOf(rows, row))
    period[row] = of
    if (of < first) first = of
    if (of > last) last = of
  })
  const edges = partFilledEdges(rows, freq)
  const from = edges.first && !options.keepEdges && last > first ? first + 1 : first
  const to = edges.last && !options.keepEdges && last > from ? last - 1 : last
  const spans = spansOf(rows, period, from, to)
  refuseTooMany(spans, freq, to)
  const made = added(rows, period, from, to, spans, options.aggregate)
  const fill = options.fill ?? usualFill(made, spans, options)
  const toEnd = fill === 'zero' && (options.fill === 'zero' || isOfEvents(options.aggregate))
  const series = made.sums.map((values, code) =>
    closed(values, spans, code, made, fill, toEnd ? to : undefined),
  )
  series.forEach((one) => refuseInfinite(one, freq))
  return {
    freq,
    series,
    to,
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

/** Sums and counts are of what happened: where there is no row, nothing did. */
function isOfEvents(aggregate: Aggregate): boolean {
  return aggregate === 'sum' || aggregate === 'count'
}

/** More periods than this are a date gone wrong, not a history. */
const mostPeriods = 200_000
const mostCells = 50_000_000

function refuseTooMany({ first, last }: ReturnType<typeof spansOf>, freq: Frequency, to: number): void {
  let cells = 0
  let longest = 0
  let earliest = Infinity
  first.forEach((from, code) => {
    if (!(from <= (last[code] as number))) return
    const length = to - from + 1
    cells += length
    if (length > longest) longest = length
    if (from < earliest) earliest = from
  })
  if (longest <= mostPeriods && cells <= mostCells) return
  const reach = `the dates reach over ${countText(longest)} ${freq}s, from ${periodName(freq, earliest)} to ${periodName(freq, to)}`
  throw new DataError(
    longest > mostPeriods
      ? `${reach}; at most ${countText(mostPeriods)} are taken`
      : `${reach}, which for ${countText(first.length)} series is ${countText(cells)} values; at most ${countText(mostCells)} are taken`,
    {
      code: 'E_TOO_MANY_PERIODS',
      help: ['Is a date wrong? Otherwise ask for longer periods with --freq.'],
    },
  )
}

function refuseInfinite({ values, first }: OneSeries, freq: Frequency): void {
  const at = values.findIndex((value) => value === Infinity || value === -Infinity)
  if (at < 0) return
  throw new DataError(`the values of ${periodName(freq, first + at)} add up to more than a number can hold`, {
    code: 'E_TOO_LARGE',
  })
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
      const moment = momentOf(rows, row)
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
/** A weekday, or an hour of the week, of which so large a share is empty is one of rest. */
const restShare = 0.8

/**
 * What a period without a row means: nothing happened (sums of sales, that come several a period or now and then),
 * or nobody looked: one reading a period, with a hole here or there, however long, and none on days of rest.
 */
function usualFill(
  { sums, held, shared }: Added,
  { first }: ReturnType<typeof spansOf>,
  { freq, aggregate }: SeriesOptions,
): Fill {
  if (aggregate === 'count') return 'zero'
  if (aggregate !== 'sum') return 'missing'
  if (shared > severalShare * held) return 'zero'
  const places = freq === 'hour' ? 168 : freq === 'day' ? 7 : 1
  const placeOf = (code: number, t: number) => {
    const place = ((first[code] as number) + t) % places
    return place < 0 ? place + places : place
  }
  const all = new Int32Array(places)
  const empty = new Int32Array(places)
  sums.forEach((values, code) => {
    values.forEach((value, t) => {
      const place = placeOf(code, t)
      all[place] = (all[place] as number) + 1
      if (Number.isNaN(value)) empty[place] = (empty[place] as number) + 1
    })
  })
  const isRest = Array.from(all, (of, place) => places > 1 && (empty[place] as number) >= restShare * of)
  let periods = 0
  let holes = 0
  sums.forEach((values, code) => {
    let before = false
    values.forEach((value, t) => {
      if (isRest[placeOf(code, t)] === true) return
      periods++
      const lacking = Number.isNaN(value)
      if (lacking && !before) holes++
      before = lacking
    })
  })
  return holes > severalShare * periods ? 'zero' : 'missing'
}

/** @param to the last period, where zeros go on to the end of the data: what no longer sells sells nothing */
function closed(
  values: Float64Array,
  spans: ReturnType<typeof spansOf>,
  code: number,
  made: Added,
  fill: Fill,
  to: number | undefined,
): OneSeries {
  const first = spans.first[code] as number
  const rows = made.rows[code] as number
  if (rows === 0)
    return { first: 0, values: new Float64Array(0), rows, gaps: 0, hole: { from: 0, length: 0 } }
  const length = to === undefined ? values.length : to - first + 1
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
