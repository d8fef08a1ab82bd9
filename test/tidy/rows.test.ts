/** The steps of clean that look at several rows, drop rows or choose columns, by hand. */
import { describe, expect, test } from 'vitest'
import { clean } from '../../src/commands/clean.ts'
import { runOn, type Ran } from './harness.ts'

async function firstColumn(words: readonly string[], csv: string): Promise<(string | null)[]> {
  return (await runOn(clean, words, csv)).cells.map(([first]) => first ?? null)
}

const USAGE = { exitCode: 2 }

describe('with no step asked for', () => {
  const csv = 'id,age,note\n1,30,\n2,,x\n3,40,y\n4,50,NA\n'

  test('rows with a missing cell are dropped, and a note says so with the columns', async () => {
    const { cells, notes } = await runOn(clean, [], csv)
    expect(cells).toEqual([
      ['3', '40', 'y'],
      ['4', '50', 'NA'],
    ])
    expect(notes).toEqual(['no step was asked for, so rows with a missing value are dropped (age 1, note 1)'])
  })
  test('--columns, --bom and --dry-run are no steps; only the columns that come out count', async () => {
    expect((await runOn(clean, ['--columns', 'id,age'], csv)).cells.map(([id]) => id)).toEqual([
      '1',
      '3',
      '4',
    ])
    expect((await runOn(clean, ['--bom'], csv)).cells).toHaveLength(2)
    expect((await runOn(clean, ['--dry-run'], csv)).cells).toHaveLength(2)
  })
  test('any step that changes cells or rows takes its place', async () => {
    for (const words of [
      ['--trim'],
      ['--excel-safe'],
      ['--dedupe'],
      ['--rename', 'id=key'],
      ['--where', 'id > 0'],
    ]) {
      expect((await runOn(clean, words, csv)).cells).toHaveLength(4)
    }
  })
})

describe('--drop-missing', () => {
  test('words for missing count in a column of numbers, not in one of text', async () => {
    expect(await firstColumn(['--drop-missing'], 'id,n,t\n1,5,NA\n2,NA,x\n3,n/a,y\n4,7,None\n')).toEqual([
      '1',
      '4',
    ])
  })
  test('--na names what is missing', async () => {
    const csv = 'id,n,t\n1,5,-\n2,-,x\n3,9,NA\n'
    expect(await firstColumn(['--drop-missing', '--na', '-'], csv)).toEqual(['3'])
    expect(await firstColumn(['--drop-missing', '--na', 'pandas'], csv)).toEqual(['1', '2'])
  })
  test('a quoted empty cell is missing', async () => {
    expect(await firstColumn(['--drop-missing', 't'], 'id,t\n1,""\n2,x\n')).toEqual(['2'])
  })
  test('what a trim or a check leaves decides what is missing, not what the file held', async () => {
    expect(await firstColumn(['--trim', '--drop-missing'], 'id,n\n1, NA \n2,5\n3,  \n')).toEqual(['2'])
    expect(await firstColumn(['--check', "n <> 'x'", '--drop-missing'], 'id,n\n1,x\n2,NA\n3,5\n')).toEqual([
      '3',
    ])
  })
  test('--min-present and --how are one question', async () => {
    await expect(runOn(clean, ['--how', 'all', '--min-present', '1'], 'a\n1\n')).rejects.toMatchObject(USAGE)
    await expect(runOn(clean, ['--how', 'some'], 'a\n1\n')).rejects.toMatchObject(USAGE)
    await expect(runOn(clean, ['--min-present', '-1'], 'a\n1\n')).rejects.toMatchObject(USAGE)
  })
})

describe('--check', () => {
  const csv = 'id,age\n1,30\n2,-5\n3,\n4,200\n'

  test('rows that break a rule are dropped; what is missing breaks none', async () => {
    expect(await firstColumn(['--check', 'age between 0 and 120'], csv)).toEqual(['1', '3'])
  })
  test('several rules, each counted for itself', async () => {
    const { cells, report } = await runOn(clean, ['--check', 'age >= 0', '--check', 'age <= 120'], csv)
    expect(cells).toHaveLength(2)
    expect(report.result['steps']).toEqual([
      { step: 'check', detail: 'age >= 0', rows_dropped: 1, cells_changed: 0 },
      { step: 'check', detail: 'age <= 120', rows_dropped: 1, cells_changed: 0 },
    ])
    expect(report.input.dropped).toEqual({ check: 2 })
  })
  test('--on-fail reject hands the row over as it came', async () => {
    const { rejects, cells } = await runOn(
      clean,
      ['--check', 'age >= 0', '--on-fail', 'reject', '--trim'],
      'id,age,name\n1,30,x\n2,-5," y"\n',
    )
    expect(cells).toHaveLength(1)
    expect(rejects).toEqual([
      { file: 'in.csv', line: 3, column: '', reason: '--check age >= 0', text: '2,-5, y' },
    ])
  })
  test('--on-fail error ends with 3 and says how many and where', async () => {
    await expect(
      runOn(clean, ['--check', 'age between 0 and 120', '--on-fail', 'error'], csv),
    ).rejects.toMatchObject({
      exitCode: 3,
      code: 'E_CHECK',
      message: '2 rows of in.csv break the rule "age between 0 and 120", the first on line 3',
    })
    expect(await firstColumn(['--check', 'age < 500', '--on-fail', 'error'], csv)).toHaveLength(4)
  })
})

describe('--where', () => {
  test('keeps rows for which it holds; where that can not be known they go', async () => {
    expect(await firstColumn(['--where', 'age > 0'], 'id,age\n1,30\n2,\n3,-1\n')).toEqual(['1'])
  })
  test('several must all hold', async () => {
    expect(await firstColumn(['--where', 'a > 1', '--where', 'a < 3'], 'a\n1\n2\n3\n')).toEqual(['2'])
  })
  test('runs after the steps before it, and sees the columns that they added', async () => {
    const csv = 'a\n1\n2\n3\n4\n5\n900\n'
    const words = ['--outliers', 'a', '--action', 'flag', '--where', "a_outlier = 'true'"]
    expect(await firstColumn(words, csv)).toEqual(['900'])
  })
})

describe('--outliers', () => {
  const csv = `id,a,t\n${[1, 2, 3, 4, 5, 100].map((a, i) => `${i},${a},x`).join('\n')}\n6,,x\n`

  test('a missing number is no outlier', async () => {
    const { cells } = await runOn(clean, ['--outliers', 'a', '--action', 'flag'], csv)
    expect(cells.map((row) => row[3])).toEqual(['false', 'false', 'false', 'false', 'false', 'true', 'false'])
    expect(await firstColumn(['--outliers', 'a'], csv)).toEqual(['0', '1', '2', '3', '4', '6'])
  })
  test('a value on the bound is none', async () => {
    // Quartiles of 1, 2, 3, 4: 1.75 and 3.25; with f = 0.5 the bounds are 1 and 4.
    expect(await firstColumn(['--outliers', 'a', '--factor', '0.5'], 'a\n1\n2\n3\n4\n')).toHaveLength(4)
  })
  test('a column without spread has none, and a warning says so', async () => {
    const { cells, warnings } = await runOn(
      clean,
      ['--outliers', 'a', '--method', 'mad'],
      'a\n5\n5\n5\n5\n900\n',
    )
    expect(cells).toHaveLength(5)
    expect(warnings.map(({ code }) => code)).toEqual(['no_spread'])
  })
  test('a column of text is refused with the cell that makes it one', async () => {
    await expect(runOn(clean, ['--outliers', 't'], csv)).rejects.toMatchObject({
      exitCode: 1,
      code: 'E_NOT_NUMERIC',
    })
  })
  test('its options do nothing without it', async () => {
    for (const words of [
      ['--method', 'mad'],
      ['--factor', '2'],
      ['--action', 'clip'],
    ]) {
      await expect(runOn(clean, words, csv)).rejects.toMatchObject(USAGE)
    }
    await expect(runOn(clean, ['--outliers', 'a', '--factor', '-1'], csv)).rejects.toMatchObject(USAGE)
    await expect(runOn(clean, ['--outliers', 'a', '--method', 'guess'], csv)).rejects.toMatchObject(USAGE)
    await expect(runOn(clean, ['--fuzzy', 't', '--action', 'clip'], csv)).rejects.toMatchObject(USAGE)
  })
})

describe('--fill', () => {
  test('only missing cells change, also next to texts that are written oddly', async () => {
    expect(await firstColumn(['--fill', 'a=mean'], 'a,b\n1.50,x\n,x\n02.5,x\n')).toEqual([
      '1.50',
      '2',
      '02.5',
    ])
  })
  test('several columns in one option, and a text with commas', async () => {
    const { cells } = await runOn(
      clean,
      ['--fill', 'a=mean,b=median', '--fill', 'c,d=value:n/a, so far'],
      'a,b,c,d\n1,2,,\n,,x,\n3,4,,y\n',
    )
    expect(cells).toEqual([
      ['1', '2', 'n/a, so far', 'n/a, so far'],
      ['2', '3', 'x', 'n/a, so far'],
      ['3', '4', 'n/a, so far', 'y'],
    ])
  })
  test('a word for missing in a column of numbers is filled too', async () => {
    expect(await firstColumn(['--fill', 'a=median'], 'a,b\n1,x\nNA,x\n3,x\n')).toEqual(['1', '2', '3'])
  })
  test('the mode of numbers counts 5 and 5.0 as one', async () => {
    expect(await firstColumn(['--fill', 'a=mode'], 'a,b\n5.0,x\n5,x\n1,x\n,x\n')).toEqual([
      '5.0',
      '5',
      '1',
      '5',
    ])
  })
  test('a column with no value at all stays as it is, with a warning', async () => {
    const { cells, warnings } = await runOn(clean, ['--fill', 'a=mode'], 'a,b\n,x\n,y\n')
    expect(cells.map(([a]) => a)).toEqual([null, null])
    expect(warnings.map(({ code }) => code)).toEqual(['nothing_to_fill_with'])
  })
  test('the same bits whatever the number of threads', async () => {
    const csv = `g,a\n${Array.from({ length: 30_000 }, (_, i) => `${i % 7},${i % 5 === 0 ? '' : ((i * 7919) % 1000) / 7}`).join('\n')}\n`
    for (const words of [
      ['--fill', 'a=mean'],
      ['--fill', 'a=mean', '--by', 'g'],
      ['--fill', 'a=ffill', '--by', 'g'],
    ]) {
      const one = await runOn(clean, words, csv, { threads: 1 })
      const four = await runOn(clean, words, csv, { threads: 4 })
      expect(four.csv).toBe(one.csv)
    }
  })
  test('mistakes', async () => {
    const csv = 'a,t\n1,x\n'
    for (const words of [
      ['--fill', 'a=guess'],
      ['--fill', 'a'],
      ['--fill', 'a=mean', '--fill', 'a=median'],
      ['--fill', 'nope=mean'],
      ['--by', 't'],
      ['--fill', 'a=mean', '--by', 'a'],
    ]) {
      await expect(runOn(clean, words, csv)).rejects.toMatchObject(USAGE)
    }
    await expect(runOn(clean, ['--fill', 't=mean'], csv)).rejects.toMatchObject({ code: 'E_NOT_NUMERIC' })
  })
})

describe('--dedupe', () => {
  test('a missing cell equals a missing cell, quoted or not', async () => {
    expect(await firstColumn(['--dedupe', 'b'], 'a,b\n1,\n2,x\n3,""\n4,x\n')).toEqual(['1', '2'])
  })
  test('without columns whole rows count', async () => {
    expect(await firstColumn(['--dedupe'], 'a,b\n1,x\n1,y\n1,x\n')).toEqual(['1', '1'])
  })
  test('the order of the input stays', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${i},${(i * 7919) % 15_000}`)
    const kept = await firstColumn(['--dedupe', 'b'], `a,b\n${rows.join('\n')}\n`)
    expect(kept).toHaveLength(15_000)
    expect(kept.map(Number)).toEqual(kept.map(Number).sort((x, y) => x - y))
  })
  test('--keep does nothing without it', async () => {
    await expect(runOn(clean, ['--keep', 'last'], 'a\n1\n')).rejects.toMatchObject(USAGE)
    await expect(runOn(clean, ['--dedupe', '--keep', 'all'], 'a\n1\n')).rejects.toMatchObject(USAGE)
  })
})

describe('--fuzzy', () => {
  // Jaro-Winkler of MARTHA and MARHTA is 0.9611 (Winkler 1990); of BOB and BOBB 0.9417.
  const csv = 'id,name,city\n1,Martha,A\n2,Bob,A\n3, MARHTA,B\n4,,A\n5,martha,A\n6,Bobb,A\n7,Zoe,A\n'
  const marks = ({ cells }: Ran) => cells.map((row) => row[3] ?? null)

  test('marks later rows with the number of the first row of their group', async () => {
    const ran = await runOn(clean, ['--fuzzy', 'name'], csv)
    expect(ran.names).toEqual(['id', 'name', 'city', 'duplicate_of'])
    expect(marks(ran)).toEqual([null, null, '1', null, '1', '2', null])
  })
  test('a higher threshold finds fewer', async () => {
    expect(marks(await runOn(clean, ['--fuzzy', 'name', '--threshold', '0.95'], csv))).toEqual([
      null,
      null,
      '1',
      null,
      '1',
      null,
      null,
    ])
  })
  test('rows of different blocks are not compared', async () => {
    expect(marks(await runOn(clean, ['--fuzzy', 'name', '--block', 'city'], csv))).toEqual([
      null,
      null,
      null,
      null,
      '1',
      '2',
      null,
    ])
  })
  test('--action drop keeps the first of each group, and rows with nothing to compare', async () => {
    expect(await firstColumn(['--fuzzy', 'name', '--action', 'drop'], csv)).toEqual(['1', '2', '4', '7'])
  })
  test('a chain of alike rows is one group', async () => {
    const chain = 'name\nabcdefghij\nabcdefghix\nabcdefgyix\nabcdefgyzx\n'
    const { cells } = await runOn(clean, ['--fuzzy', 'name', '--threshold', '0.93'], chain)
    expect(cells.map((row) => row[1])).toEqual([null, '1', '1', '1'])
  })
  test('too many pairs are refused with what to do', async () => {
    const rows = Array.from({ length: 15_000 }, (_, i) => `a${i}`)
    await expect(runOn(clean, ['--fuzzy', 'name'], `name\n${rows.join('\n')}\n`)).rejects.toMatchObject({
      exitCode: 1,
      code: 'E_TOO_MANY_PAIRS',
    })
  })
  test('mistakes', async () => {
    for (const words of [
      ['--threshold', '0.9'],
      ['--block', 'city'],
      ['--fuzzy', 'name', '--threshold', '2'],
    ]) {
      await expect(runOn(clean, words, csv)).rejects.toMatchObject(USAGE)
    }
  })
})

describe('the columns that come out', () => {
  const csv = 'a,b,c\n1,2,3\n'

  test('--columns chooses and orders, --exclude leaves out, --rename names', async () => {
    const ran = await runOn(clean, ['--columns', 'c,a', '--rename', 'a=x,c="y, z"'], csv)
    expect(ran.names).toEqual(['y, z', 'x'])
    expect(ran.cells).toEqual([['3', '1']])
    expect((await runOn(clean, ['--exclude', 'b'], csv)).names).toEqual(['a', 'c'])
    expect((await runOn(clean, ['--rename', 'a=b,b=a'], csv)).names).toEqual(['b', 'a', 'c'])
  })
  test('columns that do not come out may still be used', async () => {
    expect((await runOn(clean, ['--columns', 'a', '--where', 'c = 3'], csv)).cells).toEqual([['1']])
  })
  test('an added column may be chosen by its name', async () => {
    const { names } = await runOn(
      clean,
      ['--outliers', 'a', '--action', 'flag', '--columns', 'a_outlier'],
      csv,
    )
    expect(names).toEqual(['a_outlier'])
  })
  test('mistakes', async () => {
    for (const words of [
      ['--rename', 'nope=x'],
      ['--rename', 'a'],
      ['--rename', 'a=x', '--rename', 'a=y'],
      ['--rename', 'a=b'],
      ['--columns', 'a', '--rename', 'b=x'],
      ['--columns', 'nope'],
      ['--exclude', 'a,b,c'],
    ]) {
      await expect(runOn(clean, words, csv)).rejects.toMatchObject(USAGE)
    }
  })
  test('columns of one name keep apart', async () => {
    const { names, cells } = await runOn(clean, ['--trim'], 'a,a\n 1,2 \n')
    expect(names).toEqual(['a', 'a'])
    expect(cells).toEqual([['1', '2']])
  })
})

describe('the report', () => {
  test('has the keys of the contract, and its rows add up', async () => {
    const { report } = await runOn(
      clean,
      ['--trim', '--fill', 'age=mean', '--drop-missing', '--dedupe', 'id', '--where', 'age < 90'],
      'id,age,city,day\n1,30, Rome,2024-01-01\n2,,Rome,2024-01-03\n1,20,,2024-01-02\n1,10,Oslo,2024-01-02\n3,99,Oslo,\n4,95,Rome,2024-01-05\n',
    )
    expect(report.input).toEqual({
      files: ['in.csv'],
      rows: 6,
      columns: 4,
      rows_used: 2,
      columns_used: ['id', 'age', 'city', 'day'],
      dropped: { 'drop-missing': 2, dedupe: 1, where: 1 },
    })
    expect(report.result).toEqual({
      rows_in: 6,
      rows_out: 2,
      steps: [
        { step: 'trim', rows_dropped: 0, cells_changed: 1 },
        { step: 'fill', rows_dropped: 0, cells_changed: 1 },
        { step: 'drop-missing', rows_dropped: 2, cells_changed: 0 },
        { step: 'dedupe', rows_dropped: 1, cells_changed: 0 },
        { step: 'where', detail: 'age < 90', rows_dropped: 1, cells_changed: 0 },
      ],
      columns: [
        { ...NOBODY, name: 'id', type: 'number', distinct: 2, min: 1, max: 2, mean: 1.5 },
        // (30 + 20 + 10 + 99 + 95) / 5 = 50.8
        {
          ...NOBODY,
          name: 'age',
          type: 'number',
          missing_before: 1,
          filled: 1,
          distinct: 2,
          min: 30,
          max: 50.8,
          mean: 40.4,
        },
        {
          ...NOBODY,
          name: 'city',
          type: 'text',
          missing_before: 1,
          changed: 1,
          distinct: 1,
          top: 'Rome',
          top_rows: 2,
        },
        {
          ...NOBODY,
          name: 'day',
          type: 'date',
          missing_before: 1,
          distinct: 2,
          min: '2024-01-01',
          max: '2024-01-03',
          top: '2024-01-01',
          top_rows: 1,
        },
      ],
    })
  })
  test('of a table of more columns than one count holds', async () => {
    const width = 75
    const names = Array.from({ length: width }, (_, i) => `n${i}`)
    const row = (value: number) => names.map((_, i) => value * (i + 1)).join(',')
    const { report } = await runOn(clean, [], `${names.join(',')}\n${row(1)}\n${row(3)}\n${row(3)}\n`)
    const columns = report.result['columns'] as {
      name: string
      mean: number
      distinct: number
      max: number
    }[]
    expect(columns.map(({ distinct }) => distinct)).toEqual(names.map(() => 2))
    expect(columns.map(({ max }) => max)).toEqual(names.map((_, i) => 3 * (i + 1)))
  })
  test('of no rows', async () => {
    const { report, cells } = await runOn(clean, [], 'a,b\n')
    expect(cells).toEqual([])
    expect(report.result).toMatchObject({ rows_in: 0, rows_out: 0 })
  })
})

const NOBODY = {
  missing_before: 0,
  missing_after: 0,
  filled: 0,
  changed: 0,
  min: null,
  max: null,
  mean: null,
  top: null,
  top_rows: null,
}
