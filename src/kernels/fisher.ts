/**
 * Fisher's exact test, one-sided, of many rules at once: how likely is it that so many baskets hold both sides by chance?
 *
 * In:  all baskets; of each rule those with the left side, with the right side, with both.
 * Out: P(X ≥ both) for X hypergeometric.
 *
 * plain-fisher.ts says in plain TypeScript what wasm-fisher.ts does compiled; they give the same bits.
 */
export type FisherKernel = (
  baskets: number,
  left: Int32Array,
  right: Int32Array,
  both: Int32Array,
) => Float64Array
