/**
 * Columns that the scan of a file has kept (ReadOptions.numbers, .allColumns): nothing is read again.
 *
 * In:  a relation and the places of columns that are known to be of numbers, or of text.
 * Out: NumberColumns and whether they are whole, codes of texts; undefined where the file or the engine has to be asked.
 */
import type { NumberColumn } from '../base/column.ts'
import type { KeptTexts } from '../kernels/scan.ts'
import type { Relation } from './relation.ts'

/** What was kept, by column. */
export interface KeptColumns {
  readonly numbers: ReadonlyMap<number, KeptColumn>
  readonly texts: ReadonlyMap<number, KeptTexts>
}

export function keptNumbers(
  relation: Relation,
  places: readonly number[],
): (KeptColumn & NumberColumn)[] | undefined {
  const kept = keptOf(relation)?.numbers
  if (kept === undefined) return undefined
  if (!places.every((place) => kept.has(place) && relation.columns[place]?.decimal === undefined))
    return undefined
  return places.map((place) => ({
    name: relation.columns[place]?.name ?? '',
    ...(kept.get(place) as KeptColumn),
  }))
}

/** The texts of a column as codes. */
export function keptTexts(relation: Relation, place: number): KeptTexts | undefined {
  return keptOf(relation)?.texts.get(place)
}

/** What was kept of these very rows, where texts are missing by the usual rule: the scan does not know that of --na. */
function keptOf({ name, kept, rules }: Relation): KeptColumns | undefined {
  return kept?.of === name && rules.missing === undefined ? kept : undefined
}

/** A NumberColumn whose name is that of the relation, and the first row of a number that no double holds; −1: none. */
export type KeptColumn = Omit<NumberColumn, 'name'> & { readonly tooLarge: number }

/**
 * @param values NaN where there is none; is changed
 * @param isWhole all of them are known to be there, and finite
 */
export function keptColumn(values: Float64Array, isWhole: boolean): KeptColumn {
  const rows = values.length
  const valid = new Uint8Array((rows + 7) >> 3).fill(255)
  if ((rows & 7) !== 0) valid[rows >> 3] = (1 << (rows & 7)) - 1
  if (isWhole) return { values, valid, missing: 0, tooLarge: -1 }
  let missing = 0
  let tooLarge = -1
  for (let row = 0; row < rows; row++) {
    const value = values[row] as number
    if (value - value === 0) continue // neither NaN nor infinite
    if (Number.isNaN(value)) {
      values[row] = 0
      valid[row >> 3] = (valid[row >> 3] as number) & ~(1 << (row & 7))
      missing++
    } else if (tooLarge < 0) tooLarge = row
  }
  return { values, valid, missing, tooLarge }
}
