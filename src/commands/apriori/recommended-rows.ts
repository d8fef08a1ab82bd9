/** What is recommended to each basket, as rows. */
import { basketCount } from '../../base/baskets.ts'
import { stepByStep } from '../../base/steps.ts'
import { count } from '../../base/wording.ts'
import { recommendSteps } from '../../learn/recommend.ts'
import type { RuleSides } from '../../learn/rules.ts'
import type { Recommended } from '../../report/apriori.ts'
import type { AddedColumn } from '../../table/append.ts'
import { basketsOfFile, type AprioriContext, type BasketInput } from './input.ts'
import { countsOf, doubles, type RuleTable } from './rule-rows.ts'

const firstShown = 100

/** @param learnt from: the baskets to recommend to, unless `--recommend` names a file of others */
export async function recommendedRows(
  context: AprioriContext,
  learnt: BasketInput,
  table: RuleTable,
): Promise<{ readonly columns: readonly AddedColumn[]; readonly recommended: Recommended }> {
  const file = context.named?.['recommend']
  const read = file === undefined ? learnt : await basketsOfFile(context, file)
  const { itemsets, names } = table
  const rules = inOrder(table)
  const found = await stepByStep(
    recommendSteps(
      itemsets,
      rules,
      read.baskets,
      ranksOfItems(context, learnt, read, table),
      context.options.top ?? Infinity,
    ),
    context.signal,
    context.pool,
  )
  const labels = await read.labels()
  const id = Array.from(found.basket, (basket) => labels[basket] as string)
  const side = (of: Int32Array) => Array.from(found.rule, (rule) => names.of(of[rule] as number))
  // The item as it is called, not as it stands in a cell of several.
  const item = Array.from(found.rule, (rule) => {
    const [only] = names.itemsOf(rules.right[rule] as number)
    return learnt.baskets.names[only as number] as string
  })
  const score = Float64Array.from(found.rule, (rule) => {
    const { a, x } = countsOf(itemsets, rules, rule)
    return x / a
  })
  const left = side(rules.left)
  const right = side(rules.right)
  const because = left.map((text, row) => `${text} => ${right[row] as string}`)
  return {
    columns: [
      { name: 'id', data: { type: 'text', values: id } },
      { name: 'item', data: { type: 'text', values: item } },
      doubles('score', score),
      { name: 'because', data: { type: 'text', values: because } },
    ],
    recommended: {
      baskets: basketCount(read.baskets),
      withItems: new Set(found.basket).size,
      rows: id.length,
      first: id.slice(0, firstShown).map((one, row) => ({
        id: one,
        item: item[row] as string,
        score: score[row] as number,
        because: because[row] as string,
      })),
    },
  }
}

/** The rules numbered by their final order, so that which of two equal ones counts does not hang on the search. */
function inOrder({ rules, order }: RuleTable): RuleSides {
  const pick = (of: Int32Array) => Int32Array.from(order, (rule) => of[rule] as number)
  return { whole: pick(rules.whole), left: pick(rules.left), right: pick(rules.right) }
}

/** The rank of each item of the baskets to recommend to; −1 where the rules do not know it. */
function ranksOfItems(
  context: AprioriContext,
  learnt: BasketInput,
  read: BasketInput,
  { itemsets }: RuleTable,
): Int32Array {
  const rankOf = new Map<string, number>()
  itemsets.items.forEach((item, rank) => rankOf.set(learnt.baskets.names[item] as string, rank))
  const unknown = learnt === read ? 0 : unknownItems(learnt, read)
  if (unknown > 0) {
    context.warn({
      code: 'unknown_items',
      message: `${count(unknown)} of the ${count(read.baskets.names.length)} items of ${read.files.join(' and ')} ${unknown === 1 ? 'is' : 'are'} in no basket of ${learnt.files.join(' and ')}`,
    })
  }
  return Int32Array.from(read.baskets.names, (name) => rankOf.get(name) ?? -1)
}

function unknownItems(learnt: BasketInput, read: BasketInput): number {
  const known = new Set(learnt.baskets.names)
  return read.baskets.names.filter((name) => !known.has(name)).length
}
