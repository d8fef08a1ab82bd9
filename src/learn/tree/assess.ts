/**
 * How well trees of this kind tell rows that they were not grown on.
 *
 * In:  prepared features and target, the settings, folds or a part of the rows held out.
 * Out: what was said of each such row, and how much worse it gets without a column; the price of a leaf that
 *      cross-validation would choose.
 * Cost: a tree for each fold. Folds are shared out over threads; the result does not depend on them.
 *
 * Importance by permutation: Breiman, "Random forests", Machine Learning 45, 2001, section 10, here on rows held out.
 * The 1-SE rule: Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3.
 */
import { RandomState } from '../../base/random.ts'
import { allAtOnce, shared, type Steps, type Task } from '../../base/steps.ts'
import { rocArea } from '../class-scores.ts'
import { shuffle } from '../folds.ts'
import type { Prepared } from './cart.ts'
import { grow, type GrowSettings } from './grow.ts'
import { pruningPath, type PruningPath } from './prune.ts'
import { branchOf, predict } from './predict.ts'
import { canWalkByRank, RankedWalk, rankedQuestions } from './ranked-walk.ts'
import { nodesOf, type Feature, type Target, type Tree, type TreeNode } from './tree.ts'

export interface Part {
  readonly train: Int32Array
  readonly test: Int32Array
}

export interface Assessed {
  /** One a test row of all parts, part after part. */
  readonly rows: Int32Array
  readonly values: Float64Array
  /** Share of the second class, where there are two; else empty. */
  readonly scores: Float64Array
  /** One a part: accuracy, or r²; NaN where a part is one row, of which r² says nothing. */
  readonly parts: readonly number[]
  /** The area under the ROC curve of each part that has rows of both classes; empty unless there are two. */
  readonly areas: readonly number[]
  /**
   * One a feature: by how much accuracy or r² falls when its values are exchanged among the test rows; NaN where no
   * part has a score.
   */
  readonly permutation: Float64Array
}

/** The parts of a cross-validation. @param foldOf one a row @param rows that the entries of foldOf belong to */
export function partsOf(rows: Int32Array, foldOf: Int32Array, folds: number): Part[] {
  const sizes = new Int32Array(folds)
  for (const fold of foldOf) sizes[fold] = (sizes[fold] as number) + 1
  const parts = Array.from(sizes, (size) => ({
    train: new Int32Array(rows.length - size),
    test: new Int32Array(size),
  }))
  parts.forEach(({ train, test }, fold) => {
    let trained = 0
    let tested = 0
    for (let i = 0; i < rows.length; i++) {
      if (foldOf[i] === fold) test[tested++] = rows[i] as number
      else train[trained++] = rows[i] as number
    }
  })
  return parts.filter(({ train, test }) => train.length > 0 && test.length > 0)
}

interface PartCommon {
  readonly prepared: Prepared
  readonly settings: GrowSettings
}

interface PartAnswer {
  readonly values: Float64Array
  readonly scores: Float64Array
  readonly score: number
  readonly area: number | undefined
  readonly permutation: Float64Array
}

export const assessPart: Task<PartCommon, Part & { readonly part: number }, PartAnswer> = {
  name: 'tree/assess',
  run({ prepared, settings }, { train, test, part }) {
    const tree = grow(prepared, train, settings)
    const told = canWalkByRank(tree) ? byRank(tree, prepared, test) : byValue(tree, prepared, test)
    const score = scoreOf(prepared.target, test, told.values)
    const random = new RandomState((settings.seed + part) % 2 ** 32)
    const used = featuresUsed(tree.root)
    const permutation = Float64Array.from(prepared.features, (_, place) =>
      used.has(place) ? score - scoreOf(prepared.target, test, told.with(place, exchanged(test, random))) : 0,
    )
    const { values, scores } = told
    return { values, scores, score, area: areaOf(prepared.target, test, scores), permutation }
  },
}

/** What a tree says of the rows held out. */
interface Told {
  /** Class index or number. */
  readonly values: Float64Array
  /** Share of the second class, where there are two; else empty. */
  readonly scores: Float64Array
  /** The values where a column says what it says of other rows. */
  with(feature: number, rows: Int32Array): Float64Array
}

function byRank(tree: Tree, { columns, values, target }: Prepared, test: Int32Array): Told {
  const nodes = nodesOf(tree.root)
  const walk = new RankedWalk(rankedQuestions(tree, values), columns)
  const leaves = walk.leavesOf(test)
  const answers = Float64Array.from(nodes, ({ value }) => value)
  const said = (reached: Int32Array) => {
    const all = new Float64Array(reached.length)
    for (let i = 0; i < reached.length; i++) all[i] = answers[reached[i] as number] as number
    return all
  }
  const isTwo = classesOf(target) === 2
  const shares = isTwo ? nodes.map(({ weights }) => shareOfSecond(weights)) : []
  return {
    values: said(leaves),
    scores: Float64Array.from(isTwo ? leaves : [], (leaf) => shares[leaf] as number),
    with: (feature, rows) => said(walk.leavesWith({ feature, rows }, test, leaves)),
  }
}

function shareOfSecond(weights: Float64Array): number {
  return (weights[1] as number) / ((weights[0] as number) + (weights[1] as number))
}

function byValue(tree: Tree, { features, target }: Prepared, test: Int32Array): Told {
  const own = taken(features, test)
  const { values, shares } = predict(tree, own, test.length, classesOf(target) === 2)
  return {
    values,
    scores: shares.filter((_, i) => i % 2 === 1),
    with(feature, rows) {
      const [other] = taken([features[feature] as Feature], rows)
      const mixed = own.map((one, place) => (place === feature ? (other as Feature) : one))
      return predict(tree, mixed, test.length).values
    },
  }
}

export function* assessSteps(
  prepared: Prepared,
  settings: GrowSettings,
  parts: readonly Part[],
): Steps<Assessed> {
  const jobs = parts.map((one, part) => ({ ...one, part }))
  const answers = yield* shared(assessPart, { prepared, settings }, jobs)
  return {
    rows: joined(parts.map(({ test }) => test)),
    values: joinedNumbers(answers.map(({ values }) => values)),
    scores: joinedNumbers(answers.map(({ scores }) => scores)),
    parts: answers.map(({ score }) => score),
    areas: answers.flatMap(({ area }) => (area === undefined ? [] : [area])),
    permutation: Float64Array.from(prepared.features, (_, place) => {
      const scored = answers.filter(({ score }) => !Number.isNaN(score))
      const falls = scored.map(({ permutation }) => permutation[place] as number)
      return falls.reduce((sum, fall) => sum + fall, 0) / falls.length
    }),
  }
}

function areaOf(target: Target, rows: Int32Array, scores: Float64Array): number | undefined {
  if (classesOf(target) !== 2) return undefined
  const { codes } = target as Target & { kind: 'classes' }
  const isSecond = new Uint8Array(rows.length)
  for (let i = 0; i < rows.length; i++) isSecond[i] = codes[rows[i] as number] as number
  return rocArea(isSecond, scores)
}

function classesOf(target: Target): number {
  return target.kind === 'classes' ? target.labels.length : 0
}

/** Accuracy, or r² against the mean of the test rows, as r2_score has it where they are all the same. */
function scoreOf(target: Target, rows: Int32Array, values: Float64Array): number {
  if (target.kind === 'classes') {
    let right = 0
    for (let i = 0; i < rows.length; i++) if (target.codes[rows[i] as number] === values[i]) right++
    return right / rows.length
  }
  if (rows.length < 2) return NaN
  let total = 0
  for (const row of rows) total += target.values[row] as number
  const mean = total / rows.length
  let squares = 0
  let errors = 0
  for (let i = 0; i < rows.length; i++) {
    const value = target.values[rows[i] as number] as number
    squares += (value - mean) ** 2
    errors += (value - (values[i] as number)) ** 2
  }
  if (squares === 0) return errors === 0 ? 1 : 0
  return 1 - errors / squares
}

function featuresUsed(root: TreeNode): Set<number> {
  return new Set(nodesOf(root).flatMap(({ split }) => (split === undefined ? [] : [split.feature])))
}

/** The features of some rows. */
export function taken(features: readonly Feature[], rows: Int32Array): Feature[] {
  return features.map((feature): Feature => {
    if (feature.kind === 'number') {
      const values = new Float64Array(rows.length)
      for (let i = 0; i < rows.length; i++) values[i] = feature.values[rows[i] as number] as number
      return { ...feature, values }
    }
    const codes = new Int32Array(rows.length)
    for (let i = 0; i < rows.length; i++) codes[i] = feature.codes[rows[i] as number] as number
    return { ...feature, codes }
  })
}

/** The rows in another order. */
function exchanged(rows: Int32Array, random: RandomState): Int32Array {
  const others = rows.slice()
  shuffle(others, random)
  return others
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function joinedNumbers(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** A price of a leaf that was tried. */
export interface Price {
  readonly alpha: number
  readonly leaves: number
  /** Share of rows told wrong, or mean squared error, over all folds. */
  readonly error: number
  readonly standardError: number
}

export interface ChosenPrice {
  readonly alpha: number
  readonly prices: readonly Price[]
}

/** Prices looked at: enough to see the curve; a deep tree has thousands. */
const MOST_PRICES = 100

/**
 * The highest price whose error in cross-validation is within one standard error of the least: the smallest tree that
 * is as good as the best, as far as can be told.
 *
 * @param whole the tree of all rows, not pruned
 */
export function* choosePriceSteps(
  prepared: Prepared,
  settings: GrowSettings,
  whole: Tree,
  parts: readonly Part[],
): Steps<ChosenPrice> {
  const path = pruningPath(whole.root)
  const alphas = betweenSteps(path.alphas)
  const jobs = parts.map((part) => part)
  const answers = yield* shared(pricePart, { prepared, settings: { ...settings, alpha: 0 }, alphas }, jobs)
  const rows = parts.reduce((sum, { test }) => sum + test.length, 0)
  const prices = alphas.map((alpha, i): Price => {
    const sum = answers.reduce((total, { errors }) => total + (errors[i] as number), 0)
    const squares = answers.reduce((total, { squares: own }) => total + (own[i] as number), 0)
    const error = sum / rows
    const standardError = Math.sqrt(Math.max(squares / rows - error * error, 0) / rows)
    return { alpha, leaves: leavesAt(whole.root, path, alpha), error, standardError }
  })
  const least = prices.reduce((best, price) => (price.error < best.error ? price : best))
  const chosen = prices.findLast(({ error }) => error <= least.error + least.standardError)
  return { alpha: chosen?.alpha ?? 0, prices }
}

/** One price for each tree of the path: the geometric middle between the steps around it; at most MOST_PRICES. */
function betweenSteps(alphas: readonly number[]): number[] {
  const rising: number[] = []
  for (const alpha of alphas) if (alpha > (rising.at(-1) ?? -1)) rising.push(alpha)
  const prices = rising.map((alpha, i) => {
    const next = rising[i + 1]
    return next === undefined ? alpha : Math.sqrt(alpha * next)
  })
  if (prices.length <= MOST_PRICES) return prices
  return Array.from(
    { length: MOST_PRICES },
    (_, i) => prices[Math.round((i * (prices.length - 1)) / (MOST_PRICES - 1))] as number,
  )
}

function leavesAt(root: TreeNode, { collapse }: PruningPath, alpha: number): number {
  let leaves = 0
  const waiting = [root]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.split === undefined || (collapse.get(node) as number) <= alpha) leaves++
    else waiting.push(...node.children)
  }
  return leaves
}

interface PriceAnswer {
  /** One a price: the sum of the test rows' errors, and of their squares. */
  readonly errors: Float64Array
  readonly squares: Float64Array
}

export const pricePart: Task<PartCommon & { readonly alphas: readonly number[] }, Part, PriceAnswer> = {
  name: 'tree/price',
  run({ prepared, settings, alphas }, { train, test }) {
    const tree = grow(prepared, train, settings)
    const { collapse } = pruningPath(tree.root)
    const errors = new Float64Array(alphas.length)
    const squares = new Float64Array(alphas.length)
    for (const row of test) {
      let i = alphas.length - 1
      // From the root down: it answers at the highest prices, each node below at lower ones.
      for (let node = tree.root; ; node = below(tree, node, prepared.features, row)) {
        const from = node.split === undefined ? -Infinity : (collapse.get(node) as number)
        const error = errorOf(prepared.target, row, node)
        for (; i >= 0 && (alphas[i] as number) >= from; i--) {
          errors[i] = (errors[i] as number) + error
          squares[i] = (squares[i] as number) + error * error
        }
        if (i < 0 || node.split === undefined) break
      }
    }
    return { errors, squares }
  },
}

function below(tree: Tree, node: TreeNode, features: readonly Feature[], row: number): TreeNode {
  return node.children[
    branchOf(tree, node.split as NonNullable<TreeNode['split']>, features, row)
  ] as TreeNode
}

function errorOf(target: Target, row: number, node: TreeNode): number {
  return target.kind === 'classes'
    ? Number(target.codes[row] !== node.value)
    : ((target.values[row] as number) - node.value) ** 2
}

export function assess(prepared: Prepared, settings: GrowSettings, parts: readonly Part[]): Assessed {
  return allAtOnce(assessSteps(prepared, settings, parts))
}
