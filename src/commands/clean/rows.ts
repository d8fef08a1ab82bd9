/**
 * The steps of a clean that drop or mark rows: checks, missing cells, duplicates, near duplicates, conditions.
 */
import { DataError, RuleBroken, UsageError } from '../../base/errors.ts'
import { count, plural } from '../../base/wording.ts'
import { isDate, isNumeric } from '../../table/cells.ts'
import { withEnough } from '../../table/lines.ts'
import { linesOf } from '../../table/relation.ts'
import { firstOfEqual } from '../../tidy/dedupe.ts'
import {
  holds,
  requireCondition,
  typedCell,
  type RowExpression,
  type TypedAs,
} from '../../tidy/expression.ts'
import {
  alikePairs,
  distinctTexts,
  fuzzyKeys,
  Groups,
  MOST_PAIRS,
  pairCounts,
  withOriginal,
  type FuzzyKeys,
} from '../../tidy/fuzzy.ts'
import { enoughPresent } from '../../tidy/missing.ts'
import { NOTHING } from '../../tidy/step.ts'
import { DUPLICATE_OF, type FuzzyPlan, type Plan } from './plan.ts'
import { rejectRows } from './rejects.ts'
import { placeOf, rulesOfCells, take, type CellRules, type Walk } from './walk.ts'

/** As in SQL's CHECK, a rule is broken where it is false: what can't be known (a missing age) breaks none. */
export async function checkSteps(walk: Walk, plan: Plan): Promise<void> {
  for (const check of plan.checks) {
    const { onFail } = walk.context.options
    const broken = `(${holds(check)} is false)`
    const from = await typedRows(walk, check)
    if (onFail === 'error') await refuseBroken(walk, check, broken, from)
    const reason = `--check ${check.text}`
    const rejected =
      onFail === 'reject' ? await rejectRows(walk, [{ column: '', reason, condition: broken }], from) : 0
    const keep = () => `not ${broken}`
    await take(walk, { ...NOTHING, name: 'check', detail: check.text, from, keep }, rejected)
  }
}

async function refuseBroken(
  { engine, relation }: Walk,
  check: RowExpression,
  broken: string,
  from: (source: string) => string,
): Promise<void> {
  const [[rows, first] = []] = await engine.query(
    `select count(*), min(k) from ${from(relation.keyed)} where ${broken}`,
  )
  if (Number(rows) === 0) return
  const { said } = await placeOf(relation, Number(first))
  throw new RuleBroken(
    `${plural(Number(rows), 'row')} of ${relation.files.join(' and ')} ` +
      `${rows === 1 ? 'breaks' : 'break'} the rule "${check.text}", the first on ${said}`,
    { code: 'E_CHECK' },
  )
}

/** Rows for which a condition is true stay; where it can't be known they go, as in SQL's WHERE. */
export async function whereSteps(walk: Walk, plan: Plan): Promise<void> {
  for (const where of plan.wheres) {
    const from = await typedRows(walk, where)
    const keep = () => `(${holds(where)} is true)`
    await take(walk, { ...NOTHING, name: 'where', detail: where.text, from, keep })
  }
}

/** The rows with t<place> beside them: the cells an expression looks at, as what they are. */
async function typedRows(walk: Walk, expression: RowExpression): Promise<(source: string) => string> {
  const columns = await rulesOfCells(walk, expression.places)
  const kinds = await fittingTypes(walk, expression, columns)
  const typed = columns.map((column, i) => {
    const { place, cell, missing, number } = column
    return `, ${typedCell(cell, missing, number, kinds[i] as TypedAs)} as t${place}`
  })
  return typed.length === 0 ? (source) => source : (source) => `(select *${typed.join('')} from ${source})`
}

/**
 * Whole numbers with leading zeros or more than 15 digits (post codes, order numbers) are texts where that makes
 * sense of the expression, as in zip = '01220', else numbers, as in age > 30 with one age written 031.
 */
async function fittingTypes(
  walk: Walk,
  expression: RowExpression,
  columns: readonly CellRules[],
): Promise<TypedAs[]> {
  const ask = (sql: string) => walk.engine.query(sql)
  const kinds = await typesOf(walk, columns)
  const asTexts = kinds.map((kind) => (kind === 'long' ? 'text' : kind))
  if (kinds.includes('long')) {
    try {
      await requireCondition(expression, asTexts, ask)
      return asTexts
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
    }
  }
  await requireCondition(expression, kinds, ask)
  return kinds
}

const ISO_DATE = '[0-9]{4}-[0-9]{2}-[0-9]{2}'
const ISO_TIME = '[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?'

/** Dates are dates where all are ISO 8601 without a zone; whole numbers that look like an id are `long`. */
async function typesOf({ engine, relation }: Walk, columns: readonly CellRules[]): Promise<TypedAs[]> {
  const { dialect } = engine
  const dates = columns.filter(({ facts }) => isDate(facts))
  const counts = dates.flatMap(({ cell, missing }) => [
    `count(*) filter (where not ${missing})`,
    `count(*) filter (where ${dialect.matches(cell, ISO_DATE)} and try_cast(${cell} as date) is not null)`,
    `count(*) filter (where ${dialect.matches(cell, `${ISO_DATE}(${ISO_TIME})?`)} and try_cast(${cell} as timestamp) is not null)`,
  ])
  const [row = []] =
    dates.length === 0 ? [] : await engine.query(`select ${counts.join(', ')} from ${relation.name}`)
  return columns.map((column): TypedAs => {
    const { facts } = column
    if (isNumeric(facts)) {
      if (facts.integers < facts.numbers) return 'number'
      return facts.idLike > 0 ? 'long' : 'integer'
    }
    const at = dates.indexOf(column) * 3
    if (at < 0) return 'text'
    const [present, asDates, asTimes] = row.slice(at, at + 3)
    if (asDates === present) return 'date'
    return asTimes === present ? 'timestamp' : 'text'
  })
}

export async function dropMissingStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.dropMissing === undefined) return
  const { places, atLeast, byDefault } = plan.dropMissing
  const columns = await rulesOfCells(walk, places)
  const keep = enoughPresent(
    columns.map(({ missing, mayMiss }) => (mayMiss ? missing : undefined)),
    atLeast,
  )
  if (byDefault) noteDefault(walk, columns)
  const lines = linesOf(walk.relation)
  await take(walk, { ...NOTHING, name: 'drop-missing', keep: () => keep })
  if (lines?.kind === 'picked' && lines.side.filter === undefined) {
    const rows = withEnough(lines, places, atLeast)
    walk.relation = { ...walk.relation, lines: { of: walk.relation.name, rows } }
  }
}

const NAMED_IN_NOTE = 6

/** Says that rows are dropped unasked, and in which columns cells are missing where the scan has counted them. */
function noteDefault({ context, relation }: Walk, columns: readonly CellRules[]): void {
  const counted = columns.flatMap(({ place, name, facts, mayMiss }) => {
    const known = relation.columns[place]?.facts !== undefined && relation.rules.missing === undefined
    if (!known || !mayMiss) return []
    const cells = facts.empty + (isNumeric(facts) || isDate(facts) ? facts.tokens : 0)
    return cells > 0 ? [`${name} ${count(cells)}`] : []
  })
  const more = counted.length > NAMED_IN_NOTE ? ` and ${counted.length - NAMED_IN_NOTE} columns more` : ''
  const where = counted.length === 0 ? '' : ` (${counted.slice(0, NAMED_IN_NOTE).join(', ')}${more})`
  context.note(`no step was asked for, so rows with a missing value are dropped${where}`)
}

export async function dedupeStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.dedupe === undefined) return
  const columns = await rulesOfCells(walk, plan.dedupe.places)
  const keys = columns.map(({ present, cell, mayMiss }) => (mayMiss ? present : cell))
  await take(walk, {
    ...NOTHING,
    name: 'dedupe',
    needsKey: true,
    keep: firstOfEqual(keys, plan.dedupe.keep),
  })
}

export async function fuzzyStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.fuzzy === undefined) return
  const { engine } = walk
  const { places, block, drops } = plan.fuzzy
  const cells = await rulesOfCells(walk, places)
  const blocks = await rulesOfCells(walk, block)
  const keys = fuzzyKeys(
    cells.map(({ present }) => present),
    blocks.map(({ present }) => present),
  )
  const texts = await engine.table(distinctTexts(keys, walk.relation.keyed))
  await refuseTooMany(walk, texts, plan.fuzzy)
  const groups = await groupsOf(walk, texts, plan.fuzzy)
  await take(walk, fuzzyStepOf(keys, texts, groups, drops))
}

function fuzzyStepOf(keys: FuzzyKeys, texts: string, groups: string, drops: boolean) {
  const from = withOriginal(keys, texts, groups)
  const isFirst = 'coalesce(original = k, true)'
  if (drops) return { ...NOTHING, name: 'fuzzy', needsKey: true, from, keep: () => isFirst }
  const cell = `case when not ${isFirst} then cast(original + 1 as varchar) end`
  return { ...NOTHING, name: 'fuzzy', needsKey: true, from, added: [{ name: DUPLICATE_OF, cell }] }
}

/** @throws {DataError} when the comparisons would take minutes */
async function refuseTooMany({ engine }: Walk, texts: string, { block }: FuzzyPlan): Promise<void> {
  const [all = [], largest = []] = await engine.query(pairCounts(texts))
  const pairs = Number(all[1] ?? 0)
  if (pairs <= MOST_PAIRS) return
  const blocks = block.length === 0 ? 'the first letter' : 'the columns of --block'
  throw new DataError(
    `--fuzzy would compare ${count(pairs)} pairs of rows; ${count(MOST_PAIRS)} is the most`,
    {
      code: 'E_TOO_MANY_PAIRS',
      help: [
        `Rows are compared where ${blocks} agree; the largest block, "${String(largest[0]).slice(0, 40)}", makes ${count(Number(largest[1]))} pairs.`,
        'Name columns that must be equal with --block, such as a post code, a city or a year of birth.',
      ],
    },
  )
}

async function groupsOf({ engine }: Walk, texts: string, { threshold }: FuzzyPlan): Promise<string> {
  const [[size] = []] = await engine.query(`select count(*) from ${texts}`)
  const groups = new Groups(Number(size))
  for await (const { rows, columns } of engine.stream(alikePairs(texts, threshold))) {
    const [a, b] = columns
    if (a?.type !== 'double' || b?.type !== 'double') throw new Error('a pair came without its numbers')
    for (let i = 0; i < rows; i++) groups.join(a.values[i] as number, b.values[i] as number)
  }
  const values = Int32Array.from({ length: Number(size) }, (_, id) => groups.smallest(id))
  return engine.arrays([{ type: 'integer', values }])
}
