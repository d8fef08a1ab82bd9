/**
 * The report of `clean`: what each step did, and what each column is like now.
 *
 * In:  counts, plain numbers. Out: the keys that the contract names, and blocks for a person.
 */
import { count, figure, plural, share } from '../base/wording.ts'
import type { Block, Json, Report } from './report.ts'

export interface CleanCounts {
  /** Rows that reached the first step. */
  readonly rowsIn: number
  readonly rowsOut: number
  /** Rows of the files that were refused before, because they were malformed. */
  readonly malformed: number
  readonly columnsIn: number
  readonly steps: readonly StepCounts[]
  readonly columns: readonly ColumnCounts[]
}

export interface StepCounts {
  readonly step: string
  readonly detail: string | undefined
  /** The rejected ones among them. */
  readonly rowsDropped: number
  readonly rowsRejected: number
  readonly cellsChanged: number
}

export interface ColumnCounts {
  readonly name: string
  readonly type: 'number' | 'date' | 'text' | 'empty'
  /** Undefined for a column that a step added. */
  readonly missingBefore: number | undefined
  readonly missingAfter: number
  readonly filled: number
  readonly changed: number
  readonly distinct: number
  readonly min: number | string | null
  readonly max: number | string | null
  readonly mean: number | null
  readonly top: string | null
  readonly topRows: number | null
}

export interface CleanFindings extends CleanCounts {
  readonly files: readonly string[]
  readonly params: { readonly [option: string]: Json }
}

export function cleanReport(found: CleanFindings): Omit<Report, 'warnings'> {
  const { files, params, rowsIn, rowsOut, malformed, columns } = found
  return {
    command: 'clean',
    input: {
      files,
      rows: rowsIn + malformed,
      columns: found.columnsIn,
      rows_used: rowsOut,
      columns_used: columns.map(({ name }) => name),
      dropped: dropped(found),
    },
    params,
    result: {
      rows_in: rowsIn + malformed,
      rows_out: rowsOut,
      steps: found.steps.map(stepJson),
      columns: columns.map(columnJson),
    },
    view: [...overview(found), ...columnTable(found)],
  }
}

/** Rows that are not in the output, by the step that took them. */
function dropped({ steps, malformed }: CleanFindings): { [reason: string]: number } {
  const reasons: { [reason: string]: number } = malformed === 0 ? {} : { malformed }
  for (const { step, rowsDropped } of steps) {
    if (rowsDropped > 0) reasons[step] = (reasons[step] ?? 0) + rowsDropped
  }
  return reasons
}

function stepJson({ step, detail, rowsDropped, rowsRejected, cellsChanged }: StepCounts): Json {
  return {
    step,
    ...(detail === undefined ? {} : { detail }),
    rows_dropped: rowsDropped,
    ...(rowsRejected === 0 ? {} : { rows_rejected: rowsRejected }),
    cells_changed: cellsChanged,
  }
}

function columnJson(column: ColumnCounts): Json {
  return {
    name: column.name,
    type: column.type,
    missing_before: column.missingBefore ?? null,
    missing_after: column.missingAfter,
    filled: column.filled,
    changed: column.changed,
    distinct: column.distinct,
    min: column.min,
    max: column.max,
    mean: column.mean,
    top: column.top,
    top_rows: column.topRows,
  }
}

function overview({ rowsIn, rowsOut, malformed, steps }: CleanFindings): Block[] {
  const read = rowsIn + malformed
  const kept = read === 0 ? '' : ` (${share(rowsOut / read)})`
  const refused =
    malformed === 0 ? '' : ` ${plural(malformed, 'row was', 'rows were')} malformed and refused.`
  const heading: Block = { kind: 'heading', text: `${count(rowsOut)} of ${plural(read, 'row')} kept${kept}` }
  if (steps.length === 0) return [heading]
  return [
    heading,
    ...(refused === '' ? [] : [{ kind: 'paragraph', text: refused.trim() } as const]),
    {
      kind: 'table',
      caption: 'What each step did, in the order they ran',
      columns: [
        { name: 'step' },
        { name: 'rows dropped', align: 'right' },
        { name: 'cells changed', align: 'right' },
      ],
      rows: steps.map(({ step, detail, rowsDropped, cellsChanged }) => [
        detail === undefined ? step : `${step}: ${detail}`,
        count(rowsDropped),
        count(cellsChanged),
      ]),
    },
  ]
}

function columnTable({ columns }: CleanFindings): Block[] {
  if (columns.length === 0) return []
  return [
    {
      kind: 'table',
      caption: 'The columns that come out',
      columns: [
        { name: 'column' },
        { name: 'type' },
        { name: 'missing before', align: 'right' },
        { name: 'missing after', align: 'right' },
        { name: 'changed', align: 'right' },
        { name: 'distinct', align: 'right' },
        { name: 'min', align: 'right' },
        { name: 'mean', align: 'right' },
        { name: 'max', align: 'right' },
        { name: 'most frequent' },
      ],
      rows: columns.map((column) => [
        column.name,
        column.type,
        column.missingBefore === undefined ? null : count(column.missingBefore),
        count(column.missingAfter),
        count(column.changed + column.filled),
        count(column.distinct),
        shown(column.min),
        shown(column.mean),
        shown(column.max),
        column.top === null ? null : `${column.top} (${count(column.topRows ?? 0)})`,
      ]),
    },
  ]
}

function shown(value: number | string | null): string | null {
  return typeof value === 'number' ? figure(value) : value
}
