/**
 * TF-IDF: which terms tell the texts of a collection apart.
 *
 * In:  how often each term occurs in each text (terms.ts), and how to weigh it.
 * Out: for each term of the vocabulary its document frequency, its idf and its mean weight; where they are asked for,
 *      the weights of each text, as rows of a sparse matrix in typed arrays.
 * Cost: O(different terms of all texts) time; 12 bytes for each of these where the weights are asked for.
 *
 * Formulae: scikit-learn 1.9's TfidfVectorizer. Salton & Buckley, "Term-weighting approaches in automatic text
 * retrieval", Inf. Process. Manag. 24(5), 1988. Departure: where `maxFeatures` cuts between terms that occur equally
 * often, the first by code point stay; scikit-learn leaves that open.
 */
import { shared, type Steps, type Task } from '../base/steps.ts'
import { sharedFloat64, sharedInt32 } from '../kernels/shared.ts'
import { partsOfRows } from './row-parts.ts'
import { nodesInOrder, type CountedBlock, type SparseRows, type Terms } from './terms.ts'

/** A number of texts, or a share of all texts. */
export type Frequency = { readonly count: number } | { readonly share: number }

export type Weighing = {
  /** Take 1 + ln(count) for the count of a term in a text. */
  readonly sublinear: boolean
  /** Take 1 for it. */
  readonly binary: boolean
  /** What the weights of a text are divided by: their Euclidean length, the sum of their sizes, or nothing. */
  readonly norm: 'l2' | 'l1' | 'none'
}

export interface TfidfOptions extends Weighing {
  /** Terms in fewer texts are left out. */
  readonly minDf: Frequency
  /** Terms in more texts are left out. */
  readonly maxDf: Frequency
  /** At most so many terms, those that occur most often. */
  readonly maxFeatures: number | undefined
  /** Weigh terms by their rarity at all. */
  readonly idf: boolean
  /** Count one more text that holds every term, so that no idf is infinite. */
  readonly smooth: boolean
}

export interface Tfidf {
  /** The nodes of the terms, in the order of their code points. */
  readonly nodes: Int32Array
  /** Texts that each term occurs in. */
  readonly df: Int32Array
  /** How often each term occurs in all. */
  readonly total: Float64Array
  /** ln((n+1)/(df+1)) + 1; not smooth: ln(n/df) + 1; without idf: 1. */
  readonly idf: Float64Array
  /** Mean weight over all texts, those without the term and those without any among them. */
  readonly mean: Float64Array
  /** For each block of texts the weights of its texts, where they are asked for: their terms in ascending order. */
  readonly rows: readonly SparseRows<Float64Array>[]
}

/** The document frequencies that a term must have, both included; no whole number when a share is not. */
export function dfLimits(texts: number, minDf: Frequency, maxDf: Frequency): readonly [number, number] {
  const limit = (frequency: Frequency) => ('count' in frequency ? frequency.count : frequency.share * texts)
  return [limit(minDf), limit(maxDf)]
}

export function idfOf(
  texts: number,
  df: number,
  { idf, smooth }: Pick<TfidfOptions, 'idf' | 'smooth'>,
): number {
  if (!idf) return 1
  return smooth ? Math.log((texts + 1) / (df + 1)) + 1 : Math.log(texts / df) + 1
}

/**
 * Weighs the terms. All results are empty when no term is within the limits.
 *
 * @param ranks of the tokens by code point
 * @param wantsRows whether the weights of each text are asked for
 */
export function* tfidfSteps(
  terms: Terms,
  ranks: Int32Array,
  options: TfidfOptions,
  wantsRows: boolean,
): Steps<Tfidf> {
  const nodes = chosenNodes(terms, ranks, options)
  const df = new Int32Array(nodes.length)
  const total = new Float64Array(nodes.length)
  const idf = new Float64Array(nodes.length)
  const place = new Int32Array(terms.df.length).fill(-1)
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i] as number
    df[i] = terms.df[node] as number
    total[i] = terms.total[node] as number
    idf[i] = idfOf(terms.texts, df[i] as number, options)
    place[node] = i
  }
  yield
  const { sums, rows } = yield* weighSteps(terms, place, idf, options, wantsRows)
  return {
    nodes,
    df,
    total,
    idf,
    mean: sums.map((sum) => sum / terms.texts),
    rows,
  }
}

/**
 * The weights of the terms of each text.
 *
 * @param place for each node its place in the vocabulary, −1 where it has none
 * @param idf for each term of the vocabulary
 */
export function* weighSteps(
  { blocks, vocabulary }: Terms,
  place: Int32Array,
  idf: Float64Array,
  { sublinear, binary, norm }: Weighing,
  wantsRows: boolean,
): Steps<WeighedPart> {
  const weights = sharedFloat64(idf.length)
  weights.set(idf)
  const places = sharedInt32(place.length)
  places.set(place)
  const common = { idf: weights, weighing: { sublinear, binary, norm }, wantsRows }
  const placesOf = blocks.map(({ nodes: own }) =>
    own.length === 0 ? places : placesOfBlock(places, own, vocabulary),
  )
  const jobs = partsOfRows(blocks.map(({ rows }) => rows.start.length - 1)).map((part): WeighJob => ({
    blocks: part.map(({ block, from, to }) => ({
      rows: (blocks[block] as CountedBlock).rows,
      place: placesOf[block] as Int32Array,
      from,
      to,
    })),
  }))
  const parts = yield* shared(weightsOfBlocks, common, jobs)
  const sums = new Float64Array(idf.length)
  for (const part of parts) {
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + (part.sums[i] as number)
  }
  return { sums, rows: parts.flatMap(({ rows }) => rows) }
}

/** Nodes of the terms to keep, in the order of their code points. */
function chosenNodes(
  terms: Terms,
  ranks: Int32Array,
  { minDf, maxDf, maxFeatures, binary }: TfidfOptions,
): Int32Array {
  const [low, high] = dfLimits(terms.texts, minDf, maxDf)
  const kept = nodesInOrder(terms, ranks).filter((node) => {
    const df = terms.df[node] as number
    return df > 0 && df >= low && df <= high
  })
  if (maxFeatures === undefined || kept.length <= maxFeatures) return kept
  // Sorting is stable, so of equal totals the first by code point stay; then back to that order.
  const places = Int32Array.from(kept, (_, place) => place)
  const totals = binary ? terms.df : terms.total
  const total = (place: number) => totals[kept[place] as number] as number
  places.sort((a, b) => total(b) - total(a) || a - b)
  return places
    .slice(0, maxFeatures)
    .sort()
    .map((place) => kept[place] as number)
}

/** For the nodes of one block their places in the vocabulary. */
function placesOfBlock(place: Int32Array, nodes: Int32Array, vocabulary: number): Int32Array {
  const own = sharedInt32(vocabulary + nodes.length)
  own.set(place.subarray(0, vocabulary))
  for (let i = 0; i < nodes.length; i++) own[vocabulary + i] = place[nodes[i] as number] as number
  return own
}

interface WeighCommon {
  readonly idf: Float64Array
  readonly weighing: Weighing
  readonly wantsRows: boolean
}

interface WeighJob {
  readonly blocks: readonly {
    readonly rows: SparseRows<Int32Array>
    /** For each node of the block its place in the vocabulary, −1 where it has none. */
    readonly place: Int32Array
    /** The texts to weigh. */
    readonly from: number
    readonly to: number
  }[]
}

interface WeighedPart {
  /** For each term the sum of its weights. */
  readonly sums: Float64Array
  readonly rows: readonly SparseRows<Float64Array>[]
}

export const weightsOfBlocks: Task<WeighCommon, WeighJob, WeighedPart> = {
  name: 'tfidf/weights',
  run({ idf, weighing, wantsRows }, { blocks }) {
    const sums = new Float64Array(idf.length)
    const rows = blocks.map((block) => {
      const weighed = weigh(block, idf, weighing, wantsRows)
      const { column, value } = weighed
      for (let e = 0; e < column.length; e++) {
        const term = column[e] as number
        sums[term] = (sums[term] as number) + (value[e] as number)
      }
      return weighed
    })
    return { sums, rows: wantsRows ? rows : [] }
  },
}

/** The weights of the texts of a block. @param isSorted the terms of each in ascending order */
function weigh(
  { rows: counted, place, from: first, to: last }: WeighJob['blocks'][number],
  idf: Float64Array,
  { sublinear, binary, norm }: Weighing,
  isSorted: boolean,
): SparseRows<Float64Array> {
  const begin = counted.start[first] as number
  const kept = keptEntries(counted.column.subarray(begin, counted.start[last]), place)
  const start = sharedInt32(last - first + 1)
  const column = sharedInt32(kept)
  const value = sharedFloat64(kept)
  let end = 0
  for (let text = first; text < last; text++) {
    const from = end
    for (let e = counted.start[text] as number; e < (counted.start[text + 1] as number); e++) {
      const term = place[counted.column[e] as number] as number
      if (term < 0) continue
      const count = counted.value[e] as number
      const tf = binary ? 1 : sublinear && count > 1 ? 1 + Math.log(count) : count
      column[end] = term
      value[end++] = tf * (idf[term] as number)
    }
    if (norm !== 'none') normalise(value, from, end, norm)
    if (isSorted) sortEntries(column, value, from, end)
    start[text - first + 1] = end
  }
  return { start, column, value }
}

function keptEntries(column: Int32Array, place: Int32Array): number {
  let kept = 0
  for (let e = 0; e < column.length; e++) if ((place[column[e] as number] as number) >= 0) kept++
  return kept
}

/** Above, sorting by insertion takes longer than a sort of pairs. */
const FEW_ENTRIES = 48

/** By column, ascending; no column stands twice. */
function sortEntries(column: Int32Array, value: Float64Array, from: number, to: number): void {
  if (to - from > FEW_ENTRIES) return sortManyEntries(column, value, from, to)
  for (let e = from + 1; e < to; e++) {
    const ownColumn = column[e] as number
    const ownValue = value[e] as number
    let at = e
    for (; at > from && (column[at - 1] as number) > ownColumn; at--) {
      column[at] = column[at - 1] as number
      value[at] = value[at - 1] as number
    }
    column[at] = ownColumn
    value[at] = ownValue
  }
}

function sortManyEntries(column: Int32Array, value: Float64Array, from: number, to: number): void {
  const columns = column.slice(from, to)
  const values = value.slice(from, to)
  const order = orderOf(columns)
  for (let i = 0; i < order.length; i++) {
    column[from + i] = columns[order[i] as number] as number
    value[from + i] = values[order[i] as number] as number
  }
}

/** A column and its place as one number, which sorts at once: columns are below 2³¹, places mostly below this. */
const PLACES = 2 ** 22

function orderOf(columns: Int32Array): ArrayLike<number> {
  if (columns.length > PLACES) {
    return Int32Array.from(columns, (_, i) => i).sort(
      (a, b) => (columns[a] as number) - (columns[b] as number),
    )
  }
  const pairs = Float64Array.from(columns, (one, i) => one * PLACES + i).sort()
  return pairs.map((pair) => pair % PLACES)
}

/** In place; a row without weights stays as it is. */
function normalise(value: Float64Array, from: number, to: number, norm: 'l1' | 'l2'): void {
  let sum = 0
  for (let e = from; e < to; e++) {
    const weight = value[e] as number
    sum += norm === 'l2' ? weight * weight : Math.abs(weight)
  }
  const length = norm === 'l2' ? Math.sqrt(sum) : sum
  if (length === 0) return
  for (let e = from; e < to; e++) value[e] = (value[e] as number) / length
}
