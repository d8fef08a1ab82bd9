import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LodeError } from '../../src/base/errors.ts'
import { regress } from '../../src/commands/regress.ts'
import type { options } from '../../src/commands/regress/options.ts'
import { reportJson } from '../../src/write/json.ts'
import { reportText } from '../../src/write/text.ts'
import type { Asked, Ran } from './stand.ts'
import { stand } from './stand.ts'

const made = stand()

interface Formula {
  formula: string
  terms: string
  options: { intercept?: boolean; weights?: string; base?: string }
  names: string[]
  estimate: number[]
  error: number[]
  r2: number
  aic: number
  f: number
  fitted: number[]
}
interface Frame {
  frame: { [column: string]: string[] }
  logit: number[]
}
const file = new URL('../reference/regress/answers.json', import.meta.url)
const answers = JSON.parse(readFileSync(file, 'utf8')) as {
  formulas: (Formula | Frame)[]
  versions: { [name: string]: string }
}
const formulas = answers.formulas.filter((one): one is Formula => 'formula' in one)
const { frame, logit } = answers.formulas.find((one): one is Frame => 'frame' in one) as Frame

async function customers() {
  const names = Object.keys(frame)
  const count = frame['age']?.length ?? 0
  const rows = Array.from({ length: count }, (_, i) => names.map((name) => frame[name]?.[i] ?? null))
  return made.table(names, rows)
}

interface Coefficient {
  term: string
  estimate: number | null
  std_error: number | null
  p: number | null
  odds_ratio?: number
}

async function result(ran: Ran) {
  const { result: found } = await ran.outcome.report({ rows: undefined })
  return found as unknown as {
    coefficients: Coefficient[]
    r2: number
    aic: number
    f: number
    rank: number
    auc: number
    confusion: { labels: string[]; matrix: number[][] }
    predictions: { predicted: number; lower: number; upper: number }[]
  }
}

function near(got: number | null | undefined, want: number, scale = Math.abs(want)): void {
  expect(Math.abs((got ?? NaN) - want), `${got} for ${want}`).toBeLessThanOrEqual(
    1e-9 * Math.max(scale, 1e-9),
  )
}

function run(relation: Parameters<typeof made.run>[1], asked: Asked<typeof options>) {
  return made.run(regress, relation, asked)
}

describe(`terms mean what they mean to patsy and statsmodels ${answers.versions['statsmodels']}`, () => {
  test.each(formulas)('$terms', async (want) => {
    const { intercept, weights, base } = want.options
    const ran = await run(await customers(), {
      options: {
        target: 'spend',
        terms: want.terms,
        ...(intercept === undefined ? {} : { intercept }),
        ...(weights === undefined ? {} : { weights }),
        ...(base === undefined ? {} : { base: [base.split('=') as [string, string]] }),
      },
    })
    const got = await result(ran)
    near(got.r2, want.r2)
    near(got.aic, want.aic)
    near(got.f, want.f)
    expect(got.coefficients).toHaveLength(want.estimate.length)
    // The same coefficients; patsy puts text columns first.
    const sorted = (numbers: (number | null)[]) => numbers.map((one) => one ?? NaN).sort((a, b) => a - b)
    const errors = sorted(got.coefficients.map((one) => one.std_error))
    sorted(want.error).forEach((error, i) => near(errors[i], error))
    const estimates = sorted(got.coefficients.map((one) => one.estimate))
    sorted(want.estimate).forEach((estimate, i) =>
      near(estimates[i], estimate, Math.max(1e-3, Math.abs(estimate))),
    )
    const rows = await ran.rows()
    want.fitted.forEach((fitted, i) => near(Number(rows[i]?.at(-2)), fitted))
    rows.forEach((row, i) =>
      near(Number(row.at(-1)), Number(frame['spend']?.[i]) - (want.fitted[i] as number), 100),
    )
  })
})

test('the odds of a text column are those of statsmodels', async () => {
  const ran = await run(await customers(), {
    options: { target: 'stays', method: 'logistic' },
    columns: 'age,income',
  })
  const got = await result(ran)
  got.coefficients.forEach(({ estimate, odds_ratio }, i) => {
    near(estimate, logit[i] as number)
    near(odds_ratio, Math.exp(logit[i] as number))
  })
  expect(got.confusion.labels).toEqual(['no', 'yes'])
  const other = await run(await customers(), {
    options: { target: 'stays', method: 'logistic', positive: 'no' },
    columns: 'age,income',
  })
  const turned = await result(other)
  turned.coefficients.forEach(({ estimate }, i) => near(estimate, -(logit[i] as number)))
  expect((await ran.rows())[0]?.at(-1)).toMatch(/^(yes|no)$/)
})

describe('columns that tell nothing of their own', () => {
  const rows = Array.from({ length: 20 }, (_, i) => {
    const [a, b] = [(i * 7) % 13, (i * 5) % 11]
    return [a, b, 0.1 * a + 0.2 * b + 3, 4, ((i * 3) % 17) + a - b].map((value) =>
      String(Number(value.toFixed(6))),
    )
  })

  test('are named with what they follow from, and get no coefficient', async () => {
    const table = await made.table(['a', 'b', 'sum', 'same', 'y'], rows)
    const ran = await run(table, { options: { target: 'y' }, columns: 'a,b,sum,same' })
    const got = await result(ran)
    expect(got.rank).toBe(3)
    expect(got.coefficients.map(({ estimate }) => estimate === null)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
    expect(got.coefficients[3]).toMatchObject({
      follows_from: [
        { term: 'a', factor: 0.1 },
        { term: 'b', factor: 0.2 },
      ],
    })
    const codes = ran.warnings.map(({ code }) => code)
    expect(codes).toContain('collinear_column')
    expect(codes).toContain('constant_column')
    const without = await result(await run(table, { options: { target: 'y' }, columns: 'a,b' }))
    without.coefficients.forEach(({ estimate }, i) => near(got.coefficients[i]?.estimate, estimate as number))
  })

  test('a constant target is refused', async () => {
    const table = await made.table(['a', 'b', 'sum', 'same', 'y'], rows)
    await expect(run(table, { options: { target: 'same' }, columns: 'a' })).rejects.toThrow(
      /nothing to explain/,
    )
  })

  test('fewer rows than coefficients are refused', async () => {
    const table = await made.table(['a', 'b', 'sum', 'same', 'y'], rows.slice(0, 3))
    await expect(run(table, { options: { target: 'y' }, columns: 'a,b' })).rejects.toThrow(
      /3 rows .* too few for 3/,
    )
  })

  test('a column that is the target is told', async () => {
    const table = await made.table(
      ['a', 'twice', 'b'],
      rows.map(([a, b]) => [a as string, String(2 * Number(a)), b as string]),
    )
    const ran = await run(table, { options: { target: 'twice' }, columns: 'a,b' })
    await result(ran)
    expect(ran.warnings.map(({ code }) => code)).toContain('perfect_fit')
  })
})

test('rows without a value stay, with nothing in the new columns', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => [
    i === 4 ? null : String((i * 5) % 7),
    String(i + (i % 3)),
  ])
  const ran = await run(await made.table(['x', 'y'], rows), { options: { target: 'y' } })
  const got = await ran.rows()
  expect(got).toHaveLength(12)
  expect(got[4]).toEqual([null, '5', null, null])
  expect(got[5]?.[2]).not.toBeNull()
})

test('an unseen level, and a gap, have no prediction and are told', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => [
    String(i % 7),
    'abc'[i % 3] as string,
    String((i * i) % 19),
  ])
  const learnt = await made.table(['x', 'group', 'y'], rows)
  const other = await made.table(
    ['group', 'x'],
    [
      ['a', '3'],
      ['d', '3'],
      ['b', null],
    ],
  )
  const ran = await made.run(
    regress,
    learnt,
    { options: { target: 'y', predict: 'other.csv' }, columns: 'x,group' },
    { predict: other },
  )
  const got = await ran.rows()
  expect(got[0]?.slice(2).every((cell) => cell !== null)).toBe(true)
  expect(got[1]).toEqual(['d', '3', null, null, null])
  expect(got[2]?.slice(2)).toEqual([null, null, null])
  const messages = ran.warnings.map(({ message }) => message).join('\n')
  expect(messages).toContain('"d"')
  expect(messages).toContain('unseen level')
})

test('lasso leaves columns out, and says the penalty that it chose', async () => {
  const ran = await run(await customers(), {
    options: { target: 'spend', method: 'lasso', standardize: true },
    columns: 'age,income,visits,weight',
  })
  const { result: found } = await ran.outcome.report({ rows: undefined })
  expect(found).toMatchObject({ method: 'lasso', cv: { folds: 10 } })
  expect(found['alpha']).toBeGreaterThan(0)
  expect((found['cv'] as { alphas: unknown[] }).alphas).toHaveLength(100)
})

describe('numbers past what can be squared', () => {
  test.each([
    ['1e200', 'large'],
    ['1e-200', 'small'],
  ])('%s', async (unit, size) => {
    const rows = Array.from({ length: 8 }, (_, i) => [`${(i * 3) % 7}${unit.slice(1)}`, String((i * i) % 5)])
    const table = await made.table(['big', 'y'], rows)
    await expect(run(table, { options: { target: 'y' } })).rejects.toThrow(
      `"big" in made.csv are too ${size}`,
    )
  })
})

test.each([
  ['log(x)', '0'],
  ['x^2', '1e300'],
  ['poly(x,2)', '1e300'],
])('%s of %s has no prediction, and is told', async (terms, cell) => {
  const rows = Array.from({ length: 12 }, (_, i) => [String(i + 1), String((i * i) % 7)])
  const other = await made.table(['x'], [['3'], [cell]])
  const ran = await made.run(
    regress,
    await made.table(['x', 'y'], rows),
    { options: { target: 'y', terms, predict: 'other.csv' } },
    { predict: other },
  )
  const [first, second] = await ran.rows()
  expect(Number.isFinite(Number(first?.[1] ?? NaN))).toBe(true)
  expect(second).toEqual([cell, null, null, null])
  expect(ran.warnings.map(({ message }) => message).join()).toContain('1 row (term without value)')
})

test('a row of weight 0 may be one in which a term has no value', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => [String(i), String((i * i) % 7), i === 0 ? '0' : '1'])
  const ran = await run(await made.table(['x', 'y', 'w'], rows), {
    options: { target: 'y', terms: 'log(x)', weights: 'w' },
  })
  const [first, second] = await ran.rows()
  expect(first).toEqual(['0', '0', '0', null, null])
  expect(Number.isFinite(Number(second?.at(-1) ?? NaN))).toBe(true)
  expect(ran.outcome.told?.(12)).toContain('1 row without: a weight of 0 and a term that has no value')
})

describe('products and powers past the range of doubles are refused by name', () => {
  const cells = (unit: string) =>
    Array.from({ length: 8 }, (_, i) => [`${i + 1}${unit}`, `${((i * 3) % 7) + 1}${unit}`, String(i % 3)])
  test.each([
    ['x:z', 'e-40', '"x:z" in made.csv are too small'],
    ['x:z', 'e-200', '"x:z" in made.csv are too small'],
    ['x^3', 'e-120', '"x^3" in made.csv are too small'],
    ['x:z', 'e160', '"x:z" in made.csv are too large'],
    ['poly(x,2)', 'e100', 'poly(x,2) has powers of x past the range of numbers in made.csv'],
    ['poly(x,2)', 'e-100', 'poly(x,2) has powers of x past the range of numbers in made.csv'],
  ])('%s of %s', async (terms, unit, message) => {
    const table = await made.table(['x', 'z', 'y'], cells(unit))
    await expect(run(table, { options: { target: 'y', terms } })).rejects.toThrow(message)
  })

  test('so are weights', async () => {
    const table = await made.table(['x', 'w', 'y'], cells('e-150'))
    await expect(run(table, { options: { target: 'y', weights: 'w' }, columns: 'x' })).rejects.toThrow(
      'the weights of "w" in made.csv are too small to be worked with',
    )
  })
})

type Cells = readonly [x: string, z: string, g: string, y: string]

test('whatever the numbers and the method, the report holds numbers, or an error says why not', async () => {
  const cell = fc.oneof(
    fc.integer({ min: -3, max: 3 }).map(String),
    fc.integer({ min: 0, max: 1 }).map(String),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
    fc.constantFrom('1e60', '-1e-60', '0.1', '1e15', '1e45', '-1e-45', '1e90', '1e-170', '1e300', ''),
  )
  const rows = fc.array(fc.tuple(cell, cell, fc.constantFrom('a', 'b', 'c', ''), cell), {
    minLength: 1,
    maxLength: 14,
  })
  const method = fc.constantFrom('ols', 'ols', 'ridge', 'lasso', 'elasticnet', 'logistic' as const)
  const terms = fc.constantFrom('x + z', 'x*g', 'poly(x,3) + z^2', 'g', 'x + z + 0', 'x:z:g', 'exp(x) + z')
  const robust = fc.constantFrom(undefined, 'hc0', 'hc1', 'hc2', 'hc3' as const)
  const weights = fc.constantFrom(undefined, undefined, undefined, 'z')
  const farApart: Cells[] = [
    ['1e60', '0', 'a', '0'],
    ['-1e-60', '-1', 'a', '0'],
    ['0', '0', 'a', '1e60'],
    ['0', '0', 'a', '0'],
  ]
  let reports = 0
  await fc.assert(
    fc.asyncProperty(rows, method, terms, robust, weights, async (cells, chosen, over, errors, weighted) => {
      const table = await made.table(
        ['x', 'z', 'g', 'y'],
        cells.map((row) => row.map((text) => (text === '' ? null : text))),
      )
      const more = {
        ...(errors !== undefined && chosen === 'ols' ? { robust: errors } : {}),
        ...(weighted === undefined ? {} : { weights: weighted }),
      }
      try {
        const ran = await run(table, { options: { target: 'y', method: chosen, terms: over, ...more } })
        const report = { ...(await ran.outcome.report({ rows: undefined })), warnings: [] }
        reportJson(report, '0')
        reportText(report, 80, false)
        const results = (await ran.rows()).flatMap((row) => row.slice(4))
        expect(results.join()).not.toMatch(/nan|inf/i)
        reports++
      } catch (error) {
        if (!(error instanceof LodeError)) throw error
      }
    }),
    { numRuns: 300, examples: [[farApart, 'ols', 'x:z:g', undefined, undefined]] },
  )
  expect(reports).toBeGreaterThan(20)
})
