/**
 * The report of `apriori`: what was searched, what was found, and the first of it.
 *
 * In:  counts, and the first rules or itemsets in their final order, as plain numbers and texts.
 * Out: the keys that the contract names, and blocks for a person.
 */
import { count, figure, figures, plural, share } from '../base/wording.ts'
import type { Block, Json, Report, ReportInput } from './report.ts'

export interface AprioriFindings {
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  readonly baskets: number
  /** Different items. */
  readonly items: number
  readonly algorithm: string
  /** Baskets that an itemset must be in. */
  readonly minCount: number
  readonly minConfidence: number
  /** The measure that rules are ordered by, or `length`. */
  readonly sortedBy: string
  /** Itemsets found of each length, from 1 on. */
  readonly itemsetsByLength: readonly number[]
  /** What joins the items of a cell. */
  readonly separator: string
  readonly itemsetKind: 'frequent' | 'closed' | 'maximal'
  /** Undefined where itemsets were asked for. */
  readonly rules: number | undefined
  /** Rules or itemsets that are rows; fewer than were found with `--top`. */
  readonly given: number
  /** Rules whose p_adjusted is above 0.05. */
  readonly perhapsChance: number
  readonly topItems: readonly { readonly item: string; readonly count: number }[]
  readonly topRules: readonly TopRule[]
  readonly topItemsets: readonly TopItemset[]
  /** Undefined where no items were to be recommended. */
  readonly recommended: Recommended | undefined
  /** Empty without `--by`. */
  readonly segments: readonly SegmentFindings[]
  /** What the column of `--by` is called. */
  readonly by: string | undefined
}

export interface TopRule {
  readonly segment?: string
  readonly antecedents: string
  readonly consequents: string
  /** By the names of the columns; NaN where not defined. */
  readonly measures: { readonly [name: string]: number }
}

export interface TopItemset {
  readonly segment?: string
  readonly itemset: string
  readonly length: number
  readonly count: number
  readonly support: number
}

export interface Recommended {
  readonly baskets: number
  readonly withItems: number
  readonly rows: number
  readonly first: readonly {
    readonly id: string
    readonly item: string
    readonly score: number
    readonly because: string
  }[]
}

export interface SegmentFindings {
  readonly segment: string
  readonly baskets: number
  readonly minCount: number
  readonly found: number
}

export function aprioriReport(found: AprioriFindings): Omit<Report, 'warnings'> {
  return {
    command: 'apriori',
    input: found.input,
    params: found.params,
    result: resultOf(found),
    view: [
      ...overview(found),
      ...segmentTable(found),
      ...ruleTable(found),
      ...itemsetTable(found),
      ...recommendedTable(found),
      ...itemBars(found),
    ],
  }
}

function resultOf(found: AprioriFindings): { [key: string]: Json } {
  const { recommended, segments } = found
  return {
    baskets: found.baskets,
    items: found.items,
    algorithm: found.algorithm,
    min_count: found.minCount,
    itemsets_by_length: Object.fromEntries(found.itemsetsByLength.map((sets, i) => [String(i + 1), sets])),
    rules: found.rules ?? null,
    rows: found.given,
    top_items: found.topItems.map(({ item, count: holding }) => ({
      item,
      count: holding,
      support: holding / found.baskets,
    })),
    ...(found.rules === undefined ? {} : { top_rules: found.topRules.map(ruleJson) }),
    ...(found.rules === undefined ? { top_itemsets: found.topItemsets.map((set) => ({ ...set })) } : {}),
    ...(recommended === undefined
      ? {}
      : {
          recommended: {
            baskets: recommended.baskets,
            with_items: recommended.withItems,
            rows: recommended.rows,
          },
        }),
    ...(segments.length === 0
      ? {}
      : {
          segments: segments.map(({ segment, baskets, minCount, found: rows }) => ({
            segment,
            baskets,
            min_count: minCount,
            [found.rules === undefined ? 'itemsets' : 'rules']: rows,
          })),
        }),
  }
}

function ruleJson({ segment, antecedents, consequents, measures }: TopRule): Json {
  const numbers = Object.entries(measures).map(([name, value]) => [
    name,
    Number.isFinite(value) ? value : null,
  ])
  return {
    ...(segment === undefined ? {} : { segment }),
    antecedents,
    consequents,
    ...(Object.fromEntries(numbers) as { [name: string]: number | null }),
  }
}

/** A line may end behind an item. */
function breakable({ separator }: AprioriFindings, items: string): string {
  return items.replaceAll(separator, `${separator} `)
}

/** Rows that a person still reads. */
const rowsShown = 20

function overview(found: AprioriFindings): Block[] {
  const { rules, itemsetsByLength } = found
  const itemsets = itemsetsByLength.reduce((sum, sets) => sum + sets, 0)
  const what = rules === undefined ? plural(itemsets, `${found.itemsetKind} itemset`) : plural(rules, 'rule')
  const heading = `${what} from ${plural(found.baskets, 'basket')} of ${plural(found.items, 'item')}`
  const least = `at least ${plural(found.minCount, 'basket')} (${share(Math.min(1, found.minCount / found.baskets))})`
  const sets = `${plural(itemsets, `${found.itemsetKind} itemset`)} in ${least}, found by ${found.algorithm}`
  const text =
    found.segments.length > 0
      ? `Each ${found.by ?? 'segment'} was searched by itself; its rows are set beside the baskets of all others.`
      : rules === undefined
        ? `Itemsets in ${least}, found by ${found.algorithm}.`
        : `${sets}. A rule holds in at least ${share(found.minConfidence)} of the baskets with its left side.`
  return [
    { kind: 'heading', text: heading },
    { kind: 'paragraph', text },
    ...(itemsets === 0
      ? []
      : [
          {
            kind: 'paragraph' as const,
            text: `By length: ${itemsetsByLength.map((setsOf, i) => `${i + 1}: ${count(setsOf)}`).join(', ')}.`,
          },
        ]),
  ]
}

function segmentTable({ segments, rules }: AprioriFindings): Block[] {
  if (segments.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'Segments',
      columns: [
        { name: 'segment' },
        { name: 'baskets', align: 'right' },
        { name: 'at least', align: 'right' },
        { name: rules === undefined ? 'itemsets' : 'rules', align: 'right' },
      ],
      rows: segments.map(({ segment, baskets, minCount, found }) => [
        segment,
        count(baskets),
        count(minCount),
        count(found),
      ]),
    },
  ]
}

function ruleTable(found: AprioriFindings): Block[] {
  const { topRules, rules, perhapsChance, recommended, by, sortedBy } = found
  if (rules === undefined || topRules.length === 0 || recommended !== undefined) return []
  const shown = topRules.slice(0, rowsShown)
  const lifts = figures(
    shown.map(({ measures }) => measures['lift'] as number),
    3,
  )
  const isSegmented = by !== undefined
  const isShown = ['count', 'support', 'confidence', 'lift', 'length'].includes(sortedBy)
  return [
    {
      kind: 'table',
      caption:
        rules > shown.length ? `The first ${count(shown.length)} of ${plural(rules, 'rule')}` : 'The rules',
      columns: [
        ...(isSegmented ? [{ name: by }] : []),
        { name: 'who has' },
        { name: 'also has' },
        { name: 'baskets', align: 'right' },
        { name: 'support', align: 'right' },
        { name: 'confidence', align: 'right' },
        { name: 'lift', align: 'right' },
        ...(isShown ? [] : [{ name: sortedBy, align: 'right' } as const]),
        ...(isSegmented ? [{ name: 'others', align: 'right' } as const] : []),
      ],
      rows: shown.map(({ segment, antecedents, consequents, measures }, i) => [
        ...(isSegmented ? [segment ?? null] : []),
        antecedents === '' ? '(anything)' : breakable(found, antecedents),
        breakable(found, consequents),
        count(measures['count'] as number),
        share(measures['support'] as number),
        share(measures['confidence'] as number),
        lifts[i] as string,
        ...(isShown ? [] : [measure(measures[sortedBy])]),
        ...(isSegmented ? [shareOrNone(measures['confidence_others'])] : []),
      ]),
    },
    {
      kind: 'paragraph',
      text:
        'Confidence: share of the baskets with the left side that hold the right one too' +
        `${isSegmented ? '; others: the same among all other baskets' : ''}. Lift: how many times as often as by chance. ` +
        chanceText(found.given, perhapsChance),
    },
  ]
}

/** Three digits of any size; nothing where it is not defined. */
function measure(value: number | undefined): string | null {
  if (value === undefined) return null
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : 'inf'
}

function chanceText(rules: number, perhapsChance: number): string {
  const test = 'by Fisher’s exact test, corrected for all rules that could be made'
  if (perhapsChance === 0) return `None of them is likely to be chance (p_adjusted at most 0.05, ${test}).`
  return `${count(perhapsChance)} of ${plural(rules, 'rule')} may well be chance (p_adjusted above 0.05, ${test}).`
}

function shareOrNone(value: number | undefined): string | null {
  return value === undefined || Number.isNaN(value) ? null : share(value)
}

function itemsetTable(found: AprioriFindings): Block[] {
  const { topItemsets, itemsetsByLength, rules, by } = found
  if (rules !== undefined || topItemsets.length === 0) return []
  const shown = topItemsets.slice(0, rowsShown)
  const all = itemsetsByLength.reduce((sum, sets) => sum + sets, 0)
  return [
    {
      kind: 'table',
      caption:
        all > shown.length ? `The first ${count(shown.length)} of ${plural(all, 'itemset')}` : 'The itemsets',
      columns: [
        ...(by === undefined ? [] : [{ name: by }]),
        { name: 'itemset' },
        { name: 'items', align: 'right' },
        { name: 'baskets', align: 'right' },
        { name: 'support', align: 'right' },
      ],
      rows: shown.map(({ segment, itemset, length, count: holding, support }) => [
        ...(by === undefined ? [] : [segment ?? null]),
        breakable(found, itemset),
        count(length),
        count(holding),
        share(support),
      ]),
    },
  ]
}

function recommendedTable(found: AprioriFindings): Block[] {
  const { recommended } = found
  if (recommended === undefined) return []
  const { first, rows, baskets, withItems } = recommended
  const shown = first.slice(0, rowsShown)
  const text = `${plural(rows, 'recommendation')} for ${count(withItems)} of ${plural(baskets, 'basket')}; the others hold no left side of a rule, or the right side too.`
  return [
    { kind: 'paragraph', text },
    ...(shown.length === 0
      ? []
      : [
          {
            kind: 'table' as const,
            caption: rows > shown.length ? `The first ${count(shown.length)}` : 'What is recommended',
            columns: [
              { name: 'id' },
              { name: 'item' },
              { name: 'score', align: 'right' as const },
              { name: 'because' },
            ],
            rows: shown.map(({ id, item, score, because }) => [
              id,
              item,
              figure(score, 3),
              breakable(found, because),
            ]),
          },
        ]),
  ]
}

const barsShown = 10

function itemBars({ topItems, baskets }: AprioriFindings): Block[] {
  if (topItems.length === 0) return []
  return [
    {
      kind: 'bars',
      caption: 'The most frequent items',
      bars: topItems.slice(0, barsShown).map(({ item, count: holding }) => ({
        label: item,
        value: holding,
        text: `${count(holding)} (${share(holding / baskets)})`,
      })),
    },
  ]
}
