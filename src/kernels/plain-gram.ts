/** The block sums in plain TypeScript; see gram.ts. */
import type { CentredBlock, GramKernel } from './gram.ts'

export function plainGram(columns: number, capacity: number): GramKernel {
  const room = new Float64Array(columns * capacity)
  const means = new Float64Array(columns)
  const products = new Float64Array(columns * columns)
  return {
    room,
    centre(rows): CentredBlock {
      for (let j = 0; j < columns; j++) {
        const column = room.subarray(j * capacity, j * capacity + rows)
        means[j] = centred(column)
        for (let k = 0; k <= j; k++) {
          products[j * columns + k] = dot(column, room.subarray(k * capacity, k * capacity + rows))
        }
      }
      return { means, products }
    },
  }
}

/** Takes the mean from each number; gives the mean. In two steps, as the first mean has been rounded. */
function centred(column: Float64Array): number {
  let mean = 0
  for (let round = 0; round < 2; round++) {
    const by = total(column) / column.length
    for (let i = 0; i < column.length; i++) column[i] = (column[i] as number) - by
    mean += by
  }
  return mean
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
