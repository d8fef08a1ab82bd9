/** `lode dbscan`: groups where rows lie dense, and the rows that lie alone. */
import { DataError, UsageError } from '../base/errors.ts'
import type { Matrix } from '../base/matrix.ts'
import { stepByStep } from '../base/steps.ts'
import { count, figure, plural, share } from '../base/wording.ts'
import { dbscanSteps, type DbscanResult } from '../learn/dbscan.ts'
import { kDistancesOn, kneeOf } from '../learn/k-distance.ts'
import { plant, type Metric, type PointTree } from '../learn/point-tree.ts'
import { dbscanReport } from '../report/dbscan.ts'
import type { Report } from '../report/report.ts'
import { appendColumns, type AddedColumn } from '../table/append.ts'
import { splitList } from '../table/columns.ts'
import { command, type Context } from './command.ts'
import { EARTH_RADIUS, inRadians, partOf, POINTS } from './dbscan-predict.ts'
import {
  inputOf,
  leftOut,
  measure,
  missingOption,
  modelColumns,
  scaleOption,
  type Measured,
} from './measured.ts'
import type { Learned } from './model.ts'
import { choice, integer, modelFile, text, type OptionSpec, type OptionValues } from './option.ts'
import { describedGroups, meansOf, profilesOf } from './profiles.ts'
import { freshlyNamed, spread } from './result-names.ts'

/** A distance, with the unit it was given in; `auto` is the bend of the k-distance curve. */
type Eps = 'auto' | { readonly value: number; readonly unit?: string }

const METRES: { readonly [unit: string]: number } = { m: 1, km: 1000, mi: 1609.344, ft: 0.3048 }

const epsOption: OptionSpec<Eps> = {
  about:
    'how near a neighbour is: a number in the units that --scale makes, or a length such as 400m or 2km with --geo; ' +
    'auto is where the curve of distances to the nearest rows bends',
  metavar: 'X|auto',
  fallback: 'auto',
  badValue: '-0.5',
  parse(given = '') {
    if (given === 'auto') return 'auto'
    const [, digits = '', unit = ''] =
      /^(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)\s*([a-z]*)$/i.exec(given) ?? []
    const value = digits === '' ? NaN : Number(digits)
    if (!(value > 0 && value < Infinity) || (unit !== '' && METRES[unit] === undefined)) {
      throw new UsageError(`must be a number above 0, a length such as 400m or 2km, or auto; got "${given}"`)
    }
    return unit === '' ? { value } : { value, unit }
  },
}

const options = {
  eps: epsOption,
  minSamples: integer({
    min: 1,
    default: 5,
    about: 'rows within eps, the row itself among them, that make a row a core of a group',
  }),
  metric: choice({
    about: 'how distances are measured; haversine is over the earth, of degrees',
    choices: ['euclidean', 'manhattan', 'haversine'],
    default: 'euclidean',
  }),
  geo: text({ about: 'columns of latitude and longitude in degrees: groups of places', metavar: 'LAT,LON' }),
  scale: scaleOption,
  missing: missingOption,
  saveModel: modelFile(),
}
type Options = OptionValues<typeof options>

export const dbscan = command({
  name: 'dbscan',
  summary: 'Find groups where rows lie dense, of any shape, and the rows that lie alone',
  about:
    'A row with at least --min-samples rows within --eps is the core of a group, core rows within eps of each other ' +
    'are one group, and rows within eps of a core row are on its border. Adds the columns cluster (numbered by their ' +
    'first row, −1 for noise) and point (core, border, noise). The labels of scikit-learn, DBSCAN(eps, min_samples) ' +
    'with exact distances on an array that StandardScaler, MinMaxScaler or RobustScaler has scaled. In memory for the ' +
    'rows alone. Used are all numeric columns but ' +
    'those that look like a key, or those that --columns names.',
  options,
  examples: [
    [
      'dense groups of customers, with an eps that lode chooses',
      'lode dbscan fixtures/customers.csv --columns age,income -f json',
    ],
    [
      'customers that are like nobody else',
      'lode dbscan fixtures/customers.csv --columns age,income --eps 0.3 -o groups.csv',
    ],
  ],
  operands: { metavar: 'FILE', min: 0, max: 1 },
  showsRows: false,
  numbers: ({ geo }, { columns }) => splitList(geo ?? columns ?? ''),
  readsAllColumns: true,
  async run(context) {
    const isGeo = geoColumns(context) !== undefined
    const measured = await measure(
      { ...context, columns: geoColumns(context) ?? context.columns },
      {
        scale: isGeo ? 'none' : context.options.scale,
        missing: context.options.missing,
        takesText: false,
        warnsOfScale: !isGeo,
      },
    )
    const points = isGeo ? placesOnEarth(measured) : measured.x
    const metric = isGeo ? 'haversine' : context.options.metric
    const tree = wantsCurve(context)
      ? await stepByStep(plant(points, metric), context.signal, context.pool)
      : undefined
    const curve = tree === undefined ? new Float64Array(0) : await distanceCurve(context, tree)
    const knee = curve.length > 0 ? kneeOf(curve) : undefined
    const eps = epsOf(context.options, isGeo, knee, measured)
    const found = await stepByStep(
      dbscanSteps(
        points,
        {
          eps: isGeo ? eps / EARTH_RADIUS : eps,
          minSamples: context.options.minSamples,
          metric,
        },
        tree,
      ),
      context.signal,
      context.pool,
    )
    const work: Work = {
      ...measured,
      context,
      isGeo,
      metric,
      points,
      curve,
      knee,
      eps,
      found,
      ...countKinds(found),
    }
    warnOfGroups(work)
    return {
      rows: context.wants.rows
        ? await appendColumns(context.engine, measured.relation, results(work))
        : measured.relation,
      report: async () => report(work),
      told: () => told(work),
      model: () => learned(work),
    }
  },
})

/** What is known once the groups are found. */
interface Work extends Measured {
  readonly context: Context<typeof options>
  readonly isGeo: boolean
  readonly metric: Metric
  /** The rows used: scaled, or as radians. */
  readonly points: Matrix
  /** Ascending distances to the nearest rows; empty where nobody asked. In metres for places. */
  readonly curve: Float64Array
  readonly knee: number | undefined
  /** In metres for places. */
  readonly eps: number
  readonly found: DbscanResult
  readonly core: number
  readonly border: number
  readonly noise: number
}

/** `--geo`, or the two columns of `--metric haversine`. */
function geoColumns({
  options: { geo, metric, scale },
  columns,
}: Context<typeof options>): string | undefined {
  if (geo === undefined && metric !== 'haversine') return undefined
  const listed = geo ?? columns ?? ''
  if (geo !== undefined && columns !== undefined) {
    throw new UsageError('--geo names the columns used; leave --columns out', { code: 'E_OPTION' })
  }
  if (splitList(listed).length !== 2) {
    throw new UsageError(
      geo === undefined
        ? '--metric haversine needs two columns, as --geo LAT,LON names them'
        : `--geo must name two columns, as in --geo lat,lon; got "${geo}"`,
      { code: 'E_OPTION_VALUE' },
    )
  }
  if (geo !== undefined && metric === 'manhattan') {
    throw new UsageError('--geo measures over the earth; leave --metric out', { code: 'E_OPTION' })
  }
  if (scale !== 'zscore' && scale !== 'none') {
    throw new UsageError('places are in degrees and are not scaled; leave --scale out', { code: 'E_OPTION' })
  }
  return listed
}

/** @throws {DataError} for degrees that are on no map */
function placesOnEarth({ x, rows, columns }: Measured): Matrix {
  for (let i = 0; i < x.rows; i++) {
    const latitude = x.data[2 * i] as number
    const longitude = x.data[2 * i + 1] as number
    const isLatitude = Math.abs(latitude) > 90
    if (!isLatitude && Math.abs(longitude) <= 180) continue
    const swapped = isLatitude && Math.abs(latitude) <= 180 && Math.abs(longitude) <= 90
    throw new DataError(
      `column "${columns[isLatitude ? 0 : 1]?.name}" row ${count((rows.rowOf[i] as number) + 1)} holds ` +
        `${isLatitude ? latitude : longitude}, which is no ${isLatitude ? 'latitude (−90 … 90)' : 'longitude (−180 … 180)'}`,
      {
        code: 'E_NOT_DEGREES',
        help: [
          swapped
            ? `The latitude stands first: --geo ${columns[1]?.name},${columns[0]?.name}.`
            : 'Places are in degrees, the latitude first: --geo LAT,LON.',
        ],
      },
    )
  }
  return inRadians(x)
}

/** Whether a report shows the distances to the nearest rows, or eps is to be read from them. */
function wantsCurve({ options: { eps }, wants }: Context<typeof options>): boolean {
  return eps === 'auto' || wants.report
}

/** Distances to the nearest rows, ascending. */
async function distanceCurve(
  { options: { minSamples }, seed, signal, pool }: Context<typeof options>,
  tree: PointTree,
): Promise<Float64Array> {
  const steps = kDistancesOn(tree, Math.max(1, minSamples - 1), seed)
  const distances = await stepByStep(steps, signal, pool)
  return tree.metric === 'haversine' ? distances.map((angle) => angle * EARTH_RADIUS) : distances
}

function epsOf({ eps }: Options, isGeo: boolean, knee: number | undefined, { columns }: Measured): number {
  if (eps === 'auto') {
    if (knee !== undefined) return knee
    throw new DataError(
      `can't choose an eps: every row used has its neighbours at the same distance in ${columns.map(({ name }) => `"${name}"`).join(', ')}`,
      { code: 'E_NO_EPS', help: ['Give one with --eps X, or name other columns with --columns.'] },
    )
  }
  if (eps.unit !== undefined && !isGeo) {
    throw new UsageError(`--eps ${eps.value}${eps.unit} is a length, which needs --geo LAT,LON`, {
      code: 'E_OPTION_VALUE',
    })
  }
  return eps.value * (eps.unit === undefined ? 1 : (METRES[eps.unit] as number))
}

function countKinds({ labels, core }: DbscanResult): { core: number; border: number; noise: number } {
  let cores = 0
  let noise = 0
  for (let i = 0; i < labels.length; i++) {
    if (core[i] === 1) cores++
    else if ((labels[i] as number) < 0) noise++
  }
  return { core: cores, border: labels.length - cores - noise, noise }
}

/** The columns to add: a value for each row that took part. */
function results({ context, relation, rows, all, found }: Work): AddedColumn[] {
  const kinds = found.labels.map((label, i) => (found.core[i] === 1 ? 0 : label < 0 ? 2 : 1))
  const added: AddedColumn[] = [
    { name: 'cluster', data: { type: 'integer', ...spread(found.labels, new Int32Array(all), rows.rowOf) } },
    {
      name: 'point',
      data: { type: 'integer', ...spread(kinds, new Int32Array(all), rows.rowOf) },
      levels: POINTS,
    },
  ]
  return freshlyNamed(context, relation, added)
}

/** Shares of the rows past which a grouping says little. */
const nearlyAll = 0.95
const mostNoise = 0.5

function warnOfGroups({ context, found, core, noise, knee, eps, isGeo }: Work): void {
  const all = found.labels.length
  const largest = found.sizes.reduce((most, size) => Math.max(most, size), 0)
  const unit = isGeo ? ' m' : ''
  const suggested = knee === undefined ? '--eps auto' : `--eps ${figure(knee)}${isGeo ? 'm' : ''}`
  const lessThan = knee !== undefined && knee < eps ? `, such as ${suggested}` : ''
  const moreThan = knee !== undefined && knee > eps ? `, such as ${suggested}` : ''
  const { minSamples } = context.options
  if (all < minSamples) {
    context.warn({
      code: 'fewer_rows_than_min_samples',
      message: `all rows are noise at any eps: there are ${plural(all, 'row')} to group where --min-samples asks for ${count(minSamples)}; ask for fewer`,
    })
  } else if (noise / all >= mostNoise) {
    context.warn({
      code: 'mostly_noise',
      message: `${share(noise / all)} of the rows are noise: eps ${figure(eps)}${unit} may be too small; try a larger one${moreThan}, or fewer --min-samples`,
    })
  } else if (found.sizes.length > 0 && largest / all >= nearlyAll) {
    context.warn({
      code: 'one_group',
      message: `one group holds ${share(largest / all)} of the rows: eps ${figure(eps)}${unit} may be too large; try a smaller one${lessThan}, or more --min-samples`,
    })
  } else if (core / all >= 0.99) {
    context.warn({
      code: 'nearly_all_core',
      message: `${share(core / all)} of the rows are core: eps ${figure(eps)}${unit} may be too large; try a smaller one${lessThan}, or more --min-samples`,
    })
  }
}

async function report(work: Work): Promise<Omit<Report, 'warnings'>> {
  const { context, found, columns, isGeo } = work
  const profiles = await profilesOf(work, found.labels, found.sizes, context)
  return dbscanReport({
    input: inputOf(work),
    params: isGeo ? { ...context.params, metric: 'haversine', scale: 'none' } : context.params,
    inDegrees: isGeo,
    columns: columns.map(({ name }) => name),
    groups: describedGroups(work, found.sizes, profiles, meansOf(work, found.labels, found.sizes, profiles)),
    scale: isGeo ? undefined : context.options.scale,
    leftOut: leftOut(work),
    eps: work.eps,
    isChosen: context.options.eps === 'auto',
    minSamples: context.options.minSamples,
    core: work.core,
    border: work.border,
    noise: work.noise,
    kDistance: work.curve,
    knee: work.knee,
  })
}

function learned(work: Work): Learned {
  const { found, points, metric, eps, isGeo } = work
  const own = isGeo ? work.x : points
  return { columns: modelColumns(work), part: partOf(own, found, metric, eps) }
}

/** What became of the rows, in a line. */
function told({ found, noise, rows, eps, isGeo, context }: Work): string {
  const chosen = context.options.eps === 'auto' ? `eps ${figure(eps)}${isGeo ? ' m' : ''}: ` : ''
  const groups = `${chosen}${plural(found.sizes.length, 'group')}, ${plural(noise, 'row')} of noise`
  if (rows.dropped === 0) return groups
  return `${groups}; ${plural(rows.dropped, 'row')} without a group: a value is missing in a column used`
}
