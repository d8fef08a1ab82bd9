/**
 * The report of `tfidf`: the leading terms of a column of texts, or of its groups, and what they were found in.
 *
 * In:  the terms in their final order, counts of what was read, and what was asked for beside.
 * Out: the keys that the contract names, and blocks for a person.
 */
import { count, figure, figures, plural, share } from '../base/wording.ts'
import type { LeftOut } from '../learn/corpus.ts'
import type { Language } from '../learn/languages.ts'
import type { Block, Json, Report } from './report.ts'

/** A text that is quoted. */
export interface Example {
  /** From 1. */
  readonly row: number
  readonly text: string
}

export interface LeadingTerm {
  readonly term: string
  /** Texts that it occurs in. */
  readonly df: number
  readonly idf: number
  /** Mean weight over all texts. */
  readonly mean: number
  /** Texts in which it weighs most. */
  readonly examples: readonly Example[]
}

export interface GroupTerm {
  readonly term: string
  /** Texts of the group that it occurs in, and their share of the group. */
  readonly df: number
  readonly score: number
  readonly share: number
  /** Share of the texts of all other groups; undefined where there is no other. */
  readonly shareElsewhere: number | undefined
  /** The one over the other; undefined where it occurs nowhere else. */
  readonly times: number | undefined
}

/** A row with its keywords. */
export interface KeywordRow {
  /** From 1. */
  readonly row: number
  /** The heaviest first. */
  readonly keywords: readonly string[]
  readonly text: string
}

export interface TextGroup {
  readonly name: string
  readonly texts: number
  readonly terms: readonly GroupTerm[]
}

export interface Component {
  readonly singular: number
  /** Share of the variance of all weights. */
  readonly explained: number
  /** The terms that it is made of most. */
  readonly terms: readonly { readonly term: string; readonly loading: number }[]
}

interface Count {
  readonly texts: number
  readonly groups: number
}

export interface TfidfFindings {
  readonly files: readonly string[]
  readonly columns: number
  readonly column: string
  readonly params: { readonly [option: string]: Json }
  readonly language: Language
  /** The language of letters among the others that were parted by dictionary. */
  readonly among?: 'zh' | 'ja' | 'th'
  readonly analyzer: 'word' | 'char' | 'char_wb'
  /** Characters that a word must have. */
  readonly least: number
  readonly documents: number
  readonly emptyDocuments: number
  readonly tokens: number
  /** Words left out. */
  readonly short: LeftOut
  readonly stopped: LeftOut
  /** Terms within the limits on document frequency and number. */
  readonly vocabulary: number
  readonly terms: readonly LeadingTerm[]
  /** Texts of the same or nearly the same words. */
  readonly alike: {
    readonly same: Count
    readonly near: Count | undefined
    readonly largest?: { readonly texts: number; readonly text: string }
  }
  readonly grouped?: {
    readonly column: string
    readonly groups: readonly TextGroup[]
    readonly without: number
  }
  readonly components: readonly Component[]
  readonly firstRows: readonly KeywordRow[]
}

export function tfidfReport(found: TfidfFindings): Omit<Report, 'warnings'> {
  const { alike, grouped, components } = found
  return {
    command: 'tfidf',
    input: {
      files: found.files,
      rows: found.documents,
      columns: found.columns,
      // Texts without a word are counted among all, as empty ones are by scikit-learn.
      rows_used: found.documents,
      columns_used: [found.column, ...(grouped === undefined ? [] : [grouped.column])],
      dropped: {},
    },
    params: found.params,
    result: {
      documents: found.documents,
      empty_documents: found.emptyDocuments,
      language: found.language,
      vocabulary: found.vocabulary,
      tokens: found.tokens,
      short_tokens: found.short.tokens,
      stop_words: found.stopped.tokens,
      duplicates: {
        same_terms: { ...alike.same },
        near: alike.near === undefined ? null : { ...alike.near },
        largest: alike.largest === undefined ? null : { ...alike.largest },
      },
      terms: found.terms.map(({ term, df, idf, mean, examples }) => ({
        term,
        df,
        idf,
        mean_tfidf: mean,
        ...(examples.length === 0 ? {} : { examples: examples.map((example) => ({ ...example })) }),
      })),
      groups: (grouped?.groups ?? []).map(({ name, texts, terms }) => ({
        group: name,
        documents: texts,
        terms: terms.map(({ shareElsewhere, times, ...term }) => ({
          ...term,
          share_elsewhere: shareElsewhere ?? null,
          times: times ?? null,
        })),
      })),
      ...(grouped === undefined ? {} : { without_group: grouped.without }),
      ...(components.length === 0
        ? {}
        : {
            components: components.map(({ singular, explained, terms }, i) => ({
              component: i + 1,
              singular_value: singular,
              explained_variance: explained,
              terms: terms.map((term) => ({ ...term })),
            })),
          }),
    },
    view: viewOf(found),
  }
}

/** What a person still reads. */
const termsShown = 20
const quotesShown = 5
const groupsShown = 12
const groupTermsShown = 8

function viewOf(found: TfidfFindings): Block[] {
  return [
    { kind: 'heading', text: `Leading terms of ${found.column}` },
    { kind: 'paragraph', text: whatWasRead(found) },
    ...(found.grouped === undefined ? leadingBars(found.terms) : groupBlocks(found.grouped)),
    ...rowBlocks(found),
    ...componentBlocks(found.components),
    ...quoteBlocks(found.terms),
    ...alikeBlocks(found),
  ]
}

function leadingBars(terms: readonly LeadingTerm[]): Block[] {
  const shown = terms.slice(0, termsShown)
  const weights = figures(
    shown.map(({ mean }) => mean),
    3,
  )
  return [
    {
      kind: 'bars',
      caption: 'Mean weight over all texts, and the texts that the term occurs in',
      bars: shown.map(({ term, df, mean }, i) => ({
        label: term,
        value: mean,
        text: `${weights[i]}  in ${count(df)}`,
      })),
    },
  ]
}

function groupBlocks({ column, groups, without }: NonNullable<TfidfFindings['grouped']>): Block[] {
  const blocks = groups.slice(0, groupsShown).flatMap(({ name, texts, terms }): Block[] => [
    {
      kind: 'table',
      caption: `${column} ${name}: ${plural(texts, 'text')}`,
      columns: [
        { name: 'term' },
        { name: 'in', align: 'right' },
        { name: 'share', align: 'right' },
        { name: 'elsewhere', align: 'right' },
        { name: 'times', align: 'right' },
      ],
      rows: terms
        .slice(0, groupTermsShown)
        .map((term) => [
          term.term,
          count(term.df),
          share(term.share),
          term.shareElsewhere === undefined ? '–' : share(term.shareElsewhere),
          timesText(term),
        ]),
    },
  ])
  const rest = groups.length - groupsShown
  const told = [
    ...(rest > 0
      ? [`${plural(rest, 'more group')} of ${column} ${rest === 1 ? 'is' : 'are'} not shown.`]
      : []),
    ...(without > 0
      ? [`${plural(without, 'text')} without a ${column} ${without === 1 ? 'is' : 'are'} in no group.`]
      : []),
  ]
  const explained: Block = {
    kind: 'paragraph',
    text: `The terms that tell each ${column} apart: how many of its texts hold them, and how many times the share of other texts that is.`,
  }
  return [explained, ...blocks, ...told.map((text): Block => ({ kind: 'paragraph', text }))]
}

function timesText({ times, shareElsewhere }: GroupTerm): string {
  if (times !== undefined) return `${figure(times, 2)} ×`
  return shareElsewhere === undefined ? '–' : 'only here'
}

function rowBlocks({ firstRows, documents }: TfidfFindings): Block[] {
  if (firstRows.length === 0) return []
  const rest =
    documents > firstRows.length
      ? `The first ${plural(firstRows.length, 'row')} of ${count(documents)}; -o FILE or a pipe takes them all.`
      : ''
  return [
    {
      kind: 'table',
      caption: 'Keywords of each row',
      columns: [{ name: 'row', align: 'right' }, { name: 'keywords' }, { name: 'text' }],
      rows: firstRows.map(({ row, keywords, text }) => [
        count(row),
        keywords.join(', '),
        quoteOf(text, rowLength),
      ]),
    },
    ...(rest === '' ? [] : [{ kind: 'paragraph', text: rest } as const]),
  ]
}

function componentBlocks(components: readonly Component[]): Block[] {
  if (components.length === 0) return []
  const all = components.reduce((sum, { explained }) => sum + explained, 0)
  return [
    {
      kind: 'table',
      caption: `Components: they hold ${share(Math.min(1, all))} of the variance of all weights`,
      columns: [{ name: 'component' }, { name: 'variance', align: 'right' }, { name: 'terms' }],
      rows: components.slice(0, termsShown).map(({ explained, terms }, i) => [
        `component_${i + 1}`,
        share(explained),
        // A term that pulls the other way has a minus.
        terms.map(({ term, loading }) => (loading < 0 ? `−${term}` : term)).join(', '),
      ]),
    },
  ]
}

/** As long as what fits into two lines or so. */
const quoteLength = 120
/** Beside the keywords of a row. */
const rowLength = 60

function quoteBlocks(terms: readonly LeadingTerm[]): Block[] {
  const quoted = terms.filter(({ examples }) => examples.length > 0).slice(0, quotesShown)
  if (quoted.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'Texts in which they weigh most',
      columns: [{ name: 'term' }, { name: 'row', align: 'right' }, { name: 'text' }],
      rows: quoted.flatMap(({ term, examples }) =>
        examples.map(({ row, text }, i) => [i === 0 ? term : '', count(row), quoteOf(text)]),
      ),
    },
  ]
}

function quoteOf(text: string, most = quoteLength): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  const letters = Array.from(line.slice(0, 2 * most))
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join('')}…`
}

function alikeBlocks({ alike }: TfidfFindings): Block[] {
  const { same, near, largest } = alike
  if (same.texts === 0 && (near === undefined || near.texts === 0)) return []
  const parts = [
    same.texts === 0
      ? 'No two texts have the same terms'
      : `${plural(same.texts, 'text')} ${same.texts === 1 ? 'has' : 'have'} the same terms as another, in ${plural(same.groups, 'group')}`,
    near === undefined
      ? 'there are too many to say how many are nearly alike'
      : `${count(near.texts)} have at least four in five terms in common with another`,
  ]
  const most =
    largest === undefined
      ? ''
      : ` The most frequent, ${count(largest.texts)} times: “${quoteOf(largest.text)}”`
  return [{ kind: 'paragraph', text: `${parts.join('; ')}.${most}` }]
}

export const languageNames: { readonly [language in 'zh' | 'ja' | 'th']: string } = {
  zh: 'Chinese',
  ja: 'Japanese',
  th: 'Thai',
}

function whatWasRead(found: TfidfFindings): string {
  const { documents, emptyDocuments, tokens, vocabulary } = found
  const empty = emptyDocuments === 0 ? '' : `, ${count(emptyDocuments)} of them without a word`
  return (
    `${plural(documents, 'text')}${empty}, parted into ${tokensOf(found, tokens)}; ` +
    `${plural(vocabulary, 'term')} in the vocabulary.${leftOut(found)}`
  )
}

function tokensOf({ analyzer, language, among, least }: TfidfFindings, tokens: number): string {
  if (analyzer !== 'word') return plural(tokens, 'character')
  const kind =
    language === 'zh' || language === 'ja' || language === 'th'
      ? `${languageNames[language]} words`
      : `runs of letters and digits${among === undefined ? '' : ` and ${languageNames[among]} words`}`
  const length = least === 1 ? 'any length' : `${numberWords[least] ?? count(least)} or more characters`
  return `${plural(tokens, 'word')} (${kind} of ${length})`
}

const numberWords: { readonly [number: number]: string } = { 2: 'two', 3: 'three', 4: 'four', 5: 'five' }

function leftOut({ short, stopped }: TfidfFindings): string {
  const parts = [
    ...(short.tokens === 0 ? [] : [plural(short.tokens, 'shorter word')]),
    ...(stopped.tokens === 0 ? [] : [plural(stopped.tokens, 'stop word')]),
  ]
  return parts.length === 0 ? '' : ` Left out: ${parts.join(' and ')}.`
}
