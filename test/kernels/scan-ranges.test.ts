/** A file scanned in ranges is the same as scanned at once, or is known not to be. */
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import { thisThread } from '../../src/kernels/pool.ts'
import { joinScans, scanRange } from '../../src/kernels/scan-ranges.ts'
import type { ScanOptions, ScanResult, Scanner } from '../../src/kernels/scan.ts'
import { wasmScanner } from '../../src/kernels/wasm-scan.ts'

const folder = mkdtempSync(join(tmpdir(), 'lode-ranges-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const usual: ScanOptions = {
  delimiter: 44,
  quote: 34,
  escape: 34,
  decimal: 46,
  columns: 0,
  facts: true,
  header: true,
  keep: [1],
  keepTexts: [0],
}

function atOnce(make: (options: ScanOptions) => Scanner, bytes: Buffer, options: ScanOptions): ScanResult {
  const scanner = make(options)
  scanner.room(bytes.length).set(bytes)
  scanner.feed(bytes.length)
  return scanner.finish()
}

/** @param cuts where ranges end, before the end of the file */
async function inRanges(
  bytes: Buffer,
  cuts: readonly number[],
  options: ScanOptions,
): Promise<ScanResult | undefined> {
  const path = join(folder, 'file.csv')
  writeFileSync(path, bytes)
  const descriptor = openSync(path, 'r')
  try {
    const useless = new Int32Array(new SharedArrayBuffer(4))
    const ends = [...cuts, bytes.length]
    const scans = ends.map((to, i) =>
      scanRange.run(
        { descriptor, options, start: 0, useless },
        { from: ends[i - 1] ?? 0, to, isLast: i === ends.length - 1 },
      ),
    )
    return await joinScans(scans, options.columns, thisThread)
  } finally {
    closeSync(descriptor)
  }
}

const pieces = [
  ',',
  ',',
  ',',
  '"',
  '\n',
  '\n',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\0',
  '1',
  '2.5',
  '-3e9',
  'NA',
  'x',
  'é',
  '0123456789012345678',
]
const rows = fc
  .array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.constantFrom('1,2\n', '"a",3\n', '"b\nc",4\n', ',\n', 'x,2024-01-31\n', '\n'),
      },
      { weight: 1, arbitrary: fc.constantFrom(...pieces) },
    ),
    { maxLength: 40, size: '+1' },
  )
  .map((parts) => Buffer.from(`id,value\n${parts.join('')}`))

test('ranges put together are the whole, wherever lines are cut', async () => {
  const places = fc.array(fc.nat({ max: 120 }), { minLength: 1, maxLength: 4 })
  const outcomes = { whole: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(rows, places, fc.boolean(), async (bytes, from, header) => {
      const options = { ...usual, header, columns: 2 }
      const cuts = [...new Set(from.map((place) => bytes.indexOf(10, place) + 1))]
        .filter((cut) => cut > 0 && cut < bytes.length)
        .sort((a, b) => a - b)
      const whole = atOnce(plainScanner, bytes, options)
      const joined = await inRanges(bytes, cuts, options)
      const isCutInsideRecord = cuts.some((cut) => {
        const { endsWithLineEnd, unclosedQuoteLine } = atOnce(plainScanner, bytes.subarray(0, cut), options)
        return !endsWithLineEnd || unclosedQuoteLine > 0
      })
      outcomes[isCutInsideRecord ? 'refused' : 'whole']++
      expect(joined).toEqual(isCutInsideRecord ? undefined : whole)
    }),
    { numRuns: 600 },
  )
  expect(Math.min(outcomes.whole, outcomes.refused)).toBeGreaterThan(50)
})

test('numbers that are kept come in the order of the file', async () => {
  const bytes = Buffer.from('id,value\n1,1.5\n2,\n3,12345678901234567890\n4,-7\n')
  const joined = await inRanges(bytes, [9, 15, 18], { ...usual, columns: 2 })
  expect(joined?.kept).toEqual([Float64Array.of(1.5, NaN, Number('12345678901234567890'), -7)])
  expect(joined?.kept).toEqual(atOnce(wasmScanner, bytes, usual).kept)
})

test('a range that is not UTF-8 makes all of them useless', async () => {
  const bytes = Buffer.from('id,value\n1,caf\xe9\n2,b\n', 'latin1')
  expect(await inRanges(bytes, [9, 16], { ...usual, columns: 2 })).toBeUndefined()
})

test('a header of another width than was said makes them useless', async () => {
  expect(await inRanges(Buffer.from('id,value\n1,2\n'), [9], { ...usual, columns: 3 })).toBeUndefined()
  expect(await inRanges(Buffer.from('\n\nid,value\n'), [1], { ...usual, columns: 2 })).toBeUndefined()
})
