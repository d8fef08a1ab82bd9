/** Columns of results, put beside columns that the user has already. */
import { setValid } from '../base/column.ts'
import type { AddedColumn } from '../table/append.ts'
import type { Relation } from '../table/relation.ts'
import type { Context } from './command.ts'

/**
 * Columns of results under names of their own: where the rows have a column so called already, that one stays as it is
 * and the new one becomes `cluster.1`, as pandas would tell the two apart.
 */
export function freshlyNamed(
  context: Pick<Context, 'warn'>,
  { columns }: Pick<Relation, 'columns'>,
  added: readonly AddedColumn[],
): AddedColumn[] {
  const taken = new Set(columns.map(({ name }) => name))
  return added.map((column) => {
    let { name } = column
    for (let n = 1; taken.has(name); n++) name = `${column.name}.${n}`
    taken.add(name)
    if (name !== column.name) {
      context.warn({
        code: 'column_renamed',
        message: `there is a column "${column.name}" already; the new one is called "${name}"`,
      })
    }
    return { ...column, name }
  })
}

/** Values of the rows used to their places among all rows, with the bits that say which have one. */
export function spread<Values extends Int32Array | Float64Array>(
  values: Values,
  all: Values,
  rowOf: Int32Array,
): { readonly values: Values; readonly valid: Uint8Array } {
  const valid = new Uint8Array((all.length + 7) >> 3)
  for (let i = 0; i < rowOf.length; i++) {
    const row = rowOf[i] as number
    all[row] = values[i] as number
    setValid(valid, row)
  }
  return { values: all, valid }
}
