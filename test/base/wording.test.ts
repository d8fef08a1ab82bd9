import { describe, expect, test } from 'vitest'
import { count, figure, figures, plural, share, listed } from '../../src/base/wording.ts'

test('a count has its thousands parted by commas', () => {
  expect([0, 7, 999, 1000, 1204, 1234567, -1204].map(count)).toEqual([
    '0',
    '7',
    '999',
    '1,000',
    '1,204',
    '1,234,567',
    '-1,204',
  ])
})

describe('a figure', () => {
  test.each([
    [0, '0'],
    [38, '38'],
    [38.2479, '38.25'],
    [0.001234567, '0.001235'],
    [1234.5, '1,235'],
    [1234567.8, '1,234,568'],
    [52000, '52,000'],
    [9.99996, '10.00'],
    [-3.25678, '-3.257'],
    [0.00001234567, '1.235e-5'],
    [1.5e21, '1.500e+21'],
  ])('%f to four significant digits is %s', (value, text) => {
    expect(figure(value)).toBe(text)
  })

  test('is written to as many digits as asked for', () => {
    expect(figure(38.2479, 2)).toBe('38')
    expect(figure(0.123456, 5)).toBe('0.12346')
  })
})

test('figures that are read against each other share their decimals', () => {
  expect(figures([9.5, 120.25, -0.001])).toEqual(['9.5', '120.3', '0.0'])
  expect(figures([1, 20, 300])).toEqual(['1', '20', '300'])
  expect(figures([])).toEqual([])
})

describe('a share', () => {
  test.each([
    [0, '0%'],
    [1, '100%'],
    [0.5, '50.0%'],
    [0.1234, '12.3%'],
    [0.0004, '<0.1%'],
    [0.9999, '>99.9%'],
    [-0.05, '-5.0%'],
    [12.5, '1,250.0%'],
  ])('of %f is %s', (part, text) => {
    expect(share(part)).toBe(text)
  })
})

test('one is singular and everything else is plural', () => {
  expect(plural(1, 'row')).toBe('1 row')
  expect(plural(0, 'row')).toBe('0 rows')
  expect(plural(1204, 'city', 'cities')).toBe('1,204 cities')
})

test('what is not a number is refused, not printed', () => {
  for (const write of [count, figure, share]) {
    expect(() => write(NaN)).toThrow(RangeError)
    expect(() => write(Infinity)).toThrow(RangeError)
  }
})

test('many names are cut short, and counted', () => {
  const names = Array.from({ length: 14 }, (_, i) => `n${i}`)
  expect(listed(names)).toBe('n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11 and 2 more')
  expect(listed(names.slice(0, 2))).toBe('n0, n1')
  expect(listed([])).toBe('')
})
