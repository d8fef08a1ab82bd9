import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ascendingOrder, descendingOrder } from '../../src/base/order.ts'

const numbers = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })))

test('the order is that of a stable sort', () =>
  fc.assert(
    fc.property(numbers, (values) => {
      const places = values.map((_, i) => i)
      const value = (i: number) => values[i] as number
      const difference = (a: number, b: number) =>
        value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : a - b
      expect([...ascendingOrder(Float64Array.from(values))]).toEqual([...places].sort(difference))
      const down = (a: number, b: number) => (value(a) > value(b) ? -1 : value(a) < value(b) ? 1 : a - b)
      expect([...descendingOrder(Float64Array.from(values))]).toEqual([...places].sort(down))
    }),
  ))
