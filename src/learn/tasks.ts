/**
 * What other threads can do: each task by its name, loaded by a worker (bin/worker.ts) when it is first called for.
 * A task that is not here is done on the thread that asks for it.
 */
import type { TaskList } from '../kernels/worker.ts'

export const tasks: TaskList = {
  'dbscan/border': async () => (await import('./dbscan-tasks.ts')).labelBorder,
  'dbscan/cells': async () => (await import('./dbscan-grid.ts')).coreOfCells,
  'dbscan/core': async () => (await import('./dbscan-tasks.ts')).coreOfSubtree,
  'dbscan/edges': async () => (await import('./dbscan-grid.ts')).borderOfCells,
  'dbscan/join': async () => (await import('./dbscan-tasks.ts')).joinSubtree,
  'dbscan/pairs': async () => (await import('./dbscan-pairs.ts')).coreOfPairs,
  'dbscan/place': async () => (await import('./dbscan-predict.ts')).placeSubtree,
  'dbscan/rest': async () => (await import('./dbscan-pairs.ts')).borderOfPairs,
  'forecast/series': async () => (await import('./forecast/tasks.ts')).forecastsOfSeries,
  'kmeans/pass': async () => (await import('./kmeans-tasks.ts')).passBlock,
  'kmeans/shorten': async () => (await import('./kmeans-tasks.ts')).shortenBlock,
  'kprototypes/pass': async () => (await import('./kprototypes.ts')).prototypesBlock,
  'lines/count': async () => (await import('../kernels/read-lines.ts')).countLines,
  'lines/read': async () => (await import('../kernels/read-lines.ts')).readLines,
  'points/grow': async () => (await import('./point-tree.ts')).growSubtree,
  'points/kth': async () => (await import('./k-distance.ts')).kthDistances,
  'profile/column': async () => (await import('./profile.ts')).profileOfColumn,
  'scan/place': async () => (await import('../kernels/scan-ranges.ts')).placePiece,
  'scan/range': async () => (await import('../kernels/scan-ranges.ts')).scanRange,
  'silhouette/rows': async () => (await import('./silhouette.ts')).silhouetteOfRows,
  'tfidf/terms': async () => (await import('./terms.ts')).termsOfTokens,
  'svd/product': async () => (await import('./truncated-svd.ts')).productOfRows,
  'tfidf/tokens': async () => (await import('./tokens.ts')).tokensOfTexts,
  'tfidf/weights': async () => (await import('./tfidf.ts')).weightsOfBlocks,
  'tree/assess': async () => (await import('./tree/assess.ts')).assessPart,
  'tree/grow': async () => (await import('./tree/cart.ts')).growPart,
  'tree/predict': async () => (await import('./tree/predict.ts')).predictBlock,
  'tree/predict-ranked': async () => (await import('./tree/predict.ts')).predictRanked,
  'tree/price': async () => (await import('./tree/assess.ts')).pricePart,
  'tree/ranks': async () => (await import('./tree/cart.ts')).ranksOfColumn,
}
