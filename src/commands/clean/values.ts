/**
 * The steps of a clean that look at a whole column of numbers: outliers and fills.
 *
 * Means and deviations are summed here, row by row in the order of the input, so that they are the same bits
 * whatever the engine's threads do; medians, quartiles and modes don't depend on any order and are the engine's.
 */
import { isValid } from '../../base/column.ts'
import { isNumeric } from '../../table/cells.ts'
import type { BatchColumn } from '../../table/engine.ts'
import { refuseText } from '../../table/refuse-text.ts'
import { fillStep, type FillColumn, type FillMethod, type Statistic } from '../../tidy/fill.ts'
import { numberLiteral, numberText } from '../../tidy/number-text.ts'
import { madBounds, outlierStep, quartileBounds, zScoreBounds, type Bounds } from '../../tidy/outliers.ts'
import type { OutlierPlan, Plan } from './plan.ts'
import { rulesOfCells, take, type CellRules, type Walk } from './walk.ts'
import { Moments } from '../../learn/moments.ts'

export async function outliersStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.outliers === undefined) return
  const columns = await rulesOfCells(walk, plan.outliers.places)
  await refuseTexts(walk, columns)
  const bounds = await boundsOf(walk, columns, plan.outliers)
  const bounded = columns.map((column, i) => ({ ...column, value: column.number, bounds: bounds[i] }))
  for (const { name } of bounded.filter((column) => column.bounds === undefined)) {
    walk.context.warn({
      code: 'no_spread',
      message: `column "${name}" has too little spread to tell outliers by ${plan.outliers.method}; none are`,
    })
  }
  await take(walk, outlierStep(bounded, plan.outliers.action))
}

/** @throws {DataError} for a column that is not one of numbers */
async function refuseTexts(walk: Walk, columns: readonly CellRules[]): Promise<void> {
  for (const { place, facts } of columns) await refuseText(walk.engine, walk.relation, place, facts)
}

async function boundsOf(
  walk: Walk,
  columns: readonly CellRules[],
  { method, factor }: OutlierPlan,
): Promise<(Bounds | undefined)[]> {
  if (method === 'zscore') {
    return (await columnMoments(walk, columns)).map(({ mean, sd }) => {
      return mean !== undefined && sd !== undefined && sd > 0 ? zScoreBounds(mean, sd, factor) : undefined
    })
  }
  const wanted = columns.flatMap(({ number }) =>
    method === 'iqr'
      ? [`quantile_cont(${number}, 0.25)`, `quantile_cont(${number}, 0.75)`]
      : [`median(${number})`, `mad(${number})`],
  )
  const [row = []] = await walk.engine.query(`select ${wanted.join(', ')} from ${walk.relation.name}`)
  return columns.map((_, i) => {
    const [a, b] = [row[2 * i], row[2 * i + 1]]
    if (typeof a !== 'number' || typeof b !== 'number') return undefined
    if (method === 'iqr') return quartileBounds(a, b, factor)
    return b > 0 ? madBounds(a, b, factor) : undefined
  })
}

/** Moments of whole columns, in their order. */
export async function columnMoments(walk: Walk, columns: readonly CellRules[]): Promise<Moments[]> {
  const moments = columns.map(() => new Moments())
  if (columns.length === 0) return moments
  const numbers = columns.map(({ number }) => number).join(', ')
  for await (const { rows, columns: found } of walk.engine.stream(
    `select ${numbers} from ${walk.relation.name}`,
  )) {
    moments.forEach((of, i) => {
      const column = numbersOf(found[i])
      for (let row = 0; row < rows; row++) if (column.has(row)) of.add(column.values[row] as number)
    })
  }
  return moments
}

/** Moments of columns in each group, by the texts of the group as JSON. */
async function groupMoments(
  walk: Walk,
  columns: readonly CellRules[],
  groups: readonly CellRules[],
): Promise<Map<string, Moments[]>> {
  const found = new Map<string, Moments[]>()
  const wanted = [...groups.map(({ present }) => present), ...columns.map(({ number }) => number)]
  for await (const batch of walk.engine.stream(`select ${wanted.join(', ')} from ${walk.relation.name}`)) {
    const keys = batch.columns.slice(0, groups.length)
    const numbers = batch.columns.slice(groups.length).map(numbersOf)
    for (let row = 0; row < batch.rows; row++) {
      const key = JSON.stringify(keys.map((column) => (column.type === 'text' ? column.values[row] : null)))
      let moments = found.get(key)
      if (moments === undefined) found.set(key, (moments = columns.map(() => new Moments())))
      numbers.forEach(({ values, has }, i) => {
        if (has(row)) moments[i]?.add(values[row] as number)
      })
    }
  }
  return found
}

function numbersOf(column: BatchColumn | undefined) {
  if (column?.type !== 'double') throw new Error('a number came as something else')
  const { values, valid } = column
  return { values, has: (row: number) => valid === undefined || isValid(valid, row) }
}

export async function fillsStep(walk: Walk, plan: Plan): Promise<void> {
  if (plan.fill.size === 0) return
  const columns = await rulesOfCells(walk, [...plan.fill.keys()])
  const groups = await rulesOfCells(walk, plan.by)
  const methodOf = ({ place }: CellRules): FillMethod => plan.fill.get(place) ?? 'mode'
  await refuseTexts(
    walk,
    columns.filter((column) => isArithmetic(methodOf(column))),
  )
  const statistics = await statisticsOf(walk, columns, methodOf, groups)
  const filled = columns.map((column): FillColumn => ({
    ...column,
    method: methodOf(column),
    statistic: statistics.get(column),
  }))
  warnOfEmpty(walk, filled)
  await take(
    walk,
    fillStep(
      walk.engine.dialect,
      filled,
      groups.map(({ present }) => present),
    ),
  )
}

function isArithmetic(method: FillMethod): boolean {
  return method === 'mean' || method === 'median' || method === 'linear'
}

function warnOfEmpty(walk: Walk, columns: readonly FillColumn[]): void {
  for (const { place, statistic } of columns) {
    if (statistic === undefined || 'table' in statistic || statistic.text !== null) continue
    walk.context.warn({
      code: 'nothing_to_fill_with',
      message: `column "${walk.relation.columns[place]?.name}" has no value at all, so nothing to fill it with`,
    })
  }
}

async function statisticsOf(
  walk: Walk,
  columns: readonly CellRules[],
  methodOf: (column: CellRules) => FillMethod,
  groups: readonly CellRules[],
): Promise<Map<CellRules, Statistic>> {
  const found = new Map<CellRules, Statistic>()
  const means = columns.filter((column) => methodOf(column) === 'mean')
  if (means.length > 0) {
    const statistics =
      groups.length === 0 ? await wholeMeans(walk, means) : await groupMeans(walk, means, groups)
    means.forEach((column, i) => found.set(column, statistics[i] as Statistic))
  }
  for (const column of columns) {
    const method = methodOf(column)
    if (method === 'median')
      found.set(column, await statisticOf(walk, groups, medianSelect(walk, column, groups)))
    if (method === 'mode')
      found.set(column, await statisticOf(walk, groups, modeSelect(walk, column, groups)))
  }
  return found
}

async function wholeMeans(walk: Walk, columns: readonly CellRules[]): Promise<Statistic[]> {
  const moments = await columnMoments(walk, columns)
  return moments.map((of, i) => ({ text: meanText(of, columns[i]) }))
}

function meanText(moments: Moments | undefined, column: CellRules | undefined): string | null {
  return moments?.mean === undefined ? null : numberLiteral(moments.mean, column?.decimal ?? '.')
}

async function groupMeans(
  walk: Walk,
  columns: readonly CellRules[],
  groups: readonly CellRules[],
): Promise<Statistic[]> {
  const moments = await groupMoments(walk, columns, groups)
  const keys = [...moments.keys()].map((key) => JSON.parse(key) as (string | null)[])
  const table = await walk.engine.arrays([
    ...groups.map((_, g) => ({ type: 'text' as const, values: keys.map((key) => key[g] ?? null) })),
    ...columns.map((column, i) => ({
      type: 'text' as const,
      values: [...moments.values()].map((of) => meanText(of[i], column)),
    })),
  ])
  const names = groups.map((_, g) => `c${g} as g${g}`).join(', ')
  const views: Statistic[] = []
  for (const i of columns.keys()) {
    views.push({ table: await walk.engine.view(`select ${names}, c${groups.length + i} as v from ${table}`) })
  }
  return views
}

/** SQL that gives g0 … and v: one row a group, or one row without groups. */
function medianSelect(
  { relation }: Walk,
  { number, decimal }: CellRules,
  groups: readonly CellRules[],
): string {
  const value = `${numberText(`median(${number})`, decimal)} as v`
  const by = groups.length === 0 ? '' : ' group by all'
  return `select ${[...groupCells(groups), value].join(', ')} from ${relation.name}${by}`
}

/**
 * The most frequent value, of equally frequent ones the smallest. Numbers are counted as numbers (1.5 and 1.50
 * are one) and written the shorter way they stand in the column.
 */
function modeSelect({ relation }: Walk, column: CellRules, groups: readonly CellRules[]): string {
  const { number, present, facts } = column
  const value = isNumeric(facts) ? number : present
  const g = groups.map((_, i) => `g${i}, `).join('')
  const counted =
    `select ${[...groupCells(groups), `${value} as x`].join(', ')}, count(*) as n, ` +
    `arg_min(${present}, (length(${present}), ${present})) as v ` +
    `from ${relation.name} where ${present} is not null group by all`
  const partition = groups.length === 0 ? '' : `partition by ${groups.map((_, i) => `g${i}`).join(', ')} `
  return `select ${g}v from (${counted}) qualify row_number() over (${partition}order by n desc, x) = 1`
}

function groupCells(groups: readonly CellRules[]): string[] {
  return groups.map(({ present }, i) => `${present} as g${i}`)
}

async function statisticOf(
  { engine }: Walk,
  groups: readonly CellRules[],
  select: string,
): Promise<Statistic> {
  if (groups.length > 0) return { table: await engine.table(select) }
  const [[text] = []] = await engine.query(select)
  return { text: typeof text === 'string' ? text : null }
}
