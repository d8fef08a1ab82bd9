/** One column as numbers, as it streams out of the engine. */
export interface NumberColumn {
  readonly name: string
  /** One number a row; what stands where a value is missing is 0 and means nothing. */
  readonly values: Float64Array
  /** One bit a row, lowest bit first: 1 where there is a value. */
  readonly valid: Uint8Array
  readonly missing: number
}

/** Whether row i has a value. */
export function isValid(valid: Uint8Array, i: number): boolean {
  return ((valid[i >> 3] as number) & (1 << (i & 7))) !== 0
}

/** Marks row i as having a value. */
export function setValid(valid: Uint8Array, i: number): void {
  valid[i >> 3] = (valid[i >> 3] as number) | (1 << (i & 7))
}
