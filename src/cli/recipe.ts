/**
 * Recipes: a command line kept as JSON, to be replayed on other files.
 *
 * In:  the words of a chain, and the columns that its files had.
 * Out: `{"lode", "steps": [{"command", "files", "columns", "needs", "options"}]}`. `options` are those of the command
 *      line, spelled out; those that only say where this run wrote its rows or its recipe are left out. `needs` are the
 *      columns of each file that the options name.
 *
 * Replayed, the files named after the recipe take the place of its files in order; those not named stay.
 */
import { promises as fs } from 'node:fs'
import { DataError, UsageError } from '../base/errors.ts'
import { VERSION } from '../base/version.ts'
import type { OptionSpecs } from '../commands/option.ts'
import { commonOptions } from './common.ts'
import type { Segment } from './parse.ts'
import { isSpecialFile, openSpecialFile, Sink, stageFile, writeError } from '../write/sink.ts'

interface Recipe {
  readonly lode: string
  readonly steps: readonly RecipeStep[]
}

interface RecipeStep {
  readonly command: string
  /** The file before all others, where the command has one of its own. */
  readonly lead?: string
  readonly files: readonly string[]
  /** For each file the columns that it had when the recipe was made. */
  readonly columns: readonly (readonly string[])[]
  /** And those of them that the options name. */
  readonly needs: readonly (readonly string[])[]
  readonly options: readonly string[]
}

/** What a recipe asks of the file that takes a place of its own. */
export interface Need {
  readonly step: number
  readonly file: number
  /** Columns of the recipe's file that its options name. */
  readonly columns: readonly string[]
}

/** Finds out before any work whether a recipe can be kept there. @throws {UsageError | DataError} where not */
export async function checkRecipePath(path: string): Promise<void> {
  if (path === '-') {
    throw new UsageError('--save-recipe needs a file: standard output is for the rows', { code: 'E_OUTPUT' })
  }
  if (!isSpecialFile(path)) stageFile(path)
}

/** @param columns the columns of each file of each step, as they were read */
export async function saveRecipe(
  path: string,
  chain: readonly Segment[],
  columns: readonly (readonly (readonly string[])[])[],
): Promise<void> {
  const recipe: Recipe = {
    lode: VERSION,
    steps: chain.map((segment, i) => ({
      command: segment.command.name,
      ...(segment.lead === undefined ? {} : { lead: segment.lead }),
      files: segment.operands,
      columns: columns[i] ?? [],
      needs: (columns[i] ?? []).map((names) => columnsNamed(segment, names)),
      options: segment.spelled.filter(({ key }) => !PLACES.has(key)).flatMap(({ words }) => words),
    })),
  }
  const text = `${JSON.stringify(recipe, null, 2)}\n`
  if (isSpecialFile(path)) {
    await new Sink(openSpecialFile(path), path).write(text)
    return
  }
  const staged = stageFile(path)
  try {
    await fs.writeFile(staged.path, text)
  } catch (cause) {
    staged.discard()
    throw writeError(path, cause)
  }
  staged.commit()
}

/** Where this one run wrote to, and what was said of that. */
const PLACES = new Set(['saveRecipe', 'output'])

/** The columns of a file that options of its command name. */
function columnsNamed({ command, spelled }: Segment, columns: readonly string[]): string[] {
  const specs: OptionSpecs = { ...commonOptions, ...command.options }
  return columns.filter((column) =>
    spelled.some(({ key, value = '' }) => {
      switch (specs[key]?.names) {
        case 'columns':
          return listed(value).includes(column)
        case 'pairs':
          return listed(value).some((item) => unquoted(item.replace(/\s*=.*$/s, '')) === column)
        case 'expression':
          return standsIn(column, value)
        default:
          return false
      }
    }),
  )
}

/** `a,b:c,"d,e"` as a, b, c and d,e. */
function listed(value: string): string[] {
  const items = value.match(/(?:"(?:[^"]|"")*"|[^,:"])+/g) ?? []
  return items.map((item) => unquoted(item.trim()))
}

function unquoted(text: string): string {
  return /^".*"$/s.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text
}

/** Whether a name stands in an expression, outside its texts ('…'). */
function standsIn(column: string, expression: string): boolean {
  const escaped = column.replace(/[\\^$*+?.()|[\]{}]/g, '\\$&')
  const asWord = new RegExp(`(^|[^\\p{L}\\p{N}_])${escaped}($|[^\\p{L}\\p{N}_])`, 'iu')
  return column !== '' && asWord.test(expression.replace(/'(?:[^']|'')*'/g, "''"))
}

/** The chain that a recipe stands for, with other files. @throws {DataError} when it is no recipe of lode's */
export async function readRecipe(
  path: string,
  files: readonly string[],
): Promise<{ chain: string[][]; needs: Need[] }> {
  const recipe = checked(path, await readText(path))
  const left = [...files]
  const chain = recipe.steps.map((step) => {
    const inPlace = step.files.map((file) => left.shift() ?? file)
    const operands = [...(step.lead === undefined ? [] : [step.lead]), ...inPlace]
    // Behind `--` a name may start with a dash.
    const plain = operands.every((operand) => operand === '-' || !operand.startsWith('-'))
    return plain
      ? [step.command, ...operands, ...step.options]
      : [step.command, ...step.options, '--', ...operands]
  })
  const [first] = chain
  // A recipe of a pipe has no file of its own: what is named then is what it reads.
  const [firstStep] = recipe.steps
  if (first !== undefined && firstStep?.files.length === 0) {
    first.splice(firstStep.lead === undefined ? 1 : 2, 0, ...left.splice(0))
  }
  if (left.length > 0) {
    throw new UsageError(`${path} reads ${files.length - left.length} FILE; got ${files.length}`, {
      code: 'E_OPERAND',
    })
  }
  const needs = recipe.steps.flatMap((step, i) =>
    step.needs.map((columns, file) => ({ step: i, file, columns })),
  )
  return { chain, needs }
}

/** @throws {UsageError} naming every column that the recipe needs and the file lacks */
export function checkNeeds(
  needs: readonly Need[],
  step: number,
  file: number,
  label: string,
  names: readonly string[],
): void {
  const need = needs.find((one) => one.step === step && one.file === file)
  const lacking = need?.columns.filter((column) => !names.includes(column)) ?? []
  if (lacking.length === 0) return
  const list = lacking.map((column) => `"${column}"`).join(', ')
  throw new UsageError(`the recipe needs ${list}, which ${label} does not have`, {
    code: 'E_COLUMN',
    help: [`columns: ${names.join(', ')}`],
  })
}

async function readText(path: string): Promise<string> {
  try {
    return await fs.readFile(path, 'utf8')
  } catch (cause) {
    throw new DataError(`can't read the recipe ${path}`, { code: 'E_FILE', cause })
  }
}

function checked(path: string, text: string): Recipe {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new DataError(`${path} is not a recipe: it is not JSON`, { code: 'E_RECIPE', cause })
  }
  if (isRecipe(value)) return value
  throw new DataError(`${path} is not a recipe that --save-recipe wrote`, { code: 'E_RECIPE' })
}

function isRecipe(value: unknown): value is Recipe {
  const isTexts = (list: unknown) => Array.isArray(list) && list.every((item) => typeof item === 'string')
  const isStep = (step: unknown) =>
    typeof step === 'object' &&
    step !== null &&
    'command' in step &&
    typeof step.command === 'string' &&
    (!('lead' in step) || typeof step.lead === 'string') &&
    'files' in step &&
    isTexts(step.files) &&
    'options' in step &&
    isTexts(step.options) &&
    'columns' in step &&
    Array.isArray(step.columns) &&
    step.columns.every(isTexts) &&
    'needs' in step &&
    Array.isArray(step.needs) &&
    step.needs.every(isTexts)
  if (typeof value !== 'object' || value === null || !('steps' in value)) return false
  return Array.isArray(value.steps) && value.steps.length > 0 && value.steps.every(isStep)
}
