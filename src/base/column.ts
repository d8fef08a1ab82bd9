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

/** The code of a cell that is missing, and of a text that is none of the known levels. */
export const MISSING = -1
export const UNSEEN = -2

/** A column of text as codes. */
export interface LevelColumn {
  readonly name: string
  readonly levels: readonly string[]
  /** One a row: a place in `levels`, MISSING or UNSEEN. */
  readonly codes: Int32Array
  readonly missing: number
  /** Texts that are none of the known levels, with the rows that hold them; the most frequent first. */
  readonly unseen: readonly { readonly text: string; readonly rows: number }[]
}
