/** Near misses: what a person probably meant. */

/**
 * The candidate nearest to a misspelt word, when it is near enough to be worth asking about: at most a third
 * of its letters differ, and one at least is right, by Damerau–Levenshtein distance (optimal string alignment),
 * case aside.
 */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.min(Math.max(1, Math.floor(word.length / 3)) + 1, word.length)
  for (const candidate of candidates) {
    const distance = alignmentDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** `; did you mean "income"?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const near = closest(word, candidates)
  return near === undefined ? '' : `; did you mean "${near}"?`
}

function alignmentDistance(a: string, b: string): number {
  let before: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
        swapped ? (before[j - 2] as number) + 1 : Infinity,
      )
    }
    before = last
    last = row
  }
  return last[b.length] as number
}
