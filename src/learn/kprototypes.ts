/**
 * k-prototypes: k groups of rows that have numbers and texts.
 *
 * In:  numbers (n × p, scaled), columns of codes, k, and how much a text that differs weighs (γ).
 * Out: a label for each row; for each group the mean of its numbers and the most frequent level of each text.
 * Cost: O(n·k·(p + texts)) a pass, in blocks of rows that any thread can do.
 *
 * Huang, "Extensions to the k-means algorithm for clustering large data sets with categorical values", Data Min.
 * Knowl. Discov. 2, 1998: rows are measured by Σ(x−c)² + γ·(texts that differ). As in kmodes, γ is half the mean
 * standard deviation of the numbers where it is not given. Departures: prototypes move once a pass and not after every
 * row, so that the order of the rows does not count; first prototypes are rows chosen as k-means++ chooses them, with
 * this measure; an emptied group takes the row farthest from its own prototype.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import { RandomState } from '../base/random.ts'
import { allAtOnce, blocks, shared, type Block, type Steps, type Task } from '../base/steps.ts'
import { sharedFloat64, sharedInt32 } from '../kernels/shared.ts'

/** A column of text. */
export interface Codes {
  /** One a row, in 0 … levels − 1. */
  readonly codes: Int32Array
  readonly levels: number
}

export interface PrototypesOptions {
  /** ≥ 0: what a text that differs adds to a squared distance. */
  readonly gamma: number
  /** Runs from different first prototypes, of which the best is kept; ≥ 1. */
  readonly runs: number
  /** Passes a run may take; ≥ 1. */
  readonly maxIterations: number
  /** 0 … 2³²−1. */
  readonly seed: number
}

export interface Prototypes {
  readonly k: number
  /** One a row, in 0 … k−1. The largest group is 0; groups of one size stand in the order of their first row. */
  readonly labels: Int32Array
  /** k × p: the mean of each group's rows. */
  readonly centers: Matrix
  /** k × texts: the most frequent code of each column in each group, the lowest on ties. */
  readonly modes: Int32Array
  readonly sizes: Int32Array
  /** Sum over rows of the measure to the prototype of the row's group. */
  readonly inertia: number
  readonly iterations: number
  readonly converged: boolean
}

/** Half the mean over columns of their population standard deviation; 0.5 where there is no number. */
export function usualGamma({ rows: n, cols: p, data }: Matrix): number {
  if (p === 0) return 0.5
  let sum = 0
  for (let j = 0; j < p; j++) {
    let total = 0
    for (let i = 0; i < n; i++) total += data[i * p + j] as number
    let squares = 0
    for (let i = 0; i < n; i++) squares += ((data[i * p + j] as number) - total / n) ** 2
    sum += Math.sqrt(squares / n)
  }
  return sum / p / 2
}

export function kprototypes(
  x: Matrix,
  texts: readonly Codes[],
  k: number,
  options: PrototypesOptions,
): Prototypes {
  return allAtOnce(kprototypesSteps(x, texts, k, options))
}

/** Arrays that all threads see. */
interface Rows {
  readonly n: number
  readonly p: number
  /** Row-major. */
  readonly numbers: Float64Array
  /** One array a column. */
  readonly codes: readonly Int32Array[]
  readonly levels: readonly number[]
  readonly gamma: number
  readonly labels: Int32Array
}

interface Pass extends Rows {
  readonly k: number
  readonly centers: Float64Array
  readonly modes: Int32Array
}

/** Rows that one job measures. */
const blockRows = 8192

/** The same in steps: one batch a pass. @param k 1 … n */
export function* kprototypesSteps(
  x: Matrix,
  texts: readonly Codes[],
  k: number,
  { gamma, runs, maxIterations, seed }: PrototypesOptions,
): Steps<Prototypes> {
  if (!(k >= 1 && k <= x.rows)) throw new RangeError(`${k} groups of ${x.rows} rows`)
  const rows: Rows = {
    n: x.rows,
    p: x.cols,
    numbers: sharedFloat64(x.data.length),
    codes: texts.map(({ codes }) => {
      const own = sharedInt32(codes.length)
      own.set(codes)
      return own
    }),
    levels: texts.map(({ levels }) => levels),
    gamma,
    labels: sharedInt32(x.rows),
  }
  rows.numbers.set(x.data)
  const random = new RandomState(seed)
  let best: Omit<Prototypes, 'sizes'> | undefined
  for (let run = 0; run < runs; run++) {
    const found = yield* oneRun(rows, k, firstRows(rows, k, random), maxIterations)
    if (best === undefined || found.inertia < best.inertia) best = { ...found, labels: found.labels.slice() }
  }
  return numbered(best as Prototypes, texts.length)
}

function* oneRun(
  rows: Rows,
  k: number,
  first: Int32Array,
  maxIterations: number,
): Steps<Omit<Prototypes, 'sizes'>> {
  const { n, p, codes, labels } = rows
  const q = codes.length
  let centers = new Float64Array(k * p)
  let modes = new Int32Array(k * q)
  first.forEach((row, c) => {
    centers.set(rows.numbers.subarray(row * p, (row + 1) * p), c * p)
    codes.forEach((column, t) => (modes[c * q + t] = column[row] as number))
  })
  labels.fill(-1)
  const parts = blocks(n, blockRows)
  let iterations = 0
  let converged = false
  for (;;) {
    const pass: Pass = { ...rows, k, centers, modes }
    const found = yield* shared(prototypesBlock, pass, parts)
    const changed = found.reduce((sum, block) => sum + block.changed, 0)
    const inertia = found.reduce((sum, block) => sum + block.cost, 0)
    converged = changed === 0
    if (converged || iterations === maxIterations) {
      return { k, labels, centers: matrix(k, p, centers), modes, inertia, iterations, converged }
    }
    iterations++
    ;({ centers, modes } = moved(pass, found))
  }
}

interface BlockFound {
  readonly changed: number
  readonly cost: number
  /** k × p sums of the numbers of each group, then the sizes. */
  readonly sums: Float64Array
  /** For each column k × levels: how often each level stands in each group. */
  readonly counts: readonly Float64Array[]
}

/** Gives the rows of a block the nearest prototype, the lowest on ties, and sums what the groups hold. */
export const prototypesBlock: Task<Pass, Block, BlockFound> = {
  name: 'kprototypes/pass',
  run(pass, { from, to }) {
    const { k, p, numbers, codes, levels, labels } = pass
    const sums = new Float64Array(k * p + k)
    const counts = levels.map((count) => new Float64Array(k * count))
    let changed = 0
    let cost = 0
    for (let i = from; i < to; i++) {
      let label = 0
      let least = Infinity
      for (let c = 0; c < k; c++) {
        const measure = measureTo(pass, i, c)
        if (measure >= least) continue
        least = measure
        label = c
      }
      cost += least
      if (labels[i] !== label) changed++
      labels[i] = label
      for (let j = 0; j < p; j++) {
        sums[label * p + j] = (sums[label * p + j] as number) + (numbers[i * p + j] as number)
      }
      sums[k * p + label] = (sums[k * p + label] as number) + 1
      for (let t = 0; t < codes.length; t++) {
        const at = label * (levels[t] as number) + (codes[t]?.[i] as number)
        const column = counts[t] as Float64Array
        column[at] = (column[at] as number) + 1
      }
    }
    return { changed, cost, sums, counts }
  },
}

/** Σ(x−c)² + γ·(texts that differ), of row i and prototype c. */
function measureTo(
  {
    p,
    numbers,
    codes,
    gamma,
    centers,
    modes,
  }: Pick<Pass, 'p' | 'numbers' | 'codes' | 'gamma' | 'centers' | 'modes'>,
  i: number,
  c: number,
): number {
  let sum = 0
  for (let j = 0; j < p; j++) {
    sum += ((numbers[i * p + j] as number) - (centers[c * p + j] as number)) ** 2
  }
  let differ = 0
  for (let t = 0; t < codes.length; t++) if (codes[t]?.[i] !== modes[c * codes.length + t]) differ++
  return sum + gamma * differ
}

/** How far (the root of the measure) each row is from the prototype of its group. */
export function prototypeDistances(
  x: Matrix,
  codes: readonly Int32Array[],
  { labels, centers, modes }: Pick<Prototypes, 'labels' | 'centers' | 'modes'>,
  gamma: number,
): Float64Array {
  const pass = { p: x.cols, numbers: x.data, codes, gamma, centers: centers.data, modes }
  return Float64Array.from(labels, (label, i) => Math.sqrt(measureTo(pass, i, label)))
}

/** For each row the group whose prototype is nearest, the lowest on ties; a code that is no level differs from all. */
export function nearestPrototypes(
  x: Matrix,
  codes: readonly Int32Array[],
  { centers, modes }: Pick<Prototypes, 'centers' | 'modes'>,
  gamma: number,
): Int32Array {
  const pass = { p: x.cols, numbers: x.data, codes, gamma, centers: centers.data, modes }
  return Int32Array.from({ length: x.rows }, (_, i) => {
    let label = 0
    let least = Infinity
    for (let c = 0; c < centers.rows; c++) {
      const measure = measureTo(pass, i, c)
      if (measure >= least) continue
      least = measure
      label = c
    }
    return label
  })
}

/** The prototypes of what a pass found. */
function moved(
  pass: Pass,
  found: readonly BlockFound[],
): { centers: Float64Array<ArrayBuffer>; modes: Int32Array<ArrayBuffer> } {
  const { k, p, codes, levels } = pass
  const q = codes.length
  const centers = new Float64Array(k * p)
  const modes = new Int32Array(k * q)
  const sums = added(found.map((block) => block.sums))
  const counts = levels.map((_, t) => added(found.map((block) => block.counts[t] as Float64Array)))
  const taken = new Set<number>()
  for (let c = 0; c < k; c++) {
    const size = sums[k * p + c] as number
    const row = size > 0 ? -1 : farthestRow(pass, taken)
    for (let j = 0; j < p; j++) {
      centers[c * p + j] =
        row < 0 ? (sums[c * p + j] as number) / size : (pass.numbers[row * p + j] as number)
    }
    for (let t = 0; t < q; t++) {
      const width = levels[t] as number
      const own = (counts[t] as Float64Array).subarray(c * width, (c + 1) * width)
      const mode = own.indexOf(own.reduce((most, count) => Math.max(most, count), 0))
      modes[c * q + t] = row < 0 ? mode : (codes[t]?.[row] as number)
    }
  }
  return { centers, modes }
}

function added(parts: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(parts[0]?.length ?? 0)
  for (const part of parts) part.forEach((value, at) => (sum[at] = (sum[at] as number) + value))
  return sum
}

function farthestRow(pass: Pass, taken: Set<number>): number {
  let farthest = 0
  let most = -1
  for (let i = 0; i < pass.n; i++) {
    if (taken.has(i)) continue
    const measure = measureTo(pass, i, pass.labels[i] as number)
    if (measure <= most) continue
    most = measure
    farthest = i
  }
  taken.add(farthest)
  return farthest
}

/** Rows to start from, each drawn in proportion to its measure to the nearest before (Arthur & Vassilvitskii, 2007). */
function firstRows(rows: Rows, k: number, random: RandomState): Int32Array {
  const { n, p, numbers, codes, gamma } = rows
  const chosen = new Int32Array(k)
  chosen[0] = Math.floor(random.random() * n)
  const nearest = new Float64Array(n).fill(Infinity)
  for (let c = 1; c < k; c++) {
    const latest = chosen[c - 1] as number
    let total = 0
    for (let i = 0; i < n; i++) {
      let measure = 0
      for (let j = 0; j < p; j++) {
        measure += ((numbers[i * p + j] as number) - (numbers[latest * p + j] as number)) ** 2
      }
      for (const column of codes) if (column[i] !== column[latest]) measure += gamma
      if (measure < (nearest[i] as number)) nearest[i] = measure
      total += nearest[i] as number
    }
    let left = random.random() * total
    let row = 0
    while (row < n - 1 && (left -= nearest[row] as number) > 0) row++
    chosen[c] = row
  }
  return chosen
}

/** The groups in their final order: the largest first, of one size by their first row. */
function numbered(run: Omit<Prototypes, 'sizes'>, q: number): Prototypes {
  const { k, labels, centers, modes } = run
  const p = centers.cols
  const sizes = new Int32Array(k)
  const firstRow = new Float64Array(k).fill(Infinity)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    sizes[label] = (sizes[label] as number) + 1
    if (i < (firstRow[label] as number)) firstRow[label] = i
  }
  const order = [...sizes.keys()].sort(
    (a, b) =>
      (sizes[b] as number) - (sizes[a] as number) ||
      (firstRow[a] as number) - (firstRow[b] as number) ||
      a - b,
  )
  const place = new Int32Array(k)
  order.forEach((old, c) => (place[old] = c))
  const ordered = matrix(k, p)
  const orderedModes = new Int32Array(k * q)
  order.forEach((old, c) => {
    ordered.data.set(centers.data.subarray(old * p, (old + 1) * p), c * p)
    orderedModes.set(modes.subarray(old * q, (old + 1) * q), c * q)
  })
  return {
    ...run,
    labels: labels.map((label) => place[label] as number),
    centers: ordered,
    modes: orderedModes,
    sizes: Int32Array.from(order, (old) => sizes[old] as number),
  }
}
