/**
 * The report of `predict`: which model, which rows have a result, what it had not seen before.
 *
 * In:  counts and names.
 * Out: keys for programs and blocks for a person.
 */
import { count, listed, plural } from '../base/wording.ts'
import type { Block, Json, Report, ReportInput } from './report.ts'

export interface PredictFindings {
  readonly input: ReportInput
  readonly params: { readonly [option: string]: Json }
  readonly model: { readonly file: string; readonly lode: string; readonly command: string }
  /** Names of the columns added. */
  readonly added: readonly string[]
  readonly unseen: readonly UnseenTexts[]
  /** Of rows that do have a result. */
  readonly remarks: readonly string[]
  /** Further keys of the command that made the model. */
  readonly result: { readonly [key: string]: Json }
}

/** Texts of a column that the model was not learnt with. */
export interface UnseenTexts {
  readonly column: string
  readonly texts: readonly { readonly text: string; readonly rows: number }[]
}

export function predictReport(found: PredictFindings): Omit<Report, 'warnings'> {
  const { input, params, model, added, unseen, result } = found
  return {
    command: 'predict',
    input,
    params,
    result: {
      model,
      rows_predicted: input.rows_used,
      added,
      unseen: unseen.map(({ column, texts }) => ({ column, levels: texts })),
      ...result,
    },
    view: viewOf(found),
  }
}

/** Unseen texts that a person still reads. */
const textsShown = 20

function viewOf({ input, model, added, unseen, remarks }: PredictFindings): Block[] {
  const without = Object.entries(input.dropped).map(
    ([reason, rows]) => `${plural(rows, 'row')} without: ${reason.replaceAll('_', ' ')}.`,
  )
  const lines = unseen.flatMap(({ column, texts }) =>
    texts.map(({ text, rows }) => [column, text, count(rows)]),
  )
  return [
    {
      kind: 'heading',
      text: `${added.length === 0 ? 'Weights' : listed(added)} of ${plural(input.rows_used, 'row')}`,
    },
    {
      kind: 'paragraph',
      text: [
        `By the model ${model.file} of lode ${model.command}, from ${listed(input.columns_used)}.`,
        ...(without.length === 0 ? ['Every row has a result.'] : without),
        ...remarks,
      ].join(' '),
    },
    ...(lines.length === 0
      ? []
      : [
          {
            kind: 'table',
            caption: 'Texts that the model was not learnt with',
            columns: [{ name: 'column' }, { name: 'text' }, { name: 'rows', align: 'right' }],
            rows: lines.slice(0, textsShown),
          } as const,
        ]),
  ]
}
