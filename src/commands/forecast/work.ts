/** What is known once the series are forecast. */
import type { ForecastSeries } from '../../report/forecast-findings.ts'
import type { Frequency } from '../../shape/periods.ts'
import type { OneSeries, SeriesSet } from '../../shape/series.ts'
import type { Relation } from '../../table/relation.ts'
import type { Context } from '../command.ts'
import type { options } from './options.ts'
import type { Read } from './read.ts'

export type ForecastContext = Context<typeof options>

export interface Work {
  readonly context: ForecastContext
  readonly relation: Relation
  readonly read: Read
  readonly set: SeriesSet
  readonly freq: Frequency
  readonly horizon: number
  readonly seasons: readonly number[]
  /** The series that have a value. */
  readonly found: readonly Found[]
}

export interface Found extends ForecastSeries {
  /** The period of values[0]. */
  readonly first: number
  /** The longest run of periods without a row: from values[from], so long. */
  readonly hole: OneSeries['hole']
}
