/**
 * Whether rules may be chance: their p-values, and those corrected for how many there are.
 *
 * Fisher's exact test, one-sided: of n baskets c hold the right side and a the left one; how likely do x of these hold both?
 * kernels/plain-fisher.ts has the formulae.
 */
import { descendingOrder } from '../base/order.ts'
import { wasmFisher } from '../kernels/wasm-fisher.ts'
import type { RuleGroups } from './rule-groups.ts'

export { fisherGreater } from '../kernels/plain-fisher.ts'

/** The p-value of each group. */
export function fisherOfGroups({ n, a, c, x }: Pick<RuleGroups, 'n' | 'a' | 'c' | 'x'>): Float64Array {
  return wasmFisher(n, a, c, x)
}

/**
 * p-values corrected for how many there are, so that of those below a level at most that share is chance.
 *
 * @param times how often each of them stands; once where it is not said
 * @param tests how many there are in all, where these are the smallest of more
 *
 * Benjamini & Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57(1), 1995; as R's p.adjust("BH").
 */
export function falseDiscoveryRates(
  p: Float64Array,
  { times, tests }: { readonly times?: Int32Array; readonly tests?: number } = {},
): Float64Array {
  const order = descendingOrder(p)
  const adjusted = new Float64Array(p.length)
  const given = times?.reduce((sum, one) => sum + one, 0) ?? p.length
  const all = Math.max(given, tests ?? 0)
  let least = 1
  // Of those with the same p the first to come has the smallest factor.
  let before = 0
  for (let place = 0; place < order.length; place++) {
    const i = order[place] as number
    const one = p[i] as number
    least = Math.min(least, one === 0 ? 0 : (all / (given - before)) * one)
    adjusted[i] = least
    before += times?.[i] ?? 1
  }
  return adjusted
}
