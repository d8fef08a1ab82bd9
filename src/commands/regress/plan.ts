/**
 * Which columns `lode regress` reads, and as what: those that --terms or --columns name, or all of numbers.
 *
 * In:  the context and its relation.
 * Out: a Plan; nothing is read yet but what the scan knows of the cells.
 */
import { DataError, UsageError } from '../../base/errors.ts'
import { didYouMean } from '../../base/suggest.ts'
import { count, listed } from '../../base/wording.ts'
import type { ColumnFacts } from '../../kernels/scan.ts'
import { parseTerms, termText, type Term, type Terms } from '../../shape/terms.ts'
import { isDate, isNumeric } from '../../table/cells.ts'
import { choose, chooseColumn } from '../../table/columns.ts'
import { factsOf } from '../../table/facts.ts'
import { kindFacts } from '../../table/kinds.ts'
import { refuseText } from '../../table/refuse-text.ts'
import type { Relation } from '../../table/relation.ts'
import { usableNumbers } from '../../table/usable.ts'
import type { Options, RegressContext } from './options.ts'

/** What to read: places in the relation. */
export interface Plan {
  readonly target: number
  readonly weights: number | undefined
  readonly terms: Terms
  /** Names as the terms have them, and places. */
  readonly numbers: readonly { readonly name: string; readonly place: number }[]
  readonly groups: readonly { readonly name: string; readonly place: number }[]
  readonly keysLeftOut: readonly string[]
}

export async function planOf(context: RegressContext, relation: Relation): Promise<Plan> {
  const { options } = context
  if (options.target === undefined) {
    throw new UsageError('which column is to be explained? Name it with --target', {
      code: 'E_OPTION',
      help: [`columns: ${listed(relation.columns.map(({ name }) => name))}`],
    })
  }
  const target = chooseColumn(relation, options.target)
  const weights = options.weights === undefined ? undefined : chooseColumn(relation, options.weights)
  if (weights === target) throw new UsageError('--weights and --target name the same column')
  const reserved = [target, ...(weights === undefined ? [] : [weights])]
  const chosen =
    options.terms === undefined
      ? // A column of weights that is named explains as well.
        await chosenColumns(context, relation, context.columns === undefined ? reserved : [target])
      : termsOver(options.terms, context, relation, target)
  const names = uniqueNames(relation, [...new Set(chosen.places.values())])
  const terms: Terms = {
    intercept: chosen.terms.intercept && options.intercept,
    terms: chosen.terms.terms.map((term) =>
      term.map((factor) => ({
        ...factor,
        column: names.get(chosen.places.get(factor.column) as number) as string,
      })),
    ),
  }
  const grouped = new Set(
    chosen.terms.terms
      .flat()
      .flatMap(({ kind, column }) => (kind === 'groups' ? [chosen.places.get(column)] : [])),
  )
  const facts = await kindFacts(context.engine, relation, [...names.keys()])
  const isNumber = [...names.keys()].map((place, i) => {
    const known = facts[i]
    if (known === undefined) throw new Error(`no facts of column ${place}`)
    const name = `"${relation.columns[place]?.name}" of ${relation.files.join(' and ')}`
    if (known.numbers + known.dates + known.others === 0 && known.tokens === 0) {
      throw new DataError(`column ${name} has no values`, { code: 'E_NO_VALUES' })
    }
    if (isDate(known)) {
      throw new DataError(`column ${name} holds dates, which are neither numbers nor names of groups`, {
        code: 'E_NOT_NUMERIC',
        help: ['Leave it out, or turn it into a number first (a year, days since a date).'],
      })
    }
    return isNumeric(known) && !grouped.has(place)
  })
  for (const [i, place] of [...names.keys()].entries()) {
    if (isNumber[i] !== true && !grouped.has(place)) await refuseNumbersWithText(context, relation, place)
  }
  const parted = [...names].map(([place, name], i) => ({ place, name, isNumber: isNumber[i] === true }))
  const groups = parted.filter((one) => !one.isNumber)
  refuseCalculation(terms, groups)
  refuseBases(options, groups)
  return {
    target,
    weights,
    terms,
    numbers: parted.filter((one) => one.isNumber),
    groups,
    keysLeftOut: chosen.keys.map((place) => relation.columns[place]?.name ?? ''),
  }
}

/** Of cells that hold something the part from which on a column is meant to be one of numbers, and one that may be. */
const MEANT_AS_NUMBERS = 0.9
const PERHAPS_NUMBERS = 0.5

/**
 * A column that holds numbers but for a few cells would become a column of each number.
 *
 * @throws {DataError} with the line of the first text
 */
async function refuseNumbersWithText(
  context: RegressContext,
  relation: Relation,
  place: number,
): Promise<void> {
  const [facts] = (await factsOf(context.engine, relation, [place])) as [ColumnFacts]
  const { numbers, dates, others, firstOtherLine } = facts
  const part = numbers / (numbers + dates + others)
  const name = relation.columns[place]?.name ?? ''
  if (part >= MEANT_AS_NUMBERS) {
    try {
      await refuseText(context.engine, relation, place, facts)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      throw new DataError(error.message, {
        code: error.code,
        help: [...error.help, `To make a column of each of its values, write C(${name}) in --terms.`],
        cause: error,
      })
    }
  }
  if (!(part >= PERHAPS_NUMBERS)) return
  const line = firstOtherLine > 0 ? `, first in line ${count(firstOtherLine)}` : ''
  context.warn({
    code: 'numbers_as_text',
    message: `"${name}" holds numbers in ${count(numbers)} cells and text in ${count(dates + others)}${line}: each of its values is taken for a name`,
  })
}

interface Chosen {
  readonly terms: Terms
  /** Names in the terms to places. */
  readonly places: ReadonlyMap<string, number>
  readonly keys: readonly number[]
}

async function chosenColumns(
  context: RegressContext,
  relation: Relation,
  reserved: readonly number[],
): Promise<Chosen> {
  const { columns, exclude } = context
  const usable =
    columns === undefined
      ? await usableNumbers(context.engine, relation, columns, exclude)
      : { used: choose(relation, columns, exclude), keys: [] }
  const used = usable.used.filter((place) => !reserved.includes(place))
  const keys = usable.keys.filter((place) => !reserved.includes(place))
  if (used.length === 0) {
    const left = listed(keys.map((place) => `"${relation.columns[place]?.name}"`))
    throw new DataError(
      `${relation.files.join(' and ')} has no numeric column beside the target to explain it by`,
      {
        code: 'E_NO_NUMERIC_COLUMN',
        help: [
          (await hasDecimalCommas(context, relation))
            ? 'Numbers with decimal commas are read with --decimal ,'
            : left === ''
              ? `Name text columns with --columns; columns: ${listed(relation.columns.map(({ name }) => name))}`
              : `Left out, as they look like keys: ${left}. Name them with --columns.`,
        ],
      },
    )
  }
  return {
    terms: {
      intercept: true,
      terms: used.map((place): Term => [{ kind: 'column', column: String(place) }]),
    },
    places: new Map(used.map((place) => [String(place), place])),
    keys,
  }
}

/** Whether some column without numbers shows 1,5 among its first cells. */
async function hasDecimalCommas({ engine }: RegressContext, relation: Relation): Promise<boolean> {
  if (relation.rules.decimal === ',') return false
  const cells = relation.columns.map((_, place) => `c${place}`)
  const any = cells.map((cell) => `bool_or(${engine.dialect.matches(cell, '[+-]?[0-9]+,[0-9]+')})`)
  const [row = []] = await engine.query(
    `select ${any.join(', ')} from (select ${cells.join(', ')} from ${relation.name} limit 100)`,
  )
  return row.includes(true)
}

function termsOver(text: string, context: RegressContext, relation: Relation, target: number): Chosen {
  if (context.columns !== undefined || context.exclude !== undefined) {
    throw new UsageError('--terms says which columns are used; leave --columns and --exclude out', {
      code: 'E_OPTION',
    })
  }
  let terms: Terms
  try {
    terms = parseTerms(text)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(`--terms ${error.message}`, { code: 'E_TERMS', help: error.help, cause: error })
  }
  const places = new Map<string, number>()
  for (const { column } of terms.terms.flat()) {
    const place = chooseColumn(relation, column)
    if (place === target)
      throw new UsageError(`--terms explains the target "${column}" by itself`, { code: 'E_TERMS' })
    places.set(column, place)
  }
  return { terms, places, keys: [] }
}

/** Of columns that are called alike the later ones get a number, as in pandas. */
function uniqueNames(relation: Relation, places: readonly number[]): Map<number, string> {
  const used = new Set<string>()
  return new Map(
    places.map((place) => {
      const base = relation.columns[place]?.name || `column${place + 1}`
      let name = base
      for (let n = 1; used.has(name); n++) name = `${base}.${n}`
      used.add(name)
      return [place, name]
    }),
  )
}

function refuseCalculation({ terms }: Terms, groups: readonly { readonly name: string }[]): void {
  for (const factor of terms.flat()) {
    if (factor.kind === 'column' || factor.kind === 'groups') continue
    if (!groups.some(({ name }) => name === factor.column)) continue
    throw new UsageError(`--terms calculates with "${factor.column}", which is text: ${termText([factor])}`, {
      code: 'E_TERMS',
      help: ['A text column stands by its name alone; each of its values becomes a column of its own.'],
    })
  }
}

function refuseBases({ base }: Options, groups: readonly { readonly name: string }[]): void {
  const names = groups.map(({ name }) => name)
  for (const [column, value] of base) {
    if (names.includes(column)) continue
    throw new UsageError(
      `--base ${column}=${value}: "${column}" is not a text column that is used${didYouMean(column, names)}`,
      {
        code: 'E_OPTION_VALUE',
        help: [names.length === 0 ? 'No text column is used.' : `text columns: ${listed(names)}`],
      },
    )
  }
}
