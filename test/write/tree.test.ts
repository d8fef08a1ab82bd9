import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TreeLine } from '../../src/report/report.ts'
import { columnsOf } from '../../src/write/columns.ts'
import { reportText } from '../../src/write/text.ts'

const leaf = (label: string, text: string, ...mix: number[]): TreeLine => ({ label, text, mix, children: [] })
const drawn = (root: TreeLine, parts: readonly string[], width: number) =>
  reportText({ view: [{ kind: 'tree', parts, root }], warnings: [] }, width, false)
    .trimEnd()
    .split('\n')

test('what hangs on what is drawn, and the mix of each node', () => {
  const root: TreeLine = {
    label: 'all rows',
    text: 'no 60%',
    mix: [0.6, 0.4],
    children: [
      {
        label: 'age ≤ 30',
        text: 'yes 75%',
        mix: [0.25, 0.75],
        children: [leaf('city = 上海', 'yes 100%', 0, 1)],
      },
      leaf('age > 30', 'no 100%', 1, 0),
    ],
  }
  expect(drawn(root, ['no', 'yes'], 60)).toEqual([
    '  █ no  ░ yes',
    '  all rows           ██████░░░░  no 60%',
    '  ├─ age ≤ 30        ███░░░░░░░  yes 75%',
    '  │  └─ city = 上海  ░░░░░░░░░░  yes 100%',
    '  └─ age > 30        ██████████  no 100%',
  ])
})

test('a mix of one part is drawn as far as it goes, and there is no legend', () => {
  expect(drawn(leaf('all rows', '12.5', 0.5), [], 60)).toEqual(['  all rows  █████       12.5'])
})

test('no line is wider than the terminal, however long the texts are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '上', ' ', 'é', '\n', '\u{1f600}'), maxLength: 60 })
  const tree = fc.letrec<{ node: TreeLine }>((tie) => ({
    node: fc.record({
      label: text,
      text,
      mix: fc.constant([0.3, 0.7]),
      children: fc.oneof({ maxDepth: 4 }, fc.constant([]), fc.array(tie('node'), { maxLength: 3 })),
    }),
  })).node
  fc.assert(
    fc.property(tree, fc.integer({ min: 30, max: 120 }), (root, width) => {
      for (const line of drawn(root, ['a class with a long name', '另外一个类别的名字很长很长'], width))
        expect(columnsOf(line)).toBeLessThanOrEqual(width)
    }),
    { numRuns: 60 },
  )
})
