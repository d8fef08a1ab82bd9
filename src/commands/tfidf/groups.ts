/** `--by`: the terms that tell the groups of a column apart. */
import { setValid } from '../../base/column.ts'
import { DataError, UsageError } from '../../base/errors.ts'
import { stepByStep } from '../../base/steps.ts'
import type { Weighed } from '../../learn/corpus.ts'
import { termsOfGroups, type TermsOfGroup } from '../../learn/group-terms.ts'
import { weighSteps } from '../../learn/tfidf.ts'
import type { GroupTerm, TextGroup } from '../../report/tfidf.ts'
import { relationOf, type AddedColumn } from '../../table/append.ts'
import { chooseColumn } from '../../table/columns.ts'
import { readLevels } from '../../table/levels.ts'
import type { Relation } from '../../table/relation.ts'
import type { Context } from '../command.ts'
import { freshlyNamed } from '../result-names.ts'

type Reader = Pick<Context, 'engine' | 'pool' | 'signal' | 'warn'>

/** More groups than this are more likely a column of names or dates than one of groups. */
const MOST_GROUPS = 10_000

export interface Grouped {
  readonly column: string
  readonly groups: readonly TextGroup[]
  /** Texts that are in no group. */
  readonly without: number
}

/** @param top terms of each group that are kept */
export async function groupTerms(
  context: Reader,
  relation: Relation,
  { by, texts: place }: { readonly by: string; readonly texts: number },
  weighed: Weighed,
  top: number | undefined,
): Promise<Grouped> {
  const at = groupColumn(relation, by, place)
  const column = relation.columns[at]?.name ?? ''
  const [levels] = await readLevels(context.engine, relation, [at])
  if (levels === undefined) throw new Error(`no levels of column ${at}`)
  const where = `column "${column}" of ${relation.files.join(' and ')}`
  if (levels.levels.length === 0) {
    throw new DataError(`${where} is empty, so it makes no groups`, { code: 'E_GROUPS' })
  }
  if (levels.levels.length > MOST_GROUPS) {
    throw new DataError(`${where} has ${levels.levels.length} different values: too many for groups`, {
      code: 'E_GROUPS',
      help: ['Group by a column of few values: a rating, a city, a month.'],
    })
  }
  if (levels.levels.length === 1) {
    context.warn({
      code: 'one_group',
      message: `${where} has one value, "${levels.levels[0]}": there are no other texts that its terms could be told from`,
    })
  }
  const order = orderOf(levels.levels)
  const turn = new Int32Array(order.length)
  order.forEach((level, i) => (turn[level] = i))
  const codes = levels.codes.map((code) => (code < 0 ? -1 : (turn[code] as number)))
  const found = termsOfGroups(await counts(context, weighed), codes, order.length, weighed.nodes.length)
  const grouped = found.reduce((sum, { texts }) => sum + texts, 0)
  return {
    column,
    groups: found.map((group, i) => ({
      name: levels.levels[order[i] as number] as string,
      texts: group.texts,
      terms: leading(group, grouped, weighed, top),
    })),
    without: codes.length - grouped,
  }
}

/** @param texts the place of their column */
export function groupColumn(relation: Relation, by: string, texts: number): number {
  const at = chooseColumn(relation, by)
  if (at !== texts) return at
  throw new UsageError(`--by and --column both name "${relation.columns[at]?.name}"`, { code: 'E_OPTION' })
}

/** Numbers by size, all else as it is sorted. */
function orderOf(levels: readonly string[]): number[] {
  const order = levels.map((_, i) => i)
  const sizes = levels.map((level) => (level.trim() === '' ? NaN : Number(level)))
  if (sizes.every(Number.isFinite)) order.sort((a, b) => (sizes[a] as number) - (sizes[b] as number) || a - b)
  return order
}

/** How often each term occurs in each text. */
async function counts(context: Reader, { terms, nodes }: Weighed) {
  const place = new Int32Array(terms.df.length).fill(-1)
  nodes.forEach((node, i) => (place[node] = i))
  const ones = new Float64Array(nodes.length).fill(1)
  const plain = { sublinear: false, binary: false, norm: 'none' } as const
  const steps = weighSteps(terms, place, ones, plain, true)
  return (await stepByStep(steps, context.signal, context.pool)).rows
}

function leading(group: TermsOfGroup, grouped: number, { name }: Weighed, top = Infinity): GroupTerm[] {
  const elsewhere = grouped - group.texts
  return Array.from(group.terms.subarray(0, Math.min(top, group.terms.length)), (term, i) => {
    const df = group.df[i] as number
    const share = df / group.texts
    const shareElsewhere = elsewhere === 0 ? undefined : (group.dfElsewhere[i] as number) / elsewhere
    return {
      term: name(term),
      df,
      score: group.score[i] as number,
      share,
      shareElsewhere,
      // A term that is nowhere else is not so and so many times as frequent.
      times: shareElsewhere === undefined || shareElsewhere === 0 ? undefined : share / shareElsewhere,
    }
  })
}

/** A row a group and term; `times` is empty for a term that is nowhere else. */
export function groupRows(
  context: Pick<Context, 'engine' | 'warn'>,
  relation: Relation,
  { column, groups }: Grouped,
): Promise<Relation> {
  const all = groups.flatMap(({ name, terms }) => terms.map((term) => ({ name, ...term })))
  const of: AddedColumn = { name: column, data: { type: 'text', values: all.map(({ name }) => name) } }
  const found: AddedColumn[] = [
    { name: 'term', data: { type: 'text', values: all.map(({ term }) => term) } },
    { name: 'df', data: { type: 'integer', values: Int32Array.from(all, ({ df }) => df) } },
    { name: 'score', data: optionalNumbers(all, ({ score }) => score) },
    { name: 'share', data: optionalNumbers(all, (one) => one.share) },
    { name: 'share_elsewhere', data: optionalNumbers(all, ({ shareElsewhere }) => shareElsewhere) },
    { name: 'times', data: optionalNumbers(all, ({ times }) => times) },
  ]
  const named = freshlyNamed(context, { columns: [{ name: column, type: 'text' }] }, found)
  return relationOf(context.engine, relation, [of, ...named])
}

function optionalNumbers(
  terms: readonly GroupTerm[],
  pick: (term: GroupTerm) => number | undefined,
): AddedColumn['data'] {
  const values = new Float64Array(terms.length)
  const valid = new Uint8Array((terms.length + 7) >> 3)
  terms.forEach((term, i) => {
    const value = pick(term)
    if (value === undefined) return
    values[i] = value
    setValid(valid, i)
  })
  return { type: 'double', values, valid }
}
