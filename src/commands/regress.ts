/** `lode regress`: what explains a column of numbers, or which of two kinds a row is, and by how much. */
import { DataError } from '../base/errors.ts'
import { stepByStep, type Steps } from '../base/steps.ts'
import { count, listed, plural } from '../base/wording.ts'
import { crossProductsOf, type CrossProducts } from '../learn/cross-products.ts'
import { leastSquares, type LeastSquares } from '../learn/least-squares.ts'
import { logistic } from '../learn/logistic.ts'
import {
  foldBounds,
  penalised,
  penaltiesToTry,
  squaredErrors,
  validated,
  type Penalty,
  type Validated,
} from '../learn/penalised.ts'
import { regression } from '../learn/regression.ts'
import { predictions, type Predictor } from '../learn/predictions.ts'
import {
  aliasText,
  regressReport,
  type ColumnFinding,
  type Fit,
  type RegressFindings,
} from '../report/regress.ts'
import { parseTerms } from '../shape/terms.ts'
import { appendColumns, type AddedColumn } from '../table/append.ts'
import { splitList } from '../table/columns.ts'
import { rowCount } from '../table/numbers.ts'
import type { Relation } from '../table/relation.ts'
import { command, type Context } from './command.ts'
import { type Learned, type Model } from './model.ts'
import { placesOf } from './predict.ts'
import { regressData, type RegressData } from './regress-data.ts'
import { options, type Options } from './regress-options.ts'
import { kindColumn, partJson, predictAt, predictRegress, type RegressPart } from './regress-predict.ts'
import { refuseOptions } from './regress-checks.ts'
import { freshlyNamed, spread } from './result-names.ts'

export const regress = command({
  name: 'regress',
  summary: 'Find what explains a column of numbers, or one of two kinds, and predict it',
  about:
    'Finds by how much a target column changes with each of the others, how sure that is, and what to expect for new ' +
    'rows; adds the columns predicted and residual. Used are all numeric columns but those that look like a key, or ' +
    'those that --columns or --terms names; a text column becomes a 0/1 column for each of its values but the first. ' +
    'The numbers are those of statsmodels (OLS, WLS, Logit) and of scikit-learn (Ridge, Lasso, ElasticNet). For few ' +
    'rows they are right to the last digit, however closely columns hang together; columns that follow from others ' +
    'are named and get no coefficient. A penalty is chosen by cross-validation, as in LassoCV, unless --alpha says it.',
  options,
  examples: [
    [
      'what a customer spends, and what one of 30 with an income of 60,000 will',
      'lode regress fixtures/customers.csv --target price --columns age,income --at age=30,income=60000 -f table',
    ],
    [
      'products, powers and text columns',
      'lode regress fixtures/customers.csv --target price --terms "age*income + frequency^2 + city" --robust hc3 -f table',
    ],
    [
      'leave out what matters little',
      'lode regress fixtures/customers.csv --target price --method lasso --standardize -f table',
    ],
    [
      'learn from one file, predict another',
      'lode regress fixtures/crm.csv --target income --columns age,city --predict fixtures/customers.csv -o expected.csv',
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  numbers: numbersNamed,
  check: refuseOptions,
  async run(context) {
    const data = await regressData(context)
    refuseShape(data)
    const fitted = await fit(context, data)
    const part: RegressPart = {
      target: data.target,
      ...(data.kinds === undefined ? {} : { kinds: data.kinds }),
      level: context.options.level / 100,
      columns: data.columns,
      fitted: fitted.predictor,
    }
    const at = predictAt(context.options.at, part, data.sources)
    warnOfFit(context, data, fitted)
    // A command of tables is given no file of lines.
    const other = context.named?.['predict'] as Relation | undefined
    const { rows, told } = await (other === undefined
      ? withResults(context, data, fitted)
      : predictedRows(context, learned(data, part), other))
    return {
      rows,
      report: async () => regressReport(findings(context, data, fitted, at)),
      told: () => told,
      model: () => learned(data, part),
    }
  },
})

type RegressContext = Context<typeof options>

/** What the options name that may be numbers; whether it is shows later. */
function numbersNamed(
  { target, weights, terms }: Options,
  { columns }: { readonly columns: string | undefined },
): string[] {
  const named = [target, weights].flatMap((name) => name ?? [])
  if (terms === undefined) return [...named, ...splitList(columns ?? '')]
  try {
    return [
      ...named,
      ...parseTerms(terms)
        .terms.flat()
        .map(({ column }) => column),
    ]
  } catch {
    return named // said when the terms are read for good
  }
}

interface Fitted {
  readonly fit: Fit
  readonly linear: LeastSquares
  readonly predictor: Predictor
  readonly cv: Validated | undefined
  /** By row of the design. */
  readonly predicted: () => Float64Array
  readonly residuals: Float64Array
}

/** @throws {DataError} where no coefficients can be had from such data */
function refuseShape({ design, columns, terms, targets, rowOf, target, relation }: RegressData): void {
  const parameters = columns.length + (terms.intercept ? 1 : 0)
  const where = relation.files.join(' and ')
  if (design.rows <= parameters) {
    throw new DataError(
      `${plural(design.rows, 'row')} of ${where} ${design.rows === 1 ? 'is' : 'are'} too few for ${plural(parameters, 'coefficient')}`,
      {
        code: 'E_TOO_FEW_ROWS',
        help: [
          'There must be more rows than coefficients: name fewer columns, or fill missing values with --missing.',
        ],
      },
    )
  }
  const [first] = rowOf
  if (rowOf.some((row) => targets[row] !== targets[first as number])) return
  throw new DataError(
    `column "${target}" of ${where} is ${targets[first as number]} in every row used: there is nothing to explain`,
    { code: 'E_CONSTANT_TARGET' },
  )
}

function steps<Result>(context: RegressContext, work: Steps<Result>): Promise<Result> {
  return stepByStep(work, context.signal, context.pool)
}

async function fit(context: RegressContext, data: RegressData): Promise<Fitted> {
  switch (context.options.method) {
    case 'ols':
      return fitOls(context, data)
    case 'logistic':
      return fitLogistic(context, data)
    default:
      return fitPenalised(context, data)
  }
}

async function fitOls(context: RegressContext, data: RegressData): Promise<Fitted> {
  const { level, robust, cv } = context.options
  const found = await steps(
    context,
    regression(data.design, { intercept: data.terms.intercept, level: level / 100, robust }),
  )
  refuseRange(found.fit.crossProducts, data)
  const folds = cv === undefined ? undefined : await foldSums(context, data, cv)
  return {
    fit: { kind: 'ols', regression: found },
    linear: found.fit,
    predictor: found.predictor,
    cv:
      folds === undefined
        ? undefined
        : await steps(context, validated(folds, [{ kind: 'none' }], penaltyOptions(context, data))),
    predicted: () => less(data, found.residuals),
    residuals: found.residuals,
  }
}

/** The targets less these residuals. */
function less({ targets, rowOf }: RegressData, residuals: Float64Array): Float64Array {
  return residuals.map((residual, i) => (targets[rowOf[i] as number] as number) - residual)
}

/** Products of squares outside of these are past the range of a double. */
const LEAST_SQUARE = 1e-140
const LARGEST_SQUARE = 1e140

/** @throws {DataError} naming the column whose squares are past the range of a double */
function refuseRange(
  { weight, means, products }: CrossProducts,
  { columns, target, relation }: RegressData,
): void {
  const size = columns.length
  for (let j = 0; j <= size; j++) {
    const square = products.high[j * (size + 2)] as number
    const raw = weight * (means[j] as number) ** 2
    const isSmall = Math.max(square, raw) < LEAST_SQUARE && (square !== 0 || means[j] !== 0)
    if (square <= LARGEST_SQUARE && raw <= LARGEST_SQUARE && !isSmall) continue
    const name = columns[j]?.name ?? target
    throw new DataError(
      `the numbers of "${name}" in ${relation.files.join(' and ')} are too ${isSmall ? 'small' : 'large'} to be squared`,
      { code: 'E_RANGE', help: ['Measure the column in other units, or leave it out.'] },
    )
  }
}

function penaltyOptions({ options: { standardize } }: RegressContext, { terms }: RegressData) {
  return { intercept: terms.intercept, standardize }
}

async function foldSums(
  context: RegressContext,
  { design }: RegressData,
  folds: number,
): Promise<CrossProducts[]> {
  if (design.rows < 4) {
    throw new DataError(`${plural(design.rows, 'row')} are too few to predict some from the others`, {
      code: 'E_TOO_FEW_ROWS',
      help: ['Leave --cv out, and say the penalty of ridge, lasso or elasticnet with --alpha.'],
    })
  }
  if (folds > design.rows / 2) {
    throw new DataError(`${plural(design.rows, 'row')} can't be parted into ${folds} folds of at least two`, {
      code: 'E_TOO_FEW_ROWS',
      help: [`Ask for at most ${Math.floor(design.rows / 2)} with --cv.`],
    })
  }
  const sums: CrossProducts[] = []
  for (const { from, to } of foldBounds(design.rows, folds)) {
    sums.push(await steps(context, crossProductsOf(design, from, to)))
  }
  return sums
}

const USUAL_FOLDS = 10

async function fitPenalised(context: RegressContext, data: RegressData): Promise<Fitted> {
  const { method, alpha, l1Ratio: askedRatio, cv } = context.options
  const { design, terms } = data
  const linear = await steps(context, leastSquares(design, terms.intercept))
  const sums = linear.crossProducts
  refuseRange(sums, data)
  const own = penaltyOptions(context, data)
  const l1Ratio = method === 'lasso' ? 1 : askedRatio
  const penaltyOf = (weight: number): Penalty =>
    method === 'ridge' ? { kind: 'ridge', alpha: weight } : { kind: 'net', alpha: weight, l1Ratio }
  const tried =
    alpha === 'auto' ? penaltiesToTry(sums, method === 'ridge' ? 'ridge' : 'net', l1Ratio, own) : [alpha]
  const folds =
    alpha === 'auto' || cv !== undefined
      ? await foldSums(context, data, cv ?? Math.min(USUAL_FOLDS, Math.floor(design.rows / 2)))
      : undefined
  const checked =
    folds === undefined ? undefined : await steps(context, validated(folds, tried.map(penaltyOf), own))
  const penalty = checked?.best ?? penaltyOf(tried[0] as number)
  const found = penalised(sums, penalty, own)
  if (!found.converged) {
    context.warn({
      code: 'not_converged',
      message: 'the coefficients still moved when the search for them ended; a larger --alpha helps',
    })
  }
  const chosen = penalty.kind === 'none' ? 0 : penalty.alpha
  if (alpha === 'auto' && (chosen === tried[0] || chosen === tried.at(-1))) {
    const end = chosen === tried[0] ? 'largest' : 'smallest'
    context.warn({
      code: 'penalty_at_the_end',
      message: `the ${end} penalty tried was the best, ${chosen}; --alpha takes others`,
    })
  }
  const predictor: Predictor = {
    kind: 'linear',
    centers: data.columns.map(() => 0),
    slopes: [...found.slopes],
    level: found.intercept,
    variance: 0,
  }
  const predicted = await steps(context, predictSteps(data, predictor))
  const size = design.columns
  const squares = squaredErrors(sums, found, size)
  const total = sums.products.high.at(-1) as number
  return {
    fit: {
      kind: 'penalised',
      penalised: {
        fit: found,
        alpha: chosen,
        l1Ratio: method === 'ridge' ? undefined : l1Ratio,
        r2: 1 - squares / total,
        rmse: Math.sqrt(squares / sums.weight),
        standardized: [...found.slopes].map(
          (slope, j) => slope * Math.sqrt((sums.products.high[j * (size + 2)] as number) / total),
        ),
      },
    },
    linear,
    predictor,
    cv: checked,
    predicted: () => predicted,
    residuals: predicted.map((value, i) => (data.targets[data.rowOf[i] as number] as number) - value),
  }
}

// oxlint-disable-next-line eslint/require-yield -- one step
function* predictSteps({ design }: RegressData, predictor: Predictor): Steps<Float64Array> {
  return predictions(design, predictor, 0.95).predicted
}

async function fitLogistic(context: RegressContext, data: RegressData): Promise<Fitted> {
  const kinds = data.kinds as readonly [string, string]
  const found = await steps(
    context,
    logistic(data.design, { intercept: data.terms.intercept, level: context.options.level / 100 }),
  )
  if (found.kind === 'fitted') refuseRange(found.linear.crossProducts, data)
  if (found.kind === 'separated') {
    const names = listed(found.columns.map((j) => `"${data.columns[j]?.name}"`))
    const how = found.isComplete ? 'without a single error' : 'for some of the rows without any error'
    throw new DataError(
      `${names} tell${found.columns.length === 1 ? 's' : ''} "${kinds[1]}" from "${kinds[0]}" ${how}, so there are no finite odds`,
      {
        code: 'E_SEPARATION',
        help: [
          'Leave such a column out (is it known only afterwards?), or put rare values of a text column together.',
        ],
      },
    )
  }
  return {
    fit: { kind: 'logistic', logistic: found, kinds },
    linear: found.linear,
    predictor: found.predictor,
    cv: undefined,
    predicted: () => found.chances,
    residuals: found.chances.map((value, i) => (data.targets[data.rowOf[i] as number] as number) - value),
  }
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

function warnOfFit(context: RegressContext, data: RegressData, { fit: found, linear }: Fitted): void {
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

/** Rows that come out, and a line on what became of them. */
interface Results {
  readonly rows: Relation
  readonly told: string
}

/** The input with predicted and residual beside its rows. */
async function withResults(context: RegressContext, data: RegressData, fitted: Fitted): Promise<Results> {
  const left = data.rows - data.rowOf.length
  const told =
    `predicted ${plural(data.rowOf.length, 'row')}` +
    (left === 0 ? '' : `; ${plural(left, 'row')} without: a value is missing in a column used`)
  if (!context.wants.rows) return { rows: data.relation, told }
  const all = data.targets.length
  const column = (name: string, values: Float64Array): AddedColumn => ({
    name,
    data: { type: 'double', ...spread(values, new Float64Array(all), data.rowOf) },
  })
  const predicted = fitted.predicted()
  const added = [column('predicted', predicted), column('residual', fitted.residuals)]
  if (data.kinds !== undefined) added.push(kindColumn(data.kinds, predicted, data.rowOf, all))
  const named = freshlyNamed(context, data.relation, added)
  return { rows: await appendColumns(context.engine, data.relation, named), told }
}

async function predictedRows(
  context: RegressContext,
  { columns, part }: Learned,
  relation: Relation,
): Promise<Results> {
  const model: Model = {
    columns,
    part,
    lode: '',
    command: 'regress',
    params: {},
    file: (context.inputs[0] as Relation).files.join(' and '),
  }
  const places = placesOf(model, relation)
  const prediction = await predictRegress({
    context,
    model,
    relation,
    places,
    refusesUnseen: false,
  })
  const without = Object.entries(prediction.without).map(
    ([reason, rows]) => `${plural(rows, 'row')} (${reason.replaceAll('_', ' ')})`,
  )
  if (without.length > 0) {
    context.warn({
      code: 'no_prediction',
      message: `${relation.files.join(' and ')} has rows without a prediction: ${without.join(', ')}`,
    })
  }
  const added = freshlyNamed(context, relation, prediction.added)
  const all = await rowCount(context.engine, relation)
  const lacking = Object.values(prediction.without).reduce((sum, rows) => sum + rows, 0)
  return {
    rows: await appendColumns(context.engine, relation, added),
    told: `predicted ${count(all - lacking)} of ${plural(all, 'row')} of ${relation.files.join(' and ')}`,
  }
}

function learned(data: RegressData, part: RegressPart): Learned {
  const { sources, fills } = data
  return {
    columns: [
      ...sources.numbers.map(({ name }, i) => ({
        name,
        role: 'number' as const,
        ...(fills[i] === undefined ? {} : { fill: fills[i] }),
      })),
      ...sources.groups.map(({ name, levels }) => ({ name, role: 'text' as const, levels })),
    ],
    part: partJson(part),
  }
}

function findings(
  context: RegressContext,
  data: RegressData,
  { fit: found, linear, cv, residuals }: Fitted,
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
    columns: columnFindings(data, linear),
    fit: found,
    rank: linear.triangle.kept.length + (linear.hasIntercept ? 1 : 0),
    condition: linear.condition,
    scaledCondition: linear.scaledCondition,
    cv,
    at,
    leftOut: data.keysLeftOut.map((column) => ({ column, why: 'looks like a key' })),
    residuals: found.kind === 'ols' && !found.regression.isPerfect ? histogram(residuals) : [],
    influences,
  }
}

const BARS = 12

/** Rows in equal steps of a round size. */
function histogram(values: Float64Array): { from: number; to: number; rows: number }[] {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value < low) low = value
    if (value > high) high = value
  }
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
