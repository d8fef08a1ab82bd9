/** The search of eclat in plain TypeScript, on lists of baskets. */
import type { EclatKernel, EclatQuestion, EclatSearch } from './eclat.ts'

export const plainEclat: EclatKernel = (question) => new PlainEclat(question)

/** An item that may extend a prefix, and the baskets that hold both, ascending. */
interface Extension {
  readonly rank: number
  readonly baskets: readonly number[]
}

class PlainEclat implements EclatSearch {
  readonly #question: EclatQuestion
  readonly #items: readonly Extension[]
  #found = 0
  #parent: number[] = []
  #rank: number[] = []
  #count: number[] = []

  constructor(question: EclatQuestion) {
    this.#question = question
    const { start, item, rankOf, count } = question
    const lists = Array.from(count, (): number[] => [])
    for (let b = 0; b + 1 < start.length; b++) {
      for (let e = start[b] as number; e < (start[b + 1] as number); e++) {
        lists[rankOf[item[e] as number] as number]?.push(b)
      }
    }
    this.#items = lists.map((baskets, rank) => ({ rank, baskets }))
  }

  item(rank: number): void {
    this.#extend(-1, 0, this.#items.slice(rank))
  }

  finish(): void {
    this.#question.take(
      Int32Array.from(this.#parent),
      Int32Array.from(this.#rank),
      Int32Array.from(this.#count),
    )
    this.#parent = []
    this.#rank = []
    this.#count = []
  }

  /** @param prefix its number, −1 for none @param extensions of which the first is taken, the others are behind it */
  #extend(prefix: number, length: number, [first, ...others]: readonly Extension[]): void {
    if (first === undefined) return
    this.#parent.push(prefix)
    this.#rank.push(first.rank)
    this.#count.push(first.baskets.length)
    const itemset = this.#found++
    const { minCount, maxLength } = this.#question
    if (length + 1 >= maxLength) return
    const inFirst = new Set(first.baskets)
    const inner = others
      .map(({ rank, baskets }) => ({ rank, baskets: baskets.filter((basket) => inFirst.has(basket)) }))
      .filter(({ baskets }) => baskets.length >= minCount)
    inner.forEach((_, i) => {
      this.#extend(itemset, length + 1, inner.slice(i))
    })
  }
}
