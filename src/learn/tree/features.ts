/**
 * Columns as features: in memory that all threads see, a missing number as NaN.
 */
import { isValid, type NumberColumn } from '../../base/column.ts'
import { sharedFloat64, sharedInt32 } from '../../kernels/shared.ts'
import type { NumberFeature, TextFeature } from './tree.ts'

/**
 * The column becomes the feature where it lies in shared memory: what stands where a value is missing changes.
 *
 * @param fill stands in for what is missing; undefined: it stays missing
 */
export function numberFeature({ name, values, valid, missing }: NumberColumn, fill = NaN): NumberFeature {
  const isShared = values.buffer instanceof SharedArrayBuffer
  const own = isShared ? values : sharedFloat64(values.length)
  if (!isShared) own.set(values)
  if (missing > 0) {
    for (let i = 0; i < own.length; i++) if (!isValid(valid, i)) own[i] = fill
  }
  return { kind: 'number', name, values: own }
}

/** @param codes below −1 stand for a level never seen */
export function textFeature(name: string, levels: readonly string[], codes: Int32Array): TextFeature {
  return { kind: 'text', name, levels, codes: sharedCodes(codes) }
}

export function sharedCodes(codes: Int32Array): Int32Array {
  const own = sharedInt32(codes.length)
  own.set(codes)
  return own
}
