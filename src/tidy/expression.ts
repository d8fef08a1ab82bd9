/**
 * What a user may ask of a row: `--where "age > 30 and city = 'Boston'"`.
 *
 * In:  the text, the names of the file's columns, and a way to ask the engine's parser.
 * Out: SQL over t0 … t(n−1), the cells of the row as numbers, dates and texts; and which of them it looks at.
 *
 * The text is parsed, never pasted: the parser's tree is walked, every node has to be of a kind that sees the row
 * and nothing else, every name has to be a column of the file, every function has to stand in a list of those
 * that give the same answer for the same row on any machine at any time. SQL is then made from the tree, so a
 * quote, a comment or a second statement in the text has nowhere to go.
 *
 * What can't be computed for a row (a text that is no date) is NULL there, not an error.
 */
import { UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import type { Cell, Dialect } from '../table/engine.ts'

export interface RowExpression {
  /** As the user wrote it. */
  readonly text: string
  /** The option it stands in, for errors. */
  readonly option: string
  /** SQL over the columns t<place>. */
  readonly sql: string
  /** The places of the columns it looks at, each once, ascending. */
  readonly places: readonly number[]
}

export interface ExpressionScope {
  /** The option, for errors: `--where`. */
  readonly option: string
  readonly columns: readonly string[]
  /** What the columns are of: the name of the file. */
  readonly file: string
  readonly dialect: Dialect
  /** Runs a query on the engine whose parser is asked. */
  readonly ask: (sql: string) => Promise<Cell[][]>
}

const LONGEST = 100_000
const BEFORE = 'select (\n'
const BEFORE_BARE = 'select  \n'

/** @throws {UsageError} for bad syntax, an unknown column or function, or anything that is not about the row */
export async function rowExpression(text: string, scope: ExpressionScope): Promise<RowExpression> {
  const { option, dialect, ask } = scope
  if (text.trim() === '') throw new UsageError(`${option} needs an expression, such as "age > 30"`)
  if (text.length > LONGEST) {
    throw new UsageError(
      `the expression of ${option} is ${text.length} characters long; ${LONGEST} is the most`,
    )
  }
  if (text.includes('\0')) throw new UsageError(`the expression of ${option} holds a NUL character`)
  // The line end keeps a comment at the end of the text from taking the bracket with it.
  const parsed = await json(ask, `json_serialize_sql(${dialect.literal(`${BEFORE}${text}\n)`)})`)
  if (parsed['error'] === true) throw syntaxError(text, scope, parsed)
  // Brackets of ours must not be closed by the text: `a > 1) or (1 = 1` is no expression.
  const bare = await json(ask, `json_serialize_sql(${dialect.literal(`${BEFORE_BARE}${text}\n`)})`)
  if (bare['error'] === true) throw syntaxError(text, scope, bare)
  const found = new Set<number>()
  const tree = checked(soleExpression(parsed, scope), scope, found)
  const wrapped = withExpression(parsed, tree)
  const [[sql] = []] = await ask(
    `select json_deserialize_sql(${dialect.literal(withNumbersBack(JSON.stringify(wrapped)))}::json)`,
  )
  if (typeof sql !== 'string' || !sql.startsWith('SELECT '))
    throw new Error(`the parser gave back "${String(sql)}"`)
  const places = [...found].sort((a, b) => a - b)
  return { text, option, sql: `(${sql.slice('SELECT '.length)})`, places }
}

type Node = { readonly [key: string]: unknown }

async function json(ask: ExpressionScope['ask'], call: string): Promise<Node> {
  const [[answer] = []] = await ask(`select cast(${call} as varchar)`)
  return asNode(JSON.parse(withNumbersKept(String(answer))))
}

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/**
 * JSON whose numbers are strings that begin with a NUL, so that they go through JavaScript as they are: 1.0 must
 * not become the integer 1, nor `id = 12345678901234567` be about another id. No text of the user begins so: a
 * NUL is refused.
 */
function withNumbersKept(text: string): string {
  return text.replaceAll(STRING_OR_NUMBER, (found) => (found.startsWith('"') ? found : `"\\u0000${found}"`))
}

function withNumbersBack(text: string): string {
  return text.replaceAll(/"\\u0000([^"]+)"/g, '$1')
}

function asNode(value: unknown): Node {
  if (typeof value !== 'object' || value === null)
    throw new Error('the parser gave a tree of an unknown form')
  return value as Node
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(asNode) : []
}

/** The parser says where by the place in what it was given. */
function syntaxError(
  text: string,
  { option }: ExpressionScope,
  { error_message, position }: Node,
): UsageError {
  if (typeof position !== 'string') return rowOnly(option, 'another statement')
  const at = Math.min(Math.max(Number(position) - BEFORE.length, 0), text.length)
  const shown = text.length <= 60 ? text : `…${text.slice(Math.max(0, at - 25), at + 25)}…`
  const where =
    at >= text.length
      ? 'at its end'
      : `at "${text.slice(at, at + 20).split('\n', 1)[0]}" (character ${at + 1})`
  const unterminated = /unterminated (quoted \w+|\/\* comment)/.exec(String(error_message))
  const what = unterminated === null ? 'a syntax error' : `an ${unterminated[0]}`
  return new UsageError(`${option} "${shown.replaceAll('\n', ' ')}" has ${what} ${where}`, {
    code: 'E_EXPRESSION',
    help: [`Names of columns with blanks stand in "double quotes", texts in 'single quotes'.`],
  })
}

function rowOnly(option: string, what: string): UsageError {
  return new UsageError(`an expression sees the row only; ${what} can't stand in ${option}`, {
    code: 'E_EXPRESSION',
  })
}

/** The one thing selected by the one statement that there may be. */
function soleExpression(parsed: Node, { option }: ExpressionScope): Node {
  const [statement, ...more] = nodes(parsed['statements'])
  if (statement === undefined || more.length > 0) throw rowOnly(option, 'another statement')
  const select = asNode(statement['node'])
  if (select['type'] !== 'SELECT_NODE') throw rowOnly(option, 'a query')
  const [expression, ...others] = nodes(select['select_list'])
  const from = asNode(select['from_table'])
  const nothingElse =
    from['type'] === 'EMPTY' &&
    ['where_clause', 'having', 'qualify', 'sample'].every((part) => (select[part] ?? null) === null) &&
    ['group_expressions', 'group_sets', 'modifiers'].every((part) => nodes(select[part]).length === 0) &&
    nodes(asNode(select['cte_map'])['map']).length === 0
  if (!nothingElse) throw rowOnly(option, 'a query')
  if (expression === undefined || others.length > 0) {
    throw new UsageError(`${option} takes one expression; got ${others.length + 1}`, { code: 'E_EXPRESSION' })
  }
  return expression
}

function withExpression(parsed: Node, expression: Node): Node {
  const [statement] = nodes(parsed['statements'])
  const select = asNode(statement?.['node'])
  return {
    error: false,
    statements: [{ ...statement, node: { ...select, select_list: [expression] } }],
  }
}

/** What each kind of node has below it. Kinds that are not here look beyond the row. */
const CHILDREN: { readonly [kind: string]: readonly string[] } = {
  COLUMN_REF: [],
  CONSTANT: [],
  COMPARISON: ['left', 'right'],
  CONJUNCTION: ['children'],
  FUNCTION: ['children'],
  OPERATOR: ['children'],
  CASE: ['else_expr'],
  CAST: ['child'],
  BETWEEN: ['input', 'lower', 'upper'],
  COLLATE: ['child'],
}

const REFUSED: { readonly [kind: string]: string } = {
  SUBQUERY: 'a query inside it',
  WINDOW: 'a window over other rows',
  STAR: '*',
  PARAMETER: 'a parameter',
  POSITIONAL_REFERENCE: 'the number of a column',
  LAMBDA: 'a function of its own',
}

/** The node with its names resolved. @throws {UsageError} for what it may not hold */
function checked(node: Node, scope: ExpressionScope, found: Set<number>): Node {
  const kind = String(node['class'])
  const children = CHILDREN[kind]
  if (children === undefined) throw rowOnly(scope.option, REFUSED[kind] ?? kind.toLowerCase())
  if (kind === 'COLUMN_REF') return resolved(node, scope, found)
  if (kind === 'FUNCTION') refuseFunction(node, scope)
  if (kind === 'CAST') refuseType(node, scope)
  if (kind === 'COLLATE' && !/^(nocase|noaccent)(\.(nocase|noaccent))*$/i.test(String(node['collation']))) {
    throw new UsageError(`${scope.option} knows the collations nocase and noaccent alone`, {
      code: 'E_EXPRESSION',
    })
  }
  const below = children.map((name): [string, unknown] => [name, checkedBelow(node[name], scope, found)])
  const cases =
    kind === 'CASE'
      ? { case_checks: nodes(node['case_checks']).map((one) => checkedCase(one, scope, found)) }
      : {}
  const cast = kind === 'CAST' ? { try_cast: true } : {}
  return { ...node, ...Object.fromEntries(below), ...cases, ...cast }
}

function checkedBelow(value: unknown, scope: ExpressionScope, found: Set<number>): unknown {
  if (value === null || value === undefined) return value
  return Array.isArray(value)
    ? value.map((child) => checked(asNode(child), scope, found))
    : checked(asNode(value), scope, found)
}

function checkedCase(node: Node, scope: ExpressionScope, found: Set<number>): Node {
  return {
    ...node,
    when_expr: checkedBelow(node['when_expr'], scope, found),
    then_expr: checkedBelow(node['then_expr'], scope, found),
  }
}

/** A column of the file, by its name, else by its name ignoring case where only one is so called. */
function resolved(node: Node, scope: ExpressionScope, found: Set<number>): Node {
  const { columns, option, file } = scope
  const name = (node['column_names'] as unknown[]).map(String).join('.')
  const exact = columns.flatMap((column, i) => (column === name ? [i] : []))
  const folded = columns.flatMap((column, i) => (column.toLowerCase() === name.toLowerCase() ? [i] : []))
  const meant = exact.length > 0 ? exact : folded
  const [place] = meant
  if (place === undefined) {
    throw new UsageError(`column "${name}" in ${option} is not in ${file}${didYouMean(name, columns)}`, {
      code: 'E_COLUMN',
      help: [`If it is a text, it stands in single quotes: '${name}'.`],
    })
  }
  if (meant.length > 1) {
    throw new UsageError(`column "${name}" in ${option} stands ${meant.length} times in ${file}`, {
      code: 'E_COLUMN',
      help: ['Give one of them another name first.'],
    })
  }
  found.add(place)
  return { ...node, column_names: [`t${place}`] }
}

/**
 * Functions of the row: the same arguments give the same answer everywhere, always. A list of what may be, not of
 * what may not: the engine calls `current_setting`, `getvariable` and `current_localtime` functions of their
 * arguments, and the next version has more of them.
 */
const FUNCTIONS = new Set(
  [
    '+ - * / // % ** ^ & | << >> ~ @ ! || ^@ ~~ !~~ ~~* !~~* ~~~ ~~~* like_escape ilike_escape not_like_escape not_ilike_escape',
    'abs acos acosh add asin asinh atan atan2 atanh bit_count cbrt ceil ceiling cos cosh cot degrees divide even exp',
    'factorial fdiv floor fmod gamma gcd greatest greatest_common_divisor isfinite isinf isnan lcm least',
    'least_common_multiple lgamma ln log log10 log2 mod multiply nextafter pi pow power radians round round_even sign',
    'signbit sin sinh sqrt subtract tan tanh trunc xor nullif',
    'ascii bar base64 bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein',
    'editdist3 encode ends_with format from_base64 hamming hash hex instr jaccard jaro_similarity',
    'jaro_winkler_similarity lcase left left_grapheme len length length_grapheme levenshtein lower lpad ltrim md5',
    'mismatches nfc_normalize octet_length ord position prefix printf regexp_escape regexp_extract',
    'regexp_full_match regexp_matches regexp_replace replace reverse right right_grapheme rpad rtrim sha1 sha256',
    'split split_part starts_with str_split string_split string_split_regex str_split_regex strip_accents strlen strpos',
    'substr substring substring_grapheme suffix to_base64 translate trim ucase unicode upper url_decode url_encode',
    'list_value list_contains list_extract array_extract array_contains array_length list_position list_has',
    'date_diff date_part date_sub date_trunc date_add datediff datepart datesub datetrunc day dayname dayofmonth',
    'dayofweek dayofyear decade century days_in_month epoch epoch_ms era hour isodow isoyear julian last_day make_date',
    'make_time make_timestamp microsecond millennium millisecond minute month monthname quarter second strftime',
    'strptime try_strptime to_centuries to_days to_decades to_hours to_microseconds to_millennia to_milliseconds',
    'to_minutes to_months to_quarters to_seconds to_weeks to_years week weekday weekofyear year yearweek',
    'json_extract json_extract_string json_exists json_valid json_array_length json_type row struct_extract',
  ]
    .join(' ')
    .split(' '),
)

function refuseFunction(node: Node, { option }: ExpressionScope): void {
  const name = String(node['function_name']).toLowerCase()
  const own = ['', 'main'].includes(node['schema'] as string) && node['catalog'] === ''
  const plain =
    node['distinct'] !== true &&
    (node['filter'] ?? null) === null &&
    nodes((node['order_bys'] as Node | null | undefined)?.['orders']).length === 0
  if (own && plain && FUNCTIONS.has(name)) return
  if (node['is_operator'] === true) {
    throw new UsageError(`the operator "${name.replace('__postfix', '')}" can't stand in ${option}`, {
      code: 'E_EXPRESSION',
    })
  }
  const near = name.length > 4 && !FUNCTIONS.has(name) ? didYouMean(name, [...FUNCTIONS]) : ''
  throw new UsageError(
    `an expression sees the row only; the function "${name}" can't stand in ${option}${near}`,
    { code: 'E_EXPRESSION' },
  )
}

const TYPES = new Set(
  (
    'BOOLEAN TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT FLOAT DOUBLE DECIMAL ' +
    'VARCHAR CHAR DATE TIME TIMESTAMP INTERVAL'
  ).split(' '),
)

/** Types whose values depend on where and when it runs (time zones), or that are made of others. */
function refuseType(node: Node, { option }: ExpressionScope): void {
  const type = asNode(node['cast_type'])
  const id = type['id'] as string
  if (TYPES.has(id)) return
  const name = id === 'UNBOUND' ? (asNode(type['type_info'])['name'] as string) : id
  throw new UsageError(`the type "${name.toLowerCase()}" can't stand in ${option}`, { code: 'E_EXPRESSION' })
}

export type TypedAs = 'integer' | 'long' | 'number' | 'date' | 'timestamp' | 'text'

const SQL_TYPE: { readonly [T in TypedAs]: string } = {
  integer: 'bigint',
  long: 'hugeint',
  number: 'double',
  date: 'date',
  timestamp: 'timestamp',
  text: 'varchar',
}

/**
 * SQL of a cell as an expression sees it: NULL where missing, else a number, a date or its text.
 *
 * @param number SQL of the number in the cell, a DOUBLE
 */
export function typedCell(cell: string, missing: string, number: string, as: TypedAs): string {
  const value = as === 'text' ? cell : as === 'number' ? number : `try_cast(${cell} as ${SQL_TYPE[as]})`
  return `case when ${missing} then null else ${value} end`
}

/** SQL: whether the expression holds for a row; NULL where that can't be known. */
export function holds({ sql }: RowExpression): string {
  return `try(${sql})`
}

const TEXT_WITH_NUMBER =
  /Cannot compare values of type (VARCHAR and type (INTEGER|DECIMAL|DOUBLE|BIGINT)|(INTEGER|DECIMAL|DOUBLE|BIGINT)\w*(\(.*\))? and type VARCHAR)/

/**
 * Makes sure that the expression is a condition, before any row is read.
 *
 * @param as what the columns of `places` are, in their order
 * @throws {UsageError} for a value that is no yes or no, and for arguments that don't fit their function
 */
export async function requireCondition(
  { text, option, sql, places }: RowExpression,
  as: readonly TypedAs[],
  ask: ExpressionScope['ask'],
): Promise<void> {
  const columns = places.map((place, i) => `cast(null as ${SQL_TYPE[as[i] ?? 'text']}) as t${place}`)
  const row = `(select ${['1 as one', ...columns].join(', ')})`
  // The value is asked for as well as its type, because only then are the constants read: a = 'abc'.
  const [[type] = []] = await ask(`select typeof(${sql}), cast(${sql} as varchar) from ${row}`).catch(
    (cause: unknown) => {
      const reason = cause instanceof Error ? cause.message.replace(/^[A-Z]\w+ Error: /, '') : ''
      if (TEXT_WITH_NUMBER.test(reason)) {
        throw new UsageError(`${option} "${shortened(text)}" compares a column of text with a number`, {
          code: 'E_EXPRESSION',
          help: ["clean --number COL makes numbers of such a column; '5' in quotes is a text."],
          cause,
        })
      }
      throw new UsageError(`${option} "${shortened(text)}" can't be computed: ${reason}`, {
        code: 'E_EXPRESSION',
        cause,
      })
    },
  )
  if (type === 'BOOLEAN') return
  throw new UsageError(
    `${option} "${shortened(text)}" is not a condition: it gives a ${String(type).toLowerCase()}`,
    {
      code: 'E_EXPRESSION',
      help: [`A condition says yes or no, as age > 30 and city = 'Boston' do.`],
    },
  )
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
