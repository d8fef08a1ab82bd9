import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../src/base/errors.ts'
import { choose, chooseColumn, chooseColumns, splitList } from '../../src/table/columns.ts'
import type { Relation } from '../../src/table/relation.ts'

function relation(...names: string[]): Relation {
  return {
    name: 'v1',
    keyed: 'v2',
    columns: names.map((name) => ({ name, type: 'text' })),
    files: ['customers.csv'],
    rejected: 0,
    rules: { decimal: '.', missing: undefined },
  }
}
const customers = relation('id', 'age', 'income', 'spend_food', 'spend_home', 'city')

describe('a column is named', () => {
  test.each([
    ['age', [1]],
    ['age,city', [1, 5]],
    ['city, age', [5, 1]],
    ['2', [1]],
    ['2:4', [1, 2, 3]],
    ['age:spend_food', [1, 2, 3]],
    [':age', [0, 1]],
    ['spend_home:', [4, 5]],
    ['spend_*', [3, 4]],
    ['?ge', [1]],
    ['age,age,2', [1]],
  ])('%s', (list, places) => {
    expect(chooseColumns(customers, list)).toEqual(places)
  })

  test('by its name before all else that the text could mean', () => {
    const odd = relation('b', '1', 'a:b', 'x*', 'a,b', ' "q"')
    expect(chooseColumns(odd, '1')).toEqual([1])
    expect(chooseColumns(odd, 'a:b')).toEqual([2])
    expect(chooseColumns(odd, 'x*')).toEqual([3])
    expect(chooseColumns(odd, '"a,b",b')).toEqual([4, 0])
    expect(chooseColumns(odd, '" ""q"""')).toEqual([5])
  })

  test('whatever it is called, in double quotes', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), (names, at) => {
        const name = names[at % names.length] as string
        const quoted = `"${name.replaceAll('"', '""')}"`
        expect(chooseColumns(relation(...names), quoted)).toEqual([names.indexOf(name)])
      }),
    ))

  test('and the rest left out', () => {
    expect(choose(customers, undefined, 'id,spend_*')).toEqual([1, 2, 5])
    expect(choose(customers, 'age:city', 'income')).toEqual([1, 3, 4, 5])
  })
})

describe('a column that is not there is a usage error that helps', () => {
  test('with a suggestion and the list', () => {
    expect(() => chooseColumn(customers, 'incme')).toThrow(UsageError)
    expect(() => chooseColumn(customers, 'incme')).toThrow(
      'column "incme" is not in customers.csv; did you mean "income"?',
    )
    try {
      chooseColumn(customers, 'zzz')
    } catch (error) {
      expect((error as UsageError).message).toBe('column "zzz" is not in customers.csv')
      expect((error as UsageError).help).toEqual(['columns: id, age, income, spend_food, spend_home, city'])
    }
  })

  test.each([
    ['0', 'positions start at 1'],
    ['7', 'which has 6'],
    ['city:age', 'runs backwards'],
    ['none_*', 'no column of customers.csv matches'],
  ])('%s', (list, message) => {
    expect(() => chooseColumns(customers, list)).toThrow(message)
  })

  test('a name that stands twice has to be named by position', () => {
    expect(() => chooseColumns(relation('a', 'b', 'a'), 'a')).toThrow('column "a" stands 2 times')
    expect(chooseColumns(relation('a', 'b', 'a'), '3')).toEqual([2])
  })
})

test('a list is cut at commas outside quotes', () => {
  expect(splitList('a, b ,"c,d","e ""f"""')).toEqual(['a', 'b', 'c,d', 'e "f"'])
  expect(splitList('')).toEqual([])
  expect(splitList('a,')).toEqual(['a'])
})
