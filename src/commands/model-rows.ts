/**
 * The columns that a model needs, read from the rows that it is applied to.
 *
 * In:  a request to predict.
 * Out: the model's columns in its order: numbers as NumberColumns, texts as codes of the model's levels. Texts that
 *      the model was not learnt with are named in a warning, or refused.
 */
import { isValid, MISSING, type LevelColumn, type NumberColumn } from '../base/column.ts'
import { DataError } from '../base/errors.ts'
import { matrix } from '../base/matrix.ts'
import { listed, plural } from '../base/wording.ts'
import type { Rows } from '../shape/matrix.ts'
import { toUnit } from '../shape/scale.ts'
import { readLevels } from '../table/levels.ts'
import { readNumbers } from '../table/numbers.ts'
import type { Model, PredictRequest, Unseen } from './model.ts'

export interface ModelRows {
  /** In the order of the model's columns of numbers. */
  readonly numbers: readonly NumberColumn[]
  /** In the order of the model's columns of text. */
  readonly texts: readonly LevelColumn[]
  /** Of each column of text that has any. */
  readonly unseen: readonly Unseen[]
}

/** @throws {DataError} for text among numbers, with its line; for a text not learnt with, where that is refused */
export async function readModelRows(request: PredictRequest): Promise<ModelRows> {
  const { context, model, relation, places } = request
  const placesOf = (role: string) => places.filter((_, i) => model.columns[i]?.role === role)
  const known = model.columns.filter(({ role }) => role === 'text').map(({ levels }) => levels ?? [])
  const numbers = await readNumbers(context.engine, relation, placesOf('number'), context)
  const texts = await readLevels(context.engine, relation, placesOf('text'), known, context)
  const unseen = texts.flatMap((column) =>
    column.unseen.length === 0 ? [] : [{ column: column.name, texts: column.unseen }],
  )
  for (const one of unseen) tellUnseen(request, one)
  return { numbers, texts, unseen }
}

export function tellUnseen(
  { context, model, relation, refusesUnseen }: PredictRequest,
  { column, texts }: Unseen,
): void {
  const list = listed(texts.map(({ text }) => `"${text.slice(0, 60)}"`))
  const rows = texts.reduce((sum, one) => sum + one.rows, 0)
  const message = `column "${column}" of ${relation.files.join(' and ')} holds what ${model.file} was not learnt with: ${list} in ${plural(rows, 'row')}`
  if (!refusesUnseen) context.warn({ code: 'unseen_level', message })
  else {
    throw new DataError(message, {
      code: 'E_UNSEEN_LEVEL',
      help: ['Without --unseen error such rows get no result where the model needs one.'],
    })
  }
}

/** Rows that a model can be applied to. */
export interface ScaledRows extends Pick<Rows, 'matrix' | 'rowOf' | 'dropped'> {
  /** Codes of each column of text, one entry a row of the matrix; UNSEEN stays. */
  readonly codes: readonly Int32Array[]
}

/** The rows that have a value in every column, missing ones filled in and numbers scaled as the model says. */
export function scaledRows(
  model: Model,
  { numbers, texts }: Pick<ModelRows, 'numbers' | 'texts'>,
): ScaledRows {
  const columns = model.columns.filter(({ role }) => role === 'number')
  const textColumns = model.columns.filter(({ role }) => role === 'text')
  const all = numbers[0]?.values.length ?? texts[0]?.codes.length ?? 0
  const rowOf = new Int32Array(all)
  const data = new Float64Array(all * numbers.length)
  const codes = texts.map(() => new Int32Array(all))
  let rows = 0
  for (let row = 0; row < all; row++) {
    let isWhole = true
    numbers.forEach(({ values, valid }, j) => {
      const { fill, offset = 0, factor = 1, scale } = columns[j] ?? {}
      const value = isValid(valid, row) ? (values[row] as number) : fill
      if (value === undefined) isWhole = false
      else {
        data[rows * numbers.length + j] =
          scale === 'minmax' ? toUnit(value, offset, factor) : (value - offset) / factor
      }
    })
    texts.forEach(({ codes: own }, t) => {
      const code = own[row] === MISSING ? textColumns[t]?.fill : own[row]
      if (code === undefined) isWhole = false
      else (codes[t] as Int32Array)[rows] = code
    })
    if (isWhole) rowOf[rows++] = row
  }
  return {
    matrix: matrix(rows, numbers.length, data.subarray(0, rows * numbers.length)),
    codes: codes.map((own) => own.subarray(0, rows)),
    rowOf: rowOf.subarray(0, rows),
    dropped: all - rows,
  }
}
