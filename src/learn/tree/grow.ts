/**
 * One way to ask for a tree, whichever algorithm grows it.
 *
 * In:  prepared features and target, the rows that take part, what is asked for.
 * Out: a Tree, pruned as asked.
 */
import { allAtOnce, type Steps } from '../../base/steps.ts'
import { growC45 } from './c45.ts'
import { balancedWeights, growCartSteps, type Limits, type Prepared } from './cart.ts'
import type { Criterion } from './criterion.ts'
import { growId3 } from './id3.ts'
import { prunedAt, pruningPath } from './prune.ts'
import { growAsSklearn } from './sklearn.ts'
import type { NumberFeature, Tree } from './tree.ts'

export interface GrowSettings extends Limits {
  readonly algorithm: 'cart' | 'id3' | 'c45'
  /** Of CART; `mse` where the target is a number. */
  readonly criterion: Criterion
  /** CART: the price of a leaf; 0 for none. */
  readonly alpha: number
  /** C4.5. */
  readonly confidence: number
  readonly prunes: boolean
  /** All classes count alike, however many rows they have. */
  readonly isBalanced: boolean
  /** CART as scikit-learn grows it, with its random stream. */
  readonly asSklearn: boolean
  readonly seed: number
}

export function grow(prepared: Prepared, rows: Int32Array, settings: GrowSettings): Tree {
  return allAtOnce(growSteps(prepared, rows, settings))
}

/** @param rows that take part, ascending, at least one */
export function* growSteps(prepared: Prepared, rows: Int32Array, settings: GrowSettings): Steps<Tree> {
  const { target } = prepared
  const classWeights =
    settings.isBalanced && target.kind === 'classes'
      ? balancedWeights(target.codes, rows, target.labels.length)
      : undefined
  const options = { ...settings, classWeights }
  if (settings.algorithm === 'id3') return growId3(prepared, rows, options)
  if (settings.algorithm === 'c45') return growC45(prepared, rows, options)
  const tree = settings.asSklearn
    ? growAsSklearn(prepared.features as readonly NumberFeature[], target, rows, options)
    : yield* growCartSteps(prepared, rows, options)
  if (settings.alpha === 0) return tree
  return { ...tree, root: prunedAt(tree.root, pruningPath(tree.root), settings.alpha) }
}
