/** `lode regress` where models and files are not the usual ones: each a way in which it has been wrong, or could be. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { regress } from '../../src/commands/regress.ts'
import type { options } from '../../src/commands/regress/options.ts'
import { reportText } from '../../src/write/text.ts'
import { stand, type Asked, type Ran } from './stand.ts'

const made = stand()

interface Penalised {
  alpha: number
  l1_ratio?: number
  intercept: number
  slopes: number[]
}
interface Answers {
  versions: { [name: string]: string }
  wide: { x: number[][]; y: number[]; ridge: Penalised[]; lasso: Penalised[]; elasticnet: Penalised[] }
  far: { x: number[][]; y: number[]; slopes: number[] }
  robust_by_groups: {
    frame: { [name: string]: string[] }
    f: { [kind in 'hc0' | 'hc1' | 'hc2' | 'hc3']: number }
  }
  odds: {
    x: number[][]
    y: number[]
    weights: number[]
    auc: number
    confusion: number[][]
    cv: [number, number, number]
  }
  slopes_at_means: { frame: { [name: string]: string[] }; slopes: [number, number, number][] }
}
const file = new URL('../reference/regress/answers.json', import.meta.url)
const answers = JSON.parse(readFileSync(file, 'utf8')) as Answers

interface Found {
  f: number | null
  f_p: number | null
  df_model: number
  r2: number
  r2_about: string
  n: number
  alpha: number
  auc: number
  confusion: { matrix: number[][] }
  coefficients: {
    term: string
    estimate: number | null
    std_error: number | null
    t: number | null
    lower: number | null
    vif: number | null
  }[]
  cv: { auc: number; accuracy: number; log_loss: number; mse: number }
  slopes: { column: string; slope: number; std_error: number; p: number }[]
}

async function run(columns: { [name: string]: readonly (number | string)[] }, asked: Asked<typeof options>) {
  const names = Object.keys(columns)
  const count = columns[names[0] as string]?.length ?? 0
  const rows = Array.from({ length: count }, (_, i) => names.map((name) => String(columns[name]?.[i])))
  return made.run(regress, await made.table(names, rows), asked)
}

async function found(ran: Ran): Promise<Found> {
  return (await ran.outcome.report({ rows: undefined })).result as unknown as Found
}

async function words(ran: Ran): Promise<string> {
  return reportText({ ...(await ran.outcome.report({ rows: undefined })), warnings: [] }, 100, false)
}

function near(got: number | null | undefined, want: number, tolerance = 1e-9): void {
  expect(Math.abs((got ?? NaN) - want), `${got} for ${want}`).toBeLessThanOrEqual(tolerance * Math.abs(want))
}

/** Columns x1, x2, … and y. */
function columnsOf(x: readonly (readonly number[])[], y: readonly number[]) {
  const explaining = Object.fromEntries(
    (x[0] ?? []).map((_, j) => [`x${j + 1}`, x.map((row) => row[j] as number)]),
  )
  return { ...explaining, y }
}

describe(`penalties fit what rows alone do not, as scikit-learn ${answers.versions['scikit-learn']}`, () => {
  const { x, y } = answers.wide
  const cases = (['ridge', 'lasso', 'elasticnet'] as const).flatMap((method) =>
    answers.wide[method].map((want) => ({ method, want })),
  )

  test.each(cases)('14 rows of 20 columns: $method with alpha $want.alpha', async ({ method, want }) => {
    const own = method === 'elasticnet' ? { l1Ratio: want.l1_ratio as number } : {}
    const got = await found(
      await run(columnsOf(x, y), { options: { target: 'y', method, alpha: want.alpha, ...own } }),
    )
    const tolerance = method === 'ridge' ? 1e-9 : 1e-7
    near(got.coefficients[0]?.estimate, want.intercept, tolerance)
    want.slopes.forEach((slope, j) => {
      expect(Math.abs((got.coefficients[j + 1]?.estimate ?? NaN) - slope)).toBeLessThanOrEqual(
        tolerance * Math.max(Math.abs(slope), 1e-2),
      )
    })
  })

  test('least squares still refuses them, and says what does not', async () => {
    await expect(run(columnsOf(x, y), { options: { target: 'y' } })).rejects.toThrow(
      /14 rows .* too few for 21/,
    )
  })
})

test('a penalty that is light for large numbers is not heavy for small ones', async () => {
  const age = Array.from({ length: 400 }, (_, i) => 20 + ((i * 37) % 61))
  const income = age.map((_, i) => 20_000 + ((i * 7919) % 70_001))
  const y = age.map((one, i) => 3 + 0.5 * one + 0.001 * (income[i] as number) + ((i * 53) % 97) / 10)
  const plain = await found(await run({ age, income, y }, { options: { target: 'y', cv: 10 } }))
  const ridge = await found(await run({ age, income, y }, { options: { target: 'y', method: 'ridge' } }))
  near(ridge.coefficients[1]?.estimate, plain.coefficients[1]?.estimate as number, 0.05)
  // Least squares is all but among the penalties tried.
  expect(ridge.cv.mse).toBeLessThanOrEqual(plain.cv.mse * (1 + 1e-6))
})

test(`numbers around 1e9 and 1e12 have the slopes of scikit-learn ${answers.versions['scikit-learn']}`, async () => {
  const { x, y, slopes } = answers.far
  const got = await found(await run(columnsOf(x, y), { options: { target: 'y' } }))
  slopes.forEach((slope, j) => near(got.coefficients[j + 1]?.estimate, slope))
})

describe('models without an intercept whose text columns add up to one', () => {
  const { frame, f } = answers.robust_by_groups

  test.each(['hc0', 'hc1', 'hc2', 'hc3'] as const)(
    'F with %s is that of the model with an intercept',
    async (robust) => {
      const got = await found(
        await run(frame, { options: { target: 'y', robust, intercept: false }, columns: 'x,g' }),
      )
      expect(got).toMatchObject({ df_model: 3, r2_about: 'mean' })
      near(got.f, f[robust])
      near((await found(await run(frame, { options: { target: 'y', robust }, columns: 'x,g' }))).f, f[robust])
    },
  )

  test('no value of the text column has a VIF, with weights or without', async () => {
    const count = frame['y']?.length ?? 0
    for (const [columns, weights] of [
      [frame, undefined],
      [{ ...frame, w: Array.from({ length: count }, () => 1) }, 'w'],
      [{ ...frame, w: Array.from({ length: count }, (_, i) => 1 + (i % 4)) }, 'w'],
    ] as const) {
      const own = weights === undefined ? {} : { weights }
      const got = await found(
        await run(columns, { options: { target: 'y', intercept: false, terms: 'x + g', ...own } }),
      )
      expect(got.coefficients.map(({ vif }) => vif === null)).toEqual([false, true, true, true])
    }
  })

  test('a column that is only far from zero is no constant', async () => {
    const x = Array.from({ length: 21 }, (_, i) => 1_000_000 + i)
    const y = x.map((value, i) => 3 * value + ((i * 7) % 5))
    const got = await found(await run({ x, y }, { options: { target: 'y', intercept: false } }))
    expect(got).toMatchObject({ r2_about: 'zero', df_model: 1 })
    expect(got.f).toBeGreaterThan(1e12)
  })
})

describe('a row of leverage 1', () => {
  const columns = {
    y: [10, 12, 15, 13, 20, 25, 22, 29, 40],
    x: [1, 2, 3, 4, 2, 4, 3, 5, 3],
    city: [...'AAAABBBBC'],
  }

  test.each(['hc2', 'hc3'] as const)(
    'leaves its coefficient without an error with %s, and is named',
    async (robust) => {
      const ran = await run(columns, { options: { target: 'y', robust }, columns: 'x,city' })
      const got = await found(ran)
      expect(got.coefficients.map(({ term, std_error }) => [term, std_error === null])).toEqual([
        ['intercept', false],
        ['x', false],
        ['city=B', false],
        ['city=C', true],
      ])
      expect(got.coefficients[3]).toMatchObject({ t: null, lower: null })
      expect(got.f).toBeNull()
      const warning = ran.warnings.find(({ code }) => code === 'no_robust_error')
      expect(warning?.message).toContain('city=C')
      expect(warning?.message).toContain('row 9')
    },
  )

  test('takes the intercept with it where it is all that the base has', async () => {
    const got = await found(
      await run(
        { ...columns, city: [...'BBBBCCCCA'] },
        { options: { target: 'y', robust: 'hc3' }, columns: 'city' },
      ),
    )
    expect(got.coefficients.map(({ std_error }) => std_error)).toEqual([null, null, null])
  })

  test('counts for nothing with hc0 and hc1, as in statsmodels', async () => {
    const ran = await run(columns, { options: { target: 'y', robust: 'hc0' }, columns: 'x,city' })
    expect((await found(ran)).coefficients.every(({ std_error }) => (std_error ?? 0) > 0)).toBe(true)
    expect(ran.warnings).toEqual([])
  })
})

describe('weights', () => {
  const columns = { y: [1, 2, 3, 9, 5, 7], x: [2, 3, 7, 8, 6, 9], w: [1, 2, 0, 2, 3, 1] }

  test('a row of weight 0 is predicted, and takes no part', async () => {
    const ran = await run(columns, { options: { target: 'y', weights: 'w' }, columns: 'x' })
    expect((await found(ran)).n).toBe(5)
    const rows = await ran.rows()
    // The line through the others, by the formula of weighted least squares.
    const { x, y, w } = columns
    const sum = (of: (i: number) => number) => w.reduce((all, weight, i) => all + weight * of(i), 0) / 9
    const [xMean, yMean] = [sum((i) => x[i] as number), sum((i) => y[i] as number)]
    const along = sum((i) => ((x[i] as number) - xMean) * ((y[i] as number) - yMean))
    const want = yMean + (along / sum((i) => ((x[i] as number) - xMean) ** 2)) * (7 - xMean)
    const [predicted, residual] = (rows[2] as string[]).slice(-2).map(Number)
    near(predicted, want)
    near(residual, 3 - want)
    expect(ran.outcome.told?.(6)).toBe('predicted 6 rows; 1 row of weight 0 among them')
  })

  test('a column of weights that is named explains as well; one that is not does not', async () => {
    const terms = async (named: string | undefined) =>
      (
        await found(
          await run(columns, {
            options: { target: 'y', weights: 'w' },
            ...(named === undefined ? {} : { columns: named }),
          }),
        )
      ).coefficients.map(({ term }) => term)
    expect(await terms('x,w')).toEqual(['intercept', 'x', 'w'])
    expect(await terms(undefined)).toEqual(['intercept', 'x'])
  })
})

describe(`odds, as scikit-learn ${answers.versions['scikit-learn']} scores them`, () => {
  const { x, y, weights, auc, confusion, cv } = answers.odds
  const columns = { ...columnsOf(x, y), w: weights }

  test('with weights', async () => {
    const got = await found(
      await run(columns, { options: { target: 'y', method: 'logistic', weights: 'w' }, columns: 'x1,x2,x3' }),
    )
    near(got.auc, auc)
    expect(got.confusion.matrix).toEqual(confusion)
  })

  test('on rows left out, in stratified folds', async () => {
    const got = await found(
      await run(columns, { options: { target: 'y', method: 'logistic', cv: 4 }, columns: 'x1,x2,x3' }),
    )
    near(got.cv.auc, cv[0])
    near(got.cv.accuracy, cv[1])
    near(got.cv.log_loss, cv[2])
  })

  test('more folds than rows of the rarer kind are refused', async () => {
    await expect(
      run(columns, { options: { target: 'y', method: 'logistic', cv: 100 }, columns: 'x1' }),
    ).rejects.toThrow(/rarer kind/)
  })
})

describe('columns of numbers with text in them', () => {
  const age = Array.from({ length: 20 }, (_, i) => 20 + ((i * 7) % 31))
  const y = age.map((value, i) => value + (i % 3))

  test('one bad cell is refused with its text, and how to mean it', async () => {
    const asked = { options: { target: 'y' }, columns: 'age' }
    const refused = run({ age: age.map((value, i) => (i === 4 ? 'n.a.' : value)), y }, asked)
    await expect(refused).rejects.toThrow(/"age" .* is not numeric: .*"n\.a\."/)
    await refused.catch((error: { help: string[] }) => {
      expect(error.help.join(' ')).toContain('C(age)')
    })
  })

  test('C() takes it as groups', async () => {
    const zone = age.map((_, i) => (i === 4 ? 'x' : i % 2))
    const got = await found(await run({ zone, y }, { options: { target: 'y', terms: 'C(zone)' } }))
    expect(got.coefficients.map(({ term }) => term)).toEqual(['intercept', 'zone=1', 'zone=x'])
  })

  test('many texts among numbers are groups, and told', async () => {
    const zone = age.map((_, i) => (i % 3 === 0 ? 'x' : i % 2))
    const ran = await run({ zone, y }, { options: { target: 'y' }, columns: 'zone' })
    expect(ran.warnings.map(({ code }) => code)).toEqual(['numbers_as_text'])
  })

  test('decimal commas are hinted at', async () => {
    const refused = run({ x: age.map((value) => `${value},5`), y }, { options: { target: 'y' } })
    await refused.then(
      () => expect.unreachable(),
      (error: { help: string[] }) => {
        expect(error.help.join(' ')).toContain('--decimal ,')
      },
    )
  })
})

test(`the slope of a column in products and powers is that at the means, as statsmodels' t_test has it`, async () => {
  const { frame, slopes } = answers.slopes_at_means
  const ran = await run(frame, { options: { target: 'y', terms: 'a*b + a^2' } })
  const got = await found(ran)
  expect(got.slopes.map(({ column }) => column)).toEqual(['a', 'b'])
  slopes.forEach(([slope, error, p], i) => {
    near(got.slopes[i]?.slope, slope)
    near(got.slopes[i]?.std_error, error)
    near(got.slopes[i]?.p, p, 1e-6)
  })
  expect(await words(ran)).toMatch(/What one more of a, b means depends on where a row is/)
})

describe('what is said looks at the number of rows', () => {
  test('three rows do not tell whether neighbours depend on each other', async () => {
    const text = await words(await run({ y: [1, 2, 5], x: [2, 3, 5] }, { options: { target: 'y' } }))
    expect(text).toContain('with so few rows it does not tell')
  })

  test('robust errors that are there are not advised', async () => {
    const x = Array.from({ length: 200 }, (_, i) => i)
    const y = x.map((value, i) => value + (value * ((i * 37) % 11)) / 11)
    const plain = await words(await run({ x, y }, { options: { target: 'y' } }))
    expect(plain.replaceAll(/\s+/g, ' ')).toContain('--robust hc3 gives errors that hold then')
    const robust = await words(await run({ x, y }, { options: { target: 'y', robust: 'hc3' } }))
    expect(robust.replaceAll(/\s+/g, ' ')).toContain('the HC3 errors above hold all the same')
  })

  test('a column without a coefficient explains nothing', async () => {
    const text = await words(await run({ y: [1, 2, 5, 4], x: [2, 2, 2, 2] }, { options: { target: 'y' } }))
    expect(text).toContain('No columns explain 0%')
    expect(text).not.toContain('-0.0000')
  })
})

describe('terms that mean something elsewhere', () => {
  const columns = { a: [1, 2, 3, 4, 6, 5], b: [2, 1, 4, 3, 5, 5], y: [1, 2, 4, 3, 5, 7] }

  test.each([
    ['I(a^2)', /a\^2|age\^2/],
    ['y ~ a', /--target/],
    ['(a+b)^2', /brackets/],
    ['scale(a)', /there is no scale/],
  ])('%s is refused with what to write', async (terms, message) => {
    await expect(run(columns, { options: { target: 'y', terms } })).rejects.toThrow(message)
  })

  test.each([
    ['a:a', ['intercept', 'a']],
    ['a*a', ['intercept', 'a']],
    ['a*b:a', ['intercept', 'a', 'a:b']],
  ])('%s: a column times itself is that column, as in R', async (terms, names) => {
    const got = await found(await run(columns, { options: { target: 'y', terms } }))
    expect(got.coefficients.map(({ term }) => term)).toEqual(names)
  })
})

test('predicted is what the saved model predicts, to the bit', async () => {
  const x = Array.from({ length: 40 }, (_, i) => ((i * 37) % 101) / 7)
  const y = x.map((value, i) => value / 3 + ((i * 53) % 97) / 11)
  const names = ['x', 'y']
  const table = await made.table(
    names,
    x.map((value, i) => [String(value), String(y[i])]),
  )
  const own = await (await made.run(regress, table, { options: { target: 'y' } })).rows()
  const other = await made.run(
    regress,
    table,
    { options: { target: 'y', predict: 'same.csv' } },
    { predict: table },
  )
  const again = await other.rows()
  own.forEach((row, i) => expect(row[2]).toBe(again[i]?.[2]))
})

test('a text column may have as many values as --max-levels says', async () => {
  const g = Array.from({ length: 700 }, (_, i) => `g${i % 230}`)
  const y = g.map((_, i) => (i * 37) % 101)
  await expect(run({ g, y }, { options: { target: 'y' }, columns: 'g' })).rejects.toThrow(/more than 200/)
  const got = await found(await run({ g, y }, { options: { target: 'y', maxLevels: 230 }, columns: 'g' }))
  expect(got.coefficients).toHaveLength(230)
})
