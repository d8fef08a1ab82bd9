/**
 * TF-IDF: which terms tell the texts of a collection apart.
 *
 * In:  texts, one after another, and how to part them into terms (TermCounter); then how to weigh the terms (tfidf).
 * Out: for each term of the vocabulary its document frequency, its idf and its mean weight; for each text its weights,
 *      as rows of a sparse matrix in typed arrays.
 * Cost: O(tokens) time; memory 12 bytes for each different term of each text, and the vocabulary. No text is kept.
 *
 * Formulae: scikit-learn 1.9's TfidfVectorizer. Salton & Buckley, "Term-weighting approaches in automatic text
 * retrieval", Inf. Process. Manag. 24(5), 1988. Departure: where `maxFeatures` cuts between terms that occur equally
 * often, the first by code point stay; scikit-learn leaves that open.
 */
import { compareCodePoints } from '../base/code-points.ts'
import type { Tokenizer } from './tokens.ts'

export interface TermOptions {
  readonly tokenize: Tokenizer
  /** Tokens left out, before n-grams are made. */
  readonly stopWords: ReadonlySet<string>
  /** Lengths of the n-grams, from 1; their tokens are joined by one blank. */
  readonly ngrams: readonly [number, number]
}

/** How often each term occurs in each text. */
export interface TermCounts {
  /** All texts, those without a term among them. */
  readonly documents: number
  /** Texts without any token left. */
  readonly emptyDocuments: number
  /** Tokens of all texts, stop words left out. */
  readonly tokens: number
  /** In the order in which they were first met. */
  readonly terms: readonly string[]
  /** Texts that each term occurs in. */
  readonly df: Int32Array
  readonly rows: SparseRows<Int32Array>
}

/** Row i has value[e] in column[e] for e in start[i] … start[i+1]−1; every other entry is 0. */
export interface SparseRows<Values extends Int32Array | Float64Array> {
  readonly start: Int32Array
  readonly column: Int32Array
  readonly value: Values
}

export class TermCounter {
  readonly #options: TermOptions
  readonly #ids = new Map<string, number>()
  /** By term: the texts it occurs in, and its entry in the text that it was last seen in. */
  readonly #df = new GrowingArray()
  readonly #entry = new GrowingArray()
  /** Where the entries of each text start, and the entries: a term and its count each. */
  readonly #start = new GrowingArray()
  readonly #column = new GrowingArray()
  readonly #count = new GrowingArray()
  #tokens = 0
  #emptyDocuments = 0

  constructor(options: TermOptions) {
    this.#options = options
    this.#start.push(0)
  }

  /** Takes the next text; null is a text without any token. */
  add(text: string | null): void {
    const { tokenize, stopWords, ngrams } = this.#options
    const all = text === null ? [] : tokenize(text)
    const tokens = stopWords.size === 0 ? all : all.filter((token) => !stopWords.has(token))
    this.#tokens += tokens.length
    if (tokens.length === 0) this.#emptyDocuments++
    const from = this.#column.length
    for (let n = ngrams[0]; n <= ngrams[1]; n++) {
      for (let i = 0; i + n <= tokens.length; i++) {
        this.#countTerm(n === 1 ? (tokens[i] as string) : tokens.slice(i, i + n).join(' '), from)
      }
    }
    this.#start.push(this.#column.length)
  }

  finish(): TermCounts {
    return {
      documents: this.#start.length - 1,
      emptyDocuments: this.#emptyDocuments,
      tokens: this.#tokens,
      terms: [...this.#ids.keys()],
      df: this.#df.values(),
      rows: { start: this.#start.values(), column: this.#column.values(), value: this.#count.values() },
    }
  }

  /** @param from the first entry of the current text */
  #countTerm(term: string, from: number): void {
    const known = this.#ids.get(term)
    if (known !== undefined && this.#entry.at(known) >= from) {
      this.#count.increment(this.#entry.at(known))
      return
    }
    const id = known ?? this.#newTerm(term)
    this.#df.increment(id)
    this.#entry.set(id, this.#column.length)
    this.#column.push(id)
    this.#count.push(1)
  }

  #newTerm(term: string): number {
    const id = this.#ids.size
    this.#ids.set(unsliced(term), id)
    this.#df.push(0)
    this.#entry.push(0)
    return id
  }
}

/** V8 keeps a part of a text as a view on the whole; the vocabulary must not hold on to the texts. */
function unsliced(term: string): string {
  return Buffer.from(term, 'utf16le').toString('utf16le')
}

class GrowingArray {
  #values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.length++] = value
  }

  at(index: number): number {
    return this.#values[index] as number
  }

  set(index: number, value: number): void {
    this.#values[index] = value
  }

  increment(index: number): void {
    this.#values[index] = this.at(index) + 1
  }

  values(): Int32Array {
    return this.#values.slice(0, this.length)
  }
}

/** A number of texts, or a share of all texts. */
export type Frequency = { readonly count: number } | { readonly share: number }

export interface TfidfOptions {
  /** Terms in fewer texts are left out. */
  readonly minDf: Frequency
  /** Terms in more texts are left out. */
  readonly maxDf: Frequency
  /** At most so many terms, those that occur most often. */
  readonly maxFeatures: number | undefined
  /** Take 1 + ln(count) for the count of a term in a text. */
  readonly sublinear: boolean
  /** What the weights of a text are divided by: their Euclidean length, the sum of their sizes, or nothing. */
  readonly norm: 'l2' | 'l1' | 'none'
  /** Weigh terms by their rarity at all. */
  readonly idf: boolean
  /** Count one more text that holds every term, so that no idf is infinite. */
  readonly smooth: boolean
}

export interface Tfidf {
  /** In the order of their code points. */
  readonly terms: readonly string[]
  /** Texts that each term occurs in. */
  readonly df: Int32Array
  /** ln((n+1)/(df+1)) + 1; not smooth: ln(n/df) + 1; without idf: 1. */
  readonly idf: Float64Array
  /** Mean weight over all texts, those without the term and those without any among them. */
  readonly mean: Float64Array
  /** A row a text: the weights of its terms. */
  readonly rows: SparseRows<Float64Array>
}

/** The document frequencies that a term must have, both included; no whole number when a share is not. */
export function dfLimits(documents: number, minDf: Frequency, maxDf: Frequency): readonly [number, number] {
  const limit = (frequency: Frequency) =>
    'count' in frequency ? frequency.count : frequency.share * documents
  return [limit(minDf), limit(maxDf)]
}

/** Weighs the terms. All results are empty when no term is within the limits. */
export function tfidf(counts: TermCounts, options: TfidfOptions): Tfidf {
  const vocabulary = chooseTerms(counts, options)
  const df = Int32Array.from(vocabulary, (id) => counts.df[id] as number)
  const idf = Float64Array.from(df, (frequency) => idfOf(counts.documents, frequency, options))
  const rows = weigh(counts, vocabulary, idf, options)
  const mean = new Float64Array(vocabulary.length)
  rows.column.forEach((term, e) => (mean[term] = (mean[term] as number) + (rows.value[e] as number)))
  return {
    terms: vocabulary.map((id) => counts.terms[id] as string),
    df,
    idf,
    mean: mean.map((sum) => sum / counts.documents),
    rows,
  }
}

function idfOf(documents: number, df: number, { idf, smooth }: TfidfOptions): number {
  if (!idf) return 1
  return smooth ? Math.log((documents + 1) / (df + 1)) + 1 : Math.log(documents / df) + 1
}

/** Ids of the terms to keep, in the order of their code points. */
function chooseTerms(counts: TermCounts, { minDf, maxDf, maxFeatures }: TfidfOptions): number[] {
  const [low, high] = dfLimits(counts.documents, minDf, maxDf)
  const kept: number[] = []
  counts.df.forEach((df, id) => {
    if (df >= low && df <= high) kept.push(id)
  })
  kept.sort((a, b) => compareCodePoints(counts.terms[a] as string, counts.terms[b] as string))
  if (maxFeatures === undefined || kept.length <= maxFeatures) return kept
  const totals = new Float64Array(counts.terms.length)
  counts.rows.column.forEach((id, e) => {
    totals[id] = (totals[id] as number) + (counts.rows.value[e] as number)
  })
  // Sorting is stable, so of equal totals the first by code point stay; then back to that order.
  const most = kept.map((id, place) => ({ id, place }))
  most.sort((a, b) => (totals[b.id] as number) - (totals[a.id] as number))
  return most
    .slice(0, maxFeatures)
    .sort((a, b) => a.place - b.place)
    .map(({ id }) => id)
}

function weigh(
  counts: TermCounts,
  vocabulary: readonly number[],
  idf: Float64Array,
  { sublinear, norm }: TfidfOptions,
): SparseRows<Float64Array> {
  const { start: from, column: ids, value: tf } = counts.rows
  const place = new Int32Array(counts.terms.length).fill(-1)
  vocabulary.forEach((id, at) => (place[id] = at))
  const entries = vocabulary.reduce((sum, id) => sum + (counts.df[id] as number), 0)
  const start = new Int32Array(counts.documents + 1)
  const column = new Int32Array(entries)
  const value = new Float64Array(entries)
  let end = 0
  for (let row = 0; row < counts.documents; row++) {
    for (let e = from[row] as number; e < (from[row + 1] as number); e++) {
      const term = place[ids[e] as number] as number
      if (term < 0) continue
      const count = tf[e] as number
      column[end] = term
      value[end++] = (sublinear ? 1 + Math.log(count) : count) * (idf[term] as number)
    }
    start[row + 1] = end
    if (norm !== 'none') normalise(value.subarray(start[row], end), norm)
  }
  return { start, column, value }
}

/** In place; a row without weights stays as it is. */
function normalise(weights: Float64Array, norm: 'l1' | 'l2'): void {
  let sum = 0
  for (const weight of weights) sum += norm === 'l2' ? weight * weight : Math.abs(weight)
  const length = norm === 'l2' ? Math.sqrt(sum) : sum
  if (length === 0) return
  for (let e = 0; e < weights.length; e++) weights[e] = (weights[e] as number) / length
}
