/** What `lode regress` tells of a fit: the findings of its report, and what is worth a warning. */
import { count, listed } from '../../base/wording.ts'
import type { Regression } from '../../learn/regression.ts'
import type { LeastSquares } from '../../learn/least-squares.ts'
import {
  aliasText,
  type ColumnFinding,
  type RegressFindings,
  type ResidualBar,
} from '../../report/regress.ts'
import type { RegressData } from './data.ts'
import type { Fitted } from './fit.ts'
import type { RegressContext } from './options.ts'
import { slopesAtMeans } from './slopes.ts'

export function findings(
  context: RegressContext,
  data: RegressData,
  { fit: found, linear, cv, predictor }: Fitted,
  at: RegressFindings['at'],
): RegressFindings {
  const { method, robust, level } = context.options
  const influences =
    found.kind !== 'ols'
      ? []
      : found.regression.influences.flatMap(({ row, distance, leverage, residual }) => {
          const source = data.rowOf[row] as number
          return distance === undefined
            ? []
            : [{ row: source + 1, distance, leverage, residual, actual: data.targets[source] as number }]
        })
  return {
    input: {
      files: data.relation.files,
      rows: data.rows,
      columns: data.relation.columns.length,
      rows_used: data.rowOf.length,
      columns_used: [data.target, ...data.explaining],
      dropped: data.dropped,
    },
    params: context.params,
    method,
    target: data.target,
    robust: found.kind === 'ols' ? robust : undefined,
    level,
    hasIntercept: data.terms.intercept,
    isWeighted: data.weights !== undefined,
    columns: columnFindings(data, linear),
    fit: found,
    rank: linear.triangle.kept.length + (linear.hasIntercept ? 1 : 0),
    condition: linear.condition,
    scaledCondition: linear.scaledCondition,
    cv,
    at,
    slopes: slopesAtMeans(data, predictor),
    textsInProducts: data.sources.groups
      .map(({ name }) => name)
      .filter((name) =>
        data.terms.terms.some((term) => term.length > 1 && term.some(({ column }) => column === name)),
      ),
    leftOut: data.keysLeftOut.map((column) => ({ column, why: 'looks like a key' })),
    residuals: () =>
      found.kind === 'ols' && !found.regression.isPerfect
        ? histogram(found.regression.residuals, found.regression.residualRange)
        : [],
    influences,
  }
}

export function warnOfFit(context: RegressContext, data: RegressData, { fit: found, linear }: Fitted): void {
  if (data.keysLeftOut.length > 0) {
    const keys = listed(data.keysLeftOut.map((name) => `"${name}"`))
    context.warn({
      code: 'key_column_left_out',
      message: `left out ${keys}, which ${data.keysLeftOut.length === 1 ? 'looks' : 'look'} like a key; name columns with --columns to use them`,
    })
  }
  const columns = columnFindings(data, linear)
  for (const one of columns) {
    if (one.follows === undefined || found.kind === 'penalised') continue
    const isConstant = one.follows.length === 0
    context.warn({
      code: isConstant ? 'constant_column' : 'collinear_column',
      message: `${aliasText(one)}, so it gets no coefficient`,
    })
  }
  if (found.kind !== 'ols') return
  warnOfAlone(context, data, found.regression)
  if (found.regression.isPerfect) {
    context.warn({
      code: 'perfect_fit',
      message: `the columns give ${data.target} to the last digit, so its errors and tests mean nothing: is one of them made from it?`,
    })
  }
  found.regression.vif.forEach((vif, j) => {
    // A power or product goes with the columns that it is made of.
    if (vif === undefined || vif < 10 || columns[j]?.isPlain !== true) return
    context.warn({
      code: 'high_vif',
      message: `"${columns[j]?.name}" is mostly given by the other columns (VIF ${vif.toPrecision(3)}), so its own coefficient is unsure`,
    })
  })
}

/** Coefficients without a robust error, for the row that they have to themselves. */
function warnOfAlone(
  { options, warn }: RegressContext,
  { columns, rowOf }: RegressData,
  { alone }: Regression,
): void {
  const told = alone.filter(({ columns: own, hasIntercept }) => own.length > 0 || hasIntercept)
  if (told.length === 0) return
  const names = new Set(
    told.flatMap(({ columns: own, hasIntercept }) => [
      ...(hasIntercept ? ['intercept'] : []),
      ...own.map((j) => columns[j]?.name ?? ''),
    ]),
  )
  const rows = told.map(({ row }) => count((rowOf[row] as number) + 1))
  warn({
    code: 'no_robust_error',
    message:
      `${options.robust} gives no error for ${listed([...names])}, which hangs on row ${listed(rows)} alone, where it is 0/0; ` +
      'predictions that need it have intervals that are too narrow. hc0 and hc1 count such a row as 0',
  })
}

function columnFindings(
  { columns, sources, terms }: RegressData,
  { triangle }: LeastSquares,
): ColumnFinding[] {
  const factorsOf = (name: string) =>
    terms.terms.filter((term) => term.some((factor) => factor.column === name)).length
  return columns.map(({ name, term, ingredients }, j): ColumnFinding => {
    const factors = terms.terms[term] ?? []
    const [factor] = factors
    const [only] = ingredients
    const isAlone = factors.length === 1 && factor !== undefined && factorsOf(factor.column) === 1
    const alias = triangle.aliases.find(({ column }) => column === j)
    const groups = only?.kind === 'level' ? sources.groups[only.groups] : undefined
    return {
      name,
      isPlain: isAlone && (factor.kind === 'column' || factor.kind === 'groups'),
      ...(ingredients.length === 1 && only?.kind === 'level' && groups !== undefined
        ? {
            group: {
              column: groups.name,
              value: groups.levels[only.level] as string,
              base: columns.some(
                (one) =>
                  one.term === term &&
                  one.ingredients.some((other) => other.kind === 'level' && other.level === 0),
              )
                ? undefined
                : groups.levels[0],
            },
          }
        : {}),
      ...(alias === undefined ? {} : { follows: followed(alias.factors, triangle.kept, columns) }),
    }
  })
}

/** The parts that are more than rounding. */
function followed(
  factors: Float64Array,
  kept: readonly number[],
  columns: readonly { readonly name: string }[],
): { column: string; factor: number }[] {
  const largest = factors.reduce((most, factor) => Math.max(most, Math.abs(factor)), 0)
  return [...factors].flatMap((factor, k) =>
    Math.abs(factor) <= 1e-7 * largest
      ? []
      : [{ column: columns[kept[k] as number]?.name ?? '', factor: rounded(factor) }],
  )
}

/** To twelve digits: what follows exactly has no more of them. */
function rounded(factor: number): number {
  return Number(factor.toPrecision(12))
}

const BARS = 12

/** Rows in equal steps of a round size. */
function histogram(values: Float64Array, [low, high]: readonly [number, number]): ResidualBar[] {
  const rough = (high - low) / BARS
  if (!(rough > 0)) return []
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  const first = Math.floor(low / step)
  const rows = new Array<number>(Math.floor(high / step) - first + 1).fill(0)
  for (let i = 0; i < values.length; i++) {
    const place = Math.min(rows.length - 1, Math.max(0, Math.floor((values[i] as number) / step) - first))
    rows[place] = (rows[place] as number) + 1
  }
  return rows.map((some, i) => ({ from: (first + i) * step, to: (first + i + 1) * step, rows: some }))
}
