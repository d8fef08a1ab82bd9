import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RandomState } from '../../src/base/random.ts'
import { apriori } from '../../src/commands/apriori.ts'
import type { Options } from '../../src/commands/apriori/options.ts'
import { stand, type Ran } from './stand.ts'

const table = stand()
let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'lode-apriori-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Cells = readonly (readonly (string | null)[])[]

async function onTable(names: readonly string[], rows: Cells, options: Partial<Options>, more = {}) {
  return table.run(apriori, await table.table(names, rows), { options, ...more })
}

let files = 0
async function onLines(text: string, options: Partial<Options>) {
  const path = join(folder, `${files++}.txt`)
  writeFileSync(path, text)
  return table.runLines(apriori, path, { options: { baskets: true, ...options } })
}

async function cells(ran: Ran, ...columns: string[]): Promise<(string | null)[][]> {
  const names = ran.outcome.rows.columns.map(({ name }) => name)
  const places = columns.map((column) => names.indexOf(column))
  return (await ran.rows()).map((row) => places.map((place) => row[place] ?? null))
}

/** `bread;milk 2`, by text. */
async function itemsets(ran: Ran): Promise<string[]> {
  return (await cells(ran, 'itemset', 'count')).map((row) => row.join(' ')).sort()
}

const orders: Cells = [
  ['1', 'milk'],
  ['2', 'bread'],
  ['1', 'bread'],
  ['3', 'tea'],
  ['3', 'milk'],
  ['1', 'milk'],
  ['3', 'bread'],
]
const long = { id: 'order', item: 'product', minSupport: { count: 1 } } as const

describe('the five ways in which baskets stand in a file give the same baskets', () => {
  const want = ['bread 3', 'bread;milk 2', 'bread;milk;tea 1', 'bread;tea 1', 'milk 2', 'milk;tea 1', 'tea 1']

  test('an item a row', async () => {
    expect(
      await itemsets(await onTable(['order', 'product'], orders, { ...long, itemsets: 'frequent' })),
    ).toEqual(want)
  })

  test('a basket a line', async () => {
    const ran = await onLines('milk,bread,milk\nbread\ntea,milk,bread\n', {
      minSupport: { count: 1 },
      itemsets: 'frequent',
    })
    expect(await itemsets(ran)).toEqual(want)
  })

  test('a basket a cell', async () => {
    const rows = [
      ['1', 'milk; bread ;milk'],
      ['2', 'bread'],
      ['3', ' tea;milk;bread;'],
    ]
    const options = { basketColumn: 'items', minSupport: { count: 1 }, itemsets: 'frequent' } as const
    expect(await itemsets(await onTable(['order', 'items'], rows, options))).toEqual(want)
  })

  test('a column an item', async () => {
    const rows = [
      ['1', '1', 'yes', '0'],
      ['2', '', 'TRUE', 'no'],
      ['3', '2', 'x', '1.0'],
    ]
    const options = { onehot: true, minSupport: { count: 1 }, itemsets: 'frequent' } as const
    expect(await itemsets(await onTable(['order_id', 'milk', 'bread', 'tea'], rows, options))).toEqual(want)
  })

  test('items that are column=value', async () => {
    const rows = [
      ['milk', 'bread', null],
      [null, 'bread', ''],
      ['milk', 'bread', 'tea'],
    ]
    const options = { table: true, minSupport: { count: 1 }, itemsets: 'frequent' } as const
    const found = await itemsets(await onTable(['a', 'b', 'c'], rows, options))
    expect(found.map((one) => one.replaceAll(/[abc]=/g, '')).sort()).toEqual(
      ['bread 3', 'milk 2', 'milk;bread 2', 'milk;bread;tea 1', 'bread;tea 1', 'milk;tea 1', 'tea 1'].sort(),
    )
  })

  test('whatever the baskets, empty ones too', async () => {
    const lists = fc.array(fc.array(fc.nat(4), { maxLength: 6 }), { minLength: 1, maxLength: 10 })
    const names = ['ale', 'bun', 'cake, plain', 'dip "hot"', 'egg;nog']
    await fc.assert(
      fc.asyncProperty(lists, async (baskets) => {
        const options = { minSupport: { count: 1 }, itemsets: 'frequent' } as const
        const quoted = (item: number) => `"${(names[item] as string).replaceAll('"', '""')}"`
        const asLong = baskets.flatMap((list, b) =>
          list.length === 0 ? [[`b${b}`, null]] : list.map((item) => [`b${b}`, names[item] as string]),
        )
        const asCell = baskets.map((list, b) => [`b${b}`, list.map(quoted).join(';')])
        const asOneHot = baskets.map((list, b) => [
          `b${b}`,
          ...names.map((_, item) => (list.includes(item) ? '1' : '0')),
        ])
        const all = [
          await onTable(['id', 'item'], asLong, { ...options, id: 'id', item: 'item' }),
          await onTable(['id', 'items'], asCell, { ...options, basketColumn: 'items' }),
          await onTable(['id', ...names], asOneHot, { ...options, onehot: true }),
          await onLines(baskets.map((list) => `${list.map(quoted).join(',')}\n`).join(''), options),
        ]
        const [one, ...others] = await Promise.all(
          all.map(async (ran) => ({
            found: await itemsets(ran),
            support: (await cells(ran, 'itemset', 'support')).map((row) => row.join(' ')).sort(),
            baskets: (await ran.outcome.report({ rows: undefined })).result['baskets'],
          })),
        )
        expect(one?.baskets).toBe(baskets.length)
        for (const other of others) expect(other).toEqual(one)
      }),
      { numRuns: 40 },
    )
  })
})

describe('what is missing', () => {
  test('a row without an id is left out and counted, one without an item makes its basket', async () => {
    const rows = [...orders, [null, 'milk'], ['', 'tea'], ['4', null]]
    const ran = await onTable(['order', 'product'], rows, { ...long, itemsets: 'frequent', maxLength: 1 })
    expect(await cells(ran, 'itemset', 'count', 'support')).toEqual([
      ['bread', '3', '0.75'],
      ['milk', '2', '0.5'],
      ['tea', '1', '0.25'],
    ])
    const { input, result } = await ran.outcome.report({ rows: undefined })
    expect(result['baskets']).toBe(4)
    expect(input).toMatchObject({ rows: 10, rows_used: 7, dropped: { missing_id: 2, missing_item: 1 } })
    expect(ran.warnings.map(({ code }) => code)).toEqual(['missing_id', 'missing_item', 'empty_baskets'])
  })

  test('NA is a text among texts', async () => {
    const rows = [
      ['1', 'NA'],
      ['1', 'milk'],
      ['2', 'NA'],
    ]
    const ran = await onTable(['order', 'product'], rows, { ...long, itemsets: 'frequent' })
    expect(await itemsets(ran)).toEqual(['NA 2', 'NA;milk 1', 'milk 1'])
  })

  test('a text that --na names is no item, in a cell of several neither', async () => {
    const context = { itemsets: 'frequent', minSupport: { count: 1 }, basketColumn: 'b' } as const
    const made = await table.table(['b'], [['tea;-'], ['-'], ['"-";milk']])
    const stated = { ...made, rules: { ...made.rules, missing: ['-'] } }
    expect(await itemsets(await table.run(apriori, stated, { options: context }))).toEqual([
      'milk 1',
      'tea 1',
    ])
  })

  test('ids keep their zeros: 007 is not 7', async () => {
    const rows = [
      ['007', 'a'],
      ['7', 'b'],
    ]
    const ran = await onTable(['order', 'product'], rows, { ...long, itemsets: 'frequent' })
    expect(await itemsets(ran)).toEqual(['a 1', 'b 1'])
  })
})

test('a cell of a column of items that says neither yes nor no is named with its line', async () => {
  const rows = [
    ['1', '0'],
    ['0', 'perhaps'],
  ]
  await expect(onTable(['milk', 'tea'], rows, { onehot: true })).rejects.toThrow(
    'made.csv line 3, column "tea": "perhaps" does not say whether the item is in the basket',
  )
})

test('an item that holds the separator stands in quotes, and can be read back', async () => {
  const first = await onLines('"a;b",c,"""d"""\n', { minSupport: { count: 1 }, itemsets: 'maximal' })
  const [[cell] = []] = await cells(first, 'itemset')
  expect(cell).toBe('"""d""";"a;b";c')
  const again = await onTable(['items'], [[cell as string]], {
    basketColumn: 'items',
    minSupport: { count: 1 },
    itemsets: 'maximal',
  })
  expect(await cells(again, 'itemset')).toEqual([[cell]])
})

describe('rules', () => {
  const lines = 'a,b,c\na,b\na,c\nb,c\na,b,c\nd\n'

  test('have the columns of the contract, then those that were added', async () => {
    const ran = await onLines(lines, { minSupport: { count: 2 }, measures: ['cosine'] })
    expect(ran.outcome.rows.columns.map(({ name }) => name).join()).toBe(
      'antecedents,consequents,count,support,confidence,lift,leverage,conviction,zhang,jaccard,kulczynski,' +
        'imbalance,p_value,p_adjusted,cosine',
    )
  })

  test('come by the stated measure, then by support, then by text', async () => {
    const by = async (sort: string) =>
      (
        await cells(await onLines(lines, { minSupport: { count: 2 }, sort }), 'antecedents', 'consequents')
      ).map(([left, right]) => `${left}>${right}`)
    // All of 3/4 but those of 2/3, whose lift is 2/3 : 4/6 = 1; pairs before the triple.
    expect(await by('confidence')).toEqual([
      'a>b',
      'a>c',
      'b>a',
      'b>c',
      'c>a',
      'c>b',
      'a;b>c',
      'a;c>b',
      'b;c>a',
    ])
    expect(await by('lift')).toEqual(['a>b', 'a>c', 'b>a', 'b>c', 'c>a', 'c>b', 'a;b>c', 'a;c>b', 'b;c>a'])
    expect((await by('p_value'))[0]).toBe('a>b')
  })

  test('conviction of a right side in every basket is inf for mlxtend and undefined for arules', async () => {
    const of = async (measureStyle: 'mlxtend' | 'arules') => {
      const ran = await onLines('a,b\na,b\nb\n', {
        minSupport: { count: 1 },
        measureStyle,
        measures: ['certainty'],
      })
      return (await cells(ran, 'antecedents', 'consequents', 'conviction', 'certainty'))[0]
    }
    expect(await of('mlxtend')).toEqual(['a', 'b', 'inf', '0.0'])
    expect(await of('arules')).toEqual(['a', 'b', null, null])
  })

  test('of a template are made of its items, patterns too', async () => {
    const names = ['city', 'tier', 'left']
    const rows = [
      ['x', 'gold', 'no'],
      ['x', 'gold', 'no'],
      ['x', 'tin', 'yes'],
      ['y', 'tin', 'yes'],
    ]
    const ran = await onTable(names, rows, {
      table: true,
      minSupport: { count: 1 },
      lhs: 'city=*, tier=*',
      rhs: 'left=yes',
      without: 'city=y',
    })
    expect(await cells(ran, 'antecedents', 'consequents', 'confidence')).toEqual([
      ['tier=tin', 'left=yes', '1.0'],
      ['city=x;tier=tin', 'left=yes', '1.0'],
    ])
  })

  test('--with keeps those that hold all of its items', async () => {
    const ran = await onLines(lines, { minSupport: { count: 2 }, with: 'a,c' })
    expect((await cells(ran, 'antecedents', 'consequents')).map((sides) => sides.join('>')).sort()).toEqual(
      ['a>c', 'c>a', 'a;b>c', 'a;c>b', 'b;c>a'].sort(),
    )
  })

  test.each(['lhs', 'rhs', 'with', 'without'] as const)(
    '--%s with an item that nobody bought is refused',
    async (key) => {
      await expect(onLines(lines, { [key]: 'a,bb' })).rejects.toThrow(`--${key}: no basket of`)
    },
  )

  test('that are too many are refused with their number, and --top gives the first of them', async () => {
    const many = { minSupport: { count: 1 }, maxRules: 5 }
    await expect(onLines(lines, many)).rejects.toThrow('there are 9 rules, more than --max-rules 5')
    expect(await (await onLines(lines, { ...many, top: 7 })).rows()).toHaveLength(7)
    await expect(onLines(lines, { ...many, itemsets: 'frequent' })).rejects.toThrow('there are 8 itemsets')
  })

  // Of rules picked for their confidence nearly all have a small p, whatever the baskets.
  test('p_adjusted calls no rules of baskets filled at random significant', async () => {
    const random = new RandomState(0)
    const items = Array.from({ length: 150 }, (_, i) => `i${i}`)
    const text = Array.from({ length: 200 }, () => items.filter(() => random.random() < 0.05).join(','))
    const ran = await onLines(`${text.join('\n')}\n`, { minSupport: { count: 3 } })
    const adjusted = (await cells(ran, 'p_adjusted')).map(Number)
    const p = (await cells(ran, 'p_value')).map(Number)
    expect(p.filter((one) => one <= 0.05).length).toBeGreaterThan(5)
    expect(adjusted.filter((one) => one <= 0.05)).toEqual([])
  })

  test('p_adjusted is corrected for all rules, also those that --top leaves out', async () => {
    const all = await cells(await onLines(lines, { minSupport: { count: 2 } }), 'p_adjusted')
    const first = await cells(await onLines(lines, { minSupport: { count: 2 }, top: 3 }), 'p_adjusted')
    expect(first).toEqual(all.slice(0, 3))
  })
})

describe('a segment of few baskets', () => {
  const wide = Array.from({ length: 40 }, (_, i) => ['1', `i${i}`, 'small'])
  const rows = [...wide, ['2', 'a', 'large'], ['2', 'b', 'large'], ['3', 'a', 'large'], ['3', 'b', 'large']]
  const options = { id: 'id', item: 'item', by: 'seg', minSupport: { share: 0.5 } } as const

  test('that has too many itemsets is left out and named', async () => {
    const ran = await onTable(['id', 'item', 'seg'], rows, options)
    expect(await cells(ran, 'seg', 'antecedents')).toEqual([
      ['large', 'a'],
      ['large', 'b'],
    ])
    expect(ran.warnings.map(({ message }) => message).join()).toContain(
      'seg "small" is left out: there are more',
    )
  })

  test('is searched for what stands in several of them with --min-count', async () => {
    const ran = await onTable(['id', 'item', 'seg'], rows, { ...options, minCount: 2, itemsets: 'frequent' })
    expect(await cells(ran, 'seg', 'itemset')).toEqual([
      ['large', 'a'],
      ['large', 'a;b'],
      ['large', 'b'],
    ])
  })

  test('that has too many rules is left out and named', async () => {
    const many = ['a', 'b', 'c', 'd'].map((item) => ['4', item, 'many'])
    const ran = await onTable(['id', 'item', 'seg'], [...rows.slice(40), ...many], {
      ...options,
      maxRules: 3,
    })
    expect(await cells(ran, 'seg', 'antecedents')).toEqual([
      ['large', 'a'],
      ['large', 'b'],
    ])
    expect(ran.warnings.map(({ message }) => message).join()).toMatch(
      /^seg "many" is left out: there are \d+ rules, more than --max-rules 3/,
    )
  })

  test('alone is an error', async () => {
    const alone = onTable(['id', 'item', 'seg'], wide, options)
    await expect(alone).rejects.toThrow('there are more than 16,000,000 itemsets')
  })
})

test('a separator that parts no cell, where another would, is told', async () => {
  const options = { basketColumn: 'b', minSupport: { count: 1 } } as const
  const told = async (baskets: readonly string[], more = {}) => {
    const ran = await onTable(
      ['b'],
      baskets.map((cell) => [cell]),
      { ...options, ...more },
    )
    return ran.warnings.filter(({ code }) => code === 'one_item_a_cell').map(({ message }) => message)
  }
  expect(await told(['x|y', 'x|y|z', 'x'])).toEqual([
    '";" parts no cell, so each is one item; --separator "|" parts most',
  ])
  expect(await told(['x|y', 'x|y|z', 'x'], { separator: '|' })).toEqual([])
  expect(await told(['x', 'y', 'z'])).toEqual([])
})

test('an item that two columns give is named in a warning', async () => {
  const rows = [
    ['b=c', '1'],
    ['b', 'c'],
  ]
  const ran = await onTable(['a', 'a=b'], rows, {
    table: true,
    itemsets: 'frequent',
    minSupport: { count: 2 },
  })
  expect(await itemsets(ran)).toEqual(['a=b=c 2'])
  expect(ran.warnings.map(({ message }) => message).join()).toContain('two columns give the item "a=b=c"')
})

test('a table with two columns of one name is refused', async () => {
  await expect(onTable(['x', 'x'], [['1', '2']], { table: true })).rejects.toThrow(
    'item "x" has several columns in made.csv',
  )
})

test('what rules are ordered by stands in the rows and in the report', async () => {
  const ran = await onLines('a,b\na,b\na\nc\n', { minSupport: { count: 1 }, sort: 'odds_ratio' })
  expect(ran.outcome.rows.columns.at(-1)?.name).toBe('odds_ratio')
  const { view } = await ran.outcome.report({ rows: 2 })
  const shown = view.flatMap((block) => (block.kind === 'table' ? [block] : []))
  expect(shown[0]?.columns.map(({ name }) => name)).toContain('odds_ratio')
})

test('a column of segments that is called like one of the rows is refused', async () => {
  const rows = [
    ['1', 'a', 'x'],
    ['1', 'b', 'x'],
  ]
  const options = { id: 'id', item: 'item', by: 'lift', minSupport: { count: 1 } } as const
  await expect(onTable(['id', 'item', 'lift'], rows, options)).rejects.toThrow(
    '--by lift: the rows have a column "lift" of their own',
  )
})

describe('an empty result says what would give something', () => {
  const why = async (text: string, options: Partial<Options>) => {
    const ran = await onLines(text, options)
    expect(await ran.rows()).toEqual([])
    return ran.warnings.find(({ code }) => code === 'nothing_found')?.message
  }
  const lines = 'a,b\na,b\na,c\nd\ne\na\n'

  test.each([
    [
      { minSupport: { share: 0.7 } },
      'the two items most often together, a;b, are in 2 of 6 baskets (support 0.333), fewer than the 5 asked for; ' +
        '--min-support 0.333 gives something',
    ],
    [
      { minSupport: { share: 0.7 }, minConfidence: 1, lhs: 'a' },
      '--min-support 0.333 --min-confidence 0.5 gives something',
    ],
    [{ maxLength: 1 }, 'a rule of one item has nothing on its left; --max-length 1 needs --min-length 1'],
    [{ lhs: 'b', rhs: 'c' }, 'holds two items that --lhs and --rhs let stand on either side'],
    [{ lhs: 'a', without: 'a' }, 'holds two items that --lhs and --without let stand on either side'],
    [{ minSupport: { count: 1 }, minLength: 5 }, 'in at least 1 basket can be parted as asked'],
    [{ minSupport: { count: 1 }, alpha: 0.01 }, 'the smallest p_adjusted is 1; --alpha 1 gives some'],
    [
      { minSupport: { share: 0.5 } },
      'the two items most often together, a;b, are in 2 of 6 baskets (support 0.333)',
    ],
    [
      { minSupport: { count: 2 }, minConfidence: 1, rhs: 'b' },
      'the surest is a => b, with confidence 0.5; --min-confidence 0.5',
    ],
    [{ minSupport: { count: 2 }, minLift: 9 }, 'the largest lift is 1.5; --min-lift 1.5 gives some'],
    [{ minSupport: { count: 1 }, with: 'd' }, 'can be parted as asked'],
    [{ itemsets: 'frequent', minSupport: { share: 0.7 } }, 'no itemsets: the most frequent item, a'],
    [
      { itemsets: 'closed', minSupport: { count: 1 }, minLength: 3 },
      'no closed itemset in at least 1 basket has at least 3',
    ],
  ] satisfies [Partial<Options>, string][])('%o', async (options, message) => {
    expect(await why(lines, options)).toContain(message)
  })

  test('the support that it names gives something', async () => {
    for (const text of ['a,b\na,c\na\n', 'a,b\nc\nd\n', 'x,y\nx,y\n\n\n\n\n\n']) {
      const message = (await why(text, { minSupport: { share: 1 } })) as string
      const share = Number(/--min-support ([\d.]+)/.exec(message)?.[1])
      const ran = await onLines(text, { minSupport: { share }, itemsets: 'frequent' })
      expect((await ran.rows()).length).toBeGreaterThan(0)
    }
  })

  test('no basket of two, and no basket of any', async () => {
    expect(await why('a\na\nb\n', { minSupport: { count: 1 } })).toBe(
      `no rules: no basket of ${files - 1}.txt holds two items`,
    )
    expect(await why('\n\n', { minSupport: { count: 1 } })).toContain('holds any item')
  })
})

describe('by segment', () => {
  const names = ['order', 'product', 'country']
  const rows = [
    ...['1', '2', '3'].flatMap((id) => [
      [id, 'a', 'X'],
      [id, 'b', 'X'],
    ]),
    ['4', 'a', 'Y'],
    ['5', 'a', 'Y'],
    ['5', 'b', 'Y'],
    ['6', 'b', 'Y'],
    ['7', 'b', null],
  ]

  test('each is searched by itself, and its rules are set beside all other baskets', async () => {
    const ran = await onTable(names, rows, { ...long, by: 'country' })
    const columns = [
      'country',
      'antecedents',
      'consequents',
      'count',
      'confidence',
      'confidence_others',
      'difference',
    ]
    expect(await cells(ran, ...columns)).toEqual([
      // Among the others a is in baskets 4 and 5, of which 5 holds b; b is in 5, 6 and 7.
      ['X', 'a', 'b', '3', '1.0', '0.5', '0.5'],
      ['X', 'b', 'a', '3', '1.0', '0.3333333333333333', '0.6666666666666667'],
      ['Y', 'a', 'b', '1', '0.5', '1.0', '-0.5'],
      ['Y', 'b', 'a', '1', '0.5', '0.75', '-0.25'],
    ])
    expect(ran.warnings.map(({ code }) => code)).toEqual(['missing_segment'])
  })

  test('rules and itemsets can come by difference', async () => {
    const by = { ...long, by: 'country', sort: 'difference' } as const
    const want = [
      ['X', 'b', '0.6666666666666667'],
      ['X', 'a', '0.5'],
      ['Y', 'b', '-0.25'],
      ['Y', 'a', '-0.5'],
    ]
    expect(await cells(await onTable(names, rows, by), 'country', 'antecedents', 'difference')).toEqual(want)
    const first = await onTable(names, rows, { ...by, top: 1 })
    expect(await cells(first, 'country', 'antecedents', 'difference')).toEqual([want[0], want[2]])
    const sets = await onTable(names, rows, { ...by, itemsets: 'frequent' })
    // a is in 3 of 3 baskets of X and 2 of 4 others, b in 3 and 3, both in 3 and 1.
    expect(await cells(sets, 'country', 'itemset', 'difference')).toEqual([
      ['X', 'a;b', '0.75'],
      ['X', 'a', '0.5'],
      ['X', 'b', '0.25'],
      // In Y a is in 2 of 3 baskets, of the others in 3 of 4; b in 2, of the others in all; both in 1, of the others in 3.
      ['Y', 'a', '-0.08333333333333337'],
      ['Y', 'b', '-0.33333333333333337'],
      ['Y', 'a;b', '-0.4166666666666667'],
    ])
  })

  test('a basket of two segments is an error that names it', async () => {
    await expect(onTable(names, [...rows, ['4', 'c', 'X']], { ...long, by: 'country' })).rejects.toThrow(
      'basket "4" of made.csv has two values in "country": "X" and "Y"',
    )
  })

  test('itemsets too', async () => {
    const ran = await onTable(names, rows, { ...long, by: 'country', itemsets: 'maximal' })
    expect(await cells(ran, 'country', 'itemset', 'support', 'support_others')).toEqual([
      ['X', 'a;b', '1.0', '0.25'],
      ['Y', 'a;b', '0.3333333333333333', '0.75'],
    ])
  })
})

describe('recommendations', () => {
  const rows = [
    ['1', 'a'],
    ['1', 'b'],
    ['2', 'a'],
    ['2', 'b'],
    ['3', 'a'],
    ['4', 'c'],
    ['5', 'b'],
    ['5', 'c'],
  ]

  test('are what a basket lacks, scored by its surest rule, with the rule as the reason', async () => {
    const ran = await onTable(['order', 'product'], rows, { ...long, minConfidence: 0.3, recommend: true })
    expect(ran.outcome.rows.columns.map(({ name }) => name)).toEqual(['id', 'item', 'score', 'because'])
    expect(await ran.rows()).toEqual([
      ['1', 'c', '0.3333333333333333', 'b => c'],
      ['2', 'c', '0.3333333333333333', 'b => c'],
      ['3', 'b', '0.6666666666666666', 'a => b'],
      ['4', 'b', '0.5', 'c => b'],
      ['5', 'a', '0.6666666666666666', 'b => a'],
    ])
  })

  test('are the same by every algorithm', async () => {
    const by = async (algorithm: 'apriori' | 'eclat' | 'fpgrowth') =>
      (
        await onTable(['order', 'product'], rows, { ...long, minConfidence: 0.1, recommend: true, algorithm })
      ).rows()
    expect(await by('apriori')).toEqual(await by('eclat'))
    expect(await by('fpgrowth')).toEqual(await by('eclat'))
  })
})
