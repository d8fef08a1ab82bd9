/**
 * Texts beside numbers: as columns of zeros and ones.
 *
 * In:  a Matrix of scaled numbers (n × p), and columns of codes.
 * Out: the Matrix with a column for each level, which is `weight` where the row has the level and else 0.
 *
 * With the weight 1 it is the usual one-hot encoding. With √(γ/2) the squared distance of two rows is that of
 * k-prototypes, Σ(x−y)² + γ·(texts that differ), which lets its groups be scored like any others.
 */
import { matrix, type Matrix } from '../base/matrix.ts'
import type { Codes } from './kprototypes.ts'

export function withLevels(x: Matrix, texts: readonly Codes[], weight: number): Matrix {
  const width = x.cols + texts.reduce((sum, { levels }) => sum + levels, 0)
  const wide = matrix(x.rows, width)
  for (let i = 0; i < x.rows; i++) {
    wide.data.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), i * width)
    let at = i * width + x.cols
    for (const { codes, levels } of texts) {
      const code = codes[i] as number
      if (code >= 0) wide.data[at + code] = weight
      at += levels
    }
  }
  return wide
}
