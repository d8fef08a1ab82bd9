/**
 * The commands whose models `lode predict` applies. Each predictor is imported when it is called for.
 */
import type { Predictor } from './model.ts'

export const predictors: { readonly [command: string]: () => Promise<Predictor> } = {
  cluster: async () => (await import('./cluster-predict.ts')).predictCluster,
  dbscan: async () => (await import('./dbscan-predict.ts')).predictDbscan,
  tree: async () => (await import('./tree-predict.ts')).predictTree,
  regress: async () => (await import('./regress-predict.ts')).predictRegress,
  forecast: async () => (await import('./forecast-predict.ts')).predictForecast,
  tfidf: async () => (await import('./tfidf-predict.ts')).predictTfidf,
}
