/**
 * How well chances tell two kinds of rows apart, each row counted by its weight.
 *
 * In:  the chance of each row to be of the one kind, whether it is, and weights where rows have them.
 * Out: the area under the ROC curve, the confusion at one half, the mean of the logarithmic loss.
 * Cost: a sort of the rows.
 *
 * As roc_auc_score, confusion_matrix and log_loss of scikit-learn with sample_weight.
 */
export interface ChanceScores {
  /** Of a row of each kind, how likely the right one has the higher chance; level ones count half. */
  readonly auc: number
  /** Weight of the rows that [are 0, are 1][are taken for 0, for 1], at one half. */
  readonly confusion: Confusion
  readonly accuracy: number
  readonly logLoss: number
}

type Confusion = readonly [readonly [number, number], readonly [number, number]]

/** @param kinds 1 where the row is of the kind that the chance is of; rows of both kinds are there */
export function chanceScores(
  chances: Float64Array,
  kinds: Uint8Array,
  weights: Float64Array | undefined,
): ChanceScores {
  const confusion: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ]
  let loss = 0
  let all = 0
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] as number
    const weight = weights === undefined ? 1 : (weights[i] as number)
    const is = kinds[i] === 1 ? 1 : 0
    confusion[is][chance > 0.5 ? 1 : 0] += weight
    loss -= weight * Math.log(Math.max(is === 1 ? chance : 1 - chance, LEAST_CHANCE))
    all += weight
  }
  return {
    auc: weights === undefined ? area(chances, kinds) : weightedArea(chances, kinds, weights),
    confusion,
    accuracy: (confusion[0][0] + confusion[1][1]) / all,
    logLoss: loss / all,
  }
}

/** A chance of 0 for what came to pass would make the loss infinite; scikit-learn clips at this. */
const LEAST_CHANCE = Number.EPSILON

function area(chances: Float64Array, kinds: Uint8Array): number {
  const above = chances.filter((_, i) => kinds[i] === 1).sort()
  const below = chances.filter((_, i) => kinds[i] !== 1).sort()
  let pairs = 0
  let under = 0
  let level = 0
  for (const one of above) {
    while (under < below.length && (below[under] as number) < one) under++
    if (level < under) level = under
    while (level < below.length && below[level] === one) level++
    pairs += under + (level - under) / 2
  }
  return pairs / (above.length * below.length)
}

function weightedArea(chances: Float64Array, kinds: Uint8Array, weights: Float64Array): number {
  const order = Int32Array.from(chances.keys()).sort(
    (a, b) => (chances[a] as number) - (chances[b] as number),
  )
  let [pairs, below, above] = [0, 0, 0]
  for (let at = 0; at < order.length;) {
    const level = [0, 0]
    const chance = chances[order[at] as number]
    for (; at < order.length && chances[order[at] as number] === chance; at++) {
      const row = order[at] as number
      const kind = kinds[row] === 1 ? 1 : 0
      level[kind] = (level[kind] as number) + (weights[row] as number)
    }
    const [others = 0, own = 0] = level
    pairs += own * (below + others / 2)
    below += others
    above += own
  }
  return pairs / (below * above)
}
