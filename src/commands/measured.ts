/**
 * Rows as points: the columns used as numbers on one scale, texts as codes, and what the report tells of the others.
 *
 * In:  a relation, `--columns` and `--exclude`, and how to scale and to deal with missing values.
 * Out: a Measured. All columns that are needed come out of the engine in one pass.
 */
import { MISSING, setValid, type LevelColumn, type NumberColumn } from '../base/column.ts'
import { DataError } from '../base/errors.ts'
import type { Matrix } from '../base/matrix.ts'
import { listed } from '../base/wording.ts'
import type { ReportInput } from '../report/report.ts'
import { toMatrix, type Missing, type Rows } from '../shape/matrix.ts'
import { fitScale, scaledRows, type ScaleKind, type Scaling } from '../shape/scale.ts'
import { almostNumbers, type AlmostNumbers } from '../table/almost-numbers.ts'
import { choose } from '../table/columns.ts'
import { placesOfFewValues } from '../table/few-values.ts'
import { readColumns, type ReadColumns } from '../table/read.ts'
import { rowCount, type Relation } from '../table/relation.ts'
import { usableNumbers, type Usable } from '../table/usable.ts'
import type { Context } from './command.ts'
import { choice } from './option.ts'
import type { ModelColumn } from './model.ts'

/** A column with more different values tells little by its most frequent one. */
const fewValues = 50

export const scaleOption = choice({
  about: 'what a column is measured in before distances are taken',
  choices: ['zscore', 'minmax', 'robust', 'none'],
  default: 'zscore',
})

export const missingOption = choice({
  about: 'a row with a missing value in a column used: leave it out, fill the value in, or stop',
  choices: ['drop', 'mean', 'median', 'error'],
  default: 'drop',
})

export interface Measured {
  readonly relation: Relation
  readonly usable: Usable
  /** Columns left out that seem to be meant as numbers, or that hold nothing. */
  readonly lost: readonly Lost[]
  /** The columns of numbers used, as read, in the order of `x`. */
  readonly columns: readonly NumberColumn[]
  /** The columns of text used; empty unless they are encoded. */
  readonly texts: readonly LevelColumn[]
  /** Codes of the texts, one array a column, one entry a row of x. */
  readonly codes: readonly Int32Array[]
  /** What fills a missing text, as a code; undefined where rows are left out. */
  readonly textFillers: readonly (number | undefined)[]
  readonly rows: Rows
  readonly scaling: Scaling
  /** The rows used, scaled. */
  readonly x: Matrix
  /** Rows of the relation. */
  readonly all: number
  /** Every column that a report compares groups by, by its place; read only where a report is asked for. */
  readonly compared: readonly { readonly place: number; readonly column: NumberColumn | LevelColumn }[]
}

interface Lost {
  readonly column: string
  readonly why: string
}

interface Asked {
  readonly scale: ScaleKind
  readonly missing: Missing
  /** Named columns of text are used too. */
  readonly takesText: boolean
  /** Columns that are the same in every row are worth a word. */
  readonly warnsOfScale: boolean
  /** What to say of a named column of text that is not. */
  readonly textHelp?: string
}

export async function measure(context: Context, asked: Asked): Promise<Measured> {
  const relation = context.inputs[0] as Relation
  const all = await rowCount(context.engine, relation)
  if (all === 0) {
    throw new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
  }
  const { usable, lost } = await columnsToUse(context, relation)
  const isText = (place: number) => asked.takesText && !usable.numeric[place]
  const numberPlaces = usable.used.filter((place) => !isText(place))
  const textPlaces = usable.used.filter(isText)
  const more = context.wants.report
    ? await comparedToo(context, relation, usable)
    : { numbers: [], texts: [] }
  const read = await readColumns(
    context.engine,
    relation,
    [...numberPlaces, ...more.numbers],
    [...textPlaces.map((place) => ({ place })), ...more.texts.map((place) => ({ place, most: fewValues }))],
    context,
  ).catch((error: unknown): ReadColumns => {
    throw helped(error, asked.textHelp)
  })
  const columns = read.numbers.slice(0, numberPlaces.length)
  const texts = read.texts.slice(0, textPlaces.length) as LevelColumn[]
  const places = [...numberPlaces, ...more.numbers]
  const compared = [
    ...read.numbers.map((column, i) => ({ place: places[i] as number, column })),
    ...[...textPlaces, ...more.texts].flatMap((place, i) => {
      const column = read.texts[i]
      return column === undefined || column.levels.length === 0 ? [] : [{ place, column }]
    }),
  ].sort((a, b) => a.place - b.place)
  return { relation, usable, lost, all, texts, compared, ...shaped(context, columns, texts, asked) }
}

/** The error about text in a named column, with what to do beside cleaning it. */
function helped(error: unknown, textHelp: string | undefined): unknown {
  if (!(error instanceof DataError) || error.code !== 'E_NOT_NUMERIC' || textHelp === undefined) return error
  return new DataError(error.message, { code: error.code, help: [...error.help, textHelp], cause: error })
}

/** Columns that are not used, for the report: measures, and texts of few different values. */
async function comparedToo(context: Context, relation: Relation, { kinds, used }: Usable) {
  const others = (kind: string) =>
    kinds.flatMap((one, place) => (one === kind && !used.includes(place) ? [place] : []))
  const numbers = others('number')
  return { numbers, texts: await placesOfFewValues(context.engine, relation, others('text'), fewValues) }
}

function shaped(
  context: Context,
  columns: readonly NumberColumn[],
  texts: readonly LevelColumn[],
  { scale, missing, warnsOfScale }: Asked,
): Pick<Measured, 'columns' | 'codes' | 'textFillers' | 'rows' | 'scaling' | 'x'> {
  const textFillers = texts.map((column) =>
    missing === 'mean' || missing === 'median' ? mostFrequent(column) : undefined,
  )
  const asNumbers = texts.map((column, i) => codesAsNumbers(column, textFillers[i]))
  const whole = toMatrix([...columns, ...asNumbers], missing)
  const x = firstColumns(whole.matrix, columns.length)
  const names = columns.map(({ name }) => name)
  const scaling = fitScale(x, scale, names)
  if (warnsOfScale) warnOfScale(context, scaling, names)
  const codes = texts.map((_, j) =>
    Int32Array.from(
      { length: x.rows },
      (_row, i) => whole.matrix.data[i * whole.matrix.cols + columns.length + j] as number,
    ),
  )
  return { columns, codes, textFillers, rows: whole, scaling, x: scaledRows(x, scaling) }
}

/** The first columns of a matrix. */
export function firstColumns(m: Matrix, count: number): Matrix {
  if (count === m.cols) return m
  const data = new Float64Array(m.rows * count)
  for (let i = 0; i < m.rows; i++) data.set(m.data.subarray(i * m.cols, i * m.cols + count), i * count)
  return { rows: m.rows, cols: count, data }
}

/** The code of the most frequent text, the first on ties. */
function mostFrequent({ codes, levels }: LevelColumn): number {
  const rows = new Int32Array(levels.length)
  for (const code of codes) if (code >= 0) rows[code] = (rows[code] as number) + 1
  return rows.indexOf(rows.reduce((most, count) => Math.max(most, count), 0))
}

function codesAsNumbers(
  { name, codes, levels, missing }: LevelColumn,
  filler: number | undefined,
): NumberColumn {
  const fills = filler !== undefined && levels.length > 0
  const values = new Float64Array(codes.length)
  const valid = new Uint8Array((codes.length + 7) >> 3)
  codes.forEach((code, row) => {
    if (code === MISSING && !fills) return
    values[row] = code === MISSING ? (filler as number) : code
    setValid(valid, row)
  })
  return { name, values, valid, missing: fills ? 0 : missing }
}

async function columnsToUse(
  context: Context,
  relation: Relation,
): Promise<{ usable: Usable; lost: readonly Lost[] }> {
  const usable = await usableNumbers(context.engine, relation, context.columns, context.exclude)
  const named = (places: readonly number[]) =>
    listed(places.map((place) => `"${relation.columns[place]?.name}"`))
  const { almost, empty } = await lostColumns(context, relation, usable)
  const keys = named(usable.keys)
  const results = named(usable.results)
  if (usable.used.length === 0) {
    throw new DataError(`${relation.files.join(' and ')} has no numeric column to group rows by`, {
      code: 'E_NO_NUMERIC_COLUMN',
      help: [
        ...almost.map(({ place, why, help }) => `${named([place])} is text: ${why}; ${help}`),
        keys === '' && results === ''
          ? `columns: ${listed(relation.columns.map((column) => column.name))}`
          : `Left out: ${[...usable.keys, ...usable.results].map((place) => named([place])).join(', ')}. Name them with --columns.`,
      ],
    })
  }
  const those = (places: readonly number[], one: string, several: string) =>
    places.length === 1 ? one : several
  if (keys !== '') {
    context.warn({
      code: 'key_column_left_out',
      message: `left out ${keys}, which ${those(usable.keys, 'looks', 'look')} like a key; name columns with --columns to use them`,
    })
  }
  if (results !== '') {
    context.warn({
      code: 'result_column_left_out',
      message: `left out ${results}, which ${those(usable.results, 'is the result', 'are results')} of an earlier run by the name; name columns with --columns to use them`,
    })
  }
  for (const { place, why, help } of almost) {
    context.warn({
      code: 'text_column_left_out',
      message: `left out ${named([place])}, which is text: ${why}; ${help}`,
    })
  }
  if (empty.length > 0) {
    context.warn({
      code: 'empty_column_left_out',
      message: `left out ${named(empty)}, which ${those(empty, 'holds', 'hold')} no value`,
    })
  }
  const nameOf = (place: number) => relation.columns[place]?.name ?? ''
  return {
    usable,
    lost: [
      ...almost.map(({ place, why }) => ({ column: nameOf(place), why: `text: ${why}` })),
      ...empty.map((place) => ({ column: nameOf(place), why: 'no value' })),
    ],
  }
}

/** Columns that nobody named and that are no numbers, though they seem to be meant as such; and those of no value. */
async function lostColumns(
  { engine, columns, exclude }: Context,
  relation: Relation,
  { kinds }: Usable,
): Promise<{ almost: AlmostNumbers[]; empty: number[] }> {
  if (columns !== undefined) return { almost: [], empty: [] }
  const chosen = choose(relation, undefined, exclude)
  const texts = chosen.filter((place) => kinds[place] === 'text')
  return {
    almost: await almostNumbers(engine, relation, texts),
    empty: chosen.filter((place) => kinds[place] === 'empty'),
  }
}

function warnOfScale(context: Context, scaling: Scaling, names: readonly string[]): void {
  const marked = (marks: Uint8Array) => names.filter((_, j) => marks[j] === 1).map((name) => `"${name}"`)
  const constant = marked(scaling.constant)
  if (constant.length > 0) {
    context.warn({
      code: 'constant_column',
      message: `the same in every row used, so without a part in the groups: ${listed(constant)}`,
    })
  }
  const flat = marked(scaling.flat)
  if (flat.length > 0) {
    context.warn({
      code: 'flat_column',
      message: `half of the rows are the same, so there is no middle range to scale by: ${listed(flat)} in own units`,
    })
  }
}

/** Names of the columns used, numbers before texts. */
export function usedNames({ columns, texts }: Measured): string[] {
  return [...columns, ...texts].map(({ name }) => name)
}

/** The columns left out unasked, each with why. */
export function leftOut({ usable, relation, lost }: Measured): { column: string; why: string }[] {
  const told = (places: readonly number[], why: string) =>
    places.map((place) => ({ column: relation.columns[place]?.name ?? '', why }))
  return [
    ...told(usable.keys, 'looks like a key'),
    ...told(usable.results, 'a result of an earlier run'),
    ...lost,
  ]
}

export function inputOf(measured: Measured): ReportInput {
  const { relation, rows, all } = measured
  return {
    files: relation.files,
    rows: all,
    columns: relation.columns.length,
    rows_used: rows.matrix.rows,
    columns_used: usedNames(measured),
    dropped: rows.dropped === 0 ? {} : { missing_value: rows.dropped },
  }
}

/** The columns used as a model names them. */
export function modelColumns({ columns, texts, rows, scaling, textFillers }: Measured): ModelColumn[] {
  return [
    ...columns.map(({ name }, j): ModelColumn => {
      const fill = rows.fillers[j]
      return {
        name,
        role: 'number',
        ...(fill === undefined ? {} : { fill }),
        offset: scaling.offset[j] as number,
        factor: scaling.factor[j] as number,
        ...(scaling.kind === 'minmax' ? { scale: scaling.kind } : {}),
      }
    }),
    ...texts.map(({ name, levels }, j): ModelColumn => {
      const fill = textFillers[j]
      return { name, role: 'text', ...(fill === undefined ? {} : { fill }), levels }
    }),
  ]
}
