import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readBasketLines, type LinesFile } from '../../src/table/basket-lines.ts'
import { itemsOfBasket } from '../learn/baskets.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lode-lines-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
async function read(text: string, stated: Partial<LinesFile> = {}) {
  const path = join(folder, `${files++}.txt`)
  writeFileSync(path, text)
  const found = await readBasketLines({ label: 'b.txt', path, delimiter: undefined, quote: '"', ...stated })
  const { baskets } = found
  const lists = Array.from(found.line, (_, basket) =>
    itemsOfBasket(baskets, basket)
      .map((item) => baskets.names[item] as string)
      .sort(),
  )
  return { ...found, lists, lines: [...found.line] }
}

describe('a basket is a line', () => {
  test.each([
    ['with as many items as it likes', 'a,b,c\nd\ne,f\n', [['a', 'b', 'c'], ['d'], ['e', 'f']]],
    ['the last one without a line end', 'a,b\nc', [['a', 'b'], ['c']]],
    ['ended by CRLF', 'a,b\r\nc\r\n', [['a', 'b'], ['c']]],
    ['ended by CR alone', 'a,b\rc\r', [['a', 'b'], ['c']]],
    ['ended by CR alone, some of them empty', 'a,\r\rb\r', [['a'], [], ['b']]],
    ['an empty one is a basket without items', 'a\n\nb\n\n', [['a'], [], ['b'], []]],
    ['of nothing but blanks and delimiters too', 'a,b\n , ,\n', [['a', 'b'], []]],
    ['an item in it twice is in it once', 'a,b,a, b ,a\n', [['a', 'b']]],
    ['blanks around an item are not of it', ' whole milk ,\tbutter\n', [['butter', 'whole milk']]],
    ['a delimiter at the end adds nothing', 'a,b,\n,c\n', [['a', 'b'], ['c']]],
    [
      'in any script',
      '牛奶,面包\nпиво,молоко\n',
      [
        ['牛奶', '面包'],
        ['молоко', 'пиво'],
      ],
    ],
  ])('%s', async (_, text, lists) => {
    expect((await read(text)).lists).toEqual(lists)
  })
})

describe('what parts the items is found out', () => {
  test.each([
    ['commas', 'a,b\nc\n', ','],
    ['semicolons, though a comma stands in an item', 'a, fine;b\nc;d\n', ';'],
    ['commas, though semicolons stand in quoted items', '"a;b"\n"c;d",e\n', ','],
    ['tabs', 'a\tb\n', '\t'],
    ['bars', 'a|b c\n', '|'],
    ['blanks between numbers, as in FIMI files', '1 3 5 \n3 4\n', ' '],
    ['nothing, where blanks stand between words', 'whole milk\nbutter\n', undefined],
    ['nothing, where there is one item a line', 'milk\nbutter\n', undefined],
  ])('%s', async (_, text, delimiter) => {
    expect((await read(text)).delimiter).toBe(delimiter)
  })

  test('unless it is stated', async () => {
    expect((await read('whole milk, butter\n', { delimiter: ' ' })).lists).toEqual([
      ['butter', 'milk,', 'whole'],
    ])
  })

  test('that blanks could part them is said where nothing else could', async () => {
    expect((await read('whole milk\nbutter\n')).blanksInside).toBe(true)
    expect((await read('milk\nbutter\n')).blanksInside).toBe(false)
  })
})

describe('quotes', () => {
  test.each([
    ['keep a delimiter in an item', 'a\n"b,c",d\n', [['a'], ['b,c', 'd']]],
    ['are doubled inside', '"say ""hi""",d\n', [['d', 'say "hi"']]],
    ['keep blanks', '" a ",b\n', [[' a ', 'b']]],
    ['keep a line end', 'x,y\n"a\nb",c\nd\n', [['x', 'y'], ['a\nb', 'c'], ['d']]],
    [
      'inside an item are text',
      '12" vinyl,a\n"b,c"\n7" vinyl\n',
      [['12" vinyl', 'a'], ['b,c'], ['7" vinyl']],
    ],
    ['around nothing are nothing', '"",a\n""\n', [['a'], []]],
    [
      'an item is the same with and without them',
      'milk,a\n"milk","b"\n',
      [
        ['a', 'milk'],
        ['b', 'milk'],
      ],
    ],
    ['empty lines behind them are baskets', '"a",b\n\nc\n', [['a', 'b'], [], ['c']]],
  ])('%s', async (_, text, lists) => {
    expect((await read(text)).lists).toEqual(lists)
  })

  test('lines are those of the file', async () => {
    expect((await read('x\n\n"a\nb",c\nd\n"e"\n')).lines).toEqual([1, 2, 3, 5, 6])
  })

  test('one that never closes is an error that names the line', async () => {
    await expect(read('a,b\nc\n"d,e\nf\n')).rejects.toThrow(
      'b.txt line 3 or below: a quote opens that never closes',
    )
  })

  test('text behind a closing one is an error that names the line', async () => {
    await expect(read('a,b\n"c"d,e\n')).rejects.toThrow(
      'b.txt line 2 or below: behind a closing quote stands something other than a delimiter',
    )
  })

  test('--quote none takes them as text', async () => {
    expect((await read('"a,b\n', { quote: '' })).lists).toEqual([['"a', 'b']])
  })
})

test('baskets of any items come back, whatever csv-stringify had to quote', async () => {
  const item = fc.string({
    unit: fc.constantFrom('a', 'b', ' ', ',', '"', '\n', 'é', '牛'),
    minLength: 1,
    maxLength: 6,
  })
  const lists = fc.array(fc.array(item, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(lists, async (baskets) => {
      const text = stringify(baskets, { quoted: true })
      const want = baskets.map((list) => [...new Set(list)].sort())
      expect((await read(text, { delimiter: ',' })).lists).toEqual(want)
    }),
  )
})

test('a file of many pieces, its longest line longer than one, is read whole', async () => {
  const long = Array.from({ length: 200_000 }, (_, i) => `item${i}`)
  const short = Array.from({ length: 200_000 }, (_, i) => `x${i % 1000},y${i % 7}`)
  const { baskets, line } = await read([...short, long.join(','), 'x1,y1'].join('\n'))
  expect(line).toHaveLength(200_002)
  expect(baskets.names).toHaveLength(1000 + 7 + 200_000)
  expect(baskets.item).toHaveLength(400_000 + 200_000 + 2)
  expect(itemsOfBasket(baskets, 200_001).map((item) => baskets.names[item])).toEqual(['x1', 'y1'])
})

test('a text that stands for nothing is no item', async () => {
  const { lists, baskets } = await read('tea,-\n-\n"-",milk\n', { missing: ['-', 'none'] })
  expect(lists).toEqual([['tea'], [], ['milk']])
  expect(baskets.names).toEqual(['tea', 'milk'])
})
