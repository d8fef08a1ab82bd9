/** `lode tfidf`: the terms that tell the texts of a column apart. */
import { DataError, UsageError } from '../base/errors.ts'
import { descendingOrder } from '../base/order.ts'
import { stepByStep } from '../base/steps.ts'
import { count, plural } from '../base/wording.ts'
import { alikeSteps } from '../learn/alike.ts'
import { corpusSteps, type Weighed } from '../learn/corpus.ts'
import { keywordsOf, leadingTerms, textsOfTerms } from '../learn/keywords.ts'
import type { Scripts } from '../kernels/words.ts'
import { denseLanguage } from '../learn/languages.ts'
import { dfLimits } from '../learn/tfidf.ts'
import { hasDense } from '../learn/tokens.ts'
import { truncatedSvdSteps, type TruncatedSvd } from '../learn/truncated-svd.ts'
import type { Report } from '../report/report.ts'
import {
  tfidfReport,
  type Component,
  type Example,
  type KeywordRow,
  type LeadingTerm,
} from '../report/tfidf.ts'
import { appendColumns, relationOf, type AddedColumn } from '../table/append.ts'
import { chooseColumn } from '../table/columns.ts'
import type { Relation } from '../table/relation.ts'
import { columnKinds } from '../table/usable.ts'
import { command, type Context } from './command.ts'
import type { Learned } from './model.ts'
import { freshlyNamed } from './result-names.ts'
import type { TfidfPart } from './tfidf-predict.ts'
import {
  componentColumns,
  emptyTexts,
  keywordColumn,
  MOST_DENSE_UNASKED,
  termColumns,
  withoutThose,
} from './tfidf/beside.ts'
import { groupColumn, groupRows, groupTerms, type Grouped } from './tfidf/groups.ts'
import { options, type Options } from './tfidf/options.ts'
import { missingTexts, readTokens } from './tfidf/texts.ts'
import { warnOfWords } from './tfidf/warnings.ts'
import { parting, refuseOptions, termRules, type WordRules } from './tfidf/words.ts'

type Here = Context<typeof options>

export const tfidf = command({
  name: 'tfidf',
  summary: 'Find the leading keywords of a text column with TF-IDF',
  about:
    'Weighs each term by how often it occurs in a text and how rare it is among the texts, and lists the terms by ' +
    'their mean weight. With nothing else asked for the numbers are those of scikit-learn’s TfidfVectorizer, but that ' +
    'Chinese, Japanese and Thai letters are parted into words by dictionary. A word has two characters or more. --by finds the terms that tell groups apart, --per-row the keywords of each text, and --components makes ' +
    'a few numeric columns of the texts that other commands can work on.',
  options,
  examples: [
    [
      'what customers write about',
      'lode tfidf fixtures/reviews.csv --column comment --stop-words en --top 10',
    ],
    ['pairs of words too', 'lode tfidf fixtures/reviews.csv --column comment --ngrams 1..2 --min-df 5'],
    ['Chinese comments', 'lode tfidf fixtures/reviews_zh.csv --column comment --top 10'],
    [
      'what tells bad ratings from good ones',
      'lode tfidf fixtures/reviews.csv --column comment --by rating --stop-words en --top 5',
    ],
    ['keywords beside each comment', 'lode tfidf fixtures/reviews.csv --column comment --per-row 3'],
    [
      'groups of similar comments',
      'lode tfidf fixtures/reviews.csv --column comment --components 5 then ' +
        "cluster -k 4 --columns 'component_*' --scale none -o topics.csv",
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  ignoresColumnOptions: true,
  showsRows: false,
  check(asked, namesColumns) {
    if (namesColumns) {
      throw new UsageError('reads one column, named by --column; --columns and --exclude mean nothing here')
    }
    refuseOptions(asked)
    rowsAsked(asked)
  },
  async run(context) {
    const kind = rowsAsked(context.options)
    const relation = context.inputs[0] as Relation
    const place = await textColumn(context, relation)
    // Before any text is read.
    if (context.options.by !== undefined) groupColumn(relation, context.options.by, place)
    const { corpus, chosen: words } = await readTokens(context, relation, place, await parting(context))
    const rules = await termRules(words)
    const wantsRows = kind === 'beside' || context.options.matrix !== undefined || context.wants.report
    const weighed = await stepByStep(
      corpusSteps(corpus, rules, context.options, wantsRows),
      context.signal,
      context.pool,
    )
    const column = relation.columns[place]?.name ?? ''
    refuseNothing(context, relation, column, weighed)
    const leading = leadingTerms(weighed.mean, context.options.top)
    const work: Work = { context, relation, place, column, words, scripts: corpus.scripts, weighed, leading }
    await warnOfWords(work)
    return outcomeOf(work, kind)
  },
})

/** What is known once the terms are weighed. */
interface Work {
  readonly context: Here
  readonly relation: Relation
  readonly place: number
  readonly column: string
  readonly words: WordRules
  /** Of the letters of all texts, where they were counted. */
  readonly scripts: Scripts
  readonly weighed: Weighed
  /** Places of the terms to show, the heaviest first. */
  readonly leading: Int32Array
}

/** What the rows are: a list of terms, terms of groups, or those of the file with more columns. */
type RowKind = 'terms' | 'groups' | 'beside'

function rowsAsked({ by, perRow, components, dense }: Options): RowKind {
  const beside = [
    ['--per-row', perRow !== undefined],
    ['--components', components !== undefined],
    ['--dense', dense],
  ].flatMap(([name, isAsked]) => (isAsked === true ? [name] : []))
  if (by === undefined) return beside.length > 0 ? 'beside' : 'terms'
  if (beside.length === 0) return 'groups'
  throw new UsageError(
    `--by gives a row a group and term, ${beside.join(' and ')} a row a text; leave one out`,
    {
      code: 'E_OPTION',
    },
  )
}

async function textColumn(context: Here, relation: Relation): Promise<number> {
  const { column } = context.options
  if (column !== undefined) return chooseColumn(relation, column)
  const kinds = await columnKinds(context.engine, relation)
  const texts = kinds.flatMap((kind, place) => (kind === 'text' ? [place] : []))
  const [only] = texts
  if (only !== undefined && texts.length === 1) return only
  const names = texts.map((place) => relation.columns[place]?.name).join(', ')
  throw new UsageError('which column holds the texts? Name it with --column', {
    code: 'E_COLUMN',
    help: [
      texts.length === 0
        ? `${relation.files.join(' and ')} has no column of text`
        : `columns of text: ${names}`,
    ],
  })
}

/** @throws {DataError} where there is no term, saying why */
function refuseNothing({ options: asked }: Here, relation: Relation, column: string, weighed: Weighed): void {
  const { terms, nodes } = weighed
  if (terms.texts === 0) {
    throw new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
  }
  const [low, high] = dfLimits(terms.texts, asked.minDf, asked.maxDf)
  if (low > high) {
    throw new UsageError(
      `--min-df asks for terms in at least ${limitWords(low)} and --max-df for terms in at most ${limitWords(high)} ` +
        `of the ${count(terms.texts)} texts; no term is both`,
    )
  }
  if (nodes.length > 0) return
  const where = `column "${column}" of ${relation.files.join(' and ')}`
  if (terms.tokens > 0) {
    throw new DataError(`no term of ${where} is within --ngrams, --min-df and --max-df`, {
      code: 'E_NO_TERM',
      help: [helpForNone(weighed, asked)],
    })
  }
  const { short, stopped } = weighed
  const reasons = [
    ...(stopped.tokens > 0 ? ['stop words'] : []),
    ...(short.tokens > 0 ? [`shorter than ${asked.minTokenLen} characters`] : []),
  ]
  const found =
    reasons.length === 0
      ? `${terms.texts === 1 ? 'its one cell is' : `all of its ${count(terms.texts)} cells are`} empty or without a letter or digit`
      : `all of its words are ${reasons.join(' or ')}`
  throw new DataError(`${where} holds no words to weigh: ${found}`, {
    code: 'E_NO_WORDS',
    help: short.tokens > 0 ? ['Take shorter words with --min-token-len 1.'] : [],
  })
}

/** Which limit has left nothing. */
function helpForNone({ terms }: Weighed, { ngrams: [from] }: Options): string {
  const all = `It has ${plural(terms.tokens, 'word')} in all`
  return terms.df.some((df) => df > 0)
    ? `${all}; lower --min-df or raise --max-df.`
    : `${all}, but no text has ${count(from)} of them; take fewer with --ngrams.`
}

function limitWords(limit: number): string {
  return Number.isInteger(limit) ? count(limit) : limit.toFixed(1)
}

async function outcomeOf(work: Work, kind: RowKind) {
  const { context, relation, weighed, leading, column } = work
  const { matrix, by, components: wanted, top } = context.options
  const svd = wanted === undefined ? undefined : await decomposed(work, wanted)
  const grouped =
    by === undefined
      ? undefined
      : await groupTerms(context, relation, { by, texts: work.place }, weighed, top)
  const rows =
    grouped !== undefined
      ? await groupRows(context, relation, grouped)
      : kind === 'beside'
        ? await rowsBeside(work, svd)
        : await termRows(work)
  const names = () => Array.from(weighed.nodes, (_, term) => weighed.name(term))
  return {
    rows,
    ...(matrix === undefined
      ? {}
      : { matrices: [{ file: matrix, rows: weighed.rows, names: names(), of: column }] }),
    report: () => report(work, grouped, svd),
    told: () => {
      const found = `${plural(weighed.nodes.length, 'term')} of ${plural(weighed.terms.texts, 'text')}`
      return leading.length < weighed.nodes.length && kind === 'terms'
        ? `${found}; the first ${leading.length === 1 ? 'is' : `${count(leading.length)} are`} listed`
        : found
    },
    model: () => learned(work, svd),
  }
}

function termRows({ context, relation, weighed, leading }: Work): Promise<Relation> {
  const { name, df, idf, mean } = weighed
  return relationOf(context.engine, relation, [
    { name: 'term', data: { type: 'text', values: Array.from(leading, name) } },
    { name: 'df', data: { type: 'integer', values: leading.map((term) => df[term] as number) } },
    { name: 'idf', data: { type: 'double', values: picked(idf, leading) } },
    { name: 'mean_tfidf', data: { type: 'double', values: picked(mean, leading) } },
  ])
}

function picked(values: Float64Array, places: Int32Array): Float64Array {
  const some = new Float64Array(places.length)
  for (let i = 0; i < some.length; i++) some[i] = values[places[i] as number] as number
  return some
}

async function decomposed({ context, weighed }: Work, wanted: number): Promise<TruncatedSvd> {
  const { rows, nodes, terms } = weighed
  const most = Math.min(nodes.length, terms.texts)
  if (wanted > most) {
    throw new UsageError(
      `--components ${count(wanted)} asks for more than there can be: ${plural(nodes.length, 'term')} in ${plural(terms.texts, 'text')}`,
      { code: 'E_COMPONENTS', help: [`Ask for at most ${count(most)}.`] },
    )
  }
  const svd = await stepByStep(truncatedSvdSteps(rows, nodes.length, wanted), context.signal, context.pool)
  const empty = svd.singular.filter((value) => value === 0).length
  if (empty > 0) {
    context.warn({
      code: 'empty_components',
      message: `the texts have no more than ${plural(wanted - empty, 'dimension')}: the last ${plural(empty, 'component')} are 0 throughout`,
    })
  }
  return svd
}

/** Columns of more terms than these are no help to anyone. */
const MOST_DENSE = 5000

async function rowsBeside(work: Work, svd: TruncatedSvd | undefined): Promise<Relation> {
  const { context, relation, weighed } = work
  const { perRow, dense } = context.options
  const { rows, nodes, name } = weighed
  if (dense && nodes.length > MOST_DENSE) {
    throw new UsageError(`--dense would make ${count(nodes.length)} columns, a column for each term`, {
      code: 'E_DENSE',
      help: ['Keep fewer terms with --max-features or --min-df, or write them all with --matrix FILE.'],
    })
  }
  const names = () => Array.from(nodes, (_, term) => name(term))
  const numbers = [
    ...(svd === undefined ? [] : componentColumns(svd.scores, svd.singular.length)),
    ...(dense ? termColumns(rows, names()) : []),
  ]
  const missing =
    numbers.length === 0
      ? new Set<number>()
      : await missingTexts(context, relation, work.place, emptyTexts(rows))
  const added: AddedColumn[] = [
    ...(perRow === undefined ? [] : [keywordColumn(rows, perRow, name)]),
    ...withoutThose(numbers, missing),
  ]
  return appendColumns(context.engine, relation, freshlyNamed(context, relation, added))
}

/** Terms that a person looks at, and for which texts are quoted. */
const termsQuoted = 20

async function report(
  work: Work,
  grouped: Grouped | undefined,
  svd: TruncatedSvd | undefined,
): Promise<Omit<Report, 'warnings'>> {
  const { context, relation, column, words, scripts, weighed, leading } = work
  const { terms } = weighed
  const alike = await stepByStep(alikeSteps(weighed.rows, weighed.df), context.signal, context.pool)
  const quoted = Array.from(leading.subarray(0, termsQuoted))
  const ofTerms = textsOfTerms(weighed.rows, quoted, context.options.examples)
  const wanted = [...ofTerms.flat(), ...(alike.largest === undefined ? [] : [alike.largest.text])]
  const texts = await quotes(work, wanted)
  const examples = ofTerms.map((some) =>
    some.map((text): Example => ({ row: text + 1, text: texts.get(text) ?? '' })),
  )
  return tfidfReport({
    files: relation.files,
    columns: relation.columns.length,
    column,
    params: context.params,
    language: words.language,
    ...(words.rules.kind === 'mixed' && hasDense(scripts) ? { among: denseLanguage(scripts) } : {}),
    analyzer: context.options.analyzer,
    least: words.least,
    documents: terms.texts,
    emptyDocuments: terms.emptyTexts,
    tokens: terms.tokens,
    short: weighed.short,
    stopped: weighed.stopped,
    vocabulary: weighed.nodes.length,
    terms: Array.from(leading, (term, i): LeadingTerm => ({
      term: weighed.name(term),
      df: weighed.df[term] as number,
      idf: weighed.idf[term] as number,
      mean: weighed.mean[term] as number,
      examples: examples[i] ?? [],
    })),
    alike: {
      same: alike.same,
      near: alike.near,
      ...(alike.largest === undefined
        ? {}
        : { largest: { texts: alike.largest.texts, text: texts.get(alike.largest.text) ?? '' } }),
    },
    ...(grouped === undefined ? {} : { grouped }),
    firstRows: await firstRows(work),
    components: svd === undefined ? [] : componentsOf(weighed, svd),
  })
}

/** Rows that a person looks at. */
const rowsShown = 10

/** The first rows with their keywords, where these are asked for. */
async function firstRows(work: Work): Promise<KeywordRow[]> {
  const { weighed } = work
  const { perRow } = work.context.options
  const [block] = weighed.rows
  if (perRow === undefined || block === undefined) return []
  const first = Array.from({ length: Math.min(rowsShown, block.start.length - 1) }, (_, text) => text)
  const texts = await quotes(work, first)
  return first.map((text) => ({
    row: text + 1,
    keywords: keywordsOf(block, text, perRow).map(weighed.name),
    text: texts.get(text) ?? '',
  }))
}

/** The texts of some rows by their number. */
async function quotes(
  { context, relation, place }: Work,
  texts: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (texts.length === 0) return new Map()
  const numbered = `select row_number() over (order by k) - 1 as number, c${place} as text from ${relation.keyed}`
  const rows = await context.engine.query(
    `select number, text from (${numbered}) where number in (${[...new Set(texts)].join(', ')})`,
  )
  return new Map(rows.map(([number, text]) => [Number(number), String(text ?? '')]))
}

/** Terms that are shown for a component. */
const termsOfComponent = 5

function componentsOf(
  { nodes, name }: Weighed,
  { singular, loadings, explained }: TruncatedSvd,
): Component[] {
  const width = nodes.length
  return Array.from(singular, (value, c) => {
    const own = loadings.subarray(c * width, (c + 1) * width)
    const order = descendingOrder(own.map(Math.abs))
    return {
      singular: value,
      explained: explained[c] as number,
      terms: Array.from(order.subarray(0, value === 0 ? 0 : termsOfComponent), (term) => ({
        term: name(term),
        loading: own[term] as number,
      })),
    }
  })
}

/** For `lode predict` (tfidf-predict.ts). */
function learned({ context, words, weighed, column }: Work, svd: TruncatedSvd | undefined): Learned {
  const { sublinear, binary, norm, perRow, dense } = context.options
  const { nodes, name, idf } = weighed
  if (perRow === undefined && svd === undefined && !dense && nodes.length > MOST_DENSE_UNASKED) {
    context.note(
      `the model has ${count(nodes.length)} terms, too many for a column each: apply it with predict --matrix FILE, or ` +
        'make it with --components N or --per-row N',
    )
  }
  const part: TfidfPart = {
    words,
    weighing: { sublinear, binary, norm },
    terms: Array.from(nodes, (_, term) => name(term)),
    idf: [...idf],
    per_row: perRow ?? null,
    dense,
    components:
      svd === undefined
        ? null
        : Array.from(svd.singular, (_, c) => [
            ...svd.loadings.subarray(c * nodes.length, (c + 1) * nodes.length),
          ]),
  }
  return { columns: [{ name: column, role: 'text' }], part }
}
