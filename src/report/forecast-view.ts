/**
 * The report of `forecast` for a person: one series whole, or many beside each other.
 */
import { count, figures, listed, plural, share } from '../base/wording.ts'
import type { SeriesResult } from '../learn/forecast/tasks.ts'
import {
  noteWords,
  overallOf,
  placesOf,
  type ForecastFindings,
  type ForecastSeries,
  type Overall,
} from './forecast-findings.ts'
import type { Block } from './report.ts'

export function forecastView(found: ForecastFindings): Block[] {
  return [
    { kind: 'heading', text: titleOf(found) },
    { kind: 'paragraph', text: found.how },
    ...(found.series.length === 1 ? oneSeries(found, found.series[0] as ForecastSeries) : manySeries(found)),
  ]
}

/** Numbers that will be read against each other; null where nothing is known. */
function cells(values: readonly (number | undefined)[], digits: number): (string | null)[] {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value))
  const texts = figures(known as number[], digits).map((text) => text.replace(/^-/, '−'))
  let next = 0
  return values.map((value) =>
    value === undefined || !Number.isFinite(value) ? null : (texts[next++] as string),
  )
}

function titleOf({ what, freq, horizon, series, by }: ForecastFindings): string {
  const many =
    series.length === 1 ? '' : ` for ${plural(series.length, 'series', 'series')} (by ${listed(by)})`
  return `${capital(what)} by ${freq}: ${plural(horizon, freq)} to come${many}`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Periods to come that a table still shows. */
const periodsShown = 24
/** Periods of the past that a chart shows at the least, and how many times those to come. */
const pastShown = 60
const pastTimes = 6

function oneSeries(found: ForecastFindings, one: ForecastSeries): Block[] {
  return [
    { kind: 'paragraph', text: wordsOf(found, one) },
    chartOf(found, one),
    forecastTable(found, one),
    ...seasonBlock(one),
    ...effectsBlock(one),
    ...backtestBlock(found, one),
  ]
}

/** What the series did, in sentences. */
function wordsOf({ freq }: ForecastFindings, one: ForecastSeries): string {
  const { explained, forecast } = one.result
  const { growth, trendStrength, seasonalStrength, seasonalIndex, changes } = explained
  if (forecast.notes.some((note) => note === 'constant' || note === 'all zero')) {
    return forecast.notes.map((note) => `${capital(noteWords[note])}.`).join(' ')
  }
  const sentences: string[] = []
  if (growth.cagr !== undefined) {
    const direction = growth.cagr >= 0 ? 'grew' : 'shrank'
    const year =
      growth.yearOverYear === undefined
        ? ''
        : `; the last year was ${share(Math.abs(growth.yearOverYear))} ${growth.yearOverYear >= 0 ? 'above' : 'below'} the one before`
    sentences.push(`It ${direction} by ${share(Math.abs(growth.cagr))} a year${year}.`)
  }
  if (growth.slope !== undefined) {
    const { perPeriod, lower, upper } = growth.slope
    const [slope, from, to] = cells([perPeriod, lower, upper], 3)
    const sure = lower > 0 || upper < 0 ? '' : ', which may be none at all'
    const range = from === null || to === null ? '' : ` (95% sure: ${from} to ${to}${sure})`
    sentences.push(`From ${freq} to ${freq} it changes by ${slope}${range}.`)
  }
  if (seasonalStrength !== undefined && seasonalIndex !== undefined) {
    sentences.push(seasonWords(one, seasonalStrength, seasonalIndex))
  }
  if (trendStrength !== undefined) {
    sentences.push(`The trend is ${strengthWord(trendStrength)} (${trendStrength.toFixed(2)} of 1).`)
  }
  const [high, low] = cells([one.values[explained.highest], one.values[explained.lowest]], 4)
  sentences.push(
    `Highest: ${high} (${one.name(explained.highest)}), lowest: ${low} (${one.name(explained.lowest)}).`,
  )
  for (const change of changes) {
    const [before, after] = cells([change.before, change.after], 3)
    sentences.push(`The course changed with ${one.name(change.at)}: ${before} was due, ${after} came.`)
  }
  for (const note of forecast.notes) sentences.push(`${capital(noteWords[note])}.`)
  return sentences.join(' ')
}

/** How strong the season is, and where it is highest and lowest: nothing of its places where it is hardly there. */
function seasonWords(
  one: ForecastSeries,
  strength: number,
  { indices, kind }: NonNullable<SeriesResult['explained']['seasonalIndex']>,
): string {
  const said = `The season is ${strengthWord(strength)} (strength ${strength.toFixed(2)} of 1)`
  if (strength < hardlyThere) return `${said}.`
  const values = [...indices]
  const peak = values.indexOf(Math.max(...values))
  const trough = values.indexOf(Math.min(...values))
  const texts =
    kind === 'multiplicative'
      ? cells(values, 3).map((text) => `${text} times the trend`)
      : values.map((value) => signed(value))
  return `${said}: highest ${one.place(peak)} (${texts[peak]}), lowest ${one.place(trough)} (${texts[trough]}).`
}

function signed(value: number): string {
  const [text] = cells([Math.abs(value)], 3)
  return `${value < 0 ? '−' : '+'}${text}`
}

const hardlyThere = 0.2

function strengthWord(strength: number): string {
  if (strength >= 0.8) return 'strong'
  if (strength >= 0.4) return 'clear'
  return strength >= hardlyThere ? 'weak' : 'hardly there'
}

function chartOf({ horizon, levels, freq }: ForecastFindings, one: ForecastSeries): Block {
  const { forecast } = one.result
  const n = one.values.length
  const shown = Math.min(n, Math.max(pastTimes * horizon, pastShown))
  const widest = levels.length - 1
  const lower = knownOf(forecast.lower[widest])
  return {
    kind: 'timeline',
    caption:
      `${shown < n ? `The last ${plural(shown, freq)}` : 'The past'} and the forecast` +
      (lower.length === 0 ? '' : `, with the ${levels[widest]}% interval`),
    actual: [...one.values.subarray(n - shown)].map((value) => (Number.isNaN(value) ? null : value)),
    expected: [...forecast.point],
    lower,
    upper: knownOf(forecast.upper[widest]),
    names: [one.name(n - shown), one.name(n), one.name(n + horizon - 1)],
  }
}

/** All of them, or none where they are not known. */
function knownOf(values: Float64Array | undefined): number[] {
  return values?.every(Number.isFinite) === true ? [...values] : []
}

function forecastTable({ horizon, levels, freq }: ForecastFindings, one: ForecastSeries): Block {
  const { forecast } = one.result
  const n = one.values.length
  const shown = Math.min(horizon, periodsShown)
  // All with the same decimals, as they are read against each other.
  const parts = [forecast.point, ...levels.flatMap((_, k) => [forecast.lower[k], forecast.upper[k]])]
  const texts = cells(
    parts.flatMap((values) => [...(values as Float64Array).subarray(0, shown)]),
    4,
  )
  return {
    kind: 'table',
    caption:
      shown < horizon
        ? `The first ${shown} of ${count(horizon)} ${freq}s to come`
        : `What is to come (${forecast.model})`,
    columns: [
      { name: freq },
      { name: 'forecast', align: 'right' },
      ...levels.flatMap((level) => [
        { name: `lower ${level}%`, align: 'right' } as const,
        { name: `upper ${level}%`, align: 'right' } as const,
      ]),
    ],
    rows: Array.from({ length: shown }, (_, i) => [
      one.name(n + i),
      ...Array.from(parts.keys(), (k) => texts[k * shown + i] as string | null),
    ]),
  }
}

/** Places of a season that bars still show. */
const placesShown = 24

function seasonBlock(one: ForecastSeries): Block[] {
  const index = one.result.explained.seasonalIndex
  const strength = one.result.explained.seasonalStrength ?? 0
  if (index === undefined || index.indices.length > placesShown || strength < hardlyThere) return []
  const places = placesOf(one, index.indices)
  if (index.kind === 'multiplicative') {
    return [
      {
        kind: 'bars',
        caption: 'The season, as a part of the trend',
        bars: places.map(({ place, index: part }) => ({
          label: place,
          value: Math.max(0, part),
          text: share(part),
        })),
      },
    ]
  }
  const texts = cells(
    places.map(({ index: part }) => part),
    3,
  )
  return [
    {
      kind: 'table',
      caption: 'The season, as added to the trend',
      columns: [{ name: 'place' }, { name: 'added', align: 'right' }],
      rows: places.map(({ place }, i) => [place, texts[i] as string]),
    },
  ]
}

function effectsBlock(one: ForecastSeries): Block[] {
  const { effects, effectsMultiply } = one.result
  if (effects.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'What events do',
      columns: [{ name: 'event' }, { name: 'periods', align: 'right' }, { name: 'effect', align: 'right' }],
      rows: effects.map(({ name, periods, effect }) => [
        name,
        count(periods),
        effect === undefined ? null : effectsMultiply ? signedShare(effect) : signed(effect),
      ]),
    },
  ]
}

function signedShare(value: number): string {
  return `${value < 0 ? '−' : '+'}${share(Math.abs(value))}`
}

function backtestBlock(found: ForecastFindings, one: ForecastSeries): Block[] {
  const { backtest } = one.result.forecast
  if (backtest === undefined) return []
  const { origins, steps, smape, mase, maseNaive, coverage } = backtest
  const held = found.levels.flatMap((level, k) => {
    const part = coverage[k]
    return part === undefined ? [] : [`${share(part)} of what came lay in the ${level}% interval`]
  })
  const compared =
    mase === undefined || maseNaive === undefined
      ? ''
      : ` In mean changes from season to season (MASE) that is ${mase.toFixed(2)}; repeating the last season: ${maseNaive.toFixed(2)}.`
  return [
    {
      kind: 'paragraph',
      text:
        `Back-test: forecast from ${plural(origins, 'earlier point')}, ${aheadWords(found, steps)}, it was off by ` +
        `${smape.toFixed(1)}% (sMAPE).` +
        `${compared}${held.length === 0 ? '' : ` ${capital(held.join(', '))}.`}`,
    },
  ]
}

/** How far ahead: the last points are near the end, from which little is known of what came. */
function aheadWords({ freq }: ForecastFindings, steps: number): string {
  return steps === 1 ? `a ${freq} ahead` : `up to ${plural(steps, freq)} ahead (mostly fewer)`
}

const seriesShown = 20

function manySeries(found: ForecastFindings): Block[] {
  const { series, by, horizon, freq } = found
  const total = (one: ForecastSeries) => one.result.forecast.point.reduce((sum, value) => sum + value, 0)
  const sorted = [...series].sort((a, b) => total(b) - total(a))
  const shown = sorted.slice(0, seriesShown)
  const totals = cells(shown.map(total), 4)
  const levels = cells(
    shown.map(({ result }) => result.explained.levelNow),
    4,
  )
  const overall = overallOf(found)
  const growthOf = ({ result }: ForecastSeries) => {
    const { cagr } = result.explained.growth
    return cagr === undefined ? null : signedShare(cagr)
  }
  const largest = shown[0]
  return [
    ...(overall === undefined ? [] : [{ kind: 'paragraph', text: overallWords(found, overall) } as const]),
    {
      kind: 'table',
      caption:
        series.length > seriesShown
          ? `The ${seriesShown} series with the largest forecast of ${count(series.length)}`
          : `Each series, the largest forecast first`,
      columns: [
        ...by.map((name) => ({ name })),
        { name: `${freq}s`, align: 'right' },
        { name: 'level now', align: 'right' },
        { name: 'a year', align: 'right' },
        { name: horizon === 1 ? `next ${freq}` : `next ${count(horizon)} ${freq}s`, align: 'right' },
        { name: 'off by', align: 'right' },
        { name: 'method' },
      ],
      rows: shown.map((one, i) => {
        const { forecast } = one.result
        return [
          ...one.key,
          count(one.values.length),
          levels[i] as string | null,
          growthOf(one),
          totals[i] as string | null,
          offBy(forecast),
          forecast.method,
        ]
      }),
    },
    ...(largest === undefined
      ? []
      : [
          { kind: 'heading', text: `The largest: ${largest.key.join(', ')}` } as const,
          { kind: 'paragraph', text: wordsOf(found, largest) } as const,
          chartOf(found, largest),
        ]),
  ]
}

/** Percents of zero mean nothing: of demand that comes now and then none is shown. */
function offBy({ backtest, notes }: SeriesResult['forecast']): string | null {
  return backtest === undefined || notes.includes('intermittent') ? null : `${backtest.smape.toFixed(1)}%`
}

function overallWords(
  found: ForecastFindings,
  { series, smape, medianSmape, mase, maseNaive, coverage }: Overall,
): string {
  const compared =
    mase === undefined || maseNaive === undefined
      ? ''
      : `, MASE ${mase.toFixed(2)} (repeating the last season: ${maseNaive.toFixed(2)})`
  const held = found.levels.flatMap((level, k) => {
    const part = coverage[k]
    return part === undefined ? [] : [`${share(part)} in the ${level}% interval`]
  })
  return (
    `Back-tested, half of ${plural(series, 'series', 'series')} were off by ${medianSmape.toFixed(1)}% or less (sMAPE; the ` +
    `mean is ${smape.toFixed(1)}%)${compared}` +
    `${held.length === 0 ? '' : `; ${held.join(', ')} of what came`}.`
  )
}
