/**
 * How the rows of series lie in time: the period that they should be added up by.
 *
 * In:  rows with their days and times, and the shortest period that their texts can tell apart.
 * Out: a frequency, and whether rows follow each other by it.
 * Cost: a few passes over the rows.
 */
import { frequencies, periodOf, type Frequency } from './periods.ts'
import { hourOf, momentOf, type DatedRows } from './dated-rows.ts'

/** A share of steps from period to period that lead to the very next one: nearly every period holds a row. */
const filledShare = 0.95
/** Steps from row to row that make a series regular: so many of them are of one kind. */
const regularShare = 0.7

export interface FoundFrequency {
  readonly freq: Frequency
  /** Rows follow each other at this step; otherwise it is the finest of which nearly every period holds a row. */
  readonly regular: boolean
}

/**
 * @param rows  not empty
 * @param least the shortest period that the texts name: months, where all are like 2024-03
 */
export function findFrequency(rows: DatedRows, least: Frequency = 'hour'): FoundFrequency {
  const longest = longestSeries(rows)
  if (least === 'hour' && isWithinHours(rows, longest)) return { freq: 'hour', regular: true }
  const steps = stepsOf(rows, longest)
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
  const possible = new Set(frequencies.slice(frequencies.indexOf(least)))
  if (!hasSeveralAtOnce(rows)) {
    for (const [freq, test] of kinds) {
      if (possible.has(freq) && share(test) >= regularShare) return { freq, regular: true }
    }
  }
  const finest = (['day', 'week', 'month', 'quarter'] as const).find(
    (freq) => possible.has(freq) && isFilled(rows, freq),
  )
  return { freq: finest ?? 'year', regular: false }
}

function longestSeries(rows: DatedRows): number {
  const counts = new Int32Array(rows.seriesCount)
  for (const code of rows.series) if (code >= 0) counts[code] = (counts[code] as number) + 1
  return counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))
}

/** Steps between the different moments of one series, in the order of time. */
function stepsBetween(rows: DatedRows, series: number, moment: (row: number) => number): Float64Array {
  const moments = new Set<number>()
  rows.series.forEach((code, row) => {
    if (code === series) moments.add(moment(row))
  })
  const sorted = Float64Array.from(moments).sort()
  return sorted.subarray(1).map((value, i) => value - (sorted[i] as number))
}

/** Hours from each moment of the series to the next one. */
function stepsOf(rows: DatedRows, series: number): Float64Array {
  return stepsBetween(rows, series, (row) => (rows.days[row] as number) * 24 + hourOf(rows, row))
}

/** Whether rows follow each other by so many minutes, less than an hour: the hour is the shortest period there is. */
function isWithinHours(rows: DatedRows, series: number): boolean {
  if (rows.seconds === undefined) return false
  const steps = stepsBetween(rows, series, (row) => momentOf(rows, row)).sort()
  const middle = steps[steps.length >> 1]
  if (middle === undefined || middle >= 3600) return false
  return steps.filter((step) => step === middle).length >= regularShare * steps.length
}

/** Whether rows of one series fall together: they are events to be added up, not one value a period. */
function hasSeveralAtOnce(rows: DatedRows): boolean {
  const seen = new Set<number>()
  let all = 0
  rows.series.forEach((code, row) => {
    if (code < 0) return
    all++
    seen.add(((rows.days[row] as number) * 24 + hourOf(rows, row)) * rows.seriesCount + code)
  })
  return all > 1.05 * seen.size
}

/** Whether nearly every period with a row has another right after it; a long hole counts once. */
function isFilled(rows: DatedRows, freq: Frequency): boolean {
  const periods = new Set<number>()
  rows.series.forEach((code, row) => {
    if (code >= 0) periods.add(periodOf(freq, rows.days[row] as number))
  })
  let adjacent = 0
  for (const period of periods) if (periods.has(period + 1)) adjacent++
  return adjacent >= filledShare * (periods.size - 1)
}
