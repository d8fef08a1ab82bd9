/**
 * One more pass over the rows of a fit: the residuals, and all sums of them that errors and diagnostics are made of.
 *
 * In:  a Design and its LeastSquares; which errors are asked for.
 * Out: ResidualSums.
 * Cost: O(rows · columns²). Where products were enough for the fit and rows have no weights the loops are compiled
 *       (kernels/least-squares.ts); else they carry twice the digits.
 */
import { designBlock, type Design, type DesignBlock } from '../base/design.ts'
import { PairSum, productError } from '../base/double-double.ts'
import type { Steps } from '../base/steps.ts'
import {
  LARGEST,
  POWERS,
  SMALLEST,
  SQUARES,
  STEPS,
  type LeastSquaresKernel,
} from '../kernels/least-squares.ts'
import { wasmLeastSquares } from '../kernels/wasm-least-squares.ts'
import { BLOCK_ROWS, BLOCKS_A_TURN } from './cross-products.ts'
import { takeFit, type LeastSquares } from './least-squares.ts'

/** Errors that hold where the spread differs between rows: White, and MacKinnon & White. */
export type Robust = 'hc0' | 'hc1' | 'hc2' | 'hc3'

export interface ResidualSums {
  /** One a row of the design; made when first asked for, where they were not to be kept. */
  readonly residuals: Float64Array
  /** The smallest and the largest of them. */
  readonly range: readonly [number, number]
  /** Σ w e². */
  readonly squares: number
  /** Of the weighted residuals √w e: Σ (e − before)², and the shape of their distribution. */
  readonly steps: number
  readonly shape: Shape
  /** Σ z e² by column, z the column about its centre. */
  readonly squaresByColumn: Float64Array
  readonly influences: readonly RowInfluence[]
  /** With robust errors Σ w² e² (1, z)(1, z)ᵀ, with e² over 1 − h (hc2) or its square (hc3). */
  readonly meat: Float64Array | undefined
  /** Of hc2 and hc3: rows of leverage 1, which give 0/0 and have no part in the meat; by row its (1, z). */
  readonly alone: readonly { readonly row: number; readonly at: Float64Array }[]
}

export interface RowInfluence {
  readonly row: number
  readonly leverage: number
  readonly residual: number
  readonly weight: number
  readonly strength: number
}

/** Of the weighted residuals, in units of their standard deviation: the means of (e − ē)³ and (e − ē)⁴. */
export interface Shape {
  readonly skew: number
  readonly kurtosis: number
  /** The variance of e² over the square of its mean, about 0; where it is known. */
  readonly spread: number | undefined
}

const MOST_INFLUENCES = 5
/** A leverage this near to 1 is 1. */
const ALONE = 1e-10

/** @param keeps whether residuals will be asked for: a million of them take as long to keep as to make */
export function residualPass(
  design: Design,
  fit: LeastSquares,
  robust: Robust | undefined,
  keeps: boolean,
): Steps<ResidualSums> {
  return fit.method === 'products' && !design.isWeighted
    ? plainPass(design, fit, robust, keeps)
    : pairedPass(design, fit, robust)
}

function fittedKernel(design: Design, fit: LeastSquares): LeastSquaresKernel {
  const kernel = wasmLeastSquares(design.columns + 1, BLOCK_ROWS)
  kernel.fit({
    centers: fit.centers,
    offset: fit.offset.high,
    slopes: fit.slopes,
    leverage: fit.hasIntercept ? 1 / fit.crossProducts.weight : 0,
    kept: fit.triangle.kept,
    inverse: fit.triangle.inverse.high,
    // Then no power is past the range of a double.
    unit: 1 / Math.sqrt((fit.crossProducts.products.high.at(-1) as number) / design.rows),
  })
  return kernel
}

/** All residuals, as the pass makes them. */
function residualsOf(design: Design, fit: LeastSquares): Float64Array {
  const kernel = fittedKernel(design, fit)
  const block: DesignBlock = { capacity: BLOCK_ROWS, high: kernel.room, low: undefined }
  const residuals = new Float64Array(design.rows)
  for (let from = 0; from < design.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    residuals.set(kernel.residuals(rows, 0, Infinity).errors, from)
  }
  return residuals
}

function* plainPass(
  design: Design,
  fit: LeastSquares,
  robust: Robust | undefined,
  keeps: boolean,
): Steps<ResidualSums> {
  const size = design.columns
  const kernel = fittedKernel(design, fit)
  const block: DesignBlock = { capacity: BLOCK_ROWS, high: kernel.room, low: undefined }
  let residuals: Float64Array | undefined = keeps ? new Float64Array(design.rows) : undefined
  const all = () => (residuals ??= residualsOf(design, fit))
  const squares = new PairSum()
  const influences = new TopInfluences()
  const squaresByColumn = new Float64Array(size)
  const meat = robust === undefined ? undefined : new Meat(fit, robust)
  const powers = new Float64Array(4)
  let [steps, smallest, largest] = [0, Infinity, -Infinity]
  let before: number | undefined
  for (let from = 0, blocks = 1; from < design.rows; from += BLOCK_ROWS, blocks++) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    const found = kernel.residuals(rows, before ?? 0, influences.least)
    const { errors, leverages, sums } = found
    residuals?.set(errors, from)
    squares.add(sums[SQUARES] as number)
    // Nothing stands before the first row.
    steps += (sums[STEPS] as number) - (before === undefined ? (errors[0] as number) ** 2 : 0)
    before = errors[rows - 1] as number
    for (let power = 0; power < 4; power++) {
      powers[power] = (powers[power] as number) + (sums[POWERS + power] as number)
    }
    smallest = Math.min(smallest, sums[SMALLEST] as number)
    largest = Math.max(largest, sums[LARGEST] as number)
    for (let j = 0; j < size; j++) {
      squaresByColumn[j] = (squaresByColumn[j] as number) + (found.squaresByColumn[j] as number)
    }
    if (found.isAbove) {
      for (let i = 0; i < rows; i++)
        influences.offer(from + i, leverages[i] as number, errors[i] as number, 1)
    }
    meat?.add(block, from, rows, undefined, errors, leverages)
    if (blocks % BLOCKS_A_TURN === 0) yield
  }
  return {
    get residuals() {
      return all()
    },
    range: [smallest, largest],
    squares: squares.value,
    steps,
    // Without an intercept their mean may be far from 0.
    shape: fit.hasIntercept ? shapeOfPowers(powers, design.rows) : shapeOf(design, all()),
    squaresByColumn,
    influences: influences.list,
    meat: meat?.sums,
    alone: meat?.alone ?? [],
  }
}

function* pairedPass(design: Design, fit: LeastSquares, robust: Robust | undefined): Steps<ResidualSums> {
  const size = design.columns
  const block = designBlock(design, BLOCK_ROWS, fit.method !== 'products')
  const residuals = new Float64Array(design.rows)
  const squares = new PairSum()
  const influences = new TopInfluences()
  const squaresByColumn = new Float64Array(size)
  const meat = robust === undefined ? undefined : new Meat(fit, robust)
  const leverages = new Float64Array(BLOCK_ROWS)
  const own = new Float64Array(BLOCK_ROWS)
  const isExact = fit.method === 'exact'
  let [steps, smallest, largest, before] = [0, Infinity, -Infinity, 0]
  for (let from = 0, blocks = 1; from < design.rows; from += BLOCK_ROWS, blocks++) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    takeFit(block, rows, fit)
    const errors = block.high.subarray(size * block.capacity, size * block.capacity + rows)
    const weights = design.isWeighted
      ? block.high.subarray((size + 1) * block.capacity, (size + 1) * block.capacity + rows)
      : undefined
    residuals.set(errors, from)
    leveragesOf(block, rows, fit, weights, leverages, own)
    if (from === 0) before = Math.sqrt(weights?.[0] ?? 1) * (errors[0] as number)
    let blockSteps = 0
    let blockSquares = 0
    for (let i = 0; i < rows; i++) {
      const weight = weights === undefined ? 1 : (weights[i] as number)
      const error = errors[i] as number
      const weighted = weight === 1 ? error : Math.sqrt(weight) * error
      const square = weighted * weighted
      blockSquares += square
      blockSteps += (weighted - before) * (weighted - before)
      before = weighted
      own[i] = square
      smallest = Math.min(smallest, error)
      largest = Math.max(largest, error)
      influences.offer(from + i, leverages[i] as number, error, weight)
    }
    steps += blockSteps
    if (isExact) addExactSquares(squares, errors, weights)
    else squares.add(blockSquares)
    for (let j = 0; j < size; j++) {
      const column = block.high.subarray(j * block.capacity, j * block.capacity + rows)
      let sum = 0
      for (let i = 0; i < rows; i++) sum += (column[i] as number) * (own[i] as number)
      squaresByColumn[j] = (squaresByColumn[j] as number) + sum
    }
    meat?.add(block, from, rows, weights, errors, leverages)
    if (blocks % BLOCKS_A_TURN === 0) yield
  }
  return {
    residuals,
    range: [smallest, largest],
    squares: squares.value,
    steps,
    shape: shapeOf(design, residuals),
    squaresByColumn,
    influences: influences.list,
    meat: meat?.sums,
    alone: meat?.alone ?? [],
  }
}

/** From sums about 0, of residuals whose mean is 0 but for rounding. */
function shapeOfPowers(powers: Float64Array, n: number): Shape {
  const [first = 0, second = 0, third = 0, fourth = 0] = powers.map((sum) => sum / n)
  const variance = second - first ** 2
  const spread = fourth / second ** 2 - 1
  return {
    skew: (third - 3 * first * second + 2 * first ** 3) / variance ** 1.5,
    kurtosis: (fourth - 4 * first * third + 6 * first ** 2 * second - 3 * first ** 4) / variance ** 2,
    // Where all residuals are of one size the difference has no digits left.
    spread: spread > 0.1 ? spread : undefined,
  }
}

function shapeOf(design: Design, residuals: Float64Array): Shape {
  const n = residuals.length
  const values = design.isWeighted ? weightedResiduals(design, residuals) : residuals
  const mean = powerSums(values, 0, 1)[0] / n
  const deviation = Math.sqrt(powerSums(values, mean, 1)[1] / n)
  const [, , third, fourth] = powerSums(values, mean, deviation)
  return { skew: third / n, kurtosis: fourth / n, spread: undefined }
}

/** Σ ((e − center) / unit)¹, …², …³ and …⁴, in blocks, so that no sum gets long. */
function powerSums(values: Float64Array, center: number, unit: number): [number, number, number, number] {
  const totals = [new PairSum(), new PairSum(), new PairSum(), new PairSum()] as const
  for (let from = 0; from < values.length; from += BLOCK_ROWS) {
    const to = Math.min(values.length, from + BLOCK_ROWS)
    let [first, second, third, fourth] = [0, 0, 0, 0]
    for (let i = from; i < to; i++) {
      const apart = ((values[i] as number) - center) / unit
      const square = apart * apart
      first += apart
      second += square
      third += square * apart
      fourth += square * square
    }
    totals[0].add(first)
    totals[1].add(second)
    totals[2].add(third)
    totals[3].add(fourth)
  }
  return [totals[0].value, totals[1].value, totals[2].value, totals[3].value]
}

function weightedResiduals(design: Design, residuals: Float64Array): Float64Array {
  const block = designBlock(design, BLOCK_ROWS, false)
  const at = (design.columns + 1) * block.capacity
  const weighted = new Float64Array(residuals.length)
  for (let from = 0; from < design.rows; from += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, design.rows - from)
    design.fill(from, rows, block)
    for (let i = 0; i < rows; i++) {
      weighted[from + i] = Math.sqrt(block.high[at + i] as number) * (residuals[from + i] as number)
    }
  }
  return weighted
}

function addExactSquares(sum: PairSum, errors: Float64Array, weights: Float64Array | undefined): void {
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i] as number
    const weight = weights === undefined ? 1 : (weights[i] as number)
    sum.addPairProduct(error * weight, productError(error, weight), error, 0)
  }
}

/** Of the centred rows of a block: w (1/W + |L⁻¹ z|²). */
function leveragesOf(
  { high, capacity }: DesignBlock,
  rows: number,
  { triangle: { kept, inverse }, hasIntercept, crossProducts }: LeastSquares,
  weights: Float64Array | undefined,
  leverages: Float64Array,
  part: Float64Array,
): void {
  leverages.fill(hasIntercept ? 1 / crossProducts.weight : 0, 0, rows)
  const { size } = inverse
  for (let j = 0; j < size; j++) {
    part.fill(0, 0, rows)
    for (let k = 0; k <= j; k++) {
      const factor = inverse.high[j * size + k] as number
      const from = (kept[k] as number) * capacity
      for (let i = 0; i < rows; i++) part[i] = (part[i] as number) + factor * (high[from + i] as number)
    }
    for (let i = 0; i < rows; i++) leverages[i] = (leverages[i] as number) + (part[i] as number) ** 2
  }
  if (weights === undefined) return
  for (let i = 0; i < rows; i++) leverages[i] = (leverages[i] as number) * (weights[i] as number)
}

/** What stands between the bread of robust errors. */
class Meat {
  /** (columns + 1)², row-major, the intercept first. */
  readonly sums: Float64Array
  readonly alone: { readonly row: number; readonly at: Float64Array }[] = []
  readonly #robust: Robust
  readonly #size: number
  readonly #from: number

  constructor({ columns, hasIntercept }: LeastSquares, robust: Robust) {
    this.#robust = robust
    this.#size = columns + 1
    this.#from = hasIntercept ? 0 : 1
    this.sums = new Float64Array(this.#size ** 2)
  }

  /** Rows `first` … of the design; their columns are centred. */
  add(
    { high, capacity }: DesignBlock,
    first: number,
    rows: number,
    weights: Float64Array | undefined,
    errors: Float64Array,
    leverages: Float64Array,
  ): void {
    const { sums } = this
    const size = this.#size
    const at = new Float64Array(size)
    at[0] = 1 - this.#from
    for (let i = 0; i < rows; i++) {
      const rest = 1 - (leverages[i] as number)
      for (let j = 1; j < size; j++) at[j] = high[(j - 1) * capacity + i] as number
      const divisor = this.#robust === 'hc2' ? rest : this.#robust === 'hc3' ? rest * rest : 1
      // A row that a coefficient is all its own has no residual, and nothing to divide by.
      if (rest <= ALONE) {
        if (this.#robust === 'hc2' || this.#robust === 'hc3')
          this.alone.push({ row: first + i, at: at.slice() })
        continue
      }
      const scaled =
        ((weights === undefined ? 1 : (weights[i] as number)) * (errors[i] as number)) ** 2 / divisor
      for (let j = this.#from; j < size; j++) {
        const left = scaled * (at[j] as number)
        for (let k = this.#from; k < size; k++) {
          sums[j * size + k] = (sums[j * size + k] as number) + left * (at[k] as number)
        }
      }
    }
  }
}

/** The rows with the largest w e² h / (1 − h)²; the first of equal ones. */
class TopInfluences {
  readonly list: RowInfluence[] = []
  /** What a row has to be above to be among them. */
  least = -1

  offer(row: number, leverage: number, residual: number, weight: number): void {
    const rest = 1 - leverage
    if (rest <= ALONE) return
    const strength = (weight * residual * residual * leverage) / (rest * rest)
    if (!(strength > this.least)) return
    this.list.push({ row, leverage, residual, weight, strength })
    this.list.sort((a, b) => b.strength - a.strength || a.row - b.row)
    if (this.list.length > MOST_INFLUENCES) this.list.pop()
    if (this.list.length === MOST_INFLUENCES) this.least = this.list.at(-1)?.strength ?? -1
  }
}
