/**
 * What the kinds of merge have in common: the step that each gives, its columns, its findings.
 */
import { UsageError } from '../../base/errors.ts'
import type { KeyExample, StepFindings } from '../../report/merge.ts'
import type { Json } from '../../report/report.ts'
import type { Cell } from '../../table/engine.ts'
import type { Relation } from '../../table/relation.ts'
import type { MergedColumn } from '../../tidy/merge-columns.ts'
import type { KeyCounts } from '../../tidy/merge-keys.ts'
import { type Extra, INDICATOR, type Side } from '../../tidy/merge.ts'
import type { Asked } from './options.ts'
import { type KeyPlaces, nameOf } from './places.ts'

export interface MergeStep {
  readonly rows: Relation
  /** Undefined where no report is wanted. */
  readonly findings: StepFindings | undefined
  readonly extras: readonly { readonly file: string; readonly rows: Relation }[]
  /** Options that were not given, as resolved, for `params` of the report. */
  readonly resolved: { readonly [option: string]: Json }
  /** Tables of the engine that the rows are read from. */
  readonly tables: readonly string[]
}

export const SUFFIXES = ['_x', '_y'] as const

export const EXAMPLES = 5

export const LONGEST_SHOWN = 60

/** Keys that are called the same stand once in the result. */
export function folded(left: Relation, right: Relation, places: KeyPlaces): Map<number, number> {
  return new Map(
    places.left.flatMap((place, i) => {
      const twin = places.right[i] as number
      return left.columns[place]?.name === right.columns[twin]?.name ? [[place, twin] as const] : []
    }),
  )
}

export function indicator({ options }: Asked, columns: readonly MergedColumn[]): Extra[] {
  if (!options.indicator) return []
  if (columns.some(({ column }) => column.name === INDICATOR.name)) {
    throw new UsageError(`--indicator: there is a column called ${INDICATOR.name} already`, {
      code: 'E_COLUMN',
    })
  }
  return [INDICATOR]
}

export function findingsOf(
  how: string,
  left: Relation,
  right: Relation,
  places: KeyPlaces,
  counts: KeyCounts,
  rowsOut: number,
): Omit<StepFindings, 'examples'> {
  return {
    left: nameOf(left),
    right: nameOf(right),
    how,
    keys: places.left.map((place, i) => ({
      left: left.columns[place]?.name ?? '',
      right: right.columns[places.right[i] as number]?.name ?? '',
    })),
    rowsOut,
    ...counts,
  }
}

/** The relation of the rows that a SELECT gives in their order. */
export async function merged(
  context: Asked,
  left: Relation,
  right: Relation,
  select: string,
  columns: readonly MergedColumn[],
  extras: readonly Extra[],
  rows: number | undefined,
): Promise<Relation> {
  const view = await context.engine.view(select)
  const relation = await mergedRelation(context, left, right, view, columns, extras)
  return rows === undefined ? relation : { ...relation, rows }
}

/** The relation of merged rows. @param name of the rows in the engine, in their order */
export async function mergedRelation(
  { engine }: Asked,
  left: Relation,
  right: Relation,
  name: string,
  columns: readonly MergedColumn[],
  extras: readonly Extra[],
): Promise<Relation> {
  return {
    name,
    keyed: await engine.view(`select row_number() over () - 1 as k, * from ${name}`),
    columns: [
      ...columns.map(({ column }) => column),
      ...extras.map((one) => ({ name: one.name, type: 'text' })),
    ],
    files: [...new Set([...left.files, ...right.files])],
    rejected: left.rejected + right.rejected,
    rules: left.rules,
  }
}

/** Rows of one side for a file of their own. */
export async function extra(
  { engine }: Asked,
  file: string | undefined,
  from: Relation,
  select: () => string,
): Promise<{ file: string; rows: Relation }[]> {
  if (file === undefined) return []
  const { rows: _all, lineOf: _line, ...kept } = from
  const name = await engine.view(select())
  const keyed = await engine.view(`select row_number() over () - 1 as k, * from ${name}`)
  return [
    {
      file,
      rows: {
        ...kept,
        columns: from.columns.map(({ name: called, type }) => ({ name: called, type })),
        name,
        keyed,
      },
    },
  ]
}

export function noKeys(l: Side, r: Side) {
  return {
    rowsLeft: l.rows,
    rowsRight: r.rows,
    missingLeft: 0,
    missingRight: 0,
    duplicateKeysLeft: 0,
    duplicateKeysRight: 0,
  }
}

export function textOf(cell: Cell | undefined): string | null {
  return cell === null || cell === undefined ? null : String(cell)
}

export function exampleOf(relation: Relation, at: readonly number[], row: readonly Cell[]): KeyExample {
  return at.map((place, i) => ({
    column: relation.columns[place]?.name ?? '',
    text: textOf(row[i]),
  }))
}
