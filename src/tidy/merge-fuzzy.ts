/**
 * Fuzzy joins: to each left row the right row whose text is most alike.
 *
 * In:  the views of two sides with `v` (the text; NULL where missing) and the keys that must be equal.
 * Out: SQL of pairs `lk`, `rk`, `score`, at most one a left row; of equally like rows the first of the right.
 * Cost: a comparison for every pair of different texts with equal keys, ten million a second; hence the limit.
 *
 * Alike: Jaro–Winkler similarity (Winkler 1990), 0 … 1, over code points.
 */
import { keyNames, sameKeys } from './merge-keys.ts'

export const MOST_COMPARISONS = 200_000_000

/** The different texts of a side with their first rows. */
function texts(side: string, keyCount: number, matchMissing: boolean): string {
  const group = [...keyNames(keyCount), 'v'].join(', ')
  const present = matchMissing ? [] : keyNames(keyCount).map((key) => ` and ${key} is not null`)
  return `(select ${group}, min(k) as k from ${side} where v is not null${present.join('')} group by ${group})`
}

/** How many comparisons `fuzzyPairs` makes: one number. */
export function comparisons(left: string, right: string, keyCount: number, matchMissing: boolean): string {
  const keys = keyNames(keyCount)
  const of = (side: string) => {
    const counted = [...keys, 'count(*) as n'].join(', ')
    const group = keys.length === 0 ? '' : ` group by ${keys.join(', ')}`
    return `(select ${counted} from ${texts(side, keyCount, matchMissing)}${group})`
  }
  const on = keyCount === 0 ? 'true' : sameKeys(keyCount, matchMissing)
  return `select coalesce(sum(l.n::double * r.n), 0) from ${of(left)} l join ${of(right)} r on ${on}`
}

/** @param threshold 0 … 1, itself alike enough */
export function fuzzyPairs(
  left: string,
  right: string,
  keyCount: number,
  matchMissing: boolean,
  threshold: number,
): string {
  const keys = keyNames(keyCount)
  const on = keyCount === 0 ? 'true' : sameKeys(keyCount, matchMissing)
  const own = [...keys.map((key) => `l.${key}`), 'l.v as v']
  const scored =
    `select ${[...own, 'r.k as rk', 'jaro_winkler_similarity(l.v, r.v) as score'].join(', ')} ` +
    `from ${texts(left, keyCount, matchMissing)} l join ${texts(right, keyCount, matchMissing)} r on ${on}`
  const group = [...keys, 'v'].join(', ')
  const best = `(select ${group}, max(struct_pack(score := score, earlier := -rk)) as best from (${scored}) where score >= ${threshold} group by ${group})`
  const back = [...(keyCount === 0 ? [] : [sameKeys(keyCount, matchMissing)]), 'l.v = r.v'].join(' and ')
  return `select l.k as lk, -r.best.earlier as rk, r.best.score as score from ${left} l join ${best} r on ${back}`
}
