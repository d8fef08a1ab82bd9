/**
 * Means, and sums of squares and products about them: all that least squares needs of the rows.
 *
 * In:  a Design.
 * Out: for its columns and its target (the last), means and the matrix of products about the means.
 * Cost: one pass over the rows, O(rows · columns²); `exactProducts` two, and some thirty times as many operations.
 *
 * A column is first measured from its origin, its mean in the first block; each block is centred on its own means before
 * its products are taken, and the blocks are put together, in their order, by the formula of Chan, Golub & LeVeque,
 * "Algorithms for computing the sample variance", American Statistician 37, 1983. So no digits are lost to means that
 * are far from zero: a difference of near numbers is exact, where their mean as a double is not.
 */
import { designBlock, type Design, type DesignBlock } from '../base/design.ts'
import type { Steps } from '../base/steps.ts'
import { wasmLeastSquares } from '../kernels/wasm-least-squares.ts'
import { add, multiply, pair, PairSum } from '../base/double-double.ts'

/** Rows of a block: two columns of them fit into the first cache. */
export const BLOCK_ROWS = 2048
/** Blocks after which other work gets its turn. */
export const BLOCKS_A_TURN = 64

/** A square matrix of pairs (double-double.ts), row-major. */
export interface PairMatrix {
  readonly size: number
  readonly high: Float64Array
  readonly low: Float64Array
}

export function pairMatrix(size: number): PairMatrix {
  return { size, high: new Float64Array(size * size), low: new Float64Array(size * size) }
}

export interface CrossProducts {
  readonly rows: number
  /** The sum of the weights; the number of rows where there are none. */
  readonly weight: number
  /** Of the columns and the target; `meansLow` is what they lack of the exact ones. */
  readonly means: Float64Array
  readonly meansLow: Float64Array
  /** Sums of products about the means. */
  readonly products: PairMatrix
  /** Sum of the logarithms of the weights. */
  readonly logWeights: number
}

export function* crossProducts(design: Design): Steps<CrossProducts> {
  return yield* crossProductsOf(design, 0, design.rows)
}

/** Of rows `from` … `to` − 1. */
export function* crossProductsOf(design: Design, from: number, to: number): Steps<CrossProducts> {
  const size = design.columns + 1
  // Weights have their place behind the target, and their sums are not the kernel's.
  const kernel = design.isWeighted ? undefined : wasmLeastSquares(size, BLOCK_ROWS)
  const block: DesignBlock =
    kernel === undefined
      ? designBlock(design, BLOCK_ROWS, false)
      : { capacity: BLOCK_ROWS, high: kernel.room, low: undefined }
  let sums: RunningProducts | undefined
  for (let at = from, blocks = 1; at < to; at += BLOCK_ROWS, blocks++) {
    const rows = Math.min(BLOCK_ROWS, to - at)
    design.fill(at, rows, block)
    sums ??= new RunningProducts(originsOf(block, size, rows))
    if (kernel === undefined) sums.addWeighted(block, rows)
    else {
      const { means, products } = kernel.centre(rows, sums.origins)
      sums.add(rows, rows, means, products)
    }
    if (blocks % BLOCKS_A_TURN === 0) yield
  }
  return (sums ?? new RunningProducts(new Float64Array(size))).result()
}

/** The means of a block, about. */
function originsOf({ high, capacity }: DesignBlock, size: number, rows: number): Float64Array {
  const origins = new Float64Array(size)
  for (let j = 0; j < size; j++) {
    let sum = 0
    for (let i = 0; i < rows; i++) sum += high[j * capacity + i] as number
    origins[j] = sum / rows
  }
  return origins
}

/** Cross products of parts of the rows that grow together. */
export class RunningProducts {
  /** By column a number near its values, which means are beyond. */
  readonly origins: Float64Array
  readonly #size: number
  #rows = 0
  #weight = 0
  #logWeights = 0
  readonly #means: Float64Array
  readonly #products: Float64Array

  constructor(origins: Float64Array) {
    this.origins = origins
    this.#size = origins.length
    this.#means = new Float64Array(this.#size)
    this.#products = new Float64Array(this.#size ** 2)
  }

  /** Changes the block: its columns are centred. */
  addWeighted({ capacity, high }: DesignBlock, rows: number): void {
    const size = this.#size
    const weights = high.subarray(size * capacity, size * capacity + rows)
    let weight = 0
    for (const one of weights) {
      weight += one
      this.#logWeights += Math.log(one)
    }
    const means = new Float64Array(size)
    const products = new Float64Array(size * size)
    for (let j = 0; j < size; j++) {
      const column = high.subarray(j * capacity, j * capacity + rows)
      means[j] = centred(column, this.origins[j] as number, weights, weight)
      for (let k = 0; k <= j; k++) {
        products[j * size + k] = weightedDot(
          column,
          high.subarray(k * capacity, k * capacity + rows),
          weights,
        )
      }
    }
    this.add(rows, weight, means, products)
  }

  /**
   * @param means    beyond the origins
   * @param products the lower half of them
   */
  add(rows: number, weight: number, means: Float64Array, products: Float64Array): void {
    const size = this.#size
    const all = this.#weight + weight
    if (all === 0) return
    const share = weight / all
    const factor = this.#weight * share
    for (let j = 0; j < size; j++) {
      const apart = (means[j] as number) - (this.#means[j] as number)
      for (let k = 0; k <= j; k++) {
        const otherApart = (means[k] as number) - (this.#means[k] as number)
        const at = j * size + k
        this.#products[at] =
          (this.#products[at] as number) + ((products[at] as number) + apart * otherApart * factor)
      }
    }
    for (let j = 0; j < size; j++) {
      this.#means[j] =
        (this.#means[j] as number) + ((means[j] as number) - (this.#means[j] as number)) * share
    }
    this.#weight = all
    this.#rows += rows
  }

  addAll({ rows, weight, means, meansLow, products, logWeights }: CrossProducts): void {
    const beyond = means.map((mean, j) => mean - (this.origins[j] as number) + (meansLow[j] as number))
    this.add(rows, weight, beyond, products.high)
    this.#logWeights += logWeights
  }

  result(): CrossProducts {
    const size = this.#size
    const products = pairMatrix(size)
    for (let j = 0; j < size; j++) {
      for (let k = 0; k <= j; k++) {
        products.high[j * size + k] = products.high[k * size + j] = this.#products[j * size + k] as number
      }
    }
    const means = Array.from(this.#means, (mean, j) => add(pair(this.origins[j]), pair(mean)))
    return {
      rows: this.#rows,
      weight: this.#weight,
      means: Float64Array.from(means, ({ high }) => high),
      meansLow: Float64Array.from(means, ({ low }) => low),
      products,
      logWeights: this.#logWeights,
    }
  }
}

/** Takes the origin and the mean beyond it from each number; gives that mean. */
function centred(column: Float64Array, origin: number, weights: Float64Array, weight: number): number {
  let sum = 0
  for (let i = 0; i < column.length; i++) {
    const beyond = (column[i] as number) - origin
    column[i] = beyond
    sum += beyond * (weights[i] as number)
  }
  const mean = sum / weight
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - mean
  return mean
}

function weightedDot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number) * (weights[i] as number)
  return sum
}

/** The same with twice the digits, for designs whose numbers are known to as many. */
export function* exactProducts(design: Design): Steps<CrossProducts> {
  const rough = yield* crossProducts(design)
  const size = design.columns + 1
  const block = designBlock(design, BLOCK_ROWS, true)
  const low = block.low as Float64Array
  const { high, capacity } = block
  const sums = Array.from({ length: size }, () => new PairSum())
  const products = Array.from({ length: (size * (size + 1)) / 2 }, () => new PairSum())
  const weights = new PairSum()
  for (let from = 0; from < design.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    for (let j = 0; j < size; j++) shift(block, j, rows, -(rough.means[j] as number))
    for (let i = 0; i < rows; i++) {
      const weight = design.isWeighted ? (high[size * capacity + i] as number) : 1
      weights.add(weight)
      for (let j = 0, at = 0; j < size; j++) {
        const a = j * capacity + i
        const left = new PairSum()
        left.addPairProduct(high[a] as number, low[a] as number, weight, 0)
        sums[j]?.addPair(left.high, left.low)
        for (let k = 0; k <= j; k++, at++) {
          const b = k * capacity + i
          products[at]?.addPairProduct(left.high, left.low, high[b] as number, low[b] as number)
        }
      }
    }
    yield
  }
  return aboutExactMeans(rough, weights, sums, products)
}

/** Adds to each number of a column. */
export function shift({ high, low, capacity }: DesignBlock, j: number, rows: number, by: number): void {
  const end = j * capacity + rows
  if (low === undefined) {
    for (let at = j * capacity; at < end; at++) high[at] = (high[at] as number) + by
    return
  }
  for (let at = j * capacity; at < end; at++) {
    const before = high[at] as number
    const sum = before + by
    const rounded = sum - before
    const rest = (low[at] as number) + (before - (sum - rounded) + (by - rounded))
    const whole = sum + rest
    high[at] = whole
    low[at] = rest - (whole - sum)
  }
}

/** From sums about the rough means to those about the exact ones. */
function aboutExactMeans(
  rough: CrossProducts,
  weight: PairSum,
  sums: readonly PairSum[],
  products: readonly PairSum[],
): CrossProducts {
  const size = sums.length
  const result = pairMatrix(size)
  const means = new Float64Array(size)
  const meansLow = new Float64Array(size)
  for (let j = 0, at = 0; j < size; j++) {
    const apart = (sums[j] as PairSum).value / weight.value
    const mean = new PairSum()
    mean.add(rough.means[j] as number)
    mean.addPair(apart, 0)
    means[j] = mean.pair.high
    meansLow[j] = mean.pair.low
    for (let k = 0; k <= j; k++, at++) {
      const product = products[at] as PairSum
      const other = (sums[k] as PairSum).value / weight.value
      // The sums about a mean that was right to a double are so small that doubles do for their product.
      product.addProduct(-(sums[j] as PairSum).value, other)
      const { high, low } = product.pair
      result.high[j * size + k] = result.high[k * size + j] = high
      result.low[j * size + k] = result.low[k * size + j] = low
    }
  }
  return { ...rough, weight: weight.value, means, meansLow, products: result }
}

/** Sums of squares and products about zero. */
export function aboutZero({ products, means, meansLow, weight }: CrossProducts): PairMatrix {
  const { size } = products
  const raw = pairMatrix(size)
  for (let j = 0; j < size; j++) {
    for (let k = 0; k < size; k++) {
      const at = j * size + k
      const scaled = multiply(pair(means[j], meansLow[j]), pair(weight))
      const of = multiply(scaled, pair(means[k], meansLow[k]))
      const sum = add(of, pair(products.high[at], products.low[at]))
      raw.high[at] = sum.high
      raw.low[at] = sum.low
    }
  }
  return raw
}
