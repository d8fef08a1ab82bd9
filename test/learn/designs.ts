/** Designs over plain arrays, for tests. */
import { matrixDesign, type Design } from '../../src/base/design.ts'
import { matrixOf } from '../../src/base/matrix.ts'

/** The rows of x, their targets and weights; doubles stand for the decimals that they print as. */
export function arrayDesign(
  x: readonly (readonly number[])[],
  y: readonly number[],
  weights?: readonly number[],
): Design {
  return matrixDesign(
    matrixOf(x.slice(0, y.length)),
    Float64Array.from(y),
    weights === undefined ? undefined : Float64Array.from(weights.slice(0, y.length)),
  )
}
