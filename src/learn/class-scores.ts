/**
 * How well classes or numbers were told.
 *
 * In:  what is so and what was said, one a row.
 * Out: accuracy, confusion, precision, recall and F1 of each class, the area under the ROC curve; r², RMSE, MAE.
 *
 * As in scikit-learn's metrics; where it would divide by zero a score is undefined here, not 0.
 */
export interface ClassScores {
  readonly rows: number
  readonly accuracy: number
  /** Row i, column j: rows of class i that were said to be of class j. */
  readonly confusion: readonly (readonly number[])[]
  readonly classes: readonly ClassScore[]
}

export interface ClassScore {
  /** Of the rows said to be of the class, the share that is; undefined where none was said to be. */
  readonly precision: number | undefined
  /** Of the rows of the class, the share that was told; undefined where there are none. */
  readonly recall: number | undefined
  readonly f1: number | undefined
  readonly rows: number
}

/** @param codes and said: class indices of the same rows */
export function classScores(codes: ArrayLike<number>, said: ArrayLike<number>, classes: number): ClassScores {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let i = 0; i < codes.length; i++) {
    const own = confusion[codes[i] as number] as number[]
    const to = said[i] as number
    own[to] = (own[to] as number) + 1
  }
  const right = confusion.map((row, c) => row[c] as number)
  const scores = confusion.map((row, c): ClassScore => {
    const rows = row.reduce((sum, n) => sum + n, 0)
    const saidSo = confusion.reduce((sum, other) => sum + (other[c] as number), 0)
    const hit = right[c] as number
    return {
      precision: saidSo === 0 ? undefined : hit / saidSo,
      recall: rows === 0 ? undefined : hit / rows,
      f1: rows + saidSo === 0 ? undefined : (2 * hit) / (rows + saidSo),
      rows,
    }
  })
  const correct = right.reduce((sum, n) => sum + n, 0)
  return { rows: codes.length, accuracy: correct / codes.length, confusion, classes: scores }
}

/**
 * The chance that a row of the class scores above a row of another, ties counting half: the area under the ROC curve.
 *
 * @param isClass 1 where the row is of the class @returns undefined where there are no rows of one of the two
 */
export function rocArea(isClass: Uint8Array, scores: Float64Array): number | undefined {
  // A tree gives as many different scores as it has leaves.
  const byScore = new Map<number, { own: number; others: number }>()
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number
    let at = byScore.get(score)
    if (at === undefined) byScore.set(score, (at = { own: 0, others: 0 }))
    if (isClass[i] === 1) at.own++
    else at.others++
  }
  let own = 0
  let below = 0
  let area = 0
  for (const [, at] of [...byScore].sort(([a], [b]) => a - b)) {
    area += at.own * (below + at.others / 2)
    below += at.others
    own += at.own
  }
  return own === 0 || below === 0 ? undefined : area / (own * below)
}

export interface NumberScores {
  readonly rows: number
  /** 1 − the squared errors over those of the mean; undefined where all numbers are the same. */
  readonly r2: number | undefined
  readonly rmse: number
  readonly mae: number
}

export function numberScores(values: Float64Array, said: Float64Array): NumberScores {
  const n = values.length
  let total = 0
  for (const value of values) total += value
  const mean = total / n
  let squares = 0
  let errors = 0
  let absolute = 0
  for (let i = 0; i < n; i++) {
    const value = values[i] as number
    const error = value - (said[i] as number)
    squares += (value - mean) ** 2
    errors += error * error
    absolute += Math.abs(error)
  }
  return {
    rows: n,
    r2: squares === 0 ? undefined : 1 - errors / squares,
    rmse: Math.sqrt(errors / n),
    mae: absolute / n,
  }
}
