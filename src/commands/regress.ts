/** `lode regress`: what explains a column of numbers, or which of two kinds a row is, and by how much. */
import { parseTerms } from '../shape/terms.ts'
import { regressReport } from '../report/regress.ts'
import { splitList } from '../table/columns.ts'
import type { Relation } from '../table/relation.ts'
import { command } from './command.ts'
import { predictAt, type RegressPart } from './regress-predict.ts'
import { refuseOptions } from './regress/checks.ts'
import { regressData } from './regress/data.ts'
import { findings, warnOfFit } from './regress/findings.ts'
import { fit, refuseShape } from './regress/fit.ts'
import { options, type Options } from './regress/options.ts'
import { learned, predictedRows, withResults } from './regress/results.ts'

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
    refuseShape(context, data)
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
