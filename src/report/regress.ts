/**
 * The report of `regress`: the coefficients with all that tells how sure they are, and what they mean in words.
 *
 * In:  a fit, the names of its columns, and what was found about the rows.
 * Out: keys for programs and blocks for a person.
 */
import { count, figure, figures, listed, plural, share } from '../base/wording.ts'
import type { Logistic } from '../learn/logistic.ts'
import type { LinearFit, Validated } from '../learn/penalised.ts'
import type { Coefficient, Regression } from '../learn/regression.ts'
import type { Block, Json, Report, ReportInput } from './report.ts'

export interface RegressFindings {
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  readonly method: string
  readonly target: string
  readonly robust: string | undefined
  /** Of the intervals, in percent. */
  readonly level: number
  readonly hasIntercept: boolean
  readonly isWeighted: boolean
  readonly columns: readonly ColumnFinding[]
  readonly fit: Fit
  /** Rank and condition of the columns; of ridge and its like as they are before the penalty. */
  readonly rank: number
  readonly condition: number
  readonly scaledCondition: number
  readonly cv: CrossValidated | undefined
  readonly at: readonly AtRow[]
  readonly slopes: readonly SlopeFinding[]
  /** Text columns that stand in products. */
  readonly textsInProducts: readonly string[]
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
  /** Rows in equal steps of the residual, from the lowest to the highest. */
  readonly residuals: () => readonly ResidualBar[]
  readonly influences: readonly InfluenceFinding[]
}

export type CrossValidated =
  | ({ readonly kind: 'numbers' } & Validated)
  | {
      readonly kind: 'kinds'
      readonly folds: number
      /** Means over the folds of what is found on the rows left out. */
      readonly auc: number
      readonly accuracy: number
      readonly logLoss: number
    }

export interface ResidualBar {
  readonly from: number
  readonly to: number
  readonly rows: number
}

export type Fit =
  | { readonly kind: 'ols'; readonly regression: Regression }
  | { readonly kind: 'penalised'; readonly penalised: PenalisedFit }
  | { readonly kind: 'logistic'; readonly logistic: Logistic; readonly kinds: readonly [string, string] }

export interface PenalisedFit {
  readonly fit: LinearFit
  readonly alpha: number
  readonly l1Ratio: number | undefined
  readonly r2: number
  readonly rmse: number
  readonly standardized: readonly number[]
}

export interface ColumnFinding {
  readonly name: string
  /** What one more of it means can be said by itself: it stands in no product or power. */
  readonly isPlain: boolean
  /** Of a 0/1 column: its text column, value, and the value it is compared with. */
  readonly group?: { readonly column: string; readonly value: string; readonly base: string | undefined }
  /** It follows from these, by these factors. */
  readonly follows?: readonly { readonly column: string; readonly factor: number }[]
}

/** What one more of a column in products or powers means at the mean of all columns; logistic: for the log odds. */
export interface SlopeFinding {
  readonly column: string
  /** Its mean. */
  readonly at: number
  readonly slope: number
  readonly error: number | undefined
  readonly p: number | undefined
}

export interface InfluenceFinding {
  /** Row of the data, from 1. */
  readonly row: number
  readonly distance: number
  readonly leverage: number
  readonly actual: number
  readonly residual: number
}

/** A row that the command line describes, and what is predicted for it. */
export interface AtRow {
  readonly at: { readonly [column: string]: number | string }
  readonly predicted: number
  readonly lower: number | undefined
  readonly upper: number | undefined
}

export function regressReport(found: RegressFindings): Omit<Report, 'warnings'> {
  return {
    command: 'regress',
    input: found.input,
    params: found.params,
    result: resultOf(found),
    // Made when it is asked for: a program that reads the JSON does not wait for the bars of a million residuals.
    get view() {
      return viewOf(found)
    },
  }
}

function viewOf(found: RegressFindings): Block[] {
  return [
    ...overview(found),
    ...coefficientTable(found),
    ...meaning(found),
    ...importance(found),
    ...answers(found),
    ...quality(found),
    ...assumptions(found),
    ...influential(found),
  ]
}

// ---------------------------------------------------------------- for programs

function resultOf(found: RegressFindings): { [key: string]: Json } {
  const { method, fit, rank, condition, scaledCondition } = found
  const shared = {
    method,
    target: found.target,
    n: found.input.rows_used,
    rank,
    condition,
    condition_scaled: scaledCondition,
  }
  const rest = {
    coefficients: coefficientsJson(found),
    ...(fit.kind === 'ols' ? { diagnostics: diagnosticsJson(fit.regression, found) } : { diagnostics: null }),
    cv: cvJson(found),
    ...(found.slopes.length === 0
      ? {}
      : {
          slopes: found.slopes.map(({ column, at, slope, error, p }) => ({
            column,
            at,
            slope,
            std_error: error ?? null,
            p: p ?? null,
          })),
        }),
    predictions: found.at.map(({ at, predicted, lower, upper }) => ({
      at,
      predicted,
      lower: lower ?? null,
      upper: upper ?? null,
    })),
  }
  switch (fit.kind) {
    case 'ols':
      return { ...shared, ...olsJson(fit.regression), ...rest }
    case 'penalised':
      return { ...shared, ...penalisedJson(fit.penalised, found), ...rest }
    case 'logistic':
      return { ...shared, ...logisticJson(fit.logistic, fit.kinds), ...rest }
  }
}

function olsJson(one: Regression): { [key: string]: Json } {
  return {
    df_model: one.dfModel,
    df_resid: one.dfResid,
    r2: one.r2,
    adj_r2: one.adjustedR2,
    r2_about: one.isCentred ? 'mean' : 'zero',
    sigma: one.sigma,
    f: one.f ?? null,
    f_p: one.fP ?? null,
    aic: one.aic ?? null,
    bic: one.bic ?? null,
    log_likelihood: one.logLikelihood ?? null,
  }
}

function penalisedJson(
  one: PenalisedFit,
  { columns, input, hasIntercept }: RegressFindings,
): { [key: string]: Json } {
  const used = one.fit.slopes.filter((slope) => slope !== 0).length
  const left = input.rows_used - used - (hasIntercept ? 1 : 0)
  return {
    alpha: one.alpha,
    ...(one.l1Ratio === undefined ? {} : { l1_ratio: one.l1Ratio }),
    columns_kept: used,
    columns_given: columns.length,
    df_resid: left > 0 ? left : null,
    r2: one.r2,
    rmse: one.rmse,
    converged: one.fit.converged,
  }
}

function logisticJson(one: Logistic, kinds: readonly [string, string]): { [key: string]: Json } {
  return {
    positive: kinds[1],
    df_model: one.dfModel,
    df_resid: one.dfResid,
    iterations: one.iterations,
    log_likelihood: one.logLikelihood,
    null_log_likelihood: one.nullLogLikelihood,
    pseudo_r2: one.pseudoR2,
    likelihood_ratio: one.likelihoodRatio,
    likelihood_ratio_p: one.likelihoodRatioP ?? null,
    aic: one.aic,
    bic: one.bic,
    auc: one.scores.auc,
    accuracy: one.scores.accuracy,
    confusion: { labels: kinds, matrix: one.scores.confusion },
  }
}

interface Line {
  readonly name: string
  readonly coefficient: Coefficient | undefined
  /** Where errors are not known. */
  readonly estimate: number | undefined
  readonly vif: number | undefined
  readonly standardized: number | undefined
  readonly column: ColumnFinding | undefined
}

function linesOf({ fit, columns, hasIntercept }: RegressFindings): Line[] {
  const nothing = { vif: undefined, standardized: undefined, column: undefined }
  const line = (name: string, coefficient: Coefficient | undefined) => ({
    name,
    coefficient,
    estimate: coefficient?.estimate,
  })
  switch (fit.kind) {
    case 'ols': {
      const { regression: one } = fit
      const first = hasIntercept ? [{ ...line('intercept', one.intercept), ...nothing }] : []
      const others = columns.map((column, j) => ({
        ...line(column.name, one.coefficients[j]),
        vif: one.vif[j],
        standardized: one.standardized[j],
        column,
      }))
      return [...first, ...others]
    }
    case 'penalised': {
      const { penalised } = fit
      const plain = { coefficient: undefined, vif: undefined }
      const first = hasIntercept
        ? [{ name: 'intercept', estimate: penalised.fit.intercept, ...nothing, ...plain }]
        : []
      const others = columns.map((column, j) => ({
        name: column.name,
        estimate: penalised.fit.slopes[j],
        standardized: penalised.standardized[j],
        column,
        ...plain,
      }))
      return [...first, ...others]
    }
    case 'logistic': {
      const { logistic: one } = fit
      const first = hasIntercept ? [{ ...line('intercept', one.intercept), ...nothing }] : []
      const deviations = standardDeviations(one)
      const others = columns.map((column, j) => {
        const coefficient = one.coefficients[j]
        return {
          ...line(column.name, coefficient),
          vif: undefined,
          standardized:
            coefficient === undefined ? undefined : coefficient.estimate * (deviations[j] as number),
          column,
        }
      })
      return [...first, ...others]
    }
  }
}

function standardDeviations({
  linear: {
    crossProducts: { products, weight },
    columns,
  },
}: Logistic): number[] {
  return Array.from({ length: columns }, (_, j) =>
    Math.sqrt((products.high[j * (columns + 2)] as number) / weight),
  )
}

function coefficientsJson(found: RegressFindings): Json {
  const isLogistic = found.fit.kind === 'logistic'
  return linesOf(found).map(({ name, coefficient: one, estimate, vif, standardized, column }) => ({
    term: name,
    estimate: estimate ?? null,
    std_error: one?.error ?? null,
    t: one?.statistic ?? null,
    p: one?.p ?? null,
    lower: one?.lower ?? null,
    upper: one?.upper ?? null,
    vif: vif ?? null,
    standardized: standardized ?? null,
    ...(isLogistic
      ? {
          odds_ratio: oddsOf(one?.estimate),
          odds_ratio_lower: oddsOf(one?.lower),
          odds_ratio_upper: oddsOf(one?.upper),
        }
      : {}),
    ...(column?.follows === undefined || found.fit.kind === 'penalised'
      ? {}
      : { follows_from: column.follows.map(({ column: other, factor }) => ({ term: other, factor })) }),
  }))
}

/** None where it is past the range of a double. */
function oddsOf(logOdds: number | undefined): number | null {
  const ratio = Math.exp(logOdds ?? NaN)
  return Number.isFinite(ratio) ? ratio : null
}

function diagnosticsJson(one: Regression, { influences }: RegressFindings): Json {
  return {
    durbin_watson: one.durbinWatson ?? null,
    jarque_bera: one.jarqueBera ?? null,
    jarque_bera_p: one.jarqueBeraP ?? null,
    skew: one.skew ?? null,
    kurtosis: one.kurtosis ?? null,
    breusch_pagan: one.breuschPagan ?? null,
    breusch_pagan_p: one.breuschPaganP ?? null,
    influential: influences.map(({ row, distance, leverage, actual, residual }) => ({
      row,
      cooks_distance: distance,
      leverage,
      actual,
      residual,
    })),
  }
}

function cvJson({ cv, fit }: RegressFindings): Json {
  if (cv === undefined) return null
  if (cv.kind === 'kinds') {
    return { folds: cv.folds, auc: cv.auc, accuracy: cv.accuracy, log_loss: cv.logLoss }
  }
  return {
    folds: cv.folds,
    mse: cv.mse,
    rmse: Math.sqrt(cv.mse),
    r2: cv.r2,
    ...(fit.kind === 'penalised' && cv.tried.length > 1
      ? { alphas: cv.tried.map(({ alpha, mse }) => ({ alpha, mse })) }
      : {}),
  }
}

// ---------------------------------------------------------------- for a person

const METHODS: { readonly [method: string]: string } = {
  ols: 'least squares',
  ridge: 'ridge',
  lasso: 'lasso',
  elasticnet: 'elastic net',
  logistic: 'logistic regression',
}

const REASONS: { readonly [reason: string]: string } = {
  missing_value: 'a value is missing in a column used',
  zero_weight: 'their weight is 0',
}

function overview(found: RegressFindings): Block[] {
  const { target, input, fit, leftOut, method } = found
  const missing = input.rows - input.rows_used
  const rows =
    missing === 0
      ? 'All rows took part.'
      : `${plural(missing, 'row')} of ${count(input.rows)} took no part: ${Object.entries(input.dropped)
          .map(
            ([reason, some]) => `${REASONS[reason] ?? reason}${some === missing ? '' : ` (${count(some)})`}`,
          )
          .join(', ')}.`
  const left = listed(leftOut.map(({ column, why }) => `${column} (${why})`))
  const what = fit.kind === 'logistic' ? `whether ${target} is ${fit.kinds[1]}` : target
  return [
    {
      kind: 'heading',
      text: `What explains ${what}: ${METHODS[method] ?? method} on ${plural(input.rows_used, 'row')}`,
    },
    {
      kind: 'paragraph',
      text: [summary(found), rows, ...(left === '' ? [] : [`Not used: ${left}.`])].join(' '),
    },
  ]
}

function summary({ fit, target, columns, cv }: RegressFindings): string {
  const used = columns.filter(({ follows }) => follows === undefined).map(({ name }) => name)
  const by = used.length === 0 ? 'No columns' : listed(used)
  const explain = used.length === 1 ? 'explains' : 'explain'
  switch (fit.kind) {
    case 'ols': {
      const { regression: one } = fit
      if (one.isPerfect) return `${by} ${explain} ${target} to the last digit.`
      const part = one.isCentred
        ? `${explain} ${share(clamped(one.r2))} of the differences in ${target} between rows (R²)`
        : `${explain} ${share(clamped(one.r2))} of the squares of ${target} (R² about 0, as there is no intercept)`
      return `${by} ${part}. What is left has a standard deviation of ${figure(one.sigma)}: two thirds of rows are nearer to their prediction than that.`
    }
    case 'penalised': {
      const kept = fit.penalised.fit.slopes.filter((slope) => slope !== 0).length
      return (
        `${kept} of ${plural(columns.length, 'column')} have a part in it; they explain ${share(clamped(fit.penalised.r2))} ` +
        `of the differences in ${target} between rows (R²). Penalty ${figure(fit.penalised.alpha)}.`
      )
    }
    case 'logistic':
      return (
        `${by} ${used.length === 1 ? 'puts' : 'put'} ${share(fit.logistic.scores.accuracy)} of rows on the right side of one half. ` +
        `Of a row that is ${fit.kinds[1]} and one that is ${fit.kinds[0]} the first has the higher chance in ` +
        `${share(clamped(fit.logistic.scores.auc))} of pairs (AUC). Both are of the rows that it was learnt from` +
        `${cv === undefined ? '; --cv 5 says how it does on others' : ''}.`
      )
  }
}

function clamped(part: number): number {
  return Math.min(1, Math.max(0, part))
}

function probability(p: number | undefined): string | null {
  if (p === undefined) return null
  return p < 0.001 ? '<0.001' : p.toFixed(3)
}

function shown(value: number | undefined, digits = 4): string | null {
  return value === undefined ? null : figure(value, digits)
}

function coefficientTable(found: RegressFindings): Block[] {
  const { fit, level, robust } = found
  const lines = linesOf(found)
  const right = (name: string) => ({ name, align: 'right' }) as const
  if (fit.kind === 'penalised') {
    return [
      {
        kind: 'table',
        caption: 'Coefficients',
        columns: [{ name: 'term' }, right('estimate'), right('standardized')],
        rows: lines.map((line) => [
          line.name,
          line.estimate === 0 ? '0' : shown(line.estimate),
          line.standardized === undefined ? null : line.standardized.toFixed(3),
        ]),
      },
    ]
  }
  const isLogistic = fit.kind === 'logistic'
  const errors = robust === undefined ? '' : ` (${robust.toUpperCase()} errors)`
  return [
    {
      kind: 'table',
      caption: `Coefficients, with ${level}% intervals${errors}`,
      columns: [
        { name: 'term' },
        right('estimate'),
        right('error'),
        right(isLogistic || robust !== undefined ? 'z' : 't'),
        right('p'),
        right('lower'),
        right('upper'),
        right(isLogistic ? 'odds ratio' : 'VIF'),
      ],
      rows: lines.map(({ name, coefficient: one, vif }) => [
        name,
        shown(one?.estimate),
        shown(one?.error),
        one?.statistic === undefined ? null : statistic(one.statistic),
        probability(one?.p),
        shown(one?.lower),
        shown(one?.upper),
        isLogistic
          ? name === 'intercept'
            ? null
            : shown(oddsOf(one?.estimate) ?? undefined)
          : shown(vif, 3),
      ]),
    },
    ...alias(found),
  ]
}

function statistic(value: number): string {
  return Math.abs(value) < 1000 ? value.toFixed(2) : figure(value)
}

function alias({ columns }: RegressFindings): Block[] {
  const dependent = columns.filter(({ follows }) => follows !== undefined)
  if (dependent.length === 0) return []
  return [
    {
      kind: 'paragraph',
      text: `Without a coefficient: ${dependent.map(aliasText).join('; ')}.`,
    },
  ]
}

/** `total = price + 2 × tax`. */
export function aliasText({ name, follows = [] }: ColumnFinding): string {
  if (follows.length === 0) return `${name} is the same in every row used`
  const parts = follows.map(({ column, factor }, i) => {
    const size = Math.abs(factor)
    const sign = factor < 0 ? (i === 0 ? '-' : ' - ') : i === 0 ? '' : ' + '
    return `${sign}${Math.abs(size - 1) < 1e-9 ? '' : `${figure(size)} × `}${column}`
  })
  return `${name} follows from ${parts.join('')}, up to a constant`
}

/** Columns of which a person still reads what one more means. */
const columnsShown = 8

function byImportance(found: RegressFindings): Line[] {
  return linesOf(found)
    .filter(
      ({ column, standardized, estimate }) =>
        column !== undefined && standardized !== undefined && estimate !== 0,
    )
    .sort((a, b) => Math.abs(b.standardized ?? 0) - Math.abs(a.standardized ?? 0))
}

function meaning(found: RegressFindings): Block[] {
  const plain = byImportance(found).filter(
    ({ column, estimate }) => column?.isPlain === true && estimate !== undefined,
  )
  const lines = plain.slice(0, columnsShown)
  const more = plain.length - lines.length
  const others = found.columns.length > 1 ? ', all other columns staying as they are' : ''
  const isLogistic = found.fit.kind === 'logistic'
  const caption = isLogistic
    ? `What changes the odds${others}`
    : `What one more of a column means for ${found.target}${others}`
  const inWords = (estimate: number) => (isLogistic ? odds(estimate) : signed(estimate))
  const rows = [
    ...found.slopes.map(({ column, at, slope, p }) => [
      `${column} +1, at ${figure(at)}`,
      inWords(slope),
      sureness(p),
    ]),
    ...lines.map((line) => [change(line), inWords(line.estimate as number), sureness(line.coefficient?.p)]),
  ]
  const table: Block = {
    kind: 'table',
    caption: more > 0 ? `${caption} (${more} more columns matter less)` : caption,
    columns: [
      { name: 'change' },
      { name: isLogistic ? 'odds' : found.target, align: 'right' },
      { name: 'sure of it' },
    ],
    rows,
  }
  return [...(rows.length === 0 ? [] : [table]), ...bentColumns(found)]
}

/** Which columns mean more or less by where one is. */
function bentColumns({ slopes, textsInProducts }: RegressFindings): Block[] {
  const numbers = slopes.map(({ column }) => column)
  const sentences = [
    ...(numbers.length === 0
      ? []
      : [
          `What one more of ${listed(numbers)} means depends on where a row is, as ` +
            `${numbers.length === 1 ? 'it stands' : 'they stand'} in a product, power or function; said is what it means at the mean of all columns.`,
        ]),
    ...(textsInProducts.length === 0
      ? []
      : [`What ${listed(textsInProducts)} means depends on the columns that it is multiplied with.`]),
  ]
  return sentences.length === 0 ? [] : [{ kind: 'paragraph', text: sentences.join(' ') }]
}

function change({ name, column }: Line): string {
  const group = column?.group
  if (group === undefined) return `${name} +1`
  return group.base === undefined
    ? `${group.column} is ${group.value}`
    : `${group.column} is ${group.value}, not ${group.base}`
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${figure(Math.abs(value))}`
}

function odds(estimate: number): string {
  const ratio = oddsOf(estimate)
  return ratio === null ? '× more than any number' : `× ${figure(ratio)}`
}

function sureness(p: number | undefined): string | null {
  if (p === undefined) return null
  if (p < 0.001) return 'very (p below 0.001)'
  if (p < 0.05) return `fairly (p ${p.toFixed(3)})`
  return `no: may well be nothing (p ${p.toFixed(2)})`
}

function importance(found: RegressFindings): Block[] {
  const lines = byImportance(found).slice(0, columnsShown)
  if (lines.length < 2) return []
  return [
    {
      kind: 'bars',
      caption:
        found.fit.kind === 'logistic'
          ? 'Which columns matter most (change of the log odds with one standard deviation of the column)'
          : 'Which columns matter most (standard deviations of the target with one of the column)',
      bars: lines.map(({ name, standardized = 0 }) => ({
        label: name,
        value: Math.abs(standardized),
        text: `${standardized < 0 ? '-' : '+'}${Math.abs(standardized).toFixed(3)}`,
      })),
    },
  ]
}

function answers({ at, target, level, fit }: RegressFindings): Block[] {
  if (at.length === 0) return []
  const names = Object.keys(at[0]?.at ?? {})
  const hasBounds = at.some(({ lower }) => lower !== undefined)
  const what = fit.kind === 'logistic' ? `chance of ${fit.kinds[1]}` : target
  const of = fit.kind === 'logistic' ? 'the chance' : `a new row's ${target}`
  return [
    {
      kind: 'table',
      caption: hasBounds
        ? `Predictions, with the interval that holds ${of} in ${level} of 100 cases`
        : 'Predictions',
      columns: [
        ...names.map((name) => ({ name, align: 'right' }) as const),
        { name: what, align: 'right' },
        ...(hasBounds
          ? ([
              { name: 'from', align: 'right' },
              { name: 'to', align: 'right' },
            ] as const)
          : []),
      ],
      rows: at.map((row) => [
        ...names.map((name) => String(row.at[name])),
        figure(row.predicted),
        ...(hasBounds ? [shown(row.lower), shown(row.upper)] : []),
      ]),
    },
  ]
}

function quality(found: RegressFindings): Block[] {
  const { fit, cv, rank, condition, scaledCondition } = found
  const facts: [string, string][] = []
  if (fit.kind === 'ols') {
    const { regression: one } = fit
    facts.push(
      ['R²', one.r2.toFixed(4)],
      ['adjusted R²', one.adjustedR2.toFixed(4).replace(/^-(0\.0+)$/, '$1')],
      ['sigma', figure(one.sigma)],
    )
    if (one.f !== undefined) {
      facts.push([
        `F(${one.dfModel}, ${count(one.dfResid)})`,
        `${figure(one.f)}, p ${probability(one.fP) ?? ''}`,
      ])
    }
    if (one.aic !== undefined && one.bic !== undefined && one.logLikelihood !== undefined) {
      facts.push(
        ['AIC, BIC', `${figure(one.aic, 6)}, ${figure(one.bic, 6)}`],
        ['log likelihood', figure(one.logLikelihood, 6)],
      )
    }
  } else if (fit.kind === 'logistic') {
    const { logistic: one } = fit
    facts.push(
      ['AUC', one.scores.auc.toFixed(4)],
      ['accuracy at one half', share(one.scores.accuracy)],
      ['McFadden’s R²', one.pseudoR2.toFixed(4)],
    )
    if (one.likelihoodRatioP !== undefined) {
      facts.push([
        'likelihood ratio',
        `${figure(one.likelihoodRatio)}, p ${probability(one.likelihoodRatioP) ?? ''}`,
      ])
    }
    facts.push(['AIC, BIC', `${figure(one.aic, 6)}, ${figure(one.bic, 6)}`])
  } else {
    facts.push(['R²', fit.penalised.r2.toFixed(4)], ['root mean squared error', figure(fit.penalised.rmse)])
  }
  if (cv !== undefined) {
    const what = `on rows left out, ${cv.folds} folds`
    if (cv.kind === 'kinds') {
      facts.push([`AUC ${what}`, cv.auc.toFixed(4)], [`accuracy ${what}`, share(cv.accuracy)])
    } else {
      facts.push(
        [`R² ${what}`, cv.r2.toFixed(4)],
        [`root mean squared error ${what}`, figure(Math.sqrt(cv.mse))],
      )
    }
  }
  facts.push(
    ['rank', `${rank} of ${found.columns.length + (found.hasIntercept ? 1 : 0)}`],
    ['condition', `${figure(condition)}; ${figure(scaledCondition)} with columns scaled`],
  )
  const table: Block = {
    kind: 'table',
    columns: [{ name: 'measure' }, { name: 'value', align: 'right' }],
    rows: facts,
  }
  return [{ kind: 'heading', text: 'How good it is' }, table, ...confusionTable(found)]
}

function confusionTable({ fit, isWeighted }: RegressFindings): Block[] {
  if (fit.kind !== 'logistic') return []
  const [first, second] = fit.kinds
  const matrix = fit.logistic.scores.confusion
  const size = (weight: number) => (Number.isInteger(weight) ? count(weight) : figure(weight))
  return [
    {
      kind: 'table',
      caption: `Rows by what they are and what they are taken for${isWeighted ? ', by their weights' : ''}`,
      columns: [
        { name: 'is' },
        { name: `taken for ${first}`, align: 'right' },
        { name: `taken for ${second}`, align: 'right' },
      ],
      rows: [
        [first, size(matrix[0][0]), size(matrix[0][1])],
        [second, size(matrix[1][0]), size(matrix[1][1])],
      ],
    },
  ]
}

function assumptions({
  fit,
  residuals: barsOf,
  target,
  robust,
  isWeighted,
  hasIntercept,
}: RegressFindings): Block[] {
  const residuals = barsOf()
  if (fit.kind !== 'ols' || fit.regression.isPerfect || residuals.length === 0) return []
  const { regression: one } = fit
  const words = [
    ...(one.durbinWatson === undefined
      ? []
      : [
          `Durbin–Watson ${one.durbinWatson.toFixed(2)}: ${dependence(one.durbinWatson, one.rows, one.rank)}.`,
        ]),
    ...(one.jarqueBeraP === undefined
      ? []
      : [
          `Jarque–Bera p ${probability(one.jarqueBeraP) ?? ''}: residuals ` +
            `${one.jarqueBeraP < 0.05 ? 'are not of a normal distribution, so with few rows intervals are rough' : 'may be of a normal distribution'}.`,
        ]),
    ...(one.breuschPaganP === undefined
      ? isWeighted || !hasIntercept
        ? [`Breusch–Pagan is for fits ${isWeighted ? 'without weights' : 'with an intercept'}.`]
        : []
      : [
          `Breusch–Pagan p ${probability(one.breuschPaganP) ?? ''}: their spread ${spread(one.breuschPaganP, robust)}.`,
        ]),
  ]
  const edges = figures(residuals.flatMap(({ from, to }) => [from, to]))
  return [
    { kind: 'heading', text: 'What the columns do not explain' },
    { kind: 'paragraph', text: words.join(' ') },
    {
      kind: 'bars',
      caption: `Rows by residual (${target} less its prediction)`,
      bars: residuals.map(({ rows }, i) => ({
        label: `${(edges[2 * i] ?? '').padStart(longest(edges))} to ${(edges[2 * i + 1] ?? '').padStart(longest(edges))}`,
        value: rows,
        text: count(rows),
      })),
    },
  ]
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length))
}

function spread(p: number, robust: string | undefined): string {
  if (p >= 0.05) return 'is much the same everywhere'
  return robust === undefined
    ? 'differs with the columns; --robust hc3 gives errors that hold then'
    : `differs with the columns; the ${robust.toUpperCase()} errors above hold all the same`
}

/** Rows below which Durbin and Watson have no table. */
const FEWEST_TO_TELL = 15

/** Of rows that do not depend on each other it is about 2, with a variance of about four over the degrees of freedom. */
function dependence(value: number, rows: number, rank: number): string {
  if (rows < FEWEST_TO_TELL)
    return 'with so few rows it does not tell whether neighbours depend on each other'
  const usual = Math.max(0.5, 4 / Math.sqrt(Math.max(rows - rank, 1)))
  if (value < 2 - usual) return 'neighbouring rows miss to the same side, so errors are too small'
  if (value > 2 + usual) return 'neighbouring rows miss to opposite sides'
  return 'neighbouring rows do not seem to depend on each other'
}

function influential({ influences, target }: RegressFindings): Block[] {
  if (influences.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'Rows that move the coefficients most (Cook’s distance; above 1 is a lot)',
      columns: [
        { name: 'row', align: 'right' },
        { name: 'distance', align: 'right' },
        { name: 'leverage', align: 'right' },
        { name: target, align: 'right' },
        { name: 'residual', align: 'right' },
      ],
      rows: influences.map(({ row, distance, leverage, actual, residual }) => [
        count(row),
        figure(distance, 3),
        figure(leverage, 3),
        figure(actual),
        figure(residual),
      ]),
    },
  ]
}
