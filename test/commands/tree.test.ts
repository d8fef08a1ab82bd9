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

describe('what is used and what is not', () => {
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
      'a confidence of 0',
      async () => whole,
      { options: { target: 'churn', algorithm: 'c45', confidence: 0 } },
      UsageError,
      /above 0/,
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
