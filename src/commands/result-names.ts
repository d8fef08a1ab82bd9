/** Columns of results, put beside columns that the user has already. */
import { setValid } from '../base/column.ts'
import type { AddedColumn } from '../table/append.ts'
import type { Relation } from '../table/relation.ts'
import type { Context } from './command.ts'

/** Both stay, as nothing is lost; whoever reads by name has to know. */
export function warnOfNamesTwice(
  context: Pick<Context, 'warn'>,
  relation: Relation,
  added: readonly AddedColumn[],
): void {
  const taken = new Set(relation.columns.map(({ name }) => name))
  for (const { name } of added) {
    if (!taken.has(name)) continue
    context.warn({
      code: 'column_twice',
      message: `there is a column "${name}" already; the new one is the last`,
    })
  }
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
