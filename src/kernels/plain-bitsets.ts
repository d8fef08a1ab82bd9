/** bitsets.ts in plain TypeScript: what the compiled kernel is held to, and what runs where there is no SIMD. */
import { NO_BIT, type Bitsets } from './bitsets.ts'

export class PlainBitsets implements Bitsets {
  words = new Uint32Array(1 << 12)

  reserve(words: number): void {
    if (words <= this.words.length) return
    const larger = new Uint32Array(Math.max(words, this.words.length * 2))
    larger.set(this.words)
    this.words = larger
  }

  meet(
    one: number,
    others: number,
    count: number,
    length: number,
    weights: number,
    least: number,
    target: number,
    kept: number,
  ): number {
    const { words } = this
    let found = 0
    for (let other = 0; other < count; other++) {
      const from = others + other * length
      const to = target + found * length
      let weight = 0
      for (let w = 0; w < length; w++) {
        const both = (words[one + w] as number) & (words[from + w] as number)
        words[to + w] = both
        weight += bitsIn(both) * (weights < 0 ? 1 : (words[weights + w] as number))
      }
      if (weight < least) continue
      words[kept + 2 * found] = other
      words[kept + 2 * found + 1] = weight
      found++
    }
    return found
  }

  isWithinAny(one: number, others: number, count: number, length: number): boolean {
    const { words } = this
    for (let other = 0; other < count; other++) {
      const place = words[others + other] as number
      let w = 0
      while (w < length && ((words[one + w] as number) & ~(words[place + w] as number)) === 0) w++
      if (w === length) return true
    }
    return false
  }

  meetsAny(
    one: number,
    others: number,
    count: number,
    length: number,
    weights: number,
    least: number,
  ): boolean {
    const { words } = this
    for (let other = 0; other < count; other++) {
      const place = words[others + other] as number
      let weight = 0
      for (let w = 0; w < length; w++) {
        const both = (words[one + w] as number) & (words[place + w] as number)
        weight += bitsIn(both) * (weights < 0 ? 1 : (words[weights + w] as number))
      }
      if (weight >= least) return true
    }
    return false
  }

  narrow(set: number, from: number, length: number, target: number): void {
    const { words } = this
    for (let w = 0; w < length; w++) {
      let word = 0
      for (let bit = 0; bit < 32; bit++) {
        const old = words[from + 32 * w + bit] as number
        if (old === NO_BIT) continue
        word |= (((words[set + (old >>> 5)] as number) >>> (old & 31)) & 1) << bit
      }
      words[target + w] = word
    }
  }
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
