/**
 * What a command found out, before anyone decides how to print it.
 *
 * `input`, `params`, `result` and `warnings` are the JSON report of the contract. `view` is the same for a
 * person: blocks in reading order, which write/ turns into a terminal text, Markdown or HTML. Both come
 * from the same numbers; neither holds a time or a duration, so a report is the same bytes each time.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface Report {
  readonly command: string
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  /** The keys that CLI.md names for this command. */
  readonly result: { readonly [key: string]: Json }
  readonly warnings: readonly Warning[]
  readonly view: readonly Block[]
}

export interface ReportInput {
  readonly files: readonly string[]
  readonly rows: number
  readonly columns: number
  readonly rows_used: number
  readonly columns_used: readonly string[]
  /** Rows that are not in the output or took no part, by reason. */
  readonly dropped: { readonly [reason: string]: number }
}

export interface Warning {
  /** Stable and lower case, for programs: `key_column_left_out`. */
  readonly code: string
  readonly message: string
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | TableBlock
  | BarsBlock
  | TreeBlock
  | TimelineBlock

export interface TableBlock {
  readonly kind: 'table'
  readonly caption?: string
  readonly columns: readonly { readonly name: string; readonly align?: 'left' | 'right' }[]
  /** Cells as they are to be read: numbers already rounded for people, text as it is; null prints as a dash. */
  readonly rows: readonly (readonly (string | null)[])[]
}

export interface BarsBlock {
  readonly kind: 'bars'
  readonly caption?: string
  /** value ≥ 0 sets the length of the bar; `text` stands at its end. */
  readonly bars: readonly { readonly label: string; readonly value: number; readonly text: string }[]
}

/** A tree of questions, drawn with a line a node. */
export interface TreeBlock {
  readonly kind: 'tree'
  readonly caption?: string
  /** What the parts of the mixes stand for, in their order; none where a mix is one part of a whole. */
  readonly parts: readonly string[]
  readonly root: TreeLine
}

export interface TreeLine {
  /** The answer that leads here. */
  readonly label: string
  readonly text: string
  /** Parts that sum to at most 1: of `parts`, or a single one. */
  readonly mix: readonly number[]
  readonly children: readonly TreeLine[]
}

/** A series over time, and what is expected of it with a band around. */
export interface TimelineBlock {
  readonly kind: 'timeline'
  readonly caption?: string
  /** One a period; null where there is none. */
  readonly actual: readonly (number | null)[]
  /** One a period after those; each between its lower and upper. */
  readonly expected: readonly number[]
  readonly lower: readonly number[]
  readonly upper: readonly number[]
  /** What the first period, the first expected one and the last one are called. */
  readonly names: readonly [string, string, string]
}
