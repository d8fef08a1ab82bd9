import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Block } from '../../src/report/report.ts'
import { columnsOf } from '../../src/write/columns.ts'
import { reportText, rowsTable } from '../../src/write/text.ts'

function lines(width: number, ...view: Block[]): string[] {
  return reportText({ view, warnings: [] }, width, false).split('\n').slice(0, -1)
}

const segments: Block[] = [
  { kind: 'heading', text: 'Segments' },
  {
    kind: 'table',
    columns: [{ name: 'cluster', align: 'right' }, { name: 'city' }, { name: 'size', align: 'right' }],
    rows: [
      ['0', '上海', '1,204'],
      ['1', 'Berlin', null],
    ],
  },
  { kind: 'paragraph', text: 'Rows without an age took no part.' },
]
const warnings = [{ code: 'key_column_left_out', message: 'Column "id" looks like a key and was left out.' }]

test('a report without colour', () => {
  expect(reportText({ view: segments, warnings }, 80, false)).toBe(
    [
      'Segments',
      '  cluster  city     size',
      '  ───────  ──────  ─────',
      '        0  上海    1,204',
      '        1  Berlin      -',
      '',
      'Rows without an age took no part.',
      '',
      'Warning',
      '  ! Column "id" looks like a key and was left out.',
      '',
    ].join('\n'),
  )
})

test('the same report in colour: bold, dim and yellow around the same text', () => {
  const bold = (text: string) => `\u001b[1m${text}\u001b[22m`
  const dim = (text: string) => `\u001b[2m${text}\u001b[22m`
  expect(reportText({ view: segments, warnings }, 80, true)).toBe(
    [
      bold('Segments'),
      `  ${bold('cluster')}  ${bold('city')}     ${bold('size')}`,
      `  ${dim('───────')}  ${dim('──────')}  ${dim('─────')}`,
      '        0  上海    1,204',
      `        1  Berlin      ${dim('-')}`,
      '',
      'Rows without an age took no part.',
      '',
      bold('Warning'),
      '  \u001b[33m!\u001b[39m Column "id" looks like a key and was left out.',
      '',
    ].join('\n'),
  )
})

describe('bars', () => {
  const bars: Block = {
    kind: 'bars',
    caption: 'Customers by city',
    bars: [
      { label: '上海', value: 4, text: '40' },
      { label: 'Berlin', value: 1.03125, text: '10' },
      { label: 'Oslo', value: 1e-9, text: '<1' },
      { label: 'Rome', value: 0, text: '0' },
    ],
  }

  test('the longest fills the width, the others to an eighth of a block; more than nothing is seen', () => {
    // 21 columns: 2 blanks, 6 of label, 2 blanks, the bar, 1 blank, 2 of text: 8 are left for the longest bar.
    // 1.03125 / 4 of 8 blocks are 16.5 eighths, rounded to 17: two blocks and one eighth.
    expect(lines(21, bars)).toEqual([
      'Customers by city',
      '  上海    ████████ 40',
      '  Berlin  ██▏ 10',
      '  Oslo    ▏ <1',
      '  Rome    0',
    ])
  })

  test('at 80 and 120 columns the longest bar grows with the terminal', () => {
    expect(lines(80, bars)[1]).toBe(`  上海    ${'█'.repeat(67)} 40`)
    expect(lines(120, bars)[1]).toBe(`  上海    ${'█'.repeat(107)} 40`)
  })

  test('where all values are 0 there are no bars', () => {
    expect(lines(80, { kind: 'bars', bars: [{ label: 'a', value: 0, text: 'none' }] })).toEqual(['  a  none'])
  })

  test.each([-1, NaN, Infinity])('a length of %d is a bug and is not drawn', (value) => {
    expect(() => lines(80, { kind: 'bars', bars: [{ label: 'a', value, text: '' }] })).toThrow(/can't be/)
  })
})

describe('a table wider than the terminal', () => {
  const names = ['customer_id', 'name', 'city', 'comment', 'amount']
  const rows = [
    ['00017', 'Li, Lei', '上海', 'very good service and I will come back again soon, thank you', '1204.50'],
    ['00018', 'Smith', 'Berlin', null, '7.5'],
  ]

  test('fits whole at 120 columns', () => {
    expect(rowsTable(names, rows, 120, false)).toBe(
      [
        '  customer_id  name     city    comment                                                        amount',
        '  ───────────  ───────  ──────  ────────────────────────────────────────────────────────────  ───────',
        '        00017  Li, Lei  上海    very good service and I will come back again soon, thank you  1204.50',
        '        00018  Smith    Berlin  -                                                                 7.5',
        '',
      ].join('\n'),
    )
  })

  test('has its longest text cut at 80 columns, and no number', () => {
    expect(rowsTable(names, rows, 80, false)).toBe(
      [
        '  customer_id  name     city    comment                                   amount',
        '  ───────────  ───────  ──────  ───────────────────────────────────────  ───────',
        '        00017  Li, Lei  上海    very good service and I will come back…  1204.50',
        '        00018  Smith    Berlin  -                                            7.5',
        '',
      ].join('\n'),
    )
  })

  test('is parted into groups of columns where cutting is not enough, each with the first column', () => {
    expect(rowsTable(names, rows, 40, false)).toBe(
      [
        '  customer_id  name     city',
        '  ───────────  ───────  ──────',
        '        00017  Li, Lei  上海',
        '        00018  Smith    Berlin',
        '',
        '  customer_id  comment            amount',
        '  ───────────  ────────────────  ───────',
        '        00017  very good servi…  1204.50',
        '        00018  -                     7.5',
        '',
      ].join('\n'),
    )
  })
})

test('in a report a long text goes on in the next line, and a very long one is cut after six', () => {
  const rows = [
    ['high income, high price, and far more often seen than the others', '131', '56.2%'],
    [
      'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen',
      null,
      '1.0%',
    ],
  ]
  const columns = [
    { name: 'what stands out' },
    { name: 'rows', align: 'right' as const },
    { name: 'share', align: 'right' as const },
  ]
  expect(lines(31, { kind: 'table', columns, rows })).toEqual([
    // 2 blanks, then 16 of text, 4 and 5 of numbers with 2 blanks between: 31
    '  what stands out   rows  share',
    '  ────────────────  ────  ─────',
    '  high income,       131  56.2%',
    '  high price, and',
    '  far more often',
    '  seen than the',
    '  others',
    '  one two three        -   1.0%',
    '  four five six',
    '  seven eight nine',
    '  ten eleven',
    '  twelve thirteen',
    '  fourteen fiftee…',
  ])
})

test('in a report a header of several words is wrapped before the table is parted', () => {
  const columns = ['column', 'missing before', 'missing after'].map((name) => ({
    name,
    align: 'right' as const,
  }))
  expect(lines(26, { kind: 'table', columns, rows: [['age', '1,204', '0']] })).toEqual([
    // 2 blanks, then 6, 7 and 7 with 2 blanks between: 26
    '  column  missing  missing',
    '           before    after',
    '  ──────  ───────  ───────',
    '     age    1,204        0',
  ])
})

test('a table without rows is its header', () => {
  expect(rowsTable(['id', 'name'], [], 80, false)).toBe('  id  name\n')
})

test('a cell cannot colour the terminal or break its line', () => {
  expect(rowsTable(['note'], [['\u001b[31mred\nline']], 80, false).split('\n')[2]).toBe(
    '  \\u001b[31mred\\nline',
  )
})

test('no line is wider than the terminal and no column is left out, whatever the table', () => {
  const cell = fc.option(
    fc.string({ unit: fc.constantFrom('a', '上', ' ', '5', '\n', 'e\u0301'), maxLength: 60 }),
  )
  const table = fc
    .integer({ min: 1, max: 9 })
    .chain((n) => fc.array(fc.array(cell, { minLength: n, maxLength: n }), { minLength: 1, maxLength: 4 }))
  fc.assert(
    fc.property(table, fc.integer({ min: 20, max: 130 }), (cells, width) => {
      const names = (cells[0] ?? []).map((_, j) => `c${j}`)
      const block: Block = { kind: 'table', columns: names.map((name) => ({ name })), rows: cells }
      for (const drawn of [rowsTable(names, cells, width, false).split('\n'), lines(width, block)]) {
        for (const line of drawn) expect(columnsOf(line)).toBeLessThanOrEqual(width)
        for (const name of names) expect(drawn.join('\n')).toContain(name)
      }
    }),
  )
})
