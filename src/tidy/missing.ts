/** Dropping rows by what they lack: pandas' `dropna(subset, how, thresh)`. */

/**
 * SQL: the row stays.
 *
 * @param missing a condition a column looked at, in which `undefined` stands for one that is never missing
 * @param atLeast how many of the columns must be there; `any` and `all` say which of them missing drops a row
 */
export function enoughPresent(
  missing: readonly (string | undefined)[],
  atLeast: number | 'any' | 'all',
): string {
  const possible = missing.filter((condition) => condition !== undefined)
  const never = missing.length - possible.length
  if (atLeast === 'any') return possible.map((condition) => `not ${condition}`).join(' and ') || 'true'
  if (atLeast === 'all') return never > 0 || missing.length === 0 ? 'true' : `not (${possible.join(' and ')})`
  const needed = atLeast - never
  if (needed <= 0) return 'true'
  const present = possible.map((condition) => `case when ${condition} then 0 else 1 end`)
  return `${present.join(' + ') || '0'} >= ${needed}`
}
