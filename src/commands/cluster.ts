/** `lode cluster`: groups of similar rows by k-means, and what each group is like. */
import type { NumberColumn } from '../base/column.ts'
import { DataError, UsageError } from '../base/errors.ts'
import type { Matrix } from '../base/matrix.ts'
import { stepByStep } from '../base/steps.ts'
import { count, listed, plural } from '../base/wording.ts'
import { calinskiHarabasz, daviesBouldin } from '../learn/cluster-scores.ts'
import { searchKSteps, type KTried } from '../learn/k-search.ts'
import {
  centerDistances,
  countDistinctRows,
  kmeansSteps,
  type KMeansOptions,
  type KMeansResult,
} from '../learn/kmeans.ts'
import { silhouetteSteps, type Silhouette } from '../learn/silhouette.ts'
import { clusterReport, silhouetteWords } from '../report/cluster.ts'
import type { Report, ReportInput } from '../report/report.ts'
import { toMatrix, type Rows } from '../shape/matrix.ts'
import { groupName, numberProfile, textProfile, type ProfileEntry } from '../learn/profile.ts'
import { applyScale, fitScale, unscale, type Scaling } from '../shape/scale.ts'
import { appendColumns, type AddedColumn } from '../table/append.ts'
import { readNumbers, rowCount } from '../table/numbers.ts'
import type { Relation } from '../table/relation.ts'
import { usableNumbers, type Usable } from '../table/usable.ts'
import { countValues } from '../table/values.ts'
import type { ClusterPart } from './cluster-predict.ts'
import { command, type Context } from './command.ts'
import type { Learned } from './model.ts'
import { choice, flag, integer, modelFile, number, type OptionSpec, type OptionValues } from './option.ts'
import { spread, warnOfNamesTwice } from './result-names.ts'

/** A number of groups, or the range to search; `auto` is 2..10 or as many as the rows allow. */
type GroupCount = number | 'auto' | { readonly from: number; readonly to: number }

const groupCount: OptionSpec<GroupCount> = {
  about: 'number of groups, or a range of which the number with the best silhouette is taken; auto is 2..10',
  metavar: 'N|auto|A..B',
  short: 'k',
  fallback: 'auto',
  badValue: '1',
  parse(text = '') {
    if (text === 'auto') return 'auto'
    const [, from = '', to] = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text) ?? []
    const least = Number(from)
    const most = Number(to ?? from)
    if (least < 2 || most < least) {
      throw new UsageError(`must be a whole number of at least 2, a range like 2..8, or auto; got "${text}"`)
    }
    return to === undefined ? least : { from: least, to: most }
  },
}

const options = {
  k: groupCount,
  scale: choice({
    about: 'what a column is measured in before distances are taken',
    choices: ['zscore', 'minmax', 'robust', 'none'],
    default: 'zscore',
  }),
  missing: choice({
    about: 'a row with a missing value in a column used: leave it out, fill the value in, or stop',
    choices: ['drop', 'mean', 'median', 'error'],
    default: 'drop',
  }),
  distance: flag({
    about: 'also add cluster_distance: how far a row is from the centre of its group, in scaled units',
  }),
  init: choice({
    about: 'how the first centres are chosen',
    choices: ['k-means++', 'random'],
    default: 'k-means++',
    group: 'Search',
  }),
  nInit: integer({
    min: 1,
    default: 10,
    about: 'runs from different first centres; the best is kept',
    group: 'Search',
  }),
  maxIter: integer({ min: 1, default: 300, about: 'passes that a run may take', group: 'Search' }),
  tol: number({
    min: 0,
    default: 1e-4,
    about: 'a run ends when the centres move less than this share of the mean variance',
    group: 'Search',
  }),
  saveModel: modelFile(),
}
type Options = OptionValues<typeof options>

export const cluster = command({
  name: 'cluster',
  summary: 'Find groups of similar rows with k-means, and say what each is like',
  about:
    'Puts each row into one of k groups so that rows of a group are alike in the columns used, and adds the column ' +
    'cluster (0 is the largest group). Used are all numeric columns but those that look like a key, or those that ' +
    '--columns names. With nothing else asked for it scales each column by its standard deviation and tries 2 to 10 ' +
    'groups. The groups are those of scikit-learn: KMeans(k, n_init=10, random_state=seed).',
  options,
  examples: [
    ['three groups by age and income', 'lode cluster fixtures/customers.csv -k 3 --columns age,income'],
    ['how many groups there are', 'lode cluster fixtures/customers.csv -k 2..8 -f json'],
    [
      'labels beside the rows, a report for people',
      'lode cluster fixtures/customers.csv -k 4 --report segments.md',
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  async run(context) {
    const relation = context.inputs[0] as Relation
    const usable = await columnsToUse(context, relation)
    const columns = await readNumbers(context.engine, relation, usable.used)
    const rows = toMatrix(columns, context.options.missing)
    const names = columns.map((column) => column.name)
    const scaling = fitScale(rows.matrix, context.options.scale, names)
    warnOfScale(context, scaling, names)
    const x = applyScale(rows.matrix, scaling)
    const groups = await findGroups(context, x, names)
    const work: Work = { context, relation, usable, columns, rows, scaling, x, ...groups }
    const labelled = await appendColumns(context.engine, relation, results(work))
    return {
      rows: labelled,
      report: () => report(work, labelled),
      told: () => told(work),
      model: () => learned(work),
    }
  },
})

/** What is known once the groups are found. */
interface Work {
  readonly context: Context<typeof options>
  readonly relation: Relation
  readonly usable: Usable
  /** The columns used, as read. */
  readonly columns: readonly NumberColumn[]
  readonly rows: Rows
  readonly scaling: Scaling
  /** The rows used, scaled. */
  readonly x: Matrix
  readonly groups: KMeansResult
  /** Where k was searched for: the numbers tried, and the silhouette of the one taken. */
  readonly tried: readonly KTried[]
  readonly silhouette?: Silhouette | undefined
}

async function columnsToUse(context: Context<typeof options>, relation: Relation): Promise<Usable> {
  if ((await rowCount(context.engine, relation)) === 0) throw noRows(relation)
  const usable = await usableNumbers(context.engine, relation, context.columns, context.exclude)
  const keys = listed(usable.keys.map((place) => `"${relation.columns[place]?.name}"`))
  if (usable.used.length === 0) {
    throw new DataError(`${relation.files.join(' and ')} has no numeric column to group rows by`, {
      code: 'E_NO_NUMERIC_COLUMN',
      help: [
        keys === ''
          ? `columns: ${listed(relation.columns.map((column) => column.name))}`
          : `Left out, as they look like keys: ${keys}. Name them with --columns.`,
      ],
    })
  }
  if (keys !== '') {
    context.warn({
      code: 'key_column_left_out',
      message: `left out ${keys}, which ${usable.keys.length === 1 ? 'looks' : 'look'} like a key; name columns with --columns to use them`,
    })
  }
  return usable
}

function noRows(relation: Relation): DataError {
  return new DataError(`${relation.files.join(' and ')} has no rows`, { code: 'E_NO_ROWS' })
}

function warnOfScale(context: Context<typeof options>, scaling: Scaling, names: readonly string[]): void {
  const marked = (marks: Uint8Array) => names.filter((_, j) => marks[j] === 1).map((name) => `"${name}"`)
  const constant = marked(scaling.constant)
  if (constant.length > 0) {
    context.warn({
      code: 'constant_column',
      message: `the same in every row used, so without a part in the groups: ${listed(constant)}`,
    })
  }
  const flat = marked(scaling.flat)
  if (flat.length > 0) {
    context.warn({
      code: 'flat_column',
      message: `half of the rows are the same, so there is no middle range to scale by: ${listed(flat)} in own units`,
    })
  }
}

type Groups = Pick<Work, 'groups' | 'tried' | 'silhouette'>

async function findGroups(
  context: Context<typeof options>,
  x: Matrix,
  names: readonly string[],
): Promise<Groups> {
  const settings = settingsOf(context.options, context.seed)
  const { k } = context.options
  if (typeof k === 'number') {
    refuseTooMany(x, k, names)
    return { groups: await stepByStep(kmeansSteps(x, k, settings), context.signal, context.pool), tried: [] }
  }
  const asked = k === 'auto' ? { from: 2, to: 10 } : k
  refuseTooMany(x, asked.from, names)
  const to = countDistinctRows(x, asked.to)
  if (to < asked.to && k !== 'auto') {
    context.warn({
      code: 'search_shortened',
      message: `there are only ${to} different rows, so at most ${to} groups are tried`,
    })
  }
  const found = await stepByStep(searchKSteps(x, asked.from, to, settings), context.signal, context.pool)
  return { groups: found.best, tried: found.tried, silhouette: found.silhouette }
}

function settingsOf({ init, nInit, maxIter, tol }: Options, seed: number): KMeansOptions {
  return { init, runs: nInit, maxIterations: maxIter, tolerance: tol, seed }
}

function refuseTooMany(x: Matrix, k: number, names: readonly string[]): void {
  const different = countDistinctRows(x, k)
  if (different >= k) return
  const where = listed(names.map((name) => `"${name}"`))
  const found =
    different === 1
      ? 'every row used is the same'
      : `only ${count(different)} rows of those used are different`
  throw new DataError(`can't make ${count(k)} groups: ${found} in ${where}`, {
    code: 'E_TOO_MANY_GROUPS',
    help: [
      different < 2
        ? 'Name other columns with --columns.'
        : `Ask for at most ${count(different)} groups, or name more columns.`,
    ],
  })
}

/** The columns to add: a value for each row that took part. */
function results({ context, relation, rows, x, groups, columns }: Work): AddedColumn[] {
  const all = columns[0]?.values.length ?? 0
  const added: AddedColumn[] = [
    { name: 'cluster', data: { type: 'integer', ...spread(groups.labels, new Int32Array(all), rows.rowOf) } },
  ]
  if (context.options.distance) {
    const distances = centerDistances(x, groups.centers, groups.labels)
    added.push({
      name: 'cluster_distance',
      data: { type: 'double', ...spread(distances, new Float64Array(all), rows.rowOf) },
    })
  }
  warnOfNamesTwice(context, relation, added)
  return added
}

async function report(work: Work, labelled: Relation): Promise<Omit<Report, 'warnings'>> {
  const { context, relation, groups, x, scaling, columns } = work
  const quality =
    work.silhouette ??
    (await stepByStep(
      silhouetteSteps(x, groups.labels, groups.k, context.seed),
      context.signal,
      context.pool,
    ))
  warnOfGroups(context, groups, quality)
  const profiles = await profilesOf(work, labelled)
  return clusterReport({
    input: inputOf(work),
    params: context.params,
    columns: columns.map((column) => column.name),
    scale: context.options.scale,
    leftOut: work.usable.keys.map((place) => ({
      column: relation.columns[place]?.name ?? '',
      why: 'looks like a key',
    })),
    groups,
    centers: unscale(groups.centers, scaling),
    silhouette: quality,
    daviesBouldin: daviesBouldin(x, groups.labels, groups.k),
    calinskiHarabasz: calinskiHarabasz(x, groups.labels, groups.k),
    tried: work.tried,
    profiles,
    names: profiles.map((profile) =>
      groupName(profile.filter((entry) => columns.some(({ name }) => name === entry.column))),
    ),
  })
}

function inputOf({ relation, rows, columns }: Work): ReportInput {
  return {
    files: relation.files,
    rows: columns[0]?.values.length ?? 0,
    columns: relation.columns.length,
    rows_used: rows.matrix.rows,
    columns_used: columns.map((column) => column.name),
    dropped: rows.dropped === 0 ? {} : { missing_value: rows.dropped },
  }
}

/** A group of fewer rows says more about those rows than about a kind of row. */
const fewRows = 5

function warnOfGroups(
  context: Context<typeof options>,
  groups: KMeansResult,
  quality: Silhouette | undefined,
): void {
  if (!groups.converged) {
    context.warn({
      code: 'not_converged',
      message: `the groups still changed after ${plural(groups.iterations, 'pass', 'passes')}; allow more with --max-iter`,
    })
  }
  if (quality !== undefined && quality.score <= 0.25) {
    context.warn({
      code: 'weak_groups',
      message: `silhouette ${quality.score.toFixed(2)}: ${silhouetteWords(quality.score)}`,
    })
  }
  groups.sizes.forEach((size, group) => {
    if (size === 0) {
      context.warn({ code: 'empty_group', message: `no row is nearest to the centre of group ${group}` })
    } else if (size < fewRows && groups.labels.length >= 10 * fewRows) {
      context.warn({
        code: 'small_group',
        message: `group ${group} has only ${plural(size, 'row')}: look for outliers, or ask for fewer groups`,
      })
    }
  })
}

/** What each group is like in every column that is not a key, a date or free text, in the order of the table. */
async function profilesOf(work: Work, labelled: Relation): Promise<ProfileEntry[][]> {
  const { context, relation, usable, columns, rows, groups } = work
  const all = columns[0]?.values.length ?? 0
  const labels = new Int32Array(all).fill(-1)
  rows.rowOf.forEach((row, i) => (labels[row] = groups.labels[i] as number))
  const ofKind = (kind: string) => usable.kinds.flatMap((one, place) => (one === kind ? [place] : []))
  const others = ofKind('number').filter((place) => !usable.used.includes(place))
  const numbers = [...columns, ...(await readNumbers(context.engine, relation, others))]
  const texts = await countValues(context.engine, labelled, relation.columns.length, ofKind('text'))
  const entries = [
    ...[...usable.used, ...others].map((place, i) => ({
      place,
      profile: numberProfile(numbers[i] as NumberColumn, labels, groups.k),
    })),
    ...texts.map(({ place, counts }) => ({
      place,
      profile: textProfile(relation.columns[place]?.name ?? '', counts, groups.sizes),
    })),
  ].sort((a, b) => a.place - b.place)
  return Array.from({ length: groups.k }, (_, group) =>
    entries.flatMap(({ profile }) => profile[group] ?? []),
  )
}

/** For `lode predict` (cluster-predict.ts). */
function learned({ context, groups, rows, scaling, columns }: Work): Learned {
  const { data, cols } = groups.centers
  const part: ClusterPart = {
    centers: Array.from({ length: groups.k }, (_, c) => [...data.subarray(c * cols, (c + 1) * cols)]),
    distance: context.options.distance,
  }
  return {
    columns: columns.map(({ name }, j) => ({
      name,
      role: 'number',
      ...(rows.fillers[j] === undefined ? {} : { fill: rows.fillers[j] }),
      offset: scaling.offset[j] as number,
      factor: scaling.factor[j] as number,
    })),
    part,
  }
}

/** What became of the rows, in a line. */
function told({ groups, rows }: Work): string {
  const found = `${plural(groups.k, 'group')} of ${[...groups.sizes].map(count).join(', ')} rows`
  if (rows.dropped === 0) return found
  return `${found}; ${plural(rows.dropped, 'row')} without a group: a value is missing in a column used`
}
