import { expect, test } from 'vitest'
import { allAtOnce, applyScale, fitScale, kmeans, matrixDesign, matrixOf, regression } from '../src/index.ts'

test('the example of the library face: two young and two old customers are two groups', () => {
  const x = matrixOf([
    [25, 30000],
    [27, 32000],
    [61, 80000],
    [64, 78000],
  ])
  const scaled = applyScale(x, fitScale(x, 'zscore', ['age', 'income']))
  const { labels } = kmeans(scaled, 2, {
    init: 'k-means++',
    runs: 10,
    maxIterations: 300,
    tolerance: 1e-4,
    seed: 42,
  })
  expect([...labels]).toEqual([0, 0, 1, 1]) // groups of one size stand in the order of their first row
})

test('a line through the library face', () => {
  const x = matrixOf([[1], [2], [3], [4]])
  const design = matrixDesign(x, Float64Array.of(3.1, 4.9, 7.2, 8.8))
  const got = allAtOnce(regression(design, { intercept: true, level: 0.95, robust: undefined }))
  expect(got.intercept?.estimate).toBeCloseTo(1.15, 12)
  expect(got.coefficients[0]?.estimate).toBeCloseTo(1.94, 12)
})
