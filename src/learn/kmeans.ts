/**
 * k-means: split n rows into k groups so that rows lie near their group's mean.
 *
 * In:  a Matrix (n × p, row-major f64, no NaN), k and KMeansOptions.
 * Out: a KMeansResult, plain arrays and numbers. Nothing here reads files, prints or keeps state.
 * Cost: O(n·k·p) a pass; memory n + k·p beyond the centred copy of the input.
 *
 * Seeding: Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007, in its greedy form
 *          (2 + ⌊ln k⌋ candidates for each centre, the best is kept).
 * Passes:  Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
 * Every rule that both leave open is scikit-learn's (1.9, `KMeans(random_state=seed)`), down to the order in which
 * random numbers are drawn, so that the same seed gives the same groups. Only their numbering is our own: the
 * largest group is 0.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { RandomState } from '../base/random.ts'
import { allAtOnce, type Steps } from '../base/steps.ts'

export interface KMeansOptions {
  /** How the first centres are found; a Matrix (k × p, units of x) holds them, and is run once. */
  readonly init: 'k-means++' | 'random' | Matrix
  /** Runs from different first centres, of which the best is kept; ≥ 1. */
  readonly runs: number
  /** Passes a run may take; ≥ 1. */
  readonly maxIterations: number
  /** A run ends when the centres moved (squared, summed) no more than this share of the mean column variance. */
  readonly tolerance: number
  /** 0 … 2³²−1. */
  readonly seed: number
}

export interface KMeansResult {
  readonly k: number
  /**
   * One a row, in 0 … k−1. The largest group is 0; groups of one size stand in the order of their first row. With
   * given first centres group j is the one that started from centre j.
   */
  readonly labels: Int32Array
  /** k × p: the mean of each group's rows, as of the last pass. */
  readonly centers: Matrix
  /** Rows of each group; 0 where no row is nearest to a centre. */
  readonly sizes: Int32Array
  /** Sum over rows of the squared distance to the centre of the row's group. */
  readonly inertia: number
  /** Passes of the best run. */
  readonly iterations: number
  /** Whether the best run ended by itself, not by maxIterations. */
  readonly converged: boolean
}

/**
 * @param x n × p with n ≥ k and p ≥ 1
 * @param k 1 … n; more groups than different rows leaves some of them empty
 * @throws {RangeError} when k is out of range or the first centres do not fit
 */
export function kmeans(x: Matrix, k: number, options: KMeansOptions): KMeansResult {
  return allAtOnce(kmeansSteps(x, k, options))
}

/** The same in steps: one a pass. */
export function* kmeansSteps(x: Matrix, k: number, options: KMeansOptions): Steps<KMeansResult> {
  if (!(k >= 1 && k <= x.rows)) throw new RangeError(`${k} groups of ${x.rows} rows`)
  const given = typeof options.init === 'string' ? undefined : options.init
  if (given && (given.rows !== k || given.cols !== x.cols)) {
    throw new RangeError(`first centres are ${given.rows} × ${given.cols}, expected ${k} × ${x.cols}`)
  }
  const problem = centred(x, options.tolerance)
  const random = new RandomState(options.seed)
  const runs = given ? 1 : options.runs
  let best: Run | undefined
  for (let run = 0; run < runs; run++) {
    const start = given ? moved(given, problem.means, -1) : firstCenters(problem, k, options.init, random)
    const found = yield* lloyd(problem, start, options.maxIterations)
    if (!best || (found.inertia < best.inertia && !sameGroups(found.labels, best.labels, k))) best = found
  }
  return numbered(best as Run, problem.means, k, given === undefined)
}

/** What all runs share: the rows with the column means taken off, which keeps the distances below exact. */
interface Problem {
  readonly x: Matrix
  readonly means: Float64Array
  /** |row|², one a row. */
  readonly squares: Float64Array
  /** Squared units of x: how far the centres may still move for a run to count as ended. */
  readonly tolerance: number
}

function centred(x: Matrix, relativeTolerance: number): Problem {
  const { rows: n, cols: p } = x
  const means = new Float64Array(p)
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < p; j++, at++) means[j] = (means[j] as number) + (x.data[at] as number)
  }
  for (let j = 0; j < p; j++) means[j] = (means[j] as number) / n
  const around = moved(x, means, -1)
  const squares = squaredNorms(around)
  // The mean over columns of the population variance is the mean squared norm over n and p.
  const variance = squares.reduce((sum, square) => sum + square, 0) / (n * p)
  return { x: around, means, squares, tolerance: relativeTolerance * variance }
}

/** The rows of m with a vector added `times` times. */
function moved(m: Matrix, by: Float64Array, times: 1 | -1): Matrix {
  const result = matrix(m.rows, m.cols, m.data.slice())
  for (let i = 0, at = 0; i < m.rows; i++) {
    for (let j = 0; j < m.cols; j++, at++) {
      result.data[at] = (result.data[at] as number) + times * (by[j] as number)
    }
  }
  return result
}

function squaredNorms(m: Matrix): Float64Array {
  const norms = new Float64Array(m.rows)
  for (let i = 0, at = 0; i < m.rows; i++) {
    let sum = 0
    for (let j = 0; j < m.cols; j++, at++) sum += (m.data[at] as number) ** 2
    norms[i] = sum
  }
  return norms
}

function firstCenters(problem: Problem, k: number, init: KMeansOptions['init'], random: RandomState): Matrix {
  const { x } = problem
  const evenly = new Float64Array(x.rows).fill(1 / x.rows)
  const rows = init === 'random' ? random.choiceOfSeveral(evenly, k) : plusPlus(problem, k, evenly, random)
  const centers = matrix(k, x.cols)
  rows.forEach((row, c) => centers.data.set(x.data.subarray(row * x.cols, (row + 1) * x.cols), c * x.cols))
  return centers
}

/** Greedy k-means++: the rows to start from. */
function plusPlus(problem: Problem, k: number, evenly: Float64Array, random: RandomState): Int32Array {
  const n = problem.x.rows
  const candidateCount = 2 + Math.floor(Math.log(k))
  const chosen = new Int32Array(k)
  chosen[0] = random.choice(evenly)
  let nearest = new Float64Array(n).fill(Infinity)
  let potential = shortened(problem, chosen[0], nearest, nearest)
  let trial = new Float64Array(n)
  let bestTrial = new Float64Array(n)
  for (let c = 1; c < k; c++) {
    const draws = Array.from({ length: candidateCount }, () => random.random() * potential)
    let least = Infinity
    for (const row of rowsAtPotential(nearest, draws)) {
      const left = shortened(problem, row, nearest, trial)
      if (left >= least) continue
      least = left
      chosen[c] = row
      ;[trial, bestTrial] = [bestTrial, trial]
    }
    ;[nearest, bestTrial] = [bestTrial, nearest]
    potential = least
  }
  return chosen
}

/**
 * Writes min(before[i], |x_i − x_row|²) to `after` and gives its sum.
 *
 * |a|² − 2a·b + |b|² rather than Σ(a−b)²: it is what scikit-learn takes, and where rows are almost equal the two
 * differ in the last digits, on which the draws depend.
 */
function shortened(problem: Problem, row: number, before: Float64Array, after: Float64Array): number {
  const { x, squares } = problem
  const { cols: p, data } = x
  const own = squares[row] as number
  const center = row * p
  let sum = 0
  for (let i = 0, at = 0; i < x.rows; i++) {
    let dot = 0
    for (let j = 0; j < p; j++, at++) dot += (data[center + j] as number) * (data[at] as number)
    const distance = Math.max(-2 * dot + own + (squares[i] as number), 0)
    const least = Math.min(before[i] as number, distance)
    after[i] = least
    sum += least
  }
  return sum
}

/** For each draw in 0 … Σ weights: the first row at which the running sum of the weights reaches it. */
function rowsAtPotential(weights: Float64Array, draws: readonly number[]): Int32Array {
  const rows = new Int32Array(draws.length).fill(weights.length - 1)
  const order = draws.map((_, d) => d).sort((a, b) => (draws[a] as number) - (draws[b] as number))
  let sum = 0
  let done = 0
  for (let i = 0; i < weights.length && done < order.length; i++) {
    sum += weights[i] as number
    while (done < order.length && (draws[order[done] as number] as number) <= sum)
      rows[order[done++] as number] = i
  }
  return rows
}

interface Run {
  readonly labels: Int32Array
  readonly centers: Matrix
  readonly inertia: number
  readonly iterations: number
  readonly converged: boolean
}

/** One run of Lloyd's passes. */
function* lloyd(problem: Problem, start: Matrix, maxIterations: number): Steps<Run> {
  const { x } = problem
  const labels = new Int32Array(x.rows).fill(-1)
  let centers = start
  let iterations = 0
  let converged = false
  let settled = false
  while (iterations < maxIterations && !converged) {
    iterations++
    settled = !assign(x, centers, labels)
    const next = groupMeans(x, centers, labels)
    converged = settled || squaredShift(centers, next) <= problem.tolerance
    centers = next
    yield
  }
  // Where the labels still changed in the last pass they are those of the centres before.
  if (!settled) assign(x, centers, labels)
  return { labels, centers, inertia: inertia(x, centers, labels), iterations, converged }
}

/**
 * Gives each row the label of the nearest centre, the lowest on ties; whether any label changed.
 *
 * |c|² − 2x·c orders the centres as the distance does.
 */
function assign(x: Matrix, centers: Matrix, labels: Int32Array): boolean {
  const { cols: p, data } = x
  const k = centers.rows
  const at = centers.data
  const squares = squaredNorms(centers)
  let changed = false
  for (let i = 0, row = 0; i < x.rows; i++, row += p) {
    let label = 0
    let least = Infinity
    for (let c = 0, center = 0; c < k; c++, center += p) {
      let dot = 0
      for (let j = 0; j < p; j++) dot += (data[row + j] as number) * (at[center + j] as number)
      const score = (squares[c] as number) - 2 * dot
      if (score < least) {
        least = score
        label = c
      }
    }
    if (labels[i] !== label) changed = true
    labels[i] = label
  }
  return changed
}

/** The mean of each group's rows. */
function groupMeans(x: Matrix, before: Matrix, labels: Int32Array): Matrix {
  const { cols: p, data } = x
  const sums = matrix(before.rows, p)
  const sum = sums.data
  const counts = new Int32Array(before.rows)
  for (let i = 0, row = 0; i < x.rows; i++, row += p) {
    const label = labels[i] as number
    counts[label] = (counts[label] as number) + 1
    const center = label * p
    for (let j = 0; j < p; j++) {
      sum[center + j] = (sum[center + j] as number) + (data[row + j] as number)
    }
  }
  if (counts.includes(0)) fillEmptyGroups(x, before, labels, sums, counts)
  const heaviest = counts.indexOf(counts.reduce((most, size) => Math.max(most, size)))
  for (let c = 0; c < before.rows; c++) {
    const share = 1 / (counts[c] as number)
    for (let j = 0; j < p; j++) sum[c * p + j] = (sum[c * p + j] as number) * share
  }
  for (let c = 0; c < before.rows; c++) {
    if (counts[c] !== 0) continue
    sum.copyWithin(c * p, heaviest * p, (heaviest + 1) * p)
  }
  return sums
}

/**
 * Each empty group takes the row farthest from its own centre, which its old group gives up. Nothing happens when
 * every row sits on its centre. Changes sums and counts in place.
 */
function fillEmptyGroups(
  x: Matrix,
  before: Matrix,
  labels: Int32Array,
  sums: Matrix,
  counts: Int32Array,
): void {
  const p = x.cols
  const empty = [...counts.keys()].filter((c) => counts[c] === 0)
  const distances = ownDistances(x, before, labels)
  const farthest = largest(distances, empty.length)
  if (distances[farthest[0] as number] === 0) return
  empty.forEach((c, e) => {
    const row = farthest[e] as number
    const donor = labels[row] as number
    for (let j = 0; j < p; j++) {
      const value = x.data[row * p + j] as number
      sums.data[donor * p + j] = (sums.data[donor * p + j] as number) - value
      sums.data[c * p + j] = value
    }
    counts[c] = 1
    counts[donor] = (counts[donor] as number) - 1
  })
}

/** Indexes of the largest values, largest first, the lowest index first on ties. */
function largest(values: Float64Array, count: number): number[] {
  const order = [...values.keys()]
  order.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b)
  return order.slice(0, count)
}

function squaredShift(a: Matrix, b: Matrix): number {
  let sum = 0
  for (let at = 0; at < a.data.length; at++) sum += ((b.data[at] as number) - (a.data[at] as number)) ** 2
  return sum
}

/** Squared distance of each row to the centre of its group. */
function ownDistances(x: Matrix, centers: Matrix, labels: Int32Array): Float64Array {
  const p = x.cols
  const distances = new Float64Array(x.rows)
  for (let i = 0, at = 0; i < x.rows; i++) {
    const center = (labels[i] as number) * p
    let sum = 0
    for (let j = 0; j < p; j++, at++)
      sum += ((x.data[at] as number) - (centers.data[center + j] as number)) ** 2
    distances[i] = sum
  }
  return distances
}

/**
 * Sum over rows of the squared distance to the centre of the row's group.
 *
 * @param x       n × p
 * @param centers k × p, the units of x
 * @param labels  n entries in 0 … k−1
 * @returns squared units of x; 0 for no rows
 */
export function inertia(x: Matrix, centers: Matrix, labels: Int32Array): number {
  return ownDistances(x, centers, labels).reduce((sum, distance) => sum + distance, 0)
}

/** Distance (not squared) of each row to the centre of its group, in units of x. */
export function centerDistances(x: Matrix, centers: Matrix, labels: Int32Array): Float64Array {
  return ownDistances(x, centers, labels).map(Math.sqrt)
}

/** For each row the centre that is nearest, the lowest on ties. */
export function nearestCenters(x: Matrix, centers: Matrix): Int32Array {
  const labels = new Int32Array(x.rows).fill(-1)
  assign(x, centers, labels)
  return labels
}

/** Whether each group of a lies within one group of b. */
function sameGroups(a: Int32Array, b: Int32Array, k: number): boolean {
  const partner = new Int32Array(k).fill(-1)
  return a.every((label, i) => {
    if (partner[label] === -1) partner[label] = b[i] as number
    return partner[label] === b[i]
  })
}

/** Back in the units of the input, with the groups in their final order. */
function numbered(run: Run, means: Float64Array, k: number, bySize: boolean): KMeansResult {
  const { labels, iterations, converged } = run
  const centers = moved(run.centers, means, 1)
  const sizes = new Int32Array(k)
  const firstRow = new Float64Array(k).fill(Infinity)
  labels.forEach((label, i) => {
    sizes[label] = (sizes[label] as number) + 1
    if (i < (firstRow[label] as number)) firstRow[label] = i
  })
  const result = { k, inertia: run.inertia, iterations, converged }
  if (!bySize) return { ...result, labels, centers, sizes }
  const order = [...sizes.keys()].sort(
    (a, b) =>
      (sizes[b] as number) - (sizes[a] as number) ||
      (firstRow[a] as number) - (firstRow[b] as number) ||
      a - b,
  )
  const place = new Int32Array(k)
  order.forEach((old, c) => (place[old] = c))
  const ordered = matrix(k, centers.cols)
  order.forEach((old, c) => {
    ordered.data.set(centers.data.subarray(old * centers.cols, (old + 1) * centers.cols), c * centers.cols)
  })
  return {
    ...result,
    labels: labels.map((label) => place[label] as number),
    centers: ordered,
    sizes: sizes.map((_, c) => sizes[order[c] as number] as number),
  }
}

/** Different rows of x, counted up to `limit`; k-means can fill no more groups than there are. */
export function countDistinctRows(x: Matrix, limit: number): number {
  const seen = new Set<string>()
  for (let i = 0; i < x.rows && seen.size < limit; i++) {
    seen.add(x.data.subarray(i * x.cols, (i + 1) * x.cols).join())
  }
  return seen.size
}
