/**
 * What an algorithm found, put beside the rows that it was found for.
 *
 * In:  a relation of n rows, and columns of n results, in the order of the rows.
 * Out: a relation of the same rows with those columns at the right; every cell that was there is untouched.
 * Cost: nothing now. Where the rows are still lines of a file, the results are written behind them without the engine
 *       (lines.ts); whoever asks the engine for the rows has the results copied into it, and a join.
 *
 * The results are joined on the rank of `k`, not on `k` itself: where a step before has dropped rows, `k` has gaps.
 */
import type { ArrayColumn, Engine } from './engine.ts'
import type { AppendedLines } from './lines.ts'
import { columnNames, linesOf, type Column, type Relation } from './relation.ts'
import type { Repeats } from './repeated.ts'

export interface AddedColumn {
  readonly name: string
  /** One entry a row of the relation; an entry without a value becomes an empty cell. */
  readonly data: ArrayColumn
  /** Where the entries are whole numbers that stand for texts: the texts. */
  readonly levels?: readonly string[]
  /** Where many rows have the same entry: the entries once each. */
  readonly repeats?: Repeats
}

const columnType = { double: 'DOUBLE', integer: 'INTEGER', text: 'text' } as const

export async function appendColumns(
  engine: Engine,
  to: Relation,
  added: readonly AddedColumn[],
): Promise<Relation> {
  let made: Promise<string> | undefined
  const results = () => (made ??= engine.arrays(added.map(({ data }) => data)))
  const width = to.columns.length
  const kept = columnNames(width).map((name) => `r.${name}`)
  const fresh = added.map((column, i) => `${textOf(engine, column, `a.c${i}`)} as c${width + i}`)
  const select = (k: readonly string[]) => async () =>
    `select ${[...k, ...kept, ...fresh].join(', ')} ` +
    `from (select *, row_number() over (order by k) - 1 as rank_of_k from ${to.keyed}) r ` +
    `left join ${await results()} a on a.k = r.rank_of_k order by r.k`
  const columns = added.map(columnOf)
  const name = await engine.view(select([]))
  const lines = appendedLines(to, added)
  return {
    ...to,
    columns: [...to.columns, ...columns],
    name,
    keyed: await engine.view(select(['r.k'])),
    ...(lines === undefined ? {} : { lines: { of: name, rows: lines } }),
  }
}

function appendedLines(to: Relation, added: readonly AddedColumn[]): AppendedLines | undefined {
  const lines = linesOf(to)
  const columns = added.flatMap(({ data, levels }) =>
    data.type === 'text' ? [] : [levels === undefined ? data : { ...data, levels }],
  )
  if (lines?.kind !== 'picked' || columns.length < added.length) return undefined
  return { kind: 'appended', lines, added: columns }
}

/** SQL: the text of an entry. */
function textOf({ dialect }: Engine, { levels }: AddedColumn, entry: string): string {
  if (levels === undefined) return `cast(${entry} as varchar)`
  const cases = levels.map((level, code) => `when ${code} then ${dialect.literal(level)}`)
  return cases.length === 0 ? 'cast(null as varchar)' : `case ${entry} ${cases.join(' ')} end`
}

function columnOf({ name, data, levels }: AddedColumn): Column {
  return { name, type: levels === undefined ? columnType[data.type] : 'text' }
}

/**
 * Results of an algorithm as a relation of their own: one row an entry, in their order.
 *
 * The engine gets them when it is first asked for them; as CSV they are written without it.
 */
export async function relationOf(
  engine: Engine,
  like: Pick<Relation, 'files'>,
  made: readonly AddedColumn[],
): Promise<Relation> {
  let table: Promise<string> | undefined
  const cells = made.map((column, i) => `${textOf(engine, column, `c${i}`)} as c${i}`).join(', ')
  const select = async (k: string) => {
    table ??= engine.arrays(made.map(({ data }) => data))
    return `select ${k}${cells} from ${await table} order by k`
  }
  const plain = await engine.view(() => select(''))
  return {
    name: plain,
    keyed: await engine.view(() => select('k, ')),
    lines: { of: plain, rows: { kind: 'made', columns: made } },
    columns: made.map(columnOf),
    rows: made[0]?.data.values.length ?? 0,
    files: like.files,
    rejected: 0,
    // Made here, not read from a file: a point parts the decimals, and only an empty cell is missing.
    rules: { decimal: '.', missing: [] },
  }
}
