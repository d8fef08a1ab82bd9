/**
 * Tables under each other, by the names of their columns: pandas.concat.
 *
 * In:  the columns of each table.
 * Out: the columns of the stack in the order of their first appearance, and the SELECT of its rows; a cell is missing
 *      where a table lacks the column. A name that stands twice in a table is told apart by its occurrence.
 */
import type { Column } from '../table/relation.ts'

export interface StackedColumn {
  readonly column: Column
  /** Its place in each table; undefined where the table does not have it. */
  readonly places: readonly (number | undefined)[]
}

export function stackedColumns(tables: readonly (readonly Column[])[]): StackedColumn[] {
  const found = new Map<string, { name: string; types: Set<string>; places: (number | undefined)[] }>()
  tables.forEach((columns, t) => {
    const seen = new Map<string, number>()
    columns.forEach(({ name, type }, place) => {
      const occurrence = (seen.get(name) ?? 0) + 1
      seen.set(name, occurrence)
      const id = `${occurrence} ${name}`
      const entry = found.get(id) ?? { name, types: new Set<string>(), places: tables.map(() => undefined) }
      entry.types.add(type)
      entry.places[t] = place
      found.set(id, entry)
    })
  })
  return [...found.values()].map(({ name, types, places }) => ({
    column: { name, type: types.size === 1 ? ([...types][0] as string) : 'text' },
    places,
  }))
}

/**
 * @param sources name of each table in the engine
 * @param labels  SQL of the text of a last column that says which table a row is from; undefined: no such column
 */
export function stackSelect(
  columns: readonly StackedColumn[],
  sources: readonly string[],
  labels: readonly string[] | undefined,
): string {
  const parts = sources.map((source, t) => {
    const cells = columns.map(({ places }, i) => {
      const place = places[t]
      return `${place === undefined ? 'cast(null as varchar)' : `c${place}`} as c${i}`
    })
    const label = labels === undefined ? [] : [`${labels[t]} as c${columns.length}`]
    return `select ${[...cells, ...label].join(', ')} from ${source}`
  })
  return parts.join(' union all ')
}
