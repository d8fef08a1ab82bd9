/**
 * clean: put the rows of a table in order.
 *
 * In:  one relation. Out: the same rows, less those that a step drops, with the cells that a step changes; every
 * cell that nobody asked to change is the text it came as.
 *
 * The steps are views over each other, so they run as one plan when the rows are written: what looks at one row
 * at a time costs one scan, however many steps there are.
 */
import { DataError } from '../base/errors.ts'
import { count, plural } from '../base/wording.ts'
import type { Json } from '../report/report.ts'
import type { Relation } from '../table/relation.ts'
import { disarmedName } from '../tidy/text.ts'
import { dateStep, excelStep, maskStep, numberStep, textSteps } from './clean/cells.ts'
import { cleanOptions, type CleanOptions } from './clean/options.ts'
import { planOf, type Plan } from './clean/plan.ts'
import { checkSteps, dedupeStep, dropMissingStep, fuzzyStep, whereSteps } from './clean/rows.ts'
import { fillsStep, outliersStep } from './clean/values.ts'
import { pick, startWalk, type Walk } from './clean/walk.ts'
import { command, type Context, type Outcome } from './command.ts'

export const clean = command({
  name: 'clean',
  summary: 'Put rows in order: missing values, duplicates, outliers, formats, rules, privacy',
  about:
    'Rows in, rows out; a cell that no step changes leaves as the text it came as. With no step that changes a ' +
    'cell or drops a row, rows with a missing value are dropped. Whatever their order on the command line, steps ' +
    'run in this one: trim, squeeze, unicode, case, number, date, check, outliers, fill, drop-missing, dedupe, ' +
    'fuzzy, mask, where, excel-safe, and last the choice of columns (--columns, --exclude) and their new names. ' +
    'Expressions are SQL over the row: columns of numbers are numbers, ISO dates are dates, missing cells are ' +
    'NULL, and what can not be computed is NULL.',
  options: cleanOptions,
  examples: [
    ['drop rows with a missing value', 'lode clean fixtures/crm.csv'],
    [
      'mend what can be mended before dropping the rest',
      'lode clean fixtures/crm.csv --trim --case city=title --fill age=median,income=median --by city --drop-missing',
    ],
    [
      'keep to rules, and look at what breaks them',
      'lode clean fixtures/crm.csv --check "age between 0 and 120" --check "frequency >= 0" --dry-run',
    ],
    [
      'one row a customer, with names and addresses hidden',
      'lode clean fixtures/crm.csv --dedupe customer_id --mask name=redact --mask email,phone=partial',
    ],
    [
      'find customers that were typed in twice',
      'lode clean fixtures/crm.csv --fuzzy name,email --block city',
    ],
  ],
  operands: { metavar: 'FILE', min: 1, max: 1 },
  showsRows: true,
  async run(context) {
    const [input] = context.inputs
    if (input === undefined) throw new DataError('there is no table to clean')
    const plan = await planOf(context, input)
    const walk = startWalk(context, input)
    await textSteps(walk, plan)
    await numberStep(walk, plan)
    await dateStep(walk, plan)
    await checkSteps(walk, plan)
    await outliersStep(walk, plan)
    await fillsStep(walk, plan)
    await dropMissingStep(walk, plan)
    await dedupeStep(walk, plan)
    await fuzzyStep(walk, plan)
    await maskStep(walk, plan)
    await whereSteps(walk, plan)
    await excelStep(walk, plan)
    await selectStep(walk, plan)
    return outcome(context, input, plan, walk)
  },
})

async function selectStep(walk: Walk, plan: Plan): Promise<void> {
  await pick(walk, plan.out, (place) => {
    const name = plan.rename.get(place) ?? walk.relation.columns[place]?.name ?? ''
    return plan.excelSafe ? disarmedName(name) : name
  })
}

function outcome(context: Context<CleanOptions>, input: Relation, plan: Plan, walk: Walk): Outcome {
  const rows = walk.relation
  return {
    rows,
    told(rowsOut) {
      const rowsIn = input.rows ?? rowsOut
      return rowsOut < rowsIn ? `${count(rowsOut)} of ${plural(rowsIn, 'row')} kept` : undefined
    },
    async report(written) {
      const { countClean } = await import('./clean/counts.ts')
      const { cleanReport } = await import('../report/clean.ts')
      const counts = await countClean(walk, plan.out, written.rows)
      return cleanReport({ ...counts, files: input.files, params: { ...context.params, ...resolved(plan) } })
    },
  }
}

/** The values of options that were left to be found out, for `params` of the report. */
function resolved({ outliers, dropMissing, dedupe, fuzzy }: Plan): { [option: string]: Json } {
  return {
    ...(outliers === undefined
      ? {}
      : { method: outliers.method, factor: outliers.factor, action: outliers.action }),
    ...(typeof dropMissing?.atLeast === 'string' ? { how: dropMissing.atLeast } : {}),
    ...(dedupe === undefined ? {} : { keep: dedupe.keep }),
    ...(fuzzy === undefined ? {} : { threshold: fuzzy.threshold }),
  }
}
