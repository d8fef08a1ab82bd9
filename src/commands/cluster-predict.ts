/** The predictor of `cluster`: the group whose centre is nearest. */
import type { Json } from '../report/report.ts'
import { matrix, matrixOf, type Matrix } from '../base/matrix.ts'
import { centerDistances, centersOf, nearestGroups, type KMeansResult } from '../learn/kmeans.ts'
import { nearestPrototypes, prototypeDistances, type Prototypes } from '../learn/kprototypes.ts'
import { withLevels } from '../learn/mixed.ts'
import { readModelRows, scaledRows } from './model-rows.ts'
import { damaged, type Model, type Predictor } from './model.ts'
import { spread } from './result-names.ts'

/** Groups of k-means, or of k-prototypes. */
export type AnyGroups = KMeansResult | Prototypes

export function isPrototypes(groups: AnyGroups): groups is Prototypes {
  return 'modes' in groups
}

/** What `cluster` keeps beside its columns, in scaled units. */
export function partOf(groups: AnyGroups, gamma: number | undefined, distance: boolean): Json {
  if (!isPrototypes(groups)) {
    const { means, centers, place } = groups.fitted
    return { method: 'kmeans', means: [...means], centers: rowsOf(centers), groups: [...place], distance }
  }
  const { centers, modes, k } = groups
  const q = modes.length / k
  return {
    method: 'kprototypes',
    gamma: gamma ?? 0,
    centers: rowsOf(centers),
    modes: Array.from({ length: k }, (_, c) => [...modes.subarray(c * q, (c + 1) * q)]),
    distance,
  }
}

function rowsOf({ rows, cols, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, c) => [...data.subarray(c * cols, (c + 1) * cols)])
}

export const predictCluster: Predictor = async (request) => {
  const { model } = request
  const learnt = learntFrom(model)
  const read = await readModelRows(request)
  const { matrix: x, codes, rowOf, dropped } = scaledRows(model, read)
  const all = rowOf.length + dropped
  const { labels, distances } = learnt.place(x, codes)
  return {
    added: [
      { name: 'cluster', data: { type: 'integer', ...spread(labels, new Int32Array(all), rowOf) } },
      ...(learnt.distance
        ? [
            {
              name: 'cluster_distance',
              data: { type: 'double', ...spread(distances(), new Float64Array(all), rowOf) },
            } as const,
          ]
        : []),
    ],
    without: dropped === 0 ? {} : { missing_value: dropped },
    unseen: read.unseen,
    result: { sizes: sizesOf(labels, learnt.k) },
  }
}

function sizesOf(labels: Int32Array, k: number): number[] {
  const sizes = new Array<number>(k).fill(0)
  for (const label of labels) sizes[label] = (sizes[label] as number) + 1
  return sizes
}

interface Learnt {
  readonly k: number
  readonly distance: boolean
  place(x: Matrix, codes: readonly Int32Array[]): { labels: Int32Array; distances: () => Float64Array }
}

function learntFrom(model: Model): Learnt {
  const part = (model.part ?? {}) as { readonly [key: string]: Json }
  const { method, distance, centers: rows } = part
  const levels = model.columns.flatMap((column) =>
    column.role === 'text' ? [(column.levels ?? []).length] : [],
  )
  const numbers = model.columns.length - levels.length
  const isMixed = method === 'kprototypes'
  const width = isMixed ? numbers : numbers + levels.reduce((sum, count) => sum + count, 0)
  if ((method !== 'kmeans' && !isMixed) || !areRows(rows, width)) {
    throw damaged(model, 'its centres do not fit its columns')
  }
  const centers = rows.length > 0 && width === 0 ? matrix(rows.length, 0) : matrixOf(rows)
  const known = { k: rows.length, distance: distance === true }
  return isMixed
    ? { ...known, place: byPrototypes(model, centers, levels.length) }
    : { ...known, place: byMeans(model, centers, levels) }
}

function byMeans(model: Model, centers: Matrix, levels: readonly number[]): Learnt['place'] {
  const { means, groups } = model.part as { readonly [key: string]: Json }
  if (!areNumbers(means, centers.cols)) throw damaged(model, 'its means do not fit its columns')
  if (
    !areNumbers(groups, centers.rows) ||
    [...groups].sort((a, b) => a - b).some((group, i) => group !== i)
  ) {
    throw damaged(model, 'its groups are not numbered from 0')
  }
  const fitted = { means: Float64Array.from(means), centers, place: Int32Array.from(groups) }
  return (x, codes) => {
    const texts = codes.map((own, t) => ({ codes: own, levels: levels[t] as number }))
    const points = texts.length === 0 ? x : withLevels(x, texts, 1)
    const labels = nearestGroups(points, fitted)
    return { labels, distances: () => centerDistances(points, centersOf(fitted), labels) }
  }
}

function byPrototypes(model: Model, centers: Matrix, texts: number): Learnt['place'] {
  const { gamma, modes } = model.part as { readonly [key: string]: Json }
  if (typeof gamma !== 'number' || !areRows(modes, texts) || modes.length !== centers.rows) {
    throw damaged(model, 'its prototypes do not fit its columns')
  }
  const own = { centers, modes: Int32Array.from(modes.flat()) }
  return (x, codes) => {
    const labels = nearestPrototypes(x, codes, own, gamma)
    return { labels, distances: () => prototypeDistances(x, codes, { ...own, labels }, gamma) }
  }
}

function areRows(value: Json | undefined, width: number): value is number[][] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => areNumbers(row as Json, width))
}

function areNumbers(value: Json | undefined, length: number): value is number[] {
  return Array.isArray(value) && value.length === length && value.every((one) => typeof one === 'number')
}
