/**
 * What a command has learnt, as JSON for `lode predict`.
 *
 * In:  the columns that it learnt from, each with its role, and a part that only the command's own predictor reads.
 * Out: the text of the file, which says which lode and which command wrote it; or a Model from such a text, checked.
 *
 * Numbers are written so that they read back to the same double.
 */
import { DataError } from '../base/errors.ts'
import { VERSION } from '../base/version.ts'
import type { UnseenTexts as Unseen } from '../report/predict.ts'
import type { Json } from '../report/report.ts'
import type { WeightMatrix } from '../report/weight-matrix.ts'
import type { AddedColumn } from '../table/append.ts'
import type { Relation } from '../table/relation.ts'
import type { Context } from './command.ts'

/** Grows when a model of a later lode could not be read by an earlier one. */
const FORMAT = 1

export interface ModelColumn {
  readonly name: string
  /** `number`: its cells are numbers. `text`: its cells are taken as they stand. */
  readonly role: 'number' | 'text'
  /** What stands in for a number that is missing; absent: the row has no result, or the predictor knows better. */
  readonly fill?: number
  /** A number x is used as (x − offset) / factor. */
  readonly offset?: number
  readonly factor?: number
  /** The same, computed as scale.ts does for it. */
  readonly scale?: 'minmax'
  /** The texts that were learnt from, in the order of their codes 0 … */
  readonly levels?: readonly string[]
}

/** What an outcome carries for `--save-model`. */
export interface Learned {
  readonly columns: readonly ModelColumn[]
  readonly part: Json
}

export interface Model extends Learned {
  /** The version of lode that wrote it. */
  readonly lode: string
  readonly command: string
  /** The options of the command as resolved. */
  readonly params: { readonly [option: string]: Json }
  /** Where it was read from, for messages. */
  readonly file: string
}

export type { Unseen }

/** How the models of one command are applied. A line in predictors.ts. */
export type Predictor = (request: PredictRequest) => Promise<Prediction>

export interface PredictRequest {
  readonly context: Context
  readonly model: Model
  readonly relation: Relation
  /** Where in the relation each column of the model is. */
  readonly places: readonly number[]
  /** A text that the model was not learnt with is an error. */
  readonly refusesUnseen: boolean
  /** The weights of the rows are asked for (`Prediction.matrix`). */
  readonly wantsMatrix?: boolean
}

export interface Prediction {
  /** One entry a row of the relation. */
  readonly added: readonly AddedColumn[]
  /** Rows that have no result, by reason: `missing_value`, `unseen_level`, … */
  readonly without: { readonly [reason: string]: number }
  /** Of ModelRows, where it was read so. */
  readonly unseen?: readonly Unseen[]
  /** Further keys of the report's result. */
  readonly result?: { readonly [key: string]: Json }
  /** What a person should know of rows that do have a result. */
  readonly remarks?: readonly string[]
  readonly matrix?: Omit<WeightMatrix, 'file'>
}

export function modelText(
  command: string,
  params: { readonly [option: string]: Json },
  { columns, part }: Learned,
): string {
  // A key a line: a model may hold millions of numbers.
  const lines = [
    ['lode', VERSION],
    ['format', FORMAT],
    ['command', command],
    ['params', params],
    ['columns', columns],
    ['part', part],
  ].map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`)
  return `{\n${lines.join(',\n')}\n}\n`
}

/**
 * @param commands that have a predictor
 * @throws {DataError} saying what is wrong with the file
 */
export function parseModel(file: string, text: string, commands: readonly string[]): Model {
  const value = parsed(file, text)
  if (!isModel(value)) {
    throw new DataError(`${file} is not a model that --save-model wrote`, { code: 'E_MODEL' })
  }
  const { lode, format, command } = value
  if (format > FORMAT) {
    throw new DataError(`${file} is of lode ${lode}; this is lode ${VERSION}, which can't read it`, {
      code: 'E_MODEL',
      help: ['Apply it with that version or a later one, or make it anew with this one.'],
    })
  }
  if (!commands.includes(command)) {
    throw new DataError(`${file} is a model of "${command}", which this lode can't apply`, {
      code: 'E_MODEL',
      help: [`It applies models of ${commands.join(', ')}.`],
    })
  }
  return { ...value, file }
}

/** The file is a model, but not one that its command can have written. */
export function damaged({ file, command }: Model, what: string): DataError {
  return new DataError(`${file} is no sound model of ${command}: ${what}`, {
    code: 'E_MODEL',
    help: [`Make it anew with lode ${command} --save-model.`],
  })
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${file} is not a model: it is not JSON`, { code: 'E_MODEL', cause })
  }
}

interface Written extends Learned {
  readonly lode: string
  readonly format: number
  readonly command: string
  readonly params: { readonly [option: string]: Json }
}

function isModel(value: unknown): value is Written {
  return (
    isObject(value) &&
    typeof value['lode'] === 'string' &&
    Number.isInteger(value['format']) &&
    typeof value['command'] === 'string' &&
    isObject(value['params']) &&
    'part' in value &&
    Array.isArray(value['columns']) &&
    value['columns'].length > 0 &&
    value['columns'].every(isColumn)
  )
}

function isColumn(value: unknown): value is ModelColumn {
  if (!isObject(value)) return false
  const { name, role, fill, offset, factor, scale, levels } = value
  return (
    typeof name === 'string' &&
    (role === 'number' || role === 'text') &&
    [fill, offset, factor].every((number) => number === undefined || typeof number === 'number') &&
    factor !== 0 &&
    (scale === undefined || scale === 'minmax') &&
    (levels === undefined ||
      (Array.isArray(levels) &&
        levels.every((level) => typeof level === 'string') &&
        new Set(levels).size === levels.length))
  )
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
