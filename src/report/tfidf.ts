/**
 * The report of `tfidf`: the leading terms of a column of texts, and what they were found in.
 *
 * In:  the terms in their final order, and counts of what was read.
 * Out: the keys that the contract names, and blocks for a person.
 */
import { count, figures, plural } from '../base/wording.ts'
import type { Language } from '../learn/tokens.ts'
import type { Block, Json, Report } from './report.ts'

export interface LeadingTerm {
  readonly term: string
  /** Texts that it occurs in. */
  readonly df: number
  readonly idf: number
  /** Mean weight over all texts. */
  readonly mean: number
}

export interface TfidfFindings {
  readonly files: readonly string[]
  readonly columns: number
  readonly column: string
  readonly params: { readonly [option: string]: Json }
  readonly language: Language
  readonly documents: number
  readonly emptyDocuments: number
  readonly tokens: number
  /** Terms within the limits on document frequency and number. */
  readonly vocabulary: number
  readonly terms: readonly LeadingTerm[]
}

export function tfidfReport(found: TfidfFindings): Omit<Report, 'warnings'> {
  return {
    command: 'tfidf',
    input: {
      files: found.files,
      rows: found.documents,
      columns: found.columns,
      rows_used: found.documents - found.emptyDocuments,
      columns_used: [found.column],
      dropped: found.emptyDocuments === 0 ? {} : { no_terms: found.emptyDocuments },
    },
    params: found.params,
    result: {
      documents: found.documents,
      empty_documents: found.emptyDocuments,
      language: found.language,
      vocabulary: found.vocabulary,
      tokens: found.tokens,
      terms: found.terms.map(({ term, df, idf, mean }) => ({ term, df, idf, mean_tfidf: mean })),
      groups: [],
    },
    view: viewOf(found),
  }
}

/** Bars that a person still reads. */
const termsShown = 20

function viewOf(found: TfidfFindings): Block[] {
  const shown = found.terms.slice(0, termsShown)
  const weights = figures(
    shown.map(({ mean }) => mean),
    3,
  )
  return [
    { kind: 'heading', text: `Leading terms of ${found.column}` },
    { kind: 'paragraph', text: whatWasRead(found) },
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

const partedBy: { readonly [language in Language]: string } = {
  none: 'runs of letters and digits',
  en: 'runs of letters and digits',
  zh: 'Chinese words',
  ja: 'Japanese words',
}

function whatWasRead({ documents, emptyDocuments, tokens, language, vocabulary }: TfidfFindings): string {
  const empty = emptyDocuments === 0 ? '' : `, ${count(emptyDocuments)} of them without a word`
  return (
    `${plural(documents, 'text')}${empty}, parted into ${plural(tokens, 'word')} (${partedBy[language]} of two or ` +
    `more characters); ${plural(vocabulary, 'term')} in the vocabulary.`
  )
}
