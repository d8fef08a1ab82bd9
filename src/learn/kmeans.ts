/**
 * k-means: split n rows into k groups so that rows lie near their group's mean.
 *
 * In:  a Matrix (n × p, row-major f64, no NaN), k and KMeansOptions.
 * Out: a KMeansResult, plain arrays and numbers. Nothing here reads files, prints or keeps state.
 * Cost: O(n·k·p) a pass and run at the beginning; later passes measure only rows that may change their group. Memory
 *       beyond the input: n·(p + 1) numbers for the rows by column, n for each run.
 *
 * Seeding: Arthur & Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007, in its greedy form
 *          (2 + ⌊ln k⌋ candidates for each centre, the best is kept).
 * Passes:  Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982.
 * Bounds:  Hamerly, "Making k-means even faster", SDM 2010: a row whose second nearest centre is farther off than all
 *          centres have moved since it was measured keeps its group. One number a row, with room for rounding, so
 *          that the groups are those of measuring every row.
 * All runs go over the rows together, block by block: ten runs read the rows from memory as often as one.
 *
 * Every rule that the papers leave open is scikit-learn's (1.9, `KMeans(random_state=seed)`), down to the order in
 * which random numbers are drawn, so that the same seed gives the same groups. Only their numbering is our own: the
 * largest group is 0.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { cumulative, firstAbove, RandomState } from '../base/random.ts'
import { allAtOnce, blocks, shared, type Steps } from '../base/steps.ts'
import { scratchSize } from '../kernels/kmeans.ts'
import { Room, sizeOf } from '../kernels/space.ts'
import { blockRows, passBlock, shortenBlock, type RunPass, type Table } from './kmeans-tasks.ts'

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
  /** To find the group of other rows as the last pass found it of these. */
  readonly fitted: Fitted
}

/** The centres as the passes measured by them. */
export interface Fitted {
  /** Of the columns: taken off every row first. */
  readonly means: Float64Array
  /** k × p, with the means taken off, in the order of the run. */
  readonly centers: Matrix
  /** For each of them the number of its group. */
  readonly place: Int32Array
}

/**
 * @param x n × p with n ≥ k and p ≥ 1
 * @param k 1 … n; more groups than different rows leaves some of them empty
 * @throws {RangeError} when k is out of range or the first centres do not fit
 */
export function kmeans(x: Matrix, k: number, options: KMeansOptions): KMeansResult {
  return allAtOnce(kmeansSteps(x, k, options))
}

/** The same in steps: batches of row blocks. */
export function* kmeansSteps(x: Matrix, k: number, options: KMeansOptions): Steps<KMeansResult> {
  return yield* kmeansOn(prepared(x, k, options), k, options)
}

/** Rows made ready for k-means with at most so many groups, as often as is wanted. */
export interface Prepared {
  readonly x: Matrix
  readonly table: Table
  readonly means: Float64Array
  /** Mean over columns of the population variance. */
  readonly variance: number
  /** No row is farther from the middle than this. */
  readonly reach: number
  /** Runs that go over the rows together. */
  readonly together: number
  readonly slots: readonly Slot[]
  readonly scratch: Float64Array
}

/** The arrays of one run. */
interface Slot {
  /** Distances to the nearest centre while centres are chosen; labels and gaps take its memory afterwards. */
  readonly nearest: Float64Array
  readonly labels: Int32Array
  readonly gaps: Float32Array
  readonly centers: Float64Array
  readonly spent: Float64Array
  readonly changes: Float64Array
  readonly ending: Float64Array
}

/** Bytes that the runs which go over the rows together may take beside the rows themselves. */
const runBytes = 400e6

/** @param k the most groups that will be asked for */
export function prepared(x: Matrix, k: number, { runs, init }: KMeansOptions): Prepared {
  const { rows: n, cols: p } = x
  const blockCount = Math.ceil(n / blockRows)
  const candidates = Math.max(k, 2 + Math.floor(Math.log(k)))
  const lengths = [n, candidates * (p + 1), k, blockCount * k * (p + 1), k * p]
  const perRun = lengths.reduce((sum, length) => sum + sizeOf(length * 8), 0)
  const wanted = typeof init === 'string' ? runs : 1
  const together = Math.max(1, Math.min(wanted, Math.floor(runBytes / perRun)))
  const scratchLength = blockCount * scratchSize(p)
  const room = new Room(sizeOf(n * p * 8) + sizeOf(n * 8) + sizeOf(scratchLength * 8) + together * perRun)
  const table = {
    space: room.space,
    columns: room.float64(n * p),
    n,
    p,
    squares: room.float64(n),
  }
  const { means, sum, most } = takeCentred(x, table)
  return {
    x,
    table,
    means,
    // The mean over columns of the population variance is the mean squared norm over n and p.
    variance: sum / (n * p),
    reach: Math.sqrt(most),
    together,
    scratch: room.float64(scratchLength),
    slots: Array.from({ length: together }, () => {
      const nearest = room.float64(n)
      const { buffer, byteOffset } = nearest
      return {
        nearest,
        labels: new Int32Array(buffer, byteOffset, n),
        gaps: new Float32Array(buffer, byteOffset + n * 4, n),
        centers: room.float64(candidates * (p + 1)),
        spent: room.float64(k),
        changes: room.float64(blockCount * k * (p + 1)),
        ending: room.float64(k * p),
      }
    }),
  }
}

/**
 * Fills the table with the rows less the means of their columns, which keeps the distances exact. Gives the means, the
 * sum of the |row|² and the greatest of them.
 */
function takeCentred(
  x: Matrix,
  { columns, squares, n, p }: Table,
): { means: Float64Array; sum: number; most: number } {
  const means = columnMeans(x)
  const { data } = x
  let sum = 0
  let most = 0
  for (let i = 0, at = 0; i < n; i++) {
    let square = 0
    for (let j = 0; j < p; j++, at++) {
      const value = (data[at] as number) - (means[j] as number)
      columns[j * n + i] = value
      square += value * value
    }
    squares[i] = square
    sum += square
    if (square > most) most = square
  }
  return { means, sum, most }
}

function columnMeans({ rows: n, cols: p, data }: Matrix): Float64Array {
  const means = new Float64Array(p)
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < p; j++, at++) means[j] = (means[j] as number) + (data[at] as number)
  }
  for (let j = 0; j < p; j++) means[j] = (means[j] as number) / n
  return means
}

/** k-means on rows that are ready for it. */
export function* kmeansOn(rows: Prepared, k: number, options: KMeansOptions): Steps<KMeansResult> {
  const { table, means } = rows
  if (!(k >= 1 && k <= table.n)) throw new RangeError(`${k} groups of ${table.n} rows`)
  const given = typeof options.init === 'string' ? undefined : options.init
  if (given && (given.rows !== k || given.cols !== table.p)) {
    throw new RangeError(`first centres are ${given.rows} × ${given.cols}, expected ${k} × ${table.p}`)
  }
  const random = new RandomState(options.seed)
  const count = given ? 1 : options.runs
  let best: Ended | undefined
  for (let run = 0; run < count; run += rows.together) {
    const together = Math.min(rows.together, count - run)
    const starts = given ? [moved(given, means, -1)] : yield* firstCenters(rows, k, together, options, random)
    for (const ended of yield* lloyd(rows, starts, options, best)) best = ended
  }
  return numbered(rows, best as Ended, given === undefined)
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

/** For each of some runs the rows to start from, as centres. */
function* firstCenters(
  rows: Prepared,
  k: number,
  together: number,
  { init }: KMeansOptions,
  random: RandomState,
): Steps<Matrix[]> {
  const { n, p } = rows.table
  const evenly = new Float64Array(n).fill(1 / n)
  const chosen =
    init === 'random'
      ? Array.from({ length: together }, () => random.choiceOfSeveral(evenly, k))
      : yield* plusPlus(rows, k, together, evenly, random)
  return chosen.map((places) => {
    const centers = matrix(k, p)
    places.forEach((row, c) => centers.data.set(rowOf(rows.table, row), c * p))
    return centers
  })
}

function rowOf({ columns, n, p }: Table, row: number): Float64Array {
  return Float64Array.from({ length: p }, (_, j) => columns[j * n + row] as number)
}

/** Greedy k-means++ of several runs at once: for each the rows to start from. */
function* plusPlus(
  rows: Prepared,
  k: number,
  together: number,
  evenly: Float64Array,
  random: RandomState,
): Steps<Int32Array[]> {
  const { table, slots } = rows
  const candidateCount = 2 + Math.floor(Math.log(k))
  const cdf = cumulative(evenly)
  // How many numbers a run draws does not depend on what they are, so all can be drawn before.
  const draws = Array.from({ length: together }, () => ({
    first: firstAbove(cdf, random.random()),
    others: Array.from({ length: k - 1 }, () =>
      Array.from({ length: candidateCount }, () => random.random()),
    ),
  }))
  const chosen = draws.map(({ first }) => new Int32Array(k).fill(first))
  for (let c = 1; c < k; c++) {
    const latest = chosen.map((places) => [places[c - 1] as number])
    const sums = yield* shortened(rows, latest, true, c === 1)
    const candidates = chosen.map((_, r) => {
      const blockSums = sums.map((ofBlock) => ofBlock[r] as number)
      const potential = blockSums.reduce((sum, value) => sum + value, 0)
      const { nearest } = slots[r] as Slot
      return (
        draws[r]?.others[c - 1]?.map((draw) => rowAt(draw * potential, blockSums, nearest, table.n)) ?? []
      )
    })
    const trials = yield* shortened(rows, candidates, false, false)
    chosen.forEach((places, r) => {
      places[c] = bestOf(candidates[r] as number[], trials, r * candidateCount)
    })
  }
  return chosen
}

/** The sums of distances that rows as centres leave, by block; for each run one for each of its rows. */
function* shortened(
  { table, slots }: Prepared,
  places: readonly (readonly number[])[],
  store: boolean,
  fresh: boolean,
): Steps<Float64Array[]> {
  const width = table.p + 1
  const runs = places.map((ofRun, r) => {
    const { nearest, centers } = slots[r] as Slot
    return {
      nearest,
      centers: ofRun.map((row, t) => {
        const center = centers.subarray(t * width, (t + 1) * width)
        pack(rowOf(table, row), table.squares[row] as number, center)
        return center
      }),
    }
  })
  return yield* shared(shortenBlock, { table, runs, store, fresh }, blocks(table.n, blockRows))
}

/** A centre as the kernels take it. |a|² − 2a·b + |b|² is what scikit-learn takes; where rows are almost equal it
 * differs from Σ(a−b)² in the last digits, on which the draws depend. */
function pack(center: Float64Array, square: number, into: Float64Array): void {
  center.forEach((value, j) => (into[j] = -2 * value))
  into[center.length] = square
}

/** The first row at which the running sum of the weights reaches a draw. */
function rowAt(draw: number, blockSums: readonly number[], weights: Float64Array, n: number): number {
  let before = 0
  let block = 0
  while (block < blockSums.length - 1 && before + (blockSums[block] as number) < draw) {
    before += blockSums[block] as number
    block++
  }
  const end = Math.min(n, (block + 1) * blockRows)
  let sum = before
  for (let i = block * blockRows; i < end; i++) {
    sum += weights[i] as number
    if (draw <= sum) return i
  }
  return end - 1
}

/** The candidate that leaves least, the first on ties. */
function bestOf(candidates: readonly number[], trials: readonly Float64Array[], at: number): number {
  let best = candidates[0] as number
  let least = Infinity
  candidates.forEach((row, t) => {
    const left = trials.reduce((sum, ofBlock) => sum + (ofBlock[at + t] as number), 0)
    if (left < least) {
      least = left
      best = row
    }
  })
  return best
}

/** A run on its way. */
interface Run {
  readonly slot: Slot
  centers: Matrix
  /** k × (p + 1): the sums of the groups' rows, and their numbers. */
  readonly sums: Float64Array
  iterations: number
  converged: boolean
  state: 'running' | 'ending' | 'ended'
  /** Labels are those of the centres: they did not change in the last pass. */
  settled: boolean
  inertia: number
}

/** A run that has ended and is the best so far. */
interface Ended {
  readonly labels: Int32Array
  readonly centers: Matrix
  readonly inertia: number
  readonly iterations: number
  readonly converged: boolean
}

/** Lloyd's passes of several runs; gives those that were better than all before them, in order. */
function* lloyd(
  rows: Prepared,
  starts: readonly Matrix[],
  options: KMeansOptions,
  before: Ended | undefined,
): Steps<Ended[]> {
  const { table } = rows
  const runs = starts.map((centers, r): Run => {
    const slot = rows.slots[r] as Slot
    slot.spent.fill(0)
    return {
      slot,
      centers,
      sums: new Float64Array(centers.rows * (table.p + 1)),
      iterations: 0,
      converged: false,
      state: 'running',
      settled: false,
      inertia: NaN,
    }
  })
  const parts = blocks(table.n, blockRows)
  for (;;) {
    const active = runs.filter(({ state }) => state !== 'ended')
    if (active.length === 0) break
    const passes = active.map((run) => passOf(rows, run))
    const found = yield* shared(passBlock, { table, runs: passes, scratch: rows.scratch }, parts)
    active.forEach((run, r) => {
      if (run.state === 'ending') {
        run.inertia = found.reduce((sum, ofBlock) => sum + (ofBlock[2 * r + 1] as number), 0)
        run.state = 'ended'
      } else {
        const changed = found.reduce((sum, ofBlock) => sum + (ofBlock[2 * r] as number), 0)
        advance(rows, run, changed, parts.length, options)
      }
    })
  }
  return better(runs, before)
}

function passOf({ reach }: Prepared, run: Run): RunPass {
  const { slot, centers } = run
  const { rows: k, cols: p } = centers
  for (let c = 0; c < k; c++) {
    const center = centers.data.subarray(c * p, (c + 1) * p)
    pack(center, squareOf(center), slot.centers.subarray(c * (p + 1), (c + 1) * (p + 1)))
  }
  if (run.state === 'ending') slot.ending.set(centers.data)
  const spent = slot.spent.reduce((most, way) => Math.max(most, way), 0)
  return {
    k,
    centers: slot.centers,
    spent: slot.spent,
    // Far above what rounding does to distances of rows and centres, and to gaps in single precision, where the square
    // of a distance below 1e-22 may be nothing.
    slack: 4e-6 * (2 * reach + spent) + 1e-22,
    labels: slot.labels,
    gaps: slot.gaps,
    changes: slot.changes,
    assign: run.iterations === 0 ? 'all' : run.state === 'ending' && run.settled ? 'none' : 'some',
    ending: run.state === 'ending' ? slot.ending : undefined,
  }
}

function squareOf(center: Float64Array): number {
  return center.reduce((sum, value) => sum + value * value, 0)
}

/** The new centres of a run after a pass. */
function advance(
  rows: Prepared,
  run: Run,
  changed: number,
  blockCount: number,
  { maxIterations, tolerance }: KMeansOptions,
): void {
  const { sums, slot, centers } = run
  const width = sums.length
  for (let block = 0; block < blockCount; block++) {
    for (let at = 0; at < width; at++) {
      sums[at] = (sums[at] as number) + (slot.changes[block * width + at] as number)
    }
  }
  run.iterations++
  run.settled = changed === 0
  const next = groupMeans(rows.table, run)
  const { ways, squared } = moves(centers, next)
  run.converged = run.settled || squared <= tolerance * rows.variance
  run.centers = next
  spend(slot.spent, ways)
  if (run.converged || run.iterations === maxIterations) run.state = 'ending'
}

/** How far each centre moved, and the sum of the squares. */
function moves(before: Matrix, after: Matrix): { ways: Float64Array; squared: number } {
  const { rows: k, cols: p } = before
  const ways = new Float64Array(k)
  let squared = 0
  for (let c = 0, at = 0; c < k; c++) {
    let way = 0
    for (let j = 0; j < p; j++, at++) {
      const step = ((after.data[at] as number) - (before.data[at] as number)) ** 2
      way += step
      squared += step
    }
    ways[c] = Math.sqrt(way)
  }
  return { ways, squared }
}

function spend(spent: Float64Array, ways: Float64Array): void {
  let farthest = 0
  for (let c = 1; c < ways.length; c++) if ((ways[c] as number) > (ways[farthest] as number)) farthest = c
  const next = ways.reduce((most, way, c) => (c === farthest ? most : Math.max(most, way)), 0)
  ways.forEach((way, c) => {
    spent[c] = (spent[c] as number) + way + (c === farthest ? next : (ways[farthest] as number))
  })
}

/** The mean of each group's rows. */
function groupMeans(table: Table, run: Run): Matrix {
  const { rows: k, cols: p } = run.centers
  const sums = run.sums.slice()
  const counts = Float64Array.from({ length: k }, (_, c) => sums[c * (p + 1) + p] as number)
  if (counts.includes(0)) fillEmptyGroups(table, run, sums, counts)
  const heaviest = counts.indexOf(counts.reduce((most, size) => Math.max(most, size)))
  const means = matrix(k, p)
  for (let c = 0; c < k; c++) {
    const from = counts[c] === 0 ? heaviest : c
    const share = 1 / (counts[from] as number)
    for (let j = 0; j < p; j++) means.data[c * p + j] = (sums[from * (p + 1) + j] as number) * share
  }
  return means
}

/**
 * Each empty group takes the row farthest from its own centre, which its old group gives up. Nothing happens when
 * every row sits on its centre. Changes sums and counts in place.
 */
function fillEmptyGroups(table: Table, run: Run, sums: Float64Array, counts: Float64Array): void {
  const { p } = table
  const { labels } = run.slot
  const empty = [...counts.keys()].filter((c) => counts[c] === 0)
  const farthest = farthestRows(table, run, empty.length)
  if (farthest[0]?.distance === 0) return
  empty.forEach((c, e) => {
    const { row } = farthest[e] as Far
    const donor = labels[row] as number
    rowOf(table, row).forEach((value, j) => {
      sums[donor * (p + 1) + j] = (sums[donor * (p + 1) + j] as number) - value
      sums[c * (p + 1) + j] = value
    })
    counts[c] = 1
    counts[donor] = (counts[donor] as number) - 1
  })
}

interface Far {
  readonly row: number
  /** Squared, to its own centre. */
  readonly distance: number
}

/** The rows farthest from their centres, farthest first, the lowest row first on ties. */
function farthestRows({ columns, n, p }: Table, { slot, centers }: Run, count: number): Far[] {
  const far: Far[] = []
  for (let row = 0; row < n; row++) {
    const center = (slot.labels[row] as number) * p
    let distance = 0
    for (let j = 0; j < p; j++) {
      distance += ((columns[j * n + row] as number) - (centers.data[center + j] as number)) ** 2
    }
    if (far.length === count && distance <= (far.at(-1) as Far).distance) continue
    let place = far.length
    while (place > 0 && (far[place - 1] as Far).distance < distance) place--
    far.splice(place, 0, { row, distance })
    if (far.length > count) far.pop()
  }
  return far
}

/** Of the runs those that were better than all before them, and of another partition than the best. */
function better(runs: readonly Run[], before: Ended | undefined): Ended[] {
  const found: Ended[] = []
  let best = before
  for (const { slot, centers, inertia, iterations, converged } of runs) {
    const isBetter =
      best === undefined || (inertia < best.inertia && !sameGroups(slot.labels, best.labels, centers.rows))
    if (!isBetter) continue
    best = { labels: slot.labels, centers, inertia, iterations, converged }
    found.push(best)
  }
  // The slots are used again.
  return found.slice(-1).map((one) => ({ ...one, labels: one.labels.slice() }))
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

/** Distance (not squared) of each row to the centre of its group, in units of x. */
export function centerDistances(x: Matrix, centers: Matrix, labels: Int32Array): Float64Array {
  return ownDistances(x, centers, labels).map(Math.sqrt)
}

/** For each row the group whose centre is nearest, as the last pass found it of the rows that were learnt from. */
export function nearestGroups(x: Matrix, { means, centers, place }: Fitted): Int32Array {
  const { cols: p, data } = x
  const k = centers.rows
  const packed = new Float64Array(k * (p + 1))
  for (let c = 0; c < k; c++) {
    const center = centers.data.subarray(c * p, (c + 1) * p)
    pack(center, squareOf(center), packed.subarray(c * (p + 1), (c + 1) * (p + 1)))
  }
  const labels = new Int32Array(x.rows)
  for (let i = 0, row = 0; i < x.rows; i++, row += p) {
    let label = 0
    let least = Infinity
    for (let c = 0, at = 0; c < k; c++, at++) {
      let score = 0
      for (let j = 0; j < p; j++, at++) {
        score += ((data[row + j] as number) - (means[j] as number)) * (packed[at] as number)
      }
      score += packed[at] as number
      if (score >= least) continue
      least = score
      label = c
    }
    labels[i] = place[label] as number
  }
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

/** The centres in the units of the input, in the order of the groups. */
export function centersOf({ means, centers, place }: Fitted): Matrix {
  const p = centers.cols
  const own = moved(centers, means, 1)
  const ordered = matrix(centers.rows, p)
  place.forEach((group, c) => ordered.data.set(own.data.subarray(c * p, (c + 1) * p), group * p))
  return ordered
}

/** Back in the units of the input, with the groups in their final order. */
function numbered({ means, table }: Prepared, run: Ended, bySize: boolean): KMeansResult {
  const { labels, centers, inertia: found, iterations, converged } = run
  const k = centers.rows
  const sizes = new Int32Array(k)
  const firstRow = new Float64Array(k).fill(Infinity)
  for (let i = 0; i < table.n; i++) {
    const label = labels[i] as number
    sizes[label] = (sizes[label] as number) + 1
    if (i < (firstRow[label] as number)) firstRow[label] = i
  }
  const order = [...sizes.keys()]
  if (bySize) {
    order.sort(
      (a, b) =>
        (sizes[b] as number) - (sizes[a] as number) ||
        (firstRow[a] as number) - (firstRow[b] as number) ||
        a - b,
    )
  }
  const place = new Int32Array(k)
  order.forEach((old, c) => (place[old] = c))
  const fitted = { means, centers, place }
  return {
    k,
    labels: renamed(labels, place),
    centers: centersOf(fitted),
    sizes: sizes.map((_, c) => sizes[order[c] as number] as number),
    inertia: found,
    iterations,
    converged,
    fitted,
  }
}

/** The group of each label. A plain loop: over a million labels a call for each takes longer than counting them. */
function renamed(labels: Int32Array, place: Int32Array): Int32Array {
  const groups = new Int32Array(labels.length)
  for (let i = 0; i < labels.length; i++) groups[i] = place[labels[i] as number] as number
  return groups
}

/** Different rows of x, counted up to `limit`; k-means can fill no more groups than there are. */
export function countDistinctRows(x: Matrix, limit: number): number {
  const seen = new Set<string>()
  for (let i = 0; i < x.rows && seen.size < limit; i++) {
    seen.add(x.data.subarray(i * x.cols, (i + 1) * x.cols).join())
  }
  return seen.size
}
