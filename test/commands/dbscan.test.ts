import { describe, expect, test } from 'vitest'
import { dbscan } from '../../src/commands/dbscan.ts'
import { stand } from './stand.ts'

const table = stand()
const names = ['customer_id', 'age', 'income', 'city']
/** Two dense groups, one row between nothing, one with a gap. */
const people: (string | null)[][] = [
  ...[0, 1, 2, 3, 4, 5].map((i) => [String(i), String(20 + i), String(1000 + i), 'Rome']),
  ...[6, 7, 8, 9, 10, 11].map((i) => [String(i), String(60 + i), String(9000 + i), 'Oslo']),
  ['12', '45', '5000', 'Bern'],
  ['13', null, '5000', 'Bern'],
]
const eps = { value: 0.2 }

const run = async (asked: object, rows = people, columns = names) =>
  table.run(dbscan, await table.table(columns, rows), asked)

async function resultOf(asked: object, rows = people, columns = names) {
  const ran = await run(asked, rows, columns)
  const { result, input } = await ran.outcome.report({ rows: undefined })
  return { result, input, warnings: ran.warnings }
}

describe('rows', () => {
  test('have their group and kind at the right, and none where a value is missing', async () => {
    const rows = await (await run({ options: { eps, minSamples: 3 } })).rows()
    expect(rows.map((row) => row.slice(4))).toEqual([
      ...Array.from({ length: 6 }, () => ['0', 'core']),
      ...Array.from({ length: 6 }, () => ['1', 'core']),
      ['-1', 'noise'],
      [null, null],
    ])
    expect(rows.map((row) => row.slice(0, 4))).toEqual(people)
  })

  test('a step apart are as near after --scale minmax as MinMaxScaler puts them', async () => {
    // DBSCAN(eps=0.2, min_samples=2) on MinMaxScaler().fit_transform(x), scikit-learn 1.9.1: 0.2 is no double.
    const line = [0, 1, 2, 3, 4, 5].map((x) => [String(x)])
    const asked = { options: { eps: { value: 0.2 }, minSamples: 2, scale: 'minmax' } }
    const rows = await (await run(asked, line, ['x'])).rows()
    expect(rows.map((row) => row[1])).toEqual(['0', '0', '0', '1', '1', '1'])
  })

  test('of metres have their places', async () => {
    // 0.001 degrees of latitude are 111 m.
    const places = [48.85, 48.851, 48.852, 48.9].map((lat, i) => [String(i), String(lat), '2.35'])
    const asked = { options: { geo: 'lat,lon', eps: { value: 0.12, unit: 'km' }, minSamples: 2 } }
    const rows = await (await run(asked, places, ['id', 'lat', 'lon'])).rows()
    expect(rows.map((row) => row.at(-2))).toEqual(['0', '0', '0', '-1'])
  })
})

describe('report', () => {
  test('has the keys of the contract, in the units of the data', async () => {
    const { result, input } = await resultOf({ options: { eps, minSamples: 3 } })
    expect(result).toMatchObject({
      eps: 0.2,
      min_samples: 3,
      noise: { size: 1, share: 1 / 13 },
      core: 12,
      border: 0,
      clusters: [
        { cluster: 0, size: 6, share: 6 / 13, center: { age: 22.5, income: 1002.5 } },
        { cluster: 1, size: 6, center: { age: 68.5, income: 9008.5 } },
      ],
    })
    expect(result['k_distance']).toHaveLength(13)
    expect(input).toMatchObject({ rows: 14, rows_used: 13, dropped: { missing_value: 1 } })
  })

  test('of an eps that was chosen says which', async () => {
    const { result } = await resultOf({ options: { minSamples: 3 } })
    expect(result['eps']).toBe(result['knee'])
    expect((result['clusters'] as unknown[]).length).toBe(2)
  })
})

describe('warns', () => {
  const codes = async (asked: object) => (await resultOf(asked)).warnings.map(({ code }) => code)
  test('where most rows are noise', async () => {
    expect(await codes({ options: { eps: { value: 0.0001 } } })).toContain('mostly_noise')
  })
  test('where one group takes everything', async () => {
    expect(await codes({ options: { eps: { value: 100 } } })).toContain('one_group')
  })
  test('of nothing where there are groups and noise', async () => {
    expect(await codes({ options: { eps, minSamples: 3 } })).toEqual(['key_column_left_out'])
  })
})

describe('is refused with what to do:', () => {
  const refused = async (asked: object, rows = people, columns = names): Promise<string> =>
    run(asked, rows, columns).then(
      () => 'not refused',
      (error: Error & { help?: string[] }) => [error.message, ...(error.help ?? [])].join('\n'),
    )
  const places = [['1', '2.35', '148.85']]
  const geo = ['id', 'lon', 'lat']

  test.each([
    ['a length without --geo', { options: { eps: { value: 1, unit: 'km' } } }, /needs --geo/],
    ['--geo of one column', { options: { geo: 'age' } }, /must name two columns/],
    ['--geo beside --columns', { options: { geo: 'age,income' }, columns: 'age' }, /leave --columns out/],
    ['--geo with a scale', { options: { geo: 'age,income', scale: 'robust' } }, /leave --scale out/],
    [
      '--geo with another metric',
      { options: { geo: 'age,income', metric: 'manhattan' } },
      /leave --metric out/,
    ],
    ['haversine without two columns', { options: { metric: 'haversine' } }, /needs two columns/],
    ['text among numbers', { columns: 'age,city' }, /line 2 holds "Rome"/],
    ['a column that is not there', { columns: 'agee' }, /did you mean "age"/],
  ])('%s', async (_what, asked, message) => {
    expect(await refused(asked)).toMatch(message)
  })

  test('degrees that are on no map, and which way round they belong', async () => {
    expect(await refused({ options: { geo: 'lat,lon' } }, places, geo)).toMatch(
      /"lat" row 1 holds 148.85, which is no latitude[^]*--geo lon,lat/,
    )
    expect(await refused({ options: { geo: 'lon,lat' } }, [['1', '2.35', '1480']], geo)).toMatch(
      /"lat" row 1 holds 1480, which is no longitude/,
    )
  })

  test('an eps to be chosen where all rows are alike', async () => {
    const same = people.map(() => ['1', '5', '5', 'x'])
    expect(await refused({ columns: 'age,income' }, same)).toMatch(/can't choose an eps[^]*--eps X/)
  })

  test('a table without rows', async () => {
    expect(await refused({}, [])).toBe('made.csv has no rows')
  })
})

describe('--eps', () => {
  const parse = (text: string) => dbscan.options.eps.parse(text, 'auto')
  test('takes a number, a length or auto', () => {
    expect([parse('0.5'), parse('.5'), parse('1e-3'), parse('400m'), parse('2 km'), parse('auto')]).toEqual([
      { value: 0.5 },
      { value: 0.5 },
      { value: 1e-3 },
      { value: 400, unit: 'm' },
      { value: 2, unit: 'km' },
      'auto',
    ])
  })
  test.each(['0', '-1', '', 'much', '5 parsecs', 'NaN', 'Infinity', '1e999', '0m'])(
    'refuses "%s"',
    (text) => {
      expect(() => parse(text)).toThrow('must be a number above 0')
    },
  )
})

test('everybody is every row that took part, what lies alone among them', async () => {
  const numbers = [1, 1.1, 1.2, 9, 9.1, 9.2, 100]
  const rows = numbers.map((x, i) => [String(x), i === 6 ? 'far' : 'near'])
  const asked = { options: { eps: { value: 0.5 }, minSamples: 2, scale: 'none' } } as const
  const { result } = await resultOf(asked, rows, ['x', 'where'])
  const mean = numbers.reduce((sum, x) => sum + x, 0) / numbers.length
  for (const { profile } of result['clusters'] as unknown as {
    profile: { column: string; overall: number }[]
  }[]) {
    expect(profile.find(({ column }) => column === 'x')?.overall).toBeCloseTo(mean, 12)
    expect(profile.find(({ column }) => column === 'where')?.overall).toBeCloseTo(6 / 7, 12)
  }
})

test('fewer rows than --min-samples are said to be so, not eps to be small', async () => {
  const rows = ['1', '2', '3', '9'].map((x) => [x])
  const { warnings } = await resultOf({ options: { eps: { value: 1000 } } }, rows, ['x'])
  expect(warnings.map(({ message }) => message)).toEqual([
    'all rows are noise at any eps: there are 4 rows to group where --min-samples asks for 5; ask for fewer',
  ])
})

test('a report of places has the metric that was used, and degrees to a metre', async () => {
  const places = ['52.5201,13.4001', '52.5202,13.4002', '52.5232,13.4041', '52.5233,13.4042']
  const asked = { options: { geo: 'lat,lon', eps: { value: 100, unit: 'm' }, minSamples: 2 } } as const
  const rows = places.map((place) => place.split(','))
  const { outcome } = await run(asked, rows, ['lat', 'lon'])
  const { params, view } = await outcome.report({ rows: undefined })
  expect(params).toMatchObject({ metric: 'haversine', scale: 'none' })
  const shown = view.find((block) => block.kind === 'table')
  expect(shown?.rows.map((row) => row.slice(-2))).toEqual([
    ['52.52015', '13.40015'],
    ['52.52325', '13.40415'],
  ])
})
