import { beforeAll, describe, expect, test } from 'vitest'
import type { LodeError } from '../../src/base/errors.ts'
import { DataError, UsageError } from '../../src/base/errors.ts'
import { RandomState } from '../../src/base/random.ts'
import { modelText, parseModel } from '../../src/commands/model.ts'
import { treeOptions } from '../../src/commands/tree-options.ts'
import { predictTree } from '../../src/commands/tree-predict.ts'
import { tree } from '../../src/commands/tree.ts'
import type { Json } from '../../src/report/report.ts'
import { appendColumns } from '../../src/table/append.ts'
import type { Relation } from '../../src/table/relation.ts'
import { stand, type Asked, type Ran } from './stand.ts'

const at = stand()
type Given = Asked<typeof treeOptions>

const names = ['age', 'plan', 'spend', 'churn', 'code']

/** Customers whose plan and age say most about churn; some cells are empty, `code` tells each apart. */
function customers(rows: number, gaps: boolean): (string | null)[][] {
  const random = new RandomState(3)
  return Array.from({ length: rows }, (_, i) => {
    const age = 18 + random.below(60)
    const plan = ['basic', "o'plus", 'pro', 'family'][random.below(4)] as string
    const spend = Math.round(random.random() * 10000) / 100
    const leaves = (plan === 'basic' ? 2 : 0) + (age < 40 ? 1 : 0) + random.below(2) > 2
    const cell = (value: string) => (gaps && random.below(8) === 0 ? null : value)
    return [cell(String(age)), cell(plan), cell(String(spend)), leaves ? 'yes' : 'no', `K${i}`]
  })
}

let whole: Relation
let gappy: Relation
beforeAll(async () => {
  whole = await at.table(names, customers(300, false))
  gappy = await at.table(names, customers(300, true))
})

async function run(input: Relation, given: Given): Promise<Ran> {
  return at.run(tree, input, given)
}

async function resultOf(ran: Ran): Promise<{ [key: string]: Json }> {
  return (await ran.outcome.report({ rows: undefined })).result
}

/** What a run adds to each row. */
async function added(ran: Ran, width = names.length): Promise<(string | null)[][]> {
  return (await ran.rows()).map((row) => row.slice(width))
}

const ways: readonly (readonly [string, Given])[] = [
  ['cart', { options: { target: 'churn' } }],
  ['cart, as scikit-learn', { options: { target: 'churn', compat: 'sklearn', maxDepth: 4 } }],
  ['cart, pruned', { options: { target: 'churn', prune: 'auto' } }],
  [
    'cart, balanced, by entropy',
    { options: { target: 'churn', classWeight: 'balanced', criterion: 'entropy' } },
  ],
  ['cart of a number', { options: { target: 'spend' } }],
  ['id3', { options: { target: 'churn', algorithm: 'id3', maxDepth: 4 } }],
  ['c45', { options: { target: 'churn', algorithm: 'c45' } }],
  ['c45, not pruned', { options: { target: 'churn', algorithm: 'c45', noPrune: true, minLeaf: 1 } }],
  ['cart of whole rows', { options: { target: 'churn', missing: 'drop' } }],
  ['c45 of whole rows', { options: { target: 'churn', algorithm: 'c45', missing: 'drop' } }],
  ['id3 with means', { options: { target: 'churn', algorithm: 'id3', maxDepth: 4, missing: 'mean' } }],
  ['c45 with medians', { options: { target: 'churn', algorithm: 'c45', missing: 'median' } }],
  ['cart, as scikit-learn, with means', { options: { target: 'churn', compat: 'sklearn', missing: 'mean' } }],
]

describe.each(ways)('%s', (_, given) => {
  test.each(['whole', 'gappy'] as const)('run, model and SQL say the same of %s rows', async (kind) => {
    const input = kind === 'whole' ? whole : gappy
    const ran = await run(input, { ...given, options: { ...given.options, rules: 'sql' } })
    const said = await added(ran)

    // The model, written and read again.
    const learned = await ran.outcome.model?.()
    if (learned === undefined) throw new Error('there is no model')
    const model = parseModel('m.json', modelText('tree', {}, learned), ['tree'])
    const places = model.columns.map(({ name }) => names.indexOf(name))
    const context = { engine: at.engine, warn: () => {} } as never
    const prediction = await predictTree({ context, model, relation: input, places, refusesUnseen: false })
    const again = await appendColumns(at.engine, input, prediction.added)
    const cells = await at.engine.query(`select * from ${again.name}`)
    expect(cells.map((row) => row.slice(names.length))).toEqual(said)

    // The SQL, over columns named and typed as a database would have them.
    const sql = (ran.outcome.text as () => string)()
    const typed = names
      .map((name, i) =>
        name === 'age' || name === 'spend' ? `cast(c${i} as double) as "${name}"` : `c${i} as "${name}"`,
      )
      .join(', ')
    const predicted = await at.engine.query(`select ${sql} from (select ${typed} from ${input.name}) as t`)
    expect(predicted.map(([cell]) => (typeof cell === 'number' ? cell : cell))).toEqual(
      said.map(([cell]) => (given.options?.target === 'spend' ? Number(cell) : cell)),
    )
  })
})

/** What the SQL of a tree answers for the rows of a table whose columns are doubles. */
async function answersOfSql(ran: Ran, table: Relation, columns: readonly string[]): Promise<unknown[]> {
  const typed = columns.map((name, i) => `cast(c${i} as double) as "${name}"`).join(', ')
  const sql = (ran.outcome.text as () => string)()
  const rows = await at.engine.query(`select ${sql} from (select ${typed} from ${table.name}) as t`)
  return rows.map(([cell]) => cell)
}

describe('SQL', () => {
  test('a threshold between two numbers of single precision parts them', async () => {
    // The middle of two neighbours: rounded to single precision it would be one of them.
    const pairs = [
      ['1700000128', '1700000256'],
      ['59055.73', '59055.734'],
      ['16777218', '16777220'],
    ]
    for (const [low, high] of pairs) {
      const table = await at.table(
        ['x', 'y'],
        [low, low, high, high].map((x, i) => [x as string, 'aabb'.charAt(i)]),
      )
      const ran = await run(table, { options: { target: 'y', compat: 'sklearn', cv: 0, rules: 'sql' } })
      expect(await answersOfSql(ran, table, ['x'])).toEqual(['a', 'a', 'b', 'b'])
    }
  })

  test('a number that some cells say in words is missing is cast where it may have been read as text', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [i % 4 === 0 ? ' ' : String(i), i < 6 ? 'a' : 'b'])
    const table = await at.table(['x', 'y'], rows)
    const ran = await run(table, { options: { target: 'y', cv: 0, rules: 'sql' } })
    const sql = (ran.outcome.text as () => string)()
    const predicted = await at.engine.query(`select ${sql} from (select c0 as x from ${table.name}) as t`)
    expect(predicted).toEqual((await added(ran, 2)).map(([cell]) => [cell]))
  })
})

describe('what a report says', () => {
  test('of a number as scikit-learn tells it: spreads of the rows, also far from zero and of one row', async () => {
    const table = await at.table(
      ['a', 'y'],
      [0, 1, 0, 3, 7, 2].map((y, i) => [String(i), String(1e9 + y)]),
    )
    const result = await resultOf(await run(table, { options: { target: 'y', compat: 'sklearn' } }))
    // 63/6 − (13/6)²
    expect((result['baseline'] as { rmse: number }).rmse).toBeCloseTo(Math.sqrt(209) / 6, 9)
    const rules = result['rules'] as { n: number; sd: number }[]
    expect(rules.filter(({ n }) => n === 1).map(({ sd }) => sd)).toEqual([0])
  })

  test('a tree of one leaf that is to be pruned', async () => {
    const table = await at.table(
      ['a', 'y'],
      [...'pqp'].map((y) => ['7', y]),
    )
    const ran = await run(table, { options: { target: 'y', prune: 'auto' } })
    expect(await resultOf(ran)).toMatchObject({ leaves: 1, pruning: { alpha: 0 } })
    expect(ran.warnings.map(({ message }) => message).join()).toContain('no question tells "y" better')
  })

  test('a tree that is cut back to one leaf is said to be', async () => {
    const table = await at.table(
      ['a', 'y'],
      [...'ppppppq'].map((y, i) => [String(i), y]),
    )
    const ran = await run(table, { options: { target: 'y', prune: 10 } })
    expect(ran.warnings.map(({ message }) => message).join()).toContain('cut back to one leaf')
  })

  test('shares are of the rows, whatever classes weigh', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => [
      i < 50 ? '0' : '1',
      i % 5 === 0 && i >= 50 ? 'b' : 'a',
    ])
    const table = await at.table(['x', 'y'], rows)
    const options = { target: 'y', classWeight: 'balanced', cv: 0 } as const
    const ran = await run(table, { options })
    const { view } = await ran.outcome.report({ rows: undefined })
    const { rules } = (await resultOf(ran)) as { rules: Json[] }
    // 10 of 50 rows are b, which weigh 50 of 94.
    expect(rules).toContainEqual(expect.objectContaining({ n: 50, confidence: 0.2 }))
    expect(JSON.stringify(view)).toContain('b 20.0%, 50 rows')
    expect(JSON.stringify(view)).toContain('All classes count alike')
  })

  test('limits part the values at both sides, in words and in JSON', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [
      (123456.781 + i * 0.001).toFixed(3),
      i >= 20 && i < 30 ? 'b' : 'a',
    ])
    const ran = await run(await at.table(['x', 'y'], rows), {
      options: { target: 'y', cv: 0, rules: 'text' },
    })
    const text = (ran.outcome.text as () => string)()
    expect(text).toContain('x is above 123,456.8 and at most 123,456.81')
    const { rules } = (await resultOf(ran)) as { rules: { if: string[]; n: number }[] }
    for (const { if: conditions, n } of rules) {
      const [, low = '-Infinity'] = / ?([\d.]+) <|> ([\d.]+)/.exec(conditions[0] ?? '') ?? []
      const above = Number(/> ([\d.]+)/.exec(conditions[0] ?? '')?.[1] ?? low)
      const most = Number(/≤ ([\d.]+)/.exec(conditions[0] ?? '')?.[1] ?? 'Infinity')
      expect(rows.filter(([x]) => Number(x) > above && Number(x) <= most)).toHaveLength(n)
    }
  })

  test('folds of one row have no r²: that of all folds together stands for it', async () => {
    const rows = Array.from({ length: 10 }, (_, i) => [String(i), String(i < 5 ? 10 + i / 10 : 100 + i / 10)])
    const result = await resultOf(await run(await at.table(['x', 'y'], rows), { options: { target: 'y' } }))
    const { cv } = result as { cv: { r2: number; sd: null; scores: null[] } }
    expect(cv.scores).toEqual(new Array(10).fill(null))
    expect(cv.sd).toBeNull()
    expect(cv.r2).toBeGreaterThan(0.5)
  })

  test('a tree that is one leaf in every fold has an area of one half', async () => {
    const rows = [...'pqpqppq'].map((y) => ['7', y])
    const result = await resultOf(
      await run(await at.table(['x', 'y'], rows), { options: { target: 'y', cv: 2 } }),
    )
    expect(result).toMatchObject({ cv: { auc: 0.5 } })
  })

  test('control characters of cells are shown, not obeyed', async () => {
    const rows = Array.from({ length: 8 }, (_, i) => [
      i % 2 === 0 ? '\u001b[31mred' : 'new\nline',
      'ab'.charAt(i % 2),
    ])
    const table = await at.table(['x', 'y'], rows)
    for (const rules of ['text', 'dot'] as const) {
      const ran = await run(table, { options: { target: 'y', cv: 0, rules } })
      const text = (ran.outcome.text as () => string)()
      // oxlint-disable-next-line no-control-regex -- it is controls that are to be absent
      expect(text).not.toMatch(/\u001b|new\n/)
    }
  })
})

describe('a tree as deep as there are rows', () => {
  const rows = Array.from({ length: 6000 }, (_, i) => [String(i), 'ab'.charAt(i % 2)])
  const options = { target: 'y', maxDepth: Infinity, cv: 0 } as const

  test.each(['sql', 'text', 'dot'] as const)('--rules %s, report and model', async (rules) => {
    const table = await at.table(['x', 'y'], rows)
    const ran = await run(table, { options: { ...options, rules } })
    const said = await added(ran, 2)
    expect(said.map(([cell]) => cell)).toEqual(rows.map(([, y]) => y))
    expect((ran.outcome.text as () => string)().length).toBeLessThan(2_000_000)
    const result = await resultOf(ran)
    expect(result['depth']).toBeGreaterThan(2000)
    expect(result['tree_depth_told']).toBe(100)
    if (rules !== 'sql') return
    const learned = await ran.outcome.model?.()
    if (learned === undefined) throw new Error('there is no model')
    const model = parseModel('m.json', modelText('tree', {}, learned), ['tree'])
    const context = { engine: at.engine, warn: () => {} } as never
    const asked = { context, model, relation: table, places: [0], refusesUnseen: false }
    const again = await appendColumns(at.engine, table, (await predictTree(asked)).added)
    expect((await at.engine.query(`select c2 from ${again.name}`)).flat()).toEqual(rows.map(([, y]) => y))
  })
})

describe('what is used and what is not', () => {
  test('columns stand in the order in which they are named: of equal questions the first is asked', async () => {
    const table = await at.table(
      ['t', 'n', 'y'],
      [...'aabbab'].map((t) => [t, t === 'a' ? '1' : '2', t === 'a' ? 'p' : 'q']),
    )
    for (const algorithm of ['cart', 'id3', 'c45'] as const) {
      for (const columns of ['t,n', 'n,t', 't:n']) {
        const options = { target: 'y', algorithm, cv: 0 }
        const ran = await run(table, { columns, options })
        expect((await resultOf(ran))['tree']).toMatchObject({ column: columns.charAt(0) })
      }
    }
  })

  test('in a small file a text of up to 20 values is used, and one of more in over half of the rows is not', async () => {
    const few = await at.table(
      ['t', 'y'],
      [...'abcdefab'].map((t, i) => [t, String(i % 2)]),
    )
    const used = await run(few, { options: { target: 'y', cv: 0 } })
    expect((await used.outcome.report({ rows: undefined })).input.columns_used).toEqual(['t'])
    const many = await at.table(
      ['t', 'y'],
      Array.from({ length: 60 }, (_, i) => [`city${i % 31}`, String(i % 2)]),
    )
    const left = run(many, { options: { target: 'y', cv: 0 } })
    await expect(left).rejects.toMatchObject({
      help: [expect.stringContaining('more than 20 in over half of the rows')],
    })
  })

  test('as scikit-learn, a named column without values is drawn from as the others are', async () => {
    const rows = [
      ['-0.0', null, null, null, null, '3.0'],
      ['-1.0', null, '0.0888', '1700000637.0', '1.0000003', '5.0'],
      ['-0.0', null, null, null, null, '2.0'],
    ]
    const table = await at.table(['x0', 'x1', 'x2', 'x3', 'x4', 'y'], rows)
    const options = { target: 'y', task: 'regress', compat: 'sklearn', cv: 0 } as const
    const result = await resultOf(await run(table, { columns: 'x0:x4', seed: 12345, options }))
    // DecisionTreeRegressor(random_state=12345) of scikit-learn 1.9.1 asks for the fifth column.
    expect(result['tree']).toMatchObject({ column: 'x4' })
  })

  test('a named column without values is said to be left out', async () => {
    const table = await at.table(
      ['x', 'e', 'y'],
      [...'abab'].map((y, i) => [String(i), null, y]),
    )
    const ran = await run(table, { columns: 'x,e', options: { target: 'y', cv: 0 } })
    expect(ran.warnings.map(({ message }) => message).join()).toContain('"e" (no values)')
  })
  test('keys, dates and free texts are left out, and said', async () => {
    const rows = customers(60, false).map((row, i) => [
      ...row,
      `2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
    ])
    const table = await at.table([...names, 'since'], rows)
    const ran = await run(table, { options: { target: 'churn', cv: 0 } })
    const { input } = await ran.outcome.report({ rows: undefined })
    expect(input.columns_used).toEqual(['age', 'plan', 'spend'])
    expect(ran.warnings.map(({ code }) => code)).toContain('column_left_out')
    expect(ran.warnings.map(({ message }) => message).join()).toMatch(/"code".*"since" \(a date\)/)
  })

  test('what an earlier run has added is left out: it knows the answers', async () => {
    const first = await run(whole, { options: { target: 'churn' } })
    const again = await run(first.outcome.rows, { options: { target: 'churn', cv: 0 } })
    const { input } = await again.outcome.report({ rows: undefined })
    expect(input.columns_used).toEqual(['age', 'plan', 'spend'])
    expect(again.warnings.map(({ code }) => code)).toContain('result_column_left_out')
  })

  test('rows without a target take no part, and are told all the same', async () => {
    const rows = customers(60, false).map((row, i) => row.map((cell, j) => (j === 3 && i < 5 ? null : cell)))
    const ran = await run(await at.table(names, rows), { options: { target: 'churn', cv: 0 } })
    const { input } = await ran.outcome.report({ rows: undefined })
    expect(input).toMatchObject({ rows: 60, rows_used: 55, dropped: { missing_target: 5 } })
    expect((await added(ran)).every(([cell]) => cell === 'yes' || cell === 'no')).toBe(true)
  })

  test('with --missing drop a row that lacks a value stays without an answer', async () => {
    const ran = await run(gappy, { columns: 'age,plan', options: { target: 'churn', missing: 'drop' } })
    const cells = await ran.rows()
    const lacking = cells.filter(([age, plan]) => age === null || plan === null)
    expect(lacking.length).toBeGreaterThan(20)
    expect(lacking.every((row) => row[5] === null && row[6] === null)).toBe(true)
    const { input } = await ran.outcome.report({ rows: undefined })
    expect(input.dropped).toEqual({ missing_value: lacking.length })
  })

  test('a number of two values is told as a class, and --task says otherwise', async () => {
    const table = await at.table(
      ['x', 'y'],
      Array.from({ length: 40 }, (_, i) => [String(i), i < 20 ? '0' : '1']),
    )
    expect(await resultOf(await run(table, { options: { target: 'y' } }))).toMatchObject({ task: 'classify' })
    const forced = await run(table, { options: { target: 'y', task: 'regress' } })
    expect(await resultOf(forced)).toMatchObject({ task: 'regress' })
  })

  test('classes that are numbers stand in the order of the numbers', async () => {
    const table = await at.table(
      ['x', 'y'],
      Array.from({ length: 40 }, (_, i) => [String(i), String([10, 9, 100][i % 3])]),
    )
    const result = await resultOf(await run(table, { options: { target: 'y', task: 'classify', cv: 0 } }))
    expect(result['confusion']).toMatchObject({ labels: ['9', '10', '100'] })
  })

  test('a level that was never seen goes where most rows went', async () => {
    const ran = await run(whole, { columns: 'plan', options: { target: 'churn' } })
    const learned = await ran.outcome.model?.()
    if (learned === undefined) throw new Error('there is no model')
    const model = parseModel('m.json', modelText('tree', {}, learned), ['tree'])
    const other = await at.table(['plan'], [['basic'], ['brand new'], [null]])
    const warnings: string[] = []
    const context = {
      engine: at.engine,
      warn: (one: { message: string }) => void warnings.push(one.message),
    } as never
    const { added: columns } = await predictTree({
      context,
      model,
      relation: other,
      places: [0],
      refusesUnseen: false,
    })
    const again = await appendColumns(at.engine, other, columns)
    const cells = await at.engine.query(`select c1 from ${again.name}`)
    expect(cells[1]).toEqual(['no'])
    expect(warnings.join()).toContain('"brand new"')
  })
})

describe('tests of the tree', () => {
  test('folds by default, a part held out where asked for, nothing with 0', async () => {
    const cv = await resultOf(await run(whole, { options: { target: 'churn' } }))
    expect(cv).toMatchObject({ cv: { folds: 10, rows: 300 }, baseline: { class: 'no' } })
    const held = await resultOf(await run(whole, { options: { target: 'churn', testShare: 0.2 } }))
    expect(held).toMatchObject({ test: { rows: 60 } })
    const none = await resultOf(await run(whole, { options: { target: 'churn', cv: 0 } }))
    expect(none).not.toHaveProperty('cv')
    expect(none).not.toHaveProperty('test')
  })

  test('a tree of noise is said to be one', async () => {
    const random = new RandomState(1)
    const rows = Array.from({ length: 200 }, () => [
      String(random.below(1000)),
      random.below(10) < 6 ? 'a' : 'b',
    ])
    const ran = await run(await at.table(['x', 'y'], rows), { options: { target: 'y', maxDepth: 8 } })
    await ran.outcome.report({ rows: undefined })
    expect(ran.warnings.map(({ code }) => code)).toContain('no_better_than_guess')
  })
})

const made = (cells: (string | null)[], other: (i: number) => string = String) =>
  at.table(
    ['x', 'y'],
    cells.map((cell, i) => [other(i), cell]),
  )

describe('what can not be told is refused in a line', () => {
  const cases: readonly (readonly [
    string,
    () => Promise<Relation>,
    Given,
    new (...args: never[]) => LodeError,
    RegExp,
  ])[] = [
    ['no target', async () => whole, {}, UsageError, /Name it with --target/],
    [
      'a target that is not there',
      async () => whole,
      { options: { target: 'chrun' } },
      UsageError,
      /did you mean "churn"/i,
    ],
    ['no rows', () => at.table(['x', 'y'], []), { options: { target: 'y' } }, DataError, /has no rows/],
    ['one class', () => made(['a', 'a', 'a']), { options: { target: 'y' } }, DataError, /"a" in every row/],
    [
      'one number',
      () => made(['3', '3', '3']),
      { options: { target: 'y', task: 'regress' } },
      DataError,
      /3 in every row/,
    ],
    ['nothing to tell', () => made([null, null]), { options: { target: 'y' } }, DataError, /no values/],
    [
      'as many classes as rows',
      () => made(['a', 'b', 'c']),
      { options: { target: 'y' } },
      DataError,
      /different value in every row/,
    ],
    [
      'text as a number',
      () => made(['1', 'b', '3']),
      { options: { target: 'y', task: 'regress' } },
      DataError,
      /not numeric/,
    ],
    [
      'id3 of a number',
      () => made(Array.from({ length: 30 }, (_, i) => String(i / 2))),
      { options: { target: 'y', algorithm: 'id3' } },
      UsageError,
      /tells classes/,
    ],
    [
      'nothing to ask',
      () => made(['a', 'b', 'a', 'b'], (i) => `k${i}`),
      { columns: 'x', options: { target: 'y' } },
      DataError,
      /no column that a tree could ask/,
    ],
    [
      'mse of classes',
      async () => whole,
      { options: { target: 'churn', criterion: 'mse' } },
      UsageError,
      /told as a class/,
    ],
    [
      'gini of a number',
      async () => whole,
      { options: { target: 'spend', criterion: 'gini' } },
      UsageError,
      /told as a number/,
    ],
    [
      'weights of a number',
      async () => whole,
      { options: { target: 'spend', classWeight: 'balanced' } },
      UsageError,
      /is for classes/,
    ],
    [
      'a price for c45',
      async () => whole,
      { options: { target: 'churn', algorithm: 'c45', prune: 0.1 } },
      UsageError,
      /--confidence/,
    ],
    [
      'a confidence for cart',
      async () => whole,
      { options: { target: 'churn', confidence: 0.1 } },
      UsageError,
      /--algorithm c45/,
    ],
    [
      'a confidence for a tree that is not pruned',
      async () => whole,
      { options: { target: 'churn', algorithm: 'c45', noPrune: true, confidence: 0.1 } },
      UsageError,
      /name one/,
    ],
    [
      'two ways to test',
      async () => whole,
      { options: { target: 'churn', cv: 5, testShare: 0.2 } },
      UsageError,
      /name one/,
    ],
    [
      'a missing value that is an error',
      async () => gappy,
      { options: { target: 'churn', missing: 'error' } },
      DataError,
      /lacks a value/,
    ],
  ]
  test.each(cases)('%s', async (_, table, given, kind, message) => {
    const failed = await run(await table(), given).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failed).toBeInstanceOf(kind)
    expect((failed as Error).message).toMatch(message)
    expect((failed as Error).message).not.toContain('\n')
  })

  test.each(['0', '0.6', '-0.1', 'much', ''])('--confidence %j', (given) => {
    expect(() => treeOptions.confidence.parse(given, undefined)).toThrow(/above 0 and at most 0.5/)
  })

  test.each(['0', '-1', '2.5', 'many', ''])('--max-depth %j', (given) => {
    expect(() => treeOptions.maxDepth.parse(given, undefined)).toThrow(UsageError)
  })
})

test('a text column of ten thousand levels is learnt from where it is named, with a warning', async () => {
  const select = `select i as k, 'level ' || (i * 7 % 10000) as c0, case when i * 7 % 10000 < 5000 then 'low' else 'high' end as c1
    from range(20000) r(i)`
  const keyed = await at.engine.table(select)
  const name = await at.engine.view(`select c0, c1 from ${keyed}`)
  const relation = { ...(await at.table(['t', 'y'], [['x', 'y']])), name, keyed, rows: 20000 }
  const ran = await run(relation, { columns: 't', options: { target: 'y', cv: 0 } })
  expect(await resultOf(ran)).toMatchObject({ accuracy: 1, leaves: 2 })
  expect(ran.warnings.map(({ code }) => code)).toContain('many_levels')
  await expect(run(relation, { options: { target: 'y', cv: 0 } })).rejects.toThrow(
    /no column that a tree could ask/,
  )
})
