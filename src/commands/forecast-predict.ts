/** The predictor of `forecast`: what was forecast for the period that a row's date lies in. */
import { setValid } from '../base/column.ts'
import { frequencies, periodOf, type Frequency } from '../shape/periods.ts'
import type { AddedColumn } from '../table/append.ts'
import { MISSING, readLevels, type LevelColumn } from '../table/levels.ts'
import type { DateOrder } from '../tidy/dates.ts'
import { momentOf } from './forecast/read.ts'
import { tellUnseen } from './model-rows.ts'
import { damaged, type Model, type Predictor, type Unseen } from './model.ts'

/** What `forecast` keeps beside its columns, of which the date is the first. */
export type ForecastPart = {
  readonly freq: Frequency
  readonly order: DateOrder
  readonly levels: readonly number[]
  readonly series: readonly {
    readonly key: readonly string[]
    /** The period of the first forecast. */
    readonly first: number
    readonly forecast: readonly number[]
    /** One list for each level; null where nothing is known of how far off the forecast may be. */
    readonly lower: readonly (readonly (number | null)[])[]
    readonly upper: readonly (readonly (number | null)[])[]
  }[]
}

export const predictForecast: Predictor = async (request) => {
  const { context, model, relation, places } = request
  const part = partOf(model)
  const [dates, ...groups] = await readLevels(context.engine, relation, places)
  if (dates === undefined) throw damaged(model, 'it names no column of dates')
  const all = dates.codes.length
  const added = ['forecast', ...part.levels.flatMap((level) => [`lower_${level}`, `upper_${level}`])].map(
    (name) => ({
      name,
      values: new Float64Array(all),
      valid: new Uint8Array((all + 7) >> 3),
    }),
  )
  const periods = dates.levels.map((text) => {
    const moment = momentOf(text, part.order)
    return moment === undefined
      ? undefined
      : periodOf(part.freq, moment.day, Math.floor((moment.seconds ?? 0) / 3600))
  })
  const series = new Map(part.series.map((one) => [JSON.stringify(one.key), one]))
  const without = { missing_value: 0, not_a_date: 0, unseen_level: 0, outside_horizon: 0 }
  const unseen = new Map<string, number>()
  for (let row = 0; row < all; row++) {
    const code = dates.codes[row] as number
    const key = keyOf(groups, row)
    if (code === MISSING || key === undefined) {
      without.missing_value++
      continue
    }
    const period = periods[code]
    if (period === undefined) {
      without.not_a_date++
      continue
    }
    const one = series.get(JSON.stringify(key))
    if (one === undefined) {
      without.unseen_level++
      unseen.set(key.join('/'), (unseen.get(key.join('/')) ?? 0) + 1)
      continue
    }
    const ahead = period - one.first
    if (ahead < 0 || ahead >= one.forecast.length) {
      without.outside_horizon++
      continue
    }
    const values = [
      one.forecast[ahead],
      ...part.levels.flatMap((_, k) => [one.lower[k]?.[ahead], one.upper[k]?.[ahead]]),
    ]
    added.forEach((column, k) => {
      const value = values[k]
      if (value === null || value === undefined) return
      column.values[row] = value
      setValid(column.valid, row)
    })
  }
  const unseenKeys = unseenTexts(groups, unseen)
  for (const one of unseenKeys) tellUnseen(request, one)
  return {
    added: added.map(({ name, values, valid }): AddedColumn => ({
      name,
      data: { type: 'double', values, valid },
    })),
    without: Object.fromEntries(Object.entries(without).filter(([, rows]) => rows > 0)),
    unseen: unseenKeys,
  }
}

function keyOf(groups: readonly LevelColumn[], row: number): string[] | undefined {
  const key: string[] = []
  for (const { codes, levels } of groups) {
    const code = codes[row] as number
    if (code === MISSING) return undefined
    key.push(levels[code] as string)
  }
  return key
}

function unseenTexts(groups: readonly LevelColumn[], unseen: ReadonlyMap<string, number>): Unseen[] {
  if (unseen.size === 0) return []
  const texts = [...unseen].map(([text, rows]) => ({ text, rows })).sort((a, b) => b.rows - a.rows)
  return [{ column: groups.map(({ name }) => name).join('/'), texts }]
}

function partOf(model: Model): ForecastPart {
  const part = model.part as unknown as ForecastPart
  const sound =
    typeof part === 'object' &&
    part !== null &&
    frequencies.includes(part.freq) &&
    Array.isArray(part.levels) &&
    Array.isArray(part.series) &&
    part.series.every(
      (one) =>
        Array.isArray(one.key) &&
        Number.isInteger(one.first) &&
        Array.isArray(one.forecast) &&
        Array.isArray(one.lower) &&
        Array.isArray(one.upper),
    )
  if (!sound) throw damaged(model, 'its series can’t be read')
  return part
}
