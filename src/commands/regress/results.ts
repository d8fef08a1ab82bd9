/** The rows that `lode regress` gives: its input with predictions, or those of --predict FILE. */
import { setValid } from '../../base/column.ts'
import { count, plural } from '../../base/wording.ts'
import { predictions } from '../../learn/predictions.ts'
import { appendColumns, type AddedColumn } from '../../table/append.ts'
import { rowCount } from '../../table/numbers.ts'
import type { Relation } from '../../table/relation.ts'
import type { Learned, Model } from '../model.ts'
import { placesOf } from '../predict.ts'
import { partJson, predictRegress, type RegressPart } from '../regress-predict.ts'
import { freshlyNamed } from '../result-names.ts'
import type { RegressData } from './data.ts'
import type { Fitted } from './fit.ts'
import type { RegressContext } from './options.ts'

/** Rows that come out, and a line on what became of them. */
interface Results {
  readonly rows: Relation
  readonly told: string
}

/**
 * The input with predicted and residual beside its rows.
 *
 * The predictions are those of the model that is saved, to the bit.
 */
export async function withResults(
  context: RegressContext,
  data: RegressData,
  fitted: Fitted,
): Promise<Results> {
  const { rowOf, weightless, targets, kinds } = data
  if (!context.wants.rows) return { rows: data.relation, told: toldOf(data, 0) }
  const all = targets.length
  const estimates = new Float64Array(all)
  const residuals = new Float64Array(all)
  const valid = new Uint8Array((all + 7) >> 3)
  const { predictor, residuals: exact } = fitted
  let withoutValue = 0
  const { covariance: _errors, ...pointwise } = predictor
  for (const rows of [rowOf, weightless]) {
    const { predicted } = predictions(data.designOver(rows), pointwise, 0.5)
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number
      const value = predicted[i] as number
      // Of weight 0: a term may be the logarithm of 0 there, or past the range of doubles.
      if (!Number.isFinite(value)) {
        withoutValue++
        continue
      }
      estimates[row] = value
      const target = targets[row] as number
      const rest = rows === rowOf ? exact?.[i] : undefined
      residuals[row] = rest === undefined ? target - value : withoutRounding(rest, target)
      setValid(valid, row)
    }
  }
  const added: AddedColumn[] = [
    { name: 'predicted', data: { type: 'double', values: estimates, valid } },
    { name: 'residual', data: { type: 'double', values: residuals, valid } },
  ]
  if (kinds !== undefined) added.push(kindOf(kinds, estimates, valid))
  const named = freshlyNamed(context, data.relation, added)
  return {
    rows: await appendColumns(context.engine, data.relation, named),
    told: toldOf(data, withoutValue),
  }
}

/** What is less than a target can show is 0. */
function withoutRounding(residual: number, target: number): number {
  return Math.abs(residual) < 2 ** -60 * Math.abs(target) ? 0 : residual
}

/** @param withoutValue rows of weight 0 in which a term has no value */
function toldOf({ rows, rowOf, weightless, dropped }: RegressData, withoutValue: number): string {
  const weightlessRows = weightless.length - withoutValue
  const predicted = rowOf.length + weightlessRows
  const missing = dropped['missing_value'] ?? 0
  const reasons = [
    ...(missing === 0 ? [] : ['a value is missing in a column used']),
    ...(withoutValue === 0 ? [] : ['a weight of 0 and a term that has no value']),
    ...(rows - predicted > missing + withoutValue
      ? ['a weight of 0 and a text that no other row holds']
      : []),
  ]
  const unfitted = weightlessRows === 0 ? '' : `; ${plural(weightlessRows, 'row')} of weight 0 among them`
  const without =
    reasons.length === 0 ? '' : `; ${plural(rows - predicted, 'row')} without: ${reasons.join(', or ')}`
  return `predicted ${plural(predicted, 'row')}${unfitted}${without}`
}

/** The kind that is more likely. */
function kindOf(kinds: readonly [string, string], chances: Float64Array, valid: Uint8Array): AddedColumn {
  const codes = Int32Array.from(chances, (chance) => (chance > 0.5 ? 1 : 0))
  return { name: 'predicted_class', data: { type: 'integer', values: codes, valid }, levels: kinds }
}

export async function predictedRows(
  context: RegressContext,
  { columns, part }: Learned,
  relation: Relation,
): Promise<Results> {
  const model: Model = {
    columns,
    part,
    lode: '',
    command: 'regress',
    params: {},
    file: (context.inputs[0] as Relation).files.join(' and '),
  }
  const places = placesOf(model, relation)
  const prediction = await predictRegress({
    context,
    model,
    relation,
    places,
    refusesUnseen: false,
  })
  const without = Object.entries(prediction.without).map(
    ([reason, rows]) => `${plural(rows, 'row')} (${reason.replaceAll('_', ' ')})`,
  )
  if (without.length > 0) {
    context.warn({
      code: 'no_prediction',
      message: `${relation.files.join(' and ')} has rows without a prediction: ${without.join(', ')}`,
    })
  }
  const added = freshlyNamed(context, relation, prediction.added)
  const all = await rowCount(context.engine, relation)
  const lacking = Object.values(prediction.without).reduce((sum, rows) => sum + rows, 0)
  return {
    rows: await appendColumns(context.engine, relation, added),
    told: `predicted ${count(all - lacking)} of ${plural(all, 'row')} of ${relation.files.join(' and ')}`,
  }
}

export function learned(data: RegressData, part: RegressPart): Learned {
  const { sources, fills } = data
  return {
    columns: [
      ...sources.numbers.map(({ name }, i) => ({
        name,
        role: 'number' as const,
        ...(fills[i] === undefined ? {} : { fill: fills[i] }),
      })),
      ...sources.groups.map(({ name, levels }) => ({ name, role: 'text' as const, levels })),
    ],
    part: partJson(part),
  }
}
