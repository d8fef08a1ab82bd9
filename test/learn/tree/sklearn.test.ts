import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { balancedWeights } from '../../../src/learn/tree/cart.ts'
import { prunedAt, pruningPath } from '../../../src/learn/tree/prune.ts'
import { growAsSklearn } from '../../../src/learn/tree/sklearn.ts'
import { predict } from '../../../src/learn/tree/predict.ts'
import {
  importances,
  nodesOf,
  type ThresholdSplit,
  type Tree,
  type TreeNode,
} from '../../../src/learn/tree/tree.ts'
import { madeTable, type MadeTable } from './tables.ts'
import { hasShared, sharedText, wekaTable } from './weka.ts'

interface Answer {
  readonly feature: readonly (number | null)[]
  readonly threshold: readonly (number | 'inf' | null)[]
  readonly rows: readonly number[]
  readonly missing_left: readonly (number | null)[]
  readonly impurity: readonly number[]
  readonly importances: readonly number[]
  readonly first_predictions: readonly number[]
  readonly alpha: number
  readonly path: readonly number[]
  readonly pruned_feature: readonly (number | null)[]
}

// test/reference/tree/make.py wrote it.
const answers = JSON.parse(readFileSync('test/reference/tree/sklearn.json', 'utf8')) as {
  readonly versions: { readonly [name: string]: string }
  readonly tables: readonly Answer[]
}

function grown({ features, target, rows, options }: MadeTable, seed: number): Tree {
  const classWeights =
    options.isBalanced && target.kind === 'classes'
      ? balancedWeights(target.codes, rows, target.labels.length)
      : undefined
  return growAsSklearn(features, target, rows, { ...options, classWeights, seed })
}

const thresholdOf = ({ split }: TreeNode): number | 'inf' | null => {
  if (split === undefined) return null
  const { threshold } = split as ThresholdSplit
  return threshold === Infinity ? 'inf' : threshold
}
const featureOf = ({ split }: TreeNode) => split?.feature ?? null
const missingLeft = ({ split }: TreeNode) => (split === undefined ? null : split.missing === 0 ? 1 : 0)

function expectClose(got: readonly number[], want: readonly number[], what: string): void {
  expect(got.length, what).toBe(want.length)
  got.forEach((value, i) => {
    const wanted = want[i] as number
    expect(Math.abs(value - wanted), `${what} ${i}: ${value} and ${wanted}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(wanted)),
    )
  })
}

describe(`with --compat sklearn the trees are those of scikit-learn ${answers.versions['scikit-learn']}`, () => {
  test('there are enough of them', () => expect(answers.tables.length).toBeGreaterThanOrEqual(200))

  test.each(answers.tables.map((answer, seed) => [seed, answer] as const))('table %i', (seed, want) => {
    const table = madeTable(seed)
    const tree = grown(table, seed)
    const nodes = nodesOf(tree.root)
    expect(nodes.map(featureOf)).toEqual(want.feature)
    expect(nodes.map(thresholdOf)).toEqual(want.threshold)
    expect(nodes.map(({ rows }) => rows)).toEqual(want.rows)
    expect(nodes.map(missingLeft)).toEqual(want.missing_left)
    expectClose(
      nodes.map(({ impurity }) => impurity),
      want.impurity,
      'impurity',
    )
    expectClose([...importances(tree.root, table.features.length)], want.importances, 'importance')
    const { values } = predict(tree, table.features, table.rows.length)
    const labels = table.target.kind === 'classes' ? table.target.labels : undefined
    const told = [...values.subarray(0, 8)].map((value) =>
      labels === undefined ? value : Number(labels[value]),
    )
    expectClose(told, want.first_predictions, 'prediction')
    const path = pruningPath(tree.root)
    expectClose(path.alphas, want.path, 'alpha')
    expect(nodesOf(prunedAt(tree.root, path, want.alpha)).map(featureOf)).toEqual(want.pruned_feature)
  })
})

interface SharedAnswer {
  readonly set: string
  readonly target: string
  readonly columns: readonly string[]
  readonly seed: number
  readonly options: {
    readonly max_depth?: number
    readonly criterion?: 'entropy'
    readonly min_samples_leaf?: number
  }
  readonly feature: readonly (number | null)[]
  readonly threshold: readonly (number | null)[]
  readonly rows: readonly number[]
}

// test/reference/tree/make_shared.py wrote the answers; the sets themselves are public, but not ours to copy.
describe.skipIf(!hasShared)('on the numeric columns of public sets too', () => {
  const { trees } = JSON.parse(readFileSync('test/reference/tree/shared.json', 'utf8')) as {
    readonly trees: readonly SharedAnswer[]
  }
  test.each(trees.map((tree) => [tree.set, JSON.stringify(tree.options), tree.seed, tree] as const))(
    '%s %s %i',
    (set, _, seed, want) => {
      const { prepared, rows } = wekaTable(sharedText(`data/trees/${set}.csv`), new Map())
      const features = prepared.features.filter((one) => one.kind === 'number')
      expect(features.map(({ name }) => name)).toEqual(want.columns)
      const { root } = growAsSklearn(features, prepared.target, rows, {
        criterion: want.options.criterion ?? 'gini',
        maxDepth: want.options.max_depth ?? Infinity,
        minSplit: 2,
        minLeaf: want.options.min_samples_leaf ?? 1,
        classWeights: undefined,
        seed,
      })
      const nodes = nodesOf(root)
      expect(nodes.map(featureOf)).toEqual(want.feature)
      expect(nodes.map(thresholdOf)).toEqual(want.threshold)
      expect(nodes.map(({ rows: count }) => count)).toEqual(want.rows)
    },
  )
})
