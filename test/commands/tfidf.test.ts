import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tfidf } from '../../src/commands/tfidf.ts'
import { stand } from './stand.ts'

const table = stand()
let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lode-tfidf-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const names = ['id', 'comment']
const comments: (string | null)[][] = [
  ['1', 'good price good'],
  ['2', 'slow delivery'],
  ['3', null],
  ['4', 'good'],
]

async function reportOf(asked = {}, rows = comments) {
  const ran = await table.run(tfidf, await table.table(names, rows), {
    options: { column: 'comment', ...asked },
  })
  return { report: await ran.outcome.report({ rows: undefined }), ran }
}

test('rows are the terms by mean weight, then by name, and read back to the same numbers', async () => {
  const { ran, report } = await reportOf()
  expect(ran.outcome.rows.columns.map(({ name }) => name)).toEqual(['term', 'df', 'idf', 'mean_tfidf'])
  const rows = await ran.rows()
  expect(rows.map(([term]) => term)).toEqual(['good', 'delivery', 'slow', 'price'])
  const terms = report.result['terms'] as { term: string; df: number; idf: number; mean_tfidf: number }[]
  expect(rows.map((row) => [row[0], ...row.slice(1).map(Number)])).toEqual(
    terms.map(({ term, df, idf, mean_tfidf }) => [term, df, idf, mean_tfidf]),
  )
})

test('the numbers of a small table, by hand', async () => {
  const { report } = await reportOf()
  const [good] = report.result['terms'] as { df: number; idf: number; mean_tfidf: number }[]
  const idfGood = Math.log(5 / 3) + 1
  const idfPrice = Math.log(5 / 2) + 1
  expect(good?.df).toBe(2)
  expect(good?.idf).toBeCloseTo(idfGood, 12)
  expect(good?.mean_tfidf).toBeCloseTo((1 + (2 * idfGood) / Math.hypot(2 * idfGood, idfPrice)) / 4, 12)
})

test('the report counts texts, empty ones, words and terms, and accounts for every row', async () => {
  const { report } = await reportOf()
  expect(report.result).toMatchObject({
    documents: 4,
    empty_documents: 1,
    tokens: 6,
    vocabulary: 4,
    groups: [],
  })
  expect(report.input).toMatchObject({
    rows: 4,
    rows_used: 4,
    columns_used: ['comment'],
    dropped: {},
  })
})

test('--top keeps the first terms of all', async () => {
  const { ran, report } = await reportOf({ top: 1 })
  expect((await ran.rows()).length).toBe(1)
  expect(report.result).toMatchObject({ vocabulary: 4 })
})

test('the only column of text need not be named', async () => {
  const ran = await table.run(tfidf, await table.table(names, comments))
  expect((await ran.outcome.report({ rows: undefined })).input.columns_used).toEqual(['comment'])
})

test('Chinese texts are parted into words unasked', async () => {
  const rows = [
    ['1', '快递很快'],
    ['2', '质量不错,快递'],
  ]
  const { report } = await reportOf({}, rows)
  expect(report.result['language']).toBe('zh')
  expect((report.result['terms'] as { term: string }[]).map(({ term }) => term)).toContain('快递')
})

describe('the language is that of the whole column', () => {
  const house = ['1', '房间很大，服务很好']
  const words = ['很大', '很好', '房间', '服务']
  const nothing = Array.from({ length: 2100 }, (_, i) => [String(i), null])
  const english = Array.from({ length: 2000 }, (_, i) => [String(i), 'good price and good service'])
  const termsOf = async (rows: (string | null)[][], asked = {}) => {
    const { report, ran } = await reportOf(asked, rows)
    const terms = (report.result['terms'] as { term: string }[]).map(({ term }) => term)
    return { terms, language: report.result['language'], warnings: ran.warnings.map(({ code }) => code) }
  }
  test('its texts may begin late', async () => {
    const { terms, language } = await termsOf([...nothing, house, house])
    expect([terms, language]).toEqual([words, 'zh'])
  })
  test('the order of the texts does not matter', async () => {
    const chinese = Array.from({ length: 6000 }, () => house)
    const one = await termsOf([...english, ...chinese])
    const other = await termsOf([...chinese, ...english])
    expect(one.language).toBe('zh')
    expect(other).toEqual(one)
  })
  test('Chinese among many others is parted by dictionary too, and that is said', async () => {
    const { terms, language, warnings } = await termsOf([
      ...english,
      ...Array.from({ length: 200 }, () => house),
    ])
    expect(terms).toEqual(expect.arrayContaining([...words, 'good', 'price']))
    expect(terms).toHaveLength(words.length + 4)
    expect(language).toBe('none')
    expect(warnings).toContain('several_scripts')
  })
  test('none named takes clauses whole, as scikit-learn does', async () => {
    expect((await termsOf([house], { language: 'none' })).terms).toEqual(['房间很大', '服务很好'])
  })
  test('none of a long column is lost', async () => {
    const rows = Array.from({ length: 4500 }, (_, i) => [String(i), i % 2 === 0 ? 'red fox' : 'blue fox'])
    const { report } = await reportOf({}, rows)
    expect(report.result).toMatchObject({ documents: 4500, tokens: 9000, language: 'none' })
    expect((report.result['terms'] as { df: number }[]).map(({ df }) => df)).toEqual([4500, 2250, 2250])
  })
  test('a dictionary is for any text with such letters', async () => {
    const path = join(folder, 'dictionary.txt')
    writeFileSync(path, '很大服\n')
    const rows = [...english, ['1', '房间很大服务']]
    expect((await termsOf(rows, { dictionary: path })).terms).toContain('很大服')
    await expect(termsOf(english, { dictionary: path })).rejects.toThrow('--dictionary is for Chinese')
  })
})

test('the words of a language are spelled in one way, and so are its stop words and stems', async () => {
  const terms = async (asked: object, ...texts: string[]) => {
    const { report } = await reportOf(
      asked,
      texts.map((text, i) => [String(i), text]),
    )
    return (report.result['terms'] as { term: string }[]).map(({ term }) => term)
  }
  expect(await terms({ stopWords: 'ro' }, 'și casa', 'şi casa')).toEqual(['casa'])
  expect(await terms({ stopWords: 'ru' }, 'ещё дом', 'еще дом')).toEqual(['дом'])
  expect(await terms({ stem: 'tr' }, 'ŞİŞLİ', 'şişli')).toHaveLength(1)
  const path = join(folder, 'turkish.txt')
  writeFileSync(path, 'İYİ\n')
  expect(await terms({ language: 'tr', stopWords: path }, 'İYİ fiyat')).toEqual(['fiyat'])
})

test('stop words come from a list or a file', async () => {
  const path = join(folder, 'words.txt')
  writeFileSync(path, '\ufeffGood\r\n\r\nslow \r\n')
  const { report } = await reportOf({ stopWords: path })
  expect((report.result['terms'] as { term: string }[]).map(({ term }) => term)).toEqual([
    'delivery',
    'price',
  ])
  const rows = [['1', 'the price of the phone']]
  const english = await reportOf({ stopWords: 'en' }, rows)
  expect((english.report.result['terms'] as { term: string }[]).map(({ term }) => term)).toEqual([
    'phone',
    'price',
  ])
})

test('common words in front are pointed out', async () => {
  const rows = [
    ['1', 'the box and the price of it'],
    ['2', 'the end of it and the rest'],
  ]
  const { ran } = await reportOf({}, rows)
  expect(ran.warnings.map(({ code }) => code)).toEqual(['common_words_lead'])
})

const rated = [
  ['1', '5', 'good price'],
  ['2', '10', 'slow'],
  ['3', null, 'good'],
  ['4', '5', 'good'],
]
const ratedNames = ['id', 'rating', 'comment']

test('--by orders groups of numbers by size, and leaves texts without one aside', async () => {
  const ran = await table.run(tfidf, await table.table(ratedNames, rated), {
    options: { column: 'comment', by: 'rating' },
  })
  expect(ran.outcome.rows.columns.map(({ name }) => name).slice(0, 4)).toEqual([
    'rating',
    'term',
    'df',
    'score',
  ])
  const rows = await ran.rows()
  expect(rows.map((row) => row.slice(0, 3))).toEqual([
    ['5', 'good', '2'],
    ['5', 'price', '1'],
    ['10', 'slow', '1'],
  ])
  // Two groups with 4 terms: 2 on average. "good" is 2 of 3 terms of its group, and 2 in all.
  expect(Number(rows[0]?.[3])).toBeCloseTo((2 / 3) * Math.log(1 + 2 / 2), 12)
  const { result } = await ran.outcome.report({ rows: undefined })
  expect(result).toMatchObject({ without_group: 1, groups: [{ group: '5', documents: 2 }, { group: '10' }] })
})

test('--per-row leaves a text without a term empty', async () => {
  const { ran } = await reportOf({ perRow: 1 })
  expect((await ran.rows()).map((row) => row.at(-1))).toEqual(['good', 'delivery', null, 'good'])
})

test('the report quotes texts, and counts those that say the same', async () => {
  const rows = [
    ['1', 'red fox jumps'],
    ['2', 'Jumps: red fox!'],
    ['3', 'red fox'],
  ]
  const { report } = await reportOf({ examples: 2 }, rows)
  expect(report.result).toMatchObject({
    duplicates: {
      same_terms: { texts: 2, groups: 1 },
      near: { texts: 2, groups: 1 },
      largest: { texts: 2, text: 'red fox jumps' },
    },
  })
  const [first] = report.result['terms'] as { term: string; examples: { row: number }[] }[]
  expect(first).toMatchObject({ term: 'fox', examples: [{ row: 3 }, { row: 1 }] })
})

test('a text that is missing has no numbers, and one without a term has zeros', async () => {
  const rows = [...comments, ['5', '!!']]
  const { ran } = await reportOf({ components: 1, dense: true }, rows)
  const numbers = (await ran.rows()).map((row) => row.slice(2))
  expect(numbers[2]).toEqual([null, null, null, null, null])
  expect(numbers[4]?.map(Number)).toEqual([0, 0, 0, 0, 0])
  expect(numbers[0]?.every((value) => value !== null)).toBe(true)
})

test('components of more columns than there can be are refused, with how many there can be', async () => {
  await expect(reportOf({ components: 5 })).rejects.toThrow('4 terms in 4 texts')
})

test('a column of numbers is taken as text, and that is said', async () => {
  const { ran } = await reportOf({}, [
    ['1', '12'],
    ['2', '345'],
  ])
  expect(ran.warnings.map(({ code }) => code)).toEqual(['column_of_numbers'])
})

describe('is refused with what to do:', () => {
  const refused = async (asked: object, rows = comments, columns = names): Promise<string> =>
    table.run(tfidf, await table.table(columns, rows), { options: asked }).then(
      () => 'not refused',
      (error: Error) => error.message,
    )

  test('a column that is not there', async () => {
    expect(await refused({ column: 'coment' })).toContain('did you mean "comment"')
  })
  test('no column where there are several of text', async () => {
    const rows = [['a b', 'c d']]
    expect(await refused({}, rows, ['title', 'body'])).toContain('Name it with --column')
  })
  test('a column without text', async () => {
    expect(await refused({ column: 'comment' }, [['1', null]])).toContain('holds no words')
  })
  test('a table without rows', async () => {
    expect(await refused({ column: 'comment' }, [])).toBe('made.csv has no rows')
  })
  test('a minimum above the maximum', async () => {
    expect(await refused({ column: 'comment', minDf: { count: 3 }, maxDf: { share: 0.5 } })).toContain(
      'in at least 3 and --max-df for terms in at most 2 of the 4 texts',
    )
  })
  test('limits that no term is within', async () => {
    expect(await refused({ column: 'comment', minDf: { count: 4 } })).toContain('no term of column "comment"')
  })
  test('stop words that are neither a language nor a file', async () => {
    expect(await refused({ column: 'comment', stopWords: 'english' })).toContain('neither a list nor a file')
  })
  test('stop words that are not UTF-8', async () => {
    const path = join(folder, 'latin1.txt')
    writeFileSync(path, Buffer.from([0xe9, 0x0a]))
    expect(await refused({ column: 'comment', stopWords: path })).toContain('not UTF-8')
  })
})

describe('--min-df', () => {
  const parse = (text: string) => tfidf.options.minDf.parse(text, { count: 1 })
  test('a whole number is a count; a point or % makes it a share', () => {
    expect([parse('2'), parse('0.05'), parse('1.0'), parse('5%')]).toEqual([
      { count: 2 },
      { share: 0.05 },
      { share: 1 },
      { share: 0.05 },
    ])
  })
  test.each(['few', '-1', '1.5', '101%', ''])('refuses "%s"', (text) => {
    expect(() => parse(text)).toThrow('must be a whole number of texts')
  })
})

test.each(['0', '2..1', 'a', '1..', ''])('--ngrams refuses "%s"', (text) => {
  expect(() => tfidf.options.ngrams.parse(text, [1, 1])).toThrow('whole number from 1 to 99')
})
