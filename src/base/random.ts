/**
 * Seeded random numbers: numpy's legacy generator, number for number.
 *
 * In:  a seed, a whole number in 0 … 2³²−1.
 * Out: the same sequence that `numpy.random.RandomState(seed)` gives, so that what scikit-learn draws can be drawn
 *      here too, and the same on every machine.
 * Cost: 2.5 KB of state; a few nanoseconds a number.
 *
 * Generator: Matsumoto & Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998 (MT19937, seeded by init_genrand).
 * Derived draws follow numpy/random/mtrand.pyx and legacy-distributions.c.
 */
const stateLength = 624
const middle = 397

export class RandomState {
  readonly #state = new Uint32Array(stateLength)
  #next = stateLength

  /** @throws {RangeError} when the seed is not a whole number in 0 … 2³²−1 */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`a seed is a whole number from 0 to 4294967295, not ${seed}`)
    }
    const state = this.#state
    state[0] = seed
    for (let i = 1; i < stateLength; i++) {
      const before = state[i - 1] as number
      state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i
    }
  }

  /** A whole number in 0 … 2³²−1. */
  uint32(): number {
    if (this.#next === stateLength) this.#refill()
    let y = this.#state[this.#next++] as number
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  /** A double in [0, 1) with 53 random bits: `random_sample()`. */
  random(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  /**
   * A whole number in 0 … n−1: `randint(n)`, by throwing away what does not fit under a mask.
   *
   * @param n 1 … 2³²; for 1 nothing is drawn
   */
  below(n: number): number {
    const most = n - 1
    if (most === 0) return 0
    const mask = 0xffffffff >>> Math.clz32(most)
    for (;;) {
      const drawn = (this.uint32() & mask) >>> 0
      if (drawn <= most) return drawn
    }
  }

  /**
   * One index, each with its probability: `choice(len(p), p=p)`.
   *
   * @param p weights ≥ 0 that sum to about 1
   */
  choice(p: Float64Array): number {
    return firstAbove(cumulative(p), this.random())
  }

  /**
   * `count` different indices, each with its probability: `choice(len(p), count, replace=False, p=p)`.
   *
   * @param p     weights ≥ 0 that sum to about 1, at least `count` of them above 0
   * @param count 0 … p.length
   */
  choiceOfSeveral(p: Float64Array, count: number): Int32Array {
    const left = p.slice()
    const found = new Int32Array(count)
    const taken = new Set<number>()
    while (taken.size < count) {
      const draws = Array.from({ length: count - taken.size }, () => this.random())
      for (const index of taken) left[index] = 0
      const cdf = cumulative(left)
      for (const draw of draws) {
        const index = firstAbove(cdf, draw)
        if (taken.has(index)) continue // drawn twice in this round: the next round makes up for it
        found[taken.size] = index
        taken.add(index)
      }
    }
    return found
  }

  #refill(): void {
    const state = this.#state
    for (let i = 0; i < stateLength; i++) {
      const y = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % stateLength] as number) & 0x7fffffff)
      const odd = y & 1 ? 0x9908b0df : 0
      state[i] = (state[(i + middle) % stateLength] as number) ^ (y >>> 1) ^ odd
    }
    this.#next = 0
  }
}

/** Running sums of p over their total. */
export function cumulative(p: Float64Array): Float64Array {
  const sums = new Float64Array(p.length)
  let sum = 0
  for (let i = 0; i < p.length; i++) sums[i] = sum += p[i] as number
  for (let i = 0; i < p.length; i++) sums[i] = (sums[i] as number) / sum
  return sums
}

/** Index of the first entry above x in an ascending array; its length when there is none. */
export function firstAbove(ascending: Float64Array, x: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const mid = (low + high) >>> 1
    if ((ascending[mid] as number) > x) high = mid
    else low = mid + 1
  }
  return low
}
