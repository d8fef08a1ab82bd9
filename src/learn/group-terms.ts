/**
 * Class-based TF-IDF: the terms that tell groups of texts apart.
 *
 * In:  how often each term occurs in each text, and the group of each text.
 * Out: for each group its terms with a score, the texts of the group that hold them, and how that compares with all
 *      other groups. The highest score first, then by code point.
 * Cost: O(different terms of all texts), and a sort of the terms of each group.
 *
 * Score of term t in group g: tf(t, g) · ln(1 + A / f(t)), where tf is the share of t among the terms of g, f(t) how
 * often t occurs in all groups, and A how many terms a group has on average. Grootendorst, "BERTopic: neural topic
 * modeling with a class-based TF-IDF procedure", arXiv 2203.05794. The package of that name cuts A to a whole number;
 * the paper and this do not.
 */
import { descendingOrder } from '../base/order.ts'
import type { SparseRows } from './terms.ts'

export interface TermsOfGroup {
  /** Texts of the group. */
  readonly texts: number
  /** Places of the terms in the vocabulary. */
  readonly terms: Int32Array
  /** For each of them: texts of the group that hold it, texts of all other groups, and the score. */
  readonly df: Int32Array
  readonly dfElsewhere: Int32Array
  readonly score: Float64Array
}

/**
 * @param blocks counts of the texts, with the terms by their place in the vocabulary
 * @param groups for each text its group 0 … groupCount − 1, below 0 where it has none
 */
export function termsOfGroups(
  blocks: readonly SparseRows<Float64Array>[],
  groups: Int32Array,
  groupCount: number,
  vocabulary: number,
): TermsOfGroup[] {
  const counts = countByGroup(blocks, groups, groupCount, vocabulary)
  const times = new Float64Array(vocabulary)
  const df = new Int32Array(vocabulary)
  let all = 0
  for (const group of counts) {
    group.terms.forEach((term, i) => {
      times[term] = (times[term] as number) + (group.times[i] as number)
      df[term] = (df[term] as number) + (group.df[i] as number)
      all += group.times[i] as number
    })
  }
  const average = all / groupCount
  return counts.map((group) => scored(group, times, df, average))
}

interface GroupCounts {
  readonly texts: number
  readonly terms: Int32Array
  readonly df: Int32Array
  readonly times: Float64Array
}

function countByGroup(
  blocks: readonly SparseRows<Float64Array>[],
  groups: Int32Array,
  groupCount: number,
  vocabulary: number,
): GroupCounts[] {
  const textsOf = textsByGroup(blocks, groups, groupCount)
  const times = new Float64Array(vocabulary)
  const df = new Int32Array(vocabulary)
  return textsOf.map((texts) => {
    const met: number[] = []
    for (const { rows, text } of texts) {
      for (let e = rows.start[text] as number; e < (rows.start[text + 1] as number); e++) {
        const term = rows.column[e] as number
        if (df[term] === 0) met.push(term)
        df[term] = (df[term] as number) + 1
        times[term] = (times[term] as number) + (rows.value[e] as number)
      }
    }
    const terms = Int32Array.from(met).sort()
    const counted = {
      texts: texts.length,
      terms,
      df: terms.map((term) => df[term] as number),
      times: Float64Array.from(terms, (term) => times[term] as number),
    }
    for (const term of terms) {
      df[term] = 0
      times[term] = 0
    }
    return counted
  })
}

interface TextAt {
  readonly rows: SparseRows<Float64Array>
  /** Its place in the block. */
  readonly text: number
}

function textsByGroup(
  blocks: readonly SparseRows<Float64Array>[],
  groups: Int32Array,
  groupCount: number,
): TextAt[][] {
  const texts = Array.from({ length: groupCount }, (): TextAt[] => [])
  let at = 0
  for (const rows of blocks) {
    for (let text = 0; text + 1 < rows.start.length; text++) {
      const group = groups[at++] as number
      if (group >= 0) texts[group]?.push({ rows, text })
    }
  }
  return texts
}

function scored(group: GroupCounts, times: Float64Array, df: Int32Array, average: number): TermsOfGroup {
  const all = group.times.reduce((sum, some) => sum + some, 0)
  const score = Float64Array.from(group.terms, (term, i) => {
    const share = (group.times[i] as number) / all
    return share * Math.log1p(average / (times[term] as number))
  })
  const order = descendingOrder(score)
  return {
    texts: group.texts,
    terms: order.map((i) => group.terms[i] as number),
    df: order.map((i) => group.df[i] as number),
    dfElsewhere: order.map((i) => (df[group.terms[i] as number] as number) - (group.df[i] as number)),
    score: Float64Array.from(order, (i) => score[i] as number),
  }
}
