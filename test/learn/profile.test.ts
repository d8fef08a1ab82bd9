import { expect, test } from 'vitest'
import { groupName, numberProfile, textProfile, type ProfileEntry } from '../../src/learn/profile.ts'
import { numberColumn } from '../shape/columns.ts'

test('a mean is of the rows of the group that have a value', () => {
  const column = numberColumn('age', [10, 20, null, 60, 1000])
  const [first, second] = numberProfile(column, Int32Array.of(0, 0, 0, 1, -1), 2)
  expect(first).toMatchObject({ column: 'age', mean: 15, overall: 30, difference: -15 })
  expect(second).toMatchObject({ mean: 60, difference: 30, standing: 'far above' })
})

test('a group without a value in a column has no entry for it', () => {
  const [, second] = numberProfile(numberColumn('age', [10, null]), Int32Array.of(0, 1), 2)
  expect(second).toBeUndefined()
})

test('a column that is the same everywhere is average everywhere', () => {
  const profile = numberProfile(numberColumn('fee', [5, 5, 5]), Int32Array.of(0, 1, 1), 2)
  expect(profile.map((one) => one?.standing)).toEqual(['average', 'average'])
})

test('the leading value is the most frequent one, the first of several', () => {
  const counts = [
    { group: 0, value: 'Rome', rows: 2 },
    { group: 0, value: 'Oslo', rows: 2 },
    { group: 1, value: 'Oslo', rows: 3 },
  ]
  const [first, second, third] = textProfile('city', counts, [5, 3, 2])
  expect(first).toMatchObject({ top: 'Oslo', share: 0.4, overall: 0.5, standing: 'average' })
  expect(second).toMatchObject({ top: 'Oslo', share: 1, overall: 0.5, standing: 'far above' })
  expect(third).toBeUndefined()
})

function entry(column: string, strength: number): ProfileEntry {
  const standing = Math.abs(strength) < 1 / 3 ? 'average' : strength > 0 ? 'above' : 'below'
  return { kind: 'number', column, mean: 0, overall: 0, difference: 0, strength, standing }
}

test('a group is named by the two numbers it stands out in most', () => {
  expect(groupName([entry('age', 0.5), entry('income', -2), entry('visits', 0.9)])).toBe(
    'low income, high visits',
  )
  expect(groupName([entry('age', 0.1)])).toBe('about average')
})
