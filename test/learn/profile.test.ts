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
  // Group 0: Rome twice, Oslo twice, one cell missing; group 1: Oslo three times; group 2: nothing.
  const codes = Int32Array.of(1, 0, 1, 0, -1, 0, 0, 0, -1, -1, 1)
  const groups = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 2, 2, -1)
  const city = { name: 'city', levels: ['Oslo', 'Rome'], codes }
  const [first, second, third] = textProfile(city, groups, [5, 3, 2])
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
    'low income · high visits',
  )
  expect(groupName([entry('age', 0.1)])).toBe('about average')
})
