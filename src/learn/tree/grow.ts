/**
 * One way to ask for a tree, whichever algorithm grows it.
 *
 * In:  prepared features and target, the rows that take part, what is asked for.
 * Out: a Tree, pruned as asked.
 */
import type { Steps } from '../../base/steps.ts'
import { growC45 } from './c45.ts'
import { balancedWeights, growCart, growCartSteps, type Limits, type Prepared } from './cart.ts'
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

/** By this thread. @param rows that take part, ascending, at least one */
export function grow(prepared: Prepared, rows: Int32Array, settings: GrowSettings): Tree {
  return (
    grownAlone(prepared, rows, settings) ??
    pruned(growCart(prepared, rows, cartOptions(prepared, rows, settings)), settings)
  )
}

/** The same tree, its growth shared out over threads. */
export function* growSteps(prepared: Prepared, rows: Int32Array, settings: GrowSettings): Steps<Tree> {
  const alone = grownAlone(prepared, rows, settings)
  if (alone !== undefined) return alone
  return pruned(yield* growCartSteps(prepared, rows, cartOptions(prepared, rows, settings)), settings)
}

/** By one of the algorithms that are not shared out. */
function grownAlone(prepared: Prepared, rows: Int32Array, settings: GrowSettings): Tree | undefined {
  const options = cartOptions(prepared, rows, settings)
  if (settings.algorithm === 'id3') return growId3(prepared, rows, options)
  if (settings.algorithm === 'c45') return growC45(prepared, rows, options)
  if (!settings.asSklearn) return undefined
  const features = prepared.features as readonly NumberFeature[]
  return pruned(growAsSklearn(features, prepared.target, rows, options), settings)
}

function cartOptions({ target }: Prepared, rows: Int32Array, settings: GrowSettings) {
  const classWeights =
    settings.isBalanced && target.kind === 'classes'
      ? balancedWeights(target.codes, rows, target.labels.length)
      : undefined
  return { ...settings, classWeights }
}

function pruned(tree: Tree, { alpha }: GrowSettings): Tree {
  return alpha === 0 ? tree : { ...tree, root: prunedAt(tree.root, pruningPath(tree.root), alpha) }
}
