/** `lode tfidf`: the terms that tell the texts of a column apart. */
import { compareCodePoints } from '../base/code-points.ts'
import { DataError, UsageError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import { stopWordLanguages, stopWords, wordSet } from '../learn/stop-words.ts'
import { dfLimits, TermCounter, tfidf as weigh, type Frequency, type TermCounts } from '../learn/tfidf.ts'
import { languageOf, tokenizer, type Language } from '../learn/tokens.ts'
import { tfidfReport, type LeadingTerm } from '../report/tfidf.ts'
import { relationOf } from '../table/append.ts'
import { missingCondition } from '../table/cells.ts'
import { chooseColumn } from '../table/columns.ts'
import { kindFacts } from '../table/kinds.ts'
import { rulesOf, type Relation } from '../table/relation.ts'
import { columnKinds } from '../table/usable.ts'
import { command, type Context } from './command.ts'
import { choice, flag, integer, negativeFlag, text, type OptionSpec, type OptionValues } from './option.ts'

const ngramLengths: OptionSpec<readonly [number, number]> = {
  about: 'words in a term: 1..2 takes single words and pairs of neighbours',
  metavar: 'N|A..B',
  group: 'Terms',
  fallback: [1, 1],
  defaultText: '1',
  badValue: '0',
  parse(given = '') {
    const [, from = '', to] = /^(\d{1,2})(?:\.\.(\d{1,2}))?$/.exec(given) ?? []
    const least = Number(from)
    const most = Number(to ?? from)
    if (least >= 1 && most >= least) return [least, most]
    throw new UsageError(`must be a whole number of at least 1 or a range like 1..2; got "${given}"`)
  },
}

/** A whole number is a count of texts; `0.05`, `1.0` and `5%` are shares of all texts. */
function frequency(about: string, fallback: Frequency, defaultText: string): OptionSpec<Frequency> {
  return {
    about,
    metavar: 'N|SHARE',
    group: 'Terms',
    fallback,
    defaultText,
    badValue: 'few',
    parse(given = '') {
      if (/^\d{1,15}$/.test(given)) return { count: Number(given) }
      const [, digits, percent] = /^(\d*\.?\d+)(%?)$/.exec(given) ?? []
      const share = Number(digits) / (percent === '%' ? 100 : 1)
      if (share >= 0 && share <= 1) return { share }
      throw new UsageError(`must be a whole number of texts, or a share like 0.05 or 5%; got "${given}"`)
    },
  }
}

const options = {
  column: text({ about: 'column of texts; may be left out where there is only one', metavar: 'COL' }),
  top: integer({ min: 1, about: 'keep only the first N terms' }),
  language: choice({
    about: 'how texts are parted into words; auto looks at their letters',
    choices: ['auto', 'none', 'en', 'zh', 'ja'],
    default: 'auto',
    group: 'Terms',
  }),
  stopWords: text({
    about: `words to leave out: none, ${stopWordLanguages.join(', ')}, or a file with a word a line`,
    metavar: 'LANG|FILE',
    default: 'none',
    group: 'Terms',
  }),
  ngrams: ngramLengths,
  minDf: frequency('leave out terms in fewer texts', { count: 1 }, '1'),
  maxDf: frequency('leave out terms in more texts', { share: 1 }, '100%'),
  maxFeatures: integer({
    min: 1,
    about: 'keep at most N terms, those that occur most often',
    group: 'Terms',
  }),
  sublinear: flag({ about: 'take 1 + ln(count) for the count of a term in a text', group: 'Weights' }),
  norm: choice({
    about: 'what the weights of a text are divided by: their length, their sum, nothing',
    choices: ['l2', 'l1', 'none'],
    default: 'l2',
    group: 'Weights',
  }),
  smooth: negativeFlag({
    about: 'idf without the one text that is thought to hold every term',
    group: 'Weights',
  }),
  idf: negativeFlag({ about: 'weigh by counts alone, not by how rare a term is', group: 'Weights' }),
}
type Options = OptionValues<typeof options>

export const tfidf = command({
  name: 'tfidf',
  summary: 'Find the leading keywords of a text column with TF-IDF',
  about:
    'Weighs each term by how often it occurs in a text and how rare it is among the texts, and lists the terms by ' +
    'their mean weight. With nothing else asked for the numbers are those of scikit-learn’s TfidfVectorizer; where ' +
    'the letters are mostly Chinese or Japanese, words are found by dictionary. A word has two characters or more.',
  options,
  examples: [
    [
      'what customers write about',
      'lode tfidf fixtures/reviews.csv --column comment --stop-words en --top 10',
    ],
    ['pairs of words too', 'lode tfidf fixtures/reviews.csv --column comment --ngrams 1..2 --min-df 5'],
    ['Chinese comments', 'lode tfidf fixtures/reviews_zh.csv --column comment --top 10'],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  async run(context) {
    const relation = context.inputs[0] as Relation
    const place = await textColumn(context, relation)
    const column = relation.columns[place]?.name ?? ''
    const { counts, language } = await countTerms(context, relation, place)
    if (counts.documents === 0) throw noRows(relation)
    refuseLimits(context.options, counts)
    const weighed = weigh(counts, context.options)
    if (weighed.terms.length === 0) throw noTerm(relation, column, counts)
    const terms = leadingTerms(weighed, context.options.top)
    return {
      rows: await termRows(context, relation, terms),
      async report() {
        if (context.options.stopWords === 'none') await warnOfCommonWords(context, language, terms)
        return tfidfReport({
          files: relation.files,
          columns: relation.columns.length,
          column,
          params: context.params,
          language,
          documents: counts.documents,
          emptyDocuments: counts.emptyDocuments,
          tokens: counts.tokens,
          vocabulary: weighed.terms.length,
          terms,
        })
      },
    }
  },
})

async function textColumn(context: Context<typeof options>, relation: Relation): Promise<number> {
  const { column } = context.options
  if (context.columns !== undefined || context.exclude !== undefined) {
    throw new UsageError('reads one column, named by --column; --columns and --exclude mean nothing here')
  }
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

/** Texts looked at to find the language by their letters. */
const textsLookedAt = 2000

async function countTerms(
  context: Context<typeof options>,
  relation: Relation,
  place: number,
): Promise<{ readonly counts: TermCounts; readonly language: Language }> {
  const { engine } = context
  const { language: asked, ngrams } = context.options
  const stop = await chosenStopWords(context)
  const first: (string | null)[] = []
  let language: Language | undefined = asked === 'auto' ? undefined : asked
  let counter: TermCounter | undefined
  const begin = () => {
    language ??= languageOf(first.filter((one) => one !== null))
    counter = new TermCounter({ tokenize: tokenizer(language), stopWords: stop, ngrams })
    for (const one of first.splice(0)) counter.add(one)
    return counter
  }
  for await (const batch of engine.stream(
    `select ${await textOf(context, relation, place)} from ${relation.name}`,
  )) {
    const [cells] = batch.columns
    if (cells?.type !== 'text') throw new Error('a column of texts came as something else')
    for (const one of cells.values) {
      if (counter !== undefined) counter.add(one)
      else if (first.push(one) >= textsLookedAt || language !== undefined) begin()
    }
  }
  const counts = (counter ?? begin()).finish()
  return { counts, language: language ?? 'none' }
}

/** SQL: the text of a cell, NULL where it is missing. */
async function textOf(
  { engine }: Context<typeof options>,
  relation: Relation,
  place: number,
): Promise<string> {
  const [facts] = await kindFacts(engine, relation, [place])
  if (facts === undefined) throw new Error(`no facts of column ${place}`)
  const missing = missingCondition(engine.dialect, `c${place}`, facts, rulesOf(relation, place))
  return `case when ${missing} then null else c${place} end`
}

async function chosenStopWords(context: Context<typeof options>): Promise<ReadonlySet<string>> {
  const chosen = context.options.stopWords
  if (chosen === 'none') return new Set()
  const language = stopWordLanguages.find((one) => one === chosen)
  if (language !== undefined) return stopWords(language)
  const bytes = await context.readFile(chosen).catch((cause: unknown) => {
    throw new UsageError(`--stop-words "${chosen}" is neither a language nor a file that can be read`, {
      code: 'E_STOP_WORDS',
      help: [`languages: none, ${stopWordLanguages.join(', ')}`],
      cause,
    })
  })
  try {
    return wordSet(new TextDecoder('utf-8', { fatal: true }).decode(bytes).split(/\r\n|\n|\r/))
  } catch (cause) {
    throw new DataError(`the stop words in ${chosen} are not UTF-8`, { cause })
  }
}

function refuseLimits({ minDf, maxDf }: Options, { documents }: TermCounts): void {
  const [low, high] = dfLimits(documents, minDf, maxDf)
  if (low <= high) return
  throw new UsageError(
    `--min-df asks for terms in at least ${limitWords(low)} and --max-df for terms in at most ${limitWords(high)} ` +
      `of the ${count(documents)} texts; no term is both`,
  )
}

function limitWords(limit: number): string {
  return Number.isInteger(limit) ? count(limit) : limit.toFixed(1)
}

function noRows(relation: Relation): DataError {
  return new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
}

function noTerm(relation: Relation, column: string, counts: TermCounts): DataError {
  const where = `column "${column}" of ${relation.files.join(' and ')}`
  if (counts.tokens === 0) {
    return new DataError(
      `${where} holds no words: all of its ${count(counts.documents)} cells are empty or stop words`,
      {
        code: 'E_NO_WORDS',
        help: ['A word is two or more letters or digits that are not a stop word.'],
      },
    )
  }
  return new DataError(`no term of ${where} is within --ngrams, --min-df and --max-df`, {
    code: 'E_NO_TERM',
    help: [`It has ${count(counts.terms.length)} terms in all; lower --min-df or raise --max-df.`],
  })
}

/** By mean weight, the heaviest first, then by code point. */
function leadingTerms(weighed: ReturnType<typeof weigh>, top: number | undefined): LeadingTerm[] {
  const terms = weighed.terms.map((term, i) => ({
    term,
    df: weighed.df[i] as number,
    idf: weighed.idf[i] as number,
    mean: weighed.mean[i] as number,
  }))
  terms.sort((a, b) => b.mean - a.mean || compareCodePoints(a.term, b.term))
  return terms.slice(0, top)
}

function termRows(
  context: Context<typeof options>,
  relation: Relation,
  terms: readonly LeadingTerm[],
): Promise<Relation> {
  return relationOf(context.engine, relation, [
    { name: 'term', data: { type: 'text', values: terms.map(({ term }) => term) } },
    { name: 'df', data: { type: 'integer', values: Int32Array.from(terms, ({ df }) => df) } },
    { name: 'idf', data: { type: 'double', values: Float64Array.from(terms, ({ idf }) => idf) } },
    { name: 'mean_tfidf', data: { type: 'double', values: Float64Array.from(terms, ({ mean }) => mean) } },
  ])
}

/** Terms looked at, and how many of them are stop words when that is worth saying. */
const leadingLookedAt = 10
const manyCommon = 3

async function warnOfCommonWords(
  context: Context<typeof options>,
  language: Language,
  terms: readonly LeadingTerm[],
): Promise<void> {
  const list = language === 'none' ? 'en' : language
  const common = await stopWords(list)
  const leading = terms.slice(0, leadingLookedAt).filter(({ term }) => common.has(term))
  if (leading.length < manyCommon) return
  const words = leading.map(({ term }) => term).join(', ')
  context.warn({
    code: 'common_words_lead',
    message: `among the first terms are common words (${words}); --stop-words ${list} leaves them out`,
  })
}
