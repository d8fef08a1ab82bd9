/** The columns that rows are matched on, by name on both sides. */
import { UsageError } from '../../base/errors.ts'
import { didYouMean } from '../../base/suggest.ts'
import { count, plural } from '../../base/wording.ts'
import { chooseColumn, chooseColumns } from '../../table/columns.ts'
import type { Relation } from '../../table/relation.ts'
import type { Asked } from './options.ts'

/** Places of the keys, side by side. */
export interface KeyPlaces {
  readonly left: readonly number[]
  readonly right: readonly number[]
}

/** The columns named by --on or by --left-on and --right-on, or else those in common. */
export function keyPlaces(context: Asked, left: Relation, right: Relation): KeyPlaces {
  const { on, leftOn, rightOn } = context.options
  if (on !== undefined) return bothHave(left, right, on)
  if (leftOn !== undefined && rightOn !== undefined) {
    const places = { left: chooseColumns(left, leftOn), right: chooseColumns(right, rightOn) }
    if (places.left.length !== places.right.length || places.left.length === 0) {
      throw new UsageError(
        `--left-on names ${plural(places.left.length, 'column')} and --right-on ${count(places.right.length)}; ` +
          'each key needs one on either side',
      )
    }
    return places
  }
  const names = new Set(right.columns.map(({ name }) => name))
  const common = [...new Set(left.columns.map(({ name }) => name).filter((name) => names.has(name)))]
  if (common.length === 0) {
    throw new UsageError(`${nameOf(left)} and ${nameOf(right)} have no column in common to match on`, {
      code: 'E_COLUMN',
      help: [
        ...[left, right].map((one) => `columns of ${nameOf(one)}: ${columnList(one)}`),
        'Name the keys with --left-on and --right-on, or put the files under each other with --stack.',
      ],
    })
  }
  context.note(
    `matching ${nameOf(left)} and ${nameOf(right)} on ${common.join(', ')}, the ` +
      `${common.length === 1 ? 'column' : 'columns'} in common; --on names others`,
  )
  return {
    left: common.map((name) => placeOf(left, name)),
    right: common.map((name) => placeOf(right, name)),
  }
}

/** The columns of the left that a list names, and those of the same names on the right. */
export function bothHave(left: Relation, right: Relation, list: string): KeyPlaces {
  const places = chooseColumns(left, list)
  if (places.length === 0) throw new UsageError(`"${list}" names no column`)
  return {
    left: places,
    right: places.map((place) => placeOf(right, left.columns[place]?.name ?? '')),
  }
}

/** The place of the column of exactly this name. */
export function placeOf(relation: Relation, name: string): number {
  if (relation.columns.some((column) => column.name === name)) return chooseColumn(relation, name)
  const names = relation.columns.map((column) => column.name)
  throw new UsageError(`column "${name}" is not in ${nameOf(relation)}${didYouMean(name, names)}`, {
    code: 'E_COLUMN',
    help: [
      `columns: ${columnList(relation)}`,
      'Keys that are called differently are named by --left-on and --right-on.',
    ],
  })
}

const COLUMNS_LISTED = 12

function columnList({ columns }: Relation): string {
  const more = columns.length - COLUMNS_LISTED
  const shown = columns.slice(0, COLUMNS_LISTED).map(({ name }) => name)
  return `${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}

export function nameOf({ files }: Relation): string {
  return files.join(' and ')
}
