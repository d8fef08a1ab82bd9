/**
 * Mean and standard deviation of numbers that come one by one.
 *
 * The mean is of a sum with its rounding errors carried along (Neumaier 1974), the squares about a running mean
 * (Welford 1962): both within a unit or two in the last place of the exact value, for the same bits every time
 * that the numbers come in the same order.
 */
export class Moments {
  #count = 0
  #sum = 0
  #lost = 0
  #running = 0
  #squares = 0

  add(value: number): void {
    this.#count++
    const sum = this.#sum + value
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum
    this.#sum = sum
    const before = value - this.#running
    this.#running += before / this.#count
    this.#squares += before * (value - this.#running)
  }

  /** Undefined where there was no number. */
  get mean(): number | undefined {
    return this.#count === 0 ? undefined : (this.#sum + this.#lost) / this.#count
  }

  /** Of a sample (n − 1), as pandas' std; undefined for fewer than two numbers. */
  get sd(): number | undefined {
    return this.#count < 2 ? undefined : Math.sqrt(this.#squares / (this.#count - 1))
  }
}
