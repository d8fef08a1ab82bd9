/** `lode predict`: what a saved model says of other rows. */
import { DataError, UsageError } from '../base/errors.ts'
import { didYouMean } from '../base/suggest.ts'
import { listed, plural } from '../base/wording.ts'
import { predictReport } from '../report/predict.ts'
import { appendColumns } from '../table/append.ts'
import { rowCount } from '../table/numbers.ts'
import type { Relation } from '../table/relation.ts'
import { command, type Context } from './command.ts'
import { parseModel, type Model } from './model.ts'
import { choice, matrixFile } from './option.ts'
import { predictors } from './predictors.ts'
import { freshlyNamed } from './result-names.ts'

const options = {
  unseen: choice({
    about:
      'a text that the model was not learnt with: the row gets no result where the model needs one, or it is an error',
    choices: ['empty', 'error'],
    default: 'empty',
  }),
  matrix: matrixFile(),
}

export const predict = command({
  name: 'predict',
  summary: 'Apply a model that --save-model wrote to other rows',
  about:
    'Reads a model that a command wrote with --save-model and adds to each row what that command would: the group of ' +
    'cluster, say. The model names the columns that it needs; they are found by their names, wherever they stand, and ' +
    'those that the file lacks are named. Values are scaled and filled in as they were when the model was learnt.',
  options,
  examples: [
    [
      'find the groups of one file in another',
      'lode cluster fixtures/crm.csv -k 3 --columns age,income --save-model groups.json -o crm-groups.csv && ' +
        'lode predict groups.json fixtures/customers.csv -o customer-groups.csv',
    ],
    [
      'what other customers will earn, with predicted, lower and upper beside each',
      'lode regress fixtures/crm.csv --target income --columns age,city --save-model income.json -o fitted.csv && ' +
        'lode predict income.json fixtures/customers.csv -o expected.csv',
    ],
  ],
  lead: 'MODEL',
  operands: { metavar: 'FILE', min: 0, max: 1 },
  ignoresColumnOptions: true,
  showsRows: true,
  async run(context) {
    if (context.columns !== undefined || context.exclude !== undefined) {
      throw new UsageError('the model says which columns are used; leave --columns and --exclude out', {
        code: 'E_OPTION',
      })
    }
    const relation = context.inputs[0] as Relation
    const model = await readModel(context)
    const load = predictors[model.command]
    if (load === undefined) throw new Error(`no predictor of ${model.command}`)
    const places = placesOf(model, relation)
    const predictor = await load()
    const { unseen, matrix: matrixTo } = context.options
    const prediction = await predictor({
      context,
      model,
      relation,
      places,
      refusesUnseen: unseen === 'error',
      wantsMatrix: matrixTo !== undefined,
    })
    const { without, matrix } = prediction
    if (matrixTo !== undefined && matrix === undefined) {
      throw new UsageError(`--matrix is for models of tfidf; ${model.file} is one of ${model.command}`, {
        code: 'E_OPTION',
      })
    }
    const added = freshlyNamed(context, relation, prediction.added)
    const rows = added.length === 0 ? relation : await appendColumns(context.engine, relation, added)
    const all = await rowCount(context.engine, relation)
    const lacking = Object.values(without).reduce((sum, some) => sum + some, 0)
    return {
      rows,
      ...(matrixTo === undefined || matrix === undefined
        ? {}
        : { matrices: [{ file: matrixTo, ...matrix }] }),
      report: async () =>
        predictReport({
          model: { file: model.file, lode: model.lode, command: model.command },
          input: {
            files: relation.files,
            rows: all,
            columns: relation.columns.length,
            rows_used: all - lacking,
            columns_used: model.columns.map(({ name }) => name),
            dropped: without,
          },
          params: context.params,
          added: added.map(({ name }) => name),
          unseen: prediction.unseen ?? [],
          remarks: prediction.remarks ?? [],
          result: prediction.result ?? {},
        }),
      told: () =>
        `${added.length === 0 ? 'weights' : listed(added.map(({ name }) => name))} of ${plural(all - lacking, 'row')}` +
        (lacking === 0 ? '' : `; ${plural(lacking, 'row')} without: ${reasons(without)}`),
    }
  },
})

async function readModel(context: Context<typeof options>): Promise<Model> {
  const file = context.lead as string
  const bytes = await context.readFile(file)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new DataError(`${file} is not a model: it is not UTF-8`, { code: 'E_MODEL', cause })
  }
  return parseModel(file, text, Object.keys(predictors))
}

/** Where in a relation the columns of a model are. @throws {UsageError} naming every column that the model needs and the rows lack */
export function placesOf(model: Model, { columns, files }: Relation): number[] {
  const names = columns.map(({ name }) => name)
  const where = files.join(' and ')
  const lacking = model.columns.map(({ name }) => name).filter((name) => !names.includes(name))
  if (lacking.length > 0) {
    const hint = lacking.length === 1 ? didYouMean(lacking[0] as string, names) : ''
    throw new UsageError(
      `${model.file} needs ${listed(lacking.map((name) => `"${name}"`))}, which ${where} does not have${hint}`,
      { code: 'E_COLUMN', help: [`columns: ${listed(names)}`] },
    )
  }
  return model.columns.map(({ name }) => {
    const times = names.filter((one) => one === name).length
    if (times === 1) return names.indexOf(name)
    throw new UsageError(`column "${name}", which ${model.file} needs, stands ${times} times in ${where}`, {
      code: 'E_COLUMN',
    })
  })
}

function reasons(without: { readonly [reason: string]: number }): string {
  return Object.keys(without)
    .map((reason) => reason.replaceAll('_', ' '))
    .join(', ')
}
