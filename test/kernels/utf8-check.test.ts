import { isUtf8 } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Utf8Check } from '../../src/kernels/utf8-check.ts'

/** Bytes that are nearly UTF-8, so that both answers come up. */
const bytes = fc
  .array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.string({ unit: 'grapheme', maxLength: 3 }).map((text) => Buffer.from(text)),
      },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2 }).map((some) => Buffer.from(some)) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => Buffer.concat(parts))

test('text is UTF-8 or not however it is cut into pieces', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(6), { maxLength: 40 }), (all, cuts) => {
      const check = new Utf8Check()
      let at = 0
      let bad = -1
      for (const length of [...cuts, all.length]) {
        if (bad < 0) bad = check.push(all.subarray(at, at + length))
        at += length
      }
      if (bad < 0) bad = check.finish()
      expect(bad < 0).toBe(isUtf8(all))
      // What stands before the bad byte is sound.
      if (bad >= 0) expect(isUtf8(all.subarray(0, bad))).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('the bad byte is named, not one before it', () => {
  expect(new Utf8Check().push(Buffer.from('id,name\n\xb1\xe8,x', 'latin1'))).toBe(8)
  expect(new Utf8Check().push(Buffer.from('aé\xff', 'latin1'))).toBe(1)
  const check = new Utf8Check()
  expect(check.push(Buffer.from([0x61, 0xe4, 0xba]))).toBe(-1)
  expect(check.push(Buffer.from([0x61]))).toBe(1)
})
