/**
 * One step of a cleaning: which cells get which new text, which rows stay, which columns come in addition.
 *
 * In:  SQL over the row, whose cells are c0 … c(n−1).
 * Out: the SELECT that does it, and a SELECT that only counts what it would do.
 *
 * A step that looks at one row at a time reads a plain scan and so keeps its order at no cost. One that looks
 * at several (a window, a join, a group) needs the row number `k` and sorts by it.
 */
export interface Step {
  /** As the report names it: `drop-missing`. */
  readonly name: string
  /** What it did, where the name alone does not say: the text of a check. */
  readonly detail?: string
  /** SQL of the new text of a column, by the place of the column. */
  readonly cells: ReadonlyMap<number, string>
  /** SQL from the name of the rows to the condition under which a row stays; absent: all stay. */
  readonly keep?: (source: string) => string
  /** SQL of what to read instead of the rows: the same rows with columns beside them for `cells` and `keep`. */
  readonly from?: (source: string) => string
  readonly added: readonly { readonly name: string; readonly cell: string }[]
  readonly needsKey: boolean
  /** What a changed column is from now on in a typed file (`Column.type`), where that is not text. */
  readonly types?: ReadonlyMap<number, string>
  /** Cells it changes are missing ones that got a value. */
  readonly fills?: boolean
}

/** A step that does nothing, to be spread into one that does. */
export const NOTHING = { cells: new Map<number, string>(), added: [], needsKey: false } as const

/**
 * @param width  columns of `source`
 * @param k      `k, ` to carry the row number on
 * @param sorted by the row number, which `source` then has to have
 */
export function stepSelect(
  step: Step,
  source: string,
  width: number,
  k: '' | 'k, ',
  sorted: boolean,
): string {
  const cells = Array.from({ length: width }, (_, i) => {
    const changed = step.cells.get(i)
    return changed === undefined ? `c${i}` : `${changed} as c${i}`
  })
  const added = step.added.map(({ cell }, i) => `${cell} as c${width + i}`)
  const where = step.keep === undefined ? '' : ` where ${step.keep(source)}`
  const order = sorted ? ' order by k' : ''
  const from = step.from === undefined ? source : step.from(source)
  return `select ${k}${[...cells, ...added].join(', ')} from ${from}${where}${order}`
}

/** Counts in one row: rows before, rows that stay, then the changed cells of each column of `step.cells`. */
export function stepCounts(step: Step, source: string): string {
  const stay = step.keep === undefined ? 'count(*)' : `count(*) filter (where ${step.keep(source)})`
  const changed = [...step.cells].map(
    ([place, cell]) => `count(*) filter (where c${place} is distinct from (${cell}))`,
  )
  const from = step.from === undefined ? source : step.from(source)
  return `select ${['count(*)', stay, ...changed].join(', ')} from ${from}`
}
