/**
 * Rows parted for a fair test: folds for cross-validation, a part held out.
 *
 * In:  a number of rows, or the class of each; a seed.
 * Out: for each row its fold, or the rows to learn from and the rows held out.
 *
 * The parts are scikit-learn's, number for number: StratifiedKFold and KFold (shuffled with `random_state=seed`, or as
 * they lie), train_test_split (stratified where there are classes). So a score can be had again there.
 */
import { RandomState } from '../base/random.ts'

export interface Classes {
  readonly codes: Int32Array
  readonly classes: number
}

/**
 * The fold of each row, 0 … folds − 1.
 *
 * @param classes undefined: folds of rows, without looking at what they are
 * @param seed undefined: rows are not shuffled
 */
export function foldsOf(
  rows: number,
  classes: Classes | undefined,
  folds: number,
  seed: number | undefined,
): Int32Array {
  const random = seed === undefined ? undefined : new RandomState(seed)
  return classes === undefined ? plainFolds(rows, folds, random) : stratifiedFolds(classes, folds, random)
}

function plainFolds(rows: number, folds: number, random: RandomState | undefined): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  if (random !== undefined) shuffle(order, random)
  const foldOf = new Int32Array(rows)
  for (let fold = 0, at = 0; fold < folds; fold++) {
    const size = Math.floor(rows / folds) + (fold < rows % folds ? 1 : 0)
    for (let i = 0; i < size; i++) foldOf[order[at++] as number] = fold
  }
  return foldOf
}

/** Every fold gets its part of each class: as many as it would if the rows were dealt out class by class. */
function stratifiedFolds(
  { codes, classes }: Classes,
  folds: number,
  random: RandomState | undefined,
): Int32Array {
  // Classes in the order in which they are met.
  const place = new Int32Array(classes).fill(-1)
  const counts: number[] = []
  for (const code of codes) {
    if (place[code] === -1) place[code] = counts.push(0) - 1
    const at = place[code] as number
    counts[at] = (counts[at] as number) + 1
  }
  const dealt = counts.map(() => new Int32Array(folds))
  let fold = 0
  counts.forEach((count, at) => {
    const own = dealt[at] as Int32Array
    for (let i = 0; i < count; i++, fold = (fold + 1) % folds) own[fold] = (own[fold] as number) + 1
  })
  const queues = dealt.map((own) => {
    const queue = Int32Array.from(
      own.reduce((sum, n) => sum + n, 0) > 0 ? [...own].flatMap((n, f) => new Array<number>(n).fill(f)) : [],
    )
    if (random !== undefined) shuffle(queue, random)
    return queue
  })
  const taken = new Int32Array(counts.length)
  return codes.map((code) => {
    const at = place[code] as number
    const next = taken[at] as number
    taken[at] = next + 1
    return queues[at]?.[next] as number
  })
}

export interface HoldOut {
  /** Ascending. */
  readonly train: Int32Array
  readonly test: Int32Array
}

/** @param share of the rows to hold out, above 0 and below 1 @returns undefined where a side would be empty */
export function holdOut(
  rows: number,
  classes: Classes | undefined,
  share: number,
  seed: number,
): HoldOut | undefined {
  const testRows = Math.ceil(share * rows)
  const trainRows = rows - testRows
  if (trainRows === 0 || testRows === 0) return undefined
  const random = new RandomState(seed)
  const isTest = new Uint8Array(rows)
  const isTrain = new Uint8Array(rows)
  if (classes === undefined) {
    const order = permutation(rows, random)
    for (let i = 0; i < testRows; i++) isTest[order[i] as number] = 1
    for (let i = testRows; i < testRows + trainRows; i++) isTrain[order[i] as number] = 1
  } else {
    const counts = new Int32Array(classes.classes)
    for (const code of classes.codes) counts[code] = (counts[code] as number) + 1
    if (counts.some((count) => count === 1) || testRows < counts.length || trainRows < counts.length) {
      // Too few rows of a class to have some on both sides: held out without looking at classes.
      return holdOut(rows, undefined, share, seed)
    }
    const train = nearestShares(counts, trainRows, random)
    const test = nearestShares(
      counts.map((count, c) => count - (train[c] as number)),
      testRows,
      random,
    )
    const rowsOf = Array.from(counts, (count) => new Int32Array(count))
    const met = new Int32Array(counts.length)
    classes.codes.forEach((code, row) => {
      const at = met[code] as number
      met[code] = at + 1
      ;(rowsOf[code] as Int32Array)[at] = row
    })
    rowsOf.forEach((own, c) => {
      const order = permutation(own.length, random)
      const trained = train[c] as number
      for (let i = 0; i < trained; i++) isTrain[own[order[i] as number] as number] = 1
      for (let i = trained; i < trained + (test[c] as number); i++)
        isTest[own[order[i] as number] as number] = 1
    })
  }
  return { train: marked(isTrain), test: marked(isTest) }
}

function marked(marks: Uint8Array): Int32Array {
  const rows = new Int32Array(marks.reduce((sum, mark) => sum + mark, 0))
  for (let row = 0, at = 0; row < marks.length; row++) if (marks[row] === 1) rows[at++] = row
  return rows
}

/** `draws` shared out in proportion to the counts; what is left over goes to the largest remainders, ties by chance. */
function nearestShares(counts: Int32Array, draws: number, random: RandomState): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const exact = Array.from(counts, (count) => (count / total) * draws)
  const shares = Int32Array.from(exact, Math.floor)
  let left = Math.trunc(draws - shares.reduce((sum, count) => sum + count, 0))
  if (left <= 0) return shares
  const remainders = exact.map((value, c) => value - (shares[c] as number))
  const different = [...new Set(remainders)].sort((a, b) => b - a)
  for (const value of different) {
    const places = remainders.flatMap((remainder, c) => (remainder === value ? [c] : []))
    const add = Math.min(places.length, left)
    const order = permutation(places.length, random)
    for (let i = 0; i < add; i++) {
      const c = places[order[i] as number] as number
      shares[c] = (shares[c] as number) + 1
    }
    left -= add
    if (left === 0) break
  }
  return shares
}

function permutation(n: number, random: RandomState): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  shuffle(order, random)
  return order
}

/** numpy's RandomState.shuffle. */
export function shuffle(values: Int32Array, random: RandomState): void {
  for (let i = values.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const value = values[i] as number
    values[i] = values[j] as number
    values[j] = value
  }
}
