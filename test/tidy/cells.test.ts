/** The steps of clean that rewrite cells, by hand. */
import { describe, expect, test } from 'vitest'
import { clean } from '../../src/commands/clean.ts'
import { runOn } from './harness.ts'

async function column(
  words: readonly string[],
  cells: readonly string[],
  more = {},
): Promise<(string | null)[]> {
  const csv = `id,x\n${cells.map((cell, i) => `${i},"${cell.replaceAll('"', '""')}"\n`).join('')}`
  const ran = await runOn(clean, words, csv, more)
  return ran.cells.map((row) => row[1] ?? null)
}

describe('--trim and --squeeze', () => {
  test('trim takes off every kind of blank that people can not see, and leaves blanks inside', async () => {
    expect(await column(['--trim'], ['  a  b ', '\u00a0b\u3000', '\t\nc\r\n', '\ufeffd\u200b', 'e'])).toEqual(
      ['a  b', 'b', 'c', 'd', 'e'],
    )
  })
  test('a cell of nothing but blanks becomes an empty one, a quoted empty one stays as it was', async () => {
    expect(await column(['--trim'], ['   ', '', 'a'])).toEqual([null, '', 'a'])
    expect(await column(['--trim'], ['   ', '', ' '])).toEqual([null, '', null])
    expect(await column(['--trim'], ['1', '  ', '2'])).toEqual(['1', null, '2'])
    expect(await column(['--squeeze'], ['1', '  ', '2'])).toEqual(['1', ' ', '2'])
  })
  test('squeeze makes one space of every run of blanks, line ends among them', async () => {
    expect(await column(['--squeeze'], ['a  b', 'a\tb', 'a \n\n b', 'a b', ' a'])).toEqual([
      'a b',
      'a b',
      'a b',
      'a b',
      ' a',
    ])
  })
})

describe('--case and --unicode', () => {
  test('title starts each word with a capital, and knows names with an apostrophe', async () => {
    const names = ["o'brien", 'ANNA-MARIA lópez', "it's", 'élodie', 'van der berg', '王 wei']
    expect(await column(['--case', 'x=title'], names)).toEqual([
      "O'Brien",
      'Anna-Maria López',
      "It's",
      'Élodie',
      'Van Der Berg',
      '王 Wei',
    ])
  })
  test('lower and upper are those of all letters', async () => {
    expect(await column(['--case', 'x=lower'], ['ÀÉ Z'])).toEqual(['àé z'])
    expect(await column(['--case', 'x=upper'], ['àé z'])).toEqual(['ÀÉ Z'])
  })
  test('nfc joins an accent to its letter; nfkc makes full-width letters plain as well', async () => {
    expect(await column(['--unicode', 'nfc'], ['e\u0301', 'Ａ１'])).toEqual(['é', 'Ａ１'])
    expect(await column(['--unicode', 'nfkc'], ['e\u0301', 'Ａ１', 'ﬁ'])).toEqual(['é', 'A1', 'fi'])
  })
  test('only the columns named change their case', async () => {
    const { cells } = await runOn(clean, ['--case', 'a=upper'], 'a,b\nx,x\n')
    expect(cells).toEqual([['X', 'x']])
  })
})

describe('--number', () => {
  const number = (cells: readonly string[], ...words: string[]) => column(['--number', 'x', ...words], cells)

  test('money, percentages and parentheses become plain numbers, digit for digit', async () => {
    const typed = [
      '$1,234.50',
      '12%',
      '(1,234)',
      '€ 5',
      '5 EUR',
      '-$3.10',
      '$-3',
      '+7',
      '1 234 567.8',
      "1'234",
      '.5',
    ]
    const plain = ['1234.50', '0.12', '-1234', '5', '5', '-3.10', '-3', '+7', '1234567.8', '1234', '.5']
    expect(await number(typed)).toEqual(plain)
  })
  test('a number that is plain already keeps its text', async () => {
    const plain = ['007', '1.50', '1e5', '-0', '12345678901234567890', '+5']
    expect(await number([...plain, '$1'])).toEqual([...plain, '1'])
  })
  test('a percentage is a hundredth without a rounding error', async () => {
    expect(await number(['0.07%', '7%', '-12.5 %', '100%'])).toEqual(['0.0007', '0.07', '-0.125', '1'])
  })
  test('a minus sign of typography, lakhs, and yen and yuan after the number are read', async () => {
    expect(await number(['−5', '₹1,23,456.7', '500円', '88元', 'US$ 9', 'kr 10'])).toEqual([
      '-5',
      '123456.7',
      '500',
      '88',
      '9',
      '10',
    ])
  })
  test('groups of the wrong length, two signs and words are no numbers', async () => {
    const bad = ['1,2', '12,34.5', '1,2345', '--5', '(-5)', '5-', 'five', '1.2.3', '12 34', '$', '%']
    expect(await number(bad)).toEqual(bad.map(() => null))
  })
  test('with --decimal , the comma is the point, and the point parts thousands', async () => {
    const { cells } = await runOn(
      clean,
      ['--number', 'a', '--decimal', ',', '--fill', 'b=mean'],
      'a;b\n1.234,56;1,5\n7,5;\n12;2,25\n€ 1.000;\n',
    )
    expect(cells).toEqual([
      ['1234.56', '1,5'],
      ['7.5', '1,875'],
      ['12', '2,25'],
      ['1000', '1,875'],
    ])
  })
  test('a column that was rewritten is read with a point by the steps after it', async () => {
    const { cells } = await runOn(
      clean,
      ['--number', 'a', '--decimal', ',', '--where', 'a > 7', '--delimiter', ';'],
      'a;b\n1.234,56;x\n7,5;y\n6,5;z\n',
    )
    expect(cells.map(([a]) => a)).toEqual(['1234.56', '7.5'])
  })
  test('missing cells and the usual words for them are left alone', async () => {
    expect(await number(['', 'NA', 'n/a', '$1'])).toEqual(['', 'NA', 'n/a', '1'])
  })
})

describe('--on-bad', () => {
  const csv = 'id,x\n1,$5\n2,five\n3,"a ""q"", b"\n4,6\n'

  test('null empties the cell and warns with a count', async () => {
    const { cells, warnings } = await runOn(clean, ['--number', 'x'], csv)
    expect(cells.map(([, x]) => x)).toEqual(['5', null, null, '6'])
    expect(warnings).toEqual([
      { code: 'not_a_number', message: '2 cells of column "x" can\'t be read as a number and became empty' },
    ])
  })
  test('reject takes the row out and hands it over as it came, with its line', async () => {
    const { cells, rejects, report } = await runOn(
      clean,
      ['--number', 'x', '--on-bad', 'reject', '--trim'],
      csv,
    )
    expect(cells.map(([id]) => id)).toEqual(['1', '4'])
    expect(rejects).toEqual([
      { file: 'in.csv', line: 3, column: 'x', reason: 'not a number', text: '2,five' },
      { file: 'in.csv', line: 4, column: 'x', reason: 'not a number', text: '3,"a ""q"", b"' },
    ])
    expect(report.input.dropped).toEqual({ number: 2 })
  })
  test('error names the line, the column and the text', async () => {
    await expect(runOn(clean, ['--number', 'x', '--on-bad', 'error'], csv)).rejects.toMatchObject({
      exitCode: 1,
      code: 'E_NOT_NUMERIC',
      message: 'in.csv line 3, column "x": "five" is not a number (and 1 more such cells)',
    })
    await expect(
      runOn(clean, ['--date', 'x', '--on-bad', 'error'], 'id,x\n1,2024-01-31\n2,2024-02-30\n'),
    ).rejects.toMatchObject({
      code: 'E_NOT_DATE',
      message: 'in.csv line 3, column "x": "2024-02-30" is not a date',
    })
  })
  test('does nothing by itself', async () => {
    await expect(runOn(clean, ['--on-bad', 'error'], csv)).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('--date', () => {
  const date = (cells: readonly string[], spec = 'x') => column(['--date', spec], cells)

  test('year first, month names and Chinese dates become ISO 8601', async () => {
    const typed = ['2024-01-31', '2024/1/5', '2024.01.31', '20240131', '2024年1月31日', '5 March 2023']
    const more = ['Jan 5, 2024', '1st Sept. 2023', 'Wed, 05-Jun-24', '2024-Feb-29', 'May 1 1999']
    expect(await date([...typed, ...more])).toEqual([
      '2024-01-31',
      '2024-01-05',
      '2024-01-31',
      '2024-01-31',
      '2024-01-31',
      '2023-03-05',
      '2024-01-05',
      '2023-09-01',
      '2024-06-05',
      '2024-02-29',
      '1999-05-01',
    ])
  })
  test('one day above 12 anywhere in the column proves that the day is first, and so for the month', async () => {
    expect(await date(['01/02/2024', '3/4/69', '13/02/2024'])).toEqual([
      '2024-02-01',
      '1969-04-03',
      '2024-02-13',
    ])
    expect(await date(['01/02/2024', '3/4/68', '02/13/2024'])).toEqual([
      '2024-01-02',
      '2068-03-04',
      '2024-02-13',
    ])
  })
  test('proof on row 5,000 is proof', async () => {
    const cells = [...Array.from({ length: 5000 }, () => '01/02/2024'), '31/12/2024']
    expect((await date(cells))[0]).toBe('2024-02-01')
  })
  test('without proof it is an error that names both readings and how to say which', async () => {
    await expect(date(['05/05/2024', '01/02/2024'])).rejects.toMatchObject({
      code: 'E_AMBIGUOUS_DATE',
      message:
        'column "x" of in.csv can be read in two ways: "01/02/2024" on line 3 is 2024-02-01 with the day first, ' +
        '2024-01-02 with the month first',
      help: ['Say which: --date x=%d/%m/%Y or --date x=%m/%d/%Y.'],
    })
  })
  test('dates that mean the same either way need no proof', async () => {
    expect(await date(['05/05/2024', '07/07/2024'])).toEqual(['2024-05-05', '2024-07-07'])
  })
  test('years of two digits between dashes may stand first: what can be read so and otherwise is an error', async () => {
    await expect(date(['24-01-31', '24-02-15'])).rejects.toMatchObject({
      code: 'E_AMBIGUOUS_DATE',
      message:
        'column "x" of in.csv can be read in two ways: "24-01-31" on line 2 is 2024-01-31 with the year first, ' +
        '2031-01-24 with the day first',
      help: ['Say which: --date x=%y-%m-%d or --date x=%d-%m-%y.'],
    })
    expect(await date(['55-01-31', '24-02-15'])).toEqual(['2055-01-31', '2024-02-15'])
    expect(await date(['15-02-99', '15-02-24'])).toEqual(['1999-02-15', '2024-02-15'])
    expect(await date(['31/01/24', '15/02/24'])).toEqual(['2024-01-31', '2024-02-15'])
  })

  test('proof of both ways is an error that names a line of each', async () => {
    await expect(date(['13/02/2024', '02/13/2024'])).rejects.toMatchObject({
      code: 'E_DATE_FORMAT',
      message: expect.stringContaining('"13/02/2024" on line 2') as string,
    })
  })
  test('times are kept, with their zone', async () => {
    expect(
      await date([
        '2024-01-31 9:30',
        '2024-01-31T09:30:15.25+08:00',
        '31/01/2024 09:30:15 PM',
        '31/01/2024, 12:05 am',
        '2024-01-31T09:30:00Z',
        '31/01/2024',
      ]),
    ).toEqual([
      '2024-01-31T09:30:00',
      '2024-01-31T09:30:15.25+08:00',
      '2024-01-31T21:30:15',
      '2024-01-31T00:05:00',
      '2024-01-31T09:30:00Z',
      '2024-01-31',
    ])
  })
  test('what is not on the calendar or the clock is no date', async () => {
    expect(
      await date(['2024-02-30', '2023-02-29', '2024-13-01', '2024-01-01 25:00', 'soon', '2024-01-01']),
    ).toEqual([null, null, null, null, null, '2024-01-01'])
  })
  test('a format settles it, and what does not fit it is no date', async () => {
    expect(await date(['01/02/2024', '13/02/2024', '02/13/2024', '2024-01-01'], 'x=%d/%m/%Y')).toEqual([
      '2024-02-01',
      '2024-02-13',
      null,
      null,
    ])
    expect(await date(['31.01.24 17h05'], 'x=%d.%m.%y %Hh%M')).toEqual(['2024-01-31T17:05:00'])
  })
  test('a format that strptime does not have, or with a zone, is refused', async () => {
    await expect(date(['x'], 'x=%Q')).rejects.toMatchObject({ exitCode: 2 })
    await expect(date(['x'], 'x=%d%z')).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('--mask', () => {
  test('partial keeps the ends of long texts and nothing of short ones', async () => {
    const texts = ['13812345678', 'lily@mail.com', 'a@b.com', '王小明', '12345', 'ABCDEFGH', '']
    expect(await column(['--mask', 'x=partial'], texts)).toEqual([
      '138****5678',
      'l***@mail.com',
      '***@b.com',
      '****',
      '1****5',
      'AB****GH',
      '',
    ])
  })
  test('redact hides all but that there is something', async () => {
    const { cells } = await runOn(clean, ['--mask', 'x=redact'], 'id,x\n1,secret\n2,\n')
    expect(cells.map(([, x]) => x)).toEqual(['***', null])
  })
  test('year keeps the year of a date, and nothing of what is no date', async () => {
    expect(
      await column(['--mask', 'x=year'], ['1990-05-17', '17/05/1990', '1990年5月', '1990', '5/90', 'me']),
    ).toEqual(['1990', '1990', '1990', '1990', null, null])
  })
  test('hash is HMAC-SHA-256 with the key of the file, less its line end', async () => {
    // RFC 4231, test case 2: key "Jefe".
    const want = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    const words = ['--mask', 'x=hash', '--mask-key-file', 'key']
    for (const key of ['Jefe', 'Jefe\n', 'Jefe\r\n']) {
      const cells = ['what do ya want for nothing?', 'what do ya want for nothing?']
      expect(await column(words, cells, { files: { key } })).toEqual([want, want])
    }
  })
  test('without a key, or with an empty one, hash is refused', async () => {
    await expect(column(['--mask', 'x=hash'], ['a'])).rejects.toMatchObject({ exitCode: 2 })
    await expect(
      column(['--mask', 'x=hash', '--mask-key-file', 'key'], ['a'], { files: { key: '\n' } }),
    ).rejects.toMatchObject({ exitCode: 2, message: 'the key in key is empty' })
  })
  test('several columns, each its way; one column twice is a mistake', async () => {
    const { cells } = await runOn(
      clean,
      ['--mask', 'a,b=redact', '--mask', 'c=partial'],
      'a,b,c\n1,2,abcdefghijk\n',
    )
    expect(cells).toEqual([['***', '***', 'abc****hijk']])
    await expect(runOn(clean, ['--mask', 'a=redact', '--mask', 'a=year'], 'a\n1\n')).rejects.toMatchObject({
      exitCode: 2,
    })
    await expect(runOn(clean, ['--mask', 'a=rot13'], 'a\n1\n')).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('--excel-safe', () => {
  test('cells that a spreadsheet would run get an apostrophe, plain numbers do not', async () => {
    const cells = ['=1+1', '+1 555', '-5', '-5.5e3', '-x', '@sum', '\ttab', '\rcr', 'a=b', '+7', '']
    expect(await column(['--excel-safe'], cells)).toEqual([
      "'=1+1",
      "'+1 555",
      '-5',
      '-5.5e3',
      "'-x",
      "'@sum",
      "'\ttab",
      "'\rcr",
      'a=b',
      '+7',
      '',
    ])
  })
  test('so do names of columns', async () => {
    const { names } = await runOn(clean, ['--excel-safe'], '=cmd,b\n1,2\n')
    expect(names).toEqual(["'=cmd", 'b'])
  })
})
