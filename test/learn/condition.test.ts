import { describe, expect, test } from 'vitest'
import { conditionOfTriangle } from '../../src/learn/condition.ts'

/** Upper triangle, column after column, whose square is tridiagonal with 2 on the diagonal and −1 beside it. */
function ofSecondDifferences(size: number): Float64Array {
  const upper = new Float64Array(size * size)
  for (let j = 0; j < size; j++) {
    upper[j * size + j] = Math.sqrt((j + 2) / (j + 1))
    if (j > 0) upper[j * size + j - 1] = -Math.sqrt(j / (j + 1))
  }
  return upper
}

// The eigenvalues of that square are 4 sin²(kπ / 2(size + 1)): those at both ends lie close to each other.
test.each([2, 40, 100, 101, 150, 300])('of second differences over %s points', (size) => {
  const want = 1 / Math.tan(Math.PI / (2 * (size + 1)))
  const got = conditionOfTriangle(ofSecondDifferences(size), size)
  expect(Math.abs(got / want - 1)).toBeLessThan(1e-11)
})

describe.each([60, 250])('of a diagonal of %s', (size) => {
  const diagonal = (entryOf: (j: number) => number) => {
    const matrix = new Float64Array(size * size)
    for (let j = 0; j < size; j++) matrix[j * size + j] = entryOf(j)
    return matrix
  }

  test('its largest entry over its smallest, however far apart', () => {
    const matrix = diagonal((j) => 10 ** (((j * 7) % size) / (size / 16) - 8))
    const [low, high] = [10 ** -8, 10 ** ((size - 1) / (size / 16) - 8)]
    expect(Math.abs(conditionOfTriangle(matrix, size) / (high / low) - 1)).toBeLessThan(1e-11)
  })

  test('1 where all are the same', () => {
    const matrix = diagonal(() => 3)
    expect(conditionOfTriangle(matrix, size)).toBeCloseTo(1, 13)
  })

  test('the same where some entries are', () => {
    const matrix = diagonal((j) => (j % 2 === 0 ? 5 : 0.5))
    expect(conditionOfTriangle(matrix, size)).toBeCloseTo(10, 12)
  })
})
