import { expect, test } from 'vitest'
import { normalQuantile } from '../../src/learn/normal.ts'

// scipy 1.17.1, norm.ppf.
test.each([
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.975, 1.959963984540054],
  [0.1, -1.2815515655446004],
  [1e-10, -6.361340902404056],
  [0.999, 3.090232306167813],
  [0.9249, 1.4388253927525403],
])('the quantile of the normal distribution at %d', (p, z) => {
  expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-14 * Math.max(1, Math.abs(z)))
})
