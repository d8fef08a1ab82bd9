/** What holds of clean for every table. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clean } from '../../src/commands/clean.ts'
import { runOn } from './harness.ts'

/** Texts that tools like to change: numbers of every look, quotes, line ends, words for missing, NUL, emoji. */
const AWKWARD =
  '007|1e5|1.50|TRUE|NULL|NA|0x1F|-0|12345678901234567890|2024-01-31|31/01/2024|"|""|\'|,|;|\n|\r\n|a\nb|\t| x |\u00a0|\0|a\0b|=1+1|\\|\\N|👩‍👩‍👧|é'
const awkward = fc.constantFrom(...AWKWARD.split('|'))
const cell = fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constant(''))
const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) =>
    fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 30 }),
  )

function csvOf(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')
  const header = (rows[0] ?? []).map((_, i) => `column ${i}`)
  return `${[header, ...rows].map(line).join('\n')}\n`
}

/** A text as a UTF-8 file holds it: half of a surrogate pair alone has no bytes. */
function whole(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row) => row.map((text) => Buffer.from(text).toString()))
}

const DELIMITED = ['--delimiter', ',', '--quote', '"']

/** Beyond what String.trim takes for blank: Unicode's next line, and the zero-width space. */
function trimmedInScript(text: string): string {
  return text.replace(/^[\s\u0085\u200b]+|[\s\u0085\u200b]+$/gu, '')
}

test('a table that is only trimmed loses no cell, and no cell but for its ends', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (random) => {
      const rows = whole(random)
      const { cells } = await runOn(clean, ['--trim', ...DELIMITED], csvOf(rows))
      expect(cells).toEqual(
        rows.map((row) => row.map((text) => (text === '' ? '' : trimmedInScript(text) || null))),
      )
    }),
    { numRuns: 40 },
  )
})

test('a table whose rows all stay comes out cell for cell as it went in', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (random) => {
      const rows = whole(random)
      for (const words of [
        ['--where', 'true'],
        ['--drop-missing', '--min-present', '0'],
        ['--dedupe', '--columns', '1:'],
      ]) {
        const unique = words[0] === '--dedupe'
        const { cells } = await runOn(clean, [...words, ...DELIMITED], csvOf(rows))
        const want = unique ? firstOfEach(rows) : rows
        expect(cells).toEqual(want)
      }
    }),
    { numRuns: 15 },
  )
})

function firstOfEach(rows: readonly (readonly string[])[]): (readonly string[])[] {
  const seen = new Set<string>()
  return rows.filter((row) => {
    const key = JSON.stringify(row)
    return !seen.has(key) && seen.add(key)
  })
}

test('rows read are rows out and rows dropped, whatever the steps, and their order on the line is all one', async () => {
  const steps = [
    ['--trim'],
    ['--squeeze'],
    ['--drop-missing', '1'],
    ['--dedupe', '2'],
    ['--number', '1'],
    ['--excel-safe'],
    ['--mask', '2=redact'],
    ['--where', '"column 0" is not null'],
    // As text: where a random column is all dates, TRUE is none.
    ['--check', 'cast("column 1" as varchar) <> \'TRUE\''],
    ['--fill', '2=ffill'],
  ]
  await fc.assert(
    fc.asyncProperty(table, fc.shuffledSubarray(steps, { minLength: 1 }), async (random, chosen) => {
      const csv = csvOf(whole(random))
      const one = await runOn(clean, [...chosen.flat(), ...DELIMITED], csv)
      const { rows_in: rowsIn, rows_out: rowsOut } = one.report.result
      const dropped = Object.values(one.report.input.dropped).reduce((sum, rows) => sum + rows, 0)
      expect(rowsIn).toBe(random.length)
      expect(Number(rowsOut) + dropped).toBe(random.length)
      expect(one.cells).toHaveLength(Number(rowsOut))
      const other = await runOn(clean, [...chosen.toReversed().flat(), ...DELIMITED], csv)
      expect(other.csv).toBe(one.csv)
    }),
    { numRuns: 25 },
  )
})
