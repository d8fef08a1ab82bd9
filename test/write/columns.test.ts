import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { printable } from '../../src/base/printable.ts'
import { columnsOf, shortened, wrapped } from '../../src/write/columns.ts'

/** Latin, Chinese, an accent that combines, an emoji of two code units. */
const text = fc.string({ unit: fc.constantFrom('a', 'Z', '9', ' ', '，', '上', '海', 'e\u0301', '😀', '-') })

test('a Chinese character takes two columns and a combining accent none', () => {
  expect(columnsOf('上海 x')).toBe(6)
  expect(columnsOf('e\u0301')).toBe(1)
})

test('control characters are shown, never obeyed', () => {
  expect(printable('two\nlines\r\tand \u001b[31mred\u202e')).toBe(
    'two\\nlines\\r\\tand \\u001b[31mred\\u202e',
  )
  expect(printable('客户 "x" – é 😀')).toBe('客户 "x" – é 😀')
})

describe('shortened', () => {
  test('cuts whole characters and says so', () => {
    expect(shortened('customers', 9)).toBe('customers')
    expect(shortened('customers', 8)).toBe('custome…')
    expect(shortened('上海北京', 8)).toBe('上海北京')
    expect(shortened('上海北京', 7)).toBe('上海北…')
    expect(shortened('上海北京', 6)).toBe('上海…') // a half of 北 would be the fifth column
    expect(shortened('', 1)).toBe('')
  })

  test('never takes more columns than it may', () =>
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (any, columns) => {
        expect(columnsOf(shortened(any, columns))).toBeLessThanOrEqual(columns)
      }),
    ))
})

describe('wrapped', () => {
  test('breaks at blanks', () => {
    expect(wrapped('Read 1,204 rows from a.csv', 11)).toEqual(['Read 1,204', 'rows from', 'a.csv'])
  })

  test('breaks between Chinese characters, and keeps punctuation with what it follows', () => {
    expect(wrapped('客户分为三组，每组', 12)).toEqual(['客户分为三', '组，每组'])
  })

  test('breaks inside a word only when the word is longer than a line', () => {
    expect(wrapped('a customers_2026.csv b', 9)).toEqual(['a', 'customers', '_2026.csv', 'b'])
  })

  test('loses nothing but blanks, and no line is too wide', () =>
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 30 }), (any, columns) => {
        const lines = wrapped(any, columns)
        expect(lines.join('').replaceAll(' ', '')).toBe(any.replaceAll(' ', ''))
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
      }),
    ))
})
