/** The target of `lode regress`: a column of numbers, or the two kinds of a logistic regression as 0 and 1. */
import type { NumberColumn } from '../../base/column.ts'
import { DataError, UsageError } from '../../base/errors.ts'
import { didYouMean } from '../../base/suggest.ts'
import { listed } from '../../base/wording.ts'
import { readNumbers } from '../../table/numbers.ts'
import { readColumns } from '../../table/read.ts'
import type { Relation } from '../../table/relation.ts'
import { inOrder } from './levels.ts'
import type { RegressContext } from './options.ts'

/** Different values of a target that are counted; past them it is not one of two kinds anyway. */
const MOST_LEVELS = 200

export interface Target {
  readonly column: NumberColumn
  readonly kinds: readonly [string, string] | undefined
  /** The other columns of numbers, read in the same pass. */
  readonly others: readonly NumberColumn[]
}

export async function readTarget(
  context: RegressContext,
  relation: Relation,
  target: number,
  others: readonly number[],
): Promise<Target> {
  const { engine, options } = context
  if (options.method === 'logistic') {
    const { column, kinds } = await readKinds(context, relation, target)
    return { column, kinds, others: await readNumbers(engine, relation, others, context) }
  }
  if (options.positive !== undefined) {
    throw new UsageError('--positive goes with --method logistic', { code: 'E_OPTION' })
  }
  const [column, ...rest] = await readNumbers(engine, relation, [target, ...others], context)
  return { column: column as NumberColumn, kinds: undefined, others: rest }
}

/** The two values of the target as 0 and 1. */
async function readKinds(
  context: RegressContext,
  relation: Relation,
  target: number,
): Promise<{ column: NumberColumn; kinds: [string, string] }> {
  const { engine, options } = context
  const wanted = [{ place: target, most: MOST_LEVELS }]
  const [read] = (await readColumns(engine, relation, [], wanted, context)).texts
  const name = relation.columns[target]?.name ?? ''
  const where = `column "${name}" of ${relation.files.join(' and ')}`
  const levels = read === undefined ? undefined : inOrder(read.levels)
  if (read === undefined || levels === undefined || levels.length !== 2) {
    const holds =
      levels === undefined
        ? `more than ${MOST_LEVELS}`
        : `${levels.length}${levels.length === 0 ? '' : `: ${listed(levels.map((level) => `"${level}"`))}`}`
    throw new DataError(
      `a logistic regression tells two kinds apart; ${where} has ${holds} different values`,
      {
        code: 'E_NOT_TWO_KINDS',
        help: [
          levels?.length === 1
            ? 'All rows are of one kind: there is nothing to tell apart.'
            : 'lode clean --where EXPR keeps the rows of two kinds.',
        ],
      },
    )
  }
  const [first, second] = levels as [string, string]
  const positive = options.positive ?? second
  if (positive !== first && positive !== second) {
    throw new UsageError(
      `--positive "${positive}" is not a value of ${where}${didYouMean(positive, levels)}`,
      {
        code: 'E_OPTION_VALUE',
        help: [`values: "${first}", "${second}"`],
      },
    )
  }
  const rows = read.codes.length
  const values = new Float64Array(rows)
  const valid = new Uint8Array((rows + 7) >> 3)
  const code = read.levels.indexOf(positive)
  for (let row = 0; row < rows; row++) {
    const own = read.codes[row] as number
    if (own < 0) continue
    values[row] = own === code ? 1 : 0
    valid[row >> 3] = (valid[row >> 3] as number) | (1 << (row & 7))
  }
  return {
    column: { name, values, valid, missing: read.missing },
    kinds: positive === second ? [first, second] : [second, first],
  }
}
