/**
 * A column in which many rows have the same number.
 *
 * In:  the different numbers once each, and which of them each row has. Out: a column of results.
 * Cost: nothing a row: the numbers are laid out row by row when somebody asks for them so, which a writer of CSV need not.
 */
import { isValid, setValid } from '../base/column.ts'
import type { AddedColumn } from './append.ts'
import type { ArrayColumn } from './engine.ts'

export type Numbers = Exclude<ArrayColumn, { readonly type: 'text' }>

export interface Repeats {
  readonly entries: Numbers
  /** The place of each row's number among the entries; one array for all columns in which the same rows are alike. */
  readonly place: Int32Array
}

export function repeatedColumn(name: string, entries: Numbers, place: Int32Array): AddedColumn {
  const { type, values, valid } = entries
  const repeats = { entries, place }
  const marks = valid === undefined ? {} : { valid: laidOutMarks(valid, place) }
  if (type === 'double') {
    const rows = once(() => laidOut(values, new Float64Array(place.length), place))
    return {
      name,
      data: {
        type,
        ...marks,
        get values() {
          return rows()
        },
      },
      repeats,
    }
  }
  const rows = once(() => laidOut(values, new Int32Array(place.length), place))
  return {
    name,
    data: {
      type,
      ...marks,
      get values() {
        return rows()
      },
    },
    repeats,
  }
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

function laidOut<Values extends Float64Array | Int32Array>(
  from: Values,
  to: Values,
  place: Int32Array,
): Values {
  for (let row = 0; row < place.length; row++) to[row] = from[place[row] as number] as number
  return to
}

function laidOutMarks(valid: Uint8Array, place: Int32Array): Uint8Array {
  const marks = new Uint8Array((place.length + 7) >> 3)
  for (let row = 0; row < place.length; row++) if (isValid(valid, place[row] as number)) setValid(marks, row)
  return marks
}
