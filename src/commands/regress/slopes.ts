/**
 * What one more of a column means where it stands in products, powers or functions: it depends on where, so it is said
 * for the mean of all columns (the marginal effect at the means).
 *
 * In:  the data and a fitted predictor.
 * Out: for each such column of numbers the slope there, with its error by the delta method where errors are known.
 */
import { normalTwoSided, tTwoSided } from '../../learn/distributions.ts'
import { quadraticForm, type Predictor } from '../../learn/predictions.ts'
import type { SlopeFinding } from '../../report/regress.ts'
import { slopeOf, valueOf, type Ingredient } from '../../shape/design-columns.ts'
import type { RegressData } from './data.ts'

export function slopesAtMeans(data: RegressData, predictor: Predictor): SlopeFinding[] {
  const { sources, columns, rowOf, terms } = data
  const bent = sources.numbers.flatMap(({ name }, number) => {
    const own = terms.terms.filter((term) => term.some(({ column }) => column === name))
    const isPlain = own.length === 1 && own[0]?.length === 1 && own[0][0]?.kind === 'column'
    return isPlain ? [] : [number]
  })
  if (bent.length === 0) return []
  const means = sources.numbers.map(({ values }) => meanOver(rowOf, (row) => values[row] as number))
  const valueAt = (one: Ingredient): number => {
    if (one.kind !== 'level') return valueOf(one, means[one.number] as number)
    const codes = sources.groups[one.groups]?.codes as Int32Array
    return meanOver(rowOf, (row) => (codes[row] === one.level ? 1 : 0))
  }
  const values = columns.map(({ ingredients }) => ingredients.map(valueAt))
  return bent.flatMap((number) => {
    const at = means[number] as number
    const gradient = columns.map(({ ingredients }, j) =>
      ingredients.reduce((sum, one, i) => {
        if (one.kind === 'level' || one.number !== number) return sum
        const others = (values[j] as number[]).reduce(
          (product, value, k) => (k === i ? product : product * value),
          1,
        )
        return sum + slopeOf(one, at) * others
      }, 0),
    )
    const slope = gradient.reduce((sum, part, j) => sum + part * (predictor.slopes[j] as number), 0)
    // A logarithm has no slope at a mean of 0, say.
    if (!Number.isFinite(slope)) return []
    const column = sources.numbers[number]?.name ?? ''
    return [{ column, at, slope, ...errorOf(gradient, slope, predictor) }]
  })
}

function meanOver(rows: Int32Array, of: (row: number) => number): number {
  let sum = 0
  for (const row of rows) sum += of(row)
  return sum / rows.length
}

function errorOf(gradient: readonly number[], slope: number, { covariance, df }: Predictor) {
  if (covariance === undefined) return { error: undefined, p: undefined }
  // In units of its largest part, whose square may be past the range of a double.
  const unit = gradient.reduce((most, part) => Math.max(most, Math.abs(part)), 0) || 1
  const parts = Float64Array.of(0, ...gradient.map((part) => part / unit))
  const error = unit * Math.sqrt(Math.max(0, quadraticForm(covariance, parts)))
  if (!(error > 0 && error < Infinity)) return { error: undefined, p: undefined }
  const ratio = slope / error
  return { error, p: df === undefined ? normalTwoSided(ratio) : tTwoSided(ratio, df) }
}
