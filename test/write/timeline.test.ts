import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TimelineBlock } from '../../src/report/report.ts'
import { columnsOf } from '../../src/write/columns.ts'
import { reportMarkdown } from '../../src/write/markdown.ts'
import { reportText } from '../../src/write/text.ts'

const rising: TimelineBlock = {
  kind: 'timeline',
  caption: 'Past and forecast',
  actual: [0, 10, 20, 30],
  expected: [40, 50],
  lower: [35, 40],
  upper: [45, 60],
  names: ['2020', '2024', '2025'],
}
const drawn = (block: TimelineBlock, width: number, color = false) =>
  reportText({ view: [block], warnings: [] }, width, color)
    .split('\n')
    .slice(0, -1)

test('a line that rises, the band of what is to come, names under both', () => {
  const lines = drawn(rising, 40)
  expect(lines[0]).toBe('Past and forecast')
  expect(lines).toHaveLength(1 + 12 + 1)
  expect(lines[1]).toMatch(/^ {2}60 ┤.*░$/)
  expect(lines[12]).toMatch(/^ {3}0 ┤[⠀-⣿]/)
  expect(lines[13]).toMatch(/^ +2020 .*2025$/)
  // The past stands left of the rule, the band right of it.
  for (const line of lines.slice(1, 13)) expect(line).not.toMatch(/░.*┊/)
})

test('colour adds nothing but colour', () => {
  // oxlint-disable-next-line no-control-regex -- the codes of colours are what is taken out
  const plain = drawn(rising, 60, true).map((line) => line.replaceAll(/\u001B\[\d+m/g, ''))
  expect(plain).toEqual(drawn(rising, 60))
})

test('Markdown holds the drawing as code', () => {
  expect(reportMarkdown({ view: [rising], warnings: [] })).toMatch(
    /^Past and forecast\n\n```text\n[^`]*```\n$/,
  )
})

test('whatever the numbers, no line is wider than the terminal', () => {
  const value = fc.double({ min: -1e9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(
      fc.array(fc.option(value), { maxLength: 300 }),
      fc.array(value, { maxLength: 50 }),
      fc.integer({ min: 40, max: 200 }),
      (actual, expected, width) => {
        const block = {
          ...rising,
          actual,
          expected,
          lower: expected.map((one) => one - 1),
          upper: expected.map((one) => one + 1),
        }
        for (const line of drawn(block, width)) expect(columnsOf(line)).toBeLessThanOrEqual(width)
      },
    ),
    { numRuns: 100 },
  )
})
