/**
 * The tokens of a collection of texts, and which of them count.
 *
 * In:  blocks of tokens as they come (tokens.ts); then the words to leave out and how to stem the others.
 * Out: terms and their weights, with the text of each term.
 * Cost: 4 bytes a token; one string for each different token that a rule has to look at.
 */
import { packTexts } from '../base/packed-texts.ts'
import { allAtOnce, type Steps } from '../base/steps.ts'
import { tfidfSteps, weighSteps, type Tfidf, type TfidfOptions, type Weighing } from './tfidf.ts'
import { DROPPED, termSteps, tokensOfNode, type NgramRules, type SparseRows, type Terms } from './terms.ts'
import { TokenTable } from '../kernels/token-table.ts'
import { NO_SCRIPTS, type Scripts } from '../kernels/words.ts'
import { tokensOfTexts, type TokenBlock, type TokenRules } from './tokens.ts'

/** Tokens of texts that came block by block. */
export class Corpus {
  readonly table = new TokenTable()
  readonly blocks: {
    readonly tokens: Int32Array
    readonly ends: Int32Array
    readonly numbers: Int32Array
  }[] = []
  texts = 0
  /** Runs of letters that were too short for a token. */
  short = 0
  scripts: Scripts = NO_SCRIPTS

  add(block: TokenBlock): void {
    const { vocabulary, tokens, ends, short } = block
    this.blocks.push({ tokens, ends, numbers: this.table.putAll(vocabulary) })
    this.short += short
    this.count(block)
  }

  /** Texts of which only the letters are to be known. */
  count({ ends, scripts }: TokenBlock): void {
    const { letters, han, kana, thai } = this.scripts
    this.texts += ends.length
    this.scripts = {
      letters: letters + scripts.letters,
      han: han + scripts.han,
      kana: kana + scripts.kana,
      thai: thai + scripts.thai,
    }
  }
}

/** Which tokens become terms. */
export interface TermRules {
  /** Code points of a token that is kept; undefined keeps all that there are. */
  readonly least: number | undefined
  readonly stopWords: ReadonlySet<string>
  /** What a token is taken for, after stop words have gone. */
  readonly stem: ((token: string) => string) | undefined
  /** What stands between the tokens of an n-gram. */
  readonly joint: string
  readonly ngrams: NgramRules
}

/** Tokens that were left out, with how often they occur; the most frequent first. */
export interface LeftOut {
  readonly tokens: number
  readonly leading: readonly string[]
}

export interface Weighed extends Tfidf, Counted {
  /** The text of term i. */
  readonly name: (i: number) => string
}

export function* corpusSteps(
  corpus: Corpus,
  rules: TermRules,
  options: TfidfOptions,
  wantsRows: boolean,
): Steps<Weighed> {
  const counted = yield* countSteps(corpus, rules)
  yield
  const result = yield* tfidfSteps(counted.terms, corpus.table.ranks(), options, wantsRows)
  const { nodes } = result
  return { ...result, ...counted, name: (i) => counted.nameOf(nodes[i] as number) }
}

/**
 * The weights of texts in a vocabulary that was learnt from others.
 *
 * @param vocabulary the place of each term
 * @param idf for each term
 */
export function* knownTermSteps(
  corpus: Corpus,
  rules: TermRules,
  vocabulary: ReadonlyMap<string, number>,
  idf: Float64Array,
  weighing: Weighing,
): Steps<readonly SparseRows<Float64Array>[]> {
  const { terms, nameOf } = yield* countSteps(corpus, rules)
  const place = Int32Array.from(terms.df, (df, node) => (df > 0 ? (vocabulary.get(nameOf(node)) ?? -1) : -1))
  yield
  const { rows } = yield* weighSteps(terms, place, idf, weighing, true)
  return rows
}

interface Counted {
  readonly terms: Terms
  /** Tokens shorter than the rules want, and stop words. */
  readonly short: LeftOut
  readonly stopped: LeftOut
  /** The text of a node's term. */
  readonly nameOf: (node: number) => string
}

function* countSteps(corpus: Corpus, rules: TermRules): Steps<Counted> {
  const { table, blocks } = corpus
  const { standsFor, short, stopped } = chosenTokens(corpus, rules)
  yield
  const numbers = blocks.map(({ numbers: own }) =>
    standsFor === undefined ? own : own.map((number) => standsFor[number] as number),
  )
  const terms = yield* termSteps(blocks, numbers, table.size, rules.ngrams)
  const nameOf = (node: number) =>
    node < terms.vocabulary
      ? table.text(node)
      : tokensOfNode(terms, node)
          .map((token) => table.text(token))
          .join(rules.joint)
  return { terms, short, stopped, nameOf }
}

interface Chosen {
  /** For each token what it counts as; undefined where each counts as itself. */
  readonly standsFor: Int32Array | undefined
  readonly short: LeftOut
  readonly stopped: LeftOut
}

const nothing: LeftOut = { tokens: 0, leading: [] }

function chosenTokens(corpus: Corpus, { least, stopWords, stem }: TermRules): Chosen {
  const { table, short: runs } = corpus
  if (least === undefined && stopWords.size === 0 && stem === undefined) {
    return { standsFor: undefined, short: { tokens: runs, leading: [] }, stopped: nothing }
  }
  const size = table.size
  const standsFor = Int32Array.from({ length: size }, (_, token) => token)
  const stopped: number[] = []
  const short: number[] = []
  for (const word of stopWords) {
    const token = table.find(word)
    if (token < 0) continue
    standsFor[token] = DROPPED
    stopped.push(token)
  }
  const looked = least === undefined && stem === undefined ? 0 : size
  for (let token = 0; token < looked; token++) {
    if (standsFor[token] === DROPPED) continue
    if (least !== undefined && table.points(token) < least) {
      standsFor[token] = DROPPED
      short.push(token)
    } else if (stem !== undefined) standsFor[token] = table.putText(stem(table.text(token)))
  }
  const times = timesOf(corpus)
  const leftOut = (tokens: readonly number[]): LeftOut => ({
    tokens: tokens.reduce((sum, token) => sum + (times[token] as number), 0),
    leading: tokens
      .filter((token) => (times[token] as number) > 0)
      .sort((a, b) => (times[b] as number) - (times[a] as number) || a - b)
      .slice(0, 10)
      .map((token) => table.text(token)),
  })
  const some = leftOut(short)
  return { standsFor, short: { ...some, tokens: some.tokens + runs }, stopped: leftOut(stopped) }
}

/** How often each token occurs. */
function timesOf({ blocks, table }: Corpus): Float64Array {
  const times = new Float64Array(table.size)
  for (const { tokens, numbers } of blocks) {
    const own = new Float64Array(numbers.length)
    for (const token of tokens) if (token >= 0) own[token] = (own[token] as number) + 1
    for (let i = 0; i < own.length; i++) {
      const token = numbers[i] as number
      times[token] = (times[token] as number) + (own[i] as number)
    }
  }
  return times
}

/** Texts that are there already, weighed on this thread: the library's way. null is a text without any token. */
export function weighTexts(
  texts: readonly (string | null)[],
  tokens: TokenRules,
  rules: TermRules,
  options: TfidfOptions,
): Weighed {
  const corpus = new Corpus()
  if (texts.length > 0) corpus.add(tokensOfTexts.run(tokens, packTexts(texts)))
  return allAtOnce(corpusSteps(corpus, rules, options, true))
}

/** Rows of several blocks as one. */
export function joinedRows(blocks: readonly SparseRows<Float64Array>[]): SparseRows<Float64Array> {
  const entries = blocks.reduce((sum, { column }) => sum + column.length, 0)
  const rows = blocks.reduce((sum, { start }) => sum + start.length - 1, 0)
  const joined = {
    start: new Int32Array(rows + 1),
    column: new Int32Array(entries),
    value: new Float64Array(entries),
  }
  let row = 0
  let at = 0
  for (const { start, column, value } of blocks) {
    joined.column.set(column, at)
    joined.value.set(value, at)
    for (let i = 1; i < start.length; i++) joined.start[++row] = at + (start[i] as number)
    at += column.length
  }
  return joined
}
