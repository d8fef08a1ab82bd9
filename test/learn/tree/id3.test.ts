import { expect, test } from 'vitest'
import { prepare } from '../../../src/learn/tree/cart.ts'
import { growId3 } from '../../../src/learn/tree/id3.ts'
import { logOf } from '../../../src/learn/tree/whole-log.ts'
import type { Feature } from '../../../src/learn/tree/tree.ts'

/** Codes by digit: one column a text. */
function columnOf(name: string, codes: string): Feature {
  const values = Int32Array.from(codes, Number)
  return { kind: 'text', name, levels: ['v0', 'v1'], codes: values }
}

// Weka 3.6.14 asks a0: both columns leave 4 · 1/2 · bits(2/3 …) on paper, and which sum of logarithms is larger is a
// matter of their last bits.
test('of two columns that tell as much, the one that Weka asks for is asked', () => {
  const features = [columnOf('a0', '0010010'), columnOf('a1', '1111010')]
  const target = {
    kind: 'classes' as const,
    name: 'y',
    labels: ['c1', 'c2', 'c3'],
    codes: Int32Array.of(0, 0, 1, 0, 1, 1, 2),
  }
  const rows = Int32Array.from({ length: 7 }, (_, i) => i)
  const options = { maxDepth: Infinity, minSplit: 2, minLeaf: 1, classWeights: undefined }
  const { root } = growId3(prepare(features, target), rows, options)
  expect(root.split?.feature).toBe(0)
})

test("logarithms are those of Python's decimals, to the nearest double", () => {
  // Python 3.11 with 60 digits: float(Decimal(n).ln()).
  const known: readonly (readonly [number, number])[] = [
    [3, 1.0986122886681098],
    [5, 1.6094379124341003],
    [7, 1.9459101490553132],
    [11, 2.3978952727983707],
    [13, 2.5649493574615367],
    [17, 2.833213344056216],
    [29, 3.367295829986474],
    [97, 4.574710978503383],
    [100, 4.605170185988092],
    [365, 5.8998973535824915],
    [500, 6.214608098422191],
    [1000, 6.907755278982137],
    [1023, 6.930494765951626],
    [2047, 7.624130585661289],
    [4095, 8.31752199628717],
    [4096, 8.317766166719343],
  ]
  for (const [n, log] of known) expect(logOf(n)).toBe(log)
  expect(logOf(1)).toBe(0)
  expect(logOf(2.5)).toBe(Math.log(2.5))
})
