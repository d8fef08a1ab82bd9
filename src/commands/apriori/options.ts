/** What `lode apriori` takes, as data. */
import { UsageError } from '../../base/errors.ts'
import type { ItemsetKind } from '../../learn/itemset-search.ts'
import { minCountOf, type Support } from '../../learn/itemsets.ts'
import { MEASURES, MORE_MEASURES } from '../../learn/rule-measures.ts'
import {
  choice,
  flag,
  integer,
  linesFlag,
  negativeFlag,
  number,
  optionalTableFile,
  text,
  type OptionSpec,
  type OptionValues,
} from '../option.ts'

/** A whole number is a count of baskets; `0.01`, `1.0` and `1%` are shares of all baskets. */
const minSupport: OptionSpec<Support> = {
  about:
    'itemsets and rules that fewer baskets hold are left out: a share of all baskets, or from 1 on a count',
  metavar: 'SHARE|N',
  group: 'Search',
  fallback: { share: 0.01 },
  defaultText: '0.01',
  badValue: '0',
  parse(given = '') {
    if (/^\d{1,9}$/.test(given) && Number(given) > 0) return { count: Number(given) }
    const [, digits, percent] = /^(\d*\.?\d+(?:e-?\d+)?)(%?)$/i.exec(given) ?? []
    const share = Number(digits) / (percent === '%' ? 100 : 1)
    if (share > 0 && share <= 1 && !/^0*$/.test(given)) return { share }
    throw new UsageError(
      `must be a share above 0 and at most 1, like 0.01 or 1%, or a whole number of baskets from 1 on; got "${given}"`,
    )
  },
}

const ITEMSET_KINDS: readonly ItemsetKind[] = ['frequent', 'closed', 'maximal']

/** `--itemsets` and `--itemsets closed`. */
const itemsets: OptionSpec<ItemsetKind | undefined> = {
  about:
    'give itemsets in place of rules: all frequent ones, the closed (no item more without losing a basket), or the ' +
    'maximal (no item more and still frequent)',
  metavar: ITEMSET_KINDS.join('|'),
  choices: ITEMSET_KINDS,
  optionalValue: true,
  group: 'Result',
  fallback: undefined,
  badValue: 'some',
  parse(given = 'frequent') {
    const kind = ITEMSET_KINDS.find((one) => one === given)
    if (kind !== undefined) return kind
    throw new UsageError(`must be one of ${ITEMSET_KINDS.join(', ')}; got "${given}"`)
  },
}

const extraNames = MORE_MEASURES.map(({ name }) => name)

const measures: OptionSpec<readonly string[]> = {
  about: `more measures of each rule, parted by commas, or all: ${extraNames.join(', ')}`,
  metavar: 'NAMES',
  group: 'Result',
  fallback: [],
  badValue: 'beauty',
  parse(given = '') {
    if (given === 'all') return extraNames
    const names = given.split(',').map((name) => name.trim().toLowerCase())
    const unknown = names.find((name) => !extraNames.includes(name))
    if (unknown === undefined) return names
    throw new UsageError(`must be of ${extraNames.join(', ')}, or all; got "${unknown}"`)
  },
}

/** What rules can be ordered by, and itemsets. */
export const RULE_ORDERS: readonly string[] = [
  ...MEASURES.map(({ name }) => name),
  'p_adjusted',
  ...extraNames,
]
/** With `--by`: how much surer a rule is, or more frequent an itemset, than in the other baskets. */
export const DIFFERENCE = 'difference'
export const ITEMSET_ORDERS: readonly string[] = ['support', 'count', 'length']

const sort: OptionSpec<string | undefined> = {
  about:
    'what comes first: the strongest by a measure, for itemsets by support or length, with --by by difference; then by support, then by text',
  metavar: 'MEASURE',
  group: 'Result',
  fallback: undefined,
  defaultText: 'lift; support for itemsets',
  badValue: 'beauty',
  parse(given = '') {
    const name = given.toLowerCase()
    if ([...RULE_ORDERS, ...ITEMSET_ORDERS, DIFFERENCE].includes(name)) return name
    throw new UsageError(
      `must be a measure (${RULE_ORDERS.join(', ')}) or length, or with --by difference; got "${given}"`,
    )
  },
}

function items(about: string): OptionSpec<string | undefined> {
  return text({ about, metavar: 'ITEMS', group: 'Items' })
}

function oneText(spec: { about: string; group: string; default: string }): OptionSpec<string> {
  return {
    ...text({ ...spec, metavar: 'TEXT' }),
    badValue: '',
    parse(given = '') {
      const meant = given === '\\t' || given === 'tab' ? '\t' : given
      if (meant !== '' && !meant.includes('"')) return meant
      throw new UsageError(`must be a text of one character or more without quotes; got "${given}"`)
    },
  }
}

const WHERE = 'Where baskets stand'

export const options = {
  id: text({
    about:
      'a row is an item of a basket: the column that says which basket. Otherwise: what a basket is called',
    metavar: 'COL',
    names: 'columns',
    group: WHERE,
  }),
  item: text({
    about: 'with --id: the column that says which item',
    metavar: 'COL',
    names: 'columns',
    group: WHERE,
  }),
  baskets: linesFlag({ about: 'a line of the file is a basket, as many items as it likes', group: WHERE }),
  basketColumn: text({
    about: 'a row is a basket, its items in this one column',
    metavar: 'COL',
    names: 'columns',
    group: WHERE,
  }),
  separator: oneText({
    about: 'with --basket-column: what parts the items; one in quotes may hold it',
    default: ';',
    group: WHERE,
  }),
  onehot: flag({
    about:
      'a row is a basket, each column an item: 1, true, yes or a number above 0 when it is in the basket',
    group: WHERE,
  }),
  table: flag({ about: 'a row is a basket, its items are column=value', group: WHERE }),
  bins: integer({
    min: 2,
    max: 100,
    about: 'with --table: cut columns of numbers into N ranges of about as many rows each, as in age=18..34',
    group: WHERE,
  }),
  minSupport,
  minCount: integer({
    min: 1,
    default: 1,
    about:
      'baskets that an itemset must be in at least, where --min-support is a share: of few baskets, as --by gives, it is ' +
      'a single one',
    group: 'Search',
  }),
  minConfidence: number({
    min: 0,
    max: 1,
    default: 0.5,
    about: 'rules that hold in a smaller share of the baskets with their left side are left out',
    group: 'Search',
  }),
  minLift: number({ min: 0, about: 'rules with less lift are left out', group: 'Search' }),
  minLength: integer({
    min: 1,
    about: 'items of a rule or itemset at least; rules of 1 have an empty left side',
    defaultText: '2; 1 for itemsets',
    group: 'Search',
  }),
  maxLength: integer({ min: 1, about: 'items of a rule or itemset at most', group: 'Search' }),
  maxRhs: integer({
    min: 1,
    default: 1,
    about: 'items on the right side of a rule at most',
    group: 'Search',
  }),
  redundant: negativeFlag({
    about:
      'leave out a rule where another one with fewer items on the left, none among them, and the same right side, ' +
      'is as sure: so also where its lift is 1 or less',
    group: 'Search',
  }),
  alpha: number({
    min: 0,
    max: 1,
    about: 'rules with a larger p_adjusted are left out',
    group: 'Search',
  }),
  algorithm: choice({
    about:
      'how itemsets are searched for; the result is the same. auto is eclat, which was the fastest in all trials',
    choices: ['auto', 'apriori', 'eclat', 'fpgrowth'],
    default: 'auto',
    group: 'Search',
  }),
  maxRules: integer({
    min: 1,
    default: 1_000_000,
    about:
      'stop where there are more rules (or itemsets) to give than these; --top gives the first ones of more',
    group: 'Search',
  }),
  lhs: items(
    'rules whose left side is made of these items alone; names parted by commas, or patterns (city=*)',
  ),
  rhs: items('rules whose right side is made of these items alone'),
  with: items('rules and itemsets that hold all of these items'),
  without: items('leave these items out of the search'),
  itemsets,
  sort,
  top: integer({
    min: 1,
    about: 'give only the first N; with --by of each segment, with --recommend for each basket',
    group: 'Result',
  }),
  by: text({
    about: 'search each value of this column by itself, and say how its rules fare in the other baskets',
    metavar: 'COL',
    names: 'columns',
    group: 'Result',
  }),
  recommend: optionalTableFile({
    about:
      'for each basket, or those of FILE, the items that rules point to and that it has not: score is the confidence ' +
      'of the surest rule whose left side it holds (of equally sure ones that of the larger lift), because that rule',
    group: 'Result',
  }),
  measureStyle: choice({
    about: 'whose definition is used where mlxtend and arules differ',
    choices: ['mlxtend', 'arules'],
    default: 'mlxtend',
    group: 'Result',
  }),
  measures,
  itemSeparator: oneText({
    about: 'what joins items in a cell; an item that holds it or starts with a quote stands in quotes there',
    default: ';',
    group: 'Result',
  }),
}

export type Options = OptionValues<typeof options>

/** Baskets that an itemset must be in, of so many. */
export function leastCount(asked: Options, baskets: number): number {
  return Math.max(asked.minCount, minCountOf(asked.minSupport, baskets))
}
