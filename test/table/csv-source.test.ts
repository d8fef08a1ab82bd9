import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { ThreadPool } from '../../src/kernels/pool.ts'
import { wasmScanner } from '../../src/kernels/wasm-scan.ts'
import type { CsvShape } from '../../src/table/source.ts'
import { Bench } from './reading.ts'

const bench = new Bench()
afterAll(() => bench.close())

describe('the dialect is found out', () => {
  test.for([
    ['comma', 'a,b\n1,2\n', ',', '"', '"'],
    ['semicolon and decimal comma', 'name;price\nA;1,50\nB;2,75\n', ';', '"', '"'],
    ['tab', 'a\tb\n1, 2\t3\n', '\t', '"', '"'],
    ['bar', 'a|b\n1|2\n', '|', '"', '"'],
    ['a comma in one name', 'id;address, city;zip\n1;x, y;2\n2;z;3\n', ';', '"', '"'],
    [
      'commas in every row as well',
      'id;date,time;value\n1;2020-01-01,10:00;5\n2;2020-01-02,11:00;6\n',
      ';',
      '"',
      '"',
    ],
    ['bars inside cells and a name', 'id,tags (a|b)\n1,x|y\n2,z|y\n', ',', '"', '"'],
    ['a delimiter in a quoted name', '"a;b",c\n"1;2",3\n', ',', '"', '"'],
    ['single quotes', "a,b\n'x, y',1\n'z',2\n", ',', "'", "'"],
    ['single quotes, doubled', "a,b\n'it''s, so',1\n'z',2\n", ',', "'", "'"],
    ['an apostrophe is no quote', "a,b\n'tis,1\nit's,2\n", ',', '"', '"'],
    ['backslashes before quotes', 'a,b\n"x \\"y\\", z",1\nw,2\n', ',', '"', '\\'],
    ['backslashes that escape nothing', 'a,b\n"C:\\new",1\n"D:\\",2\n', ',', '"', '"'],
  ] as const)('%s', async ([, text, delimiter, quote, escape]) => {
    const { csv } = await bench.open(bench.file(text))
    expect(csv).toMatchObject({ delimiter, quote, escape })
  })

  test('a quote that shows late in a long file', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},name ${i}\n`).join('')
    const late = `id,name\n${rows}7,'last, first'\n${rows}`
    expect((await bench.open(bench.file(late))).csv).toMatchObject({ quote: "'", rows: 60_001 })
    const escaped = `id,name\n${rows}7,"a \\"b\\", c"\n${rows}`
    expect((await bench.open(bench.file(escaped))).csv).toMatchObject({ escape: '\\', rows: 60_001 })
  })

  test('what is stated is not doubted', async () => {
    const { names, csv } = await bench.open(bench.file('a;b,c\n1;2,3\n'), { delimiter: ';' })
    expect(names).toEqual(['a', 'b,c'])
    expect(csv?.delimiter).toBe(';')
    const read = await bench.readText('a,b\n"x",1\n', { quote: '' })
    expect(read.rows).toEqual([['"x"', '1']])
    expect((await bench.readText('a\tb\n1\t2\n', { delimiter: '\\t' })).rows).toEqual([['1', '2']])
  })

  test.for([
    { delimiter: 'ab' },
    { delimiter: '' },
    { delimiter: '§' },
    { quote: 'xy' },
    { delimiter: ',', quote: ',' },
  ])('%j can be no dialect', async (options) => {
    await expect(bench.open(bench.file('a,b\n'), options)).rejects.toThrow(/^--delimiter|^--quote/)
  })

  test("Excel's sep= line is honoured and is no row", async () => {
    const { source, rows } = await bench.readText('sep=;\r\na;b,c\r\n1;2\r\n')
    expect(source.names).toEqual(['a', 'b,c'])
    expect(rows).toEqual([['1', '2']])
    expect(await source.csv?.lineOf(0)).toBe(3)
  })

  test('quotes in a file with tabs may be text', async () => {
    const { rows, warnings } = await bench.readText('id\tsize\n1\t"big" one\n2\t5"\n')
    expect(rows).toEqual([
      ['1', '"big" one'],
      ['2', '5"'],
    ])
    expect(warnings).toEqual(['quotes_are_text'])
  })
})

describe('one column', () => {
  test('is one column, whatever stands in its rows', async () => {
    const { source, rows, warnings } = await bench.readText(
      'comment\nhello, world\nwell; yes\na\tb|c\nfine\n',
    )
    expect(source.names).toEqual(['comment'])
    expect(rows.flat()).toEqual(['hello, world', 'well; yes', 'a\tb|c', 'fine'])
    expect(warnings).toEqual(['one_column'])
  })

  test('is not made of a table under a title', async () => {
    await expect(bench.readText('My customers\nid,name\n1,Ann\n2,Bob\n')).rejects.toThrow(
      'line 2: 2 cells, 1 expected',
    )
  })

  test('is never made of a header with several names', async () => {
    await expect(bench.readText('a,b\n1\n2\n3\n')).rejects.toThrow(
      'line 2: 1 cell, 2 expected (3 such rows in all)',
    )
  })

  test('has an empty cell for every blank line behind its header', async () => {
    const { source, rows } = await bench.readText('\n\na\r\n1\r\n\r\n"2\n3"\r\nx\r\n\r\n')
    expect(rows.flat()).toEqual(['1', '', '2\n3', 'x', ''])
    expect(source.csv?.rows).toBe(5)
    expect(source.csv?.facts[0]).toMatchObject({ empty: 2, numbers: 1, others: 2, firstOtherLine: 6 })
    expect(await lines(source)).toEqual([4, 5, 6, 8, 9])
  })

  test('the same without quotes', async () => {
    const { source, rows } = await bench.readText('a\n1\n\n"x\n', { quote: '' })
    expect(rows.flat()).toEqual(['1', null, '"x'])
    expect(source.csv?.rows).toBe(3)
    expect(source.csv?.facts[0]).toMatchObject({ empty: 1, numbers: 1, others: 1, firstOtherLine: 4 })
  })
})

describe('the header', () => {
  test('names stay as they are: empty, twice, in any spelling', async () => {
    const { names } = await bench.open(bench.file(' a ,A,,"a ""b""; drop table t",A\n1,2,3,4,5\n'))
    expect(names).toEqual([' a ', 'A', '', 'a "b"; drop table t', 'A'])
  })

  test('a first line of numbers is data, and that is said', async () => {
    const { source, rows, warnings } = await bench.readText('1,2.5,\n3,4,5\n')
    expect(source.names).toEqual(['column1', 'column2', 'column3'])
    expect(rows).toEqual([
      ['1', '2.5', null],
      ['3', '4', '5'],
    ])
    expect(warnings).toEqual(['no_header'])
    expect(await lines(source)).toEqual([1, 2])
  })

  test.for(['0,1,2\n5,6,7\n', '2019,2020,2021\n5,6,7\n', 'a,1,2\n5,6,7\n', ',,\n1,2,3\n', 'NA,1\n1,2\n'])(
    'names that may look like numbers: %j',
    async (text) => {
      const { source, warnings } = await bench.readText(text)
      expect(source.csv?.rows).toBe(1)
      expect(warnings).toEqual([])
    },
  )

  test('--no-header: the first line is data', async () => {
    const { source, rows } = await bench.readText('a,b\nc,d\n', { header: false })
    expect(source.names).toEqual(['column1', 'column2'])
    expect(rows).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  test('a header on several lines, with any line ends', async () => {
    for (const [inside, end] of [
      ['\n', '\n'],
      ['\r\n', '\r'],
      ['\n', '\r\n'],
      ['\n\n', '\n'],
    ] as const) {
      const { source, rows } = await bench.readText(`"a${inside}b",c${end}1,2${end}`)
      expect(source.names).toEqual([`a${inside}b`, 'c'])
      expect(rows).toEqual([['1', '2']])
      const bare = await bench.readText(`"a${inside}b",c${end}1,2${end}`, { header: false })
      expect(bare.rows).toEqual([
        [`a${inside}b`, 'c'],
        ['1', '2'],
      ])
    }
  })
})

describe('what the engine can not read as it is', () => {
  test('line ends of several kinds; those in quotes stay', async () => {
    const { source, rows } = await bench.readText('a,b\r\n1,"x\r\ny\nz"\n\n2,w\r3,v\r\r\n\n')
    expect(rows).toEqual([
      ['1', 'x\r\ny\nz'],
      ['2', 'w'],
      ['3', 'v'],
    ])
    expect(await lines(source)).toEqual([2, 6, 7])
  })

  test('blank lines before the header', async () => {
    const { source, rows } = await bench.readText('\n\na,b\n1,2\n')
    expect(source.names).toEqual(['a', 'b'])
    expect(rows).toEqual([['1', '2']])
    expect(await lines(source)).toEqual([4])
  })

  test('a quote behind blanks is text', async () => {
    for (const end of ['\n', '\r\n']) {
      const { rows } = await bench.readText(`a,b${end} "x",  "y" z${end}1, "${end}  "",""${end}`)
      expect(rows).toEqual([
        [' "x"', '  "y" z'],
        ['1', ' "'],
        ['  ""', ''],
      ])
    }
  })

  test('a quote behind blanks within a quoted cell needs no copy', async () => {
    const path = bench.file('key,val\n1,"{""type"": ""Point"", ""at"": [1, 2]}"\n')
    const { source, rows } = await bench.read(path)
    expect(source.path).toBe(path)
    expect(rows).toEqual([['1', '{"type": "Point", "at": [1, 2]}']])
  })

  test('a cell of ten megabytes, and one in the header', async () => {
    const long = 'x"\n'.repeat(3_500_000)
    const { rows } = await bench.readText(`a,b\n1,"${long.replaceAll('"', '""')}"\n2,y\n`)
    expect(rows[0]?.[1]).toBe(long)
    expect(rows[1]).toEqual(['2', 'y'])
    const name = 'n'.repeat(10_000_000)
    expect((await bench.open(bench.file(`${name},b\n1,2\n`))).names).toEqual([name, 'b'])
  })

  test('ten thousand columns', async () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `name ${i}`)
    const { source, rows } = await bench.readText(`${names.join(',')}\n${names.map((_, i) => i).join(',')}\n`)
    expect(source.names).toEqual(names)
    expect(rows[0]?.[9_999]).toBe('9999')
  })
})

describe('malformed rows', () => {
  const RAGGED = 'id,a,b\n1,x,y\n2,x\n3,"p\nq",y,z\n4,x,y,,""\n\n5,x,y\n'

  test('are an error that names the first line, counts them, and says what to do', async () => {
    const path = bench.file(RAGGED)
    const error = await bench.open(path).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      message: `${path} line 3: 2 cells, 3 expected (3 such rows in all)`,
      code: 'E_RAGGED',
      help: [
        expect.stringContaining('--ragged pad'),
        expect.stringContaining('--ragged reject --rejects FILE'),
      ],
    })
  })

  test('line numbers are written for people', async () => {
    await expect(bench.readText(`a,b\n${'1,2\n'.repeat(1203)}3\n`)).rejects.toThrow(
      'line 1,205: 1 cell, 2 expected',
    )
  })

  test('reject: each goes out with its line and its very text, the rest stays', async () => {
    const { source, rows, rejects } = await bench.readText(RAGGED, { ragged: 'reject' })
    expect(rows).toEqual([
      ['1', 'x', 'y'],
      ['5', 'x', 'y'],
    ])
    const { label: file } = source
    expect(rejects).toEqual([
      { file, line: 3, column: '', reason: '2 cells, 3 expected', text: '2,x' },
      { file, line: 4, column: '', reason: '4 cells, 3 expected', text: '3,"p\nq",y,z' },
      { file, line: 6, column: '', reason: '5 cells, 3 expected', text: '4,x,y,,""' },
    ])
    expect(source).toMatchObject({ rejected: 3, csv: { rows: 2 } })
    expect(source.csv?.facts[0]).toMatchObject({ numbers: 2 })
    expect(await lines(source)).toEqual([2, 8])
  })

  test('pad: short rows get empty cells, long ones lose only empty ones', async () => {
    const { source, rows } = await bench.readText('id,a,b\n1,x,y\n2\n4,x,"y,",,""\n', { ragged: 'pad' })
    expect(rows).toEqual([
      ['1', 'x', 'y'],
      ['2', null, null],
      ['4', 'x', 'y,'],
    ])
    expect(source).toMatchObject({ rejected: 0, csv: { rows: 3 } })
    await expect(bench.readText(RAGGED, { ragged: 'pad' })).rejects.toThrow('line 4: 4 cells, 3 expected')
  })

  test('an empty cell too many is not dropped unasked', async () => {
    await expect(bench.readText('a,b\n1,2,\n')).rejects.toThrow('line 2: 3 cells, 2 expected')
  })

  test('a stray quote is an error, or a refused row', async () => {
    const text = 'a,b\n1,2\n"x"y,3\n4,"5" \n6,7\n'
    await expect(bench.readText(text)).rejects.toThrow(
      'line 3: text goes on behind the closing quote of a cell',
    )
    await expect(bench.readText(text, { ragged: 'pad' })).rejects.toThrow('line 3: text goes on')
    const { rows, rejects } = await bench.readText(text, { ragged: 'reject' })
    expect(rows).toEqual([
      ['1', '2'],
      ['6', '7'],
    ])
    expect(rejects.map(({ line, text: raw }) => [line, raw])).toEqual([
      [3, '"x"y,3'],
      [4, '4,"5" '],
    ])
  })

  test.for(['error', 'pad', 'reject'] as const)(
    'a quote that never closes is an error under %s',
    async (ragged) => {
      const text = `a,b\n1,"x\ny"\n2,"open\n${'3,4\n'.repeat(50_000)}`
      await expect(bench.readText(text, { ragged })).rejects.toThrow(
        'line 4: a quote opens here and never closes',
      )
    },
  )
})

test('the first cell that is no number is named by its line in the file, also in a copy', async () => {
  const { csv } = await bench.open(bench.file('\r\na,b\n1,x\n"2","y\nz"\nq,w\n'))
  expect(csv?.facts.map(({ firstOtherLine }) => firstOtherLine)).toEqual([6, 3])
})

test('lineOf refuses a row that is not there', async () => {
  const { csv } = await bench.open(bench.file('a,b\n1,"x\ny"\n'))
  await expect(csv?.lineOf(1)).rejects.toThrow(RangeError)
})

describe('laws', () => {
  const cell = fc.string({
    unit: fc.constantFrom(...'ab1"\',;\t| \n\r\\é京', '""', ' "', '\r\n', 'word'),
    maxLength: 6,
  })
  const dialect = fc.record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    record_delimiter: fc.constantFrom('\n', '\r\n', '\r'),
    quoted: fc.boolean(),
    eof: fc.boolean(),
  })
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
    )

  test('any table that csv-stringify writes in any dialect is read back, cell by cell', async () => {
    await fc.assert(
      fc.asyncProperty(table, dialect, async (rows, written) => {
        const names = (rows[0] ?? []).map((_, i) => `name ${i}`)
        // Cells with a line end or an apostrophe at their start are quoted, as careful writers do.
        const text = stringify([names, ...rows], { ...written, quoted_match: /^[\s']|[\r\n"]/ })
        const { source, rows: got } = await bench.readText(text)
        expect(source.names).toEqual(names)
        expect(source.csv).toMatchObject({ delimiter: written.delimiter, quote: '"', rows: rows.length })
        expect(got.map((row) => row.map((value) => value ?? ''))).toEqual(rows)
      }),
      { numRuns: 150 },
    )
  })

  test('every row is read, padded, refused or blank, whatever the bytes', async () => {
    const line = fc.string({
      unit: fc.constantFrom(...'a1",  ', '\r\n', ',,', '\n', '\r', '\\'),
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (parts) => {
        const text = `x,y\n${parts.join('\n')}`
        const read = await bench
          .readText(text, { ragged: 'reject', delimiter: ',' })
          .catch((error: unknown) => error)
        if (read instanceof Error) {
          expect(read.message).toMatch(/never closes/)
          return
        }
        const { source, rows, rejects } = read as Awaited<ReturnType<typeof bench.read>>
        expect(rows).toHaveLength(source.csv?.rows ?? -1)
        expect(rejects).toHaveLength(source.rejected)
        // Nothing is lost: the letters and digits of the file are those of the rows and of the rejects.
        const inked = (texts: readonly (string | null)[]) =>
          texts.join('').replaceAll(/[^a1]/g, '').split('').sort().join('')
        expect(inked([...rows.flat(), ...rejects.map((row) => row.text)])).toBe(inked([parts.join('')]))
      }),
      { numRuns: 300 },
    )
  })
})

async function lines(source: Awaited<ReturnType<typeof bench.open>>): Promise<number[]> {
  const { csv } = source
  return Promise.all(Array.from({ length: csv?.rows ?? 0 }, async (_, row) => (await csv?.lineOf(row)) ?? -1))
}

describe('a large file is read by all threads', () => {
  const pool = new ThreadPool(2)
  afterAll(() => pool.close())
  const row = (i: number): string => `${i},"name ${i}",${i / 7},2024-01-0${1 + (i % 9)}\n`
  const large = (rows: number, special: (i: number) => string | undefined): string => {
    const all: string[] = ['id,name,value,day\n']
    for (let i = 0; i < rows; i++) all.push(special(i) ?? row(i))
    return all.join('')
  }

  test.each([
    ['as it is', () => undefined],
    [
      'with a cell of two lines in every other row',
      (i: number) => (i % 2 === 0 ? `${i},"two\nlines",1,\n` : undefined),
    ],
    ['with a text among numbers at its end', (i: number) => (i === 430_000 ? `${i},x,many,\n` : undefined)],
  ])('%s', async (_name, special) => {
    const path = bench.file(large(450_000, special))
    const alone = await bench.open(path, { numbers: ['id', 'value'] }, { scanner: wasmScanner })
    const together = await bench.open(path, { numbers: ['id', 'value'] }, { scanner: wasmScanner, pool })
    const { lineOf: _alone, ...one } = alone.csv as CsvShape
    const { lineOf: _together, ...other } = together.csv as CsvShape
    expect(other).toEqual(one)
  })

  test('and a byte that is not UTF-8 is named all the same', async () => {
    const text = large(450_000, (i) => (i === 400_000 ? `${i},caf\xe9,1,\n` : undefined))
    const path = bench.file(Buffer.from(text, 'latin1'))
    await expect(bench.open(path, {}, { scanner: wasmScanner, pool })).rejects.toThrow(
      'line 400,002 is not UTF-8',
    )
  })
})
