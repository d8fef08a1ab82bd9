/**
 * How many groups: k-means for each number in a range, and the one whose groups stand apart best.
 *
 * In:  a Matrix in scaled units and a range of k.
 * Out: for each k its inertia and silhouette; the k with the highest silhouette, the lowest such k on ties.
 * Cost: one k-means and one silhouette (silhouette.ts) for each k.
 */
import type { Matrix } from '../base/matrix.ts'
import { allAtOnce, type Steps } from '../base/steps.ts'
import { kmeansSteps, type KMeansOptions, type KMeansResult } from './kmeans.ts'
import { silhouetteSteps, type Silhouette } from './silhouette.ts'

export interface KTried {
  readonly k: number
  readonly inertia: number
  /** −1 … 1; undefined where it is not defined (every row a group of its own). */
  readonly silhouette: number | undefined
}

export interface KSearch {
  readonly best: KMeansResult
  readonly silhouette: Silhouette | undefined
  readonly tried: readonly KTried[]
}

/**
 * @param from 2 or more
 * @param to   from … the number of different rows
 */
export function searchK(x: Matrix, from: number, to: number, options: KMeansOptions): KSearch {
  return allAtOnce(searchKSteps(x, from, to, options))
}

/** The same in steps: one a pass of k-means, one a silhouette. */
export function* searchKSteps(x: Matrix, from: number, to: number, options: KMeansOptions): Steps<KSearch> {
  const tried: KTried[] = []
  let chosen: Omit<KSearch, 'tried'> | undefined
  for (let k = from; k <= to; k++) {
    const result = yield* kmeansSteps(x, k, options)
    const quality = yield* silhouetteSteps(x, result.labels, k, options.seed)
    tried.push({ k, inertia: result.inertia, silhouette: quality?.score })
    const best = chosen?.silhouette?.score ?? -Infinity
    if (chosen === undefined || (quality?.score ?? -Infinity) > best)
      chosen = { best: result, silhouette: quality }
  }
  if (chosen === undefined) throw new RangeError(`no number of groups from ${from} to ${to}`)
  return { ...chosen, tried }
}
