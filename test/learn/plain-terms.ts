/** Terms and weights as scikit-learn's TfidfVectorizer has them when nothing is asked for. */
import type { TermRules } from '../../src/learn/corpus.ts'
import type { TfidfOptions } from '../../src/learn/tfidf.ts'

export const plainTerms: TermRules = {
  least: undefined,
  stopWords: new Set(),
  stem: undefined,
  joint: ' ',
  ngrams: { from: 1, to: 1, shortWords: false },
}

export const plain: TfidfOptions = {
  minDf: { count: 1 },
  maxDf: { share: 1 },
  maxFeatures: undefined,
  sublinear: false,
  binary: false,
  norm: 'l2',
  idf: true,
  smooth: true,
}
