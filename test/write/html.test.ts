/** A report as a page: whole, of its own, and with texts of the data as texts. */
import { expect, test } from 'vitest'
import type { Block, Report } from '../../src/report/report.ts'
import { reportHtml } from '../../src/write/html.ts'

function page(...view: Block[]): string {
  const input = {
    files: ['data/a&b.csv'],
    rows: 1204,
    columns: 3,
    rows_used: 9,
    columns_used: ['x'],
    dropped: {},
  }
  const report: Report = { command: 'cluster', input, params: {}, result: {}, warnings: [], view }
  return reportHtml(report)
}

const bars: Block = {
  kind: 'bars',
  caption: 'Sizes',
  bars: [
    { label: 'a', value: 2, text: '66.7%' },
    { label: 'b', value: 1, text: '33.3%' },
    { label: 'c', value: 0, text: '0%' },
  ],
}
const table: Block = {
  kind: 'table',
  columns: [{ name: 'cluster' }, { name: 'size', align: 'right' }],
  rows: [
    ['上海', '1,204'],
    ['Berlin', null],
  ],
}
const tree: Block = {
  kind: 'tree',
  parts: ['No', 'Yes'],
  root: {
    label: 'all rows',
    text: 'No 75%',
    mix: [0.75, 0.25],
    children: [{ label: 'age ≤ 30', text: 'Yes 100%', mix: [0, 1], children: [] }],
  },
}
const timeline: Block = {
  kind: 'timeline',
  actual: [10, null, 12, 20],
  expected: [16, 18],
  lower: [12, 13],
  upper: [20, 23],
  names: ['May', 'September', 'October'],
}

/** Checks that every element that opens is closed where it should be. */
function expectToNest(html: string): void {
  const open: string[] = []
  for (const [, slash, name = '', empty] of html
    .replace(/<style>.*?<\/style>/s, '')
    .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/g)) {
    if (empty === '/' || name === 'meta') continue
    if (slash === '') open.push(name)
    else expect(name).toBe(open.pop())
  }
  expect(open).toEqual([])
}

test('every kind of block stands in a page that is well formed and calls for nothing', () => {
  const html = page(
    { kind: 'heading', text: 'Groups' },
    { kind: 'paragraph', text: 'Three.' },
    table,
    bars,
    tree,
    timeline,
  )
  expectToNest(html)
  expect(html).toMatch(/^<!doctype html>/)
  expect(html).not.toMatch(/https?:|src=|<link|<script|@import|url\(/)
  expect(html).toContain('<title>lode cluster · a&amp;b.csv</title>')
  expect(html).toContain('1,204 rows, 3 columns, 1 of them used')
  expect(html).toContain('<td>Berlin</td><td class="number">–</td>')
})

test('bars are as long as their values are large', () => {
  expect([...page(bars).matchAll(/class="bar" style="width:([^"]+)"/g)].map(([, width]) => width)).toEqual([
    '100%',
    '50%',
    '0%',
  ])
})

test('a node of a tree folds where there is something below it, and shows its mix', () => {
  const html = page(tree)
  expect(html.match(/<details open>/g)).toHaveLength(1)
  expect(html).toContain(
    '<span class="part0" style="width:75%"></span><span class="part1" style="width:25%"></span>',
  )
})

test('the past is broken where a period has no value, and the future begins where it ends', () => {
  const lines = [...page(timeline).matchAll(/<polyline class="(\w+)" points="([^"]*)"/g)].map(
    ([, kind, points = '']) => [kind, points.split(' ')],
  )
  expect(lines.map(([kind, points]) => [kind, points?.length])).toEqual([
    ['actual', 1],
    ['actual', 2],
    ['expected', 3],
  ])
  expect(lines[1]?.[1]?.[1]).toBe(lines[2]?.[1]?.[0])
})

test('a text of the data is a text of the page, whatever it holds', () => {
  const evil = '</td><script>alert("x")</script>&\u001b[2J\u202e\''
  const html = page(
    { kind: 'heading', text: evil },
    { kind: 'table', caption: evil, columns: [{ name: evil }], rows: [[evil]] },
    { kind: 'bars', bars: [{ label: evil, value: 1, text: evil }] },
    { kind: 'tree', parts: [evil], root: { label: evil, text: evil, mix: [1], children: [] } },
    { ...timeline, names: [evil, evil, evil] },
  )
  expectToNest(html)
  expect(html).not.toContain('<script')
  expect(html).not.toContain('\u001b')
  expect(html).not.toContain('\u202e')
})

test('a tree of ten thousand questions in a row is written', () => {
  let root = { label: 'last', text: '', mix: [1], children: [] as never[] } as {
    label: string
    text: string
    mix: number[]
    children: unknown[]
  }
  for (let depth = 0; depth < 10_000; depth++)
    root = { label: `${depth}`, text: '', mix: [1], children: [root] }
  expect(page({ kind: 'tree', parts: [], root: root as never }).match(/<details/g)).toHaveLength(10_000)
})
