/** The labels that scikit-learn gave (test/reference/dbscan/make.py). */
import { readFileSync } from 'node:fs'
import type { Metric } from '../../src/learn/point-tree.ts'

interface Case {
  readonly kind: string
  readonly metric: Metric
  readonly eps: number
  readonly min_samples: number
  readonly x: number[][]
  readonly labels: number[]
  readonly core: number[]
}

const file = new URL('../reference/dbscan/answers.json', import.meta.url)

export const { cases, versions } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly cases: readonly Case[]
  readonly versions: { readonly 'scikit-learn': string }
}

/** Rows that are marked, ascending. */
export function placesOf(core: Uint8Array): number[] {
  return [...core.keys()].filter((i) => core[i] === 1)
}
