/**
 * The engine seam over DuckDB.
 *
 * In:  settings of the run (threads, memory, a private folder to spill to), then SQL.
 * Out: column batches, files, and errors in lode's words. DuckDB's own messages are cut short: they quote
 *      whole rows, and a log is no place for customers' data.
 *
 * Closed: no extension is loaded or installed, the configuration is locked, and after `seal` the engine opens
 * only the files that it was told of and its own spill folder. One connection, so statements run one after
 * another.
 */
import type { Connection, DataChunk, Database, Result } from '@duckdb/node-bindings'
import { END_MARK, NUL_MARK, type PackedTexts } from '../../base/packed-texts.ts'
import { DataError, EngineError, Interrupted } from '../../base/errors.ts'
import type { ArrayColumn, Batch, Cell, Dictionary, Engine, FileFormat } from '../engine.ts'
import { binding, TYPE } from './binding.ts'
import { Coders } from './coders.ts'
import { duckdbDialect as dialect } from './dialect.ts'
import { readCells, readChunk, textBytes, writeVector } from './vectors.ts'

export interface DuckdbSettings {
  readonly threads: number | undefined
  /** As the user wrote it, `4GB`; undefined leaves DuckDB's own (80% of the memory there is). */
  readonly memoryLimit: string | undefined
  /** A private folder to spill to; DuckDB makes it when it needs it. */
  readonly spillFolder: string
}

/** Texts that stand together in a piece, and those whose pieces DuckDB holds at once. */
const TEXTS_A_PIECE = 512
const TEXTS_AT_ONCE = 1 << 22

const SQL_TYPE = { double: 'DOUBLE', integer: 'INTEGER', text: 'VARCHAR' } as const
const TYPE_ID = { double: TYPE.DOUBLE, integer: TYPE.INTEGER, text: TYPE.VARCHAR } as const

/**
 * Opens an engine in memory. It takes some 50 ms and needs nothing that the command line says, so it can begin
 * before that is read and be configured after.
 */
export async function openDuckdb(settings?: DuckdbSettings): Promise<DuckdbEngine> {
  const engine = new DuckdbEngine()
  await engine.open()
  if (settings !== undefined) engine.configure(settings)
  return engine
}

/** An engine that opens with the first statement, for runs that may do without any. */
export function laterDuckdb(): DuckdbEngine {
  return new DuckdbEngine()
}

interface Opened {
  readonly database: Database
  readonly connection: Connection
}

async function openInMemory(): Promise<Opened> {
  const config = binding().create_config()
  const set = (name: string, value: string) => binding().set_config(config, name, value)
  set('autoinstall_known_extensions', 'false')
  set('autoload_known_extensions', 'false')
  set('allow_community_extensions', 'false')
  set('preserve_insertion_order', 'true')
  // It makes a join of `x in (…)` with five values and more, and a join gives the rows of a scan in any order.
  set('disabled_optimizers', 'in_clause')
  const database = await binding()
    .open(':memory:', config)
    .catch((cause: unknown) => {
      throw translate(cause)
    })
  return { database, connection: await binding().connect(database) }
}

export class DuckdbEngine implements Engine {
  readonly dialect = dialect
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined
  #names = 0
  /** Statements that are run with the next one: each call of the binding costs a millisecond. */
  readonly #waiting: string[] = []
  /** Views that no statement has read yet, by name. */
  readonly #unmade = new Map<string, string | (() => Promise<string>)>()
  /** Done when the statement before is. */
  #turn: Promise<unknown> = Promise.resolve()
  #stoppedBy: 'SIGINT' | 'SIGTERM' | undefined

  async open(): Promise<void> {
    this.#opening ??= openInMemory()
    this.#opened = await this.#opening
  }

  /** A statement has been run, or is about to be. */
  get #connection(): Connection {
    if (this.#opened === undefined) throw new Error('the engine is not open yet')
    return this.#opened.connection
  }

  /** Takes effect with the next statement, where a setting that DuckDB refuses is an error. */
  configure({ threads, memoryLimit, spillFolder }: DuckdbSettings): void {
    // Moments with a zone are written as of UTC, on whatever machine.
    this.#waiting.push(`set TimeZone = 'UTC'`)
    this.#waiting.push(`set temp_directory = ${dialect.literal(spillFolder)}`)
    if (threads !== undefined) this.#waiting.push(`set threads = ${threads}`)
    if (memoryLimit !== undefined) this.#waiting.push(`set memory_limit = ${dialect.literal(memoryLimit)}`)
  }

  /**
   * From here on no file is opened but these and what spills. Expressions of the user run after this.
   *
   * @param files absolute paths, of files to read and files to write
   */
  seal(files: readonly string[]): void {
    const list = files.map((path) => dialect.literal(path)).join(',')
    this.#waiting.push(
      `set allowed_paths = [${list}]`,
      `set enable_external_access = false`,
      `set lock_configuration = true`,
    )
  }

  async execute(sql: string): Promise<number> {
    const result = await this.#run(sql)
    const rows = await this.#allCells(result)
    const count = rows[0]?.[0]
    return typeof count === 'number' ? count : 0
  }

  async query(sql: string): Promise<Cell[][]> {
    return this.#allCells(await this.#run(sql))
  }

  async *stream(sql: string, dictionaries: readonly (Dictionary | undefined)[] = []): AsyncGenerator<Batch> {
    const coders = new Coders(dictionaries)
    for await (const { chunk, rows, types } of this.#chunks(coders.withHashes(sql))) {
      yield { rows, columns: coders.isEmpty ? readChunk(chunk, types) : coders.read(chunk, types) }
    }
  }

  async *#chunks(
    sql: string,
  ): AsyncGenerator<{ readonly chunk: DataChunk; readonly rows: number; readonly types: readonly number[] }> {
    await this.#run(`select 1`, sql)
    try {
      const prepared = await binding().prepare(this.#connection, sql)
      const result = await binding().execute_prepared_streaming(prepared)
      const types = typesOf(result)
      for (;;) {
        const chunk = await binding().fetch_chunk(result)
        const rows = chunk === null ? 0 : binding().data_chunk_get_size(chunk)
        if (chunk === null || rows === 0) return
        yield { chunk, rows, types }
      }
    } catch (cause) {
      throw this.#translated(cause)
    }
  }

  /**
   * DuckDB itself puts texts together: to fetch each by its pointer takes four times as long as to read a CSV file.
   */
  async *packedTexts(keyed: string, text: string, rows: number | undefined): AsyncGenerator<PackedTexts> {
    const escaped = `coalesce(replace(${text}, chr(0), chr(0) || chr(${NUL_MARK})), '')`
    const between = `chr(0) || chr(${END_MARK})`
    for (const where of await this.#ranges(keyed, rows)) {
      const texts = `select k, ${escaped} as t from ${keyed} ${where}`
      const pieces =
        `select count(*), string_agg(t, ${between} order by k) from (${texts}) ` +
        `group by k // ${TEXTS_A_PIECE} order by k // ${TEXTS_A_PIECE}`
      for await (const { chunk, rows: some } of this.#chunks(pieces)) {
        const [counts] = readChunk(chunk, [TYPE.BIGINT])
        if (counts?.type !== 'bigint') throw new Error('a count came as something else')
        const vector = binding().data_chunk_get_vector(chunk, 1)
        for (let i = 0; i < some; i++) {
          yield { bytes: textBytes(vector, i), texts: Number(counts.values[i]) }
        }
      }
    }
  }

  /** SQL: conditions that part rows by `k` where they are too many to hold their texts at once. */
  async #ranges(keyed: string, rows: number | undefined): Promise<string[]> {
    if (rows !== undefined && rows <= TEXTS_AT_ONCE) return ['']
    const [[last] = []] = await this.query(`select max(k) from ${keyed}`)
    return Array.from({ length: Math.ceil((Number(last ?? -1) + 1) / TEXTS_AT_ONCE) }, (_, i) => {
      const from = i * TEXTS_AT_ONCE
      return `where k >= ${from} and k < ${from + TEXTS_AT_ONCE}`
    })
  }

  /** Many a view is never read (the numbered twin of a table that nothing sorts), so it is made on demand. */
  view(select: string | (() => Promise<string>)): Promise<string> {
    const name = `view_${++this.#names}`
    let made: Promise<string> | undefined
    this.#unmade.set(name, typeof select === 'string' ? select : () => (made ??= select()))
    return Promise.resolve(name)
  }

  async table(select: string): Promise<string> {
    const name = `table_${++this.#names}`
    await this.#run(`create temp table ${name} as ${select}`)
    return name
  }

  async arrays(columns: readonly ArrayColumn[]): Promise<string> {
    const name = `arrays_${++this.#names}`
    const fields = columns.map((column, i) => `c${i} ${SQL_TYPE[column.type]}`)
    await this.#run(`create temp table ${name} (k BIGINT, ${fields.join(', ')})`)
    const filled = this.#turn.then(() => this.#fill(name, columns))
    this.#turn = filled.catch(() => {})
    await filled
    return name
  }

  async #fill(name: string, columns: readonly ArrayColumn[]): Promise<void> {
    const rows = columns[0]?.values.length ?? 0
    const api = binding()
    const types = [TYPE.BIGINT, ...columns.map((column) => TYPE_ID[column.type])]
    const appender = api.appender_create_ext(this.#connection, 'temp', null, name)
    const size = api.vector_size()
    for (let from = 0; from < rows; from += size) {
      const count = Math.min(size, rows - from)
      const chunk = api.create_data_chunk(types.map((type) => api.create_logical_type(type)))
      // Whole numbers of 64 bits, the low half first.
      const numbers = new Int32Array(count * 2)
      for (let i = 0; i < count; i++) {
        numbers[i * 2] = from + i
        numbers[i * 2 + 1] = Math.floor((from + i) / 2 ** 32)
      }
      api.copy_data_to_vector(api.data_chunk_get_vector(chunk, 0), 0, numbers.buffer, 0, count * 8)
      columns.forEach((column, i) => {
        writeVector(api.data_chunk_get_vector(chunk, i + 1), column, from, count)
      })
      api.data_chunk_set_size(chunk, count)
      api.append_data_chunk(appender, chunk)
    }
    api.appender_close_sync(appender)
  }

  async textFunction(name: string, body: (text: string) => string | null): Promise<string> {
    await this.open()
    const api = binding()
    const unique = `${name}_${++this.#names}`
    const made = api.create_scalar_function()
    const varchar = api.create_logical_type(TYPE.VARCHAR)
    api.scalar_function_set_name(made, unique)
    api.scalar_function_add_parameter(made, varchar)
    api.scalar_function_set_return_type(made, varchar)
    api.scalar_function_set_function(made, (_info, input, output) => {
      const [column] = readChunk(input, [TYPE.VARCHAR])
      if (column?.type !== 'text') return
      const values = column.values.map((text) => (text === null ? null : body(text)))
      writeVector(output, { type: 'text', values }, 0, values.length)
    })
    api.register_scalar_function(this.#connection, made)
    return unique
  }

  async copy(select: string, path: string, format: FileFormat): Promise<number> {
    const names = format.kind === 'csv' ? format.header : format.names
    const rows =
      names === undefined
        ? select
        : `select * from (${select}) as named(${names.map((name) => dialect.identifier(name)).join(',')})`
    return this.execute(`copy (${rows}) to ${dialect.literal(path)} (${copyOptions(format)})`)
  }

  /** Share of the running statement that is done, 0 … 100; −1 when DuckDB does not know. */
  progress(): number {
    return this.#opened === undefined ? -1 : binding().query_progress(this.#opened.connection).percentage
  }

  interrupt(by: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    this.#stoppedBy = by
    if (this.#opened !== undefined) binding().interrupt(this.#opened.connection)
  }

  close(): void {
    if (this.#opened === undefined) return
    binding().disconnect_sync(this.#opened.connection)
    binding().close_sync(this.#opened.database)
  }

  /**
   * One statement at a time, whoever asks: what it reads is made in the same call, before it.
   *
   * @param reads SQL to come whose views have to be there, beside those of `sql` itself
   */
  async #run(sql: string, reads = sql): Promise<Result> {
    await this.#settle(reads)
    const result = this.#turn.then(() => this.#now(sql, reads))
    this.#turn = result.catch(() => {})
    return result
  }

  async #now(sql: string, reads: string): Promise<Result> {
    if (this.#stoppedBy !== undefined) throw new Interrupted(this.#stoppedBy)
    await this.open()
    this.#makeViews(reads)
    const statements = [...this.#waiting.splice(0), sql].join(';\n')
    try {
      return await binding().query(this.#connection, statements)
    } catch (cause) {
      throw this.#translated(cause)
    }
  }

  /** Calls the functions that views which SQL names were given instead of their SELECT. Needs no turn. */
  async #settle(sql: string): Promise<void> {
    for (const name of viewsIn(sql)) {
      const unmade = this.#unmade.get(name)
      if (unmade === undefined) continue
      const select = typeof unmade === 'string' ? unmade : await unmade()
      await this.#settle(select)
      if (this.#unmade.has(name)) this.#unmade.set(name, select)
    }
  }

  /** Puts the views that SQL names among the waiting statements, those that they read first. */
  #makeViews(sql: string): void {
    for (const name of viewsIn(sql)) {
      const select = this.#unmade.get(name)
      if (typeof select !== 'string') continue
      this.#unmade.delete(name)
      this.#makeViews(select)
      this.#waiting.push(`create temp view ${name} as ${select}`)
    }
  }

  #translated(cause: unknown): unknown {
    return this.#stoppedBy === undefined ? translate(cause) : new Interrupted(this.#stoppedBy)
  }

  async #allCells(result: Result): Promise<Cell[][]> {
    const types = typesOf(result)
    const rows: Cell[][] = []
    for (;;) {
      const chunk = await binding().fetch_chunk(result)
      if (chunk === null || binding().data_chunk_get_size(chunk) === 0) return rows
      const columns = readCells(chunk, types)
      const count = binding().data_chunk_get_size(chunk)
      for (let i = 0; i < count; i++) rows.push(columns.map((column) => column[i] ?? null))
    }
  }
}

function viewsIn(sql: string): Set<string> {
  return new Set(Array.from(sql.matchAll(/\bview_\d+\b/g), ([name]) => name))
}

function typesOf(result: Result): number[] {
  return Array.from({ length: binding().column_count(result) }, (_, i) => binding().column_type(result, i))
}

function copyOptions(format: FileFormat): string {
  if (format.kind === 'parquet') return 'format parquet'
  if (format.kind === 'ndjson') return 'format json, array false'
  const delimiter = dialect.literal(format.delimiter)
  return `format csv, header ${format.header !== undefined}, delimiter ${delimiter}, quote '"', escape '"'`
}

/** DuckDB's error in lode's words; anything that is not DuckDB's stays as it is. */
function translate(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause
  const first = (cause.message.split('\n', 1)[0] as string).slice(0, 300)
  if (first.startsWith('Out of Memory Error')) {
    return new EngineError('the work needs more memory than it may have', {
      code: 'E_MEMORY',
      help: ['Give it more with --memory-limit, or fewer columns with --columns.'],
      cause,
    })
  }
  if (/No space left on device/.test(cause.message)) {
    return new DataError('the disk is full', {
      code: 'E_DISK_FULL',
      help: ['What was being written has been removed. TMPDIR names the folder that lode spills to.'],
      cause,
    })
  }
  if (/^IO Error.*(temporary|temp_storage)/i.test(first)) {
    return new DataError(`can't write to the folder for temporary files: ${first}`, {
      code: 'E_SPILL',
      cause,
    })
  }
  return new EngineError(first, { cause })
}
