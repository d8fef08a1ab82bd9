/**
 * The report of `merge`: how many rows met, and which did not.
 *
 * In:  the inputs and the findings of each merge, in their order; none when the files were stacked.
 * Out: the keys that the contract names, of the last merge, with every merge under `steps` when there are several;
 *      and blocks for a person.
 */
import { count, plural, share } from '../base/wording.ts'
import type { Block, Json, Report, ReportInput } from './report.ts'

/** The cells of one key. */
export type KeyExample = readonly { readonly column: string; readonly text: string | null }[]

export interface StepFindings {
  readonly left: string
  readonly right: string
  readonly how: string
  readonly keys: readonly { readonly left: string; readonly right: string }[]
  readonly rowsLeft: number
  readonly rowsRight: number
  readonly rowsOut: number
  readonly matchedLeft: number
  readonly matchedRight: number
  /** Rows in which a key is missing. */
  readonly missingLeft: number
  readonly missingRight: number
  /** Different keys that stand in more than one row. */
  readonly duplicateKeysLeft: number
  readonly duplicateKeysRight: number
  readonly examples: { readonly left: readonly KeyExample[]; readonly right: readonly KeyExample[] }
}

export interface MergeFindings {
  readonly inputs: readonly {
    readonly files: readonly string[]
    readonly rows: number
    readonly columns: number
  }[]
  /** Columns of the result. */
  readonly columns: number
  readonly params: { readonly [option: string]: Json }
  readonly steps: readonly StepFindings[]
}

export function mergeReport(found: MergeFindings): Omit<Report, 'warnings'> {
  const last = found.steps.at(-1)
  const rows = sum(found.inputs.map((input) => input.rows))
  return {
    command: 'merge',
    input: inputOf(found, rows),
    params: found.params,
    result: {
      ...(last === undefined ? stacked(found, rows) : resultOf(last)),
      columns_out: found.columns,
      ...(found.steps.length > 1 ? { steps: found.steps.map(stepOf) } : {}),
    },
    view: last === undefined ? stackView(found, rows) : found.steps.flatMap(viewOf),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

/** Rows read are used or left out for a stated reason. */
function inputOf({ inputs, columns, steps }: MergeFindings, rows: number): ReportInput {
  const dropped: Record<string, number> = {}
  const drop = (reason: string, rowCount: number) => {
    if (rowCount > 0) dropped[reason] = (dropped[reason] ?? 0) + rowCount
  }
  // Of several merges the left side of a later one is no input, so only what is left out of the files is told.
  steps.forEach((step, i) => {
    const { left, right } = leftOut(step)
    if (i === 0) drop(left.reason, left.rows)
    drop(right.reason, right.rows)
  })
  return {
    files: inputs.flatMap(({ files }) => files),
    rows,
    columns: steps.length === 0 ? columns : sum(inputs.map((input) => input.columns)),
    rows_used: rows - sum(Object.values(dropped)),
    columns_used: [...new Set(steps.flatMap(({ keys }) => keys.flatMap(({ left, right }) => [left, right])))],
    dropped,
  }
}

/** Rows of either side that are not in the result. A filter's right side gives no rows, and is not left out of any. */
function leftOut(step: StepFindings) {
  const unmatchedLeft = step.rowsLeft - step.matchedLeft
  const unmatchedRight = step.rowsRight - step.matchedRight
  const left = { reason: 'left_without_match', rows: 0 }
  const right = { reason: 'right_without_match', rows: 0 }
  switch (step.how) {
    case 'inner':
    case 'cross':
      return { left: { ...left, rows: unmatchedLeft }, right: { ...right, rows: unmatchedRight } }
    case 'left':
    case 'asof':
      return { left, right: { ...right, rows: unmatchedRight } }
    case 'right':
      return { left: { ...left, rows: unmatchedLeft }, right }
    case 'semi':
      return { left: { ...left, rows: unmatchedLeft }, right }
    case 'anti':
      return { left: { reason: 'left_with_match', rows: step.matchedLeft }, right }
    default:
      return { left, right }
  }
}

function resultOf(step: StepFindings): Record<string, Json> {
  return {
    rows_left: step.rowsLeft,
    rows_right: step.rowsRight,
    rows_out: step.rowsOut,
    matched_left: step.matchedLeft,
    matched_right: step.matchedRight,
    unmatched_left: step.rowsLeft - step.matchedLeft,
    unmatched_right: step.rowsRight - step.matchedRight,
    duplicate_keys_left: step.duplicateKeysLeft,
    duplicate_keys_right: step.duplicateKeysRight,
    missing_keys_left: step.missingLeft,
    missing_keys_right: step.missingRight,
    keys: step.keys.map(({ left, right }) => ({ left, right })),
    unmatched_examples: { left: step.examples.left.map(asObject), right: step.examples.right.map(asObject) },
  }
}

function stepOf(step: StepFindings): Json {
  return { left: step.left, right: step.right, ...resultOf(step) }
}

function asObject(example: KeyExample): Json {
  return Object.fromEntries(example.map(({ column, text }) => [column, text]))
}

/** Nothing is matched in a stack: the first file is the left one, all others are the right one. */
function stacked({ inputs }: MergeFindings, rows: number): Record<string, Json> {
  const first = inputs[0]?.rows ?? 0
  return {
    rows_left: first,
    rows_right: rows - first,
    rows_out: rows,
    matched_left: 0,
    matched_right: 0,
    unmatched_left: 0,
    unmatched_right: 0,
    duplicate_keys_left: 0,
    duplicate_keys_right: 0,
    missing_keys_left: 0,
    missing_keys_right: 0,
    keys: [],
    unmatched_examples: { left: [], right: [] },
  }
}

function viewOf(step: StepFindings): Block[] {
  const side = (file: string, rows: number, matched: number, missing: number, repeated: number) => [
    file,
    count(rows),
    `${count(matched)}${rows > 0 ? ` (${share(matched / rows)})` : ''}`,
    count(rows - matched),
    count(missing),
    count(repeated),
  ]
  const right = { align: 'right' } as const
  return [
    { kind: 'heading', text: `${step.left} and ${step.right}` },
    { kind: 'paragraph', text: whatWasDone(step) },
    {
      kind: 'table',
      caption: 'Rows that met, and rows that did not',
      columns: [
        { name: 'file' },
        { name: 'rows', ...right },
        { name: 'matched', ...right },
        { name: 'unmatched', ...right },
        { name: 'key missing', ...right },
        { name: 'keys in several rows', ...right },
      ],
      rows: [
        side(step.left, step.rowsLeft, step.matchedLeft, step.missingLeft, step.duplicateKeysLeft),
        side(step.right, step.rowsRight, step.matchedRight, step.missingRight, step.duplicateKeysRight),
      ],
    },
    ...exampleBlock(step),
  ]
}

const ROWS_KEPT: { readonly [how: string]: string } = {
  inner: 'the rows that match',
  left: 'all rows of the left file',
  right: 'all rows of the right file',
  outer: 'all rows of both files',
  semi: 'the rows of the left file that have a match',
  anti: 'the rows of the left file that have no match',
  cross: 'every row of the left file with every row of the right one',
  asof: 'all rows of the left file, each with the nearest of the right one',
}

function whatWasDone({ how, keys, rowsOut }: StepFindings): string {
  const names = keys.map(({ left, right }) => (left === right ? left : `${left} = ${right}`))
  const on = names.length === 0 ? '' : `, matched on ${names.join(', ')}`
  return `${plural(rowsOut, 'row')}: ${ROWS_KEPT[how] ?? how}${on}.`
}

function exampleBlock({ left, right, examples }: StepFindings): Block[] {
  const lines = [
    { file: left, keys: examples.left },
    { file: right, keys: examples.right },
  ].filter(({ keys }) => keys.length > 0)
  if (lines.length === 0) return []
  const shown = (example: KeyExample) => example.map(({ text }) => text ?? '-').join(' / ')
  return [
    {
      kind: 'table',
      caption: 'Keys without a match, the first of each file',
      columns: [{ name: 'file' }, { name: 'keys' }],
      rows: lines.map(({ file, keys }) => [file, keys.map(shown).join(', ')]),
    },
  ]
}

function stackView({ inputs, columns }: MergeFindings, rows: number): Block[] {
  return [
    { kind: 'heading', text: 'Files under each other' },
    { kind: 'paragraph', text: `${plural(rows, 'row')} of ${plural(columns, 'column')}.` },
    {
      kind: 'table',
      columns: [{ name: 'file' }, { name: 'rows', align: 'right' }, { name: 'columns', align: 'right' }],
      rows: inputs.map((input) => [input.files.join(' and '), count(input.rows), count(input.columns)]),
    },
  ]
}
