/**
 * The fit that `lode regress` is asked for, from its data: least squares, with a penalty, or the odds of a kind.
 *
 * In:  the context and RegressData.
 * Out: a Fitted, with what cross-validation says of it; data that gives no coefficients is refused by name.
 */
import { PairSum } from '../../base/double-double.ts'
import { DataError } from '../../base/errors.ts'
import { stepByStep, type Steps } from '../../base/steps.ts'
import { listed, plural } from '../../base/wording.ts'
import { chanceScores } from '../../learn/chance-scores.ts'
import { crossProductsOf, type CrossProducts } from '../../learn/cross-products.ts'
import { foldsOf } from '../../learn/folds.ts'
import { leastSquares, type LeastSquares } from '../../learn/least-squares.ts'
import { logistic } from '../../learn/logistic.ts'
import {
  foldBounds,
  penalised,
  penaltiesToTry,
  squaredErrors,
  validated,
  type LinearFit,
  type Penalty,
} from '../../learn/penalised.ts'
import { regression } from '../../learn/regression.ts'
import { predictions, type Predictor } from '../../learn/predictions.ts'
import type { CrossValidated, Fit } from '../../report/regress.ts'
import type { RegressData } from './data.ts'
import type { RegressContext } from './options.ts'
import { refuseRange } from './range.ts'

export interface Fitted {
  readonly fit: Fit
  readonly linear: LeastSquares
  readonly predictor: Predictor
  /**
   * By row of the design, where they are known to more digits than the target less its prediction has; made when first
   * asked for, where rows are not.
   */
  readonly residuals?: Float64Array
  readonly cv: CrossValidated | undefined
}

/** @throws {DataError} where no coefficients can be had from such data */
export function refuseShape(
  { options: { method } }: RegressContext,
  { design, columns, terms, targets, rowOf, target, relation }: RegressData,
): void {
  const parameters = columns.length + (terms.intercept ? 1 : 0)
  const where = relation.files.join(' and ')
  // A penalty tells apart what rows alone do not.
  const isPenalised = method !== 'ols' && method !== 'logistic'
  if (!isPenalised && design.rows <= parameters) {
    throw new DataError(
      `${plural(design.rows, 'row')} of ${where} ${design.rows === 1 ? 'is' : 'are'} too few for ${plural(parameters, 'coefficient')}`,
      {
        code: 'E_TOO_FEW_ROWS',
        help: [
          'There must be more rows than coefficients: name fewer columns, fill missing values with --missing, or take ridge or lasso for --method.',
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

export async function fit(context: RegressContext, data: RegressData): Promise<Fitted> {
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
    regression(data.design, {
      intercept: data.terms.intercept,
      level: level / 100,
      robust,
      keepsResiduals: context.wants.rows,
    }),
  )
  refuseRange(context, found.fit.crossProducts, data)
  const folds = cv === undefined ? undefined : await foldSums(context, data, cv)
  return {
    fit: { kind: 'ols', regression: found },
    linear: found.fit,
    predictor: found.predictor,
    get residuals() {
      return found.residuals
    },
    cv:
      folds === undefined
        ? undefined
        : {
            kind: 'numbers',
            ...(await steps(context, validated(folds, [{ kind: 'none' }], penaltyOptions(context, data)))),
          },
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
const USUAL_L1_RATIO = 0.5

async function fitPenalised(context: RegressContext, data: RegressData): Promise<Fitted> {
  const { method, alpha, l1Ratio: askedRatio = USUAL_L1_RATIO, cv } = context.options
  const { design, terms } = data
  const linear = await steps(context, leastSquares(design, terms.intercept, true))
  const sums = linear.crossProducts
  refuseRange(context, sums, data)
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
    const isNeedless = method === 'ridge' && end === 'smallest'
    context.warn({
      code: 'penalty_at_the_end',
      message: isNeedless
        ? 'the smallest penalty tried was the best, so least squares without one (--method ols) does as well'
        : `the ${end} penalty tried was the best, ${chosen}; --alpha takes others`,
    })
  }
  const centers = terms.intercept ? [...sums.means.subarray(0, design.columns)] : data.columns.map(() => 0)
  const predictor: Predictor = {
    kind: 'linear',
    centers,
    slopes: [...found.slopes],
    level: levelAt(centers, found),
    variance: 0,
  }
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
    cv: checked === undefined ? undefined : { kind: 'numbers', ...checked },
  }
}

/** What is predicted at the centres. */
function levelAt(centers: readonly number[], { intercept, interceptLow, slopes }: LinearFit): number {
  const level = new PairSum()
  level.addPair(intercept, interceptLow)
  centers.forEach((center, j) => {
    level.addProduct(center, slopes[j] as number)
  })
  return level.value
}

async function fitLogistic(context: RegressContext, data: RegressData): Promise<Fitted> {
  const kinds = data.kinds as readonly [string, string]
  const found = await steps(
    context,
    logistic(data.design, { intercept: data.terms.intercept, level: context.options.level / 100 }),
  )
  refuseRange(context, found.linear.crossProducts, data)
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
    cv: context.options.cv === undefined ? undefined : await validatedOdds(context, data, context.options.cv),
  }
}

/**
 * Each fold is told from all others. Every fold gets its part of both kinds, as in StratifiedKFold: in files that are
 * sorted by the target neighbouring rows are of one kind.
 */
async function validatedOdds(
  context: RegressContext,
  data: RegressData,
  folds: number,
): Promise<CrossValidated | undefined> {
  const { rowOf, targets, weights, terms } = data
  const codes = Int32Array.from(rowOf, (row) => targets[row] as number)
  const ones = codes.reduce((sum, code) => sum + code, 0)
  const rarer = Math.min(ones, codes.length - ones)
  if (folds > rarer) {
    throw new DataError(`${plural(rarer, 'row')} of the rarer kind can't be parted into ${folds} folds`, {
      code: 'E_TOO_FEW_ROWS',
      help: [rarer < 2 ? 'Leave --cv out.' : `Ask for at most ${rarer} with --cv.`],
    })
  }
  const foldOf = foldsOf(rowOf.length, { codes, classes: 2 }, folds, undefined)
  const sums = { auc: 0, accuracy: 0, logLoss: 0 }
  for (let fold = 0; fold < folds; fold++) {
    const options = { intercept: terms.intercept, level: 0.95 }
    const training = data.designOver(rowOf.filter((_, i) => foldOf[i] !== fold))
    const found = await steps(context, logistic(training, options))
    if (found.kind === 'separated') {
      context.warn({
        code: 'no_validation',
        message: `without the rows of fold ${fold + 1} of ${folds} the columns part the two kinds, so there is no cross-validation`,
      })
      return undefined
    }
    const left = rowOf.filter((_, i) => foldOf[i] === fold)
    const { predicted } = predictions(data.designOver(left), found.predictor, options.level)
    const kinds = Uint8Array.from(left, (row) => targets[row] as number)
    const own = weights === undefined ? undefined : Float64Array.from(left, (row) => weights[row] as number)
    const scores = chanceScores(predicted, kinds, own)
    sums.auc += scores.auc / folds
    sums.accuracy += scores.accuracy / folds
    sums.logLoss += scores.logLoss / folds
  }
  return { kind: 'kinds', folds, ...sums }
}
