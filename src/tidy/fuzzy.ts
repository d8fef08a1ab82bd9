/**
 * Rows that are nearly equal: the same customer, typed twice.
 *
 * In:  columns to compare and columns to block by.
 * Out: SQL of the texts that differ, of the pairs among them that are alike, and the groups that follow.
 * Cost: a comparison for every pair of different texts in a block, ten million a second; hence the blocks and
 *       the limit. Rows with equal texts cost nothing.
 *
 * Alike: Jaro–Winkler similarity (Winkler 1990) of at least the threshold, of the columns joined by a space,
 * lower-cased and without the blanks at their ends. Rows are one customer when a chain of alike pairs joins them.
 */
export const MOST_PAIRS = 100_000_000

export interface FuzzyKeys {
  /** SQL of what is compared; NULL or '' in a row that takes no part. */
  readonly text: string
  /** SQL of the block: only rows of one block are compared, a row whose block is missing with none. */
  readonly block: string
}

/**
 * @param cells  SQL of the columns to compare, NULL where missing
 * @param blocks SQL of the columns to block by, NULL where missing; none: the first letter of what is compared
 */
export function fuzzyKeys(cells: readonly string[], blocks: readonly string[]): FuzzyKeys {
  const text = `lower(trim(concat_ws(' ', ${cells.map((cell) => `nullif(trim(${cell}), '')`).join(', ')})))`
  const given = blocks.map((block) => `lower(trim(${block}))`)
  return { text, block: given.length === 0 ? `substr(${text}, 1, 1)` : given.join(` || chr(31) || `) }
}

/** The different texts of each block: `id` = 0 … in the order of their first rows, `block`, `label`, `first_row`. */
export function distinctTexts({ text, block }: FuzzyKeys, keyed: string): string {
  return (
    `select row_number() over (order by first_row) - 1 as id, * from (` +
    `select ${block} as block, ${text} as label, min(k) as first_row from ${keyed} group by all) ` +
    `where label <> '' and block is not null`
  )
}

/** How many pairs the largest blocks make, largest first: block, pairs; the first row is of all of them. */
export function pairCounts(texts: string): string {
  return (
    `select null, sum(pairs) from (select count(*) * (count(*) - 1) / 2 as pairs from ${texts} group by block) union all ` +
    `(select block, count(*) * (count(*) - 1) / 2 as pairs from ${texts} group by block order by pairs desc, block limit 1)`
  )
}

/** Pairs of ids that are alike. */
export function alikePairs(texts: string, threshold: number): string {
  return (
    `select cast(a.id as double), cast(b.id as double) from ${texts} a join ${texts} b on a.block = b.block ` +
    `where a.id < b.id and jaro_winkler_similarity(a.label, b.label) >= ${threshold}`
  )
}

/** Sets that grow together: union by smallest member, paths halved (Tarjan & van Leeuwen 1984). */
export class Groups {
  readonly #parent: Int32Array

  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i)
  }

  /** The smallest member of the set that i is in. */
  smallest(i: number): number {
    const parent = this.#parent
    let at = i
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number
      at = parent[at] as number
    }
    return at
  }

  join(a: number, b: number): void {
    const [low, high] = [this.smallest(a), this.smallest(b)].sort((x, y) => x - y) as [number, number]
    this.#parent[high] = low
  }
}

/**
 * SQL: the rows with `original` beside them, the row number of the first row of their group; NULL in rows that
 * took no part.
 *
 * @param texts  of `distinctTexts`, kept
 * @param groups columns k (the id) and c0 (the id of the first text of its group)
 */
export function withOriginal(
  { text, block }: FuzzyKeys,
  texts: string,
  groups: string,
): (source: string) => string {
  const firsts =
    `(select t.block, t.label, o.first_row as original from ${texts} t ` +
    `join ${groups} g on g.k = t.id join ${texts} o on o.id = g.c0)`
  return (source) =>
    `(select s.*, o.original from ${source} s left join ${firsts} o on o.block = ${block} and o.label = ${text})`
}
