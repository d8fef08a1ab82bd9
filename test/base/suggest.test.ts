import { expect, test } from 'vitest'
import { closest, didYouMean } from '../../src/base/suggest.ts'

test.each([
  ['incme', ['income', 'id', 'age'], 'income'],
  ['INCOME', ['income', 'id'], 'income'],
  ['claen', ['clean', 'merge'], 'clean'],
  ['ag', ['age', 'city'], 'age'],
  ['zip', ['age', 'city'], undefined],
  ['c', ['a', 'b'], undefined],
  ['', ['a'], undefined],
  ['income', [], undefined],
])('%s among %j is %s', (word, candidates, wanted) => {
  expect(closest(word, candidates)).toBe(wanted)
})

test('the nearest wins, the first of equally near ones', () => {
  expect(closest('spend', ['spent', 'spends', 'spend_'])).toBe('spent')
  expect(didYouMean('spnd', ['spend'])).toBe('; did you mean "spend"?')
  expect(didYouMean('quantity', ['price'])).toBe('')
})
