/**
 * Lines of a CSV file picked and joined as bytes: rows that go out as they came need no engine to part them into
 * cells and put them together again.
 *
 * In:  blocks of whole lines of a file that the scan has found sound (every record one line, all as wide), and what
 *      is to become of them: rows with enough of their cells are kept; then they go out, or are the right or the
 *      left side of a join on equal keys.
 * Out: CSV text as the engine would write it: LF, cells quoted where they hold the delimiter, a quote, a line end or
 *      `#`, or are a quoted empty text (`""`, which is no missing cell), and nowhere else.
 * Cost: one pass a side. The right side is held: its cells and some 40 bytes a row.
 *
 * Joining goes by a hash table of the right side's keys (DeWitt et al., "Implementation techniques for main memory
 * database systems", SIGMOD 1984: the classic hash join); rows of one key are chained in their order, so that rows
 * come out in the order of the left side, then of the right, as pandas.merge has them.
 */

/** How the records of a file are written. */
export interface LineShape {
  /** One byte. */
  readonly delimiter: number
  /** 34, or 0 where the file has no quoting. */
  readonly quote: number
  readonly columns: number
}

/** Which cells are missing. Empty ones are, quoted or not. */
export interface MissingTexts {
  /** UTF-8. */
  readonly texts: readonly Uint8Array[]
  /** So are cells of nothing but blanks (U+0020). */
  readonly blanks: boolean
}

/** A row is kept where at least `least` of the cells looked at are there. */
export interface LineFilter {
  /** Of each column: 0 not looked at, 1 missing where empty, 2 missing also where it is one of the texts. */
  readonly looks: Uint8Array
  readonly least: number
}

/** A side of a join, or a file whose rows are picked. */
export interface LineSide {
  readonly shape: LineShape
  readonly missing: MissingTexts
  readonly filter: LineFilter | undefined
}

export interface LineKey {
  readonly place: number
  /** Texts of `missing` are no keys. */
  readonly hasTexts: boolean
}

export interface LineKernel {
  /** The lines to come are picked. @param delimiter of the output */
  select(side: LineSide, delimiter: number): void
  /**
   * The lines to come are the right side of a join; to be called once, before probe and alone.
   *
   * @param added places of the cells that stand behind a left row
   * @param rows at least as many as there are
   * @param step of so many rows, one has its key kept for sampledKeys
   */
  build(
    side: LineSide,
    keys: readonly LineKey[],
    added: readonly number[],
    delimiter: number,
    rows: number,
    step: number,
  ): void
  /** The lines to come are the left side. @param keepUnmatched rows that meet nothing stay, with empty cells behind */
  probe(side: LineSide, keys: readonly LineKey[], keepUnmatched: boolean): void
  /** Of the first `rows` lines to come the keys that meet nothing are wanted, `most` of them. */
  alone(side: LineSide, keys: readonly LineKey[], rows: number, most: number): void

  /**
   * Behind the rows to come stands text of their own, cells with their delimiters; after `select` alone. To be given
   * again as often as run stops because it is used up (`leftBehind` is 0 then).
   *
   * @param ends where in the text that of each row ends
   */
  behind(text: Uint8Array, ends: Uint32Array): void
  /** Rows whose text has not been used. */
  readonly leftBehind: number

  /** Where to put lines, at least `size` bytes; valid until the next call of anything. */
  room(size: number): Uint8Array
  /**
   * Takes the lines in the room from `from` to `length`.
   *
   * @returns where it stands: `length`, or before it when the text so far has to be taken first
   */
  run(from: number, length: number): number
  /** The text since the last call of run; valid until the next call of anything. */
  text(): Uint8Array
  /** Keys that `alone` found in the last call of run, in their order; each a text a key column. */
  aloneKeys(): string[][]
  /** Keys of the right side, one of each stretch of `step` rows. */
  sampledKeys(): string[][]

  /** Of the lines since select, build, probe or alone. */
  readonly rowsIn: number
  readonly rowsOut: number
  /** A record is not as the scan found it: the file has been written to since. */
  readonly changed: boolean
}
