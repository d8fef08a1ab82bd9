/** The options of `lode regress`, as data. */
import { UsageError } from '../../base/errors.ts'
import type { Context } from '../command.ts'
import {
  choice,
  flag,
  integer,
  modelFile,
  negativeFlag,
  number,
  pairs,
  tableFile,
  text,
  texts,
  type OptionSpec,
  type OptionValues,
} from '../option.ts'

/** How heavy the penalty is; `auto` is found by cross-validation. */
const penalty: OptionSpec<number | 'auto'> = {
  about: 'how heavy the penalty of ridge, lasso and elasticnet is; auto is found by cross-validation',
  metavar: 'X|auto',
  group: 'Method',
  fallback: 'auto',
  badValue: '-1',
  parse(given = '') {
    if (given === 'auto') return 'auto'
    const value = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : NaN
    if (Number.isFinite(value)) return value
    throw new UsageError(`must be a number of at least 0, or auto; got "${given}"`)
  },
}

export const options = {
  target: text({ about: 'column to explain (required)', metavar: 'COL' }),
  terms: text({
    about:
      'what explains it, instead of --columns: "age + income + age:income + age^2 + poly(income,3) + C(zone)"',
    metavar: 'TERMS',
  }),
  method: choice({
    about: 'ordinary least squares, with a penalty, or the odds of one of two kinds',
    choices: ['ols', 'ridge', 'lasso', 'elasticnet', 'logistic'],
    default: 'ols',
    group: 'Method',
  }),
  alpha: penalty,
  l1Ratio: number({
    min: 0,
    max: 1,
    about: 'elasticnet: the share of the penalty that is that of lasso; 0.5 by default',
    group: 'Method',
  }),
  standardize: flag({
    about: 'measure columns in their standard deviations before they are penalised',
    group: 'Method',
  }),
  intercept: negativeFlag({ about: 'the prediction is 0 where all columns are', group: 'Method' }),
  weights: text({ about: 'column that says how much each row counts', metavar: 'COL', group: 'Method' }),
  positive: text({
    about: 'logistic: the value of the target whose odds are asked for; by default the later in sorted order',
    metavar: 'VALUE',
    group: 'Method',
  }),
  base: pairs({
    about:
      'the value of a text column that its others are compared with; by default the first in sorted order',
    metavar: 'COL=VALUE',
    group: 'Method',
  }),
  maxLevels: integer({
    min: 2,
    max: 2000,
    default: 200,
    about: 'the most values that a text column may have; each but one makes a column',
    group: 'Method',
  }),
  missing: choice({
    about: 'a row with a missing value in a column that explains: leave it out, fill the value in, or stop',
    choices: ['drop', 'mean', 'median', 'error'],
    default: 'drop',
  }),
  robust: choice({
    about: 'errors that hold where the spread of the residuals differs between rows',
    choices: ['hc0', 'hc1', 'hc2', 'hc3'],
    group: 'Errors',
  }),
  level: number({
    min: 0,
    max: 100,
    exclusive: true,
    default: 95,
    about: 'of the intervals, in percent',
    group: 'Errors',
  }),
  cv: integer({
    min: 2,
    max: 1000,
    about:
      'folds of neighbouring rows that are predicted from the others (logistic: with their part of both kinds); 10 where alpha is auto',
    group: 'Errors',
  }),
  at: texts({
    about: 'predicts for a new row, such as age=30,income=60000; may stand several times',
    metavar: 'COL=VALUE,…',
    group: 'Predictions',
  }),
  predict: tableFile({
    about: 'predicts for the rows of another file: they come out, with predicted, lower and upper',
    group: 'Predictions',
  }),
  saveModel: modelFile(),
}

export type Options = OptionValues<typeof options>
export type RegressContext = Context<typeof options>
