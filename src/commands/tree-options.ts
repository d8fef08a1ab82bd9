/** The options of `tree`, as data. */
import { UsageError } from '../base/errors.ts'
import type { Context } from './command.ts'
import {
  choice,
  flag,
  integer,
  modelFile,
  number,
  text,
  type OptionSpec,
  type OptionValues,
} from './option.ts'

/** Questions on the way to a leaf, or no limit. */
const depth: OptionSpec<number | undefined> = {
  about: 'questions on the way to a leaf, or none for no limit',
  metavar: 'N|none',
  group: 'Growing',
  fallback: undefined,
  defaultText: '6 with cart, else none',
  badValue: '0',
  parse(given = '') {
    if (given === 'none') return Infinity
    if (/^[1-9]\d{0,8}$/.test(given)) return Number(given)
    throw new UsageError(`must be a whole number of at least 1, or none for no limit; got "${given}"`)
  },
}

/** The price of a leaf; `auto` looks for it by cross-validation. */
const price: OptionSpec<number | 'auto' | undefined> = {
  about: 'cart: cut branches that gain less than ALPHA a leaf; auto finds it by cross-validation',
  metavar: 'ALPHA|auto',
  group: 'Pruning',
  fallback: undefined,
  defaultText: 'not pruned',
  badValue: '-1',
  parse(given = '') {
    if (given === 'auto') return 'auto'
    const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : NaN
    if (value >= 0 && value < Infinity) return value
    throw new UsageError(`must be a number of at least 0, or auto; got "${given}"`)
  },
}

const confidence: OptionSpec<number | undefined> = {
  about: 'c45: the less, the more is pruned; from above 0 to 0.5',
  metavar: 'X',
  group: 'Pruning',
  fallback: undefined,
  defaultText: '0.25',
  badValue: '0',
  parse(given = '') {
    const value = /^\+?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : NaN
    if (value > 0 && value <= 0.5) return value
    throw new UsageError(`must be a number above 0 and at most 0.5; got "${given}"`)
  },
}

/** How many folds, or none. */
const folds: OptionSpec<number | undefined> = {
  about: 'test by cross-validation with N folds; 0 for no test',
  metavar: 'N',
  group: 'Testing',
  fallback: undefined,
  defaultText: '10 up to 100,000 rows; above, a quarter is held out',
  badValue: '1',
  parse(given = '') {
    const value = /^\d{1,9}$/.test(given) ? Number(given) : NaN
    if (value === 0 || value >= 2) return value
    throw new UsageError(`must be 0 or a whole number of at least 2; got "${given}"`)
  },
}

export const treeOptions = {
  target: text({ about: 'the column to tell from the others', metavar: 'COL' }),
  algorithm: choice({
    about:
      'yes/no questions (cart), or a branch for each value: by information gain (id3), by gain ratio, pruned (c45)',
    choices: ['cart', 'id3', 'c45'],
    default: 'cart',
  }),
  task: choice({
    about: 'tell a class or a number; by default a number is told as one when it has more than two values',
    choices: ['classify', 'regress'],
  }),
  missing: choice({
    about:
      'a missing value in a column used: the branch where such rows serve best (branch), the row left out, the value filled in, or an error',
    choices: ['branch', 'drop', 'mean', 'median', 'error'],
    default: 'branch',
  }),
  rules: choice({
    about: 'print the tree instead of the rows: as a SQL expression, as rules in words, for Graphviz',
    choices: ['sql', 'text', 'dot'],
  }),
  criterion: choice({
    about: 'cart: what a question brings down; gini or entropy for classes, mse for numbers',
    choices: ['gini', 'entropy', 'mse'],
    group: 'Growing',
  }),
  maxDepth: depth,
  minSplit: integer({
    min: 2,
    default: 2,
    about: 'rows that a node must have to be split',
    group: 'Growing',
  }),
  minLeaf: integer({
    min: 1,
    about: 'rows that a leaf must have; with c45, two branches must have them. Default 1, with c45 2',
    group: 'Growing',
  }),
  classWeight: choice({
    about: 'balanced: all classes count alike, however many rows they have',
    choices: ['balanced'],
    group: 'Growing',
  }),
  prune: price,
  confidence,
  noPrune: flag({ about: 'c45: do not prune', group: 'Pruning' }),
  cv: folds,
  testShare: number({
    min: 0,
    max: 1,
    exclusive: true,
    about: 'test on this share of the rows, held out',
    group: 'Testing',
  }),
  compat: choice({
    about:
      'sklearn: the tree of DecisionTreeClassifier or -Regressor(random_state=seed), by its own random stream',
    choices: ['sklearn'],
    group: 'Growing',
  }),
  saveModel: modelFile(),
}
export type TreeOptions = OptionValues<typeof treeOptions>
export type TreeContext = Context<typeof treeOptions>
