/**
 * The inner loops of k-means in plain TypeScript: what assembly/shared/kmeans.ts computes, number for number.
 *
 * Sums run in two lanes, the rows at even and at odd places of the range, as a register of two numbers holds them.
 */
import type { Grouping, KMeansKernels, RowRange } from './kmeans.ts'

export const plainKMeans: KMeansKernels = {
  shorten({ columns, n, p, squares, from, to }, center, nearest, store) {
    const own = center[p] as number
    let low = 0
    let high = 0
    for (let i = from; i < to; i++) {
      let dot = 0
      for (let j = 0; j < p; j++) dot += (columns[j * n + i] as number) * (center[j] as number)
      const distance = Math.max(dot + own + (squares[i] as number), 0)
      const least = Math.min(nearest[i] as number, distance)
      if (store) nearest[i] = least
      if (((i - from) & 1) === 0) low += least
      else high += least
    }
    return low + high
  },

  assign(rows, grouping, all) {
    const { from, to } = rows
    const { labels, gaps, spent, slack } = grouping
    let changed = 0
    for (let i = from; i < to; i++) {
      if (!all && (gaps[i] as number) > (spent[labels[i] as number] as number) + slack) continue
      changed += measured(rows, grouping, i)
    }
    return changed
  },

  spread({ columns, n, p, from, to }, labels, centers) {
    let low = 0
    let high = 0
    for (let i = from; i < to; i++) {
      const center = (labels[i] as number) * p
      let sum = 0
      for (let j = 0; j < p; j++) {
        const apart = (columns[j * n + i] as number) - (centers[center + j] as number)
        sum += apart * apart
      }
      if (((i - from) & 1) === 0) low += sum
      else high += sum
    }
    return low + high
  },
}

/** A root in single precision. */
function singleRoot(square: number): number {
  return Math.fround(Math.sqrt(Math.max(0, Math.fround(square))))
}

/** Measures row i against all centres and takes what is found; 1 when its label changed. */
function measured(
  { columns, n, p, squares }: RowRange,
  { k, centers, spent, labels, gaps, changes }: Grouping,
  i: number,
): 0 | 1 {
  let best = Infinity
  let next = Infinity
  let label = 0
  for (let c = 0, at = 0; c < k; c++) {
    let dot = 0
    for (let j = 0; j < p; j++, at++) dot += (columns[j * n + i] as number) * (centers[at] as number)
    const score = dot + (centers[at++] as number)
    if (score < best) {
      next = best
      best = score
      label = c
    } else next = Math.min(next, score)
  }
  const square = squares[i] as number
  const apart = Math.fround(singleRoot(next + square) - singleRoot(best + square))
  gaps[i] = apart + (spent[label] as number)
  const before = labels[i] as number
  if (before === label) return 0
  labels[i] = label
  const width = p + 1
  for (let j = 0; j < p; j++) {
    const x = columns[j * n + i] as number
    const into = label * width + j
    changes[into] = (changes[into] as number) + x
    if (before < 0) continue
    const from = before * width + j
    changes[from] = (changes[from] as number) - x
  }
  const into = label * width + p
  changes[into] = (changes[into] as number) + 1
  if (before >= 0) changes[before * width + p] = (changes[before * width + p] as number) - 1
  return 1
}
