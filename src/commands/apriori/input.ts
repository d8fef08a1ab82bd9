/** The baskets that a run of `apriori` is about, wherever they stand. */
import { basketCount, type Baskets } from '../../base/baskets.ts'
import { DataError, UsageError } from '../../base/errors.ts'
import { count, listed, plural } from '../../base/wording.ts'
import type { ColumnFacts } from '../../kernels/scan.ts'
import type { ReportInput } from '../../report/report.ts'
import { readBasketLines, type LinesFile } from '../../table/basket-lines.ts'
import { readBaskets, type ReadBaskets, type TableShape } from '../../table/baskets.ts'
import { isNumeric } from '../../table/cells.ts'
import { choose, chooseColumn } from '../../table/columns.ts'
import { kindFacts } from '../../table/kinds.ts'
import type { Relation } from '../../table/relation.ts'
import { columnKinds } from '../../table/usable.ts'
import type { Context } from '../command.ts'
import type { Options, options as optionSpecs } from './options.ts'

export type AprioriContext = Context<typeof optionSpecs>

export interface BasketInput {
  readonly baskets: Baskets
  /** What each basket is called. */
  labels(): Promise<readonly string[]>
  /** The segment of each basket: a place in `segments`, −1 for none. */
  readonly segment: Int32Array | undefined
  readonly segments: readonly string[]
  readonly files: readonly string[]
  /** For the report. */
  readonly input: ReportInput
}

export async function basketsOfRun(context: AprioriContext): Promise<BasketInput> {
  const [lines] = context.lines ?? []
  if (lines !== undefined) return fromLines(context, lines)
  return fromTable(context, context.inputs[0] as Relation)
}

/** The baskets of the file that `--recommend` names, which has the shape of the other. */
export async function basketsOfFile(
  context: AprioriContext,
  file: Relation | LinesFile,
): Promise<BasketInput> {
  return 'path' in file ? fromLines(context, file) : fromTable(context, file)
}

const SHAPES = ['--id COL --item COL', '--baskets', '--basket-column COL', '--onehot', '--table']

/** @throws {UsageError} where it is not said, or said twice, how baskets stand in the file */
export function checkShape(options: Options, namesColumns: boolean): void {
  const given = [
    ...(options.item === undefined ? [] : ['--item']),
    ...(options.baskets ? ['--baskets'] : []),
    ...(options.basketColumn === undefined ? [] : ['--basket-column']),
    ...(options.onehot ? ['--onehot'] : []),
    ...(options.table ? ['--table'] : []),
  ]
  const [shape, other] = given
  if (shape === undefined) {
    throw new UsageError(
      options.id === undefined
        ? 'how do baskets stand in the file?'
        : '--id names the baskets; where are the items?',
      { code: 'E_SHAPE', help: [`Say one of: ${SHAPES.join(', ')}. lode apriori --help tells more.`] },
    )
  }
  if (other !== undefined) {
    throw new UsageError(
      `${shape} and ${other} both say how baskets stand in the file; one of them is enough`,
      {
        code: 'E_SHAPE',
      },
    )
  }
  if (shape === '--item' && options.id === undefined) {
    throw new UsageError('--item needs --id COL, the column that says which basket a row is of', {
      code: 'E_SHAPE',
    })
  }
  if (shape === '--baskets' && options.id !== undefined) {
    throw new UsageError(
      '--id names a column, and a file of --baskets has none; its baskets are called by their line',
      {
        code: 'E_SHAPE',
      },
    )
  }
  if (shape === '--baskets' && options.by !== undefined) {
    throw new UsageError('--by names a column, and a file of --baskets has none', { code: 'E_SHAPE' })
  }
  if (options.separator !== ';' && shape !== '--basket-column') {
    const instead = shape === '--baskets' ? '; --delimiter parts the items of a line' : ''
    throw new UsageError(
      `--separator parts the items of --basket-column; with ${shape} it means nothing${instead}`,
      {
        code: 'E_SHAPE',
      },
    )
  }
  if (options.bins !== undefined && shape !== '--table') {
    throw new UsageError(`--bins cuts the columns of --table; with ${shape} there are none`, {
      code: 'E_SHAPE',
    })
  }
  const ofColumns = shape === '--onehot' || shape === '--table'
  if (!ofColumns && namesColumns) {
    throw new UsageError(
      '--columns and --exclude choose columns for --onehot and --table; they mean nothing here',
      {
        code: 'E_SHAPE',
      },
    )
  }
}

// ---------------------------------------------------------------------- lines

async function fromLines(context: AprioriContext, file: LinesFile): Promise<BasketInput> {
  const { baskets, line, delimiter, blanksInside } = await readBasketLines(file)
  if (blanksInside) {
    context.warn({
      code: 'one_item_a_line',
      message: `nothing but blanks could part the items of ${file.label}, so each line is one item; --delimiter ' ' parts them at blanks`,
    })
  }
  if (file.delimiter === undefined && delimiter !== undefined) {
    context.note(`${file.label}: items are parted by ${partedBy(delimiter)}; --delimiter names another`)
  }
  warnOfEmpty(context, baskets, file.label)
  return {
    baskets,
    labels: async () => Array.from(line, String),
    segment: undefined,
    segments: [],
    files: [file.label],
    input: {
      files: [file.label],
      rows: basketCount(baskets),
      columns: 1,
      rows_used: basketCount(baskets),
      columns_used: [],
      dropped: {},
    },
  }
}

function partedBy(delimiter: string): string {
  return { ' ': 'blanks', '\t': 'tabs' }[delimiter] ?? `"${delimiter}"`
}

// ---------------------------------------------------------------------- tables

async function fromTable(context: AprioriContext, relation: Relation): Promise<BasketInput> {
  const { options, engine } = context
  const segment = options.by === undefined ? undefined : chooseColumn(relation, options.by)
  const label = options.id === undefined ? undefined : chooseColumn(relation, options.id)
  const { shape, used } = await shapeOf(context, relation, [segment, label])
  const read = await readBaskets(engine, relation, { shape, segment, label })
  const file = relation.files.join(' and ')
  if (read.rows === 0) throw new DataError(`${file} has no rows`, { code: 'E_NO_ROWS' })
  tellLeftOut(context, read, relation, shape)
  if (shape.kind === 'cell') warnOfOneItem(context, read.baskets, options.separator)
  warnOfEmpty(context, read.baskets, file)
  const withoutSegment = read.segment?.reduce((sum, one) => sum + (one < 0 ? 1 : 0), 0) ?? 0
  if (withoutSegment > 0) {
    context.warn({
      code: 'missing_segment',
      message: `${plural(withoutSegment, 'basket')} without a value in "${String(options.by)}" ${withoutSegment === 1 ? 'is' : 'are'} in no segment, and count among the others of each`,
    })
  }
  const dropped = read.withoutId + read.withoutItem
  return {
    baskets: read.baskets,
    labels: () => read.labels(),
    segment: read.segment,
    segments: read.segments,
    files: relation.files,
    input: {
      files: relation.files,
      rows: read.rows,
      columns: relation.columns.length,
      rows_used: read.rows - dropped,
      columns_used: used.map((place) => relation.columns[place]?.name ?? ''),
      dropped: {
        ...(read.withoutId === 0 ? {} : { missing_id: read.withoutId }),
        ...(read.withoutItem === 0 ? {} : { missing_item: read.withoutItem }),
      },
    },
  }
}

interface Shape {
  readonly shape: TableShape
  /** Places of the columns that hold the items, and the ids. */
  readonly used: readonly number[]
}

async function shapeOf(
  context: AprioriContext,
  relation: Relation,
  taken: readonly (number | undefined)[],
): Promise<Shape> {
  const { options } = context
  if (options.item !== undefined) {
    const id = chooseColumn(relation, String(options.id))
    const item = chooseColumn(relation, options.item)
    if (id === item) {
      throw new UsageError(`--id and --item name the same column, "${relation.columns[id]?.name ?? ''}"`, {
        code: 'E_COLUMN',
      })
    }
    return { shape: { kind: 'long', id, item }, used: [id, item] }
  }
  if (options.basketColumn !== undefined) {
    const column = chooseColumn(relation, options.basketColumn)
    return { shape: { kind: 'cell', column, separator: options.separator }, used: [column] }
  }
  const columns = await itemColumns(context, relation, taken)
  if (options.onehot) return { shape: { kind: 'onehot', columns }, used: columns }
  const numbers = await manyNumbers(context, relation, columns)
  const { bins } = options
  if (bins === undefined && numbers.length > 0) {
    const names = listed(numbers.map((place) => `"${relation.columns[place]?.name ?? ''}"`))
    context.warn({
      code: 'numbers_by_value',
      message: `each different number is an item of its own in ${names}; --bins 4 cuts such columns into ranges`,
    })
  }
  const cut = bins === undefined ? [] : numbers
  const tellTwin = (item: string) => {
    context.warn({
      code: 'same_item',
      message: `two columns give the item "${item}", which counts as one; rename one of them: lode clean --rename "OLD=NEW" then apriori …`,
    })
  }
  return { shape: { kind: 'values', columns, cut, ranges: bins ?? 0, tellTwin }, used: columns }
}

/** A column of numbers with more different ones is one of measurements, and few of them repeat. */
const fewNumbers = 12
/** Columns whose different numbers the engine counts in one go: each takes some megabytes. */
const countedAtOnce = 25

/** Columns of numbers of which many are different (with `--bins N`, more than N). */
async function manyNumbers(
  { engine, options }: AprioriContext,
  relation: Relation,
  columns: readonly number[],
): Promise<number[]> {
  const facts = await kindFacts(engine, relation, columns)
  const numeric = columns.filter((_, i) => isNumeric(facts[i] as ColumnFacts))
  const many: number[] = []
  for (let from = 0; from < numeric.length; from += countedAtOnce) {
    const some = numeric.slice(from, from + countedAtOnce)
    const counts = some.map((place) => `count(distinct c${place})`)
    const [different = []] = await engine.query(`select ${counts.join(', ')} from ${relation.name}`)
    many.push(...some.filter((_, i) => Number(different[i]) > (options.bins ?? fewNumbers)))
  }
  return many
}

/** All columns but those that name baskets and segments, and where none are named those that look like a key. */
async function itemColumns(
  context: AprioriContext,
  relation: Relation,
  taken: readonly (number | undefined)[],
): Promise<number[]> {
  const chosen = choose(relation, context.columns, context.exclude).filter((place) => !taken.includes(place))
  const kinds = context.columns === undefined ? await columnKinds(context.engine, relation) : []
  const keys = chosen.filter((place) => kinds[place] === 'key')
  if (keys.length > 0) {
    const names = listed(keys.map((place) => `"${relation.columns[place]?.name ?? ''}"`))
    context.warn({
      code: 'key_column_left_out',
      message: `left out ${names}, which ${keys.length === 1 ? 'looks' : 'look'} like a key; name columns with --columns to use them`,
    })
  }
  const columns = chosen.filter((place) => !keys.includes(place))
  if (columns.length > 0) return columns
  throw new DataError(`${relation.files.join(' and ')} has no column of items left`, { code: 'E_NO_COLUMN' })
}

function tellLeftOut(
  context: AprioriContext,
  { withoutId, withoutItem }: ReadBaskets,
  relation: Relation,
  shape: TableShape,
): void {
  if (shape.kind !== 'long') return
  const name = (place: number) => `"${relation.columns[place]?.name ?? ''}"`
  if (withoutId > 0) {
    context.warn({
      code: 'missing_id',
      message: `${plural(withoutId, 'row')} without a value in ${name(shape.id)} left out: nobody knows which basket ${withoutId === 1 ? 'it is' : 'they are'} of`,
    })
  }
  if (withoutItem > 0) {
    context.warn({
      code: 'missing_item',
      message: `${plural(withoutItem, 'row')} without a value in ${name(shape.item)}: ${withoutItem === 1 ? 'its basket counts' : 'their baskets count'}, without that item`,
    })
  }
}

const SEPARATORS = [';', ',', '|', '/', '\t']

/** Where the separator parts no cell and another would. */
function warnOfOneItem(context: AprioriContext, { names, start, item }: Baskets, separator: string): void {
  if (start.some((from, b) => b > 0 && from - (start[b - 1] as number) > 1)) return
  const cells = Array.from(item, (one) => names[one] as string)
  const other = SEPARATORS.find(
    (text) => cells.filter((cell) => cell.includes(text)).length * 2 > cells.length,
  )
  if (other === undefined || other === separator) return
  const shown = (text: string) => (text === '\t' ? 'tab' : `"${text}"`)
  context.warn({
    code: 'one_item_a_cell',
    message: `${shown(separator)} parts no cell, so each is one item; --separator ${shown(other)} parts most`,
  })
}

function warnOfEmpty(context: AprioriContext, baskets: Baskets, file: string): void {
  const { start } = baskets
  let empty = 0
  for (let b = 0; b < basketCount(baskets); b++) if (start[b] === start[b + 1]) empty++
  if (empty === 0) return
  context.warn({
    code: 'empty_baskets',
    message: `${count(empty)} of the ${count(basketCount(baskets))} baskets of ${file} ${empty === 1 ? 'holds nothing; it counts' : 'hold nothing; they count'} in every support`,
  })
}
