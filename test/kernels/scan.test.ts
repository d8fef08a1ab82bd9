/**
 * The CSV scan: every hand case runs on the plain and on the compiled one, and random bytes in random chunks tie
 * the two together. The compiled one is dist/scan.wasm.
 */
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isIdLike, isWhole } from '../../src/kernels/cell-kind.ts'
import type { CellKind } from '../../src/kernels/cell-kind.ts'
import { plainScanner } from '../../src/kernels/plain-scan.ts'
import type { ScanOptions, ScanResult, Scanner } from '../../src/kernels/scan.ts'
import { wasmScanner } from '../../src/kernels/wasm-scan.ts'

type MakeScanner = (options: ScanOptions) => Scanner

const byte = (character: string): number => character.charCodeAt(0)

const usual: ScanOptions = {
  delimiter: byte(','),
  quote: byte('"'),
  escape: byte('"'),
  decimal: byte('.'),
  columns: 0,
  facts: true,
  header: false,
}

/** Feeds the file in chunks of these sizes, over and over; of 0 it feeds nothing and goes on. */
function scan(
  make: MakeScanner,
  file: string | Uint8Array,
  options: Partial<ScanOptions> = {},
  sizes = [1 << 20],
) {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file
  const scanner = make({ ...usual, ...options })
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const chunk = bytes.subarray(at, at + (sizes[turn % sizes.length] as number))
    scanner.room(chunk.length).set(chunk)
    scanner.feed(chunk.length)
    at += chunk.length
  }
  return scanner.finish()
}

const scanners: [string, MakeScanner][] = [
  ['plain', plainScanner],
  ['compiled', wasmScanner],
]

describe.each(scanners)('the %s scan', (_name, make) => {
  const of = (file: string, options: Partial<ScanOptions> = {}) => scan(make, file, options)

  test('of an empty file finds nothing', () => {
    expect(of('')).toEqual({
      bytes: 0,
      records: 0,
      blankLines: 0,
      firstInnerBlankLine: 0,
      lineEnds: { lf: 0, crlf: 0, cr: 0 },
      firstRecordColumns: 0,
      firstRecord: { start: 0, end: 0, line: 0, lastLine: 0 },
      quotedLineEnds: 0,
      quotedCells: 0,
      nulBytes: 0,
      spacedQuotes: false,
      longestRecord: 0,
      unclosedQuoteLine: 0,
      endsWithLineEnd: false,
      malformed: [],
      columns: [],
      kept: undefined,
      keptInfinite: false,
    })
  })

  test('counts records, the longest of them and the columns of the first', () => {
    expect(of('id,name\n1,Ann\n22,Bob\n')).toMatchObject({
      bytes: 21,
      records: 3,
      lineEnds: { lf: 3, crlf: 0, cr: 0 },
      firstRecordColumns: 2,
      firstRecord: { start: 0, end: 7, line: 1, lastLine: 1 },
      longestRecord: 7,
      endsWithLineEnd: true,
      malformed: [],
    })
  })

  test('takes a last line without a line end for a record', () => {
    expect(of('a,b\n1,')).toMatchObject({ records: 2, endsWithLineEnd: false, malformed: [] })
    expect(of('a')).toMatchObject({ records: 1, firstRecordColumns: 1, firstRecord: { start: 0, end: 1 } })
    expect(of('a,b\n"1","2"')).toMatchObject({ records: 2, unclosedQuoteLine: 0, malformed: [] })
  })

  test('knows LF, CRLF and CR line ends, each by itself and mixed', () => {
    expect(of('a\nb\n').lineEnds).toEqual({ lf: 2, crlf: 0, cr: 0 })
    expect(of('a\r\nb\r\n').lineEnds).toEqual({ lf: 0, crlf: 2, cr: 0 })
    expect(of('a\rb\r')).toMatchObject({
      records: 2,
      lineEnds: { lf: 0, crlf: 0, cr: 2 },
      endsWithLineEnd: true,
    })
    expect(of('a\rb\nc\r\nd\r\r\n\n\r')).toMatchObject({
      records: 4,
      lineEnds: { lf: 2, crlf: 2, cr: 3 },
      blankLines: 3,
    })
  })

  test('gives byte ranges without line ends, whichever they are', () => {
    const file = 'a,b\r\nx\r\ny\rz\n'
    expect(of(file).malformed.map(({ start, end }) => file.slice(start, end))).toEqual(['x', 'y', 'z'])
  })

  test('reads delimiters and line ends inside quotes as text', () => {
    expect(of('a,b\n"x,y","1\r\n2\n3\r4"\n5,6\n')).toMatchObject({
      records: 3,
      lineEnds: { lf: 3, crlf: 0, cr: 0 },
      quotedLineEnds: 3,
      quotedCells: 2,
      malformed: [],
    })
  })

  test('gives the lines of a first record that stands on several', () => {
    expect(of('\n\n"a\nb",c\n').firstRecord).toEqual({ start: 2, end: 9, line: 3, lastLine: 4 })
  })

  test('reads a doubled quote as text', () => {
    expect(of('"a""b","""","",x\n')).toMatchObject({
      records: 1,
      firstRecordColumns: 4,
      quotedCells: 3,
      malformed: [],
    })
  })

  test('reads a quote inside an unquoted cell as text', () => {
    expect(of('a,5" nail\n7",x"y"z\n')).toMatchObject({ records: 2, quotedCells: 0, malformed: [] })
  })

  test('reports text after a closing quote, and is itself again on the next line', () => {
    expect(of('a,b\n"x"y,1\n"x" ,1\n"x","y"\n').malformed).toEqual([
      { kind: 'stray-quote', record: 1, line: 2, start: 4, end: 10, cells: 2 },
      { kind: 'stray-quote', record: 2, line: 3, start: 11, end: 17, cells: 2 },
    ])
  })

  test('reports a quote that never closes, and the line where it opened', () => {
    expect(of('a,b\n1,2\n3,"x\ny,z\n')).toMatchObject({
      records: 3,
      unclosedQuoteLine: 3,
      quotedLineEnds: 2,
      endsWithLineEnd: false,
      malformed: [{ kind: 'unclosed-quote', record: 2, line: 3, start: 8, end: 17, cells: 2 }],
    })
    expect(of('a,"x\r\ny","z\r\n').unclosedQuoteLine).toBe(2)
    expect(of('"').malformed).toEqual([
      { kind: 'unclosed-quote', record: 0, line: 1, start: 0, end: 1, cells: 1 },
    ])
  })

  test('reports records that are short or long, the header too', () => {
    expect(of('a,b\n1\n1,2,3\n1,2\n').malformed).toEqual([
      { kind: 'short', record: 1, line: 2, start: 4, end: 5, cells: 1 },
      { kind: 'long', record: 2, line: 3, start: 6, end: 11, cells: 3 },
    ])
    expect(of('a,b\n1\n', { columns: 1, header: true }).malformed).toEqual([
      { kind: 'long', record: 0, line: 1, start: 0, end: 3, cells: 2 },
    ])
  })

  test('names the physical line behind line ends in quotes and blank lines', () => {
    expect(of('a,b\n"1\n2",3\n\nx\n').malformed).toMatchObject([{ kind: 'short', record: 2, line: 5 }])
  })

  test('counts blank lines apart from records, and names the first with a record behind it', () => {
    expect(of('a\n\n\nb\n\n')).toMatchObject({ records: 2, blankLines: 3, firstInnerBlankLine: 2 })
    expect(of('\r\na')).toMatchObject({ records: 1, blankLines: 1, firstInnerBlankLine: 1 })
    expect(of('a\n\n\n')).toMatchObject({ records: 1, blankLines: 2, firstInnerBlankLine: 0 })
    expect(of('\n')).toMatchObject({
      records: 0,
      blankLines: 1,
      firstInnerBlankLine: 0,
      endsWithLineEnd: true,
    })
  })

  test('takes a line of one blank or of two quotes for a record', () => {
    expect(of('a\n \n""\n')).toMatchObject({
      records: 3,
      blankLines: 0,
      columns: [{ empty: 1, tokens: 1, others: 1 }],
    })
  })

  test('leaves a backslash alone where the escape is the quote', () => {
    expect(of('"a\\",b\n')).toMatchObject({ firstRecordColumns: 2, malformed: [] })
  })

  test('takes the byte after a backslash as text where that is the escape', () => {
    const escape = byte('\\')
    expect(of('"a\\"b","\\\\",c\\\n', { escape })).toMatchObject({ firstRecordColumns: 3, malformed: [] })
    expect(of('"\\1\\2","\\\n"\n', { escape })).toMatchObject({
      records: 1,
      quotedLineEnds: 1,
      columns: [{ numbers: 1 }, { others: 1 }],
    })
    expect(of('"a""b"\n', { escape }).malformed).toMatchObject([{ kind: 'stray-quote' }])
    expect(of('"a\\', { escape }).unclosedQuoteLine).toBe(1)
  })

  test('knows no quotes where the quote is 0', () => {
    expect(of('"a,b"\n"\n\0,x\n', { quote: 0, escape: 0 })).toMatchObject({
      records: 3,
      quotedCells: 0,
      nulBytes: 1,
      malformed: [{ kind: 'short', line: 2 }],
    })
  })

  test.each([';', '\t', '|', ':', ' ', '\\', 'x', '\x1f'])('takes %j for a delimiter', (delimiter) => {
    const file = ['a', '"q', 'w"', '1'].join(delimiter) + '\n'
    expect(of(file, { delimiter: byte(delimiter) })).toMatchObject({
      firstRecordColumns: 3,
      columns: [{ others: 1 }, { others: 1 }, { numbers: 1 }],
    })
  })

  test('counts NUL bytes in cells, in quotes and behind them', () => {
    expect(of('\0a,"\0"\n"x"\0,1\n')).toMatchObject({ nulBytes: 3, malformed: [{ kind: 'stray-quote' }] })
  })

  test('says nothing of columns when not asked', () => {
    expect(of('1,2\n', { facts: false }).columns).toEqual([])
  })

  test('has facts for every column asked for, even of a header alone or of nothing', () => {
    expect(of('a,b\n', { header: true }).columns.map((column) => column.others)).toEqual([0, 0])
    expect(of('', { columns: 3 }).columns).toHaveLength(3)
  })

  test('counts what the cells of each column are', () => {
    const file = 'v,w\n1,\n1.5,x\n007,2024-01-31\n"-2e3",NA\nnull," "\nx,12345678901234567890\n'
    expect(of(file, { header: true }).columns).toEqual([
      {
        empty: 0,
        numbers: 4,
        dates: 0,
        tokens: 1,
        others: 1,
        idLike: 1,
        integers: 2,
        firstOtherRecord: 6,
        firstOtherLine: 7,
      },
      {
        empty: 1,
        numbers: 1,
        dates: 1,
        tokens: 2,
        others: 1,
        idLike: 1,
        integers: 1,
        firstOtherRecord: 2,
        firstOtherLine: 3,
      },
    ])
  })

  test('leaves malformed records out of the facts', () => {
    const { columns } = of('a,b\nx\n1,2\nx,y,z\n"x"y,z\n', { header: true })
    expect(columns).toMatchObject([
      { numbers: 1, others: 0, firstOtherRecord: -1, firstOtherLine: 0 },
      { numbers: 1, others: 0 },
    ])
  })

  test.each(cells())('takes %j for %s, quoted or not', (text, kind) => {
    const counts = {
      number: 'numbers',
      date: 'dates',
      token: 'tokens',
      other: 'others',
      empty: 'empty',
    } as const
    const { columns } = of(`"${text}";1\n${text};1\n`, { delimiter: byte(';') })
    expect(columns[0]).toMatchObject({ [counts[kind]]: 2 })
  })

  test('takes the comma for the separator of decimals where told', () => {
    const options = { delimiter: byte(';'), decimal: byte(',') }
    expect(of('1,5\n,5\n1.5\n.5\n1.5.24\n1,5,24\n"1,5"\n', options).columns).toMatchObject([
      { numbers: 3, dates: 1, others: 3, integers: 0 },
    ])
  })

  test('takes a text of more than 64 bytes for other, however it is escaped', () => {
    const digits = '1'.repeat(64)
    expect(of(`${digits}\n${digits}1\n`).columns).toMatchObject([{ numbers: 1, others: 1 }])
    const escaped = digits.replaceAll('1', '\\1')
    expect(of(`"${escaped}"\n"${escaped}1"\n`, { escape: byte('\\') }).columns).toMatchObject([
      { numbers: 1, others: 1 },
    ])
  })

  test('reads 10,000 columns, and as many more faults as there are', () => {
    const row = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? String(i) : 'x')).join(',')
    const result = of(`${row}\n${'x\n'.repeat(5_000)}${row},1\n${row}`)
    expect(result).toMatchObject({ records: 5_003, firstRecordColumns: 10_000 })
    expect(result.malformed).toHaveLength(5_001)
    expect(result.malformed[5_000]).toMatchObject({ kind: 'long', record: 5_001, line: 5_002, cells: 10_001 })
    expect(result.columns).toHaveLength(10_000)
    expect(result.columns.every(({ numbers, others }, i) => (i % 2 === 0 ? numbers : others) === 2)).toBe(
      true,
    )
  })

  test('reads a cell of 10 MB in small chunks', () => {
    const long = 'long,text\n'.repeat(1_000_000)
    const result = scan(make, `a,b\n1,"${long}"\n2,3\n`, {}, [65_536])
    expect(result).toMatchObject({
      records: 3,
      quotedLineEnds: 1_000_000,
      longestRecord: 10_000_004,
      malformed: [],
      columns: [{ numbers: 2 }, { numbers: 1, others: 2 }],
    })
  })

  test('reads the same whatever the chunks, one byte each too', () => {
    const file =
      'id,when\r\n"1""2",2024-01-31 10:11:12\r\n\r\n"a\r\nb",-1.#IND\r\nshort\r\n"x"y,1\rNULL,"12345.678"'
    const whole = of(file)
    for (let size = 1; size < 70; size++) expect(scan(make, file, {}, [size])).toEqual(whole)
  })

  test('goes on when nothing is fed, and when the room grows in the middle of a cell', () => {
    const scanner = make(usual)
    scanner.room(0)
    scanner.feed(0)
    for (const part of ['12', '', '34,"5', '6"'.padEnd(100_000, ',')]) {
      scanner.room(part.length).set(Buffer.from(part))
      scanner.feed(part.length)
    }
    expect(scanner.finish()).toMatchObject({
      firstRecordColumns: 100_000,
      columns: expect.objectContaining({ 0: expect.objectContaining({ integers: 1 }), length: 100_000 }),
    })
  })
})

/** Texts and what they are, by the words of the interface. */
function cells(): [string, CellKind][] {
  const byKind = {
    empty: [''],
    number:
      '0 7 -7 +7 1.5 1. .5 -.5 +0.0 1e5 1E5 1e+5 1.e-05 .5e3 007 123456789012345678901234567890 1000000.25'.split(
        ' ',
      ),
    date: (
      '2024-01-31 2024/1/5 2024-1-05 31/12/2024 12/31/2024 1/2/03 31.12.24 1-2-2024 13.1.2024 0001-01-01 ' +
      '2024-01-31T10:11 2024-01-31T10:11:12 2024-01-31T10:11:12.5 2024-01-31T10:11:12.123456789Z ' +
      '2024-01-31T10:11+08:00 2024-01-31T10:11-0800 12/1/2010T8:26 1.2.24T23:59:59Z'
    )
      .split(' ')
      .flatMap((text) => (text.includes('T') ? [text, text.replace('T', ' ')] : [text])),
    token: (
      '#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|' +
      'n/a|nan|null| |   '
    ).split('|'),
    other: (
      '\t| \t|x|-|+|.|-.|e5|1e|1e+|1.5.|1..5|1,5|1,000| 1|1 |--1|+-1|1-|0x1f|inf|Infinity|' +
      '1_000|12e3.5|1e5e5|٣|1\0|NA\0|na|Nan|NONE|NAN|Null|NA | NA|#N/A N/A |<na>|1.#INF|N|n|#|<|' +
      '-1.#|2024-13-01|2024-00-10|2024-01-00|2024-01-32|32/1/2024|13/13/2024|0/1/2024|1/0/2024|' +
      '2024.01.31|2024-01/31|1/2-2024|1/2/024|1/2/3|1/2/20245|20240-01-01|024-01-01|2024-001-01|' +
      '2024-01-001|2024-01|2024-01-|-01-01|2024-01-31 |2024-01-31T|2024--01|2024-01-31 24:00|' +
      '2024-01-31 10:60|2024-01-31 10|2024-01-31 10:1|2024-01-31 10:11:60|2024-01-31 10:11:12.|' +
      '2024-01-31  10:11|2024-01-31t10:11|2024-01-31 10:11z|2024-01-31Z|2024-01-31 10:11+24:00|' +
      '2024-01-31 10:11+08|2024-01-31 10:11+8:00|2024-01-31 10:11+08:60|2024-01-31 10:11 +08:00|' +
      '2024-01-31 10:11:12,5|2024-01-31 100:11|2024-01-31 10:11Z+08:00'
    ).split('|'),
  }
  return Object.entries(byKind).flatMap(([kind, texts]) =>
    texts.map((text): [string, CellKind] => [text, kind as CellKind]),
  )
}

test.each([
  ['0', true, false],
  ['-0', true, false],
  ['00', true, true],
  ['-007', true, true],
  ['0.07', false, false],
  ['00.5', false, true],
  ['123456789012345', true, false],
  ['1234567890123456', true, true],
  ['-1234567890123450', true, true],
  ['0.00000000000000000001', false, false],
  ['0.1234567890123456', false, true],
  ['1.5e10', false, false],
  ['1.234567890123456e10', false, true],
])('of the number %s it is %s that it is whole and %s that it looks like an id', (number, whole, idLike) => {
  expect([isWhole(number), isIdLike(number)]).toEqual([whole, idLike])
  for (const [, make] of scanners) {
    expect(scan(make, number).columns).toMatchObject([{ integers: Number(whole), idLike: Number(idLike) }])
  }
})

/** Bytes that mean something to the scan, and some that do not, in proportions that make records. */
function nastyBytes(): fc.Arbitrary<Uint8Array> {
  const pieces = [
    ',',
    ',',
    '"',
    '"',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\\',
    ';',
    ' ',
    '-',
    '+',
    '.',
    '0',
    '1',
    '9',
    'e',
    ':',
  ]
  const words = [
    'é',
    '中',
    'x',
    '007',
    '12.5',
    '2024-01-31',
    '1/2/24 10:11',
    'NA',
    'nan',
    '#N/A',
    '-1.#IND',
    'n/a',
    '""',
  ]
  const piece = fc.constantFrom(...pieces, ...words, '1'.repeat(16), 'y'.repeat(63), '2'.repeat(64))
  return fc.array(piece, { maxLength: 120, size: 'max' }).map((parts) => Buffer.from(parts.join('')))
}

function anyOptions(): fc.Arbitrary<ScanOptions> {
  return fc
    .record({
      delimiter: fc.constantFrom(byte(','), byte(';'), byte(' '), byte(':')),
      quote: fc.constantFrom(byte('"'), byte('"'), byte('"'), 0, byte("'")),
      escape: fc.constantFrom(0, 0, byte('\\')),
      decimal: fc.constantFrom(byte('.'), byte(',')),
      columns: fc.constantFrom(0, 0, 1, 2, 3),
      facts: fc.boolean(),
      header: fc.boolean(),
      kept: fc.constantFrom('none', 'number', 'text', 'both'),
    })
    .map(({ kept, ...options }) => ({
      ...options,
      keep: options.facts && (kept === 'number' || kept === 'both') ? [0] : [],
      keepTexts: options.facts && kept === 'text' ? [0] : options.facts && kept === 'both' ? [2, 1] : [],
      escape: options.escape === 0 ? options.quote : options.escape,
    }))
}

const chunkSizes = () =>
  fc.array(fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 400 })), {
    minLength: 1,
    maxLength: 5,
  })

test('the compiled scan finds what the plain one finds, whatever the bytes and the chunks', () => {
  fc.assert(
    fc.property(nastyBytes(), anyOptions(), chunkSizes(), (file, options, sizes) => {
      expect(scan(wasmScanner, file, options, sizes)).toEqual(scan(plainScanner, file, options))
    }),
    { numRuns: 2_000 },
  )
})

test('a scan that takes over the memory of another finds nothing of it', () => {
  fc.assert(
    fc.property(nastyBytes(), anyOptions(), nastyBytes(), anyOptions(), (before, its, file, options) => {
      scan(wasmScanner, before, its)
      expect(scan(wasmScanner, file, options)).toEqual(scan(plainScanner, file, options))
    }),
    { numRuns: 500 },
  )
})

test('a cell alone is the same to both scans', () => {
  const text = fc.string({ unit: fc.constantFrom(...'0129.-+eE/:T Z#NAan'), maxLength: 20 })
  fc.assert(
    fc.property(text, (cell) => {
      expect(scan(wasmScanner, cell).columns).toEqual(scan(plainScanner, cell).columns)
    }),
    { numRuns: 2_000 },
  )
})

test('a cell that is nearly a date is the same to both scans', () => {
  const field = fc.constantFrom('0', '1', '9', '00', '01', '12', '13', '31', '32', '024', '2024', '20240')
  const between = fc.constantFrom('-', '-', '/', '/', '.')
  const clock = fc.constantFrom(
    '',
    '',
    ' 1:02',
    'T10:11',
    ' 23:59:59',
    ' 24:00',
    'T10:11:12.5',
    ' 10:60',
    ' 10:1',
    'T',
  )
  const zone = fc.constantFrom('', '', 'Z', '+08:00', '-0930', '+8', '+24:00', ' Z')
  fc.assert(
    fc.property(fc.tuple(field, between, field, between, field, clock, zone), (parts) => {
      const cell = parts.join('')
      expect(scan(wasmScanner, cell).columns).toEqual(scan(plainScanner, cell).columns)
    }),
    { numRuns: 3_000 },
  )
})

test('numbers that are kept are the nearest doubles of their texts, in the rows of the file', () => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc.tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.nat(30)).map(([digits, places]) => {
      const text = String(digits)
      const at = Math.max(text.length - places, text.startsWith('-') ? 2 : 1)
      return `${text.slice(0, at)}.${text.slice(at)}`
    }),
    fc.constantFrom('', 'NA', 'x', '0', '-0', '+7.50', '"12"', '1e3', '.5', '5.', '-1e999'),
  )
  const rows = fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(rows, chunkSizes(), fc.constantFrom('\n', '\r\n'), (table, sizes, end) => {
      const file = `1e9,b,c${end}${table.map((row) => row.join(',')).join(end)}`
      const { kept, keptInfinite } = scan(wasmScanner, file, { header: true, keep: [2, 0] }, sizes)
      const want = [2, 0].map((column) =>
        table.map((row) => {
          const text = (row[column] as string).replaceAll('"', '')
          return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/.test(text) ? Number(text) : NaN
        }),
      )
      expect(kept?.map((numbers) => [...numbers])).toEqual(want)
      expect(keptInfinite).toBe(want.flat().some((value) => Math.abs(value) === Infinity))
    }),
    { numRuns: 1_000 },
  )
})

test('texts that are kept are those of the cells, in the rows of the file, as long as they are few and short', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'abé中 "'), maxLength: 24 }),
    fc.constantFrom('', 'A', 'B', 'NA', '12', 'x'.repeat(8), 'x'.repeat(9), `${'y'.repeat(15)}é`),
    { weight: 1, arbitrary: fc.constantFrom('z'.repeat(64), '"'.repeat(64), 'z'.repeat(65), '"'.repeat(65)) },
  )
  const rows = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 40 })
  const outcomes = { kept: 0, long: 0 }
  fc.assert(
    fc.property(
      rows,
      chunkSizes(),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      (table, sizes, end, quoted) => {
        const file = stringify([['a', 'b'], ...table], { record_delimiter: end, quoted })
        const { keptTexts } = scan(wasmScanner, file, { header: true, keepTexts: [1, 0] }, sizes)
        for (const [slot, place] of [1, 0].entries()) {
          const column = table.map((row) => row[place] as string)
          const kept = keptTexts?.[slot]
          const isLong = column.some((cell) => Buffer.byteLength(cell) > 64)
          outcomes[isLong ? 'long' : 'kept']++
          if (isLong) expect(kept).toBeUndefined()
          else {
            expect(Array.from(kept?.codes ?? [], (code) => ['', ...(kept?.texts ?? [])][code])).toEqual(
              column,
            )
            expect(kept?.texts).toEqual([...new Set(column)].filter((cell) => cell !== ''))
          }
        }
      },
    ),
    { numRuns: 1_000 },
  )
  expect(Math.min(outcomes.kept, outcomes.long)).toBeGreaterThan(50)
})

test.each(scanners)('the %s scan keeps 254 different texts of a column and no more', (_name, make) => {
  const texts = (count: number) =>
    Array.from({ length: count }, (_, i) => `text ${i % 7} with the number ${i}`)
  const kept = (column: readonly string[]) =>
    scan(make, ['t', ...column, ...column].join('\n'), { header: true, keepTexts: [0] }).keptTexts
  expect(kept(texts(254))?.[0]?.texts).toEqual(texts(254))
  expect(kept(texts(254))?.[0]?.codes.subarray(250, 258)).toEqual(
    Uint8Array.of(251, 252, 253, 254, 1, 2, 3, 4),
  )
  expect(kept(texts(255))).toEqual([undefined])
})

test('cells that are kept find room, however many there are', () => {
  const rows = Array.from({ length: 150_000 }, (_, i) => `${i % 1000},${'abc'[i % 3]}`)
  const { kept, keptTexts } = scan(wasmScanner, `n,t\n${rows.join('\n')}`, {
    header: true,
    keep: [0],
    keepTexts: [1],
  })
  expect(kept).toEqual([Float64Array.from(rows, (_, i) => i % 1000)])
  expect(keptTexts).toEqual([{ texts: ['a', 'b', 'c'], codes: Uint8Array.from(rows, (_, i) => 1 + (i % 3)) }])
})

test('what is counted adds up', () => {
  fc.assert(
    fc.property(nastyBytes(), anyOptions(), chunkSizes(), (file, options, sizes) => {
      const result = scan(wasmScanner, file, options, sizes)
      expect(result.bytes).toBe(file.length)
      expect(result.nulBytes).toBe(file.filter((one) => one === 0).length)
      expectLinesToAddUp(result, file)
      expectFactsToAddUp(result, options)
    }),
    { numRuns: 1_000 },
  )
})

/** Every line ends a record, is blank, or goes on inside quotes; the last one may lack its end. */
function expectLinesToAddUp(result: ScanResult, file: Uint8Array): void {
  const { lf, crlf, cr } = result.lineEnds
  const physical =
    Buffer.from(file)
      .toString('latin1')
      .match(/\r\n|\r|\n/g)?.length ?? 0
  expect(lf + crlf + cr + result.quotedLineEnds).toBe(physical)
  const open = result.bytes > 0 && !result.endsWithLineEnd ? 1 : 0
  expect(result.records + result.blankLines).toBe(lf + crlf + cr + open)
}

function expectFactsToAddUp(result: ScanResult, options: ScanOptions): void {
  const bad = result.malformed.length
  const headerCounts = options.header && result.records > 0 && result.malformed[0]?.record !== 0
  const counted = result.records - bad - (headerCounts ? 1 : 0)
  for (const {
    empty,
    numbers,
    dates,
    tokens,
    others,
    idLike,
    integers,
    firstOtherRecord,
  } of result.columns) {
    expect(empty + numbers + dates + tokens + others).toBe(counted)
    expect(Math.max(idLike, integers)).toBeLessThanOrEqual(numbers)
    expect(firstOtherRecord >= 0).toBe(others > 0)
  }
}

test.each(scanners)('the %s scan tells a quote that stands behind blanks alone', (_name, make) => {
  const blanks = ' '.repeat(300)
  for (const sizes of [[1 << 20], [1], [150]]) {
    const tells = (file: string) => scan(make, file, {}, sizes).spacedQuotes
    expect(tells('a, "b"\n')).toBe(true)
    expect(tells(`a\n${blanks}"b"\n`)).toBe(true)
    expect(tells(`a\nx${blanks}"b"\n`)).toBe(false)
    expect(tells('a x "b","c "" d", \n')).toBe(false)
  }
})

test('a table that csv-stringify wrote has the records and columns it was written from', () => {
  const cell = fc.string({ unit: fc.constantFrom(...'a1,;"\'\r\n é中.-'), maxLength: 6 })
  const table = fc
    .integer({ min: 2, max: 6 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }))
  const lineEnds = fc.constantFrom('\n', '\r\n', '\r')
  fc.assert(
    fc.property(table, lineEnds, fc.boolean(), chunkSizes(), (rows, lineEnd, quoted, sizes) => {
      const file = stringify(rows, { record_delimiter: lineEnd, quoted, quoted_match: /[\r\n]/ })
      for (const [, make] of scanners) {
        const result = scan(make, file, {}, sizes)
        expect(result).toMatchObject({ records: rows.length, blankLines: 0, malformed: [] })
        expect(result.columns).toHaveLength((rows[0] as string[]).length)
        const empty = rows.map((row) => row.filter((text) => text === '').length)
        expect(sum(result.columns.map((column) => column.empty))).toBe(sum(empty))
      }
    }),
  )
})

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
