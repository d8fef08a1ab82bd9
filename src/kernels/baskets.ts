/**
 * Cuts lines of text into baskets of numbered items.
 *
 * In:  whole lines as bytes, piece by piece, and items that were parted elsewhere; what parts items and ends lines.
 * Out: the baskets, and the different items in the order in which they were first met. An item is what stands between
 *      two delimiters, without the blanks around it; a basket holds it once however often it stands there.
 *
 * plain-baskets.ts says in plain TypeScript what wasm-baskets.ts does compiled; they agree in every number.
 */
export interface LineDialect {
  /** A byte; NO_BYTE where a line is one item. */
  readonly delimiter: number
  readonly lineEnd: number
  /** NO_BYTE for none. */
  readonly quote: number
}

export const NO_BYTE = 256

export interface BasketCutter {
  /** Where text is to be written, at least so many bytes; what lies there already stays. Asked for again after each `cut`. */
  room(size: number): Uint8Array
  /**
   * Takes the lines that lie at the start of the room.
   *
   * @param length bytes of whole lines; what the last line of a file may lack is its end
   * @returns where the first line with an item starts that begins with a quote, which is not taken and no line behind it;
   *          `length` where there is none
   */
  cut(length: number): number
  /** Takes one basket of items, none of them empty. The room is as it was before no longer. */
  basket(items: readonly string[]): void
  /** Baskets so far. */
  readonly baskets: number
  finish(): CutBaskets
}

export interface CutBaskets {
  readonly names: readonly string[]
  /** As in Baskets: basket b holds item[start[b]] … item[start[b+1]−1], ascending. */
  readonly start: Int32Array
  readonly item: Int32Array
}

export type BasketKernel = (dialect: LineDialect) => BasketCutter
