/** The predictor of `dbscan`: the group of the nearest core row within eps. */
import { matrix, type Matrix } from '../base/matrix.ts'
import { stepByStep } from '../base/steps.ts'
import { placeSteps } from '../learn/dbscan-predict.ts'
import type { DbscanResult } from '../learn/dbscan.ts'
import type { Metric } from '../learn/point-tree.ts'
import type { Json } from '../report/report.ts'
import { readModelRows, scaledRows } from './model-rows.ts'
import { damaged, type Model, type Predictor } from './model.ts'
import { spread } from './result-names.ts'

/** Mean radius of the earth in metres (IUGG). */
export const EARTH_RADIUS = 6_371_008.8

/** What the column `point` says of a row. */
export const POINTS = ['core', 'border', 'noise'] as const

export function inRadians({ rows, cols, data }: Matrix): Matrix {
  return matrix(
    rows,
    cols,
    data.map((degrees) => degrees * (Math.PI / 180)),
  )
}

/** What `dbscan` keeps beside its columns: its core rows, scaled or in degrees, and their groups. */
export function partOf(x: Matrix, { labels, core }: DbscanResult, metric: Metric, eps: number): Json {
  const cores: number[] = []
  const groups: number[] = []
  for (let i = 0; i < x.rows; i++) {
    if (core[i] !== 1) continue
    groups.push(labels[i] as number)
    for (let j = 0; j < x.cols; j++) cores.push(x.data[i * x.cols + j] as number)
  }
  return { metric, eps, groups, cores }
}

/**
 * A row that stands where a core row stands is core, one within eps of a core row is on the border of its group. How
 * dense the new rows lie does not count: a group is where it was learnt to be.
 */
export const predictDbscan: Predictor = async (request) => {
  const { model, context } = request
  const { metric, eps, groups, cores } = partFrom(model)
  const read = await readModelRows(request)
  const { matrix: x, rowOf, dropped } = scaledRows(model, read)
  const isGeo = metric === 'haversine'
  const placed = await stepByStep(
    placeSteps(isGeo ? inRadians(cores) : cores, groups, isGeo ? inRadians(x) : x, {
      metric,
      eps: isGeo ? eps / EARTH_RADIUS : eps,
    }),
    context.signal,
    context.pool,
  )
  const all = rowOf.length + dropped
  const kinds = placed.labels.map((label, i) => (label < 0 ? 2 : placed.same[i] === 1 ? 0 : 1))
  const noise = kinds.reduce((sum, kind) => sum + (kind === 2 ? 1 : 0), 0)
  return {
    added: [
      { name: 'cluster', data: { type: 'integer', ...spread(placed.labels, new Int32Array(all), rowOf) } },
      {
        name: 'point',
        data: { type: 'integer', ...spread(kinds, new Int32Array(all), rowOf) },
        levels: POINTS,
      },
    ],
    without: dropped === 0 ? {} : { missing_value: dropped },
    unseen: read.unseen,
    result: { noise },
  }
}

function partFrom(model: Model): { metric: Metric; eps: number; groups: Int32Array; cores: Matrix } {
  const { metric, eps, groups, cores } = (model.part ?? {}) as { readonly [key: string]: Json }
  const width = model.columns.length
  const areNumbers = (list: Json | undefined): list is number[] =>
    Array.isArray(list) && list.every((value) => typeof value === 'number')
  if (metric !== 'euclidean' && metric !== 'manhattan' && metric !== 'haversine') {
    throw damaged(model, 'it has no metric')
  }
  if (typeof eps !== 'number' || !(eps > 0)) throw damaged(model, 'its eps is not above 0')
  if (!areNumbers(groups) || !areNumbers(cores) || cores.length !== groups.length * width) {
    throw damaged(model, 'its core rows do not fit its columns')
  }
  return {
    metric,
    eps,
    groups: Int32Array.from(groups),
    cores: matrix(groups.length, width, Float64Array.from(cores)),
  }
}
