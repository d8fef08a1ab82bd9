/**
 * The report of `forecast`: what each series did, what is to come, and how well that would have gone before.
 *
 * In:  series with their forecasts and explanations, and the names of periods; plain numbers and names.
 * Out: the keys that the contract names; the blocks for a person are those of forecast-view.ts.
 */
import {
  noteWords,
  overallOf,
  placesOf,
  type ForecastFindings,
  type ForecastSeries,
} from './forecast-findings.ts'
import { forecastView } from './forecast-view.ts'
import type { Json, Report } from './report.ts'

export function forecastReport(found: ForecastFindings): Omit<Report, 'warnings'> {
  return {
    command: 'forecast',
    input: found.input,
    params: found.params,
    result: {
      freq: found.freq,
      horizon: found.horizon,
      levels: found.levels,
      series: found.series.map((one) => seriesJson(found, one)),
      overall: overallJson(found),
    },
    view: forecastView(found),
  }
}

function orNull(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value
}

function seriesJson(found: ForecastFindings, one: ForecastSeries): Json {
  const { forecast, explained, effects, effectsMultiply, ignored } = one.result
  const { growth, seasonalIndex } = explained
  const { backtest } = forecast
  const n = one.values.length
  return {
    key: one.key.length === 1 ? (one.key[0] as string) : one.key.length === 0 ? null : one.key,
    method: forecast.method,
    model: forecast.model,
    parameters: finiteOnly(forecast.parameters),
    n,
    from: one.date(0),
    to: one.date(n - 1),
    freq: found.freq,
    season:
      forecast.seasons.length === 0
        ? 1
        : forecast.seasons.length === 1
          ? (forecast.seasons[0] as number)
          : forecast.seasons,
    level_now: orNull(explained.levelNow),
    growth: {
      cagr: orNull(growth.cagr),
      year_over_year: orNull(growth.yearOverYear),
      slope: orNull(growth.slope?.perPeriod),
      slope_lower: orNull(growth.slope?.lower),
      slope_upper: orNull(growth.slope?.upper),
    },
    trend_strength: orNull(explained.trendStrength),
    seasonal_strength: orNull(explained.seasonalStrength),
    seasonal_index:
      seasonalIndex === undefined
        ? null
        : {
            kind: seasonalIndex.kind,
            places: placesOf(one, seasonalIndex.indices).map(({ place, index }) => ({ place, index })),
          },
    highest: { date: one.date(explained.highest), value: orNull(one.values[explained.highest]) },
    lowest: { date: one.date(explained.lowest), value: orNull(one.values[explained.lowest]) },
    change_points: explained.changes.map((change) => ({
      date: one.date(change.at),
      before: change.before,
      after: change.after,
      slope_before: change.slopeBefore,
      slope_after: change.slopeAfter,
    })),
    events: effects.map(({ name, periods, effect }) => ({
      event: name,
      periods,
      effect: orNull(effect),
      kind: effectsMultiply ? 'multiplicative' : 'additive',
    })),
    backtest:
      backtest === undefined
        ? null
        : {
            origins: backtest.origins,
            steps: backtest.steps,
            smape: backtest.smape,
            mase: orNull(backtest.mase),
            mase_snaive: orNull(backtest.maseNaive),
            mae: backtest.mae,
            coverage: coverageJson(found.levels, backtest.coverage),
          },
    filled_periods: one.filled,
    ignored_periods: ignored,
    notes: forecast.notes.map((note) => noteWords[note]),
    forecast: [...forecast.point].map((value, i) => ({
      date: one.date(n + i),
      forecast: orNull(value),
      ...Object.fromEntries(
        found.levels.flatMap((level, k) => [
          [`lower_${level}`, orNull(forecast.lower[k]?.[i])],
          [`upper_${level}`, orNull(forecast.upper[k]?.[i])],
        ]),
      ),
    })),
  }
}

function finiteOnly(parameters: { readonly [name: string]: number }): { readonly [name: string]: number } {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => Number.isFinite(value)))
}

function coverageJson(levels: readonly number[], coverage: readonly (number | undefined)[]): Json {
  return Object.fromEntries(levels.map((level, k) => [String(level), orNull(coverage[k])]))
}

function overallJson(found: ForecastFindings): Json {
  const overall = overallOf(found)
  if (overall === undefined) return null
  return {
    series: overall.series,
    smape: overall.smape,
    smape_median: overall.medianSmape,
    mase: orNull(overall.mase),
    mase_snaive: orNull(overall.maseNaive),
    coverage: coverageJson(found.levels, overall.coverage),
  }
}
