/**
 * Tokens to terms: single tokens and n-grams, counted in each text.
 *
 * In:  blocks of tokens by number, what each number stands for, and the lengths of n-grams.
 * Out: for each text its terms and how often each occurs in it, as rows of a sparse matrix; for each term the texts
 *      that it occurs in and how often it occurs in all.
 * Cost: O(tokens · lengths); 8 bytes for each different term of each text, 16 bytes a term. No text of a term is made.
 *
 * A term is a node of a tree: a token is a node of its own number, an n-gram is its first n − 1 tokens and the last
 * one. So the order of all terms by code point is a walk through the tree with the children of a node in the order of
 * their tokens, provided that the joint between tokens sorts before all that tokens are made of.
 */
import { allAtOnce, shared, type Steps, type Task } from '../base/steps.ts'
import { sharedInt32 } from '../kernels/shared.ts'
import { BOUNDARY, type TokenBlock } from './tokens.ts'

export interface NgramRules {
  readonly from: number
  readonly to: number
  /** As char_wb has it: a word that is shorter than an n-gram is one as a whole, once. */
  readonly shortWords: boolean
}

/** How many there are of the tokens that a block holds. */
interface TermJob {
  readonly tokens: Int32Array
  readonly ends: Int32Array
  /** For each number in the block the token that it stands for; DROPPED for those left out. */
  readonly standsFor: Int32Array
}

interface TermCommon extends NgramRules {
  /** Tokens of all blocks. */
  readonly vocabulary: number
}

export const DROPPED = -1

/** Row i has value[e] in column[e] for e in start[i] … start[i+1]−1; every other entry is 0. */
export interface SparseRows<Values extends Int32Array | Float64Array> {
  readonly start: Int32Array
  readonly column: Int32Array
  readonly value: Values
}

/** Of one block: nodes from `vocabulary` on are its own, each made of `parents` and `lasts`. */
interface TermBlock {
  readonly rows: SparseRows<Int32Array>
  readonly parents: Int32Array
  readonly lasts: Int32Array
  readonly tokens: number
  readonly emptyTexts: number
}

export const termsOfTokens: Task<TermCommon, TermJob, TermBlock> = {
  name: 'tfidf/terms',
  run(common, job) {
    const counter = new Counter(common.vocabulary, job.tokens.length)
    const { tokens, ends, standsFor } = job
    const kept = new Int32Array(longestText(ends))
    let from = 0
    let all = 0
    let emptyTexts = 0
    for (let text = 0; text < ends.length; text++) {
      const end = ends[text] as number
      let length = 0
      let words = 0
      for (let i = from; i < end; i++) {
        const number = tokens[i] as number
        const token = number === BOUNDARY ? BOUNDARY : (standsFor[number] as number)
        if (number !== BOUNDARY && token === DROPPED) continue
        if (number !== BOUNDARY) words++
        kept[length++] = token
      }
      from = end
      all += words
      if (words === 0) emptyTexts++
      countNgrams(counter, kept, length, common)
      counter.endText()
    }
    return { ...counter.finish(), tokens: all, emptyTexts }
  },
}

function longestText(ends: Int32Array): number {
  let longest = 0
  let from = 0
  for (let text = 0; text < ends.length; text++) {
    const end = ends[text] as number
    longest = Math.max(longest, end - from)
    from = end
  }
  return longest
}

function countNgrams(counter: Counter, tokens: Int32Array, length: number, rules: NgramRules): void {
  if (rules.from === 1 && rules.to === 1) {
    for (let i = 0; i < length; i++) if (tokens[i] !== BOUNDARY) counter.count(tokens[i] as number)
    return
  }
  for (let begin = 0; begin < length;) {
    let end = begin
    while (end < length && tokens[end] !== BOUNDARY) end++
    countInWord(counter, tokens, begin, end, rules)
    begin = end + 1
  }
}

function countInWord(
  counter: Counter,
  tokens: Int32Array,
  begin: number,
  end: number,
  { from, to, shortWords }: NgramRules,
): void {
  for (let i = begin; i < end; i++) {
    let node = tokens[i] as number
    for (let n = 1; ; n++) {
      if (n >= from) counter.count(node)
      if (n === to || i + n >= end) break
      node = counter.child(node, tokens[i + n] as number)
    }
    // The whole word, where it is shorter than any n-gram.
    if (shortWords && i === begin && end - begin < from) counter.count(node)
  }
}

/** Counts the terms of one text after another. */
class Counter {
  readonly #vocabulary: number
  /** Of the n-grams: node vocabulary + i is made of parents[i] and lasts[i]. */
  readonly #ngrams = new NgramTable()
  /** By node, its entry in the text that it was last seen in, from 1; 0 for a node not yet seen. */
  #entry: Int32Array
  readonly #start: number[] = [0]
  #column: Int32Array
  #count: Int32Array
  #length = 0

  constructor(vocabulary: number, room: number) {
    this.#vocabulary = vocabulary
    this.#entry = new Int32Array(vocabulary)
    this.#column = new Int32Array(Math.max(room, 16))
    this.#count = new Int32Array(Math.max(room, 16))
  }

  child(parent: number, last: number): number {
    return this.#vocabulary + this.#ngrams.put(parent, last)
  }

  count(node: number): void {
    if (node >= this.#entry.length) {
      this.#entry = longer(this.#entry, new Int32Array(Math.max(node + 1, this.#entry.length * 2)))
    }
    const from = this.#start[this.#start.length - 1] as number
    const entry = this.#entry[node] as number
    if (entry > from) {
      this.#count[entry - 1] = (this.#count[entry - 1] as number) + 1
      return
    }
    if (this.#length === this.#column.length) this.#growEntries()
    this.#column[this.#length] = node
    this.#count[this.#length++] = 1
    this.#entry[node] = this.#length
  }

  endText(): void {
    this.#start.push(this.#length)
  }

  finish(): Omit<TermBlock, 'tokens' | 'emptyTexts'> {
    const start = sharedInt32(this.#start.length)
    start.set(this.#start)
    const column = sharedInt32(this.#length)
    column.set(this.#column.subarray(0, this.#length))
    const value = sharedInt32(this.#length)
    value.set(this.#count.subarray(0, this.#length))
    return { rows: { start, column, value }, ...this.#ngrams.made() }
  }

  #growEntries(): void {
    this.#column = longer(this.#column, new Int32Array(this.#length * 2))
    this.#count = longer(this.#count, new Int32Array(this.#length * 2))
  }
}

/** Pairs of a node and a token, each different one with the next number; open addressing, as token-table.ts. */
class NgramTable {
  #slots = new Int32Array(2048)
  #parents = new Int32Array(1024)
  #lasts = new Int32Array(1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  put(parent: number, last: number): number {
    const mask = this.#slots.length - 1
    for (let slot = mixed(parent, last) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] as number) - 1
      if (number < 0) return this.#added(slot, parent, last)
      if (this.#parents[number] === parent && this.#lasts[number] === last) return number
    }
  }

  made(): { parents: Int32Array; lasts: Int32Array } {
    return { parents: this.#parents.slice(0, this.#size), lasts: this.#lasts.slice(0, this.#size) }
  }

  #added(slot: number, parent: number, last: number): number {
    const number = this.#size++
    if (number === this.#parents.length) {
      this.#parents = longer(this.#parents, new Int32Array(number * 2))
      this.#lasts = longer(this.#lasts, new Int32Array(number * 2))
    }
    this.#parents[number] = parent
    this.#lasts[number] = last
    this.#slots[slot] = number + 1
    if (this.#size * 2 > this.#slots.length) this.#rehash()
    return number
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2)
    const mask = slots.length - 1
    for (let number = 0; number < this.#size; number++) {
      let slot = mixed(this.#parents[number] as number, this.#lasts[number] as number) & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}

function mixed(parent: number, last: number): number {
  const h = Math.imul(parent, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b)
  return h ^ (h >>> 15)
}

function longer<Values extends Int32Array | Float64Array>(values: Values, room: Values): Values {
  room.set(values)
  return room
}

/** The terms of all blocks, and what each block counted. */
export interface Terms {
  readonly vocabulary: number
  /** N-gram `vocabulary` + i is the node parents[i] and the token lasts[i]. */
  readonly parents: Int32Array
  readonly lasts: Int32Array
  /** By node. A node that is no more than the beginning of others occurs in 0 texts. */
  readonly df: Int32Array
  readonly total: Float64Array
  /** Tokens of all texts, those left out aside. */
  readonly tokens: number
  /** Texts without any. */
  readonly emptyTexts: number
  readonly texts: number
  readonly blocks: readonly CountedBlock[]
}

export interface CountedBlock {
  /** By the block's own nodes. */
  readonly rows: SparseRows<Int32Array>
  /** For each n-gram of the block its node among all. */
  readonly nodes: Int32Array
}

/**
 * @param standsFor for each block what its numbers stand for
 * @param vocabulary how many tokens there are
 */
export function* termSteps(
  blocks: readonly Pick<TokenBlock, 'tokens' | 'ends'>[],
  standsFor: readonly Int32Array[],
  vocabulary: number,
  rules: NgramRules,
): Steps<Terms> {
  const jobs = blocks.map(({ tokens, ends }, i) => ({ tokens, ends, standsFor: standsFor[i] as Int32Array }))
  const parts = yield* shared(termsOfTokens, { ...rules, vocabulary }, jobs)
  const ngrams = new NgramTable()
  const nodesOf = parts.map(({ parents, lasts }) => {
    const nodes = new Int32Array(parents.length)
    for (let i = 0; i < nodes.length; i++) {
      const parent = parents[i] as number
      const known = parent < vocabulary ? parent : (nodes[parent - vocabulary] as number)
      nodes[i] = vocabulary + ngrams.put(known, lasts[i] as number)
    }
    return nodes
  })
  const blocksCounted = parts.map(({ rows }, b) => ({ rows, nodes: nodesOf[b] as Int32Array }))
  return {
    vocabulary,
    ...ngrams.made(),
    ...occurrences(blocksCounted, vocabulary, ngrams.size),
    tokens: sumOf(parts, ({ tokens }) => tokens),
    emptyTexts: sumOf(parts, (part) => part.emptyTexts),
    texts: sumOf(parts, ({ rows }) => rows.start.length - 1),
    blocks: blocksCounted,
  }
}

/** By node: the texts that it occurs in, and how often it does in all. */
function occurrences(
  blocks: readonly CountedBlock[],
  vocabulary: number,
  ngrams: number,
): Pick<Terms, 'df' | 'total'> {
  const df = new Int32Array(vocabulary + ngrams)
  const total = new Float64Array(vocabulary + ngrams)
  for (const { rows, nodes } of blocks) {
    const { column, value } = rows
    for (let e = 0; e < column.length; e++) {
      const own = column[e] as number
      const node = own < vocabulary ? own : (nodes[own - vocabulary] as number)
      df[node] = (df[node] as number) + 1
      total[node] = (total[node] as number) + (value[e] as number)
    }
  }
  return { df, total }
}

function sumOf<Part>(parts: readonly Part[], count: (part: Part) => number): number {
  return parts.reduce((sum, part) => sum + count(part), 0)
}

export function termsOf(...given: Parameters<typeof termSteps>): Terms {
  return allAtOnce(termSteps(...given))
}

/** All nodes in the order of their terms. @param ranks of the tokens */
export function nodesInOrder({ vocabulary, parents, lasts }: Terms, ranks: Int32Array): Int32Array {
  const order = new Int32Array(vocabulary + parents.length)
  for (let token = 0; token < vocabulary; token++) order[ranks[token] as number] = token
  if (parents.length === 0) return order
  const { first, next } = childrenInOrder(vocabulary, parents, lasts, ranks)
  const tokens = order.slice(0, vocabulary)
  const path: number[] = []
  let at = 0
  for (const token of tokens) {
    for (let node = token; node >= 0;) {
      order[at++] = node
      if ((first[node] as number) >= 0) {
        path.push(node)
        node = first[node] as number
        continue
      }
      while (node >= vocabulary && (next[node] as number) < 0) node = path.pop() as number
      node = node < vocabulary ? -1 : (next[node] as number)
    }
  }
  return order
}

/** For each node its first child and its next sibling, −1 where there is none. */
function childrenInOrder(
  vocabulary: number,
  parents: Int32Array,
  lasts: Int32Array,
  ranks: Int32Array,
): { first: Int32Array; next: Int32Array } {
  const first = new Int32Array(vocabulary + parents.length).fill(-1)
  const next = new Int32Array(vocabulary + parents.length).fill(-1)
  // Those of the last token are put in front of the others first, so that in the end the first one stands there.
  const byLast = new Int32Array(vocabulary).fill(-1)
  const sameLast = new Int32Array(parents.length)
  for (let i = 0; i < parents.length; i++) {
    const rank = ranks[lasts[i] as number] as number
    sameLast[i] = byLast[rank] as number
    byLast[rank] = i
  }
  for (let rank = vocabulary - 1; rank >= 0; rank--) {
    for (let i = byLast[rank] as number; i >= 0; i = sameLast[i] as number) {
      const parent = parents[i] as number
      next[vocabulary + i] = first[parent] as number
      first[parent] = vocabulary + i
    }
  }
  return { first, next }
}

/** The tokens of a node's term. */
export function tokensOfNode({ vocabulary, parents, lasts }: Terms, node: number): number[] {
  const tokens: number[] = []
  let at = node
  for (; at >= vocabulary; at = parents[at - vocabulary] as number)
    tokens.push(lasts[at - vocabulary] as number)
  tokens.push(at)
  return tokens.reverse()
}
