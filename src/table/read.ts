/**
 * Columns out of the engine into typed arrays, all that are wanted in one pass.
 *
 * In:  a relation and the places of columns: those of numbers, and those of text that are to be codes.
 * Out: one NumberColumn or LevelColumn each, in the order of the rows. Where no levels are known those of a column are
 *      its different texts in the order of their code points, as Python sorts them.
 * Cost: one pass over those columns only; 8 bytes a number and a bit, 4 bytes a text and one string a level. No object
 *       a row or a cell of numbers.
 */
import { compareCodePoints } from '../base/code-points.ts'
import { isValid, MISSING, setValid, UNSEEN, type LevelColumn, type NumberColumn } from '../base/column.ts'
import { DataError } from '../base/errors.ts'
import type { Runner } from '../base/steps.ts'
import { count } from '../base/wording.ts'
import type { ColumnFacts } from '../kernels/scan.ts'
import { sharedFloat64 } from '../kernels/shared.ts'
import { isDate, isNumeric, missingCondition, numberValue } from './cells.ts'
import type { BatchColumn, Dictionary, Engine } from './engine.ts'
import { factsOf } from './facts.ts'
import { keptNumbers, keptTexts } from './kept.ts'
import { kindFacts } from './kinds.ts'
import type { PickedLines } from './lines.ts'
import { readFromLines } from './read-lines.ts'
import { refuseText } from './refuse-text.ts'
import { linesOf, rowCount, rulesOf, type Relation } from './relation.ts'

export interface WantedText {
  readonly place: number
  /** The levels that count; others are UNSEEN. */
  readonly known?: readonly string[] | undefined
  /** A column with more different texts than this is not wanted. */
  readonly most?: number
}

export interface ReadColumns {
  readonly numbers: readonly NumberColumn[]
  /** Undefined for a column that has too many different texts. */
  readonly texts: readonly (LevelColumn | undefined)[]
}

/** Who reads, where the rows are still the lines of a file. */
export interface Readers {
  readonly pool: Runner
  readonly signal?: AbortSignal | undefined
}

/**
 * @param readers threads that read a file's lines; without them everything comes out of the engine
 * @throws {DataError} naming the line and the text when a cell of a number is neither a number nor missing
 */
export async function readColumns(
  engine: Engine,
  relation: Relation,
  numbers: readonly number[],
  texts: readonly WantedText[],
  readers?: Readers,
): Promise<ReadColumns> {
  const facts = await factsOf(engine, relation, numbers)
  for (const [i, place] of numbers.entries())
    await refuseText(engine, relation, place, facts[i] as ColumnFacts)
  const keptHere = numbers.map((place) => keptColumn(relation, place))
  const keptCodes = texts.map((wanted) => keptLevels(relation, wanted))
  const others = await readOthers(
    engine,
    relation,
    numbers.flatMap((place, i) =>
      keptHere[i] === undefined ? [{ place, facts: facts[i] as ColumnFacts }] : [],
    ),
    texts.filter((_, i) => keptCodes[i] === undefined),
    readers,
  )
  const [nextNumbers, nextTexts] = [others.numbers.values(), others.texts.values()]
  return {
    numbers: keptHere.map((column) => column ?? (nextNumbers.next().value as NumberColumn)),
    texts: keptCodes.map((known) => (known === undefined ? nextTexts.next().value : known.column)),
  }
}

interface NumberPlace {
  readonly place: number
  readonly facts: ColumnFacts
}

/** Columns that the scan has not kept. */
async function readOthers(
  engine: Engine,
  relation: Relation,
  numbers: readonly NumberPlace[],
  texts: readonly WantedText[],
  readers: Readers | undefined,
): Promise<ReadColumns> {
  if (numbers.length + texts.length === 0) return { numbers: [], texts: [] }
  const textFacts = await kindFacts(
    engine,
    relation,
    texts.map(({ place }) => place),
  )
  const rows = await rowCount(engine, relation)
  const lines = readers === undefined ? undefined : linesToRead(relation, textFacts)
  if (readers !== undefined && lines !== undefined) {
    return readFile(
      relation,
      lines,
      numbers.map(({ place }) => place),
      texts,
      rows,
      readers,
    )
  }
  const columns = [
    ...numbers.map(({ place, facts }) => new NumberReader(engine, relation, place, facts, rows)),
    ...texts.map((wanted, i) => new TextReader(engine, relation, wanted, textFacts[i] as ColumnFacts, rows)),
  ]
  if (rows > 0) await readAll(engine, relation, columns, rows)
  const found = columns.map((column) => column.column())
  return {
    numbers: found.slice(0, numbers.length) as NumberColumn[],
    texts: found.slice(numbers.length) as (LevelColumn | undefined)[],
  }
}

/** A column whose numbers the scan of the file has kept. */
function keptColumn(relation: Relation, place: number): NumberColumn | undefined {
  const [kept] = keptNumbers(relation, [place]) ?? []
  if (kept !== undefined && kept.tooLarge >= 0) throw tooLargeNumber(relation, kept.name, kept.tooLarge)
  return kept
}

/**
 * A column whose texts the scan of the file has kept, and not `column` where they are more than are wanted; undefined
 * where it has not.
 */
function keptLevels(
  relation: Relation,
  { place, known, most = Infinity }: WantedText,
): { column: LevelColumn | undefined } | undefined {
  const { name = '', facts } = relation.columns[place] ?? {}
  if (facts === undefined || !areTexts(facts)) return undefined
  const kept = keptTexts(relation, place)
  if (kept === undefined) return undefined
  if (kept.texts.length > most) return { column: undefined }
  const { levels, place: placeOf } = placesOf(kept.texts, known)
  const becomes = Int32Array.of(MISSING, ...placeOf)
  const codes = new Int32Array(kept.codes.length)
  for (let row = 0; row < codes.length; row++) codes[row] = becomes[kept.codes[row] as number] as number
  const rowsOf = (met: number): number =>
    kept.codes.reduce((rows, code) => rows + (code === met + 1 ? 1 : 0), 0)
  return {
    column: { name, missing: facts.empty, levels, codes, unseen: unseenTexts(kept.texts, placeOf, rowsOf) },
  }
}

/** Tokens are missing in a column of numbers or dates: among texts they are texts. */
function areTexts(facts: ColumnFacts): boolean {
  return facts.tokens === 0 || !(isNumeric(facts) || isDate(facts))
}

/** The lines of a file, where the rows are all of them and their cells are missing by the usual rule. */
function linesToRead(relation: Relation, textFacts: readonly ColumnFacts[]): PickedLines | undefined {
  const lines = linesOf(relation)
  const areAll = lines?.kind === 'picked' && lines.side.filter === undefined
  return areAll && relation.rules.missing === undefined && textFacts.every(areTexts) ? lines : undefined
}

async function readFile(
  relation: Relation,
  lines: PickedLines,
  numbers: readonly number[],
  texts: readonly WantedText[],
  rows: number,
  { pool, signal }: Readers,
): Promise<ReadColumns> {
  const wishes = {
    decimal: relation.rules.decimal,
    numbers,
    texts: texts.map(({ place, most = Infinity }) => ({ place, most })),
  }
  const nameOf = (place: number) => relation.columns[place]?.name ?? ''
  const read = await readFromLines(lines, rows, wishes, pool, signal)
  return {
    numbers: read.numbers.map(({ values, valid }, i) =>
      numberColumn(relation, nameOf(numbers[i] as number), values, bitsOf(valid)),
    ),
    texts: read.texts.map((found, i) => {
      if (found === undefined) return undefined
      const { place, known } = texts[i] as WantedText
      return levelColumn(nameOf(place), found.codes, found.texts, known)
    }),
  }
}

/** One bit a row of one byte a row. */
function bitsOf(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array((bytes.length + 7) >> 3)
  for (let row = 0; row < bytes.length; row++) if (bytes[row] === 1) setValid(bits, row)
  return bits
}

async function readAll(
  engine: Engine,
  relation: Relation,
  readers: readonly (NumberReader | TextReader)[],
  rows: number,
): Promise<void> {
  const select = readers.map(({ select: one }) => one).join(', ')
  let at = 0
  const dictionaries = readers.map((reader) => (reader instanceof TextReader ? reader.dictionary : undefined))
  for await (const batch of engine.stream(`select ${select} from ${relation.name}`, dictionaries)) {
    readers.forEach((reader, i) => {
      reader.take(batch.columns[i] as BatchColumn, at, batch.rows)
    })
    at += batch.rows
  }
  if (at !== rows) throw new Error(`${relation.name} gave ${at} rows where ${rows} were expected`)
}

class NumberReader {
  readonly select: string
  readonly #relation: Relation
  readonly #name: string
  readonly #values: Float64Array
  readonly #valid: Uint8Array

  constructor(engine: Engine, relation: Relation, place: number, facts: ColumnFacts, rows: number) {
    this.#relation = relation
    this.#name = relation.columns[place]?.name ?? ''
    this.#values = sharedFloat64(rows)
    this.#valid = new Uint8Array((rows + 7) >> 3)
    const cell = `c${place}`
    const value = numberValue(engine.dialect, cell, rulesOf(relation, place))
    // Where every cell is empty or a number the cast can't go wrong, and a pattern a cell costs as much again.
    const isPlain = facts.tokens === 0 && relation.rules.missing === undefined
    const missing = missingCondition(engine.dialect, cell, facts, relation.rules)
    this.select = isPlain ? value : `case when ${missing} then null else ${value} end`
  }

  take(from: BatchColumn, at: number, rows: number): void {
    if (from.type !== 'double') throw new Error('a column of numbers came as something else')
    this.#values.set(from.values, at)
    const { valid } = from
    for (let row = 0; row < rows; row++) {
      if (valid === undefined || isValid(valid, row)) setValid(this.#valid, at + row)
      else this.#values[at + row] = 0
    }
  }

  column(): NumberColumn {
    return numberColumn(this.#relation, this.#name, this.#values, this.#valid)
  }
}

/** @throws {DataError} naming the row of a number that no double holds */
function numberColumn(
  relation: Relation,
  name: string,
  values: Float64Array,
  valid: Uint8Array,
): NumberColumn {
  for (let row = 0; row < values.length; row++) {
    if (!Number.isFinite(values[row])) throw tooLargeNumber(relation, name, row)
  }
  return { name, values, valid, missing: values.length - countBits(valid) }
}

function tooLargeNumber(relation: Relation, name: string, row: number): DataError {
  return new DataError(
    `column "${name}" of ${relation.files.join(' and ')} holds a number too large for a double in row ${count(row + 1)}`,
  )
}

function countBits(bits: Uint8Array): number {
  let sum = 0
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) sum++
  return sum
}

class TextReader {
  readonly select: string
  readonly dictionary: Dictionary
  readonly #name: string
  readonly #known: readonly string[] | undefined
  /** In the order of the dictionary. */
  readonly #codes: Int32Array

  constructor(
    engine: Engine,
    relation: Relation,
    { place, known, most = Infinity }: WantedText,
    facts: ColumnFacts,
    rows: number,
  ) {
    const cell = `c${place}`
    const missing = missingCondition(engine.dialect, cell, facts, rulesOf(relation, place))
    this.select = `case when ${missing} then null else ${cell} end`
    this.dictionary = { texts: [], most, full: false }
    this.#name = relation.columns[place]?.name ?? ''
    this.#known = known
    this.#codes = new Int32Array(rows)
  }

  take(from: BatchColumn, at: number): void {
    if (from.type !== 'codes') throw new Error('a column of codes came as something else')
    this.#codes.set(from.values, at)
  }

  column(): LevelColumn | undefined {
    const { texts, full } = this.dictionary
    return full ? undefined : levelColumn(this.#name, this.#codes, texts, this.#known)
  }
}

/** @param codes places in `texts`, in the order in which those were met, MISSING where there is none; are changed */
function levelColumn(
  name: string,
  codes: Int32Array,
  texts: readonly string[],
  known: readonly string[] | undefined,
): LevelColumn {
  const { levels, place } = placesOf(texts, known)
  const rows = new Int32Array(texts.length)
  let missing = 0
  for (let row = 0; row < codes.length; row++) {
    const met = codes[row] as number
    if (met === MISSING) missing++
    else {
      rows[met] = (rows[met] as number) + 1
      codes[row] = place[met] as number
    }
  }
  return { name, missing, levels, codes, unseen: unseenTexts(texts, place, (met) => rows[met] as number) }
}

/**
 * For each text its place among the known levels, UNSEEN where it is none of them; where none are known, among all texts
 * in the order of their code points.
 */
function placesOf(
  texts: readonly string[],
  known: readonly string[] | undefined,
): { levels: readonly string[]; place: Int32Array } {
  const levels = known ?? texts.toSorted(compareCodePoints)
  const placeOf = new Map(levels.map((level, place) => [level, place]))
  return { levels, place: Int32Array.from(texts, (text) => placeOf.get(text) ?? UNSEEN) }
}

/** The texts that are none of the known levels, the most frequent first. */
function unseenTexts(
  texts: readonly string[],
  place: Int32Array,
  rowsOf: (met: number) => number,
): LevelColumn['unseen'] {
  return texts
    .flatMap((text, met) => (place[met] === UNSEEN ? [{ text, rows: rowsOf(met) }] : []))
    .sort((a, b) => b.rows - a.rows || compareCodePoints(a.text, b.text))
}
