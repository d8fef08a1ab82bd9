/**
 * Columns of text that were meant to be numbers: nearly all of their cells are, or are written another way.
 *
 * In:  a relation and the places of its columns of text.
 * Out: for each such column where its first text stands, and why that is no number.
 * Cost: nothing for other columns where the file was scanned and is read by its lines; else a look at the first rows.
 */
import { count } from '../base/wording.ts'
import type { ColumnFacts } from '../kernels/scan.ts'
import type { Engine } from './engine.ts'
import { factsOf } from './facts.ts'
import { textsOfFirst } from './read-lines.ts'
import { firstText } from './refuse-text.ts'
import { linesOf, rulesOf, type Relation } from './relation.ts'

/** Rows in which numbers that are written another way are looked for. */
const FIRST_ROWS = 200

export interface AlmostNumbers {
  readonly place: number
  /** `line 12 holds "oops"`, with what else is known. */
  readonly why: string
  readonly help: string
}

export async function almostNumbers(
  engine: Engine,
  relation: Relation,
  texts: readonly number[],
): Promise<AlmostNumbers[]> {
  if (texts.length === 0) return []
  const first = await firstTextsOf(engine, relation, texts)
  const likely = texts.filter((place, i) => {
    const facts = relation.columns[place]?.facts
    if (facts !== undefined && mostAreNumbers(facts)) return true
    const present = (first[i] ?? []).filter((text) => text.trim() !== '')
    return present.filter(isMeant).length > present.length / 2
  })
  const all = await factsOf(engine, relation, likely)
  const found: AlmostNumbers[] = []
  for (const [i, place] of likely.entries()) {
    const facts = all[i] as ColumnFacts
    const text = await firstText(engine, relation, place, facts)
    if (text === undefined) continue
    const numbers = facts.numbers === 0 ? '' : `, where ${count(facts.numbers)} other cells are numbers`
    found.push({
      place,
      why: `${text.where} holds "${text.text.slice(0, 60)}"${numbers}`,
      help: helpFor(text.text, relation.columns[place]?.name ?? '', rulesOf(relation, place).decimal),
    })
  }
  return found
}

function mostAreNumbers({ numbers, dates, others }: ColumnFacts): boolean {
  return numbers > dates + others
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$/i
const GROUPED = /^[+-]?\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?:[.,]\d+)?$/
const INFINITE = /^[+-]?inf(?:inity)?$/i

/** Whether a person who wrote this meant a number. */
function isMeant(text: string): boolean {
  const bare = text.trim()
  return [NUMBER, COMMA, GROUPED, INFINITE].some((way) => way.test(bare))
}

function helpFor(text: string, name: string, decimal: '.' | ','): string {
  const bare = text.trim()
  if (decimal === '.' && COMMA.test(bare)) return 'numbers with decimal commas are read with --decimal ,'
  if (INFINITE.test(bare)) return `--na ${bare} takes it for missing`
  return `lode clean --number ${/^[\w.-]+$/.test(name) ? name : `"${name}"`} turns such texts into numbers`
}

/** Different texts of the first rows, by place. */
async function firstTextsOf(
  engine: Engine,
  relation: Relation,
  places: readonly number[],
): Promise<readonly (readonly string[])[]> {
  const lines = linesOf(relation)
  if (lines?.kind === 'picked' && lines.side.filter === undefined) {
    return textsOfFirst(lines, FIRST_ROWS, places)
  }
  const cells = places.map((place) => `c${place}`).join(', ')
  const rows = await engine.query(
    `select ${cells} from (select ${cells} from ${relation.name} limit ${FIRST_ROWS})`,
  )
  return places.map((_, i) => rows.flatMap((row) => (row[i] === null ? [] : [String(row[i])])))
}
