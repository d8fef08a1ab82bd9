/**
 * What `lode regress` works on: the columns that terms or --columns name, read once, and the rows that have them all.
 *
 * In:  the context and its relation.
 * Out: a Design with the names of its columns, the rows used, and what was left out and why.
 */
import type { Design } from '../../base/design.ts'
import { DataError } from '../../base/errors.ts'
import { count } from '../../base/wording.ts'
import { designColumns, designOf, type DesignColumn, type Sources } from '../../shape/design-columns.ts'
import type { Terms } from '../../shape/terms.ts'
import { rowCount } from '../../table/numbers.ts'
import type { Relation } from '../../table/relation.ts'
import { baseOf, readGroups, usedLevels, warnOfSingleLevels } from './levels.ts'
import type { RegressContext } from './options.ts'
import { planOf } from './plan.ts'
import { checkFunctions } from './range.ts'
import { filled, fillOf, usedRows } from './rows.ts'
import { readTarget } from './target.ts'

/** Design columns past which a regression is no longer that. */
const MOST_COLUMNS = 2000

export interface RegressData {
  readonly relation: Relation
  readonly target: string
  /** Of a logistic regression: the values of the target, the one whose odds are asked for last. */
  readonly kinds: readonly [string, string] | undefined
  readonly terms: Terms
  readonly sources: Sources
  /** Columns of the data that explain, in the order of the terms; and what fills a gap in them. */
  readonly explaining: readonly string[]
  readonly fills: readonly (number | undefined)[]
  readonly columns: readonly DesignColumn[]
  readonly design: Design
  /** The same of other rows of the relation, ascending. */
  designOver(rowOf: Int32Array): Design
  readonly rows: number
  /** By row of the design its row of the relation. */
  readonly rowOf: Int32Array
  /** By row of the relation. */
  readonly targets: Float64Array
  readonly weights: Float64Array | undefined
  /** Rows that are predicted, but have a weight of 0. */
  readonly weightless: Int32Array
  readonly dropped: { readonly [reason: string]: number }
  readonly keysLeftOut: readonly string[]
}

export async function regressData(context: RegressContext): Promise<RegressData> {
  const relation = context.inputs[0] as Relation
  if ((await rowCount(context.engine, relation)) === 0) {
    throw new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
  }
  const plan = await planOf(context, relation)
  const places = [
    ...plan.numbers.map(({ place }) => place),
    ...(plan.weights === undefined ? [] : [plan.weights]),
  ]
  const target = await readTarget(context, relation, plan.target, places)
  const [weights, numbers] =
    plan.weights === undefined
      ? [undefined, target.others]
      : [target.others.at(-1), target.others.slice(0, -1)]
  const groups = await readGroups(context, relation, plan)
  const fills = numbers.map((column) => fillOf(column, context.options.missing))
  const used = usedRows({ target: target.column, numbers, groups, weights, fills }, relation, context)
  const sources: Sources = {
    numbers: numbers.map((column, i) => ({
      name: plan.numbers[i]?.name ?? column.name,
      values: filled(column, fills[i]),
    })),
    groups: groups.map((column, i) => ({
      name: plan.groups[i]?.name ?? column.name,
      ...usedLevels(column, used.rowOf, baseOf(context, column)),
    })),
  }
  checkFunctions(plan.terms, sources, used.rowOf, relation)
  const columns = designColumns(plan.terms, sources, used.rowOf)
  warnOfSingleLevels(context, sources, columns)
  if (columns.length === 0) {
    throw new DataError(
      `nothing is left to explain "${relation.columns[plan.target]?.name}" by: the columns named are the same in every row used`,
      { code: 'E_CONSTANT_COLUMNS' },
    )
  }
  if (columns.length > MOST_COLUMNS) {
    throw new DataError(
      `the terms make ${count(columns.length)} columns; ${count(MOST_COLUMNS)} are the most`,
      {
        code: 'E_TOO_MANY_COLUMNS',
        help: ['Leave out products of text columns of many values.'],
      },
    )
  }
  const targets = target.column.values
  const designOver = (rowOf: Int32Array) =>
    designOf(columns, sources, {
      rowOf,
      target: targets,
      ...(weights === undefined ? {} : { weights: weights.values }),
    })
  return {
    relation,
    target: relation.columns[plan.target]?.name ?? '',
    kinds: target.kinds,
    terms: plan.terms,
    sources,
    explaining: [...plan.numbers, ...plan.groups].map(({ name }) => name),
    fills,
    columns,
    design: designOver(used.rowOf),
    designOver,
    rows: targets.length,
    rowOf: used.rowOf,
    targets,
    weights: weights?.values,
    // A text that no row in the fit holds has no coefficient.
    weightless: used.weightless.filter((row) =>
      sources.groups.every(({ codes }) => (codes[row] as number) >= 0),
    ),
    dropped: used.dropped,
    keysLeftOut: plan.keysLeftOut,
  }
}
