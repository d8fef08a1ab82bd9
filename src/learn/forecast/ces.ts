/**
 * Complex exponential smoothing: a level and an unseen potential that drive each other, with and without a season.
 *
 * In:  n numbers and the season's length m.
 * Out: the form with the best AICc of none, simple, partial and full seasonality, as a Fit.
 * Cost: three passes over the series for each set of parameters tried; some 60 to 200 of them a form.
 *
 * Svetunkov, Kourentzes & Ord, "Complex exponential smoothing", Naval Research Logistics 69(8), 2022. First states are
 * those that a run back from the end leads to, as in the authors' `smooth` package.
 */
import type { Fit } from './model.ts'
import { powerOfTwo } from './theta.ts'
import { lowest } from './simplex.ts'

export type CesForm = 'none' | 'simple' | 'partial' | 'full'

interface CesModel {
  readonly form: CesForm
  readonly x: Float64Array
  readonly squares: number
  readonly aicc: number
}

const parameterCounts = { none: 2, simple: 2, partial: 3, full: 4 } as const
const starts = { none: [1.3, 1], simple: [1.3, 1], partial: [1.3, 1, 0.1], full: [1.3, 1, 1.3, 1] } as const
const names = { none: 'N', simple: 'S', partial: 'P', full: 'F' } as const

export interface CesNear {
  readonly form: CesForm
  readonly x: Float64Array
}

/**
 * @param y    at least 4 numbers
 * @param near form and parameters of a like series: only that form is fitted, from there
 */
export function ces(y: Float64Array, m: number, h: number, near?: CesNear): Fit & { readonly near: CesNear } {
  const scale = powerOfTwo(y)
  const values = y.map((value) => value / scale)
  const seasonal = m > 1 && y.length >= 2 * m + 4
  const forms: CesForm[] = near ? [near.form] : seasonal ? ['none', 'simple', 'partial', 'full'] : ['none']
  let best: CesModel | undefined
  for (const form of forms) {
    const model = fit(values, m, form, near?.x)
    if (best === undefined || model.aicc < best.aicc) best = model
  }
  const { form, x, squares } = best as CesModel
  const n = y.length
  const run = new Run(values, m, form)
  const all = new Float64Array(n + h)
  run.squares(x, all)
  for (let i = 0; i < n + h; i++) all[i] = (all[i] as number) * scale
  const sigma = Math.sqrt(squares / Math.max(1, n - x.length)) * scale
  const gain = form === 'simple' ? 0 : (x[0] as number) - (x[1] as number)
  return {
    point: all.slice(n),
    fitted: all.slice(0, n),
    deviation: Float64Array.from({ length: h }, (_, i) => sigma * Math.sqrt(1 + i * gain * gain)),
    label: m > 1 ? `CES(${names[form]})` : 'CES',
    parameters: Object.fromEntries([...x].map((value, i) => [['a0', 'a1', 'b0', 'b1'][i] as string, value])),
    near: { form, x },
  }
}

function fit(y: Float64Array, m: number, form: CesForm, near?: Float64Array): CesModel {
  const run = new Run(y, m, form)
  const n = y.length
  const start = near ?? starts[form]
  const found = lowest(
    (x) => n * Math.log(run.squares(x)),
    start,
    Array.from(start, () => 0.1),
    { tolerance: 1e-3, evaluations: 100 * start.length },
  )
  const k = parameterCounts[form] + 1
  const aicc = n - k - 1 > 0 ? found.value + 2 * k + (2 * k * (k + 1)) / (n - k - 1) : Infinity
  return { form, x: found.x, squares: Math.exp(found.value / n), aicc }
}

/** The recursion, with its states kept from call to call so that nothing is allocated. */
class Run {
  readonly #y: Float64Array
  readonly #m: number
  readonly #form: CesForm
  readonly #seasonLevel: Float64Array
  readonly #seasonPotential: Float64Array
  #level = 0
  #potential = 0

  constructor(y: Float64Array, m: number, form: CesForm) {
    this.#y = y
    this.#m = m
    this.#form = form
    this.#seasonLevel = new Float64Array(m)
    this.#seasonPotential = new Float64Array(m)
  }

  /** Sum of squared one-step errors; Infinity where the model runs away. */
  squares(x: Float64Array, expected?: Float64Array): number {
    this.#begin()
    const n = this.#y.length
    this.#pass(x, 0, n, 1)
    this.#pass(x, n - 1, -1, -1)
    const squares = this.#pass(x, 0, n, 1, expected)
    if (expected !== undefined) this.#pass(x, n, expected.length, 1, expected)
    return squares < 1e300 ? squares : Infinity
  }

  #begin(): void {
    const y = this.#y
    const m = this.#m
    const seasons = this.#form === 'none' ? 1 : m
    const count = Math.min(y.length, Math.max(10, seasons))
    let mean = 0
    for (let t = 0; t < count; t++) mean += (y[t] as number) / count
    this.#level = mean
    this.#potential = mean / 1.1
    if (this.#form === 'none') return
    for (let place = 0; place < m; place++) {
      const value = y[place] as number
      if (this.#form === 'simple') {
        this.#seasonLevel[place] = value
        this.#seasonPotential[place] = value / 1.1
      } else {
        this.#seasonLevel[place] = value - mean
        this.#seasonPotential[place] = (value - mean) / 1.1
      }
    }
  }

  /** From period `from` to before `to`; periods past the end take what is expected of them. */
  #pass(x: Float64Array, from: number, to: number, step: 1 | -1, expected?: Float64Array): number {
    const y = this.#y
    const n = y.length
    const m = this.#m
    const form = this.#form
    const a0 = x[0] as number
    const a1 = x[1] as number
    const b0 = form === 'none' || form === 'simple' ? 0 : (x[2] as number)
    const b1 = form === 'full' ? (x[3] as number) : 0
    const seasonLevel = this.#seasonLevel
    const seasonPotential = this.#seasonPotential
    let level = this.#level
    let potential = this.#potential
    let place = form === 'none' ? 0 : from % m
    let squares = 0
    for (let t = from; t !== to; t += step) {
      const index = form === 'none' ? 0 : (seasonLevel[place] as number)
      const forecast = form === 'none' ? level : form === 'simple' ? index : level + index
      const error = t < n ? (y[t] as number) - forecast : 0
      if (expected !== undefined) expected[t] = forecast
      squares += error * error
      if (form === 'simple') {
        const other = seasonPotential[place] as number
        seasonLevel[place] = index - (1 - a1) * other + (a0 - a1) * error
        seasonPotential[place] = index + (1 - a0) * other + (a0 + a1) * error
      } else {
        const before = level
        level = before - (1 - a1) * potential + (a0 - a1) * error
        potential = before + (1 - a0) * potential + (a0 + a1) * error
        if (form === 'partial') seasonLevel[place] = index + b0 * error
        else if (form === 'full') {
          const other = seasonPotential[place] as number
          seasonLevel[place] = index - (1 - b1) * other + (b0 - b1) * error
          seasonPotential[place] = index + (1 - b0) * other + (b0 + b1) * error
        }
      }
      if (form !== 'none') {
        place += step
        if (place === m) place = 0
        else if (place < 0) place = m - 1
      }
    }
    this.#level = level
    this.#potential = potential
    return squares
  }
}
