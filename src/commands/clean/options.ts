/** The options of clean, as data. `COL=WHAT` texts are taken apart here; columns are found in plan.ts. */
import { UsageError } from '../../base/errors.ts'
import type { FillMethod } from '../../tidy/fill.ts'
import type { OptionSpec, OptionValues } from '../option.ts'
import { choice, columns, file, flag, integer, number, optionalColumns, pairs, texts } from '../option.ts'

const CELLS = 'Cells'
const VALUES = 'Numbers and missing values'
const ROWS = 'Rows'
const PRIVACY = 'Privacy'
const OUTPUT = 'Columns and output'

/** [columns, how] for each fill. */
type Fills = readonly (readonly [string, FillMethod])[]

const METHOD_LIST = /\s*("(?:[^"]|"")*"|[^=]+?)\s*=\s*(mean|median|mode|ffill|bfill|linear)\s*(?:,|$)/y
const NEXT_FILL =
  /,(?=\s*(?:"(?:[^"]|"")*"|[^,="]+)=(?:value:|(?:mean|median|mode|ffill|bfill|linear)\s*(?:,|$)))/
const VALUE = /^\s*(.+?)\s*=\s*value:(.*)$/s

/** `age=mean,income,price=median` or `city=value:Boston, MA`; repeatable. */
function fills(): OptionSpec<Fills> {
  return {
    about:
      'fill missing cells: mean, median, mode (the most frequent; of equals the smallest), ffill and bfill (the value before, after), linear (between the two), or value:TEXT; COL may be a list',
    group: VALUES,
    metavar: 'COL=HOW',
    names: 'pairs',
    fallback: [],
    repeatable: true,
    badValue: 'age=guess',
    parse(given = '', before) {
      return [...before, ...fillList(given)]
    },
  }
}

function fillList(given: string): Fills {
  const value = VALUE.exec(given)
  if (value === null) return methodList(given)
  const [, column = '', text = ''] = value
  // A text may hold commas (Boston, MA), but what looks like the next column's filling is that.
  const next = NEXT_FILL.exec(text)
  if (next === null) return [[column, { value: text }]]
  return [[column, { value: text.slice(0, next.index) }], ...fillList(text.slice(next.index + 1))]
}

function methodList(given: string): Fills {
  const found: (readonly [string, FillMethod])[] = []
  METHOD_LIST.lastIndex = 0
  for (let match = METHOD_LIST.exec(given); match !== null; match = METHOD_LIST.exec(given)) {
    found.push([match[1] as string, match[2] as Exclude<FillMethod, object>])
    if (METHOD_LIST.lastIndex === given.length) return found
  }
  throw new UsageError(
    `must look like COL=mean, median, mode, ffill, bfill, linear or value:TEXT; got "${given}"`,
  )
}

const RENAME = /\s*("(?:[^"]|"")*"|[^=]+?)\s*=\s*("(?:[^"]|"")*"|[^,]*?)\s*(?:,|$)/y

/** `A=B,C=D`; repeatable. A name with a comma or an equals sign stands in double quotes. */
function renames(): OptionSpec<readonly (readonly [string, string])[]> {
  return {
    about: 'give columns other names in the output; several parted by commas',
    group: OUTPUT,
    metavar: 'OLD=NEW',
    names: 'pairs',
    fallback: [],
    repeatable: true,
    badValue: 'no-equals-sign',
    parse(given = '', before) {
      const found: (readonly [string, string])[] = []
      RENAME.lastIndex = 0
      for (let match = RENAME.exec(given); match !== null; match = RENAME.exec(given)) {
        found.push([match[1] as string, unquoted(match[2] as string)])
        if (RENAME.lastIndex === given.length) return [...before, ...found]
      }
      throw new UsageError(`must look like OLD=NEW; got "${given}"`)
    },
  }
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text
}

/** `COL=ONE OF`, repeatable; COL may be a list, and so may the whole: `name=upper,city=title`. */
function marked<const C extends readonly string[]>(spec: {
  readonly about: string
  readonly group: string
  readonly choices: C
}): OptionSpec<readonly (readonly [string, C[number]])[]> {
  const metavar = `COL=${spec.choices.join('|')}`
  const ends = new RegExp(`=\\s*(${spec.choices.join('|')})\\s*,`, 'g')
  const inner = pairs({ about: spec.about, metavar })
  const one = (given: string) => {
    const [[column, word] = ['', '']] = inner.parse(given, [])
    if (!spec.choices.includes(word)) {
      throw new UsageError(`must be one of ${spec.choices.join(', ')} after the =; got "${word}"`)
    }
    return [column, word] as const
  }
  return {
    about: spec.about,
    group: spec.group,
    metavar,
    names: 'pairs',
    fallback: [],
    repeatable: true,
    badValue: 'name=nonsense',
    parse(given = '', before) {
      return [...before, ...given.replace(ends, '=$1\0').split('\0').map(one)]
    },
  }
}

export const cleanOptions = {
  trim: flag({ about: 'take blanks off both ends of every cell', group: CELLS }),
  squeeze: flag({ about: 'make every run of blanks inside a cell one space', group: CELLS }),
  case: marked({ about: 'write a column in one case', group: CELLS, choices: ['lower', 'upper', 'title'] }),
  unicode: choice({
    about: 'one form for letters that Unicode can write several ways; nfkc also makes full-width ones plain',
    group: CELLS,
    choices: ['nfc', 'nfkc'],
  }),
  number: columns({
    about: 'rewrite numbers as people type them ($1,234.50, (5), 12%) as plain ones (1234.50, -5, 0.12)',
    group: CELLS,
  }),
  date: texts({
    about:
      'rewrite dates as ISO 8601, read by a strptime FORMAT or as all of the column shows; day and month are never guessed',
    group: CELLS,
    metavar: 'COLS[=FORMAT]',
    names: 'pairs',
  }),
  onBad: choice({
    about:
      'what becomes of a cell that --number or --date can not read: emptied, its row rejected, or an error',
    group: CELLS,
    choices: ['null', 'reject', 'error'],
    default: 'null',
  }),
  check: texts({
    about:
      'a rule that rows must keep, SQL over the row, e.g. "age between 0 and 120"; what is missing breaks no rule',
    group: ROWS,
    metavar: 'EXPR',
    names: 'expression',
  }),
  onFail: choice({
    about: 'what becomes of rows that break a --check; error ends with exit code 3',
    group: ROWS,
    choices: ['drop', 'reject', 'error'],
    default: 'drop',
  }),
  outliers: columns({ about: 'look for numbers far from the rest in these columns', group: VALUES }),
  method: choice({
    about: 'how far is far: from the quartiles, the mean, or the median',
    group: VALUES,
    choices: ['iqr', 'zscore', 'mad'],
    defaultText: 'iqr',
  }),
  factor: number({
    about: 'how many times the spread is still near',
    group: VALUES,
    min: 0,
    defaultText: '1.5 for iqr, 3 for zscore, 3.5 for mad',
  }),
  action: choice({
    about:
      'what becomes of outliers: drop the row, clip to the bound, null the cell, or flag in a column COL_outlier; drop is also for --fuzzy',
    group: VALUES,
    choices: ['drop', 'clip', 'null', 'flag'],
    defaultText: 'drop for --outliers, flag for --fuzzy',
  }),
  fill: fills(),
  by: columns({ about: 'fill within the groups of these columns', group: VALUES }),
  dropMissing: optionalColumns({
    about: 'drop rows with a missing cell, in these columns or any',
    group: ROWS,
  }),
  how: choice({
    about: 'drop a row when any, or only when all of the columns are missing',
    group: ROWS,
    choices: ['any', 'all'],
    defaultText: 'any',
  }),
  minPresent: integer({ about: 'keep rows with at least N of the columns present', group: ROWS, min: 0 }),
  dedupe: optionalColumns({ about: 'drop rows that equal another in these columns or all', group: ROWS }),
  keep: choice({
    about: 'which of equal rows stays',
    group: ROWS,
    choices: ['first', 'last', 'none'],
    defaultText: 'first',
  }),
  fuzzy: columns({
    about:
      'find rows nearly equal in these columns (Jaro-Winkler); duplicate_of gets the number of the first such row of the input',
    group: ROWS,
  }),
  threshold: number({
    about: 'how alike rows of --fuzzy are, 0 to 1',
    group: ROWS,
    min: 0,
    max: 1,
    defaultText: '0.92',
  }),
  block: columns({
    about:
      'compare only rows that are equal in these columns (default: in the first letter of what is compared)',
    group: ROWS,
  }),
  mask: marked({
    about:
      'hide a column: hash (HMAC-SHA-256 with a key), redact (***), partial (138****5678), year (of a date)',
    group: PRIVACY,
    choices: ['hash', 'redact', 'partial', 'year'],
  }),
  maskKeyFile: file({
    about: 'the key of --mask COL=hash; a line end at its end is not part of it',
    group: PRIVACY,
  }),
  where: texts({
    about: 'keep rows for which this holds, SQL over the row, e.g. "city = \'Boston\' and age > 30"',
    group: ROWS,
    metavar: 'EXPR',
    names: 'expression',
  }),
  rename: renames(),
  excelSafe: flag({
    about:
      "put ' before cells that a spreadsheet would run as a formula (= + - @ at the start; plain numbers stay)",
    group: OUTPUT,
  }),
  bom: flag({ about: 'start the CSV with a byte order mark, for Excel', group: OUTPUT }),
  dryRun: flag({ about: 'the report without the rows', group: OUTPUT }),
}

export type CleanOptions = typeof cleanOptions
export type CleanValues = OptionValues<CleanOptions>
