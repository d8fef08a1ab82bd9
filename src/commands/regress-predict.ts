/** What a regression says of other rows: the predictor of `regress`, its `--predict FILE` and `--at`. */
import { isValid, type NumberColumn } from '../base/column.ts'
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import { listed } from '../base/wording.ts'
import { predictions, type Predictions, type Predictor as Fitted } from '../learn/predictions.ts'
import type { AtRow } from '../report/regress.ts'
import type { Json } from '../report/report.ts'
import { designOf, type DesignColumn, type Sources } from '../shape/design-columns.ts'
import type { AddedColumn } from '../table/append.ts'
import { readModelRows } from './model-rows.ts'
import { damaged, type Model, type Predictor } from './model.ts'
import { spread } from './result-names.ts'

/** What `regress` keeps beside its columns. */
export interface RegressPart {
  readonly target: string
  /** Of a logistic regression: the two values of the target, the one that the chance is of last. */
  readonly kinds?: readonly [string, string]
  /** Of the intervals, 0 … 1. */
  readonly level: number
  readonly columns: readonly DesignColumn[]
  readonly fitted: Fitted
}

export const predictRegress: Predictor = async (request) => {
  const { model } = request
  const part = partOf(model)
  const { numbers, texts, unseen } = await readModelRows(request)
  const fills = model.columns.filter(({ role }) => role === 'number').map(({ fill }) => fill)
  const all = numbers[0]?.values.length ?? texts[0]?.codes.length ?? 0
  const rowOf = new Int32Array(all)
  let rows = 0
  let isUnseen = 0
  for (let row = 0; row < all; row++) {
    const lacks =
      numbers.some(({ valid }, i) => fills[i] === undefined && !isValid(valid, row)) ||
      texts.some(({ codes }) => codes[row] === -1)
    if (!lacks && texts.some(({ codes }) => (codes[row] as number) < 0)) isUnseen++
    else if (!lacks) rowOf[rows++] = row
  }
  const sources: Sources = {
    numbers: numbers.map((column, i) => ({ name: column.name, values: withFill(column, fills[i]) })),
    groups: texts,
  }
  const { found, used } = withValues(
    predicted(part, sources, rowOf.subarray(0, rows), all),
    rowOf.subarray(0, rows),
  )
  const missing = all - rows - isUnseen
  const noValue = rows - used.length
  return {
    added: addedColumns(part, found, used, all),
    without: {
      ...(missing === 0 ? {} : { missing_value: missing }),
      ...(isUnseen === 0 ? {} : { unseen_level: isUnseen }),
      ...(noValue === 0 ? {} : { term_without_value: noValue }),
    },
    unseen,
  }
}

/**
 * The rows that have a prediction, and theirs: not where a term is the logarithm of 0, or past the range of doubles.
 */
function withValues(
  found: Predictions,
  rowOf: Int32Array,
): { readonly found: Predictions; readonly used: Int32Array } {
  const { predicted: values, bounds } = found
  const isWhole = (i: number) =>
    Number.isFinite(values[i]) &&
    (bounds === undefined || (Number.isFinite(bounds.lower[i]) && Number.isFinite(bounds.upper[i])))
  if (values.every((_, i) => isWhole(i))) return { found, used: rowOf }
  const whole = (_: number, i: number) => isWhole(i)
  return {
    found: {
      predicted: values.filter(whole),
      bounds:
        bounds === undefined
          ? undefined
          : { lower: bounds.lower.filter(whole), upper: bounds.upper.filter(whole) },
    },
    used: rowOf.filter(whole),
  }
}

function withFill({ values, valid, missing }: NumberColumn, fill: number | undefined): Float64Array {
  if (fill === undefined || missing === 0) return values
  return values.map((value, row) => (isValid(valid, row) ? value : fill))
}

function predicted(
  { columns, fitted, level }: RegressPart,
  sources: Sources,
  rowOf: Int32Array,
  all: number,
): Predictions {
  const design = designOf(columns, sources, { rowOf, target: new Float64Array(all) })
  return predictions(design, fitted, level)
}

function addedColumns(
  { kinds }: RegressPart,
  { predicted: values, bounds }: Predictions,
  rowOf: Int32Array,
  all: number,
): AddedColumn[] {
  const column = (name: string, numbers: Float64Array): AddedColumn => ({
    name,
    data: { type: 'double', ...spread(numbers, new Float64Array(all), rowOf) },
  })
  const added = [column('predicted', values)]
  if (bounds !== undefined) added.push(column('lower', bounds.lower), column('upper', bounds.upper))
  if (kinds !== undefined) added.push(kindColumn(kinds, values, rowOf, all))
  return added
}

/** The kind that is more likely. */
function kindColumn(
  kinds: readonly [string, string],
  chances: Float64Array,
  rowOf: Int32Array,
  all: number,
): AddedColumn {
  const codes = Int32Array.from(chances, (chance) => (chance > 0.5 ? 1 : 0))
  return {
    name: 'predicted_class',
    data: { type: 'integer', ...spread(codes, new Int32Array(all), rowOf) },
    levels: kinds,
  }
}

/**
 * @param asked the texts after `--at`
 * @throws {UsageError} for a column that explains nothing, one that is not said, or a value that was not learnt with
 */
export function predictAt(asked: readonly string[], part: RegressPart, sources: Sources): AtRow[] {
  return asked.map((text) => {
    const given = pairsIn(text)
    const names = [...sources.numbers, ...sources.groups].map(({ name }) => name)
    for (const name of given.keys()) {
      if (names.includes(name)) continue
      throw new UsageError(
        `--at "${name}" is not a column that explains ${part.target}${didYouMean(name, names)}`,
        {
          code: 'E_COLUMN',
          help: [`columns: ${listed(names)}`],
        },
      )
    }
    const lacking = names.filter((name) => !given.has(name))
    if (lacking.length > 0) {
      throw new UsageError(`--at ${text} says nothing of ${listed(lacking.map((name) => `"${name}"`))}`, {
        code: 'E_COLUMN',
        help: [`It needs a value for each of ${listed(names)}.`],
      })
    }
    const one: Sources = {
      numbers: sources.numbers.map(({ name }) => ({ name, values: Float64Array.of(numberAt(name, given)) })),
      groups: sources.groups.map(({ name, levels }) => ({
        name,
        levels,
        codes: Int32Array.of(codeAt(name, levels, given)),
      })),
    }
    const found = predicted(part, one, Int32Array.of(0), 1)
    const isNumber = new Set(sources.numbers.map(({ name }) => name))
    if (withValues(found, Int32Array.of(0)).used.length === 0) {
      throw new UsageError(`--at ${text} has no prediction: a term has no value there`, {
        code: 'E_OPTION_VALUE',
      })
    }
    return {
      at: Object.fromEntries(
        names.map((name) => [name, isNumber.has(name) ? numberAt(name, given) : (given.get(name) as string)]),
      ),
      predicted: found.predicted[0] as number,
      lower: found.bounds?.lower[0],
      upper: found.bounds?.upper[0],
    }
  })
}

/** `age=30,income=60000`; a value, or a name and its value, with a comma in it stands in double quotes. */
function pairsIn(text: string): Map<string, string> {
  const pairs = new Map<string, string>()
  for (const [item] of text.matchAll(/(?:"[^"]*"|[^,"])+/g)) {
    const plain = item.trim().replaceAll('"', '')
    const at = plain.indexOf('=')
    if (at < 1 || at === plain.length - 1) {
      throw new UsageError(`--at must look like age=30,income=60000; got "${text}"`, {
        code: 'E_OPTION_VALUE',
        help: [
          'Decimals take a point here: age=30.5. What has a comma in it stands in double quotes: "city, state"=Rome.',
        ],
      })
    }
    const name = plain.slice(0, at).trim()
    if (pairs.has(name)) throw new UsageError(`--at ${text} says "${name}" twice`, { code: 'E_OPTION_VALUE' })
    pairs.set(name, plain.slice(at + 1).trim())
  }
  return pairs
}

function numberAt(name: string, given: ReadonlyMap<string, string>): number {
  const text = given.get(name) ?? ''
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN
  if (Number.isFinite(value)) return value
  throw new UsageError(`--at ${name}=${text}: "${name}" is a column of numbers`, {
    code: 'E_OPTION_VALUE',
    ...(text.includes(',')
      ? { help: [`Decimals take a point here: ${name}=${text.replace(',', '.')}`] }
      : {}),
  })
}

function codeAt(name: string, levels: readonly string[], given: ReadonlyMap<string, string>): number {
  const text = given.get(name) ?? ''
  const code = levels.indexOf(text)
  if (code >= 0) return code
  throw new UsageError(
    `--at ${name}=${text}: column "${name}" holds no "${text}"${didYouMean(text, levels)}`,
    {
      code: 'E_OPTION_VALUE',
      help: [`values: ${listed(levels)}`],
    },
  )
}

function partOf(model: Model): RegressPart {
  const part = model.part as unknown as RegressPart | null
  const counts = { number: 0, text: 0 }
  for (const { role } of model.columns) counts[role]++
  const columns: readonly DesignColumn[] | undefined = part?.columns
  const size = columns?.length
  const isNumbers = (list: unknown, length: number) =>
    Array.isArray(list) && list.length === length && list.every((value) => typeof value === 'number')
  const fits = columns?.every?.(({ ingredients }) =>
    ingredients?.every?.((one) =>
      one.kind === 'level' ? one.groups < counts.text : one.number < counts.number && one.number >= 0,
    ),
  )
  const fitted: Fitted | undefined = part?.fitted
  if (
    part === null ||
    size === undefined ||
    fits !== true ||
    fitted === undefined ||
    !isNumbers(fitted.slopes, size) ||
    !isNumbers(fitted.centers, size) ||
    typeof fitted.level !== 'number' ||
    typeof part.level !== 'number' ||
    (fitted.covariance !== undefined && !isNumbers(fitted.covariance, (size + 1) ** 2))
  ) {
    throw damaged(model, 'its coefficients do not fit its columns')
  }
  return part
}

/** As JSON for the model. */
export function partJson(part: RegressPart): Json {
  return part as unknown as Json
}
