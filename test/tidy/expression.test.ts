/** What an expression of the user may see: the row, and nothing else. */
import { describe, expect, test } from 'vitest'
import { clean } from '../../src/commands/clean.ts'
import { runOn } from './harness.ts'

const CSV = 'a,b,zip\n1,x,01220\n2,xy,1220\n10,z,99999\n,,\n'

async function where(expression: string, csv = CSV): Promise<(string | null)[]> {
  const { cells } = await runOn(clean, ['--where', expression], csv)
  return cells.map(([first]) => first ?? null)
}

describe('expressions that are about the row', () => {
  test.each([
    ["a > 1 and b like 'x%'", ['2']],
    ['a % 2 = 0', ['2', '10']],
    ['a between 2 and 10', ['2', '10']],
    ["b in ('x', 'z')", ['1', '10']],
    ['a is null', [null]],
    ["coalesce(b, 'none') = 'none'", [null]],
    ["case when a > 5 then b = 'z' else b = 'x' end", ['1', '10']],
    ['not (a > 1)', ['1']],
    ["upper(b) = 'XY' or length(b) = 1 and a < 5", ['1', '2']],
    ["b similar to '[a-y]+'", ['1', '2']],
    ["b collate nocase = 'XY'", ['2']],
    ['cast(a as integer) = 2', ['2']],
    ['cast(b as integer) is null', ['1', '2', '10', null]],
    ['try_cast(b as double) is null and a = 1', ['1']],
    ["(a, b) = (1, 'x')", ['1']],
    ['a = 1 -- and nothing else', ['1']],
    ['a /* the first */ = 1', ['1']],
    ['A = 1', ['1']],
    ['a = 1e0', ['1']],
    ['a < 1e20 and a > -1e17 and a <> 1e300 and a < 12345678901234567.5', ['1', '2', '10']],
    ['a = cast(1.0 as decimal(10, 2))', ['1']],
    ["b || '\\u0000123' = 'x\\u0000123'", ['1']],
    ['"a" = 1', ['1']],
  ] as [string, (string | null)[]][])('%s', async (expression, want) => {
    expect(await where(expression)).toEqual(want)
  })

  test('post codes and long ids are texts where they are compared with texts, else numbers', async () => {
    expect(await where("zip = '01220'")).toEqual(['1'])
    expect(await where('zip = 1220')).toEqual(['1', '2'])
    expect(await where('length(zip) = 5')).toEqual(['1', '10'])
    const ids = 'id\n12345678901234567891\n12345678901234567890\n'
    expect(await where('id = 12345678901234567891', ids)).toEqual(['12345678901234567891'])
  })

  test('columns of ISO dates and times are dates; other dates are texts', async () => {
    const csv = 'd,t,u\n2024-01-05,2024-01-05T10:00:00,5/1/2024\n2023-01-05,2023-01-05 11:30,13/1/2024\n'
    expect(await where("d >= '2024-01-01'", csv)).toEqual(['2024-01-05'])
    expect(await where('year(d) = 2023 and hour(t) = 11', csv)).toEqual(['2023-01-05'])
    expect(await where("d + interval 1 day > date '2024-01-05'", csv)).toEqual(['2024-01-05'])
    expect(await where("u = '13/1/2024'", csv)).toEqual(['2023-01-05'])
  })

  test('with a decimal comma, numbers are numbers', async () => {
    const { cells } = await runOn(clean, ['--where', 'a > 1.4', '--decimal', ','], 'a;b\n1,5;x\n1,25;y\n')
    expect(cells).toEqual([['1,5', 'x']])
  })

  test('a column may be called anything', async () => {
    const csv = '"a""b; drop table t",select,k,c0,t1,a.b\n2,1,2,3,4,5\n0,1,2,3,4,5\n'
    const all = '"a""b; drop table t" > 1 and "select" = 1 and k = 2 and c0 = 3 and t1 = 4 and a.b = 5'
    expect(await where(all, csv)).toEqual(['2'])
  })

  test('a name is meant as it is written, else ignoring case where only one is so called', async () => {
    expect(await where('a = 1', 'A,a\n1,2\n2,1\n')).toEqual(['2'])
    await expect(where('name = 1', 'NAME,Name\n1,2\n')).rejects.toMatchObject({ exitCode: 2 })
  })
})

describe('what reaches beyond the row is refused', () => {
  test.each([
    '1) ; drop table x; select (1',
    '1 = 1; drop table x',
    '(select 1) = 1',
    'a in (select 1)',
    "exists(from read_csv('/etc/passwd'))",
    "a = (select count(*) from 'in.csv')",
    'a) from (select 1',
    'a) union select (1',
    '1 = 1) where (true',
    'a, b',
    '*',
    "columns('a') = 1",
    'count(*) > 1',
    'sum(a) > 1',
    'sum(a) over () > 1',
    'row_number() over () = 1',
    '$1 = 1',
    '?',
    '#1 = 1',
    "getenv('HOME') = 'x'",
    "current_setting('threads') = '2'",
    "getvariable('x') is null",
    'now() is null',
    'today() is null',
    'current_date is null',
    'current_timestamp is null',
    'current_user is null',
    'version() is null',
    'random() > 0.5',
    'uuid() is null',
    "nextval('s') = 1",
    "error('x')",
    "read_text('/etc/passwd') is null",
    "json_execute_serialized_sql('x') is null",
    "json_serialize_sql('select 1') is null",
    'pg_typeof(a) is null',
    'a::timestamptz is null',
    'a::nosuch is null',
    'a::int[] is null',
    "a::enum('x') is null",
    "system.lower(b) = 'x'",
    'a !',
    'list_filter([a], lambda x: x > 1) is not null',
    'a -> 1',
    "a collate de = 'x'",
    'k = 0',
    'c0 = 1',
    't0 = 1',
    'rowid = 1',
    'a = 1 /* open',
    "a = 'open",
    'a = "open',
    'a >',
    'a > > 2',
    '',
    '   ',
    '--',
    'a\0b = 1',
  ])('%s', async (expression) => {
    await expect(where(expression)).rejects.toMatchObject({ exitCode: 2 })
  })

  test('a text of 100,000 characters is refused before the parser sees it', async () => {
    await expect(where(`a = 1${' or a = 1'.repeat(12_000)}`)).rejects.toMatchObject({ exitCode: 2 })
  })
  test('brackets nested 3,000 deep end in an answer or a usage error', async () => {
    const deep = `${'('.repeat(3000)}a = 1${')'.repeat(3000)}`
    const outcome = await where(deep).catch((error: unknown) => error)
    expect(Array.isArray(outcome) || (outcome as { exitCode?: number }).exitCode === 2).toBe(true)
  })
})

describe('errors say what to do', () => {
  test.each([
    ['a >', '--where "a >" has a syntax error at its end'],
    ['a > > 2', '--where "a > > 2" has a syntax error at "> 2" (character 5)'],
    ["a = 'x", `--where "a = 'x" has an unterminated quoted string at "'x" (character 5)`],
    ['zipp = 1', 'column "zipp" in --where is not in in.csv; did you mean "zip"?'],
    [
      'substrng(b, 1, 1) = 1',
      'an expression sees the row only; the function "substrng" can\'t stand in --where; did you mean "substring"?',
    ],
    ['b', '--where "b" is not a condition: it gives a varchar'],
    ['a + 1', '--where "a + 1" is not a condition: it gives a bigint'],
    ["a = 'abc'", `--where "a = 'abc'" can't be computed: Could not convert string 'abc' to INT64`],
  ])('%s', async (expression, message) => {
    await expect(where(expression)).rejects.toMatchObject({ message })
  })

  test('a text in double quotes is taken for a column, and the help says so', async () => {
    await expect(where('b = "Boston"')).rejects.toMatchObject({
      help: ["If it is a text, it stands in single quotes: 'Boston'."],
    })
  })
})
