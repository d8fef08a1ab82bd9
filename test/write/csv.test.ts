import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '../../src/write/csv.ts'

test('only cells that need it are quoted', () => {
  expect(csvLine(['id', 'name', ''], ',')).toBe('id,name,\n')
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', ' blank '], ',')).toBe(
    '"a,b","say ""hi""","two\nlines", blank \n',
  )
  expect(csvLine(['a,b', 'c;d'], ';')).toBe('a,b;"c;d"\n')
})

test('a record of one empty cell is not an empty line', () => {
  expect(csvLine([''], ',')).toBe('""\n')
})

test('a CSV reader gets back the cells that were written', () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', '上', '"', ',', ';', '\n', '\r', ' ') }), {
        minLength: 1,
      }),
      fc.constantFrom(',', ';', '\t', '|'),
      (cells, delimiter) => {
        const read = parse(csvLine(cells, delimiter), { delimiter, record_delimiter: '\n' })
        expect(read).toEqual([cells])
      },
    ),
  ))
