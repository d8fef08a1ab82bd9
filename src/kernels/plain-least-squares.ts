/** The loops of least squares in plain TypeScript; see least-squares.ts. */
import {
  LARGEST,
  POWERS,
  SMALLEST,
  SQUARES,
  STEPS,
  SUMS,
  type BlockFit,
  type CentredBlock,
  type LeastSquaresKernel,
  type ResidualBlock,
} from './least-squares.ts'

export function plainLeastSquares(columns: number, capacity: number): LeastSquaresKernel {
  const room = new Float64Array(columns * capacity)
  const means = new Float64Array(columns)
  const products = new Float64Array(columns * columns)
  const leverages = new Float64Array(capacity)
  const part = new Float64Array(capacity)
  const sums = new Float64Array(SUMS)
  const squaresByColumn = new Float64Array(columns - 1)
  let about: BlockFit | undefined
  const column = (j: number, rows: number) => room.subarray(j * capacity, j * capacity + rows)
  return {
    room,
    centre(rows, origins): CentredBlock {
      for (let j = 0; j < columns; j++) {
        const own = column(j, rows)
        add(own, -(origins[j] as number))
        means[j] = total(own) / rows
        add(own, -(means[j] as number))
        for (let k = 0; k <= j; k++) products[j * columns + k] = dot(own, column(k, rows))
      }
      return { means, products }
    },
    fit(fit) {
      about = fit
    },
    residuals(rows, before, bound): ResidualBlock {
      const { centers, offset, slopes, leverage, kept, inverse, unit } = about as BlockFit
      for (let j = 0; j < columns; j++) add(column(j, rows), -(centers[j] as number))
      const errors = column(columns - 1, rows)
      add(errors, -offset)
      slopes.forEach((slope, j) => {
        if (slope !== 0) addMultiple(errors, column(j, rows), -slope)
      })
      const own = leverages.subarray(0, rows).fill(leverage)
      const half = part.subarray(0, rows)
      for (let j = 0; j < kept.length; j++) {
        half.fill(0)
        for (let k = 0; k <= j; k++) {
          addMultiple(half, column(kept[k] as number, rows), inverse[j * kept.length + k] as number)
        }
        for (let i = 0; i < rows; i++) own[i] = (own[i] as number) + (half[i] as number) * (half[i] as number)
      }
      let isAbove = false
      for (let i = 0; i < rows; i++) {
        const square = (errors[i] as number) * (errors[i] as number)
        const rest = 1 - (own[i] as number)
        if (!((square * (own[i] as number)) / (rest * rest) <= bound)) isAbove = true
      }
      const scaled = errors.map((error) => error * unit)
      const squared = scaled.map((error) => error * error)
      const ones = scaled.map(() => 1)
      const squares = errors.map((error) => error * error)
      const steps = errors.map((error, i) => error - (i === 0 ? before : (errors[i - 1] as number)))
      sums[SQUARES] = dot(errors, errors)
      sums[STEPS] = dot(steps, steps)
      sums[POWERS] = dot(scaled, ones)
      sums[POWERS + 1] = dot(squared, ones)
      sums[POWERS + 2] = dot(squared, scaled)
      sums[POWERS + 3] = dot(squared, squared)
      sums[SMALLEST] = errors.reduce((least, error) => Math.min(least, error))
      sums[LARGEST] = errors.reduce((most, error) => Math.max(most, error))
      for (let j = 0; j < columns - 1; j++) squaresByColumn[j] = dot(column(j, rows), squares)
      return { errors, leverages: own, sums, squaresByColumn, isAbove }
    },
  }
}

function add(column: Float64Array, by: number): void {
  for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) + by
}

function addMultiple(to: Float64Array, column: Float64Array, by: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (column[i] as number) * by
}

function total(a: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < a.length; i += 4) {
    s0 += a[i] as number
    s1 += a[i + 1] as number
    s2 += a[i + 2] as number
    s3 += a[i + 3] as number
  }
  for (; i < a.length; i++) s0 += a[i] as number
  return s0 + s1 + (s2 + s3)
}

function dot(a: Float64Array, b: Float64Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < a.length; i += 4) {
    s0 += (a[i] as number) * (b[i] as number)
    s1 += (a[i + 1] as number) * (b[i + 1] as number)
    s2 += (a[i + 2] as number) * (b[i + 2] as number)
    s3 += (a[i + 3] as number) * (b[i + 3] as number)
  }
  for (; i < a.length; i++) s0 += (a[i] as number) * (b[i] as number)
  return s0 + s1 + (s2 + s3)
}
