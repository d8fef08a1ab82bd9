/** The options of `lode merge`, and which of them go together. */
import { UsageError } from '../../base/errors.ts'
import { DIRECTIONS, isTolerance } from '../../tidy/merge-asof.ts'
import { HOWS } from '../../tidy/merge.ts'
import { KEY_FORMS, type KeyForm } from '../../tidy/merge-keys.ts'
import type { Suffixes } from '../../tidy/merge-columns.ts'
import type { Context } from '../command.ts'
import {
  choice,
  columns,
  flag,
  integer,
  number,
  rowsFile,
  text,
  type OptionSpec,
  type OptionValues,
} from '../option.ts'

const KEYS = 'Keys'
const ROWS = 'Rows'
const NEAR = 'Nearest value'
const ALIKE = 'Likeness'
const STACK = 'Stacking'
const CHECKS = 'Checks'
const OUTPUT = 'Output'

const suffixes: OptionSpec<Suffixes | undefined> = {
  about: 'what columns of one name get after it, by side',
  metavar: 'LEFT,RIGHT',
  group: ROWS,
  fallback: undefined,
  defaultText: '_x,_y',
  badValue: '_only_one',
  parse(given = '') {
    const [left, right, ...more] = given.split(',')
    if (left !== undefined && right !== undefined && more.length === 0) return [left, right]
    throw new UsageError(`must be two suffixes parted by a comma, as in _x,_y; got "${given}"`)
  },
}

const keyAs: OptionSpec<readonly KeyForm[]> = {
  about:
    'compare keys in another form, cells stay as they are: trim takes blanks off the ends, lower takes case away, ' +
    'number lets 007, 7.0 and 7 meet, digits drops all but digits; in the order given',
  metavar: 'FORM,…',
  group: KEYS,
  fallback: [],
  defaultText: 'as text',
  badValue: 'nonsense',
  parse(given = '') {
    const forms = given.split(',').map((form) => form.trim())
    const unknown = forms.find((form) => !KEY_FORMS.some((known) => known === form))
    if (unknown === undefined) return forms as KeyForm[]
    throw new UsageError(`must be of ${KEY_FORMS.join(', ')}, parted by commas; got "${unknown}"`)
  },
}

const tolerance: OptionSpec<string | undefined> = {
  about: 'the farthest that values may lie apart: a number, or of dates a time like 2d, 12h, 30m, 10s, 1w',
  metavar: 'X',
  group: NEAR,
  fallback: undefined,
  defaultText: 'any distance',
  badValue: 'near',
  parse(given = '') {
    if (isTolerance(given)) return given
    throw new UsageError(
      `must be a number of at least 0, for dates with a unit (2d, 12h, 30m); got "${given}"`,
    )
  },
}

export const mergeOptions = {
  on: columns({
    about: 'key columns that both files have',
    group: KEYS,
    defaultText: 'the columns in common',
  }),
  leftOn: columns({ about: 'key columns of the left file, when they are called differently', group: KEYS }),
  rightOn: columns({ about: 'key columns of the right file, in the same order', group: KEYS }),
  keyAs,
  matchMissing: flag({ about: 'let missing keys match each other, as pandas does', group: KEYS }),
  how: choice({
    about:
      'rows to keep: those that match (inner), all of the left, right or both (outer) files, left rows with a match ' +
      '(semi) or without one (anti), every pair (cross), all of the left with the nearest (asof)',
    group: ROWS,
    choices: HOWS,
    defaultText: 'inner; asof with --asof',
  }),
  suffixes,
  indicator: flag({ about: 'add the column _merge: left_only, right_only or both', group: ROWS }),
  asof: columns({
    about: 'match the nearest number or ISO date in this column',
    metavar: 'COL',
    group: NEAR,
  }),
  direction: choice({
    about: 'the last at or before, the first at or after, or the nearest either way',
    group: NEAR,
    choices: DIRECTIONS,
    defaultText: 'backward',
  }),
  tolerance,
  by: columns({ about: 'columns that must be equal for --asof, and that block --fuzzy', group: NEAR }),
  fuzzy: columns({
    about: 'match the text most alike in this column (Jaro-Winkler); adds match_score',
    metavar: 'COL',
    group: ALIKE,
  }),
  threshold: number({
    about: 'how alike texts have to be, 0 to 1',
    group: ALIKE,
    min: 0,
    max: 1,
    defaultText: '0.92',
  }),
  stack: flag({
    about: 'put the files under each other by column name instead of joining them',
    group: STACK,
  }),
  sourceColumn: text({
    about: 'with --stack, add a column of this name with the file that a row is from',
    metavar: 'NAME',
    group: STACK,
  }),
  validate: choice({
    about: 'stop (exit 3) unless keys are unique on the side with a 1',
    group: CHECKS,
    choices: ['1:1', '1:m', 'm:1', 'm:m'],
  }),
  maxRows: integer({
    about: 'stop (exit 3) before giving more rows than this, and name the key that makes most of them',
    group: CHECKS,
    min: 0,
  }),
  unmatchedLeft: rowsFile({ about: 'write the left rows without a match to FILE', group: OUTPUT }),
  unmatchedRight: rowsFile({ about: 'write the right rows without a match to FILE', group: OUTPUT }),
}

export type MergeOptions = typeof mergeOptions
/** What a merge is asked for. */
export type Asked = Context<MergeOptions>

export type MergeValues = OptionValues<MergeOptions>

export type Kind = 'keys' | 'filter' | 'cross' | 'asof' | 'fuzzy' | 'stack'

const KEYED = ['how', 'keyAs', 'matchMissing', 'maxRows', 'unmatchedLeft', 'unmatchedRight'] as const
const MATCHED = [...KEYED, 'on', 'leftOn', 'rightOn', 'validate'] as const
const NEAREST = [...KEYED, 'suffixes', 'indicator', 'by'] as const

/** What goes with each kind of merge. */
const ALLOWED: { readonly [kind in Kind]: readonly (keyof MergeOptions)[] } = {
  keys: [...MATCHED, 'suffixes', 'indicator'],
  filter: MATCHED,
  cross: ['how', 'suffixes', 'maxRows'],
  asof: [...NEAREST, 'asof', 'direction', 'tolerance'],
  fuzzy: [...NEAREST, 'fuzzy', 'threshold'],
  stack: ['stack', 'sourceColumn', 'maxRows'],
}

const CALLED: { readonly [kind in Kind]: (how: string) => string } = {
  keys: (how) => `--how ${how}`,
  filter: (how) => `--how ${how}`,
  cross: () => '--how cross',
  asof: () => '--asof',
  fuzzy: () => '--fuzzy',
  stack: () => '--stack',
}

/** What kind of merge is asked for. @throws {UsageError} for options that do not go together */
export function kindOf(values: MergeValues): Kind {
  const kind = askedKind(values)
  const how = values.how ?? 'inner'
  for (const key of Object.keys(mergeOptions) as (keyof MergeOptions)[]) {
    const value = values[key]
    const given = value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0)
    if (!given || ALLOWED[kind].includes(key)) continue
    throw new UsageError(`${optionName(key)} does not go with ${CALLED[kind](how)}${hint(key, kind)}`)
  }
  if ((kind === 'asof' || kind === 'fuzzy') && !['left', 'inner', kind].includes(how)) {
    throw new UsageError(`--how ${how} does not go with --${kind}: it takes left or inner`)
  }
  if ((values.leftOn === undefined) !== (values.rightOn === undefined)) {
    const [given, lacking] = values.leftOn === undefined ? ['right', 'left'] : ['left', 'right']
    throw new UsageError(`--${given}-on needs --${lacking}-on beside it`)
  }
  if (values.on !== undefined && values.leftOn !== undefined) {
    throw new UsageError('--on does not go with --left-on and --right-on')
  }
  return kind
}

function askedKind({ how, asof, fuzzy, stack }: MergeValues): Kind {
  if (stack) return 'stack'
  if (asof !== undefined) return 'asof'
  if (fuzzy !== undefined) return 'fuzzy'
  if (how === 'asof') {
    throw new UsageError('--how asof needs --asof COL, the column of numbers or dates to match by nearness')
  }
  if (how === 'cross') return 'cross'
  return how === 'semi' || how === 'anti' ? 'filter' : 'keys'
}

function hint(key: keyof MergeOptions, kind: Kind): string {
  const isKey = key === 'on' || key === 'leftOn' || key === 'rightOn'
  if (isKey && (kind === 'asof' || kind === 'fuzzy')) return '; columns that must be equal go to --by'
  if (kind === 'keys' && (key === 'direction' || key === 'tolerance')) return '; it belongs to --asof'
  if (kind === 'keys' && key === 'threshold') return '; it belongs to --fuzzy'
  if (kind === 'keys' && key === 'by') return '; it belongs to --asof and --fuzzy'
  if (kind === 'keys' && key === 'sourceColumn') return '; it belongs to --stack'
  return ''
}

function optionName(key: string): string {
  return `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
