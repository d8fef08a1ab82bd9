import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  countWithinOn,
  distanceSumOn,
  plainCountWithin,
  plainDistanceSum,
} from '../../src/kernels/distances.ts'
import { Room } from '../../src/kernels/space.ts'

test('the compiled sum of distances gives the bits of the plain one', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 240, maxLength: 240 }),
      (n, p, values) => {
        const room = new Room(n * p * 8)
        const columns = room.float64(n * p)
        columns.set(values.slice(0, n * p))
        const compiled = distanceSumOn(room.space)
        expect(compiled).not.toBe(plainDistanceSum)
        for (const [from, to] of [
          [0, n],
          [n >> 1, n],
          [n >> 2, n >> 1],
        ] as const) {
          const row = (from + 3) % n
          expect(compiled(columns, n, p, row, from, to)).toBe(plainDistanceSum(columns, n, p, row, from, to))
        }
      },
    ),
  ))

test('the compiled count within a distance is the plain one, on the edge too', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 240, maxLength: 240 }),
      fc.integer({ min: 0, max: 30 }),
      (n, p, values, limit) => {
        const room = new Room(n * p * 8)
        const columns = room.float64(n * p)
        columns.set(values.slice(0, n * p))
        const compiled = countWithinOn(room.space)
        expect(compiled).not.toBe(plainCountWithin)
        const [from, to] = [n >> 2, n] as const
        expect(compiled(columns, n, p, 0, from, to, limit)).toBe(
          plainCountWithin(columns, n, p, 0, from, to, limit),
        )
      },
    ),
  ))
