/**
 * The report of `tree`: the tree drawn, its rules, and how far it can be trusted.
 *
 * In:  the tree, what it was grown on, its scores on rows that it was and was not grown on.
 * Out: the keys that the contract names, and blocks for a person.
 */
import { count, figure, figures, listed, plural, share } from '../base/wording.ts'
import type { ClassScores, NumberScores } from '../learn/class-scores.ts'
import type { Price } from '../learn/tree/assess.ts'
import type { TreeNode } from '../learn/tree/tree.ts'
import type { Block, Json, Report, ReportInput, TreeLine } from './report.ts'
import {
  answerOf,
  answerWords,
  certainty,
  rulesOf,
  shortWords,
  deviationOf,
  everyNode,
  plainWords,
  rowWords,
  type TreeShape,
} from './tree-words.ts'

export interface TreeFindings {
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  readonly algorithm: 'cart' | 'id3' | 'c45'
  readonly criterion: string
  /** Classes weigh alike, however many rows they have. */
  readonly isBalanced: boolean
  readonly target: string
  readonly shape: TreeShape
  /** The tree as `--rules` asks for it. */
  readonly rulesText: string | undefined
  readonly size: { readonly nodes: number; readonly leaves: number; readonly depth: number }
  /** Columns left out unasked, each with why. */
  readonly leftOut: readonly { readonly column: string; readonly why: string }[]
  /** On the rows that the tree was grown on. */
  readonly training: Scores
  readonly baseline: Baseline
  /** On rows that the trees were not grown on; undefined where nobody asked. */
  readonly assessed: AssessedScores | undefined
  /** One a column. */
  readonly importance: ArrayLike<number>
  /** Where the price of a leaf was looked for, or given. */
  readonly pruning: { readonly alpha: number; readonly prices: readonly Price[] } | undefined
}

export type Scores =
  | { readonly kind: 'classes'; readonly scores: ClassScores; readonly auc: number | undefined }
  | { readonly kind: 'number'; readonly scores: NumberScores }

/** What one would say of every row without a tree. */
export interface Baseline {
  /** The class of most rows and its share, or the mean and the spread around it. */
  readonly answer: string
  readonly value: number
}

export interface AssessedScores {
  readonly how: 'cv' | 'test'
  /** One a fold: accuracy or r²; NaN where a fold has none. */
  readonly parts: readonly number[]
  readonly all: Scores
  /** One a column. */
  readonly permutation: ArrayLike<number>
}

/** Whether the tree has more nodes than its report tells. */
export function isCutShort(nodes: number): boolean {
  return nodes > NODES_TOLD
}

export function treeReport(found: TreeFindings): Omit<Report, 'warnings'> {
  return {
    command: 'tree',
    input: found.input,
    params: found.params,
    result: resultOf(found),
    view: [
      ...overview(found),
      ...drawing(found),
      ...quality(found),
      ...importanceBars(found),
      ...ruleTable(found),
      ...prices(found),
    ],
  }
}

/** Nodes and rules that stand in JSON: a tree of a million leaves is no report, --save-model has it. */
const NODES_TOLD = 10_000
const RULES_TOLD = 1000
/** Questions down to which nodes stand in JSON, one inside another: those who read it nest no deeper than so. */
const DEPTH_TOLD = 100

function resultOf(found: TreeFindings): { [key: string]: Json } {
  const { shape, size, training, assessed, pruning } = found
  const isNumber = training.kind === 'number'
  const depth = depthTold(shape.root)
  const rules = rulesOf(shape)
  return {
    algorithm: found.algorithm,
    criterion: found.criterion,
    task: isNumber ? 'regress' : 'classify',
    target: found.target,
    nodes: size.nodes,
    leaves: size.leaves,
    depth: size.depth,
    ...scoresJson(training, shape.labels),
    baseline: isNumber
      ? { mean: Number(found.baseline.answer), rmse: found.baseline.value }
      : { class: found.baseline.answer, share: found.baseline.value },
    ...(assessed === undefined ? {} : assessedJson(found, assessed)),
    importance: importanceJson(found),
    ...(pruning === undefined ? {} : { pruning: pruningJson(pruning) }),
    ...(depth === Infinity ? {} : { tree_depth_told: depth }),
    ...(found.rulesText === undefined ? {} : { rules_text: found.rulesText }),
    tree: nodeJson(shape, shape.root, depth),
    ...(rules.length <= RULES_TOLD ? {} : { rules_told: RULES_TOLD }),
    rules: rules.slice(0, RULES_TOLD).map(({ conditions, leaf }) => ({
      if: conditions.map((known) => plainWords(shape.columns, known)),
      // oxlint-disable-next-line unicorn/no-thenable -- the contract's key; nobody awaits a rule
      then: answerJson(shape, leaf),
      n: leaf.rows,
      confidence: isNumber ? null : certainty(leaf),
      ...(isNumber ? { sd: deviationOf(leaf) } : {}),
    })),
  }
}

function scoresJson(scored: Scores, labels: readonly string[]): { [key: string]: Json } {
  if (scored.kind === 'number') {
    const { r2, rmse, mae } = scored.scores
    return { r2: r2 ?? null, rmse, mae }
  }
  const { accuracy, confusion, classes } = scored.scores
  return {
    accuracy,
    confusion: { labels, matrix: confusion },
    classes: classes.map(({ precision, recall, f1, rows }, c) => ({
      class: labels[c] ?? '',
      precision: precision ?? null,
      recall: recall ?? null,
      f1: f1 ?? null,
      rows,
    })),
    ...(labels.length === 2 ? { auc: scored.auc ?? null } : {}),
  }
}

function assessedJson({ shape }: TreeFindings, { how, parts, all }: AssessedScores): { [key: string]: Json } {
  const { rows } = all.scores
  if (how === 'test') return { test: { rows, ...scoresJson(all, shape.labels) } }
  const spread = spreadOf(parts)
  const whole = scoresJson(all, shape.labels)
  const mean = spread === undefined ? {} : { [all.kind === 'number' ? 'r2' : 'accuracy']: spread.mean }
  const scores = parts.map(jsonNumber)
  return { cv: { folds: parts.length, rows, ...whole, ...mean, sd: spread?.sd ?? null, scores } }
}

/**
 * Mean and population standard deviation of the scores of folds, as cross_val_score(...).mean() and .std(); undefined
 * where a fold has no score: then it is that of all rows of all folds together.
 */
function spreadOf(values: readonly number[]): { mean: number; sd: number } | undefined {
  if (values.some(Number.isNaN)) return undefined
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, sd: Math.sqrt(squares / values.length) }
}

function byImportance({ importance, shape }: TreeFindings): number[] {
  return shape.columns
    .map((_, place) => place)
    .sort((a, b) => (importance[b] as number) - (importance[a] as number) || a - b)
}

function importanceJson(found: TreeFindings): Json {
  return byImportance(found).map((place) => ({
    column: found.shape.columns[place]?.name ?? '',
    importance: found.importance[place] as number,
    ...(found.assessed === undefined
      ? {}
      : { permutation: jsonNumber(found.assessed.permutation[place] as number) }),
  }))
}

/** @returns null for NaN */
function jsonNumber(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

function pruningJson({ alpha, prices: tried }: NonNullable<TreeFindings['pruning']>): Json {
  return {
    alpha,
    tried: tried.map((price) => ({
      alpha: price.alpha,
      leaves: price.leaves,
      error: price.error,
      standard_error: price.standardError,
    })),
  }
}

/** Questions down to which the tree is told, in no more nodes than it may be; Infinity where that is all of it. */
function depthTold(root: TreeNode): number {
  let nodes = 0
  let depth = 0
  for (let level: readonly TreeNode[] = [root]; level.length > 0; depth++) {
    nodes += level.length
    if (nodes > NODES_TOLD || depth > DEPTH_TOLD) return depth - 1
    level = level.flatMap(({ children }) => children)
  }
  return Infinity
}

function nodeJson(shape: TreeShape, node: TreeNode, depth: number): Json {
  const own = {
    n: node.rows,
    ...(shape.labels.length === 0
      ? { value: node.value, sd: deviationOf(node) }
      : {
          counts: Object.fromEntries(shape.labels.map((label, c) => [label, node.counts[c] as number])),
          class: answerJson(shape, node),
        }),
    impurity: node.impurity,
  }
  if (node.split === undefined) return own
  const { split } = node
  if (depth === 0) return { ...own, cut: true }
  return {
    column: shape.columns[split.feature]?.name ?? '',
    ...splitJson(shape, node),
    missing: split.missing === 'shares' ? 'shares' : split.missing,
    ...own,
    children: node.children.map((child) => nodeJson(shape, child, depth - 1)),
  }
}

function splitJson({ columns }: TreeShape, { split, children }: TreeNode): { [key: string]: Json } {
  if (split?.kind === 'threshold') {
    const { threshold } = split
    // No number: all that are there go to the first child, those missing to the second.
    return { threshold: threshold === Infinity ? null : threshold }
  }
  const levels = columns[split?.feature ?? 0]?.levels ?? []
  if (split?.kind === 'levels') {
    return { values: levels.length < children.length ? [...levels, null] : levels }
  }
  return { values: levels.filter((_, code) => split?.branchOf[code] === 0) }
}

function answerJson({ labels }: TreeShape, node: TreeNode): Json {
  return labels.length === 0 ? node.value : (labels[node.value] ?? '')
}

const NAMES = { cart: 'CART', id3: 'ID3', c45: 'C4.5' } as const

function overview(found: TreeFindings): Block[] {
  const { target, size, shape, training } = found
  const what = training.kind === 'number' ? `${target}, a number` : `${target}: ${listed(shape.labels)}`
  return [
    { kind: 'heading', text: `What tells ${target}: a tree of ${plural(size.leaves, 'leaf', 'leaves')}` },
    { kind: 'paragraph', text: `${NAMES[found.algorithm]} for ${what}. ${whatWasUsed(found)}` },
    { kind: 'paragraph', text: howGood(found) },
  ]
}

function whatWasUsed({ input, leftOut, isBalanced }: TreeFindings): string {
  const lacking = input.rows - input.rows_used
  const rows =
    lacking === 0
      ? `All ${plural(input.rows, 'row')} took part.`
      : `${plural(lacking, 'row')} of ${count(input.rows)} took no part: ${Object.keys(input.dropped)
          .map((reason) => reason.replaceAll('_', ' '))
          .join(', ')}.`
  const left = listed(leftOut.map(({ column, why }) => `${column} (${why})`))
  return [
    `It may ask about ${listed(input.columns_used)}.`,
    rows,
    ...(left === '' ? [] : [`Not used: ${left}.`]),
    ...(isBalanced
      ? [
          'All classes count alike, however many rows they have: an answer need not be the class of most rows, and the ' +
            'probability beside a row is weighed so. Rows and shares here are of the rows as they are.',
        ]
      : []),
  ].join(' ')
}

/** The scores that count, in a sentence, beside what one would guess without a tree. */
function howGood({ assessed, training, baseline }: TreeFindings): string {
  const best = assessed?.all ?? training
  const on =
    assessed === undefined
      ? 'on the rows that it was grown on (which flatters it)'
      : assessed.how === 'test'
        ? `on ${plural(best.scores.rows, 'row')} held out`
        : `in ${assessed.parts.length}-fold cross-validation`
  const spread = assessed?.how === 'cv' ? spreadOf(assessed.parts) : undefined
  if (best.kind === 'number') {
    const { rmse } = best.scores
    const r2 = spread?.mean ?? best.scores.r2
    const part =
      r2 === undefined
        ? ''
        : r2 > 0
          ? `, and explain ${share(r2)} of the spread`
          : `, more than the mean would (r² ${figure(r2, 3)})`
    return (
      `Its answers miss by ${figure(rmse)} (root mean square) ${on}${part}; ` +
      `the mean of all rows, ${figure(Number(baseline.answer))}, misses by ${figure(baseline.value)}.`
    )
  }
  const accuracy = spread?.mean ?? best.scores.accuracy
  const sd = spread === undefined ? '' : ` (± ${(spread.sd * 100).toFixed(1)} points from fold to fold)`
  return (
    `It tells ${share(accuracy)} of rows right ${on}${sd}; ` +
    `always saying "${baseline.answer}" would be right for ${share(baseline.value)}.`
  )
}

/** Lines of a tree that a person still reads. */
const LINES_SHOWN = 48

function drawing(found: TreeFindings): Block[] {
  const { shape, size } = found
  let depth = Math.min(size.depth, LINES_SHOWN)
  while (depth > 1 && linesTo(shape.root, depth) > LINES_SHOWN) depth--
  const caption =
    depth < size.depth
      ? `The tree down to ${plural(depth, 'question')} of ${size.depth}; --report FILE.json has more of it, --rules text its rules`
      : 'The tree'
  const parts = shape.labels.length <= 5 ? shape.labels : []
  return [{ kind: 'tree', caption, parts, root: lineOf(found, shape.root, 'all rows', depth) }]
}

function linesTo(node: TreeNode, depth: number): number {
  if (node.rows === 0) return 0
  return 1 + (depth === 0 ? 0 : node.children.reduce((lines, child) => lines + linesTo(child, depth - 1), 0))
}

function lineOf(found: TreeFindings, node: TreeNode, label: string, depth: number): TreeLine {
  const { shape } = found
  const isCut = depth === 0 && node.split !== undefined
  const children = isCut
    ? []
    : node.children.flatMap((child, branch) =>
        // A branch that no row takes says nothing of the data.
        child.rows === 0
          ? []
          : [
              lineOf(
                found,
                child,
                shortWords(shape.columns, answerOf(shape.columns, node, branch)),
                depth - 1,
              ),
            ],
      )
  const more = isCut ? ' …' : ''
  const answer = answerWords(shape, node)
  const text =
    shape.labels.length === 0
      ? `${answer} ± ${figure(deviationOf(node), 3)}, ${rowWords(node)}${more}`
      : `${answer} ${share(certainty(node))}, ${rowWords(node)}${more}`
  return { label, text, mix: mixOf(found, node), children }
}

/** Shares of the classes; of many classes the share of the node's own; of a number where it lies among the leaves. */
function mixOf({ shape }: TreeFindings, node: TreeNode): number[] {
  if (shape.labels.length === 0) {
    const [least, most] = leafRange(shape.root)
    return [most > least ? (node.value - least) / (most - least) : 0]
  }
  if (shape.labels.length > 5) return [certainty(node)]
  return Array.from(node.counts, (rows) => rows / node.rows)
}

function leafRange(root: TreeNode): [number, number] {
  let least = Infinity
  let most = -Infinity
  for (const { split, value } of everyNode(root)) {
    if (split !== undefined) continue
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return [least, most]
}

/** Classes of which the confusion is still read. */
const CLASSES_SHOWN = 8

function quality(found: TreeFindings): Block[] {
  const scored = found.assessed?.all ?? found.training
  if (scored.kind === 'number') return []
  const { labels } = found.shape
  const { classes, confusion } = scored.scores
  const on =
    found.assessed === undefined
      ? 'on the rows that the tree was grown on'
      : found.assessed.how === 'test'
        ? 'on the rows held out'
        : 'in cross-validation'
  const auc = scored.auc === undefined ? '' : `; area under the ROC curve ${scored.auc.toFixed(3)}`
  const percent = (part: number | undefined) => (part === undefined ? null : share(part))
  const byClass: Block = {
    kind: 'table',
    caption: `How well each class is told, ${on}${auc}`,
    columns: [
      { name: found.target },
      { name: 'rows', align: 'right' },
      { name: 'found (recall)', align: 'right' },
      { name: 'right when said (precision)', align: 'right' },
      { name: 'F1', align: 'right' },
    ],
    rows: classes
      .map(({ rows, recall, precision, f1 }, c) => ({
        rows,
        cells: [labels[c] ?? '', count(rows), percent(recall), percent(precision), percent(f1)],
      }))
      .sort((a, b) => b.rows - a.rows)
      .slice(0, 2 * CLASSES_SHOWN)
      .map(({ cells }) => cells),
  }
  if (labels.length > CLASSES_SHOWN) return [byClass]
  const table: Block = {
    kind: 'table',
    caption: 'Rows of each class, and what was said of them',
    columns: [
      { name: `${found.target} is` },
      ...labels.map((label) => ({ name: `said ${label}`, align: 'right' }) as const),
    ],
    rows: confusion.map((row, c) => [labels[c] ?? '', ...row.map(count)]),
  }
  return [byClass, table]
}

/** Columns that a person still looks at. */
const COLUMNS_SHOWN = 12

function importanceBars(found: TreeFindings): Block[] {
  const used = byImportance(found).filter((place) => (found.importance[place] as number) > 0)
  if (used.length === 0) return []
  const { assessed } = found
  const what = found.training.kind === 'number' ? 'r²' : 'accuracy'
  const caption =
    assessed === undefined
      ? 'Which columns the tree rests on: their part of what it gains'
      : `Which columns the tree rests on: their part of what it gains, and how far ${what} falls without`
  const bars = used.slice(0, COLUMNS_SHOWN).map((place) => {
    const part = found.importance[place] as number
    const fallen = assessed?.permutation[place] ?? NaN
    const fall = Number.isNaN(fallen) ? '' : `, −${pointsOf(fallen)}`
    return {
      label: found.shape.columns[place]?.name ?? '',
      value: part,
      text: share(part) + fall.replace('−-', '+'),
    }
  })
  return [{ kind: 'bars', caption, bars }]
}

function pointsOf(part: number): string {
  return `${(part * 100).toFixed(1)} points`
}

/** Rules that a person still reads. */
const RULES_SHOWN = 12

function ruleTable(found: TreeFindings): Block[] {
  const { shape, target } = found
  const rules = rulesOf(shape)
  if (rules.length < 2) return []
  const isNumber = shape.labels.length === 0
  const shown = rules.slice(0, RULES_SHOWN)
  const covered = shown.reduce((rows, { leaf }) => rows + leaf.rows, 0) / shape.root.rows
  const caption =
    shown.length === rules.length
      ? 'The same as rules, those of most rows first'
      : `The ${shown.length} rules of most rows, of ${rules.length}; they cover ${share(covered)}`
  const spreads = figures(
    shown.map(({ leaf }) => deviationOf(leaf)),
    3,
  )
  return [
    {
      kind: 'table',
      caption,
      columns: [
        { name: 'if' },
        { name: `then ${target}` },
        { name: 'rows', align: 'right' },
        { name: isNumber ? 'spread' : 'right', align: 'right' },
      ],
      rows: shown.map(({ conditions, leaf }, i) => [
        conditions.map((known) => shortWords(shape.columns, known)).join(' and '),
        answerWords(shape, leaf),
        rowWords(leaf).replace(/ rows?$/, ''),
        isNumber ? (spreads[i] as string) : share(certainty(leaf)),
      ]),
    },
  ]
}

function prices({ pruning, training }: TreeFindings): Block[] {
  if (pruning === undefined || pruning.prices.length === 0) return []
  const tried = pruning.prices
  const step = Math.max(1, Math.ceil(tried.length / 12))
  const shown = tried.filter((price, i) => i % step === 0 || price.alpha === pruning.alpha)
  const errors = figures(shown.map(({ error }) => error))
  return [
    {
      kind: 'table',
      caption: `Smaller trees, and their error in cross-validation: the smallest within one standard error of the least is taken`,
      columns: [
        { name: 'price of a leaf', align: 'right' },
        { name: 'leaves', align: 'right' },
        { name: training.kind === 'number' ? 'mean squared error' : 'told wrong', align: 'right' },
        { name: '' },
      ],
      rows: shown.map((price, i) => [
        figure(price.alpha),
        count(price.leaves),
        training.kind === 'number' ? (errors[i] as string) : share(price.error),
        price.alpha === pruning.alpha ? 'taken' : '',
      ]),
    },
  ]
}
