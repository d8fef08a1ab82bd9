/**
 * The commands there are. Each is imported when it is called for: a `--help` must not load what it needs.
 */
import type { Command } from '../commands/command.ts'

export interface Entry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
}

export const registry: readonly Entry[] = [
  {
    name: 'clean',
    summary: 'Put rows in order: missing values, duplicates, outliers, formats, rules, privacy',
    load: async () => (await import('../commands/clean.ts')).clean,
  },
  {
    name: 'merge',
    summary: 'Join files on their keys, by the nearest value or by likeness, or stack them',
    load: async () => (await import('../commands/merge.ts')).merge,
  },
  {
    name: 'cluster',
    summary: 'Find groups of similar rows with k-means, and say what each is like',
    load: async () => (await import('../commands/cluster.ts')).cluster,
  },
  {
    name: 'dbscan',
    summary: 'Find groups where rows lie dense, of any shape, and the rows that lie alone',
    load: async () => (await import('../commands/dbscan.ts')).dbscan,
  },
  {
    name: 'apriori',
    summary: 'Find what is bought together: frequent itemsets, association rules, recommendations',
    load: async () => (await import('../commands/apriori.ts')).apriori,
  },
  {
    name: 'tree',
    summary: 'Tell a column from the others with a decision tree, and say by which rules',
    load: async () => (await import('../commands/tree.ts')).tree,
  },
  {
    name: 'regress',
    summary: 'Find what explains a column of numbers, or one of two kinds, and predict it',
    load: async () => (await import('../commands/regress.ts')).regress,
  },
  {
    name: 'tfidf',
    summary: 'Find the leading keywords of a text column with TF-IDF',
    load: async () => (await import('../commands/tfidf.ts')).tfidf,
  },
  {
    name: 'forecast',
    summary: 'Forecast what comes next by calendar period, and say what the past did',
    load: async () => (await import('../commands/forecast.ts')).forecast,
  },
  {
    name: 'predict',
    summary: 'Apply a model that --save-model wrote to other rows',
    load: async () => (await import('../commands/predict.ts')).predict,
  },
]

export function entryOf(name: string): Entry | undefined {
  return registry.find((entry) => entry.name === name)
}
