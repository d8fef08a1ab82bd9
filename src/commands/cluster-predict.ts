/** The predictor of `cluster`: the group whose centre is nearest. */
import type { Json } from '../report/report.ts'
import { matrixOf, type Matrix } from '../base/matrix.ts'
import { centerDistances, nearestCenters } from '../learn/kmeans.ts'
import { readModelRows, scaledRows } from './model-rows.ts'
import { damaged, type Model, type Predictor } from './model.ts'
import { spread } from './result-names.ts'

/** What `cluster` keeps beside its columns. */
export type ClusterPart = {
  /** k × columns, in scaled units. */
  readonly centers: readonly (readonly number[])[]
  /** Whether `cluster_distance` was asked for. */
  readonly distance: boolean
}

export const predictCluster: Predictor = async (request) => {
  const { model } = request
  const { centers, distance } = partOf(model)
  const { numbers, unseen } = await readModelRows(request)
  const { matrix: x, rowOf, dropped } = scaledRows(model, numbers)
  const all = rowOf.length + dropped
  const labels = nearestCenters(x, centers)
  const distances = distance ? centerDistances(x, centers, labels) : undefined
  return {
    added: [
      { name: 'cluster', data: { type: 'integer', ...spread(labels, new Int32Array(all), rowOf) } },
      ...(distances === undefined
        ? []
        : [
            {
              name: 'cluster_distance',
              data: { type: 'double', ...spread(distances, new Float64Array(all), rowOf) },
            } as const,
          ]),
    ],
    without: dropped === 0 ? {} : { missing_value: dropped },
    unseen,
    result: { sizes: sizesOf(labels, centers.rows) },
  }
}

function sizesOf(labels: Int32Array, k: number): number[] {
  const sizes = new Array<number>(k).fill(0)
  for (const label of labels) sizes[label] = (sizes[label] as number) + 1
  return sizes
}

function partOf(model: Model): { centers: Matrix; distance: boolean } {
  const part = model.part as { readonly [key: string]: Json } | null
  const centers = part?.['centers']
  const width = model.columns.length
  const isRow = (row: unknown): row is number[] =>
    Array.isArray(row) && row.length === width && row.every((value) => typeof value === 'number')
  if (!Array.isArray(centers) || centers.length === 0 || !centers.every(isRow)) {
    throw damaged(model, 'its centres do not fit its columns')
  }
  return { centers: matrixOf(centers), distance: part?.['distance'] === true }
}
