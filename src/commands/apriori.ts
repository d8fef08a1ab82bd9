/** `lode apriori`: what is bought together, what that leads to, and what a basket still lacks. */
import { basketCount, someBaskets, type Baskets } from '../base/baskets.ts'
import { DataError, UsageError } from '../base/errors.ts'
import { ascendingOrder } from '../base/order.ts'
import { count, plural } from '../base/wording.ts'
import { ItemsetCounter } from '../learn/count-itemsets.ts'
import type { ItemsetKind } from '../learn/itemset-search.ts'
import { itemCounts, lengthsOf, type Itemsets } from '../learn/itemsets.ts'
import { MEASURES, MORE_MEASURES } from '../learn/rule-measures.ts'
import { aprioriReport, type AprioriFindings, type TopItemset, type TopRule } from '../report/apriori.ts'
import { relationOf, type AddedColumn } from '../table/append.ts'
import { basketsOfRun, checkShape, type AprioriContext, type BasketInput } from './apriori/input.ts'
import { templatesOf, type Templates } from './apriori/items.ts'
import {
  itemsetColumns,
  itemsetSegmentColumns,
  itemsetTable,
  wantedItemsets,
  type ItemsetTable,
} from './apriori/itemset-rows.ts'
import {
  DIFFERENCE,
  ITEMSET_ORDERS,
  leastCount,
  options,
  RULE_ORDERS,
  type Options,
} from './apriori/options.ts'
import { recommendedRows } from './apriori/recommended-rows.ts'
import { ruleColumns, ruleTable, segmentColumns, type RuleTable } from './apriori/rule-rows.ts'
import { algorithmOf, findItemsets, findRules, tooMany, type FoundRules } from './apriori/search.ts'
import { whyNoItemsets, whyNoRules } from './apriori/why-empty.ts'
import { command, type Outcome } from './command.ts'

export const apriori = command({
  name: 'apriori',
  summary: 'Find what is bought together: frequent itemsets, association rules, recommendations',
  about:
    'Reads baskets and gives association rules: who has the items on the left also has those on the right, in how many ' +
    'baskets, how surely, and how much more often than by chance. Say how baskets stand in the file: an item a row ' +
    '(--id, --item), a basket a line (--baskets), a basket a cell (--basket-column), a column an item (--onehot), or ' +
    'items that are column=value (--table). Itemsets and counts are those of arules and mlxtend, exactly: an itemset is ' +
    'frequent when count/baskets reaches --min-support, an empty basket counts as one, and an item counts once in a basket.',
  options,
  examples: [
    [
      'rules from order lines, the strongest first',
      'lode apriori fixtures/orders.csv --id order_id --item product --min-support 0.02',
    ],
    [
      'what leads to one product',
      'lode apriori fixtures/orders.csv --id order_id --item product --min-support 5 --rhs "phone case" --sort confidence',
    ],
    [
      'the maximal itemsets of each customer’s purchases',
      'lode apriori fixtures/orders.csv --id customer_id --item product --itemsets maximal --top 10',
    ],
    [
      'what to offer each customer, with the reason',
      'lode apriori fixtures/orders.csv --id customer_id --item product --min-confidence 0.3 --recommend --top 3',
    ],
    [
      'what goes with what in a table, its numbers cut into ranges',
      'lode apriori fixtures/customers.csv --table --columns city,age:frequency --bins 4 -f table',
    ],
  ],
  explains: [
    {
      title: 'Measures',
      text:
        'n: all baskets; a: those with the left side; c: those with the right side; x: those with both. A measure that ' +
        'is not defined is an empty cell. mlxtend and arules agree but where a division by 0 is meant: conviction of a ' +
        'right side that is in every basket is inf for mlxtend and not defined for arules, certainty is 0 for mlxtend.',
      rows: MEASURES,
    },
    {
      title: 'p_adjusted',
      text:
        'p_value corrected for how many rules there were to choose from (Benjamini & Hochberg, each length by itself): ' +
        'of the rules with at most 0.05, no more than 5% are expected to be chance. The rules that were found are picked ' +
        'for their confidence from all that can be made of the frequent items, so all of those are counted; with --by, ' +
        'those of each segment by itself.',
      rows: [
        {
          name: 'p_adjusted',
          formula: 'the least of p·m / i over this rule and those of as many items with larger p; at most 1',
          about:
            'm ways to part as many of the frequent items in two sides as --max-rhs, --lhs and --rhs let; ' +
            'this rule the i-th by p of those found',
        },
      ],
    },
    { title: 'More measures', text: 'With --measures NAMES or all.', rows: MORE_MEASURES },
    {
      title: 'Segments',
      text: 'With --by: how a rule fares in all baskets that are not of its segment.',
      rows: [
        {
          name: 'confidence_others',
          formula: 'x / a among the others',
          about: 'empty where no other basket has the left side',
        },
        { name: 'lift_others', formula: '(x / a) / (c / n) among the others', about: '' },
        {
          name: 'difference',
          formula: 'confidence − confidence_others',
          about: 'how much surer the rule is in its segment',
        },
      ],
    },
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  check(asked, namesColumns) {
    checkShape(asked, namesColumns)
    checkOptions(asked)
  },
  // Its columns are items, which may be called 101.
  hasHeader: ({ onehot }) => onehot,
  async run(context) {
    const read = await basketsOfRun(context)
    const templates = templatesOf(context.options, read.baskets.names, read.files)
    const work: Work = { context, read, templates, groups: groupsOf(context.options, read) }
    if (context.options.itemsets !== undefined) return itemsetOutcome(work, context.options.itemsets)
    return context.options.recommend === undefined ? ruleOutcome(work) : recommendOutcome(work)
  },
})

/** Baskets that are searched by themselves: all of them, or those of each segment. */
interface Group {
  /** Undefined without `--by`. */
  readonly segment: string | undefined
  readonly baskets: Baskets
}

interface Work {
  readonly context: AprioriContext
  readonly read: BasketInput
  readonly templates: Templates
  readonly groups: readonly Group[]
}

function checkOptions(asked: Options): void {
  const { itemsets, recommend, by, sort, maxLength, minLength = 1 } = asked
  const clash = (one: string, other: string) => {
    throw new UsageError(`${one} and ${other} ask for different rows; run the command twice`, {
      code: 'E_OPTION',
    })
  }
  if (itemsets !== undefined && recommend !== undefined) clash('--itemsets', '--recommend')
  if (by !== undefined && recommend !== undefined) clash('--by', '--recommend')
  const orders = itemsets === undefined ? RULE_ORDERS : ITEMSET_ORDERS
  if (sort === DIFFERENCE && by === undefined) {
    throw new UsageError('--sort difference needs --by COL, whose segments differ', { code: 'E_OPTION' })
  }
  if (sort !== undefined && sort !== DIFFERENCE && !orders.includes(sort)) {
    const what = itemsets === undefined ? 'rules have' : 'itemsets have'
    throw new UsageError(`--sort ${sort}: ${what} ${orders.join(', ')} to be ordered by`, {
      code: 'E_OPTION_VALUE',
    })
  }
  if (recommend !== undefined) checkRecommend(asked)
  if (itemsets !== undefined) checkItemsets(asked, itemsets)
  if (maxLength !== undefined && maxLength < minLength) {
    throw new UsageError(`--max-length ${maxLength} is less than --min-length ${minLength}`, {
      code: 'E_OPTION_VALUE',
    })
  }
}

/** What is about rules says nothing of itemsets. */
function checkItemsets(asked: Options, kind: ItemsetKind): void {
  const { minConfidence, minLift, alpha, maxRhs, redundant, measures, measureStyle, algorithm } = asked
  const meaningless = [
    ...(minConfidence === options.minConfidence.fallback ? [] : ['--min-confidence']),
    ...(minLift === undefined ? [] : ['--min-lift']),
    ...(alpha === undefined ? [] : ['--alpha']),
    ...(maxRhs === 1 ? [] : ['--max-rhs']),
    ...(redundant ? [] : ['--no-redundant']),
    ...(measures.length === 0 ? [] : ['--measures']),
    ...(measureStyle === options.measureStyle.fallback ? [] : ['--measure-style']),
  ]
  const [first] = meaningless
  if (first !== undefined) {
    throw new UsageError(`${first} is about rules, and --itemsets gives none; leave one of them out`, {
      code: 'E_OPTION',
    })
  }
  if (kind !== 'frequent' && (algorithm === 'apriori' || algorithm === 'fpgrowth')) {
    throw new UsageError(
      `--algorithm ${algorithm} finds all frequent itemsets; --itemsets ${kind} has a search of its own (auto, eclat)`,
      { code: 'E_OPTION' },
    )
  }
}

/** A recommendation is one item, by the surest of all rules. */
function checkRecommend({ maxRhs, redundant, minLength, sort }: Options): void {
  const meaningless = [
    ...(maxRhs === 1 ? [] : ['--max-rhs']),
    ...(redundant ? [] : ['--no-redundant']),
    ...(minLength === 1 ? ['--min-length 1'] : []),
    ...(sort === undefined ? [] : ['--sort']),
  ]
  const [first] = meaningless
  if (first === undefined) return
  throw new UsageError(
    `${first} means nothing with --recommend: an item is recommended by the surest rule that has it alone on the right`,
    { code: 'E_OPTION' },
  )
}

/** A group and what was found in it. */
interface Searched<Found> {
  readonly group: Group
  readonly found: Found
}

/**
 * Searches each group. Of several segments one that has too many itemsets or rules is left out and named, as the others
 * can be told about: in a few baskets a share is a single one, and all that is in it is frequent.
 *
 * @throws {DataError} where no group can be searched
 */
async function searchGroups<Found>(
  { context, groups }: Work,
  search: (group: Group) => Promise<Found>,
): Promise<Searched<Found>[]> {
  const searched: Searched<Found>[] = []
  let refused: DataError | undefined
  for (const group of groups) {
    try {
      searched.push({ group, found: await search(group) })
    } catch (error) {
      if (!(error instanceof DataError) || error.code !== 'E_TOO_MANY') throw error
      refused = error
      if (groups.length === 1) break
      const message = `${context.options.by ?? ''} "${group.segment ?? ''}" is left out: ${error.message}; --min-count 5 asks for more`
      context.warn({ code: 'segment_left_out', message })
    }
  }
  if (searched.length === 0 && refused !== undefined) throw refused
  return searched
}

/** @throws {UsageError} where the column of segments is called like one of the rows */
function refuseTwin(columns: readonly AddedColumn[], by: string | undefined): void {
  if (by === undefined || columns.filter(({ name }) => name === by).length < 2) return
  throw new UsageError(`--by ${by}: the rows have a column "${by}" of their own`, {
    code: 'E_COLUMN',
    help: [`Rename it first: lode clean --rename "${by}=segment" then apriori … --by segment.`],
  })
}

function groupsOf({ by }: Options, { baskets, segment, segments }: BasketInput): Group[] {
  if (by === undefined || segment === undefined) return [{ segment: undefined, baskets }]
  return segments.map((name, number) => {
    const chosen: number[] = []
    segment.forEach((one, basket) => {
      if (one === number) chosen.push(basket)
    })
    return { segment: name, baskets: someBaskets(baskets, Int32Array.from(chosen)) }
  })
}

// ---------------------------------------------------------------------- rules

async function ruleOutcome(work: Work): Promise<Outcome> {
  const { context, read, templates } = work
  const { options: asked } = context
  const searched: Itemsets[] = []
  const tables = []
  const groups = await searchGroups(work, async ({ baskets }) => {
    const itemsets = await findItemsets(context, baskets, 'frequent', templates)
    return { itemsets, rules: await findRules(context, itemsets, templates) }
  })
  const counter = new ItemsetCounter(read.baskets)
  for (const { group, found } of groups) {
    const { itemsets, rules } = found
    const table = rulesInOrder(itemsets, rules, work, counter)
    if (table.order.length === 0) {
      tellEmpty(work, group, whyNoRules(group.baskets, templates, asked, read.files.join(' and '), table))
    }
    searched.push(itemsets)
    tables.push(table)
  }
  const found = tables.map((table) => table.found)
  const given = tables.map(({ order }) => order.length)
  refuseMore(asked, total(given), 'rules')
  const columns = [
    ...segmentNames(work, groups, given),
    ...ruleColumns(tables, asked),
    ...(asked.by === undefined ? [] : segmentColumns(tables, counter)),
  ]
  refuseTwin(columns, asked.by)
  return {
    rows: await relationOf(context.engine, read, columns),
    report: async () =>
      aprioriReport({
        ...findingsOf(work, searched, found, groups),
        rules: total(found),
        given: total(given),
        perhapsChance: perhapsChance(columns),
        topRules: topRules(columns, asked.by),
      }),
    told: () => `${ofAll(total(given), total(found), 'rule')} from ${basketsInWords(read.baskets)}`,
  }
}

function rulesInOrder(
  itemsets: Itemsets,
  rules: FoundRules,
  { context, read }: Work,
  counter: ItemsetCounter,
): RuleTable {
  const { options: asked } = context
  const { names } = read.baskets
  if (asked.sort !== DIFFERENCE) return ruleTable(itemsets, rules, names, asked)
  const table = ruleTable(itemsets, rules, names, { ...asked, top: undefined }, 'support')
  const rows = byDifference(segmentColumns([table], counter)).slice(0, asked.top)
  return { ...table, order: rows.map((row) => table.order[row] as number) }
}

/** Rows by `difference`, the largest first; those that have none come last, equal ones as they were. */
function byDifference(columns: readonly AddedColumn[]): Int32Array {
  const values = columns.find(({ name }) => name === DIFFERENCE)?.data.values as Float64Array
  return ascendingOrder(values.map((value) => (Number.isNaN(value) ? Infinity : -value)))
}

// ------------------------------------------------------------------- itemsets

function itemsetsInOrder(
  itemsets: Itemsets,
  wanted: Int32Array,
  { context, read }: Work,
  counter: ItemsetCounter,
): ItemsetTable {
  const { options: asked } = context
  const { names } = read.baskets
  if (asked.sort !== DIFFERENCE) return itemsetTable(itemsets, names, wanted, asked)
  const table = itemsetTable(itemsets, names, wanted, { ...asked, top: undefined })
  const rows = byDifference(itemsetSegmentColumns([table], counter)).slice(0, asked.top)
  return {
    ...table,
    order: rows.map((row) => table.order[row] as number),
    texts: Array.from(rows, (row) => table.texts[row] as string),
  }
}

async function itemsetOutcome(work: Work, kind: NonNullable<Options['itemsets']>): Promise<Outcome> {
  const { context, read, templates } = work
  const { options: asked } = context
  const searched: Itemsets[] = []
  const tables = []
  const groups = await searchGroups(work, ({ baskets }) => findItemsets(context, baskets, kind, templates))
  const counter = new ItemsetCounter(read.baskets)
  for (const { group, found: itemsets } of groups) {
    const wanted = wantedItemsets(itemsets, templates.needed, asked)
    refuseMore(asked, total(tables.map(({ order }) => order.length)) + wanted.length, 'itemsets')
    const table = itemsetsInOrder(itemsets, wanted, work, counter)
    if (table.order.length === 0) {
      tellEmpty(work, group, whyNoItemsets(group.baskets, templates, asked, read.files.join(' and ')))
    }
    searched.push(itemsets)
    tables.push(table)
  }
  const found = tables.map((table) => table.found)
  const given = tables.map(({ order }) => order.length)
  const columns = [
    ...segmentNames(work, groups, given),
    ...itemsetColumns(tables),
    ...(asked.by === undefined ? [] : itemsetSegmentColumns(tables, counter)),
  ]
  refuseTwin(columns, asked.by)
  return {
    rows: await relationOf(context.engine, read, columns),
    report: async () =>
      aprioriReport({
        ...findingsOf(work, searched, found, groups),
        given: total(given),
        topItemsets: topItemsets(columns, asked.by),
      }),
    told: () =>
      `${ofAll(total(given), total(found), `${kind} itemset`)} from ${basketsInWords(read.baskets)}`,
  }
}

// ------------------------------------------------------------- recommendations

async function recommendOutcome(work: Work): Promise<Outcome> {
  const { context, read, templates } = work
  const itemsets = await findItemsets(context, read.baskets, 'frequent', templates)
  const rules = await findRules(context, itemsets, templates, { maxRight: 1, noRedundant: false })
  const table = ruleTable(
    itemsets,
    rules,
    read.baskets.names,
    { ...context.options, top: undefined },
    'confidence',
  )
  if (table.order.length === 0) {
    const [group] = work.groups
    tellEmpty(
      work,
      group,
      whyNoRules(read.baskets, templates, context.options, read.files.join(' and '), table),
    )
  }
  const { columns, recommended } = await recommendedRows(context, read, table)
  return {
    rows: await relationOf(context.engine, read, columns),
    report: async () =>
      aprioriReport({
        ...findingsOf(work, [itemsets], [table.order.length], []),
        rules: table.order.length,
        given: recommended.rows,
        recommended,
      }),
    told: () =>
      `${plural(recommended.rows, 'recommendation')} for ${plural(recommended.withItems, 'basket')} of ${count(recommended.baskets)}, by ${plural(table.order.length, 'rule')}`,
  }
}

// -------------------------------------------------------------------- together

function tellEmpty({ context }: Work, group: Group | undefined, message: string): void {
  const where = group?.segment === undefined ? '' : `${context.options.by ?? ''} "${group.segment}": `
  context.warn({ code: 'nothing_found', message: `${where}${message}` })
}

function refuseMore(asked: Options, rows: number, what: 'rules' | 'itemsets'): void {
  if (asked.top === undefined && rows > asked.maxRules) throw tooMany(asked, rows, what, asked.maxRules)
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0)
}

/** What is given, and of how many where `--top` left some out. */
function ofAll(given: number, found: number, what: string): string {
  return given === found ? plural(found, what) : `${count(given)} of ${plural(found, what)}`
}

function basketsInWords(baskets: Baskets): string {
  return `${plural(basketCount(baskets), 'basket')} of ${plural(baskets.names.length, 'item')}`
}

/** The first column with `--by`: the segment of each row. @param rows of each group */
function segmentNames(
  { context }: Work,
  groups: readonly Searched<unknown>[],
  rows: readonly number[],
): AddedColumn[] {
  const { by } = context.options
  if (by === undefined) return []
  const values = groups.flatMap(({ group }, g) =>
    new Array<string>(rows[g] as number).fill(group.segment ?? ''),
  )
  return [{ name: by, data: { type: 'text', values } }]
}

const itemsReported = 20
const rowsReported = 100

/** @param found itemsets or rules of each group */
function findingsOf(
  { context, read }: Work,
  searched: readonly Itemsets[],
  found: readonly number[],
  groups: readonly Searched<unknown>[],
): AprioriFindings {
  const { baskets, input } = read
  const { options: asked } = context
  const counts = itemCounts(baskets)
  const first = Array.from(counts, (_, item) => item).sort(
    (a, b) => (counts[b] as number) - (counts[a] as number) || a - b,
  )
  return {
    input,
    params: context.params,
    baskets: basketCount(baskets),
    items: baskets.names.length,
    algorithm: asked.itemsets === 'closed' || asked.itemsets === 'maximal' ? 'eclat' : algorithmOf(asked),
    minCount: leastCount(asked, basketCount(baskets)),
    minConfidence: asked.minConfidence,
    sortedBy: asked.sort ?? 'lift',
    separator: asked.itemSeparator,
    itemsetKind: asked.itemsets ?? 'frequent',
    itemsetsByLength: byLength(searched),
    rules: undefined,
    given: 0,
    perhapsChance: 0,
    topItems: first.slice(0, itemsReported).map((item) => ({
      item: baskets.names[item] as string,
      count: counts[item] as number,
    })),
    topRules: [],
    topItemsets: [],
    recommended: undefined,
    by: asked.by,
    segments: groups.flatMap(({ group: { segment, baskets: own } }, g) =>
      segment === undefined
        ? []
        : [
            {
              segment,
              baskets: basketCount(own),
              minCount: leastCount(asked, basketCount(own)),
              found: found[g] as number,
            },
          ],
    ),
  }
}

function byLength(searched: readonly Itemsets[]): number[] {
  const sets: number[] = []
  for (const itemsets of searched) {
    lengthsOf(itemsets).forEach((length, itemset) => {
      if (itemsets.count[itemset] === 0) return
      while (sets.length < length) sets.push(0)
      sets[length - 1] = (sets[length - 1] as number) + 1
    })
  }
  return sets
}

function perhapsChance(columns: readonly AddedColumn[]): number {
  const p = columns.find(({ name }) => name === 'p_adjusted')?.data
  return p?.type === 'double' ? p.values.reduce((sum, one) => sum + (one > 0.05 ? 1 : 0), 0) : 0
}

function topRules(columns: readonly AddedColumn[], by: string | undefined): TopRule[] {
  return firstRows(columns, by, ({ segment, cells }) => ({
    ...segment,
    antecedents: String(cells['antecedents']),
    consequents: String(cells['consequents']),
    measures: Object.fromEntries(
      Object.entries(cells).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
    ),
  }))
}

function topItemsets(columns: readonly AddedColumn[], by: string | undefined): TopItemset[] {
  return firstRows(columns, by, ({ segment, cells }) => ({
    ...segment,
    itemset: String(cells['itemset']),
    length: Number(cells['length']),
    count: Number(cells['count']),
    support: Number(cells['support']),
  }))
}

interface FirstRow {
  readonly segment: { readonly segment?: string }
  readonly cells: { readonly [column: string]: number | string | null | undefined }
}

function firstRows<Row>(
  columns: readonly AddedColumn[],
  by: string | undefined,
  make: (row: FirstRow) => Row,
): Row[] {
  // The segment's column is the first, and may be called like another.
  const own = by === undefined ? columns : columns.slice(1)
  const rows = Math.min(rowsReported, own[0]?.data.values.length ?? 0)
  return Array.from({ length: rows }, (_, row) =>
    make({
      segment: by === undefined ? {} : { segment: String(columns[0]?.data.values[row]) },
      cells: Object.fromEntries(own.map(({ name, data }) => [name, data.values[row]])),
    }),
  )
}
