import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { merger, type Rows } from './merge-harness.ts'

const lode = merger()

type Row = readonly string[]
interface Table {
  readonly names: Row
  readonly rows: readonly Row[]
}

function csv({ names, rows }: Table): string {
  const line = (cells: Row) =>
    cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
  // A lone empty cell would be a line with nothing on it.
  return [names, ...rows].map((row) => `${line(row).join(',')}\n`).join('')
}

/** What the engine says of an empty cell. */
function cellsOf(rows: readonly Row[]): Rows {
  return rows.map((row) => row.map((cell) => (cell === '' ? null : cell)))
}

/** Odd keys, often repeated, sometimes missing. */
const key = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'A', 'aa', ' a', '7', '007', '7.0', '.') },
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('Ä', '😀', '｡', 'a"b', 'x,y', 'line\nend', "it's", 'e\u0301', '\u0000z'),
  },
)

function table(side: string, keys: number): fc.Arbitrary<Table> {
  const names = [...Array.from({ length: keys }, (_, i) => `key${i}`), side]
  const row = fc.tuple(...Array.from({ length: keys }, () => key))
  return fc
    .array(row, { maxLength: 9 })
    .map((rows) => ({ names, rows: rows.map((cells, i) => [...cells, `${side}${i}`]) }))
}

const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** The merge as a loop in a loop. The keys are the first `n` cells; the last cell is the payload. */
function nestedLoop(left: Table, right: Table, n: number, how: string, matchMissing: boolean): Row[] {
  const meets = (l: Row, r: Row) =>
    l.slice(0, n).every((cell, i) => cell === r[i] && (matchMissing || cell !== ''))
  const joined = (l: Row | undefined, r: Row | undefined): Row => [
    ...(l ?? r ?? []).slice(0, n),
    l?.[n] ?? '',
    r?.[n] ?? '',
  ]
  const leftOnly = left.rows.filter((l) => !right.rows.some((r) => meets(l, r)))
  const rightOnly = right.rows.filter((r) => !left.rows.some((l) => meets(l, r)))
  switch (how) {
    case 'inner':
      return left.rows.flatMap((l) => right.rows.filter((r) => meets(l, r)).map((r) => joined(l, r)))
    case 'left':
      return left.rows.flatMap((l) => {
        const found = right.rows.filter((r) => meets(l, r))
        return found.length > 0 ? found.map((r) => joined(l, r)) : [joined(l, undefined)]
      })
    case 'right':
      return right.rows.flatMap((r) => {
        const found = left.rows.filter((l) => meets(l, r))
        return found.length > 0 ? found.map((l) => joined(l, r)) : [joined(undefined, r)]
      })
    case 'outer': {
      const all = [
        ...nestedLoop(left, right, n, 'inner', matchMissing),
        ...leftOnly.map((l) => joined(l, undefined)),
        ...rightOnly.map((r) => joined(undefined, r)),
      ]
      // Payloads are l0 … l8 and r0 … r8, so their text order is the order of the rows; none sorts last.
      const rank = (cell: string) => (cell === '' ? '\u{10ffff}' : cell)
      return all.toSorted((a, b) => {
        const differing = a.findIndex((cell, i) => cell !== b[i])
        return differing < 0 ? 0 : compare(rank(a[differing] as string), rank(b[differing] as string))
      })
    }
    case 'semi':
      return left.rows.filter((l) => right.rows.some((r) => meets(l, r)))
    case 'anti':
      return leftOnly
    default:
      return left.rows.flatMap((l) => right.rows.map((r) => [...l, ...r]))
  }
}

describe('merge agrees with a loop in a loop', () => {
  test.each(['inner', 'left', 'right', 'outer', 'semi', 'anti', 'cross'])('--how %s', async (how) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 }).chain((n) => fc.tuple(fc.constant(n), table('l', n), table('r', n))),
        fc.boolean(),
        async ([n, left, right], matchMissing) => {
          const on = how === 'cross' ? [] : ['--on', left.names.slice(0, n).join(',')]
          const missing = matchMissing && how !== 'cross' ? ['--match-missing'] : []
          const words = ['--how', how, ...on, ...missing]
          const got = await lode.run(words, [csv(left), csv(right)], { report: false })
          expect(got.cells).toEqual(cellsOf(nestedLoop(left, right, n, how, matchMissing)))
        },
      ),
      { numRuns: 15 },
    )
  })

  test('and every row of the files is in the result or counted as left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        table('l', 1),
        table('r', 1),
        fc.constantFrom('inner', 'left', 'right', 'outer', 'semi', 'anti'),
        async (left, right, how) => {
          const { cells, report } = await lode.run(['--on', 'key0', '--how', how], [csv(left), csv(right)])
          const filter = how === 'semi' || how === 'anti'
          const inResult = new Set(cells.flatMap((row) => row.slice(1)).filter((cell) => cell !== null))
          const droppedRows = Object.values(report.input.dropped).reduce((sum, rows) => sum + rows, 0)
          expect(report.input.rows).toBe(left.rows.length + right.rows.length)
          expect(report.input.rows_used + droppedRows).toBe(report.input.rows)
          expect(inResult.size + (filter ? right.rows.length : 0)).toBe(report.input.rows_used)
          expect(report.result['rows_out']).toBe(cells.length)
        },
      ),
      { numRuns: 20 },
    )
  })
})

const CUSTOMERS = 'id,name\n1,Ann\n2,Bo\n3,Cy\n'
const ORDERS = 'id,item\n2,pen\n2,ink\n4,cap\n,bag\n'

describe('keys', () => {
  test('missing keys match nothing unless asked to', async () => {
    const files = ['k,v\n,1\n"",2\na,3\n', 'k,w\n,4\na,5\n']
    expect((await lode.run(['--on', 'k'], files)).cells).toEqual([['a', '3', '5']])
    expect((await lode.run(['--on', 'k', '--match-missing'], files)).cells).toEqual([
      [null, '1', '4'],
      ['', '2', '4'],
      ['a', '3', '5'],
    ])
  })

  test('a token is missing where the rest of the column are numbers, and text elsewhere', async () => {
    const numbers = ['k,v\n1,a\nNA,b\n', 'k,w\n1,c\nNA,d\n']
    expect((await lode.run(['--on', 'k'], numbers)).cells).toEqual([['1', 'a', 'c']])
    const texts = ['k,v\nDE,a\nNA,b\n', 'k,w\nDE,c\nNA,d\n']
    expect((await lode.run(['--on', 'k'], texts)).cells).toHaveLength(2)
    expect((await lode.run(['--on', 'k', '--na', 'DE'], texts)).cells).toEqual([['NA', 'b', 'd']])
  })

  test('keys are compared as text', async () => {
    const { cells } = await lode.run(['--on', 'k'], ['k,v\n007,a\n7,b\n1e2,c\n', 'k,w\n7,d\n100,e\n'])
    expect(cells).toEqual([['7', 'b', 'd']])
  })

  test.each([
    ['trim', ' C1\t', 'C1'],
    ['lower', 'STRASSE', 'strasse'],
    ['number', '007', '7'],
    ['number', '+7.50', '7.5'],
    ['number', '1e3', '1000'],
    ['number', '-0', '0'],
    ['number', '.5', '0.50'],
    ['number', '00012345678901234567890', '12345678901234567890'],
    ['digits', '(555) 01-58', '5550158'],
    ['trim,number', ' 7', '07'],
    ['digits,number', 'C0000065', 'c-65'],
  ])('--key-as %s lets %j and %j meet, and both cells stay as they were', async (forms, a, b) => {
    const files = [`k,v\n"${a}",1\n`, `j,w\n"${b}",2\n`]
    const { cells } = await lode.run(['--left-on', 'k', '--right-on', 'j', '--key-as', forms], files)
    expect(cells).toEqual([[a, '1', b, '2']])
  })

  test.each([
    ['number', '12345678901234567890', '12345678901234567891'],
    ['number', '1e-12', '0'],
    ['number', '7', '7 '],
    ['number', '0x7', '7'],
    ['lower', 'C1', ' c1'],
    ['digits', 'none', 'nothing'],
    ['trim', '1.0', '1'],
  ])('--key-as %s keeps %j and %j apart', async (forms, a, b) => {
    const files = [`k,v\n"${a}",1\n`, `k,w\n"${b}",2\n`]
    expect((await lode.run(['--on', 'k', '--key-as', forms], files)).cells).toEqual([])
  })

  test('with a decimal comma, --key-as number reads numbers so', async () => {
    const words = ['--on', 'k', '--key-as', 'number', '--decimal', ',', '--delimiter', ';']
    const { cells } = await lode.run(words, ['k;v\n7,50;a\n', 'k;w\n007,5;b\n'])
    expect(cells).toEqual([['7,50', 'a', 'b']])
  })

  test.each([
    ['trim', 'k,v\n C1,1\n', 'k,w\nC1,2\n'],
    ['lower', 'k,v\nc1,1\n', 'k,w\nC1,2\n'],
    ['number', 'k,v\n007,1\n', 'k,w\n7,2\n'],
    ['trim,lower', 'k,v\nc1 ,1\n', 'k,w\nC1,2\n'],
    ['digits,number', 'k,v\nC0065,1\n', 'k,w\nC-65,2\n'],
    ['trim', 'k,v\nC1,1\n', 'k,w\nC1,2\n C1,3\n'],
  ])('keys that only --key-as %s would let meet are pointed out', async (forms, left, right) => {
    for (const report of [true, false]) {
      const { warnings } = await lode.run(['--on', 'k'], [left, right], { report })
      expect(warnings.map(({ code }) => code)).toEqual(['keys_differ_in_form'])
      expect(warnings[0]?.message).toContain(`--key-as ${forms} would`)
    }
    expect((await lode.run(['--on', 'k', '--key-as', forms], [left, right])).warnings).toEqual([])
  })

  test('keys that differ otherwise are not', async () => {
    const { warnings } = await lode.run(['--on', 'k'], ['k,v\nC7,1\nx,2\n', 'k,w\nD7,2\ny,3\n'])
    expect(warnings).toEqual([])
  })

  test('with no key named, the columns in common are, and a note says so', async () => {
    const { cells, notes } = await lode.run([], [CUSTOMERS, ORDERS])
    expect(cells).toEqual([
      ['2', 'Bo', 'pen'],
      ['2', 'Bo', 'ink'],
    ])
    expect(notes).toEqual(['matching a.csv and b.csv on id, the column in common; --on names others'])
  })

  test('files without a column in common are refused, with the columns of both', async () => {
    await expect(lode.run([], ['a,b\n1,2\n', 'c\n3\n'])).rejects.toMatchObject({
      exitCode: 2,
      message: 'a.csv and b.csv have no column in common to match on',
      help: ['columns of a.csv: a, b', 'columns of b.csv: c', expect.any(String)],
    })
  })

  test('a key that one file lacks is refused, naming the file and what may have been meant', async () => {
    await expect(lode.run(['--on', 'id'], [CUSTOMERS, 'ids,item\n1,x\n'])).rejects.toMatchObject({
      exitCode: 2,
      message: 'column "id" is not in b.csv; did you mean "ids"?',
    })
    await expect(lode.run(['--on', 'nmae'], [CUSTOMERS, ORDERS])).rejects.toMatchObject({
      message: 'column "nmae" is not in a.csv; did you mean "name"?',
    })
  })

  test('a name that stands twice is refused as a key, and kept apart otherwise', async () => {
    const twice = 'id,id,v\n1,2,3\n'
    await expect(lode.run(['--on', 'id'], [twice, ORDERS])).rejects.toMatchObject({ exitCode: 2 })
    const { names, cells } = await lode.run(['--on', 'v'], [twice, 'v,w\n3,4\n'])
    expect(names).toEqual(['id', 'id', 'v', 'w'])
    expect(cells).toEqual([['1', '2', '3', '4']])
  })
})

describe('checks', () => {
  test('--validate names the first keys that stand more than once', async () => {
    await expect(lode.run(['--on', 'id', '--validate', '1:1'], [CUSTOMERS, ORDERS])).rejects.toMatchObject({
      exitCode: 3,
      code: 'E_VALIDATE',
      message: '--validate 1:1: keys stand more than once in b.csv: id "2" (2 rows)',
    })
  })

  test('--validate does not mind missing keys, which match nothing', async () => {
    const files = ['k,v\n,1\n,2\na,3\n', 'k,w\na,4\n']
    expect((await lode.run(['--on', 'k', '--validate', '1:1'], files)).cells).toHaveLength(1)
    const words = ['--on', 'k', '--validate', '1:1', '--match-missing']
    await expect(lode.run(words, files)).rejects.toMatchObject({ code: 'E_VALIDATE' })
  })

  test('--max-rows stops before the join, and names the key that makes most rows', async () => {
    const files = ['k,v\na,1\na,2\na,3\nb,4\n', 'k,w\na,1\na,2\nb,3\n']
    await expect(lode.run(['--on', 'k', '--max-rows', '6'], files)).rejects.toMatchObject({
      exitCode: 3,
      code: 'E_MAX_ROWS',
      message:
        'the merge would give 7 rows, more than --max-rows 6; k "a" alone makes 6 of them (3 rows in a.csv, 2 in b.csv)',
    })
    expect((await lode.run(['--on', 'k', '--max-rows', '7'], files)).cells).toHaveLength(7)
  })

  test.each([
    [['--how', 'cross'], 12],
    [['--asof', 'id'], 3],
    [['--fuzzy', 'id', '--threshold', '1'], 1],
    [['--stack'], 7],
    [['--on', 'id', '--how', 'outer'], 6],
    [['--on', 'id', '--how', 'anti'], 2],
  ] as const)('--max-rows holds for %j, which gives %i rows', async (words, rows) => {
    const run = (limit: number) => lode.run([...words, '--max-rows', String(limit)], [CUSTOMERS, ORDERS])
    expect((await run(rows)).cells).toHaveLength(rows)
    await expect(run(rows - 1)).rejects.toMatchObject({ exitCode: 3, code: 'E_MAX_ROWS' })
  })

  test('the guard counts what would have blown up, without making it', async () => {
    const many = `k,v\n${'a,1\n'.repeat(20_000)}`
    await expect(lode.run(['--on', 'k', '--max-rows', '1000000'], [many, many])).rejects.toMatchObject({
      message: expect.stringContaining('400,000,000 rows') as string,
    })
  })
})

describe('rows of their own', () => {
  test('--unmatched-left and --unmatched-right give the rows as they came', async () => {
    const words = ['--on', 'id', '--unmatched-left', 'l.csv', '--unmatched-right', 'r.csv']
    for (const how of ['inner', 'outer', 'semi', 'anti']) {
      const { extras } = await lode.run([...words, '--how', how], [CUSTOMERS, ORDERS])
      expect(extras).toEqual({
        'l.csv': [
          ['1', 'Ann'],
          ['3', 'Cy'],
        ],
        'r.csv': [
          ['4', 'cap'],
          [null, 'bag'],
        ],
      })
    }
  })

  test('of an as-of or fuzzy merge too', async () => {
    const words = ['--unmatched-left', 'l', '--unmatched-right', 'r']
    const near = await lode.run(['--asof', 'id', '--tolerance', '0', ...words], [CUSTOMERS, ORDERS])
    expect(near.extras['l']).toEqual([
      ['1', 'Ann'],
      ['3', 'Cy'],
    ])
    // Of two equal right values the last is taken, so the first is without a match.
    expect(near.extras['r']).toEqual([
      ['2', 'pen'],
      ['4', 'cap'],
      [null, 'bag'],
    ])
    const alike = await lode.run(['--fuzzy', 'id', ...words], [CUSTOMERS, ORDERS])
    expect(alike.extras['r']).toEqual([
      ['2', 'ink'],
      ['4', 'cap'],
      [null, 'bag'],
    ])
  })

  test('of three files they are refused', async () => {
    const words = ['--on', 'id', '--unmatched-left', 'l.csv']
    await expect(lode.run(words, [CUSTOMERS, ORDERS, CUSTOMERS])).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('--asof', () => {
  test('a missing value finds nothing, and unsorted files are fine', async () => {
    const { cells } = await lode.run(['--asof', 't'], ['t,v\n5,a\n,b\n1,c\n', 't,w\n4,x\n,y\n2,z\n'])
    expect(cells).toEqual([
      ['5', 'a', 'x'],
      [null, 'b', null],
      ['1', 'c', null],
    ])
  })

  test('--how inner leaves out rows that found nothing', async () => {
    const files = ['t,v\n5,a\n1,c\n', 't,w\n4,x\n']
    expect((await lode.run(['--asof', 't', '--how', 'inner'], files)).cells).toEqual([['5', 'a', 'x']])
  })

  test('times with a zone are compared as moments', async () => {
    const files = [
      'at,v\n2024-03-01T10:00+02:00,a\n2024-03-01T10:00Z,b\n',
      'at,w\n2024-03-01T08:00:00Z,x\n2024-03-01 09:30,y\n',
    ]
    const { cells } = await lode.run(['--asof', 'at', '--tolerance', '0s'], files)
    expect(cells.map((row) => row[2])).toEqual(['x', null])
  })

  test('missing --by cells match each other only with --match-missing', async () => {
    const files = ['t,g,v\n5,,a\n5,x,b\n', 't,g,w\n4,,p\n3,x,q\n']
    const last = async (words: string[]) =>
      (await lode.run(['--asof', 't', '--by', 'g', ...words], files)).cells.map((row) => row[3])
    expect(await last([])).toEqual([null, 'q'])
    expect(await last(['--match-missing'])).toEqual(['p', 'q'])
  })

  test.each([
    [
      '1,a',
      'x,b',
      /^--asof t needs numbers on both sides or dates on both; a.csv has numbers, b.csv has texts/,
    ],
    ['1,a', '2024-01-01,b', /a.csv has numbers, b.csv has dates/],
    ['31/12/2024,a', '2024-01-01,b', /row 1: "31\/12\/2024" is not a date like 2024-01-31/],
    ['2024-02-30,a', '2024-01-01,b', /row 1: "2024-02-30" is not a date/],
  ])('%j against %j is refused', async (left, right, message) => {
    await expect(lode.run(['--asof', 't'], [`t,v\n${left}\n`, `t,w\n${right}\n`])).rejects.toMatchObject({
      exitCode: 1,
      code: 'E_ASOF',
      message: expect.stringMatching(message) as string,
    })
  })

  test.each([
    ['1,a', '2d', '--tolerance 2d is a time, but "t" holds numbers'],
    ['2024-01-01,a', '2', '--tolerance 2 needs a unit, as "t" holds dates: 2d, 12h, 30m, 10s'],
  ])('%j with --tolerance %s is refused', async (row, tolerance, message) => {
    const file = `t,v\n${row}\n`
    await expect(lode.run(['--asof', 't', '--tolerance', tolerance], [file, file])).rejects.toMatchObject({
      exitCode: 2,
      message,
    })
  })
})

describe('--fuzzy', () => {
  test('takes the text most alike, the first of equally like ones, and says how alike', async () => {
    const files = [
      'name,v\nMARTHA,1\nDIXON,2\n,3\nnobody,4\n',
      'name,w\nDICKSONX,a\nMARHTA,b\nMARTHAS,c\nMARHTA,d\n',
    ]
    const { names, cells } = await lode.run(['--fuzzy', 'name', '--threshold', '0.8', '--how', 'left'], files)
    expect(names).toEqual(['name_x', 'v', 'name_y', 'w', 'match_score'])
    // Jaro–Winkler by Winkler (1990): MARTHA–MARTHAS (6/6 + 6/7 + 1)/3 raised by 4 letters; DIXON–DICKSONX 0.8133.
    const jaro = (1 + 6 / 7 + 1) / 3
    expect(cells.map((row) => row.slice(0, 4))).toEqual([
      ['MARTHA', '1', 'MARTHAS', 'c'],
      ['DIXON', '2', 'DICKSONX', 'a'],
      [null, '3', null, null],
      ['nobody', '4', null, null],
    ])
    expect(Number(cells[0]?.[4])).toBeCloseTo(jaro + 0.4 * (1 - jaro), 12)
    expect(Number(cells[1]?.[4])).toBeCloseTo(0.81333, 5)
  })

  test('leaves out rows without a match by default, and compares within --by alone', async () => {
    const files = ['n,city,v\nAnna,X,1\nAnna,Y,2\n', 'n,city,w\nAnna,Y,3\nAnna,,4\n']
    const { names, cells } = await lode.run(['--fuzzy', 'n', '--by', 'city'], files)
    expect(names).toEqual(['n_x', 'city', 'v', 'n_y', 'w', 'match_score'])
    expect(cells).toEqual([['Anna', 'Y', '2', 'Anna', '3', '1.0']])
  })

  test('--key-as holds for the texts too', async () => {
    const files = ['n,v\n ANNA,1\n', 'n,w\nanna,2\n']
    const words = ['--fuzzy', 'n', '--key-as', 'trim,lower']
    expect((await lode.run(words, files)).cells).toEqual([[' ANNA', '1', 'anna', '2', '1.0']])
  })

  test('more pairs than it can compare are refused, with what to do', async () => {
    const file = `n\n${Array.from({ length: 14_200 }, (_, i) => `name ${i}\n`).join('')}`
    await expect(lode.run(['--fuzzy', 'n'], [file, file])).rejects.toMatchObject({
      code: 'E_TOO_MANY_PAIRS',
      help: [expect.stringContaining('--by')],
    })
  })
})

describe('--stack', () => {
  test('--source-column says which file a row is from', async () => {
    const { names, cells } = await lode.run(
      ['--stack', '--source-column', 'file'],
      ['a,b\n1,2\n', 'b,c\n3,4\n'],
    )
    expect(names).toEqual(['a', 'b', 'c', 'file'])
    expect(cells).toEqual([
      ['1', '2', null, 'a.csv'],
      [null, '3', '4', 'b.csv'],
    ])
    await expect(
      lode.run(['--stack', '--source-column', 'a'], ['a,b\n1,2\n', 'b,c\n3,4\n']),
    ).rejects.toMatchObject({ exitCode: 2 })
  })

  test('a name that stands twice keeps its two columns', async () => {
    const { names, cells } = await lode.run(['--stack'], ['a,a\n1,2\n', 'a,b,a\n3,4,5\n'])
    expect(names).toEqual(['a', 'a', 'b'])
    expect(cells).toEqual([
      ['1', '2', null],
      ['3', '5', '4'],
    ])
  })

  test('its report accounts for the rows of all files', async () => {
    const { report } = await lode.run(['--stack'], [CUSTOMERS, ORDERS, CUSTOMERS])
    expect(report.input).toMatchObject({ rows: 10, rows_used: 10, dropped: {} })
    expect(report.result).toMatchObject({ rows_left: 3, rows_right: 7, rows_out: 10 })
  })
})

describe('the report', () => {
  test('has the keys of the contract', async () => {
    const { report } = await lode.run(['--on', 'id'], [CUSTOMERS, ORDERS])
    expect(report.result).toEqual({
      rows_left: 3,
      rows_right: 4,
      rows_out: 2,
      matched_left: 1,
      matched_right: 2,
      unmatched_left: 2,
      unmatched_right: 2,
      duplicate_keys_left: 0,
      duplicate_keys_right: 1,
      missing_keys_left: 0,
      missing_keys_right: 1,
      keys: [{ left: 'id', right: 'id' }],
      unmatched_examples: { left: [{ id: '1' }, { id: '3' }], right: [{ id: '4' }] },
      columns_out: 3,
    })
    expect(report.input).toEqual({
      files: ['a.csv', 'b.csv'],
      rows: 7,
      columns: 4,
      rows_used: 3,
      columns_used: ['id'],
      dropped: { left_without_match: 2, right_without_match: 2 },
    })
    expect(report.params).toMatchObject({ how: 'inner' })
  })

  test('of several files tells every merge', async () => {
    const { report, names } = await lode.run(
      ['--on', 'id', '--how', 'left'],
      [CUSTOMERS, ORDERS, 'id,age\n2,30\n'],
    )
    expect(names).toEqual(['id', 'name', 'item', 'age'])
    expect(report.result).toMatchObject({ rows_left: 4, rows_right: 1, rows_out: 4, matched_left: 2 })
    expect(report.result['steps']).toMatchObject([
      { left: 'a.csv', right: 'b.csv', rows_out: 4 },
      { left: 'a.csv and b.csv', right: 'c.csv', rows_out: 4 },
    ])
  })
})

describe('options that do not go together', () => {
  test.each([
    [['--how', 'asof'], /--how asof needs --asof COL/],
    [['--stack', '--on', 'id'], /--on does not go with --stack/],
    [['--how', 'cross', '--on', 'id'], /--on does not go with --how cross/],
    [['--how', 'semi', '--indicator'], /--indicator does not go with --how semi/],
    [['--asof', 'id', '--on', 'id'], /--on does not go with --asof; columns that must be equal go to --by/],
    [['--asof', 'id', '--fuzzy', 'id'], /--fuzzy does not go with --asof/],
    [['--asof', 'id', '--how', 'outer'], /--how outer does not go with --asof: it takes left or inner/],
    [['--fuzzy', 'id', '--how', 'anti'], /--how anti does not go with --fuzzy/],
    [['--on', 'id', '--tolerance', '2'], /--tolerance does not go with --how inner; it belongs to --asof/],
    [['--on', 'id', '--direction', 'forward'], /--direction does not go with/],
    [['--on', 'id', '--threshold', '0.5'], /it belongs to --fuzzy/],
    [['--on', 'id', '--by', 'id'], /--by does not go with/],
    [['--on', 'id', '--source-column', 'f'], /it belongs to --stack/],
    [['--left-on', 'id'], /--left-on needs --right-on beside it/],
    [['--right-on', 'id'], /--right-on needs --left-on beside it/],
    [['--on', 'id', '--left-on', 'id', '--right-on', 'id'], /--on does not go with --left-on and --right-on/],
    [['--left-on', 'id,name', '--right-on', 'id'], /--left-on names 2 columns and --right-on 1/],
    [['--on', 'id', '--columns', 'id'], /merge gives all columns/],
    [['--on', 'id', '--suffixes', '_x'], /must be two suffixes/],
    [['--on', 'id', '--key-as', 'upper'], /must be of trim, lower, number, digits/],
    [['--asof', 'id', '--tolerance', '-1'], /must be a number of at least 0/],
    [['--asof', 'id', '--tolerance', '3 moons'], /must be a number of at least 0/],
  ] as const)('%j', async (words, message) => {
    await expect(lode.run(words, [CUSTOMERS, ORDERS])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(message) as string,
    })
  })

  test('one file alone', async () => {
    await expect(lode.run(['--on', 'id'], [CUSTOMERS])).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('needs two files or more') as string,
    })
  })

  test('--indicator where there is a column _merge', async () => {
    const words = ['--on', 'id', '--indicator']
    await expect(lode.run(words, ['id,_merge\n1,2\n', ORDERS])).rejects.toMatchObject({ exitCode: 2 })
  })
})

test('the order is that of the files on one thread and on several, with rows that span many batches', async () => {
  const rows = 30_000
  const left = `k,v\n${Array.from({ length: rows }, (_, i) => `${(i * 7919) % 1000},l${i}\n`).join('')}`
  const right = `k,w\n${Array.from({ length: 1500 }, (_, i) => `${(i * 31) % 1200},r${i}\n`).join('')}`
  const places = (cells: Rows) =>
    cells.map((row) => [Number(row[1]?.slice(1)), Number(row[2]?.slice(1))] as const)
  for (const how of ['inner', 'left']) {
    const found = places((await lode.run(['--on', 'k', '--how', how], [left, right])).cells)
    const misplaced = found.findIndex(([l, r], i) => {
      const [before, beforeRight] = found[i - 1] ?? [-1, -1]
      return !(before < l || (before === l && beforeRight < r))
    })
    expect(misplaced).toBe(-1)
    expect(found.length).toBeGreaterThan(rows)
  }
})
