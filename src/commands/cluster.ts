/** `lode cluster`: groups of similar rows by k-means, and what each group is like. */
import { DataError, UsageError } from '../base/errors.ts'
import type { Matrix } from '../base/matrix.ts'
import { stepByStep, type Steps } from '../base/steps.ts'
import { count, figure, listed, plural } from '../base/wording.ts'
import { clusterScores } from '../learn/cluster-scores.ts'
import { searchSteps, type KTried } from '../learn/k-search.ts'
import {
  centerDistances,
  countDistinctRows,
  kmeansOn,
  prepared,
  type KMeansOptions,
} from '../learn/kmeans.ts'
import { kprototypesSteps, prototypeDistances, usualGamma } from '../learn/kprototypes.ts'
import { withLevels } from '../learn/mixed.ts'
import { silhouetteSteps, type Silhouette } from '../learn/silhouette.ts'
import { clusterReport, silhouetteWords } from '../report/cluster.ts'
import type { Report } from '../report/report.ts'
import { applyScale, unscale, type Scaling } from '../shape/scale.ts'
import { appendColumns, type AddedColumn } from '../table/append.ts'
import { splitList } from '../table/columns.ts'
import type { Relation } from '../table/relation.ts'
import { isPrototypes, partOf, type AnyGroups } from './cluster-predict.ts'
import { command, type Context } from './command.ts'
import {
  firstColumns,
  inputOf,
  leftOut,
  measure,
  missingOption,
  modelColumns,
  scaleOption,
  usedNames,
  type Measured,
} from './measured.ts'
import { choice, flag, integer, modelFile, number, type OptionSpec, type OptionValues } from './option.ts'
import { describedGroups, meansOf, profilesOf } from './profiles.ts'
import { freshlyNamed, spread } from './result-names.ts'
import { startCenters } from './start-file.ts'

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

/** Where the first centres come from: the name of a way, or of a file. */
const firstCenters: OptionSpec<string> = {
  about:
    'how the first centres are chosen: k-means++, random, or a CSV file of them in the units of the data',
  metavar: 'k-means++|random|FILE',
  group: 'Search',
  fallback: 'k-means++',
  parse: (given = '') => given,
}

const options = {
  k: groupCount,
  scale: scaleOption,
  missing: missingOption,
  distance: flag({
    about: 'also add cluster_distance: how far a row is from the centre of its group, in scaled units',
  }),
  encode: choice({
    about:
      'use named columns of text too: onehot makes a column of 0 and 1 of each text, prototypes counts texts that ' +
      'differ (k-prototypes)',
    choices: ['onehot', 'prototypes'],
  }),
  gamma: number({
    min: 0,
    about:
      'with --encode prototypes: how much a text that differs weighs; default half the mean standard deviation',
  }),
  init: firstCenters,
  nInit: {
    ...integer({
      min: 1,
      about: 'runs from different first centres; the best is kept',
      group: 'Search',
    }),
    defaultText: '10',
  },
  maxIter: integer({ min: 1, default: 300, about: 'passes that a run may take', group: 'Search' }),
  tol: number({
    min: 0,
    default: 1e-4,
    about: 'a run ends when the centres move less than this share of the mean variance',
    group: 'Search',
  }),
  compat: choice({
    about:
      'the defaults of KMeans too: its one run from k-means++ centres. Its random numbers are used in any case, so ' +
      'that the same seed gives the same groups, save where rows are equally far from two centres (as ratings and ' +
      'flags often are), which rounding decides',
    choices: ['sklearn'],
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
    'groups. The groups are those of scikit-learn: KMeans(k, n_init=10, random_state=seed). Text columns are used where ' +
    'they are named and --encode says how.',
  options,
  examples: [
    ['three groups by age and income', 'lode cluster fixtures/customers.csv -k 3 --columns age,income'],
    ['how many groups there are', 'lode cluster fixtures/customers.csv -k 2..8 -f json'],
    [
      'groups by numbers and a text',
      'lode cluster fixtures/customers.csv -k 4 --columns age,income,city --encode prototypes -f table',
    ],
    [
      'labels beside the rows, a report for people',
      'lode cluster fixtures/customers.csv -k 4 --report segments.md',
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  numbers: (_options, { columns }) => splitList(columns ?? ''),
  readsAllColumns: true,
  async run(context) {
    checkOptions(context.options)
    const measured = await measure(context, {
      ...context.options,
      warnsOfScale: true,
      takesText: context.options.encode !== undefined,
      textHelp: '--encode onehot or prototypes uses columns of text that are named.',
    })
    const work = await findGroups(context, measured)
    return {
      rows: await withResults(work),
      report: () => report(work),
      told: () => told(work),
      model: () => ({
        columns: modelColumns(work),
        part: partOf(work.groups, work.gamma, context.options.distance),
      }),
    }
  },
})

function checkOptions({ encode, gamma, compat, init, k }: Options): void {
  const clash = (message: string) => new UsageError(message, { code: 'E_OPTION' })
  if (gamma !== undefined && encode !== 'prototypes') throw clash('--gamma belongs to --encode prototypes')
  if (encode === 'prototypes' && compat !== undefined)
    throw clash('scikit-learn has no k-prototypes: --compat and --encode prototypes exclude each other')
  if (isNamedWay(init)) return
  if (encode !== undefined) throw clash('--init FILE holds numbers alone; leave --encode out')
  if (typeof k === 'object')
    throw clash('--init FILE says how many groups there are; leave the range of -k out')
}

function isNamedWay(init: string): init is 'k-means++' | 'random' {
  return init === 'k-means++' || init === 'random'
}

/** What is known once the groups are found. */
interface Work extends Measured {
  readonly context: Context<typeof options>
  readonly groups: AnyGroups
  /** The rows as the groups were found and are scored: numbers, with columns for texts where there are some. */
  readonly points: Matrix
  readonly runs: number
  /** What a text that differs weighs; with k-prototypes alone. */
  readonly gamma: number | undefined
  /** Where k was searched for: the numbers tried, and the silhouette of the one taken. */
  readonly tried: readonly KTried[]
  readonly silhouette?: Silhouette | undefined
}

async function findGroups(context: Context<typeof options>, measured: Measured): Promise<Work> {
  const { x, texts, codes, scaling } = measured
  const { options: asked, seed, signal, pool } = context
  const columns = codes.map((own, t) => ({ codes: own, levels: texts[t]?.levels.length ?? 0 }))
  const isMixed = asked.encode === 'prototypes'
  const gamma = isMixed ? (asked.gamma ?? usualGamma(x)) : undefined
  const weight = gamma === undefined ? 1 : Math.sqrt(gamma / 2)
  if (!isMixed) refuseTooWide(measured)
  const points = columns.length === 0 ? x : withLevels(x, columns, weight)
  const start = isNamedWay(asked.init)
    ? undefined
    : applyScale(
        startCenters(
          asked.init,
          await context.readFile(asked.init),
          measured.columns.map(({ name }) => name),
        ),
        scaling,
      )
  const runs =
    start === undefined
      ? (asked.nInit ?? (asked.compat === undefined || asked.init === 'random' ? 10 : 1))
      : 1
  const settings: KMeansOptions = {
    init: start ?? (asked.init as 'k-means++' | 'random'),
    runs,
    maxIterations: asked.maxIter,
    tolerance: asked.tol,
    seed,
  }
  const { from, to } = groupCounts(context, points, start, usedNames(measured))
  const ready = gamma === undefined ? prepared(points, to, settings) : undefined
  if (ready !== undefined && ready.reach > mostReach) {
    throw new DataError(
      `numbers in ${listed(usedNames(measured))} lie too far apart to measure distances (past ${mostReach})`,
      { code: 'E_TOO_LARGE', help: ['Leave --scale none out, or give smaller units.'] },
    )
  }
  const groupsOf = (k: number): Steps<AnyGroups> =>
    ready === undefined
      ? kprototypesSteps(x, columns, k, { gamma: gamma as number, runs, maxIterations: asked.maxIter, seed })
      : kmeansOn(ready, k, settings)
  const work = { ...measured, context, points, runs, gamma }
  if (typeof asked.k === 'number' || start !== undefined) {
    return { ...work, groups: await stepByStep(groupsOf(from), signal, pool), tried: [] }
  }
  const found = await stepByStep(searchSteps(points, from, to, seed, groupsOf), signal, pool)
  return { ...work, groups: found.best, tried: found.tried, silhouette: found.silhouette }
}

/** Distances are bounded in single precision, which ends at 3.4e38. */
const mostReach = 1e37

/** Numbers that texts as columns of 0 and 1 may take: 800 MB. */
const mostNumbers = 100_000_000

/** @throws {DataError} where texts as columns of 0 and 1 would take more memory than is sensible */
function refuseTooWide({ x, texts }: Measured): void {
  if (texts.length === 0) return
  const levels = texts.reduce((sum, column) => sum + column.levels.length, 0)
  const numbers = x.rows * (x.cols + levels)
  if (numbers <= mostNumbers) return
  const widest = texts.reduce((a, b) => (b.levels.length > a.levels.length ? b : a))
  throw new DataError(
    `--encode onehot would make ${count(numbers)} numbers, a column for each different text in ` +
      `${plural(x.rows, 'row')}, where at most ${count(mostNumbers)} are allowed: ` +
      `"${widest.name}" holds ${plural(widest.levels.length, 'different text')}`,
    { code: 'E_TOO_WIDE', help: ['Use --encode prototypes, or leave the column out.'] },
  )
}

/** The numbers of groups to try, no more than there are different rows. */
function groupCounts(
  context: Context<typeof options>,
  points: Matrix,
  start: Matrix | undefined,
  names: readonly string[],
): { from: number; to: number } {
  const { k, init } = context.options
  if (start !== undefined) {
    if (typeof k === 'number' && k !== start.rows) {
      throw new DataError(
        `${init} holds ${plural(start.rows, 'first centre')} where -k asks for ${count(k)} groups`,
        {
          code: 'E_START_FILE',
          help: ['Leave -k out: there are as many groups as first centres.'],
        },
      )
    }
    refuseTooMany(points, start.rows, names)
    return { from: start.rows, to: start.rows }
  }
  const asked = k === 'auto' ? { from: 2, to: 10 } : typeof k === 'number' ? { from: k, to: k } : k
  refuseTooMany(points, asked.from, names)
  const to = countDistinctRows(points, asked.to)
  if (to < asked.to && typeof k === 'object') {
    context.warn({
      code: 'search_shortened',
      message: `there are only ${to} different rows, so at most ${to} groups are tried`,
    })
  }
  return { from: asked.from, to }
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

/** The input with its groups beside it; the input as it is where nobody asks for rows. */
async function withResults(work: Work): Promise<Relation> {
  const { context, relation } = work
  if (!context.wants.rows) return relation
  return appendColumns(context.engine, relation, freshlyNamed(context, relation, results(work)))
}

/** The columns to add: a value for each row that took part. */
function results({ context, rows, groups, gamma, points, x, codes, all }: Work): AddedColumn[] {
  const { labels } = groups
  const added: AddedColumn[] = [
    { name: 'cluster', data: { type: 'integer', ...spread(labels, new Int32Array(all), rows.rowOf) } },
  ]
  if (context.options.distance) {
    const distances = isPrototypes(groups)
      ? prototypeDistances(x, codes, groups, gamma as number)
      : centerDistances(points, groups.centers, labels)
    added.push({
      name: 'cluster_distance',
      data: { type: 'double', ...spread(distances, new Float64Array(all), rows.rowOf) },
    })
  }
  return added
}

async function report(work: Work): Promise<Omit<Report, 'warnings'>> {
  const { context, groups, points, scaling, gamma, runs } = work
  const { labels, k } = groups
  const { encode } = context.options
  const quality =
    work.silhouette ??
    (await stepByStep(silhouetteSteps(points, labels, k, context.seed), context.signal, context.pool))
  const scores = clusterScores(points, labels, k)
  warnOfGroups(context, groups, quality)
  const profiles = await profilesOf(work, labels, groups.sizes, context)
  const numbers = firstColumns(groups.centers, work.columns.length)
  const means = meansOf(work, labels, groups.sizes, profiles)
  const centers = exactWhereEqual(unscale(numbers, scaling), means, scaling)
  const described = describedGroups(work, groups.sizes, profiles, means, centers)
  const modes = modesOf(work)
  return clusterReport({
    input: inputOf(work),
    params: { ...context.params, n_init: runs },
    columns: work.columns.map(({ name }) => name),
    scale: context.options.scale,
    leftOut: leftOut(work),
    groups: described.map((group, g) => (modes === undefined ? group : { ...group, texts: modes[g] ?? {} })),
    inertia: groups.inertia,
    iterations: groups.iterations,
    silhouette: quality,
    daviesBouldin: scores?.daviesBouldin,
    calinskiHarabasz: scores?.calinskiHarabasz,
    tried: work.tried,
    encoding:
      work.texts.length === 0 || encode === undefined
        ? undefined
        : {
            words:
              gamma === undefined
                ? 'texts as a column of 0 and 1 each'
                : `a text that differs weighs ${figure(gamma)} (k-prototypes)`,
            ...(gamma === undefined ? {} : { gamma }),
          },
  })
}

/** Rounding of numbers that went to the scale and back, in units of the scale. */
const rounding = 1e-12

/**
 * Centres that are the means of their rows but for rounding, as those means. Where the passes ended at --tol or
 * --max-iter the centres are those that the rows were last measured by, as scikit-learn's cluster_centers_.
 */
function exactWhereEqual(centers: Matrix, means: Matrix, { factor }: Scaling): Matrix {
  const data = centers.data.map((center, at) => {
    const mean = means.data[at] as number
    const most = rounding * (Math.abs(mean) + (factor[at % means.cols] as number))
    return Math.abs(center - mean) <= most ? mean : center
  })
  return { ...centers, data }
}

/** For each group and column of text the text that leads; undefined where no texts were used. */
function modesOf({ groups, texts, columns }: Work): { [column: string]: string }[] | undefined {
  if (texts.length === 0) return undefined
  return Array.from({ length: groups.k }, (_, g) => {
    let at = g * groups.centers.cols + columns.length
    return Object.fromEntries(
      texts.map(({ name, levels }, t) => {
        if (isPrototypes(groups)) return [name, levels[groups.modes[g * texts.length + t] as number] ?? '']
        const shares = groups.centers.data.subarray(at, at + levels.length)
        at += levels.length
        return [name, levels[shares.indexOf(shares.reduce((most, share) => Math.max(most, share), 0))] ?? '']
      }),
    )
  })
}

/** A group of fewer rows says more about those rows than about a kind of row. */
const fewRows = 5

function warnOfGroups(
  context: Context<typeof options>,
  groups: AnyGroups,
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

/** What became of the rows, in a line. */
function told({ groups, rows }: Work): string {
  const found = `${plural(groups.k, 'group')} of ${[...groups.sizes].map(count).join(', ')} rows`
  if (rows.dropped === 0) return found
  return `${found}; ${plural(rows.dropped, 'row')} without a group: a value is missing in a column used`
}
