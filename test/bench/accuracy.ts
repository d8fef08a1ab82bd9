/**
 * How right forecasts are: on series whose next values are known, held against what is published for them.
 *
 * In:  the M1 competition (1,001 series by year, quarter and month) and the weekly series of M4 (359), where
 *      ../shared/data has them; neither is part of the project.
 * Out: sMAPE pooled over all points and mean MASE of each method, and the share of values inside the intervals.
 * Cost: about half a minute of CPU.
 *
 * sMAPE and MASE are those of the competitions (Makridakis & Hibon 2000; Hyndman & Koehler 2006): MASE is scaled by the
 * changes of the training part from season to season, weeks of M4 from week to week as its organisers did.
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { MethodName } from '../../src/learn/forecast/methods.ts'
import { measure, seasonalScale } from '../../src/learn/forecast/rolling.ts'
import { forecastSeries } from '../../src/learn/forecast/series.ts'

interface Known {
  readonly group: string
  readonly past: Float64Array
  readonly next: Float64Array
  readonly season: number
  /** Periods between the values whose changes scale MASE. */
  readonly lag: number
}

export interface Accuracy {
  readonly set: string
  readonly method: MethodName
  readonly series: number
  /** Percent, over all points. */
  readonly smape: number
  readonly mase: number
  /** Of auto: for each group of the set the share of values inside the intervals of 80% and 95%. */
  readonly coverage: readonly { readonly group: string; readonly inside: readonly [number, number] }[]
  /** What must hold, and whether it does. */
  readonly asked: readonly { readonly text: string; readonly met: boolean }[]
}

const methods: readonly MethodName[] = ['naive', 'snaive', 'theta', 'dotm', 'ets', 'ces', 'auto']
const members: ReadonlySet<MethodName> = new Set(['theta', 'dotm', 'ets', 'ces'])

/** @returns undefined where the data is not there */
export function accuracies(root: string): Accuracy[] | undefined {
  const data = path.join(root, '..', 'shared', 'data')
  const m1 = path.join(data, 'm1', 'm1_long.csv')
  const weekly = path.join(data, 'm4_weekly')
  if (!existsSync(m1) || !existsSync(weekly)) return undefined
  return [...ofSet('M1', readM1(m1)), ...ofSet('M4 weekly', readWeekly(weekly))]
}

function readM1(file: string): Known[] {
  const series = new Map<string, { group: string; season: number; past: number[]; next: number[] }>()
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [id = '', group = '', , , , season, , , , value, split] = line.trim().split(',')
    let one = series.get(id)
    if (one === undefined) series.set(id, (one = { group, season: Number(season), past: [], next: [] }))
    ;(split === 'train' ? one.past : one.next).push(Number(value))
  }
  return [...series.values()].map(({ group, season, past, next }) => ({
    group,
    season,
    lag: season,
    past: Float64Array.from(past),
    next: Float64Array.from(next),
  }))
}

function readWeekly(folder: string): Known[] {
  const read = (name: string) =>
    readFileSync(path.join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) =>
        line
          .split(',')
          .slice(1)
          .map((cell) => cell.replaceAll('"', '').trim())
          .filter((cell) => cell !== '')
          .map(Number),
      )
  const next = read('Weekly-test.csv')
  return read('Weekly-train.csv').map((past, i) => ({
    group: 'WEEKLY',
    season: 52,
    lag: 1,
    past: Float64Array.from(past),
    next: Float64Array.from(next[i] ?? []),
  }))
}

function ofSet(set: string, known: readonly Known[]): Accuracy[] {
  const scores = methods.map((method) => ({ method, ...scored(known, method) }))
  return scores.map(({ method, smape, mase, coverage }) => ({
    set,
    method,
    series: known.length,
    smape,
    mase,
    coverage,
    asked: method === 'auto' ? askedOf(set, { smape, mase, coverage }, scores) : [],
  }))
}

type Score = Pick<Accuracy, 'smape' | 'mase' | 'coverage'>

function scored(known: readonly Known[], method: MethodName): Score {
  let percent = 0
  let points = 0
  const scaled: number[] = []
  const inside = new Map<string, [number, number, number]>()
  for (const { group, past, next, season, lag } of known) {
    const found = forecastSeries(past, past, {
      method,
      seasons: [season],
      horizon: next.length,
      levels: [80, 95],
      origins: method === 'auto' ? 12 : 0,
      allowNegative: false,
    })
    const measured = measure(next, [{ at: 0, point: found.point }], seasonalScale(past, lag))
    if (measured === undefined) continue
    percent += measured.smape * next.length
    points += next.length
    if (measured.mase !== undefined) scaled.push(measured.mase)
    const counts = inside.get(group) ?? [0, 0, 0]
    inside.set(group, counts)
    next.forEach((value, i) => {
      counts[0]++
      for (const k of [0, 1] as const) {
        if (value >= (found.lower[k]?.[i] as number) && value <= (found.upper[k]?.[i] as number))
          counts[k + 1]!++
      }
    })
  }
  return {
    smape: percent / points,
    mase: scaled.reduce((sum, value) => sum + value, 0) / scaled.length,
    coverage:
      method === 'auto'
        ? [...inside].map(([group, [all, in80, in95]]) => ({ group, inside: [in80 / all, in95 / all] }))
        : [],
  }
}

function askedOf(
  set: string,
  { smape, mase, coverage }: Score,
  scores: readonly (Score & { readonly method: MethodName })[],
): Accuracy['asked'] {
  if (set === 'M4 weekly') return [{ text: 'sMAPE ≤ 7.0', met: smape <= 7 }]
  const others = scores.filter(({ method }) => members.has(method))
  const theta = scores.find(({ method }) => method === 'theta')
  return [
    { text: 'sMAPE ≤ 14.9', met: smape <= 14.9 },
    { text: 'below each member', met: others.every((one) => smape < one.smape) },
    { text: 'MASE below Theta’s', met: theta !== undefined && mase < theta.mase },
    ...coverage.map(({ group, inside: [in80, in95] }) => ({
      text: `${group.toLowerCase()} inside 76 … 84%, 92 … 97%`,
      met: in80 >= 0.76 && in80 <= 0.84 && in95 >= 0.92 && in95 <= 0.97,
    })),
  ]
}

/** A table in Markdown, and under it what was asked. */
export function accuracyTable(found: readonly Accuracy[]): string {
  const rows = found.map(({ set, method, series, smape, mase, coverage }) => [
    `${set}, ${series.toLocaleString('en')} series`,
    method,
    smape.toFixed(2),
    mase.toFixed(3),
    coverage
      .map(
        ({ group, inside }) =>
          `${group.toLowerCase()} ${inside.map((part) => (100 * part).toFixed(1)).join(' / ')}`,
      )
      .join(', '),
  ])
  const table = [
    ['series', 'method', 'sMAPE %', 'MASE', 'inside 80 / 95%'],
    ['---', '---', '--:', '--:', '---'],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
  const asked = found.flatMap((one) =>
    one.asked.map(({ text, met }) => `- ${one.set}: ${text}: ${met ? 'yes' : 'NO'}`),
  )
  return `${table}\n\n${asked.join('\n')}`
}
