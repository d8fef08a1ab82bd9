/** `lode merge`: files joined on their keys, by the nearest value or by likeness, or put under each other. */
import { RuleBroken, UsageError } from '../base/errors.ts'
import { count, plural } from '../base/wording.ts'
import { mergeReport, type StepFindings } from '../report/merge.ts'
import type { Relation } from '../table/relation.ts'
import { rowCount } from '../table/numbers.ts'
import { stackedColumns, stackSelect } from '../tidy/merge-stack.ts'
import { command, type Context, type Outcome } from './command.ts'
import { joinAlike } from './merge/alike.ts'
import { cross } from './merge/cross.ts'
import { joinNearest } from './merge/nearest.ts'
import { joinOnKeys } from './merge/on-keys.ts'
import { kindOf, mergeOptions, type Asked, type Kind, type MergeOptions } from './merge/options.ts'
import type { MergeStep } from './merge/step.ts'

export const merge = command({
  name: 'merge',
  summary: 'Join files on their keys, by the nearest value or by likeness, or stack them',
  about:
    'Joins the first file with the second, the result with the third, and so on: the rows, order, columns and ' +
    'suffixes of pandas.merge. With nothing asked for, rows match on the columns that both files have. Keys are ' +
    'compared as text, and missing keys match nothing: --key-as and --match-missing change that. Of several files ' +
    'each is joined with the same options, so a name that a suffix has made can clash with a later one; then give ' +
    'other --suffixes. With --asof a row whose value is missing finds nothing. With --fuzzy rows without a ' +
    'match are left out, unless --how left keeps them.',
  options: mergeOptions,
  examples: [
    [
      'orders with the customer of each',
      'lode merge fixtures/orders.csv fixtures/customers.csv --on customer_id',
    ],
    [
      'customers who never ordered',
      'lode merge fixtures/customers.csv fixtures/orders.csv --on customer_id --how anti',
    ],
    [
      'another system’s customers, whose numbers are written in other ways',
      'lode merge fixtures/customers.csv fixtures/legacy.csv --left-on customer_id --right-on cust_id --key-as digits,number',
    ],
    [
      'all rows of both files, with where each was found',
      'lode merge fixtures/customers.csv fixtures/crm.csv --on customer_id --how outer --indicator --suffixes ,_crm',
    ],
    [
      'the record of the other system that signed up nearest, within 30 days',
      'lode merge fixtures/crm.csv fixtures/legacy.csv --asof signup_date --direction nearest --tolerance 30d',
    ],
    [
      'names that are nearly the same',
      'lode merge fixtures/crm.csv fixtures/customers.csv --fuzzy name --by city',
    ],
    [
      'files under each other',
      'lode merge fixtures/customers.csv fixtures/crm.csv --stack --source-column system',
    ],
  ],
  operands: { metavar: 'FILE', min: 1, max: Infinity },
  ignoresColumnOptions: true,
  showsRows: true,
  async run(context) {
    const kind = kindOf(context.options)
    refuseTheWrongNumber(context)
    if (context.columns !== undefined || context.exclude !== undefined) {
      throw new UsageError('merge gives all columns; --columns and --exclude mean nothing here', {
        help: ['Choose columns before or after: lode merge a.csv b.csv then clean --columns a,b'],
      })
    }
    return kind === 'stack' ? stackAll(context) : joinAll(context, kind)
  },
})

function refuseTheWrongNumber({ inputs, options }: Context<MergeOptions>): void {
  if (inputs.length < 2) {
    throw new UsageError('needs two files or more, the left one first; `-` is standard input', {
      code: 'E_OPERAND',
      help: ['As in: lode merge customers.csv orders.csv --on customer_id'],
    })
  }
  if (inputs.length === 2) return
  const option =
    options.unmatchedLeft !== undefined ? 'left' : options.unmatchedRight !== undefined ? 'right' : ''
  if (option !== '') {
    throw new UsageError(
      `--unmatched-${option} takes two files; merge the first two, then the next with them`,
    )
  }
}

/** The files joined from left to right. */
async function joinAll(context: Context<MergeOptions>, kind: Exclude<Kind, 'stack'>): Promise<Outcome> {
  const [first, ...others] = context.inputs as [Relation, ...Relation[]]
  const steps: MergeStep[] = []
  let left = first
  for (const right of others) {
    const step = await mergeTwo(context, kind, left, right)
    // The tables of the step before were read for this one and are not needed any more.
    for (const table of steps.at(-1)?.tables ?? []) await context.engine.execute(`drop table ${table}`)
    steps.push(step)
    left = step.rows
  }
  const last = steps.at(-1) as MergeStep
  return {
    rows: last.rows,
    extras: last.extras,
    async report() {
      const findings: StepFindings[] = []
      for (const step of steps) {
        if (step.findings === undefined) throw new Error('a report was asked for that was not to be wanted')
        findings.push(step.findings)
      }
      return mergeReport({
        inputs: await inputsOf(context),
        columns: last.rows.columns.length,
        params: { ...context.params, ...last.resolved },
        steps: findings,
      })
    },
  }
}

async function mergeTwo(
  context: Asked,
  kind: Exclude<Kind, 'stack'>,
  left: Relation,
  right: Relation,
): Promise<MergeStep> {
  switch (kind) {
    case 'keys':
    case 'filter':
      return joinOnKeys(context, left, right)
    case 'cross':
      return cross(context, left, right)
    case 'asof':
      return joinNearest(context, left, right)
    case 'fuzzy':
      return joinAlike(context, left, right)
  }
}

async function inputsOf({ engine, inputs }: Context<MergeOptions>) {
  const read = []
  for (const relation of inputs) {
    const rows = await rowCount(engine, relation)
    read.push({ files: relation.files, rows, columns: relation.columns.length })
  }
  return read
}

/** The files under each other. */
async function stackAll(context: Context<MergeOptions>): Promise<Outcome> {
  const { engine, inputs, options, params } = context
  const stacked = stackedColumns(inputs.map(({ columns }) => columns))
  const { sourceColumn } = options
  if (sourceColumn !== undefined && stacked.some(({ column }) => column.name === sourceColumn)) {
    throw new UsageError(`--source-column ${sourceColumn}: the files have a column of that name already`)
  }
  if (options.maxRows !== undefined) {
    const rows = await totalRows(context)
    if (rows > options.maxRows) {
      throw new RuleBroken(
        `the files have ${plural(rows, 'row')} together, more than --max-rows ${count(options.maxRows)}`,
        { code: 'E_MAX_ROWS' },
      )
    }
  }
  const labels =
    sourceColumn === undefined
      ? undefined
      : inputs.map(({ files }) => engine.dialect.literal(files.join(' and ')))
  const columns = stacked.map(({ column }) => column)
  const name = await engine.view(
    stackSelect(
      stacked,
      inputs.map((relation) => relation.name),
      labels,
    ),
  )
  const known = inputs.map(({ rows }) => rows).filter((rows) => rows !== undefined)
  const first = inputs[0] as Relation
  const rows: Relation = {
    name,
    keyed: await engine.view(`select row_number() over () - 1 as k, * from ${name}`),
    columns: sourceColumn === undefined ? columns : [...columns, { name: sourceColumn, type: 'text' }],
    ...(known.length === inputs.length ? { rows: known.reduce((sum, one) => sum + one, 0) } : {}),
    files: inputs.flatMap(({ files }) => files),
    rejected: inputs.reduce((sum, { rejected }) => sum + rejected, 0),
    rules: first.rules,
  }
  return {
    rows,
    async report() {
      const read = await inputsOf(context)
      return mergeReport({ inputs: read, columns: rows.columns.length, params, steps: [] })
    },
  }
}

async function totalRows({ engine, inputs }: Context<MergeOptions>): Promise<number> {
  let total = 0
  for (const relation of inputs) total += await rowCount(engine, relation)
  return total
}
