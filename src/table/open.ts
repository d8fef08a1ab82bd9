/**
 * From a file that is known to be sound to a relation of the engine.
 *
 * In:  a SourceFile (source.ts), which has found out and checked everything about the file.
 * Out: a Relation whose cells are the texts of the file. Nothing is read yet but the header.
 *
 * Every setting of DuckDB's reader is passed explicitly: its own detection loses data in silence (leading
 * zeros past row 20,480, rows before a change of dialect, whole files folded into one column).
 */
import { readFileSync, statSync } from 'node:fs'
import { DataError } from '../base/errors.ts'
import { count } from '../base/wording.ts'
import type { Engine } from './engine.ts'
import { linesOfFile } from './lines.ts'
import type { Column, Relation, TextRules } from './relation.ts'
import type { CsvShape, SourceFile } from './source.ts'

/** DuckDB's own default for the longest line; it allocates buffers of a multiple of it. */
const USUAL_LINE = 2_000_000

export async function openRelation(engine: Engine, file: SourceFile, rules: TextRules): Promise<Relation> {
  const { select, columns } = await reader(engine, file)
  const name = await engine.view(select)
  const lines = linesOfFile(file, rules)
  return {
    name,
    keyed: await engine.view(`select row_number() over () - 1 as k, * from ${name}`),
    columns,
    files: [file.label],
    rejected: file.rejected,
    rules,
    ...(file.csv === undefined
      ? {}
      : { rows: file.csv.rows, lineOf: file.csv.lineOf, kept: { of: name, ...file.csv.kept } }),
    ...(lines === undefined ? {} : { lines: { of: name, rows: lines } }),
  }
}

interface Reader {
  readonly select: string
  readonly columns: readonly Column[]
}

function reader(engine: Engine, file: SourceFile): Promise<Reader> | Reader {
  if (file.kind === 'parquet') return parquetReader(engine, file)
  if (file.csv === undefined) return jsonReader(engine, file)
  const { facts } = file.csv
  const columns = file.names.map((name, i): Column => {
    const known = facts[i]
    return known === undefined ? { name, type: 'text' } : { name, type: 'text', facts: known }
  })
  return { select: csvSelect(engine, file.path, file.names.length, file.csv), columns }
}

function csvSelect(engine: Engine, path: string, width: number, csv: CsvShape): string {
  const { literal } = engine.dialect
  const columns = Array.from({ length: width }, (_, i) => `c${i}:'VARCHAR'`).join(',')
  const longest = Math.max(USUAL_LINE, csv.longestRecord + 64)
  const options = [
    `auto_detect=false`,
    `header=${csv.skipsHeader}`,
    `delim=${literal(csv.delimiter)}`,
    `quote=${literal(csv.quote)}`,
    `escape=${literal(csv.escape)}`,
    `columns={${columns}}`,
    `strict_mode=true`,
    `hive_partitioning=false`,
    `allow_quoted_nulls=false`,
    `max_line_size=${longest}`,
    // Its parallel reader fails where a quoted line end meets the end of one of its buffers.
    `parallel=${csv.quotedLineEnds === 0}`,
  ]
  return `select * from read_csv(${literal(path)}, ${options.join(', ')})`
}

async function parquetReader(engine: Engine, file: SourceFile): Promise<Reader> {
  const from = `read_parquet(${engine.dialect.literal(file.path)}, hive_partitioning=false)`
  const fields = await engine
    .query(`select column_name, column_type from (describe select * from ${from})`)
    .catch((cause: unknown) => {
      throw new DataError(`${file.label} is not a Parquet file that can be read`, { cause })
    })
  const columns = fields.map(([name, type]): Column => ({ name: String(name), type: keptType(String(type)) }))
  const texts = columns.map(({ name }, i) => `cast(${engine.dialect.identifier(name)} as varchar) as c${i}`)
  return { select: `select ${texts.join(', ')} from ${from}`, columns }
}

/**
 * JSON: one object a row, in an array or one after another. Keys in the order of their first appearance;
 * what an object lacks is missing; what is nested stays JSON text.
 */
async function jsonReader(engine: Engine, file: SourceFile): Promise<Reader> {
  const { literal } = engine.dialect
  const format = file.kind === 'ndjson' ? 'newline_delimited' : 'auto'
  const from = `read_json_objects(${literal(file.path)}, format='${format}')`
  const [[structure] = []] = await engine
    .query(`select json_group_structure(json)::varchar from ${from}`)
    .catch((cause: unknown) => {
      throw notJson(file, cause)
    })
  const fields: unknown = typeof structure === 'string' ? JSON.parse(structure) : {}
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw new DataError(`${file.label} does not hold JSON objects, one a row`)
  }
  const columns = Object.entries(fields).map(([name, type]): Column => ({
    name,
    type: typeof type === 'string' ? keptType(type) : 'JSON',
  }))
  if (columns.length === 0) throw new DataError(`${file.label} has no columns: its objects are empty`)
  const texts = columns.map(({ name }, i) => {
    const path = literal(`$."${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
    return `json_extract_string(json, ${path}) as c${i}`
  })
  return { select: `select ${texts.join(', ')} from ${from}`, columns }
}

/** Beyond this many bytes the line of a fault in JSON is not looked for. */
const MOST_SEARCHED = 1 << 28

/** The engine's own message counts lines in its way and names private copies. */
function notJson({ label, path, kind }: SourceFile, cause: unknown): DataError {
  const text = statSync(path).size > MOST_SEARCHED ? '' : readFileSync(path, 'utf8')
  const line = kind === 'ndjson' ? lineThatFails(text) : lineOfFault(text)
  const half = line === undefined ? loneSurrogate(text) : undefined
  if (half !== undefined) {
    return new DataError(
      `${label} line ${count(text.slice(0, half).split('\n').length)} holds ${text.slice(half, half + 6)}, half of a ` +
        'character: an emoji that was cut in two, say',
      { code: 'E_JSON', help: ['Write the whole character there, or \\ufffd for one that is lost.'], cause },
    )
  }
  const where = line === undefined ? label : `${label} line ${count(line)}`
  return new DataError(`${where} is not valid JSON of one object a row`, {
    code: 'E_JSON',
    help: ['A file of rows is [{"a": 1}, {"a": 2}], or one {"a": 1} a line.'],
    cause,
  })
}

/** The first line (1 based) of NDJSON that is no JSON. */
function lineThatFails(text: string): number | undefined {
  const at = text.split('\n').findIndex((line) => line.trim() !== '' && faultIn(line) !== undefined)
  return at < 0 ? undefined : at + 1
}

/** The line (1 based) where JSON stops being JSON; undefined where it is sound, or the parser does not say. */
function lineOfFault(text: string): number | undefined {
  const position = /position (\d+)/.exec(faultIn(text) ?? '')?.[1]
  if (position !== undefined) return text.slice(0, Number(position)).split('\n').length
  return faultIn(text) === undefined ? undefined : text.trimEnd().split('\n').length
}

/** Where a \u of a surrogate stands without its other half, which JSON allows and UTF-8 does not. */
function loneSurrogate(text: string): number | undefined {
  const escapes =
    /\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)/gs
  for (const match of text.matchAll(escapes)) if (match[1] !== undefined) return match.index
  return undefined
}

function faultIn(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return String(error)
  }
}

function keptType(engineType: string): string {
  return engineType === 'VARCHAR' || engineType === 'NULL' ? 'text' : engineType
}
