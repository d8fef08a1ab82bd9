/** The predictor of `tree`, and what `tree` keeps for it. */
import { setValid } from '../base/column.ts'
import { stepByStep } from '../base/steps.ts'
import { numberFeature, textFeature } from '../learn/tree/features.ts'
import { predictSteps, type Predictions } from '../learn/tree/predict.ts'
import {
  nodesOf,
  type Feature,
  type MissingRoute,
  type Split,
  type Target,
  type Tree,
  type TreeNode,
} from '../learn/tree/tree.ts'
import type { Json } from '../report/report.ts'
import type { AddedColumn } from '../table/append.ts'
import { damaged, type Model, type Predictor } from './model.ts'
import { readModelRows } from './model-rows.ts'

/** The result columns: the class or number of each row, and how sure the tree is of a class. */
export function predictedColumns(
  target: Pick<Target, 'kind' | 'name'> & { readonly labels?: readonly string[] },
  { values, probabilities }: Predictions,
  isWhole: Uint8Array | undefined,
): AddedColumn[] {
  const name = `predicted_${target.name}`
  const valid = isWhole === undefined ? {} : { valid: bitsOf(isWhole) }
  if (target.labels === undefined) return [{ name, data: { type: 'double', values, ...valid } }]
  return [
    { name, data: { type: 'integer', values: Int32Array.from(values), ...valid }, levels: target.labels },
    { name: 'probability', data: { type: 'double', values: probabilities, ...valid } },
  ]
}

function bitsOf(marks: Uint8Array): Uint8Array {
  const bits = new Uint8Array((marks.length + 7) >> 3)
  marks.forEach((mark, row) => {
    if (mark === 1) setValid(bits, row)
  })
  return bits
}

/** @param drops rows that lack a value get no answer */
export function treePart(tree: Tree, target: Target, drops: boolean): Json {
  return {
    target: target.name,
    labels: target.kind === 'classes' ? target.labels : null,
    precision: tree.precision,
    drops,
    // Depth first, each with the number of its branches: nested nodes would be mostly indentation.
    nodes: nodesOf(tree.root).map(nodePart),
  }
}

function nodePart({ rows, counts, weights, value, impurity, split, children }: TreeNode): Json {
  return {
    rows,
    ...(counts.length === 0 ? {} : { counts: [...counts], weights: [...weights] }),
    value,
    impurity,
    ...(split === undefined ? {} : { split: splitPart(split), branches: children.length }),
  }
}

function splitPart(split: Split): Json {
  switch (split.kind) {
    case 'threshold': {
      const { kind, feature, threshold, missing } = split
      return { kind, feature, threshold: threshold === Infinity ? null : threshold, missing }
    }
    case 'sets': {
      const { kind, feature, branchOf, missing, unseen } = split
      return { kind, feature, branch_of: [...branchOf], missing, unseen }
    }
    case 'levels': {
      const { kind, feature, missing, unseen } = split
      return { kind, feature, missing, unseen }
    }
  }
}

export const predictTree: Predictor = async (request) => {
  const { model } = request
  const { tree, target, labels, drops } = partOf(model)
  const { numbers, texts, unseen } = await readModelRows(request)
  const left = { numbers: numbers.values(), texts: texts.values() }
  const features = model.columns.map((column): Feature => {
    if (column.role === 'number')
      return numberFeature(left.numbers.next().value as (typeof numbers)[number], column.fill)
    const { name, levels, codes } = left.texts.next().value as (typeof texts)[number]
    return textFeature(name, levels, codes)
  })
  const rows = numbers[0]?.values.length ?? texts[0]?.codes.length ?? 0
  const isWhole = drops ? wholeRows(features, rows) : undefined
  const { signal, pool } = request.context
  const said = await stepByStep(predictSteps(tree, features, rows), signal, pool)
  const lacking = isWhole === undefined ? 0 : isWhole.reduce((sum, mark) => sum + 1 - mark, 0)
  const told = { kind: labels === undefined ? ('number' as const) : ('classes' as const), name: target }
  return {
    added: predictedColumns(labels === undefined ? told : { ...told, labels }, said, isWhole),
    without: lacking === 0 ? {} : { missing_value: lacking },
    unseen,
  }
}

function wholeRows(features: readonly Feature[], rows: number): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) =>
    features.every((feature) =>
      feature.kind === 'number' ? !Number.isNaN(feature.values[row]) : feature.codes[row] !== -1,
    )
      ? 1
      : 0,
  )
}

interface KeptTree {
  readonly tree: Tree
  readonly target: string
  readonly labels: readonly string[] | undefined
  readonly drops: boolean
}

type Part = { readonly [key: string]: Json }

function partOf(model: Model): KeptTree {
  const part = asPart(model.part)
  const { target, precision, drops } = part ?? {}
  const labels = part?.['labels'] ?? undefined
  const areLabels =
    labels === undefined || (Array.isArray(labels) && labels.every((one) => typeof one === 'string'))
  if (part === undefined || typeof target !== 'string' || !areLabels) {
    throw damaged(model, 'it does not say what it tells')
  }
  const names = labels as readonly string[] | undefined
  return {
    tree: {
      root: rootOf(model, part['nodes'], names?.length ?? 0),
      precision: precision === 'float32' ? 'float32' : 'float64',
    },
    target,
    labels: names,
    drops: drops === true,
  }
}

function asPart(value: Json | undefined): Part | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Part) : undefined
}

function rootOf(model: Model, value: Json | undefined, classes: number): TreeNode {
  const parts = Array.isArray(value) ? (value as readonly Json[]) : []
  let root: TreeNode | undefined
  // Where the next nodes belong, the first to come last.
  const places: ((node: TreeNode) => void)[] = [(node) => (root = node)]
  for (const part of parts) {
    const place = places.pop()
    if (place === undefined) throw damaged(model, 'its tree has nodes too many')
    const { node, split, branches } = nodeOf(model, part, classes)
    const children: TreeNode[] = []
    place(split === undefined ? node : { ...node, split, children })
    if (split === undefined) continue
    for (let branch = branches - 1; branch >= 0; branch--) places.push((child) => (children[branch] = child))
  }
  if (root === undefined || places.length > 0) throw damaged(model, 'its tree has nodes too few')
  return root
}

function nodeOf(
  model: Model,
  value: Json | undefined,
  classes: number,
): { readonly node: TreeNode; readonly split: Split | undefined; readonly branches: number } {
  const part = asPart(value)
  const { rows, value: answer, impurity, branches = 0 } = part ?? {}
  const counts = numbersOf(part?.['counts'])
  const weights = numbersOf(part?.['weights'])
  const isAnswer =
    typeof answer === 'number' &&
    (classes === 0 || (Number.isInteger(answer) && answer >= 0 && answer < classes))
  if (
    typeof rows !== 'number' ||
    typeof impurity !== 'number' ||
    !isAnswer ||
    typeof branches !== 'number' ||
    counts?.length !== classes ||
    weights?.length !== classes
  ) {
    throw damaged(model, 'a node of its tree is not one')
  }
  const node = { rows, counts, weights, value: answer, impurity, split: undefined, children: [] }
  const split = part?.['split'] === undefined ? undefined : splitOf(model, part['split'], branches)
  return { node, split, branches }
}

function numbersOf(value: Json | undefined): Float64Array | undefined {
  if (value === undefined) return new Float64Array(0)
  return Array.isArray(value) && value.every((one) => typeof one === 'number')
    ? Float64Array.from(value)
    : undefined
}

function splitOf(model: Model, value: Json | undefined, branches: number): Split {
  const part = asPart(value) ?? {}
  const { kind, feature, threshold, missing, unseen } = part
  const column = typeof feature === 'number' ? model.columns[feature] : undefined
  const isBranch = (one: Json | undefined, least: number): one is number =>
    typeof one === 'number' && Number.isInteger(one) && one >= least && one < branches
  const refuse = () => damaged(model, 'a question of its tree is not one')
  const route: MissingRoute | undefined =
    missing === 'shares' ? 'shares' : isBranch(missing, -2) ? missing : undefined
  if (column === undefined || route === undefined) throw refuse()
  const asked = { feature: feature as number, missing: route }
  const levels = column.levels?.length ?? 0
  if (
    kind === 'threshold' &&
    column.role === 'number' &&
    branches >= 2 &&
    (threshold === null || typeof threshold === 'number')
  ) {
    return { kind, ...asked, threshold: threshold ?? Infinity }
  }
  if (kind === 'levels' && column.role === 'text' && branches >= levels && isBranch(unseen, -1)) {
    return { kind, ...asked, unseen }
  }
  const branchOf = numbersOf(part['branch_of'])
  const isSets = kind === 'sets' && column.role === 'text' && branches === 2 && branchOf?.length === levels
  if (!isSets || !isBranch(unseen, 0)) throw refuse()
  return { kind, ...asked, branchOf: Uint8Array.from(branchOf), unseen }
}
