import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RandomState } from '../../src/base/random.ts'

interface Case {
  seed: number
  words: number[]
  doubles: number[]
  highs: number[]
  below: number[]
  weights: number[][]
  choices: number[]
  several: number[][]
}
const file = new URL('../reference/random/answers.json', import.meta.url)
const { cases, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  cases: Case[]
  versions: { numpy: string }
}

describe(`draws what numpy ${versions.numpy} draws`, () => {
  test.each(cases)('seed $seed: whole words, past the renewal of the state too', ({ seed, words }) => {
    const random = new RandomState(seed)
    const drawn = Array.from({ length: 630 }, () => random.uint32())
    expect([...drawn.slice(0, 5), ...drawn.slice(620)]).toEqual(words)
  })

  test.each(cases)('seed $seed: doubles', ({ seed, doubles }) => {
    const random = new RandomState(seed)
    expect(doubles.map(() => random.random())).toEqual(doubles)
  })

  test.each(cases)('seed $seed: whole numbers below a bound', ({ seed, highs, below }) => {
    const random = new RandomState(seed)
    expect(highs.map((high) => random.below(high))).toEqual(below)
  })

  test.each(cases)('seed $seed: an index by weight', ({ seed, weights, choices }) => {
    const random = new RandomState(seed)
    const drawn = weights.flatMap((p) => Array.from({ length: 5 }, () => random.choice(Float64Array.from(p))))
    expect(drawn).toEqual(choices)
  })

  test.each(cases)('seed $seed: several different indexes', ({ seed, several }) => {
    const random = new RandomState(seed)
    const evenly = new Float64Array(9).fill(1 / 9)
    expect([1, 4, 9].map((size) => [...random.choiceOfSeveral(evenly, size)])).toEqual(several)
  })
})

test.each([-1, 0.5, 2 ** 32, NaN])('a seed of %d is refused', (seed) => {
  expect(() => new RandomState(seed)).toThrow(RangeError)
})
