/**
 * The steps of a clean that rewrite cells: texts, numbers, dates, masks, formulas.
 *
 * In:  a Walk and what its Plan asks of it. Out: the Walk, one step further. What a step has to find out first
 * (how a column writes its dates, which cells can't be read) is asked of the engine here; the SQL is tidy's.
 */
import { DataError, UsageError } from '../../base/errors.ts'
import { count, plural } from '../../base/wording.ts'
import { tokenCondition } from '../../table/cells.ts'
import {
  columnOfDates,
  isoDate,
  isoDateBy,
  lookAtOrder,
  nothingSeen,
  type DateOrder,
  type OrderSeen,
} from '../../tidy/dates.ts'
import { hmac, masked, partial } from '../../tidy/mask.ts'
import { plainNumber, readsAsNumber } from '../../tidy/number-text.ts'
import { NOTHING, type Step } from '../../tidy/step.ts'
import { beyondAscii, disarmed, inCase, squeezed, titleCase, trimmed } from '../../tidy/text.ts'
import type { Plan } from './plan.ts'
import { rejectRows, type Refusal } from './rejects.ts'
import { placeOf, rulesOfCells, take, type CellRules, type Walk } from './walk.ts'

export async function textSteps(walk: Walk, plan: Plan): Promise<void> {
  const { dialect } = walk.engine
  if (plan.trim)
    await take(
      walk,
      textStep(walk, 'trim', (cell) => trimmed(dialect, cell)),
    )
  if (plan.squeeze)
    await take(
      walk,
      textStep(walk, 'squeeze', (cell) => squeezed(dialect, cell)),
    )
  if (plan.unicode !== undefined) {
    const form = plan.unicode === 'nfc' ? 'NFC' : 'NFKC'
    const normal = await walk.engine.textFunction(plan.unicode, (text) => text.normalize(form))
    await take(
      walk,
      textStep(walk, 'unicode', (cell) => beyondAscii(dialect, cell, `${normal}(${cell})`)),
    )
  }
  if (plan.case.size > 0) await caseStep(walk, plan)
}

/** Cells that are all numbers, dates or empty have no blank to lose and no letter to change; a token may be blanks. */
function textStep(walk: Walk, name: string, change: (cell: string) => string): Step {
  const cells = walk.relation.columns.flatMap(({ type, facts }, i) => {
    const hasTexts = facts === undefined || facts.others + facts.tokens > 0
    return type === 'text' && hasTexts ? [[i, change(`c${i}`)] as const] : []
  })
  return { ...NOTHING, name, cells: new Map(cells) }
}

async function caseStep(walk: Walk, plan: Plan): Promise<void> {
  const { engine } = walk
  const functions = new Map<string, string>()
  for (const word of new Set(plan.case.values())) {
    functions.set(word, await engine.textFunction(word, CASES[word]))
  }
  const cells = new Map(
    [...plan.case].map(([place, word]) => {
      const cell = `c${place}`
      const whole = `${functions.get(word)}(${cell})`
      return [place, word === 'title' ? whole : inCase(engine.dialect, cell, `${word}(${cell})`, whole)]
    }),
  )
  await take(walk, { ...NOTHING, name: 'case', cells })
}

const CASES = {
  lower: (text: string) => text.toLowerCase(),
  upper: (text: string) => text.toUpperCase(),
  title: titleCase,
} as const

/** A column being rewritten: its cells, and SQL of the cells that can't be. */
interface Rewriting {
  readonly column: CellRules
  readonly cell: string
  readonly bad: string
  /** It is known that no cell is bad. */
  readonly sure: boolean
}

interface DateReading {
  /** SQL of the date in ISO 8601, NULL where the cell is none. */
  readonly date: string
  readonly sure: boolean
}

export async function numberStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.number.length === 0) return
  const { dialect } = walk.engine
  const columns = await rulesOfCells(walk, plan.number)
  const rewritings = columns.map((column): Rewriting => {
    const { cell, decimal } = column
    const left = leftAlone(walk, column)
    const plain = decimal === '.' ? cell : `replace(${cell}, ',', '.')`
    const reads = `coalesce(${readsAsNumber(dialect, cell, decimal)}, false)`
    const number = plainNumber(dialect, cell, decimal)
    const rewritten = `case when ${left} then ${cell} when ${column.isNumber} then ${plain} when ${reads} then ${number} end`
    return {
      column,
      cell: rewritten,
      bad: `(not ${left} and not ${column.isNumber} and not ${reads})`,
      sure: isNumbersAlone(walk, column),
    }
  })
  await rewrite(walk, 'number', 'a number', rewritings)
  const columnsNow = walk.relation.columns.map((column, i) =>
    plan.number.includes(i) ? { ...column, decimal: '.' as const } : column,
  )
  walk.relation = { ...walk.relation, columns: columnsNow }
}

function isNumbersAlone(walk: Walk, { facts }: CellRules): boolean {
  const words = walk.relation.rules.missing === undefined ? 0 : facts.tokens
  return facts.others + facts.dates + words === 0
}

/** SQL: the cell is missing, or would be in a column that holds nothing but numbers or dates. */
function leftAlone(walk: Walk, { cell, missing }: CellRules): string {
  if (walk.relation.rules.missing !== undefined) return missing
  return `(${missing} or ${tokenCondition(walk.engine.dialect, cell)})`
}

export async function dateStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.date.size === 0) return
  const columns = await rulesOfCells(walk, [...plan.date.keys()])
  const rewritings: Rewriting[] = []
  for (const column of columns) {
    const format = plan.date.get(column.place)
    const left = leftAlone(walk, column)
    const { date, sure } =
      format === undefined ? await dateAsShown(walk, column, left) : await dateByFormat(walk, column, format)
    const cell = `case when ${left} then ${column.cell} else ${date} end`
    rewritings.push({ column, cell, bad: `(not ${left} and (${date}) is null)`, sure })
  }
  await rewrite(walk, 'date', 'a date', rewritings)
}

async function dateByFormat(walk: Walk, { cell }: CellRules, format: string): Promise<DateReading> {
  const { dialect } = walk.engine
  const date = isoDateBy(dialect, `trim(${cell})`, format)
  await walk.engine.query(`select ${isoDateBy(dialect, `'x'`, format)}`).catch((cause: unknown) => {
    throw new UsageError(`--date can't use the format "${format}"`, {
      help: ['Formats are those of strptime: %Y-%m-%d, %d/%m/%Y %H:%M, %d %B %Y.'],
      cause,
    })
  })
  return { date, sure: false }
}

/**
 * The dates as all of the column shows them to be written. Each different text is looked at once.
 *
 * @throws {DataError} when day and month can be read both ways, or some cells say the one and some the other
 */
async function dateAsShown(walk: Walk, column: CellRules, left: string): Promise<DateReading> {
  const { engine, relation } = walk
  const { cell } = column
  const seen = nothingSeen()
  const sure = new Map<DateOrder, boolean>(ORDERS.map((order) => [order, true]))
  const texts = `select distinct ${cell} from ${relation.name} where not ${left}`
  for await (const { columns } of engine.stream(texts)) {
    const [found] = columns
    if (found?.type !== 'text') throw new Error('a text came as something else')
    for (const text of found.values) {
      if (text === null) continue
      lookAtOrder(seen, text)
      for (const order of ORDERS) if (isoDate(text, order) === null) sure.set(order, false)
    }
  }
  const order = await orderOf(walk, column, seen)
  const iso = await engine.textFunction('iso_date', columnOfDates(order))
  return { date: `${iso}(${cell})`, sure: sure.get(order) === true }
}

const ORDERS: readonly DateOrder[] = ['day first', 'month first', 'year first']

/** @throws {DataError} when the texts can be read in two ways, or some say the one and some the other */
async function orderOf(walk: Walk, column: CellRules, seen: OrderSeen): Promise<DateOrder> {
  if (seen.yearLast === undefined && seen.yearFirst !== undefined) return 'year first'
  if (seen.dayFirst !== undefined && seen.monthFirst !== undefined) throw await contradiction(walk, column)
  const order = seen.monthFirst === undefined ? 'day first' : 'month first'
  if (seen.yearLast === undefined && seen.yearEither !== undefined) {
    throw await readTwice(walk, column, 'yearEither', 'year first', order)
  }
  if (seen.dayFirst === undefined && seen.monthFirst === undefined && seen.either !== undefined) {
    throw await readTwice(walk, column, 'either', 'day first', 'month first')
  }
  return order
}

/** The first row whose cell has a property, by its line. */
async function firstWhere(
  walk: Walk,
  condition: string,
  cell: string,
): Promise<{ readonly said: string; readonly text: string }> {
  const { engine, relation } = walk
  const [[k, text] = []] = await engine.query(
    `select k, ${cell} from ${relation.keyed} where ${condition} order by k limit 1`,
  )
  const { said } = await placeOf(relation, Number(k))
  return { said, text: String(text).slice(0, 60) }
}

/** The first row whose text says this about the order of day and month. */
async function firstSaying(walk: Walk, { cell }: CellRules, what: keyof OrderSeen) {
  const says = await walk.engine.textFunction('order_of', (text) => {
    const seen = nothingSeen()
    lookAtOrder(seen, text)
    return seen[what] === undefined ? null : 'yes'
  })
  return firstWhere(walk, `${says}(${cell}) = 'yes'`, cell)
}

async function contradiction(walk: Walk, column: CellRules): Promise<DataError> {
  const { name } = column
  const day = await firstSaying(walk, column, 'dayFirst')
  const month = await firstSaying(walk, column, 'monthFirst')
  return new DataError(
    `column "${name}" of ${walk.relation.files.join(' and ')} writes dates in two ways: ` +
      `"${day.text}" on ${day.said} has the day first, "${month.text}" on ${month.said} the month`,
    {
      code: 'E_DATE_FORMAT',
      help: [
        `Say which is right with --date ${name}=%d/%m/%Y or %m/%d/%Y; --on-bad says what becomes of the others.`,
      ],
    },
  )
}

async function readTwice(
  walk: Walk,
  column: CellRules,
  what: keyof OrderSeen,
  one: DateOrder,
  other: DateOrder,
): Promise<DataError> {
  const { name } = column
  const { said, text } = await firstSaying(walk, column, what)
  const mark = /\D/.exec(text.trim())?.[0] ?? '/'
  const year = /\d{4}/.test(text) ? '%Y' : '%y'
  const format = (order: DateOrder) =>
    ({
      'day first': ['%d', '%m', year],
      'month first': ['%m', '%d', year],
      'year first': [year, '%m', '%d'],
    })[order].join(mark)
  return new DataError(
    `column "${name}" of ${walk.relation.files.join(' and ')} can be read in two ways: ` +
      `"${text}" on ${said} is ${isoDate(text, one)} with the ${one}, ${isoDate(text, other)} with the ${other}`,
    {
      code: 'E_AMBIGUOUS_DATE',
      help: [`Say which: --date ${name}=${format(one)} or --date ${name}=${format(other)}.`],
    },
  )
}

/** Takes the step, and deals with the cells that can't be rewritten as --on-bad says. */
async function rewrite(walk: Walk, name: string, what: string, columns: readonly Rewriting[]): Promise<void> {
  const step: Step = {
    ...NOTHING,
    name,
    cells: new Map(columns.map(({ column, cell }) => [column.place, cell])),
  }
  const { onBad } = walk.context.options
  const unsure = columns.filter(({ sure }) => !sure)
  if (unsure.length === 0) return take(walk, step)
  const counts = unsure.map(({ bad }) => `count(*) filter (where ${bad})`)
  const [row = []] = await walk.engine.query(`select ${counts.join(', ')} from ${walk.relation.name}`)
  const badOnes = unsure.flatMap((one, i) => (Number(row[i]) > 0 ? [{ ...one, cells: Number(row[i]) }] : []))
  if (badOnes.length === 0) return take(walk, step)
  if (onBad === 'error') throw await unreadable(walk, what, badOnes)
  if (onBad === 'null') {
    for (const { column, cells } of badOnes) {
      walk.context.warn({
        code: name === 'number' ? 'not_a_number' : 'not_a_date',
        message: `${plural(cells, 'cell')} of column "${column.name}" can't be read as ${what} and became empty`,
      })
    }
    return take(walk, step)
  }
  const refusals = badOnes.map(({ column, bad }): Refusal => ({
    column: column.name,
    reason: `not ${what}`,
    condition: bad,
  }))
  const rejected = await rejectRows(walk, refusals)
  const keep = badOnes.map(({ bad }) => `not ${bad}`).join(' and ')
  return take(walk, { ...step, keep: () => keep }, rejected)
}

async function unreadable(
  walk: Walk,
  what: string,
  columns: readonly (Rewriting & { readonly cells: number })[],
): Promise<DataError> {
  const [{ column, bad, cells }] = columns as [Rewriting & { readonly cells: number }]
  const { said, text } = await firstWhere(walk, bad, column.cell)
  const more = cells > 1 ? ` (and ${count(cells - 1)} more such cells)` : ''
  return new DataError(
    `${walk.relation.files.join(' and ')} ${said}, column "${column.name}": "${text}" is not ${what}${more}`,
    {
      code: what === 'a number' ? 'E_NOT_NUMERIC' : 'E_NOT_DATE',
      help: ['--on-bad null empties such cells; --on-bad reject takes their rows out.'],
    },
  )
}

export async function maskStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.mask.size === 0) return
  const { engine, context } = walk
  const masks = new Set(plan.mask.values())
  const named = { hash: '', partial: '' }
  if (masks.has('hash')) {
    const key = withoutLineEnd(await context.readFile(context.options.maskKeyFile ?? ''))
    if (key.length === 0) throw new UsageError(`the key in ${context.options.maskKeyFile} is empty`)
    named.hash = await engine.textFunction('mask_hash', hmac(key))
  }
  if (masks.has('partial')) named.partial = await engine.textFunction('mask_partial', partial)
  const columns = await rulesOfCells(walk, [...plan.mask.keys()])
  const cells = new Map(
    columns.map(({ place, cell, missing }) => {
      const mask = plan.mask.get(place) ?? 'redact'
      return [place, masked(engine.dialect, mask, cell, missing, named)]
    }),
  )
  await take(walk, { ...NOTHING, name: 'mask', cells })
}

/** A key that was written by an editor or `echo` ends with a line end that nobody meant. */
function withoutLineEnd(key: Uint8Array): Uint8Array {
  const [beforeLast, last] = key.slice(-2)
  if (key.length >= 2 && beforeLast === 13 && last === 10) return key.subarray(0, -2)
  return key.at(-1) === 10 ? key.subarray(0, -1) : key
}

export async function excelStep(walk: Walk, plan: Plan): Promise<void> {
  if (!plan.excelSafe) return
  const { dialect } = walk.engine
  const columns = await rulesOfCells(walk, plan.out)
  const risky = columns.filter(({ facts, type }) => type === 'text' && (facts.others > 0 || facts.tokens > 0))
  const cells = new Map(risky.map(({ place, cell, isNumber }) => [place, disarmed(dialect, cell, isNumber)]))
  await take(walk, { ...NOTHING, name: 'excel-safe', cells })
}
