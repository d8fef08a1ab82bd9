/** The texts of a column, read and parted into tokens. */
import type { PackedTexts, TextBlock } from '../../base/packed-texts.ts'
import type { Scripts } from '../../kernels/words.ts'
import { Corpus } from '../../learn/corpus.ts'
import { linesRoom, TextJobs } from '../../learn/text-jobs.ts'
import { hasDense, tokensOfTexts, type TokenRules } from '../../learn/tokens.ts'
import { missingCondition } from '../../table/cells.ts'
import { kindFacts } from '../../table/kinds.ts'
import { checkLines, columnOfLines, lineBlocks, type ColumnOfLines } from '../../table/lines.ts'
import { linesOf, rulesOf, type Relation } from '../../table/relation.ts'
import type { Context } from '../command.ts'

type Reader = Pick<Context, 'engine' | 'pool' | 'signal'>

/** How texts are to be parted. */
export interface Parting<Chosen> {
  readonly first: Chosen
  /**
   * What is right in place of that, now that the letters of all texts are counted: then they are read anew. undefined
   * where the first was right.
   */
  readonly anew?: (scripts: Scripts) => Chosen | undefined
}

interface Read<Chosen> {
  readonly corpus: Corpus
  readonly chosen: Chosen
}

/** Bytes of texts that are held before they are parted. */
const HELD = 1 << 26

/** Rows that are still lines of a file are read from there, which takes half as long as by way of the engine. */
export async function readTokens<Chosen extends { readonly rules: TokenRules }>(
  context: Reader,
  relation: Relation,
  place: number,
  { first, anew }: Parting<Chosen>,
): Promise<Read<Chosen>> {
  const column = columnOfLines(linesOf(relation), place)
  const read = (chosen: Chosen, isTrial: boolean) => {
    const parts = new Parts(context, chosen.rules, isTrial)
    return column === undefined
      ? readPacked(parts, packedColumn(context, relation, place))
      : readLines(parts, column)
  }
  const corpus = await read(first, anew !== undefined)
  const chosen = anew?.(corpus.scripts)
  return chosen === undefined ? { corpus, chosen: first } : { corpus: await read(chosen, false), chosen }
}

/** Parts blocks of texts as they come. */
class Parts {
  readonly corpus = new Corpus()
  readonly rules: TokenRules
  readonly #context: Reader
  readonly #isTrial: boolean

  /** @param isTrial the texts will be read anew where they have letters that set no blanks between words */
  constructor(context: Reader, rules: TokenRules, isTrial: boolean) {
    this.#context = context
    this.rules = rules
    this.#isTrial = isTrial
  }

  async take(jobs: readonly TextBlock[]): Promise<void> {
    const { pool, signal } = this.#context
    const { corpus } = this
    for (const block of await pool.run(tokensOfTexts, this.rules, jobs, signal)) {
      if (this.#isTrial && (hasDense(corpus.scripts) || hasDense(block.scripts))) corpus.count(block)
      else corpus.add(block)
    }
  }
}

async function readLines(parts: Parts, { lines, cell }: ColumnOfLines): Promise<Corpus> {
  let jobs: TextBlock[] = []
  let held = 0
  for (const bytes of lineBlocks(lines, () => LINES_A_JOB[parts.rules.kind], linesRoom)) {
    jobs.push({ bytes, cell })
    held += bytes.length
    if (held < HELD) continue
    await parts.take(jobs)
    jobs = []
    held = 0
  }
  await parts.take(jobs)
  checkLines(lines, parts.corpus.texts)
  return parts.corpus
}

/** Bytes of lines that one job takes, other columns among them. */
const LINES_A_JOB = {
  runs: 1 << 22,
  mixed: 1 << 20,
  segments: 1 << 18,
  char: 1 << 21,
  char_wb: 1 << 21,
} as const

async function readPacked(parts: Parts, pieces: AsyncIterable<PackedTexts>): Promise<Corpus> {
  const jobs = new TextJobs(parts.rules.kind)
  for await (const { bytes, texts } of pieces) {
    // The engine's memory goes with its chunk.
    jobs.add({ bytes: Uint8Array.from(bytes), texts })
    if (jobs.bytes >= HELD) await parts.take(jobs.taken())
  }
  await parts.take(jobs.taken())
  return parts.corpus
}

async function* packedColumn(
  context: Reader,
  relation: Relation,
  place: number,
): AsyncGenerator<PackedTexts> {
  const { engine } = context
  const text = `case when ${await isMissing(context, relation, place)} then null else c${place} end`
  yield* engine.packedTexts(relation.keyed, text, relation.rows)
}

/** SQL: whether the cell of the column is missing. */
async function isMissing({ engine }: Reader, relation: Relation, place: number): Promise<string> {
  const [facts] = await kindFacts(engine, relation, [place])
  if (facts === undefined) throw new Error(`no facts of column ${place}`)
  return missingCondition(engine.dialect, `c${place}`, facts, rulesOf(relation, place))
}

/** Which of the texts are not there at all. @param empty the numbers of those without a term; they are among these */
export async function missingTexts(
  context: Reader,
  relation: Relation,
  place: number,
  empty: readonly number[],
): Promise<ReadonlySet<number>> {
  if (empty.length === 0) return new Set()
  const missing = await isMissing(context, relation, place)
  const numbered = `select row_number() over (order by k) - 1 as number, ${missing} as missing from ${relation.keyed}`
  const rows = await context.engine.query(`select number from (${numbered}) where missing`)
  return new Set(rows.map(([number]) => Number(number)))
}
