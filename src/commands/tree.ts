/** `lode tree`: what tells a column, as a tree of questions. */
import { DataError, UsageError } from '../base/errors.ts'
import { stepByStep } from '../base/steps.ts'
import { count, plural, share } from '../base/wording.ts'
import { classScores, numberScores, rocArea } from '../learn/class-scores.ts'
import { foldsOf, holdOut, type Classes } from '../learn/folds.ts'
import {
  assessSteps,
  choosePriceSteps,
  partsOf,
  taken,
  type Assessed,
  type Part,
} from '../learn/tree/assess.ts'
import { prepareSteps, type Prepared } from '../learn/tree/cart.ts'
import type { Criterion } from '../learn/tree/criterion.ts'
import { growSteps, type GrowSettings } from '../learn/tree/grow.ts'
import { predict, predictPreparedSteps, type Predictions } from '../learn/tree/predict.ts'
import {
  argmax,
  depthOf,
  importances,
  leafCount,
  nodesOf,
  type Feature,
  type Target,
  type Tree,
} from '../learn/tree/tree.ts'
import { treeDot, treeSql, treeText } from '../report/tree-code.ts'
import { deviationOf, type TreeShape } from '../report/tree-words.ts'
import { isCutShort, treeReport, type AssessedScores, type Baseline, type Scores } from '../report/tree.ts'
import type { Report, ReportInput } from '../report/report.ts'
import { appendColumns } from '../table/append.ts'
import type { Relation } from '../table/relation.ts'
import { command } from './command.ts'
import type { Learned } from './model.ts'
import { freshlyNamed } from './result-names.ts'
import { treeOptions, type TreeContext, type TreeOptions as Options } from './tree-options.ts'
import { readTreeTable, type TreeTable } from './tree-table.ts'
import { predictedColumns, treePart } from './tree-predict.ts'

export const tree = command({
  name: 'tree',
  summary: 'Tell a column from the others with a decision tree, and say by which rules',
  about:
    'Grows a decision tree (CART, ID3 or C4.5) that tells the target column, draws it, lists its rules, and says how ' +
    'often it is right on rows that it did not see. Adds predicted_<target>, and for classes the probability that ' +
    'the tree gives to it. Used are all columns but those that look like a key, dates, and texts with more than 100 ' +
    'different values, or with more than 20 in over half of the rows; or those that --columns names, of which the ' +
    'first is asked where several serve alike. Texts are split as they are, without dummies.',
  options: treeOptions,
  examples: [
    ['who lives where', 'lode tree fixtures/customers.csv --target city --max-depth 3 -f table'],
    ['a number', 'lode tree fixtures/customers.csv --target price --max-depth 3 -f table'],
    [
      'as SQL, for the database where the customers are',
      'lode tree fixtures/customers.csv --target city --max-depth 2 --rules sql',
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  async run(context) {
    refuseContradictions(context.options)
    const table = await readTreeTable(context, context.inputs[0] as Relation)
    const settings = settingsOf(context, table.target)
    const { signal, pool } = context
    const prepared = await stepByStep(prepareSteps(table.features, table.target), signal, pool)
    const grown = await grow(context, table, prepared, settings)
    const said = await stepByStep(predictPreparedSteps(grown.tree, prepared, table.rows), signal, pool)
    const { rules } = context.options
    const work: Work = { context, table, prepared, said, ...grown }
    const added = freshlyNamed(context, table.relation, predictedColumns(table.target, said, table.isWhole))
    warnOfTree(work)
    return {
      rows: await appendColumns(context.engine, table.relation, added),
      report: () => report(work),
      told: () => told(work),
      model: () => learned(work),
      ...(rules === undefined ? {} : { text: () => rulesText(work, rules) }),
    }
  },
})

/** What is known once the tree stands. */
interface Work extends Grown {
  readonly context: TreeContext
  readonly table: TreeTable
  readonly prepared: Prepared
  /** Of every row. */
  readonly said: Predictions
}

interface Grown {
  readonly tree: Tree
  /** With the price of a leaf that the tree was pruned by. */
  readonly settings: GrowSettings
  readonly pruning:
    { readonly alpha: number; readonly prices: Awaited<ReturnType<typeof choosePrice>>['prices'] } | undefined
}

/** @throws {UsageError} for options of which one makes another mean nothing */
function refuseContradictions(given: Options): void {
  const { algorithm, task, criterion, prune, noPrune, compat, cv, testShare, confidence } = given
  const refuse = (message: string): never => {
    throw new UsageError(message, { code: 'E_OPTION' })
  }
  if (algorithm !== 'cart') {
    if (task === 'regress')
      refuse(`--algorithm ${algorithm} tells classes; --task regress needs --algorithm cart`)
    if (criterion !== undefined) refuse(`--criterion belongs to --algorithm cart; ${algorithm} has its own`)
    if (prune !== undefined)
      refuse(
        `--prune belongs to --algorithm cart; ${algorithm === 'c45' ? 'c45 prunes by --confidence' : 'id3 is not pruned'}`,
      )
    if (compat !== undefined) refuse(`--compat sklearn is a CART; leave --algorithm ${algorithm} out`)
  }
  if (noPrune && algorithm === 'cart')
    refuse('--no-prune belongs to --algorithm c45; cart is not pruned unless --prune says so')
  if (confidence !== undefined && algorithm !== 'c45')
    refuse(
      `--confidence belongs to --algorithm c45; ${algorithm === 'cart' ? 'cart is pruned by --prune' : 'id3 is not pruned'}`,
    )
  if (confidence !== undefined && noPrune)
    refuse('--confidence says how to prune and --no-prune not to; name one')
  if (criterion === 'mse' && task === 'classify')
    refuse('--criterion mse is for numbers; --task classify takes gini or entropy')
  if (criterion !== undefined && criterion !== 'mse' && task === 'regress') {
    refuse(`--criterion ${criterion} is for classes; --task regress takes mse`)
  }
  if (cv !== undefined && testShare !== undefined)
    refuse('--cv and --test-share are two ways to test; name one')
}

/** Weka's and Quinlan's. */
const USUAL_CONFIDENCE = 0.25

function settingsOf({ options: given, seed }: TreeContext, target: Target): GrowSettings {
  const { algorithm, maxDepth, minLeaf, minSplit, confidence, noPrune, classWeight, compat, prune } = given
  const isSklearn = compat === 'sklearn'
  return {
    algorithm,
    criterion: criterionOf(given, target),
    maxDepth: maxDepth ?? (algorithm === 'cart' && !isSklearn ? 6 : Infinity),
    minSplit,
    minLeaf: minLeaf ?? (algorithm === 'c45' ? 2 : 1),
    alpha: typeof prune === 'number' ? prune : 0,
    confidence: confidence ?? USUAL_CONFIDENCE,
    prunes: !noPrune,
    isBalanced: classWeight === 'balanced',
    asSklearn: isSklearn,
    seed,
  }
}

/** @throws {UsageError} for a measure of classes where the target is a number, or the other way */
function criterionOf({ criterion, classWeight }: Options, target: Target): Criterion {
  const isNumber = target.kind === 'number'
  if (isNumber && classWeight !== undefined) {
    throw new UsageError(`--class-weight is for classes; "${target.name}" is told as a number`, {
      code: 'E_OPTION',
    })
  }
  if (criterion === undefined) return isNumber ? 'mse' : 'gini'
  if ((criterion === 'mse') === isNumber) return criterion
  throw new UsageError(
    isNumber
      ? `--criterion ${criterion} is for classes; "${target.name}" is told as a number`
      : `--criterion mse is for numbers; "${target.name}" is told as a class`,
    { code: 'E_OPTION', help: ['--task classify or --task regress says how the target is to be taken.'] },
  )
}

async function grow(
  context: TreeContext,
  table: TreeTable,
  prepared: Prepared,
  settings: GrowSettings,
): Promise<Grown> {
  const { signal, pool } = context
  const { prune } = context.options
  if (prune !== 'auto') {
    const made = await stepByStep(growSteps(prepared, table.used, settings), signal, pool)
    return { tree: made, settings, pruning: prune === undefined ? undefined : { alpha: prune, prices: [] } }
  }
  const whole = await stepByStep(growSteps(prepared, table.used, settings), signal, pool)
  const chosen = await choosePrice(context, table, prepared, settings, whole)
  const pruned = { ...settings, alpha: chosen.alpha }
  return {
    tree: await stepByStep(growSteps(prepared, table.used, pruned), signal, pool),
    settings: pruned,
    pruning: chosen,
  }
}

function choosePrice(
  context: TreeContext,
  table: TreeTable,
  prepared: Prepared,
  settings: GrowSettings,
  whole: Tree,
) {
  const asked = context.options.cv ?? 0
  const parts = cvParts(context, table, asked >= 2 ? asked : USUAL_FOLDS)
  return stepByStep(choosePriceSteps(prepared, settings, whole, parts), context.signal, context.pool)
}

const USUAL_FOLDS = 10
/** Above so many rows a part is held out instead. */
const CV_ROWS = 100_000
const USUAL_SHARE = 0.25

function classesOf({ target, used }: TreeTable): Classes | undefined {
  if (target.kind !== 'classes') return undefined
  return { codes: Int32Array.from(used, (row) => target.codes[row] as number), classes: target.labels.length }
}

/** scikit-learn's cross_val_score does not shuffle: with --compat the folds are its own. */
function cvParts(context: TreeContext, table: TreeTable, asked: number): Part[] {
  const count_ = Math.min(asked, table.used.length)
  const seed = context.options.compat === 'sklearn' ? undefined : context.seed
  return partsOf(table.used, foldsOf(table.used.length, classesOf(table), count_, seed), count_)
}

/** How the tree is tested, and the parts; undefined where it is not. */
function testOf(context: TreeContext, table: TreeTable): { how: 'cv' | 'test'; parts: Part[] } | undefined {
  const { cv, testShare } = context.options
  const rows = table.used.length
  const held = testShare ?? (cv === undefined && rows > CV_ROWS ? USUAL_SHARE : undefined)
  if (held !== undefined) {
    const parted = holdOut(rows, classesOf(table), held, context.seed)
    if (parted === undefined) {
      throw new DataError(
        `--test-share ${held} of ${plural(rows, 'row')} leaves none to learn from or to test on`,
      )
    }
    const at = (places: Int32Array) => places.map((place) => table.used[place] as number)
    return { how: 'test', parts: [{ train: at(parted.train), test: at(parted.test) }] }
  }
  const asked = cv ?? USUAL_FOLDS
  if (asked === 0 || rows < 2) return undefined
  return { how: 'cv', parts: cvParts(context, table, asked) }
}

async function report(work: Work): Promise<Omit<Report, 'warnings'>> {
  const { context, table, tree: grown, prepared, settings, pruning } = work
  const assessed = await assessedScores(work)
  warnOfScores(work, assessed)
  return treeReport({
    input: inputOf(work),
    params: resolvedParams(work, assessed),
    algorithm: settings.algorithm,
    criterion:
      settings.algorithm === 'cart'
        ? settings.criterion
        : settings.algorithm === 'id3'
          ? 'gain'
          : 'gain_ratio',
    isBalanced: settings.isBalanced,
    target: table.target.name,
    shape: shapeOf(work),
    rulesText: context.options.rules === undefined ? undefined : rulesText(work, context.options.rules),
    size: { nodes: nodesOf(grown.root).length, leaves: leafCount(grown.root), depth: depthOf(grown.root) },
    leftOut: table.leftOut,
    training: trainingScores(work),
    baseline: baselineOf(work),
    assessed,
    importance: importances(grown.root, prepared.features.length),
    pruning,
  })
}

/** The options as they were taken, where they were left open or are no JSON. */
function resolvedParams({ context, settings, pruning, table }: Work, assessed: AssessedScores | undefined) {
  const { maxDepth, minLeaf, criterion, algorithm } = settings
  return {
    ...context.params,
    task: table.target.kind === 'classes' ? 'classify' : 'regress',
    max_depth: maxDepth === Infinity ? 'none' : maxDepth,
    min_leaf: minLeaf,
    criterion: algorithm === 'cart' ? criterion : null,
    prune: pruning?.alpha ?? null,
    confidence: algorithm === 'c45' && settings.prunes ? settings.confidence : null,
    cv: assessed?.how === 'cv' ? assessed.parts.length : 0,
    test_share: assessed?.how === 'test' ? (context.options.testShare ?? USUAL_SHARE) : null,
  }
}

function shapeOf({ tree: { root, precision }, prepared, table: { target, used } }: Work): TreeShape {
  const columns = prepared.features.map((feature, place) => ({
    ...feature,
    hasMissing: hasGaps(feature, used),
    different: prepared.values[place] as Float64Array,
    isSingle: precision === 'float32',
  }))
  return { root, columns, labels: target.kind === 'classes' ? target.labels : [] }
}

async function assessedScores(work: Work): Promise<AssessedScores | undefined> {
  const { context, table, prepared, settings } = work
  const test = testOf(context, table)
  if (test === undefined) return undefined
  const steps = assessSteps(prepared, settings, test.parts)
  const assessed = await stepByStep(steps, context.signal, context.pool)
  return {
    how: test.how,
    parts: assessed.parts,
    all: scoresOf(table.target, assessed, mean(assessed.areas)),
    permutation: assessed.permutation,
  }
}

/** @param auc of two classes */
function scoresOf(
  target: Target,
  { rows, values }: Pick<Assessed, 'rows' | 'values'>,
  auc: number | undefined,
): Scores {
  if (target.kind === 'number') {
    return {
      kind: 'number',
      scores: numberScores(
        Float64Array.from(rows, (row) => target.values[row] as number),
        values,
      ),
    }
  }
  const codes = Int32Array.from(rows, (row) => target.codes[row] as number)
  return { kind: 'classes', scores: classScores(codes, values, target.labels.length), auc }
}

function trainingScores({ table: { target, used, features }, said, tree: grown }: Work): Scores {
  const values = Float64Array.from(used, (row) => said.values[row] as number)
  return scoresOf(target, { rows: used, values }, trainingArea(grown, target, taken(features, used), used))
}

function trainingArea(
  grown: Tree,
  target: Target,
  features: readonly Feature[],
  used: Int32Array,
): number | undefined {
  if (target.kind !== 'classes' || target.labels.length !== 2) return undefined
  const { shares } = predict(grown, features, used.length, true)
  const isSecond = Uint8Array.from(used, (row) => target.codes[row] as number)
  return rocArea(
    isSecond,
    shares.filter((_, i) => i % 2 === 1),
  )
}

/** Undefined of none. */
function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
}

function baselineOf({ table: { target, used }, tree: { root } }: Work): Baseline {
  if (target.kind === 'classes') {
    const largest = argmax(root.counts)
    return { answer: target.labels[largest] ?? '', value: (root.counts[largest] as number) / used.length }
  }
  return { answer: String(root.value), value: deviationOf(root) }
}

function inputOf({ table }: Work): ReportInput {
  return {
    files: table.relation.files,
    rows: table.rows,
    columns: table.relation.columns.length,
    rows_used: table.used.length,
    columns_used: table.features.map(({ name }) => name),
    dropped: table.dropped,
  }
}

function warnOfTree({ context, tree: { root }, table, pruning }: Work): void {
  if (root.split !== undefined) {
    const nodes = nodesOf(root).length
    if (!isCutShort(nodes)) return
    context.warn({
      code: 'large_tree',
      message: `the tree has ${count(nodes)} nodes: it has learnt rows by heart, and its report tells the first of them alone; --max-depth, --min-leaf or --prune auto keep it small`,
    })
    return
  }
  context.warn({
    code: 'no_split',
    message: !isCutBack(pruning)
      ? `no question tells "${table.target.name}" better than none: the tree is one leaf`
      : `no tree tells "${table.target.name}" better by more than the price of its leaves: it was cut back to one leaf`,
  })
}

/** Whether a price was given, or found that is too high for a tree that there was. */
function isCutBack(pruning: Grown['pruning']): boolean {
  if (pruning === undefined) return false
  return pruning.prices.length === 0 || pruning.prices.some(({ leaves }) => leaves > 1)
}

/** A tree that is right no more often than a guess is worth knowing. */
function warnOfScores(work: Work, assessed: AssessedScores | undefined): void {
  const {
    context,
    tree: { root },
  } = work
  if (assessed === undefined || root.split === undefined) return
  const baseline = baselineOf(work)
  if (assessed.all.kind === 'classes' && assessed.all.scores.accuracy <= baseline.value) {
    context.warn({
      code: 'no_better_than_guess',
      message:
        `on rows that it did not see the tree is right for ${share(assessed.all.scores.accuracy)}; ` +
        `always saying "${baseline.answer}" is for ${share(baseline.value)}`,
    })
  }
  if (assessed.all.kind === 'number' && (assessed.all.scores.r2 ?? 0) <= 0) {
    context.warn({
      code: 'no_better_than_guess',
      message: 'on rows that it did not see the tree misses by more than the mean of all rows does',
    })
  }
}

function learned({ table, tree: grown, context }: Work): Learned {
  return {
    columns: table.features.map((feature, place) =>
      feature.kind === 'number'
        ? { name: feature.name, role: 'number', ...fillOf(table.fills[place]) }
        : { name: feature.name, role: 'text', levels: feature.levels },
    ),
    part: treePart(grown, table.target, context.options.missing === 'drop'),
  }
}

function fillOf(fill: number | undefined): { fill?: number } {
  return fill === undefined ? {} : { fill }
}

function rulesText(work: Work, rules: 'sql' | 'text' | 'dot'): string {
  const { context, table, tree: grown } = work
  const shape = { ...shapeOf(work), target: table.target.name }
  if (rules === 'dot') return treeDot(shape)
  if (rules === 'text') return treeText(shape)
  return treeSql({
    ...shape,
    columns: shape.columns.map((column, place) => ({
      ...column,
      fill: table.fills[place],
      heldText: table.heldText[place] === true,
    })),
    isSingle: grown.precision === 'float32',
    hadMissing: shape.columns.some(({ hasMissing }) => hasMissing),
    drops: context.options.missing === 'drop',
  })
}

function hasGaps(feature: Feature, used: Int32Array): boolean {
  return feature.kind === 'number'
    ? used.some((row) => Number.isNaN(feature.values[row]))
    : used.some((row) => feature.codes[row] === -1)
}

/** What became of the rows, in a line. */
function told({ tree: { root }, table: { target, used, rows }, said }: Work): string {
  const lacking = rows - used.length
  const out = lacking === 0 ? '' : `; ${plural(lacking, 'row')} took no part`
  const size = `a tree of ${plural(leafCount(root), 'leaf', 'leaves')}`
  if (target.kind === 'number') return `${size} from ${plural(used.length, 'row')}${out}`
  let right = 0
  for (const row of used) if (target.codes[row] === said.values[row]) right++
  return `${size}, right for ${share(right / used.length)} of the rows that it was grown on${out}`
}
