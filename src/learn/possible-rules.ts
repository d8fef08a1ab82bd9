/**
 * How many rules there are to choose from: those that were found are the best of them, and a test of significance has to
 * count all.
 *
 * Webb, "Discovering significant patterns", Machine Learning 68(1), 2007: the tests are as many as the rules that the
 * search could have given, each length by itself, as there are far more of the longer ones.
 */
import type { RuleOptions } from './rules.ts'

export type Sides = Pick<RuleOptions, 'maxRight' | 'minLength' | 'leftAllowed' | 'rightAllowed'>

/**
 * Ways to choose a left and a right side of `length` items together.
 *
 * @param items that are frequent by themselves
 * @returns a whole number as exact as a double; it may be Infinity
 */
export function possibleRules(
  length: number,
  items: number,
  { maxRight, minLength, leftAllowed, rightAllowed }: Sides,
): number {
  let [left, right, both] = [0, 0, 0]
  for (let rank = 0; rank < items; rank++) {
    const mayBeLeft = leftAllowed?.[rank] !== 0
    const mayBeRight = rightAllowed?.[rank] !== 0
    if (mayBeLeft) left++
    if (mayBeRight) right++
    if (mayBeLeft && mayBeRight) both++
  }
  let ways = 0
  const mostRight = Math.min(maxRight, length - (minLength === 1 ? 0 : 1))
  for (let onRight = 1; onRight <= mostRight; onRight++) {
    // Of the items that may be on either side, those on the right are no longer there for the left.
    for (let shared = 0; shared <= onRight; shared++) {
      ways +=
        choose(both, shared) *
        choose(right - both, onRight - shared) *
        choose(left - shared, length - onRight)
    }
  }
  return ways
}

function choose(of: number, some: number): number {
  if (some > of) return 0
  let ways = 1
  for (let i = 0; i < some; i++) ways = (ways * (of - i)) / (i + 1)
  return ways
}
