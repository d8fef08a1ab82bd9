import { expect, test } from 'vitest'
import type { Block } from '../../src/report/report.ts'
import { reportMarkdown } from '../../src/write/markdown.ts'

function markdown(...view: Block[]): string {
  return reportMarkdown({ view, warnings: [] })
}

test('every kind of block, and the warnings last', () => {
  const view: Block[] = [
    { kind: 'heading', text: 'Segments' },
    { kind: 'paragraph', text: 'Three groups of customers.' },
    {
      kind: 'table',
      caption: 'Sizes',
      columns: [{ name: 'cluster' }, { name: 'size', align: 'right' }],
      rows: [
        ['上海', '1,204'],
        ['Berlin', null],
      ],
    },
    {
      kind: 'bars',
      bars: [
        { label: 'a', value: 2, text: '66.7%' },
        { label: 'b', value: 1, text: '33.3%' },
        { label: 'c', value: 0, text: '0%' },
      ],
    },
  ]
  expect(reportMarkdown({ view, warnings: [{ code: 'few_rows', message: 'Only 3 rows were used.' }] })).toBe(
    [
      '## Segments',
      '',
      'Three groups of customers.',
      '',
      'Sizes',
      '',
      '| cluster | size |',
      '| --- | --: |',
      '| 上海 | 1,204 |',
      '| Berlin | - |',
      '',
      '|  |  |  |',
      '| --- | --- | --: |',
      '| a | ████████████████████ | 66.7% |',
      '| b | ██████████ | 33.3% |',
      '| c |  | 0% |',
      '',
      '## Warning',
      '',
      '- Only 3 rows were used.',
      '',
    ].join('\n'),
  )
})

test('a cell can neither end its column nor its row', () => {
  const table: Block = { kind: 'table', columns: [{ name: 'a|b' }], rows: [['x | y'], ['two\nlines']] }
  expect(markdown(table)).toBe('| a\\|b |\n| --- |\n| x \\| y |\n| two\\\\nlines |\n')
})

test('text of the data is not read as Markdown or HTML', () => {
  expect(markdown({ kind: 'paragraph', text: '*all* <b>customer_id</b> _x_ `y` [z](u) &amp; \\' })).toBe(
    '\\*all\\* \\<b>customer_id\\</b> \\_x\\_ \\`y\\` \\[z\\](u) \\&amp; \\\\\n',
  )
  expect(markdown({ kind: 'paragraph', text: '# 1 of all' })).toBe('\\# 1 of all\n')
  expect(markdown({ kind: 'paragraph', text: '2026. A year' })).toBe('2026\\. A year\n')
})
