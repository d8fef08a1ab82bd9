import { setValid, type NumberColumn } from '../../src/base/column.ts'

/** A column from plain numbers; null is a missing value. */
export function numberColumn(name: string, values: readonly (number | null)[]): NumberColumn {
  const valid = new Uint8Array((values.length + 7) >> 3)
  values.forEach((value, i) => {
    if (value !== null) setValid(valid, i)
  })
  const missing = values.filter((value) => value === null).length
  return { name, values: Float64Array.from(values, (value) => value ?? 0), valid, missing }
}
