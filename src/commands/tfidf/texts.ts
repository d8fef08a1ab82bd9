/** The texts of a column, read and parted into tokens. */
import {
  packedLines,
  unpackTexts,
  type PackedTexts,
  type TextBlock,
  type TextLines,
} from '../../base/packed-texts.ts'
import { Corpus } from '../../learn/corpus.ts'
import { linesRoom, TextJobs } from '../../learn/text-jobs.ts'
import { tokensOfTexts, type TokenRules } from '../../learn/tokens.ts'
import { missingCondition } from '../../table/cells.ts'
import { kindFacts } from '../../table/kinds.ts'
import { checkLines, columnOfLines, lineBlocks, type ColumnOfLines } from '../../table/lines.ts'
import { linesOf, rulesOf, type Relation } from '../../table/relation.ts'
import type { Context } from '../command.ts'

type Reader = Pick<Context, 'engine' | 'pool' | 'signal'>

/** Finds out how to part the texts, from the first of them. */
type Choose<Chosen> = (first: readonly string[]) => Chosen | Promise<Chosen>

interface Read<Chosen> {
  readonly corpus: Corpus
  readonly chosen: Chosen
}

/** Texts that are looked at to tell their language. */
const LOOKED_AT = 2000
/** Bytes of texts that are held before they are parted. */
const HELD = 1 << 26

/** Rows that are still lines of a file are read from there, which takes half as long as by way of the engine. */
export function readTokens<Chosen extends { readonly rules: TokenRules }>(
  context: Reader,
  relation: Relation,
  place: number,
  choose: Choose<Chosen>,
): Promise<Read<Chosen>> {
  const column = columnOfLines(linesOf(relation), place)
  return column === undefined
    ? readPacked(context, packedColumn(context, relation, place), choose)
    : readLines(context, column, choose)
}

async function readLines<Chosen extends { readonly rules: TokenRules }>(
  context: Reader,
  { lines, cell }: ColumnOfLines,
  choose: Choose<Chosen>,
): Promise<Read<Chosen>> {
  const corpus = new Corpus()
  let chosen: Chosen | undefined
  let jobs: TextBlock[] = []
  let held = 0
  const size = () => (chosen === undefined ? LINES_A_JOB.runs : LINES_A_JOB[chosen.rules.kind])
  for (const bytes of lineBlocks(lines, size, linesRoom)) {
    chosen ??= await choose(firstTexts({ bytes: firstLines(bytes), cell }))
    jobs.push(...cut({ bytes, cell }, LINES_A_JOB[chosen.rules.kind]))
    held += bytes.length
    if (held < HELD) continue
    await part(context, corpus, chosen.rules, jobs)
    jobs = []
    held = 0
  }
  chosen ??= await choose([])
  await part(context, corpus, chosen.rules, jobs)
  checkLines(lines, corpus.texts)
  return { corpus, chosen }
}

/** Bytes of lines that one job takes, other columns among them. */
const LINES_A_JOB = { runs: 1 << 22, segments: 1 << 18, char: 1 << 21, char_wb: 1 << 21 } as const
const LF = 10

/** A block was read before it was known how large it should be. */
function cut({ bytes, cell }: TextLines, most: number): TextLines[] {
  const parts: TextLines[] = []
  for (let from = 0; from < bytes.length;) {
    const lineEnd = bytes.length - from <= most ? -1 : bytes.indexOf(LF, from + most - 1)
    const to = lineEnd < 0 ? bytes.length : lineEnd + 1
    parts.push({ bytes: bytes.subarray(from, to), cell })
    from = to
  }
  return parts
}

/** None where all bytes are ASCII: no language is told by such letters, and they need not be looked at. */
function firstTexts(lines: TextLines): string[] {
  return lines.bytes.some((byte) => byte >= 0x80) ? unpackTexts(packedLines(lines)) : []
}

function firstLines(bytes: Uint8Array): Uint8Array {
  let end = 0
  for (let line = 0; line < LOOKED_AT && end < bytes.length; line++) {
    const lineEnd = bytes.indexOf(LF, end)
    end = lineEnd < 0 ? bytes.length : lineEnd + 1
  }
  return bytes.subarray(0, end)
}

async function readPacked<Chosen extends { readonly rules: TokenRules }>(
  context: Reader,
  pieces: AsyncIterable<PackedTexts>,
  choose: Choose<Chosen>,
): Promise<Read<Chosen>> {
  const corpus = new Corpus()
  const first: PackedTexts[] = []
  let looked = 0
  let chosen: Chosen | undefined
  let jobs = new TextJobs('runs')
  const begin = async () => {
    const now = await choose(first.flatMap(unpackTexts))
    jobs = new TextJobs(now.rules.kind)
    for (const piece of first.splice(0)) jobs.add(piece)
    return now
  }
  for await (const { bytes, texts } of pieces) {
    // The engine's memory goes with its chunk.
    const piece = { bytes: Uint8Array.from(bytes), texts }
    if (chosen === undefined) {
      first.push(piece)
      looked += texts
      if (looked < LOOKED_AT) continue
      chosen = await begin()
    } else jobs.add(piece)
    if (jobs.bytes >= HELD) await part(context, corpus, chosen.rules, jobs.taken())
  }
  chosen ??= await begin()
  await part(context, corpus, chosen.rules, jobs.taken())
  return { corpus, chosen }
}

async function part(
  { pool, signal }: Reader,
  corpus: Corpus,
  rules: TokenRules,
  jobs: readonly TextBlock[],
): Promise<void> {
  for (const block of await pool.run(tokensOfTexts, rules, jobs, signal)) corpus.add(block)
}

async function* packedColumn(
  { engine }: Reader,
  relation: Relation,
  place: number,
): AsyncGenerator<PackedTexts> {
  const [facts] = await kindFacts(engine, relation, [place])
  if (facts === undefined) throw new Error(`no facts of column ${place}`)
  const missing = missingCondition(engine.dialect, `c${place}`, facts, rulesOf(relation, place))
  const text = `case when ${missing} then null else c${place} end`
  yield* engine.packedTexts(relation.keyed, text, relation.rows)
}
