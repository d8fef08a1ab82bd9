/**
 * Rows that a clean refuses: handed to the program whole, as the text they came as.
 *
 * Nothing is lost by a refusal: `--rejects FILE` gets the row as it stood in the input and not as the steps
 * before had it, so that it can be mended and read again.
 */
import { placeOf, type Walk } from './walk.ts'

export interface Refusal {
  /** The column at fault; empty where it is the row. */
  readonly column: string
  readonly reason: string
  /** SQL over the row as it is now. */
  readonly condition: string
}

/**
 * Rejects the rows for which one of the conditions holds, with the first that does; gives their number.
 *
 * @param from SQL from the name of the rows to what the conditions are read from
 */
export async function rejectRows(
  walk: Walk,
  refusals: readonly Refusal[],
  from: (source: string) => string = (source) => source,
): Promise<number> {
  const { engine, input, relation, context } = walk
  const whens = refusals.map(({ condition }, i) => `when ${condition} then ${i}`).join(' ')
  const refused = `select k, cast(case ${whens} end as integer) as why from ${from(relation.keyed)}`
  const cells = input.columns.map((_, i) => `i.c${i}`)
  let rejected = 0
  for await (const batch of engine.stream(
    `select i.k, r.why, ${cells.join(', ')} from ${input.keyed} i join (${refused}) r on i.k = r.k ` +
      `where r.why is not null order by i.k`,
  )) {
    const [keys, whys, ...texts] = batch.columns
    if (keys?.type !== 'bigint' || whys?.type !== 'integer')
      throw new Error('a refused row came without its number')
    for (let row = 0; row < batch.rows; row++) {
      const refusal = refusals[whys.values[row] as number] as Refusal
      const { line } = await placeOf(relation, Number(keys.values[row]))
      const text = texts
        .map((column) => (column.type === 'text' ? (column.values[row] ?? '') : ''))
        .map(csvCell)
        .join(',')
      context.reject({
        file: relation.files.join(' and '),
        line,
        column: refusal.column,
        reason: refusal.reason,
        text,
      })
      rejected++
    }
  }
  return rejected
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
