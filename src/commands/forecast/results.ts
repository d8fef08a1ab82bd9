/** The results of forecast as rows, and as a model to put beside other rows. */
import type { AddedColumn } from '../../table/append.ts'
import type { ForecastPart } from '../forecast-predict.ts'
import type { Learned } from '../model.ts'
import type { Work } from './work.ts'

/** The rows: for each series its past where asked for, and what is to come. */
export function columnsOf({ context, read, found, horizon }: Work): AddedColumn[] {
  const { history, level: levels } = context.options
  const length = found.reduce((sum, { values }) => sum + horizon + (history ? values.length : 0), 0)
  const numbers = () => ({ values: new Float64Array(length), valid: new Uint8Array((length + 7) >> 3) })
  const keys = read.names.by.map(() => [] as string[])
  const dates: string[] = []
  const methods: string[] = []
  const expected = numbers()
  const limits = levels.flatMap((level) => [
    { name: `lower_${level}`, of: numbers() },
    { name: `upper_${level}`, of: numbers() },
  ])
  const past = ['actual', 'fitted', 'trend', 'season', 'remainder'].map((name) => ({ name, of: numbers() }))
  let row = 0
  const put = ({ values, valid }: ReturnType<typeof numbers>, value: number | undefined) => {
    if (value === undefined || !Number.isFinite(value)) return
    values[row] = value
    valid[row >> 3] = (valid[row >> 3] as number) | (1 << (row & 7))
  }
  for (const one of found) {
    const { forecast: ahead, explained } = one.result
    const n = one.values.length
    for (let t = history ? 0 : n; t < n + horizon; t++) {
      one.key.forEach((text, k) => keys[k]?.push(text))
      dates.push(one.date(t))
      methods.push(ahead.method)
      if (t >= n) {
        put(expected, ahead.point[t - n])
        levels.forEach((_, k) => {
          put((limits[2 * k] as (typeof limits)[number]).of, ahead.lower[k]?.[t - n])
          put((limits[2 * k + 1] as (typeof limits)[number]).of, ahead.upper[k]?.[t - n])
        })
      } else {
        const { trend, seasons, remainder } = explained.parts
        const parts = [
          one.values[t],
          ahead.fitted[t],
          trend[t],
          seasons.reduce((sum, season) => sum + (season[t] as number), 0),
          remainder[t],
        ]
        past.forEach(({ of }, k) => put(of, parts[k]))
      }
      row++
    }
  }
  const double = ({
    name,
    of,
  }: {
    readonly name: string
    readonly of: ReturnType<typeof numbers>
  }): AddedColumn => ({
    name,
    data: { type: 'double', ...of },
  })
  return [
    ...read.names.by.map((name, k): AddedColumn => ({
      name,
      data: { type: 'text', values: keys[k] as string[] },
    })),
    { name: 'date', data: { type: 'text', values: dates } },
    double({ name: 'forecast', of: expected }),
    ...limits.map(double),
    { name: 'method', data: { type: 'text', values: methods } },
    ...(history ? past.map(double) : []),
  ]
}

/** What `--save-model` keeps: the forecasts themselves, to be put beside rows of their periods. */
export function learned({ context, read, freq, found }: Work): Learned {
  const { date, by } = read.names
  const finite = (values: Float64Array) =>
    Array.from(values, (value) => (Number.isFinite(value) ? value : null))
  const part: ForecastPart = {
    freq,
    order: read.order,
    levels: context.options.level,
    series: found.map(({ key, first, values, result: { forecast: ahead } }) => ({
      key,
      first: first + values.length,
      forecast: [...ahead.point],
      lower: ahead.lower.map(finite),
      upper: ahead.upper.map(finite),
    })),
  }
  return { columns: [date, ...by].map((name) => ({ name, role: 'text' })), part }
}
