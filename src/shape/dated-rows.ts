/** Rows with a date, as numbers: what is turned into series. */
export interface DatedRows {
  /** Days since 1970-01-01. */
  readonly days: Int32Array
  /** Seconds of the day; undefined where no row has a time. */
  readonly seconds: Float64Array | undefined
  readonly values: Float64Array
  /** 0 … seriesCount − 1; −1 for a row that takes no part. */
  readonly series: Int32Array
  readonly seriesCount: number
}

export const secondsOfDay = 86_400

/** Seconds since 1970-01-01, as written. */
export function momentOf({ days, seconds }: DatedRows, row: number): number {
  return (days[row] as number) * secondsOfDay + (seconds?.[row] ?? 0)
}

/** The hour of the day. */
export function hourOf({ seconds }: DatedRows, row: number): number {
  return seconds === undefined ? 0 : Math.floor((seconds[row] as number) / 3600)
}
