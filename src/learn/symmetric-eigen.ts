/**
 * All eigenvalues and eigenvectors of a small symmetric matrix.
 *
 * In:  n × n, row-major, of which the whole is looked at.
 * Out: eigenvalues in descending order, and the eigenvectors as rows, each of length 1.
 * Cost: O(n³), some rounds of n²/2 rotations.
 *
 * Jacobi's rotations, round by round (Golub & Van Loan, "Matrix Computations", 8.5): slower than the QL algorithm but
 * as exact as doubles allow, and equal eigenvalues need no care.
 */
export interface Eigen {
  readonly values: Float64Array
  /** n × n: row i belongs to values[i]. */
  readonly vectors: Float64Array
}

const MOST_ROUNDS = 60

export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const v = new Float64Array(n * n)
  for (let i = 0; i < n; i++) v[i * n + i] = 1
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let isDone = true
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) if (rotated(a, v, n, p, q)) isDone = false
    }
    if (isDone) break
  }
  const order = Int32Array.from({ length: n }, (_, i) => i)
  const value = (i: number) => a[i * n + i] as number
  order.sort((i, j) => value(j) - value(i) || i - j)
  const vectors = new Float64Array(n * n)
  order.forEach((from, to) => vectors.set(v.subarray(from * n, (from + 1) * n), to * n))
  return { values: Float64Array.from(order, value), vectors }
}

/** Makes a[p][q] zero. @returns false where it is so small that nothing would change */
function rotated(a: Float64Array, v: Float64Array, n: number, p: number, q: number): boolean {
  const off = a[p * n + q] as number
  const atP = a[p * n + p] as number
  const atQ = a[q * n + q] as number
  if (Math.abs(off) <= Number.EPSILON * Math.sqrt(Math.abs(atP * atQ)) || Math.abs(off) < 1e-300) return false
  const theta = (atQ - atP) / (2 * off)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0; k < n; k++) {
    if (k === p || k === q) continue
    const kp = a[k * n + p] as number
    const kq = a[k * n + q] as number
    a[k * n + p] = a[p * n + k] = c * kp - s * kq
    a[k * n + q] = a[q * n + k] = s * kp + c * kq
  }
  a[p * n + p] = atP - t * off
  a[q * n + q] = atQ + t * off
  a[p * n + q] = a[q * n + p] = 0
  for (let k = 0; k < n; k++) {
    const vp = v[p * n + k] as number
    const vq = v[q * n + k] as number
    v[p * n + k] = c * vp - s * vq
    v[q * n + k] = s * vp + c * vq
  }
  return true
}
