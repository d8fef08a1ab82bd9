import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RandomState } from '../../src/base/random.ts'
import { cluster } from '../../src/commands/cluster.ts'
import type { Json } from '../../src/report/report.ts'
import { stand } from './stand.ts'

const table = stand()

/** Two clouds in age and income, with a key, a city, a second number and gaps. */
const names = ['customer_id', 'age', 'income', 'city', 'visits']
const people: (string | null)[][] = [
  ['1', '20', '1000', 'Rome', '9'],
  ['2', '22', '1100', 'Rome', '8'],
  ['3', '70', '9000', 'Oslo', '1'],
  ['4', '21', '1050', 'Oslo', '7'],
  ['5', '72', null, 'Oslo', '2'],
  ['6', '71', '9100', 'Oslo', null],
  ['7', '19', '950', 'Rome', '9'],
]
const byAge = { columns: 'age,income', options: { k: 2 } } as const

async function resultOf(asked = {}, rows = people): Promise<{ [key: string]: Json }> {
  const ran = await table.run(cluster, await table.table(names, rows), { ...byAge, ...asked })
  return (await ran.outcome.report({ rows: undefined })).result
}

describe('rows', () => {
  test('are the rows of the input, untouched and in order, with their group at the right', async () => {
    const ran = await table.run(cluster, await table.table(names, people), byAge)
    const rows = await ran.rows()
    expect(rows.map((row) => row.slice(0, -1))).toEqual(people)
    expect(rows.map((row) => row.at(-1))).toEqual(['0', '0', '1', '0', null, '1', '0'])
    expect(ran.outcome.rows.columns.at(-1)?.name).toBe('cluster')
  })

  test('with filled values every row has a group', async () => {
    const asked = { ...byAge, options: { k: 2, missing: 'median' } } as const
    const rows = await (await table.run(cluster, await table.table(names, people), asked)).rows()
    expect(rows.map((row) => row.at(-1))).not.toContain(null)
  })

  test('have their distance when asked, an empty cell where there is no group', async () => {
    const asked = { ...byAge, options: { k: 2, distance: true, scale: 'none' } } as const
    const ran = await table.run(cluster, await table.table(names, people), asked)
    expect(ran.outcome.rows.columns.at(-1)?.name).toBe('cluster_distance')
    const distances = (await ran.rows()).map((row) => row.at(-1))
    // Centre of the rows 3 and 6: 70.5, 9050.
    expect(Number(distances[2])).toBeCloseTo(Math.hypot(0.5, 50), 9)
    expect(distances[4]).toBeNull()
  })

  test('keep their groups where rows before them were dropped by an earlier step', async () => {
    const all = await table.table(names, people)
    const keyed = await table.engine.view(`select * from ${all.keyed} where k % 2 = 0`)
    const name = await table.engine.view(`select c0, c1, c2, c3, c4 from ${keyed}`)
    const { rows: _all, ...some } = all
    const rows = await (await table.run(cluster, { ...some, keyed, name }, byAge)).rows()
    expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([
      ['1', '0'],
      ['3', '1'],
      ['5', null],
      ['7', '0'],
    ])
  })
})

describe('report', () => {
  test('speaks in the units of the data', async () => {
    const { clusters } = await resultOf()
    expect(clusters).toMatchObject([
      { cluster: 0, size: 4, share: 4 / 6, center: { age: 20.5, income: 1025 } },
      { cluster: 1, size: 2, share: 2 / 6, center: { age: 70.5, income: 9050 } },
    ])
  })

  test('has the keys of the contract', async () => {
    const keys = ['k', 'inertia', 'iterations', 'silhouette', 'silhouette_rows', 'davies_bouldin']
    expect(Object.keys(await resultOf())).toEqual(
      expect.arrayContaining([...keys, 'calinski_harabasz', 'clusters', 'k_search']),
    )
  })

  test('profiles the columns that were not used, numbers and text', async () => {
    const { clusters } = await resultOf()
    const [young] = clusters as unknown as { profile: { column: string }[] }[]
    const about = (column: string) => young?.profile.find((entry) => entry.column === column)
    expect(about('visits')).toMatchObject({ mean: 33 / 4, overall: 34 / 5, difference: 33 / 4 - 34 / 5 })
    expect(about('city')).toMatchObject({ top: 'Rome', share: 3 / 4, overall: 3 / 6, difference: 1 / 4 })
    expect(about('customer_id')).toBeUndefined()
  })

  test('names a group by what stands out', async () => {
    const { clusters } = await resultOf()
    expect((clusters as { name: string }[])[1]?.name).toMatch(/^high (age · high income|income · high age)$/)
  })

  test('accounts for every row', async () => {
    const ran = await table.run(cluster, await table.table(names, people), byAge)
    const { input } = await ran.outcome.report({ rows: undefined })
    expect(input).toEqual({
      files: ['made.csv'],
      rows: 7,
      columns: 5,
      rows_used: 6,
      columns_used: ['age', 'income'],
      dropped: { missing_value: 1 },
    })
  })

  test('of many columns shows those that tell the groups apart', async () => {
    const wide = Array.from({ length: 12 }, (_row, i) =>
      // Columns 3 and 7 part the rows in two; the others say nothing of that.
      Array.from({ length: 12 }, (_, j) =>
        String(j === 3 || j === 7 ? (i % 2) * 1000 + i : (i * (j + 5)) % 7),
      ),
    )
    const titles = wide.map((_, j) => `x${j}`)
    const ran = await table.run(cluster, await table.table(titles, wide), {
      options: { k: 2, scale: 'none' },
    })
    const { view } = await ran.outcome.report({ rows: undefined })
    const groups = view.find((block) => block.kind === 'table')
    const shown = groups?.columns.map(({ name }) => name).slice(4) ?? []
    expect(shown).toHaveLength(8)
    expect(shown).toEqual(expect.arrayContaining(['x3', 'x7']))
    expect(groups?.caption).toContain('8 of 12 columns')
  })

  test('is the same twice', async () => {
    expect(await resultOf({ options: { k: 'auto' } })).toEqual(await resultOf({ options: { k: 'auto' } }))
  })

  test('of a search lists every number tried', async () => {
    const result = await resultOf({ options: { k: { from: 2, to: 4 } } })
    expect(result['k']).toBe(2)
    expect((result['k_search'] as { k: number }[]).map(({ k }) => k)).toEqual([2, 3, 4])
  })
})

describe('columns', () => {
  test('by default are the numeric ones but keys, and the keys are named', async () => {
    const ran = await table.run(cluster, await table.table(names, people), { options: { k: 2 } })
    const { input } = await ran.outcome.report({ rows: undefined })
    expect(input.columns_used).toEqual(['age', 'income', 'visits'])
    expect(ran.warnings).toContainEqual({
      code: 'key_column_left_out',
      message: expect.stringContaining('"customer_id"') as string,
    })
  })

  test('a key is used when it is named', async () => {
    const asked = { columns: 'customer_id', options: { k: 2 } }
    const ran = await table.run(cluster, await table.table(names, people), asked)
    expect((await ran.outcome.report({ rows: undefined })).input.columns_used).toEqual(['customer_id'])
  })

  test('one that is the same in every row is warned of', async () => {
    const rows = people.map((row, i) => [...row.slice(0, 2), '7', ...row.slice(3, 4), String(i)])
    const ran = await table.run(cluster, await table.table(names, rows), byAge)
    expect(ran.warnings.map(({ code }) => code)).toContain('constant_column')
  })

  test('a column called cluster stays, and is warned of', async () => {
    const rows = [1, 2, 9].map((age) => [String(age), '7'])
    const ran = await table.run(cluster, await table.table(['age', 'cluster'], rows), { options: { k: 2 } })
    expect(ran.outcome.rows.columns.map(({ name }) => name)).toEqual(['age', 'cluster', 'cluster.1'])
    expect(ran.warnings.map(({ code }) => code)).toEqual(['result_column_left_out', 'column_renamed'])
    const { input } = await ran.outcome.report({ rows: undefined })
    expect(input.columns_used).toEqual(['age'])
  })
})

describe('is refused with what to do:', () => {
  const refused = async (asked: object, rows = people, columns = names): Promise<string> => {
    const input = await table.table(columns, rows)
    return table.run(cluster, input, { ...byAge, ...asked }).then(
      () => 'not refused',
      (error: Error) => error.message,
    )
  }

  test('text in a named column, with its line', async () => {
    expect(await refused({ columns: 'age,city' })).toMatch(/column "city" .* line 2 holds "Rome"/)
  })

  test('more groups than different rows', async () => {
    const rows = people.map((_, i) => [String(i), i < 4 ? '1' : '2', '5', 'x', '1'])
    expect(await refused({ options: { k: 3 } }, rows)).toBe(
      `can't make 3 groups: only 2 rows of those used are different in "age", "income"`,
    )
  })

  test('rows that are all the same', async () => {
    const rows = people.map((_, i) => [String(i), '1', '5', 'x', '1'])
    expect(await refused({ options: { k: 'auto' } }, rows)).toContain('every row used is the same')
  })

  test('a named column without values', async () => {
    const rows = people.map((row) => [row[0] ?? null, row[1] ?? null, null, null, null])
    expect(await refused({}, rows)).toContain('column "income" has no values')
  })

  test('a missing value where none may be', async () => {
    expect(await refused({ options: { k: 2, missing: 'error' } })).toContain(
      'column "income" has no value in row 5',
    )
  })

  test('a table without a numeric column', async () => {
    expect(await refused({ columns: undefined }, [['a'], ['b']], ['city'])).toContain('no numeric column')
  })

  test('a table without rows', async () => {
    expect(await refused({}, [])).toBe('made.csv has no rows')
  })
})

describe('texts', () => {
  const mixed = { columns: 'age,city', options: { k: 2, encode: 'prototypes' } } as const
  test('take part where they are named and encoded', async () => {
    for (const encode of ['prototypes', 'onehot'] as const) {
      const ran = await table.run(cluster, await table.table(names, people), {
        columns: 'age,city',
        options: { k: 2, encode },
      })
      const { input, result } = await ran.outcome.report({ rows: undefined })
      expect(input.columns_used).toEqual(['age', 'city'])
      const [young, old] = result['clusters'] as { center: object; size: number }[]
      expect(young).toMatchObject({ size: 4, center: { city: 'Rome' } })
      expect(old).toMatchObject({ center: { city: 'Oslo' } })
    }
  })

  test('that are missing leave a row out, or are filled with the most frequent one', async () => {
    const rows = people.map((row, i) => (i === 0 ? [...row.slice(0, 3), null, ...row.slice(4)] : row))
    const dropped = await table.run(cluster, await table.table(names, rows), mixed)
    expect((await dropped.rows())[0]?.at(-1)).toBeNull()
    const filled = await table.run(cluster, await table.table(names, rows), {
      ...mixed,
      options: { ...mixed.options, missing: 'mean' },
    })
    expect((await filled.rows()).map((row) => row.at(-1))).not.toContain(null)
  })

  test('say how much they weigh', async () => {
    const ran = await table.run(cluster, await table.table(names, people), {
      ...mixed,
      options: { ...mixed.options, gamma: 0.25 },
    })
    expect((await ran.outcome.report({ rows: undefined })).result['gamma']).toBe(0.25)
  })
})

describe('first centres from a file', () => {
  const started = async (text: string, options: object = {}) => {
    const path = join(mkdtempSync(join(tmpdir(), 'lode-start-')), 'start.csv')
    writeFileSync(path, text)
    const asked = { columns: 'age,income', options: { init: path, ...options } }
    return table.run(cluster, await table.table(names, people), asked)
  }
  const why = (text: string, options?: object) =>
    started(text, options).then(
      () => 'not refused',
      (error: Error) => error.message,
    )

  test('keep the order of the file', async () => {
    const rows = await (await started('income,other,age\n9000,x,70\n1000,y,20\n')).rows()
    expect(rows.map((row) => row.at(-1))).toEqual(['1', '1', '0', '1', null, '0', '1'])
  })

  test.each([
    ['age,incme\n1,2\n3,4\n', {}, /has no column "income"/],
    ['age,income\n1,2\nold,4\n', {}, /line 3, column "age": "old" is not a number/],
    ['age,income\n1,2\n', {}, /at least 2 groups/],
    ['', {}, /at least 2 groups/],
    ['age,income\n1,2\n3,4,5\n', {}, /no CSV file of first centres/],
    ['age,income\n1,2\n3,4\n', { k: 3 }, /holds 2 first centres where -k asks for 3 groups/],
    ['age,income\n1,2\n3,4\n', { k: { from: 2, to: 4 } }, /leave the range of -k out/],
    ['age,income\n1,2\n3,4\n', { encode: 'onehot' }, /leave --encode out/],
  ])('%j %j is refused', async (text, options, message) => {
    expect(await why(text, options)).toMatch(message)
  })

  test('options that clash are refused', async () => {
    expect(await why('age,income\n1,2\n3,4\n', { gamma: 1 })).toMatch('--gamma belongs to')
    expect(await why('', { init: 'random', encode: 'prototypes', compat: 'sklearn' })).toMatch(
      'exclude each other',
    )
  })
})

test('--compat sklearn takes one run from k-means++ centres, and says so', async () => {
  const runs = async (options: object) => {
    const ran = await table.run(cluster, await table.table(names, people), {
      columns: 'age,income',
      options: { k: 2, ...options },
    })
    return (await ran.outcome.report({ rows: undefined })).params['n_init']
  }
  expect(await runs({})).toBe(10)
  expect(await runs({ compat: 'sklearn' })).toBe(1)
  expect(await runs({ compat: 'sklearn', init: 'random' })).toBe(10)
  expect(await runs({ compat: 'sklearn', nInit: 4 })).toBe(4)
})

describe('-k', () => {
  const parse = (text: string) => cluster.options.k.parse(text, 'auto')
  test('takes a number, auto or a range', () => {
    expect([parse('3'), parse('auto'), parse('2..8')]).toEqual([3, 'auto', { from: 2, to: 8 }])
  })
  test.each(['1', '0', '-3', '2.5', '8..2', '1..4', 'many', '', '2..'])('refuses "%s"', (text) => {
    expect(() => parse(text)).toThrow('must be a whole number of at least 2')
  })
})

describe('warns', () => {
  const codes = async (rows: string[][], asked: object) => {
    const ran = await table.run(cluster, await table.table(['a', 'b', 'c', 'd'], rows), asked)
    await ran.outcome.report({ rows: undefined })
    return ran.warnings.map(({ code }) => code)
  }
  /** Scattered without any grouping. */
  const random = new RandomState(1)
  const scattered = Array.from({ length: 60 }, () => [1, 2, 3, 4].map(() => String(random.below(1000))))

  test('where there is little or no grouping', async () => {
    expect(await codes(scattered, { options: { k: 3 } })).toContain('weak_groups')
  })

  test('where the passes did not suffice', async () => {
    expect(await codes(scattered, { options: { k: 3, maxIter: 1, nInit: 1 } })).toContain('not_converged')
  })

  test('of a group that is a single row', async () => {
    const rows = [...scattered, ['90000', '90000', '90000', '90000']]
    expect(await codes(rows, { options: { k: 2 } })).toContain('small_group')
  })

  test('when a search asks for more groups than there are different rows', async () => {
    const rows = [1, 1, 2, 5].map((a) => [String(a), '0', '0', '0'])
    expect(await codes(rows, { columns: 'a', options: { k: { from: 2, to: 9 } } })).toContain(
      'search_shortened',
    )
  })

  test('of a column without a middle range to scale by', async () => {
    const rows = [0, 0, 0, 0, 0, 0, 0, 7, 8].map((a, i) => [String(a), String(i), '0', '0'])
    expect(await codes(rows, { columns: 'a,b', options: { k: 2, scale: 'robust' } })).toContain('flat_column')
  })
})

describe('columns that are lost to a text', () => {
  const warned = async (cells: readonly string[]) => {
    const rows = cells.map((cell, i) => [String(20 + 7 * i), cell])
    const ran = await table.run(cluster, await table.table(['age', 'income'], rows), { options: { k: 2 } })
    return ran.warnings.filter(({ code }) => code.endsWith('_left_out')).map(({ message }) => message)
  }

  test('are named with the first of them and what to do', async () => {
    expect(await warned(['15', '90', 'oops', '91', '17'])).toEqual([
      'left out "income", which is text: line 4 holds "oops", where 4 other cells are numbers; lode clean --number income turns such texts into numbers',
    ])
    expect(await warned(['1,5', '2,5', '9,5', '1,0'])).toEqual([
      'left out "income", which is text: line 2 holds "1,5"; numbers with decimal commas are read with --decimal ,',
    ])
    expect(await warned(['1', 'inf', '3', '-Infinity', '5'])).toEqual([
      'left out "income", which is text: line 3 holds "inf", where 3 other cells are numbers; --na inf takes it for missing',
    ])
    expect(await warned([' 15', ' 90', ' 16'])).toEqual([
      'left out "income", which is text: line 2 holds " 15"; lode clean --number income turns such texts into numbers',
    ])
    expect(await warned(['', '', ''])).toEqual(['left out "income", which holds no value'])
  })

  test('are not spoken of where texts are meant', async () => {
    expect(await warned(['Rome', 'Oslo', 'Bern', '7'])).toEqual([])
  })
})

test('the table shows the means of the rows, the JSON centre what the passes ended at', async () => {
  const random = new RandomState(3)
  const numbers = Array.from({ length: 400 }, () => Math.round(random.random() * 1000))
  const rows = numbers.map((number) => [String(number)])
  const asked = { options: { k: 3, maxIter: 1, nInit: 1, scale: 'none' } } as const
  const ran = await table.run(cluster, await table.table(['x'], rows), asked)
  const labels = (await ran.rows()).map((row) => Number(row.at(-1)))
  const { result, view } = await ran.outcome.report({ rows: undefined })
  const means = [0, 1, 2].map((group) => {
    const own = numbers.filter((_, i) => labels[i] === group)
    return own.reduce((sum, x) => sum + x, 0) / own.length
  })
  const shown = view.find((block) => block.kind === 'table')
  expect(shown?.rows.map((row) => Number(row.at(-1)))).toEqual(means.map((mean) => Number(mean.toFixed(1))))
  const centers = (result['clusters'] as unknown as { center: { x: number } }[]).map(({ center }) => center.x)
  expect(centers.every((center, group) => Math.abs(center - (means[group] as number)) > 1e-6)).toBe(true)
})

test('texts that would take too many columns of 0 and 1 are refused, with the bound', async () => {
  const rows = Array.from({ length: 12_000 }, (_, i) => [String(i % 7), `text ${i}`])
  const asked = { columns: 'x,t', options: { k: 2, encode: 'onehot' } } as const
  await expect(table.run(cluster, await table.table(['x', 't'], rows), asked)).rejects.toThrow(
    '144,012,000 numbers, a column for each different text in 12,000 rows, where at most 100,000,000 are allowed: "t" holds 12,000 different texts',
  )
})

describe('numbers at the ends of what a double holds', () => {
  const grouped = async (cells: readonly string[], scale: 'none' | 'zscore') =>
    table.run(
      cluster,
      await table.table(
        ['x'],
        cells.map((cell) => [cell]),
      ),
      { options: { k: 2, scale } },
    )

  test('too large for the bounds are refused without a scale, and grouped with one', async () => {
    const large = ['1e39', '2e39', '8e39', '9e39']
    await expect(grouped(large, 'none')).rejects.toThrow('too far apart to measure distances')
    const { rows } = await grouped(large, 'zscore')
    expect((await rows()).map((row) => row.at(-1))).toEqual(['0', '0', '1', '1'])
  })

  test('the same up to rounding are no groups', async () => {
    await expect(grouped(['1e-200', '2e-200', '5e-200', '9e-200'], 'zscore')).rejects.toThrow(
      'every row used is the same',
    )
  })
})
