/**
 * The lowest point of a function of a few variables, without derivatives.
 *
 * In:  a function, a start, and how far to look first in each direction. Where the function is not defined it gives
 *      Infinity, which keeps the search inside its bounds.
 * Out: the best point seen and the value there. The same bits every time.
 * Cost: one call of the function an evaluation, and nothing is allocated in between.
 *
 * Nelder & Mead, "A simplex method for function minimization", The Computer Journal 7(4), 1965, with the usual
 * coefficients (reflect 1, expand 2, contract ½, shrink ½).
 */
export interface Lowest {
  readonly x: Float64Array
  readonly value: number
}

export interface SearchLimits {
  /** The search ends when the values at the corners differ by less than this. */
  readonly tolerance: number
  /** Calls of the function. */
  readonly evaluations: number
}

/**
 * @param start as many variables as the function takes; the function should be finite there
 * @param steps first step in each variable; not 0
 */
export function lowest(
  valueAt: (x: Float64Array) => number,
  start: ArrayLike<number>,
  steps: ArrayLike<number>,
  { tolerance, evaluations }: SearchLimits,
): Lowest {
  const p = start.length
  const corners = Array.from({ length: p + 1 }, (_, i) => {
    const corner = Float64Array.from(start)
    if (i > 0) corner[i - 1] = (corner[i - 1] as number) + (steps[i - 1] as number)
    return corner
  })
  const values = Float64Array.from(corners, valueAt)
  const center = new Float64Array(p)
  const trial = new Float64Array(p)
  const further = new Float64Array(p)
  let calls = p + 1
  for (;;) {
    let best = 0
    let worst = 0
    for (let i = 1; i <= p; i++) {
      if ((values[i] as number) < (values[best] as number)) best = i
      if ((values[i] as number) >= (values[worst] as number)) worst = i
    }
    const low = values[best] as number
    const high = values[worst] as number
    if (p === 0 || calls >= evaluations || high - low < tolerance || low === -Infinity) {
      return { x: corners[best] as Float64Array, value: low }
    }
    let second = low
    center.fill(0)
    for (let i = 0; i <= p; i++) {
      if (i === worst) continue
      if ((values[i] as number) > second) second = values[i] as number
      const corner = corners[i] as Float64Array
      for (let j = 0; j < p; j++) center[j] = (center[j] as number) + (corner[j] as number) / p
    }
    const away = corners[worst] as Float64Array
    const reflected = valueAt(between(center, away, -1, trial))
    calls++
    if (reflected < low) {
      const expanded = valueAt(between(center, away, -2, further))
      calls++
      away.set(expanded < reflected ? further : trial)
      values[worst] = Math.min(expanded, reflected)
    } else if (reflected < second) {
      away.set(trial)
      values[worst] = reflected
    } else {
      const outside = reflected < high
      const contracted = valueAt(between(center, away, outside ? -0.5 : 0.5, further))
      calls++
      if (contracted < (outside ? reflected : high)) {
        away.set(further)
        values[worst] = contracted
      } else {
        for (let i = 0; i <= p; i++) {
          if (i === best) continue
          const corner = corners[i] as Float64Array
          between(corners[best] as Float64Array, corner, 0.5, corner)
          values[i] = valueAt(corner)
          calls++
        }
      }
    }
  }
}

/** from + share · (to − from), written into `result`. */
function between(from: Float64Array, to: Float64Array, share: number, result: Float64Array): Float64Array {
  for (let j = 0; j < from.length; j++) {
    result[j] = (from[j] as number) + share * ((to[j] as number) - (from[j] as number))
  }
  return result
}
