/**
 * The library face: the algorithms behind the commands, for TypeScript and JavaScript programs.
 *
 * Plain functions from typed arrays to plain results. Nothing here reads files, prints, or loads the engine.
 *
 * @example
 *   import { fitScale, applyScale, kmeans, matrixOf } from 'lode'
 *   const x = matrixOf([[25, 30000], [27, 32000], [61, 80000], [64, 78000]])
 *   const scaled = applyScale(x, fitScale(x, 'zscore', ['age', 'income']))
 *   kmeans(scaled, 2, { init: 'k-means++', runs: 10, maxIterations: 300, tolerance: 1e-4, seed: 42 }).labels
 */
export { basketsOf, type Baskets } from './base/baskets.ts'
export { isValid, setValid, type NumberColumn } from './base/column.ts'
export { DataError, LodeError, ShapeError, UsageError } from './base/errors.ts'
export { matrixDesign, type Design } from './base/design.ts'
export { matrix, matrixOf, type Matrix } from './base/matrix.ts'
export { allAtOnce, type Steps } from './base/steps.ts'
export { toMatrix, type Missing, type Rows } from './shape/matrix.ts'
export { applyScale, fitScale, unscale, type ScaleKind, type Scaling } from './shape/scale.ts'
export { calinskiHarabasz, daviesBouldin } from './learn/cluster-scores.ts'
export { placeByCores, type Placed } from './learn/dbscan-predict.ts'
export { dbscan, type DbscanOptions, type DbscanResult } from './learn/dbscan.ts'
export { kDistances, kneeOf } from './learn/k-distance.ts'
export { searchK, type KSearch, type KTried } from './learn/k-search.ts'
export {
  centerDistances,
  kmeans,
  nearestGroups,
  type Fitted,
  type KMeansOptions,
  type KMeansResult,
} from './learn/kmeans.ts'
export {
  kprototypes,
  nearestPrototypes,
  usualGamma,
  type Codes,
  type Prototypes,
  type PrototypesOptions,
} from './learn/kprototypes.ts'
export type { Metric } from './learn/point-tree.ts'
export {
  findItemsets,
  type Algorithm,
  type ItemsetKind,
  type ItemsetQuestion,
} from './learn/itemset-search.ts'
export { minCountOf, ranksOf, TooManyItemsets, type Itemsets, type Support } from './learn/itemsets.ts'
export { MEASURES, MORE_MEASURES, type Measure, type RuleCounts } from './learn/rule-measures.ts'
export { findRules, type RuleOptions, type Rules } from './learn/rules.ts'
export { autocorrelations, decompose, hasSeason, type SeasonKind } from './learn/forecast/season.ts'
export {
  etsForecast,
  etsGiven,
  etsModels,
  type EtsForm,
  type EtsModel,
  type EtsParameters,
  type EtsState,
} from './learn/forecast/ets.ts'
export { explain, type Explained } from './learn/forecast/explain.ts'
export { methodNames, type MethodName } from './learn/forecast/methods.ts'
export type { Fit } from './learn/forecast/model.ts'
export { forecastSeries, type SeriesForecast, type SeriesOptions } from './learn/forecast/series.ts'
export { mstl, stl, type Mstl, type Stl, type StlOptions } from './learn/forecast/stl.ts'
export { dotm, theta } from './learn/forecast/theta.ts'
export { silhouette, type Silhouette } from './learn/silhouette.ts'
export { balancedWeights, prepare as prepareTree, type Prepared } from './learn/tree/cart.ts'
export { grow as growTree, type GrowSettings } from './learn/tree/grow.ts'
export { predict as predictTree, type Predictions as TreePredictions } from './learn/tree/predict.ts'
export {
  importances as treeImportances,
  type Feature,
  type Target,
  type Tree,
  type TreeNode,
} from './learn/tree/tree.ts'
export { crossProducts, type CrossProducts } from './learn/cross-products.ts'
export { logistic, type Logistic, type LogisticOptions, type LogisticResult } from './learn/logistic.ts'
export { penalised, type LinearFit, type Penalty, type PenaltyOptions } from './learn/penalised.ts'
export { predictions, type Predictions, type Predictor } from './learn/predictions.ts'
export {
  regression,
  type Coefficient,
  type Influence,
  type Regression,
  type RegressionOptions,
} from './learn/regression.ts'
export { joinedRows, weighTexts, type TermRules, type Weighed } from './learn/corpus.ts'
export { languageOf, wordRules, type Language } from './learn/languages.ts'
export { stemmer, type StemLanguage } from './learn/stems.ts'
export { stopTokens, stopWords, type StopWordLanguage } from './learn/stop-words.ts'
export type { SparseRows } from './learn/terms.ts'
export type { Frequency, Tfidf, TfidfOptions } from './learn/tfidf.ts'
export type { TokenRules } from './learn/tokens.ts'
export { truncatedSvd, type TruncatedSvd } from './learn/truncated-svd.ts'
