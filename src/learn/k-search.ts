/**
 * How many groups: groups for each number in a range, and those that stand apart best.
 *
 * In:  a range of k, how groups are found, and the rows in the units that they are scored in.
 * Out: for each k its inertia and silhouette; the k with the highest silhouette, the lowest such k on ties.
 * Cost: one grouping and one silhouette (silhouette.ts) for each k.
 */
import type { Matrix } from '../base/matrix.ts'
import { allAtOnce, type Steps } from '../base/steps.ts'
import { kmeansOn, prepared, type KMeansOptions, type KMeansResult } from './kmeans.ts'
import { silhouetteSteps, type Silhouette } from './silhouette.ts'

export interface KTried {
  readonly k: number
  readonly inertia: number
  /** −1 … 1; undefined where it is not defined (every row a group of its own). */
  readonly silhouette: number | undefined
}

export interface KSearch<Groups = KMeansResult> {
  readonly best: Groups
  readonly silhouette: Silhouette | undefined
  readonly tried: readonly KTried[]
}

/**
 * @param from 2 or more
 * @param to   from … the number of different rows
 */
export function searchK(x: Matrix, from: number, to: number, options: KMeansOptions): KSearch {
  const rows = prepared(x, to, options)
  return allAtOnce(searchSteps(x, from, to, options.seed, (k) => kmeansOn(rows, k, options)))
}

/**
 * The same in steps, for groups however they are found.
 *
 * @param scored the rows that the silhouette is taken of
 */
export function* searchSteps<Groups extends { readonly labels: Int32Array; readonly inertia: number }>(
  scored: Matrix,
  from: number,
  to: number,
  seed: number,
  groupsOf: (k: number) => Steps<Groups>,
): Steps<KSearch<Groups>> {
  const tried: KTried[] = []
  let chosen: Omit<KSearch<Groups>, 'tried'> | undefined
  for (let k = from; k <= to; k++) {
    const result = yield* groupsOf(k)
    const quality = yield* silhouetteSteps(scored, result.labels, k, seed)
    tried.push({ k, inertia: result.inertia, silhouette: quality?.score })
    const best = chosen?.silhouette?.score ?? -Infinity
    if (chosen === undefined || (quality?.score ?? -Infinity) > best)
      chosen = { best: result, silhouette: quality }
  }
  if (chosen === undefined) throw new RangeError(`no number of groups from ${from} to ${to}`)
  return { ...chosen, tried }
}
